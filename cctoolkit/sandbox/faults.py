"""Faults on demand: what a network and a service do on a bad day, for those who want to be ready for it."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import asdict, dataclass
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

#: Each kind of fault, with its answer: status, content type and body. `None`: it is made in another way.
KINDS: dict[str, tuple[int, str, bytes] | None] = {
    "expired_token": (401, "application/json", b'{"error_key":"unauthorized","error_message":"Unauthorized"}'),
    "throttled": (429, "application/json", b'{"error_key":"throttled","error_message":"Too Many Requests"}'),
    "quota_exceeded": (429, "application/json", b'{"error_key":"quota_exceeded","error_message":"Limit Exceeded"}'),
    "queue_full": (
        429,
        "application/json",
        b'{"error_key":"throttled","error_message":"Too many queued activities for this account."}',
    ),
    "500": (
        500,
        "application/json",
        b'[{"error_key":"contacts.api.internal_error","error_message":"The service failed on this, not the request."}]',
    ),
    "503": (503, "application/json", b'[{"error_key":"unavailable","error_message":"Temporarily unavailable."}]'),
    "html": (502, "text/html", b"<html><body><h1>502 Bad Gateway</h1></body></html>"),
    "drop": None,
    "slow": None,
    "activity_fails": None,
}


@dataclass
class Fault:
    """`count` requests whose path contains `path` go wrong, each with `probability`."""

    kind: str
    count: int = 1
    path: str = ""
    probability: float = 1.0
    seconds: float = 1.0


class Faults:
    """The faults that are to come. `add` one, and the next requests that fit have it."""

    def __init__(self, seed: str | None = None) -> None:
        self._lock = threading.Lock()
        self._pending: list[Fault] = []
        # S311: chance for a test, the same for the same seed; no secret.
        self._chance = random.Random(seed)  # noqa: S311

    def add(
        self, kind: str, count: int = 1, *, path: str = "", probability: float = 1.0, seconds: float = 1.0
    ) -> Fault:
        """Let the next `count` requests below /v3 that fit go wrong. Raises `ValueError` for an unknown kind."""
        if kind not in KINDS:
            raise ValueError(f"There is no fault {kind!r}. The faults are: {', '.join(KINDS)}")
        if count < 1 or not 0 < probability <= 1 or not 0 <= seconds <= 600:
            raise ValueError("count is at least 1, probability in (0, 1], seconds in [0, 600]")
        fault = Fault(kind, count, path, probability, seconds)
        with self._lock:
            self._pending.append(fault)
        return fault

    def clear(self) -> None:
        with self._lock:
            self._pending.clear()

    def pending(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(fault) for fault in self._pending]

    def take(self, path: str, *, activity: bool = False) -> Fault | None:
        """The fault of this request (or, with `activity`, of this activity), if it has one."""
        with self._lock:
            for fault in self._pending:
                if (
                    (fault.kind == "activity_fails") == activity
                    and fault.path in path
                    and self._chance.random() < fault.probability
                ):
                    fault.count -= 1
                    if fault.count == 0:
                        self._pending.remove(fault)
                    return fault
        return None


class FaultMiddleware:
    """Below everything else, so that a fault looks as if it came from the network or a gateway."""

    def __init__(self, app: App, faults: Faults) -> None:
        self._app, self._faults = app, faults

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        fault = None
        if scope["type"] == "http" and scope["path"].startswith("/v3/"):
            fault = self._faults.take(scope["path"])
        if fault is None:
            await self._app(scope, receive, send)
            return
        scope["cctoolkit.fault"] = fault.kind  # so that what looks on can tell a fault from a mistake
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
            await self._app(scope, receive, send)
        elif fault.kind == "drop":
            # The request is carried out, and its answer is lost half-way: the hardest case for a client.
            await self._app(scope, receive, _lost(send))
        else:
            answer = KINDS[fault.kind]
            assert answer is not None
            status, content_type, body = answer
            await send(
                {
                    "type": "http.response.start",
                    "status": status,
                    "headers": [(b"content-type", content_type.encode()), (b"content-length", str(len(body)).encode())],
                }
            )
            await send({"type": "http.response.body", "body": body})


def _lost(send: Send) -> Send:
    async def lost(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [(name, value) for name, value in message["headers"] if name.lower() != b"content-length"]
            await send({**message, "headers": [*headers, (b"content-length", b"1000000")]})
        elif message["type"] == "http.response.body":
            await send({"type": "http.response.body", "body": message.get("body", b"")[:1], "more_body": True})

    return lost
