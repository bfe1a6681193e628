"""Access tokens: JWTs signed with RS256, as long as the real ones and valid for a day."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from functools import cache
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from ..clock import Clock
from ..database import Database
from .records import Account

#: Seconds that an access token lives (24 hours).
LIFETIME = 86_400


@dataclass(frozen=True)
class Claims:
    """What a valid access token says."""

    account: int
    client_id: str
    scopes: frozenset[str]


class InvalidAccessToken(Exception):
    """The token is no JWT of this server, has expired, or its grant was ended."""


@cache
def _key(stored: str) -> RSAKey:
    """Reading it checks its primes, which takes longer than all else at the start of a sandbox."""
    return RSAKey.import_key(json.loads(stored))


class AccessTokens:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        stored = database.setting(
            "signing_key", lambda: json.dumps(RSAKey.generate_key(2048, auto_kid=True).as_dict(private=True))
        )
        self._key = _key(stored)
        self.issuer = "https://sandbox.invalid/oauth2/default"

    def issue(self, account: Account, client_id: str, scope: str, grant_id: int) -> str:
        now = int(self._clock.now())
        claims = {
            "ver": 1,
            "jti": f"AT.{secrets.token_urlsafe(32)}",
            "iss": self.issuer,
            "aud": "https://api.cc.email/v3",
            "iat": now,
            "exp": now + LIFETIME,
            "cid": client_id,
            "uid": f"00u{secrets.token_hex(8)}",
            "scp": scope.split(),
            "auth_time": now,
            "sub": account.user_name,
            "platform_user_id": account.encoded_account_id,
            "account": account.id,
            "grant": grant_id,
            # The real tokens are 1,000 to 1,200 characters long; what stores them should meet that here.
            "session": secrets.token_urlsafe(120),
        }
        return str(jwt.encode({"alg": "RS256", "kid": self._key.kid}, claims, self._key))

    def read(self, token: str) -> Claims:
        try:
            claims: dict[str, Any] = jwt.decode(token, self._key, algorithms=["RS256"]).claims
        except (JoseError, ValueError) as error:
            raise InvalidAccessToken from error
        if claims.get("exp", 0) <= self._clock.now():
            raise InvalidAccessToken
        row = self._database.connection.execute(
            "SELECT revoked FROM grants WHERE id = ?", (claims.get("grant"),)
        ).fetchone()
        if row is None or row["revoked"]:
            raise InvalidAccessToken
        return Claims(int(claims["account"]), str(claims["cid"]), frozenset(claims["scp"]))

    def public_keys(self) -> dict[str, Any]:
        return {"keys": [{**self._key.as_dict(private=False), "use": "sig", "alg": "RS256"}]}
