"""The checks of this machine, each with the case that it is there for."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import KeyringLocked

from cctoolkit.doctor import clock, folders, jupyter, packages, ports, secret_places
from cctoolkit.doctor.findings import Finding, shown
from cctoolkit.oauth import vaults
from tests.oauth.test_token_store import MemoryKeyring

posix = pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")


def _versions(**installed: str) -> Callable[[str], str]:
    def version(name: str) -> str:
        try:
            return installed[name.replace("-", "_")]
        except KeyError:
            raise PackageNotFoundError(name) from None

    return version


def _states(found: Iterator[Finding]) -> list[str]:
    return [one.state for one in found]


def test_an_old_python_is_a_problem() -> None:
    """And this one is not."""
    [old] = packages.check_python((3, 10, 4))
    assert (old.state, old.found) == ("problem", "Python 3.10.4 is too old.")
    assert _states(packages.check_python((3, 11, 0))) == ["ok"]
    assert _states(packages.check_python()) == ["ok"]


def test_missing_and_old_packages_are_problems() -> None:
    """Each by its name, with the command that installs it; extras and other systems' packages are not asked for."""
    required = ["one>=2", "two>=1.5", "three", 'four; extra == "xlsx"', 'five; sys_platform == "plan9"']
    missing, old = packages.check_packages(required, _versions(two="1.4.9", three="0.1"))
    assert missing.found == "one is not installed."
    assert missing.advice.endswith("'one>=2'")
    assert old.found == "two 1.4.9 is installed, and >=1.5 is needed."
    [good] = packages.check_packages(required, _versions(one="2.0", two="1.10", three="0.1"))
    assert good.found.startswith("All 3 packages")


def test_a_package_that_another_serves_for_is_a_note() -> None:
    """For one version more; where neither is there, it is a problem."""
    [serves] = packages.check_packages(["httpx2>=2.16"], _versions(httpx="0.28.1"))
    assert (serves.state, serves.found) == ("note", "httpx2 is not installed, and httpx serves in its place.")
    [neither] = packages.check_packages(["httpx2>=2.16"], _versions())
    assert neither.state == "problem"


@pytest.fixture
def extensions(tmp_path: Path) -> Path:
    """A folder of extensions with that of ipywidgets in it."""
    place = tmp_path / "labextensions"
    (place / jupyter.EXTENSION).mkdir(parents=True)
    (place / jupyter.EXTENSION / "package.json").write_text("{}")
    return place


FRONT_ENDS = ["comm>=0.1", "jupyterlab_widgets~=3.0.15", "widgetsnbextension~=4.0.14"]
FITTING = _versions(ipywidgets="8.1.9", jupyterlab_widgets="3.0.17", widgetsnbextension="4.0.15")


def test_a_front_end_of_another_line_is_a_problem(extensions: Path) -> None:
    """ipywidgets 8 beside the part in the page that belongs to 7."""
    old = _versions(ipywidgets="8.1.9", jupyterlab_widgets="1.1.1", widgetsnbextension="4.0.15")
    [found] = jupyter.check_widgets(FRONT_ENDS, old, [extensions], [])
    assert found.state == "problem"
    assert "jupyterlab_widgets 1.1.1 is installed, and ~=3.0.15 is needed" in found.found
    assert _states(jupyter.check_widgets(FRONT_ENDS, FITTING, [extensions], [])) == ["ok"]


def test_a_front_end_that_jupyterlab_does_not_find_is_a_problem(tmp_path: Path) -> None:
    """As when JupyterLab was installed in another environment."""
    [found] = jupyter.check_widgets(FRONT_ENDS, FITTING, [tmp_path], [])
    assert (found.state, "where JupyterLab looks" in found.found) == ("problem", True)


@pytest.mark.parametrize(
    "off", [{jupyter.EXTENSION: True}, [jupyter.EXTENSION], {f"{jupyter.EXTENSION}:plugin": True, "another": False}]
)
def test_a_front_end_that_is_switched_off_is_a_problem(tmp_path: Path, extensions: Path, off: Iterable[str]) -> None:
    """In the page's settings; the user's word wins over the system's, and a damaged file says nothing."""
    damaged, system, user = tmp_path / "damaged.json", tmp_path / "system.json", tmp_path / "user.json"
    damaged.write_text("{")
    system.write_text(json.dumps({"disabledExtensions": off}))
    user.write_text(json.dumps({"disabledExtensions": dict.fromkeys(off, False)}))
    [found] = jupyter.check_widgets(FRONT_ENDS, FITTING, [extensions], [damaged, system])
    assert "switched off" in found.found
    assert _states(jupyter.check_widgets(FRONT_ENDS, FITTING, [extensions], [user, system])) == ["ok"]


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program has."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def test_a_port_in_use_is_a_note_while_others_are_free(taken: int) -> None:
    """And a problem when there is no other."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        free = other.getsockname()[1]
    [found] = ports.check_ports((taken, free))
    assert (found.state, f"other programs: {taken}." in found.found) == ("note", True)
    assert _states(ports.check_ports((taken,))) == ["problem"]
    assert _states(ports.check_ports((free,))) == ["ok"]


def test_the_applications_own_port_in_use_is_a_problem(taken: int) -> None:
    """No other can take its place: the service compares redirect URIs character by character."""
    found = next(iter(ports.check_ports(registered=taken)))
    assert (found.state, f"Port {taken} of your application's redirect URI" in found.found) == ("problem", True)


@pytest.fixture
def use_keyring() -> Iterator[Callable[[object], None]]:
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


def test_a_keyring_that_works_keeps_nothing_of_the_trial(tmp_path: Path, use_keyring: Callable[..., None]) -> None:
    """What is put in is no secret, and is taken out again."""
    backend = MemoryKeyring()
    use_keyring(backend)
    assert _states(secret_places.check_secret_places("auto", tmp_path)) == ["ok"]
    assert backend.entries == {}


class _Locked(MemoryKeyring):
    """A keyring that nobody unlocks."""

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked


class _Hanging(MemoryKeyring):
    """A keyring that waits for somebody who is not there."""

    def set_password(self, service: str, username: str, password: str) -> None:
        threading.Event().wait(60)


class _Forgetful(MemoryKeyring):
    """A keyring that cuts what is long."""

    def get_password(self, service: str, username: str) -> str | None:
        return (super().get_password(service, username) or "")[:1_280]


class _Talkative(MemoryKeyring):
    """A keyring whose errors quote what was to be kept."""

    def set_password(self, service: str, username: str, password: str) -> None:
        raise RuntimeError(f"cannot keep {password}")


@pytest.mark.parametrize(
    ("backend", "why"),
    [
        (NoKeyring(), "there is none on this machine"),
        (_Locked(), "it is locked"),
        (_Forgetful(), "does not keep a text as long"),
        (_Talkative(), "it refuses (RuntimeError)"),
    ],
)
def test_why_a_keyring_cannot_be_used(
    tmp_path: Path, use_keyring: Callable[..., None], backend: object, why: str
) -> None:
    """A note where a file takes its place, a problem where nothing may; the reason in both."""
    use_keyring(backend)
    [found] = secret_places.check_secret_places("auto", tmp_path)
    assert found.state == "note"
    assert why in found.found
    [found] = secret_places.check_secret_places("keyring", tmp_path)
    assert (found.state, "xxx" in repr(found)) == ("problem", False)
    assert not getattr(backend, "entries", {})


def test_a_keyring_that_hangs_is_given_up_on(
    tmp_path: Path, use_keyring: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In time, and in words."""
    monkeypatch.setattr(vaults, "KEYRING_PATIENCE", 0.05)
    use_keyring(_Hanging())
    [found] = secret_places.check_secret_places("auto", tmp_path)
    assert "it does not answer" in found.found


@pytest.mark.parametrize(("policy", "states"), [("file", ["ok"]), ("memory", ["note"]), ("vault", ["problem"])])
def test_a_chosen_place(tmp_path: Path, policy: str, states: list[str]) -> None:
    """What CCTOOLKIT_TOKEN_STORE says is judged without the keyring."""
    assert _states(secret_places.check_secret_places(policy, tmp_path)) == states


@posix
def test_a_token_file_that_others_can_read_is_a_problem(tmp_path: Path) -> None:
    """Of the live service and of a sandbox; its content is not told."""
    for place in (tmp_path / "live", tmp_path / "sandboxes" / "one"):
        place.mkdir(parents=True)
        file = place / "token.json"
        file.write_text("the-secret")
        file.chmod(0o600)
    assert _states(secret_places.check_secret_places("file", tmp_path / "live")) == ["ok"]
    (tmp_path / "live" / "token.json").chmod(0o640)
    (tmp_path / "sandboxes" / "one" / "token.json").chmod(0o604)
    found = [one for one in secret_places.check_secret_places("file", tmp_path / "live") if one.state == "problem"]
    assert len(found) == 2
    assert "chmod 600" in found[0].advice
    assert "the-secret" not in repr(found)


@posix
def test_the_advice_on_a_token_file_can_be_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it stands, in a home folder and with blanks in its path: a shell leaves a quoted ~ as it is."""
    monkeypatch.setenv("HOME", str(tmp_path))
    file = tmp_path / "my state" / "live" / "token.json"
    file.parent.mkdir(parents=True)
    file.write_text("{}")
    file.chmod(0o644)
    [found] = [one for one in secret_places.check_secret_places("file", file.parent) if one.state == "problem"]
    command = found.advice.partition(": ")[2].partition(". If somebody")[0]
    subprocess.run(["sh", "-c", command], check=True)
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_folder_that_cannot_be_written_to_is_a_problem(tmp_path: Path) -> None:
    """Here because something else is in its way; what is not there yet is judged by where it would be made."""
    (tmp_path / "file").write_text("")
    wanted = {"settings": tmp_path / "file" / "below", "your work": tmp_path / "not" / "yet"}
    [found] = folders.check_folders(wanted)
    assert (found.state, "The folder for settings" in found.found) == ("problem", True)
    [found] = folders.check_folders({"your work": tmp_path / "not" / "yet"})
    assert found.state == "ok"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    """Before an import's journal fills it."""
    [found] = folders.check_folders({"your work": tmp_path}, space=lambda path: 5 * 2**20)
    assert (found.state, found.found) == ("note", "Only 5 MB are left where your work is kept.")


def test_a_clock_that_is_years_off_is_a_problem() -> None:
    """As of a machine whose battery is empty."""
    assert _states(clock.check_clock(0.0)) == ["problem"]
    assert _states(clock.check_clock(4e10)) == ["problem"]
    assert _states(clock.check_clock(1_800_000_000.0)) == ["ok"]


def test_the_home_folder_is_not_named() -> None:
    """Who shows a finding to somebody does not show their own name with it."""
    assert shown(Path.home() / "a" / "b") == str(Path("~/a/b"))
    assert shown(Path("/elsewhere")) == str(Path("/elsewhere"))
