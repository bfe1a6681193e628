"""Serving until told to stop: what `cctoolkit sandbox` and `python -m cctoolkit.sandbox` do."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from .faults import App
from .oauth.portal import Portal
from .server import Sandbox


def read_latency(text: str) -> float | tuple[float, float]:
    """`0.3`, or `0.1-0.5` for a chance between the two. Raises `ValueError` for anything else."""
    low, dash, high = text.partition("-")
    if not dash:
        return float(low)
    return float(low), float(high)


def serve(
    *,
    port: int = 0,
    db: Path | None = None,
    seed: int | None = None,
    contacts: int = 0,
    latency: float | tuple[float, float] = 0.0,
    limits: bool = True,
    accounts: int = 1,
    portal: Portal | None = None,
    dialect: Callable[[App], App] | None = None,
    idle_exit: float | None = None,
    describe: Path | None = None,
    with_stdin: bool = False,
) -> None:
    """Serve; once the sandbox answers, print its description as one line of JSON.

    `idle_exit`: seconds without a request after which it ends by itself. `describe`: a file for the description too, which
    is written before it is printed, so that a sandbox whose starter was killed is found again. `with_stdin`: it ends when its
    standard input does, that is with the process that started it. Raises `PortInUse`, `DatabaseInUse`.
    """
    sandbox = Sandbox(
        port=port,
        db=db,
        seed=seed,
        contacts=contacts,
        latency=latency,
        limits=limits,
        accounts=accounts,
        portal=portal,
        dialect=dialect,
    )

    # A large account is many small objects and no cycles: looking for these took a sixth of an export.
    gc.freeze()
    gc.set_threshold(10_000, 20, 100)

    def announce() -> None:
        if describe is not None:
            _write_private(describe, json.dumps(sandbox.description() | {"pid": os.getpid()}))
        if idle_exit is not None:
            threading.Thread(target=_end_when_idle, args=(sandbox, idle_exit), daemon=True).start()
        if with_stdin:
            threading.Thread(target=_end_with_stdin, daemon=True).start()
        with contextlib.suppress(OSError):  # whoever started it may have been killed meanwhile
            sys.stdout.write(json.dumps(sandbox.description()) + "\n")
            sys.stdout.flush()

    # uvicorn ends with the signal that stopped it; without a handler of ours nothing would be cleaned up after that.
    signal.signal(signal.SIGTERM, lambda signum, frame: sys.exit(0))
    sandbox.run(announce)


def _write_private(path: Path, text: str) -> None:
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mkstemp gives mode 0600
    with os.fdopen(handle, "w") as file:
        file.write(text)
    Path(temporary).replace(path)


def _end_with_stdin() -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _end_when_idle(sandbox: Sandbox, seconds: float) -> None:
    while True:
        quiet = time.monotonic() - sandbox.app.state.last_request
        if quiet >= seconds:
            os.kill(os.getpid(), signal.SIGTERM)
            return
        time.sleep(min(seconds - quiet, 60))
