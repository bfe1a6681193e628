"""Which notebooks are the project's, in a clone in which somebody has worked."""

from __future__ import annotations

import json
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
NOTEBOOKS = ROOT / "notebooks"
THEIRS = "theirs"


def told_apart(path: Path) -> str:
    """Empty for a notebook that is the project's to test; `theirs` for one that somebody added; else the sentence that
    says what became of one of the project's.

    A contributor's notebook, saved anew by `rerun.py`, is the project's. One that was run and saved in JupyterLab shows it:
    its counts begin anywhere, or it holds the state of its widgets, or cells that were filled in.
    """
    if path.suffix != ".ipynb" or NOTEBOOKS not in path.parents:
        return ""
    name = path.relative_to(ROOT).as_posix()
    tracked, changed = _git()
    if tracked and name not in tracked:
        return THEIRS
    if name in changed and not saved_by_the_project(path):
        return (
            f"{name} was run or filled in, and saved, so it is yours now and not compared; git checkout {name} brings the "
            "course's own back"
        )
    return ""


def saved_by_the_project(path: Path) -> bool:
    """Whether a notebook comes from one clean run from top to bottom, as `rerun.py` saves it."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError):
        return False
    return (
        [cell.get("execution_count") for cell in code] == list(range(1, len(code) + 1))
        and all("".join(cell["source"]).strip() for cell in code)
        and "widgets" not in notebook["metadata"]
    )


@cache
def _git() -> tuple[frozenset[str], frozenset[str]]:
    """The notebooks that git knows, and those that differ from what was committed. Nothing where this is no clone."""
    return _lines("ls-files"), _lines("diff", "--name-only", "HEAD")


def _lines(*command: str) -> frozenset[str]:
    try:
        done = subprocess.run(
            ["git", "-C", str(ROOT), *command, "--", "notebooks"], capture_output=True, text=True, timeout=30, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return frozenset()
    return frozenset(done.stdout.splitlines())
