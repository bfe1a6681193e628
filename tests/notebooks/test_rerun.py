"""Which notebooks are run anew: all, or those that are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.notebooks.rerun import named


@pytest.fixture
def notebooks(tmp_path: Path) -> Path:
    """A course with sub-folders."""
    for name in ("00-start.ipynb", "05-import.ipynb", "workshop/one.ipynb", "workshop/solutions/one.ipynb"):
        path = tmp_path / "notebooks" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
    checkpoint = tmp_path / "notebooks" / ".ipynb_checkpoints" / "00-start-checkpoint.ipynb"
    checkpoint.parent.mkdir()
    checkpoint.write_text("{}")
    return tmp_path / "notebooks"


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        ([], ["00-start.ipynb", "05-import.ipynb", "workshop/one.ipynb", "workshop/solutions/one.ipynb"]),
        (["05-import", "00-start.ipynb"], ["00-start.ipynb", "05-import.ipynb"]),
        (["notebooks/workshop/one.ipynb"], ["workshop/one.ipynb"]),
        (["solutions/one"], ["workshop/solutions/one.ipynb"]),
    ],
)
def test_notebooks_are_chosen_by_name(notebooks: Path, names: list[str], chosen: list[str]) -> None:
    """In the order of the course, sub-folders too, and no copy that Jupyter keeps."""
    assert [path.relative_to(notebooks).as_posix() for path in named(names, notebooks)] == chosen


@pytest.mark.parametrize(("name", "what"), [("06-other", "no notebook"), ("one", "more than one")])
def test_a_name_that_does_not_choose_one_is_said(notebooks: Path, name: str, what: str) -> None:
    """With the names that would."""
    with pytest.raises(ValueError, match=f"{what}.*workshop/solutions/one.ipynb"):
        named([name], notebooks)
