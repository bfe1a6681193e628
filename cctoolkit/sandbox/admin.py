"""The sandbox's own small API, outside /v3: faults, limits, resetting an account. The live service has none of this.

It takes the key that the sandbox tells whoever starts it: neither another program of this machine nor a page in its browser
has that.
"""

from __future__ import annotations

import hmac
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, HTTPException
from pydantic import BaseModel, Field

from .accounts import Participant, add_sms_list, ensure_accounts, reset_account
from .v3.caller import Services


class FaultInput(BaseModel):
    kind: str
    count: Annotated[int, Field(ge=1)] = 1
    path: str = ""
    probability: Annotated[float, Field(gt=0, le=1)] = 1.0
    seconds: Annotated[float, Field(ge=0, le=600)] = 1.0


class SmsListInput(BaseModel):
    name: Annotated[str, Field(min_length=1, max_length=255)]


class LimitsInput(BaseModel):
    enabled: bool


def admin_routes(services: Services, key: str) -> APIRouter:
    def has_the_key(authorization: Annotated[str, Header()] = "") -> None:
        if not hmac.compare_digest(authorization.encode(), f"Bearer {key}".encode()):
            raise HTTPException(
                401,
                "Send the sandbox's admin_key, from the line that it printed: Authorization: Bearer ADMIN_KEY",
                headers={"WWW-Authenticate": "Bearer"},
            )

    router = APIRouter(prefix="/sandbox", tags=["The sandbox itself"], dependencies=[Depends(has_the_key)])

    @router.get("/faults", operation_id="pendingFaults")
    def pending_faults() -> list[dict[str, Any]]:
        """The faults that are to come."""
        return services.faults.pending()

    @router.post("/faults", operation_id="addFault", status_code=201)
    def add_fault(body: FaultInput) -> list[dict[str, Any]]:
        """Let the next requests go wrong: so many, by path, with a probability."""
        try:
            services.faults.add(
                body.kind, body.count, path=body.path, probability=body.probability, seconds=body.seconds
            )
        except ValueError as error:
            raise HTTPException(400, str(error)) from error
        return services.faults.pending()

    @router.delete("/faults", operation_id="clearFaults", status_code=204)
    def clear_faults() -> None:
        """No fault any more."""
        services.faults.clear()

    @router.put("/limits", operation_id="setLimits")
    def set_limits(body: LimitsInput) -> dict[str, bool]:
        """Switch the 429s on or off."""
        services.limits.enabled = body.enabled
        return {"enabled": body.enabled}

    def participant(number: int) -> Participant:
        participants = ensure_accounts(services.database, services.clock)
        if not 1 <= number <= len(participants):
            raise HTTPException(404, f"There are accounts 1 to {len(participants)}.")
        return participants[number - 1]

    @router.post("/accounts/{number}/reset", operation_id="resetAccount", status_code=204)
    def reset(number: int) -> None:
        """Make an account as new. Its key and tokens stay valid."""
        reset_account(services.database, services.clock, participant(number))

    @router.post("/accounts/{number}/sms_lists", operation_id="addSmsList", status_code=201)
    def sms_list(number: int, body: SmsListInput) -> dict[str, str]:
        """Make a list for text messages, as the account's own pages do."""
        whose = participant(number).account.id
        return {"list_id": add_sms_list(services.database, services.clock, body.name, whose)}

    return router
