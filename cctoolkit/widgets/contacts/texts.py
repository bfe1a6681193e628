"""Contacts as a person reads them: names in place of ids, one line for what is a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from .. import markup
from ..names import apart, plain

Record = Mapping[str, Any]

_TIMES = {"created_at", "updated_at", "opt_in_date", "opt_out_date", "deleted_at"}


@dataclass
class Names:
    """What the account calls its lists, tags and custom fields, by their ids."""

    lists: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)


def rows_of(frame: pd.DataFrame, start: int, end: int, names: Names, longest: int = 200) -> list[list[str]]:
    """Some rows of a frame of contacts as texts."""
    part = frame.iloc[start:end]
    columns = [[plain(text_of(name, value, names), longest) for value in part[name]] for name in part.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def text_of(column: str, value: Any, names: Names) -> str:
    """One value of a frame, or of the service's answer, as a text; empty where there is none."""
    if isinstance(value, (list, tuple)):
        return ", ".join(filter(None, (_entry(column, each, names) for each in value)))
    if value is None or pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d %H:%M")
    if column in _TIMES:
        return str(value)[:16].replace("T", " ")
    return str(value)


def _entry(column: str, value: Any, names: Names) -> str:
    """One entry of a sub-resource."""
    if column == "list_memberships":
        return names.lists.get(str(value), str(value))
    if not isinstance(value, Mapping):
        return names.tags.get(str(value), str(value)) if column == "taggings" else str(value)
    if column == "taggings":
        return names.tags.get(str(value.get("tag_id")), str(value.get("tag_id")))
    if column == "phone_numbers":
        return " ".join(filter(None, (str(value.get("phone_number") or ""), _kind(value))))
    if column == "street_addresses":
        parts = (value.get(name) for name in ("street", "city", "state", "postal_code", "country"))
        return " ".join(filter(None, (", ".join(str(part) for part in parts if part), _kind(value))))
    if column == "custom_fields":
        name = str(value.get("custom_field_id"))
        return f"{names.fields.get(name, name)}: {value.get('value', '')}"
    if column == "notes":
        return str(value.get("content") or "")
    return str(dict(value))


def _kind(entry: Record) -> str:
    return f"({entry['kind']})" if entry.get("kind") else ""


def who(contact: Record | pd.Series) -> str:
    """How a contact is named in a menu or a sentence: name and address, of what there is."""
    email = contact.get("email_address")
    address = email.get("address") if isinstance(email, Mapping) else email
    parts = [contact.get("first_name"), contact.get("last_name")]
    name = " ".join(str(part) for part in parts if not _missing(part) and str(part).strip())
    shown = [plain(part, 50) for part in (name, "" if _missing(address) else address)]
    return ", ".join(apart(part) for part in shown if part) or "(neither name nor address)"


def _missing(value: Any) -> bool:
    return value is None or bool(pd.isna(value))


def details(contact: Record, names: Names, sub_resources: Sequence[str]) -> str:
    """All that the service says of one contact, as a table; what it has none of is said too."""
    rows: list[tuple[str, str]] = []
    for name, value in contact.items():
        if name == "email_address" and isinstance(value, Mapping):
            for key, each in value.items():
                rows.append((name if key == "address" else f"{name}.{key}", text_of(key, each, names)))
        elif name not in sub_resources:
            rows.append((name, text_of(name, value, names)))
    for name in sub_resources:
        entries = [_entry(name, each, names) for each in contact.get(name) or []]
        rows += [(name, entry) for entry in entries or ["none"]]
    return markup.properties(rows, "All that the service says of this contact")
