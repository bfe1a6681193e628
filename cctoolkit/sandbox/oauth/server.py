"""Authlib's authorization server on FastAPI, with the grants that the service offers.

Refusals carry the texts that the live service (Okta behind the vendor's name) answers with, because people search
for them.
"""

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
    UnsupportedGrantTypeError,
    scope_to_list,
)
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, RefreshTokenGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc8628 import DeviceAuthorizationEndpoint, DeviceCodeGrant
from fastapi import Response

from ..clock import Clock
from ..database import Database
from .access_tokens import LIFETIME, AccessTokens
from .records import SCOPES, Account, Application, AuthorizationCode, DeviceCode, RefreshToken, digest

# These modules of Authlib write whole tokens into their debug records.
for _module in ("rfc6749.grants.authorization_code", "rfc6749.grants.refresh_token", "rfc8628.device_code"):
    logging.getLogger(f"authlib.oauth2.{_module}").setLevel(logging.INFO)

CODE_LIFETIME = 300  # seconds
REFRESH_TOKEN_LIFETIME = 180 * 86_400
DEVICE_CODE_LIFETIME = 600
DEVICE_POLL_INTERVAL = 5


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
    def args(self) -> dict[str, str]:
        return dict(self._query)

    @property
    def form(self) -> dict[str, str]:
        return dict(self._form)


class _CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic", "none")
    server: SandboxAuthorizationServer

    @staticmethod
    def validate_authorization_redirect_uri(request: OAuth2Request, client: Application) -> str:
        redirect_uri: str | None = request.payload.redirect_uri
        if not redirect_uri or not client.check_redirect_uri(redirect_uri):
            # Authlib quotes the address; its characters may be ones that an error text must not hold.
            raise InvalidRequestError(
                "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings."
            )
        return redirect_uri

    def validate_authorization_request(self) -> str:
        redirect_uri: str = super().validate_authorization_request()
        if not self.request.payload.state:
            raise InvalidRequestError(
                "The authentication request has an invalid 'state' parameter.", redirect_uri=redirect_uri
            )
        if self.request.payload.data.get("code_challenge_method", "S256") != "S256":
            raise InvalidRequestError("Only the S256 code challenge method is supported.", redirect_uri=redirect_uri)
        return redirect_uri

    def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
        with self.server.database.write() as connection:
            connection.execute(
                "INSERT INTO authorization_codes VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)",
                (
                    digest(code),
                    request.client.client_id,
                    request.user.id,
                    request.payload.redirect_uri,
                    request.scope or "",
                    request.payload.data.get("code_challenge"),
                    request.payload.data.get("code_challenge_method"),
                    self.server.clock.now() + CODE_LIFETIME,
                ),
            )

    def query_authorization_code(self, code: str, client: Application) -> AuthorizationCode:
        row = self.server.database.connection.execute(
            "SELECT * FROM authorization_codes WHERE code_hash = ?", (digest(code),)
        ).fetchone()
        if row is not None and row["grant_id"] is not None:
            # RFC 6749, 4.1.2: a code used twice ends what the first use gave.
            self.server.end_grant(row["grant_id"])
        if (
            row is None
            or row["grant_id"] is not None
            or row["client_id"] != client.client_id
            or row["expires_at"] <= self.server.clock.now()
        ):
            raise InvalidGrantError("The authorization code is invalid or has expired.")
        return AuthorizationCode(**dict(row))

    def delete_authorization_code(self, authorization_code: AuthorizationCode) -> None:
        pass  # marked as used in save_token, in the transaction that stores what it gave

    def authenticate_user(self, authorization_code: AuthorizationCode) -> Account | None:
        return Account.find(self.server.database.connection, authorization_code.account)


class _Pkce(CodeChallenge):  # type: ignore[misc]
    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)

    def get_authorization_code_challenge(self, code: AuthorizationCode) -> str | None:
        return code.code_challenge

    def get_authorization_code_challenge_method(self, code: AuthorizationCode) -> str | None:
        return code.code_challenge_method or "S256"

    def validate_code_verifier(self, grant: _CodeGrant, result: object) -> None:
        request = grant.request
        if request.auth_method == "none" and not request.authorization_code.code_challenge:
            raise InvalidRequestError(
                "PKCE code challenge is required when the token endpoint authentication method is 'NONE'."
            )
        try:
            super().validate_code_verifier(grant, result)
        except InvalidGrantError as error:
            raise InvalidGrantError("PKCE verification failed.") from error


class _RefreshGrant(RefreshTokenGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic", "none")
    INCLUDE_NEW_REFRESH_TOKEN = True
    server: SandboxAuthorizationServer

    def authenticate_refresh_token(self, refresh_token: str) -> RefreshToken:
        row = self.server.database.connection.execute(
            "SELECT r.*, g.revoked FROM refresh_tokens r JOIN grants g ON g.id = r.grant_id WHERE token_hash = ?",
            (digest(refresh_token),),
        ).fetchone()
        if row is not None and row["used_at"] is not None:
            # Somebody holds an old token: end the whole family, as rotation with reuse detection does.
            self.server.end_grant(row["grant_id"])
        if row is None or row["revoked"] or row["used_at"] is not None or row["expires_at"] <= self.server.clock.now():
            raise InvalidGrantError("The refresh token is invalid or expired.")
        values = dict(row)
        del values["revoked"]
        return RefreshToken(**values)

    def authenticate_user(self, refresh_token: RefreshToken) -> Account | None:
        return Account.find(self.server.database.connection, refresh_token.account)

    def revoke_old_credential(self, refresh_token: RefreshToken) -> None:
        pass  # marked as used in save_token, in the transaction that stores its successor


class _DeviceGrant(DeviceCodeGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic", "none")
    server: SandboxAuthorizationServer

    def query_device_credential(self, device_code: str) -> DeviceCode | None:
        connection = self.server.database.connection
        row = connection.execute(
            "SELECT * FROM device_codes WHERE device_code_hash = ?", (digest(device_code),)
        ).fetchone()
        if row is None or row["used"]:
            raise InvalidGrantError("The device code is invalid or has expired.")
        return DeviceCode.from_row(row, self.server.clock.now())

    def query_user_grant(self, user_code: str) -> tuple[Account, bool] | None:
        connection = self.server.database.connection
        row = connection.execute(
            "SELECT account, decision FROM device_codes WHERE user_code = ?", (user_code,)
        ).fetchone()
        if row is None or row["decision"] is None:
            return None
        account = Account.find(connection, row["account"])
        return None if account is None else (account, row["decision"] == "allow")

    def should_slow_down(self, credential: DeviceCode) -> bool:
        """RFC 8628, 3.5: a poll before the interval has passed makes the interval five seconds longer."""
        now = self.server.clock.now()
        early = credential.last_poll is not None and now - credential.last_poll < credential.interval - 0.25
        with self.server.database.write() as connection:
            connection.execute(
                "UPDATE device_codes SET last_poll = ?, interval = interval + ? WHERE device_code_hash = ?",
                (now, 5 if early else 0, credential.device_code_hash),
            )
        return early


class _DeviceEndpoint(DeviceAuthorizationEndpoint):  # type: ignore[misc]
    EXPIRES_IN = DEVICE_CODE_LIFETIME
    INTERVAL = DEVICE_POLL_INTERVAL
    CLIENT_AUTH_METHODS = ("client_secret_basic", "none")
    server: SandboxAuthorizationServer

    def get_verification_uri(self) -> str:
        return f"{self.server.base_url}/activate"

    def save_device_credential(self, client_id: str, scope: str | None, data: dict[str, Any]) -> None:
        with self.server.database.write() as connection:
            connection.execute(
                "INSERT INTO device_codes VALUES (?, ?, ?, ?, ?, ?, NULL, NULL, NULL, 0)",
                (
                    digest(data["device_code"]),
                    data["user_code"],
                    client_id,
                    scope or "",
                    self.server.clock.now() + self.EXPIRES_IN,
                    self.INTERVAL,
                ),
            )


class SandboxAuthorizationServer(AuthorizationServer):  # type: ignore[misc]
    def __init__(self, database: Database, clock: Clock, access_tokens: AccessTokens) -> None:
        super().__init__(scopes_supported=list(SCOPES))
        self.database = database
        self.clock = clock
        self.access_tokens = access_tokens
        self.base_url = ""
        self.register_grant(_CodeGrant, [_Pkce(required=True)])
        self.register_grant(_RefreshGrant)
        self.register_grant(_DeviceGrant)
        self.register_endpoint(_DeviceEndpoint(self))
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
            return super().get_token_grant(request)
        except UnsupportedGrantTypeError as error:
            error.description = "The authorization grant type is not supported by the authorization server."
            raise

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
        if include_refresh_token and "offline_access" in (scope or "").split():
            token["refresh_token"] = secrets.token_urlsafe(32)
        return token

    def save_token(self, token: dict[str, Any], request: _Request) -> None:
        """Store the token and void what it was exchanged for, in one transaction."""
        account, client_id, scope = request.user, request.client.client_id, token["scope"]
        with self.database.write() as connection:
            if request.refresh_token is not None:
                grant_id = request.refresh_token.grant_id
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
