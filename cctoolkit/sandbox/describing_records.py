"""What the records of the sandbox's collections hold, so that a client knows their columns when there are none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Schema = dict[str, Any]

_MADE = "created_at:date-time updated_at:date-time"
_TRACKED = (
    "contact_id campaign_activity_id tracking_activity_type email_address first_name last_name created_time:date-time"
    " deleted_at:date-time"
)
_READ = f"{_TRACKED} device_type"
_UNIQUE = " ".join(
    f"unique_counts.{name}:integer" for name in ("sends", "opens", "clicks", "forwards", "optouts", "bounces", "abuse")
)
_DEVICES = ("computer", "mobile", "tablet", "other", "none")
_STATS = " ".join(
    f"stats.{name}:integer"
    for name in (
        *(
            "em_sends",
            "em_opens",
            "em_clicks",
            "em_forwards",
            "em_optouts",
            "em_bounces",
            "em_opens_all",
            "em_clicks_all",
        ),
        *(f"em_{kind}_all_{device}" for kind in ("opens", "clicks") for device in _DEVICES),
        "em_not_opened",
    )
)
_BOUNCED = " ".join(
    f"stats.{name}:integer"
    for name in (
        *("em_abuse", "em_bounces_nonexistent_address", "em_bounces_undeliverable", "em_bounces_mailbox_full"),
        *("em_bounces_suspended", "em_bounces_vacation", "em_bounces_other", "em_bounces_blocked"),
    )
)
_PERCENTS = " ".join(
    f"percents.{name}:number"
    for name in (
        *("open", "click", "did_not_open", "bounce", "unsubscribe"),
        *("desktop_open", "desktop_click", "mobile_open", "mobile_click"),
    )
)
_SUMMED = f"{_STATS} {_PERCENTS} last_refresh_time:date-time"

#: `name`, `name:type` or `outer.inner:type`, in the order of the answer; a text where nothing else is said.
RECORDS: Mapping[str, str] = {
    "getAccountSegments": "segment_id:integer name created_at:date-time edited_at:date-time",
    "getActivityStatusCollection": (
        "activity_id state source_file_name percent_done:integer activity_errors:array status.items_total_count:integer"
        " status.items_completed_count:integer status.person_count:integer status.error_count:integer"
        f" status.correctable_count:integer status.cannot_add_to_list_count:integer status.list_count:integer {_MADE}"
        " started_at:date-time completed_at:date-time _links.self:object _links.results:object"
    ),
    "getAllBulkEmailCampaignSummaries": f"campaign_id campaign_type last_sent_date:date-time {_UNIQUE}",
    "getBounces": f"{_TRACKED} bounce_code current_email_address",
    "getCampaignActivityLinkStats": "link_url url_id unique_clicks:integer",
    "getClicks": f"{_READ} url_id link_url",
    "getContactIdXrefs": "sequence_id contact_id",
    "getContactTracking": (
        "contact_id campaign_activity_id created_time:date-time tracking_activity_type campaign_activity_name"
    ),
    "getContactTrackingCount": (
        "campaign_activity_id start_on:date-time em_bounces:integer em_clicks:integer em_forwards:integer"
        " em_opens:integer em_sends:integer em_unsubscribes:integer"
    ),
    "getContacts": (
        "contact_id email_address.address email_address.permission_to_send email_address.created_at:date-time"
        " email_address.updated_at:date-time email_address.opt_in_source email_address.opt_in_date:date-time"
        " email_address.opt_out_source email_address.opt_out_date:date-time email_address.opt_out_reason"
        " email_address.confirm_status first_name last_name job_title company_name birthday_month:integer"
        f" birthday_day:integer anniversary create_source update_source {_MADE} deleted_at:date-time"
        " custom_fields:array list_memberships:array phone_numbers:array street_addresses:array taggings:array"
        " notes:array sms_channel:object"
    ),
    "getCustomFields": f"custom_field_id label name type version:integer metadata:object choices:array {_MADE}",
    "getDidNotOpens": _TRACKED,
    "getEmailCampaignActivitySummary": f"campaign_id campaign_activity_id {_STATS} {_BOUNCED} last_refresh_time:date-time",
    "getEmailSummary": f"campaign_id {_SUMMED}",
    "getForwards": _TRACKED,
    "getListIdXrefs": "sequence_id list_id",
    "getLists": f"list_id name description favorite:boolean membership_count:integer {_MADE} deleted_at:date-time",
    "getOpens": _READ,
    "getOptouts": f"{_TRACKED} opt_out_reason",
    "getSends": _TRACKED,
    "getTags": f"tag_id name contacts_count:integer tag_source {_MADE}",
    "getUniqueOpens": _READ,
    "getUserPrivileges": "privilege_id:integer privilege_name",
    "retrieveEmailAddresses": (
        "email_address email_id:integer confirm_status roles:array confirm_time confirm_source_type"
    ),
    "retrieveEmailCampaignsUsingGET": f"campaign_id name current_status {_MADE} type type_code:integer",
    "retrieveEmailSchedulesUsingGET": "scheduled_date:date-time",
    "retrieveEmailSendHistoryUsingGET": (
        "send_id:integer contact_list_ids:array segment_ids:array count:integer run_date:date-time send_status"
        " reason_code:integer"
    ),
    "retrieveXrefMappingsUsingGET": "v2_email_campaign_id campaign_id campaign_activity_id",
}


def add_records(described: dict[str, Any]) -> None:
    """Say of each list of records what they hold, in place; a second time changes nothing."""
    for methods in described["paths"].values():
        for operation in methods.values():
            if operation["operationId"] in RECORDS:
                _records(operation)["items"] = _object(RECORDS[operation["operationId"]])


def _records(operation: dict[str, Any]) -> Schema:
    """The list in an operation's answer."""
    answer = next(entry for status, entry in operation["responses"].items() if status.startswith("2"))
    schema: Schema = answer["content"]["application/json"]["schema"]
    if schema["type"] == "array":
        return schema
    return next(entry for name, entry in schema["properties"].items() if entry.get("type") == "array")


def _object(text: str) -> Schema:
    properties: dict[str, Schema] = {}
    for entry in text.split():
        path, _, kind = entry.partition(":")
        outer, _, inner = path.partition(".")
        typed = {"type": "string", "format": kind} if kind == "date-time" else {"type": kind or "string"}
        if inner:
            properties.setdefault(outer, {"type": "object", "properties": {}})["properties"][inner] = typed
        else:
            properties[outer] = typed
    return {"type": "object", "properties": properties}
