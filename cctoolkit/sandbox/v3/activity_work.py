"""What each kind of activity does with some of its items, in the caller's transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..database import Database
from .contact_store import delete_contacts
from .file_import import Counts, RowImporter


@dataclass(frozen=True)
class Step:
    """Some items of an activity, and what to work on them with."""

    database: Database
    connection: sqlite3.Connection
    account: int
    work: Mapping[str, Any]
    items: list[Any]
    now: str


def _import_rows(step: Step) -> Counts:
    importer = RowImporter(step.database, step.connection, step.account, step.work["lists"], step.work["sms"], step.now)
    for row in step.items:
        importer.take(row)
    return importer.counts


def _export(step: Step) -> Counts:
    return Counts()  # the file is written when it is asked for; until then the items are what to write


def _delete_contacts(step: Step) -> Counts:
    delete_contacts(step.connection, step.items, step.now)
    return Counts()


def _add_to_lists(step: Step) -> Counts:
    """Who unsubscribed or was deleted stays off."""
    step.connection.executemany(
        "INSERT OR IGNORE INTO list_memberships SELECT ?, id FROM contacts WHERE id = ? AND deleted_at IS NULL"
        " AND coalesce(permission_to_send, '') != 'unsubscribed'",
        [(list_key, contact) for contact in step.items for list_key in step.work["lists"]],
    )
    return Counts()


def _remove_from_lists(step: Step) -> Counts:
    step.connection.executemany(
        "DELETE FROM list_memberships WHERE list = ? AND contact = ?",
        [(list_key, contact) for contact in step.items for list_key in step.work["lists"]],
    )
    return Counts()


def _delete_lists(step: Step) -> Counts:
    for list_key in step.items:
        step.connection.execute("DELETE FROM list_memberships WHERE list = ?", (list_key,))
        step.connection.execute(
            "UPDATE contact_lists SET deleted_at = ?, updated_at = ? WHERE id = ? AND deleted_at IS NULL",
            (step.now, step.now, list_key),
        )
    return Counts()


def _add_tags(step: Step) -> Counts:
    # Only tags that are still there: one may have been deleted while this waited.
    step.connection.executemany(
        "INSERT OR IGNORE INTO taggings SELECT tag_id, ? FROM tags WHERE account = ? AND tag_id = ?",
        [(contact, step.account, tag) for contact in step.items for tag in step.work["tags"]],
    )
    return Counts()


def _remove_tags(step: Step) -> Counts:
    step.connection.executemany(
        "DELETE FROM taggings WHERE tag_id = ? AND contact = ?",
        [(tag, contact) for contact in step.items for tag in step.work["tags"]],
    )
    return Counts()


def _delete_tags(step: Step) -> Counts:
    for tag in step.items:
        step.connection.execute("DELETE FROM taggings WHERE tag_id = ?", (tag,))
        step.connection.execute("DELETE FROM tags WHERE account = ? AND tag_id = ?", (step.account, tag))
    return Counts()


def _delete_custom_fields(step: Step) -> Counts:
    for custom_field_id in step.items:
        ours = "SELECT id FROM custom_fields WHERE account = ? AND custom_field_id = ?"
        which = (step.account, custom_field_id)
        step.connection.execute(f"DELETE FROM custom_field_values WHERE custom_field IN ({ours})", which)
        step.connection.execute("DELETE FROM custom_fields WHERE account = ? AND custom_field_id = ?", which)
    return Counts()


WORK: Mapping[str, Callable[[Step], Counts]] = {
    "contacts_file_import": _import_rows,
    "contacts_json_import": _import_rows,
    "contact_exports": _export,
    "contact_delete": _delete_contacts,
    "add_list_memberships": _add_to_lists,
    "remove_list_memberships": _remove_from_lists,
    "list_delete": _delete_lists,
    "contacts_taggings_add": _add_tags,
    "contacts_taggings_remove": _remove_tags,
    "contacts_tags_delete": _delete_tags,
    "custom_fields_delete": _delete_custom_fields,
}
