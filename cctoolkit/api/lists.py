"""Contact lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..errors import BadRequest
from .paging import check_filters, pages, records
from .transport import Transport

if TYPE_CHECKING:
    import pandas as pd

PAGE = 1_000
FILTERS = ("channel_type", "name", "status")
NAME_LENGTH = 255


class Lists:
    """The account's contact lists."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def iter(self, *, counts: bool = False, **filters: Any) -> Iterator[dict[str, Any]]:
        """Each list; `counts` adds how many contacts are on it (`membership_count`).

        Filters are those of `GET /contact_lists`: `name`, `status`, `channel_type`.
        """
        check_filters(filters, FILTERS)
        params = {**filters, "limit": PAGE, "include_membership_count": "all" if counts else None}
        for page in pages(self._transport, "/contact_lists", params):
            yield from records(page, "lists")

    def frame(self, **filters: Any) -> pd.DataFrame:
        """All lists as a DataFrame, a row each, with how many contacts are on it."""
        from .. import frames

        return frames.lists(self.iter(counts=True, **filters))

    def get(self, list_id: str, *, counts: bool = False) -> dict[str, Any]:
        """One list by its id; `counts` as in `iter`. Raises `NotFound` when there is none."""
        params = {"include_membership_count": "all" if counts else None}
        return self._transport.get(f"/contact_lists/{quote(list_id, safe='')}", params)

    def find(self, name: str) -> dict[str, Any] | None:
        """The list of that name, whatever its case; None when there is none."""
        wanted = name.strip().casefold()
        return next(
            (entry for entry in self.iter() if str(entry.get("name", "")).casefold() == wanted),
            None,
        )

    def create(self, name: str, *, description: str | None = None, favorite: bool = False) -> dict[str, Any]:
        """A new list. Raises `Conflict` when there is one of that name."""
        name = name.strip()
        if not 1 <= len(name) <= NAME_LENGTH:
            raise BadRequest(400, "", f"a list's name has 1 to {NAME_LENGTH} characters", "")
        body: dict[str, Any] = {"name": name, "favorite": favorite}
        if description is not None:
            body["description"] = description
        return self._transport.post("/contact_lists", body)

    def find_or_create(self, name: str) -> dict[str, Any]:
        """The list of that name, made when there is none."""
        return self.find(name) or self.create(name)
