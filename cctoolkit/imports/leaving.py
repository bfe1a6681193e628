"""Contacts that leave a list: five hundred in a request, followed as activities, written down before each step.

Taking somebody off a list who is on it no more changes nothing. Whoever came back meanwhile is another matter: so where nobody
knows whether the service has a request, the list is read before it is sent again, and who was changed since the plan stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ..api import Client
from ..api.paging import records
from ..errors import ApiError, OutcomeUnknown, QueueFull, Throttled, UnexpectedAnswer
from .entries import Leaves, Leaving
from .following import PATIENCE, look, over, pauses
from .journal import Journal
from .rows import key_of, keys_of_contact, of_address, on_list
from .sync_plan import AT_ONCE, Leaver


def identified(client: Client, leavers: tuple[Leaver, ...], list_id: str, members: int) -> list[Leaves]:
    """The ids and names of those who leave, and when they were changed last.

    Those whose id nobody told are looked up, whichever way is shorter; who is on the list no more is left out.
    """
    known = [
        (leaver.contact_id, leaver.name, leaver.updated_at or "") for leaver in leavers if leaver.contact_id is not None
    ]
    unknown = {key_of(leaver.name, ""): leaver.name for leaver in leavers if leaver.contact_id is None}
    found: Iterator[dict[str, Any]] = iter(())
    if unknown and len(unknown) <= members / AT_ONCE:
        found = _looked_up(client, unknown.values())
    elif unknown:
        found = client.contacts.iter(lists=list_id, status="all", include="list_memberships")
    for contact in found:
        for key in keys_of_contact(contact):
            if on_list(contact, list_id) and (name := unknown.pop(key, None)) is not None:
                known.append((str(contact["contact_id"]), name, str(contact.get("updated_at") or "")))
    return known


def _looked_up(client: Client, names: Any) -> Iterator[dict[str, Any]]:
    for name in list(names):
        page = client.contacts.page(email=name, status="all", include="list_memberships")
        yield from of_address(records(page, "contacts"), name)[:1]


class Removal:
    """Takes those off the list whom the journal of a sync names."""

    def __init__(
        self, client: Client, journal: Journal, sleep: Callable[[float], None], say: Callable[[str], None]
    ) -> None:
        self._client, self._journal, self._sleep, self._say = client, journal, sleep, say

    def run(self) -> None:
        batches = self._journal.leaving()
        unknown = [batch for batch in batches if batch.state == "sending"]
        there = self._members() if unknown else {}
        for number, batch in enumerate(batches, start=1):
            contacts = batch.contacts
            if batch.state == "sending":
                contacts = [contact for contact in contacts if there.get(contact[0]) == contact[2]]
                if not contacts:
                    self._journal.left(batch.number, {"state": "completed"})
                    continue
            if batch.state in ("pending", "sending"):
                self._say(f"taking off {number} of {len(batches)}")
                self._send(batch, [contact_id for contact_id, *_ in contacts])
        self._follow()

    def _members(self) -> dict[str, str]:
        """Who is on the list, and when they were changed last."""
        about = self._journal.about
        contacts = self._client.contacts.iter(lists=about.list_id, status="all", include="list_memberships")
        return {
            str(contact["contact_id"]): str(contact.get("updated_at") or "")
            for contact in contacts
            if on_list(contact, about.list_id)
        }

    def _send(self, batch: Leaving, contact_ids: list[str]) -> None:
        patience, wait = PATIENCE, pauses()
        self._journal.leaving_is(batch.number, "sending")
        while True:
            try:
                report = self._client.activities.remove_from_list(self._journal.about.list_id, contact_ids)
            except (QueueFull, Throttled):
                self._journal.leaving_is(batch.number, "pending")
                pause = next(wait)
                patience -= pause
                if patience < 0:
                    raise
                self._sleep(pause)
                self._journal.leaving_is(batch.number, "sending")
            except (OutcomeUnknown, UnexpectedAnswer):
                raise  # it stays as begun: `resume` reads the list first
            except ApiError as error:
                if error.status < 500:
                    self._journal.leaving_is(batch.number, "pending")
                raise
            else:
                activity_id = report.get("activity_id")
                if not isinstance(activity_id, str) or not activity_id:
                    raise UnexpectedAnswer("The answer to a removal holds no activity_id: resume the sync in a minute.")
                self._journal.leaving_is(batch.number, "sent", activity_id)
                return

    def _follow(self) -> None:
        flying = {
            batch.activity_id: batch.number
            for batch in self._journal.leaving()
            if batch.state == "sent" and batch.activity_id
        }
        wait, missed = pauses(), dict[str, int]()
        while flying:
            for activity_id, report in look(self._client, list(flying), missed).items():
                if over(report):
                    self._journal.left(flying.pop(activity_id), report)
            if flying:
                self._say("taking off")
                self._sleep(next(wait))


def in_batches(contacts: list[Leaves]) -> list[list[Leaves]]:
    return [contacts[start : start + AT_ONCE] for start in range(0, len(contacts), AT_ONCE)]
