"""The ids that the account has for a field, with the names that people know them by."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..api import Client
from ..api.operations import Operation
from ..errors import CctoolkitError, NotFound
from .views import apart

#: How many are offered: more than these nobody looks through.
AT_MOST = 500
#: How many campaigns are asked for their activities: each is a request of its own.
CAMPAIGNS = 20

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Offered:
    """What can be chosen: each text with its id. `more` says that the account has others besides."""

    kind: str
    choices: Mapping[str, str]
    more: bool

    def chosen(self, text: str) -> str:
        """The id behind a text; a text that was written by hand is what it is."""
        return self.choices.get(text, text)


def _person(record: Record) -> str:
    address = record.get("email_address")
    name = " ".join(str(record[part]) for part in ("first_name", "last_name") if record.get(part))
    return ", ".join(filter(None, [str(address.get("address", "")) if isinstance(address, dict) else "", name]))


def _named(*names: str) -> Callable[[Record], str]:
    return lambda record: " ".join(str(record[name]) for name in names if record.get(name))


#: Where each kind is read, which of a record's properties is its id, and what people call it.
_SOURCES: Mapping[str, tuple[str, str, Callable[[Record], str]]] = {
    "lists": ("/contact_lists", "list_id", _named("name")),
    "contacts": ("/contacts", "contact_id", _person),
    "tags": ("/contact_tags", "tag_id", _named("name")),
    "campaigns": ("/emails", "campaign_id", _named("name")),
    "activities": ("/activities", "activity_id", _named("source_file_name", "state", "created_at")),
    "segments": ("/segments", "segment_id", _named("name")),
    "custom fields": ("/contact_custom_fields", "custom_field_id", _named("label")),
}


def load(client: Client, kind: str, stop: threading.Event | None = None) -> Offered:
    """The first ids of a kind, in the service's order. Raises what reading them raises."""
    if kind == "campaign activities":
        return _campaign_activities(client, stop or threading.Event())
    path, key, called = _SOURCES[kind]
    operation = _reading(client, path, kind)
    page: Any = next(iter(operation.pages()), {})
    records = operation.records_of(page)
    choices = _labelled((called(record), record.get(key)) for record in records[:AT_MOST])
    more = len(records) > AT_MOST or (
        isinstance(page, dict) and operation.following(operation.request())(page) is not None
    )
    return Offered(kind, choices, more)


def _campaign_activities(client: Client, stop: threading.Event) -> Offered:
    """The activities of the newest campaigns: the service lists them only campaign by campaign."""
    campaigns = load(client, "campaigns")
    one = _reading(client, "/emails/{campaign_id}", "campaign activities")
    found: list[tuple[str, Any]] = []
    for name, campaign_id in list(campaigns.choices.items())[:CAMPAIGNS]:
        if stop.is_set():
            break
        try:
            campaign = one(campaign_id=campaign_id)
        except NotFound:  # deleted meanwhile
            continue
        for activity in campaign.get("campaign_activities", []):
            if isinstance(activity, dict):
                called = f"{name.rpartition(' · ')[0]}, {activity.get('role', '')}"
                found.append((called, activity.get("campaign_activity_id")))
    return Offered("campaign activities", _labelled(found), campaigns.more or len(campaigns.choices) > CAMPAIGNS)


def _reading(client: Client, path: str, kind: str) -> Operation:
    for operation in client.operations:
        if operation.method == "GET" and operation.path == path:
            return operation
    raise CctoolkitError(
        f"This service describes no GET {path}, so the {kind} cannot be offered: write the id yourself."
    )


def _labelled(named: Any) -> dict[str, str]:
    """`Name · id` for each, so that two of one name are two."""
    choices: dict[str, str] = {}
    for name, identity in named:
        if isinstance(identity, (str, int)) and str(identity):
            choices[f"{apart(str(name), 60) or '(no name)'} · {identity}"] = str(identity)
    return choices
