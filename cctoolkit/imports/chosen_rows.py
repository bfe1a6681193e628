"""Some of the rows of a cleaned file, as files of an import."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .rows import Sendable, headings, key_of_row, rows

if TYPE_CHECKING:
    from ..contact_files import Part


class ChosenRows:
    """Of the files of an import, the rows of these keys, without the columns that are left out of each."""

    def __init__(self, cleaned: Sendable, keys: Mapping[str, frozenset[str]]) -> None:
        self._cleaned, self._keys = cleaned, keys

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cleaned, name)  # the account of all rows, its questions, its door: it is the same file

    def parts(self) -> Iterator[Part]:
        for part in self._cleaned.parts():
            names = headings(part.content)
            chosen = [
                {name: value for name, value in row.items() if name not in self._keys[key]}
                for row in rows(part.content)
                if (key := key_of_row(row)) in self._keys
            ]
            if chosen:
                text = io.StringIO(newline="")
                writer = csv.DictWriter(text, names, lineterminator="\r\n")
                writer.writeheader()
                writer.writerows(chosen)
                yield replace(part, content=text.getvalue().encode(), contacts=len(chosen))
