"""How far something long has come, as a person wants to know it."""

from __future__ import annotations

import time


class Pace:
    """How far a reading has come, how quick it is, and how long it will take."""

    def __init__(self, total: int) -> None:
        self.done, self.total = 0, total
        self._began = self._told = time.monotonic()

    def count(self, more: int, total: int | None) -> bool:
        """Count a page; whether it is time to show it, four times a second."""
        self.done += more
        self.total = max(total or self.total, self.done)
        now = time.monotonic()
        if now - self._told < 0.25:
            return False
        self._told = now
        return True

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    @property
    def part(self) -> float:
        return self.done / self.total if self.total else 0.0

    @property
    def words(self) -> str:
        rate = self.done / max(self.seconds, 0.001)
        left = (self.total - self.done) / rate if rate else 0.0
        return f"{self.done:,} of {self.total:,}, {rate:,.0f} a second, {_duration(left)} left"


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
