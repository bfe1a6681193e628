"""The pair of tokens that a sign-in gives."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from ..errors import TokenStoreError, UnexpectedAnswer

#: Seconds before its end from which an access token counts as expired: a request takes time, and clocks differ.
LEEWAY = 120


@dataclass(frozen=True)
class Token:
    """An access token, the refresh token that comes after it if there is one, and when the first ends.

    `expires_at` is in seconds since the epoch by this machine's clock. The tokens themselves are in no repr.
    """

    access_token: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    expires_at: float | None = None
    scope: str = ""

    @classmethod
    def from_answer(cls, answer: Mapping[str, Any], received_at: float, previous: Token | None = None) -> Token:
        """The token endpoint's answer. A refresh that gives no new refresh token leaves the old one in force."""
        access_token = answer.get("access_token")
        if not isinstance(access_token, str) or not access_token:
            raise UnexpectedAnswer("The token endpoint answered without an access token: sign in again.")
        try:
            lifetime = float(answer["expires_in"]) if "expires_in" in answer else None
        except (TypeError, ValueError):
            lifetime = None
        # Counted from the answer by our own clock: a clock that is hours off by the service's still works.
        return cls(
            access_token=access_token,
            refresh_token=answer.get("refresh_token") or (previous.refresh_token if previous else None),
            expires_at=None if lifetime is None else received_at + lifetime,
            scope=str(answer.get("scope") or (previous.scope if previous else "")),
        )

    def expires_soon(self, now: float | None = None) -> bool:
        return self.expires_at is not None and (time.time() if now is None else now) > self.expires_at - LEEWAY

    def dump(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def load(cls, text: str) -> Token:
        """Raises `TokenStoreError` for a text that `dump` did not make."""
        try:
            values = json.loads(text)
            return cls(str(values["access_token"]), values["refresh_token"], values["expires_at"], values["scope"])
        except (ValueError, KeyError, TypeError):
            # Without the cause: its text would quote what was stored.
            raise TokenStoreError("The stored tokens cannot be read: sign in again.") from None
