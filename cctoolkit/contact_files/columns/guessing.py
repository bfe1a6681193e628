"""What a column seems to hold, by its cells: for files without headings, and for headings that nobody knows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from ..rules.dates import is_no_date, read_date
from ..rules.phones import region_of

#: From this confidence on a guess is followed where there are no headings to go by.
FOLLOWED = 0.6
#: Fewer filled cells than this prove little.
ENOUGH = 5
#: Characters of a cell that are looked at.
MOST_LOOKED_AT = 300

_EMAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+")
_PHONE = re.compile(r"\+?[\d(][\d ()./-]{5,}\d(?: ?x\d+)?")
_ZIP = re.compile(
    r"\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d|\d{4} ?[A-Z]{2}|\d{2}-\d{3}"
)
_WORD = re.compile(r"[^\W\d_][\w'’.-]*", re.UNICODE)
_STREET = re.compile(r"\d+[a-z]? +[^\W\d_].*|[^\W\d_].* +\d+ ?[a-z]?", re.IGNORECASE)
_STATES = frozenset(
    [
        "AL",
        "AK",
        "AZ",
        "AR",
        "CA",
        "CO",
        "CT",
        "DE",
        "FL",
        "GA",
        "HI",
        "ID",
        "IL",
        "IN",
        "IA",
        "KS",
        "KY",
        "LA",
        "ME",
        "MD",
        "MA",
        "MI",
        "MN",
        "MS",
        "MO",
        "MT",
        "NE",
        "NV",
        "NH",
        "NJ",
        "NM",
        "NY",
        "NC",
        "ND",
        "OH",
        "OK",
        "OR",
        "PA",
        "RI",
        "SC",
        "SD",
        "TN",
        "TX",
        "UT",
        "VT",
        "VA",
        "WA",
        "WV",
        "WI",
        "WY",
        "DC",
        "PR",
        "AB",
        "BC",
        "MB",
        "NB",
        "NL",
        "NS",
        "ON",
        "PE",
        "QC",
        "SK",
    ]
)


def _is_phone(cell: str) -> bool:
    digits = sum(character.isdigit() for character in cell)
    return bool(_PHONE.fullmatch(cell)) and 7 <= digits <= 15 and read_date(cell, False) is None


def _is_date(cell: str) -> bool:
    return len(cell) >= 5 and not _ZIP.fullmatch(cell) and (read_date(cell, False) or read_date(cell, True)) is not None


#: How each kind is told, and how far a full column of it can be trusted to be that.
_KINDS: Mapping[str, tuple[Callable[[str], bool], float]] = {
    "email": (lambda cell: "@" in cell and bool(_EMAIL.search(cell)), 1.0),
    "phone": (_is_phone, 0.9),
    "birthday": (_is_date, 0.5),  # or any other date
    "zip": (lambda cell: bool(_ZIP.fullmatch(cell)), 0.9),
    "state": (lambda cell: cell in _STATES, 0.9),
    "country": (lambda cell: len(cell) > 2 and region_of(cell) is not None, 0.95),
    "street": (lambda cell: bool(_STREET.fullmatch(cell)) and len(cell) > 6, 0.8),
}


def guess(cells: Sequence[str]) -> tuple[str, float]:
    """What a column most likely is, and how sure that is (0 to 1); an empty text when its cells say nothing."""
    filled = [cell[:MOST_LOOKED_AT] for each in cells if (cell := each.strip()) and not is_no_date(cell)]
    if not filled:
        return "", 0.0
    few = min(1.0, (len(filled) + 2) / (ENOUGH + 2))
    best = ("", 0.0)
    for target, (test, trust) in _KINDS.items():
        confidence = round(sum(map(test, filled)) / len(filled) * trust * few, 2)
        if confidence > best[1]:
            best = (target, confidence)
    return best if best[1] >= 0.3 else ("", 0.0)


def guess_names(columns: Mapping[int, Sequence[str]]) -> dict[int, tuple[str, float]]:
    """Which of the columns left over hold names: two of single words side by side, or one of full names."""
    words: dict[int, float] = {}
    for index, cells in columns.items():
        filled = [cell for each in cells if (cell := each.strip())]
        if not filled or len(set(filled)) * 4 < len(filled):  # few values again and again are a category
            continue
        if sum(all(map(_WORD.fullmatch, cell.replace(",", " ").split())) for cell in filled) * 10 < len(filled) * 8:
            continue
        words[index] = sum(len(cell.split()) for cell in filled) / len(filled)
    for index in words:
        if 1.7 <= words[index] <= 3.2:
            return {index: ("name", 0.65)}
    for index in words:
        if words[index] < 1.7 and words.get(index + 1, 9.0) < 1.7:
            return {index: ("first_name", 0.6), index + 1: ("last_name", 0.6)}
    return {}
