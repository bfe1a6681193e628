"""Email Reporting: who was sent what and did what with it, and the figures over it."""

from __future__ import annotations

import json
import sqlite3
import zlib
from typing import Annotated, Any

from fastapi import APIRouter, Query

from ..clock import iso_milliseconds
from .caller import Caller, CampaignsCaller
from .campaigns import find_activity, links_of
from .errors import ApiError
from .paging import next_link, read_cursor
from .values import UUID

router = APIRouter(tags=["Email Reporting"])

Limit = Annotated[int, Query(ge=1, le=500)]
_BOUNCES = {
    "B": "nonexistent_address",
    "D": "undeliverable",
    "F": "mailbox_full",
    "S": "suspended",
    "V": "vacation",
    "X": "other",
    "Z": "blocked",
}


def url_id(address: str) -> str:
    return str(1_100_000_000_000 + zlib.crc32(address.encode()))


def unknown(message: str) -> ApiError:
    """Reporting answers one object, not an array."""
    return ApiError(404, "reportingsvc.not_found", message, alone=True)


def sent_activity(caller: Caller, campaign_activity_id: str) -> sqlite3.Row:
    """The activity; a 404 for a draft, as the service answers."""
    try:
        row = find_activity(caller.database.connection, caller.account, campaign_activity_id)
    except ApiError:
        raise unknown("There is no campaign activity of that id.") from None
    if row["sent"] is None:
        raise unknown("The campaign activity was not sent yet.")
    return row


def tracking_page(
    caller: Caller,
    campaign_activity_id: str,
    name: str,
    kind: str,
    limit: int,
    cursor: str | None,
    *,
    only: str = "1",
    values: tuple[Any, ...] = (),
) -> dict[str, Any]:
    """One page of what contacts did, in the order in which they did it."""
    after = 0
    if cursor is not None:
        query, after = read_cursor(cursor)
        limit = min(int(query.get("limit", limit)), 500)
    activity = sent_activity(caller, campaign_activity_id)
    rows = caller.database.connection.execute(
        "SELECT t.*, c.contact_id, c.address, c.first_name, c.last_name, c.deleted_at FROM tracking t"
        " JOIN contacts c ON c.id = t.contact WHERE t.activity = ? AND t.kind = ? AND t.at <= ? AND t.id > ?"
        f" AND {only} ORDER BY t.id LIMIT ?",
        (activity["id"], kind, caller.clock.now(), after, *values, limit + 1),
    ).fetchall()
    path = f"/reports/email_reports/{activity['campaign_activity_id']}/tracking/{name}"
    said = "em_didnotopens" if name == "didnotopens" else kind
    return {
        "tracking_activities": [_event(row, activity["campaign_activity_id"], said) for row in rows[:limit]],
        "_links": next_link(path, {"limit": limit}, rows[limit - 1]["id"]) if len(rows) > limit else {},
    }


def _event(row: sqlite3.Row, campaign_activity_id: str, kind: str) -> dict[str, Any]:
    entry = {
        "contact_id": row["contact_id"],
        "campaign_activity_id": campaign_activity_id,
        "tracking_activity_type": kind,
        "email_address": row["address"] or "",
        "first_name": row["first_name"],
        "last_name": row["last_name"],
        "device_type": row["device"],
        "created_time": iso_milliseconds(row["at"]),
        "deleted_at": row["deleted_at"],
    }
    if kind == "em_clicks":
        entry |= {"url_id": url_id(row["url"]), "link_url": row["url"]}
    if kind == "em_bounces":
        entry |= {"bounce_code": row["bounce_code"], "current_email_address": row["address"] or ""}
    if kind == "em_optouts":
        entry["opt_out_reason"] = row["reason"]
    return {name: value for name, value in entry.items() if value is not None}


@router.get("/reports/email_reports/{campaign_activity_id}/links", operation_id="getCampaignActivityLinkStats")
async def get_links(caller: CampaignsCaller, campaign_activity_id: str, no_clicks: bool = False) -> dict[str, Any]:
    """Each link with how many contacts clicked it; `no_clicks` adds the links that nobody did."""
    activity = sent_activity(caller, campaign_activity_id)
    counted = dict(
        caller.database.connection.execute(
            "SELECT url, count(DISTINCT contact) FROM tracking WHERE activity = ? AND kind = 'em_clicks' AND at <= ?"
            " GROUP BY url",
            (activity["id"], caller.clock.now()),
        ).fetchall()
    )
    links = [address for address in links_of(json.loads(activity["content"])) if no_clicks or address in counted]
    return {
        "campaign_activity_id": activity["campaign_activity_id"],
        "link_click_counts": [
            {"link_url": address, "url_id": url_id(address), "unique_clicks": counted.get(address, 0)}
            for address in links
        ],
    }


@router.get("/reports/email_reports/{campaign_activity_id}/tracking/sends", operation_id="getSends")
async def get_sends(
    caller: CampaignsCaller, campaign_activity_id: str, limit: Limit = 500, cursor: str | None = None
) -> dict[str, Any]:
    return tracking_page(caller, campaign_activity_id, "sends", "em_sends", limit, cursor)


@router.get("/reports/email_reports/{campaign_activity_id}/tracking/opens", operation_id="getOpens")
async def get_opens(
    caller: CampaignsCaller, campaign_activity_id: str, limit: Limit = 500, cursor: str | None = None
) -> dict[str, Any]:
    return tracking_page(caller, campaign_activity_id, "opens", "em_opens", limit, cursor)


@router.get("/reports/email_reports/{campaign_activity_id}/tracking/unique_opens", operation_id="getUniqueOpens")
async def get_unique_opens(
    caller: CampaignsCaller, campaign_activity_id: str, limit: Limit = 500, cursor: str | None = None
) -> dict[str, Any]:
    first = (
        "NOT EXISTS (SELECT 1 FROM tracking e WHERE e.activity = t.activity AND e.contact = t.contact"
        " AND e.kind = 'em_opens' AND e.id < t.id)"
    )
    return tracking_page(caller, campaign_activity_id, "unique_opens", "em_opens", limit, cursor, only=first)


@router.get("/reports/email_reports/{campaign_activity_id}/tracking/didnotopens", operation_id="getDidNotOpens")
async def get_did_not_opens(
    caller: CampaignsCaller, campaign_activity_id: str, limit: Limit = 500, cursor: str | None = None
) -> dict[str, Any]:
    """Those who got it and have not opened it until now."""
    neither = (
        "NOT EXISTS (SELECT 1 FROM tracking e WHERE e.activity = t.activity AND e.contact = t.contact"
        " AND e.kind IN ('em_opens', 'em_bounces') AND e.at <= ?)"
    )
    return tracking_page(
        caller,
        campaign_activity_id,
        "didnotopens",
        "em_sends",
        limit,
        cursor,
        only=neither,
        values=(caller.clock.now(),),
    )


@router.get("/reports/email_reports/{campaign_activity_id}/tracking/clicks", operation_id="getClicks")
async def get_clicks(
    caller: CampaignsCaller,
    campaign_activity_id: str,
    url_id: int | None = None,
    limit: Limit = 500,
    cursor: str | None = None,
) -> dict[str, Any]:
    activity = sent_activity(caller, campaign_activity_id)
    links = links_of(json.loads(activity["content"]))
    wanted = [address for address in links if url_id is None or _same_url(address, url_id)]
    only = f"t.url IN ({', '.join('?' * len(wanted))})"
    return tracking_page(
        caller, campaign_activity_id, "clicks", "em_clicks", limit, cursor, only=only, values=tuple(wanted)
    )


def _same_url(address: str, wanted: int) -> bool:
    return url_id(address) == str(wanted)


@router.get("/reports/email_reports/{campaign_activity_id}/tracking/forwards", operation_id="getForwards")
async def get_forwards(
    caller: CampaignsCaller, campaign_activity_id: str, limit: Limit = 500, cursor: str | None = None
) -> dict[str, Any]:
    return tracking_page(caller, campaign_activity_id, "forwards", "em_forwards", limit, cursor)


@router.get("/reports/email_reports/{campaign_activity_id}/tracking/optouts", operation_id="getOptouts")
async def get_optouts(
    caller: CampaignsCaller, campaign_activity_id: str, limit: Limit = 500, cursor: str | None = None
) -> dict[str, Any]:
    return tracking_page(caller, campaign_activity_id, "optouts", "em_optouts", limit, cursor)


@router.get("/reports/email_reports/{campaign_activity_id}/tracking/bounces", operation_id="getBounces")
async def get_bounces(
    caller: CampaignsCaller,
    campaign_activity_id: str,
    bounce_code: Annotated[list[str] | None, Query()] = None,
    limit: Limit = 500,
    cursor: str | None = None,
) -> dict[str, Any]:
    codes = [code for each in bounce_code or [] for code in each.split(",") if code]
    if any(code not in _BOUNCES for code in codes):
        raise ApiError(400, "reportingsvc.invalid", "bounce_code does not have a valid value", alone=True)
    only = f"t.bounce_code IN ({', '.join('?' * len(codes))})" if codes else "1"
    return tracking_page(
        caller, campaign_activity_id, "bounces", "em_bounces", limit, cursor, only=only, values=tuple(codes)
    )


def counts(connection: sqlite3.Connection, activity: int, now: float) -> dict[str, int]:
    """Distinct contacts by what they did (`em_opens`), and how often (`em_opens_all`)."""
    found: dict[str, int] = dict.fromkeys(
        ("em_sends", "em_opens", "em_clicks", "em_forwards", "em_optouts", "em_bounces"), 0
    )
    found |= {"em_opens_all": 0, "em_clicks_all": 0}
    for row in connection.execute(
        "SELECT kind, count(DISTINCT contact), count(*) FROM tracking WHERE activity = ? AND at <= ? GROUP BY kind",
        (activity, now),
    ):
        found[row[0]] = row[1]
        if f"{row[0]}_all" in found:
            found[f"{row[0]}_all"] = row[2]
    for kind in ("em_opens", "em_clicks"):
        for device in ("computer", "mobile", "tablet", "other", "none"):
            found[f"{kind}_all_{device}"] = connection.execute(
                "SELECT count(*) FROM tracking WHERE activity = ? AND kind = ? AND at <= ? AND device = ?",
                (activity, kind, now, device),
            ).fetchone()[0]
    found["em_not_opened"] = found["em_sends"] - found["em_bounces"] - found["em_opens"]
    return found


def _share(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0


@router.get("/reports/summary_reports/email_campaign_summaries", operation_id="getAllBulkEmailCampaignSummaries")
async def get_summaries(caller: CampaignsCaller, limit: Limit = 50, cursor: str | None = None) -> dict[str, Any]:
    """The campaigns that were sent, the newest first."""
    before = 2**62
    if cursor is not None:
        query, before = read_cursor(cursor)
        limit = min(int(query.get("limit", limit)), 500)
    connection, now = caller.database.connection, caller.clock.now()
    rows = connection.execute(
        "SELECT a.id, a.sent, c.campaign_id FROM campaign_activities a JOIN campaigns c ON c.id = a.campaign"
        " WHERE a.account = ? AND a.sent IS NOT NULL AND a.id < ? ORDER BY a.id DESC LIMIT ?",
        (caller.account, before, limit + 1),
    ).fetchall()
    summaries, total = [], dict.fromkeys(("sends", "opens", "clicks", "forwards", "optouts", "bounces"), 0)
    not_opened = 0
    for row in rows[:limit]:
        counted = counts(connection, row["id"], now)
        unique = {name: counted[f"em_{name}"] for name in total}
        total = {name: total[name] + unique[name] for name in total}
        not_opened += counted["em_not_opened"]
        summaries.append(
            {
                "campaign_id": row["campaign_id"],
                "campaign_type": "CUSTOM_CODE_EMAIL",
                "last_sent_date": iso_milliseconds(row["sent"]),
                "unique_counts": {**unique, "abuse": 0},
            }
        )
    arrived = total["sends"] - total["bounces"]
    return {
        "bulk_email_campaign_summaries": summaries,
        "aggregate_percents": {
            "open": _share(total["opens"], arrived),
            "click": _share(total["clicks"], total["opens"]),
            "did_not_open": _share(not_opened, arrived),
            "bounce": _share(total["bounces"], total["sends"]),
            "unsubscribe": _share(total["optouts"], arrived),
        },
        "_links": next_link(
            "/reports/summary_reports/email_campaign_summaries", {"limit": limit}, rows[limit - 1]["id"]
        )
        if len(rows) > limit
        else {},
    }


def _sent(caller: Caller, column: str, ids: str, at_most: int) -> tuple[list[sqlite3.Row], list[dict[str, str]]]:
    wanted = [text.strip().lower() for text in ids.split(",") if text.strip()]
    if not wanted or len(wanted) > at_most:
        raise ApiError(400, "reportingsvc.invalid", f"Give 1 to {at_most} ids", alone=True)
    what = "campaign" if column == "c.campaign_id" else "campaign activity"
    key = f"reportingsvc.not_found.invalid_path_param.{'campaign_ids' if what == 'campaign' else 'campaign_activity_ids'}."
    found, errors = [], []
    for each in wanted:
        row = caller.database.connection.execute(
            "SELECT a.*, c.campaign_id FROM campaign_activities a JOIN campaigns c ON c.id = a.campaign"
            f" WHERE a.account = ? AND a.sent IS NOT NULL AND {column} = ?",
            (caller.account, each),
        ).fetchone()
        if row is None:
            errors.append({"error_key": key, "error_message": f"There are no figures of {each}."})
        else:
            found.append(row)
    if not found or not all(UUID.fullmatch(each) for each in wanted):  # one that is no id is enough
        raise ApiError(404, key, f"Could not find any {what} stats for all requested {what}s.", alone=True)
    return found, errors


@router.get("/reports/stats/email_campaigns/{campaign_ids}", operation_id="getEmailSummary")
async def get_campaign_stats(caller: CampaignsCaller, campaign_ids: str) -> dict[str, Any]:
    found, errors = _sent(caller, "c.campaign_id", campaign_ids, 150)
    now = caller.clock.now()
    results = []
    for row in found:
        stats = counts(caller.database.connection, row["id"], now)
        arrived = stats["em_sends"] - stats["em_bounces"]
        results.append(
            {
                "campaign_id": row["campaign_id"],
                "stats": stats,
                "percents": {
                    "open": _share(stats["em_opens"], arrived),
                    "click": _share(stats["em_clicks"], stats["em_opens"]),
                    "did_not_open": _share(stats["em_not_opened"], arrived),
                    "bounce": _share(stats["em_bounces"], stats["em_sends"]),
                    "unsubscribe": _share(stats["em_optouts"], arrived),
                    "desktop_open": _share(stats["em_opens_all_computer"], stats["em_opens_all"]),
                    "desktop_click": _share(stats["em_clicks_all_computer"], stats["em_clicks_all"]),
                    "mobile_open": _share(stats["em_opens_all_mobile"], stats["em_opens_all"]),
                    "mobile_click": _share(stats["em_clicks_all_mobile"], stats["em_clicks_all"]),
                },
                "last_refresh_time": iso_milliseconds(now),
            }
        )
    return {"results": results, "errors": errors}


@router.get(
    "/reports/stats/email_campaign_activities/{campaign_activity_ids}",
    operation_id="getEmailCampaignActivitySummary",
)
async def get_campaign_activity_stats(caller: CampaignsCaller, campaign_activity_ids: str) -> dict[str, Any]:
    found, errors = _sent(caller, "a.campaign_activity_id", campaign_activity_ids, 10)
    now, connection = caller.clock.now(), caller.database.connection
    results = []
    for row in found:
        stats = {**counts(connection, row["id"], now), "em_abuse": 0}
        for code, name in _BOUNCES.items():
            stats[f"em_bounces_{name}"] = connection.execute(
                "SELECT count(DISTINCT contact) FROM tracking WHERE activity = ? AND kind = 'em_bounces'"
                " AND bounce_code = ? AND at <= ?",
                (row["id"], code, now),
            ).fetchone()[0]
        results.append(
            {
                "campaign_id": row["campaign_id"],
                "campaign_activity_id": row["campaign_activity_id"],
                "stats": stats,
                "last_refresh_time": iso_milliseconds(now),
            }
        )
    return {"results": results, "errors": errors}
