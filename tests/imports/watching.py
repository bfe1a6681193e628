"""A client whose requests are counted, and answered in place of the sandbox where a test wants that."""

from __future__ import annotations

from collections.abc import Callable

from cctoolkit._httpx import httpx
from cctoolkit.api import Client
from cctoolkit.api.rate_limit import RateLimiter
from cctoolkit.api.transport import FixedToken, Transport
from cctoolkit.in_process import InProcess
from cctoolkit.sandbox import Sandbox

Answer = Callable[[httpx.Request], httpx.Response | None]


class Watching(httpx.BaseTransport):
    """`seen` are the requests; `answer` gives an answer of its own, or None for the sandbox's."""

    def __init__(self, sandbox: Sandbox, answer: Answer = lambda request: None) -> None:
        self.seen: list[httpx.Request] = []
        self._answer, self._through = answer, InProcess(sandbox)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        return self._answer(request) or self._through.handle_request(request)

    def count(self, text: str) -> int:
        """How many requests have this in their method, path and query."""
        return sum(text in f"{request.method} {request.url}" for request in self.seen)


def watched_client(
    sandbox: Sandbox,
    transport: httpx.BaseTransport | None = None,
    *,
    service: str = "sandbox",
    limiter: RateLimiter | None = None,
) -> Client:
    token = FixedToken(sandbox.access_token())
    return Client(Transport(sandbox.api_url, token, limiter, transport=transport or Watching(sandbox)), service)
