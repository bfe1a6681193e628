"""Disks that are full or take nothing, for the tests of what goes wrong around us."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

CANNOT = "needs root on Linux, to mount a small file system: run it in a container, as CI does"


@dataclass
class Disk:
    """A file system of its own. `fill()` leaves no room on it, `free()` makes room again."""

    path: Path

    @property
    def _ballast(self) -> Path:
        return self.path / "ballast"

    def fill(self) -> None:
        with self._ballast.open("ab", buffering=0) as file:
            for size in (1 << 16, 1 << 10, 1):
                try:
                    while file.write(b"x" * size):
                        pass
                except OSError:
                    continue

    def free(self) -> None:
        self._ballast.unlink()

    def read_only(self) -> None:
        subprocess.run(["mount", "-o", "remount,ro", str(self.path)], check=True)

    def writable(self) -> None:
        subprocess.run(["mount", "-o", "remount,rw", str(self.path)], check=True)


@pytest.fixture
def disk_of(tmp_path: Path) -> Iterator[Callable[[str], Disk]]:
    """Makes a disk of such a size: `disk_of("64k")`."""
    mounted: list[Path] = []

    def make(size: str) -> Disk:
        place = tmp_path / f"disk-{len(mounted)}"
        place.mkdir()
        if sys.platform != "linux" or os.geteuid() != 0:
            pytest.skip(CANNOT)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)], capture_output=True)
        if done.returncode:
            pytest.skip(CANNOT)
        mounted.append(place)
        return Disk(place)

    yield make
    for place in mounted:
        subprocess.run(["umount", "-l", str(place)], check=True)
