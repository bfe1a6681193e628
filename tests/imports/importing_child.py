"""Imports into a sandbox of another process, or brings a list of it in step, and kills itself at the moment that it was told.

`before:N` and `after:N` are the Nth request (after: the sandbox has carried it out, and the answer is lost);
`after:/contacts` is the first answer to a path; `writing:N` is while the Nth part is written to the journal.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import Any

from tqdm import tqdm

from cctoolkit import imports
from cctoolkit._httpx import httpx
from cctoolkit.api import Client
from cctoolkit.api.transport import FixedToken, Transport
from cctoolkit.contact_files import Part
from tests.imports.people import Several, people


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Deadly(httpx.BaseTransport):
    def __init__(self, when: str, where: str) -> None:
        self._when, self._where = when, where
        self._through = httpx.HTTPTransport()
        self._count, self._begun = 0, False

    def begin(self) -> None:
        """What comes before is not counted."""
        self._begun = True

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._count += self._begun
        here = self._begun and (self._where == str(self._count) or request.url.path == f"/v3{self._where}")
        if here and self._when == "before":
            die()
        response = self._through.handle_request(request)
        if here and self._when == "after":
            response.read()
            die()
        return response


class DeadlyPeople:
    """Of a sync, the files are read once for the plan, and once to see whether there are any."""

    def __init__(self, rows: int, lines: int, at: int, before: int) -> None:
        self._people, self._at, self._before = people(rows, lines=lines), at, before

    def parts(self) -> Iterator[Part]:
        self._before -= 1
        if self._before >= 0:
            yield from self._people.parts()
            return
        for number, part in enumerate(self._people.parts(), start=1):
            if number == self._at:
                die()
            yield part


class Told:
    """Sleeps by saying so, until it is told to go on."""

    def __init__(self, channel: Connection) -> None:
        self._channel = channel

    def __call__(self, seconds: float) -> None:
        try:
            self._channel.send(seconds)
            self._channel.recv()
        except (EOFError, OSError):
            die()  # nobody is there any more


def work(
    channel: Connection,
    what: str,
    api_url: str,
    token: str,
    list_id: str,
    journal: str,
    rows: int,
    lines: int,
    kill: str,
) -> None:
    """Without `kill` it says that it is about to begin, and sleeps by itself."""
    tqdm.set_lock(threading.RLock())  # its own is one between processes, which nobody clears away after a kill
    when, _, where = kill.partition(":")
    cleaned = DeadlyPeople(rows, lines, int(where) if when == "writing" else 0, 2 if what == "sync" else 0)
    deadly = Deadly(when, where)
    transport = Transport(api_url, FixedToken(token), transport=deadly)
    with Client(transport, "sandbox") as client:
        # The plan is no part of what is killed: it changes nothing.
        plan = imports.plan_sync(client, cleaned, list_id, progress=False) if what == "sync" else None
        deadly.begin()
        how: dict[str, Any] = {"journal": journal, "progress": False}
        if kill:
            how["sleep"] = Told(channel)
        else:
            channel.send(0)
        if plan is not None:
            plan.run(remove=True, **how)
        else:
            imports.import_contacts(client, Several(cleaned) if what == "json" else cleaned, list_id, **how)
