"""Reading all contacts at the rate that the allowance permits, however long an answer takes.

A cursor leads from page to page, one at a time, so with an answer a second it reads one page a second where four are
allowed. Contacts never change when they were created, so the time of creation is cut into windows that are read at
once, each with a cursor of its own. A window begins with a guess; its first answer says how many contacts are in it,
and a window with too many is cut again at the times that its page shows. A second is the narrowest window: when a bulk
import put thousands into one, its cursor is followed.

Each contact arrives once. Whether the service counts the second of a boundary in or out is not published, so windows
are asked for with a second more in front, and a contact is taken by the window that its `created_at` lies in.
"""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from .paging import circle, follow, next_href, pages, records
from .transport import Stopped, Transport
from .window_cuts import cuts, iso, second_of

PATH = "/contacts"
#: An account with fewer is read with one cursor.
SMALL = 5_000
#: Pages that a window should have: few when little is left to share out, many where a window's last page, which is
#: not full, would weigh.
SHORTEST, LONGEST = 2, 16
#: A window that holds this much more than it should is followed all the same.
TOLERANCE = 1.5
#: Windows cut ahead of a page that shows one end of its span.
AHEAD = 3
#: Requests a second that are to be under way, and how many more than that takes by the measured latency.
RATE, RESERVE = 4.0, 1.2
#: With answers quicker than this (seconds), one cursor reaches the rate by itself.
QUICK = 0.15
MOST_WORKERS = 24
#: Pages that wait for whoever iterates, at most: about 100 MB with all sub-resources.
BUFFER = 128
#: Contacts created in the seconds before the reading began are read when all others are, with those created since.
RECENT = 60
EARLIEST, A_YEAR = int(datetime(1995, 1, 1, tzinfo=UTC).timestamp()), 366 * 86_400
#: The number of pages that have no window before them.
FIRST = -(2**62)

Page = list[dict[str, Any]]


@dataclass(eq=False)
class _Window:
    """Contacts created from `lower` on and before `upper`; None where only the caller's filters are a bound."""

    lower: int | None
    upper: int | None
    #: Read when all before it are: it is where new contacts appear.
    last: bool = False
    started: bool = False
    complete: bool = False
    busy: bool = False
    href: str | None = None
    hrefs: set[str] = field(default_factory=set)
    pages: deque[Page] = field(default_factory=deque)

    def holds(self, second: int | None) -> bool:
        if second is None:
            return True
        return (self.lower is None or self.lower <= second) and (self.upper is None or second < self.upper)


class ContactPages:
    """The pages of `GET /contacts`, each with a number: sorted by it they are in the order of creation.

    Iterate once. `ordered` gives them in that order, with a bounded number read ahead; without it they come as they
    are read. `params` are the service's own. `workers` is how many requests are under way at once; without it the
    latency decides, and whether there is any need for windows at all.

    Leaving the iteration early, an error and Ctrl-C end the threads; no request is left running.
    """

    def __init__(
        self,
        transport: Transport,
        params: Mapping[str, Any],
        *,
        limit: int,
        ordered: bool = True,
        workers: int | None = None,
        small: int = SMALL,
        buffer: int = BUFFER,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._transport = transport
        self._params = {name: value for name, value in params.items() if value is not None}
        self._limit, self._ordered, self._small, self._buffer = limit, ordered, small, buffer
        self._fixed_workers = workers
        self._now = int(clock())
        #: How many contacts there are, once the first page has told; None when it did not.
        self.total: int | None = None
        self._changed = threading.Condition()
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._windows: list[_Window] = []
        self._error: BaseException | None = None
        self._unheeded = self._delivered = self._in_order = False
        self._planned = self._buffered = self._busy = 0
        self._undated: set[str] = set()

    def __iter__(self) -> Iterator[tuple[int, Page]]:
        if {"segment_id", "email"} & set(self._params):  # few contacts; a segment allows no other filter
            for page in pages(self._transport, PATH, {**self._params, "limit": self._limit}):
                yield FIRST, records(page, "contacts")
            return
        first = self._transport.get(PATH, self._query(_Window(None, None)))
        found = records(first, "contacts")
        self.total = _count(first)
        if self._worth_it(found):
            self._plan(found)
            yield from self._read()
            if not self._unheeded:
                return
        for page in follow(self._transport, PATH, first):
            yield FIRST, records(page, "contacts")

    # What to read.

    def _worth_it(self, found: Page) -> bool:
        if self.total is None or self.total < self._small or self.total <= len(found):
            return False
        given = [self._params.get(name) for name in ("created_after", "created_before")]
        if any(value is not None and second_of(value) is None for value in given):
            return False  # the service may understand it; we do not, and could not cut it
        if any(second_of(contact.get("created_at")) is None for contact in found):
            return False  # no window would find such a contact
        return self._fixed_workers is not None or (self._transport.latency or 0.0) > QUICK

    def _plan(self, found: Page) -> None:
        """The whole time as one window, cut by what its first page shows."""
        seconds = [second for second in map(_created, found) if second is not None]
        self._in_order = seconds == sorted(seconds)
        self._windows = [_Window(None, None)]
        _, upper = self._span(self._windows[0], found)
        recent = self._now - RECENT
        if upper > recent > self._span(self._windows[0], found)[0]:
            self._windows = [_Window(None, recent), _Window(recent, None, last=True)]
        self._split(self._windows[0], found, self.total or 0, ahead=self._workers())

    def _span(self, window: _Window, found: Page) -> tuple[int, int]:
        """Where a window may be cut: within the caller's own bounds, of which we do not know the sense of either."""
        seconds = [second for second in map(_created, found) if second is not None]
        after, before = (second_of(self._params.get(name)) for name in ("created_after", "created_before"))
        lower, upper = window.lower, window.upper
        if lower is None:
            lower = min([EARLIEST, *seconds]) - 1 if after is None else after + 1
        if upper is None:
            upper = max([self._now, *seconds]) + A_YEAR if before is None else before
        return lower, upper

    def _split(self, window: _Window, found: Page, count: int, ahead: int) -> bool:
        """Put parts in the window's place, when it can be cut."""
        lower, upper = self._span(window, found)
        seconds = [second for second in map(_created, found) if second is not None and window.holds(second)]
        bounds = cuts(seconds, count, self._wanted(), lower, upper, ahead)
        if not bounds:
            return False
        edges = [window.lower, *bounds, window.upper]
        place = self._windows.index(window)
        self._windows[place : place + 1] = [
            _Window(start, end) for start, end in zip(edges[:-1], edges[1:], strict=True)
        ]
        return True

    def _wanted(self) -> int:
        """How many contacts a window should hold: the fewer are left, the fewer, so that all end at the same time."""
        left = max((self.total or 0) - self._planned, 0) / self._limit
        return round(self._limit * min(max(left / (2 * self._workers()), SHORTEST), LONGEST))

    def _workers(self) -> int:
        if self._fixed_workers is not None:
            return self._fixed_workers
        return min(math.ceil(RATE * RESERVE * (self._transport.latency or 0.0)) + 1, MOST_WORKERS)

    def _query(self, window: _Window) -> dict[str, Any]:
        query = {**self._params, "limit": self._limit, "include_count": True}
        if window.lower is not None:
            query["created_after"] = iso(window.lower - 1)
        if window.upper is not None:
            query["created_before"] = iso(window.upper)
        return query

    # The threads.

    def _work(self) -> None:
        while True:
            with self._changed:
                while (window := self._next()) is None:
                    if self._stop.is_set() or all(each.complete for each in self._windows):
                        return
                    self._changed.wait()
                window.busy = True
                self._busy += 1
            try:
                href = window.href
                page = self._transport.get(href or PATH, None if href else self._query(window), stop=self._stop)
                found = records(page, "contacts")
            except Stopped:
                return
            except BaseException as error:
                with self._changed:
                    self._fail(error)
                return
            with self._changed:
                window.busy = False
                self._busy -= 1
                try:
                    self._take(window, page, found)
                except BaseException as error:
                    self._fail(error)
                    return
                self._add_threads()
                self._changed.notify_all()

    def _fail(self, error: BaseException) -> None:
        self._error = self._error or error
        self._stop.set()
        self._changed.notify_all()

    def _next(self) -> _Window | None:
        """The first window whose next page may be asked for."""
        if self._stop.is_set() or self._busy >= self._workers():
            return None
        waits = self._ordered and self._buffered >= self._buffer
        for place, window in enumerate(self._windows):
            if window.busy or window.complete:
                continue
            if window.last and not all(each.complete for each in self._windows[:place]):
                return None
            if waits and (place > 0 or (window.pages and self._streams(window))):
                return None
            return window
        return None

    def _take(self, window: _Window, page: dict[str, Any], found: Page) -> None:
        if not window.started:
            window.started = True
            if not self._heeded(window, found):
                self._unheeded = True
                self._windows.clear()
                self._stop.set()
                return
            count = _count(page)
            if count is not None:
                if count > TOLERANCE * self._wanted() and self._split(window, found, count, AHEAD):
                    return
                self._planned += count
        taken = [contact for contact in found if self._belongs(window, contact)]
        if taken:
            window.pages.append(taken)
            self._buffered += 1
        window.href = next_href(page)
        if window.href is None:
            window.complete = True
            if window.pages and not self._streams(window):
                whole = sorted(chain.from_iterable(window.pages), key=lambda contact: _created(contact) or 0)
                self._buffered -= len(window.pages) - 1
                window.pages = deque([whole])
        elif window.href in window.hrefs:
            raise circle(PATH)
        else:
            window.hrefs.add(window.href)

    def _streams(self, window: _Window) -> bool:
        """Whether pages are passed on as they come: they are in the order of creation, or none is asked for.

        Where the service has another order, a whole window is put in it, so that the order does not depend on the cuts.
        """
        if not self._ordered or self._in_order:
            return True
        return window.lower is not None and window.upper == window.lower + 1

    def _belongs(self, window: _Window, contact: dict[str, Any]) -> bool:
        second = _created(contact)
        if second is None:  # should a window bring one, others may too
            contact_id = str(contact.get("contact_id"))
            if contact_id in self._undated:
                return False
            self._undated.add(contact_id)
        return window.holds(second)

    def _heeded(self, window: _Window, found: Page) -> bool:
        """Whether the service kept to the window. One that does not would give all contacts to each."""
        if self._delivered:
            return True
        wide = _Window(
            None if window.lower is None else window.lower - 1, None if window.upper is None else window.upper + 1
        )
        return all(wide.holds(_created(contact)) for contact in found)

    def _add_threads(self) -> None:
        while len(self._threads) < self._workers() and not self._stop.is_set():
            thread = threading.Thread(target=self._work, name="contacts", daemon=True)
            self._threads.append(thread)
            thread.start()

    # Whoever iterates.

    def _read(self) -> Iterator[tuple[int, Page]]:
        try:
            with self._changed:
                self._add_threads()
            while True:
                with self._changed:
                    while (ready := self._ready()) is None:
                        if self._error is not None:
                            raise self._error
                        if not self._windows:
                            return
                        self._changed.wait(0.5)  # without a limit, Ctrl-C would not be heard on Windows
                    window, page = ready
                    self._delivered = True
                    self._changed.notify_all()
                yield FIRST if window.lower is None else window.lower, page
        finally:
            self._stop.set()
            with self._changed:
                self._changed.notify_all()
            for thread in self._threads:
                thread.join()

    def _ready(self) -> tuple[_Window, Page] | None:
        if self._error is not None:
            return None
        while self._windows and self._windows[0].complete and not self._windows[0].pages:
            del self._windows[0]
        for window in self._windows[:1] if self._ordered else self._windows:
            if window.pages and (window.complete or self._streams(window)):
                self._buffered -= 1
                return window, window.pages.popleft()
        return None


def _created(contact: dict[str, Any]) -> int | None:
    return second_of(contact.get("created_at"))


def _count(page: dict[str, Any]) -> int | None:
    count = page.get("contacts_count")
    return count if isinstance(count, int) and not isinstance(count, bool) else None
