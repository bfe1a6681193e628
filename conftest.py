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


def pytest_configure(config: pytest.Config) -> None:
    home = tempfile.mkdtemp(prefix="cctoolkit-tests-")
    config.stash[_HOME] = home
    for name in [name for name in os.environ if name.startswith(("CCTOOLKIT_", "XDG_", "JUPYTER"))]:
        del os.environ[name]
    os.environ |= {
        "HOME": home,
        "USERPROFILE": home,
        "CCTOOLKIT_WORKSPACE": str(Path(home) / "workspace"),
        "CCTOOLKIT_TOKEN_STORE": "file",
    }


def pytest_unconfigure(config: pytest.Config) -> None:
    from cctoolkit.local_sandbox import stop_sandbox

    stop_sandbox(Path(os.environ["CCTOOLKIT_WORKSPACE"]))
    shutil.rmtree(config.stash[_HOME], ignore_errors=True)
