"""The sandbox of a workspace: started when none runs, shared by all its notebooks, found again by its description.

The sandbox is another program. All that this module knows of it is how to start it and the one line of JSON that it
prints once it answers.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ._httpx import httpx
from .errors import SandboxError
from .files import private_folder, write_private
from .settings import workspace_state

#: Seconds without a request after which a sandbox ends that nobody watches over. Its state stays; the next call
#: starts it again.
IDLE_EXIT = 2 * 3_600


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
    with FileLock(folder / "start.lock"):
        known = _read_description(folder)
        if known is not None and _answers(known):
            return known
        port = urlsplit(known["api"]).port if known else 0
        try:
            return _start(folder, port or 0)
        except SandboxError:
            if not port:
                raise
            return _start(folder, 0)  # its old port has gone to another program


def known_sandbox(workspace: Path) -> dict[str, Any] | None:
    """What the workspace's last sandbox said of itself, whether it still runs or not; None when there was none."""
    return _read_description(workspace_state(workspace))


def sandbox_runs(workspace: Path) -> bool:
    """Whether the workspace's sandbox answers."""
    known = _read_description(workspace_state(workspace))
    return known is not None and _answers(known)


def stop_sandbox(workspace: Path) -> bool:
    """End the workspace's sandbox. False: none was running. Its state stays."""
    folder = workspace_state(workspace)
    known = _read_description(folder)
    if known is None or not _answers(known):
        return False
    with contextlib.suppress(OSError):
        os.kill(known["pid"], signal.SIGTERM)
    for _ in range(200):
        if not _answers(known):
            break
        time.sleep(0.05)
    return True


def forget_sandbox(workspace: Path) -> bool:
    """Delete what the workspace's sandbox keeps, its tokens too. It must not be running. False: there was nothing."""
    folder = workspace_state(workspace)
    if not folder.exists():
        return False
    shutil.rmtree(folder)
    return True


@contextlib.contextmanager
def temporary_sandbox(folder: Path) -> Iterator[dict[str, Any]]:
    """A sandbox with a new account, for as long as the block runs."""
    description = _start(private_folder(folder), 0)
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
    description = _start(place, 0, ["--accounts", str(accounts), "--no-limits"], db=db, keep=False)
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


_children: dict[int, subprocess.Popen[str]] = {}


def _start(
    folder: Path, port: int, options: Sequence[str] = (), *, db: Path | None = None, keep: bool = True
) -> dict[str, Any]:
    """Start one. `keep` writes its description into the folder, where the next process finds it."""
    log_path = folder / "sandbox.log"
    command = [
        sys.executable,
        "-m",
        "cctoolkit.sandbox",
        *("--db", str(db or folder / "sandbox.db")),
        *("--port", str(port)),
        *("--idle-exit", str(IDLE_EXIT)),
        *options,
    ]
    with log_path.open("w") as log:
        log_path.chmod(0o600)
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,  # Ctrl-C in a terminal, or a kernel's end, is not meant for it
        )
    assert process.stdout is not None
    line = process.stdout.readline()
    try:
        description = json.loads(line)
    except ValueError:
        process.kill()
        process.wait()
        said = log_path.read_text().strip().splitlines()
        raise SandboxError(
            f"The sandbox did not start{f' ({said[-1]})' if said else ''}. The whole of what it said is in {log_path}."
        ) from None
    _children[process.pid] = process
    description["pid"] = process.pid
    if keep:
        write_private(folder / "sandbox.json", json.dumps(description).encode())
    return dict(description)


def _read_description(folder: Path) -> dict[str, Any] | None:
    try:
        known = json.loads((folder / "sandbox.json").read_text())
        return known if {"api", "pid", "client_id"} <= known.keys() else None
    except (OSError, ValueError, AttributeError):
        return None


def _answers(description: Mapping[str, Any]) -> bool:
    """Whether this very sandbox answers there, and not another program that got its port."""
    parts = urlsplit(description["api"])
    try:
        answer = httpx.get(f"{parts.scheme}://{parts.netloc}/", timeout=5, trust_env=False).json()
        return bool(answer["client_id"] == description["client_id"])
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return False
