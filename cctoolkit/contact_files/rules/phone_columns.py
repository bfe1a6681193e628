"""The columns of phones: each in the form in which the service takes it, and where there may be several, by kind."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..columns import kinds
from ..columns.mapping import Mapping
from . import phones
from .by_kind import kinds_of_rows, phones_by_kind
from .notes import Notes
from .options import Options
from .several import first_of_rows, note_placed, one_by_one
from .texts import as_mask, blanks, chosen, is_filled, longer_than, matches, texts


class PhoneColumns:
    """`several`: whether somebody may have more than one."""

    def __init__(self, mapping: Mapping, headings: Sequence[str], options: Options) -> None:
        self._mapping, self._headings, self._options = mapping, headings, options
        fed = mapping.columns.get("phone", ())
        # One column with labels may hold several phones in a cell.
        self.several = len(fed) > 1 or any(kinds.of_phone(headings, index).labels >= 0 for index in fed)

    def of_rows(self, columns: Sequence[pa.Array], values: dict[str, pa.Array], notes: Notes) -> dict[str, pa.Array]:
        """The phone that a CSV file takes; where there may be several, those of each kind beside it."""
        if not self.several:
            return {"phone": self._as_sent(first_of_rows(self._mapping, columns, "phone", notes), values, notes)}
        size = len(columns[0])
        first, only = blanks(size), blanks(size)
        given: list[tuple[pa.Array, pa.Array]] = []
        for index in self._mapping.columns["phone"]:
            of_kind = kinds_of_rows(kinds.of_phone(self._headings, index), columns, size)
            for column in one_by_one(columns[index], notes):
                written = self._as_sent(column, values, notes)
                fax = as_mask(pc.equal(of_kind, kinds.FAX))
                first = chosen(is_filled(first) | fax, first, written)
                only = chosen(is_filled(only) | ~fax, only, written)
                given.append((of_kind, written))
        first = chosen(is_filled(first), first, only)  # a fax where there is nothing else
        placed = phones_by_kind(given, first)
        note_placed("phone", placed, notes)
        return {"phone": first, **placed.values}

    def _as_sent(self, column: pa.Array, values: dict[str, pa.Array], notes: Notes) -> pa.Array:
        """Phones in the form in which the service takes them."""
        international = self._options.phones == "international"
        odd = ~matches(column, phones.PLAIN) | matches(column, phones.FRACTION) | longer_than(column, 25)
        doubtful = is_filled(column) & (odd | international)
        if not doubtful.any():
            return column
        given = self._options.region and phones.region_of(self._options.region)
        rows = np.flatnonzero(doubtful)
        written = column.filter(pa.array(doubtful)).to_pylist()
        countries = values["country"].take(pa.array(rows)).to_pylist() if "country" in values else [""] * len(rows)
        new: list[str] = []
        for row, number, country in zip(rows.tolist(), written, countries, strict=True):
            region = (phones.region_of(country) if country else None) or given
            value, done = phones.phone(number, region, international=international)
            new.append(value)
            if done:
                notes.add_at("phone left out" if not value else "phone written differently", [row], [done])
        return pc.replace_with_mask(column, pa.array(doubtful), texts(new))
