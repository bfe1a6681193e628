"""What an account has of some rows, read the way that takes the fewest requests: one by one, by pages, or by exports."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Set
from itertools import chain
from typing import Any

from ..api import Client, exports
from ..api.contacts import PAGE
from ..api.export_reading import By, check_by
from ..api.exported_contacts import Names
from ..api.exported_contacts import contacts as contacts_of
from ..api.exported_file import ExportedFile, Unusable
from ..api.paging import records
from .changes import ADDRESSES, FLATTENED, PHONES, CustomFieldValues, includes
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

    `headings` are the columns that will be compared, `custom_fields` what the account has of those that are custom fields;
    `list_id` is the list whose members are to be known, if any. `members` says that all of the list's have to be among the contacts, whether in the
    rows or not. `tell` is called with how many contacts of how many were read, now and then.

    Raises `SettingsError` when `by` is no way to read contacts.
    """

    def __init__(
        self,
        client: Client,
        headings: Iterable[str],
        count: int,
        *,
        list_id: str | None = None,
        by: By | None = None,
        members: bool = False,
        tell: Callable[[int, int], None] = lambda read, expected: None,
    ) -> None:
        check_by(by)
        self._client, self._headings, self._count, self._list_id = client, list(headings), count, list_id
        self._by, self._members, self._tell = by, members, tell
        self._include = includes(self._headings)
        named = [name for name in self._headings if name.lower().startswith(CUSTOM)]
        self.custom_fields = CustomFieldValues(client.custom_fields.iter() if named else (), named)
        self.requests, self.said, self.expected = int(bool(named)), "", 0

    def contacts(self, addresses: Callable[[], Iterable[str]], among: Set[int]) -> Iterator[dict[str, Any]]:
        """Contacts among which all are that the account has of these addresses; where members of a list are to be known, all
        of these too. `addresses` is called where it pays to look them up one by one; `among` are the hashes of all that a
        contact may be wanted by, so that of an export the others are passed over."""
        total = self._client.contacts.count(status="all")
        self.requests += 1
        pages = math.ceil(total / PAGE)
        # The service searches by address only, and does not tell by it who else is on a list.
        can_look_up = self._by is None and not self._members and "sms_number" not in self._headings
        fewest = min(self._count, pages) if can_look_up else pages
        why = ""
        if self._by == "export" or (self._by is None and fewest > exports.CHEAPER_FROM):
            try:
                return self._exported(among)
            except Unusable as reason:
                why = f": {reason}"
        if can_look_up and self._count <= pages:
            return self._looked_up(addresses)
        return self._counted(self._in_pages(total, pages, why))

    def _looked_up(self, addresses: Callable[[], Iterable[str]]) -> Iterator[dict[str, Any]]:
        self.requests += self._count
        self.expected = self._count
        self.said = f"{_many(self._count, 'contact')} {'was' if self._count == 1 else 'were'} looked up one by one"
        for asked, address in enumerate(addresses()):
            self._tell(asked, self._count)
            page = self._client.contacts.page(email=address, status="all", include=self._include)
            yield from of_address(records(page, "contacts"), address)[:1]

    def _in_pages(self, total: int, pages: int, why: str) -> Iterator[dict[str, Any]]:
        self.requests += pages
        self.expected = total
        was = "was" if total == 1 else "were"
        self.said = f"{_many(total, 'contact')} of the account {was} read, in {_many(pages, 'page')}{why}"
        return self._client.contacts.iter(status="all", include=self._include)

    def _counted(self, contacts: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for read, contact in enumerate(contacts):
            if read % PAGE == 0:
                self._tell(read, self.expected)
            yield contact

    def _exported(self, among: Set[int]) -> Iterator[dict[str, Any]]:
        """Raises `Unusable` before the first contact."""
        if "sms_number" in self._headings:
            raise Unusable("an export has no numbers for text messages")
        count = self._client.contacts.count
        wanted = [exports.Wanted(count(), exact=True)]
        gone = count(status="deleted")
        self.requests += 2
        if gone:
            wanted.append(exports.Wanted(gone, status="removed", exact=True))
        if self._list_id is not None:
            self.requests += 1
            members = count(lists=self._list_id)
            wanted.append(exports.Wanted(members, list_ids=[self._list_id], fields=["email_address"], exact=True))
        exporting = exports.Exporting(self._client.activities, self._client.sleep)
        try:
            files = exporting.files(*wanted)
        finally:
            self.requests += exporting.requests
        try:
            return exports.closing_at_end(files, self._of_files(files, bool(gone), among))
        except BaseException:
            for file in files:
                file.close()
            raise

    def _of_files(self, files: list[ExportedFile], gone: bool, among: Set[int]) -> Iterator[dict[str, Any]]:
        """The contacts of the account's file, and of that of the deleted; the last file is the list's, if there is one."""
        members = files[-1] if self._list_id is not None else None
        people = files[:-1] if members is not None else files
        for file in people:
            self._check(file)
        if self._members and members is not None and members.nameless:
            raise Unusable("the list has contacts without an address, who cannot be told from each other")
        on_list = set() if members is None else set(map(hash, members.addresses()))
        self.expected = sum(file.count for file in people)
        self.said = f"{_many(self.expected, 'contact')} of the account were read, by {_many(len(files), 'export')}"
        include = [name for name in self._include if name != "list_memberships"]
        names = Names(fields=self.custom_fields.fields)
        wanted = among | on_list if self._members else among
        alive, *others = [contacts_of(file, include, names, among=wanted) for file in people]
        deleted = self._with_lists(others[0], set(), people) if gone else iter(())
        return chain(
            self._with_lists(alive, on_list, people),
            ({**contact, "deleted_at": contact.get("updated_at") or "before"} for contact in deleted),
        )

    def _with_lists(
        self, pages: Iterator[list[dict[str, Any]]], on_list: set[int], files: list[ExportedFile]
    ) -> Iterator[dict[str, Any]]:
        for page in pages:
            self._tell(sum(file.read for file in files), self.expected)
            for contact in page:
                address = str(contact.get("email_address", {}).get("address") or "").lower()
                contact["list_memberships"] = [self._list_id] if address and hash(address) in on_list else []
                contact[FLATTENED] = True
                yield contact

    def _check(self, file: ExportedFile) -> None:
        """A column that the file lacks would look like a change in everybody."""
        lacking = sorted(name for name in self._headings if not self._has(file, name))
        if "permission_to_send" not in file.columns:
            lacking.append("permission_to_send")
        if lacking:
            raise Unusable(f"the exported file has no {', '.join(lacking)}")

    def _has(self, file: ExportedFile, heading: str) -> bool:
        if heading == "email":
            return True
        if heading.lower().startswith(CUSTOM):
            return True  # `exported_contacts` looks for each of them
        if heading in ("birthday_month", "birthday_day"):
            return "birthday" in file.columns
        if heading in PHONES:
            return all(f"phone_numbers {kind}" in file.columns for kind in ("home", "work", "mobile", "other"))
        for before, kind in ADDRESSES.items():
            if heading.startswith(before) and (part := _ADDRESS.get(heading.removeprefix(before))) is not None:
                return f"street_addresses {kind} {part}" in file.columns
        return heading in file.columns


class ReadingBar:
    """A bar while an account of more than a page is read; nothing for a small one, however long an answer takes."""

    def __init__(self, words: str, *, shown: bool) -> None:
        self._words, self._shown = words, shown
        self._bar: Any = None

    def __call__(self, read: int, expected: int) -> None:
        if not self._shown or expected <= PAGE:
            return
        if self._bar is None:
            from tqdm.auto import tqdm

            self._bar = tqdm(desc=self._words, total=expected)
        self._bar.update(read - self._bar.n)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
