"""What the sandbox does not have: empty collections, and refusals as for an account without the product."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from .caller import CampaignsCaller
from .errors import ApiError, not_found

router = APIRouter()

_NO_EVENTS: dict[str, Any] = {"records": [], "total_records": 0}
_LANDING_PAGES = (
    ("p_unique_contact_clicks", "getUniqueContactClicks"),
    ("p_unique_contact_opens", "getUniqueContactOpens"),
    ("p_contact_opens", "getContactOpens"),
    ("p_unique_contact_updates", "getUniqueContactUpdates"),
    ("p_unique_contact_adds", "getContactAdds"),
    ("p_unique_contact_sms_optins", "getUniqueContactSMSOptIns"),
)
_EVENT = "/events/{event_id}"
_REGISTRATIONS = "/events/{event_id}/tracks/{track_id}/registrations"
#: The account has no such product, so that writing to it is refused, and reading one of its things finds nothing.
_WITHOUT_PRODUCT = (
    ("POST", "/events/default", "addDefaultEvent", "Events"),
    ("PATCH", _EVENT, "patchEvent", "Events"),
    ("POST", f"{_EVENT}/copy", "copyEvent", "Events"),
    ("POST", f"{_EVENT}/check_in/tickets", "checkInTickets", "Events"),
    ("POST", f"{_EVENT}/undo_check_in/tickets", "undoCheckInTickets", "Events"),
    ("PUT", _REGISTRATIONS, "updateRegistrationStatusUsingPUT", "Events"),
    ("PUT", f"{_REGISTRATIONS}/payment_status", "updateRegistrationPaymentStatusUsingPUT", "Events"),
    ("POST", "/social/posts", "createSocialPostUsingPOST", "Social"),
    ("POST", "/automations/workflows", "createAutomationCampaignUsingPost", "Automations"),
    ("GET", "/automations/workflows/{automation_flow_id}", "retrieveAutomationCampaignUsingGet", "Automations"),
    ("PUT", "/automations/workflows/{automation_flow_id}", "updateAutomationCampaignUsingPut", "Automations"),
)
_PARTNER = "/partner/accounts/{encoded_account_id}"
_WEBHOOK = "/partner/webhooks/subscriptions/{topic_id}"
_PARTNERS_ONLY = (
    ("GET", "/partner/accounts", "getPartnerSiteOwners"),
    ("POST", "/partner/accounts", "provision"),
    ("GET", f"{_PARTNER}/plan", "getPlan"),
    ("PUT", f"{_PARTNER}/plan", "setPlan"),
    ("PUT", f"{_PARTNER}/status/cancel", "cancelAccount"),
    ("POST", f"{_PARTNER}/account_operations/sync", "partnerAccountOperationsPostSync"),
    ("POST", f"{_PARTNER}/users/sso", "createSSOUser"),
    ("POST", f"{_PARTNER}/contacts/unsubscribe", "partnerUnsubscribeContacts"),
    ("GET", "/partner/webhooks/subscriptions", "getWebhooksCollection"),
    ("GET", _WEBHOOK, "getWebhooksTopic"),
    ("PUT", _WEBHOOK, "putWebhooksTopic"),
    ("DELETE", _WEBHOOK, "deleteWebhooksSubscriptions"),
    ("POST", f"{_WEBHOOK}/tests", "testSendWebhooksTopic"),
)


@router.get("/events", operation_id="findEvents", tags=["Events"])
async def get_events(caller: CampaignsCaller) -> dict[str, Any]:
    return _NO_EVENTS


@router.get("/social/profiles", operation_id="getSocialProfilesUsingGET", tags=["Social"])
async def get_social_profiles(caller: CampaignsCaller) -> list[Any]:
    return []


@router.get("/social/connections", operation_id="getSocialConnectionsUsingGET", tags=["Social"])
async def get_social_connections(caller: CampaignsCaller) -> dict[str, Any]:
    return {"connections": []}


@router.get("/social/hashtags/groups", operation_id="getSocialHashtagGroupsUsingGET", tags=["Social"])
async def get_hashtag_groups(caller: CampaignsCaller) -> dict[str, Any]:
    page = {"page": 0, "size": 0, "total_elements": 0, "total_pages": 0}
    return {"hashtag_groups": [], "page": page, "_links": {}}


@router.get("/automations/workflows", operation_id="listAutomations", tags=["Automations"], status_code=209)
async def get_automations(caller: CampaignsCaller) -> JSONResponse:
    """209 is what the published schema declares."""
    return JSONResponse({"flow_summaries": []}, 209)


def _empty_page(caller: CampaignsCaller, campaign_activity_id: str) -> dict[str, Any]:
    return {"tracking_activities": [], "_links": {"next": {"href": ""}}}


def _no_event(caller: CampaignsCaller, event_id: str) -> None:
    raise not_found("There is no such event.")


def _refusal(message: str) -> Callable[..., None]:
    def refuse(caller: CampaignsCaller) -> None:
        raise ApiError(403, "forbidden", message, alone=True)

    return refuse


for _name, _operation in _LANDING_PAGES:
    router.add_api_route(
        f"/reports/landing_pages/campaign_details/{{campaign_activity_id}}/{_name}",
        _empty_page,
        operation_id=_operation,
        tags=["Landing Pages Reporting"],
    )
for _path, _operation in (
    (_EVENT, "getEvent_2"),
    (_REGISTRATIONS, "findRegistrationsUsingGET"),
    (f"{_REGISTRATIONS}/{{registration_id}}", "getRegistrationInfo"),
):
    router.add_api_route(_path, _no_event, operation_id=_operation, tags=["Events"])
for _method, _path, _operation, _tag in _WITHOUT_PRODUCT:
    router.add_api_route(
        _path,
        _refusal("The sandbox's account does not have this product."),
        methods=[_method],
        operation_id=_operation,
        tags=[_tag],
    )
for _method, _path, _operation in _PARTNERS_ONLY:
    router.add_api_route(
        _path,
        _refusal("The sandbox's account is no technology partner."),
        methods=[_method],
        operation_id=_operation,
        tags=["Technology Partners"],
    )
