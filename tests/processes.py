"""Processes that tests start, and that end with them, however they end."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

#: Of Linux's prctl(2): the signal that a process gets when the one that started it is gone.
_PR_SET_PDEATHSIG = 1


def start(command: Sequence[str], **options: Any) -> subprocess.Popen[Any]:
    """`subprocess.Popen`; where the machine can do it, the process is told to end when this one is killed.

    It hears Ctrl-C and a closed terminal, which a shell's background or `nohup` would have it ignore.
    """
    if os.name == "posix":
        library = ctypes.CDLL(None) if sys.platform == "linux" else None

        def prepare() -> None:
            for heard in (signal.SIGINT, signal.SIGHUP):
                signal.signal(heard, signal.SIG_DFL)
            if library is not None:
                library.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)

        options["preexec_fn"] = prepare
    return subprocess.Popen(command, **options)


def end_all_of(folder: Path) -> None:
    """End what still runs on files of a folder of this run: a JupyterLab that hangs while it ends, of a worker that is gone."""
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if f"{folder}{os.sep}".encode() in line.read_bytes() and int(line.parent.name) != os.getpid():
                os.kill(int(line.parent.name), signal.SIGKILL)


def end_process(pid: int, words: str) -> None:
    """End a process, where it is still the one whose command line holds these words."""
    with contextlib.suppress(OSError):
        if words.encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(pid, signal.SIGTERM)
