"""Bulk Activities that start from JSON: imports, exports, deletions, list memberships and taggings."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from typing import Any, get_args

from fastapi import APIRouter

from ..clock import iso
from .bodies import (
    ContactDelete,
    ContactsExport,
    ContactSource,
    CustomFieldIds,
    JsonImport,
    ListIds,
    ListMemberships,
    Permission,
    Taggings,
    TagIds,
)
from .caller import Caller, ContactsCaller
from .contact_exports import asked_for
from .contact_store import keys
from .errors import invalid
from .file_import import KNOWN_IN_JSON, heading
from .jobs import queue_activity
from .segments import segment_members

router = APIRouter(tags=["Bulk Activities"])

_NEW = 30 * 86_400
#: The kinds of source that an activity takes.
_REMOVED_BY = {"contact_ids", "list_ids", "tag_ids", "all_active_contacts", "engagement_level"}
_ADDED_BY = {*_REMOVED_BY, "segment_id"}
_TAGGED_BY = {"contact_ids", "list_ids", "tag_ids", "all_active_contacts", "new_subscriber"}
#: What a status of an export means, where it is not a permission itself; nothing stands for everybody.
_PERMISSIONS: dict[str | None, list[str]] = {
    None: [],
    "all": [],
    "active": ["explicit", "implicit"],
    "removed": [],
    "deleted": [],
}


def _contacts(
    caller: Caller, source: ContactSource, excluded: list[str], kinds: Collection[str] | None = None
) -> list[int]:
    """The contacts that a source names, deleted ones left out. A 400 unless it names exactly one kind, of `kinds`."""
    given = [name for name, value in source.model_dump().items() if value not in (None, False)]
    if len(given) != 1:
        raise invalid("source does not have a valid value: give exactly one kind of source")
    if kinds is not None and given[0] not in kinds:
        raise invalid(f"source does not have a valid value: {given[0]} is no source here")
    connection, account = caller.database.connection, caller.account
    alive = "SELECT c.id FROM contacts c WHERE c.account = ? AND c.deleted_at IS NULL"
    if source.contact_ids is not None:
        found = _by_ids(connection, account, source.contact_ids)
    elif source.list_ids is not None:
        lists = keys(connection, account, "contact_lists", "list_id", source.list_ids)
        found = _ids(
            connection,
            f"{alive} AND c.id IN (SELECT contact FROM list_memberships WHERE list IN ({_marks(lists)}))",
            account,
            *lists,
        )
    elif source.tag_ids is not None:
        keys(connection, account, "tags", "tag_id", source.tag_ids)
        found = _ids(
            connection,
            f"{alive} AND c.id IN (SELECT contact FROM taggings WHERE tag_id IN ({_marks(source.tag_ids)}))",
            account,
            *source.tag_ids,
        )
    elif source.all_active_contacts:
        found = _ids(connection, f"{alive} AND c.permission_to_send IN ('explicit', 'implicit')", account)
    elif source.new_subscriber:
        found = _ids(connection, f"{alive} AND c.created_at > ?", account, iso(caller.clock.now() - _NEW))
    elif source.segment_id is not None:
        found = segment_members(connection, account, source.segment_id)
    else:  # engagement_level: the sandbox does not rate engagement, so nobody has any
        found = []
    left_out = set(_by_ids(connection, account, excluded))
    return [key for key in found if key not in left_out]


def _by_ids(connection: sqlite3.Connection, account: int, contact_ids: list[str]) -> list[int]:
    return _ids(
        connection,
        "SELECT id FROM contacts WHERE account = ? AND deleted_at IS NULL"
        f" AND contact_id IN ({_marks(contact_ids)}) ORDER BY id",
        account,
        *contact_ids,
    )


def _ids(connection: sqlite3.Connection, query: str, *values: Any) -> list[int]:
    return [row["id"] for row in connection.execute(query, values)]


def _marks(values: Any) -> str:
    return ", ".join("?" * len(values))


@router.post("/activities/contacts_json_import", operation_id="bulkImportContactsJSON", status_code=201)
def import_json(caller: ContactsCaller, body: JsonImport) -> dict[str, Any]:
    lists = keys(caller.database.connection, caller.account, "contact_lists", "list_id", body.list_ids)
    rows = []
    for entry in body.import_data:
        named = ((heading(name, KNOWN_IN_JSON), value) for name, value in entry.items())
        rows.append({name: str(value).strip() for name, value in named if name and value not in (None, "")})
    return queue_activity(caller, "contacts_json_import", rows, lists=lists, sms=body.sms_permission_to_send)


@router.post("/activities/contact_delete", operation_id="postContactDelete", status_code=201)
def delete_contacts(caller: ContactsCaller, body: ContactDelete) -> dict[str, Any]:
    found = _contacts(caller, ContactSource(contact_ids=body.contact_ids, list_ids=body.list_ids), [])
    return queue_activity(caller, "contact_delete", found, list_count=len(body.list_ids or []) or None)


@router.post("/activities/add_list_memberships", operation_id="postListAddContact", status_code=201)
def add_list_memberships(caller: ContactsCaller, body: ListMemberships) -> dict[str, Any]:
    return _list_memberships(caller, "add_list_memberships", body, _ADDED_BY)


@router.post("/activities/remove_list_memberships", operation_id="postListRemoveContact", status_code=201)
def remove_list_memberships(caller: ContactsCaller, body: ListMemberships) -> dict[str, Any]:
    return _list_memberships(caller, "remove_list_memberships", body, _REMOVED_BY)


def _list_memberships(caller: Caller, kind: str, body: ListMemberships, kinds: Collection[str]) -> dict[str, Any]:
    lists = keys(caller.database.connection, caller.account, "contact_lists", "list_id", body.list_ids)
    found = _contacts(caller, body.source, body.exclude.contact_ids, kinds)
    return queue_activity(caller, kind, found, lists=lists, list_count=len(lists))


@router.post("/activities/list_delete", operation_id="postListDelete", status_code=201)
def delete_lists(caller: ContactsCaller, body: ListIds) -> dict[str, Any]:
    lists = keys(caller.database.connection, caller.account, "contact_lists", "list_id", body.list_ids)
    return queue_activity(caller, "list_delete", lists, list_count=len(lists))


@router.post("/activities/contacts_taggings_add", operation_id="postTagAddContact", status_code=201)
def add_taggings(caller: ContactsCaller, body: Taggings) -> dict[str, Any]:
    return _taggings(caller, "contacts_taggings_add", body)


@router.post("/activities/contacts_taggings_remove", operation_id="postTagRemoveContact", status_code=201)
def remove_taggings(caller: ContactsCaller, body: Taggings) -> dict[str, Any]:
    return _taggings(caller, "contacts_taggings_remove", body)


def _taggings(caller: Caller, kind: str, body: Taggings) -> dict[str, Any]:
    keys(caller.database.connection, caller.account, "tags", "tag_id", body.tag_ids)
    found = _contacts(caller, body.source, body.exclude.contact_ids, _TAGGED_BY)
    return queue_activity(caller, kind, found, tags=body.tag_ids)


@router.post("/activities/contacts_tags_delete", operation_id="postTagDelete", status_code=201)
def delete_tags(caller: ContactsCaller, body: TagIds) -> dict[str, Any]:
    keys(caller.database.connection, caller.account, "tags", "tag_id", body.tag_ids)
    return queue_activity(caller, "contacts_tags_delete", body.tag_ids)


@router.post("/activities/custom_fields_delete", operation_id="postCustomFieldDelete", status_code=201)
def delete_custom_fields(caller: ContactsCaller, body: CustomFieldIds) -> dict[str, Any]:
    keys(caller.database.connection, caller.account, "custom_fields", "custom_field_id", body.custom_field_ids)
    return queue_activity(caller, "custom_fields_delete", body.custom_field_ids)


@router.post("/activities/contact_exports", operation_id="postContactsExport", status_code=201)
def export_contacts(caller: ContactsCaller, body: ContactsExport) -> dict[str, Any]:
    try:
        fields = asked_for(body.fields or [])
    except KeyError as error:
        raise invalid(f"fields does not have a valid value: {error.args[0]}") from error
    alone = [name for name in body.fields or [] if name.startswith("email_opt")]
    if alone and "email_address" not in fields:
        raise invalid(f"fields does not have a valid value: {alone[0]} goes with email_address only")
    if body.status not in _PERMISSIONS and body.status not in get_args(Permission):
        raise invalid("status does not have a valid value")
    chosen = ContactSource(
        contact_ids=body.contact_ids,
        list_ids=body.list_ids,
        tag_ids=body.tag_ids,
        new_subscriber=body.new_subscriber,
        segment_id=body.segment_id,
    )
    if body.new_subscriber and body.list_ids is not None:  # the two kinds of source that go together here
        new = _contacts(caller, ContactSource(new_subscriber=True), body.exclude.contact_ids)
        found = sorted(set(_contacts(caller, ContactSource(list_ids=body.list_ids), [])) & set(new))
    elif any(value not in (None, False) for value in chosen.model_dump().values()):
        found = _contacts(caller, chosen, body.exclude.contact_ids)
    else:
        gone = "NOT NULL" if body.status in ("removed", "deleted") else "NULL"
        everybody = f"SELECT id FROM contacts WHERE account = ? AND deleted_at IS {gone}"
        left_out = set(_by_ids(caller.database.connection, caller.account, body.exclude.contact_ids))
        every = _ids(caller.database.connection, everybody, caller.account)
        found = [key for key in every if key not in left_out]
    permissions = _PERMISSIONS.get(body.status, [body.status or ""])
    return queue_activity(caller, "contact_exports", found, fields=fields, permissions=permissions)
