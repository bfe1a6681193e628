"""JupyterLab on the first notebook, with the sandbox up; nothing runs on when it ends."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import Any

from filelock import FileLock, Timeout

from ..course import FIRST_NOTEBOOK
from ..errors import SandboxError
from ..files import private_folder
from ..local_sandbox import ensure_sandbox, sandbox_runs, stop_sandbox
from ..settings import workspace_state
from ..workshop.joining import joined_address

#: What JupyterLab is told besides the user's own configuration: no news, and no look, by Node.js, at each opening of a page
#: for extensions that it would have to build (`labconfig`); and that Run All leaves the page where it is (`labextensions`).
CONFIG = Path(__file__).with_name("jupyter")
#: Of Linux's prctl(2): the signal that a process gets when the one that started it is gone.
_PR_SET_PDEATHSIG = 1
#: What ends a program from outside; Windows has no closed terminal that says so.
_ENDINGS = [signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]


def run_lab(folder: Path, arguments: list[str], say: Callable[[str], None]) -> int:
    """Run JupyterLab in `folder` until it ends; returns its exit status.

    `arguments` are handed on to JupyterLab. Raises `SandboxError` when the sandbox cannot be started.
    """
    try:
        state = private_folder(workspace_state(folder))
    except OSError as error:
        raise SandboxError(
            f"What belongs to {folder} cannot be kept in {workspace_state(folder)} ({error.strerror}): make it a writable "
            "folder."
        ) from error
    with contextlib.ExitStack() as stack:
        # Two labs in one folder share its sandbox; the last one ends it.
        here = stack.enter_context(FileLock(state / f"lab-{os.getpid()}.lock", mode=0o600))
        return _run_lab(folder, arguments, say, lambda: _others(state, Path(here.lock_file)))


def _others(state: Path, ours: Path) -> bool:
    """Whether another lab runs in the folder; what a killed one left is cleared away."""
    others = False
    for path in state.glob("lab-*.lock"):
        if path != ours:
            try:
                with FileLock(path, timeout=0, mode=0o600):
                    path.unlink(missing_ok=True)
            except Timeout:
                others = True
    return others


def _run_lab(folder: Path, arguments: list[str], say: Callable[[str], None], others: Callable[[], bool]) -> int:
    started_by_a_lab = workspace_state(folder) / "started-by-a-lab"
    if not sandbox_runs(folder):
        started_by_a_lab.touch(mode=0o600)
    # From here on each way out ends the sandbox, that of a signal which comes before JupyterLab too.
    try:
        _begin(folder, say, ours=started_by_a_lab.exists())
        return _until_it_ends(_command(folder, arguments), _environment(folder))
    finally:
        if started_by_a_lab.exists() and not others():
            # One more Ctrl-C, or the closed terminal's second signal, does not end the clearing up in its middle.
            with _handling(dict.fromkeys([signal.SIGINT, *_ENDINGS], signal.SIG_IGN)):
                stop_sandbox(folder)
                started_by_a_lab.unlink(missing_ok=True)


@contextlib.contextmanager
def _handling(handlers: Mapping[signal.Signals, Any]) -> Iterator[None]:
    """These handlers for a while; then those of before."""
    before = {name: signal.signal(name, handler) for name, handler in handlers.items()}
    try:
        yield
    finally:
        for name, handler in before.items():
            with contextlib.suppress(TypeError):  # one that was not set by Python
                signal.signal(name, handler)


def _begin(folder: Path, say: Callable[[str], None], *, ours: bool) -> None:
    workshop = joined_address(folder)
    if workshop is not None:
        say(f"The notebooks take part in the workshop at {workshop.rpartition('/join/')[0]}; no sandbox is started.")
    else:
        sandbox = ensure_sandbox(folder)
        say(
            f"The sandbox answers at {sandbox['api']}; it ends with JupyterLab."
            if ours
            else f"The sandbox at {sandbox['api']} ran already, and goes on after JupyterLab."
        )
    say("Ctrl-C, twice, ends it.")


def _command(folder: Path, arguments: list[str]) -> list[str]:
    return [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/lab/tree/{FIRST_NOTEBOOK}",
        *arguments,
        # Whoever is root in a container has decided that already; JupyterLab would end with a question.
        *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
    ]


def _until_it_ends(command: list[str], environment: dict[str, str]) -> int:
    """Run JupyterLab; what is to end this process ends it, and this one waits for that. Returns its exit status."""
    process: subprocess.Popen[bytes] | None = None
    ended = False

    def pass_on(signum: int, frame: FrameType | None) -> None:
        nonlocal ended
        ended = True
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGTERM)

    # Ctrl-C reaches JupyterLab by itself, which asks before it ends; this process waits for its answer.
    with _handling({signal.SIGINT: signal.SIG_IGN, **dict.fromkeys(_ENDINGS, pass_on)}):
        process = subprocess.Popen(command, env=environment, preexec_fn=_heed_ctrl_c if os.name == "posix" else None)
        if ended:  # while it was made
            process.send_signal(signal.SIGTERM)
        return process.wait()


def _environment(folder: Path) -> dict[str, str]:
    """That of JupyterLab, its terminals and kernels: the folder's sandbox, and this installation's own commands first, so that
    `cctoolkit` is found wherever the course says it."""
    own = str(Path(sys.executable).parent)
    path = os.pathsep.join(filter(None, (own, os.environ.get("PATH"))))
    return {**os.environ, "CCTOOLKIT_WORKSPACE": str(folder), "PATH": path, **page_environment()}


def page_environment() -> dict[str, str]:
    """What makes a Jupyter server find the settings and the extension that the course's pages are to have.

    JupyterLab's own questions for news and updates go to hosts that nobody asked for; the user's settings stay theirs.
    """
    return {
        name: os.pathsep.join(filter(None, (str(CONFIG), os.environ.get(name))))
        for name in ("JUPYTER_CONFIG_PATH", "JUPYTER_PATH")
    }


def _heed_ctrl_c() -> None:
    # An ignored signal stays ignored in the child, so it is given back to it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if sys.platform == "linux":  # it ends with this process, even where that is killed without a chance to clear up
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
