"""Kills at any moment of what starts other programs: none of them is left, and the next start finds all as it was."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from cctoolkit.local_sandbox import ensure_sandbox, stop_sandbox
from tests import processes
from tests.cli.commands import COMMAND
from tests.imports import killing

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems"),
]


def _running(words: str) -> list[str]:
    found = subprocess.run(["ps", "-eww", "-o", "pid=,args="], capture_output=True, text=True, check=True).stdout
    return [line for line in found.splitlines() if words in line and "ps -eww" not in line]


def _gone(words: str) -> bool:
    ends = time.monotonic() + 30
    while _running(words) and time.monotonic() < ends:
        threading.Event().wait(0.1)
    return not _running(words)


@pytest.mark.parametrize("number", range(8))
def test_a_workshop_that_is_killed_while_it_starts(tmp_path: Path, number: int) -> None:
    """By Ctrl-C, SIGTERM, a closed terminal or kill -9: its sandbox ends too, and the same file serves the next."""
    ending = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL)[number % 4]
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state")}
    db = tmp_path / "class.db"
    begins = "import sys; from cctoolkit.__main__ import main; print('begun', file=sys.stderr, flush=True); main()"
    process = processes.start(
        [sys.executable, "-c", begins, "workshop", "--participants", "2", "--db", str(db), "--port", "0"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stderr is not None
    assert process.stderr.readline() == b"begun\n"  # what comes while Python itself starts is Python's
    threading.Event().wait(random.Random(number).uniform(0.1, 3.0))  # which moment it is does not matter
    process.send_signal(ending)
    _, said = process.communicate(timeout=30)
    assert b"Traceback" not in said
    assert _gone(str(db))


@pytest.mark.parametrize("number", range(4))
def test_a_lab_that_is_killed_while_it_starts(tmp_path: Path, number: int) -> None:
    """JupyterLab and the sandbox end with it; after kill -9 the sandbox is found again, and ended by the next."""
    ending = (signal.SIGTERM, signal.SIGHUP, signal.SIGTERM, signal.SIGKILL)[number]
    folder = tmp_path / "course"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    environment = {**os.environ, "CCTOOLKIT_WORKSPACE": "", "XDG_STATE_HOME": str(tmp_path / "state")}
    process = processes.start(
        [*COMMAND, "lab", "--no-browser", "--ip", "127.0.0.1", "--port", port, "--folder", str(folder)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    threading.Event().wait(random.Random(number).uniform(1.5, 6.0))
    process.send_signal(ending)
    process.wait(40)
    if ending == signal.SIGKILL:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
            ensure_sandbox(folder)  # finds it, or starts one where there is none
            assert stop_sandbox(folder)
    assert _gone(str(folder))
    assert _gone(str(tmp_path / "state"))


@pytest.mark.parametrize("what", ["import", "sync", "json"])
def test_imports_and_syncs_that_are_killed_lose_nobody(what: str) -> None:
    """At random moments; each is resumed, and nobody is sent twice or missing."""
    done = subprocess.run(
        [sys.executable, "-m", killing.__name__, "12", "7", what],
        capture_output=True,
        text=True,
        timeout=400,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["wrong"] == 0, done.stdout
