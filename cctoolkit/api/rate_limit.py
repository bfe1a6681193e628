"""At most 4 requests a second and 10,000 a day, counted over all processes that use the same key.

The service sends no header that would say how much is left, so the client counts: in one small SQLite file, whose
write lock is the queue. A request gets the next free moment, writes it down, sleeps until then, and writes down when
it really went.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from filelock import FileLock

from ..errors import QuotaExceeded, SettingsError
from ..files import private_folder

PER_SECOND = 4
PER_DAY = 10_000
#: The window is a little longer than the service's second, for what the way there takes more or less.
WINDOW = 1.02
#: Seconds from the go-ahead to the sending of a request above which the sending is what counts.
PROMPT = 0.002
#: Seconds ahead of now that a reservation can lie, with as many requests waiting. One further on is of a clock that
#: was set back since.
QUEUE = 120


@dataclass(frozen=True)
class Budget:
    """What is left of the day's requests, and when the count begins anew (00:00 UTC)."""

    remaining_today: int
    resets_at: datetime


class RateLimiter:
    """The allowance of one API key. `name` is what is counted for; `folder` holds the count."""

    def __init__(
        self,
        name: str,
        folder: Path,
        *,
        per_second: int = PER_SECOND,
        per_day: int = PER_DAY,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        digest = hashlib.sha256(name.encode()).hexdigest()[:16]
        try:
            self._path = private_folder(folder) / f"requests-{digest}.sqlite"
        except OSError as error:
            raise SettingsError(
                f"{folder} cannot be used to count requests ({error.strerror}): make it a writable folder."
            ) from error
        self._per_second, self._per_day = per_second, per_day
        self._clock, self._sleep = clock, sleep
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._owner = 0
        # The lock, because switching to WAL does not wait for others that do the same.
        with FileLock(self._path.with_suffix(".lock")), closing(self._connect()) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(
                "CREATE TABLE IF NOT EXISTS requests (at REAL NOT NULL);"
                "CREATE INDEX IF NOT EXISTS requests_at ON requests (at);"
                "CREATE TABLE IF NOT EXISTS days (day TEXT PRIMARY KEY, count INTEGER NOT NULL);"
            )

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=60, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA synchronous=OFF")  # a count lost with the power costs a wait, no more
        return connection

    @contextmanager
    def _count(self) -> Iterator[sqlite3.Connection]:
        """The count, for one thread at a time. It stays open: opening it takes longer than what is done with it."""
        with self._lock:
            if self._connection is None or self._owner != os.getpid():  # a forked process must not use its parent's
                self._connection, self._owner = self._connect(), os.getpid()
            try:
                yield self._connection
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Let go of the file. The next request opens it again."""
        with self._lock:
            if self._connection is not None and self._owner == os.getpid():
                self._connection.close()
            self._connection = None

    def __del__(self) -> None:
        connection = getattr(self, "_connection", None)
        if connection is not None and self._owner == os.getpid():
            connection.close()

    def wait(self, stop: threading.Event | None = None) -> int:
        """Return when the next request may be sent; or as soon as `stop` is set, and then none may.

        What is returned is for `sent`, when the request is on its way.

        Raises `QuotaExceeded` when the day's allowance is used up.
        """
        ticket, moment = self._reserve()
        later: float | None = moment
        while later is not None and (delay := later - self._clock()) > 0:
            if stop is None:
                self._sleep(delay)
            elif stop.wait(delay):
                self._give_back(ticket, moment)
                return ticket
            later = self._confirm(ticket)
        return ticket

    def sent(self, ticket: int, delay: float) -> None:
        """A request went `delay` seconds after its go-ahead: the next may not come a second after that, but after it."""
        if delay < PROMPT:
            return
        with self._count() as connection:
            connection.execute("UPDATE requests SET at = ? WHERE rowid = ?", (self._clock(), ticket))

    def _reserve(self) -> tuple[int, float]:
        """A row of the count, and the moment that it stands for."""
        with self._count() as connection:
            connection.execute("BEGIN IMMEDIATE")
            now = self._clock()
            # Rows from the future mean that the clock was set back: they would block for as long.
            connection.execute("DELETE FROM requests WHERE at < ? OR at > ?", (now - 60, now + QUEUE))
            before = connection.execute(
                "SELECT at FROM requests ORDER BY at DESC LIMIT 1 OFFSET ?", (self._per_second - 1,)
            ).fetchone()
            newest = connection.execute("SELECT max(at) FROM requests").fetchone()[0]
            moment = max(now, newest or 0.0, before[0] + WINDOW if before else 0.0)
            day = _day(moment)
            used = self._used(connection, day)
            if used >= self._per_day:
                raise QuotaExceeded(
                    429, "quota_exceeded", "this key's requests of the day were counted up to the limit", ""
                )
            ticket = connection.execute("INSERT INTO requests VALUES (?)", (moment,)).lastrowid
            connection.execute(
                "INSERT INTO days VALUES (?, 1) ON CONFLICT (day) DO UPDATE SET count = count + 1", (day,)
            )
            connection.execute("COMMIT")
        return ticket or 0, moment

    def _confirm(self, ticket: int) -> float | None:
        """None when the request may go now, and now is what is written down; else the moment to ask again.

        A busy process wakes up late, and whoever comes a second after its moment would come too early after it.
        """
        with self._count() as connection:
            connection.execute("BEGIN IMMEDIATE")
            now = self._clock()
            before = connection.execute(
                "SELECT at FROM requests WHERE at <= ? AND rowid != ? ORDER BY at DESC LIMIT 1 OFFSET ?",
                (now, ticket, self._per_second - 1),
            ).fetchone()
            early = before is not None and before[0] + WINDOW > now + 1e-6
            moment = before[0] + WINDOW if early else now
            connection.execute("UPDATE requests SET at = ? WHERE rowid = ?", (moment, ticket))
            connection.execute("COMMIT")
        return moment if early else None

    def _give_back(self, ticket: int, moment: float) -> None:
        with self._count() as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("DELETE FROM requests WHERE rowid = ?", (ticket,))
            connection.execute("UPDATE days SET count = count - 1 WHERE day = ?", (_day(moment),))
            connection.execute("COMMIT")

    def exhausted(self) -> None:
        """The service says that the day's allowance is used up: by others with this key, whom nobody counted here."""
        day = _day(self._clock())
        with self._count() as connection:
            connection.execute(
                "INSERT INTO days VALUES (?, ?) ON CONFLICT (day) DO UPDATE SET count = excluded.count",
                (day, self._per_day),
            )

    @property
    def budget(self) -> Budget:
        now = datetime.fromtimestamp(self._clock(), UTC)
        with self._count() as connection:
            used = self._used(connection, now.date().isoformat())
        midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), UTC)
        return Budget(max(self._per_day - used, 0), midnight)

    @staticmethod
    def _used(connection: sqlite3.Connection, day: str) -> int:
        row = connection.execute("SELECT count FROM days WHERE day = ?", (day,)).fetchone()
        return int(row[0]) if row else 0


def _day(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).date().isoformat()
