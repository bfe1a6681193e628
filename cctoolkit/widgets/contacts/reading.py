"""What the contact table asks of the service, and what is loaded of it. Shows nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from ... import frames
from ...api import Client
from ...api.contacts import PAGE
from ...api.export_reading import By
from ...api.paging import next_href, records
from ...errors import NotFound
from .pace import Pace
from .texts import Names

if TYPE_CHECKING:
    import pandas as pd


class ContactReading:
    """The contacts that were loaded last, in the order of the service. Its methods raise a `CctoolkitError`.

    `loaded` is their frame, `source` the call that gives it, `total` how many match in all, and `complete` whether
    those are all. The lock holds these together, for whoever reads them in another thread.
    """

    def __init__(self, client: Client) -> None:
        self.client = client
        self.names = Names()
        self.lock = threading.RLock()
        self.filters: dict[str, Any] = {}
        self.loaded: pd.DataFrame = frames.contacts([])
        self.total = 0
        self.source = ""
        self.complete = True

    def read_names(self) -> None:
        """What the account calls its lists and tags now."""
        self.names.lists = _named(self.client.lists.iter(), "list_id")
        self.names.tags = _named(self.client.tags.iter(), "tag_id")

    def _read_labels(self) -> None:
        fields = self.client.custom_fields.iter()
        self.names.fields = {str(one.get("custom_field_id")): str(one.get("label") or "") for one in fields}

    def first(self, filters: dict[str, Any]) -> None:
        """The first page of those who match, and how many there are in all."""
        if "custom_fields" in filters.get("include", ()):
            self._read_labels()
        page = self.client.contacts.page(limit=PAGE, include_count=True, **filters)
        found = records(page, "contacts")
        total = page.get("contacts_count")
        with self.lock:
            self.filters = filters
            self.total = max(total if isinstance(total, int) else 0, len(found))
            self.complete = next_href(page) is None
            if self.complete:
                tables = frames.ContactTables(inside=filters.get("include", ()))
                tables.add(found)
                self.loaded, self.source = tables.contacts(), f"client.contacts.frame({arguments(filters)})"
            else:
                self.loaded = frames.contacts(found)
                said = arguments({"limit": PAGE, **filters})
                self.source = f'frames.contacts(client.contacts.page({said})["contacts"])'

    def rest(self, stop: threading.Event, told: Callable[[Pace], None]) -> tuple[Pace, str]:
        """All who match, until `stop`; what was read before an error is kept. Returns the pace, and how they were read.

        `told` is called a few times a second.
        """
        # As `frame` does: an export where there are very many, unless what belongs to a contact is wanted as well.
        by: By | None = "pages" if "include" in self.filters else None
        reading = self.client.contacts.pages(by=by, **self.filters)
        pages = iter(reading)
        tables = frames.ContactTables(inside=self.filters.get("include", ()))
        pace = Pace(self.total)
        ended = False
        try:
            for page in pages:
                tables.add(page)
                if pace.count(len(page), reading.total):
                    told(pace)
                if stop.is_set():
                    break
            else:
                ended = True
        finally:  # what was read before a stop or an error is worth having
            pages.close()
            if ended or pace.done > len(self.loaded):
                said = arguments(self.filters)
                lacking: frozenset[str] = getattr(reading, "lacking", frozenset())
                one_by_one = arguments({**self.filters, "by": "export"} if lacking else self.filters)
                part = f"frames.contacts(islice(client.contacts.iter({one_by_one}), {pace.done}))"
                with self.lock:
                    self.complete = ended
                    self.total = pace.done if ended else max(self.total, pace.done)
                    self.loaded = tables.contacts(without=lacking)
                    self.source = f"client.contacts.frame({said})" if ended else part
        return pace, str(getattr(reading, "said", ""))

    def one(self, known_as: str) -> dict[str, Any]:
        """All that the service says of a contact, known by its id, or by its address. Raises `NotFound`."""
        contact = self.client.contacts.get(self._id_of(known_as), include=frames.SUB_RESOURCES)
        known = self.names.fields
        if any(str(each.get("custom_field_id")) not in known for each in contact.get("custom_fields") or []):
            self._read_labels()
        return contact

    def _id_of(self, known_as: str) -> str:
        if "@" not in known_as:
            return known_as
        found = self.client.contacts.page(email=known_as, status="all", limit=1)
        for contact in records(found, "contacts"):
            return str(contact["contact_id"])
        raise NotFound(404, "", f"the account has no contact {known_as}", "")


def arguments(filters: dict[str, Any]) -> str:
    """As they are written in a call."""
    return ", ".join(f"{name}={value!r}" for name, value in filters.items())


def _named(entries: Iterable[dict[str, Any]], key: str) -> dict[str, str]:
    return {str(one[key]): str(one.get("name") or "(without a name)") for one in entries if one.get(key)}
