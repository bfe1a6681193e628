"""What the authorization server remembers, in the shapes that Authlib's grants ask for."""

from __future__ import annotations

import hashlib
import hmac
import json
import sqlite3
from dataclasses import dataclass, field
from typing import Any

from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, TokenMixin
from authlib.oauth2.rfc8628 import DeviceCredentialMixin

#: Every scope of the service, with what it allows, in words for the consent page.
SCOPES = {
    "account_read": "See the account's name, address and settings",
    "account_update": "Change the account's settings",
    "contact_data": "See and change contacts, lists, tags and custom fields",
    "campaign_data": "See and change email campaigns and their reports",
    "billing_data": "See and change billing",
    "offline_access": "Stay signed in (a refresh token)",
}

GRANT_TYPES = {
    "authorization_code",
    "refresh_token",
    "urn:ietf:params:oauth:grant-type:device_code",
}


def digest(secret: str) -> str:
    """Codes and tokens are stored as their digest. (The key that signs access tokens is there too: the file is private.)"""
    return hashlib.sha256(secret.encode()).hexdigest()


@dataclass(frozen=True)
class Account:
    id: int
    encoded_account_id: str
    user_name: str
    contact_email: str
    first_name: str
    last_name: str
    organization_name: str
    details: str = field(default="{}", repr=False)

    @classmethod
    def find(cls, connection: sqlite3.Connection, account: int) -> Account | None:
        row = connection.execute("SELECT * FROM accounts WHERE id = ?", (account,)).fetchone()
        return None if row is None else cls(**dict(row))

    @classmethod
    def of_application(cls, connection: sqlite3.Connection, client_id: str) -> Account:
        """The account whose owner sits at the browser when this application asks: each participant has both."""
        row = connection.execute(
            "SELECT a.* FROM accounts a JOIN applications p ON p.account = a.id WHERE p.client_id = ?", (client_id,)
        ).fetchone()
        return cls(**dict(row))


@dataclass(frozen=True)
class Application(ClientMixin):  # type: ignore[misc]
    """A registered application. Its API key is its `client_id`."""

    client_id: str
    client_secret: str = field(repr=False)
    name: str
    redirect_uris: tuple[str, ...]

    @classmethod
    def find(cls, connection: sqlite3.Connection, client_id: str) -> Application | None:
        row = connection.execute("SELECT * FROM applications WHERE client_id = ?", (client_id,)).fetchone()
        if row is None:
            return None
        return cls(row["client_id"], row["client_secret"], row["name"], tuple(json.loads(row["redirect_uris"])))

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> None:
        return None  # the request has to name one, and it has to be a registered one

    def get_allowed_scope(self, scope: str | None) -> str | None:
        return scope or ""

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri in self.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        return hmac.compare_digest(self.client_secret.encode(), client_secret.encode())

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method in {"none", "client_secret_basic", "client_secret_post"}

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in GRANT_TYPES


@dataclass(frozen=True)
class AuthorizationCode(AuthorizationCodeMixin):  # type: ignore[misc]
    code_hash: str = field(repr=False)
    client_id: str
    account: int
    redirect_uri: str
    scope: str
    code_challenge: str | None
    code_challenge_method: str | None
    expires_at: float
    grant_id: int | None

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope


@dataclass(frozen=True)
class RefreshToken(TokenMixin):  # type: ignore[misc]
    token_hash: str = field(repr=False)
    grant_id: int
    client_id: str
    account: int
    scope: str
    expires_at: float
    used_at: float | None

    def check_client(self, client: Application) -> bool:
        return self.client_id == client.client_id

    def get_scope(self) -> str:
        return self.scope


@dataclass(frozen=True)
class DeviceCode(DeviceCredentialMixin):  # type: ignore[misc]
    device_code_hash: str = field(repr=False)
    user_code: str
    client_id: str
    scope: str
    expires_at: float
    interval: float
    last_poll: float | None
    account: int | None
    decision: str | None
    used: int
    now: float

    @classmethod
    def from_row(cls, row: Any, now: float) -> DeviceCode:
        return cls(**dict(row), now=now)

    def get_client_id(self) -> str:
        return self.client_id

    def get_scope(self) -> str:
        return self.scope

    def get_user_code(self) -> str:
        return self.user_code

    def is_expired(self) -> bool:
        return self.expires_at < self.now
