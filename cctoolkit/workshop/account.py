"""What the exercises look at: an account, read through the API, each part once and only when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import Any

from ..api import Client
from ..api.activities import is_import

#: The list that the exercises are about.
MARKET = "Spring market"
#: Somebody of the sample export who asks to leave, and is then the one who is missing.
LEAVER = "klaus.thorne@example.net"
#: As many members of the list are looked at: the exercises bring a handful, the reader's own account may be large.
MOST_MEMBERS = 2_000


class AccountState:
    """An account as it is now. `signed_in`: whether its owner has signed in with this toolkit."""

    def __init__(self, client: Client, *, signed_in: bool = True) -> None:
        self._client = client
        self.signed_in = signed_in

    @cached_property
    def lists(self) -> list[dict[str, Any]]:
        return list(self._client.lists.iter())

    @cached_property
    def owner(self) -> dict[str, Any] | None:
        """The contact with the account's own address; None when it was deleted."""
        return self.contact(str(self._client.account.summary().get("contact_email", "")))

    @cached_property
    def leaver(self) -> dict[str, Any] | None:
        return self.contact(LEAVER)

    @cached_property
    def market_id(self) -> str | None:
        """The `list_id` of the market's list; None when there is none."""
        wanted = MARKET.casefold()
        return next((str(entry["list_id"]) for entry in self.lists if _name(entry).casefold() == wanted), None)

    @cached_property
    def members(self) -> dict[str, dict[str, Any]]:
        """Who is on the market's list, by address in lower case."""
        if self.market_id is None:
            return {}
        found = self._client.contacts.iter(lists=self.market_id, include=["taggings", "custom_fields"])
        return {_address(contact).casefold(): contact for contact in islice(found, MOST_MEMBERS)}

    @cached_property
    def imports(self) -> list[dict[str, Any]]:
        """The reports of all imports, the newest first."""
        # An import from JSON has no file name; only imports count persons.
        reports = [report for report in self._client.activities.iter() if is_import(report)]
        return sorted(reports, key=lambda report: str(report.get("created_at", "")), reverse=True)

    @cached_property
    def tags(self) -> list[dict[str, Any]]:
        return list(self._client.operations["getTags"].iter(limit=500))

    @cached_property
    def custom_fields(self) -> list[dict[str, Any]]:
        return list(self._client.custom_fields.iter())

    def contact(self, address: str) -> dict[str, Any] | None:
        """The contact of that address; None when there is none."""
        if not address:
            return None
        for contact in self._client.contacts.page(email=address).get("contacts", []):
            if _address(contact).casefold() == address.casefold():
                return dict(contact)
        return None

    def answers(self, word: str) -> Iterator[str]:
        """What was written down as an answer: `Spring: 12` is the list that answers `12` to `Spring`."""
        for entry in self.lists:
            named, colon, answer = _name(entry).partition(":")
            if colon and named.strip().casefold() == word.casefold():
                yield answer.strip()


def permission(contact: dict[str, Any] | None) -> str:
    """The contact's `permission_to_send`; empty where there is none."""
    return str(((contact or {}).get("email_address") or {}).get("permission_to_send") or "")


def _address(contact: dict[str, Any]) -> str:
    return str((contact.get("email_address") or {}).get("address") or "")


def _name(entry: dict[str, Any]) -> str:
    return str(entry.get("name") or "").strip()
