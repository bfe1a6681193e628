"""`cctoolkit sync`, as somebody types it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cctoolkit.local_sandbox import stop_sandbox
from tests.cli.commands import run
from tests.nursery import Nursery


@pytest.fixture(scope="module")
def choir(tmp_path_factory: pytest.TempPathFactory, nursery: Nursery) -> Iterator[Path]:
    """A workspace whose sandbox runs, and ends with the tests; a list of twelve is in it."""
    folder = tmp_path_factory.mktemp("work")
    nursery.serve(folder)
    export = str(_export(folder / "before.csv", 12))
    done = run("import", export, "--list", "Choir", "--no-preview", CCTOOLKIT_WORKSPACE=str(folder))
    assert done.returncode == 0, done.stderr
    yield folder
    stop_sandbox(folder)


@pytest.fixture
def workspace(choir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Set for each test, as each test begins with a workspace of its own."""
    monkeypatch.setenv("CCTOOLKIT_WORKSPACE", str(choir))
    return choir


def _export(path: Path, count: int, *more: str) -> Path:
    people = [f"m{n:02}@example.com,Name {n}" for n in range(count)]
    path.write_text("\n".join(["email,first_name", *people, *more, ""]))
    return path


def test_a_list_is_brought_in_step(workspace: Path, tmp_path: Path) -> None:
    """Shown, done, and the second time there is nothing to do. Nobody leaves without a word."""
    export = str(_export(tmp_path / "now.csv", 11, "new@example.com,New"))
    shown = run("sync", export, "--list", "Choir", "--dry-run")
    assert shown.returncode == 0, shown.stderr
    assert "leave                  1 are on the list and not in the file" in shown.stdout
    assert "journal" not in shown.stdout
    kept = run("sync", export, "--list", "Choir", "--json")
    told = json.loads(kept.stdout)
    assert (told["plan"]["leave"], told["left"], told["sent"]) == (1, [], 1)
    done = run("sync", export, "--list", "Choir", "--remove")
    assert done.returncode == 0, done.stderr
    assert "1 of 1 contacts are off the list; they are in the account still" in done.stdout
    again = run("sync", export, "--list", "Choir", "--remove")
    assert again.returncode == 0
    assert "There is nothing to do." in again.stdout
    assert "journal" not in again.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["{few}", "--list", "Choir", "--remove"], "more than a tenth: is this the whole file, and the right list?"),
        (["{few}", "--list", "No such list"], "has no list 'No such list': import into a new one"),
        (["{empty}", "--list", "Choir", "--remove"], "has headings but no rows"),
        (["{few}"], "Say which list to keep in step"),
        ([], "an export with --list NAME, or --resume"),
        (["{few}", "--list", "Choir", "--remove-many"], "--remove-many goes with --remove"),
    ],
)
def test_what_is_not_done_is_said(workspace: Path, tmp_path: Path, arguments: list[str], said: str) -> None:
    """In a sentence, before anything is changed."""
    few, empty = _export(tmp_path / "few.csv", 3), _export(tmp_path / "empty.csv", 0)
    done = run("sync", *(each.format(few=few, empty=empty) for each in arguments))
    assert done.returncode != 0
    assert said in done.stderr
    assert "Traceback" not in done.stderr
