"""What FastAPI cannot see in the sandbox's code, and its description says all the same.

Which values a parameter takes that the code reads out of a text, what a form holds, which list an answer holds, and the
parameters of products that the sandbox does not have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from .v3.activities import STATES
from .v3.contact_json import SUB_RESOURCES
from .v3.contact_reports import KINDS
from .v3.contacts import SMS_STATUSES, STATUSES

Rule = dict[str, Any]

_TEXT: Rule = {"type": "string"}
_NUMBER: Rule = {"type": "integer"}
_FLAG: Rule = {"type": "boolean"}
_ID: Rule = {"type": "string", "format": "uuid"}
_MOMENT: Rule = {"type": "string", "format": "date-time"}


def _one(*values: str) -> Rule:
    return {"type": "string", "enum": list(values)}


def _several(values: Iterable[str] = (), *, at_most: int | None = None, form: str | None = None) -> Rule:
    """Values with commas between them."""
    items = {"type": "string"} | ({"enum": list(values)} if values else {}) | ({"format": form} if form else {})
    return {"type": "array", "items": items} | ({"maxItems": at_most} if at_most else {})


#: The rules of a parameter, whichever operation has it.
_EVERYWHERE: Mapping[str, Rule] = {
    **{f"{what}_{side}": _MOMENT for what in ("created", "updated", "optout") for side in ("after", "before")},
    "after_date": _MOMENT,
    "before_date": _MOMENT,
    "campaign_activity_id": _ID,
    "campaign_activity_ids": _several(at_most=10),
    "campaign_ids": _several(at_most=150),
    "channel_type": _one("email", "sms"),
    "include_membership_count": _one("all", "active"),
    "list_id": _ID,
    "sequence_ids": _several(at_most=500),
    "tag_id": _ID,
    "v2_email_campaign_ids": _several(at_most=50),
}
#: Those of one operation.
_RULES: Mapping[tuple[str, str], Rule] = {
    ("countContact", "include"): _one("new_subscriber"),
    ("getAccountById", "extra_fields"): _several(("physical_address", "company_logo")),
    ("getAccountSegments", "sort_by"): _one("name", "date") | {"default": "date"},
    ("getActivityStatusCollection", "state"): _one(*STATES),
    ("getBounces", "bounce_code"): {"type": "array", "items": _one(*"BDFSVXZ")},
    ("getContact", "include"): _several(SUB_RESOURCES),
    ("getContactTracking", "tracking_activities_list"): _several(KINDS),
    ("getContactTracking", "tracking_activity_type"): {"type": "array", "items": _one(*KINDS)},
    ("getContacts", "include"): _several(SUB_RESOURCES),
    ("getContacts", "lists"): _several(at_most=25, form="uuid"),
    ("getContacts", "sms_status"): _several(SMS_STATUSES),
    ("getContacts", "status"): _several(STATUSES),
    ("getContacts", "tags"): _several(at_most=50, form="uuid"),
    ("getLists", "status"): _one("all", "active", "deleted"),
    ("retrieveEmailAddresses", "confirm_status"): _one("CONFIRMED", "C", "UNCONFIRMED", "U"),
    ("retrieveEmailAddresses", "role_code"): _one(
        *("CONTACT", "C", "BILLING", "B", "JOURNALING", "J", "REPLY_TO", "R", "OTHER", "O")
    ),
    ("retrieveEmailCampaignActivityUsingGET", "include"): _several(
        ("physical_address_in_footer", "permalink_url", "html_content", "document_properties")
    ),
}
#: Written once for each value, and not with commas.
_REPEATED = {"bounce_code", "tracking_activity_type"}

_PAGED = {"limit": _TEXT, "next": _TEXT, "prev": _TEXT}
_ORDER = _one("ASC", "DESC")
#: The query of operations that the sandbox has no product for: it reads none of it.
_UNREAD: Mapping[str, Mapping[str, Rule]] = {
    "addDefaultEvent": dict.fromkeys(("name", "start_time", "end_time", "placeholder_campaign_id"), _TEXT),
    "createAutomationCampaignUsingPost": {"workflowName": _TEXT},
    "findEvents": {**dict.fromkeys(("event_status", "search_text", "sort_by", "sort_order"), _TEXT), **_PAGED},
    "findRegistrationsUsingGET": {
        "registration_status": _one("PENDING", "REGISTERED", "CANCELED", "EXPIRED", "IN_PROGRESS", "FAILED"),
        "payment_status": _one("PENDING", "PAID", "REFUNDED", "CANCELLED", "FAILED", "CHARGED_BACK"),
        "search_text": _TEXT,
        "sort_by": _one(
            *("first_name", "last_name", "email_address", "registration_status", "payment_status", "tickets", "total")
        ),
        "sort_order": _ORDER,
        "page_size": _TEXT,
        **_PAGED,
    },
    "getEvent_2": {"include": _FLAG},
    "getPartnerSiteOwners": {
        "offset": _TEXT,
        "limit": _NUMBER | {"minimum": 10, "maximum": 50, "default": 50},
        "account_type": _one("all", "managed", "unmanaged") | {"default": "all"},
    },
    "getSocialHashtagGroupsUsingGET": {
        "limit": _NUMBER | {"minimum": 1, "maximum": 5, "default": 5},
        "page": _NUMBER | {"minimum": 0, "default": 0},
    },
    "getSocialProfilesUsingGET": {"include": {"type": "array", "items": _one("accessible")}},
    "listAutomations": {
        **dict.fromkeys(("channel", "goals", "name"), _TEXT),
        "sort_direction": _ORDER,
        "created_from": _one("SCRATCH", "TEMPLATE"),
    },
    "updateRegistrationStatusUsingPUT": dict.fromkeys(
        ("increase_count", "increase_item_count", "return_items_to_inventory"), _FLAG
    ),
    **{
        name: {"limit": _NUMBER | {"default": 50}, "contacts_filter": _TEXT}
        for name in (
            "getContactAdds",
            "getContactOpens",
            "getUniqueContactClicks",
            "getUniqueContactOpens",
            "getUniqueContactSMSOptIns",
            "getUniqueContactUpdates",
        )
    },
}
#: Operations without a product that take a JSON object, of which the sandbox reads nothing.
_UNREAD_BODIES = {
    *("cancelAccount", "checkInTickets", "copyEvent", "createAutomationCampaignUsingPost", "createSSOUser"),
    *("createSocialPostUsingPOST", "partnerAccountOperationsPostSync", "partnerUnsubscribeContacts", "patchEvent"),
    *("provision", "putWebhooksTopic", "setPlan", "undoCheckInTickets", "updateAutomationCampaignUsingPut"),
    *("updateRegistrationPaymentStatusUsingPUT", "updateRegistrationStatusUsingPUT"),
}
#: The list that a collection's answer holds; empty where the answer is the list itself.
_LISTS: Mapping[str, str] = {
    "findEvents": "records",
    "findRegistrationsUsingGET": "records",
    "getAccountSegments": "segments",
    "getActivityStatusCollection": "activities",
    "getAllBulkEmailCampaignSummaries": "bulk_email_campaign_summaries",
    "getAllBulkSmsCampaignSummaries": "bulk_sms_campaign_summaries",
    "getCampaignActivityLinkStats": "link_click_counts",
    "getContactIdXrefs": "xrefs",
    "getContactTrackingCount": "campaign_activities",
    "getContacts": "contacts",
    "getCustomFields": "custom_fields",
    "getEmailCampaignActivitySummary": "results",
    "getEmailSummary": "results",
    "getListIdXrefs": "xrefs",
    "getLists": "lists",
    "getPartnerSiteOwners": "site_owner_list",
    "getSocialConnectionsUsingGET": "connections",
    "getSocialHashtagGroupsUsingGET": "hashtag_groups",
    "getTags": "tags",
    "getWebhooksCollection": "",
    "listAutomations": "flow_summaries",
    "retrieveEmailCampaignsUsingGET": "campaigns",
    "retrieveXrefMappingsUsingGET": "xrefs",
    **dict.fromkeys(
        (
            *("getBounces", "getClicks", "getContactAdds", "getContactOpens", "getContactTracking", "getDidNotOpens"),
            *("getForwards", "getOpens", "getOptouts", "getSends", "getUniqueContactClicks", "getUniqueContactOpens"),
            *("getUniqueContactSMSOptIns", "getUniqueContactUpdates", "getUniqueOpens"),
        ),
        "tracking_activities",
    ),
}
#: The chapters of operations that stand elsewhere in this code than in the published description.
_CHAPTERS: Mapping[str, str] = {
    **dict.fromkeys(
        (
            *("retrieveResendToNonOpenersUsingGET", "createResendToNonOpenersUsingPOST"),
            "deleteResendToNonOpenersUsingDELETE",
        ),
        "Email Campaigns",
    ),
    **dict.fromkeys(
        (
            *("retrieveEmailCampaignABTestUsingGET", "createEmailCampaignABTestUsingPOST"),
            "deleteEmailCampaignABTestUsingDELETE",
        ),
        "Email Campaigns AB Tests",
    ),
    **dict.fromkeys(
        (
            *("getWebhooksCollection", "getWebhooksTopic", "putWebhooksTopic", "deleteWebhooksSubscriptions"),
            "testSendWebhooksTopic",
        ),
        "Technology Partners Webhooks",
    ),
    "getAllBulkSmsCampaignSummaries": "SMS Reporting",
}
#: Summaries that FastAPI makes of the names of functions that serve many operations.
_OF_NO_USE = ("Refuse", "Empty Page", "No Event")
_MEANT: Mapping[str, str] = {
    "cursor": "Where the page begins, as the link of the page before it says.",
    "email": "Only the contact of this address.",
    "include": "What to add to each record.",
    "include_count": "Whether to count them all, too.",
    "include_membership_count": "Whether to count each list's contacts: all of them, or the active ones.",
    "limit": "How many there are on a page.",
    "lists": "Only contacts on one of these lists, by list_id.",
    "segment_id": "Only contacts of this segment. The first answer may be a 202: ask again.",
    "status": "Only those of this status.",
    "tags": "Only contacts with one of these tags, by tag_id.",
}
_FLOWS: Rule = {
    "authorizationCode": {
        "authorizationUrl": "/oauth2/default/v1/authorize",
        "tokenUrl": "/oauth2/default/v1/token",
        "scopes": {
            "account_read": "read the account",
            "account_update": "change the account",
            "campaign_data": "campaigns and reports",
            "contact_data": "contacts, lists, tags and imports",
        },
    }
}
_IMPORT_FORM: Rule = {
    "type": "object",
    "required": ["file", "list_ids"],
    "properties": {
        "file": {"type": "string", "format": "binary", "description": "A .csv file of at most 40,000 lines and 4 MB."},
        "list_ids": {
            "type": "string",
            "format": "csv",
            "maxItems": 50,
            "description": "The lists that the contacts are put on, with commas between them.",
        },
        "sms_permission_to_send": {
            **_one("explicit", "not_set"),
            "description": "Needed when the file has a column sms_number.",
        },
    },
}


def complete(described: dict[str, Any], scopes: Mapping[str, str]) -> None:
    """Add to FastAPI's description, in place; a second time changes nothing. `scopes` are the operations' own."""
    described["components"]["securitySchemes"] = {"oauth2": {"type": "oauth2", "flows": _FLOWS}}
    for path, operations in described["paths"].items():
        for operation in operations.values():
            _complete(path, operation)
            operation["security"] = [{"oauth2": [scopes[operation["operationId"]]]}]


def _complete(path: str, operation: dict[str, Any]) -> None:
    name = operation["operationId"]
    if name in _CHAPTERS:
        operation["tags"] = [_CHAPTERS[name]]
    parameters = operation.setdefault("parameters", [])
    there = {entry["name"] for entry in parameters}
    for placed in re.findall(r"\{(\w+)\}", path):
        if placed not in there:
            parameters.append({"name": placed, "in": "path", "required": True, "schema": _TEXT})
    for asked, rule in _UNREAD.get(name, {}).items():
        if asked not in there:
            parameters.append({"name": asked, "in": "query", "required": False, "schema": rule})
    for entry in parameters:
        known = _RULES.get((name, entry["name"])) or _EVERYWHERE.get(entry["name"])
        entry["schema"] = known or _without_null(entry["schema"])
        if entry["schema"].get("type") == "array" and entry["name"] not in _REPEATED:
            entry |= {"style": "simple" if entry["in"] == "path" else "form", "explode": False}
        if entry["name"] in _MEANT and entry["in"] == "query":
            entry["description"] = _MEANT[entry["name"]]
    if name == "contactsCSVImport":
        operation["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": _IMPORT_FORM}}}
    elif name in _UNREAD_BODIES:
        operation["requestBody"] = {"content": {"application/json": {"schema": {"type": "object"}}}}
    if name in _LISTS:
        answer = next(entry for status, entry in operation["responses"].items() if status.startswith("2"))
        answer["content"] = {"application/json": {"schema": _collection(_LISTS[name])}}
    if operation.get("summary") in _OF_NO_USE:
        operation["summary"] = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.partition("Using")[0]).capitalize()
        operation["description"] = "The sandbox does not have this."


def _collection(name: str) -> Rule:
    records: Rule = {"type": "array", "items": {"type": "object"}}
    return {"type": "object", "properties": {name: records, "_links": {"type": "object"}}} if name else records


def _without_null(schema: Rule) -> Rule:
    """A query holds no null: a parameter that may be left out is just that."""
    kinds = [kind for kind in schema.get("anyOf", []) if kind != {"type": "null"}]
    return {**kinds[0], "title": schema.get("title", "")} if len(kinds) == 1 else schema
