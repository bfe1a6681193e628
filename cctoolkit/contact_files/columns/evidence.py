"""What the cells of a column hold, over the whole file: a state far down counts as one at the top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow.compute as pc

from ..reading.export import Export
from .consent import is_certain

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

    def add(self, value: str, count: int) -> None:
        if is_certain(value):
            self.certain = True
        if self.many:
            return
        self.values[value] = self.values.get(value, 0) + count
        self.many = len(self.values) > MOST


def look(export: Export, columns: Sequence[int]) -> dict[int, Evidence]:
    """The evidence of each of these columns (by position), in one pass over the file."""
    found = {index: Evidence() for index in columns}
    if not columns:
        return found
    for block in export.blocks(sorted(columns)):
        for index, evidence in found.items():
            column = block.column(str(index))
            short = column.filter(pc.less_equal(pc.binary_length(column), LONGEST))
            for entry in pc.value_counts(short.combine_chunks()).to_pylist():
                evidence.add(entry["values"].strip(), entry["counts"])
    return found
