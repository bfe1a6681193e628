"""Staying connected: a refresh token that nobody uses for 180 days ends, and with it the sign-in."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from ..errors import CctoolkitError, SignInError
from .session import OAuthSession
from .tokens import Token

#: Seconds without use after which a refresh token is due: early enough for many tries before the end.
DUE = 7 * 86_400

#: How often a pair that could not be saved is tried again before the command ends, and the pair with it.
SAVINGS = 3

State = Literal["alive", "refreshed", "due", "sign in", "later"]


@dataclass(frozen=True)
class Kept:
    """What came of one profile. `state`: alive (nothing was due), refreshed, due (and nothing was asked), sign in (somebody
    has to), later (a passing fault, nothing is lost). `ends_at`: when its refresh token ends, in seconds since the epoch.
    """

    profile: str
    state: State
    said: str
    ends_at: float | None = None

    def figures(self) -> dict[str, Any]:
        return asdict(self)


def keep_alive(session: OAuthSession, *, refresh: bool = True, now: float | None = None) -> Kept:
    """Refresh a sign-in where that is due. `refresh=False` only looks; nothing is asked then.

    It raises nothing: what goes wrong is what it returns.
    """
    name = session.service.profile
    again = f"Sign in again: cctoolkit login {session.service.name}"
    if session.service.is_live and name != "default":
        again += f" --profile {name}"
    now = time.time() if now is None else now
    try:
        token = session.store.load()
        if token is None:
            return Kept(name, "sign in", f"Nobody is signed in. {again}")
        if token.refresh_token is None:
            return Kept(
                name, "sign in", f"There is no refresh token, so the sign-in ends within a day. {again} --scope …"
            )
        began = token.obtained_at
        if began is not None and now - began < DUE:
            return Kept(name, "alive", f"Nothing is due; {_until(token)}.", token.refresh_ends_at)
        if not refresh:
            return Kept(name, "due", f"A refresh is due; {_until(token)}.", token.refresh_ends_at)
        token = session.refresh()
        for _ in range(SAVINGS):
            if session.is_saved or not session.signed_in:  # asking tries to save it once more
                break
            session.pause(1.0)
        if not session.is_saved:
            return Kept(
                name,
                "sign in",
                "The tokens were refreshed and could not be saved, so the new ones end with this command. Make room, or unlock the "
                f"keyring. {again}",
            )
        return Kept(name, "refreshed", f"Refreshed; {_until(token)}.", token.refresh_ends_at)
    except SignInError as error:  # the refresh token has ended, a secret was replaced, a grant was switched off
        return Kept(name, "sign in", str(error))
    except CctoolkitError as error:
        return Kept(name, "later", str(error))


def exit_code(kept: list[Kept]) -> int:
    """0 when every profile will live on, 3 when somebody has to sign in again, 1 where it has to be tried again."""
    states = {one.state for one in kept}
    return 3 if "sign in" in states else 1 if states & {"later", "due"} else 0


def _until(token: Token) -> str:
    ends = token.refresh_ends_at
    if ends is None:
        return "when its refresh token ends is not known"
    return f"unless it is used before, the refresh token ends {datetime.fromtimestamp(ends, UTC).astimezone():%Y-%m-%d}"
