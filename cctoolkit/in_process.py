"""A sandbox of this very process as the network: its application is called, and nothing listens anywhere."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

from ._httpx import httpx

Message = MutableMapping[str, Any]
#: An ASGI application, as the sandbox is one.
Application = Callable[
    [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]
]


class Clock(Protocol):
    """The time of a sandbox, in seconds since the epoch."""

    def now(self) -> float: ...


class RunningSandbox(Protocol):
    """What a client has to know of a `cctoolkit.sandbox.Sandbox` that runs in this process."""

    app: Any
    in_process: bool
    closed: bool

    @property
    def clock(self) -> Clock: ...
    @property
    def folder(self) -> Path: ...
    @property
    def limited(self) -> bool: ...
    def description(self) -> dict[str, Any]: ...
    def advance(self, seconds: float) -> None: ...
    def reset(self) -> None: ...


class InProcess(httpx.BaseTransport):
    """Gives each request to a sandbox of this process, and waits for its answer as for one of the network.

    What the network would do is done here too: a sandbox that was stopped is a `ConnectError`, an answer that ends half-way
    a `RemoteProtocolError`, one that takes longer than the request's time-out a `ReadTimeout`. May be used by several
    threads at once.
    """

    def __init__(self, sandbox: RunningSandbox) -> None:
        self._sandbox = sandbox

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self._sandbox.closed:
            raise httpx.ConnectError("The sandbox was stopped.", request=request)
        if _loop_is_running():  # a notebook's kernel: its own loop cannot wait for another one
            with ThreadPoolExecutor(1) as aside:
                return aside.submit(self._ask, request).result()
        return self._ask(request)

    def _ask(self, request: httpx.Request) -> httpx.Response:
        return asyncio.run(_answered(self._sandbox.app, request))


def _loop_is_running() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


async def _answered(app: Application, request: httpx.Request) -> httpx.Response:
    given = [{"type": "http.request", "body": request.read(), "more_body": False}]
    _traced(request, "in_process.send_request_body.complete")
    start: Message = {}
    content = bytearray()
    whole = asyncio.Event()

    async def receive() -> Message:
        if given:
            return given.pop()
        await whole.wait()  # whoever asks stays until all of the answer has come
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        else:
            content.extend(message.get("body", b""))
            if not message.get("more_body", False):
                whole.set()

    patience: Mapping[str, Any] = request.extensions.get("timeout", {})
    try:
        async with asyncio.timeout(patience.get("read")):
            await app(_scope(request), receive, send)
    except TimeoutError:
        raise httpx.ReadTimeout("The read operation timed out", request=request) from None
    if not whole.is_set():
        raise httpx.RemoteProtocolError("The answer ended before it was complete.", request=request)
    return httpx.Response(start["status"], headers=start["headers"], content=bytes(content), request=request)


def _scope(request: httpx.Request) -> Message:
    url = request.url
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": url.scheme,
        "path": url.path,
        "raw_path": url.raw_path.partition(b"?")[0],
        "query_string": url.query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "server": (url.host, url.port),
        "client": ("127.0.0.1", 0),
        "state": {},
    }


def _traced(request: httpx.Request, event: str) -> None:
    """Tells whoever wants to know when a request has been sent: the allowance counts from there."""
    trace = request.extensions.get("trace")
    if trace is not None:
        trace(event, {})
