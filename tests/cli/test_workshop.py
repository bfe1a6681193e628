"""`cctoolkit workshop`, as a trainer and a participant type it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cctoolkit._httpx import httpx
from tests import processes
from tests.cli.commands import COMMAND, run
from tests.marks import thorough


@contextmanager
def _workshop(folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], list[str], str]]:
    """A workshop in a process of its own: the process, the slips' addresses, the trainer's page."""
    process = processes.start(
        [*COMMAND, "workshop", "--port", "0", *options],
        cwd=folder,
        env={**os.environ, "XDG_STATE_HOME": str(folder / "state")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        slips: list[str] = []
        assert process.stdout is not None
        for line in process.stdout:
            if "/trainer/" in line:
                yield process, slips, line.split()[-1]
                break
            slips += re.findall(r"http\S+", line)
        else:
            assert process.stderr is not None
            raise AssertionError(process.stderr.read())
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


def _answers(address: str) -> bool:
    for _ in range(100):
        try:
            return httpx.get(address).status_code == 200
        except httpx.TransportError:
            time.sleep(0.05)  # another program starts; there is no clock of ours to move
    return False


def test_a_class_from_slips_to_progress(tmp_path: Path) -> None:
    """Slips for the owner only; a participant joins, works, and the trainer sees it."""
    names = tmp_path / "names.txt"
    names.write_text("Ana\n<b>Ben</b>\n", encoding="utf-8")
    with _workshop(tmp_path, "--names", str(names), "--participants", "3") as (_, slips, trainer):
        assert len(slips) == 3
        page = tmp_path / "workshop-slips.html"
        assert page.stat().st_mode & 0o777 == 0o600
        assert all(address in page.read_text() for address in slips)
        assert "<b>Ben</b>" not in page.read_text()
        assert _answers(trainer)
        home = {"CCTOOLKIT_WORKSPACE": str(tmp_path / "notebooks"), "XDG_STATE_HOME": str(tmp_path / "state")}
        assert "You take part as Ana" in run("workshop", "join", slips[0], **home).stdout
        assert run("import", "--list", "Spring market", str(_export()), **home).returncode == 0
        table = httpx.get(trainer).text
        assert "1 of 3 have connected" in table
        assert "The service has taken the file" in table
        assert run("workshop", "leave", **home).returncode == 0
        assert run("whoami", **home).returncode == 2


def _export() -> Path:
    from cctoolkit.course import sample

    return sample("zoho-contacts.csv")


@pytest.mark.thorough
@pytest.mark.parametrize("ending", [signal.SIGINT, thorough(signal.SIGTERM)])
def test_ctrl_c_ends_everything(tmp_path: Path, ending: signal.Signals) -> None:
    """The sandbox too; one sentence, no traceback, and exit 0."""
    with _workshop(tmp_path, "--participants", "2") as (process, slips, trainer):
        assert _answers(trainer)
        children = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True).stdout.split()
        process.send_signal(ending)
        _, said = process.communicate(timeout=30)
        assert process.returncode == 0
        assert "The workshop is over; its accounts are forgotten." in said
        assert "Traceback" not in said
    for child in children:
        assert subprocess.run(["kill", "-0", child], capture_output=True).returncode != 0
    with pytest.raises(httpx.TransportError):
        httpx.get(slips[0])


@pytest.mark.thorough
def test_a_kept_class_goes_on_after_a_restart(tmp_path: Path) -> None:
    """The same slips, the same trainer's page, the same progress; the file is its owner's only."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    options = ("--participants", "2", "--db", "class.db", "--port", port)
    home = {"CCTOOLKIT_WORKSPACE": str(tmp_path / "notebooks"), "XDG_STATE_HOME": str(tmp_path / "state")}
    with _workshop(tmp_path, *options) as (_, first, trainer):
        assert _answers(trainer)
        assert run("workshop", "join", first[1], **home).returncode == 0
        assert run("import", "--list", "Spring market", str(_export()), **home).returncode == 0
    assert (tmp_path / "class.db").stat().st_mode & 0o777 == 0o600
    assert run("whoami", **home).returncode == 1
    with _workshop(tmp_path, *options) as (_, second, trainer_again):
        assert _answers(trainer_again)
        assert (second, trainer_again) == (first, trainer)
        assert "participant-02@example.com" in run("whoami", **home).stdout
        assert "The service has taken the file" in httpx.get(trainer).text


@pytest.mark.thorough
def test_two_workshops_do_not_share_a_file(tmp_path: Path) -> None:
    """The second says so, and the first goes on."""
    with _workshop(tmp_path, "--participants", "1", "--db", "class.db") as (_, slips, trainer):
        assert _answers(trainer)
        home = {"XDG_STATE_HOME": str(tmp_path / "state")}
        second = run("workshop", "--participants", "1", "--db", str(tmp_path / "class.db"), "--port", "0", **home)
        assert second.returncode == 2
        assert "Another workshop runs on" in second.stderr
        assert _answers(slips[0])


@pytest.mark.thorough
def test_a_room_has_to_be_named_and_is_warned_of(tmp_path: Path) -> None:
    """`--host` opens it to the network, in words; the trainer's own link stays on this machine."""
    with _workshop(tmp_path, "--participants", "1", "--host", "127.0.0.2") as (process, slips, trainer):
        assert slips[0].startswith("http://127.0.0.2:")
        assert trainer.startswith("http://127.0.0.1:")
        assert _answers(slips[0])
        assert _answers(trainer)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
        assert "WARNING: everybody in this network can reach the workshop" in said


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ([], "Say how many take part"),
        (["--participants", "2", "--host", "0.0.0.0"], "give the address of this machine"),
        (["--participants", "2", "--host", "203.0.113.9"], "cannot listen on 203.0.113.9"),
        (["--participants", "2", "--address", "class.local"], "is no address"),
        (["--names", "nobody.txt"], "cannot be read"),
        (["--participants", "2", "--db", "no/such/folder/class.db"], "in a folder that exists"),
        (["--participants", "2", "--db", "notes.txt"], "is no workshop's file"),
        (["--participants", "2", "--slips", "notes.txt"], "holds no slips, and is left as it is"),
    ],
)
def test_options_that_cannot_be(tmp_path: Path, options: list[str], sentence: str) -> None:
    """One sentence with what to change, no traceback, and nothing of the trainer's is written over."""
    notes = tmp_path / "notes.txt"
    notes.write_text("my notes, long enough to be no database whatever anybody says of it" * 20)
    there = [str(notes) if option == "notes.txt" else option for option in options]
    done = run("workshop", "--port", "0", *there, XDG_STATE_HOME=str(tmp_path / "state"))
    assert done.returncode in {1, 2}
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert notes.read_text().startswith("my notes")


def test_a_port_in_use_is_said(tmp_path: Path) -> None:
    """With the option that changes it."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run("workshop", "--participants", "1", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 2
    assert "choose another --port" in done.stderr


def test_joining_nothing_is_said(tmp_path: Path) -> None:
    """An address that is none, and a workshop that does not answer."""
    home = {"CCTOOLKIT_WORKSPACE": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state")}
    assert "looks like http" in run("workshop", "join", "abcde-fghjk", **home).stderr
    assert "does not answer" in run("workshop", "join", "http://127.0.0.1:9/join/abcde-fghjk", **home).stderr
    assert "took part in no workshop" in run("workshop", "leave", **home).stdout
