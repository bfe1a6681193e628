"""Connections of a room: bounded before anybody is asked who they are.

A visitor who connects and sends nothing, or a letter a minute, costs a file and some memory for as long as they like. So a
connection has some seconds for the head of a request, and where there are too many, the one that has waited longest without
sending one makes room: whoever asks for something is answered.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import ClassVar, Protocol

from uvicorn.protocols.http.h11_impl import H11Protocol

#: Seconds for the head of a request.
HEAD_PATIENCE = 10.0
#: Connections at once, where the system allows as many files.
MOST_CONNECTIONS = 1_000
#: Files besides: listeners, the sandbox's connections, databases, logs.
OTHER_FILES = 200


class _Waits(Protocol):
    def give_up(self) -> None: ...


def patient_protocol(most: int, seconds: float = HEAD_PATIENCE) -> type[H11Protocol]:
    """uvicorn's protocol over h11, of at most so many connections, each with so many seconds for a request's head."""

    class Patient(H11Protocol):
        waiting: ClassVar[dict[_Waits, asyncio.TimerHandle]] = {}  # the longest first

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._wait()
            if len(self.connections) > most:
                next(iter(self.waiting)).give_up()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            if self.cycle is not None and not self.cycle.response_complete:
                self._no_longer()
            else:
                self._wait()

        def on_response_complete(self) -> None:
            super().on_response_complete()
            self._wait()

        def connection_lost(self, exc: Exception | None) -> None:
            self._no_longer()
            super().connection_lost(exc)

        def give_up(self) -> None:
            self._no_longer()
            self.connections.discard(self)
            self.transport.abort()

        def _wait(self) -> None:
            if self not in self.waiting and not self.transport.is_closing():
                self.waiting[self] = self.loop.call_later(seconds, self.give_up)

        def _no_longer(self) -> None:
            if timer := self.waiting.pop(self, None):
                timer.cancel()

    return Patient


def most_connections() -> int:
    """How many this process can hold; it may open as many files as the system lets it."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return MOST_CONNECTIONS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        possible = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (possible, hard))
            soft = possible
    if soft == resource.RLIM_INFINITY:
        return MOST_CONNECTIONS
    return max(min(MOST_CONNECTIONS, soft - OTHER_FILES), 32)
