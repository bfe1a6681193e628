"""The CSV of an export: every field, with the headings, words and times that programs which read it expect.

Nobody has published them; they are those that programs in production look for.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
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
}
_QUOTED = re.compile(r'["\r\n]')
#: Contacts that are read at a time.
TOGETHER = 1_000


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


def _labels(connection: sqlite3.Connection, account: int) -> dict[str, str]:
    rows = connection.execute(
        "SELECT custom_field_id, label FROM custom_fields WHERE account = ? ORDER BY id", (account,)
    )
    return {row["custom_field_id"]: row["label"] for row in rows}


def _of_email(column: str) -> str:
    """Who has no address has nothing that belongs to one."""
    return f"CASE WHEN address IS NULL THEN '' ELSE coalesce({column}, '') END"


def _time(cell: str) -> str:
    return f"CASE WHEN substr({cell}, 11, 1) = 'T' THEN substr({cell}, 1, 10) || ' ' || substr({cell}, 12, 8) || ' +0000' ELSE {cell} END"


def _word(cell: str, words: Mapping[str, str]) -> str:
    cases = " ".join(f"WHEN '{said}' THEN '{word}'" for said, word in words.items())
    return f"CASE {cell} {cases} ELSE '' END"


def _plain(column: str) -> str:
    return f"coalesce({column}, '')"


_ALLOWED = _of_email("permission_to_send")
#: What stands in each column that a contact has by itself, and in those of names, as the database says it: of a million contacts,
#: Python would take a minute more.
_OWN: Mapping[str, str] = {
    "Email address": _of_email("address"),
    "First name": _plain("first_name"),
    "Last name": _plain("last_name"),
    "Company": _plain("company_name"),
    "Job title": _plain("job_title"),
    "Email status": f"CASE WHEN deleted_at IS NULL THEN {_word(_ALLOWED, _PERMISSION | _STATUS)} ELSE 'Removed' END",
    "Email permission status": _word(_ALLOWED, _PERMISSION),
    "Email update source": "coalesce(nullif(update_source, ''), create_source, '')",
    "Confirmed Opt-Out Date": _time(_of_email("opt_out_date")),
    "Confirmed Opt-Out Source": _of_email("opt_out_source"),
    "Confirmed Opt-Out Reason": _of_email("opt_out_reason"),
    "Email opt-in source": _of_email("opt_in_source"),
    "Email opt-in date": _time(_of_email("opt_in_date")),
    "Birthday": "CASE WHEN birthday_month IS NULL THEN '' ELSE printf('%02d/%02d', birthday_month, birthday_day) END",
    "Anniversary": _plain("anniversary"),
    "Tags": "coalesce((SELECT group_concat(name, ', ') FROM (SELECT t.name FROM taggings g JOIN tags t ON t.tag_id ="
    " g.tag_id WHERE g.contact = contacts.id ORDER BY t.tag_id)), '')",
    "Email Lists": "coalesce((SELECT group_concat(name, ', ') FROM (SELECT l.name FROM list_memberships m JOIN contact_lists l"
    " ON l.id = m.list WHERE m.contact = contacts.id AND l.deleted_at IS NULL ORDER BY l.id)), '')",
    "Source Name": _plain("create_source"),
    "Created At": _time(_plain("created_at")),
    "Updated At": _time(_plain("updated_at")),
}


def _besides(belonging: Mapping[str, list[Any]]) -> dict[str, str]:
    """What stands in the columns of what belongs to a contact."""
    row = {"Notes": " | ".join(note["content"] for note in belonging.get("notes", ()))}
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
    columns: dict[str, str] = {}
    for name in work["fields"]:
        columns |= {each: each for each in FIELDS[name]}
        if name == "custom_fields":
            labels = _labels(database.connection, account)
            columns |= {f"custom {each}": label for each, label in labels.items()}
    yield [list(columns.values())]
    wanted = sorted(work.get("permissions") or ())  # what an earlier version left waiting has none
    included = list(dict.fromkeys(_NEEDED[name] for name in work["fields"] if name in _NEEDED))
    own = [column for column in columns if column in _OWN]
    cells = "".join(f", {_OWN[column]}" for column in own)
    places = _Places(list(columns), own)
    allowed = f" AND {_ALLOWED} IN ({', '.join('?' * len(wanted))})" if wanted else ""
    for start in range(0, len(work["items"]), TOGETHER):
        chunk, connection = work["items"][start : start + TOGETHER], database.connection
        marks = ", ".join("?" * len(chunk))
        rows = connection.execute(
            f"SELECT id{cells} FROM contacts WHERE id IN ({marks}){allowed} ORDER BY id", (*chunk, *wanted)
        ).fetchall()
        found = {name: sub_resources(connection, name, chunk) for name in included}
        having = {contact for those in found.values() for contact in those}
        lines = [places.line(row) for row in rows]
        for row, line in zip(rows, lines, strict=True):
            if row[0] in having:
                besides = _besides({name: those[row[0]] for name, those in found.items() if row[0] in those})
                places.put(besides, line)
        yield lines


class _Places:
    """Where the cells of a contact's own stand in a line, and those of what belongs to it between them."""

    def __init__(self, columns: list[str], own: list[str]) -> None:
        self._at = {column: at for at, column in enumerate(columns)}
        self._parts: list[slice | list[str]] = []
        used = 1  # after the id
        for is_own, group in groupby(columns, key=frozenset(own).__contains__):
            count = len(list(group))
            self._parts.append(slice(used, used + count) if is_own else [""] * count)
            used += count if is_own else 0

    def line(self, row: sqlite3.Row) -> list[str]:
        cells: list[str] = []
        for part in self._parts:
            cells += row[part] if isinstance(part, slice) else part
        return cells

    def put(self, besides: Mapping[str, str], line: list[str]) -> None:
        for column, cell in besides.items():
            if column in self._at:
                line[self._at[column]] = cell


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
        yield "".join(map(_written, some))


def _written(cells: list[str]) -> str:
    """A line of the file. Most have nothing to be quoted, and are written in a tenth of the time."""
    line = ",".join(cells)
    if line and line.count(",") == len(cells) - 1 and not _QUOTED.search(line):
        return f"{line}\r\n"
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
