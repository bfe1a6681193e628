"""The last requests that the sandbox answered, for whoever looks inside: never with a token in them."""

from __future__ import annotations

import re
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from .faults import App, Message, Receive, Send

#: Requests that are kept, and characters of each body.
KEPT, SHOWN = 100, 2_000
#: Paths that are watched: what a client asks, not what looks on.
_WATCHED = ("/v3/", "/oauth2/")
#: Paths whose bodies are not shown, as they are made of what signs somebody in.
_SIGN_IN = "/oauth2/"
_MASK = "•••"
_NAMES = (
    "access_token|refresh_token|id_token|token|client_secret|device_secret|secret|code|code_verifier|device_code|user_code"
    "|password|passcode|ticket|admin_key|api_key|assertion|client_assertion"
)
_BEFORE = r"(?i)(?<![A-Za-z0-9_])"
#: A name and its value in JSON (strings whole, whatever is in them, and lists of them), in a form or query, and as a part of a
#: multipart body.
_IN_JSON = re.compile(
    rf"""{_BEFORE}((?:{_NAMES})\\*["']\s*:\s*)(?:\[[^\]]*\]?|\\*"(?:\\.|[^"\\])*(?:"|\\*$)|'[^']*'?|[^\s,}}]+)"""
)
_IN_FORMS = re.compile(rf"{_BEFORE}((?:{_NAMES})\s*=\s*)[^&\s]+")
_IN_PARTS = re.compile(rf"""{_BEFORE}(name=["']?(?:{_NAMES})["']?[^\r\n]*\r?\n(?:[^\r\n]+\r?\n)*\r?\n)[^\r\n]*""")
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]+")
_JWT = re.compile(r"eyJ[\w-]{4,}[\w.-]*")


def masked(text: str) -> str:
    """The text with a mark in place of whatever is a secret by its name or its look."""
    for pattern in (_IN_PARTS, _IN_JSON, _IN_FORMS):
        text = pattern.sub(rf"\1{_MASK}", text)
    return _JWT.sub(_MASK, _BEARER.sub(rf"\1 {_MASK}", text))


def masked_address(path: str, query: str) -> str:
    """A path with its query, as it reads; of a sign-in the names of its parameters alone."""
    if not query:
        return masked(path)
    given = parse_qsl(query, keep_blank_values=True)
    if path.startswith(_SIGN_IN):
        return f"{path}?{'&'.join(f'{name}={_MASK}' for name, _ in given)}"
    return masked(f"{path}?{'&'.join(f'{name}={value}' for name, value in given)}")


@dataclass
class Seen:
    """A request and its answer, masked. `status` None: the answer was lost on the way."""

    method: str
    address: str
    began: float
    status: int | None = None
    milliseconds: float = 0.0
    fault: str = ""
    body: str = ""
    answer: str = ""


@dataclass
class Requests:
    """The last of them, the newest first."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _seen: deque[Seen] = field(default_factory=lambda: deque(maxlen=KEPT))

    def add(self, seen: Seen) -> None:
        with self._lock:
            self._seen.appendleft(seen)

    def __iter__(self) -> Iterator[Seen]:
        with self._lock:
            return iter(list(self._seen))


class WatchingMiddleware:
    """Above everything else, so that a fault is seen as a client sees it."""

    def __init__(self, app: App, requests: Requests) -> None:
        self._app, self._requests = app, requests

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(_WATCHED):
            await self._app(scope, receive, send)
            return
        query = scope.get("query_string", b"").decode("latin-1")
        seen = Seen(scope["method"], masked_address(scope["path"], query), time.time())
        asked, told = _Beginning(), _Beginning()
        began = time.monotonic()

        async def receiving() -> Message:
            message = await receive()
            asked.add(message.get("body", b""))
            return message

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen.status = int(message["status"])
            else:
                told.add(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receiving, sending)
        finally:
            seen.milliseconds = (time.monotonic() - began) * 1000
            seen.fault = str(scope.get("cctoolkit.fault", ""))
            if seen.fault == "drop":
                seen.status = None
            if scope["path"].startswith(_SIGN_IN):
                seen.body = seen.answer = "not shown: it is made of what signs somebody in"
            else:
                seen.body, seen.answer = asked.text(), told.text()
            self._requests.add(seen)


class _Beginning:
    """The first characters of a body."""

    def __init__(self) -> None:
        self._held = b""
        self._size = 0

    def add(self, piece: bytes) -> None:
        self._size += len(piece)
        if len(self._held) < SHOWN:
            self._held += piece[: SHOWN - len(self._held)]

    def text(self) -> str:
        # What is cut off could be half a secret, whose name and form then tell nothing: so the last word goes.
        more = self._size > len(self._held)
        shown = self._held.decode("utf-8", "replace")
        if more:
            shown = re.sub(r"[\w.~+/=-]*\Z", "", shown)
        return masked(shown) + (f" … ({self._size:,} bytes)" if more else "")
