"""The folders that the toolkit writes to."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from .findings import Finding, note, ok, problem, shown

CHECK = "folders"
#: Bytes below which an import's journal or a sandbox may fill the disk.
LITTLE = 200 * 2**20


def check_folders(
    folders: Mapping[str, Path], space: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free
) -> Iterator[Finding]:
    """`folders` by what they are for. A file is written in each and deleted; none is made that is not there."""
    bad = 0
    for purpose, folder in folders.items():
        place = _existing(folder)
        try:
            with tempfile.TemporaryFile(dir=place, prefix=".cctoolkit-doctor-") as file:
                file.write(b"x")
                file.flush()
        except OSError as error:
            bad += 1
            yield problem(
                CHECK,
                f"The folder for {purpose}, {shown(folder)}, cannot be written to ({error.strerror}).",
                f"Make {shown(place)} a folder that you may write to, with some space left.",
            )
            continue
        if (left := space(place)) < LITTLE:
            bad += 1
            yield note(
                CHECK,
                f"Only {left // 2**20} MB are left where {purpose} is kept.",
                "Make room before you import a large file.",
            )
    if not bad:
        *others, last = folders
        named = f"{', '.join(others)} and {last}" if others else last
        yield ok(CHECK, f"The folders for {named} can be written to.")


def _existing(folder: Path) -> Path:
    """The folder, or what it would be made in."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder
