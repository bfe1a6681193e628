"""The copy of the course: brought up to date, and never over somebody's work."""

from __future__ import annotations

from pathlib import Path

import pytest

from cctoolkit.course import copy_course, sample
from cctoolkit.errors import SettingsError


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A course of two files."""
    folder = tmp_path / "source"
    for name in ("notebooks/00-start-here.ipynb", "data/people.csv"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"first {name}")
    return folder


def test_an_edited_file_is_never_overwritten(source: Path, tmp_path: Path) -> None:
    """Files nobody touched follow the course; an edited one stays, and is told."""
    target = tmp_path / "target"
    assert len(copy_course(target, source).written) == 2
    (target / "notebooks/00-start-here.ipynb").write_text("my own notes")
    (source / "notebooks/00-start-here.ipynb").write_text("second")
    (source / "data/people.csv").write_text("second")
    again = copy_course(target, source)
    assert again.written == ["data/people.csv"]
    assert again.kept == ["notebooks/00-start-here.ipynb"]
    assert (target / "notebooks/00-start-here.ipynb").read_text() == "my own notes"
    assert (target / "data/people.csv").read_text() == "second"


def test_a_file_that_was_there_before_stays(source: Path, tmp_path: Path) -> None:
    """Even when it is not ours at all."""
    target = tmp_path / "target"
    (target / "data").mkdir(parents=True)
    (target / "data/people.csv").write_text("somebody's file of that name")
    assert copy_course(target, source).kept == ["data/people.csv"]


def test_a_folder_that_cannot_be_written_is_said(source: Path, tmp_path: Path) -> None:
    """With the option that changes it."""
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="--folder"):
        copy_course(tmp_path / "file", source)


def test_an_unknown_sample_is_said() -> None:
    """The message names the samples."""
    with pytest.raises(SettingsError, match=r"google-contacts\.csv"):
        sample("nothing.csv")


def test_the_workshop_travels(tmp_path: Path) -> None:
    """Exercises, solutions, their source and the trainer's page, where the links between them expect each other."""
    copy_course(tmp_path)
    workshop = tmp_path / "notebooks" / "workshop"
    assert (workshop / "TRAINER.md").is_file()
    exercises = {path.stem for path in workshop.glob("*.ipynb")}
    assert exercises
    assert exercises == {path.stem for path in (workshop / "solutions").glob("*.ipynb")}
    assert exercises == {path.stem for path in (workshop / "source").glob("*.md")}
