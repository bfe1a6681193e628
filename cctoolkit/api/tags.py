"""Tags: words that contacts are marked with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from .paging import pages, records
from .transport import Transport

if TYPE_CHECKING:
    import pandas as pd

PAGE = 500


class Tags:
    """The account's tags. `tags=` of `client.contacts` takes their ids."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def iter(self, *, counts: bool = False) -> Iterator[dict[str, Any]]:
        """Each tag, over all pages; `counts` adds how many contacts have it (`contacts_count`)."""
        for page in pages(self._transport, "/contact_tags", {"limit": PAGE, "include_count": counts or None}):
            yield from records(page, "tags")

    def frame(self) -> pd.DataFrame:
        """All tags as a DataFrame, a row each, with how many contacts have it."""
        from .. import frames

        return frames.tags(self.iter(counts=True))
