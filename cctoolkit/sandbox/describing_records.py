"""What the sandbox's good answers hold: the records of collections, so that a client knows their columns when there are none, and
single things."""

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


_CONTACT, _LIST, _TAG, _FIELD, _ACTIVITY, _SEGMENT, _CAMPAIGN = (
    RECORDS[name]
    for name in (
        *("getContacts", "getLists", "getTags", "getCustomFields", "getActivityStatusCollection", "getAccountSegments"),
        "retrieveEmailCampaignsUsingGET",
    )
)
#: Of one that was begun, which has no file and no end yet.
_BEGUN = _ACTIVITY.replace(" source_file_name", "").replace(" started_at:date-time completed_at:date-time", "")
_SETTINGS = (
    "contact_email contact_phone country_code first_name last_name organization_name organization_phone state_code"
    " time_zone_id website"
)
_ADDRESS = "address_line1 address_line2 address_line3 city state_code state_name postal_code country_code"
_SENT = (
    "campaign_activity_id campaign_id role current_status format_type:integer contact_list_ids:array segment_ids:array"
    " from_email from_name reply_to_email subject preheader html_content permalink_url"
    " physical_address_in_footer:object document_properties:object"
)
#: What an answer holds that is one thing.
ANSWERS: Mapping[str, str] = {
    "addAccountEmailAddress": "email_address email_id:integer confirm_status",
    "countContact": (
        "total:integer explicit:integer implicit:integer pending:integer unsubscribed:integer new_subscriber:integer"
    ),
    "createEmailCampaignABTestUsingPOST": "alternative_subject test_size:integer winner_wait_duration:integer",
    "createOrUpdateContact": "contact_id action",
    "createResendToNonOpenersUsingPOST": (
        "resend_subject delay_days:integer delay_minutes:integer resend_request_id resend_date:date-time"
    ),
    "getAccountById": f"encoded_account_id {_SETTINGS} physical_address:object company_logo:object",
    "getContactOpenClickRate": (
        "contact_id included_activities_count:integer average_open_rate:number average_click_rate:number"
    ),
    "putCustomerById": _SETTINGS,
    "retrieveEmailCampaignABTestUsingGET": "alternative_subject test_size:integer winner_wait_duration:integer",
    "retrieveEmailCampaignActivityPreviewUsingGET": (
        "campaign_activity_id from_email from_name reply_to_email subject preheader preview_html_content"
        " preview_text_content"
    ),
    **dict.fromkeys(("getPhysicalAddress", "putPhysicalAddress"), _ADDRESS),
    **dict.fromkeys(("createContact", "getContact", "putContact"), _CONTACT),
    "getList": _LIST,
    **dict.fromkeys(("createList", "putList"), _LIST.replace(" membership_count:integer", "")),
    **dict.fromkeys(("postTag", "getTag", "putTag"), _TAG),
    **dict.fromkeys(("postCustomFields", "getCustomField", "putCustomField"), _FIELD),
    **dict.fromkeys(
        ("createSegment", "getSegmentDetail", "updateSegment", "updateSegmentName"), f"{_SEGMENT} segment_criteria"
    ),
    **dict.fromkeys(("contactsCSVImport", "getActivity"), _ACTIVITY),
    **dict.fromkeys(
        (
            *("bulkImportContactsJSON", "deleteListActivity", "deleteTag", "postContactDelete", "postContactsExport"),
            *("postCustomFieldDelete", "postListAddContact", "postListDelete", "postListRemoveContact"),
            *("postTagAddContact", "postTagDelete", "postTagRemoveContact"),
        ),
        _BEGUN,
    ),
    **dict.fromkeys(
        ("createEmailCampaignUsingPOST", "retrieveEmailCampaignUsingGET", "renameEmailCampaignUsingPATCH"),
        f"{_CAMPAIGN} campaign_activities:array",
    ),
    **dict.fromkeys(("retrieveEmailCampaignActivityUsingGET", "updateEmailCampaignActivityUsingPUT"), _SENT),
}


def add_records(described: dict[str, Any]) -> None:
    """Say of each list of records what they hold, and of each answer that is one thing, in place; a second time changes nothing."""
    for methods in described["paths"].values():
        for operation in methods.values():
            name = operation["operationId"]
            if name in RECORDS:
                _records(operation)["items"] = _object(RECORDS[name])
            elif name in ANSWERS:
                _answer(operation)["schema"] = _object(ANSWERS[name])


def _answer(operation: dict[str, Any]) -> Schema:
    """What is said of the content of an operation's good answer."""
    answer = next(entry for status, entry in operation["responses"].items() if status.startswith("2"))
    found: Schema = answer["content"]["application/json"]
    return found


def _records(operation: dict[str, Any]) -> Schema:
    """The list in an operation's answer."""
    schema: Schema = _answer(operation)["schema"]
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
