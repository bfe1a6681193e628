"""The pair of tokens that a sign-in gives."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from ..errors import TokenStoreError, UnexpectedAnswer
from ..secret import Secret

#: Seconds before its end from which an access token counts as expired: a request takes time, and clocks differ.
LEEWAY = 120


#: An access token as a header can hold it.
_PLAIN = re.compile(r"[!-~]+")
#: Seconds that an access token lives, and a refresh token that nobody uses: both as the vendor says.
ACCESS_LIFETIME, REFRESH_LIFETIME = 86_400, 180 * 86_400
#: Seconds above which a lifetime is none: a year.
_LONGEST = 366 * 86_400


def seconds(value: object) -> float | None:
    """A length of time as an OAuth server says it; None for what is none (a list, a text, infinite, negative)."""
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return number if 0 <= number <= _LONGEST else None


@dataclass(frozen=True)
class Token:
    """An access token, the refresh token that comes after it if there is one, and when the first ends.

    `expires_at` and `obtained_at` are in seconds since the epoch by this machine's clock. `long_lived`: the refresh token
    stays the same when it is used, as the application is set in the portal; None as long as none was used. The tokens
    themselves are in no repr.
    """

    access_token: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    expires_at: float | None = None
    scope: str = ""
    obtained_at: float | None = None
    long_lived: bool | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "access_token", Secret(self.access_token))
        if self.refresh_token is not None:
            object.__setattr__(self, "refresh_token", Secret(self.refresh_token))

    @classmethod
    def from_answer(cls, answer: Mapping[str, Any], received_at: float, previous: Token | None = None) -> Token:
        """The token endpoint's answer. A refresh that gives no new refresh token leaves the old one in force."""
        access_token, refresh_token = answer.get("access_token"), answer.get("refresh_token")
        # What no header can hold, or is no text at all, must not take the place of a pair that works.
        if not isinstance(access_token, str) or not _PLAIN.fullmatch(access_token):
            raise UnexpectedAnswer("The token endpoint answered without an access token: sign in again.")
        if not isinstance(refresh_token, str) or not refresh_token:
            refresh_token = previous.refresh_token if previous else None
        same = previous is not None and refresh_token == previous.refresh_token
        lifetime = seconds(answer.get("expires_in"))
        # Counted from the answer by our own clock: a clock that is hours off by the service's still works.
        return cls(
            access_token=access_token,
            refresh_token=refresh_token,
            expires_at=None if lifetime is None else received_at + lifetime,
            scope=str(answer.get("scope") or (previous.scope if previous else "")),
            obtained_at=received_at,
            long_lived=None if previous is None or refresh_token is None else same,
        )

    def expires_soon(self, now: float | None = None) -> bool:
        return self.expires_at is not None and (time.time() if now is None else now) > self.expires_at - LEEWAY

    @property
    def refresh_ends_at(self) -> float | None:
        """When the refresh token ends, if nobody uses it until then; None without one, or where nobody knows."""
        began = self.obtained_at if self.obtained_at is not None else (self.expires_at or 0.0) - ACCESS_LIFETIME
        return began + REFRESH_LIFETIME if self.refresh_token is not None and began > 0 else None

    def dump(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def load(cls, text: str) -> Token:
        """Raises `TokenStoreError` for a text that `dump` did not make."""
        try:
            values = json.loads(text)
            ends = values["expires_at"]
            return cls(
                str(values["access_token"]),
                values["refresh_token"],
                None if ends is None else float(ends),
                str(values["scope"]),
                *_later(values),
            )
        except (ValueError, KeyError, TypeError):
            # Without the cause: its text would quote what was stored.
            raise TokenStoreError("The stored tokens cannot be read: sign in again.") from None


def _later(values: Mapping[str, Any]) -> tuple[float | None, bool | None]:
    """What earlier versions did not write. What a later one writes besides is left alone."""
    began, same = values.get("obtained_at"), values.get("long_lived")
    return (float(began) if isinstance(began, int | float) else None), (same if isinstance(same, bool) else None)
