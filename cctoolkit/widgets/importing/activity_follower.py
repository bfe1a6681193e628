"""The activity panel: a face on `client.activities.follow` and `.get`."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from itertools import islice
from typing import Any

import ipywidgets as widgets

from ...api import Client
from ...api.activities import ENDED_BADLY, ended, percent_done
from ...errors import ActivityFailed, CctoolkitError
from ...frames.columns import texts_of
from .. import names
from ..controls import LABEL, button, row, show, wide
from ..panel import Panel
from .activity_words import described, explained, headline

#: How many of the account's newest activities can be chosen.
RECENT = 20


class ActivityFollower(Panel):
    """Follows an activity, of whatever kind: how far it is, what was counted, what went wrong and what to do about it.

    Without an `activity_id` the account's newest activities can be chosen from, and the newest of all is followed.
    *Stop watching* leaves the activity alone: it goes on at the service. `follower.wait()` gives the last report.

    `sleep` waits between two looks, as in `client.activities.follow`. Raises `NotFound` for an activity that the
    service does not know, or not any more.
    """

    def __init__(
        self, client: Client, activity_id: str | None = None, *, sleep: Callable[[float], None] | None = None
    ) -> None:
        super().__init__("Follow an activity", name="activity follower")
        self._client, self._sleep = client, sleep
        self._activity_id = activity_id
        self._report: dict[str, Any] | None = None
        self._error: CctoolkitError | None = None
        self.recent = widgets.Dropdown(description="Activity", layout=wide(), style=LABEL)
        self.watch_button = button("Watch", "eye", self._watch_clicked, "primary")
        self.recent_button = button("Read the activities again", "refresh", self._recent_clicked)
        self.again_button = button("Watch again", "play", self._again_clicked)
        self.bar = widgets.FloatProgress(min=0, max=100, description="Progress", layout=wide(), style=LABEL)
        self.words = widgets.HTML()
        self.stop_button.description = "Stop watching"
        self.stop_button.tooltip = "Stop watching; the activity goes on at the service"
        self.stop_button.layout.width = "auto"
        self.controls += [self.recent, self.watch_button, self.recent_button, self.again_button]
        self.chooser = row(self.recent, self.watch_button, self.recent_button)
        buttons = row(self.stop_button, self.again_button)
        self.body.children = [self.bar, self.words, buttons]
        self.children = [
            self.heading,
            *([] if activity_id is not None else [self.chooser]),
            self.status,
            self.body,
            self.footer,
        ]
        self.settle()
        self.at_once(self._begin)
        if self._report is not None and not ended(self._report):
            self._watch("Watching …")

    @property
    def report(self) -> dict[str, Any]:
        """The last report. Raises `CctoolkitError` while there is none."""
        if self._report is None:
            raise self._error or CctoolkitError(
                "No activity is watched: choose one in the panel, or give its id: ActivityFollower(client, activity_id)."
            )
        return self._report

    def wait(self, seconds: float = 600.0) -> dict[str, Any]:  # type: ignore[override]  # a panel has nothing to give
        """The last report, once the activity is over or somebody stopped watching.

        Raises `ActivityFailed` when it ended as cancelled, failed or timed out, and what ended the watching.
        """
        super().wait(seconds)
        if self._error is not None:
            raise self._error
        if self.report.get("state") in ENDED_BADLY:
            raise ActivityFailed(" ".join([headline(self.report), *explained(self.report)]), self.report)
        return self.report

    def failed(self, error: CctoolkitError) -> None:
        begun = self._report is not None and not ended(self._report)
        self.say(
            f"{error}{' The activity goes on at the service: press Watch again.' if begun else ''}",
            good=False,
        )

    def settle(self) -> None:
        watchable = self._activity_id is not None
        show(self.again_button, watchable)
        show(self.bar, self._report is not None)
        self.watch_button.disabled = self.recent.value is None

    def _begin(self) -> None:
        if self._activity_id is None:
            self._read_recent()
            self._activity_id = self.recent.value
        if self._activity_id is not None:
            self.same_in_code(_code(self._activity_id))
            self._show_report(self._client.activities.get(self._activity_id))
        self.settle()

    def _read_recent(self) -> None:
        """The newest activities, the newest first."""
        self.same_in_code("client.activities.frame()")
        newest = [
            report
            for report in islice(self._client.activities.iter(), RECENT)
            if isinstance(report.get("activity_id"), str)
        ]
        chosen = self.recent.value
        self.recent.options = [(_label(report), report["activity_id"]) for report in newest]
        known = [value for _, value in self.recent.options]
        self.recent.value = chosen if chosen in known else next(iter(known), None)
        if not newest:
            self.say(
                "The account has had no activity in the last ten days: import contacts, or start an export, and press "
                "Read the activities again."
            )

    def _recent_clicked(self) -> None:
        def read(stop: threading.Event) -> None:
            self._read_recent()
            if count := len(self.recent.options):
                self.say(f"{names.many(count, 'activity', 'activities')}: choose one, and press Watch.")

        self.beside("Reading the activities …", read)

    def _watch_clicked(self) -> None:
        if self.recent.value is not None and not self._working.locked():  # what is watched stays what is shown
            self._activity_id = self.recent.value
            self._report = None
            self._watch("Watching …")

    def _again_clicked(self) -> None:
        self._watch("Watching again …")

    def _watch(self, words: str) -> None:
        self.beside(words, self._follow, stoppable=True)

    def _follow(self, stop: threading.Event) -> None:
        assert self._activity_id is not None  # the button is there only then
        self._error = None
        self.same_in_code(_code(self._activity_id))
        try:
            self._look_on(self._activity_id, stop)
        except (
            CctoolkitError
        ) as error:  # of the watching; what ends something else, as reading the menu, is no end of it
            self._error = error
            raise

    def _look_on(self, activity_id: str, stop: threading.Event) -> None:
        for report in self._client.activities.follow(activity_id, sleep=partial(self._pause, stop)):
            self._show_report(report)
            if stop.is_set() and not ended(report):
                self.say(
                    "You stopped watching. The activity was not cancelled: it goes on at the service. Press Watch again "
                    "to see how far it is."
                )
                return

    def _pause(self, stop: threading.Event, seconds: float) -> None:
        if self._sleep is None:
            stop.wait(seconds)
        else:
            self._sleep(seconds)

    def _show_report(self, report: dict[str, Any]) -> None:
        self._report = report
        show(self.bar, True)
        self.bar.value = percent_done(report)
        self.bar.bar_style = "danger" if report.get("state") in ENDED_BADLY else "success" if ended(report) else ""
        self.words.value = described(report)
        problems = bool(explained(report))
        good = None if not ended(report) else report.get("state") not in ENDED_BADLY
        self.say(headline(report) + (" See below what to do." if problems else ""), good=good)


def _label(report: dict[str, Any]) -> str:
    status = report.get("status")
    items = status.get("items_total_count") if isinstance(status, dict) else None
    parts = [
        str(report.get("created_at") or "").replace("T", " ").replace("Z", " UTC"),
        str(report.get("state") or "") if ended(report) else "",
        *([names.many(items, "item")] if isinstance(items, int) else []),
        *([names.in_text(report["source_file_name"], 40)] if report.get("source_file_name") else []),
        *(["has errors"] if texts_of(report.get("activity_errors")) else []),
    ]
    return " · ".join(filter(None, parts))


def _code(activity_id: str) -> str:
    return (
        f'for report in client.activities.follow({activity_id!r}):\n    print(report["state"], report["percent_done"])'
    )
