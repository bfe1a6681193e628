"""Cells that hold several values, as address books write them: `617-555-0101 ::: 617-555-0102`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .notes import Notes
from .texts import Mask, as_mask, bytes_of, computed_many, matches, tidied
from .values import SEVERAL, tidy

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
