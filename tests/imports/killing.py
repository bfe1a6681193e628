"""Imports that are killed, and what is left of them.

    python tests/imports/killing.py [KILLS] [SEED]

kills as many imports at random moments, resumes each, and prints what came of it. A child process imports; the sandbox
is in this one. The tests kill at chosen requests in place of random moments, so that nobody has to wait.
"""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from cctoolkit import imports
from cctoolkit.api import Client
from cctoolkit.api.transport import FixedToken, Transport
from cctoolkit.imports.journal import Journal
from cctoolkit.sandbox import Sandbox
from tests import processes
from tests.imports.people import people

CHILD = Path(__file__).with_name("importing_child.py")
ROWS, LINES, PARTS = 100, 11, 10


@dataclass
class Killed:
    """An import that was killed: its journal (which may not be there), and the activities that it knew, by part."""

    journal: Path
    known: dict[int, str]
    states: Counter[str]

    @classmethod
    def read(cls, path: Path) -> Killed:
        if not path.exists():
            return cls(path, {}, Counter())
        with Journal.open(path) as journal:
            parts = journal.parts()
        return cls(
            path,
            {part.number: part.activity_id for part in parts if part.activity_id},
            Counter(part.state for part in parts),
        )


def start(sandbox: Sandbox, list_id: str, journal: Path, kill: str = "") -> subprocess.Popen[str]:
    """The child. It says on stdout when it would sleep, and goes on when it is told to."""
    arguments = [sandbox.api_url, sandbox.access_token(), list_id, str(journal), str(ROWS), str(LINES), kill]
    return processes.start(
        [sys.executable, str(CHILD), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


def run(sandbox: Sandbox, list_id: str, journal: Path, kill: str) -> Killed:
    """Import until the child kills itself at the request that `kill` names."""
    with start(sandbox, list_id, journal, kill) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        for line in child.stdout:
            sandbox.advance(float(line))
            child.stdin.write("\n")
            child.stdin.flush()
    assert child.returncode == -signal.SIGKILL, child.returncode
    return Killed.read(journal)


def finish(client: Client, sandbox: Sandbox, list_id: str, killed: Killed) -> imports.Outcome:
    """Resume; or, when it was killed before it had a journal and so before it sent anything, import."""
    if not killed.journal.exists():
        assert list(client.activities.iter()) == []
        return imports.import_contacts(
            client, people(ROWS, lines=LINES), list_id, journal=killed.journal, progress=False, sleep=sandbox.advance
        )
    return imports.resume(client, killed.journal, progress=False, sleep=sandbox.advance)


def faults(client: Client, list_id: str, killed: Killed, outcome: imports.Outcome) -> list[str]:
    """What a killed and resumed import must not do."""
    found = []
    there = {contact["email_address"]["address"] for contact in client.contacts.iter(lists=list_id)}
    wanted = set(people(ROWS).rows["email"])
    if there != wanted or outcome.missing or not outcome.completed:
        found.append(f"{len(wanted - there)} rows are not in the sandbox")
    activities = list(client.activities.iter())
    for number, activity_id in killed.known.items():
        of_part = {each["activity_id"] for each in activities if f"-part-{number:03}" in each["source_file_name"]}
        if of_part != {activity_id}:
            found.append(f"part {number} was sent again: {of_part}")
    if set(killed.known.items()) - set(enumerate(outcome.parts["activity_id"], start=1)):
        found.append("an activity that was known is not in the outcome")
    return found


def main() -> None:
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    chance = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    seen: Counter[str] = Counter()
    wrong = resent = 0
    for number in range(kills):
        with tempfile.TemporaryDirectory() as folder, Sandbox(limits=False) as sandbox:
            transport = Transport(sandbox.api_url, FixedToken(sandbox.access_token()))
            with Client(transport, "sandbox") as client:
                list_id = client.lists.create("Killed")["list_id"]
                journal = Path(folder) / "import.sqlite"
                with start(sandbox, list_id, journal) as child:
                    assert child.stdout is not None
                    child.stdout.readline()  # it is about to begin
                    # Half of them early, when parts are sent; the others anywhere until it is over.
                    time.sleep(chance.uniform(0, chance.choice([0.35, 2.6])))
                    child.kill()
                killed = Killed.read(journal)
                outcome = finish(client, sandbox, list_id, killed)
                found = faults(client, list_id, killed, outcome)
                sent = len(list(client.activities.iter()))
            resent += sent - PARTS
            seen.update(killed.states or {"no journal yet": 1})
            wrong += bool(found)
            print(number + 1, dict(killed.states), f"{sent} activities", found or "ok", flush=True)
    print(json.dumps({"kills": kills, "wrong": wrong, "parts sent again": resent, "states when killed": dict(seen)}))


if __name__ == "__main__":
    main()
