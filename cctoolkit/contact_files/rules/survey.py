"""What has to be known of the whole export before its rows are judged: who left, and how its dates are written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from ..columns.answers import says_no
from ..columns.mapping import Mapping
from ..columns.synonyms import SYNONYMS
from ..columns.words import plain_text
from ..reading.export import Export, ahead
from .dates import DAY_FIRST, DOTTED, EITHER, MONTH_FIRST
from .email_columns import email_of_rows
from .notes import Notes
from .phones import mobile_number
from .texts import Mask, hashes, is_true, matches

DATES = ("anniversary", "birthday", "sms_consent_date", "consent_date")

_ENGLISH = {
    *("birthday", "birthdate", "dateofbirth", "birthdaymmdd", "dob", "bday", "birthdayddmm", "birthdaymonthday"),
    *("birthmonthday", "personbirthday", "birthdatemonthday", "anniversary", "weddinganniversary", "weddingdate"),
    "weddingday",
}
#: In the other languages nobody writes the month first.
_DAY_FIRST_HEADINGS = frozenset((*SYNONYMS["birthday"], *SYNONYMS["anniversary"])) - _ENGLISH


@dataclass
class Survey:
    """`left`: the hash of each address that must not be written to, and the first line that says so. `dates`: how many
    cells of a column of dates show that the day comes first, that the month does, and how many could be either."""

    left: dict[int, int] = field(default_factory=dict)
    dates: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    #: The hash of each address of somebody who left by another sheet of the file, and which.
    elsewhere: dict[int, str] = field(default_factory=dict)
    day_first_by_default: bool = False
    #: What headings such as `Birthday (DD/MM)` say.
    hints: dict[int, bool] = field(default_factory=dict)
    #: Columns with dates like 5.6.1980.
    dotted: set[int] = field(default_factory=set)

    def by_day(self, column: int) -> bool:
        day, month, _ = self.dates.get(column, (0, 0, 0))
        return day > month or (
            day == month and self.hints.get(column, column in self.dotted or self.day_first_by_default)
        )

    def how(self, column: int) -> str:
        """How the dates of a column are read, in words; nothing where there is one way to read them."""
        day, month, either = self.dates.get(column, (0, 0, 0))
        if not day and not month and not either:
            return ""
        order = "day/month" if self.by_day(column) else "month/day"
        if not day and not month:
            return f"dates read as {order}: no cell can tell"
        against = f", {min(day, month)} against it" if min(day, month) else ""
        return f"dates read as {order}: {max(day, month)} cells show it{against}"


def order_in_headings(headings: Sequence[str]) -> dict[int, bool]:
    """Which headings say that the day comes first (`DD/MM`, or a language in which nobody writes the month first), or the
    month (`MM/DD`)."""
    plain = [plain_text(heading) for heading in headings]
    orders = {"ddmm": True, "daymonth": True, "mmdd": False, "monthday": False}
    told = {
        index: by_day for index, heading in enumerate(plain) for order, by_day in orders.items() if order in heading
    }
    return dict.fromkeys((index for index, heading in enumerate(plain) if heading in _DAY_FIRST_HEADINGS), True) | told


def columns_to_survey(mapping: Mapping) -> list[int]:
    dates = {index for target in DATES for index in mapping.columns.get(target, ())}
    consent = {index for index, _ in mapping.consent}
    keys = {*mapping.columns.get("email", ()), *mapping.columns.get("sms_number", ())} if consent else set()
    return sorted((dates | consent | keys) - {-1})


def refused(block: pa.Table, mapping: Mapping) -> tuple[Mask, list[tuple[int, Mask]]]:
    """Which rows must not be written to, and what each consent column says of them."""
    said = [
        (index, is_true(block.column(str(index)).combine_chunks(), lambda cell, kind=kind: says_no(kind, cell)))  # type: ignore[misc]
        for index, kind in mapping.consent
    ]
    anybody = np.zeros(block.num_rows, bool)
    for _, mask in said:
        anybody |= mask
    return anybody, said


def survey(found: Survey, export: Export, mapping: Mapping, wanted: list[int], region: str | None) -> Iterator[int]:
    """Goes through the export and adds to the survey; yields how many bytes were passed."""
    dates = [index for target in DATES for index in mapping.columns.get(target, ())]
    for block, size in ahead(export.readers(wanted), pa.Table.combine_chunks):
        _look(found, block, mapping, dates, region)
        yield size


def _look(found: Survey, block: pa.Table, mapping: Mapping, dates: list[int], region: str | None) -> None:
    for index in dates:
        column = block.column(str(index)).combine_chunks()
        counts = [int(matches(column, pattern).sum()) for pattern in (DAY_FIRST, MONTH_FIRST, EITHER)]
        if matches(column, DOTTED).any():
            found.dotted.add(index)
        before = found.dates.get(index, (0, 0, 0))
        found.dates[index] = (before[0] + counts[0], before[1] + counts[1], before[2] + counts[2])
    anybody, _ = refused(block, mapping)
    if not anybody.any():
        return
    out = block.filter(pa.array(anybody))
    emails = [out.column(str(index)).combine_chunks() for index in mapping.columns.get("email", ())]
    lines = out.column("line").to_numpy()
    for index in mapping.columns.get("sms_number", ()):
        for row, cell in enumerate(out.column(str(index)).to_pylist()):
            number = mobile_number(cell, region)[0] if cell.strip() else ""
            if number:
                found.left.setdefault(hash(number), int(lines[row]))
    judged = email_of_rows(emails, Notes(), everybody=True)
    for row, address in judged.all_of_rows:
        found.left.setdefault(hash(address.lower()), int(lines[row]))
    for row, key in enumerate(hashes(judged.lowered).tolist()):
        if judged.usable[row]:
            found.left.setdefault(key, int(lines[row]))
