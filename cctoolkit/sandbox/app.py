"""The web application: the authorization server and the V3 API, for this machine only."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import yaml
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse, PlainTextResponse
from fastapi.routing import APIRoute

from .admin import admin_routes
from .describing import complete
from .describing_records import add_records
from .faults import App, FaultMiddleware
from .looking import looking_routes, page_key
from .oauth.routes import authorization_routes
from .oauth.server import SandboxAuthorizationServer
from .swagger import add_door, swagger
from .v3 import (
    account,
    activities,
    bulk_activities,
    campaign_schedules,
    campaigns,
    contact_exports,
    contact_lists,
    contact_reports,
    contact_tags,
    contacts,
    custom_fields,
    email_reports,
    other_operations,
    segments,
    single_contacts,
)
from .v3.caller import SCOPES, Services
from .v3.errors import install_error_answers
from .watching import Requests, WatchingMiddleware

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
#: Names besides these that are answered for, separated by blanks; `*` for any. For a sandbox that is reached only
#: through a JupyterHub's proxy, which passes the hub's own name on.
HOSTS_VARIABLE = "CCTOOLKIT_SANDBOX_HOSTS"

_ERROR = {
    "type": "object",
    "required": ["error_key", "error_message"],
    "properties": {"error_key": {"type": "string"}, "error_message": {"type": "string"}},
}
#: Every operation may answer with these: an array of errors, or one error.
ERRORS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": description,
        "content": {"application/json": {"schema": {"oneOf": [{"type": "array", "items": _ERROR}, _ERROR]}}},
    }
    for status, description in {
        400: "Something in the request is not valid.",
        401: "The access token is missing, invalid or has expired.",
        403: "The token lacks a scope, or the account lacks the product.",
        404: "There is no such thing.",
        409: "Something of that name or address exists.",
        415: "The content is of the wrong type.",
        429: "Too many requests, or too many queued activities.",
    }.items()
}

_RESOURCES = (
    account,
    contact_lists,
    contact_tags,
    custom_fields,
    contacts,
    single_contacts,
    bulk_activities,
    contact_exports,
    activities,
    segments,
    campaigns,
    campaign_schedules,
    email_reports,
    contact_reports,
    other_operations,
)
#: The operations, once for all sandboxes of a process: what FastAPI makes of 128 of them takes it a third of a second, and they
#: keep nothing of their own. Most that read are coroutines that wait for nothing: handing one to a thread took longer than its
#: answer. Those that write may wait for another's writing, and an export takes seconds: these are functions, which FastAPI gives to
#: threads.
_V3 = APIRouter()
for _resource in _RESOURCES:
    _V3.include_router(_resource.router, prefix="/v3", responses=ERRORS)

Next = Callable[[Request], Awaitable[Response]]


def own_description(app: FastAPI) -> dict[str, Any]:
    """The description that FastAPI makes of the operations, without the 422 that the service never answers, and with
    what FastAPI cannot see."""
    described = app.openapi()
    for operations in described["paths"].values():
        for operation in operations.values():
            operation["responses"].pop("422", None)
            # One object for all, so that the YAML says it once: FastAPI copies it into every operation.
            operation["responses"] |= {str(status): error for status, error in ERRORS.items()}
    complete(described, app.state.scopes)
    add_records(described)
    return described


def _host_name(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def _same_origin(origin: str, host: str) -> bool:
    """Whether a page of that origin is one of ours: host and port are those that were asked."""
    return origin.partition("://")[2].lower() == host.lower()


def build_app(
    services: Services,
    authorization: SandboxAuthorizationServer,
    admin_key: str,
    latency: Callable[[], float] | None = None,
    *,
    advance: Callable[[float], None] = lambda seconds: None,
    dialect: Callable[[App], App] | None = None,
) -> FastAPI:
    app = FastAPI(title="cctoolkit sandbox", openapi_url="/v3/openapi.json", docs_url=None, redoc_url=None)
    app.state.services = services
    named = frozenset(os.environ.get(HOSTS_VARIABLE, "").split())

    def answered_for(host: str | None) -> bool:
        return host in LOOPBACK_HOSTS or host in named or "*" in named

    app.state.last_request = time.monotonic()
    app.include_router(authorization_routes(authorization, services.database))
    app.router.routes.extend(_V3.routes)
    app.state.scopes = {
        route.operation_id: SCOPES[needed.call]
        for resource in _RESOURCES
        for route in resource.router.routes
        if isinstance(route, APIRoute)
        for needed in route.dependant.dependencies
        if needed.call in SCOPES
    }
    install_error_answers(app)

    @app.get("/", include_in_schema=False)
    def which(request: Request, question: str = "") -> dict[str, str]:
        """So that a client can tell this sandbox from another program on its port.

        `proof` is made of the question, of the address that was asked and of the sandbox's own key: whoever does not have the
        key cannot make it, nor have it made by the sandbox at another address.
        """
        row = services.database.connection.execute("SELECT client_id FROM applications ORDER BY rowid").fetchone()
        asked = f"{request.scope['server'][1]} {question}"
        proof = hmac.new(admin_key.encode(), asked.encode(), hashlib.sha256).hexdigest()
        return {"service": "cctoolkit sandbox", "client_id": row["client_id"], "proof": proof}

    door = admin_routes(services, admin_key)
    app.include_router(door, include_in_schema=False)
    requests = Requests()
    app.include_router(looking_routes(services, requests, page_key(admin_key), advance))

    @app.get("/v3/swagger.yaml", include_in_schema=False)
    def description() -> PlainTextResponse:
        """The sandbox's own description of itself, where the live service has its own."""
        dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)  # in C where there is one: a fifth of the time
        described = swagger(own_description(app), authorization.base_url)
        add_door(described, get_openapi(title="", version="", routes=door.routes))
        text = yaml.dump(described, Dumper=dumper, sort_keys=False)
        return PlainTextResponse(text, media_type="application/yaml")

    @app.middleware("http")
    async def this_machine_only(request: Request, go_on: Next) -> Response:
        """Other hosts' names (DNS rebinding) and other sites' pages have no business here."""
        host = _host_name(f"//{request.headers.get('host', '')}")
        origin = request.headers.get("origin")
        if not answered_for(host):
            return PlainTextResponse("The sandbox answers only for 127.0.0.1 and localhost.\n", 421)
        if origin is not None and not _same_origin(origin, request.headers["host"]):
            return PlainTextResponse("The sandbox does not answer to other sites' pages.\n", 403)
        app.state.last_request = time.monotonic()
        path = request.scope["path"]
        if path.startswith("/v3/") and path.endswith("/"):  # as programs in production write it
            request.scope["path"] = path.rstrip("/")
        if request.method == "OPTIONS" and request.url.path.startswith("/v3/"):
            return JSONResponse({})
        if latency is not None:
            await asyncio.sleep(latency())
        return await go_on(request)

    if dialect is not None:
        app.add_middleware(dialect)
    app.add_middleware(FaultMiddleware, faults=services.faults)
    app.add_middleware(WatchingMiddleware, requests=requests)
    return app
