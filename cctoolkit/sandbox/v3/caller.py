"""Who is calling: the bearer token read, its scopes checked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request

from ..clock import Clock
from ..database import Database
from ..faults import Faults
from ..limits import Limits
from ..oauth.access_tokens import AccessTokens, InvalidAccessToken
from .errors import ApiError

if TYPE_CHECKING:
    from .activity_processor import ActivityProcessor


@dataclass(frozen=True)
class Services:
    """What every resource works with. One for each running sandbox, at `app.state.services`."""

    database: Database
    clock: Clock
    access_tokens: AccessTokens
    processor: ActivityProcessor
    limits: Limits
    faults: Faults


@dataclass(frozen=True)
class Caller:
    services: Services
    account: int
    client_id: str

    @property
    def database(self) -> Database:
        return self.services.database

    @property
    def clock(self) -> Clock:
        return self.services.clock


#: Which scope a dependency asks for, so that the description can say it.
SCOPES: dict[Callable[..., Any], str] = {}


def _caller(scope: str) -> Callable[[Request], Awaitable[Caller]]:
    async def caller(request: Request) -> Caller:
        services: Services = request.app.state.services
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer":
            raise ApiError(401, "unauthorized", "Unauthorized", alone=True)
        try:
            claims = services.access_tokens.read(token.strip())
        except InvalidAccessToken as error:
            raise ApiError(401, "unauthorized", "Unauthorized", alone=True) from error
        services.limits.check(claims.client_id)
        if scope not in claims.scopes:
            raise ApiError(403, "forbidden", "Forbidden: the token lacks a scope or a privilege.", alone=True)
        return Caller(services, claims.account, claims.client_id)

    SCOPES[caller] = scope
    return caller


ContactsCaller = Annotated[Caller, Depends(_caller("contact_data"))]
AccountCaller = Annotated[Caller, Depends(_caller("account_read"))]
AccountUpdateCaller = Annotated[Caller, Depends(_caller("account_update"))]
CampaignsCaller = Annotated[Caller, Depends(_caller("campaign_data"))]
