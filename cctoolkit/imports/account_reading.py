"""What an account has of some rows, read the way that takes the fewest requests: one by one, by pages, or by exports."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ..api import Client, exports
from ..api.contacts import PAGE
from ..api.export_reading import By
from ..api.paging import records
from .changes import includes
from .rows import CUSTOM, of_address

#: Columns of a file to be imported that an export has under another name or in parts.
_ADDRESS = {
    "street": "street",
    "street2": "street",
    "city": "city",
    "state": "state",
    "zip": "postal_code",
    "country": "country",
}


class AccountReading:
    """Reads contacts as the service answers them. `requests` is how many that took, `said` how it was done.

    `headings` are the columns that will be compared; `list_id` the list whose members are to be known, if any.
    `labels` are the labels of the account's custom fields that are compared, with their ids. `members` says that all of the
    list's have to be among the contacts, whether in the rows or not. `tell` is called with how many contacts of how many
    were read, now and then.
    """

    def __init__(
        self,
        client: Client,
        headings: Iterable[str],
        count: int,
        *,
        list_id: str | None = None,
        labels: Mapping[str, str] | None = None,
        by: By | None = None,
        members: bool = False,
        tell: Callable[[int, int], None] = lambda read, expected: None,
    ) -> None:
        self._client, self._headings, self._count, self._list_id = client, list(headings), count, list_id
        self._labels = dict(labels or {})
        self._include = includes(self._headings)
        self._by, self._members, self._tell = by, members, tell
        self.requests, self.said, self.expected = 0, "", 0

    def contacts(self, addresses: Callable[[], Iterable[str]]) -> Iterator[dict[str, Any]]:
        """Contacts among which all are that the account has of these addresses; where members of a list are to be known, all
        of these too. `addresses` is called where it pays to look them up one by one."""
        total = self._client.contacts.count(status="all")
        self.requests += 1
        pages = math.ceil(total / PAGE)
        one_by_one = (
            not self._members and "sms_number" not in self._headings and self._count <= pages
        )  # the service searches by address only
        if self._by is None and one_by_one and self._count <= exports.CHEAPER_FROM:
            yield from self._looked_up(addresses)
            return
        if self._by == "export" or (
            self._by is None and min(self._count if one_by_one else pages, pages) > exports.CHEAPER_FROM
        ):
            try:
                found = self._exported()
            except exports.Unusable as reason:
                why = f": {reason}"
            else:
                yield from self._counted(found)
                return
        else:
            why = ""
        if one_by_one and self._by is None:
            yield from self._looked_up(addresses)
            return
        self.requests += pages
        self.expected = total
        was = "was" if total == 1 else "were"
        self.said = f"{_many(total, 'contact')} of the account {was} read, in {_many(pages, 'page')}{why}"
        yield from self._counted(self._client.contacts.iter(status="all", include=self._include))

    def _looked_up(self, addresses: Callable[[], Iterable[str]]) -> Iterator[dict[str, Any]]:
        self.requests += self._count
        self.expected = self._count
        self.said = f"{_many(self._count, 'contact')} {'was' if self._count == 1 else 'were'} looked up one by one"
        for asked, address in enumerate(addresses()):
            self._tell(asked, self._count)
            page = self._client.contacts.page(email=address, status="all", include=self._include)
            yield from of_address(records(page, "contacts"), address)[:1]

    def _counted(self, contacts: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for read, contact in enumerate(contacts):
            if read % PAGE == 0:
                self._tell(read, self.expected)
            yield contact

    def _exported(self) -> Iterator[dict[str, Any]]:
        """Raises `Unusable` before the first contact."""
        if "sms_number" in self._headings:
            raise exports.Unusable("an export has no numbers for text messages")
        count = self._client.contacts.count
        exporting = exports.Exporting(self._client.activities, self._client.sleep)
        wanted = [exports.Wanted(count())]
        gone = count(status="deleted")
        self.requests += 2
        if gone:
            wanted.append(exports.Wanted(gone, status="removed"))
        if self._list_id is not None:
            members = count(lists=self._list_id)
            self.requests += 1
            wanted.append(exports.Wanted(members, list_ids=[self._list_id], fields=["email_address"]))
        files = exporting.files(*wanted)
        try:
            include = [name for name in self._include if name != "list_memberships"]
            names = exports.Names(fields=self._labels)
            for file in files[: len(files) - (self._list_id is not None)]:
                self._check(file)
            on_list = set() if self._list_id is None else set(map(hash, files[-1].addresses()))
            self.requests += exporting.requests
            self.expected = files[0].count + gone
            self.said = f"{_many(self.expected, 'contact')} of the account were read, by {_many(len(files), 'export')}"
            everybody = [(page, False) for page in [exports.contacts(files[0], include, names)]]
            if gone:
                everybody.append((exports.contacts(files[1], include, names), True))
        except BaseException:
            _close(files)
            raise
        return self._of_files(files, everybody, on_list)

    def _of_files(
        self,
        files: list[exports.ExportedFile],
        everybody: list[tuple[Iterator[list[dict[str, Any]]], bool]],
        on_list: set[int],
    ) -> Iterator[dict[str, Any]]:
        try:
            for pages, gone in everybody:
                for page in pages:
                    for contact in page:
                        address = str(contact.get("email_address", {}).get("address") or "").lower()
                        contact["list_memberships"] = [self._list_id] if hash(address) in on_list else []
                        if gone:
                            contact["deleted_at"] = contact.get("updated_at") or "before"
                        yield contact
        finally:
            _close(files)

    def _check(self, file: exports.ExportedFile) -> None:
        """A column that the file lacks would look like a change in everybody."""
        lacking = sorted(name for name in self._headings if not self._has(file, name))
        if "permission_to_send" not in file.columns:
            lacking.append("permission_to_send")
        if lacking:
            raise exports.Unusable(f"the exported file has no {', '.join(lacking)}")

    def _has(self, file: exports.ExportedFile, heading: str) -> bool:
        if heading == "email":
            return True
        if heading.lower().startswith(CUSTOM):
            return True  # `contacts` looks for each of them
        if heading in ("birthday_month", "birthday_day"):
            return "birthday" in file.columns
        if heading == "phone":
            return any(name.startswith("phone_numbers ") for name in file.columns)
        if (part := _ADDRESS.get(heading)) is not None:
            return f"street_addresses home {part}" in file.columns
        return heading in file.columns


def _close(files: Iterable[exports.ExportedFile]) -> None:
    for file in files:
        file.close()


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
