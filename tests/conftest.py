"""What the tests share: a sandbox in this process, clients for it, and the judge of its answers."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from cctoolkit._httpx import httpx
from cctoolkit.api import Client
from cctoolkit.api.transport import FixedToken, Transport
from cctoolkit.in_process import InProcess
from cctoolkit.oauth import OAuthSession, TokenStore
from cctoolkit.sandbox import Sandbox
from cctoolkit.settings import sandbox_service, state_folder
from tests.nursery import Nursery, nursery_of
from tests.published_schema import PublishedSchema
from tests.witness import Witness

#: Some three thousand tests are collected, of which nothing is ever let go: looking for cycles among them took six of sixteen seconds.
gc.disable()


def pytest_collection_finish() -> None:
    gc.enable()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)


@pytest.fixture(scope="session")
def nursery(pytestconfig: pytest.Config) -> Nursery:
    """Starts a workspace's sandbox as a process of its own, where starting it is not what is looked at."""
    return nursery_of(pytestconfig)


@pytest.fixture(scope="session")
def new_account(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a new sandbox: making its signing key takes longer than most tests."""
    path = tmp_path_factory.mktemp("new-account") / "sandbox.db"
    Sandbox(db=path, seed=1).close()
    return path


@pytest.fixture(autouse=True)
def witness(published_schema: PublishedSchema | None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Witness]:
    """Holds each answer of each sandbox of this process to the descriptions; no test has to ask for it."""
    judge = Witness(published_schema)
    start = Sandbox.start

    def watched(sandbox: Sandbox) -> Sandbox:
        judge.watch(sandbox)
        return start(sandbox)

    monkeypatch.setattr(Sandbox, "start", watched)
    yield judge
    assert judge.failures == []


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """What one test says of an export's columns is not known to the next."""
    (state_folder() / "mappings.json").unlink(missing_ok=True)


@pytest.fixture
def sandbox(new_account: Path, tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox with a new account, in this process: asked without a port, its clock free to be moved."""
    db = tmp_path / "sandbox.db"
    shutil.copy(new_account, db)
    with Sandbox(db=db, limits=False, in_process=True) as running:
        yield running


@pytest.fixture
def served(new_account: Path, tmp_path: Path) -> Iterator[Sandbox]:
    """The same on a port: for another program, a browser, or code that brings a network of its own."""
    db = tmp_path / "served.db"
    shutil.copy(new_account, db)
    with Sandbox(db=db, limits=False) as running:
        yield running


@pytest.fixture
def network(sandbox: Sandbox) -> InProcess:
    """The way to the sandbox, for a client that a test makes for itself."""
    return InProcess(sandbox)


@pytest.fixture(scope="session")
def published_schema() -> PublishedSchema | None:
    """The published schema; None where it is not present."""
    return PublishedSchema.load()


@pytest.fixture
def http(sandbox: Sandbox, network: InProcess) -> Iterator[httpx.Client]:
    """A plain HTTP client with a token: a witness that shares no code with ours."""
    headers = {"Authorization": f"Bearer {sandbox.access_token()}"}
    with httpx.Client(base_url=sandbox.api_url, headers=headers, transport=network, timeout=60) as client:
        yield client


@pytest.fixture
def anyone(network: InProcess) -> Iterator[httpx.Client]:
    """Somebody without a token, such as a person's browser."""
    with httpx.Client(transport=network, timeout=60) as browser:
        yield browser


@pytest.fixture
def client(sandbox: Sandbox, network: InProcess) -> Iterator[Client]:
    """Our client, without the allowance that would make tests wait."""
    transport = Transport(sandbox.api_url, FixedToken(sandbox.access_token()), transport=network)
    with Client(transport, "sandbox", sleep=sandbox.advance) as ours:
        yield ours


@pytest.fixture
def session(sandbox: Sandbox, network: InProcess, tmp_path: Path) -> OAuthSession:
    """A sign-in at the sandbox; it and the sandbox have the same clock."""
    service = sandbox_service(sandbox.description())
    return OAuthSession(service, TokenStore.in_memory(), tmp_path, clock=sandbox.clock.now, transport=network)
