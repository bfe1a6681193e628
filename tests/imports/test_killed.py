"""kill -9 at any moment, and what is resumed from then."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import cctoolkit
from cctoolkit import imports
from cctoolkit.api import Client
from cctoolkit.sandbox import Sandbox
from tests.imports.killing import PARTS, faults, finish, prepare, run, start
from tests.marks import thorough

pytestmark = pytest.mark.skipif(os.name != "posix", reason="SIGKILL, and forks, of POSIX systems")


@pytest.fixture
def sandbox(served: Sandbox) -> Sandbox:
    """On a port, for processes that are killed."""
    return served


@pytest.mark.parametrize(
    ("kill", "known", "sent"),
    [
        thorough("writing:4", 0, 0),  # before there is a journal
        thorough("before:3", 0, 0),  # the first part is begun, and did not go out
        ("after:3", 0, 1),  # the sandbox has the first part, and nobody read the answer
        thorough("before:8", 5, 5),
        thorough("after:12", PARTS - 1, PARTS),  # the last part
        thorough("after:14", PARTS, PARTS),  # while the activities are followed
        thorough("after:/contacts", PARTS, PARTS),  # while it is checked who arrived
    ],
)
def test_a_killed_import_is_resumed(
    client: Client, sandbox: Sandbox, tmp_path: Path, kill: str, known: int, sent: int
) -> None:
    """Every row arrives, and no part is sent again whose activity is known or can be found."""
    list_id = client.lists.create("Killed")["list_id"]
    killed = run(sandbox, list_id, tmp_path / "import.sqlite", kill)
    assert len(killed.known) == known
    assert len(list(client.activities.iter())) == sent
    outcome = finish(client, sandbox, list_id, killed)
    assert faults(client, list_id, killed, outcome) == []
    assert len(list(client.activities.iter())) == PARTS


@pytest.mark.parametrize(
    ("kill", "sent"),
    [
        thorough("writing:4", 0),
        thorough("before:3", 0),
        thorough("after:3", 1),
        ("before:/activities/remove_list_memberships", PARTS),
        ("after:/activities/remove_list_memberships", PARTS + 1),  # the answer is lost
        thorough("after:/contacts", PARTS + 1),  # while it is checked who arrived and who left
    ],
)
def test_a_killed_sync_is_resumed(client: Client, sandbox: Sandbox, tmp_path: Path, kill: str, sent: int) -> None:
    """Who is in the file is on the list, who is not is off it and in the account, and nothing is sent again that is known."""
    list_id = client.lists.create("Killed")["list_id"]
    prepare(client, sandbox, list_id)
    before = len(list(client.activities.iter()))
    killed = run(sandbox, list_id, tmp_path / "sync.sqlite", kill, "sync")
    assert len(list(client.activities.iter())) - before == sent
    sandbox.advance(60)
    outcome = finish(client, sandbox, list_id, killed, "sync")
    assert faults(client, list_id, killed, outcome) == []
    assert len(list(client.activities.iter())) - before == PARTS + 1


def test_two_processes_do_not_resume_at_once(client: Client, sandbox: Sandbox, list_id: str, journal: Path) -> None:
    """The second is refused, and can go on when the first is gone, however it went."""
    with start(sandbox, list_id, journal, "never:0") as first:
        first.channel.recv()  # it sleeps, with the journal open
        with pytest.raises(cctoolkit.JournalError, match="another process"):
            imports.resume(client, journal)
        first.kill()
    assert imports.resume(client, journal, progress=False, sleep=sandbox.advance).missing == []
