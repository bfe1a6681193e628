"""Answering a consent page by code, where nobody sits at a browser: tests, scripts, Run All against the sandbox.

It does what a browser does, on the same pages: loads the consent page, presses its Allow button, and reads where the
server redirects to. Only ever against the sandbox: on the live service a person decides.
"""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urljoin

from .._httpx import httpx
from ..errors import ServiceUnreachable, SettingsError, UnexpectedAnswer
from .session import OAuthSession
from .tokens import Token


def sign_in_by_code(session: OAuthSession) -> Token:
    """Go through the whole authorization code flow without a browser.

    Raises `SettingsError` for the live service.
    """
    if session.service.is_live:
        raise SettingsError("On the live service a person signs in: use cctoolkit.sign_in('live').")
    request = session.start(session.service.redirect_uris[0])
    try:
        with httpx.Client(timeout=30, trust_env=False) as browser:
            page = browser.get(request.url)
            form = _Form()
            form.feed(page.text)
            answer = browser.post(urljoin(str(page.url), form.action or ""), data={**form.hidden, "decision": "allow"})
    except httpx.TransportError as error:
        raise ServiceUnreachable(
            f"The sandbox at {session.service.authorize_url} does not answer: start it again with cctoolkit.connect()."
        ) from error
    if "location" not in answer.headers:
        raise UnexpectedAnswer(
            f"The consent page answered {answer.status_code} without a redirect: restart the sandbox and try again."
        )
    return session.finish(request, answer.headers["location"])


class _Form(HTMLParser):
    """The hidden fields of a page's form."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}
        self.action: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "form":
            self.action = values.get("action")
        elif tag == "input" and values.get("type") == "hidden" and values.get("name"):
            self.hidden[str(values["name"])] = values.get("value") or ""
