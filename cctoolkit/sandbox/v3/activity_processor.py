"""Activities get done here: in the background, in steps, each step one transaction.

How far an activity may be follows from the sandbox's clock, so that a test moves time in place of sleeping, and from
what the database holds, so that a killed sandbox goes on where it stopped.
"""

from __future__ import annotations

import json
import logging
import math
import sqlite3
import threading
from typing import Any

from ..clock import Clock
from ..database import Database
from ..faults import App, Faults, Message, Receive, Send
from .activity_work import WORK, Step
from .campaign_sending import send_what_is_due

log = logging.getLogger(__name__)

#: Seconds that an activity waits, and that each tenth of its rows takes.
QUEUED = 0.3
STEP = 0.15
STEPS = 10
ROWS_AT_ONCE = 4_000
#: Activities whose rows are held in memory: reading those of 40,000 takes as long as a tenth of them.
HELD = 3


class AskedToFail(Exception):
    """Not a mistake of the sandbox: somebody wanted this activity to fail."""


class WorkBetweenRequests:
    """What waits is done before each request, where no thread does it meanwhile."""

    def __init__(self, app: App, processor: ActivityProcessor) -> None:
        self._app, self._processor = app, processor

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        self._processor.finish()
        await self._app(scope, receive, send)


class ActivityProcessor:
    def __init__(self, database: Database, clock: Clock, faults: Faults) -> None:
        self._faults = faults
        self._database = database
        self._clock = clock
        self._work: dict[str, dict[str, Any]] = {}
        self._lock = threading.Lock()
        self._woken = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="sandbox activities", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping = True
        self.wake()
        if self._thread is not None:
            self._thread.join()

    def wake(self) -> None:
        self._woken.set()

    def _run(self) -> None:
        while not self._stopping:
            try:
                waiting = self.advance()
            except Exception:  # whatever it is, the other activities still have to be done
                log.exception("An activity could not go on; it is tried again.")
                waiting = True
            self._woken.wait(0.05 if waiting else 1)
            self._woken.clear()

    def advance(self) -> bool:
        """Do all that is due by the clock. True while there are activities with more to do later."""
        with self._lock:
            while send_what_is_due(self._database, self._clock.now()):
                pass
            while True:
                rows = self._database.connection.execute(
                    "SELECT id, activity_id, account, kind, state, created, rows_total, rows_done FROM activities"
                    " WHERE state IN ('initialized', 'processing') ORDER BY rows_total - rows_done, id"
                ).fetchall()
                # Each gets its turn before any its second, but of those with rows to work on only so many as are held in
                # memory: those first of which least is left, so that a small one waits for no large one.
                due = [row for row in rows if self._rows_due(row) is not None]
                working = [row for row in due if row["state"] == "processing"][:HELD]
                for row in [row for row in due if row["state"] == "initialized"] + working:
                    self._step_or_fail(row)
                if not due:
                    return bool(rows)

    def finish(self) -> None:
        """Do all that waits, and let the clock pass as far as that takes. While it stands still: what is due."""
        self.advance()
        if self._clock.frozen:
            return
        row = self._database.connection.execute(
            "SELECT max(created) FROM activities WHERE state IN ('initialized', 'processing')"
        ).fetchone()
        if row[0] is not None:
            self._clock.advance(max(row[0] + QUEUED + STEPS * STEP - self._clock.now(), 0.0) + 0.01)
            self.advance()

    def _rows_due(self, row: sqlite3.Row) -> int | None:
        """Up to which row an activity has to be done by now; None where there is nothing to do for it yet."""
        age = self._clock.now() - row["created"] - QUEUED
        if age < 0:
            return None
        steps = min(STEPS, int(age / STEP))
        due = math.ceil(row["rows_total"] * steps / STEPS)
        waits = row["state"] == "processing" and row["rows_done"] >= due and steps < STEPS
        return None if waits else due

    def _step_or_fail(self, row: sqlite3.Row) -> None:
        try:
            self._step(row)
        except sqlite3.Error:
            raise  # a busy or full disk may pass: the same step is tried again
        except Exception as error:
            if not isinstance(error, AskedToFail):
                log.exception("An activity of the sandbox failed.")
            now = self._clock.iso()
            with self._database.write() as connection:
                connection.execute(
                    "UPDATE activities SET state = 'failed', completed_at = ?, updated_at = ?, errors = ?,"
                    " work = NULL WHERE id = ?",
                    (now, now, json.dumps(["The service failed on this, not the request."]), row["id"]),
                )

    def _step(self, row: sqlite3.Row) -> None:
        """One transaction's worth of one activity of which something is due."""
        now = self._clock.iso()
        if row["state"] == "initialized":
            if self._faults.take(f"/v3/activities/{row['kind']}", activity=True) is not None:
                raise AskedToFail
            with self._database.write() as connection:
                connection.execute(
                    "UPDATE activities SET state = 'processing', started_at = ?, updated_at = ? WHERE id = ?",
                    (now, now, row["id"]),
                )
            return
        due = self._rows_due(row) or 0
        if row["rows_done"] < due:
            self._work_on(row, min(due, row["rows_done"] + ROWS_AT_ONCE), now)
            return
        with self._database.write() as connection:
            connection.execute(
                "UPDATE activities SET state = 'completed', completed_at = ?, updated_at = ?,"
                " work = CASE kind WHEN 'contact_exports' THEN work END WHERE id = ?",
                (now, now, row["id"]),
            )
        self._work.pop(row["activity_id"], None)

    def _work_on(self, row: sqlite3.Row, until: int, now: str) -> None:
        if row["activity_id"] not in self._work:
            stored = self._database.connection.execute(
                "SELECT work FROM activities WHERE id = ?", (row["id"],)
            ).fetchone()
            # By the public id: the row's own number may be given again after a reset.
            self._work[row["activity_id"]] = json.loads(stored["work"])
            while len(self._work) > HELD:
                del self._work[next(iter(self._work))]
        work = self._work[row["activity_id"]]
        with self._database.write() as connection:
            items = work["items"][row["rows_done"] : until]
            counts = WORK[row["kind"]](Step(self._database, connection, row["account"], work, items, now))
            connection.execute(
                "UPDATE activities SET rows_done = ?, updated_at = ?, person_count = person_count + ?,"
                " error_count = error_count + ?, correctable_count = correctable_count + ?,"
                " cannot_add_to_list_count = cannot_add_to_list_count + ? WHERE id = ?",
                (
                    until,
                    now,
                    counts.person,
                    counts.error,
                    counts.correctable,
                    counts.cannot_add_to_list,
                    row["id"],
                ),
            )
