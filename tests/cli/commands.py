"""The command as a person types it."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

from cctoolkit.__main__ import main

#: For what needs a process of its own: signals, a terminal that closes, serving.
COMMAND = [str(Path(sys.executable).with_name("cctoolkit"))]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """One call, with nobody at the keyboard. The command's own entry point, in this process: starting Python and loading
    pandas takes ten times as long as most of what is asked of it."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with (
        mock.patch.dict(os.environ, environment),
        mock.patch.object(sys, "argv", ["cctoolkit", *arguments]),
        Path(os.devnull).open() as nobody,
        mock.patch.object(sys, "stdin", nobody),
        _signals_kept(),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as ended:
            code = ended.code
    texts = []
    for stream in (out, err):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode())  # type: ignore[attr-defined]
    return subprocess.CompletedProcess(list(arguments), int(code or 0), *texts)


@contextmanager
def _signals_kept() -> Iterator[None]:
    names = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {name: signal.getsignal(name) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
