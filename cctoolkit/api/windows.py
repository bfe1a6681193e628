"""Reading all contacts at the pace of the allowance, however long an answer takes.

One cursor gives one page an answer, and an answer can take two seconds. So a large account is read in several windows
of creation time at once, each with a cursor of its own, as many as it takes for the allowance to be what bounds.

Whether the service's `created_after` and `created_before` include their ends is nowhere promised. A window asks for a
second more at its lower end, and keeps of what comes only what is its own: right either way.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from itertools import pairwise
from typing import Any

from ..page_forms import AsRecords, PageForm, ReadPage
from .paging import circle, next_href, pages, records
from .rate_limit import PER_SECOND
from .transport import Stopped, Transport
from .window_cuts import Record, cuts, even_cuts, has_zone, order_of, second, second_text, within

PATH = "/contacts"

#: Accounts of fewer pages are read with one cursor: the windows would cost more than they bring.
FEW_PAGES = 10
#: Seconds of an answer up to which one cursor is as fast as the allowance.
QUICK = 0.15
#: Pages that may lie here until somebody takes them, besides those of the window whose turn it is.
BUFFERED = 192
#: A window of one second is handed on while it is read, at most so many pages ahead.
AHEAD = 8
#: Threads at most, and without an allowance to go by.
MOST_THREADS, THREADS_WITHOUT_LIMIT = 32, 4
#: A window is split only so often: a service that passes over the bounds would have it split for ever.
DEEPEST = 40
#: Parts of a window that itself is a part: there is a heap in it somewhere, and few parts find it with few requests.
HEAP_PARTS = 4
DAY = 86_400
#: Seconds that the end of a reading waits for each of its threads.
ENOUGH = 2.0


#: An entry's place in its page, and the second of its creation.
_Entry = tuple[int, str]


class _Family:
    """Windows that one was split into: how many contacts those of them hold that were not begun."""

    def __init__(self, left: int, depth: int) -> None:
        self.left, self.depth = left, depth


class _Window:
    """Contacts created from `lower` up to before `upper`, in seconds; None is open."""

    def __init__(self, lower: int | None, upper: int | None, family: _Family, fits: bool = False) -> None:
        self.lower, self.upper, self.family, self.fits = lower, upper, family, fits
        self.begun = self.done = False
        #: The pages, and when the contacts of each were created.
        self.pages: list[tuple[Any, list[str]]] = []

    @property
    def one_second(self) -> bool:
        return self.lower is not None and self.upper is not None and self.upper - self.lower <= 1

    def own(self, page: ReadPage) -> list[_Entry]:
        """What of a page belongs to this window: what has no readable time belongs to any."""
        low = "" if self.lower is None else second_text(self.lower)
        high = "~" if self.upper is None else second_text(self.upper)
        times = enumerate(map(_to_the_second, page.created))
        return [(place, at) for place, at in times if not at or low <= at < high]


class Reading:
    """All contacts that match, in pages, each contact once. Iterate over it once.

    A small account comes in the service's order. A large one comes by creation time, contacts of the same second in
    the service's order; what was created since the reading began comes last. `total` is how many are to be
    expected, None when the service did not say. Ending the iteration early ends the threads: none goes on asking.

    `instead` is asked once, with `total`, for pages from elsewhere; None leaves it to these. `form` makes the pages: lists of
    records.
    """

    def __init__(
        self,
        transport: Transport,
        params: dict[str, Any],
        limit: int,
        instead: Callable[[int], Generator[list[Record]] | None] = lambda total: None,
        form: PageForm | None = None,
    ) -> None:
        self._transport, self._limit = transport, limit
        self._instead, self._form = instead, form or AsRecords()
        self._params = {**params, "limit": limit}
        self.total: int | None = None
        self._change = threading.Condition()
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._plan: list[_Window] = []
        self._active = 0
        self._taken = self._order = 0
        self._error: BaseException | None = None
        self._seen: set[bytes | str] = set()
        self._newest, self._begun = "", int(time.time())

    def __iter__(self) -> Generator[Any]:
        asked = {name for name, value in self._params.items() if value is not None}
        if asked & {"segment_id", "email"} or not all(self._bounds_given()):
            for page in pages(self._transport, PATH, self._params):
                yield self._form.page(records(page, "contacts"))
            return
        first = self._ask(PATH, {**self._params, "include_count": True})
        self.total = first.count
        if self.total is not None and (others := self._instead(self.total)) is not None:
            with closing(others):
                yield from map(self._form.page, others)
            return
        whole = _Window(None, None, _Family(0, 0))
        self._order = order_of(_seconds(map(_to_the_second, first.created)))
        points = self._cuts(whole, self.total or 0, first) if self._large else []
        if not points:
            for each in self._follow(first):
                yield each.page
            return
        self._plan = self._split(whole, points, _Family(self.total or 0, 1))
        try:
            yield from self._in_order()
            yield from self._created_meanwhile()
        finally:
            self._end()

    def _ask(self, path: str, params: dict[str, Any] | None = None, stop: threading.Event | None = None) -> ReadPage:
        answer = self._transport.fetch("GET", path, params=params, stop=stop, read=self._form.read)
        if isinstance(answer, ReadPage):
            return answer
        answer = self._transport.as_object(answer, "GET", path)
        found, count = records(answer, "contacts"), answer.get("contacts_count")
        ids, created = ([entry.get(name) for entry in found] for name in ("contact_id", "created_at"))
        count = count if isinstance(count, int) else None
        return ReadPage(self._form.page(found), ids, created, count, next_href(answer))

    def _follow(self, page: ReadPage) -> Iterator[ReadPage]:
        """A page that was read, and those that follow it."""
        seen: set[str] = set()
        while True:
            yield page
            if page.next is None:
                return
            if page.next in seen:
                raise circle(PATH)
            seen.add(page.next)
            page = self._ask(page.next)

    @property
    def _large(self) -> bool:
        """Whether windows pay: the contacts are many, and an answer takes its time."""
        if self._transport.limiter is not None and (self._transport.latency or 0.0) < QUICK:
            return False
        return self.total is not None and self.total >= FEW_PAGES * self._limit

    def _bounds_given(self) -> tuple[bool, bool]:
        """Whether the caller's own bounds, if any, are times that can be reckoned with."""
        given = (self._params.get("created_after"), self._params.get("created_before"))
        after, before = (value is None or second(str(value)) is not None for value in given)
        return after, before

    # What the consumer does.

    def _in_order(self) -> Generator[Any]:
        while self._plan:
            with self._change:
                while not (taken := self._take()):
                    if self._error is not None:
                        raise self._error
                    if not self._plan:
                        return
                    self._staff()
                    self._change.wait(0.5)  # Windows hears no Ctrl-C in a wait without an end
                if self._error is not None:
                    raise self._error
            yield self._joined(taken)

    def _take(self) -> list[tuple[Any, list[str]]]:
        """What the first window has to hand on; it leaves the plan when that is all."""
        while self._plan:
            head = self._plan[0]
            if not (head.done or head.one_second):
                return []
            taken, head.pages = [page for page in head.pages if page[1]], []
            if head.done:
                self._plan.pop(0)
            self._change.notify_all()
            if taken or not head.done:
                return taken
        return []

    def _joined(self, pages: list[tuple[Any, list[str]]]) -> Any:
        """Pages as one, by the time of creation; those of the same second in the service's order."""
        times = [at for _, created in pages for at in created]
        return self._form.joined([page for page, _ in pages], sorted(range(len(times)), key=times.__getitem__))

    def _fresh(self, page: ReadPage, entries: list[_Entry]) -> list[_Entry]:
        """Those that were not seen before, in whatever window."""
        fresh, seen, newest, ids = [], self._seen, self._newest, page.ids
        for each in entries:
            place, at = each
            key = ids[place]
            if isinstance(key, str):
                short = _short(key)
                if short in seen:
                    continue
                seen.add(short)
                if at > newest:
                    newest = at
            fresh.append(each)
        self._newest = newest
        return fresh

    def _created_meanwhile(self) -> Generator[Any]:
        """Contacts created while the windows were read: one cursor would have come to them at its end."""
        newest = second(self._newest)
        if newest is None:
            return
        # From the newest second on, which may not have been over: what was read of it is passed over.
        window = _Window(min(newest, self._begun), None, _Family(0, 0))
        for each in self._follow(self._ask(PATH, self._window_params(window))):
            yield self._some(each, self._fresh(each, window.own(each)))[0]

    def _some(self, page: ReadPage, entries: list[_Entry]) -> tuple[Any, list[str]]:
        """These entries of a page, as a page, and when they were created."""
        whole = len(entries) == len(page.page)
        kept = page.page if whole else self._form.joined([page.page], [place for place, _ in entries])
        return kept, [at for _, at in entries]

    def _end(self) -> None:
        self._stop.set()
        with self._change:
            self._change.notify_all()
        for thread in self._threads:
            thread.join(ENOUGH)  # one that waits for an answer ends with it, and nobody waits for that

    # How many at once, and how long a window.

    def _wanted(self) -> int:
        if self._transport.limiter is None:
            return THREADS_WITHOUT_LIMIT
        # A quarter more than an answer's time asks for, and one that waits for its turn.
        in_flight = math.ceil(1.25 * PER_SECOND * (self._transport.latency or 0.0))
        return min(in_flight + 1, MOST_THREADS)

    def _part(self) -> int:
        """Contacts of a window: longer ones waste less of their last page, shorter ones end together."""
        wanted = self._wanted()
        longest = min(max(BUFFERED // 2 // wanted, 4), 24) * self._limit
        left = max((self.total or 0) - self._taken, 0)
        return max(min(longest, left // wanted), self._limit)

    def _cuts(self, window: _Window, count: int, page: ReadPage) -> list[int]:
        """Where to cut a window of `count` contacts that begins with a page; nowhere when it cannot be."""
        low = self._bound_given("created_after", DAY) if window.lower is None else window.lower
        high = self._bound_given("created_before", -DAY) if window.upper is None else window.upper
        sample = _seconds(at for _, at in window.own(page))
        part = self._part()
        if window.family.depth > 1:  # there is a heap in it, wherever: few parts find it with the fewest requests
            part = max(part, -(-count // HEAP_PARTS))
        points = cuts(low, high, count, sample, part, int(time.time()), self._order)
        # The service includes a bound, whose second may hold thousands: keep away from it.
        if len(sample) < len(page.page):
            edges = [window.lower and window.lower + 1, window.upper and window.upper - 1]
            points = [*points, *within([edge for edge in edges if edge], low, high)]
        return sorted(set(points))

    def _bound_given(self, name: str, inwards: int) -> int | None:
        """The caller's own bound, to cut within. Without a zone nobody knows which second it means: stay clear of it."""
        text = self._params.get(name)
        moment = None if text is None else second(str(text))
        return moment if moment is None or has_zone(str(text)) else moment + inwards

    @staticmethod
    def _split(window: _Window, points: list[int], family: _Family, fits: bool = False) -> list[_Window]:
        ends = [window.lower, *points, window.upper]
        return [_Window(low, high, family, fits) for low, high in pairwise(ends)]

    # What the threads do.

    def _staff(self) -> None:
        waiting = sum(not window.begun for window in self._plan)
        while len(self._threads) < min(self._wanted(), self._active + waiting):
            thread = threading.Thread(target=self._work, name="cctoolkit-contacts", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _work(self) -> None:
        try:
            while (window := self._next()) is not None:
                try:
                    self._read(window)
                finally:
                    with self._change:
                        self._active -= 1
                        self._change.notify_all()
        except Stopped:
            return
        except BaseException as error:  # whatever it is, the consumer raises it
            with self._change:
                self._error = self._error or error
                self._stop.set()
                self._change.notify_all()

    def _next(self) -> _Window | None:
        """The first window that nobody has begun; None when there will be none."""
        with self._change:
            while not self._stop.is_set() and self._plan:
                position = next((n for n, window in enumerate(self._plan) if not window.begun), None)
                # The first in the plan is what the others are kept for: it may always begin.
                if position is not None and (position == 0 or self._may_begin()):
                    self._fit(position)
                    window = self._plan[position]
                    window.begun = True
                    self._active += 1
                    return window
                self._change.wait()
            return None

    def _may_begin(self) -> bool:
        return self._active < self._wanted() and self._buffered() < BUFFERED

    def _buffered(self) -> int:
        return sum(len(window.pages) for window in self._plan)

    def _fit(self, position: int) -> None:
        """Make a window that is about to begin as long as a window should be now, by what is known of its family."""
        window = self._plan[position]
        end = position + 1
        while end < len(self._plan) and self._plan[end].family is window.family and not self._plan[end].begun:
            end += 1
        left, part, upper = max(window.family.left, 0), self._part(), self._plan[end - 1].upper
        if left <= part:  # the others have shown that hardly anybody is left for these
            self._plan[position:end] = [_Window(window.lower, upper, window.family)]
            return
        expected = left // (end - position)
        if not window.fits and expected > 1.5 * part and window.lower is not None and window.upper is not None:
            points = even_cuts(window.lower, window.upper, -(-expected // part))
            self._plan[position : position + 1] = self._split(window, points, window.family, True)

    def _read(self, window: _Window) -> None:
        page = self._ask(PATH, {**self._window_params(window), "include_count": True}, self._stop)
        count = len(page.page) if page.count is None else page.count
        with self._change:
            window.family.left -= count
            depth = window.family.depth + 1
            if count > 1.5 * max(self._part(), 2 * self._limit) and not window.one_second and depth <= DEEPEST:
                points = self._cuts(window, count, page)
                if points:
                    at = self._plan.index(window)
                    parts = self._split(window, points, _Family(count, depth))
                    self._plan[at : at + 1] = parts
                    return
        seen: set[str] = set()
        while True:
            own = window.own(page)
            with self._change:
                own = self._fresh(page, own)
            kept = self._some(page, own)
            with self._change:
                window.pages.append(kept)
                self._taken += len(page.page)
                href = page.next
                window.done = href is None
                self._change.notify_all()
                if href is None:
                    return
                self._change.wait_for(lambda: self._stop.is_set() or self._may_go_on(window))
            if href in seen:
                raise circle(PATH)
            seen.add(href)
            page = self._ask(href, stop=self._stop)

    def _may_go_on(self, window: _Window) -> bool:
        if self._plan[0] is window:
            return not window.one_second or len(window.pages) < AHEAD
        return self._buffered() < BUFFERED

    def _window_params(self, window: _Window) -> dict[str, Any]:
        params = dict(self._params)
        if window.lower is not None:
            params["created_after"] = second_text(window.lower - 1)
        if window.upper is not None:
            params["created_before"] = second_text(window.upper)
        return params


def _seconds(times: Iterable[str]) -> list[int]:
    """Those that are told, to reckon with."""
    return [moment for at in times if (moment := second(at)) is not None]


def _to_the_second(at: Any) -> str:
    """The second of creation as a text to compare; empty when the record says none."""
    if isinstance(at, str):
        if len(at) == 20 and at[19] == "Z" and at[10] == "T":
            return at
        moment = second(at)
        if moment is not None:
            return second_text(moment)
    return ""


def _short(contact_id: str) -> bytes | str:
    """A third of the memory for each of a million ids."""
    try:
        return bytes.fromhex(contact_id.replace("-", ""))
    except ValueError:
        return contact_id
