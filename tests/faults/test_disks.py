"""Full and read-only disks, wherever something is kept: one sentence, nothing lost, and all is well once there is room."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from cctoolkit import imports
from cctoolkit.api import Client
from cctoolkit.api.rate_limit import RateLimiter
from cctoolkit.contact_files import clean, read_bytes
from cctoolkit.errors import CctoolkitError, ContactFileError, SandboxError, SettingsError, TokenStoreError
from cctoolkit.in_process import InProcess
from cctoolkit.oauth import OAuthSession, TokenStore
from cctoolkit.oauth.by_code import sign_in_by_code
from cctoolkit.sandbox import Sandbox
from cctoolkit.settings import Profile, profiles, sandbox_service, save_profile
from tests.cli.commands import run
from tests.faults.conftest import Disk
from tests.imports.people import people

pytestmark = pytest.mark.thorough

A_DAY = 90_000


def _signed_in(sandbox: Sandbox, network: InProcess, folder: Path) -> OAuthSession:
    store = TokenStore.in_file(folder / "token.json")
    session = OAuthSession(
        sandbox_service(sandbox.description()), store, folder, clock=sandbox.clock.now, transport=network
    )
    sign_in_by_code(session)
    sandbox.advance(A_DAY)
    return session


def _spent(sandbox: Sandbox) -> int:
    query = "SELECT count(*) FROM refresh_tokens WHERE used_at IS NOT NULL"
    return int(sandbox.database.connection.execute(query).fetchone()[0])


def test_a_refresh_on_a_full_disk_costs_no_sign_in(
    sandbox: Sandbox, network: InProcess, disk_of: Callable[[str], Disk]
) -> None:
    """Asked three times, the token is not spent; with room again it is refreshed, and the next process has it."""
    disk = disk_of("64k")
    session = _signed_in(sandbox, network, disk.path)
    disk.fill()
    for _ in range(3):
        with pytest.raises(TokenStoreError, match="No space left on device"):
            session.access_token()
    assert _spent(sandbox) == 0
    disk.free()
    token = session.access_token()
    assert _spent(sandbox) == 1
    again = TokenStore.in_file(disk.path / "token.json").load()
    assert again is not None
    assert again.access_token == token


def test_a_read_only_disk_costs_no_sign_in(
    sandbox: Sandbox, network: InProcess, disk_of: Callable[[str], Disk]
) -> None:
    """Neither refreshing nor signing out does half of it."""
    disk = disk_of("64k")
    session = _signed_in(sandbox, network, disk.path)
    disk.read_only()
    for call in (session.access_token, session.sign_out):
        with pytest.raises(TokenStoreError, match="Read-only file system"):
            call()
    assert _spent(sandbox) == 0
    disk.writable()
    assert session.access_token()


def test_a_disk_that_fills_up_at_the_wrong_moment(
    sandbox: Sandbox, network: InProcess, disk_of: Callable[[str], Disk]
) -> None:
    """After the service gave the new pair: it is kept in the process until it can be saved."""
    disk = disk_of("64k")
    session = _signed_in(sandbox, network, disk.path)
    answered = network.handle_request

    class FillsTheDisk(InProcess):
        def handle_request(self, request: object) -> object:  # type: ignore[override]
            answer = answered(request)  # type: ignore[arg-type]
            disk.fill()
            return answer

    session.network = FillsTheDisk(sandbox)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        token = session.access_token()
    assert any("kept in this process only" in str(each.message) for each in told)
    assert session.access_token() == token
    disk.free()
    assert session.access_token() == token
    saved = TokenStore.in_file(disk.path / "token.json").load()
    assert saved is not None
    assert saved.access_token == token


def test_a_cleaning_on_a_full_disk_leaves_nothing(disk_of: Callable[[str], Disk]) -> None:
    disk = disk_of("64k")
    cleaned = clean(read_bytes(("email\n" + "".join(f"p{n}@example.com\n" for n in range(9_000))).encode(), "x.csv"))
    with pytest.raises(
        ContactFileError, match=r"cannot be written \(No space left on device\): .* Nothing was written"
    ):
        cleaned.write(disk.path / "out")
    assert list(disk.path.iterdir()) == []
    disk.read_only()
    with pytest.raises(ContactFileError, match="Read-only file system"):
        cleaned.write(disk.path / "out")


def test_an_import_on_a_full_disk_is_resumed(client: Client, disk_of: Callable[[str], Disk], tmp_path: Path) -> None:
    """Its journal takes no more: nothing is sent that it does not know of, and what it knows is gone on with."""
    disk = disk_of("256k")
    list_id = str(client.lists.create("News")["list_id"])
    journal = disk.path / "import.sqlite"
    disk.fill()
    with pytest.raises(CctoolkitError) as raised:
        imports.import_contacts(client, people(60), list_id, journal=journal)
    assert "Traceback" not in str(raised.value)
    assert client.contacts.count(lists=list_id) == 0
    disk.free()
    for leftover in disk.path.glob("import.sqlite*"):
        leftover.unlink()
    outcome = imports.import_contacts(client, people(60), list_id, journal=journal)
    assert outcome.completed
    assert list(outcome.missing) == []
    assert client.contacts.count(lists=list_id) == 60


def test_requests_are_counted_or_it_is_said(disk_of: Callable[[str], Disk]) -> None:
    """A count that cannot be kept is no reason to go faster than the service allows."""
    disk = disk_of("512k")
    disk.fill()
    with pytest.raises(SettingsError, match="cannot be used to count requests"):
        RateLimiter("key", disk.path / "requests")
    disk.free()
    RateLimiter("key", disk.path / "requests").wait()


def test_a_sandbox_on_a_full_disk_says_so(disk_of: Callable[[str], Disk]) -> None:
    disk = disk_of("64k")
    disk.fill()
    done = run("sandbox", "--db", str(disk.path / "s.db"))
    assert done.returncode == 1
    assert "cannot keep its state" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_workspaces_sandbox_on_a_read_only_disk(
    disk_of: Callable[[str], Disk], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A home that takes nothing is told, with what to do."""
    from cctoolkit import connect

    disk = disk_of("64k")
    monkeypatch.setenv("XDG_STATE_HOME", str(disk.path / "state"))
    disk.read_only()
    with pytest.raises(SandboxError, match="make it a writable folder"):
        connect()


def test_a_profile_on_a_full_disk_leaves_the_others(
    disk_of: Callable[[str], Disk], monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = disk_of("64k")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(disk.path))
    save_profile(Profile("first", "a" * 36))
    disk.fill()
    with pytest.raises(SettingsError, match="cannot be saved"):
        save_profile(Profile("second", "b" * 36))
    assert list(profiles()) == ["first"]
    disk.free()
    save_profile(Profile("second", "b" * 36))
    assert list(profiles()) == ["first", "second"]


@pytest.mark.skipif(os.name != "nt", reason="Windows' own rule: a file that is open is not replaced")
def test_a_file_that_somebody_reads_is_replaced_a_moment_later(tmp_path: Path) -> None:
    import threading

    from cctoolkit.files import write_private

    path = tmp_path / "token.json"
    write_private(path, b"one")
    file = path.open("rb")
    threading.Timer(0.3, file.close).start()
    write_private(path, b"two")
    assert path.read_bytes() == b"two"
