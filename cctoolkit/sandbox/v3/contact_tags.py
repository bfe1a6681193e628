"""Contact Tags."""

from __future__ import annotations

import sqlite3
from typing import Annotated, Any

from fastapi import APIRouter, Query

from .bodies import TagInput
from .caller import Caller, ContactsCaller
from .contact_store import insert, update
from .errors import CONFLICT, ApiError, not_found
from .jobs import queue_activity
from .paging import next_link, read_cursor
from .values import path_id

router = APIRouter(tags=["Contact Tags"])


def _find(connection: sqlite3.Connection, account: int, tag_id: str) -> sqlite3.Row:
    path_id("tag_id", tag_id)
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM tags WHERE account = ? AND tag_id = ?", (account, tag_id.lower())
    ).fetchone()
    if row is None:
        raise not_found("The tag_id was not found.")
    return row


def _json(connection: sqlite3.Connection, row: sqlite3.Row, counted: bool) -> dict[str, Any]:
    entry = {name: row[name] for name in ("tag_id", "name", "created_at", "updated_at")}
    if row["tag_source"] is not None:
        entry["tag_source"] = row["tag_source"]
    if counted:
        entry["contacts_count"] = connection.execute(
            "SELECT count(*) FROM taggings t JOIN contacts c ON c.id = t.contact"
            " WHERE t.tag_id = ? AND c.deleted_at IS NULL",
            (row["tag_id"],),
        ).fetchone()[0]
    return entry


def _check_name(connection: sqlite3.Connection, caller: Caller, name: str, but: int = 0) -> None:
    if connection.execute(
        "SELECT 1 FROM tags WHERE account = ? AND name = ? COLLATE NOCASE AND id != ?", (caller.account, name, but)
    ).fetchone():
        raise ApiError(409, CONFLICT, f"The tag name {name} already exists.")


@router.get("/contact_tags", operation_id="getTags")
async def get_tags(
    caller: ContactsCaller,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    include_count: bool = False,
    cursor: str | None = None,
) -> dict[str, Any]:
    after = 0
    if cursor is not None:
        query, after = read_cursor(cursor)
        limit, include_count = int(query.get("limit", limit)), query.get("include_count") == "True"
    connection = caller.database.connection
    rows = connection.execute(
        "SELECT * FROM tags WHERE account = ? AND id > ? ORDER BY id LIMIT ?", (caller.account, after, limit + 1)
    ).fetchall()
    answer: dict[str, Any] = {"tags": [_json(connection, row, include_count) for row in rows[:limit]]}
    if len(rows) > limit:
        carried = {"limit": limit, "include_count": include_count}
        answer["_links"] = next_link("/contact_tags", carried, rows[limit - 1]["id"])
    return answer


@router.post("/contact_tags", operation_id="postTag", status_code=201)
def create_tag(caller: ContactsCaller, body: TagInput) -> dict[str, Any]:
    now = caller.clock.iso()
    with caller.database.write() as connection:
        _check_name(connection, caller, body.name)
        tag_id = caller.database.new_id(connection, "tag")
        values = {
            "account": caller.account,
            "tag_id": tag_id,
            **body.model_dump(),
            "created_at": now,
            "updated_at": now,
        }
        insert(connection, "tags", values)
        return _json(connection, _find(connection, caller.account, tag_id), counted=True)


@router.get("/contact_tags/{tag_id}", operation_id="getTag")
async def get_tag(caller: ContactsCaller, tag_id: str, include_count: bool = False) -> dict[str, Any]:
    connection = caller.database.connection
    return _json(connection, _find(connection, caller.account, tag_id), include_count)


@router.put("/contact_tags/{tag_id}", operation_id="putTag")
def put_tag(caller: ContactsCaller, tag_id: str, body: TagInput) -> dict[str, Any]:
    with caller.database.write() as connection:
        row = _find(connection, caller.account, tag_id)
        _check_name(connection, caller, body.name, row["id"])
        update(connection, "tags", row["id"], {"name": body.name, "updated_at": caller.clock.iso()})
        return _json(connection, _find(connection, caller.account, tag_id), counted=True)


@router.delete("/contact_tags/{tag_id}", operation_id="deleteTag", status_code=202)
def delete_tag(caller: ContactsCaller, tag_id: str) -> dict[str, Any]:
    _find(caller.database.connection, caller.account, tag_id)
    return queue_activity(caller, "contacts_tags_delete", [tag_id.lower()])
