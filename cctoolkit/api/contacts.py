"""Contacts."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from ..errors import UnexpectedAnswer
from ..page_forms import PageForm
from . import contact_changes
from .activities import Activities
from .export_reading import By, ContactReading, check_by
from .exported_contacts import FLATTENED
from .paging import check_filters, pages, records
from .reading_progress import watched
from .segment_reading import SegmentReading, segment_of
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
    `street_addresses`, `taggings`, `notes`. Several values are a list or joined by commas. Beside `segment_id` the
    service takes no other filter; what `include` names of a segment's contacts is read in a second reading.

    Large accounts are read with several requests at once, as fast as the allowance permits. `progress` shows a bar:
    True, False, or None for one when it takes more than two seconds and there is somebody to see it.

    `by` says how they are read: `"pages"`, 500 contacts a request, four requests a second; or `"export"`, one file in
    about ten requests, whatever the account's size, which has no ids. Without it, `frame` and `to_parquet` take the
    export where there are more than 100 pages and no sub-resource is wanted, and say so; all others take pages. An
    export that is refused, does not complete or does not add up leaves it to the pages.

    One contact is written by `create`, `update` and `delete`; many are written by an import.
    """

    def __init__(self, transport: Transport, activities: Activities) -> None:
        self._transport, self._activities = transport, activities

    def get(self, contact_id: str | UUID, *, include: str | Iterable[str] | None = None) -> dict[str, Any]:
        """One contact, deleted ones too, with the sub-resources that `include` names.

        Raises `NotFound` for an unknown id.
        """
        path = contact_changes.contact_path(contact_id)
        return self._transport.get(path, {"include": contact_changes.check_include(include)})

    def create(self, *, create_source: str = "Account", **properties: Any) -> dict[str, Any]:
        """A new contact: `create(email_address="mara@example.com", first_name="Mara")`. Returns it, with its id.

        Properties are those of `update`. `create_source` says who adds the contact: `Account`, or `Contact` for the
        person. Raises `Conflict` when the address exists, and `BadRequest` before anything is sent when a property
        does not fit.
        """
        contact_changes.check_source("create_source", create_source)
        changes = contact_changes.checked(properties, contact_changes.CREATED)
        return self._transport.post("/contacts", contact_changes.new_contact(changes, create_source))

    def update(self, contact_id: str | UUID, *, update_source: str = "Account", **changes: Any) -> dict[str, Any]:
        """Change what is named and nothing else: `update(contact_id, job_title="Gardener")`. Returns the contact.

        The service clears the properties that a PUT leaves out, so the contact is read first and sent back whole: two
        requests. What somebody else changes between the two is overwritten.

        Properties are `first_name`, `last_name`, `job_title`, `company_name`, `birthday_month`, `birthday_day`,
        `anniversary` (None clears one), `email_address` (the address), `permission_to_send`, `opt_out_reason`,
        `sms_channel`; and `phone_numbers`, `street_addresses`, `custom_fields`, `list_memberships`, `taggings`,
        `notes`: the list of all that the contact is to have, None for none. A deleted contact is brought back, which
        `update(contact_id)` alone does too. `update_source` says who wants it: `Account`, or `Contact` for the person.

        Raises `BadRequest` before anything is sent when a property does not fit, `NotFound` for an unknown id, and
        `Conflict` when another contact has the address, or another request is changing the same contact.
        """
        path = contact_changes.contact_path(contact_id)
        contact_changes.check_source("update_source", update_source)
        wanted = contact_changes.checked(changes, contact_changes.CHANGED)
        body = contact_changes.changed_contact(self._transport.get(path), wanted, update_source)
        return self._transport.request("PUT", path, json=body)

    def sign_up(self, email_address: str, list_memberships: Iterable[str], **properties: Any) -> dict[str, Any]:
        """Fill in the service's sign-up form for somebody who asked for your email: the contact becomes *explicit* and comes onto
        the lists, a new one or one that is there. Returns its `contact_id` and the `action`: created or updated.

        Only with the person's own consent, which you can show: the form makes no exception for somebody who unsubscribed. Look
        the contact up before, as `imports.plan_consent` does.

        Properties are `first_name`, `last_name`, `job_title`, `company_name`, `phone_number`, `anniversary`, `birthday_month`,
        `birthday_day`, `street_address` (with its `kind`) and `custom_fields` (`custom_field_id` and `value`).
        """
        body = {"email_address": email_address, "list_memberships": list(list_memberships), **properties}
        # Filled in twice, it says the same: it may be sent again where no answer came.
        return self._transport.request("POST", "/contacts/sign_up_form", json=body, repeatable=True)

    def delete(self, contact_id: str | UUID) -> None:
        """Delete a contact: off all lists, out of the counts. `update(contact_id)` brings it back.

        Raises `NotFound` for an unknown id.
        """
        self._transport.request("DELETE", contact_changes.contact_path(contact_id))

    def iter(self, *, limit: int = PAGE, by: By | None = "pages", **filters: Any) -> Iterator[dict[str, Any]]:
        """Each contact once, over all pages; `limit` is the size of a page, 1-500.

        Up to 5,000 come in the service's order, more of them by the time of their creation. Ending the iteration early
        ends its requests.
        """
        return self._each(self._reading(filters, limit, by))

    def _reading(
        self, filters: dict[str, Any], limit: int, by: By | None, form: PageForm | None = None
    ) -> ContactReading | SegmentReading:
        check_filters(filters, FILTERS)
        check_by(by)
        segment = segment_of(filters, also=("include",))
        if segment is not None:
            return SegmentReading(self._transport, segment, filters.get("include"), limit)
        return ContactReading(self._transport, self._activities, filters, limit, by, form)

    @staticmethod
    def _each(reading: ContactReading | SegmentReading) -> Iterator[dict[str, Any]]:
        pages_read = iter(reading)
        try:
            for page in pages_read:
                yield from page
        finally:
            pages_read.close()

    def pages(self, *, limit: int = PAGE, by: By | None = "pages", **filters: Any) -> ContactReading | SegmentReading:
        """All contacts as pages, lists of records: what `iter` and `frame` are made of. Iterate over it once.

        Its `total` says how many are to be expected, from the first page on; None when the service did not say. Its `said`
        tells how they were read where it is worth a word.
        """
        return self._reading(filters, limit, by)

    def page(self, *, limit: int = 50, **filters: Any) -> dict[str, Any]:
        """One page as the service answers it, with its `_links`. `segment_id` goes with `limit` alone."""
        check_filters(filters, (*FILTERS, "include_count", "cursor"))
        segment_of(filters)
        return self._transport.get("/contacts", {**filters, "limit": limit})

    def frame(self, *, by: By | None = None, progress: bool | None = None, **filters: Any) -> pd.DataFrame:
        """All contacts as a DataFrame, a row each. An empty account gives the same columns.

        What `include` names is a column of lists; `frames()` is the tidy form. Read by an export, it lacks the columns that
        the file does not have: `.attrs["read"]` names them.
        """
        from .. import frames

        tables = frames.ContactTables(inside=(include := _names(filters.get("include"))))
        # What is included stays as it came, which columns do not keep.
        reading = self._watched_reading(filters, by, None if include else frames.AsColumns(()))
        for page in watched(reading, progress):
            tables.add(page)
        return _with_word(tables.contacts(without=reading.lacking), reading)

    def frames(
        self,
        *,
        by: By | None = "pages",
        progress: bool | None = None,
        names: bool = False,
        wide: bool = False,
        **filters: Any,
    ) -> dict[str, pd.DataFrame]:
        """All contacts and what belongs to them, as tidy DataFrames: `contacts`, and one for each sub-resource.

        `list_memberships`, `phone_numbers`, `street_addresses`, `custom_fields`, `taggings` and `notes` have a row each
        and the `contact_id` to join them by. `names` adds `list_name` to the memberships and `label` to the custom
        fields; `wide` adds the frame `custom_fields_wide`: a row a contact, a column a field.

        With `by="export"` they are joined by `email_address`, as an export has no ids; it has no `notes`, and of several
        phones or addresses of one kind it has the first.
        """
        from .. import frames

        apart = [name for name in frames.SUB_RESOURCES if by != "export" or name in FLATTENED]
        reading = self._watched_reading({**filters, "include": apart}, by, frames.AsColumns(apart))
        tables = frames.ContactTables(apart=apart)
        for page in watched(reading, progress):
            tables.add(page)
        lacking = reading.lacking
        owner = "email_address" if "contact_id" in lacking else "contact_id"
        contacts = _with_word(tables.contacts(without=lacking), reading)
        found = {"contacts": contacts, **tables.sub_resources(owner)}
        fields = self._all("/contact_custom_fields", "custom_fields", 100) if names or wide else []
        if wide:
            found["custom_fields_wide"] = frames.wide(found["custom_fields"], found["contacts"][owner], fields)
        if names:
            lists = self._all("/contact_lists", "lists", 1_000)
            found["list_memberships"] = frames.with_list_names(found["list_memberships"], lists)
            found["custom_fields"] = frames.with_labels(found["custom_fields"], fields)
        return found

    def to_parquet(
        self, path: str | os.PathLike[str], *, by: By | None = None, progress: bool | None = None, **filters: Any
    ) -> Path:
        """All contacts as a Parquet file, written while they are read: an account of any size fits into memory.

        The columns are those of `frame()`; what `include` names is a column of lists. The file is there when it is
        whole. Raises `ContactFileError` when it cannot be written.
        """
        from .. import frames
        from ..frames.parquet import write

        include = _names(filters.get("include"))
        reading = self._watched_reading(filters, by, frames.AsColumns(include))
        return write(Path(path), watched(reading, progress), include, lambda: reading.lacking)

    def count(self, **filters: Any) -> int:
        """How many contacts match, in one request. Those of a segment, which the service does not count, are read."""
        check_filters(filters, FILTERS)
        if segment_of(filters, also=("include",)) is not None:
            return sum(1 for _ in self.iter(segment_id=filters["segment_id"]))
        answer = self._transport.get("/contacts", {**filters, "limit": 1, "include_count": True})
        count = answer.get("contacts_count")
        if not isinstance(count, int):
            raise UnexpectedAnswer("The answer holds no contacts_count: try again in a minute.")
        return count

    def _watched_reading(
        self, filters: dict[str, Any], by: By | None, form: PageForm | None
    ) -> ContactReading | SegmentReading:
        given = dict(filters)
        limit = given.pop("limit", PAGE)
        # What is included is a column of ids or of whole records, which nobody wants as an export flattens them unless told.
        return self._reading(given, limit, "pages" if by is None and given.get("include") else by, form)

    def _all(self, path: str, name: str, limit: int) -> list[dict[str, Any]]:
        return [entry for page in pages(self._transport, path, {"limit": limit}) for entry in records(page, name)]


def _with_word(frame: pd.DataFrame, reading: ContactReading | SegmentReading) -> pd.DataFrame:
    if reading.said:
        frame.attrs["read"] = reading.said
    return frame


def _names(include: Any) -> list[str]:
    """The sub-resources that `include` asks for, whether as a list or as one text."""
    parts = include.split(",") if isinstance(include, str) else (include or [])
    return [str(part).strip() for part in parts]
