"""Account Services."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter

from ..oauth.records import Account
from .bodies import AccountEmail, AccountPut, PhysicalAddress
from .caller import AccountCaller, AccountUpdateCaller, Caller
from .contact_store import insert, update
from .errors import CONFLICT, ApiError
from .values import choices

router = APIRouter(tags=["Account Services"])

_COLUMNS = ("contact_email", "first_name", "last_name", "organization_name")
_DETAILS = {
    "contact_phone": "555-0100",
    "country_code": "US",
    "organization_phone": "555-0100",
    "state_code": "MA",
    "time_zone_id": "US/Eastern",
}
_ADDRESS = {
    "address_line1": "1 Meadow Lane",
    "city": "Waltham",
    "state_code": "MA",
    "postal_code": "02451",
    "country_code": "US",
}
_PRIVILEGES = ("account:read", "account:update", "contacts:read", "contacts:write", "contacts:lists:read")
_CONFIRMED = {"CONFIRMED": "CONFIRMED", "C": "CONFIRMED", "UNCONFIRMED": "UNCONFIRMED", "U": "UNCONFIRMED"}
_ROLES = {
    short: name for name in ("CONTACT", "BILLING", "JOURNALING", "REPLY_TO", "OTHER") for short in (name, name[0])
}


def _account(caller: Caller) -> tuple[Account, dict[str, Any]]:
    account = Account.find(caller.database.connection, caller.account)
    assert account is not None
    return account, {**_DETAILS, "physical_address": _ADDRESS, **json.loads(account.details)}


def _keep(caller: Caller, details: dict[str, Any]) -> None:
    with caller.database.write() as connection:
        update(connection, "accounts", caller.account, {"details": json.dumps(details)})


@router.get("/account/summary", operation_id="getAccountById")
async def get_account_summary(caller: AccountCaller, extra_fields: str | None = None) -> dict[str, Any]:
    extras = choices("extra_fields", extra_fields, {"physical_address", "company_logo"})
    account, details = _account(caller)
    address = details.pop("physical_address")
    summary: dict[str, Any] = {name: getattr(account, name) for name in _COLUMNS}
    summary |= {"encoded_account_id": account.encoded_account_id, **details}
    if "physical_address" in extras and address is not None:
        summary["physical_address"] = address
    return dict(sorted(summary.items()))


@router.put("/account/summary", operation_id="putCustomerById")
def put_account_summary(caller: AccountUpdateCaller, body: AccountPut) -> dict[str, Any]:
    """A partial update: what is left out stays."""
    given = body.model_dump(exclude_none=True)
    columns = {name: given.pop(name) for name in _COLUMNS if name in given}
    account, details = _account(caller)
    with caller.database.write() as connection:
        update(connection, "accounts", caller.account, {**columns, "details": json.dumps({**details, **given})})
    account, details = _account(caller)
    details.pop("physical_address")
    return {**{name: getattr(account, name) for name in _COLUMNS}, **details}


@router.get("/account/summary/physical_address", operation_id="getPhysicalAddress")
async def get_physical_address(caller: AccountCaller) -> dict[str, Any]:
    address: dict[str, Any] | None = _account(caller)[1]["physical_address"]
    return address or {}


@router.post("/account/summary/physical_address", operation_id="addPhysicalAddress", status_code=201)
def add_physical_address(caller: AccountUpdateCaller, body: PhysicalAddress) -> dict[str, Any]:
    _, details = _account(caller)
    if details["physical_address"] is not None:
        raise ApiError(409, CONFLICT, "The account has a physical address already: change it with PUT.")
    return _put_physical_address(caller, body)


@router.put("/account/summary/physical_address", operation_id="putPhysicalAddress")
def put_physical_address(caller: AccountUpdateCaller, body: PhysicalAddress) -> dict[str, Any]:
    return _put_physical_address(caller, body)


def _put_physical_address(caller: Caller, body: PhysicalAddress) -> dict[str, Any]:
    _, details = _account(caller)
    address = body.model_dump(exclude_none=True)
    _keep(caller, {**details, "physical_address": address})
    return address


@router.get("/account/user/privileges", operation_id="getUserPrivileges")
async def get_privileges(caller: AccountCaller) -> list[dict[str, Any]]:
    return [{"privilege_id": number, "privilege_name": name} for number, name in enumerate(_PRIVILEGES, start=1)]


@router.get("/account/emails", operation_id="retrieveEmailAddresses")
async def get_account_emails(
    caller: AccountCaller,
    confirm_status: str | None = None,
    role_code: str | None = None,
    email_address: str | None = None,
) -> list[dict[str, Any]]:
    states = {_CONFIRMED[each] for each in choices("confirm_status", confirm_status, _CONFIRMED)}
    roles = {_ROLES[each] for each in choices("role_code", role_code, _ROLES)}
    rows = caller.database.connection.execute(
        "SELECT * FROM account_emails WHERE account = ? ORDER BY email_id", (caller.account,)
    )
    entries = []
    for row in rows:
        held = json.loads(row["roles"])
        if (
            (states and row["confirm_status"] not in states)
            or (roles and not roles & set(held))
            or (email_address is not None and row["email_address"] != email_address.strip().lower())
        ):
            continue
        entry = {
            "email_address": row["email_address"],
            "email_id": row["email_id"],
            "confirm_status": row["confirm_status"],
            "roles": held,
        }
        if row["confirm_time"] is not None:
            entry |= {"confirm_time": row["confirm_time"], "confirm_source_type": "SITE_OWNER"}
        entries.append(entry)
    return entries


@router.post("/account/emails", operation_id="addAccountEmailAddress", status_code=201)
def add_account_email(caller: AccountUpdateCaller, body: AccountEmail) -> dict[str, Any]:
    address = body.email_address.lower()
    with caller.database.write() as connection:
        if connection.execute(
            "SELECT 1 FROM account_emails WHERE account = ? AND email_address = ?", (caller.account, address)
        ).fetchone():
            raise ApiError(409, CONFLICT, f"The account has the address {address} already.")
        email_id = insert(
            connection,
            "account_emails",
            {"account": caller.account, "email_address": address, "confirm_status": "UNCONFIRMED"},
        )
    return {"email_address": address, "email_id": email_id, "confirm_status": "UNCONFIRMED"}
