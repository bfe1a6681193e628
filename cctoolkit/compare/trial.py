"""What a comparison that writes makes in an account, and takes away again: found by its name, whoever left it there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ..api import Client
from ..api.activities import ended, is_import
from .asking import Asking
from .questions import IMPORTED, NUMBERS, REMOVALS, REMOVED, TRIAL, trial_address, trial_name

#: The names that a trial gives, with the eight characters that are another's each time: nothing of the account's own has one.
_NAMED = re.compile(rf"\s*{re.escape(trial_name('#')).replace(re.escape('#'), '([0-9a-f]{8})')}\s*", re.IGNORECASE)
_ADDRESSED = re.compile(re.escape(trial_address("#", "#")).replace(re.escape("#"), "(?:[0-9a-f]{8}|[0-9])"))
#: How often it is looked whether everybody is gone, and the seconds between: what was written is not always found at once.
LOOKS, _PAUSE = 6, 5.0


@dataclass(frozen=True)
class Trial:
    """What a comparison made and is still in an account: names by id, by kind. It is false where there is nothing."""

    made: dict[str, dict[str, str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return any(self.made.values())

    def __str__(self) -> str:
        """What is there, in words."""
        told = []
        for kind, names in self.made.items():
            if kind == "contact" and names:
                told.append(f"{len(names)} contact{'s' if len(names) > 1 else ''} of example.com")
            else:
                told += [f"the {kind.replace('_', ' ')} {each!r}" for each in names.values()]
        return ", ".join(told)


def find_trial(client: Client, mark: str | None = None) -> Trial:
    """What is there of a trial: of the one of this mark, or of any that was ended half-way. Three requests, and eight for each.

    Raises what reading raises.
    """
    lists = _named(client.lists.iter(), "name", "list_id", mark)
    tags = _named(client.tags.iter(), "name", "tag_id", mark)
    fields = _named(client.custom_fields.iter(), "label", "custom_field_id", mark)
    marks = {_mark(name) for found in (lists, tags, fields) for name in found.values()} | ({mark} if mark else set())
    people = {
        str(contact["contact_id"]): its
        for contact in _contacts(client, lists, marks)
        if _ADDRESSED.fullmatch(its := address_of(contact)) and contact.get("contact_id")
    }
    return Trial({"contact": people, "tag": tags, "custom_field": fields, "list": lists})


def _mark(name: str) -> str:
    """The mark in a name that a trial gave, whatever a service made of its case; empty in any other."""
    found = _NAMED.fullmatch(name)
    return found[1].lower() if found else ""


def address_of(contact: Any) -> str:
    """The address of a contact as a service answers it, in lower case; empty where there is none."""
    email = contact.get("email_address") if isinstance(contact, dict) else None
    return str(email.get("address") or "").lower() if isinstance(email, dict) else ""


def _contacts(client: Client, lists: Iterable[str], marks: Iterable[str]) -> Iterator[dict[str, Any]]:
    """By the list, and one by one: a list may know of them later than the account, or never."""
    for list_id in lists:
        yield from client.contacts.iter(lists=list_id, by="pages")
    for mark in marks:
        for number in NUMBERS:
            yield from client.contacts.iter(email=trial_address(mark, number), by="pages")


def _named(entries: Iterable[dict[str, Any]], key: str, id_key: str, mark: str | None) -> dict[str, str]:
    return {
        str(entry[id_key]): str(entry[key])
        for entry in entries
        if isinstance(entry, dict)
        and (its := _mark(str(entry.get(key))))
        and its in {mark or its}
        and entry.get(id_key)
    }


def take_away(asking: Asking, looks: int = LOOKS) -> str:
    """Delete what a trial made. The first of each kind is a question of its own; what is an activity is waited for.

    The list tells a later run who belongs to it, so it goes only once everybody is known to be gone; where there is no list any
    more, the tag and the field stay for that. What is left, in words.
    """
    mark = asking.known.get("mark")
    missing = _wanted(asking)
    over = _import_is_over(asking, looks)
    trial = _own_trial(asking, mark)
    for look in range(looks):
        for contact_id, its in trial.made["contact"].items():
            asking.ask(REMOVALS["contact"], contact_id=contact_id)
            asking.seen.add(its)
        missing -= asking.seen
        trial = _own_trial(asking, mark)
        if not trial.made["contact"] and not missing:
            break
        if look + 1 < looks:
            asking.client.sleep(_PAUSE)
    kept = bool(trial.made["contact"] or missing or not over)
    listed = bool(find_trial(asking.client, mark).made["list"])
    removed = ("tag", "custom_field", "list") if not kept else ("tag", "custom_field") if listed else ()
    for kind in removed:
        for made in trial.made[kind]:
            asking.known.pop("removal_id", None)
            asking.ask(REMOVALS[kind], **{f"{kind}_id": made})
            if "removal_id" in asking.known:
                asking.ask(REMOVED[kind])
    left = find_trial(asking.client, mark)
    told = [str(left)] if left else []
    told += [f"{what} that was sent and not seen yet" for what in _unseen(asking, trial)]
    told += [f"{what} that the service calls otherwise" for what in sorted(asking.renamed)]
    if missing:
        told.append(f"people who were sent and not seen yet: {', '.join(sorted(missing))}")
    elif not over:
        told.append("people of an import that has not ended")
    return ", ".join(told)


def _own_trial(asking: Asking, mark: str | None) -> Trial:
    """What is found, with what was answered when it was made; nothing that the account had before."""
    found = find_trial(asking.client, mark)
    made = {
        kind: {one: its for one, its in names.items() if one not in asking.theirs} for kind, names in found.made.items()
    }
    if mark:
        for kind in ("tag", "custom_field", "list"):
            if (known := asking.made.get(f"{kind}_id")) is not None:
                made[kind].setdefault(known, trial_name(mark))
    return Trial(made)


def _unseen(asking: Asking, seen: Trial) -> list[str]:
    """What was sent without an answer that says whether it was made, and is not seen: it may be made yet."""
    making = {"a list": "list", "a tag": "tag", "a field": "custom_field"}
    return [
        question.about
        for question in TRIAL
        if question.about in making
        and question.name in asking.sent
        and (asking.status(question) or 500) >= 500
        and not seen.made[making[question.about]]
    ]


def _wanted(asking: Asking) -> set[str]:
    """Who was sent, and not refused: each of them has to be seen before they are gone."""
    mark, found = asking.known.get("mark", ""), set()
    for question in TRIAL:
        if question.wrong or question.name not in asking.sent or asking.status(question) in range(400, 500):
            continue
        if question is IMPORTED:
            found |= {trial_address(mark, number) for number in NUMBERS if number != "0"}
        elif question.path == "/contacts" and question.method == "POST":
            found.add(trial_address(mark, "0"))
    return found


def _import_is_over(asking: Asking, looks: int) -> bool:
    """Whether nobody arrives any more. Waits for that; of a trial of another process, for every import of the account."""
    if IMPORTED.name in asking.sent:
        if asking.status(IMPORTED) in range(400, 500):
            return True
        if "import_id" not in asking.made:
            return False
        question = next(each for each in TRIAL if each.path == "/activities/{import_id}")
        report = asking.ask(question)
        return isinstance(report, dict) and ended(report)
    if asking.sent:  # of this process, which sent none
        return True
    for look in range(looks):
        if all(ended(report) for report in asking.client.activities.iter() if is_import(report)):
            return True
        if look + 1 < looks:
            asking.client.sleep(_PAUSE)
    return False
