"""Whose names go with an address: at a parent's address it is the parent who reads, and not the child that the row is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .mapping import BY_PART, Mapping, Reason
from .qualifiers import OTHERS, qualified
from .words import words

#: Whom a row is about whose address is somebody else's: their birthdays are not the reader's.
_ABOUT = frozenset(
    {
        *("student", "player", "athlete", "camper", "child", "childs", "kid", "pupil", "patient", "participant"),
        *("swimmer", "dancer"),
    }
)
_NAMES = ("first_name", "last_name", "name")


def named_as_addressed(mapping: Mapping, headings: Sequence[str]) -> Mapping:
    """The mapping with the names and the phone of whoever the first column of addresses belongs to, by its heading: those of
    `Parent 1 Email` are in `Parent 1 First Name`. As it is where there are none."""
    emails = [index for index in mapping.columns.get("email", ()) if index >= 0]
    spoken = frozenset(words(headings[emails[0]])) if emails else frozenset()
    whose = spoken & OTHERS
    if not whose:
        return mapping
    theirs: dict[str, int] = {}
    for index, heading in enumerate(headings):
        have, found = frozenset(words(heading)), qualified(heading)
        same = have & OTHERS == whose and _numbers(have) == _numbers(spoken)
        if found is not None and same and found.target in (*_NAMES, "phone"):
            theirs.setdefault(found.target, index)
    if not theirs.keys() & set(_NAMES):
        return mapping
    columns = dict(mapping.columns)
    columns.update({target: (theirs[target],) if target in theirs else () for target in _NAMES})
    for target in ("birthday", "birthday_month", "birthday_day", "anniversary"):
        columns[target] = tuple(
            index for index in columns.get(target, ()) if not frozenset(words(headings[index])) & _ABOUT
        )
    if "phone" in theirs:
        columns["phone"] = (theirs["phone"],)
    reason = Reason(BY_PART, f"goes with {headings[emails[0]]}")
    return replace(
        mapping,
        columns={target: indexes for target, indexes in columns.items() if set(indexes) - {-1}},
        reasons={**mapping.reasons, **dict.fromkeys(theirs.values(), reason)},
    )


def _numbers(have: frozenset[str]) -> frozenset[str]:
    return frozenset(filter(str.isdigit, have))
