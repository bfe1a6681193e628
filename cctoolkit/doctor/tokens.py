"""The tokens of a sign-in, judged by what they say of themselves. They are never shown, and nothing is asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .findings import Finding, note, ok, problem

if TYPE_CHECKING:
    from ..oauth import Token

_NEVER_MIND = "Nothing: cctoolkit.connect() signs in to the sandbox by itself."


def check_tokens(service: str, client_id: str, token: Token | None, now: float, *, needed: bool) -> Iterator[Finding]:
    """`token` is what is kept of the sign-in of an application at the service, `live` or `sandbox`; None when nobody is
    signed in.

    `needed`: somebody wants to use it now, so that nobody being signed in is a problem.
    """
    from ..oauth.session import read_claims

    check = f"sign-in ({service})"
    again = f"Sign in again: cctoolkit login {service}"
    if token is None:
        if service != "live":
            yield ok(check, "Nobody has signed in to this folder's sandbox.", _NEVER_MIND)
            return
        said, step = "Nobody is signed in to the live service.", "Sign in: cctoolkit login live"
        yield problem(check, said, step) if needed else note(check, said, step)
        return
    claims = read_claims(token.access_token)
    faults = [
        *_whose(check, claims, service, client_id),
        *_lifetime(check, token, now, again),
        *_scopes(check, token, claims, again),
    ]
    yield from faults
    if not faults:
        ends = "" if token.expires_at is None else f" until {_written(token.expires_at)}"
        if token.expires_at is not None and token.expires_at <= now:
            yield ok(
                check, f"Signed in; the access token ended ({_written(token.expires_at)}), the next call renews it."
            )
        else:
            yield ok(check, f"Signed in; the access token is valid{ends}, then it is renewed by itself.")


def _whose(check: str, claims: dict[str, object], service: str, client_id: str) -> Iterator[Finding]:
    if str(claims.get("platform_user_id", "")).upper() == "UNASSIGNED":
        yield problem(
            check,
            "The token belongs to a login without an account (platform_user_id is UNASSIGNED), so every call fails.",
            f"Sign out with: cctoolkit logout {service}. Then sign in as the account's own user, in a private "
            "window of the browser.",
        )
    if claims.get("cid") and claims["cid"] != client_id:
        yield problem(
            check,
            "The token was given to another application than the one whose API key is used.",
            f"Sign in again as this application: cctoolkit login {service}",
        )


def _lifetime(check: str, token: Token, now: float, again: str) -> Iterator[Finding]:
    if token.refresh_token is not None:
        if token.refresh_ends_at is not None and token.refresh_ends_at < now:
            yield problem(check, "The refresh token was not used for 180 days, and has ended.", again)
        return
    if token.expires_at is None:
        return
    ask = f"{again} --scope offline_access --scope contact_data --scope account_read"
    if token.expires_at <= now:
        yield problem(
            check, f"The access token ended ({_written(token.expires_at)}), and there is no refresh token.", ask
        )
    else:
        yield note(check, f"There is no refresh token: the sign-in ends {_written(token.expires_at)}.", ask)


def _scopes(check: str, token: Token, claims: dict[str, object], again: str) -> Iterator[Finding]:
    told = claims.get("scp")
    granted = set(token.scope.split()) or ({str(scope) for scope in told} if isinstance(told, list) else set())
    if granted and "contact_data" not in granted:
        yield problem(
            check,
            "The sign-in has no permission for contacts: the scope contact_data was not granted.",
            f"{again} --scope contact_data --scope account_read --scope offline_access",
        )
    elif granted and "account_read" not in granted:
        yield note(
            check,
            "The scope account_read was not granted, so the account's name cannot be shown.",
            "Nothing, if you do not need it.",
        )


def _written(moment: float) -> str:
    try:
        return f"{datetime.fromtimestamp(moment, UTC).astimezone():%Y-%m-%d %H:%M}"
    except (ValueError, OverflowError, OSError):
        return "at a time that is none"
