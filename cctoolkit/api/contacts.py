"""Contacts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..errors import UnexpectedAnswer
from .paging import check_filters, pages, records
from .transport import Transport

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
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def iter(self, *, limit: int = PAGE, **filters: Any) -> Iterator[dict[str, Any]]:
        """Each contact, over all pages; `limit` is the size of a page, 1-500."""
        check_filters(filters, FILTERS)
        for page in pages(self._transport, "/contacts", {**filters, "limit": limit}):
            yield from records(page, "contacts")

    def page(self, *, limit: int = 50, **filters: Any) -> dict[str, Any]:
        """One page as the service answers it, with its `_links`."""
        check_filters(filters, (*FILTERS, "include_count", "cursor"))
        return self._transport.get("/contacts", {**filters, "limit": limit})

    def frame(self, **filters: Any) -> pd.DataFrame:
        """All contacts as a DataFrame, a row each. An empty account gives the same columns."""
        from .. import frames

        return frames.contacts(self.iter(**filters))

    def frames(self, **filters: Any) -> dict[str, pd.DataFrame]:
        """All contacts and what belongs to them, as tidy DataFrames: `contacts`, and one for each sub-resource.

        `list_memberships`, `phone_numbers`, `street_addresses`, `custom_fields`, `taggings` and `notes` have a row each
        and the `contact_id` to join them by.
        """
        from .. import frames

        records = list(self.iter(**{**filters, "include": frames.SUB_RESOURCES}))
        bare = [{name: value for name, value in entry.items() if name not in frames.SUB_RESOURCES} for entry in records]
        return {"contacts": frames.contacts(bare), **frames.sub_resources(records)}

    def count(self, **filters: Any) -> int:
        """How many contacts match, in one request."""
        check_filters(filters, FILTERS)
        answer = self._transport.get("/contacts", {**filters, "limit": 1, "include_count": True})
        count = answer.get("contacts_count")
        if not isinstance(count, int):
            raise UnexpectedAnswer("The answer holds no contacts_count: try again in a minute.")
        return count
