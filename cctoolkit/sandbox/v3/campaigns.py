"""Email Campaigns: creating, reading, changing and deleting them and their activities."""

from __future__ import annotations

import json
import re
import sqlite3
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from ..clock import iso_milliseconds
from .bodies import Address, Ids50
from .caller import Caller, CampaignsCaller
from .contact_store import insert, keys, update
from .errors import CONFLICT, ApiError, invalid, not_found
from .paging import next_link, read_cursor
from .values import choices, moment

router = APIRouter(tags=["Email Campaigns"])

_INCLUDES = ("physical_address_in_footer", "permalink_url", "html_content", "document_properties")
CUSTOM_CODE = {"type": "CUSTOM_CODE_EMAIL", "type_code": 26}
AB_TEST = {"type": "AB_TEST", "type_code": 57}
#: An activity's status, as its campaign says it.
_STATUS = {
    "REMOVED": "Removed",
    "DRAFT": "Draft",
    "SCHEDULED": "Scheduled",
    "EXECUTING": "Executing",
    "DONE": "Done",
    "ERROR": "Error",
}


class Content(BaseModel):
    from_name: Annotated[str, Field(min_length=1, max_length=100)]
    from_email: Address
    reply_to_email: Address
    subject: Annotated[str, Field(min_length=1, max_length=200)]
    preheader: Annotated[str, Field(max_length=200)] | None = None
    html_content: Annotated[str, Field(max_length=150_000)] | None = None
    physical_address_in_footer: dict[str, Any] | None = None


class NewContent(Content):
    format_type: Annotated[int, Field(ge=5, le=5)]
    html_content: Annotated[str, Field(min_length=1, max_length=150_000)]


class NewCampaign(BaseModel):
    name: Annotated[str, Field(min_length=1, max_length=80)]
    email_campaign_activities: Annotated[list[NewContent], Field(min_length=1, max_length=1)]


class CampaignName(BaseModel):
    name: Annotated[str, Field(min_length=1, max_length=80)]


class ChangedActivity(Content):
    contact_list_ids: Ids50 = []
    segment_ids: Annotated[list[Annotated[int, Field(ge=1, le=2**31 - 1)]], Field(max_length=1)] = []


def find_activity(connection: sqlite3.Connection, account: int, campaign_activity_id: str) -> sqlite3.Row:
    row: sqlite3.Row | None = connection.execute(
        "SELECT a.*, c.campaign_id, c.name AS campaign_name FROM campaign_activities a"
        " JOIN campaigns c ON c.id = a.campaign"
        " WHERE a.account = ? AND a.campaign_activity_id = ? AND a.status != 'REMOVED'",
        (account, campaign_activity_id.lower()),
    ).fetchone()
    if row is None:
        raise not_found("The campaign_activity_id was not found.")
    return row


def draft(row: sqlite3.Row, *others: str) -> sqlite3.Row:
    """The activity, which has to be a draft of the campaign's own mail, or of one of the other states."""
    allowed = ("DRAFT", *others)
    if row["status"] not in allowed or row["role"] != "primary_email":
        states = " or ".join(allowed)
        raise invalid(f"The campaign activity is {row['status']}: it has to be {states}, of role primary_email")
    return row


def _find(connection: sqlite3.Connection, account: int, campaign_id: str) -> sqlite3.Row:
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM campaigns WHERE account = ? AND campaign_id = ?", (account, campaign_id.lower())
    ).fetchone()
    if row is None or _activities(connection, row["id"])[0]["status"] == "REMOVED":
        raise not_found("The campaign_id was not found.")
    return row


def _activities(connection: sqlite3.Connection, campaign: int) -> list[sqlite3.Row]:
    return connection.execute(
        "SELECT * FROM campaign_activities WHERE campaign = ? ORDER BY id", (campaign,)
    ).fetchall()


def _json(connection: sqlite3.Connection, row: sqlite3.Row, *, whole: bool = True) -> dict[str, Any]:
    activities = _activities(connection, row["id"])
    entry = {
        "campaign_id": row["campaign_id"],
        "name": row["name"],
        "current_status": _STATUS[activities[0]["status"]],
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        **(AB_TEST if activities[0]["ab_test"] else CUSTOM_CODE),
    }
    if whole:
        entry["campaign_activities"] = [
            {"campaign_activity_id": activity["campaign_activity_id"], "role": activity["role"]}
            for activity in activities
        ]
    return entry


def _check_name(connection: sqlite3.Connection, caller: Caller, name: str, but: int = 0) -> None:
    if connection.execute(
        "SELECT 1 FROM campaigns c JOIN campaign_activities a ON a.campaign = c.id AND a.status != 'REMOVED'"
        " WHERE c.account = ? AND c.name = ? COLLATE NOCASE AND c.id != ?",
        (caller.account, name, but),
    ).fetchone():
        raise ApiError(409, CONFLICT, f"The campaign name {name} already exists.")


def _check_senders(connection: sqlite3.Connection, caller: Caller, content: Content) -> None:
    for name in ("from_email", "reply_to_email"):
        if not connection.execute(
            "SELECT 1 FROM account_emails WHERE account = ? AND email_address = ? AND confirm_status = 'CONFIRMED'",
            (caller.account, getattr(content, name).lower()),
        ).fetchone():
            raise invalid(f"{name} is no confirmed address of the account")


@router.get("/emails", operation_id="retrieveEmailCampaignsUsingGET")
async def get_campaigns(
    caller: CampaignsCaller,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    before_date: str | None = None,
    after_date: str | None = None,
    cursor: str | None = None,
) -> dict[str, Any]:
    """The newest first."""
    last = 2**62
    if cursor is not None:
        query, last = read_cursor(cursor)
        limit = int(query.get("limit", limit))
        before_date, after_date = query.get("before_date"), query.get("after_date")
    where, values = "account = ?", [caller.account]
    for name, text, sign in (("before_date", before_date, "<"), ("after_date", after_date, ">")):
        if text is not None:
            where += f" AND updated_at {sign} ?"
            values.append(iso_milliseconds(moment(name, text).timestamp()))  # type: ignore[arg-type]
    connection = caller.database.connection
    rows = connection.execute(
        f"SELECT * FROM campaigns WHERE {where} AND id < ? ORDER BY id DESC LIMIT ?", (*values, last, limit + 1)
    ).fetchall()
    answer: dict[str, Any] = {"campaigns": [_json(connection, row, whole=False) for row in rows[:limit]]}
    if len(rows) > limit:
        carried = {"limit": limit, "before_date": before_date, "after_date": after_date}
        answer["_links"] = next_link("/emails", carried, rows[limit - 1]["id"])
    return answer


@router.post("/emails", operation_id="createEmailCampaignUsingPOST")
def create_campaign(caller: CampaignsCaller, body: NewCampaign) -> dict[str, Any]:
    [content] = body.email_campaign_activities
    now = iso_milliseconds(caller.clock.now())
    with caller.database.write() as connection:
        _check_name(connection, caller, body.name)
        _check_senders(connection, caller, content)
        campaign_id = caller.database.new_id(connection, "campaign")
        campaign = insert(
            connection,
            "campaigns",
            {
                "account": caller.account,
                "campaign_id": campaign_id,
                "name": body.name,
                "created_at": now,
                "updated_at": now,
            },
        )
        for role in ("primary_email", "permalink"):
            insert(
                connection,
                "campaign_activities",
                {
                    "account": caller.account,
                    "campaign": campaign,
                    "campaign_activity_id": caller.database.new_id(connection, "campaign_activity"),
                    "role": role,
                    "content": json.dumps(content.model_dump(exclude_none=True)),
                },
            )
        return _json(connection, _find(connection, caller.account, campaign_id))


@router.get("/emails/campaign_id_xrefs", operation_id="retrieveXrefMappingsUsingGET")
async def cross_references(caller: CampaignsCaller, v2_email_campaign_ids: str) -> dict[str, Any]:
    wanted = [text.strip() for text in v2_email_campaign_ids.split(",") if text.strip()]
    if not wanted or len(wanted) > 50 or not all(text.isdecimal() and len(text) < 18 for text in wanted):
        raise invalid("v2_email_campaign_ids does not have a valid value")
    xrefs = []
    for number in sorted({int(text) for text in wanted}):
        row = caller.database.connection.execute(
            "SELECT c.campaign_id, a.campaign_activity_id FROM campaigns c JOIN campaign_activities a"
            " ON a.campaign = c.id AND a.role = 'primary_email' WHERE c.account = ? AND c.id = ?",
            (caller.account, number),
        ).fetchone()
        if row is not None:
            xrefs.append({"v2_email_campaign_id": str(number), **dict(row)})
    return {"xrefs": xrefs}


@router.get("/emails/{campaign_id}", operation_id="retrieveEmailCampaignUsingGET")
async def get_campaign(caller: CampaignsCaller, campaign_id: str) -> dict[str, Any]:
    connection = caller.database.connection
    return _json(connection, _find(connection, caller.account, campaign_id))


@router.patch("/emails/{campaign_id}", operation_id="renameEmailCampaignUsingPATCH")
def rename_campaign(caller: CampaignsCaller, campaign_id: str, body: CampaignName) -> dict[str, Any]:
    with caller.database.write() as connection:
        row = _find(connection, caller.account, campaign_id)
        _check_name(connection, caller, body.name, row["id"])
        changed = {"name": body.name, "updated_at": iso_milliseconds(caller.clock.now())}
        update(connection, "campaigns", row["id"], changed)
        return _json(connection, _find(connection, caller.account, campaign_id))


@router.delete("/emails/{campaign_id}", operation_id="removeEmailCampaignUsingDELETE", status_code=204)
def delete_campaign(caller: CampaignsCaller, campaign_id: str) -> None:
    with caller.database.write() as connection:
        row = _find(connection, caller.account, campaign_id)
        activities = _activities(connection, row["id"])
        if activities[0]["status"] == "SCHEDULED":
            raise invalid("The campaign is Scheduled: unschedule it before it can be deleted")
        for activity in activities:  # the collection goes on showing it, as Removed
            connection.execute("DELETE FROM tracking WHERE activity = ?", (activity["id"],))
            update(connection, "campaign_activities", activity["id"], {"status": "REMOVED", "sent": None})
        update(connection, "campaigns", row["id"], {"updated_at": iso_milliseconds(caller.clock.now())})


def _activity_json(row: sqlite3.Row, include: list[str]) -> dict[str, Any]:
    content = json.loads(row["content"])
    entry = {
        "campaign_activity_id": row["campaign_activity_id"],
        "campaign_id": row["campaign_id"],
        "role": row["role"],
        "current_status": row["status"],
        "format_type": 5,
        "contact_list_ids": content.get("contact_list_ids", []),
        "segment_ids": content.get("segment_ids", []),
        **{name: content[name] for name in ("from_email", "from_name", "reply_to_email", "subject")},
    }
    for name in ("preheader", *include):
        if content.get(name) is not None:
            entry[name] = content[name]
    if "permalink_url" in include:
        entry["permalink_url"] = f"https://conta.cc.invalid/{row['campaign_activity_id'][:8]}"
    return entry


@router.get("/emails/activities/{campaign_activity_id}", operation_id="retrieveEmailCampaignActivityUsingGET")
async def get_campaign_activity(
    caller: CampaignsCaller, campaign_activity_id: str, include: str | None = None
) -> dict[str, Any]:
    included = choices("include", include, _INCLUDES)
    return _activity_json(find_activity(caller.database.connection, caller.account, campaign_activity_id), included)


@router.put("/emails/activities/{campaign_activity_id}", operation_id="updateEmailCampaignActivityUsingPUT")
def put_campaign_activity(caller: CampaignsCaller, campaign_activity_id: str, body: ChangedActivity) -> dict[str, Any]:
    with caller.database.write() as connection:
        row = draft(find_activity(connection, caller.account, campaign_activity_id), "DONE")
        _check_senders(connection, caller, body)
        if body.contact_list_ids and body.segment_ids:
            raise invalid("contact_list_ids and segment_ids exclude each other")
        keys(connection, caller.account, "contact_lists", "list_id", body.contact_list_ids)
        for segment_id in body.segment_ids:
            if not connection.execute(
                "SELECT 1 FROM segments WHERE account = ? AND id = ?", (caller.account, segment_id)
            ).fetchone():
                raise invalid(f"segment_ids: the segment {segment_id} does not exist")
        content = {**json.loads(row["content"]), **body.model_dump(exclude_none=True)}
        update(connection, "campaign_activities", row["id"], {"content": json.dumps(content)})
        update(connection, "campaigns", row["campaign"], {"updated_at": iso_milliseconds(caller.clock.now())})
        return _activity_json(find_activity(connection, caller.account, campaign_activity_id), ["html_content"])


def links_of(content: dict[str, Any]) -> list[str]:
    """The addresses that an email links to, each once, in order."""
    found = re.findall(r"""href=["'](https?://[^"']+)["']""", content.get("html_content", ""))
    return list(dict.fromkeys(found))
