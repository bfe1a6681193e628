"""Looks at every answer of every sandbox that a test runs, so that no test has to ask for it.

An answer is held to the sandbox's own description always, and to the vendor's published schema where that is present.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from functools import cache
from typing import Any

import jsonschema_rs

from cctoolkit.sandbox import Sandbox
from cctoolkit.sandbox.app import own_description
from tests.published_schema import PublishedSchema

Message = MutableMapping[str, Any]


_DESCRIBED: dict[str, Any] = {}


class Witness:
    """What went over the wire and should not have is in `failures`."""

    def __init__(self, published: PublishedSchema | None) -> None:
        self._published = published
        self.failures: list[str] = []
        self.seen = 0

    def watch(self, sandbox: Sandbox) -> None:
        if sandbox.dialect is not None:  # it is meant to answer otherwise
            return
        if not _DESCRIBED:  # the same for every sandbox, and making it takes longer than most tests
            _DESCRIBED.update(own_description(sandbox.app))
        sandbox.app.add_middleware(_Watching, witness=self, described=_DESCRIBED)

    def check(self, described: dict[str, Any], route: str | None, request: Message, answer: dict[str, Any]) -> None:
        method, path, status = request["method"], request["path"], answer["status"]
        named = f"{method} {path} answered {status}"
        self.seen += 1
        try:
            if route is not None:
                declared = described["paths"][route][method.lower()]["responses"].get(str(status))
                assert declared is not None, f"{named}, which the sandbox's own description does not have"
                if status >= 400:
                    _validator(declared["content"]["application/json"]["schema"]).validate(json.loads(answer["body"]))
            if self._published is not None:
                self._published.check_answer(method, path, status, answer["type"], answer["body"])
        except (AssertionError, ValueError, jsonschema_rs.ValidationError) as error:
            self.failures.append(f"{named}: {str(error)[:500]}")


@cache
def _made(schema: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(json.loads(schema))


def _validator(schema: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
    return _made(json.dumps(schema))


class _Watching:
    def __init__(self, app: Callable[..., Awaitable[None]], witness: Witness, described: dict[str, Any]) -> None:
        self._app, self._witness, self._described = app, witness, described

    async def __call__(
        self, scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        answer: dict[str, Any] = {"status": 0, "type": "", "body": b""}

        async def look(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer["status"] = message["status"]
                answer["type"] = dict(message["headers"]).get(b"content-type", b"").decode()
            elif message["type"] == "http.response.body":
                answer["body"] += message.get("body", b"")
            await send(message)

        await self._app(scope, receive, look)
        if scope["type"] != "http" or not scope["path"].startswith("/v3/") or "cctoolkit.fault" in scope:
            return
        if answer["status"] in (403, 421) and answer["type"].startswith("text/plain"):
            return  # another host's name or another site's page: refused before it is a request
        route = getattr(scope.get("route"), "path", None)
        known = route in self._described["paths"] and scope["method"].lower() in self._described["paths"][route]
        self._witness.check(self._described, route if known else None, scope, answer)
