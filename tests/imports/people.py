"""People to import, cut into small files, made one by one: what a streaming cleaning hands to an import."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pandas as pd

from cctoolkit.contact_files import Part, cut
from cctoolkit.imports.rows import Sendable


@dataclass
class People:
    """Rows to import, in files of `lines` lines, the heading among them."""

    rows: pd.DataFrame
    lines: int = 40_000
    handed_out: int = field(default=0)

    def parts(self) -> Iterator[Part]:
        for part in cut(self.rows, most_lines=self.lines):
            self.handed_out += 1
            yield part


def people(count: int, *, lines: int = 40_000) -> People:
    """`count` made-up people."""
    numbers = range(count)
    frame = pd.DataFrame(
        {"email": [f"p{n:05}@example.com" for n in numbers], "first_name": [f"Name {n}" for n in numbers]}
    )
    return People(frame, lines)


def rows(*entries: dict[str, str], lines: int = 40_000) -> People:
    """These people."""
    return People(pd.DataFrame(list(entries)).fillna(""), lines)


class Several:
    """The same rows as a file in which somebody has a second phone: they go by the door for JSON."""

    beside = (1, 0)

    def __init__(self, of: Sendable) -> None:
        self._of = of

    def parts(self, *, by_kind: bool = False) -> Iterator[Part]:
        yield from self._of.parts()
