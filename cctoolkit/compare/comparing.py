"""Ask both, and tell where they differ."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ..api import Client
from ..errors import SettingsError
from ..harmless import harmless
from ..reported import Reported
from . import practice
from .asking import Answer, Asking, Told
from .forms import differences
from .questions import MADE, QUESTIONS, TRIAL, trial_address, trial_name
from .report import FORM, write_report
from .trial import address_of, find_trial, take_away


@dataclass(frozen=True, repr=False)
class Comparison(Reported):
    """What was asked, and where the answers differ from the sandbox's: question by question, in words.

    `not_asked` are the questions that could not be, with the reason. `requests` is what the questions cost; one that writes takes
    some forty more to find what it made, and `left` is what it could not take away again, in words: empty where nothing was left.
    """

    differences: dict[str, list[str]]
    not_asked: dict[str, str]
    requests: int
    report: dict[str, Any]
    left: str = ""

    def save(self, path: str | Path) -> None:
        """Write the report. Raises `SettingsError` where that cannot be done."""
        write_report(Path(path), self.report)

    def text(self) -> str:
        """The comparison in words, for a terminal."""
        lines = []
        for question, found in self.differences.items():
            lines += [question, *(f"  {each}" for each in found)]
        count = sum(map(len, self.differences.values()))
        lines.append(
            f"{len(self.report['answers'])} questions were asked, in {self.requests} requests: "
            + (f"{count} differences from the sandbox." if count else "the sandbox answers in the same shapes.")
        )
        if self.not_asked:
            lines.append(f"Not asked: {'; '.join(f'{name} ({why})' for name, why in self.not_asked.items())}.")
        if self.left:
            lines.append(
                f"Left in the account: {self.left}. Compare with writing once more, and it is offered for removal."
            )
        return harmless("\n".join(lines), keep="\n")

    def _words(self) -> str:
        return self.text()

    @property
    def _well(self) -> bool:
        return not self.differences and not self.left


def compare(client: Client, *, write: bool = False, told: Told = lambda question: None) -> Comparison:
    """Ask a service and a sandbox of this process the same questions, and tell where the shapes of the answers differ.

    Only reading: at most one request a question of `QUESTIONS`, each of which counts as one of the day's. Nothing of a value is
    kept: see `forms`. `told` hears of each question before it is asked.

    With `write` those of `TRIAL` too, some eighty requests more: a list, a tag, a custom field and a contact of its own making,
    with names that nothing else has, five made-up people who are imported, and their export. All of it is deleted at the end, also
    where something ends it before; the list goes last, once everybody is known to be gone. On the live service calling it so
    is the yes.

    Raises `SignInError` or `Unauthorized` when nobody is signed in, `ServiceUnreachable` when nothing answers, `QuotaExceeded`
    when the day's requests end on the way, `SettingsError` where a trial that was ended half-way is still in the account.
    """
    if write and (there := find_trial(client)):
        raise SettingsError(
            f"A comparison that was ended half-way has left {there}: cctoolkit compare with --write offers to remove that, "
            "clear_trial(client) does it."
        )
    mine = _of_the_sandbox(write)  # first: nothing may come between what is left in an account and its being told
    theirs, left = _answers(client, told, write)
    answers = theirs.report()
    found = {
        asked: lines for asked, answer in answers.items() if asked in mine and (lines := _compared(mine[asked], answer))
    }
    report = {
        "form": FORM,
        "of": client.service,
        "answers": answers,
        "sandbox": {asked: mine[asked] for asked in found},
        "not_asked": theirs.not_asked,
        "differences": found,
    }
    return Comparison(found, theirs.not_asked, theirs.requests, report, left)


@cache
def _of_the_sandbox(write: bool) -> Mapping[str, Answer]:
    """How the sandbox answers: in its shapes every one of a process does alike."""
    with practice.account() as client:
        return MappingProxyType(_answers(client, lambda question: None, write)[0].report())


def clear_trial(client: Client) -> str:
    """Delete what a comparison that was ended half-way has left in an account. What is still there, in words, or nothing."""
    return take_away(Asking(client, lambda question: None, {}))


def _answers(client: Client, told: Told, write: bool) -> tuple[Asking, str]:
    """What was answered, and what could not be taken away."""
    labels = [str(each.get("label")) for each in client.custom_fields.iter()] if write else []
    asking = Asking(client, told, {"mark": secrets.token_hex(4)}, labels)
    for question in QUESTIONS:
        asking.ask(question)
    if not write:
        return asking, ""
    asking.begin_trial(_ids(client))
    try:
        for question in TRIAL:
            content = asking.ask(question)
            if question is MADE and address_of(content) != trial_address(asking.known["mark"], "0"):
                asking.known.pop("contact_id", None)  # it is somebody else, whatever was answered before
        return asking, take_away(asking)
    except BaseException as error:
        _tidy_up(asking, error)
        raise


def _ids(client: Client) -> set[str]:
    """The ids of the lists, tags and fields that an account has."""
    entries = chain(client.lists.iter(), client.tags.iter(), client.custom_fields.iter())
    keys = ("list_id", "tag_id", "custom_field_id")
    return {str(entry[key]) for entry in entries for key in keys if key in entry}


def _tidy_up(asking: Asking, error: BaseException) -> None:
    """What was made goes, as far as the service still answers; what does not is said with the error."""
    mark = asking.known["mark"]
    try:
        asking.hush()
        left = take_away(asking, looks=2)  # somebody waits
    except BaseException as other:  # an impatient Ctrl-C too: the error that ended it is the one to be told
        left = f"what is named {trial_name(mark)!r}, and people of example.com on that list ({type(other).__name__}: {other})"
    if left:
        error.add_note(f"Left in the account: {left}. cctoolkit compare with --write offers to remove it.")


def _compared(ours: Answer, theirs: Answer) -> list[str]:
    found = []
    if ours["status"] != theirs["status"]:
        return [f"status {theirs['status']}; in the sandbox {ours['status']}"]
    if ours["content_type"] != theirs["content_type"]:
        found.append(
            f"content type {theirs['content_type'] or 'none'}; in the sandbox {ours['content_type'] or 'none'}"
        )
    for name in sorted({*ours["headers"]} ^ {*theirs["headers"]}):
        where = "is there; not in the sandbox" if name in theirs["headers"] else "is not there; in the sandbox it is"
        found.append(f"header {name}: {where}")
    found += differences(ours["shape"], theirs["shape"])
    if ours.get("refusal") != theirs.get("refusal"):
        found.append(f"refused with {theirs.get('refusal')}; in the sandbox with {ours.get('refusal')}")
    return found
