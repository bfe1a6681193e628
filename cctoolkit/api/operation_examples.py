"""Calls that work as they stand: a body for each operation that writes, with variables in place of an account's own ids.

A variable is written as Postman and Bruno write it, `{{list_id}}`. One that begins with `new_` is what another call of the same
collection has made, so that nothing is deleted or sent that was there before. The shapes are those of the service's published
description; what it requires besides is in the answers that it gives to less.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from .checking import Misfit, check_property
from .schema import Body, OperationSchema, Parameter, Value

#: The service refuses a contact without these, whatever its description says.
WANTED = ("create_source", "update_source")
#: An id that nobody has.
NOBODY = "00000000-0000-1000-8000-fa163e000000"
#: Variables of a saved environment that are not an operation's to name.
RESERVED = frozenset(
    {
        *("base_url", "authorize_url", "token_url", "device_url", "redirect_uri", "scopes", "api_key", "writing"),
        *("access_token", "client_secret"),
    }
)
#: A variable, as Postman and Bruno write it.
VARIABLE = re.compile(r"\{\{(\$?\w+)\}\}")
#: A number and a name of their own for each time that something is made.
_NAMED = "Made {{$timestamp}}"
_ADDRESS = "person-{{$timestamp}}@example.com"
_CONTENT = {
    "from_name": "Robin",
    "from_email": "{{from_email}}",
    "reply_to_email": "{{from_email}}",
    "subject": "News of this month",
    "html_content": "<html><body>[[trackingImage]]<p>Hello.</p></body></html>",
}
_PLACE = {name: f"{{{{{name}}}}}" for name in ("address_line1", "city", "state_code", "postal_code", "country_code")}
_CRITERIA = json.dumps(
    {
        "version": "1.0.0",
        "criteria": {
            "type": "and",
            "group": [{"source": "contact", "field": "first_name", "op": "eq", "value": "Robin"}],
        },
    }
)

#: A body for each operation that takes one and needs more than what its description shows.
_BODIES: Mapping[str, Any] = {
    "putCustomerById": {"contact_email": "{{contact_email}}"},
    "addPhysicalAddress": _PLACE,
    "putPhysicalAddress": _PLACE,
    "addAccountEmailAddress": {"email_address": _ADDRESS},
    "bulkImportContactsJSON": {
        "import_data": [
            {"email": "imported-{{$timestamp}}@example.com", "first_name": "Robin", "work_phone": "+1 555 0100"}
        ],
        "list_ids": ["{{new_list_id}}"],
    },
    "postContactDelete": {"contact_ids": ["{{new_contact_id}}"]},
    "postListAddContact": {"source": {"contact_ids": ["{{new_contact_id}}"]}, "list_ids": ["{{new_list_id}}"]},
    "postListRemoveContact": {"source": {"contact_ids": ["{{new_contact_id}}"]}, "list_ids": ["{{new_list_id}}"]},
    "postListDelete": {"list_ids": ["{{new_list_id}}"]},
    "postTagAddContact": {"source": {"contact_ids": ["{{new_contact_id}}"]}, "tag_ids": ["{{new_tag_id}}"]},
    "postTagRemoveContact": {"source": {"contact_ids": ["{{new_contact_id}}"]}, "tag_ids": ["{{new_tag_id}}"]},
    "postTagDelete": {"tag_ids": ["{{new_tag_id}}"]},
    "postCustomFieldDelete": {"custom_field_ids": ["{{new_custom_field_id}}"]},
    "postContactsExport": {"list_ids": ["{{new_list_id}}"], "fields": ["email", "first_name", "last_name"]},
    "createList": {"name": _NAMED, "description": "A list to try things with"},
    "putList": {"name": f"{_NAMED}, renamed", "favorite": False},
    "postTag": {"name": _NAMED},
    "putTag": {"name": f"{_NAMED}, renamed"},
    "createContact": {
        "email_address": {"address": _ADDRESS, "permission_to_send": "implicit"},
        "first_name": "Robin",
        "create_source": "Account",
    },
    "createOrUpdateContact": {
        "email_address": "signed-up-{{$timestamp}}@example.com",
        "first_name": "Robin",
        "list_memberships": ["{{new_list_id}}"],
    },
    "resubscribeContact": {"list_ids": ["{{new_list_id}}"]},
    "putContact": {
        "email_address": {"address": "changed-{{$timestamp}}@example.com"},
        "first_name": "Robin",
        "job_title": "Gardener",
        "update_source": "Account",
    },
    "postCustomFields": {"label": _NAMED, "type": "string"},
    "putCustomField": {"label": f"{_NAMED}, renamed"},
    "createEmailCampaignUsingPOST": {"name": _NAMED, "email_campaign_activities": [{"format_type": 5, **_CONTENT}]},
    "renameEmailCampaignUsingPATCH": {"name": f"{_NAMED}, renamed"},
    "updateEmailCampaignActivityUsingPUT": {**_CONTENT, "contact_list_ids": ["{{new_list_id}}"]},
    "createResendToNonOpenersUsingPOST": {"resend_subject": "In case you missed it", "delay_days": 2},
    "createEmailCampaignABTestUsingPOST": {
        "alternative_subject": "This month's news",
        "test_size": 10,
        "winner_wait_duration": 6,
    },
    "scheduleEmailCampaignActivityUsingPOST": {"scheduled_date": "2035-01-31T08:00:00Z"},
    "testSendCampaignActivityUsingPOST": {"email_addresses": ["{{from_email}}"]},
    "createSegment": {"name": _NAMED, "segment_criteria": _CRITERIA},
    "updateSegment": {"name": f"{_NAMED}, changed", "segment_criteria": _CRITERIA},
    "updateSegmentName": {"name": f"{_NAMED}, renamed"},
}
#: What a parameter is to hold besides a variable of its name.
_PARAMETERS: Mapping[tuple[str, str], str] = {
    ("getListIdXrefs", "sequence_ids"): "1",
    ("getContactIdXrefs", "sequence_ids"): "1",
    ("retrieveXrefMappingsUsingGET", "v2_email_campaign_ids"): "1100000000001",
    ("getContactOpenClickRate", "start"): "2026-01-01T00:00:00Z",
    ("getContactOpenClickRate", "end"): "2026-12-31T00:00:00Z",
    ("getContactTrackingCount", "start"): "2026-01-01T00:00:00Z",
    ("getContactTrackingCount", "end"): "2026-12-31T00:00:00Z",
    ("getAllBulkSmsCampaignSummaries", "start_at"): "2026-01-01T00:00:00Z",
    ("getEmailSummary", "campaign_ids"): "{{campaign_id}}",
    ("getEmailCampaignActivitySummary", "campaign_activity_ids"): "{{campaign_activity_id}}",
    ("contactsCSVImport", "list_ids"): "{{new_list_id}}",
}
#: What a later call needs of an answer: the variable, and where it is.
KEPT: Mapping[str, Mapping[str, str]] = {
    "createList": {"new_list_id": ".list_id"},
    "postTag": {"new_tag_id": ".tag_id"},
    "createContact": {"new_contact_id": ".contact_id"},
    "postCustomFields": {"new_custom_field_id": ".custom_field_id"},
    "createSegment": {"new_segment_id": ".segment_id"},
    "createEmailCampaignUsingPOST": {
        "new_campaign_id": ".campaign_id",
        "new_campaign_activity_id": ".campaign_activities[0].campaign_activity_id",
    },
    "createResendToNonOpenersUsingPOST": {"new_resend_request_id": ".resend_request_id"},
    "postContactsExport": {"new_activity_id": ".activity_id", "file_export_id": ".activity_id"},
}
#: These delete what the collection made, and come last.
CLEANING_UP = frozenset(
    {
        "postContactDelete",
        "postListDelete",
        "postTagDelete",
        "postCustomFieldDelete",
        "deleteContact",
        "deleteListActivity",
        "deleteTag",
        "deleteCustomField",
        "deleteSegment",
        "removeEmailCampaignUsingDELETE",
    }
)

_MADE = frozenset(name for kept in KEPT.values() for name in kept)


def body_of(operation: OperationSchema) -> Any:
    """A body that the service takes, with variables; None where the operation has none."""
    if operation.body is None:
        return None
    return _BODIES.get(operation.id) or _without_variables(example_of(operation.body))


def value_of(operation: OperationSchema, one: Parameter) -> str:
    """What a parameter of the path, the query or a form is to hold, with variables; empty for what may be left out."""
    known = _PARAMETERS.get((operation.id, one.name))
    if known is not None:
        return known
    if one.place == "path" and (one.name in RESERVED or not re.fullmatch(r"\w+", one.name, re.ASCII)):
        return NOBODY
    if one.place == "path":
        made = f"new_{one.name}"
        return f"{{{{{made if operation.method != 'GET' and made in _MADE else one.name}}}}}"
    value = one.value.default if one.value.default is not None else one.example
    return "" if value is None else str(value).lower() if isinstance(value, bool) else _without_variables(str(value))


def _without_variables(example: Any) -> Any:
    """What a description shows, where it is no variable: it could name one that holds a secret."""
    if isinstance(example, Mapping):
        return {name: _without_variables(each) for name, each in example.items()}
    if isinstance(example, list):
        return [_without_variables(each) for each in example]
    return example.replace("{{", "((").replace("}}", "))") if isinstance(example, str) else example


def filled(example: Any, values: Mapping[str, str]) -> Any:
    """An example with its variables filled: an id that is not known is one that nobody has, and all else empty."""
    if isinstance(example, Mapping):
        return {name: filled(each, values) for name, each in example.items()}
    if isinstance(example, list):
        return [filled(each, values) for each in example]
    if not isinstance(example, str):
        return example
    return VARIABLE.sub(
        lambda found: values.get(found[1]) or (NOBODY if found[1].endswith(("_id", "_ids")) else ""), example
    )


def variables_of(example: Any) -> set[str]:
    """The variables in an example."""
    return set(VARIABLE.findall(json.dumps(example)))


def example_of(body: Body) -> Any:
    """A small body: what is required, or else the first property, filled with what the description shows."""
    if body.type == "array":
        return []
    return _object(body.properties)


def _object(properties: tuple[Parameter, ...]) -> dict[str, Any]:
    chosen = [one for one in properties if one.required] or [one for one in properties if one.name not in WANTED][:1]
    chosen += [one for one in properties if one.name in WANTED and one not in chosen]
    return {one.name: example_of_property(one) for one in chosen}


def example_of_property(one: Parameter) -> Any:
    value = one.value
    if value.type == "array":
        if one.entries == "object":
            return [_object(one.inner)]
        return [_scalar(one, Value(type=one.entries or "string", format=value.format, enum=value.enum))]
    return _object(one.inner) if value.type == "object" else _scalar(one, value)


def _scalar(one: Parameter, rules: Value) -> Any:
    """What the description shows where that keeps its own rules, else something simple that fits type and name."""
    candidates = [one.example, rules.default, *rules.enum, _simple(one.name, rules), "text", "US"]
    if rules.type == "boolean":
        candidates.append(False)
    if rules.type in {"integer", "number"}:
        candidates.append(int(rules.minimum or 1))
    return next((each for each in candidates if _keeps(rules, each)), "text")


def _simple(name: str, rules: Value) -> str | None:
    if rules.format == "uuid" or name.endswith(("_id", "_ids", "_memberships", "taggings")):
        return "00000000-0000-1000-8000-fa163e000000"
    if "date" in rules.format or name.endswith(("_date", "_time")):
        return "2026-01-31" if rules.format == "date" else "2026-01-31T08:00:00Z"
    return "someone@example.com" if "email" in name or name == "address" else None


def _keeps(rules: Value, value: Any) -> bool:
    """Whether a value keeps the rules, as `check_call` reads them for a body."""
    try:
        check_property(rules, value)
    except Misfit:
        return False
    return value is not None and (bool(rules.type) or isinstance(value, (str, int, float)))
