"""Sandboxes for tests that want one in a process of its own: forked from one that has imported everything, which takes longest.

What they are, and how they are found, held and ended, is as if `cctoolkit sandbox` ran in another terminal. Starting one from
nothing is `tests/test_local_sandbox.py`'s, the command's, and that of all notebooks in the thorough run.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cctoolkit.files import private_folder
from cctoolkit.settings import workspace_state
from tests import processes

#: Seconds for a fork to answer.
PATIENCE = 60.0


class Nursery:
    """The process that is forked. It and its sandboxes end with whoever started it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        if not hasattr(os, "fork"):
            return
        # The words are those by which a sandbox is known among processes.
        command = [sys.executable, "-m", "tests.nursery", "cctoolkit.sandbox"]
        self._process = processes.start(
            command, stdin=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1], start_new_session=True
        )

    def serve(self, workspace: Path) -> None:
        """A workspace's sandbox, running when this returns. Where nothing can be forked, whoever asks for it starts it."""
        if self._process is None:
            return
        folder = private_folder(workspace_state(workspace))
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(str(folder)) + "\n")
        self._process.stdin.flush()
        ends = time.monotonic() + PATIENCE
        while not (folder / "sandbox.json").exists():
            assert time.monotonic() < ends, "the sandbox does not begin"
            assert self._process.poll() is None, "the nursery has ended"
            time.sleep(0.01)  # another process begins; there is no clock of ours to move

    def close(self) -> None:
        if self._process is None:
            return
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=PATIENCE)


_OPEN = pytest.StashKey[Nursery]()


def nursery_of(config: pytest.Config) -> Nursery:
    """The one of this process of tests, begun when somebody wants a sandbox of it."""
    if _OPEN not in config.stash:
        config.stash[_OPEN] = Nursery()
    return config.stash[_OPEN]


def close_nursery(config: pytest.Config) -> None:
    if _OPEN in config.stash:
        config.stash[_OPEN].close()


def _serve(folder: Path) -> None:
    """In the fork: what the command of a new process would do, with its words where a new process would have them."""
    from cctoolkit.sandbox import __main__ as command

    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nobody, log = os.open(os.devnull, os.O_RDWR), os.open(folder / "sandbox.log", os.O_WRONLY | os.O_CREAT, 0o600)
    for stream, into in ((0, nobody), (1, nobody), (2, log)):
        os.dup2(into, stream)
    sys.argv[1:] = [
        "--db",
        str(folder / "sandbox.db"),
        "--idle-exit",
        "7200",
        "--describe",
        str(folder / "sandbox.json"),
    ]
    command.main()


def main() -> None:
    import uvicorn  # noqa: F401  # so that no fork has to

    from cctoolkit.sandbox import __main__  # noqa: F401

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    begun = []
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            try:
                _serve(Path(json.loads(line)))
            finally:
                os._exit(0)
        begun.append(pid)
    for pid in begun:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGTERM)


if __name__ == "__main__":
    main()
