"""Looking on while somebody signs in: each request and answer of a flow, with what is secret masked.

    recorder = Recorder()
    session = recorder.session(service)
    request = session.start("https://localhost")
    session.finish(request, recorder.allow(request.url))
    recorder.exchanges                             # what went to the browser and the token endpoint, and came back

A masked value keeps its name, its length and a number: the same value has the same number wherever it comes again, so
that one sees the code of the browser go to the token endpoint. What is shown is what is known to be harmless; all else
is masked.
"""

from __future__ import annotations

import base64
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, urlsplit

from .._httpx import httpx, json_object
from ..secret import Secret
from ..settings import Service
from .by_code import Page, answer_consent
from .session import OAuthSession, read_claims
from .token_store import TokenStore

#: Fields that say nothing secret. Every other one is masked.
HARMLESS = frozenset(
    {
        "grant_type",
        "response_type",
        "redirect_uri",
        "scope",
        "prompt",
        "code_challenge_method",
        "decision",
        "token_type",
        "expires_in",
        "interval",
        "verification_uri",
        "verification_uri_complete",
        "error",
        "error_description",
        "errorCode",
        "errorSummary",
    }
)
#: What a token says that may be seen.
HARMLESS_CLAIMS = ("iss", "aud", "iat", "exp", "scp", "sub", "platform_user_id")
#: Characters from which a value is looked for inside of others, such as the text of an error.
TELLING = 8


class Address(str):
    """An address as it is, to be sent; printed or shown, what is secret in it is masked."""

    _shown: str

    def __new__(cls, address: str, shown: str) -> Address:
        made = super().__new__(cls, address)
        made._shown = shown
        return made

    def __repr__(self) -> str:
        return self._shown

    def __str__(self) -> str:
        return self._shown

    def __format__(self, spec: str) -> str:
        return format(self._shown, spec)


@dataclass(frozen=True)
class Exchange:
    """A request and its answer, masked. `who` sent it: the browser or the toolkit.

    `status` is None when no answer came. `claims` is what the access token in the answer says, if there is one.
    """

    who: str
    request: str
    sent: Mapping[str, str]
    status: int | None
    received: Mapping[str, str]
    claims: Mapping[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        answer = "no answer" if self.status is None else f"answer {self.status}"
        return "\n".join([f"{self.who}: {self.request}", *_lines(self.sent), answer, *_lines(self.received)])


class Recorder:
    """Writes down the exchanges of the sign-ins that go through it, in `exchanges`.

    `network` carries them; without one they go out directly, past any proxy of the environment.
    """

    def __init__(self, network: httpx.BaseTransport | None = None) -> None:
        self.exchanges: list[Exchange] = []
        self.network = network or httpx.HTTPTransport()
        self._secrets = _Secrets()
        self._locks = tempfile.TemporaryDirectory(prefix="cctoolkit-explained-")

    def session(self, service: Service, *, clock: Callable[[], float] = time.time) -> OAuthSession:
        """A sign-in at the service that is written down here. Its tokens are kept in memory and end with it."""

        place = Path(self._locks.name)
        return OAuthSession(
            service, TokenStore.in_memory(), place, clock=clock, transport=_Watched(self, "the toolkit")
        )

    def allow(self, url: str, decision: str = "allow") -> Address:
        """What a person in a browser does at the sandbox: opens the address, chooses Allow (or `deny`).

        Returns the address that the browser ends on. Errors are those of `answer_consent`.
        """
        return self.address(answer_consent(str.__str__(url), decision, transport=_Watched(self, "the browser")))

    def address(self, url: str) -> Address:
        """The address, to be shown with its parameters apart and masked."""
        place, query = _parts(url)
        return Address(url, "\n".join([self._secrets.scrubbed(place), *_lines(self._secrets.masked(query))]))

    @property
    def last(self) -> Exchange:
        """The newest exchange."""
        return self.exchanges[-1]

    def clear(self) -> None:
        """Forget the exchanges. The numbers of masked values go on."""
        self.exchanges.clear()

    def close(self) -> None:
        self.network.close()
        self._locks.cleanup()

    def __repr__(self) -> str:
        return f"<Recorder of {len(self.exchanges)} exchanges>"

    def _write_down(self, who: str, request: httpx.Request, response: httpx.Response | None) -> None:
        place, query = _parts(str(request.url))
        sent = self._secrets.masked(query)
        scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
        if credentials:
            name = "client_id:client_secret" if scheme.lower() == "basic" else "access_token"
            sent["Authorization"] = f"{scheme} {self._secrets.mask(name, credentials)}"
            self._learn_basic(scheme, credentials)
        sent |= self._secrets.masked(parse_qsl(request.content.decode("utf-8", "replace"), keep_blank_values=True))
        named = f"{request.method} {self._secrets.scrubbed(place)}"
        if response is None:
            self.exchanges.append(Exchange(who, named, sent, None, {}))
            return
        answer = json_object(response)
        claims = self._secrets.claims(str((answer or {}).get("access_token") or ""))
        self.exchanges.append(
            Exchange(who, named, sent, response.status_code, self._received(response, answer), claims)
        )

    def _received(self, response: httpx.Response, answer: dict[str, Any] | None) -> dict[str, str]:
        if "location" in response.headers:
            place, query = _parts(response.headers["location"])
            return {"Location": self._secrets.scrubbed(place), **self._secrets.masked(query)}
        if answer is not None:
            return self._secrets.masked(answer.items())
        kind = response.headers.get("content-type", "").partition(";")[0]
        if kind != "text/html":
            return {"content": f"{kind or 'of no type'}, {len(response.content)} bytes"} if response.content else {}
        words = Page(response.text).words
        return {"page": self._secrets.scrubbed(words if response.status_code >= 400 else words.partition(" ·")[0])}

    def _learn_basic(self, scheme: str, credentials: str) -> None:
        """The secret inside of HTTP Basic is one by itself, too."""
        if scheme.lower() != "basic":
            return
        try:
            pair = base64.b64decode(credentials).decode("utf-8", "replace")
        except ValueError:
            return
        for name, value in zip(("client_id", "client_secret"), pair.split(":", 1), strict=False):
            self._secrets.mask(name, value)


class _Watched(httpx.BaseTransport):
    def __init__(self, recorder: Recorder, who: str) -> None:
        self._recorder, self._who = recorder, who

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        try:
            answer = self._recorder.network.handle_request(request)
            answer.read()
        except httpx.RequestError:
            self._recorder._write_down(self._who, request, None)
            raise
        # Whole, as it was read: what the network compressed is not compressed any more.
        headers = [(name, value) for name, value in answer.headers.multi_items() if name != "content-encoding"]
        whole = httpx.Response(answer.status_code, headers=headers, content=answer.content, request=request)
        self._recorder._write_down(self._who, request, whole)
        return whole


class _Secrets:
    """Which values are secret, each with the words in its place."""

    def __init__(self) -> None:
        self._words: dict[Secret, str] = {}
        self._counts: Counter[str] = Counter()

    def mask(self, name: str, value: str) -> str:
        known = self._words.get(Secret(value))
        if known is not None:
            return known
        self._counts[name] += 1
        # The first three letters of a JWT are those of all JWTs; of anything else not one is shown.
        jwt = ", begins with eyJ" if value.startswith("eyJ") and value.count(".") == 2 else ""
        words = f"‹{_plain(name)} {self._counts[name]}: {len(value)} characters{jwt}›"
        self._words[Secret(value)] = words
        return words

    def masked(self, fields: Iterable[tuple[str, Any]]) -> dict[str, str]:
        """Harmless fields as they are, the others masked. All are learnt before one is shown."""
        fields = list(fields)
        secret = {name: self.mask(name, str(value)) for name, value in fields if name not in HARMLESS}
        return {
            self.scrubbed(name): secret[name] if name in secret else self._shown(str(value)) for name, value in fields
        }

    def _shown(self, value: str) -> str:
        """A harmless value; one that is an address can hold what is not."""
        place, query = _parts(value)
        if "://" not in place or not query:
            return self.scrubbed(value)
        return f"{self.scrubbed(place)}?" + "&".join(f"{name}={words}" for name, words in self.masked(query).items())

    def scrubbed(self, text: str) -> str:
        """The text without any secret that was seen before."""
        # The longest first: one that begins with another would leave its end behind.
        for secret, words in sorted(self._words.items(), key=lambda item: -len(item[0])):
            if len(secret) >= TELLING:
                for written in {str.__str__(secret), quote(secret, safe=""), quote_plus(secret)}:
                    text = text.replace(written, words)
        return _plain(text)

    def claims(self, access_token: str) -> dict[str, Any]:
        """What a token says, harmless claims only; the application's key is masked as elsewhere."""
        said = read_claims(access_token)
        shown = {name: said[name] for name in HARMLESS_CLAIMS if name in said}
        return {**shown, "cid": self.mask("client_id", str(said["cid"]))} if "cid" in said else shown


def _parts(url: str) -> tuple[str, list[tuple[str, str]]]:
    """An address without its query, and the query; what is behind a # is a query too (OAuth errors come there)."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "(no address)", [("address", url)]
    place = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}" if parts.netloc else parts.path
    return place, parse_qsl("&".join(filter(None, (parts.query, parts.fragment))), keep_blank_values=True)


def _lines(fields: Mapping[str, str]) -> Iterator[str]:
    width = max(map(len, fields), default=0)
    for name, value in fields.items():
        yield f"    {name:<{width}}  {value}"


def _plain(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)
