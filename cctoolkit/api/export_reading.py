"""Reading contacts by an export where that is the cheaper door, and by pages wherever it does not serve.

An export takes about ten requests whatever the account's size; pages take one for each 500 contacts, four a second. What a file
lacks, the service's ids above all, is said.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from itertools import chain
from typing import Any, Literal

from ..errors import SettingsError
from ..page_forms import PageForm
from .activities import Activities
from .exported_contacts import FLATTENED, Names, contacts
from .exported_file import Unusable
from .exports import Exporting, Wanted, closing_at_end
from .paging import pages, records
from .transport import Transport
from .windows import Reading

By = Literal["pages", "export"]

#: Pages above which a frame is read by an export without being told: half a minute of pages.
FROM_PAGES = 100
#: Filters that an export takes; the statuses that mean the same to it as to `GET /contacts`.
FILTERS, STATUSES = {"status", "lists", "tags", "include", "limit"}, {None, "active", "unsubscribed"}
#: The columns of a contact, and where an export has them.
_COLUMNS = {
    "contact_id": None,
    "first_name": "first_name",
    "last_name": "last_name",
    "permission_to_send": "permission_to_send",
    "job_title": "job_title",
    "company_name": "company_name",
    "birthday_month": "birthday",
    "birthday_day": "birthday",
    "anniversary": "anniversary",
    "create_source": "create_source",
    "opt_in_date": "opt_in_date",
    "opt_out_date": "opt_out_date",
    "created_at": "created_at",
    "updated_at": "updated_at",
}


class ExportReading:
    """Contacts that match, read by an export, in pages. `said` tells what was done, once it was; `lacking` names the columns
    of a contact that the file does not have."""

    def __init__(self, transport: Transport, activities: Activities, filters: Mapping[str, Any]) -> None:
        self._transport, self._activities = transport, activities
        self._filters = {name: value for name, value in filters.items() if value is not None}
        self._include = _listed(self._filters.get("include"))
        self.said = ""
        self.lacking: frozenset[str] = frozenset()

    def why_not(self) -> str:
        """Why an export cannot answer this question; empty when it can."""
        if other := set(self._filters) - FILTERS:
            return f"an export does not take {', '.join(sorted(other))}"
        if self._filters.get("status") not in STATUSES:
            return f"an export does not take status={self._filters['status']!r}"
        if "lists" in self._filters and "tags" in self._filters:
            return "an export takes lists or tags, not both"
        if "tags" in self._filters and "status" in self._filters:
            return "an export of tags takes no status"
        if other := set(self._include) - set(FLATTENED):
            return f"an export has no {', '.join(sorted(other))}"
        return ""

    def pages(self, counted: int) -> Generator[list[dict[str, Any]]]:
        """Raises `Unusable` before the first page."""
        if reason := self.why_not():
            raise Unusable(reason)
        exporting = Exporting(self._activities, self._activities.sleep)
        names, asked = self._names()
        wanted = Wanted(
            counted,
            list_ids=_listed(self._filters.get("lists")),
            tag_ids=_listed(self._filters.get("tags")),
            status=self._filters.get("status"),
        )
        [file] = exporting.files(wanted)
        try:
            found = contacts(file, self._include, names)
            first = next(found, [])
            self.lacking = frozenset(name for name, column in _COLUMNS.items() if column not in file.columns)
            self.said = (
                f"{file.count:,} contacts were read by an export, in {exporting.requests + asked} requests. "
                f"It has no {_and(sorted(self.lacking))}: by='pages' reads {'that' if len(self.lacking) == 1 else 'those'} too."
            )
        except BaseException:
            file.close()
            raise
        return closing_at_end([file], chain([first], found))

    def _names(self) -> tuple[Names, int]:
        """What the file tells by name, and how many requests knowing that took."""
        found: dict[str, list[dict[str, Any]]] = {}
        for name, path, key, limit in (
            ("list_memberships", "/contact_lists", "lists", 1_000),
            ("taggings", "/contact_tags", "tags", 500),
            ("custom_fields", "/contact_custom_fields", "custom_fields", 100),
        ):
            if name in self._include:
                answers = pages(self._transport, path, {"limit": limit})
                found[name] = [entry for page in answers for entry in records(page, key)]
        names = Names(
            {str(each.get("name")): str(each.get("list_id")) for each in found.get("list_memberships", ())},
            {str(each.get("name")): str(each.get("tag_id")) for each in found.get("taggings", ())},
            found.get("custom_fields", ()),
        )
        return names, len(found)


class ContactReading(Reading):
    """All contacts that match, by pages or by one export, whichever is told or else cheaper.

    `said` tells which and why, where it is worth a word; `lacking` names the columns that what was read does not have.
    """

    def __init__(
        self,
        transport: Transport,
        activities: Activities,
        filters: dict[str, Any],
        limit: int,
        by: By | None,
        form: PageForm | None = None,
    ) -> None:
        super().__init__(transport, filters, limit, self._exported, form)
        self._export = ExportReading(transport, activities, filters)
        self._by, self._page = by, limit
        self.said = ""
        if by == "export" and (reason := self._export.why_not()):
            self.said = f"Read by pages: {reason}."

    @property
    def lacking(self) -> frozenset[str]:
        return self._export.lacking

    def _exported(self, total: int) -> Generator[list[dict[str, Any]]] | None:
        cheaper = total > FROM_PAGES * self._page and not self._export.why_not()
        if self._by == "pages" or (self._by is None and not cheaper):
            return None
        try:
            found = self._export.pages(total)
        except Unusable as reason:
            self.said = f"Read by pages: {reason}."
            return None
        self.said = self._export.said
        return found


def check_by(by: str | None) -> None:
    """Raises `SettingsError` for what is no way to read contacts."""
    if by not in (None, "pages", "export"):
        raise SettingsError(
            f"There is no way to read contacts by {by!r}: say by='pages' or by='export', or leave it out."
        )


def _listed(value: Any) -> list[str]:
    parts: Iterable[Any] = value.split(",") if isinstance(value, str) else value or ()
    return [str(part).strip() for part in parts]


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
