"""One HTTP client for all of V3: bearer token, allowance, retries, and answers turned into values or exceptions."""

from __future__ import annotations

import logging
import os
import re
import threading
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from typing import Any, BinaryIO, Protocol
from urllib.parse import urlsplit

import stamina

from .. import __version__
from .._httpx import httpx, is_loopback, read_json, way_out
from ..errors import (
    CctoolkitError,
    OutcomeUnknown,
    QuotaExceeded,
    ServiceFailed,
    ServiceUnreachable,
    SettingsError,
    Throttled,
    UnexpectedAnswer,
    api_error,
)
from ..secret import Secret
from .rate_limit import RateLimiter

# Without a handler of its own, each retry would be written to stderr, and to the notebook.
logging.getLogger("stamina").addHandler(logging.NullHandler())

#: What may be sent twice: these change nothing more the second time.
REPEATABLE = frozenset({"GET", "PUT", "DELETE"})
ATTEMPTS = 4
#: Besides CSV, what an export may call itself.
TEXTS = ("text/plain", "application/octet-stream")
TIMEOUT = httpx.Timeout(60.0, connect=10.0)

#: Bytes of an answer, unpacked, and seconds from its head to its end. An export of a million contacts is 300 MB.
LARGEST_ANSWER, LONGEST_ANSWER = 1_000_000_000, 900.0
#: Headers that belong to how an answer came, and not to what it is.
_OF_THE_WAY = {b"content-encoding", b"content-length", b"transfer-encoding"}

#: Threads read with this client at once: each has a connection, which is kept between two requests.
CONNECTIONS = httpx.Limits(max_connections=40, max_keepalive_connections=40, keepalive_expiry=30.0)

Params = Mapping[str, str | int | bool | date | Iterable[str] | None]


@dataclass(frozen=True)
class Received:
    """An answer as it came, whatever was made of it: `seconds` from the sending to its last byte."""

    method: str
    url: str
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    content: bytes = field(repr=False)
    seconds: float


class Stopped(Exception):
    """Somebody does not want the answer any more. No request was sent."""


class AccessTokens(Protocol):
    """Where the transport gets its access token. `OAuthSession` is one."""

    def access_token(self) -> str: ...
    def after_unauthorized(self, rejected: str) -> str: ...


class FixedToken:
    """An access token that somebody brought along. When it ends, there is no other.

    Raises `SettingsError` for a text that no header can hold; terminals break long tokens, so blanks are taken out.
    """

    def __init__(self, access_token: str) -> None:
        self._access_token = Secret("".join(access_token.split()))
        if not re.fullmatch(r"[!-~]+", self._access_token):
            raise SettingsError("The access token holds characters that no token has: copy it again, whole.")

    def access_token(self) -> str:
        return self._access_token

    def after_unauthorized(self, rejected: str) -> str:
        return rejected


class _Bearer(httpx.Auth):
    """Adds the access token, and once a fresh one after a 401."""

    def __init__(self, tokens: AccessTokens, limiter: RateLimiter | None) -> None:
        self._tokens = tokens
        self._limiter = limiter

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        token = self._tokens.access_token()
        request.headers["Authorization"] = f"Bearer {token}"
        response = yield request
        if response.status_code == 401:
            fresh = self._tokens.after_unauthorized(token)
            if fresh != token:
                request.headers["Authorization"] = f"Bearer {fresh}"
                if self._limiter is not None:
                    self._limiter.wait()  # it counts as a request of its own
                yield request


class Transport:
    """Sends requests below `api_url`. `limiter` None sends as fast as it is called, for hosts without a limit."""

    def __init__(
        self,
        api_url: str,
        tokens: AccessTokens,
        limiter: RateLimiter | None = None,
        *,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.api_url = api_url.rstrip("/")
        parts = urlsplit(self.api_url)
        self._base_path = parts.path
        self.limiter = limiter
        #: What answers in place of the network; None for the network.
        self.network = transport
        #: Seconds that an answer takes lately, without waiting for the allowance; None before the first.
        self.latency: float | None = None
        self._tokens = tokens
        self._client, self._owner = self._connected(), os.getpid()

    def _connected(self) -> httpx.Client:
        parts = urlsplit(self.api_url)
        return httpx.Client(
            base_url=f"{parts.scheme}://{parts.netloc}",
            auth=_Bearer(self._tokens, self.limiter),
            timeout=TIMEOUT,
            limits=CONNECTIONS,
            transport=self.network,
            trust_env=not is_loopback(self.api_url),
            headers={"Accept": "application/json", "User-Agent": f"cctoolkit/{__version__}"},
        )

    @property
    def _http(self) -> httpx.Client:
        """Connections of this process: over one that two share after a fork, each would get the other's answers."""
        if self._owner != os.getpid():
            self._client, self._owner = self._connected(), os.getpid()
        return self._client

    def get(self, path: str, params: Params | None = None, *, stop: threading.Event | None = None) -> dict[str, Any]:
        return self.request("GET", path, params=params, stop=stop)

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return self.request("POST", path, json=body)

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        repeatable: bool | None = None,
        stop: threading.Event | None = None,
        **content: Any,
    ) -> dict[str, Any]:
        """The answer's JSON object. Parameters and errors are those of `fetch`; `UnexpectedAnswer` for any other JSON."""
        answer = self.fetch(method, path, params=params, repeatable=repeatable, stop=stop, **content)
        return self.as_object(answer, method, path)

    def as_object(self, answer: Any, method: str, path: str) -> dict[str, Any]:
        """What `fetch` answered, where that is a JSON object; raises `UnexpectedAnswer` where it is not."""
        if not isinstance(answer, dict):
            raise self._unexpected(
                f"{method} {self._address(path).partition('?')[0]}", "content that is no JSON object"
            )
        return answer

    def fetch(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        repeatable: bool | None = None,
        stop: threading.Event | None = None,
        received: Callable[[Received], None] | None = None,
        into: BinaryIO | None = None,
        read: Callable[[bytes], Any] = read_json,
        **content: Any,
    ) -> Any:
        """The answer: JSON of any kind, or the text of a CSV or plain one. May be called from several threads at once.

        `path` is below the API's base (`/contacts`), or as the service writes it in links (`/v3/contacts?cursor=…`).
        `repeatable` says of a POST that sending it twice does no harm. Once `stop` is set, nothing is sent any more:
        waiting for the allowance ends with `Stopped`. `received` is told of each answer, an error's and that of an
        attempt that is repeated too, before anything is made of it. A CSV is written `into` a file where one is given, from
        its beginning on: the answer is then that file. `read` takes the place of what reads JSON, and raises what that does.

        Raises an `ApiError` by the answer's status; `ServiceUnreachable` when there is no answer, `OutcomeUnknown`
        when there is none to a request that may have been carried out; `UnexpectedAnswer` for what cannot be read.
        """
        again = method in REPEATABLE if repeatable is None else repeatable
        address = self._address(path)
        named = f"{method} {address.partition('?')[0]}"

        def worth_another_try(error: Exception) -> bool:
            if isinstance(error, (httpx.LocalProtocolError, httpx.InvalidURL)):  # our own request is at fault
                return False
            if stop is not None and stop.is_set():
                return False
            return isinstance(error, Throttled) or (again and isinstance(error, (ServiceFailed, httpx.RequestError)))

        failure: CctoolkitError
        try:
            for attempt in stamina.retry_context(
                on=worth_another_try, attempts=ATTEMPTS, timeout=180, wait_initial=0.5, wait_max=5, wait_jitter=0.5
            ):
                with attempt:
                    return self._send(method, address, named, _flat(params), content, stop, received, into, read)
        except (httpx.LocalProtocolError, httpx.InvalidURL):
            failure = SettingsError(
                f"{named} could not be sent: a header or the address holds characters that it must not. Check the access "
                "token and api_url."
            )
        except (httpx.ConnectError, httpx.ProxyError) as error:
            otherwise = "Check the network connection; for the sandbox, start it again with cctoolkit.connect()."
            failure = ServiceUnreachable(f"{self.api_url} cannot be reached. {way_out(error) or otherwise}")
            failure.add_note(f"({type(error).__name__}: {error})")
        except httpx.RequestError as error:
            if again:
                failure = ServiceUnreachable(
                    f"{named} got no answer ({type(error).__name__}), asked again and again. Try again later."
                )
            else:
                failure = OutcomeUnknown(
                    f"{named} got no answer ({type(error).__name__}), so it may or may not have been carried out. Read "
                    "the resource (.frame()) before you send it again."
                )
        raise failure  # here, where it has no cause or context: those carry the request, and its headers the token

    def _send(
        self,
        method: str,
        address: str,
        named: str,
        params: dict[str, str] | None,
        content: dict[str, Any],
        stop: threading.Event | None,
        received: Callable[[Received], None] | None,
        into: BinaryIO | None,
        read: Callable[[bytes], Any],
    ) -> Any:
        if self._http.is_closed:
            raise SettingsError(f"{named} was not sent: this client was closed. Make another with cctoolkit.connect().")
        ticket = None if self.limiter is None else self.limiter.wait(stop)
        if stop is not None and stop.is_set():
            raise Stopped
        started = time.monotonic()

        def trace(event: str, info: Any) -> None:
            if self.limiter is not None and ticket is not None and event.endswith("send_request_body.complete"):
                self.limiter.sent(ticket, time.monotonic() - started)

        request = self._http.build_request(method, address, params=params, extensions={"trace": trace}, **content)
        response = self._whole(self._http.send(request, stream=True), named, into)
        took = time.monotonic() - started
        self.latency = took if self.latency is None else 0.7 * self.latency + 0.3 * took
        if received is not None:
            headers = tuple(response.headers.multi_items())
            status, reason = response.status_code, response.reason_phrase
            received(Received(method, str(response.url), status, reason, headers, response.content, took))
        if 300 <= response.status_code < 400:
            raise UnexpectedAnswer(
                f"{named} was redirected ({response.status_code}), which a V3 API does not do. A proxy or a sign-in page "
                f"of the network may be in between, or an id is missing: check {self.api_url} in a browser."
            )
        if response.status_code >= 400:
            error = api_error(response.status_code, response.content, named)
            if isinstance(error, QuotaExceeded) and self.limiter is not None:
                self.limiter.exhausted()
            raise error
        if not response.content and method != "GET":
            return {}
        kind = response.headers.get("content-type", "")
        if into is not None and _is_text(response):
            return into
        if not kind.startswith("text/csv"):
            try:
                return read(response.content)
            except (ValueError, RecursionError):
                if not kind.startswith(TEXTS):
                    raise self._unexpected(named, "content that is no JSON object, list or text") from None
        return response.text

    def _whole(self, arriving: httpx.Response, named: str, into: BinaryIO | None = None) -> httpx.Response:
        """The answer with all of its content, which is neither endless nor larger than any that a service of contacts has.

        What is compressed says nothing of its size, and a host that sends a byte a second never runs into a time-out.
        The content of a text that was asked for goes into the file, and is not held.
        """
        begun, size, pieces = time.monotonic(), 0, []
        if into is not None:
            into.seek(0)
            into.truncate()  # of an attempt before this one
        filed = into if into is not None and _is_text(arriving) else None
        with closing(arriving):
            for piece in arriving.iter_bytes():
                if filed is None:
                    pieces.append(piece)
                else:
                    filed.write(piece)
                size += len(piece)
                if size > LARGEST_ANSWER:
                    raise self._unexpected(named, f"more than {LARGEST_ANSWER // 1_000_000} MB")
                if time.monotonic() - begun > LONGEST_ANSWER:
                    raise httpx.ReadTimeout("The answer does not end.", request=arriving.request)
        headers = [(name, value) for name, value in arriving.headers.raw if name.lower() not in _OF_THE_WAY]
        return httpx.Response(
            arriving.status_code,
            headers=headers,
            content=b"".join(pieces),
            request=arriving.request,
            extensions=arriving.extensions,
        )

    def _unexpected(self, named: str, what: str) -> UnexpectedAnswer:
        return UnexpectedAnswer(
            f"{named} answered with {what}. Check that {self.api_url} is the address of a V3 API; if it is, try again in "
            "a minute."
        )

    def _address(self, path: str) -> str:
        """A path on our host, whatever the link says: a link must not send the token elsewhere."""
        parts = urlsplit(path)
        if {".", ".."} & set(parts.path.split("/")):
            raise SettingsError(f"{parts.path} is no address of the API: an id in it is wrong.")
        local = f"{parts.path}?{parts.query}" if parts.query else parts.path
        return local if local.startswith(f"{self._base_path}/") else f"{self._base_path}/{local.lstrip('/')}"

    def close(self) -> None:
        self._client.close()
        if self.limiter is not None:
            self.limiter.close()


def _is_text(response: httpx.Response) -> bool:
    """Whether it is the file that was asked for, and not an error or a page in its place."""
    return response.status_code == 200 and response.headers.get("content-type", "").startswith(("text/csv", *TEXTS))


def _flat(params: Params | None) -> dict[str, str] | None:
    """Parameters as the service reads them: lists joined by commas, booleans in lower case, nothing for None."""
    if params is None:
        return None
    flat = {}
    for name, value in params.items():
        if value is None:
            continue
        if isinstance(value, bool):
            flat[name] = str(value).lower()
        elif isinstance(value, (str, int)):
            flat[name] = str(value)
        elif isinstance(value, date):  # datetime is one
            flat[name] = value.isoformat()
        else:
            flat[name] = ",".join(map(str, value))
    return flat
