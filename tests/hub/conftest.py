"""A JupyterHub, and two people at it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.hub.people import Person
from tests.hub.running import missing, running_hub


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running hub."""
    if what := missing():
        if os.environ.get("CI"):
            pytest.fail(what)
        pytest.skip(what)
    with running_hub(tmp_path_factory.mktemp("hub")) as address:
        yield address


@pytest.fixture(scope="module")
def ada(hub: str) -> Iterator[Person]:
    yield from _at_their_desk(hub, "ada")


@pytest.fixture(scope="module")
def bob(hub: str) -> Iterator[Person]:
    yield from _at_their_desk(hub, "bob")


def _at_their_desk(hub: str, name: str) -> Iterator[Person]:
    person = Person(hub, name)
    person.sign_in()
    person.start_server()
    yield person
    person.http.close()
