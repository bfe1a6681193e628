"""What the cells of a column hold, over the whole file: a state far down counts as one at the top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from ..reading.export import Export
from .answers import is_certain
from .consent_words import MAY_BE_CERTAIN

#: Different values above which a column is no list of answers, and only its certain words are kept.
MOST = 200
#: Texts longer than this are no answer.
LONGEST = 120


@dataclass
class Evidence:
    """How often each value stands in a column. `many`: there are more than are counted. `certain`: cells that say by
    themselves that somebody must not be written to."""

    values: dict[str, int] = field(default_factory=dict)
    many: bool = False
    certain: bool = False

    def add(self, cells: pa.Array) -> None:
        if not self.certain:
            perhaps = cells.filter(pc.match_substring_regex(cells, MAY_BE_CERTAIN))
            self.certain = any(map(is_certain, perhaps.unique().to_pylist()))
        if self.many:
            return
        for entry in pc.value_counts(cells).to_pylist():
            value = entry["values"].strip()
            self.values[value] = self.values.get(value, 0) + entry["counts"]
            self.many = len(self.values) > MOST
            if self.many:
                return


def look(export: Export, columns: Sequence[int]) -> dict[int, Evidence]:
    """The evidence of each of these columns (by position), in one pass over the file."""
    found = {index: Evidence() for index in columns}
    if not columns:
        return found
    for block in export.blocks(sorted(columns)):
        for index, evidence in found.items():
            column = block.column(str(index))
            short = column.filter(pc.less_equal(pc.binary_length(column), LONGEST))
            evidence.add(short.combine_chunks() if isinstance(short, pa.ChunkedArray) else short)
    return found
