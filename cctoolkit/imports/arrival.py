"""Who arrived: the list is read back and compared with who was sent.

Who is missing is kept as numbers of eight bytes, so that a million costs a hundred megabytes at most. Two addresses that
share a number could hide each other's absence; for a million of them the chance is one in many millions.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ..api import Client, exports
from ..api.contacts import PAGE
from ..api.exported_file import Unusable
from ..api.paging import next_href, records
from .entries import AbsentRow, SentRow
from .rows import key_of, keys_of_contact, of_address, on_list, permission

if TYPE_CHECKING:
    import pandas as pd

#: How many missing addresses are asked about one by one, to say why they are missing.
EXPLAINED = 50
#: How many requests are spent at most on the reasons of all others.
MOST_REQUESTS = 2_500

_NOT_TAKEN = "the service did not take the row (see correctable_count and error_count of the activity)"
#: The one field of an exported file whose name is published, and all that is needed.
_ADDRESS = ("email_address",)
_NOT_LOOKED_UP = "not looked up"
#: Found on the list after all, when it was asked about.
_ARRIVED = ""

Rows = Callable[[], Iterable[SentRow]]


def check_arrival(client: Client, addresses: Iterable[str], list_id: str) -> pd.DataFrame:
    """Which addresses are on the list now: a row each, in the order given, with the likely reason where not."""
    import pandas as pd

    from ..frame import Frame

    sent = [str(address) for address in addresses]
    rows = [SentRow(1, row, address, "") for row, address in enumerate(sent)]
    absent = {row.row: row.reason for row in absent_rows(client, list_id, lambda: rows)}
    return Frame(
        {
            "email_address": pd.array(sent, dtype="string"),
            "on_list": [row not in absent for row in range(len(sent))],
            "reason": pd.array([absent.get(row, "") for row in range(len(sent))], dtype="string"),
        }
    )


def absent_rows(
    client: Client,
    list_id: str,
    rows: Rows,
    *,
    unfinished: Mapping[int, str] = MappingProxyType({}),
    seen: Callable[[int], None] = lambda count: None,
    left: set[int] | None = None,
    any_without_address: bool = False,
    memory: exports.Memory | None = None,
) -> Iterator[AbsentRow]:
    """The rows that are not on the list, each with the likely reason.

    `rows` is called for each reading of them, so that they need not be held. `unfinished` says why a part as a whole
    was not taken; its rows are not asked about. `seen` is told how many contacts of the list were read.
    `memory` keeps the activities of exports, so that who is killed meanwhile goes on with them. Of `left`, the
    hashes of keys of contacts that are to have left the list, those are taken out that are on it; `any_without_address` says that some of them are known by a number, which an export
    does not tell.
    """
    gone = set() if left is None else left
    wanted = list_id.strip().lower()
    missing: set[int] = set()
    by_address = not any_without_address
    for row in rows():
        missing.add(_number(row))
        by_address = by_address and bool(row.email)
    asked: dict[str, Any] = {"lists": wanted, "include": "list_memberships", "status": "all"}
    first = client.contacts.page(limit=PAGE, include_count=True, **asked)
    members: Iterable[dict[str, Any]] = records(first, "contacts")
    if next_href(first) is not None:
        counted = first.get("contacts_count")
        exported = by_address and _read_export(client, wanted, counted, missing, gone, seen, memory)
        members = () if exported else client.contacts.iter(**asked)
    for count, contact in enumerate(members, start=1):
        if count % PAGE == 0:
            seen(count)
        if on_list(contact, wanted):  # a service that passed over the filter would answer with everybody
            keys = set(map(hash, keys_of_contact(contact)))
            missing -= keys
            gone -= keys
    if not missing:
        return
    unexplained = {_number(row) for row in rows() if row.part not in unfinished} & missing
    reasons = _Reasons(client, wanted, unexplained, rows, memory).find()
    for row in rows():
        number = _number(row)
        if number in missing:
            reason = reasons.get(number, unfinished.get(row.part, _NOT_TAKEN))
            if reason != _ARRIVED:
                yield AbsentRow(row.part, row.row, reason)


def _read_export(
    client: Client,
    list_id: str,
    counted: object,
    missing: set[int],
    gone: set[int],
    seen: Callable[[int], None],
    memory: exports.Memory | None,
) -> bool:
    """Take those off who are on the list, by one export of it. False: it is too small for that, or could not be exported."""
    if not isinstance(counted, int) or counted <= exports.CHEAPER_FROM * PAGE:
        return False
    try:
        found = _exported(client, exports.Wanted(counted, list_ids=[list_id], fields=_ADDRESS, name="the list"), memory)
    except Unusable:
        return False
    for count, address in enumerate(found, start=1):
        if count % PAGE == 0:
            seen(count)
        missing.discard(hash(address))
        gone.discard(hash(address))
    return True


def _exported(client: Client, wanted: exports.Wanted, memory: exports.Memory | None) -> Iterator[str]:
    return exports.addresses(exports.Exporting(client.activities, client.sleep, memory), wanted)


def _number(row: SentRow) -> int:
    return hash(key_of(row.email, row.sms_number))


class _Reasons:
    """Why contacts are missing, by the numbers of their keys; what nobody knows of is left out of the answer."""

    def __init__(
        self, client: Client, list_id: str, asked: set[int], rows: Rows, memory: exports.Memory | None
    ) -> None:
        self._client, self._list_id, self._rows, self._memory = client, list_id, rows, memory
        self._open = asked
        self._found: dict[int, str] = {}

    def find(self) -> dict[int, str]:
        if len(self._open) > EXPLAINED:
            # Mostly it is this, and there are fewer of them than of all contacts.
            self._read_all(len(self._open), status="unsubscribed")
        if self._open:
            if len(self._open) <= EXPLAINED or not self._read_all(len(self._open), status="all"):
                self._look_up()
            else:
                self._open.clear()  # who was not among all contacts is not in the account
        numbers = {_number(row) for row in self._rows() if not row.email} & self._open if self._open else set()
        if numbers and self._read_all(MOST_REQUESTS, status="all", sms_status="all"):
            self._open -= numbers
        self._found.update(dict.fromkeys(self._open, _NOT_LOOKED_UP))
        return self._found

    def _look_up(self) -> None:
        """One by one, as far as that goes: the service searches by address only, and the day's requests are counted."""
        left = self._affordable()
        for row in self._rows():
            number = _number(row)
            if number in self._open and row.email and left > 0:
                left -= 1
                self._open.discard(number)
                page = self._client.contacts.page(email=row.email, status="all", include="list_memberships")
                for contact in of_address(records(page, "contacts"), row.email)[:1]:
                    self._found[number] = self._reason(contact)

    def _read_all(self, most: int, **filters: Any) -> bool:
        """Read all contacts that match. False: that would cost more than `most` requests, or than there are."""
        counted = self._client.contacts.count(**filters)
        pages = math.ceil(counted / PAGE)
        if pages > exports.CHEAPER_FROM and self._read_export(counted, **filters):
            return True
        if pages > min(most, self._affordable()):
            return False
        if pages:
            for contact in self._client.contacts.iter(include="list_memberships", **filters):
                for number in map(hash, keys_of_contact(contact)):
                    if number in self._open:
                        self._open.discard(number)
                        self._found[number] = self._reason(contact)
        return True

    def _read_export(self, counted: int, **filters: Any) -> bool:
        """The same by an export, where the filters are what that takes."""
        if set(filters) != {"status"}:
            return False
        status = None if filters["status"] == "all" else str(filters["status"])
        try:
            if status is None:
                counted = self._client.contacts.count()  # without the deleted, as in the file
            of = exports.Wanted(counted, status=status, fields=_ADDRESS, name=f"the account, {filters['status']}")
            found = _exported(self._client, of, self._memory)
            # Who is in the account may have come onto the list since that was read: the file of the account does not say.
            members = self._client.contacts.count(lists=self._list_id, status="all") if status is None else 0
            again = exports.Wanted(members, list_ids=[self._list_id], fields=_ADDRESS, name="the list, once more")
            arrived = _exported(self._client, again, self._memory) if members else iter(())
        except Unusable:
            return False
        for address in found:
            if hash(address) in self._open:
                self._open.discard(hash(address))
                self._found[hash(address)] = _reason_of(status or "")
        for address in arrived:
            if hash(address) in self._found:
                self._found[hash(address)] = _ARRIVED
        return True

    def _affordable(self) -> int:
        budget = self._client.budget
        return MOST_REQUESTS if budget is None else min(MOST_REQUESTS, budget.remaining_today)

    def _reason(self, contact: dict[str, Any]) -> str:
        if on_list(contact, self._list_id):
            return _ARRIVED  # since the list was read
        return _reason_of(permission(contact))


def _reason_of(allowed: str) -> str:
    if allowed == "unsubscribed":
        return "unsubscribed before: only the person can come back"
    return (
        f"in the account, but not on the list (permission: {allowed or 'not told'}): the service may still be "
        "processing it"
    )
