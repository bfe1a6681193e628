"""Contact Lists."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from .bodies import ListInput
from .caller import Caller, ContactsCaller
from .contact_store import update
from .errors import CONFLICT, ApiError, not_found
from .jobs import queue_activity
from .paging import next_link, read_cursor
from .single_contacts import cross_references
from .values import choices

router = APIRouter(tags=["Contact Lists"])


@router.get("/contact_lists", operation_id="getLists")
async def get_lists(
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
        include_count = query.get("include_count") == "true"
        channel_type = query.get("channel_type")
        limit = int(query.get("limit", limit))
    counted = choices("include_membership_count", include_membership_count, {"all", "active"})
    states = choices("status", status, {"all", "active", "deleted"})
    channels = choices("channel_type", channel_type, {"email", "sms"})

    # Published: lists of the channel `email` unless the other is asked for.
    where = ["account = ?", f"id {'IN' if channels == ['sms'] else 'NOT IN'} (SELECT list FROM sms_lists)"]
    values = [caller.account]
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
    for row, entry in zip(rows, lists, strict=False):
        if counted:
            entry["membership_count"] = _members(caller, row["id"], counted)
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
            "channel_type": channel_type,
        }
        answer["_links"] = next_link("/contact_lists", carried, rows[limit - 1]["id"])
    return answer


@router.post("/contact_lists", operation_id="createList", status_code=201)
def create_list(caller: ContactsCaller, body: ListInput) -> dict[str, Any]:
    now = caller.clock.iso()
    with caller.database.write() as connection:
        _check_name(connection, caller, body.name)
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


@router.get("/contact_lists/list_id_xrefs", operation_id="getListIdXrefs")
async def list_cross_references(caller: ContactsCaller, sequence_ids: str) -> dict[str, Any]:
    return {"xrefs": cross_references(caller, "contact_lists", "list_id", sequence_ids)}


@router.get("/contact_lists/{list_id}", operation_id="getList")
async def get_list(caller: ContactsCaller, list_id: str, include_membership_count: str | None = None) -> dict[str, Any]:
    row = _find(caller, list_id)
    entry = list_json(row)
    if include_membership_count in ("all", "active"):
        entry["membership_count"] = _members(caller, row["id"], [include_membership_count])
    return entry


@router.put("/contact_lists/{list_id}", operation_id="putList")
def put_list(caller: ContactsCaller, list_id: str, body: ListInput) -> dict[str, Any]:
    row = _find(caller, list_id)
    with caller.database.write() as connection:
        _check_name(connection, caller, body.name, row["id"], status=400)
        update(connection, "contact_lists", row["id"], {**body.model_dump(), "updated_at": caller.clock.iso()})
    return list_json(_find(caller, list_id))


@router.delete("/contact_lists/{list_id}", operation_id="deleteListActivity", status_code=202)
def delete_list(caller: ContactsCaller, list_id: str) -> dict[str, Any]:
    return queue_activity(caller, "list_delete", [_find(caller, list_id)["id"]], list_count=1)


def _find(caller: Caller, list_id: str) -> Any:
    """The list of that id. A 404 for what is no id too: the schema has no 400 here."""
    row = caller.database.connection.execute(
        "SELECT * FROM contact_lists WHERE account = ? AND list_id = ? AND deleted_at IS NULL",
        (caller.account, list_id.lower()),
    ).fetchone()
    if row is None:
        raise not_found("The list_id was not found.")
    return row


def _check_name(connection: Any, caller: Caller, name: str, but: int = 0, status: int = 409) -> None:
    if connection.execute(
        "SELECT 1 FROM contact_lists WHERE account = ? AND name = ? COLLATE NOCASE AND deleted_at IS NULL AND id != ?",
        (caller.account, name, but),
    ).fetchone():
        raise ApiError(status, CONFLICT, f"The list name {name} already exists.")


def _members(caller: Caller, list_key: int, counted: list[str]) -> int:
    mailable = " AND c.permission_to_send IN ('explicit', 'implicit')" if counted == ["active"] else ""
    row = caller.database.connection.execute(
        "SELECT count(*) FROM list_memberships m JOIN contacts c ON c.id = m.contact"
        f" WHERE m.list = ? AND c.deleted_at IS NULL{mailable}",
        (list_key,),
    ).fetchone()
    return int(row[0])


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
