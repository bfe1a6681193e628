"""What is told of rows that are kept: something left out, changed, or worth a look. Each note has a kind to count by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from .texts import Mask

SCHEMA = pa.schema([("line", pa.int64()), ("email", pa.string()), ("kind", pa.string()), ("note", pa.string())])


@dataclass
class Notes:
    """The notes on the rows of one block, collected rule by rule."""

    _rows: list[npt.NDArray[np.int64]] = field(default_factory=list)
    _kinds: list[str] = field(default_factory=list)
    _notes: list[pa.Array] = field(default_factory=list)

    def add(self, kind: str, where: Mask, notes: Sequence[str] | pa.Array) -> None:
        """A note for each row where the mask is true."""
        self.add_at(kind, np.flatnonzero(where), notes)

    def add_at(self, kind: str, rows: Sequence[int] | npt.NDArray[np.int64], notes: Sequence[str] | pa.Array) -> None:
        if len(rows):
            self._rows.append(np.asarray(rows, np.int64))
            self._kinds.append(kind)
            self._notes.append(notes if isinstance(notes, pa.Array) else pa.array(notes, pa.string()))

    def table(self, lines: pa.Array, contacts: pa.Array, taken: Mask) -> pa.Table:
        """The notes of the rows that are taken, in the order of their lines."""
        if not self._rows:
            return SCHEMA.empty_table()
        rows = np.concatenate(self._rows)
        kinds = pa.concat_arrays(
            [pa.repeat(pa.scalar(kind), len(each)) for kind, each in zip(self._kinds, self._rows, strict=True)]
        )
        notes = pa.concat_arrays(
            [each.combine_chunks() if isinstance(each, pa.ChunkedArray) else each for each in self._notes]
        )
        keep = np.flatnonzero(taken[rows])
        order = pa.array(keep[np.argsort(rows[keep], kind="stable")])
        at = pa.array(rows).take(order)
        return pa.table([lines.take(at), contacts.take(at), kinds.take(order), notes.take(order)], schema=SCHEMA)
