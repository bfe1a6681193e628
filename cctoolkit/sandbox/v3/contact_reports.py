"""Contacts Reporting and SMS Reporting."""

from __future__ import annotations

import sqlite3
from typing import Annotated, Any

from fastapi import APIRouter, Query

from ..clock import iso_milliseconds
from .caller import Caller, CampaignsCaller, ContactsCaller
from .contact_store import find_contact
from .errors import ApiError
from .paging import next_link, read_cursor
from .values import choices, moment

router = APIRouter(tags=["Contacts Reporting"])

KINDS = (
    "em_sends",
    "em_opens",
    "em_clicks",
    "em_bounces",
    "em_optouts",
    "em_forwards",
    "p_contact_open",
    "p_contact_click",
    "p_contact_add",
    "p_contact_update",
)


@router.get("/reports/contact_reports/{contact_id}/activity_details", operation_id="getContactTracking")
async def get_activity_details(
    caller: ContactsCaller,
    contact_id: str,
    tracking_activities_list: str | None = None,
    tracking_activity_type: Annotated[list[str] | None, Query()] = None,
    include_campaign_activity_names: bool = True,
    limit: Annotated[int, Query(ge=1, le=100)] = 100,
    cursor: str | None = None,
) -> dict[str, Any]:
    """What a contact did, the newest first."""
    offset = 0
    wanted = tracking_activities_list or ",".join(tracking_activity_type or [])
    if cursor is not None:
        query, offset = read_cursor(cursor)
        limit, wanted = min(int(query.get("limit", limit)), 100), query.get("kinds", "")
        include_campaign_activity_names = query.get("named") != "False"
    kinds = choices("tracking_activities_list", wanted, KINDS) or list(KINDS)
    connection = caller.database.connection
    contact = find_contact(connection, caller.account, contact_id)
    rows = connection.execute(
        "SELECT t.kind, t.at, a.campaign_activity_id, c.name FROM tracking t"
        " JOIN campaign_activities a ON a.id = t.activity JOIN campaigns c ON c.id = a.campaign"
        f" WHERE t.contact = ? AND t.at <= ? AND t.kind IN ({', '.join('?' * len(kinds))})"
        " ORDER BY t.at DESC, t.id DESC LIMIT ? OFFSET ?",
        (contact["id"], caller.clock.now(), *kinds, limit + 1, offset),
    ).fetchall()
    events = []
    for row in rows[:limit]:
        event = {
            "contact_id": contact["contact_id"],
            "campaign_activity_id": row["campaign_activity_id"],
            "created_time": iso_milliseconds(row["at"]),
            "tracking_activity_type": row["kind"],
        }
        if include_campaign_activity_names:
            event["campaign_activity_name"] = row["name"]
        events.append(event)
    carried = {"limit": limit, "kinds": wanted, "named": include_campaign_activity_names}
    path = f"/reports/contact_reports/{contact['contact_id']}/activity_details"
    return {
        "tracking_activities": events,
        "_links": next_link(path, carried, offset + limit) if len(rows) > limit else {},
    }


def _between(caller: Caller, contact_id: str, start: str, end: str) -> tuple[sqlite3.Row, list[sqlite3.Row]]:
    """What a contact did with each campaign that was sent to it in the time asked for (at most five years)."""
    first, last = moment("start", start).timestamp(), moment("end", end).timestamp()
    if not 0 <= last - first <= 5 * 366 * 86_400:
        raise ApiError(400, "reportingsvc.invalid", "start and end are at most five years apart", alone=True)
    connection = caller.database.connection
    contact = find_contact(connection, caller.account, contact_id)
    now = caller.clock.now()

    def count(kind: str) -> str:
        return f"sum(t.kind = '{kind}') AS {kind}"

    rows = connection.execute(
        "SELECT a.campaign_activity_id, a.sent,"
        f" {', '.join(map(count, KINDS[:6]))} FROM tracking t JOIN campaign_activities a ON a.id = t.activity"
        " WHERE t.contact = ? AND t.at <= ? AND a.sent BETWEEN ? AND ? GROUP BY a.id ORDER BY a.sent DESC",
        (contact["id"], now, first, last),
    ).fetchall()
    return contact, rows


@router.get("/reports/contact_reports/{contact_id}/open_and_click_rates", operation_id="getContactOpenClickRate")
async def get_open_and_click_rates(caller: ContactsCaller, contact_id: str, start: str, end: str) -> dict[str, Any]:
    contact, rows = _between(caller, contact_id, start, end)

    def share(kind: str) -> float:
        return round(sum(row[kind] > 0 for row in rows) / len(rows), 3) if rows else 0.0

    return {
        "contact_id": contact["contact_id"],
        "included_activities_count": len(rows),
        "average_open_rate": share("em_opens"),
        "average_click_rate": share("em_clicks"),
    }


@router.get("/reports/contact_reports/{contact_id}/activity_summary", operation_id="getContactTrackingCount")
async def get_activity_summary(caller: ContactsCaller, contact_id: str, start: str, end: str) -> dict[str, Any]:
    contact, rows = _between(caller, contact_id, start, end)
    return {
        "contact_id": contact["contact_id"],
        "campaign_activities": [
            {
                "campaign_activity_id": row["campaign_activity_id"],
                "start_on": iso_milliseconds(row["sent"]),
                **{kind: row[kind] for kind in ("em_bounces", "em_clicks", "em_forwards", "em_opens", "em_sends")},
                "em_unsubscribes": row["em_optouts"],
            }
            for row in rows
        ],
        "_links": {},
    }


@router.get(
    "/reports/summary_reports/sms_campaign_summaries",
    operation_id="getAllBulkSmsCampaignSummaries",
    tags=["SMS Reporting"],
)
async def get_sms_summaries(
    caller: CampaignsCaller,
    start_at: str,
    end_at: str | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> dict[str, Any]:
    """The sandbox sends no text messages, so there is nothing to sum up."""
    for name, text in (("start_at", start_at), ("end_at", end_at)):
        if text is not None:
            moment(name, text)
    return {
        "bulk_sms_campaign_summaries": [],
        "aggregate_percents": {"deliver": 0.0, "click": 0.0, "bounce": 0.0, "unsubscribe": 0.0},
    }
