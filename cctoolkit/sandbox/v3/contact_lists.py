"""Contact Lists."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from .caller import ContactsCaller
from .errors import CONFLICT, ApiError
from .paging import next_link, read_cursor
from .values import choices

router = APIRouter(tags=["Contact Lists"])


class ListInput(BaseModel):
    name: Annotated[str, Field(min_length=1, max_length=255)]
    favorite: bool = False
    description: str | None = None


@router.get("/contact_lists", operation_id="getLists")
def get_lists(
    caller: ContactsCaller,
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
    include_count: bool = False,
    include_membership_count: str | None = None,
    name: str | None = None,
    status: str | None = None,
    channel_type: str | None = None,
    include_sms_membership_count: bool = False,
    cursor: str | None = None,
) -> dict[str, Any]:
    after = 0
    if cursor is not None:
        query, after = read_cursor(cursor)
        name, status = query.get("name"), query.get("status")
        include_membership_count = query.get("include_membership_count")
        include_count = query.get("include_count") == "True"
        limit = int(query.get("limit", limit))
    counted = choices("include_membership_count", include_membership_count, {"all", "active"})
    states = choices("status", status, {"all", "active", "deleted"})
    choices("channel_type", channel_type, {"email", "sms"})

    where, values = ["account = ?"], [caller.account]
    if "all" not in states and not {"active", "deleted"} <= set(states):
        where.append("deleted_at IS NOT NULL" if states == ["deleted"] else "deleted_at IS NULL")
    if name is not None:
        where.append("name = ? COLLATE NOCASE")
        values.append(name)  # type: ignore[arg-type]
    connection = caller.database.connection
    matching = " AND ".join(where)
    rows = connection.execute(
        f"SELECT * FROM contact_lists WHERE {matching} AND id > ? ORDER BY id LIMIT ?",
        (*values, after, limit + 1),
    ).fetchall()
    lists = [list_json(row) for row in rows[:limit]]
    if counted:
        mailable = " AND c.permission_to_send IN ('explicit', 'implicit')" if counted == ["active"] else ""
        for row, entry in zip(rows, lists, strict=False):
            entry["membership_count"] = connection.execute(
                "SELECT count(*) FROM list_memberships m JOIN contacts c ON c.id = m.contact"
                f" WHERE m.list = ? AND c.deleted_at IS NULL{mailable}",
                (row["id"],),
            ).fetchone()[0]
    answer: dict[str, Any] = {"lists": lists}
    if include_count:
        answer["lists_count"] = connection.execute(
            f"SELECT count(*) FROM contact_lists WHERE {matching}",
            values,
        ).fetchone()[0]
    if len(rows) > limit:
        carried = {
            "limit": limit,
            "include_count": include_count,
            "include_membership_count": include_membership_count,
            "name": name,
            "status": status,
        }
        answer["_links"] = next_link("/contact_lists", carried, rows[limit - 1]["id"])
    return answer


@router.post("/contact_lists", operation_id="createList", status_code=201)
def create_list(caller: ContactsCaller, body: ListInput) -> dict[str, Any]:
    now = caller.clock.iso()
    with caller.database.write() as connection:
        if connection.execute(
            "SELECT 1 FROM contact_lists WHERE account = ? AND name = ? COLLATE NOCASE AND deleted_at IS NULL",
            (caller.account, body.name),
        ).fetchone():
            raise ApiError(409, CONFLICT, f"The list name {body.name} already exists.")
        cursor = connection.execute(
            "INSERT INTO contact_lists (account, list_id, name, description, favorite, created_at, updated_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                caller.account,
                caller.database.new_id(connection, "list"),
                body.name,
                body.description,
                body.favorite,
                now,
                now,
            ),
        )
        row = connection.execute("SELECT * FROM contact_lists WHERE id = ?", (cursor.lastrowid,)).fetchone()
    return list_json(row)


def list_json(row: Any) -> dict[str, Any]:
    entry = {
        "list_id": row["list_id"],
        "name": row["name"],
        "favorite": bool(row["favorite"]),
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
    }
    if row["description"] is not None:
        entry["description"] = row["description"]
    if row["deleted_at"] is not None:
        entry["deleted_at"] = row["deleted_at"]
    return entry
