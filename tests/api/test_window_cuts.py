"""Where windows of creation time are cut."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from cctoolkit.api.window_cuts import cuts

START, HOUR = 1_700_000_000, 3_600
#: A contact an hour: the first page shows the oldest 500 of 20,000.
TIMES = [START + number * HOUR for number in range(20_000)]


@pytest.mark.parametrize("newest_first", [False, True])
def test_neighbours_out_of_order_do_not_hide_that_a_page_is_in_order(newest_first: bool) -> None:
    """A service that writes in parallel lists contacts a little out of order: the page is still one end of its window.

    Taken for a sample of the whole, it would be cut into windows of a few contacts, over and over.
    """
    chance = random.Random(1)
    listed = sorted(TIMES, key=lambda at: at + chance.randrange(-5, 6) * HOUR, reverse=newest_first)
    points = cuts(START, TIMES[-1] + 1, len(TIMES), listed[:500], 2_000, TIMES[-1])
    ends = [START, *points, TIMES[-1] + 1]
    longest = max(sum(low <= at < high for at in TIMES) for low, high in pairwise(ends))
    assert longest <= 4_000
    assert len(points) <= 20


def test_a_page_in_no_order_is_a_sample_of_its_window() -> None:
    """Each part holds about as many contacts as it should."""
    listed = random.Random(1).sample(TIMES, 500)
    points = cuts(START, TIMES[-1] + 1, len(TIMES), listed, 2_000, TIMES[-1])
    ends = [START, *points, TIMES[-1] + 1]
    counts = [sum(low <= at < high for at in TIMES) for low, high in pairwise(ends)]
    assert max(counts) <= 3_000
    assert len(counts) == 10
