"""Whoever ends a run of the tests ends all that it has started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

import pytest

from tests import processes

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="a process's surroundings are read from /proc"),
]

_ROOT = Path(__file__).parents[2]
#: Programs of a run in the browser, by words of their command lines.
_STARTED = ("jupyterlab", "ipykernel_launcher", "chromium", "cctoolkit.sandbox")


def _alive(mark: str) -> dict[int, str]:
    """The command lines of all processes whose surroundings hold this mark, by their numbers."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            if mark.encode() in (folder / "environ").read_bytes() and (line := (folder / "cmdline").read_bytes()):
                found[int(folder.name)] = line.replace(b"\0", b" ").decode(errors="replace")
    return found


@pytest.mark.parametrize(
    ("sent", "workers"),
    [(signal.SIGTERM, 1), (signal.SIGINT, 0)],
    ids=["SIGTERM, with a worker", "Ctrl-C, in one process"],
)
def test_nothing_is_left_of_a_run_that_was_ended(tmp_path: Path, sent: signal.Signals, workers: int) -> None:
    """In the middle of the walk in the browser: JupyterLab, its kernels, Chromium and the sandboxes end with it."""
    mark = uuid.uuid4().hex
    environment = {**os.environ, "CCT_MARK": mark}
    command = [
        *(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", f"-n{workers}", f"--basetemp={tmp_path / 'temp'}"),
        *("--thorough", "tests/browser/test_sign_in.py", "notebooks/00-start-here.ipynb"),
    ]
    with (tmp_path / "said").open("w") as said:
        run = processes.start(
            command, cwd=_ROOT, env=environment, stdout=said, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            begun, ends = "", time.monotonic() + 240
            while not all(words in begun for words in _STARTED):
                assert run.poll() is None, (tmp_path / "said").read_text()
                assert time.monotonic() < ends, begun
                threading.Event().wait(0.2)
                begun = "\n".join(_alive(mark).values())
            run.send_signal(sent)
            run.wait(timeout=120)
            ends = time.monotonic() + 30
            while (left := _alive(mark)) and time.monotonic() < ends:
                threading.Event().wait(0.2)
            assert left == {}
        finally:
            for pid in _alive(mark):
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
