"""What stands in the journal of an import: what it is, how far its parts are, who was sent, who leaves, and who did not arrive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from .doors import Door


@dataclass(frozen=True)
class About:
    """What an import is: its own name, and the account and list that it goes to."""

    name: str
    service: str
    api_url: str
    #: The service's id of the account; empty where the sign-in may not read it.
    account: str
    list_id: str
    list_name: str
    sms_permission_to_send: str | None
    made_at: str
    #: How its parts are sent: as CSV files, or as JSON.
    door: Door = "csv"


@dataclass(frozen=True)
class PartState:
    """How far a part is: `pending`, `sending` (begun, and no answer yet), `sent`, `done` or `failed`."""

    number: int
    contacts: int
    state: str
    attempt: int
    activity_id: str | None
    report: dict[str, Any] | None


#: Of a contact that leaves: its id, its name, and when it was changed last.
Leaves = tuple[str, str, str]


class Leaving(NamedTuple):
    """Contacts that are taken off the list together, and how far that is, as of a part."""

    number: int
    contacts: list[Leaves]
    state: str
    activity_id: str | None
    report: dict[str, Any] | None


class SentRow(NamedTuple):
    """A row that is sent: where it stands, and who it is."""

    part: int
    row: int
    email: str
    sms_number: str


class AbsentRow(NamedTuple):
    """A row that did not arrive."""

    part: int
    row: int
    reason: str
