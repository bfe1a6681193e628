"""Contacts as the service writes them: what has no value is absent, sub-resources only when asked for."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from .contact_store import CORE

SUB_RESOURCES = (
    "custom_fields",
    "list_memberships",
    "phone_numbers",
    "street_addresses",
    "taggings",
    "notes",
)

_EMAIL = {
    "address": "address",
    "permission_to_send": "permission_to_send",
    "created_at": "email_created_at",
    "updated_at": "email_updated_at",
    "opt_in_source": "opt_in_source",
    "opt_in_date": "opt_in_date",
    "opt_out_source": "opt_out_source",
    "opt_out_date": "opt_out_date",
    "opt_out_reason": "opt_out_reason",
    "confirm_status": "confirm_status",
}
_CORE = (
    *CORE,
    "update_source",
    "create_source",
    "created_at",
    "updated_at",
    "deleted_at",
)
_SUB_QUERIES = {
    "custom_fields": (
        "SELECT v.contact, f.custom_field_id, f.type, v.value FROM custom_field_values v"
        " JOIN custom_fields f ON f.id = v.custom_field WHERE v.contact IN ({}) ORDER BY v.contact, f.id"
    ),
    "list_memberships": (
        "SELECT m.contact, l.list_id FROM list_memberships m JOIN contact_lists l ON l.id = m.list"
        " WHERE l.deleted_at IS NULL AND m.contact IN ({}) ORDER BY m.contact, l.id"
    ),
    "phone_numbers": (
        "SELECT contact, phone_number_id, phone_number, kind, created_at, updated_at, create_source"
        " FROM phone_numbers WHERE contact IN ({}) ORDER BY contact, id"
    ),
    "street_addresses": (
        "SELECT contact, street_address_id, kind, street, city, state, postal_code, country, created_at,"
        " updated_at FROM street_addresses WHERE contact IN ({}) ORDER BY contact, id"
    ),
    "taggings": "SELECT contact, tag_id FROM taggings WHERE contact IN ({}) ORDER BY contact, tag_id",
    "notes": (
        "SELECT contact, note_id, created_at, content FROM notes WHERE contact IN ({})"
        " ORDER BY contact, created_at DESC, rowid DESC"
    ),
}
_BARE: dict[str, str] = {"list_memberships": "list_id", "taggings": "tag_id"}


def contacts_json(
    connection: sqlite3.Connection, rows: Sequence[sqlite3.Row], include: Sequence[str]
) -> list[dict[str, Any]]:
    entries = [_contact(row) for row in rows]
    keys = [row["id"] for row in rows]
    for name in include:
        found = sub_resources(connection, name, keys)
        for key, entry in zip(keys, entries, strict=True):
            entry[name] = found[key]
    return entries


def national(number: str) -> str:
    """An SMS number without the dial code 1, the only one that the sandbox knows."""
    return number.removeprefix("1") if len(number) > 10 else number


def _contact(row: sqlite3.Row) -> dict[str, Any]:
    entry: dict[str, Any] = {"contact_id": row["contact_id"]}
    if row["address"] is not None:
        entry["email_address"] = _present({name: row[column] for name, column in _EMAIL.items()})
    entry.update(_present({name: row[name] for name in _CORE}))
    if row["sms_number"] is not None:
        entry["sms_channel"] = {
            "sms_address": national(row["sms_number"]),
            "dial_code": "1",
            "country_code": "US",
            "create_source": "Account",
            "sms_channel_consents": [
                _present(
                    {
                        "sms_consent_permission": row["sms_permission"],
                        "consent_type": "promotional_sms",
                        "opt_in_date": row["sms_opt_in_date"],
                    }
                )
            ],
        }
    return entry


def sub_resources(connection: sqlite3.Connection, name: str, keys: Sequence[int]) -> defaultdict[int, list[Any]]:
    """What of a sub-resource belongs to each of these contacts."""
    found: defaultdict[int, list[Any]] = defaultdict(list)
    bare = _BARE.get(name)
    shape: Callable[[dict[str, Any]], Any] = (lambda values: values[bare]) if bare else _SHAPES.get(name, _present)
    for row in connection.execute(_SUB_QUERIES[name].format(", ".join("?" * len(keys))), keys):
        values = dict(row)
        found[values.pop("contact")].append(shape(values))
    return found


def _custom_field(values: dict[str, Any]) -> dict[str, Any]:
    """Choices come as their ids, anything else as text."""
    kind, value = values.pop("type"), values["value"]
    if kind in ("single_select", "multi_select") and value and all(part.isalnum() for part in value.split(",")):
        return {"custom_field_id": values["custom_field_id"], "choice_ids": value.split(",")}
    return _present(values)


def _present(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


_SHAPES: dict[str, Callable[[dict[str, Any]], Any]] = {"custom_fields": _custom_field}
