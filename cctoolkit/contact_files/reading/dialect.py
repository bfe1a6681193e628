"""How a text is laid out: its delimiter, and where its headings and its first row are."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import zip_longest

from ..columns.synonyms import SYNONYMS
from ..columns.words import plain_text
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
#: What the name of a question is that has its text in the row below, and what stands there beside a whole question.
_NUMBER = re.compile(r"Q\d+(_\d+)*")
_NO_PARTS = frozenset({"response", "openendedresponse"})
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
    at, headings, taken = find_headings([cells for _, _, cells in found])
    begin = first + (found[at + taken - 1][1] if taken else found[at][0])
    below = Counter(len(cells) for _, _, cells in found[at + taken :] if any(cells))
    width = below.most_common(1)[0][0] if below else len(found[at][2])
    offset = sum(len(line.encode()) for line in lines[:begin])
    return Dialect(delimiter, headings, offset, begin + 1, width)


def find_headings(rows: list[list[str]]) -> tuple[int, tuple[str, ...], int]:
    """Which record is the first of the table, its headings, and how many records they take (none, where there are none)."""
    at, there = heading_row(rows)
    if not there:
        return at, (), 0
    if at > 0:  # the second row of two may be the one that names an address
        both, taken = headings_of(rows[at - 1 :])
        if taken == 2:
            return at - 1, both, taken
    return at, *headings_of(rows[at:])


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
    if not holds_address(rows[at]) and not names_an_address(rows[at]):
        # A preface of several cells a line: the table begins where a column of addresses has its heading.
        below = range(at + 1, min(first + MOST_PREFACE_LINES + 1, len(rows)))
        at = next((index for index in below if names_an_address(rows[index])), at)
    return at, not holds_address(rows[at])


def headings_of(rows: list[list[str]]) -> tuple[tuple[str, ...], int]:
    """The headings in the first of these rows, and how many rows they take: surveys write two or three.

    In the second stand the parts of a question, or its whole text where the first has only its number.
    """
    first = [cell.strip() for cell in rows[0]]
    second = [cell.strip() for cell in rows[1]] if len(rows) > 1 else []
    if len(rows) > 2 and any(cell.startswith('{"ImportId"') for cell in rows[2]):
        pairs = zip_longest(first, second, fillvalue="")
        return tuple(text if _NUMBER.fullmatch(name) and text else name for name, text in pairs), 3
    filled = [index for index, cell in enumerate(second) if cell]
    of_blank = [index for index in filled if index < len(first) and not first[index]]
    if (
        len(filled) < 2
        or not of_blank
        or len(filled) == len(second)
        or any(character == "@" or character.isdigit() for cell in second for character in cell)
        or not any(plain_text(second[index]) in _NAMES for index in of_blank)
    ):
        return tuple(first), 1
    pairs = zip_longest(first, second, fillvalue="")
    return tuple(_joined(name, part) for name, part in pairs), 2


def _joined(name: str, part: str) -> str:
    if not name or not part or plain_text(part) in _NO_PARTS:
        return name or part
    if plain_text(part) in _NAMES:  # `Contact information` over `Name`, `Company`, `Email Address`
        return part
    return f"{name} - {part}"


def names_an_address(cells: list[str]) -> bool:
    """Whether a row of several cells has the heading of a column of addresses in it, and no address."""
    if sum(bool(cell.strip()) for cell in cells) < 2 or any(_ADDRESS.fullmatch(cell.strip()) for cell in cells):
        return False
    return any(plain_text(cell) in _OF_ADDRESSES for cell in cells)


def holds_address(cells: list[str]) -> bool:
    return any("@" in cell and _ADDRESS.search(cell[:MOST_LOOKED_AT]) for cell in cells) and not _are_headings(cells)


def _are_headings(cells: list[str]) -> bool:
    """Whether a cell is what people call a column: `Name, Email (e.g. ann@club.org)` holds an address and no contact."""
    alone = [cell for cell in cells if "@" in cell and _ADDRESS.fullmatch(cell.strip()[:MOST_LOOKED_AT])]
    return not alone and any(plain_text(cell) in _NAMES for cell in cells)


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
