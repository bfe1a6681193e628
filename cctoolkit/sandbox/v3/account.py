"""Account Services."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from ..oauth.records import Account
from .caller import AccountCaller
from .values import choices

router = APIRouter(tags=["Account Services"])


@router.get("/account/summary", operation_id="getAccountById")
def get_account_summary(caller: AccountCaller, extra_fields: str | None = None) -> dict[str, Any]:
    extras = choices("extra_fields", extra_fields, {"physical_address", "company_logo"})
    account = Account.find(caller.database.connection, caller.account)
    assert account is not None
    summary: dict[str, Any] = {
        "contact_email": account.contact_email,
        "contact_phone": "555-0100",
        "country_code": "US",
        "encoded_account_id": account.encoded_account_id,
        "first_name": account.first_name,
        "last_name": account.last_name,
        "organization_name": account.organization_name,
        "organization_phone": "555-0100",
        "state_code": "MA",
        "time_zone_id": "US/Eastern",
    }
    if "physical_address" in extras:
        summary["physical_address"] = {
            "address_line1": "1 Meadow Lane",
            "city": "Waltham",
            "state_code": "MA",
            "postal_code": "02451",
            "country_code": "US",
        }
    return summary
