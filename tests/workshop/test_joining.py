"""Taking part: from the address on a slip to a folder whose sandbox is an account in the class."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import cctoolkit
from cctoolkit.connection import open_session
from cctoolkit.errors import SandboxError, SettingsError
from cctoolkit.settings import workspace_state
from cctoolkit.workshop.joining import VARIABLE, find_seat, join, joined_address, leave, read_address
from tests.workshop.conftest import Class


def _address(running: Class, number: int = 1) -> str:
    return f"{running.base}/join/{running.classroom.participants[number - 1].code}"


def test_a_folder_that_joined_is_at_the_workshop(start_class: Callable[..., Class], tmp_path: Path) -> None:
    """`connect()` signs in to the participant's account, and the notebooks stay as they are."""
    running = start_class(2)
    assert join(_address(running, 2), tmp_path).participant == "Participant 02"
    with cctoolkit.connect(workspace=tmp_path) as client:
        assert client.api_url == f"{running.base}/v3"
        assert client.account.summary()["contact_email"] == "participant-02@example.com"
        client.lists.create("Spring market")
    assert running.done(2) == [1, 3]
    assert running.done(1) == []


def test_checks_look_at_the_workshop(
    start_class: Callable[..., Class], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not yet before somebody signs in, right afterwards."""
    running = start_class(1)
    monkeypatch.setenv("CCTOOLKIT_WORKSPACE", str(tmp_path))
    join(_address(running), tmp_path)
    assert not cctoolkit.check("sign-in")
    assert "Nobody is signed in" in cctoolkit.check("list").words
    cctoolkit.connect().close()
    assert cctoolkit.check("sign-in")


def test_the_key_lies_in_a_file_for_its_owner_only(start_class: Callable[..., Class], tmp_path: Path) -> None:
    """So do the tokens; and neither is in a repr."""
    running = start_class(1)
    seat = join(_address(running), tmp_path)
    cctoolkit.connect(workspace=tmp_path).close()
    kept = list(workspace_state(tmp_path).glob("workshop*.json"))
    assert len(kept) == 2
    assert {path.stat().st_mode & 0o777 for path in kept} == {0o600}
    assert seat.service.client_id not in repr(seat)


def test_another_slip_is_another_account(start_class: Callable[..., Class], tmp_path: Path) -> None:
    """The tokens of the first are not used for it; back at the first, they are."""
    running = start_class(2)
    for number in (1, 2, 1):
        join(_address(running, number), tmp_path)
        with cctoolkit.connect(workspace=tmp_path) as client:
            owner = client.account.summary()["contact_email"]
            assert owner == running.sandbox.participants[number - 1].account.contact_email


def test_leaving_forgets_the_key(start_class: Callable[..., Class], tmp_path: Path) -> None:
    """And the tokens with it; leaving twice is no error."""
    running = start_class(1)
    join(_address(running), tmp_path)
    cctoolkit.connect(workspace=tmp_path).close()
    assert leave(tmp_path)
    assert not leave(tmp_path)
    assert list(workspace_state(tmp_path).glob("workshop*")) == []
    assert joined_address(tmp_path) is None


def test_a_variable_names_the_workshop_for_a_whole_room(
    start_class: Callable[..., Class], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It wins over what the folder remembers, and needs no file."""
    running = start_class(2)
    join(_address(running, 1), tmp_path)
    monkeypatch.setenv(VARIABLE, _address(running, 2))
    with cctoolkit.connect(workspace=tmp_path) as client:
        assert client.account.summary()["contact_email"] == "participant-02@example.com"


def test_an_account_that_was_reset_needs_no_new_sign_in(start_class: Callable[..., Class], tmp_path: Path) -> None:
    """The slip and the tokens stay valid."""
    running = start_class(1)
    join(_address(running), tmp_path)
    with cctoolkit.connect(workspace=tmp_path) as client:
        client.lists.create("Spring market")
        running.classroom.reset(running.classroom.participants[0])
        assert [entry["name"] for entry in client.lists.iter()] == ["General Interest"]


def test_a_slip_of_another_workshop_is_said(start_class: Callable[..., Class], tmp_path: Path) -> None:
    """Also later, when the workshop was begun anew: with the way back to the own sandbox."""
    running = start_class(1)
    with pytest.raises(SettingsError, match="has no such slip"):
        join(f"{running.base}/join/22222-22222", tmp_path)
    join(_address(running), tmp_path)
    running.classroom._by_code.clear()
    with pytest.raises(SettingsError, match="cctoolkit workshop leave"):
        open_session("sandbox", workspace=tmp_path)


def test_a_workshop_that_is_over_is_said(start_class: Callable[..., Class], tmp_path: Path) -> None:
    """Nothing falls back to another account by itself."""
    with pytest.raises(SandboxError, match="does not answer"):
        join("http://127.0.0.1:9/join/22222-22222", tmp_path)
    assert joined_address(tmp_path) is None


def test_another_program_at_the_address_is_said(start_class: Callable[..., Class], tmp_path: Path) -> None:
    """It answers, but is no workshop."""
    running = start_class(1)
    with pytest.raises(SandboxError, match="is no workshop"):
        find_seat(f"{running.sandbox.url}/join/22222-22222")


def test_all_addresses_are_at_the_slips_own_host(start_class: Callable[..., Class], tmp_path: Path) -> None:
    """Whatever is answered, tokens go nowhere else."""
    running = start_class(1)
    service = join(_address(running), tmp_path).service
    for address in (service.api_url, service.authorize_url, service.token_url, service.device_url):
        assert address.startswith(f"{running.base}/")
    assert not service.is_live


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abcde-fghjk",
        "http://host/",
        "http:///join/abcde-fghjk",
        "ftp://host/join/abcde",
        "http://host/join/a?b=c",
        "http://[/join/abcde",
        "http://host/join/../trainer",
        "javascript:alert(1)//join/abcde",
    ],
)
def test_what_is_no_slips_address_is_refused(text: str) -> None:
    """Before anything is sent."""
    with pytest.raises(SettingsError, match="looks like http"):
        read_address(text)


def test_an_address_is_read_as_it_is_pasted() -> None:
    """Quoted, broken over two lines by a terminal, with a slash at its end, below a proxy's path."""
    assert (
        read_address(" 'http://192.168.1.20:8790/join/\n  abcde-fghjk/' ")
        == "http://192.168.1.20:8790/join/abcde-fghjk"
    )
    assert read_address("https://hub/user/x/proxy/8790/join/Abcde") == "https://hub/user/x/proxy/8790/join/Abcde"


def test_a_damaged_file_is_said(tmp_path: Path) -> None:
    """With the way out; nothing is guessed."""
    path = workspace_state(tmp_path) / "workshop.json"
    path.parent.mkdir(parents=True)
    path.write_text("{")
    with pytest.raises(SettingsError, match="join the workshop again"):
        joined_address(tmp_path)
