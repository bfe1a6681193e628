"""How a text is laid out: its delimiter, and where its headings and its first row are."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from ..columns.synonyms import SYNONYMS
from .records import lines_of, records

DELIMITERS = (",", ";", "\t", "|")
#: Lines above the headings that may hold a title.
MOST_TITLE_LINES = 5
#: How many lines are looked at to tell the delimiter.
LOOKED_AT = 60

#: Characters of a cell that are looked at for an address.
MOST_LOOKED_AT = 300
_NAMES = frozenset(name for names in SYNONYMS.values() for name in names)
_OF_ADDRESSES = frozenset(SYNONYMS["email"])
#: How many lines may stand above the headings where these name a column of addresses.
MOST_PREFACE_LINES = 40
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True)
class Dialect:
    """`headings` are empty when there is no heading row. The first row begins at the byte `offset`, on `line` (1 is
    the file's first); most rows have `width` cells."""

    delimiter: str
    headings: tuple[str, ...]
    offset: int
    line: int
    width: int


def find_dialect(head: str) -> Dialect:
    """The dialect of a text that begins so."""
    lines = lines_of(head)
    first, delimiter = 0, ""
    if lines[0].lower().startswith("sep=") and len(lines[0].strip()) <= 5:
        said, first = lines[0].rstrip("\r\n")[4:], 1
        delimiter = said if said.isascii() and not said.isalnum() and said not in ('"', "\r", "\n", " ") else ""
    delimiter = delimiter or _find_delimiter(lines[first:])
    found = []
    for record in records(lines[first:], delimiter):
        found.append(record)
        if len(found) > LOOKED_AT:
            break
    if not found:
        return Dialect(delimiter, (), 0, first + 1, 1)
    at, has_headings = heading_row([cells for _, _, cells in found])
    start, end, cells = found[at]
    begin = first + (end if has_headings else start)
    below = Counter(len(cells) for _, _, cells in found[at + has_headings :] if any(cells))
    width = below.most_common(1)[0][0] if below else len(cells)
    headings = tuple(cell.strip() for cell in cells) if has_headings else ()
    offset = sum(len(line.encode()) for line in lines[:begin])
    return Dialect(delimiter, headings, offset, begin + 1, width)


def heading_row(rows: list[list[str]]) -> tuple[int, bool]:
    """Which record is the first of the table, after a title line or two, and whether it holds the headings.

    Where an address stands is no heading.
    """
    filled = [sum(bool(cell.strip()) for cell in cells) for cells in rows]
    first = next((index for index, count in enumerate(filled) if count), 0)
    at = first
    for index in range(first, min(first + MOST_TITLE_LINES + 1, len(rows))):
        if filled[index] > 1:
            # A line with one cell above one with several is a title, unless that one cell is a contact.
            above = [cell.strip() for row in rows[first:index] for cell in row if cell.strip()]
            if not any(_ADDRESS.fullmatch(cell[:MOST_LOOKED_AT]) for cell in above):
                at = index
            break
    if not _holds_address(rows[at]) and not _names_an_address(rows[at]):
        # A preface of several cells a line: the table begins where a column of addresses has its heading.
        below = range(at + 1, min(first + MOST_PREFACE_LINES + 1, len(rows)))
        at = next((index for index in below if _names_an_address(rows[index])), at)
    return at, not _holds_address(rows[at])


def _names_an_address(cells: list[str]) -> bool:
    """Whether a row of several cells has the heading of a column of addresses in it, and no address."""
    if sum(bool(cell.strip()) for cell in cells) < 2 or any(_ADDRESS.fullmatch(cell.strip()) for cell in cells):
        return False
    return any(re.sub(r"[^a-z0-9]", "", cell.lower()) in _OF_ADDRESSES for cell in cells)


def _holds_address(cells: list[str]) -> bool:
    return any("@" in cell and _ADDRESS.search(cell[:MOST_LOOKED_AT]) for cell in cells) and not _are_headings(cells)


def _are_headings(cells: list[str]) -> bool:
    """Whether a cell is what people call a column: `Name, Email (e.g. ann@club.org)` holds an address and no contact."""
    alone = [cell for cell in cells if "@" in cell and _ADDRESS.fullmatch(cell.strip()[:MOST_LOOKED_AT])]
    return not alone and any(re.sub(r"[^a-z0-9]", "", cell.lower()) in _NAMES for cell in cells)


def _find_delimiter(lines: list[str]) -> str:
    """The delimiter that cuts most rows into the same, largest number of columns."""
    sample = lines[:LOOKED_AT]
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        rows = [cells for _, _, cells in records(sample, delimiter) if any(cells)]
        if not rows:
            continue
        # A title line or two above the table must not decide; most rows agreeing on many columns must.
        widths = Counter(map(len, rows))
        score = max((width - 1) * count / len(rows) for width, count in widths.items())
        if score > best_score:
            best, best_score = delimiter, score
    return best
