"""The sandbox of a workspace: one a database, found again, proved to be ours, and nobody left behind."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from cctoolkit import connect
from cctoolkit.errors import SandboxError, SettingsError
from cctoolkit.local_sandbox import ensure_sandbox, forget_sandbox, sandbox_runs, stop_sandbox
from cctoolkit.sandbox import DatabaseInUse, Sandbox
from cctoolkit.settings import workspace_state
from tests import processes
from tests.cli.commands import run
from tests.marks import all_examples

posix = pytest.mark.skipif(os.name != "posix", reason="signals and file modes of POSIX systems")


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("CCTOOLKIT_WORKSPACE", str(tmp_path))
    yield tmp_path
    stop_sandbox(tmp_path)


def _sandboxes(folder: Path) -> list[int]:
    """The processes that run a sandbox somewhere below the folder, as the system knows them."""
    found = subprocess.run(["ps", "-eww", "-o", "pid=,args="], capture_output=True, text=True, check=True).stdout
    lines = [line.split(None, 1) for line in found.splitlines()]
    return [int(pid) for pid, command in lines if "cctoolkit.sandbox" in command and str(folder) in command]


def _comes_down_to(count: int, folder: Path) -> bool:
    """Whether so many of them stay: one that found its database taken, or has just left it, needs a moment to end."""
    ends = time.monotonic() + 20
    while len(found := _sandboxes(folder)) > count and time.monotonic() < ends:
        threading.Event().wait(0.05)
    return len(found) == count


@posix
def test_two_sandboxes_never_share_a_database(tmp_path: Path) -> None:
    """The second says so; when the first has ended, the file is free. It is its owner's alone, whatever the umask is."""
    before = os.umask(0o022)
    try:
        with Sandbox(db=tmp_path / "one.db", in_process=True) as first:
            with pytest.raises(DatabaseInUse, match=r"Another sandbox runs on .*one\.db"):
                Sandbox(db=tmp_path / "one.db", in_process=True)
            assert first.access_token()
            modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.glob("*one.db*")}
        with Sandbox(db=tmp_path / "one.db", in_process=True) as again:
            assert again.admin_key == first.admin_key
    finally:
        os.umask(before)
    assert {"one.db", "one.db-wal"} <= modes.keys()
    assert set(modes.values()) == {0o600}, modes


def test_the_command_says_whose_database_it_is(tmp_path: Path) -> None:
    with Sandbox(db=tmp_path / "one.db", in_process=True):
        done = run("sandbox", "--db", str(tmp_path / "one.db"))
    assert done.returncode == 1
    assert "Another sandbox runs on" in done.stderr
    assert "Traceback" not in done.stderr


class _Squatter(BaseHTTPRequestHandler):
    """Somebody who has taken the sandbox's old port, and says what it used to say."""

    said: dict[str, str]
    heard: list[tuple[str, str | None]]

    def do_GET(self) -> None:
        self.heard.append((self.path, self.headers.get("Authorization")))
        body = json.dumps(self.said).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:
        pass


def test_whoever_takes_the_old_port_is_not_believed(workspace: Path) -> None:
    """Not even with its client id and an old proof: no token and no form goes there, and a sandbox is started elsewhere."""
    with connect() as client:
        client.contacts.count()
    known = json.loads((workspace_state(workspace) / "sandbox.json").read_text())
    assert stop_sandbox(workspace)

    _Squatter.said = {"service": "cctoolkit sandbox", "client_id": known["client_id"], "proof": "0" * 64}
    _Squatter.heard = []
    squatter = HTTPServer(("127.0.0.1", int(urlsplit(known["api"]).port or 0)), _Squatter)
    threading.Thread(target=squatter.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        assert not sandbox_runs(workspace)
        assert not stop_sandbox(workspace)  # whose process that number is now, nobody knows
        with connect() as client:
            assert client.contacts.count() == 1
    finally:
        squatter.shutdown()
        squatter.server_close()
    assert _Squatter.heard
    assert {(path.partition("?")[0], authorization) for path, authorization in _Squatter.heard} == {("/", None)}


def test_the_practice_account_is_made_new(workspace: Path) -> None:
    """From Python, as the course tells people to; who is signed in stays so. No other account has it."""
    with connect() as client:
        client.lists.create("Mine")
        client.reset()
        assert [entry["name"] for entry in client.lists.iter()] == ["General Interest"]
    other = connect(api_url="https://api.example/v3", access_token="of-nobody")
    with other, pytest.raises(SettingsError, match="Only a sandbox of your own can be made new"):
        other.reset()
    with Sandbox(in_process=True) as here, connect(sandbox=here) as client:
        client.lists.create("Mine")
        client.reset()
        assert client.lists.find("Mine") is None


_CONNECTS = """
import sys
from cctoolkit import connect
print("begun", flush=True)
connect()
print("connected", flush=True)
"""


@posix
@pytest.mark.thorough
def test_ctrl_c_while_it_starts_leaves_no_second_one(workspace: Path) -> None:
    """At any moment of the start, by Ctrl-C and by kill -9: the next connect() finds it, or none is left."""
    tries = 12 if all_examples else 2
    for number in range(tries):
        child = processes.start([sys.executable, "-c", _CONNECTS], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert child.stdout is not None
        assert child.stdout.readline() == b"begun\n"
        threading.Event().wait(number * 1.2 / tries)  # which moment it is does not matter: all have to be harmless
        child.send_signal(signal.SIGINT if number % 2 else signal.SIGKILL)
        child.wait(20)
        child.stdout.close()
        ensure_sandbox(workspace)
        assert _comes_down_to(1, workspace_state(workspace))
        assert stop_sandbox(workspace)
        assert _comes_down_to(0, workspace_state(workspace))


@posix
@pytest.mark.thorough
def test_one_that_stands_still_is_told_and_can_be_ended(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that was asleep: no second sandbox on the same database, and `--stop` ends the first."""
    monkeypatch.setattr("cctoolkit.local_sandbox.OTHER_PATIENCE", 0.5)
    description = ensure_sandbox(workspace)
    os.kill(description["pid"], signal.SIGSTOP)
    with pytest.raises(SandboxError, match=r"runs but does not answer: .* cctoolkit sandbox --stop"):
        ensure_sandbox(workspace)
    with pytest.raises(SandboxError, match="end it first"):
        forget_sandbox(workspace)
    assert len(_sandboxes(workspace_state(workspace))) == 1
    assert "was stopped" in run("sandbox", "--stop").stdout
    assert _comes_down_to(0, workspace_state(workspace))
    assert ensure_sandbox(workspace)["client_id"] == description["client_id"]


@posix
def test_a_sandbox_of_one_command_ends_with_it(tmp_path: Path) -> None:
    """Killed without a chance to clear up, a workshop or a quick start leaves no sandbox running."""
    code = (
        "import sys, time; from pathlib import Path; from cctoolkit.local_sandbox import temporary_sandbox\n"
        "with temporary_sandbox(Path(sys.argv[1])): print('up', flush=True); time.sleep(60)"
    )
    child = processes.start([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == b"up\n"
    assert len(_sandboxes(tmp_path)) == 1
    child.kill()
    child.wait(10)
    child.stdout.close()
    assert _comes_down_to(0, tmp_path)


@posix
def test_another_user_reads_nothing(workspace: Path) -> None:
    """Where root allows it: somebody else of this machine, who can reach the port."""
    if os.geteuid() != 0:
        pytest.skip("needs root, to be somebody else for a moment")
    ensure_sandbox(workspace)
    database = workspace_state(workspace) / "sandbox.db"
    for folder in database.parents:
        if folder.stat().st_mode & 0o777 == 0o700:
            folder.chmod(0o755)  # for this test, it is the files that have to be closed
    code = (
        "import os, sys\n"
        "os.setgid(1500); os.setuid(1500)\n"
        "for path in sys.argv[1:]:\n"
        "    try: open(path, 'rb').read(); print('read', path)\n"
        "    except PermissionError: pass\n"
    )
    files = [str(path) for path in database.parent.iterdir() if path.is_file()]
    assert str(database) in files
    done = subprocess.run([sys.executable, "-c", code, *files], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as ours:
        assert ours.execute("SELECT value FROM settings WHERE name = 'admin_key'").fetchone()
    ours.close()


@posix
def test_an_interrupt_while_its_process_is_begun_leaves_nobody(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process is there, and who began it does not have it yet: the interrupt waits until it has, and ends both."""

    class Interrupted(subprocess.Popen[str]):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0)  # here it would be heard

    heard_by = signal.getsignal(signal.SIGINT)
    with monkeypatch.context() as patch:
        patch.setattr(subprocess, "Popen", Interrupted)
        with pytest.raises(KeyboardInterrupt):
            ensure_sandbox(workspace)
    assert _comes_down_to(0, workspace_state(workspace))
    assert signal.getsignal(signal.SIGINT) is heard_by
