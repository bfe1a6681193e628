"""Where to cut a span of time, so that about as many contacts were created in each part.

What is known of the span is how many there are in it and when those of its first page were created. Times are whole
seconds since the epoch, as the service counts them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

#: Parts that one page can tell apart: 500 contacts say little about smaller ones.
MOST_PARTS = 24
#: How much of a page has to be in order for the order to be taken for the collection's.
IN_ORDER = 0.9


def cuts(seconds: Sequence[int], count: int, wanted: int, lower: int, upper: int, ahead: int) -> list[int]:
    """Seconds between `lower` and `upper` (both exclusive), rising; the part from one on begins with that second.

    `seconds` are those of the first page, in its order; `count` is how many contacts the span holds, `wanted` how many
    a part should. `ahead` is how many parts to cut from a page that shows one end of the span only. Empty when nothing
    can be cut: the span is one second.
    """
    if upper - lower < 2:
        return []
    parts = max(2, min(-(-count // wanted), MOST_PARTS))
    found = sorted(second for second in seconds if lower <= second < upper)
    if not found:
        return [(lower + upper) // 2]
    direction = _direction(seconds)
    if direction == 0:
        proposed = _quantiles(found, parts)
    else:
        width = max(1, round((found[-1] - found[0]) * wanted / len(found)))
        steps = [width * step for step in range(1, max(1, min(ahead, parts - 1)) + 1)]
        proposed = [found[0] + step for step in steps] if direction > 0 else [found[-1] + 1 - step for step in steps]
    inside = _inside(proposed, lower, upper)
    if inside:
        return inside
    if found[0] == found[-1]:  # after a bulk import: that second by itself
        return _inside([found[0], found[0] + 1], lower, upper) or [(lower + upper) // 2]
    # More are ahead than the page's density lets expect, so it says nothing of them: parts of the same length.
    start, end = (found[-1], upper) if direction > 0 else (lower, found[0])
    parts = min(parts, 4)
    even = [start + (end - start) * part // parts for part in range(1, parts)]
    return _inside(even, lower, upper) or [(lower + upper) // 2]


def _direction(seconds: Sequence[int]) -> int:
    """1 when the page is in the order of creation, -1 when it is in the reverse, 0 when in neither.

    Told from contacts half a page apart: neighbours may be in another order, as the threads of a service write them.
    """
    pairs = list(zip(seconds, seconds[len(seconds) // 2 :], strict=False))
    if sum(first <= second for first, second in pairs) >= IN_ORDER * len(pairs):
        return 1
    return -1 if sum(first >= second for first, second in pairs) >= IN_ORDER * len(pairs) else 0


def _quantiles(found: Sequence[int], parts: int) -> list[int]:
    proposed = [found[len(found) * part // parts] for part in range(1, parts)]
    many = {second for second in proposed if proposed.count(second) > 1}
    return [*proposed, *(second + 1 for second in many)]


def _inside(proposed: Sequence[int], lower: int, upper: int) -> list[int]:
    return sorted({second for second in proposed if lower < second < upper})


def second_of(value: Any) -> int | None:
    """A time or date as the filters and the records have it, in whole seconds; None for what is none."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, date):
        return None
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    if value.tzinfo is None:
        value = value.replace(tzinfo=UTC)
    try:
        return int(value.timestamp() // 1)
    except (OverflowError, ValueError):
        return None


def iso(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
