"""Authlib's authorization server on FastAPI: what it asks of a framework, and what tokens stand on."""

from __future__ import annotations

import json
import logging
import secrets
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from authlib.oauth2.rfc6749 import (
    AuthorizationServer,
    InvalidClientError,
    InvalidGrantError,
    InvalidRequestError,
    InvalidScopeError,
    OAuth2Payload,
    OAuth2Request,
    UnauthorizedClientError,
    UnsupportedGrantTypeError,
    scope_to_list,
)
from fastapi import Response

from ..clock import Clock
from ..database import Database
from .access_tokens import LIFETIME, AccessTokens
from .grants import CodeGrant, DeviceEndpoint, DeviceGrant, Pkce, RefreshGrant
from .portal import Portal
from .records import SCOPES, Account, Application, DeviceCode, digest

# These modules of Authlib write whole tokens into their debug records.
for _module in ("rfc6749.grants.authorization_code", "rfc6749.grants.refresh_token", "rfc8628.device_code"):
    logging.getLogger(f"authlib.oauth2.{_module}").setLevel(logging.INFO)

REFRESH_TOKEN_LIFETIME = 180 * 86_400


@dataclass(frozen=True)
class WebRequest:
    """What Authlib needs of an HTTP request, read beforehand so that the grants can stay synchronous."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: str = ""


class _Payload(OAuth2Payload):  # type: ignore[misc]
    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._data = dict(pairs)
        self._lists: defaultdict[str, list[str]] = defaultdict(list)
        for name, value in pairs:
            self._lists[name].append(value)

    @property
    def data(self) -> dict[str, str]:
        return self._data

    @property
    def datalist(self) -> defaultdict[str, list[str]]:
        return self._lists


class _Request(OAuth2Request):  # type: ignore[misc]
    def __init__(self, request: WebRequest) -> None:
        super().__init__(request.method, request.url, headers=request.headers)
        self._query = parse_qsl(request.url.partition("?")[2], keep_blank_values=True)
        self._form = parse_qsl(request.body, keep_blank_values=True)
        self.payload = _Payload(self._query + self._form)

    @property
    def sends_client(self) -> bool:
        """Whether the body names a client too, beside what the header may hold."""
        return any(name in ("client_id", "client_secret") for name, _ in self._form)

    @property
    def args(self) -> dict[str, str]:
        return dict(self._query)

    @property
    def form(self) -> dict[str, str]:
        """The parameters of a token request: the vendor's own guide sends them in the query, behind an empty body."""
        return dict(self._query + self._form)


class SandboxAuthorizationServer(AuthorizationServer):  # type: ignore[misc]
    def __init__(
        self, database: Database, clock: Clock, access_tokens: AccessTokens, portal: Portal | None = None
    ) -> None:
        super().__init__(scopes_supported=list(SCOPES))
        self.portal = portal or Portal()
        self.database = database
        self.clock = clock
        self.access_tokens = access_tokens
        self.base_url = ""
        self.register_grant(CodeGrant, [Pkce(required=True)])
        self.register_grant(RefreshGrant)
        self.register_grant(DeviceGrant)
        self.register_endpoint(DeviceEndpoint(self))
        self.register_token_generator("default", self._generate)

    # What Authlib asks of a framework.

    def create_oauth2_request(self, request: WebRequest) -> _Request:
        return _Request(request)

    def handle_response(self, status: int, body: Any, headers: list[tuple[str, str]]) -> Response:
        content = json.dumps(body) if isinstance(body, dict) else body
        return Response(content, status_code=status, headers=dict(headers))

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        pass

    def query_client(self, client_id: str) -> Application | None:
        return Application.find(self.database.connection, client_id)

    def authenticate_client(self, request: _Request, methods: list[str], endpoint: str = "token") -> Any:
        sent = request.headers.get("authorization", "").lower().startswith("basic ")
        if sent and request.sends_client:
            raise InvalidRequestError(
                "Cannot supply multiple client credentials. Use one of the following: credentials in the Authorization "
                "header, credentials in the post body, or a client_assertion in the post body."
            )
        try:
            return super().authenticate_client(request, methods, endpoint)
        except (InvalidClientError, UnicodeDecodeError) as error:  # the latter for a Basic header of other bytes
            if request.headers.get("authorization"):
                description = "The client secret supplied for a confidential client is invalid."
            elif request.payload.client_id:
                description = "Invalid value for 'client_id' parameter."
            else:
                description = "Client authentication failed. Either the client or the client credentials are invalid."
            raise InvalidClientError(description, status_code=401) from error

    def get_token_grant(self, request: _Request) -> Any:
        try:
            grant = super().get_token_grant(request)
        except UnsupportedGrantTypeError as error:
            error.description = "The authorization grant type is not supported by the authorization server."
            raise
        if isinstance(grant, DeviceGrant) and not self.portal.allows("device"):
            raise UnauthorizedClientError("The client is not authorized to use the provided grant type.")
        return grant

    def validate_requested_scope(self, scope: str | None) -> None:
        unknown = set(scope_to_list(scope) or []) - set(SCOPES)
        if unknown or not scope:
            raise InvalidScopeError("One or more scopes are not configured for the authorization server resource.")

    # Tokens and what they stand on.

    def _generate(
        self,
        grant_type: str,
        client: Application,
        user: Account | None = None,
        scope: str | None = None,
        expires_in: int | None = None,
        include_refresh_token: bool = True,
    ) -> dict[str, Any]:
        # The access token is filled in by save_token, when the grant that it belongs to exists.
        token = {"token_type": "Bearer", "expires_in": LIFETIME, "access_token": "", "scope": scope or ""}
        if grant_type == "refresh_token" and self.portal.long_lived:
            return token  # the one that was shown goes on
        if include_refresh_token and "offline_access" in (scope or "").split():
            token["refresh_token"] = secrets.token_urlsafe(32)
        return token

    def save_token(self, token: dict[str, Any], request: _Request) -> None:
        """Store the token and void what it was exchanged for, in one transaction."""
        account, client_id, scope = request.user, request.client.client_id, token["scope"]
        with self.database.write() as connection:
            if request.refresh_token is not None:
                grant_id = request.refresh_token.grant_id
            if request.refresh_token is not None and self.portal.long_lived:
                connection.execute(
                    "UPDATE refresh_tokens SET expires_at = ? WHERE token_hash = ?",
                    (self.clock.now() + REFRESH_TOKEN_LIFETIME, request.refresh_token.token_hash),
                )
            elif request.refresh_token is not None:
                voided = connection.execute(
                    "UPDATE refresh_tokens SET used_at = ? WHERE token_hash = ? AND used_at IS NULL",
                    (self.clock.now(), request.refresh_token.token_hash),
                )
                if voided.rowcount != 1:
                    raise InvalidGrantError("The refresh token is invalid or expired.")
            else:
                grant_id = self._new_grant(connection, client_id, account.id, scope)
            if request.authorization_code is not None:
                used = connection.execute(
                    "UPDATE authorization_codes SET grant_id = ? WHERE code_hash = ? AND grant_id IS NULL",
                    (grant_id, request.authorization_code.code_hash),
                )
                if used.rowcount != 1:
                    raise InvalidGrantError("The authorization code is invalid or has expired.")
            if isinstance(request.credential, DeviceCode):
                connection.execute(
                    "UPDATE device_codes SET used = 1 WHERE device_code_hash = ?",
                    (request.credential.device_code_hash,),
                )
            if "refresh_token" in token:
                connection.execute(
                    "INSERT INTO refresh_tokens VALUES (?, ?, ?, ?, ?, ?, NULL)",
                    (
                        digest(token["refresh_token"]),
                        grant_id,
                        client_id,
                        account.id,
                        scope,
                        self.clock.now() + REFRESH_TOKEN_LIFETIME,
                    ),
                )
        token["access_token"] = self.access_tokens.issue(account, client_id, scope, grant_id)

    def access_token_for(self, account: Account, client_id: str) -> str:
        """An access token without a flow, for curl. The sandbox's own convenience."""
        scope = " ".join(scope for scope in SCOPES if scope != "offline_access")
        with self.database.write() as connection:
            grant_id = self._new_grant(connection, client_id, account.id, scope)
        return self.access_tokens.issue(account, client_id, scope, grant_id)

    def decide_device(self, user_code: str, account: Account, allow: bool) -> bool:
        """Record the person's answer to a device code. False: no such code waits for one."""
        with self.database.write() as connection:
            updated = connection.execute(
                "UPDATE device_codes SET account = ?, decision = ?"
                " WHERE user_code = ? AND decision IS NULL AND expires_at > ?",
                (account.id, "allow" if allow else "deny", user_code, self.clock.now()),
            )
        return updated.rowcount == 1

    def waiting_device(self, user_code: str) -> DeviceCode | None:
        row = self.database.connection.execute(
            "SELECT * FROM device_codes WHERE user_code = ? AND decision IS NULL AND expires_at > ?",
            (user_code, self.clock.now()),
        ).fetchone()
        return None if row is None else DeviceCode.from_row(row, self.clock.now())

    def end_grant(self, grant_id: int) -> None:
        with self.database.write() as connection:
            connection.execute("UPDATE grants SET revoked = 1 WHERE id = ?", (grant_id,))

    def _new_grant(self, connection: Any, client_id: str, account: int, scope: str) -> int:
        cursor = connection.execute(
            "INSERT INTO grants (client_id, account, scope) VALUES (?, ?, ?)", (client_id, account, scope)
        )
        return int(cursor.lastrowid)
