"""Texts of the account as a picture can bear them, and figures as people read them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any

#: Marks that sit on one letter: more of them than any script needs would run over the lines above.
_MARKS = 3
#: What is looked at of a text.
_MOST = 2_000
_JOINERS = "\u200c\u200d"


def harmless(value: Any, width: int = 200) -> str:
    """One line of at most `width` columns, without control characters and marks that turn the direction of others."""
    kept: list[str] = []
    marks = 0
    for letter in " ".join(str(value)[:_MOST].split()):
        category = unicodedata.category(letter)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if category == "Cs":
            kept.append("\ufffd")
        elif category == "Cc":
            kept.append(" ")
        elif marks <= _MARKS and (category not in {"Cf", "Cn"} or letter in _JOINERS):
            kept.append(letter)
    return _cut(" ".join("".join(kept).split()), width)


def _cut(text: str, width: int) -> str:
    if columns_of(text) <= width:
        return text
    taken = 1  # for the ellipsis
    for place, letter in enumerate(text):
        taken += columns_of(letter)
        if taken > width:
            return f"{text[:place].rstrip()}…"
    return text


def columns_of(text: str) -> int:
    """How wide a text is: a Chinese letter takes two columns, an accent none."""
    return sum(
        0
        if unicodedata.category(letter) in {"Mn", "Me", "Cf"}
        else 2
        if unicodedata.east_asian_width(letter) in "WF"
        else 1
        for letter in text
    )


def names(values: Iterable[Any], width: int, without: str) -> list[str]:
    """Harmless names, each another: a second of the same look is numbered. `without` stands for no name at all."""
    found: list[str] = []
    seen: dict[str, int] = {}
    for value in values:
        name = (harmless(value, width) if said(value) else "") or without
        seen[name] = seen.get(name, 0) + 1
        while seen[name] > 1 and f"{name} ({seen[name]})" in seen:
            seen[name] += 1
        if seen[name] > 1:
            name = f"{name} ({seen[name]})"
            seen[name] = 1
        found.append(name)
    return found


def said(value: Any) -> bool:
    """Whether a cell holds anything: None, NaN and NA do not."""
    return value is not None and value == value and str(value) not in {"<NA>", "NaT", "nan"}


def many(count: int, one: str, several: str = "") -> str:
    """`1 contact`, `1,200 contacts`."""
    return f"{count:,} {one if count == 1 else several or f'{one}s'}"


def percent(part: float, whole: float) -> str:
    """A share for people: never 0 % of something, never 100 % of less than all."""
    if not whole:
        return "0 %"
    share = 100 * part / whole
    if 0 < share < 1:
        return "<1 %"
    if 99 < share < 100:
        return ">99 %"
    return f"{share:.0f} %"


def alone(text: str) -> str:
    """A text that is written from right to left, kept from turning what stands beside it."""
    turned = any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in text)
    return f"\u2068{text}\u2069" if turned else text
