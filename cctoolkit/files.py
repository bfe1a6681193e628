"""Writing files that must be whole or not there, and that only their owner may read."""

from __future__ import annotations

import contextlib
import glob
import os
import tempfile
import time
from pathlib import Path

#: Seconds after which a half-written file belongs to nobody any more.
LEFTOVER_AFTER = 60
#: How such a file ends: an editor's own (`.profiles.json.swp`) is not one.
_UNFINISHED = ".cctoolkit-new"
#: Seconds for which a replacing that Windows refuses is tried again.
REFUSED_FOR = 1.0
REFUSALS_PASS = os.name == "nt"


def private_folder(path: Path) -> Path:
    """The folder, made with mode 0700 when it is not there."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def write_private(path: Path, content: bytes) -> None:
    """Replace the file in one step, with mode 0600, durable once this returns.

    A kill at any moment leaves the old content or the new one. Raises `OSError` when it cannot be written.
    """
    private_folder(path.parent)
    for leftover in path.parent.glob(f".{glob.escape(path.name)}.*{_UNFINISHED}"):  # of a process that was killed
        with contextlib.suppress(OSError):
            if leftover.stat().st_mtime < time.time() - LEFTOVER_AFTER:
                leftover.unlink()
    # mkstemp gives mode 0600
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=_UNFINISHED, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        replace(Path(temporary), path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise
    make_names_durable(path.parent)


def replace(written: Path, path: Path) -> None:
    """Put a file in another's place.

    Windows refuses that while somebody reads the old one, which takes a moment: it is tried again for a second.
    """
    ends = time.monotonic() + REFUSED_FOR
    while True:
        try:
            written.replace(path)
            return
        except PermissionError:
            # Elsewhere it is the folder that refuses, and goes on refusing.
            if not REFUSALS_PASS or time.monotonic() > ends:
                raise
            time.sleep(0.02)


def make_names_durable(folder: Path) -> None:
    """A new or renamed file's name outlives a power cut once its folder is written."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
