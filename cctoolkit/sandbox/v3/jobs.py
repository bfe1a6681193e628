"""Queueing an activity, and the report on one."""

from __future__ import annotations

import json
from typing import Any

from ..clock import iso
from .caller import Caller
from .errors import ApiError

#: An activity is kept for ten days.
KEPT = 10 * 86_400
QUEUE_LIMIT = 1_000


def queue_activity(
    caller: Caller,
    kind: str,
    items: list[Any],
    *,
    file_name: str | None = None,
    list_count: int | None = None,
    **work: Any,
) -> dict[str, Any]:
    """Queue work on `items`, which is done step by step in the background; returns the first report.

    A 429 when 1,000 activities of the account are waiting.
    """
    now = caller.clock.now()
    with caller.database.write() as connection:
        queued = connection.execute(
            "SELECT count(*) FROM activities WHERE account = ? AND state IN ('initialized', 'processing')",
            (caller.account,),
        ).fetchone()[0]
        if queued >= QUEUE_LIMIT:
            raise ApiError(429, "throttled", "Too many queued activities for this account.", alone=True)
        activity_id = caller.database.new_id(connection, "activity")
        connection.execute(
            "INSERT INTO activities (account, activity_id, kind, state, source_file_name, created, created_at,"
            " updated_at, work, list_count, rows_total) VALUES (?, ?, ?, 'initialized', ?, ?, ?, ?, ?, ?, ?)",
            (
                caller.account,
                activity_id,
                kind,
                file_name,
                now,
                iso(now),
                iso(now),
                json.dumps({**work, "items": items}),
                list_count,
                len(items),
            ),
        )
        row = connection.execute("SELECT * FROM activities WHERE activity_id = ?", (activity_id,)).fetchone()
    caller.services.processor.wake()
    return activity_json(row)


def activity_json(row: Any) -> dict[str, Any]:
    """The report. Only imports count persons and errors; only what concerns lists counts those."""
    total, done = row["rows_total"], row["rows_done"]
    percent = 100 if row["state"] == "completed" else min(99, 100 * done // total if total else 0)
    status: dict[str, int] = {}
    if row["kind"] not in ("list_delete", "custom_fields_delete"):
        status = {"items_total_count": total}
        if row["kind"] != "contacts_json_import":
            status["items_completed_count"] = done
    if row["kind"].endswith("_import"):
        for name in ("person_count", "error_count", "correctable_count", "cannot_add_to_list_count"):
            status[name] = row[name]
    if row["list_count"] is not None:
        status["list_count"] = row["list_count"]
    links = {"self": {"href": f"/v3/activities/{row['activity_id']}"}}
    if row["kind"] == "contact_exports":  # said from the beginning; the file is there once it is completed
        links["results"] = {"href": f"/v3/contact_exports/{row['activity_id']}"}
    entry = {
        "activity_id": row["activity_id"],
        "state": row["state"],
        "source_file_name": row["source_file_name"],
        "percent_done": percent,
        "activity_errors": json.loads(row["errors"]),
        "status": status or None,
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "started_at": row["started_at"],
        "completed_at": row["completed_at"],
        "_links": links,
    }
    return {name: value for name, value in entry.items() if value is not None}
