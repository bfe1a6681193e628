"""Who looks on is told how far it is, and can end it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cctoolkit import imports
from cctoolkit.api import Client
from cctoolkit.errors import CctoolkitError
from cctoolkit.sandbox import Sandbox
from cctoolkit.sandbox.accounts import add_people
from tests.imports.conftest import Import
from tests.imports.people import people


def test_an_import_tells_each_step(importing: Import) -> None:
    """From nothing to everything, with the parts that are over."""
    told: list[imports.Progress] = []
    importing(people(25, lines=11), on_progress=told.append)
    assert told[0] == imports.Progress(0, 0, 3, "sending 1 of 3")
    assert [entry.percent for entry in told] == sorted(entry.percent for entry in told)
    assert told[-1][:3] == (100, 3, 3)


def test_what_looks_on_can_end_an_import(importing: Import, client: Client, sandbox: Sandbox, journal: Path) -> None:
    """It stops between two steps, and goes on from its journal."""

    def end(step: imports.Progress) -> None:
        if step.doing == "sending 2 of 3":
            raise CctoolkitError("That is enough for now.")

    with pytest.raises(CctoolkitError, match="enough") as caught:
        importing(people(25, lines=11), on_progress=end)
    assert str(journal) in caught.value.__notes__[0]
    assert len(list(client.activities.iter())) == 1
    outcome = imports.resume(client, journal, progress=False, sleep=sandbox.advance)
    assert outcome.missing == []
    assert len(list(client.activities.iter())) == 3


@pytest.mark.parametrize(("known", "sent", "expected"), [(1_200, 5, (0, 1_201)), (1_200, 2, (0, 2))])
def test_a_preview_tells_how_much_it_read(
    client: Client, sandbox: Sandbox, known: int, sent: int, expected: tuple[int, int]
) -> None:
    """Of the account's contacts, or of those that are looked up one by one."""
    add_people(sandbox.database, sandbox.clock, known)
    told: list[tuple[int, int]] = []
    imports.preview(client, people(sent), None, progress=False, on_progress=lambda read, of: told.append((read, of)))
    assert told[0] == expected
    assert len(told) >= 2
