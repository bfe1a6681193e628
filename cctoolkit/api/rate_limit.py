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
import weakref
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
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
#: Days that the count of a service that nobody asks any more is kept: each practice account is one.
KEPT_DAYS = 30
#: Seconds ahead of now that a reservation can lie, with as many requests waiting. One further on is of a clock that
#: was set back since.
QUEUE = 120


@dataclass(frozen=True)
class Budget:
    """What is left of the day's requests, and when the count begins anew (00:00 UTC)."""

    remaining_today: int
    resets_at: datetime


#: Those of this process: none may be counting, or have the file open, while the process is forked. SQLite's locks do not
#: pass over to the child, and what a thread holds in it is never let go.
_LIVING: weakref.WeakSet[RateLimiter] = weakref.WeakSet()
_held: list[RateLimiter] = []
#: One thread forks at a time: a second one would wait for locks that it finds in the first one's list, and holds itself.
_forking = threading.Lock()


def _before_fork() -> None:
    _forking.acquire()
    for limiter in list(_LIVING):
        limiter._lock.acquire()
        _held.append(limiter)
        limiter._let_go()


def _after_fork() -> None:
    for limiter in _held:
        limiter._lock.release()
    _held.clear()
    _forking.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork, after_in_child=_after_fork)


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
        self._per_second, self._per_day = per_second, per_day
        self._clock, self._sleep = clock, sleep
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._path = folder / f"requests-{digest}.sqlite"
        try:
            self._make()
        except (OSError, sqlite3.Error) as error:
            raise self._unusable(error) from error
        _LIVING.add(self)
        _forget_unused(folder, self._path)

    def _make(self) -> None:
        """The file and its tables, where they are not there."""
        private_folder(self._path.parent)
        # The lock, because switching to WAL does not wait for others that do the same.
        with FileLock(self._path.with_suffix(".lock")):
            try:
                self._set_up()
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:  # damaged, as by a power cut: the count begins anew
                for name in ("", "-wal", "-shm"):
                    self._path.with_name(self._path.name + name).unlink(missing_ok=True)
                self._set_up()

    def _set_up(self) -> None:
        with closing(self._connect()) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(
                "CREATE TABLE IF NOT EXISTS sent (id INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL);"
                "CREATE INDEX IF NOT EXISTS sent_at ON sent (at);"
                "CREATE TABLE IF NOT EXISTS days (day TEXT PRIMARY KEY, count INTEGER NOT NULL);"
            )

    def _unusable(self, error: Exception) -> SettingsError:
        return SettingsError(
            f"{self._path.parent} cannot be used to count requests "
            f"({getattr(error, 'strerror', None) or error}): make it a writable folder, with some space left."
        )

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=60, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA synchronous=OFF")  # what a power cut damages is begun anew
        return connection

    @contextmanager
    def _count(self) -> Iterator[sqlite3.Connection]:
        """The count, for one thread at a time. It stays open: opening it takes longer than what is done with it."""
        with self._lock:
            try:
                if not self._path.exists():  # somebody cleared the folder: what is counted there, others would not see
                    self._let_go()
                    self._make()
                if self._connection is None:
                    self._connection = self._connect()
                yield self._connection
            except (OSError, sqlite3.Error) as error:
                self._let_go()
                if type(error) is sqlite3.DatabaseError:  # damaged meanwhile: the next request counts anew
                    with suppress(OSError, sqlite3.Error):
                        self._make()
                raise self._unusable(error) from error
            except BaseException:
                if self._connection is not None and self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def close(self) -> None:
        """Let go of the file. The next request opens it again."""
        with self._lock:
            self._let_go()

    def __del__(self) -> None:
        if getattr(self, "_connection", None) is not None:
            self._let_go()

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
            connection.execute("UPDATE sent SET at = ? WHERE id = ?", (self._clock(), ticket))

    def _reserve(self) -> tuple[int, float]:
        """A row of the count, and the moment that it stands for."""
        with self._count() as connection:
            connection.execute("BEGIN IMMEDIATE")
            now = self._clock()
            # Rows from the future mean that the clock was set back: they would block for as long.
            connection.execute("DELETE FROM sent WHERE at < ? OR at > ?", (now - 60, now + QUEUE))
            before = connection.execute(
                "SELECT at FROM sent ORDER BY at DESC LIMIT 1 OFFSET ?", (self._per_second - 1,)
            ).fetchone()
            newest = connection.execute("SELECT max(at) FROM sent").fetchone()[0]
            moment = max(now, newest or 0.0, before[0] + WINDOW if before else 0.0)
            day = _day(moment)
            used = self._used(connection, day)
            if used >= self._per_day:
                raise QuotaExceeded(
                    429, "quota_exceeded", "this key's requests of the day were counted up to the limit", ""
                )
            ticket = connection.execute("INSERT INTO sent (at) VALUES (?)", (moment,)).lastrowid
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
                "SELECT at FROM sent WHERE at <= ? AND id != ? ORDER BY at DESC LIMIT 1 OFFSET ?",
                (now, ticket, self._per_second - 1),
            ).fetchone()
            early = before is not None and before[0] + WINDOW > now + 1e-6
            moment = before[0] + WINDOW if early else now
            # Its row may have been cleared away: of a machine that slept, or whose clock was set on.
            connection.execute(
                "INSERT INTO sent VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET at = excluded.at", (ticket, moment)
            )
            connection.execute("COMMIT")
        return moment if early else None

    def _give_back(self, ticket: int, moment: float) -> None:
        with self._count() as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("DELETE FROM sent WHERE id = ?", (ticket,))
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


def _forget_unused(folder: Path, ours: Path) -> None:
    """Delete counts that nobody touched for `KEPT_DAYS`, but none that somebody has open."""
    oldest = time.time() - KEPT_DAYS * 86_400
    for path in folder.glob("requests-*.sqlite"):
        with suppress(OSError, sqlite3.Error):
            if path != ours and all(each.stat().st_mtime < oldest for each in _files_of(path)):
                with FileLock(path.with_suffix(".lock"), timeout=0):  # as for making it: nobody opens it meanwhile
                    _delete_unless_open(path)


def _files_of(path: Path) -> list[Path]:
    beside = [path.with_name(path.name + end) for end in ("-wal", "-shm")]
    return [path, *(each for each in beside if each.exists())]


def _delete_unless_open(path: Path) -> None:
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
        # SQLite leaves WAL only for the one connection that there is.
        alone = connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0] == "delete"
    if alone:
        for each in (path, path.with_suffix(".lock")):
            each.unlink(missing_ok=True)


def _day(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).date().isoformat()
