"""What is installed on its own, an extra of `pyproject.toml`, and the words for who has not got it.

`lab` is what the notebooks need and no other command does: JupyterLab, and what draws the charts.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

from .course import clone_folder
from .errors import NotInstalled


def is_here(module: str) -> bool:
    """Whether a module could be imported; it is not."""
    return find_spec(module) is not None


def install_command(extra: str) -> str:
    """The command that installs an extra beside this package, for the shell and the folder that the user is in."""
    python = _quoted(_from_here(Path(sys.executable)))
    # An environment that uv made holds no pip.
    pip = f"{python} -m pip install" if is_here("pip") else f"uv pip install --python {python}"
    clone = clone_folder()
    if clone is None:
        return f'{pip} "cctoolkit[{extra}]"'
    pins = _quoted(_from_here(clone / "constraints.txt"))
    return f'{pip} -c {pins} -e "{_from_here(clone)}[{extra}]"'


def needed(module: str, extra: str, what: str) -> None:
    """Raises `NotInstalled` where the module, which comes with the extra, is not there. `what` begins the sentence."""
    if not is_here(module):
        raise NotInstalled(f"{what} not installed here. Install it, then do this again: {install_command(extra)}")


def _from_here(path: Path) -> str:
    """The path as it is typed: short where it lies below the current folder."""
    try:
        # Not resolved: an environment's Python is a link to one that knows nothing of the environment.
        return str(path.relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)


def _quoted(path: str) -> str:
    return f'"{path}"' if " " in path else path
