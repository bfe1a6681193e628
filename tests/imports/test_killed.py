"""kill -9 at any moment, and what is resumed from then."""

from __future__ import annotations

from pathlib import Path

import pytest

from cctoolkit.api import Client
from cctoolkit.sandbox import Sandbox
from tests.imports.killing import PARTS, faults, finish, run


@pytest.mark.parametrize(
    ("kill", "known", "sent"),
    [
        ("writing:4", 0, 0),  # before there is a journal
        ("before:3", 0, 0),  # the first part is begun, and did not go out
        ("after:3", 0, 1),  # the sandbox has the first part, and nobody read the answer
        ("before:8", 5, 5),
        ("after:12", PARTS - 1, PARTS),  # the last part
        ("after:14", PARTS, PARTS),  # while the activities are followed
        ("after:/contacts", PARTS, PARTS),  # while it is checked who arrived
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
