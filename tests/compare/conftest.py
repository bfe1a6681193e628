"""A sandbox with an example of everything."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from cctoolkit.compare import practice
from cctoolkit.sandbox import Sandbox

from .services import client_of


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of an account with an example of everything: making it takes longer than most tests."""
    path = tmp_path_factory.mktemp("furnished") / "sandbox.db"
    with Sandbox(db=path, seed=2, contacts=40, in_process=True, limits=False) as sandbox:
        practice.furnish(client_of(sandbox)[0])
        sandbox.advance(3_600)
    return path


@pytest.fixture
def full(furnished: Path, tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox with an example of everything, limits off."""
    shutil.copy(furnished, tmp_path / "full.db")
    with Sandbox(db=tmp_path / "full.db", in_process=True, limits=False) as sandbox:
        yield sandbox
