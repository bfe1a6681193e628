"""Run notebooks from top to bottom, each against a new sandbox, and save them with their outputs.

    .venv/bin/python tests/notebooks/rerun.py                        # all of them, sub-folders too
    .venv/bin/python tests/notebooks/rerun.py 02-get-contacts        # these only: a name, or a path under notebooks/

Do this after changing a notebook, or what its cells print; then look at the difference before committing it. A
notebook that raises is not saved.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from cctoolkit.local_sandbox import stop_sandbox

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def every_notebook(folder: Path = NOTEBOOKS) -> list[Path]:
    """All notebooks of the course, those in sub-folders too."""
    return sorted(path for path in folder.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)


def named(names: Sequence[str], folder: Path = NOTEBOOKS) -> list[Path]:
    """The notebooks of these names (all without any), in the order of the course.

    A name is a path under `notebooks/`, or its end; `.ipynb` may be left out. Raises `ValueError` for a name that is
    no notebook's, or more than one's.
    """
    paths = every_notebook(folder)
    if not names:
        return paths
    chosen = set()
    for name in names:
        wanted = Path(name.removesuffix(".ipynb") + ".ipynb").parts
        wanted = wanted[wanted.index("notebooks") + 1 :] if "notebooks" in wanted else wanted
        found = [path for path in paths if path.relative_to(folder).parts[-len(wanted) :] == wanted]
        exact = [path for path in found if path.relative_to(folder).parts == wanted]
        if len(exact or found) != 1:
            known = ", ".join(path.relative_to(folder).as_posix() for path in found or paths)
            raise ValueError(f"{name!r} is {'more than one' if found else 'no'} notebook. Give one of: {known}")
        chosen |= {*(exact or found)}
    return [path for path in paths if path in chosen]


def main(names: Sequence[str]) -> int:
    try:
        paths = named(names)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for path in paths:
        run_alone(path)
        sys.stdout.write(f"{path.relative_to(NOTEBOOKS).as_posix()}\n")
    return 0


def run_alone(path: Path) -> None:
    """Run and save one notebook, against a sandbox of its own."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"CCTOOLKIT_WORKSPACE": folder, "XDG_STATE_HOME": f"{folder}/state"}
        try:
            _rerun(path)
        finally:
            stop_sandbox(Path(folder))


def _rerun(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    # Widget state is left out: a saved sign-in panel would show a link that leads nowhere.
    NotebookClient(
        notebook, timeout=60, store_widget_state=False, resources={"metadata": {"path": str(path.parent)}}
    ).execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)  # the time of day of each cell
    nbformat.write(notebook, path)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
