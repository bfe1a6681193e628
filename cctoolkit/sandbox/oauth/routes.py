"""The authorization server's addresses: authorize, token, device, keys, and the pages that a person sees."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import jinja2
from authlib.oauth2.rfc6749 import AccessDeniedError, OAuth2Error
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, JSONResponse

from ..database import Database
from .portal import PASSCODE
from .records import SCOPES, Account, Application
from .server import SandboxAuthorizationServer, WebRequest

_templates = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent.parent / "templates"), autoescape=True
)
_PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
}


def _page(template: str, status: int = 200, **values: Any) -> HTMLResponse:
    return HTMLResponse(_templates.get_template(template).render(values), status, headers=_PAGE_HEADERS)


def authorization_routes(server: SandboxAuthorizationServer, database: Database) -> APIRouter:
    router = APIRouter()
    ticket_key = database.setting("ticket_key", lambda: secrets.token_hex(32)).encode()

    def ticket(subject: str) -> str:
        """Ties a form to the page that showed it, so that no other site's page can send it."""
        return hmac.new(ticket_key, subject.encode(), hashlib.sha256).hexdigest()

    def genuine(form: dict[str, str], subject: str) -> bool:
        return hmac.compare_digest(form.get("ticket", "").encode(), ticket(subject).encode())

    def refuse(error: OAuth2Error) -> Response:
        if error.redirect_uri:
            return server.handle_response(*error())
        return _page(
            "message.html",
            400,
            title="This sign-in cannot go on",
            text=error.description or error.get_error_description() or "",
            code=error.error,
        )

    def consent(request: WebRequest, form: dict[str, str] | None) -> Response:
        query = request.url.partition("?")[2]
        if parse_qs(query).get("response_type", [""])[0] != "code":
            return _page(
                "message.html",
                400,
                title="This sign-in cannot go on",
                text="The response type is missing or not supported: response_type=code is.",
                code="unsupported_response_type",
            )
        try:
            grant = server.get_consent_grant(request)
        except OAuth2Error as error:
            return refuse(error)
        account = Account.of_application(database.connection, grant.request.client.client_id)
        if form is None:
            scopes = (grant.request.scope or "").split()
            return _page(
                "consent.html",
                application=grant.request.client,
                account=account,
                scopes=[(scope, SCOPES[scope]) for scope in scopes],
                portal=server.portal,
                passcode=PASSCODE,
                ticket=ticket(query),
            )
        if not genuine(form, query):
            return _page("message.html", 400, title="This form is out of date", text="Open the link again.")
        if server.portal.factors and form.get("passcode", "").strip() != PASSCODE:
            return _wrong_passcode()
        if server.portal.private and form.get("user") == "other":
            # Which words the live service has for it nobody has published; these are Okta's.
            return refuse(
                AccessDeniedError(
                    "User is not assigned to the client application.",
                    redirect_uri=grant.request.payload.redirect_uri,
                    state=grant.request.payload.state,
                )
            )
        return server.create_authorization_response(  # type: ignore[no-any-return]
            request, grant_user=account if form.get("decision") == "allow" else None, grant=grant
        )

    @router.get("/oauth2/default/v1/authorize", include_in_schema=False)
    async def show_consent(request: Request) -> Response:
        return await run_in_threadpool(consent, await _read(request), None)

    @router.post("/oauth2/default/v1/authorize", include_in_schema=False)
    async def answer_consent(request: Request) -> Response:
        read = await _read(request)
        # The form's own fields are not part of the authorization request.
        bare = WebRequest("GET", read.url, read.headers)
        return await run_in_threadpool(consent, bare, _fields(read.body))

    @router.post("/oauth2/default/v1/token", include_in_schema=False)
    async def token(request: Request) -> Response:
        read = await _read(request)
        if not _is_form(read):
            return _unsupported_media_type()
        return await run_in_threadpool(server.create_token_response, read)

    @router.get("/oauth2/default/v1/token", include_in_schema=False)
    def token_by_get() -> Response:
        return _as_okta(405, "E0000022", "The endpoint does not support the provided HTTP method")

    @router.post("/oauth2/default/v1/device/authorize", include_in_schema=False)
    async def device(request: Request) -> Response:
        read = await _read(request)
        if not _is_form(read):
            return _unsupported_media_type()
        return await run_in_threadpool(server.create_endpoint_response, "device_authorization", read)

    @router.get("/oauth2/default/v1/keys", include_in_schema=False)
    def keys() -> JSONResponse:
        return JSONResponse(server.access_tokens.public_keys())

    @router.get("/activate", include_in_schema=False)
    def show_activation(user_code: str = "") -> Response:
        return activation(user_code)

    def activation(user_code: str, wrong: bool = False) -> Response:
        code = user_code.strip().upper()
        waiting = server.waiting_device(code) if code else None
        if waiting is None:
            return _page("code.html", user_code=code, wrong=wrong or bool(code))
        application = Application.find(database.connection, waiting.client_id)
        return _page(
            "consent.html",
            application=application,
            account=Account.of_application(database.connection, waiting.client_id),
            scopes=[(scope, SCOPES[scope]) for scope in waiting.scope.split()],
            user_code=code,
            portal=server.portal,
            passcode=PASSCODE,
            ticket=ticket(code),
        )

    def decide(form: dict[str, str]) -> Response:
        code = form.get("user_code", "")
        if "decision" not in form:
            return activation(code)
        if not genuine(form, code):
            return _page("message.html", 400, title="This form is out of date", text="Open the link again.")
        if server.portal.factors and form.get("passcode", "").strip() != PASSCODE:
            return _wrong_passcode()
        somebody_else = server.portal.private and form.get("user") == "other"
        allow = form["decision"] == "allow" and not somebody_else
        waiting = server.waiting_device(code)
        if waiting is None:
            return activation(code, wrong=True)
        account = Account.of_application(database.connection, waiting.client_id)
        if not server.decide_device(code, account, allow):
            return activation(code, wrong=True)
        return _page(
            "message.html",
            title="You are signed in" if allow else "Access is denied" if somebody_else else "You said no",
            text="Go back to where you came from: it goes on by itself. This tab can be closed."
            if allow
            else "Nothing was granted. This tab can be closed.",
        )

    @router.post("/activate", include_in_schema=False)
    async def answer_activation(request: Request) -> Response:
        read = await _read(request)
        return await run_in_threadpool(decide, _fields(read.body))

    return router


def _wrong_passcode() -> HTMLResponse:
    return _page(
        "message.html", 400, title="That is not the code", text="Go back, and write the code that the page shows."
    )


async def _read(request: Request) -> WebRequest:
    body = (await request.body()).decode("utf-8", "replace")
    return WebRequest(request.method, str(request.url), request.headers, body)


def _fields(body: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}


def _is_form(request: WebRequest) -> bool:
    return request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")


def _unsupported_media_type() -> JSONResponse:
    """What Okta answers to a bare POST at its token endpoint."""
    text = "Bad request. Accept and/or Content-Type headers likely do not match supported values."
    return _as_okta(415, "E0000021", text)


def _as_okta(status: int, code: str, summary: str) -> JSONResponse:
    error = {"errorCode": code, "errorSummary": summary, "errorLink": code}
    return JSONResponse({**error, "errorId": secrets.token_hex(10), "errorCauses": []}, status)
