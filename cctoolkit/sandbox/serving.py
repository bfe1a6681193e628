"""Serving until told to stop: what `cctoolkit sandbox` and `python -m cctoolkit.sandbox` do."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

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
    idle_exit: float | None = None,
) -> None:
    """Serve; once the sandbox answers, print its description as one line of JSON.

    `idle_exit`: seconds without a request after which it ends by itself. Raises `PortInUse`.
    """
    sandbox = Sandbox(port=port, db=db, seed=seed, contacts=contacts, latency=latency, limits=limits, accounts=accounts)

    def announce() -> None:
        sys.stdout.write(json.dumps(sandbox.description()) + "\n")
        sys.stdout.flush()
        if idle_exit is not None:
            threading.Thread(target=_end_when_idle, args=(sandbox, idle_exit), daemon=True).start()

    # uvicorn ends with the signal that stopped it; without a handler of ours nothing would be cleaned up after that.
    signal.signal(signal.SIGTERM, lambda signum, frame: sys.exit(0))
    sandbox.run(announce)


def _end_when_idle(sandbox: Sandbox, seconds: float) -> None:
    while True:
        quiet = time.monotonic() - sandbox.app.state.last_request
        if quiet >= seconds:
            os.kill(os.getpid(), signal.SIGTERM)
            return
        time.sleep(min(seconds - quiet, 60))
