"""Several values where a contact has room for one: in a cell, as address books write them (`617-555-0101 ::: 617-555-0102`), or in
the columns that feed one heading of the import."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..columns.mapping import Mapping
from .by_kind import Placed
from .notes import Notes
from .texts import (
    Mask,
    as_mask,
    blanks,
    bytes_of,
    chosen,
    computed_many,
    is_filled,
    longer_than,
    matches,
    replaced,
    tidied,
)
from .values import SEVERAL, most, tidy

#: Values of one cell that are told apart; a contact has room for fewer.
_PIECES = 9


def several_in(column: pa.Array) -> Mask:
    """Where a cell holds several values."""
    if SEVERAL.encode() not in bytes_of(column):
        return np.zeros(len(column), bool)
    return matches(column, SEVERAL)


def one_by_one(column: pa.Array, notes: Notes) -> Iterator[pa.Array]:
    """The values of a column whose cells may hold several: the first of each cell, the second of each, …"""
    there = several_in(column)
    if not there.any():
        yield tidied(column)
        return

    def pieces(cell: str) -> tuple[str, ...]:
        found = [tidy(piece) for piece in cell.split(SEVERAL)][:_PIECES]
        return (*found, *[""] * (_PIECES - len(found)))

    for row in np.flatnonzero(as_mask(pc.greater(pc.count_substring(column, SEVERAL), _PIECES - 1))).tolist():
        more = list(filter(None, map(tidy, column[row].as_py().split(SEVERAL)[_PIECES:])))
        notes.add_at("another phone left out", [row] * len(more), [left_out("phone", each) for each in more])
    yield from computed_many(column, pieces, _PIECES)


def left_out(target: str, value: str) -> str:
    return f"one {target} a contact: {value} is left out"


def first_of_rows(mapping: Mapping, columns: Sequence[pa.Array], target: str, notes: Notes) -> pa.Array:
    """The first value of a target's columns in each row; what else there is goes to the notes."""
    first: pa.Array | None = None
    for index in mapping.columns.get(target, ()):
        column = columns[index]
        several = several_in(column)
        value = tidied(column)
        if several.any():
            value = replaced(value, several, lambda cell: next(filter(None, map(tidy, cell.split(SEVERAL))), ""))
        if first is None:
            first = value
        else:
            _note_others(target, first, value, is_filled(value), notes)
            first = chosen(is_filled(first), first, value)
        for row in np.flatnonzero(several).tolist():
            parts = list(dict.fromkeys(filter(None, map(tidy, column[row].as_py().split(SEVERAL)))))
            others = [part for part in parts if part != first[row].as_py()]
            notes.add_at(f"another {target} left out", [row] * len(others), [left_out(target, each) for each in others])
    return first if first is not None else blanks(len(columns[0]))


def _note_others(target: str, first: pa.Array, value: pa.Array, there: Mask, notes: Notes) -> None:
    more = there & is_filled(first) & as_mask(pc.not_equal(first, value))
    if more.any():
        others = value.filter(pa.array(more)).to_pylist()
        notes.add(f"another {target} left out", more, [left_out(target, other) for other in others])


def shortened(target: str, column: pa.Array, notes: Notes) -> pa.Array:
    limit = most(target)
    if limit is None:
        return column
    long = longer_than(column, limit)
    if long.any():
        notes.add(f"{target} cut", long, [f"{target} is cut to {limit} characters"] * int(long.sum()))
        return replaced(column, long, lambda text: text[:limit].rstrip())
    return column


def note_placed(what: str, placed: Placed, notes: Notes) -> None:
    for where, values in placed.lost:
        shown = values.filter(pa.array(where)).to_pylist()
        notes.add(
            f"another {what} left out",
            where,
            [f"no room for one more {what}: {each} is left out" for each in shown],
        )
