"""Cutting rows into files that the import takes whole.

Whatever exceeds a limit vanishes at the service, and no error says so. Therefore the limits are counted as it counts
them: physical lines, the heading among them, and the whole request body in bytes.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field

import pandas as pd

MOST_LINES = 40_000
MOST_BYTES = 4_000_000
#: What a request body holds besides the file: the multipart envelope, and up to 50 list ids of 36 characters.
ENVELOPE = 4_096

_LINE_BREAK = re.compile(rb"\r\n|\r|\n")


@dataclass(frozen=True)
class Part:
    """One file of an import: its name, content and number of contacts."""

    name: str
    content: bytes = field(repr=False)
    contacts: int


def cut(rows: pd.DataFrame, *, most_lines: int = MOST_LINES, most_bytes: int = MOST_BYTES) -> list[Part]:
    """The rows as CSV files, in order, each under both limits. No row in more than one, none in none."""
    heading = _line([str(name) for name in rows.columns])
    room = most_bytes - ENVELOPE
    parts: list[Part] = []
    lines: list[bytes] = []
    size, count = len(heading), 1

    def finish() -> None:
        nonlocal size, count
        if lines:
            name = f"part-{len(parts) + 1:03}.csv"
            parts.append(Part(name, b"".join([heading, *lines]), len(lines)))
        lines.clear()
        size, count = len(heading), 1

    for row in rows.itertuples(index=False, name=None):
        line = _line([str(value) for value in row])
        physical = len(_LINE_BREAK.findall(line))
        if size + len(line) > room or count + physical > most_lines:
            finish()
        lines.append(line)
        size, count = size + len(line), count + physical
    finish()
    return parts


def _line(cells: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue().encode()
