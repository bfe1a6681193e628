"""Writing contacts: what the single-contact calls and the bulk activities share."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from ..database import Database
from .bodies import CustomFieldValue, PhoneNumber, StreetAddress, SubResources
from .errors import invalid, not_found
from .values import path_id

CORE = (
    "first_name",
    "last_name",
    "job_title",
    "company_name",
    "birthday_month",
    "birthday_day",
    "anniversary",
)


def find_contact(connection: sqlite3.Connection, account: int, contact_id: str) -> sqlite3.Row:
    """Deleted ones too: they stay readable. A 400 for what is no id, a 404 for an unknown one."""
    path_id("contact_id", contact_id)
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM contacts WHERE account = ? AND contact_id = ?", (account, contact_id.lower())
    ).fetchone()
    if row is None:
        raise not_found("The contact_id was not found.")
    return row


def keys(connection: sqlite3.Connection, account: int, table: str, column: str, ids: Iterable[str]) -> list[int]:
    """The rows of lists or custom fields with these ids; an unknown one is a validation error."""
    found = []
    alive = " AND deleted_at IS NULL" if table == "contact_lists" else ""
    for each in ids:
        row = connection.execute(
            f"SELECT id FROM {table} WHERE account = ? AND {column} = ?{alive}", (account, each)
        ).fetchone()
        if row is None:
            raise invalid(f"{column} {each} does not exist")
        found.append(row["id"])
    return found


def insert(connection: sqlite3.Connection, table: str, values: dict[str, Any]) -> int:
    cursor = connection.execute(
        f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})", list(values.values())
    )
    return int(cursor.lastrowid or 0)


def update(connection: sqlite3.Connection, table: str, key: int, values: dict[str, Any]) -> None:
    connection.execute(
        f"UPDATE {table} SET {', '.join(f'{name} = ?' for name in values)} WHERE id = ?", (*values.values(), key)
    )


def opt_out(connection: sqlite3.Connection, contact: int, at: str, reason: str | None = None) -> None:
    """As the link at the end of a mail does it: off all lists, and only they can come back."""
    left = {
        "permission_to_send": "unsubscribed",
        "opt_out_source": "Contact",
        "opt_out_date": at,
        "opt_out_reason": reason,
        "update_source": "Contact",
        "updated_at": at,
    }
    update(connection, "contacts", contact, left)
    connection.execute("DELETE FROM list_memberships WHERE contact = ?", (contact,))


def delete_contacts(connection: sqlite3.Connection, contacts: Sequence[int], now: str) -> None:
    """Off all lists, and marked as deleted; what is known of them stays, so that they can be revived."""
    marks = [(key,) for key in contacts]
    connection.executemany("DELETE FROM list_memberships WHERE contact = ?", marks)
    connection.executemany(
        "UPDATE contacts SET deleted_at = ?, updated_at = ?, update_source = 'Account',"
        " opt_out_source = coalesce(opt_out_source, 'Account'), opt_out_date = coalesce(opt_out_date, ?)"
        " WHERE id = ? AND deleted_at IS NULL",
        [(now[:10], now, now, key) for key in contacts],
    )


def revived(row: sqlite3.Row) -> dict[str, Any]:
    """What coming back from deletion changes. Deleting is undone; having unsubscribed is not."""
    if row["deleted_at"] is None:
        return {}
    if row["permission_to_send"] == "unsubscribed":
        return {"deleted_at": None}
    return {"deleted_at": None, "opt_out_source": None, "opt_out_date": None, "opt_out_reason": None}


class SubResourceWriter:
    """Replaces those sub-resources of a contact that a body names; the others are left alone."""

    def __init__(self, database: Database, connection: sqlite3.Connection, account: int, now: str) -> None:
        self._database, self._connection, self._account, self._now = database, connection, account, now

    def replace(self, contact: int, body: SubResources, source: str) -> None:
        if body.phone_numbers is not None:
            self._clear("phone_numbers", contact)
            for phone in body.phone_numbers:
                self.add_phone(contact, phone, source)
        if body.street_addresses is not None:
            self._clear("street_addresses", contact)
            for address in body.street_addresses:
                self.add_address(contact, address)
        if body.custom_fields is not None:
            self._clear("custom_field_values", contact)
            self.set_custom_fields(contact, body.custom_fields)
        if body.list_memberships is not None:
            self._clear("list_memberships", contact)
            self.add_to_lists(contact, body.list_memberships)
        if body.taggings is not None:
            self._clear("taggings", contact)
            keys(self._connection, self._account, "tags", "tag_id", body.taggings)
            self._connection.executemany(
                "INSERT OR IGNORE INTO taggings VALUES (?, ?)", [(tag, contact) for tag in body.taggings]
            )
        if body.notes is not None:
            self._clear("notes", contact)
            for note in body.notes:
                note_id = self._database.new_id(self._connection, "note")
                self._connection.execute(
                    "INSERT INTO notes VALUES (?, ?, ?, ?)", (note_id, contact, note.content, self._now)
                )

    def add_phone(self, contact: int, phone: PhoneNumber, source: str) -> None:
        insert(
            self._connection,
            "phone_numbers",
            {
                "contact": contact,
                "phone_number_id": self._database.new_id(self._connection, "phone"),
                "phone_number": phone.phone_number,
                "kind": phone.kind,
                "create_source": source,
                "created_at": self._now,
                "updated_at": self._now,
            },
        )

    def add_address(self, contact: int, address: StreetAddress) -> None:
        insert(
            self._connection,
            "street_addresses",
            {
                "contact": contact,
                "street_address_id": self._database.new_id(self._connection, "address"),
                **address.model_dump(),
                "created_at": self._now,
                "updated_at": self._now,
            },
        )

    def set_custom_fields(self, contact: int, values: Iterable[CustomFieldValue]) -> None:
        for each in values:
            [key] = keys(self._connection, self._account, "custom_fields", "custom_field_id", [each.custom_field_id])
            text = each.value if each.value is not None else ",".join(each.choice_ids or [])
            self._connection.execute(
                "INSERT OR REPLACE INTO custom_field_values VALUES (?, ?, ?)", (contact, key, text)
            )

    def add_to_lists(self, contact: int, list_ids: Iterable[str]) -> None:
        found = keys(self._connection, self._account, "contact_lists", "list_id", list_ids)
        self._connection.executemany(
            "INSERT OR IGNORE INTO list_memberships VALUES (?, ?)", [(key, contact) for key in found]
        )

    def _clear(self, table: str, contact: int) -> None:
        self._connection.execute(f"DELETE FROM {table} WHERE contact = ?", (contact,))
