"""The chain from this machine to an answer of the live service, link by link; the first that is broken ends it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urljoin, urlsplit

from .findings import Finding, note, of_error, ok, problem, surviving, unreachable

if TYPE_CHECKING:
    from .._httpx import httpx
    from ..oauth import OAuthSession
    from ..oauth.tokens import Token

CHECK = "authorization server"
#: A link: what it is called, and what looks at it.
Link = tuple[str, Callable[[], Iterable[Finding]]]
#: Pages that the authorization server may send a browser on to before somebody signs in.
_MOST_PAGES = 5
#: Days before the end of a refresh token from which on that is worth knowing.
_SOON = 30


def along(links: Iterable[Link]) -> Iterator[Finding]:
    """The findings of each link up to the first problem; what lies behind it cannot be told then."""
    broken = ""
    behind: list[str] = []
    for check, look in links:
        if broken:
            behind.append(check)
            continue
        for finding in surviving(check, look):
            yield finding
            broken = broken or (check if finding.state == "problem" else "")
    if behind:
        yield note("the rest", f"Not looked at: {', '.join(dict.fromkeys(behind))}.", "Mend what is above first.")


def check_application_known(session: OAuthSession) -> Iterator[Finding]:
    """Ask for the page on which somebody would sign in, as a browser does: key, redirect URI and grant are looked at there.

    Nobody signs in and nothing is granted. Only the authorization server and where it sends a browser on its own domain are asked.
    """
    from .._httpx import httpx, is_loopback

    service = session.service
    if service.flow == "device":  # that has no redirect URI, and no page to begin with
        yield from _device(session)
        return
    request = session.start(service.redirect_uris[0])
    domain = _domain(request.url)
    address = request.url
    try:
        with httpx.Client(transport=session.network, timeout=30, trust_env=not is_loopback(address)) as client:
            for _ in range(_MOST_PAGES):
                answer = client.get(address)
                onward = answer.headers.get("location")
                if not answer.is_redirect or onward is None:
                    break
                address = urljoin(address, onward)
                if address.startswith(service.redirect_uris[0]):
                    break
                if _domain(address) != domain or not address.startswith(request.url.partition(":")[0]):
                    break  # its own pages end here, and so does this look
    except httpx.RequestError as error:
        yield unreachable(CHECK, str(urlsplit(address).hostname), error)
        return
    yield _understood(answer, address, session)


def _understood(answer: httpx.Response, address: str, session: OAuthSession) -> Finding:
    from ..oauth.token_endpoint import refusal

    service = session.service
    portal = "My Applications in the portal"
    said = parse_qs(urlsplit(address).query) if address.startswith(service.redirect_uris[0]) else {}
    if error := said.get("error", [""])[0]:
        return of_error(CHECK, refusal(error, said.get("error_description", [""])[0]))
    if answer.status_code == 429 or answer.status_code >= 500:
        return problem(
            CHECK,
            f"The authorization server is busy (it answered {answer.status_code}).",
            "Wait a minute, then look again. Nobody is signed out by it.",
        )
    if answer.status_code >= 400:
        page = answer.text.lower()
        if "redirect_uri" in page or "redirect uri" in page:
            return problem(
                CHECK,
                f"The redirect URI {service.redirect_uris[0]} is not registered for this application.",
                f"Register it in {portal}, character by character; or use the one there: cctoolkit login live --redirect-uri …",
            )
        if "client_id" in page or "invalid_client" in page:
            return problem(
                CHECK,
                "The authorization server does not know this API key.",
                f"Copy the API key from {portal} again: cctoolkit login live --api-key …",
            )
        return note(  # a guard against programs, perhaps: it says nothing about the application
            CHECK,
            f"The authorization server does not show its page to this program ({answer.status_code}).",
            f"Compare key, redirect URI and flow with {portal}, and sign in in a browser to see its words.",
        )
    return ok(
        CHECK, "The authorization server knows the API key and the redirect URI, and would ask somebody to sign in."
    )


def _device(session: OAuthSession) -> Iterator[Finding]:
    from ..errors import SignInRefused

    try:
        session.start_device()
    except SignInRefused as error:
        found = of_error(CHECK, error)
        yield replace(found, found=f"The device flow is refused: {found.found}")
        return
    yield ok(CHECK, "The authorization server knows the API key, and would show a code for another screen.")


def check_refresh_token(token: Token, now: float, asked: Iterable[str] = ()) -> Iterator[Finding]:
    """How long the sign-in lives without being used, of which kind it is, and whether what was asked for was granted."""
    check = "refresh token"
    missing = sorted(set(asked) - set(token.scope.split())) if token.scope else []
    if missing and token.refresh_token is not None:
        missing = [scope for scope in missing if scope != "offline_access"]  # it has done what it is for
    if missing:
        yield note(
            check,
            f"Of what was asked for, this was not granted: {', '.join(missing)}.",
            "If you need it: allow it in the portal and for your user, then sign in again: cctoolkit login live",
        )
    ends = token.refresh_ends_at
    if token.refresh_token is None or ends is None:
        return
    if ends <= now:
        yield note(
            check, "The refresh token was not used for 180 days, and has ended.", "Sign in again: cctoolkit login live"
        )
        return
    kind = {None: "of a kind that shows when it is used", True: "long-lived", False: "rotating"}[token.long_lived]
    days = int((ends - now) // 86_400)
    if days < _SOON:
        yield note(
            check,
            f"The refresh token ({kind}) ends in {days} days unless it is used.",
            "Use it: cctoolkit keepalive live",
        )
    else:
        yield ok(check, f"The refresh token ({kind}) lives for {days} days without being used.")


def _domain(url: str) -> str:
    host = (urlsplit(url).hostname or "").casefold()
    return host if host.replace(".", "").isdigit() else ".".join(host.split(".")[-2:])
