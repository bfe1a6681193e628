"""Contacts, one by one: the three ways to write one, deleting and reviving, counts and cross references."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from ..clock import iso
from .bodies import ContactPost, ContactPut, PhoneNumber, Resubscribe, SignUp, SmsChannel, SmsConsent, StreetAddress
from .caller import Caller, ContactsCaller
from .contact_json import SUB_RESOURCES, contacts_json, national
from .contact_store import CORE, SubResourceWriter, delete_contacts, find_contact, insert, keys, revived, update
from .errors import CONFLICT, ApiError, invalid
from .values import choices

router = APIRouter(tags=["Contacts"])


def _json(connection: sqlite3.Connection, key: int, include: list[str]) -> dict[str, Any]:
    rows = connection.execute("SELECT * FROM contacts WHERE id = ?", (key,)).fetchall()
    return contacts_json(connection, rows, include)[0]


def _email_columns(address: str, permission: str, source: str, now: str) -> dict[str, Any]:
    columns: dict[str, Any] = {
        "address": address,
        "address_key": address.lower(),
        "permission_to_send": permission,
        "email_created_at": now,
        "email_updated_at": now,
        "confirm_status": "pending" if permission == "pending_confirmation" else "off",
    }
    if permission == "unsubscribed":
        return {**columns, "opt_out_source": source, "opt_out_date": now}
    return {**columns, "opt_in_source": source, "opt_in_date": now, "opt_out_source": None, "opt_out_date": None}


def _sms_columns(number: str, consents: list[SmsConsent], now: str) -> dict[str, Any]:
    permission = consents[0].sms_consent_permission
    return {
        "sms_number": number,
        "sms_permission": permission,
        "sms_opt_in_date": now if permission == "explicit" else None,
    }


def _check_lists(connection: sqlite3.Connection, key: int, list_ids: list[str] | None) -> None:
    """Unsubscribed contacts are on no list; the 400 undoes the whole request."""
    row = connection.execute("SELECT permission_to_send FROM contacts WHERE id = ?", (key,)).fetchone()
    if list_ids and row["permission_to_send"] == "unsubscribed":
        raise invalid("list_memberships: the contact is unsubscribed")


def _check_birthday(month: int | None, day: int | None) -> None:
    if (month is None) != (day is None):
        raise invalid(f"birthday_{'day' if day is None else 'month'} is missing")
    if month is not None and day is not None:
        try:
            datetime(2000, month, day, tzinfo=UTC)
        except ValueError as error:
            raise invalid("birthday_day does not have a valid value") from error


def _by_address(connection: sqlite3.Connection, account: int, address: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM contacts WHERE account = ? AND address_key = ?", (account, address.lower())
    ).fetchone()
    return row


def _already(row: sqlite3.Row) -> ApiError:
    # Clients in the wild read the id out of this text.
    return ApiError(409, CONFLICT, f"Email already exists for contact {row['contact_id']}")


@router.post("/contacts", operation_id="createContact", status_code=201)
def create_contact(caller: ContactsCaller, body: ContactPost) -> dict[str, Any]:
    if not any((body.email_address, body.first_name, body.last_name, body.sms_channel)):
        raise invalid("One of email_address, first_name, last_name or sms_channel is missing")
    _check_birthday(body.birthday_month, body.birthday_day)
    now = caller.clock.iso()
    columns: dict[str, Any] = {name: getattr(body, name) for name in CORE}
    if body.sms_channel is not None:
        columns |= _sms_columns(body.sms_channel.full_sms_address, body.sms_channel.sms_channel_consents, now)
    with caller.database.write() as connection:
        known = None
        if body.email_address is not None:
            known = _by_address(connection, caller.account, body.email_address.address)
            permission = body.email_address.permission_to_send or "implicit"
            columns |= _email_columns(body.email_address.address, permission, body.create_source, now)
        if known is not None:  # a deleted one too: PUT brings it back
            raise _already(known)
        columns |= {
            "account": caller.account,
            "contact_id": caller.database.new_id(connection, "contact"),
            "create_source": body.create_source,
            "created_at": now,
            "updated_at": now,
        }
        key = insert(connection, "contacts", columns)
        _check_lists(connection, key, body.list_memberships)
        SubResourceWriter(caller.database, connection, caller.account, now).replace(key, body, body.create_source)
        given = [name for name in SUB_RESOURCES if getattr(body, name) is not None]
        return _json(connection, key, given)


@router.post("/contacts/sign_up_form", operation_id="createOrUpdateContact", status_code=201)
def sign_up(caller: ContactsCaller, body: SignUp, response: Response) -> dict[str, Any]:
    _check_birthday(body.birthday_month, body.birthday_day)
    now = caller.clock.iso()
    given = {name: getattr(body, name) for name in CORE if getattr(body, name) is not None}
    if body.email_address is None and body.sms_channel is None:
        raise invalid("email_address is missing")
    if body.sms_channel is not None:
        number = body.sms_channel.dial_code + body.sms_channel.sms_address
        given |= _sms_columns(number, body.sms_channel.sms_channel_consents, now)
    with caller.database.write() as connection:
        if body.email_address is not None:
            known = _by_address(connection, caller.account, body.email_address)
        else:
            known = connection.execute(
                "SELECT * FROM contacts WHERE account = ? AND sms_number = ?", (caller.account, given["sms_number"])
            ).fetchone()
        if body.email_address is not None and (known is None or known["permission_to_send"] != "explicit"):
            # Of everybody, whoever unsubscribed too: the person has filled in the form.
            given |= {**_email_columns(body.email_address, "explicit", "Contact", now), "opt_out_reason": None}
            if known is not None and known["email_created_at"]:
                given["email_created_at"] = known["email_created_at"]
        if known is None:
            contact_id = caller.database.new_id(connection, "contact")
            key = insert(
                connection,
                "contacts",
                {
                    "account": caller.account,
                    "contact_id": contact_id,
                    **given,
                    "create_source": "Contact",
                    "created_at": now,
                    "updated_at": now,
                },
            )
        else:
            response.status_code = 200
            contact_id, key = known["contact_id"], int(known["id"])
            changed = {**revived(known), **given, "update_source": "Contact", "updated_at": now}
            update(connection, "contacts", key, changed)
        writer = SubResourceWriter(caller.database, connection, caller.account, now)
        after = connection.execute("SELECT permission_to_send FROM contacts WHERE id = ?", (key,)).fetchone()
        keys(connection, caller.account, "contact_lists", "list_id", body.list_memberships)
        if after["permission_to_send"] != "unsubscribed":  # a form for text messages says nothing about mail
            writer.add_to_lists(key, body.list_memberships)
        if body.phone_number is not None:
            connection.execute("DELETE FROM phone_numbers WHERE contact = ? AND kind = 'other'", (key,))
            writer.add_phone(key, PhoneNumber(phone_number=body.phone_number), "Contact")
        if body.street_address is not None:
            kind = body.street_address.kind
            connection.execute("DELETE FROM street_addresses WHERE contact = ? AND kind = ?", (key, kind))
            writer.add_address(key, StreetAddress(**body.street_address.model_dump()))
        writer.set_custom_fields(key, body.custom_fields or [])
    return {"contact_id": contact_id, "action": "created" if known is None else "updated"}


@router.get("/contacts/counts", operation_id="countContact")
async def count_contacts(caller: ContactsCaller, include: str | None = None) -> dict[str, int]:
    included = choices("include", include, {"new_subscriber"})
    connection = caller.database.connection
    counted = dict(
        connection.execute(
            "SELECT permission_to_send, count(*) FROM contacts WHERE account = ? AND deleted_at IS NULL GROUP BY 1",
            (caller.account,),
        ).fetchall()
    )
    answer = {
        "total": sum(counted.values()),
        "explicit": counted.get("explicit", 0),
        "implicit": counted.get("implicit", 0),
        "pending": counted.get("pending_confirmation", 0),
        "unsubscribed": counted.get("unsubscribed", 0),
    }
    if included:
        since = iso(caller.clock.now() - timedelta(days=30).total_seconds())
        answer["new_subscriber"] = connection.execute(
            "SELECT count(*) FROM contacts WHERE account = ? AND deleted_at IS NULL AND created_at > ?",
            (caller.account, since),
        ).fetchone()[0]
    return answer


@router.get("/contacts/contact_id_xrefs", operation_id="getContactIdXrefs")
async def contact_cross_references(caller: ContactsCaller, sequence_ids: Annotated[str, Query()]) -> dict[str, Any]:
    """The V2 identifiers of the sandbox are the numbers of the contacts in the order in which they were added."""
    return {"xrefs": cross_references(caller, "contacts", "contact_id", sequence_ids)}


@router.get("/contacts/sms_engagement_history/{contact_id}", operation_id="getSmsEngagementHistory")
async def sms_engagement_history(caller: ContactsCaller, contact_id: str) -> list[dict[str, Any]]:
    find_contact(caller.database.connection, caller.account, contact_id)
    return []


@router.put("/contacts/resubscribe/{contact_id}", operation_id="resubscribeContact")
def resubscribe(caller: ContactsCaller, contact_id: str, body: Resubscribe) -> dict[str, Any]:
    """The one mail that asks a person to come back. It cannot be sent again while the answer is awaited."""
    now = caller.clock.iso()
    with caller.database.write() as connection:
        row = find_contact(connection, caller.account, contact_id)
        keys(connection, caller.account, "contact_lists", "list_id", body.list_ids)
        if row["permission_to_send"] != "unsubscribed" or row["confirm_status"] == "pending":
            raise ApiError(409, CONFLICT, "The contact is not unsubscribed, or was asked to resubscribe before.")
        update(connection, "contacts", row["id"], {"confirm_status": "pending", "updated_at": now})
    return {}


@router.get("/contacts/{contact_id}", operation_id="getContact")
async def get_contact(caller: ContactsCaller, contact_id: str, include: str | None = None) -> dict[str, Any]:
    included = choices("include", include, SUB_RESOURCES)
    connection = caller.database.connection
    return _json(connection, find_contact(connection, caller.account, contact_id)["id"], included)


@router.put("/contacts/{contact_id}", operation_id="putContact")
def put_contact(caller: ContactsCaller, contact_id: str, body: ContactPut) -> dict[str, Any]:
    """Core properties that are left out are cleared; sub-resources that are left out stay."""
    _check_birthday(body.birthday_month, body.birthday_day)
    now = caller.clock.iso()
    columns: dict[str, Any] = {name: getattr(body, name) for name in CORE}
    columns |= {"update_source": body.update_source, "updated_at": now}
    with caller.database.write() as connection:
        row = find_contact(connection, caller.account, contact_id)
        if row["deleted_at"] is not None and body.update_source != "Account":
            raise invalid("update_source: a deleted contact comes back with the source Account only")
        columns |= revived(row)
        if body.sms_channel is not None:
            columns |= _changed_sms(row, body.sms_channel, now)
        if body.email_address is not None:
            other = _by_address(connection, caller.account, body.email_address.address)
            if other is not None and other["id"] != row["id"]:
                raise _already(other)
            columns |= _changed_email(row, body, now)
        update(connection, "contacts", row["id"], columns)
        if columns.get("permission_to_send") == "unsubscribed":
            connection.execute("DELETE FROM list_memberships WHERE contact = ?", (row["id"],))
        _check_lists(connection, row["id"], body.list_memberships)
        SubResourceWriter(caller.database, connection, caller.account, now).replace(row["id"], body, body.update_source)
        given = [name for name in SUB_RESOURCES if getattr(body, name) is not None]
        return _json(connection, row["id"], given)


def _changed_sms(row: sqlite3.Row, channel: SmsChannel, now: str) -> dict[str, Any]:
    """Nothing where the number and the permission stay: the person opted in when they did."""
    permission = channel.sms_channel_consents[0].sms_consent_permission
    same = row["sms_number"] is not None and national(row["sms_number"]) == national(channel.full_sms_address)
    if same and row["sms_permission"] == permission:
        return {}
    return _sms_columns(channel.full_sms_address, channel.sms_channel_consents, now)


def _changed_email(row: sqlite3.Row, body: ContactPut, now: str) -> dict[str, Any]:
    email = body.email_address
    assert email is not None
    wanted = email.permission_to_send or row["permission_to_send"] or "implicit"
    columns: dict[str, Any] = {"address": email.address, "address_key": email.address.lower(), "email_updated_at": now}
    if row["address"] is None:
        return columns | _email_columns(email.address, wanted, body.update_source, now)
    if row["permission_to_send"] == "unsubscribed" and wanted != "unsubscribed":
        if row["opt_out_source"] != "Account":
            raise invalid("permission_to_send: the contact is unsubscribed, and only the person can undo that")
        back = _email_columns(email.address, wanted, body.update_source, now)
        return {**back, "email_created_at": row["email_created_at"], "opt_out_reason": None}
    columns["permission_to_send"] = wanted
    if wanted == "unsubscribed" and row["permission_to_send"] != "unsubscribed":
        columns |= {
            "opt_out_source": body.update_source,
            "opt_out_date": now,
            "opt_out_reason": email.opt_out_reason,
        }
    return columns


@router.delete("/contacts/{contact_id}", operation_id="deleteContact", status_code=204)
def delete_contact(caller: ContactsCaller, contact_id: str) -> None:
    with caller.database.write() as connection:
        row = find_contact(connection, caller.account, contact_id)
        delete_contacts(connection, [row["id"]], caller.clock.iso())


def cross_references(caller: Caller, table: str, column: str, sequence_ids: str) -> list[dict[str, Any]]:
    wanted = [text.strip() for text in sequence_ids.split(",") if text.strip()]
    if not wanted or len(wanted) > 500 or not all(text.isdecimal() and len(text) < 18 for text in wanted):
        raise invalid("sequence_ids does not have a valid value")
    numbers = sorted({int(text) for text in wanted})
    rows = caller.database.connection.execute(
        f"SELECT id, {column} FROM {table} WHERE account = ? AND id IN ({', '.join('?' * len(numbers))}) ORDER BY id",
        (caller.account, *numbers),
    )
    return [{"sequence_id": str(row["id"]), column: row[column]} for row in rows]
