"""JupyterLab on the first notebook, with the sandbox up; nothing runs on when it ends."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from .course import FIRST_NOTEBOOK
from .local_sandbox import ensure_sandbox, sandbox_runs, stop_sandbox
from .workshop.joining import joined_address


def run_lab(folder: Path, arguments: list[str], say: Callable[[str], None]) -> int:
    """Run JupyterLab in `folder` until it ends; returns its exit status.

    `arguments` are handed on to JupyterLab. Raises `SandboxError` when the sandbox cannot be started.
    """
    ran_before = sandbox_runs(folder)
    workshop = joined_address(folder)
    if workshop is not None:
        say(f"The notebooks take part in the workshop at {workshop.rpartition('/join/')[0]}; no sandbox is started.")
    else:
        sandbox = ensure_sandbox(folder)
        say(
            f"The sandbox answers at {sandbox['api']}; it ends with JupyterLab."
            if not ran_before
            else f"The sandbox at {sandbox['api']} ran already, and goes on after JupyterLab."
        )
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/lab/tree/{FIRST_NOTEBOOK}",
        *arguments,
        # Whoever is root in a container has decided that already; JupyterLab would end with a question.
        *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
    ]
    environment = {**os.environ, "CCTOOLKIT_WORKSPACE": str(folder)}
    process: subprocess.Popen[bytes] | None = None

    def pass_on(signum: int, frame: FrameType | None) -> None:
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGTERM)

    # Ctrl-C reaches JupyterLab by itself, which asks before it ends; this process waits for its answer.
    endings = [signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
    before = {name: signal.getsignal(name) for name in (signal.SIGINT, *endings)}
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in endings:
        signal.signal(name, pass_on)
    try:
        process = subprocess.Popen(command, env=environment, preexec_fn=_heed_ctrl_c if os.name == "posix" else None)
        return process.wait()
    finally:
        if not ran_before:
            stop_sandbox(folder)
        for name, handler in before.items():
            with contextlib.suppress(TypeError):
                signal.signal(name, handler)


def _heed_ctrl_c() -> None:
    # An ignored signal stays ignored in the child, so it is given back to it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
