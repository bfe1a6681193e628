"""The columns of postal addresses: of each row the first one, and where there may be several, by kind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..columns import kinds
from ..columns.mapping import Mapping
from ..columns.sources import ADDRESS_PARTS
from .address_lines import split_address_line, split_city_line
from .by_kind import addresses_by_kind, joined, kinds_of_rows
from .notes import Notes
from .several import left_out, note_placed, several_in, shortened
from .texts import blanks, chosen, computed_many, is_filled, replaced, tidied
from .values import SEVERAL, split_address, tidy


class PostalAddresses:
    """`several`: whether somebody may have more than one."""

    def __init__(self, mapping: Mapping, headings: Sequence[str]) -> None:
        self._mapping, self._headings = mapping, headings
        postal = [mapping.columns.get(part, ()) for part in ADDRESS_PARTS]
        #: For each postal address that a row may have, the columns of its parts; -1 where it lacks one.
        self._postal = [
            tuple(indexes[number] if number < len(indexes) else -1 for indexes in postal)
            for number in range(max(map(len, postal)))
        ]
        self._addresses = frozenset(
            number for number, places in enumerate(self._postal) if self._is_address(places, headings)
        )
        self.several = len(self._addresses) + len(mapping.whole_addresses) + len(mapping.address_lines) > 1

    @staticmethod
    def _is_address(places: Sequence[int], headings: Sequence[str]) -> bool:
        """Whether columns are those of a postal address, and no second names of a part: `State` and `County`, `Street` and
        `Address`."""
        there = {part for part, index in zip(ADDRESS_PARTS, places, strict=True) if index >= 0}
        told = kinds.of_address(headings, places)
        return "street" in there and bool(there & {"city", "zip"} or told.kind or told.labels >= 0)

    def of_rows(self, columns: Sequence[pa.Array], parts: Sequence[str], notes: Notes) -> dict[str, pa.Array]:
        """The parts of the first postal address that has any: Business, Home, Other; Address 1, 2, …; where there may be several,
        those of each kind beside it."""
        size = len(columns[0]) if columns else 0
        found: dict[str, pa.Array] = {}
        have = np.zeros(size, bool)
        given: list[tuple[pa.Array, dict[str, pa.Array]]] = []
        for told, this, whole in self._each(columns, notes):
            this = {part: shortened(part, column, notes) for part, column in this.items()}
            there = np.logical_or.reduce([is_filled(column) for column in this.values()])
            if whole and self.several:
                given.append((kinds_of_rows(told, columns, size), this))
            elif (more := there & have).any():  # a second column of states, say, is no second address
                others = joined(this).filter(pa.array(more)).to_pylist()
                notes.add(
                    "another postal address left out", more, [left_out("postal address", each) for each in others]
                )
            if have.any():
                there &= ~have
                found = {
                    part: chosen(there, this.get(part, blanks(size)), found.get(part, blanks(size))) for part in parts
                }
            else:
                found = this
            have |= there
        first = {part: found.get(part, blanks(size)) for part in parts}
        if not self.several:
            return first
        placed = addresses_by_kind(given, size)
        note_placed("postal address", placed, notes)
        return {**first, **placed.values}

    def _each(
        self, columns: Sequence[pa.Array], notes: Notes
    ) -> Iterator[tuple[kinds.Told, dict[str, pa.Array], bool]]:
        """The postal addresses of each row, part by part: of columns for each part, and of whole ones; with what tells their kind,
        and whether they are one, or second names of some part."""
        for index in sorted(self._mapping.whole_addresses):
            whole = computed_many(columns[index], split_address, len(ADDRESS_PARTS))
            yield kinds.of_address(self._headings, [index]), dict(zip(ADDRESS_PARTS, whole, strict=True)), True
        for index in sorted(self._mapping.address_lines):
            whole = computed_many(columns[index], split_address_line, len(ADDRESS_PARTS))
            yield kinds.of_address(self._headings, [index]), dict(zip(ADDRESS_PARTS, whole, strict=True)), True
        for number, places in enumerate(self._postal):
            this: dict[str, pa.Array] = {}
            for part, index in zip(ADDRESS_PARTS, places, strict=True):
                if index >= 0:
                    column, several = columns[index], several_in(columns[index])
                    this[part] = replaced(tidied(column), several, lambda cell: tidy(cell.split(SEVERAL)[0]))
                    if index in self._mapping.house_numbers:
                        this[part] = self._with_number(index, this[part], columns)
                    for row in np.flatnonzero(several).tolist():
                        others = list(filter(None, map(tidy, column[row].as_py().split(SEVERAL)[1:])))
                        notes.add_at(
                            f"another {part} left out", [row] * len(others), [left_out(part, o) for o in others]
                        )
            if "city" in this and places[ADDRESS_PARTS.index("city")] in self._mapping.city_lines:
                city, *more = computed_many(this["city"], split_city_line, 4)
                this["city"] = city
                for part, found in zip(("state", "zip", "country"), more, strict=True):
                    this[part] = chosen(is_filled(this[part]), this[part], found) if part in this else found
            if this:
                yield kinds.of_address(self._headings, places), this, number in self._addresses

    def _with_number(self, street: int, column: pa.Array, columns: Sequence[pa.Array]) -> pa.Array:
        """The streets with the numbers of their houses, which stand in columns of their own."""
        before, indexes = self._mapping.house_numbers[street]
        number = pc.binary_join_element_wise(*(tidied(columns[index]) for index in indexes), " ")
        pieces = (number, column) if before else (column, number)
        whole = tidied(pc.binary_join_element_wise(*pieces, " "))
        # A number without a street is no address, and some write it in both columns.
        there = np.array(
            [
                bool(name) and not set(digits.split()[:1]) & set(re.split(r"[ ,]+", name))
                for name, digits in zip(column.to_pylist(), number.to_pylist(), strict=True)
            ],
            bool,
        )
        return chosen(there, whole, column)
