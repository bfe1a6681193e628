"""Every notebook also runs by itself, in a workspace of its own: nobody has to start at the first."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.notebooks.rerun import NOTEBOOKS, every_notebook

ROOT = NOTEBOOKS.parent


@pytest.mark.parametrize("path", every_notebook(), ids=lambda path: path.relative_to(NOTEBOOKS).as_posix())
def test_a_notebook_alone(path: Path, tmp_path: Path) -> None:
    """Strictly: with the outputs that are saved in it. (All in order: `pytest` itself does that.)"""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(path)],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-4_000:]
    assert " passed" in done.stdout
