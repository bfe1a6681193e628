"""The workshop's notebooks: made from their source, and with checks that tell before from after."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from cctoolkit.local_sandbox import stop_sandbox
from cctoolkit.workshop.exercises import EXERCISES
from tests.marks import thorough
from tests.notebooks.build_workshop import WORKSHOP, YOUR_TURN, build, places, sources


def _cells(notebook: Any) -> list[tuple[str, str, str]]:
    return [(cell["id"], cell["cell_type"], cell["source"]) for cell in notebook["cells"]]


@pytest.mark.parametrize(
    ("source", "solutions", "path"), list(places()), ids=lambda value: value.stem if isinstance(value, Path) else value
)
def test_the_notebooks_are_what_the_source_makes(source: Path, solutions: bool, path: Path) -> None:
    """To the letter: exercises and solutions cannot drift apart."""
    assert _cells(nbformat.read(path, as_version=4)) == _cells(build(source, solutions=solutions)), (
        "run tests/notebooks/build_workshop.py"
    )


def test_no_notebook_is_left_over() -> None:
    """Each one has a source."""
    assert set(WORKSHOP.rglob("*.ipynb")) == {path for _, _, path in places()}


def test_every_exercise_is_asked_once_and_in_order() -> None:
    """A heading, a cell that waits, and a check each, by the exercise's own number and name."""
    text = "".join(source.read_text(encoding="utf-8") for source in sources())
    assert re.findall(r"^## (\d+) · ", text, re.M) == [str(exercise.number) for exercise in EXERCISES]
    assert re.findall(r'^cctoolkit\.check\("(.+)"\)$', text, re.M) == [exercise.name for exercise in EXERCISES]
    waiting = sum(
        cell["source"] == YOUR_TURN for source in sources() for cell in build(source, solutions=False)["cells"]
    )
    assert waiting == len(EXERCISES)
    assert text.count("```hints") == len(EXERCISES)
    assert len(re.findall(r"^By mouse: .*\n```$", text, re.M)) == len(EXERCISES)  # the last of the hints


@pytest.mark.parametrize("path", [path for _, _, path in places()], ids=lambda path: str(path.relative_to(WORKSHOP)))
def test_every_link_leads_somewhere(path: Path) -> None:
    """From the exercises and, a folder deeper, from the solutions."""
    for cell in nbformat.read(path, as_version=4)["cells"]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", cell["source"]):
            assert (path.parent / target).is_file(), target


@pytest.mark.thorough
@pytest.mark.parametrize("source", [sources()[0], *map(thorough, sources()[1:])], ids=lambda path: path.stem)
def test_each_check_says_not_yet_and_then_right(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one run: the check as somebody meets it, then the solution, then the check again."""
    monkeypatch.setenv("CCTOOLKIT_WORKSPACE", str(tmp_path / "workspace"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    notebook = build(source, solutions=True)
    given = {cell["source"] for cell in build(source, solutions=False)["cells"]}
    cells: list[Any] = []
    begin = 0  # where the solution of the exercise at hand begins
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and cell["source"].startswith("cctoolkit.check("):
            cells.insert(begin, nbformat.v4.new_code_cell(cell["source"]))
        elif cell["cell_type"] == "code" and cell["source"] not in given:
            if not cells or cells[-1]["cell_type"] != "code" or cells[-1]["source"] in given:
                begin = len(cells)
        cells.append(cell)
    notebook["cells"] = cells
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    try:
        NotebookClient(
            notebook, timeout=60, kernel_name="python3", resources={"metadata": {"path": str(source.parent)}}
        ).execute()
    finally:
        stop_sandbox(tmp_path / "workspace")
    said = [
        cell["outputs"][0]["data"]["text/plain"] for cell in cells if cell["source"].startswith("cctoolkit.check(")
    ]
    assert len(said) == 2 * len(re.findall("^cctoolkit.check", source.read_text(encoding="utf-8"), re.M))
    assert [("not yet" in text, "right" in text) for text in said] == [(True, False), (False, True)] * (len(said) // 2)
