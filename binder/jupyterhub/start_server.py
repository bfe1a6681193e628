"""What the hub starts for each person, as that person: copies the course, serves notebooks, ends the sandbox with them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

from cctoolkit.cli.running_lab import page_environment
from cctoolkit.course import copy_course
from cctoolkit.errors import CctoolkitError
from cctoolkit.local_sandbox import stop_sandbox


def main() -> int:
    os.umask(0o077)  # where people are users of the system, their files are theirs alone
    workspace = Path.home() / "cctoolkit-course"
    os.environ.update(page_environment(), CCTOOLKIT_WORKSPACE=str(workspace))
    try:
        copied = copy_course(workspace)
    except CctoolkitError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for name in copied.kept:
        sys.stderr.write(f"{name} was edited, so it stays as it is.\n")

    server: subprocess.Popen[bytes] | None = None
    told_to_end = False

    def end(signum: int, frame: FrameType | None) -> None:
        nonlocal told_to_end
        told_to_end = True
        if server is not None:
            server.send_signal(signal.SIGTERM)  # at SIGINT Jupyter would ask whether that is meant

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, end)
    try:
        server = subprocess.Popen([sys.executable, "-m", "jupyterhub.singleuser", *sys.argv[1:]])
        if told_to_end:
            server.send_signal(signal.SIGTERM)
        return server.wait()
    finally:
        stop_sandbox(workspace)


if __name__ == "__main__":
    sys.exit(main())
