"""For every test and notebook: a home of its own, so that nobody's tokens, profiles or sandbox are touched."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

#: What of each notebook was compared, as a table at the end.
pytest_plugins = ["tests.notebooks.report"]

_HOME = pytest.StashKey[str]()
_WORKSPACE = "CCTOOLKIT_WORKSPACE"
_WORKSHOP = Path(__file__).parent / "notebooks" / "workshop"


def pytest_configure(config: pytest.Config) -> None:
    home = tempfile.mkdtemp(prefix="cctoolkit-tests-")
    config.stash[_HOME] = home
    for name in [name for name in os.environ if name.startswith(("CCTOOLKIT_", "XDG_", "JUPYTER"))]:
        del os.environ[name]
    os.environ |= {
        "HOME": home,
        "USERPROFILE": home,
        _WORKSPACE: str(Path(home) / "workspace"),
        "CCTOOLKIT_TOKEN_STORE": "file",
    }


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """The exercises begin with an account that is new: each notebook of the workshop has a workspace of its own."""
    home = Path(item.config.stash[_HOME])
    exercises = item.path.suffix == ".ipynb" and _WORKSHOP in item.path.parents
    os.environ[_WORKSPACE] = str(
        home / (_workspace_of(item.path) if exercises else "workspace")
    )  # before nbval starts the notebook's kernel


def pytest_unconfigure(config: pytest.Config) -> None:
    from cctoolkit.local_sandbox import stop_sandbox

    for folder in ["workspace", *map(_workspace_of, _WORKSHOP.rglob("*.ipynb"))]:
        stop_sandbox(Path(config.stash[_HOME]) / folder)
    shutil.rmtree(config.stash[_HOME], ignore_errors=True)


def _workspace_of(notebook: Path) -> str:
    return "-".join(notebook.relative_to(_WORKSHOP).with_suffix("").parts)
