"""A clone in which somebody has worked: what is theirs is left alone, and what was the course's is told."""

from __future__ import annotations

import subprocess
from pathlib import Path

import nbformat
import pytest

from tests.notebooks import belonging


def _notebook(path: Path, count: int | None, source: str = "1 + 1", **metadata: object) -> Path:
    cell = nbformat.v4.new_code_cell(source, execution_count=count, id="cell-0")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata=metadata), path)
    return path


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A notebook that was committed, in a clone of its own."""
    (tmp_path / "notebooks").mkdir()
    path = _notebook(tmp_path / "notebooks" / "00-start.ipynb", 1)
    git = ["git", "-C", str(tmp_path), "-c", "user.name=Ann", "-c", "user.email=ann@example.com"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "The course"]):
        subprocess.run([*git, *command], check=True, capture_output=True)
    monkeypatch.setattr(belonging, "ROOT", tmp_path)
    monkeypatch.setattr(belonging, "NOTEBOOKS", tmp_path / "notebooks")
    belonging._git.cache_clear()
    yield path
    belonging._git.cache_clear()


def test_what_nobody_touched_is_the_projects(course: Path) -> None:
    """And so is what a contributor saved anew from one clean run."""
    assert belonging.told_apart(course) == ""
    belonging._git.cache_clear()
    assert belonging.told_apart(_notebook(course, 1, "2 + 2")) == ""


@pytest.mark.parametrize(("count", "metadata"), [(7, {}), (None, {}), (1, {"widgets": {}})])
def test_what_was_run_and_saved_is_told_with_the_way_back(course: Path, count: int | None, metadata: dict[str, object]) -> None:
    """By its counts, or by the state of widgets that only JupyterLab saves."""
    told = belonging.told_apart(_notebook(course, count, **metadata))
    assert told.endswith("git checkout notebooks/00-start.ipynb brings the course's own back")


def test_what_somebody_added_is_theirs(course: Path) -> None:
    """A scratch notebook is no test of the project."""
    assert belonging.told_apart(_notebook(course.with_name("scratch.ipynb"), 3)) == belonging.THEIRS
