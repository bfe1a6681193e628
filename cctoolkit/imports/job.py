"""The import as a job: a journal of what is to be sent, several activities at once, and a check of who arrived.

Whatever ends it (Ctrl-C, a kill, the day's last request), `resume` goes on from the journal: every row is sent at
least once, and no part is sent again whose activity is known.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..api import Client
from ..errors import (
    ApiError,
    CctoolkitError,
    Forbidden,
    JournalError,
    OutcomeUnknown,
    QueueFull,
    ServiceFailed,
    ServiceUnreachable,
    Throttled,
    UnexpectedAnswer,
)
from .arrival import absent_rows
from .checking import (
    check_sendable,
    checked_list_id,
    custom_field_names,
    existing_list,
    opened_parts,
    renamed_parts,
)
from .doors import Door, by_door, door_of, json_contacts
from .entries import About, PartState
from .following import PATIENCE, SELDOM, Bar, Progress, find_by_file, look, over, pauses, states
from .journal import Journal, check_free, journal_path, new_name
from .leaving import Removal
from .one_sync import one_at_a_time
from .outcome import Outcome, outcome_of
from .rows import Sendable
from .sync_outcome import outcome_of_sync
from .typed_values import fitted, unfit_of

#: How many activities of ours wait at the service at most. It takes 1,000 of an account; the others are for others.
AHEAD = 100
#: How often a part is sent whose answer does not come, and seconds between (doubled each time).
ATTEMPTS, PAUSE = 4, 1.0

#: Nobody knows whether the service has it: it may be found among the activities.
_UNKNOWN = (OutcomeUnknown, ServiceFailed, ServiceUnreachable, UnexpectedAnswer)


def import_contacts(
    client: Client,
    cleaned: Sendable,
    list_id: str,
    *,
    progress: bool = True,
    journal: str | os.PathLike[str] | None = None,
    create_custom_fields: bool = False,
    sms_permission_to_send: str | None = None,
    door: Door | None = None,
    sleep: Callable[[float], None] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Outcome:
    """Import the kept rows into a list, wait until it is done, and check who arrived.

    What is to be sent is written to a journal first, and each step before it is taken; `resume` goes on from it
    whatever happened. It is kept at `journal`, or where `journal_path` says; the outcome tells where.

    `create_custom_fields` makes the custom fields of columns `cf:…` that the account does not have.
    `sms_permission_to_send` (`explicit` or `not_set`) is needed when there is a column `sms_number`.
    `door` says how it is sent: as `csv`, with one phone and one postal address a contact, or as `json`, with three of each;
    without a word, as JSON where CSV would leave any of them out.
    `on_progress` is told each step; what it raises ends the import there, as Ctrl-C does.

    Raises `ContactFileError` when no row was kept or a custom field is missing, `NotFound` for a list that does not
    exist, `JournalError` when the journal cannot be written or is there already. An activity that the service gave up
    on is told by `.completed` and its row in `.parts`.
    """
    check_sendable(cleaned)
    cleaned = by_door(cleaned, door)
    wanted = checked_list_id(list_id)
    names, parts = opened_parts(cleaned, sms_permission_to_send)
    if journal is not None:
        check_free(Path(journal).absolute())
    if (fit := fitted(client, cleaned, names)) is not cleaned:
        names, parts = opened_parts(fit, sms_permission_to_send)
    chosen = existing_list(client, wanted)
    account = account_of(client)
    parts = renamed_parts(parts, custom_field_names(client, names, create=create_custom_fields))
    about = About(
        name=new_name(),
        service=client.service,
        api_url=client.api_url,
        account=account,
        list_id=wanted,
        list_name=str(chosen.get("name", "")),
        sms_permission_to_send=sms_permission_to_send if "sms_number" in names else None,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        door=door_of(cleaned),
    )
    place = Path(journal) if journal is not None else journal_path(client, about.name)
    with Journal.create(place, about, parts, unfit=lambda: unfit_of(fit)) as opened:
        return finished(client, opened, progress=progress, sleep=sleep, on_progress=on_progress)


def resume(
    client: Client,
    journal: str | os.PathLike[str],
    *,
    list_id: str | None = None,
    retry_failed: bool = False,
    progress: bool = True,
    sleep: Callable[[float], None] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Outcome:
    """Go on with an import from its journal. One that is finished gives its outcome again.

    `retry_failed` sends the parts again whose activity failed, was cancelled or timed out. `list_id` says which list
    you mean, and is compared.

    Raises `JournalError` when there is no such journal, another process is at it, or it is of another service, account
    or list than the client's.
    """
    with Journal.open(Path(journal)) as opened:
        _check_owner(client, opened, list_id)
        if retry_failed:
            opened.retry()
        with one_at_a_time(client, opened.about.list_id) if opened.of_sync else contextlib.nullcontext():
            return finished(client, opened, progress=progress, sleep=sleep, on_progress=on_progress)


def finished(
    client: Client,
    journal: Journal,
    *,
    progress: bool,
    sleep: Callable[[float], None] | None,
    on_progress: Callable[[Progress], None] | None,
) -> Outcome:
    """What came of an open journal, gone on with until it is done."""
    return _Job(client, journal, progress=progress, sleep=sleep or client.sleep, tell=on_progress).run()


def account_of(client: Client) -> str:
    """The service's id of the account; empty where the sign-in may not read it."""
    try:
        return str(client.account.summary().get("encoded_account_id") or "")
    except Forbidden:  # without the scope account_read; the list_id tells accounts apart as well
        return ""


def _check_owner(client: Client, journal: Journal, list_id: str | None) -> None:
    about = journal.about
    if client.service != about.service or (client.service == "custom" and client.api_url != about.api_url):
        raise JournalError(
            f"{journal.path} is of an import into the {about.service} service ({about.api_url}), and this client is of "
            f"{client.service} ({client.api_url}): connect to the other, and resume there."
        )
    if list_id is not None and checked_list_id(list_id) != about.list_id:
        raise JournalError(
            f"{journal.path} is of an import into the list {about.list_name!r} ({about.list_id}): resume it without "
            "another list, or import anew."
        )
    account = account_of(client)
    if account and about.account and account != about.account:
        raise JournalError(
            f"{journal.path} is of an import into another account ({about.account}, not {account}): sign in there, and "
            "resume then."
        )
    if not journal.finished:
        existing_list(client, about.list_id)


class _Job:
    def __init__(
        self,
        client: Client,
        journal: Journal,
        *,
        progress: bool,
        sleep: Callable[[float], None],
        tell: Callable[[Progress], None] | None,
    ) -> None:
        self._client, self._journal, self._progress, self._sleep = client, journal, progress, sleep
        self._tell = tell
        self._missed: dict[str, int] = {}

    def run(self) -> Outcome:
        with self._resumable():
            if not self._journal.finished:
                self._adopt()
                contacts = {part.number: part.contacts for part in self._journal.parts()}
                with Bar(contacts, shown=self._progress, tell=self._tell) as bar:
                    self._send_and_follow(bar)
                    Removal(self._client, self._journal, self._sleep, bar.say).run()
                    self._check(bar)
            return outcome_of_sync(self._journal) if self._journal.of_sync else outcome_of(self._journal)

    @contextlib.contextmanager
    def _resumable(self) -> Iterator[None]:
        """Whatever ends the job says how it is resumed."""
        path = self._journal.path
        how = f"Go on with imports.resume(client, {str(path)!r})."
        try:
            yield
        except CctoolkitError as error:
            error.add_note(f"Nothing is half-done: what was sent is written down in {path}. {how}")
            raise
        except KeyboardInterrupt:
            raise KeyboardInterrupt(
                f"Stopped. Nothing is half-done: what was sent goes on at the service, and is written down in {path}. {how}"
            ) from None

    def _adopt(self) -> None:
        """Parts that were begun and never answered: those that the service has are known now, the others open again."""
        begun = {
            self._journal.file_name(part.number, part.attempt): part.number
            for part in self._journal.parts()
            if part.state == "sending"
        }
        if not begun:
            return
        found = self._known_as(begun)
        for name, number in begun.items():
            if name in found:
                self._journal.sent(number, str(found[name]["activity_id"]))
            else:
                self._journal.not_sent(number)

    def _send_and_follow(self, bar: Bar) -> None:
        parts = self._journal.parts()
        waiting = [part for part in parts if part.state == "pending"]
        flying = {part.activity_id: part.number for part in parts if part.state == "sent" and part.activity_id}
        for part in parts:
            if part.state in ("done", "failed"):
                bar.done(part.number)
        count = len(waiting)
        wait, looked, patience = pauses(), time.monotonic(), PATIENCE
        while waiting or flying:
            full = False
            if waiting and len(flying) < AHEAD:
                bar.say(f"sending {count - len(waiting) + 1} of {count}")
                activity_id = self._send(waiting[0])
                full = activity_id is None
                if activity_id is not None:
                    flying[activity_id] = waiting.pop(0).number
                    patience = PATIENCE
                    if waiting and time.monotonic() - looked < SELDOM:
                        continue
            if full or not waiting or len(flying) >= AHEAD:
                pause = next(wait)
                if full and not flying:  # full of others' activities
                    bar.say("waiting in a queue")
                    patience -= pause
                    if patience < 0:
                        raise QueueFull(429, "throttled", "the account's queue stayed full", "")
                self._sleep(pause)
            self._look(flying, bar, say=not waiting)
            looked = time.monotonic()

    def _look(self, flying: dict[str, int], bar: Bar, *, say: bool) -> None:
        reports = look(self._client, list(flying), self._missed) if flying else {}
        for activity_id, report in reports.items():
            bar.done(flying[activity_id], report)
            if over(report):
                self._journal.ended(flying.pop(activity_id), report)
        if say and reports:
            bar.say(states(reports.values()))

    def _send(self, part: PartState) -> str | None:
        """The activity that a part became; None when the service's queue is full."""
        content = self._journal.content(part.number)
        name = self._journal.begin(part.number)
        pause, unknown = PAUSE, False
        for attempt in range(1, ATTEMPTS + 1):
            try:
                activity_id = _activity_id(self._sent(name, content))
                break
            except _UNKNOWN:
                unknown = True
                if attempt == ATTEMPTS:
                    raise  # it stays as begun: `resume` looks for it
                self._sleep(pause)
                pause *= 2
                if (found := self._known_as([name]).get(name)) is not None:
                    activity_id = str(found["activity_id"])
                    break
            except (QueueFull, Throttled):
                if unknown and (found := self._known_as([name]).get(name)) is not None:
                    activity_id = str(found["activity_id"])
                    break
                self._journal.not_sent(part.number)
                return None
            except ApiError:
                if not unknown:  # it is certain that the service does not have it; else `resume` looks for it
                    self._journal.not_sent(part.number)
                raise
        self._journal.sent(part.number, activity_id)
        return activity_id

    def _sent(self, name: str, content: bytes) -> dict[str, Any]:
        about = self._journal.about
        if about.door == "json":
            return self._client.activities.import_json(
                json_contacts(content),
                about.list_id,
                sms_permission_to_send=about.sms_permission_to_send,
                repeatable=False,
            )
        return self._client.activities.import_csv(
            content,
            about.list_id,
            file_name=name,
            sms_permission_to_send=about.sms_permission_to_send,
            repeatable=False,
        )

    def _known_as(self, names: Collection[str]) -> dict[str, dict[str, Any]]:
        """The activities of parts whose answer did not come. That of JSON has no name to be found by: the part is sent again, which
        does no harm, as an import only adds and updates."""
        return {} if self._journal.about.door == "json" else find_by_file(self._client, names)

    def _check(self, bar: Bar) -> None:
        journal = self._journal
        unfinished = {
            part.number: unfinished_reason(part.report or {}) for part in journal.parts() if part.state == "failed"
        }
        names = [name for batch in journal.leaving() for _, name, _ in batch.contacts]
        gone = set(map(hash, names))
        absent = absent_rows(
            self._client,
            journal.about.list_id,
            journal.rows,
            unfinished=unfinished,
            seen=lambda count: bar.say(f"checking {count:,}"),
            left=gone,
            any_without_address=any("@" not in name for name in names),
            memory=journal,
        )
        journal.finish(absent, lambda: [name for name in names if hash(name) not in gone])


def _activity_id(report: dict[str, Any]) -> str:
    found = report.get("activity_id")
    if not isinstance(found, str) or not found:
        raise UnexpectedAnswer("The answer to an import holds no activity_id: resume the import in a minute.")
    return found


def unfinished_reason(report: dict[str, Any]) -> str:
    return f"its part ended as {report.get('state')}: resume the import with retry_failed=True (--retry-failed in a terminal), which sends it again"
