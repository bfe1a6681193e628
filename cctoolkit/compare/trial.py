"""What a comparison that writes makes in an account, and takes away again: found by its name, whoever left it there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..api import Client
from ..errors import CctoolkitError
from .asking import Asking
from .questions import ADDRESS, NAME, REMOVALS, REMOVED

#: An address that a trial made: nobody else is taken away.
_OURS = re.compile(re.escape(ADDRESS).replace(r"\{mark\}\{number\}", r"[0-9a-f]{8}-[0-9]"))


@dataclass(frozen=True)
class Trial:
    """What a comparison made and is still in an account: ids by kind. It is false where there is nothing."""

    made: dict[str, list[str]]

    def __bool__(self) -> bool:
        return any(self.made.values())

    def __str__(self) -> str:
        """What is there, in words."""
        told = []
        for kind, ids in self.made.items():
            if ids:
                what = (
                    f"{len(ids)} contacts of example.com"
                    if kind == "contact"
                    else f"the {kind.replace('_', ' ')} {NAME!r}"
                )
                told.append("1 contact of example.com" if what.startswith("1 ") else what)
        return ", ".join(told)


def find_trial(client: Client) -> Trial:
    """What is there of a trial: of one that runs, or that was ended half-way. Four requests or a few more.

    Raises what reading raises.
    """
    lists = _named(client.lists.iter(name=NAME), "name", "list_id")
    people = (contact for list_id in lists for contact in client.contacts.iter(lists=list_id, by="pages"))
    contacts = [
        str(contact["contact_id"])
        for contact in people
        if _OURS.fullmatch(str((contact.get("email_address") or {}).get("address", "")).lower())
    ]
    tags = _named(client.tags.iter(), "name", "tag_id")
    fields = _named(client.custom_fields.iter(), "label", "custom_field_id")
    return Trial({"contact": contacts, "tag": tags, "custom_field": fields, "list": lists})


def _named(entries: Iterable[dict[str, Any]], key: str, id_key: str) -> list[str]:
    return [str(entry[id_key]) for entry in entries if entry.get(key) == NAME and entry.get(id_key)]


def take_away(asking: Asking, trial: Trial) -> None:
    """Delete what a trial made. The first of each kind is a question of its own; what is an activity is waited for."""
    for kind, question in REMOVALS.items():
        for made in trial.made[kind]:
            asking.known |= {f"{kind}_id": made}
            asking.known.pop("removal_id", None)
            asking.ask(question)
            if "removal_id" in asking.known:
                asking.ask(REMOVED[kind])


def left_behind(client: Client) -> str:
    """What could not be taken away, in words; empty where nothing was left."""
    try:
        left = find_trial(client)
    except CctoolkitError as error:
        return f"whether anything was left could not be seen: {error}"
    return str(left)
