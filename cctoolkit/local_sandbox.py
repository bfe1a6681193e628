"""The sandbox of a workspace: started when none runs, shared by all its notebooks, found again by its description.

The sandbox is another program. All that this module knows of it is how to start it, the one line of JSON that it prints
and writes down once it answers, how it proves who it is, and the lock that it holds beside its database.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import hmac
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ._httpx import httpx
from .errors import SandboxError
from .files import private_folder
from .settings import workspace_state

#: Seconds without a request after which a sandbox ends that nobody watches over. Its state stays; the next call
#: starts it again.
IDLE_EXIT = 2 * 3_600
#: Seconds after which a sandbox that has not said anything is given up; it takes one or two.
START_PATIENCE = 60.0
#: Seconds for a sandbox that another process is starting, or that ends.
OTHER_PATIENCE = 10.0
#: What it exits with when another one runs on its database.
_IN_USE = 3
_DATABASE, _DESCRIPTION = "sandbox.db", "sandbox.json"


class _InUse(SandboxError):
    """Another sandbox has the database."""


def ensure_sandbox(workspace: Path) -> dict[str, Any]:
    """The description of the workspace's running sandbox; it is started when none runs.

    Raises `SandboxError` when it cannot be started.
    """
    from filelock import FileLock

    try:
        folder = private_folder(workspace_state(workspace))
    except OSError as error:
        raise SandboxError(
            f"The sandbox cannot keep its state in {workspace_state(workspace)} ({error.strerror}): make it a writable "
            "folder."
        ) from error
    with FileLock(folder / "start.lock", mode=0o600):
        known = _read_description(folder)
        if known is not None and _answers(known):
            return known
        port = urlsplit(known["api"]).port if known else 0
        try:
            return _start_or_wait(folder, port or 0)
        except _InUse:
            raise SandboxError(
                f"The sandbox of {workspace} runs but does not answer: wait a moment and try again, or end it with: "
                "cctoolkit sandbox --stop"
            ) from None
        except SandboxError:
            if not port:
                raise
            return _start_or_wait(folder, 0)  # its old port has gone to another program


def known_sandbox(workspace: Path) -> dict[str, Any] | None:
    """What the workspace's last sandbox said of itself, whether it still runs or not; None when there was none."""
    return _read_description(workspace_state(workspace))


def sandbox_runs(workspace: Path) -> bool:
    """Whether the workspace's sandbox answers."""
    known = _read_description(workspace_state(workspace))
    return known is not None and _answers(known)


def reset_sandbox(workspace: Path) -> None:
    """Make the account of the workspace's sandbox new again. Its key and tokens stay valid.

    Raises `SandboxError` when it cannot be started, or does not do it.
    """
    known = ensure_sandbox(workspace)
    parts = urlsplit(known["api"])
    headers = {"Authorization": f"Bearer {known['admin_key']}"}
    address = f"{parts.scheme}://{parts.netloc}/sandbox/accounts/1/reset"
    try:
        answer = httpx.post(address, headers=headers, timeout=30, trust_env=False)
    except httpx.RequestError:
        answer = None
    if answer is None or answer.status_code != 204:
        raise SandboxError("The sandbox did not make its account new: try again, or run: cctoolkit sandbox --reset")


def stop_sandbox(workspace: Path) -> bool:
    """End the workspace's sandbox. False: none was running. Its state stays."""
    folder = workspace_state(workspace)
    # Whoever holds the database writes down who it is; a description without a holder may name any other program.
    if not is_held(folder / _DATABASE):
        return False
    ends = time.monotonic() + OTHER_PATIENCE
    while (known := _read_description(folder)) is None or not _answers(known):  # it is just beginning, or stands still
        if time.monotonic() > ends:
            break
        time.sleep(0.05)
    if known is None:
        raise SandboxError(f"A sandbox holds {folder / _DATABASE} and does not say who it is: try again in a moment.")
    child = _children.get(known["pid"])
    stubborn = getattr(signal, "SIGKILL", signal.SIGTERM)  # for one that stands still
    for ending in (signal.SIGTERM, stubborn):
        with contextlib.suppress(OSError):
            os.kill(known["pid"], ending)
        if child is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(OTHER_PATIENCE)
        ends = time.monotonic() + OTHER_PATIENCE
        while time.monotonic() < ends:
            if not is_held(folder / _DATABASE):
                if child is not None and child.poll() is not None:
                    del _children[known["pid"]]
                return True
            time.sleep(0.02)
    raise SandboxError(f"The sandbox (process {known['pid']}) does not end: end that process, then try again.")


def forget_sandbox(workspace: Path) -> bool:
    """Delete what the workspace's sandbox keeps, its tokens too. It must not be running. False: there was nothing.

    Raises `SandboxError` while one runs.
    """
    folder = workspace_state(workspace)
    if not folder.exists():
        return False
    if is_held(folder / _DATABASE):
        raise SandboxError(
            "The sandbox runs, and would go on with files that are gone: end it first, with: cctoolkit sandbox --stop"
        )
    shutil.rmtree(folder)
    return True


@contextlib.contextmanager
def temporary_sandbox(folder: Path) -> Iterator[dict[str, Any]]:
    """A sandbox with a new account, for as long as the block runs."""
    description = _start(private_folder(folder), 0, keep=False)
    try:
        yield description
    finally:
        end_sandbox(description)


@contextlib.contextmanager
def sandbox_of_accounts(folder: Path, db: Path, accounts: int) -> Iterator[dict[str, Any]]:
    """A sandbox with an account for each participant of a class, for as long as the block runs; `db` is its state.

    Its limits are off: who watches the class reads with the participants' own keys, and must not use up what they may
    ask for. `folder` holds what it says of itself, and no secret.
    """
    place = private_folder(folder)
    ends = time.monotonic() + OTHER_PATIENCE
    while True:
        try:
            description = _start(place, 0, ["--accounts", str(accounts), "--no-limits"], db=db, keep=False)
            break
        except _InUse:  # of a class that was killed: it ends by itself
            if time.monotonic() > ends:
                raise
            time.sleep(0.1)
    try:
        yield description
    finally:
        end_sandbox(description)


def end_sandbox(description: Mapping[str, Any]) -> None:
    """End a sandbox that this process started, and wait until it has."""
    with contextlib.suppress(OSError):
        os.kill(description["pid"], signal.SIGTERM)
    process = _children.pop(description["pid"], None)
    if process is not None:
        process.wait()
        if process.stdin is not None:
            process.stdin.close()


_children: dict[int, subprocess.Popen[str]] = {}


@atexit.register
def _let_go() -> None:
    """A sandbox of a workspace outlives who started it, and nobody is to be warned of that."""
    for process in _children.values():
        if process.returncode is None:
            process.returncode = 0


def _start_or_wait(folder: Path, port: int) -> dict[str, Any]:
    """Start one; where one is just beginning, or too busy to answer, wait for that. Raises `_InUse` when it stays silent."""
    try:
        return _start(folder, port)
    except _InUse:
        ends = time.monotonic() + OTHER_PATIENCE
        while time.monotonic() < ends:
            known = _read_description(folder)
            if known is not None and _answers(known):
                return known
            time.sleep(0.1)
        raise


@contextlib.contextmanager
def _signals_held_back() -> Iterator[list[int]]:
    """What would interrupt this process waits: one that came while a program is started would leave that to nobody.

    Not by a mask, which the program would be given too.
    """
    came: list[int] = []
    before: dict[signal.Signals, Any] = {}
    if threading.current_thread() is threading.main_thread():  # nobody else is interrupted
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None and callable(signal.getsignal(number)):
                before[number] = signal.signal(number, lambda signum, frame: came.append(signum))
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _start(
    folder: Path, port: int, options: Sequence[str] = (), *, db: Path | None = None, keep: bool = True
) -> dict[str, Any]:
    """Start one. `keep`: it outlives this process, and its description lies in the folder, where the next finds it."""
    log_path = folder / "sandbox.log"
    command = [
        sys.executable,
        "-m",
        "cctoolkit.sandbox",
        *("--db", str(db or folder / _DATABASE)),
        *("--port", str(port)),
        *("--idle-exit", str(IDLE_EXIT)),
        *(("--describe", str(folder / _DESCRIPTION)) if keep else ("--with-stdin",)),
        *options,
    ]
    with log_path.open("w") as log, _signals_held_back() as came:
        log_path.chmod(0o600)
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL if keep else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,  # Ctrl-C in a terminal, or a kernel's end, is not meant for it
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # the same on Windows
        )
    too_long = threading.Timer(START_PATIENCE, process.kill)
    too_long.daemon = True
    try:
        too_long.start()
        for signum in came[:1]:
            signal.raise_signal(signum)
        assert process.stdout is not None
        with process.stdout:
            line = process.stdout.readline()
        description = json.loads(line)
    except ValueError:
        process.kill()
        said = log_path.read_text(errors="replace").strip().splitlines()
        raise (_InUse if process.wait() == _IN_USE else SandboxError)(
            f"The sandbox did not start{f' ({said[-1]})' if said else ''}. The whole of what it said is in {log_path}."
        ) from None
    except BaseException:  # Ctrl-C while it starts: nobody else knows of it
        process.kill()
        process.wait()
        raise
    finally:
        too_long.cancel()
    _children[process.pid] = process
    return dict(description) | {"pid": process.pid}


def is_held(db: Path) -> bool:
    """Whether a sandbox runs on that database."""
    from filelock import FileLock, Timeout

    lock = db.with_name(f".{db.name}.lock")
    if not lock.exists():
        return False
    try:
        with FileLock(lock, timeout=0, mode=0o600):
            return False
    except Timeout:
        return True


def _read_description(folder: Path) -> dict[str, Any] | None:
    try:
        known = json.loads((folder / "sandbox.json").read_text())
        return known if {"api", "pid", "client_id"} <= known.keys() else None
    except (OSError, ValueError, AttributeError):
        return None


def _answers(description: Mapping[str, Any]) -> bool:
    """Whether this very sandbox answers there, and not another program that got its port.

    A client id is no secret. What only this sandbox and the owner of its description know is its key: it has to prove that it
    has it, for an address and a question of ours, before any token is sent there.
    """
    parts = urlsplit(description["api"])
    question = secrets.token_urlsafe(16)
    try:
        answer = httpx.get(
            f"{parts.scheme}://{parts.netloc}/", params={"question": question}, timeout=5, trust_env=False
        ).json()
        expected = hmac.new(description["admin_key"].encode(), f"{parts.port} {question}".encode(), hashlib.sha256)
        return hmac.compare_digest(expected.hexdigest(), answer["proof"])
    except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError):
        return False
