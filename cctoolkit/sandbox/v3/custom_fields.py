"""Contacts Custom Fields."""

from __future__ import annotations

import json
import re
import sqlite3
from typing import Annotated, Any

from fastapi import APIRouter, Query

from .bodies import Choice, CustomFieldInput, CustomFieldPut
from .caller import Caller, ContactsCaller
from .contact_store import insert, update
from .errors import CONFLICT, ApiError, invalid, not_found
from .paging import next_link, read_cursor
from .values import path_id

router = APIRouter(tags=["Contacts Custom Fields"])

MOST = 100


def _find(connection: sqlite3.Connection, account: int, custom_field_id: str) -> sqlite3.Row:
    path_id("custom_field_id", custom_field_id)
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM custom_fields WHERE account = ? AND custom_field_id = ?", (account, custom_field_id.lower())
    ).fetchone()
    if row is None:
        raise not_found("The custom_field_id was not found.")
    return row


def _json(row: sqlite3.Row) -> dict[str, Any]:
    entry = {
        name: row[name] for name in ("custom_field_id", "label", "name", "type", "version", "created_at", "updated_at")
    }
    for name in ("metadata", "choices"):
        if row[name] is not None:
            entry[name] = json.loads(row[name])
    return entry


def _name(label: str) -> str:
    return re.sub(r"\s+", "_", label.strip()).lower()


def _choices(choices: list[Choice] | None, custom_field_id: str, now: str) -> str | None:
    if choices is None:
        return None
    made = [
        {
            "custom_field_id": custom_field_id,
            "choice_id": choice.choice_id if choice.choice_id is not None else number,
            "choice_label": choice.choice_label,
            "display_order": choice.display_order if choice.display_order is not None else number,
            "created_at": now,
            "updated_at": now,
        }
        for number, choice in enumerate(choices, start=1)
    ]
    return json.dumps(made)


def _check_name(connection: sqlite3.Connection, caller: Caller, label: str, but: int = 0, status: int = 409) -> None:
    if connection.execute(
        "SELECT 1 FROM custom_fields WHERE account = ? AND name = ? AND id != ?", (caller.account, _name(label), but)
    ).fetchone():
        raise ApiError(status, CONFLICT, f"The custom field {label} already exists.")


@router.get("/contact_custom_fields", operation_id="getCustomFields")
async def get_custom_fields(
    caller: ContactsCaller, limit: Annotated[int, Query(ge=1, le=100)] = 50, cursor: str | None = None
) -> dict[str, Any]:
    after = 0
    if cursor is not None:
        query, after = read_cursor(cursor)
        limit = int(query.get("limit", limit))
    rows = caller.database.connection.execute(
        "SELECT * FROM custom_fields WHERE account = ? AND id > ? ORDER BY id LIMIT ?",
        (caller.account, after, limit + 1),
    ).fetchall()
    answer: dict[str, Any] = {"custom_fields": [_json(row) for row in rows[:limit]]}
    if len(rows) > limit:
        answer["_links"] = next_link("/contact_custom_fields", {"limit": limit}, rows[limit - 1]["id"])
    return answer


@router.post("/contact_custom_fields", operation_id="postCustomFields", status_code=201)
def create_custom_field(caller: ContactsCaller, body: CustomFieldInput) -> dict[str, Any]:
    now = caller.clock.iso()
    with caller.database.write() as connection:
        _check_name(connection, caller, body.label)
        held = connection.execute("SELECT count(*) FROM custom_fields WHERE account = ?", (caller.account,)).fetchone()[
            0
        ]
        if held >= MOST:
            raise invalid(f"The account has {MOST} custom fields, which is the most")
        custom_field_id = caller.database.new_id(connection, "custom_field")
        values = {
            "account": caller.account,
            "custom_field_id": custom_field_id,
            "name": _name(body.label),
            "label": body.label,
            "type": body.type,
            "version": body.version or 1,
            "metadata": None if body.metadata is None else json.dumps(body.metadata),
            "choices": _choices(body.choices, custom_field_id, now),
            "created_at": now,
            "updated_at": now,
        }
        insert(connection, "custom_fields", values)
        return _json(_find(connection, caller.account, custom_field_id))


@router.get("/contact_custom_fields/{custom_field_id}", operation_id="getCustomField")
async def get_custom_field(caller: ContactsCaller, custom_field_id: str) -> dict[str, Any]:
    return _json(_find(caller.database.connection, caller.account, custom_field_id))


@router.put("/contact_custom_fields/{custom_field_id}", operation_id="putCustomField")
def put_custom_field(caller: ContactsCaller, custom_field_id: str, body: CustomFieldPut) -> dict[str, Any]:
    now = caller.clock.iso()
    with caller.database.write() as connection:
        row = _find(connection, caller.account, custom_field_id)
        _check_name(connection, caller, body.label, row["id"], status=400)
        changed = {"label": body.label, "name": _name(body.label), "updated_at": now}
        if body.choices is not None:
            changed["choices"] = str(_choices(body.choices, row["custom_field_id"], now))
        update(connection, "custom_fields", row["id"], changed)
        return _json(_find(connection, caller.account, custom_field_id))


@router.delete("/contact_custom_fields/{custom_field_id}", operation_id="deleteCustomField", status_code=204)
def delete_custom_field(caller: ContactsCaller, custom_field_id: str) -> None:
    with caller.database.write() as connection:
        row = _find(connection, caller.account, custom_field_id)
        remove_custom_field(connection, row["id"])


def remove_custom_field(connection: sqlite3.Connection, key: int) -> None:
    connection.execute("DELETE FROM custom_field_values WHERE custom_field = ?", (key,))
    connection.execute("DELETE FROM custom_fields WHERE id = ?", (key,))
