"""A bar while contacts are read: how many, how many a second, and the time left."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from .export_reading import ContactReading
from .segment_reading import SegmentReading

#: Seconds before a bar appears that nobody asked for.
PATIENCE = 2.0


def watched(reading: ContactReading | SegmentReading, progress: bool | None) -> Iterator[Any]:
    """The pages of a reading, with a bar. `progress` None shows one after two seconds, where somebody may see it."""
    if progress is False or (progress is None and not _somebody_looks()):
        yield from reading
        return
    from tqdm.auto import tqdm

    said = False
    with tqdm(desc="Contacts", unit=" contacts", delay=0.0 if progress else PATIENCE) as bar:
        for page in reading:
            bar.total = None if reading.total is None else max(reading.total, bar.n + len(page))
            bar.update(len(page))
            if reading.said and not said:
                said = True
                tqdm.write(reading.said, file=sys.stderr)
            yield page


def _somebody_looks() -> bool:
    """Whether this is a notebook or standard error is a terminal."""
    return "ipykernel.zmqshell" in sys.modules or bool(sys.stderr and sys.stderr.isatty())
