"""Where to cut a window of creation time, by what its first page shows of how its contacts lie."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

Record = dict[str, Any]

#: Nobody's contact is older than the service.
EARLIEST = int(datetime(1995, 1, 1, tzinfo=UTC).timestamp())
#: Windows of one split at most.
MOST_PARTS = 32
#: How much longer each window is than the one before it, where contacts lie in heaps with long silences between.
GROWTH, GROWING_PARTS = 4, 12
#: How much of a page has to be in an order for it to be the collection's.
IN_ORDER = 0.9


def second(text: str) -> int | None:
    """The whole second of an ISO 8601 time or date, since 1970; None when it is none, or no year of a contact."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not 1970 < moment.year < 9000:
        return None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() // 1)


def second_text(moment: int) -> str:
    """As the service writes it: `2024-10-30T18:56:35Z`."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def has_zone(text: str) -> bool:
    return datetime.fromisoformat(text).tzinfo is not None


def order_of(sample: Sequence[int]) -> int:
    """How the service answers: 1 oldest first, -1 newest first, 0 as it likes or not to be told.

    Told from contacts half a page apart. Neighbours may be out of order by seconds, as a service writes them that works
    in parallel: such a page shows one end of its window all the same, and is no sample of the whole.
    """
    if not sample or min(sample) == max(sample):
        return 0
    pairs = list(zip(sample, sample[len(sample) // 2 :], strict=False))
    if sum(first <= later for first, later in pairs) >= IN_ORDER * len(pairs):
        return 1
    return -1 if sum(first >= later for first, later in pairs) >= IN_ORDER * len(pairs) else 0


def cuts(
    lower: int | None, upper: int | None, count: int, sample: Sequence[int], part: int, now: int, order: int = 0
) -> list[int]:
    """Seconds within `lower` and `upper` that cut `count` contacts into windows of about `part`; rising.

    `sample` is the creation seconds of the window's first page, in the order in which they came: from it, whether the
    service answers by age, and how densely contacts lie. `order` is what earlier pages showed of it, for a page of one
    second. None found means that the window cannot be cut.
    """
    if not sample:
        return []
    seen = sorted(sample)
    low = min(EARLIEST, seen[0]) if lower is None else lower
    high = max(now, seen[-1]) + 1 if upper is None else upper
    parts = min(max(-(-count // part), 2), MOST_PARTS)
    order = order_of(sample) or (order if seen[0] == seen[-1] else 0)
    if order == 1:
        points = _onwards(seen, count, part, parts, high)
    elif order == -1:
        mirrored = _onwards([-each for each in reversed(seen)], count, part, parts, 1 - low)
        points = [1 - point for point in mirrored]
    elif seen[0] == seen[-1]:  # a heap within one second: take it out
        points = [seen[0], seen[0] + 1]
    else:
        points = _quantiles(seen, parts)
    inside = within(points, lower, upper)
    return (
        inside
        or within([(max(low, seen[0]) + min(high, seen[-1] + 1)) // 2], lower, upper)
        or within([(low + high) // 2, seen[0], seen[-1] + 1], lower, upper)
    )


def even_cuts(lower: int, upper: int, parts: int) -> list[int]:
    """Seconds that cut a window into `parts` of the same length, as far as there are seconds."""
    points = [lower + (upper - lower) * n // parts for n in range(1, parts)]
    return within(points, lower, upper)


def _onwards(seen: list[int], count: int, part: int, parts: int, high: int) -> list[int]:
    """Cuts for a page that holds the oldest: the rest lies after it."""
    pace = max(seen[-1] - seen[0], 1) / len(seen)  # seconds from one contact to the next
    if count * pace * GROWTH >= high - seen[0]:  # at this pace they fill the window, or nearly: cut evenly
        reach = min(high, seen[0] + math.ceil(1.3 * count * pace))
        return [*even_cuts(seen[0], reach, parts), reach]
    point, step = float(seen[0]), pace * part
    points: list[int] = []
    while point + step < high and len(points) < GROWING_PARTS:
        point += step
        points.append(int(point) + 1)
        step *= GROWTH
    return points


def _quantiles(seen: list[int], parts: int) -> list[int]:
    """Cuts for a page that is a sample of the whole; a second that holds a whole part becomes a window of its own."""
    parts = min(parts, max(len(seen) // 8, 2))
    chosen = [seen[len(seen) * n // parts] for n in range(1, parts)]
    heaps = [before + 1 for before, after in pairwise(chosen) if before == after]
    return [*chosen, *heaps]


def within(points: Sequence[int], lower: int | None, upper: int | None) -> list[int]:
    return sorted({point for point in points if (lower is None or point > lower) and (upper is None or point < upper)})
