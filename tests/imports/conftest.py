"""What the tests of imports share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cctoolkit import imports
from cctoolkit.api import Client
from cctoolkit.imports.rows import Sendable
from cctoolkit.sandbox import Sandbox

Import = Callable[..., imports.Outcome]


@pytest.fixture
def list_id(client: Client) -> str:
    return str(client.lists.create("News")["list_id"])


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "import.sqlite"


@pytest.fixture
def importing(client: Client, sandbox: Sandbox, list_id: str, journal: Path) -> Import:
    """An import into a new list, which moves the sandbox's clock in place of sleeping."""

    def run(cleaned: Sendable, **options: object) -> imports.Outcome:
        given = {"journal": journal, "progress": False, "sleep": sandbox.advance, **options}
        return imports.import_contacts(client, cleaned, list_id, **given)  # type: ignore[arg-type]

    return run
