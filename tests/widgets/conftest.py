"""What the tests of the import's panels share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import stamina

from cctoolkit.api import Client


@pytest.fixture
def list_id(client: Client) -> str:
    return str(client.lists.create("News")["list_id"])


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """A file of three people, one of them twice, and one row that is none."""
    path = tmp_path / "people.csv"
    path.write_text("email,first_name\nana@example.com,Ana\nben@example.com,Ben\nANA@example.com,\nnobody,Nora\n")
    return path


@pytest.fixture
def impatient() -> Iterator[None]:
    """Requests are tried again at once."""
    stamina.set_testing(True, attempts=2)
    yield
    stamina.set_testing(False)
