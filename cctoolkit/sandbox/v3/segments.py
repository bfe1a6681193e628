"""Segments: criteria stored, and evaluated where they are simple."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from .caller import Caller, ContactsCaller
from .contact_store import insert, update
from .errors import CONFLICT, ApiError, invalid, not_found
from .paging import next_link, read_cursor

router = APIRouter(tags=["Segments"])

SegmentId = Annotated[int, Path(ge=1, le=2**31 - 1)]

#: What SQLite takes in one condition, with room to spare.
MOST_CONDITIONS, MOST_VALUES = 200, 5_000
_FIELDS = {
    "email_address": "address_key",
    "email": "address_key",
    "first_name": "first_name",
    "last_name": "last_name",
    "company_name": "company_name",
    "job_title": "job_title",
    "permission_to_send": "permission_to_send",
    "anniversary": "anniversary",
    "birthday_month": "birthday_month",
    "birthday_day": "birthday_day",
    "created_date": "created_at",
    "created_at": "created_at",
}
_OPERATORS = {
    "eq": "{} = ? COLLATE NOCASE",
    "not-eq": "({0} IS NULL OR {0} != ? COLLATE NOCASE)",
    "contains": "instr(lower({}), lower(?))",
    "starts-with": "instr(lower({}), lower(?)) = 1",
    "gt": "{} > ?",
    "gte": "{} >= ?",
    "lt": "{} < ?",
    "lte": "{} <= ?",
}


class SegmentData(BaseModel):
    name: Annotated[str, Field(min_length=1, max_length=255)]
    segment_criteria: Annotated[str, Field(min_length=2, max_length=20_000)]


class SegmentName(BaseModel):
    name: Annotated[str, Field(min_length=1, max_length=255)]


def criteria_sql(text: str) -> tuple[str, list[Any]]:
    """An SQL condition on contacts (`c`) and its values; a 400 for what is no criteria.

    `contact`, `list_membership` and `tags` are evaluated; of anything else (tracking, unknown fields) nobody fits.
    """
    try:
        condition, values = _group(json.loads(text)["criteria"])
        if len(values) > MOST_VALUES or text.count("{") > MOST_CONDITIONS:
            raise ValueError("too many conditions")
        for value in values:
            value.encode()  # half a surrogate pair is JSON, but no text
        return condition, values
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise invalid("segment_criteria does not have a valid value") from error


def _check_criteria(text: str) -> None:
    """Published of the outermost group alone: it joins its conditions by `and`."""
    criteria_sql(text)
    if json.loads(text)["criteria"]["type"] != "and":
        raise invalid("segment_criteria does not have a valid value: the type of the outermost group is and")


def _group(group: Mapping[str, Any]) -> tuple[str, list[Any]]:
    joined = {"and": " AND ", "or": " OR "}[group["type"]]
    parts, values = [], []
    for entry in group["group"]:
        condition, more = _group(entry) if "group" in entry else _condition(entry)
        parts.append(condition)
        values += more
    if not parts:
        raise ValueError("an empty group")
    return f"({joined.join(parts)})", values


def _condition(entry: Mapping[str, Any]) -> tuple[str, list[Any]]:
    source = str(entry["source"])
    value = entry.get("value", entry.get("const_value", entry.get("param", "")))
    values = [str(each) for each in (value if isinstance(value, list) else [value])]
    marks = ", ".join("?" * len(values))
    if source == "list_membership":
        return (
            "c.id IN (SELECT m.contact FROM list_memberships m JOIN contact_lists l ON l.id = m.list"
            f" WHERE l.deleted_at IS NULL AND l.list_id IN ({marks}))",
            values,
        )
    if source == "tags":
        return f"c.id IN (SELECT contact FROM taggings WHERE tag_id IN ({marks}))", values
    column = _FIELDS.get(str(entry.get("field")))
    operator = _OPERATORS.get(str(entry.get("op")))
    if source != "contact" or column is None or operator is None or len(values) != 1:
        return "0", []
    return operator.format(f"c.{column}"), values


def _find(connection: sqlite3.Connection, account: int, segment_id: int, *, deleted: bool = False) -> sqlite3.Row:
    for table in ("segments", "deleted_segments") if deleted else ("segments",):
        row: sqlite3.Row | None = connection.execute(
            f"SELECT * FROM {table} WHERE account = ? AND id = ?", (account, segment_id)
        ).fetchone()
        if row is not None:
            return row
    raise not_found("The segment_id was not found.")


def segment_members(connection: sqlite3.Connection, account: int, segment_id: int) -> list[int]:
    """The contacts that fit now, deleted ones left out."""
    condition, values = segment_condition(connection, account, segment_id)
    rows = connection.execute(f"SELECT id FROM contacts WHERE deleted_at IS NULL AND {condition} ORDER BY id", values)
    return [row["id"] for row in rows]


def segment_condition(connection: sqlite3.Connection, account: int, segment_id: int) -> tuple[str, list[Any]]:
    """An SQL condition on the `id` of a contact, and its values."""
    condition, values = criteria_sql(_find(connection, account, segment_id)["segment_criteria"])
    return f"id IN (SELECT c.id FROM contacts c WHERE c.account = ? AND {condition})", [account, *values]


def first_time_asked(caller: Caller, segment_id: int) -> bool:
    """Whether nobody asked for this segment's contacts since it was last edited: then they are not ready yet."""
    with caller.database.write() as connection:
        row = _find(connection, caller.account, segment_id)
        update(connection, "segments", segment_id, {"asked": 1})
        return not row["asked"]


def _json(row: sqlite3.Row, *, whole: bool = True) -> dict[str, Any]:
    entry = {
        "segment_id": row["id"],
        "name": row["name"],
        "created_at": row["created_at"],
        "edited_at": row["edited_at"],
    }
    return {**entry, "segment_criteria": row["segment_criteria"]} if whole else entry


def _check_name(connection: sqlite3.Connection, caller: Caller, name: str, but: int = 0) -> None:
    if connection.execute(
        "SELECT 1 FROM segments WHERE account = ? AND name = ? COLLATE NOCASE AND id != ?", (caller.account, name, but)
    ).fetchone():
        raise ApiError(409, CONFLICT, f"The segment name {name} already exists.")


@router.get("/segments", operation_id="getAccountSegments")
async def get_segments(
    caller: ContactsCaller,
    limit: Annotated[int, Query(ge=1, le=1000)] = 1000,
    sort_by: Annotated[str, Query(pattern="^(name|date)$")] = "date",
    cursor: str | None = None,
) -> dict[str, Any]:
    offset = 0
    if cursor is not None:
        query, offset = read_cursor(cursor)
        limit, sort_by = int(query.get("limit", limit)), query.get("sort_by", sort_by)
    order = "name COLLATE NOCASE, id" if sort_by == "name" else "edited_at DESC, id DESC"
    rows = caller.database.connection.execute(
        f"SELECT * FROM segments WHERE account = ? ORDER BY {order} LIMIT ? OFFSET ?",
        (caller.account, limit + 1, offset),
    ).fetchall()
    answer: dict[str, Any] = {"segments": [_json(row, whole=False) for row in rows[:limit]]}
    if len(rows) > limit:
        answer["_links"] = next_link("/segments", {"limit": limit, "sort_by": sort_by}, offset + limit)
    return answer


@router.post("/segments", operation_id="createSegment", status_code=201)
def create_segment(caller: ContactsCaller, body: SegmentData) -> dict[str, Any]:
    _check_criteria(body.segment_criteria)
    now = caller.clock.iso()
    with caller.database.write() as connection:
        _check_name(connection, caller, body.name)
        values = {"account": caller.account, **body.model_dump(), "created_at": now, "edited_at": now}
        return _json(_find(connection, caller.account, insert(connection, "segments", values)))


@router.get("/segments/{segment_id}", operation_id="getSegmentDetail")
async def get_segment(caller: ContactsCaller, segment_id: SegmentId) -> dict[str, Any]:
    """Deleted ones too: whoever knows the id can still read what it was."""
    return _json(_find(caller.database.connection, caller.account, segment_id, deleted=True))


@router.put("/segments/{segment_id}", operation_id="updateSegment")
def put_segment(caller: ContactsCaller, segment_id: SegmentId, body: SegmentData) -> dict[str, Any]:
    _check_criteria(body.segment_criteria)
    return _change(caller, segment_id, body.model_dump())


@router.patch("/segments/{segment_id}/name", operation_id="updateSegmentName")
def rename_segment(caller: ContactsCaller, segment_id: SegmentId, body: SegmentName) -> dict[str, Any]:
    return _change(caller, segment_id, body.model_dump())


def _change(caller: Caller, segment_id: int, values: dict[str, Any]) -> dict[str, Any]:
    with caller.database.write() as connection:
        _find(connection, caller.account, segment_id)
        _check_name(connection, caller, values["name"], segment_id)
        update(connection, "segments", segment_id, {**values, "edited_at": caller.clock.iso(), "asked": 0})
        return _json(_find(connection, caller.account, segment_id))


@router.delete("/segments/{segment_id}", operation_id="deleteSegment", status_code=204)
def delete_segment(caller: ContactsCaller, segment_id: SegmentId) -> None:
    with caller.database.write() as connection:
        _find(connection, caller.account, segment_id)
        columns = "id, account, name, segment_criteria, created_at, edited_at"
        connection.execute(
            f"INSERT INTO deleted_segments ({columns}) SELECT {columns} FROM segments WHERE id = ?", (segment_id,)
        )
        connection.execute("DELETE FROM segments WHERE id = ?", (segment_id,))
