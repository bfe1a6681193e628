"""This machine's clock: tokens, certificates and the day of the 10,000 requests go by it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .findings import Finding, note, ok, problem

if TYPE_CHECKING:
    from ..oauth import Token

CHECK = "clock"
#: This version was made after the one and will be forgotten by the other.
EARLIEST, LATEST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2126, 1, 1, tzinfo=UTC)
#: Seconds that a clock may be off without anybody minding.
TOLERANCE = 300
_SET = "Let the system set its clock by itself (date and time settings, or: timedatectl set-ntp true)."


def check_clock(now: float, token: Token | None = None) -> Iterator[Finding]:
    """`now` is this machine's time in seconds since the epoch; `token` one of the live service, to compare with.

    A token says when it ends by the service's clock, and was written down with when it ends by this one.
    """
    from ..oauth.session import read_claims

    if not EARLIEST.timestamp() < now < LATEST.timestamp():
        yield problem(CHECK, "This machine's clock is years off.", _SET)
        return
    ends = read_claims(token.access_token).get("exp") if token is not None else None
    if token is not None and token.expires_at is not None and isinstance(ends, (int, float)):
        yield compared(token.expires_at - ends, "at the last sign-in")
    else:
        yield ok(CHECK, f"This machine's clock says {datetime.fromtimestamp(now, UTC):%Y-%m-%d %H:%M} UTC.")


def compared(ahead: float, when: str) -> Finding:
    """What it means that this clock is `ahead` seconds before the service's."""
    if abs(ahead) <= TOLERANCE:
        return ok(CHECK, f"This machine's clock agreed with the live service's {when}.")
    direction = "ahead of" if ahead > 0 else "behind"
    return note(
        CHECK,
        f"This machine's clock was {abs(ahead) / 60:,.0f} minutes {direction} the live service's {when}.",
        _SET,
    )
