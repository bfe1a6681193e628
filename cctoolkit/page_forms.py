"""As what the pages of a reading are kept until somebody takes them: as records, or as something smaller."""

from __future__ import annotations

from collections.abc import Sequence, Sized
from dataclasses import dataclass
from typing import Any, Protocol

from ._httpx import read_json

Record = dict[str, Any]


@dataclass(frozen=True)
class ReadPage:
    """A page that was read without making records of it."""

    page: Any
    #: Of each of its entries, as the service says them; None where it does not.
    ids: Sequence[str | None]
    created: Sequence[str | None]
    #: How many there are on all pages, and where the next page is.
    count: int | None
    next: str | None


class PageForm(Protocol):
    """What makes the pages of a reading, once, in the thread that has asked for them."""

    def read(self, content: bytes) -> ReadPage | Any:
        """What an answer's content holds: a page, or any JSON. Raises `ValueError` or `RecursionError` for what is neither."""

    def page(self, records: list[Record]) -> Sized:
        """A page of these records."""

    def joined(self, pages: Sequence[Any], order: Sequence[int]) -> Sized:
        """One page of several: the entries at these places, counted over all of the pages one after the other."""


class AsRecords:
    """Pages as lists of records."""

    def read(self, content: bytes) -> Any:
        return read_json(content)

    def page(self, records: list[Record]) -> list[Record]:
        return records

    def joined(self, pages: Sequence[list[Record]], order: Sequence[int]) -> list[Record]:
        entries = [entry for page in pages for entry in page]
        return [entries[place] for place in order]
