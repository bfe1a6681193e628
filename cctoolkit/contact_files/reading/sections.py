"""Several tables in one file, each below a line that names it: a report on a webinar tells of hosts, panelists and attendees."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from .dialect import holds_address, names_an_address
from .encodings import Text
from .records import lines_of, records

#: How many records are looked at to see whether there are sections.
LOOKED_AT = 60


def is_heading_of_a_section(rows: Sequence[list[str]], index: int) -> bool:
    """Whether the row names columns, one of them of addresses, and the line above it, alone in its row, names the table."""
    above = next((row for row in reversed(rows[:index]) if any(cell.strip() for cell in row)), [])
    named = sum(bool(cell.strip()) for cell in above) == 1 and not any("@" in cell for cell in above)
    return named and names_an_address(rows[index])


def has_sections(beginning: str, delimiter: str) -> bool:
    """Whether a text that begins so holds more than one table with people in it."""
    rows = []
    for _, _, cells in records(lines_of(beginning), delimiter):
        rows.append(cells)
        if len(rows) > LOOKED_AT:
            break
    of_people = [
        index
        for index in range(len(rows) - 1)
        if is_heading_of_a_section(rows, index) and holds_address(rows[index + 1])
    ]
    return len(of_people) > 1


class Sections:
    """The rows of all sections under the headings of all of them, each once."""

    def __init__(self, text: Text, delimiter: str) -> None:
        self._text, self._delimiter = text, delimiter
        found: dict[str, None] = {}
        for _, _, headings in self._sections():
            found.update(dict.fromkeys(headings))
        self.headings = tuple(found)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Each row with its line, and its cells where the headings are."""
        places = {heading: index for index, heading in enumerate(self.headings)}
        for line, cells, headings in self._sections():
            if not cells:
                continue
            row = [""] * len(self.headings)
            for heading, cell in zip(headings, cells, strict=False):
                row[places[heading]] = row[places[heading]] or cell
            yield line, row

    def _sections(self) -> Iterator[tuple[int, list[str], tuple[str, ...]]]:
        """Each row with its line and the headings of its section; a heading row by itself, without cells."""
        with self._text.open() as file, io.TextIOWrapper(file, "utf-8", errors="replace", newline="") as lines:
            whole = list(lines)
        rows: list[list[str]] = [[]]
        headings: tuple[str, ...] = ()
        title: tuple[int, list[str]] | None = None  # a line by itself, which may name what follows
        for start, _, cells in records(whole, self._delimiter):
            filled = sum(bool(cell.strip()) for cell in cells)
            rows = [*rows[-1:], cells] if filled else rows
            if filled and is_heading_of_a_section(rows, len(rows) - 1):
                headings, title = tuple(cell.strip() or f"Column {n}" for n, cell in enumerate(cells, 1)), None
                yield start + 1, [], headings
                continue
            if title is not None and headings:
                yield title[0], title[1], headings
            title = (start + 1, cells) if filled == 1 and len(headings) > 1 and "@" not in "".join(cells) else None
            if title is None and headings and filled:
                yield start + 1, cells, headings
        if title is not None:
            yield title[0], title[1], headings
