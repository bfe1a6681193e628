"""Sandboxes whose answers are changed on the way, as services that speak otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cctoolkit._httpx import httpx
from cctoolkit.api import Client
from cctoolkit.api.transport import FixedToken, Transport
from cctoolkit.in_process import InProcess
from cctoolkit.sandbox import Sandbox

Change = Callable[[httpx.Request, httpx.Response], httpx.Response]


class Changed(httpx.BaseTransport):
    """A sandbox whose answers are changed on the way."""

    def __init__(self, sandbox: Sandbox, change: Change) -> None:
        self._inner, self._change = InProcess(sandbox), change
        self.methods: list[str] = []
        #: Answers in the place of the sandbox, which never hears of it.
        self.instead: Callable[[httpx.Request], httpx.Response | None] = lambda request: None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.methods.append(request.method)
        if (refused := self.instead(request)) is not None:
            return refused
        answer = self._inner.handle_request(request)
        answer.read()
        return self._change(request, answer)


def client_of(sandbox: Sandbox, change: Change = lambda request, answer: answer) -> tuple[Client, Changed]:
    through = Changed(sandbox, change)
    token = FixedToken(sandbox.access_token())
    return Client(Transport(sandbox.api_url, token, transport=through), "custom", sleep=sandbox.advance), through


def _json(answer: httpx.Response, change: Callable[[Any], Any]) -> httpx.Response:
    return httpx.Response(answer.status_code, json=change(answer.json()))


def _without(name: str) -> Callable[[Any], Any]:
    def change(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: change(held) for key, held in value.items() if key != name}
        return [change(each) for each in value] if isinstance(value, list) else value

    return change


#: How a service might speak otherwise, where, and what is said of it.
DIALECTS: dict[str, tuple[Change, str]] = {
    "a key that is missing": (
        lambda request, answer: _json(answer, _without("create_source")) if answer.status_code == 200 else answer,
        "create_source: is not there; in the sandbox it is",
    ),
    "a key that is new": (
        lambda request, answer: (
            _json(answer, lambda value: {**value, "region": "north"})
            if request.url.path.endswith("/counts")
            else answer
        ),
        "region: is there; not in the sandbox",
    ),
    "another type": (
        lambda request, answer: (
            _json(answer, lambda value: {**value, "total": str(value["total"])})
            if request.url.path.endswith("/counts")
            else answer
        ),
        "total: digits; in the sandbox whole number",
    ),
    "another status": (
        lambda request, answer: (
            httpx.Response(400, json=[{"error_key": "x", "error_message": "y"}])
            if answer.status_code == 404
            else answer
        ),
        "status 400; in the sandbox 404",
    ),
    "a header less": (
        lambda request, answer: (
            httpx.Response(answer.status_code, json=answer.json()) if answer.status_code == 401 else answer
        ),
        "header www-authenticate: is not there; in the sandbox it is",
    ),
    "other words of a refusal": (
        lambda request, answer: (
            _json(answer, lambda value: [{**value[0], "error_message": "Nope"}])
            if answer.status_code == 400
            else answer
        ),
        "refused with",
    ),
}
