"""After Run All the course is still open: what a notebook invites to try has its client, and its practice account."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

COURSE = Path(__file__).parents[2] / "notebooks"
ENDS = re.compile(r"^\s*(client|practice|folder)\.(close|stop|cleanup)\(\)", re.MULTILINE)


@pytest.mark.parametrize("path", sorted(COURSE.rglob("[0-9]*.ipynb")), ids=lambda path: path.stem)
def test_no_cell_closes_the_door(path: Path) -> None:
    """The kernel's end does it. A client may be closed where the same cell opens the next."""
    cells = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    ending = [source for source in cells if ENDS.search(source) and "connect(" not in source]
    assert ending == []
