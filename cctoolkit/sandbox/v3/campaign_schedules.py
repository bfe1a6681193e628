"""Email Scheduling, and what is decided before a send: tests, previews, resends to non-openers, A/B tests."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from ..clock import iso_milliseconds
from .bodies import Address
from .caller import CampaignsCaller
from .campaigns import draft, find_activity
from .contact_store import update
from .errors import CONFLICT, ApiError, invalid, not_found
from .values import moment

router = APIRouter(tags=["Email Scheduling"])

_DAY = 1_440  # minutes


class Schedule(BaseModel):
    scheduled_date: Annotated[str, Field(min_length=1)]


class TestSend(BaseModel):
    email_addresses: Annotated[list[Address], Field(min_length=1, max_length=5)]
    personal_message: str | None = None


class Resend(BaseModel):
    resend_subject: Annotated[str, Field(min_length=1, max_length=200)]
    delay_days: Annotated[int, Field(ge=1, le=10)] | None = None
    delay_minutes: Annotated[int, Field(ge=720, le=10 * _DAY)] | None = None


class ABTest(BaseModel):
    alternative_subject: Annotated[str, Field(min_length=1, max_length=200)]
    test_size: Annotated[int, Field(ge=5, le=50)]
    winner_wait_duration: int


@router.get("/emails/activities/{campaign_activity_id}/schedules", operation_id="retrieveEmailSchedulesUsingGET")
async def get_schedules(caller: CampaignsCaller, campaign_activity_id: str) -> list[dict[str, str]]:
    row = find_activity(caller.database.connection, caller.account, campaign_activity_id)
    return [{"scheduled_date": iso_milliseconds(row["scheduled"])}] if row["status"] == "SCHEDULED" else []


@router.post(
    "/emails/activities/{campaign_activity_id}/schedules",
    operation_id="scheduleEmailCampaignActivityUsingPOST",
    status_code=201,
)
def schedule(caller: CampaignsCaller, campaign_activity_id: str, body: Schedule) -> list[dict[str, str]]:
    """`scheduled_date` is a time ahead, or `0` for at once."""
    now = caller.clock.now()
    at = now if body.scheduled_date == "0" else moment("scheduled_date", body.scheduled_date).timestamp()
    if at < now:
        raise invalid("scheduled_date lies in the past")
    with caller.database.write() as connection:
        row = draft(find_activity(connection, caller.account, campaign_activity_id), "DONE", "ERROR")
        content = json.loads(row["content"])
        if not content.get("contact_list_ids") and not content.get("segment_ids"):
            raise invalid("The campaign activity has neither contact_list_ids nor segment_ids")
        update(connection, "campaign_activities", row["id"], {"status": "SCHEDULED", "scheduled": at})
    caller.services.processor.wake()
    return [] if body.scheduled_date == "0" else [{"scheduled_date": iso_milliseconds(at)}]


@router.delete(
    "/emails/activities/{campaign_activity_id}/schedules",
    operation_id="unscheduleEmailCampaignActivityUsingDELETE",
    status_code=204,
)
def unschedule(caller: CampaignsCaller, campaign_activity_id: str) -> None:
    with caller.database.write() as connection:
        row = find_activity(connection, caller.account, campaign_activity_id)
        if row["status"] != "SCHEDULED":
            raise not_found("The campaign activity is not scheduled.")
        update(connection, "campaign_activities", row["id"], {"status": "DRAFT", "scheduled": None})


@router.post(
    "/emails/activities/{campaign_activity_id}/tests",
    operation_id="testSendCampaignActivityUsingPOST",
    status_code=204,
)
def send_test(caller: CampaignsCaller, campaign_activity_id: str, body: TestSend) -> None:
    """Nothing is sent: the sandbox has no mail."""
    find_activity(caller.database.connection, caller.account, campaign_activity_id)


@router.get(
    "/emails/activities/{campaign_activity_id}/previews",
    operation_id="retrieveEmailCampaignActivityPreviewUsingGET",
)
async def preview(caller: CampaignsCaller, campaign_activity_id: str) -> dict[str, Any]:
    row = find_activity(caller.database.connection, caller.account, campaign_activity_id)
    content = json.loads(row["content"])
    html = content.get("html_content", "").replace("[[trackingImage]]", "")
    return {
        "campaign_activity_id": row["campaign_activity_id"],
        **{name: content[name] for name in ("from_email", "from_name", "reply_to_email", "subject")},
        **({"preheader": content["preheader"]} if content.get("preheader") else {}),
        "preview_html_content": html,
        "preview_text_content": " ".join(re.sub(r"<[^>]*>", " ", html).split()),
    }


@router.get("/emails/activities/{campaign_activity_id}/send_history", operation_id="retrieveEmailSendHistoryUsingGET")
async def send_history(caller: CampaignsCaller, campaign_activity_id: str) -> list[dict[str, Any]]:
    row = find_activity(caller.database.connection, caller.account, campaign_activity_id)
    if row["sent"] is None:
        return []
    content = json.loads(row["content"])
    sends = caller.database.connection.execute(
        "SELECT at, count(*) FROM tracking WHERE activity = ? AND kind = 'em_sends' GROUP BY at ORDER BY at",
        (row["id"],),
    ).fetchall()
    return [
        {
            "send_id": number,
            "contact_list_ids": content.get("contact_list_ids", []),
            "segment_ids": content.get("segment_ids", []),
            "count": count,
            "run_date": iso_milliseconds(at),
            "send_status": "COMPLETED",
            "reason_code": 0,
        }
        for number, (at, count) in enumerate(sends or [(row["sent"], 0)], start=1)
    ]


@router.get(
    "/emails/activities/{campaign_activity_id}/non_opener_resends",
    operation_id="retrieveResendToNonOpenersUsingGET",
)
async def get_resends(caller: CampaignsCaller, campaign_activity_id: str) -> list[dict[str, Any]]:
    row = find_activity(caller.database.connection, caller.account, campaign_activity_id)
    return [json.loads(row["resend"])] if row["resend"] else []


@router.post(
    "/emails/activities/{campaign_activity_id}/non_opener_resends",
    operation_id="createResendToNonOpenersUsingPOST",
    status_code=201,
)
def create_resend(caller: CampaignsCaller, campaign_activity_id: str, body: Resend) -> dict[str, Any]:
    """Kept and shown; the sandbox sends no second time."""
    if body.delay_days is None and body.delay_minutes is None:
        raise invalid("Give either delay_days or delay_minutes")
    with caller.database.write() as connection:
        row = find_activity(connection, caller.account, campaign_activity_id)
        if row["resend"]:
            raise ApiError(409, CONFLICT, "The campaign activity has a resend already.")
        # Of both, the minutes are ignored.
        minutes = body.delay_days * _DAY if body.delay_days is not None else body.delay_minutes or 0
        made = {
            "resend_subject": body.resend_subject,
            "delay_days": max(minutes // _DAY, 1),
            "delay_minutes": minutes,
            "resend_request_id": "DRAFT" if row["sent"] is None else "1",
            "resend_status": "DRAFT" if row["sent"] is None else "SCHEDULED",
        }
        update(connection, "campaign_activities", row["id"], {"resend": json.dumps(made)})
    return {name: value for name, value in made.items() if name != "resend_status"}


@router.delete(
    "/emails/activities/{campaign_activity_id}/non_opener_resends/{resend_request_id}",
    operation_id="deleteResendToNonOpenersUsingDELETE",
    status_code=204,
)
def delete_resend(caller: CampaignsCaller, campaign_activity_id: str, resend_request_id: str) -> None:
    with caller.database.write() as connection:
        row = find_activity(connection, caller.account, campaign_activity_id)
        if not row["resend"] or json.loads(row["resend"])["resend_request_id"] != resend_request_id:
            raise not_found("The resend_request_id was not found.")
        update(connection, "campaign_activities", row["id"], {"resend": None})


@router.get("/emails/activities/{campaign_activity_id}/abtest", operation_id="retrieveEmailCampaignABTestUsingGET")
async def get_ab_test(caller: CampaignsCaller, campaign_activity_id: str) -> dict[str, Any]:
    row = find_activity(caller.database.connection, caller.account, campaign_activity_id)
    if not row["ab_test"]:
        raise not_found("The campaign activity has no A/B test.")
    return dict(json.loads(row["ab_test"]))


@router.post(
    "/emails/activities/{campaign_activity_id}/abtest",
    operation_id="createEmailCampaignABTestUsingPOST",
    status_code=201,
)
def create_ab_test(caller: CampaignsCaller, campaign_activity_id: str, body: ABTest) -> dict[str, Any]:
    if body.winner_wait_duration not in (6, 12, 24, 48):
        raise invalid("winner_wait_duration does not have a valid value")
    with caller.database.write() as connection:
        row = draft(find_activity(connection, caller.account, campaign_activity_id))
        if row["ab_test"]:
            raise ApiError(409, CONFLICT, "The campaign activity has an A/B test already.")
        update(connection, "campaign_activities", row["id"], {"ab_test": body.model_dump_json()})
    return body.model_dump()


@router.delete(
    "/emails/activities/{campaign_activity_id}/abtest",
    operation_id="deleteEmailCampaignABTestUsingDELETE",
    status_code=204,
)
def delete_ab_test(caller: CampaignsCaller, campaign_activity_id: str) -> None:
    with caller.database.write() as connection:
        row = draft(find_activity(connection, caller.account, campaign_activity_id))
        if not row["ab_test"]:
            raise not_found("The campaign activity has no A/B test.")
        update(connection, "campaign_activities", row["id"], {"ab_test": None})
