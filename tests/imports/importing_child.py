"""Imports into a sandbox of another process, and kills itself at the moment that it was told.

`before:N` and `after:N` are the Nth request (after: the sandbox has carried it out, and the answer is lost);
`after:/contacts` is the first answer to a path; `writing:N` is while the Nth part is written to the journal.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator

from cctoolkit import imports
from cctoolkit._httpx import httpx
from cctoolkit.api import Client
from cctoolkit.api.transport import FixedToken, Transport
from cctoolkit.contact_files import Part
from tests.imports.people import people


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Deadly(httpx.BaseTransport):
    def __init__(self, when: str, where: str) -> None:
        self._when, self._where = when, where
        self._through = httpx.HTTPTransport()
        self._count = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._count += 1
        here = self._where == str(self._count) or request.url.path == f"/v3{self._where}"
        if here and self._when == "before":
            die()
        response = self._through.handle_request(request)
        if here and self._when == "after":
            response.read()
            die()
        return response


class DeadlyPeople:
    def __init__(self, rows: int, lines: int, at: int) -> None:
        self._people, self._at = people(rows, lines=lines), at

    def parts(self) -> Iterator[Part]:
        for number, part in enumerate(self._people.parts(), start=1):
            if number == self._at:
                die()
            yield part


def told_to_sleep(seconds: float) -> None:
    print(seconds, flush=True)
    if not sys.stdin.readline():
        die()  # nobody is there any more


def main() -> None:
    api_url, token, list_id, journal, rows, lines, kill = sys.argv[1:]
    when, _, where = kill.partition(":")
    cleaned = DeadlyPeople(int(rows), int(lines), int(where) if when == "writing" else 0)
    transport = Transport(api_url, FixedToken(token), transport=Deadly(when, where))
    with Client(transport, "sandbox") as client:
        if not kill:
            print(0, flush=True)  # ready
            imports.import_contacts(client, cleaned, list_id, journal=journal, progress=False)
        else:
            imports.import_contacts(client, cleaned, list_id, journal=journal, progress=False, sleep=told_to_sleep)


if __name__ == "__main__":
    main()
