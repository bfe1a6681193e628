"""Answering a consent page by code, where nobody sits at a browser: tests, scripts, Run All against the sandbox.

It does what a browser does, on the same pages: loads the consent page, presses its Allow button, and reads where the
server redirects to. Only ever against the sandbox: on the live service a person decides.
"""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from .._httpx import httpx, is_loopback
from ..errors import ServiceUnreachable, SettingsError, UnexpectedAnswer
from ..settings import LIVE_OAUTH
from .session import OAuthSession
from .tokens import Token


def sign_in_by_code(session: OAuthSession, *, transport: httpx.BaseTransport | None = None) -> Token:
    """Go through the whole authorization code flow of a sandbox without a browser: a workshop's is on another machine.

    `transport` carries the browser's requests; without it they go the way of the session's own. Raises `SettingsError`
    for the live service.
    """
    if session.service.is_live or urlsplit(session.service.authorize_url).hostname == urlsplit(LIVE_OAUTH).hostname:
        raise SettingsError("On the live service a person signs in: use cctoolkit.sign_in('live').")
    request = session.start(session.service.redirect_uris[0])
    return session.finish(request, _answered(request.url, "allow", transport or session.network))


def answer_consent(url: str, decision: str = "allow", *, transport: httpx.BaseTransport | None = None) -> str:
    """Open a consent page as a browser does and press a button: `allow` or `deny`.

    Returns the address that the browser ends on: that of the redirect, or of the last page where there is none, as in
    the device flow. `transport` carries the browser's requests in place of the network.

    Raises `SettingsError` for a page that is not on this machine, `UnexpectedAnswer` with the page's own words when it
    shows no form, `ServiceUnreachable` when nothing answers.
    """
    if not is_loopback(url):
        raise SettingsError("On the live service a person answers the consent page: open its address in a browser.")
    return _answered(url, decision, transport)


def _answered(url: str, decision: str, transport: httpx.BaseTransport | None) -> str:
    try:
        with httpx.Client(timeout=30, trust_env=not is_loopback(url), transport=transport) as browser:
            shown = browser.get(url)
            if "location" in shown.headers:
                return shown.headers["location"]
            page = Page(shown.text)
            if page.hidden:
                data = {**page.hidden, "decision": decision, **({"passcode": page.passcode} if page.passcode else {})}
                shown = browser.post(urljoin(str(shown.url), page.action or ""), data=data)
                page = Page(shown.text)
    except httpx.TransportError as error:
        raise ServiceUnreachable(
            f"The sandbox at {url.partition('?')[0]} does not answer: start it again with cctoolkit.connect(); in a "
            "workshop, ask the trainer whether it runs."
        ) from error
    if shown.status_code >= 400:
        raise UnexpectedAnswer(
            f"The consent page answered {shown.status_code} ({page.words}): mend what it names, and start the sign-in "
            "again."
        )
    return shown.headers.get("location") or str(shown.url)


class Page(HTMLParser):
    """What a browser sees of a page: the hidden fields of its form, its heading and paragraphs as `words`, and the code
    that a phone would show, where a sandbox asks for one.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}
        self.passcode = ""
        self._is_passcode = False
        self.action: str | None = None
        self._words: list[str] = []
        self._inside = 0
        self.feed(text)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self._words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self._is_passcode = values.get("class") == "passcode"
        if tag in {"h1", "p"}:
            self._inside += 1
        elif tag == "form":
            self.action = values.get("action")
        elif tag == "input" and values.get("type") == "hidden" and values.get("name"):
            self.hidden[str(values["name"])] = values.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag in {"h1", "p"} and self._inside:
            self._inside -= 1
            self._words.append("·" if tag == "h1" else "")

    def handle_data(self, data: str) -> None:
        if self._is_passcode and not self.passcode:
            self.passcode = data.strip()
        if self._inside:
            self._words.append(data)
