"""Many activities followed at once, with one progress bar over all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, NamedTuple

from ..api import Client
from ..api.activities import FIRST_LOOK, LAST_LOOK, ended, percent_done
from ..errors import NotFound

#: Up to how many activities are asked after one by one; more are read from the collection, 500 in a request.
ONE_BY_ONE = 1
#: Seconds between two looks at what takes long, and at what is done while there is more to send.
SELDOM = 15.0
#: How often an activity is looked for that the service does not know.
LOOKS = 5
#: Seconds that a queue full of others' activities is waited for.
PATIENCE = 1_800.0
#: The state that we give to an activity that the service does not know any more: it keeps them for ten days.
FORGOTTEN = "forgotten"


def look(client: Client, activity_ids: Collection[str], missed: dict[str, int]) -> dict[str, dict[str, Any]]:
    """The present report of each activity.

    One that the service does not know is left out; `missed` counts how often that was. After several looks it is
    `forgotten`: right after a file was sent, its activity may not be found yet.
    """
    found: dict[str, dict[str, Any]] = {}
    if len(activity_ids) > ONE_BY_ONE:
        wanted = set(activity_ids)
        for report in client.activities.iter():  # the newest first: ours are on the first page, as a rule
            activity_id = str(report.get("activity_id"))
            if activity_id in wanted and not (ended(report) and not _counted(report)):
                found[activity_id] = report
            wanted.discard(activity_id)
            if not wanted:
                break
    for activity_id in activity_ids:
        if activity_id not in found:
            try:
                found[activity_id] = client.activities.get(activity_id)
            except NotFound:
                missed[activity_id] = missed.get(activity_id, 0) + 1
                if missed[activity_id] < LOOKS:
                    continue
                found[activity_id] = {
                    "activity_id": activity_id,
                    "state": FORGOTTEN,
                    "activity_errors": [
                        "the service keeps activities for ten days, and does not know this one any more"
                    ],
                }
    return found


def over(report: dict[str, Any]) -> bool:
    """Whether there is nothing more to wait for."""
    return report.get("state") == FORGOTTEN or ended(report)


def find_by_file(client: Client, names: Collection[str]) -> dict[str, dict[str, Any]]:
    """An activity for each of these file names, where there is one."""
    found: dict[str, dict[str, Any]] = {}
    for report in client.activities.iter():
        name = str(report.get("source_file_name"))
        if name in names and isinstance(report.get("activity_id"), str):
            found.setdefault(name, report)
        if len(found) == len(set(names)):
            break
    return found


def pauses() -> Iterator[float]:
    """Seconds between two looks: short at first, because a small import is done at once; long in the end, because a large one
    takes minutes and each look is a request."""
    pause = FIRST_LOOK
    while True:
        yield pause
        pause = min(pause * 1.4, LAST_LOOK) if pause < LAST_LOOK else min(pause * 1.05, SELDOM)


class Progress(NamedTuple):
    """How far an import is: `percent` of its contacts, how many of its parts are over, and what it is at."""

    percent: int
    parts_done: int
    parts: int
    doing: str


class Bar:
    """One bar over all parts, each counted by its contacts. `tell` is called with each change of it."""

    def __init__(
        self, contacts: dict[int, int], *, shown: bool, tell: Callable[[Progress], None] | None = None
    ) -> None:
        from tqdm.auto import tqdm

        self._tell = tell
        self._doing = "waiting"
        self._contacts = contacts
        self._percent = dict.fromkeys(contacts, 0)
        self._total = max(sum(contacts.values()), 1)
        self._worked = 0
        self._bar = tqdm(
            total=100, desc=_described("waiting"), disable=not shown, bar_format="{desc} {percentage:3.0f}% |{bar}|"
        )

    def done(self, part: int, report: dict[str, Any] | None = None) -> None:
        """How far a part is; without a report it is over."""
        self._percent[part] = 100 if report is None or over(report) else percent_done(report)
        worked = sum(self._contacts[number] * percent for number, percent in self._percent.items())
        self._worked = worked // self._total
        self._bar.update(self._worked - self._bar.n)
        self._told()

    def say(self, text: str) -> None:
        self._bar.set_description_str(_described(text))
        self._doing = text
        self._told()

    def _told(self) -> None:
        if self._tell is not None:
            over = sum(percent == 100 for percent in self._percent.values())
            self._tell(Progress(self._worked, over, len(self._percent), self._doing))

    def close(self) -> None:
        self._bar.close()

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _described(text: str) -> str:
    """What stands before the bar, always as long, so that the bar does not jump."""
    return f"Import {text:<17}"


def states(reports: Iterable[dict[str, Any]]) -> str:
    """What the activities are at, in a word: what most of them are."""
    found = [str(report.get("state", "")) for report in reports]
    return max(set(found), key=found.count) if found else ""


def _counted(report: dict[str, Any]) -> bool:
    """Whether a report of the collection is as full as the activity's own."""
    status = report.get("status")
    return isinstance(status, dict) and "person_count" in status
