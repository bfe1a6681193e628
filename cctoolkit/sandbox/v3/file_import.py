"""An import as the service does it: which headings it knows, which rows it takes, what it changes.

Written from what is published about the service and from nothing of the client's: the two check each other.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from ..database import Database
from .contact_store import insert, revived, update
from .values import EMAIL, date

#: The whole request body, in bytes; and the lines of the file, its heading among them.
BODY_LIMIT = 4_000_000
LINE_LIMIT = 40_000

CORE = ("first_name", "last_name", "job_title", "company_name")
ADDRESS = {"street": "street", "city": "city", "state": "state", "zip": "postal_code", "country": "country"}
KNOWN = {
    "email",
    "sms_number",
    *CORE,
    *ADDRESS,
    "street2",
    "phone",
    "anniversary",
    "birthday_day",
    "birthday_month",
    "sms_consent_date",
}
MOST = {
    "email": 80,
    **dict.fromkeys(CORE, 50),
    "street": 255,
    "street2": 255,
    "city": 50,
    "state": 50,
    "zip": 50,
    "country": 50,
    "phone": 25,
}
#: What a heading is of: a phone of which kind, and which line of which address.
_PHONES = {"phone": "other", **{f"{kind}_phone": kind for kind in ("home", "work", "mobile", "other")}}
_ADDRESSES = {
    f"{before}{name}": (kind, column)
    for before, kind in (("", "home"), ("home_", "home"), ("work_", "work"), ("other_", "other"))
    for name, column in {**ADDRESS, "street2": "street2"}.items()
}
#: An import from JSON knows more of both: three addresses and several kinds of phone.
KNOWN_IN_JSON = KNOWN | set(_PHONES) | set(_ADDRESSES)
MOST |= dict.fromkeys(_PHONES, MOST["phone"])
MOST |= {name: MOST[name.rpartition("_")[2]] for name in _ADDRESSES}
CUSTOM_FIELDS_OF_A_CONTACT = 25


@dataclass(frozen=True)
class ImportFile:
    headings: frozenset[str]
    rows: list[dict[str, str]]


def read_import_file(content: bytes) -> ImportFile:
    """The rows under the headings that the service knows. What is past the line limit is not there."""
    try:
        # Not final: the byte limit may have cut a character in two.
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(content, final=False)
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    csv.field_size_limit(BODY_LIMIT)
    reader = csv.reader(io.StringIO(text.replace("\0", ""), newline=""))
    headings = [heading(name) for name in next(reader, [])]
    rows = []
    for cells in reader:
        if reader.line_num > LINE_LIMIT:
            break
        if any(cell.strip() for cell in cells):
            named = zip(headings, cells, strict=False)
            rows.append({name: cell.strip() for name, cell in named if name and cell.strip()})
    return ImportFile(frozenset(headings) - {""}, rows)


def _stored(custom_field: sqlite3.Row, value: str) -> str:
    """The choices of a select by their ids, where the cell names them by label or id; all else as it stands.

    What the service takes for a typed field in a file is not published.
    """
    if custom_field["type"] not in ("single_select", "multi_select"):
        return value
    choices = json.loads(custom_field["choices"] or "[]")
    ids = {str(choice["choice_label"]).casefold(): str(choice["choice_id"]) for choice in choices}
    ids |= {each: each for each in ids.values()}
    parts = [value] if value.casefold() in ids else value.split(",")
    found = [ids.get(part.strip().casefold()) for part in parts]
    return value if None in found else ",".join(map(str, found))


def heading(name: str, known: Collection[str] = KNOWN) -> str:
    """A heading in the service's spelling; empty for a column that it does not know, and passes over."""
    name = name.strip()
    if name.lower().startswith("cf:"):
        return "cf:" + name[3:].strip().lower()
    name = re.sub(r"[\s_]+", "_", name.lower())
    return name if name in known else ""


@dataclass
class Counts:
    person: int = 0
    error: int = 0
    correctable: int = 0
    cannot_add_to_list: int = 0


@dataclass
class RowImporter:
    """Adds or updates one contact a row, in the caller's transaction."""

    database: Database
    connection: sqlite3.Connection
    account: int
    lists: list[int]
    sms_permission: str | None
    now: str
    counts: Counts = field(default_factory=Counts)

    def __post_init__(self) -> None:
        self._custom_fields = {
            str(row["name"]): row
            for row in self.connection.execute("SELECT * FROM custom_fields WHERE account = ?", (self.account,))
        }

    def take(self, row: dict[str, str]) -> None:
        values = self._values(row)
        if values is None:
            return
        self.counts.person += 1
        contact = self._find(row, values)
        if contact is None:
            key = self._create(row, values)
        else:
            key = int(contact["id"])
            self._update(key, {**values, **revived(contact)})
        self._sub_resources(key, row, new=contact is None)
        if contact is not None and contact["permission_to_send"] == "unsubscribed":
            self.counts.cannot_add_to_list += 1
            return
        self.connection.executemany(
            "INSERT OR IGNORE INTO list_memberships VALUES (?, ?)", [(entry, key) for entry in self.lists]
        )

    def _values(self, row: dict[str, str]) -> dict[str, Any] | None:
        """The columns to set; None for a row that is not taken, which is then counted."""
        if any(
            len(value) > (255 if name.startswith("cf:") else MOST.get(name, len(value))) for name, value in row.items()
        ):
            self.counts.error += 1
            return None
        values: dict[str, Any] = {name: row[name] for name in CORE if name in row}
        if "anniversary" in row:
            values["anniversary"] = date(row["anniversary"])
        if "birthday_day" in row or "birthday_month" in row:
            birthday = _birthday(row.get("birthday_month", ""), row.get("birthday_day", ""))
            values["birthday_month"], values["birthday_day"] = birthday or (None, None)
        if "sms_number" in row:
            values["sms_number"] = re.sub(r"\D", "", row["sms_number"])
            values["sms_permission"] = self.sms_permission
            if self.sms_permission == "explicit":
                consent = date(row.get("sms_consent_date", ""))
                values["sms_opt_in_date"] = consent and f"{consent}T00:00:00Z"
        malformed = (
            ("email" in row and not EMAIL.fullmatch(row["email"]))
            or ("sms_number" in row and not 10 <= len(values["sms_number"]) <= 15)
            or ("email" not in row and "sms_number" not in row)
            or any(value is None for value in values.values())
        )
        if malformed:
            self.counts.correctable += 1
            return None
        return values

    def _find(self, row: dict[str, str], values: dict[str, Any]) -> sqlite3.Row | None:
        column, value = (
            ("address_key", row["email"].lower()) if "email" in row else ("sms_number", values["sms_number"])
        )
        found: sqlite3.Row | None = self.connection.execute(
            f"SELECT id, permission_to_send, deleted_at FROM contacts WHERE account = ? AND {column} = ?",
            (self.account, value),
        ).fetchone()
        return found

    def _create(self, row: dict[str, str], values: dict[str, Any]) -> int:
        created: dict[str, Any] = {
            "account": self.account,
            "contact_id": self.database.new_id(self.connection, "contact"),
            **values,
            "create_source": "Account",
            "created_at": self.now,
            "updated_at": self.now,
        }
        if "email" in row:
            created |= {
                "address": row["email"],
                "address_key": row["email"].lower(),
                "permission_to_send": "implicit",
                "email_created_at": self.now,
                "email_updated_at": self.now,
                "opt_in_source": "Account",
                "opt_in_date": self.now,
                "confirm_status": "off",
            }
        cursor = self.connection.execute(
            f"INSERT INTO contacts ({', '.join(created)}) VALUES ({', '.join('?' * len(created))})",
            list(created.values()),
        )
        return int(cursor.lastrowid or 0)

    def _update(self, key: int, values: dict[str, Any]) -> None:
        changed = {**values, "update_source": "Account", "updated_at": self.now}
        self.connection.execute(
            f"UPDATE contacts SET {', '.join(f'{name} = ?' for name in changed)} WHERE id = ?",
            (*changed.values(), key),
        )

    def _sub_resources(self, key: int, row: dict[str, str], *, new: bool) -> None:
        """Of a new contact nothing has to be looked up: it has none yet."""
        addresses: dict[str, dict[str, str]] = {}
        phones = None if new else self._phones(key)
        for name, value in row.items():
            if name in _PHONES:
                phones = [] if phones is None else phones
                self._phone(key, value, _PHONES[name], phones)
            elif name in _ADDRESSES:
                kind, column = _ADDRESSES[name]
                addresses.setdefault(kind, {})[column] = value
        for kind, address in addresses.items():
            stored = None if new else self._stored_address(key, kind)
            self._address(key, kind, address, address.pop("street2", ""), stored)
        for name in [name for name in row if name.startswith("cf:")][:CUSTOM_FIELDS_OF_A_CONTACT]:
            custom_field = self._custom_fields.get(name[3:])
            if custom_field is not None:
                self.connection.execute(
                    "INSERT OR REPLACE INTO custom_field_values VALUES (?, ?, ?)",
                    (key, custom_field["id"], _stored(custom_field, row[name])),
                )

    def _phones(self, key: int) -> list[str]:
        rows = self.connection.execute("SELECT phone_number FROM phone_numbers WHERE contact = ?", (key,))
        return [str(row["phone_number"]) for row in rows]

    def _phone(self, key: int, number: str, kind: str, kept: list[str]) -> None:
        if len(kept) < 3 and number not in kept:
            kept.append(number)
            self.connection.execute(
                "INSERT INTO phone_numbers (contact, phone_number_id, phone_number, kind, create_source,"
                " created_at, updated_at) VALUES (?, ?, ?, ?, 'Account', ?, ?)",
                (key, self.database.new_id(self.connection, "phone"), number, kind, self.now, self.now),
            )

    def _stored_address(self, key: int, kind: str) -> sqlite3.Row | None:
        found: sqlite3.Row | None = self.connection.execute(
            "SELECT id, street FROM street_addresses WHERE contact = ? AND kind = ?", (key, kind)
        ).fetchone()
        return found

    def _address(self, key: int, kind: str, address: dict[str, str], street2: str, stored: sqlite3.Row | None) -> None:
        if street2:  # the second line follows the first, which may be one that is stored
            street = address.get("street") or (stored["street"] if stored is not None else None)
            address = {**address, "street": ", ".join(filter(None, [street, street2]))}
        if stored is not None:
            update(self.connection, "street_addresses", stored["id"], {**address, "updated_at": self.now})
            return
        made = {
            "contact": key,
            "street_address_id": self.database.new_id(self.connection, "address"),
            "kind": kind,
            "created_at": self.now,
            "updated_at": self.now,
        }
        insert(self.connection, "street_addresses", {**made, **address})


def _birthday(month: str, day: str) -> tuple[int, int] | None:
    if not (month.isdecimal() and day.isdecimal()):
        return None
    valid = date(f"2000-{month}-{day}")  # a leap year, so that the 29th of February is one
    return (int(month), int(day)) if valid else None
