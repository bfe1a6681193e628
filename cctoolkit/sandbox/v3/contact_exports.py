"""The CSV of an export: every field, with the headings, words and times that programs which read it expect.

Nobody has published them; they are those that programs in production look for.
"""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse, StreamingResponse

from ..database import Database
from .caller import ContactsCaller
from .contact_json import sub_resources
from .errors import not_found
from .values import path_id

router = APIRouter(tags=["Bulk Activities"])

_PHONES = ("home", "mobile", "work", "other")
_PLACES = ("home", "work", "other")
#: Parts of an address, as they are named in answers and in the file.
_PARTS = {
    "street": "Street address line 1",
    "city": "City",
    "state": "State/Province",
    "postal_code": "Zip/Postal Code",
    "country": "Country",
}
_STATUS = {"explicit": "Active", "implicit": "Active", "unsubscribed": "Unsubscribed"}
_PERMISSION = {
    "explicit": "Express",
    "implicit": "Implied",
    "pending_confirmation": "Awaiting confirmation",
    "not_set": "Not set",
    "temp_hold": "On hold",
    "unsubscribed": "Unsubscribed",
}
#: What has to be read besides the contact, for which field.
_NEEDED = {
    "phone_number": "phone_numbers",
    **dict.fromkeys(("street", "city", "state", "zip", "country"), "street_addresses"),
    "notes": "notes",
    "custom_fields": "custom_fields",
    "tags": "taggings",
    "email_lists": "list_memberships",
}


def _of_address(part: str) -> list[str]:
    return [f"{_PARTS[part]} - {kind.title()}" for kind in _PLACES]


#: What may be asked for by `fields`, and the columns that it is. Those past the schema's own are what clients send.
FIELDS: dict[str, list[str]] = {
    "email_address": ["Email address"],
    "first_name": ["First name"],
    "last_name": ["Last name"],
    "company_name": ["Company"],
    "job_title": ["Job title"],
    "permission_to_send": ["Email status", "Email permission status"],
    "email_update_source": ["Email update source"],
    "email_optout_date": ["Confirmed Opt-Out Date"],
    "email_optout_source": ["Confirmed Opt-Out Source"],
    "email_optout_reason": ["Confirmed Opt-Out Reason"],
    "email_optin_source": ["Email opt-in source"],
    "email_optin_date": ["Email opt-in date"],
    "phone_number": [f"Phone - {kind}" for kind in _PHONES],
    "street": _of_address("street"),
    "city": _of_address("city"),
    "state": _of_address("state"),
    "zip": _of_address("postal_code"),
    "country": _of_address("country"),
    "birthday": ["Birthday"],
    "anniversary": ["Anniversary"],
    "website": ["Website"],
    "social_profiles": ["Social profiles"],
    "notes": ["Notes"],
    "custom_fields": [],  # one column for each that the account has
    "tags": ["Tags"],
    "email_lists": ["Email Lists"],
    "source_name": ["Source Name"],
    "created_at": ["Created At"],
    "updated_at": ["Updated At"],
}
#: What some clients write for it.
ALIASES = {"email": "email_address"}


def _time(text: str | None) -> str:
    return "" if not text else f"{text[:10]} {text[11:19]} +0000" if "T" in text else text


def _labels(connection: sqlite3.Connection, account: int) -> dict[str, str]:
    rows = connection.execute(
        "SELECT custom_field_id, label FROM custom_fields WHERE account = ? ORDER BY id", (account,)
    )
    return {row["custom_field_id"]: row["label"] for row in rows}


def _names(connection: sqlite3.Connection, account: int) -> dict[str, str]:
    """The names of lists and tags by their ids."""
    found = connection.execute("SELECT list_id, name FROM contact_lists WHERE account = ?", (account,)).fetchall()
    found += connection.execute("SELECT tag_id, name FROM tags WHERE account = ?", (account,)).fetchall()
    return {row[0]: row[1] for row in found}


def _birthday(contact: sqlite3.Row) -> str:
    month, day = contact["birthday_month"], contact["birthday_day"]
    return "" if month is None else f"{month:02}/{day:02}"


def _status(contact: sqlite3.Row) -> str:
    permission = _of_email("permission_to_send")(contact)
    return "Removed" if contact["deleted_at"] else _STATUS.get(permission, _PERMISSION.get(permission, ""))


def _plain(column: str) -> Callable[[sqlite3.Row], str]:
    return lambda contact: contact[column] or ""


def _of_email(column: str) -> Callable[[sqlite3.Row], str]:
    """Who has no address has nothing that belongs to one."""
    return lambda contact: "" if contact["address"] is None else contact[column] or ""


#: What stands in each column that a contact has by itself.
_OWN: Mapping[str, Callable[[sqlite3.Row], str]] = {
    "Email address": _of_email("address"),
    "First name": _plain("first_name"),
    "Last name": _plain("last_name"),
    "Company": _plain("company_name"),
    "Job title": _plain("job_title"),
    "Email status": _status,
    "Email permission status": lambda contact: _PERMISSION.get(_of_email("permission_to_send")(contact), ""),
    "Email update source": lambda contact: contact["update_source"] or contact["create_source"] or "",
    "Confirmed Opt-Out Date": lambda contact: _time(_of_email("opt_out_date")(contact)),
    "Confirmed Opt-Out Source": _of_email("opt_out_source"),
    "Confirmed Opt-Out Reason": _of_email("opt_out_reason"),
    "Email opt-in source": _of_email("opt_in_source"),
    "Email opt-in date": lambda contact: _time(_of_email("opt_in_date")(contact)),
    "Birthday": _birthday,
    "Anniversary": _plain("anniversary"),
    "Source Name": _plain("create_source"),
    "Created At": lambda contact: _time(contact["created_at"]),
    "Updated At": lambda contact: _time(contact["updated_at"]),
}


#: The columns of the database that these are made of.
_READ = (
    "id, address, first_name, last_name, company_name, job_title, permission_to_send, update_source, create_source,"
    " opt_in_source, opt_in_date, opt_out_source, opt_out_date, opt_out_reason, birthday_month, birthday_day, anniversary,"
    " created_at, updated_at, deleted_at"
)


def _besides(belonging: Mapping[str, list[Any]], names: Mapping[str, str]) -> dict[str, str]:
    """What stands in the columns of what belongs to a contact."""
    row = {
        "Notes": " | ".join(note["content"] for note in belonging.get("notes", ())),
        "Tags": ", ".join(names.get(each, "") for each in belonging.get("taggings", ())),
        "Email Lists": ", ".join(names.get(each, "") for each in belonging.get("list_memberships", ())),
    }
    for phone in belonging.get("phone_numbers", ()):
        row.setdefault(f"Phone - {phone['kind']}", phone["phone_number"])
    for place in belonging.get("street_addresses", ()):
        for part, column in _PARTS.items():
            row.setdefault(f"{column} - {place['kind'].title()}", place.get(part, ""))
    for value in belonging.get("custom_fields", ()):
        told = value.get("value", ",".join(value.get("choice_ids", [])))
        row[f"custom {value['custom_field_id']}"] = told
    return row


def _lines(database: Database, account: int, work: dict[str, Any]) -> Iterator[list[list[str]]]:
    """The lines of the file, some at a time: each is read with the connection of the thread that asks for it."""
    labels, names = _labels(database.connection, account), _names(database.connection, account)
    columns: dict[str, str] = {}
    for name in work["fields"]:
        columns |= {each: each for each in FIELDS[name]}
        if name == "custom_fields":
            columns |= {f"custom {each}": label for each, label in labels.items()}
    yield [list(columns.values())]
    wanted = set(work.get("permissions") or ())  # what an earlier version left waiting has none
    included = list(dict.fromkeys(_NEEDED[name] for name in work["fields"] if name in _NEEDED))
    own = [(column, _OWN.get(column)) for column in columns]
    for start in range(0, len(work["items"]), 500):
        chunk, connection = work["items"][start : start + 500], database.connection
        marks = ", ".join("?" * len(chunk))
        rows = connection.execute(f"SELECT {_READ} FROM contacts WHERE id IN ({marks}) ORDER BY id", chunk).fetchall()
        found = {name: sub_resources(connection, name, chunk) for name in included}
        lines = []
        for contact in rows:
            if wanted and _of_email("permission_to_send")(contact) not in wanted:
                continue
            belonging = {name: those[contact["id"]] for name, those in found.items() if contact["id"] in those}
            besides = _besides(belonging, names) if belonging else {}
            lines.append([made(contact) if made is not None else besides.get(column, "") for column, made in own])
        yield lines


def asked_for(names: Iterable[str]) -> list[str]:
    """The fields of an export by their own names, in the order of the file. Raises `KeyError` with one that is none."""
    wanted = {ALIASES.get(name, name) for name in names}
    for name in wanted:
        if name not in FIELDS:
            raise KeyError(name)
    return [name for name in FIELDS if name in wanted] or list(FIELDS)


@router.get("/contact_exports/{file_export_id}", operation_id="getContactsExport", response_class=PlainTextResponse)
def get_export(caller: ContactsCaller, file_export_id: str) -> StreamingResponse:
    """The CSV file of a completed export."""
    path_id("file_export_id", file_export_id)
    connection = caller.database.connection
    row = connection.execute(
        "SELECT work FROM activities WHERE account = ? AND activity_id = ? AND kind = 'contact_exports'"
        " AND state = 'completed'",
        (caller.account, file_export_id.lower()),
    ).fetchone()
    if row is None:
        raise not_found("The file_export_id was not found.")
    work = json.loads(row["work"])
    # At once from its first line on, as a file that lies ready: a million contacts take longer than a client waits for one.
    return StreamingResponse(_as_csv(_lines(caller.database, caller.account, work)), media_type="text/csv")


def _as_csv(lines: Iterator[list[list[str]]]) -> Iterator[str]:
    for some in lines:
        out = io.StringIO()
        csv.writer(out).writerows(some)
        yield out.getvalue()
