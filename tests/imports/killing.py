"""Imports and syncs that are killed, and what is left of them.

    python -m tests.imports.killing [KILLS] [SEED] [import|sync|json]

kills as many at random moments, resumes each, and prints what came of it. A child process imports; the sandbox
is in this one. The tests kill at chosen requests in place of random moments, so that nobody has to wait.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cctoolkit import imports
from cctoolkit.api import Client
from cctoolkit.api.transport import FixedToken, Transport
from cctoolkit.imports.journal import Journal
from cctoolkit.sandbox import Sandbox
from tests.imports import importing_child
from tests.imports.people import Several, people, rows

ROWS, LINES, PARTS = 100, 11, 10
#: Of a sync: how many of the rows are on the list already, under another name, and how many are on it and in no row.
BEFORE, LEAVING = 60, 6


@cache
def _forks() -> Any:
    """Children are forked from a process that has imported everything, which takes longer than what they do. It is begun with
    the first of them, and what a test sets in the environment later does not reach it.

    Not while this is imported: Windows has no forks, and there the tests are skipped.
    """
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload(["cctoolkit.sandbox", "tests.imports.importing_child"])
    return forks


@dataclass
class Killed:
    """An import that was killed: its journal (which may not be there), and the activities that it knew, by part; of a sync
    those by which contacts leave, too."""

    journal: Path
    known: dict[int, str]
    states: Counter[str]
    name: str = ""
    leaving: tuple[str, ...] = ()

    @classmethod
    def read(cls, path: Path) -> Killed:
        if not path.exists():
            return cls(path, {}, Counter())
        with Journal.open(path) as journal:
            parts = journal.parts()
            leaving = journal.leaving()
            name = journal.about.name
        return cls(
            path,
            {part.number: part.activity_id for part in parts if part.activity_id},
            Counter(part.state for part in parts) + Counter(f"leaving {batch.state}" for batch in leaving),
            name,
            tuple(batch.activity_id for batch in leaving if batch.activity_id),
        )


def prepare(client: Client, sandbox: Sandbox, list_id: str) -> None:
    """What a sync finds on its list."""
    there = [{"email": f"p{n:05}@example.com", "first_name": "Before"} for n in range(BEFORE)]
    gone = [{"email": f"leaving-{n}@example.com"} for n in range(LEAVING)]
    imports.import_contacts(client, rows(*there, *gone), list_id, progress=False, sleep=sandbox.advance)


class Child:
    """A process that imports. It says when it would sleep, and goes on when it is told to."""

    def __init__(self, *arguments: Any) -> None:
        self.channel, theirs = _forks().Pipe()
        self.process = _forks().Process(target=importing_child.work, args=(theirs, *arguments), daemon=True)
        self.process.start()
        theirs.close()

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: object) -> None:
        self.channel.close()  # nobody tells it to go on
        self.process.join(60)
        if self.process.is_alive():
            self.kill()
            raise AssertionError("the child has not ended")

    def kill(self) -> None:
        self.process.kill()

    def sleeps(self) -> Iterator[float]:
        """How long it would sleep, each time; it goes on with the next. Ends with the child."""
        with contextlib.suppress(EOFError):
            while True:
                yield self.channel.recv()
                self.channel.send(None)


def start(sandbox: Sandbox, list_id: str, journal: Path, kill: str = "", what: str = "import") -> Child:
    """The child that does `what`, and kills itself at `kill`."""
    return Child(what, sandbox.api_url, sandbox.access_token(), list_id, str(journal), ROWS, LINES, kill)


def run(sandbox: Sandbox, list_id: str, journal: Path, kill: str, what: str = "import") -> Killed:
    """Import, or sync, until the child kills itself at the request that `kill` names."""
    with start(sandbox, list_id, journal, kill, what) as child:
        for seconds in child.sleeps():
            sandbox.advance(seconds)
    assert child.process.exitcode == -signal.SIGKILL, child.process.exitcode
    return Killed.read(journal)


def finish(client: Client, sandbox: Sandbox, list_id: str, killed: Killed, what: str = "import") -> imports.Outcome:
    """Resume; or, when it was killed before it had a journal and so before it sent anything, begin again."""
    if not killed.journal.exists():
        if what == "sync":
            again = people(ROWS, lines=LINES)
            return imports.sync(
                client, again, list_id, remove=True, journal=killed.journal, progress=False, sleep=sandbox.advance
            )
        assert list(client.activities.iter()) == []
        everybody = people(ROWS, lines=LINES)
        sent = Several(everybody) if what == "json" else everybody
        return imports.import_contacts(
            client, sent, list_id, journal=killed.journal, progress=False, sleep=sandbox.advance
        )
    return imports.resume(client, killed.journal, progress=False, sleep=sandbox.advance)


def faults(client: Client, list_id: str, killed: Killed, outcome: imports.Outcome) -> list[str]:
    """What a killed and resumed import must not do."""
    found = []
    _leaving_faults(client, list_id, killed, found)
    contacts = {each["email_address"]["address"]: each for each in client.contacts.iter(lists=list_id)}
    there = set(contacts)
    if any(contact["first_name"] == "Before" for contact in contacts.values() if "first_name" in contact):
        found.append("somebody was not changed")
    wanted = set(people(ROWS).rows["email"])
    if there != wanted or outcome.missing or not outcome.completed:
        found.append(f"{len(wanted - there)} rows are not in the sandbox")
    activities = list(client.activities.iter())
    # An import from JSON has no file name that would tell which part it was of.
    for number, activity_id in killed.known.items() if any("source_file_name" in each for each in activities) else ():
        of_part = {
            each["activity_id"]
            for each in activities
            if f"{killed.name}-part-{number:03}" in each.get("source_file_name", "")
        }
        if of_part != {activity_id}:
            found.append(f"part {number} was sent again: {of_part}")
    if set(killed.known.items()) - set(enumerate(outcome.parts["activity_id"], start=1)):
        found.append("an activity that was known is not in the outcome")
    return found


def _leaving_faults(client: Client, list_id: str, killed: Killed, found: list[str]) -> None:
    """Those who were to leave are in the account still, and no request was sent again whose activity is known."""
    leavers = {f"leaving-{n}@example.com" for n in range(LEAVING)}
    everybody = {each.get("email_address", {}).get("address") for each in client.contacts.iter()}
    with Journal.open(killed.journal) as journal:
        now = {batch.activity_id for batch in journal.leaving()}
        if journal.of_sync and not leavers <= everybody:
            found.append("somebody who left the list is not in the account")
    if not set(killed.leaving) <= now:
        found.append("contacts were taken off again whose activity was known")


def main() -> None:
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    chance = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    what = sys.argv[3] if len(sys.argv) > 3 else "import"
    seen: Counter[str] = Counter()
    wrong = resent = 0
    for number in range(kills):
        with tempfile.TemporaryDirectory() as folder, Sandbox(limits=False) as sandbox:
            transport = Transport(sandbox.api_url, FixedToken(sandbox.access_token()))
            with Client(transport, "sandbox") as client:
                list_id = client.lists.create("Killed")["list_id"]
                if what == "sync":
                    prepare(client, sandbox, list_id)
                before = len(list(client.activities.iter()))
                journal = Path(folder) / "import.sqlite"
                with start(sandbox, list_id, journal, what=what) as child:
                    child.channel.recv()  # it is about to begin
                    # Half of them early, when parts are sent; the others anywhere until it is over.
                    time.sleep(chance.uniform(0, chance.choice([0.35, 2.6])))
                    child.kill()
                killed = Killed.read(journal)
                outcome = finish(client, sandbox, list_id, killed, what)
                found = faults(client, list_id, killed, outcome)
                sent = len(list(client.activities.iter())) - before
            resent += sent - PARTS - (what == "sync")
            seen.update(killed.states or {"no journal yet": 1})
            wrong += bool(found)
            print(number + 1, dict(killed.states), f"{sent} activities", found or "ok", flush=True)
    print(json.dumps({"kills": kills, "wrong": wrong, "parts sent again": resent, "states when killed": dict(seen)}))


if __name__ == "__main__":
    main()
