"""Run all notebooks from top to bottom against a new sandbox, in order, and save them with their outputs.

    .venv/bin/python tests/notebooks/rerun.py

Do this after changing a notebook, or what its cells print; then look at the difference before committing it.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from cctoolkit.local_sandbox import stop_sandbox

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"CCTOOLKIT_WORKSPACE": folder, "XDG_STATE_HOME": f"{folder}/state"}
        try:
            for path in sorted(NOTEBOOKS.glob("*.ipynb")):
                _rerun(path)
                sys.stdout.write(f"{path.name}\n")
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
    main()
