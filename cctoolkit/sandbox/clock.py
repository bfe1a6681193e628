"""The sandbox's clock: real time, or time that a test sets and moves, so that nobody has to sleep."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime


class Clock:
    """Seconds since the epoch. Runs with real time until `freeze` or `advance` is called."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._offset = 0.0
        self._frozen_at: float | None = None

    def now(self) -> float:
        with self._lock:
            return (time.time() if self._frozen_at is None else self._frozen_at) + self._offset

    @property
    def frozen(self) -> bool:
        return self._frozen_at is not None

    def advance(self, seconds: float) -> None:
        """Move the clock; it keeps running (or standing still) from there."""
        with self._lock:
            self._offset += seconds

    def freeze(self, at: float | None = None) -> None:
        """Stand still, at `at` (seconds since the epoch) or at the present moment."""
        present = self.now() if at is None else at
        with self._lock:
            self._frozen_at, self._offset = present, 0.0

    def iso(self) -> str:
        """The present moment as the service writes it: whole seconds, `2024-10-30T18:56:35Z`."""
        return iso(self.now())


def iso(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_milliseconds(seconds: float) -> str:
    """As campaigns and reports write times: `2019-04-25T11:08:00.000Z`."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{int(seconds % 1 * 1000):03}Z"
