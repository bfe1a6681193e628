"""Contacts."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..errors import UnexpectedAnswer
from .paging import check_filters, pages, records
from .reading_progress import watched
from .transport import Transport
from .windows import Reading

if TYPE_CHECKING:
    import pandas as pd

PAGE = 500
FILTERS = (
    "created_after",
    "created_before",
    "email",
    "include",
    "lists",
    "optout_after",
    "optout_before",
    "segment_id",
    "sms_status",
    "status",
    "tags",
    "updated_after",
    "updated_before",
)


class Contacts:
    """The account's contacts.

    Every reading method takes the filters of `GET /contacts` by name: `status`, `email`, `lists`, `tags`,
    `segment_id`, `sms_status`, `created_after`, `created_before`, `updated_after`, `updated_before`, `optout_after`,
    `optout_before`, and `include`, which adds sub-resources: `custom_fields`, `list_memberships`, `phone_numbers`,
    `street_addresses`, `taggings`, `notes`. Several values are a list or joined by commas.

    Large accounts are read with several requests at once, as fast as the allowance permits. `progress` shows a bar:
    True, False, or None for one when it takes more than two seconds and there is somebody to see it.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def iter(self, *, limit: int = PAGE, **filters: Any) -> Iterator[dict[str, Any]]:
        """Each contact once, over all pages; `limit` is the size of a page, 1-500.

        Up to 5,000 come in the service's order, more of them by the time of their creation. Ending the iteration early
        ends its requests.
        """
        check_filters(filters, FILTERS)
        return self._each(Reading(self._transport, filters, limit))

    @staticmethod
    def _each(reading: Reading) -> Iterator[dict[str, Any]]:
        pages_read = iter(reading)
        try:
            for page in pages_read:
                yield from page
        finally:
            pages_read.close()

    def pages(self, *, limit: int = PAGE, **filters: Any) -> Reading:
        """All contacts as pages, lists of records: what `iter` and `frame` are made of. Iterate over it once.

        Its `total` says how many are to be expected, from the first page on; None when the service did not say.
        """
        check_filters(filters, FILTERS)
        return Reading(self._transport, filters, limit)

    def get(self, contact_id: str, *, include: Iterable[str] | str | None = None) -> dict[str, Any]:
        """One contact by its id, `include` adds sub-resources. Raises `NotFound` when there is none."""
        return self._transport.get(f"/contacts/{quote(contact_id, safe='')}", {"include": include})

    def page(self, *, limit: int = 50, **filters: Any) -> dict[str, Any]:
        """One page as the service answers it, with its `_links`."""
        check_filters(filters, (*FILTERS, "include_count", "cursor"))
        return self._transport.get("/contacts", {**filters, "limit": limit})

    def frame(self, *, progress: bool | None = None, **filters: Any) -> pd.DataFrame:
        """All contacts as a DataFrame, a row each. An empty account gives the same columns.

        What `include` names is a column of lists; `frames()` is the tidy form.
        """
        from .. import frames

        tables = frames.ContactTables(inside=_names(filters.get("include")))
        for page in self._pages(filters, progress):
            tables.add(page)
        return tables.contacts()

    def frames(
        self, *, progress: bool | None = None, names: bool = False, wide: bool = False, **filters: Any
    ) -> dict[str, pd.DataFrame]:
        """All contacts and what belongs to them, as tidy DataFrames: `contacts`, and one for each sub-resource.

        `list_memberships`, `phone_numbers`, `street_addresses`, `custom_fields`, `taggings` and `notes` have a row each
        and the `contact_id` to join them by. `names` adds `list_name` to the memberships and `label` to the custom
        fields; `wide` adds the frame `custom_fields_wide`: a row a contact, a column a field.
        """
        from .. import frames

        filters["include"] = frames.SUB_RESOURCES
        tables = frames.ContactTables(apart=frames.SUB_RESOURCES)
        for page in self._pages(filters, progress):
            tables.add(page)
        found = {"contacts": tables.contacts(), **tables.sub_resources()}
        fields = self._all("/contact_custom_fields", "custom_fields", 100) if names or wide else []
        if wide:
            found["custom_fields_wide"] = frames.wide(found["custom_fields"], found["contacts"]["contact_id"], fields)
        if names:
            lists = self._all("/contact_lists", "lists", 1_000)
            found["list_memberships"] = frames.with_list_names(found["list_memberships"], lists)
            found["custom_fields"] = frames.with_labels(found["custom_fields"], fields)
        return found

    def to_parquet(self, path: str | os.PathLike[str], *, progress: bool | None = None, **filters: Any) -> Path:
        """All contacts as a Parquet file, written while they are read: an account of any size fits into memory.

        The columns are those of `frame()`; what `include` names is a column of lists. The file is there when it is
        whole. Raises `ContactFileError` when it cannot be written.
        """
        from ..frames.parquet import write

        return write(Path(path), self._pages(filters, progress), _names(filters.get("include")))

    def count(self, **filters: Any) -> int:
        """How many contacts match, in one request. Those of a segment, which the service does not count, are read."""
        check_filters(filters, FILTERS)
        if filters.get("segment_id") is not None:
            return sum(1 for _ in self.iter(**filters))
        answer = self._transport.get("/contacts", {**filters, "limit": 1, "include_count": True})
        count = answer.get("contacts_count")
        if not isinstance(count, int):
            raise UnexpectedAnswer("The answer holds no contacts_count: try again in a minute.")
        return count

    def _pages(self, filters: dict[str, Any], progress: bool | None) -> Iterator[list[dict[str, Any]]]:
        limit = filters.pop("limit", PAGE)
        check_filters(filters, FILTERS)
        return watched(Reading(self._transport, filters, limit), progress)

    def _all(self, path: str, name: str, limit: int) -> list[dict[str, Any]]:
        return [entry for page in pages(self._transport, path, {"limit": limit}) for entry in records(page, name)]


def _names(include: Any) -> list[str]:
    """The sub-resources that `include` asks for, whether as a list or as one text."""
    parts = include.split(",") if isinstance(include, str) else (include or [])
    return [str(part).strip() for part in parts]
