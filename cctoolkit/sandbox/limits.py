"""The service's allowance: 4 requests a second and 10,000 a UTC day for each application."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from datetime import UTC, datetime

from .clock import Clock
from .v3.errors import ApiError

PER_SECOND = 4
PER_DAY = 10_000


class Limits:
    """Counts by `client_id`. `enabled` False lets everything through."""

    def __init__(self, clock: Clock, *, enabled: bool = True) -> None:
        self.enabled = enabled
        self._clock = clock
        self._lock = threading.Lock()
        self._recent: defaultdict[str, deque[float]] = defaultdict(deque)
        self._days: dict[str, tuple[str, int]] = {}

    def check(self, client_id: str) -> None:
        """A 429 for the request that is one too many. It carries no Retry-After, as the service's does not."""
        if not self.enabled:
            return
        now = self._clock.now()
        today = datetime.fromtimestamp(now, UTC).date().isoformat()
        with self._lock:
            day, count = self._days.get(client_id, (today, 0))
            count = count if day == today else 0
            if count >= PER_DAY:
                raise ApiError(429, "quota_exceeded", "Limit Exceeded", alone=True)
            recent = self._recent[client_id]
            while recent and recent[0] <= now - 1.0:
                recent.popleft()
            if len(recent) >= PER_SECOND:
                raise ApiError(429, "throttled", "Too Many Requests", alone=True)
            recent.append(now)
            self._days[client_id] = (today, count + 1)
