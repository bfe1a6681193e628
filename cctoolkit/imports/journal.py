"""The journal of an import: what is to be sent, and how far it is, in one SQLite file that a kill cannot harm.

It holds the files themselves, compressed, so that going on does not depend on the export they came from. It appears
under its name only once all of them are in it; before that, nothing was sent. Each step is written down before it is
taken. No token is ever in it, but people's addresses are: only its owner can read it.

While it is open, SQLite's lock on it keeps every other process out; it ends with the process, however that ends.
"""

from __future__ import annotations

import contextlib
import glob
import hashlib
import json
import os
import secrets
import sqlite3
import tempfile
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ..errors import JournalError
from ..files import make_names_durable, private_folder
from ..settings import state_folder, workspace_folder, workspace_state
from .entries import About, AbsentRow, Leaves, Leaving, PartState, SentRow
from .rows import rows
from .typed_values import Unfit

if TYPE_CHECKING:
    from ..api import Client
    from ..contact_files import Part

#: Written into the file, so that another program's database is told from a journal, and a later format from this one.
APPLICATION = 0x63637469
#: The journal of an import, and of a sync: that has contacts that leave, whom a reader of imports would pass over.
IMPORT, SYNC = 1, 2
#: Days that the journal of a finished import is kept in the folder of its own: the service keeps activities for ten.
KEPT_DAYS = 30

_SCHEMA = """
CREATE TABLE job (about TEXT NOT NULL, finished INTEGER NOT NULL DEFAULT 0);
CREATE TABLE parts (
    number INTEGER PRIMARY KEY,
    contacts INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending',
    attempt INTEGER NOT NULL DEFAULT 0,
    activity_id TEXT,
    report TEXT
);
CREATE TABLE contents (number INTEGER PRIMARY KEY, content BLOB NOT NULL);
CREATE TABLE unfit (contact TEXT, field TEXT, value TEXT, reason TEXT);
CREATE TABLE absent (part INTEGER, row INTEGER, reason TEXT NOT NULL, PRIMARY KEY (part, row)) WITHOUT ROWID;
"""
#: The exports that a check asked for: of a journal that is to be read by those before it, made when there is one.
_EXPORTS = "CREATE TABLE IF NOT EXISTS exports (name TEXT PRIMARY KEY, activity_id TEXT NOT NULL) WITHOUT ROWID"
_SYNC_SCHEMA = """
CREATE TABLE leaving (
    number INTEGER PRIMARY KEY,
    contacts TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending',
    activity_id TEXT,
    report TEXT
);
CREATE TABLE stayed (name TEXT PRIMARY KEY) WITHOUT ROWID;
"""


def new_name() -> str:
    """A name for an import, which no other has: its activities are found again by it."""
    return f"import-{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"


def journal_path(client: Client, name: str | None = None) -> Path:
    """Where the journal of an import is kept, unless it is told another place.

    Beside the state of the workspace's sandbox, with which it ends; for every other service in the state folder, where
    `cctoolkit sandbox --reset` does not reach.
    """
    folder = workspace_state(workspace_folder()) if client.service == "sandbox" else state_folder()
    return folder / "imports" / f"{name or new_name()}.sqlite"


class Journal:
    """An open journal; `create` or `open` makes one. Use it with `with`: it is nobody else's until it is closed."""

    def __init__(self, path: Path, connection: sqlite3.Connection, form: int) -> None:
        self.path = path
        self._connection = connection
        #: Whether contacts leave, too.
        self.of_sync = form == SYNC
        with self._readable():
            self.about = About(**json.loads(connection.execute("SELECT about FROM job").fetchone()[0]))

    @classmethod
    def create(
        cls,
        path: Path,
        about: About,
        parts: Iterable[Part],
        leaving: Iterable[Sequence[Leaves]] | None = None,
        unfit: Callable[[], Iterable[Unfit]] = tuple,
    ) -> Journal:
        """Write the files of an import down, one at a time, and open the journal. All of it is durable then.

        `leaving` makes it the journal of a sync: the contacts that leave the list, by those that leave it
        together. `unfit`, asked for after the files, are the values that were left out of them.

        Raises `JournalError` when there is a file of that name, or none can be written.
        """
        path = path.absolute()
        check_free(path)
        try:
            _forget_leftovers(private_folder(path.parent), path)
            handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mkstemp gives mode 0600
            os.close(handle)
        except OSError as error:
            raise JournalError(
                f"The journal of the import cannot be written to {path} ({error.strerror}): name another place for it. "
                "Nothing was sent."
            ) from error
        aside = Path(name)
        try:
            _write(aside, about, parts, leaving, unfit)
            _put_in_place(aside, path)
        except (OSError, sqlite3.Error) as error:
            raise JournalError(
                f"The journal of the import cannot be written to {path} ({error}): make room there, or name another "
                "place for it. Nothing was sent."
            ) from error
        finally:
            aside.unlink(missing_ok=True)
        return cls.open(path)

    @classmethod
    def open(cls, path: Path) -> Journal:
        """Raises `JournalError` when there is none, it is no journal, or another process has it open."""
        path = path.absolute()
        if not path.exists():
            raise JournalError(
                f"There is no journal {path}: nothing of that import was sent. Import the file again, or check the path."
            )
        connection = None
        ours, version = False, 0
        try:
            connection = sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=0, isolation_level=None)
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            ours = connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            connection.execute("COMMIT")  # the lock stays: that is what this locking mode means
            if ours and version in (IMPORT, SYNC):
                return cls(path, connection, version)
            connection.close()
        except sqlite3.Error as error:
            if connection is not None:
                connection.close()
            if getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY"):
                raise JournalError(
                    f"{path} is in use: another process is at this import. Let it finish, or end it, and resume then."
                ) from error
            if isinstance(error, sqlite3.OperationalError):
                raise JournalError(
                    f"The journal {path} cannot be opened ({error}): make the file and its folder writable for you."
                ) from error
        if ours:
            raise JournalError(
                f"The journal {path} was written by another version of cctoolkit (format {version}): resume with that."
            )
        raise JournalError(f"{path} is not the journal of an import: name the file that the import told.")

    def parts(self) -> list[PartState]:
        with self._readable():
            found = self._connection.execute(
                "SELECT number, contacts, state, attempt, activity_id, report FROM parts ORDER BY number"
            )
            rows = [tuple(row) for row in found]
            for number, contacts, state, attempt, activity_id, _ in rows:
                counts = all(isinstance(each, int) and each >= 0 for each in (number, contacts, attempt))
                if not counts or not isinstance(state, str) or not isinstance(activity_id, str | None):
                    raise ValueError(f"of part {number}, a count or an id is none")
            return [
                PartState(number, contacts, state, attempt, activity_id, json.loads(report) if report else None)
                for number, contacts, state, attempt, activity_id, report in rows
            ]

    def content(self, number: int) -> bytes:
        """The file of a part. Raises `JournalError` when it is not what was written."""
        with self._readable():
            stored, sha256 = self._connection.execute(
                "SELECT content, sha256 FROM contents JOIN parts USING (number) WHERE number = ?", (number,)
            ).fetchone()
        try:
            content = zlib.decompress(stored)
        except (zlib.error, TypeError):
            content = b""
        if hashlib.sha256(content).hexdigest() != sha256:
            raise JournalError(f"Part {number} in {self.path} is damaged: import the file again, with a new journal.")
        return content

    def rows(self) -> Iterator[SentRow]:
        """Each row that is sent, a file at a time in memory."""
        for part in self.parts():
            for number, row in enumerate(rows(self.content(part.number))):
                yield SentRow(part.number, number, row.get("email", ""), row.get("sms_number", ""))

    def file_name(self, number: int, attempt: int) -> str:
        """What a part is called at the service: by it, its activity is found when no answer came."""
        return f"{self.about.name}-part-{number:03}{f'-again-{attempt}' if attempt > 1 else ''}.csv"

    def begin(self, number: int) -> str:
        """A part is about to be sent. Returns the name of its file."""
        self._change("UPDATE parts SET state = 'sending', attempt = max(attempt, 1) WHERE number = ?", number)
        with self._readable():
            [attempt] = self._connection.execute("SELECT attempt FROM parts WHERE number = ?", (number,)).fetchone()
        return self.file_name(number, attempt)

    def not_sent(self, number: int) -> None:
        """A part that was begun did not reach the service."""
        self._change("UPDATE parts SET state = 'pending' WHERE number = ?", number)

    def sent(self, number: int, activity_id: str) -> None:
        self._change("UPDATE parts SET state = 'sent', activity_id = ? WHERE number = ?", activity_id, number)

    def ended(self, number: int, report: dict[str, Any]) -> None:
        """The activity of a part is over, well or badly."""
        state = "done" if report.get("state") == "completed" else "failed"
        self._change("UPDATE parts SET state = ?, report = ? WHERE number = ?", state, json.dumps(report), number)

    def retry(self) -> int:
        """Let the parts that failed be sent again. Returns how many these are."""
        with self._transaction():
            changed = self._connection.execute(
                "UPDATE parts SET state = 'pending', attempt = attempt + 1, activity_id = NULL, report = NULL"
                " WHERE state = 'failed'"
            ).rowcount
            if changed:
                self._connection.execute("UPDATE job SET finished = 0")
                self._connection.execute("DELETE FROM absent")
                self._connection.execute(_EXPORTS)
                self._connection.execute("DELETE FROM exports")  # of the list as it was
        return changed

    def leaving(self) -> list[Leaving]:
        """Who leaves, by those who leave together; nobody of an import."""
        if not self.of_sync:
            return []
        with self._readable():
            found = self._connection.execute(
                "SELECT number, contacts, state, activity_id, report FROM leaving ORDER BY number"
            )
            return [
                Leaving(
                    number,
                    [(str(contact_id), str(name), str(changed)) for contact_id, name, changed in json.loads(contacts)],
                    str(state),
                    activity_id,
                    json.loads(report) if report else None,
                )
                for number, contacts, state, activity_id, report in found
            ]

    def leaving_is(self, number: int, state: str, activity_id: str | None = None) -> None:
        """How far it is with those who leave together: `sending`, `sent` as an activity, or `pending` again."""
        self._change("UPDATE leaving SET state = ?, activity_id = ? WHERE number = ?", state, activity_id, number)

    def left(self, number: int, report: dict[str, Any]) -> None:
        """The activity that takes them off the list is over, well or badly."""
        state = "done" if report.get("state") == "completed" else "failed"
        self._change("UPDATE leaving SET state = ?, report = ? WHERE number = ?", state, json.dumps(report), number)

    def stayed(self) -> set[str]:
        """The names of those who were to leave and are on the list still."""
        if not self.of_sync:
            return set()
        with self._readable():
            return {name for (name,) in self._connection.execute("SELECT name FROM stayed")}

    @property
    def finished(self) -> bool:
        with self._readable():
            return bool(self._connection.execute("SELECT finished FROM job").fetchone()[0])

    def finish(self, absent: Iterable[AbsentRow], stayed: Callable[[], Iterable[str]] = tuple) -> None:
        """Everything was done and checked; these rows did not arrive, and these names, asked for after them, did not leave."""
        rows = iter(absent)
        first = [row for row in [next(rows, None)] if row is not None]  # what is asked of the service comes before it
        with self._transaction():
            for row in chain(first, rows):
                self._connection.execute("INSERT OR REPLACE INTO absent VALUES (?, ?, ?)", row)
            for name in stayed():
                self._connection.execute("INSERT OR REPLACE INTO stayed VALUES (?)", (name,))
            self._connection.execute("UPDATE job SET finished = 1")

    def export_of(self, name: str) -> str | None:
        """The activity of an export that the check of who arrived asked for; None where none was."""
        with self._readable():
            there = self._connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'exports'").fetchone()
            found = (
                there and self._connection.execute("SELECT activity_id FROM exports WHERE name = ?", (name,)).fetchone()
            )
            return str(found[0]) if found else None

    def exporting(self, name: str, activity_id: str | None) -> None:
        """An export was asked for; None where it does not serve."""
        with self._transaction():
            self._connection.execute(_EXPORTS)
            self._connection.execute("DELETE FROM exports WHERE name = ?", (name,))
            if activity_id is not None:
                self._connection.execute("INSERT INTO exports VALUES (?, ?)", (name, activity_id))

    def unfit(self) -> list[Unfit]:
        """The values that were left out; none in a journal from before there were types."""
        with self._readable():
            there = self._connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'unfit'").fetchone()
            found = self._connection.execute("SELECT contact, field, value, reason FROM unfit") if there else ()
            return [Unfit(*map(str, row)) for row in found]

    def absent(self) -> dict[tuple[int, int], str]:
        """Why each row that did not arrive did not, by its place."""
        with self._readable():
            found = self._connection.execute("SELECT part, row, reason FROM absent ORDER BY part, row")
            return {(part, row): reason for part, row, reason in found}

    @contextlib.contextmanager
    def _readable(self) -> Iterator[None]:
        """A file that was damaged since, as on a failing disk, is told in a sentence."""
        try:
            yield
        except (sqlite3.DatabaseError, ValueError, TypeError) as error:
            raise JournalError(
                f"The journal {self.path} is damaged ({error}): import the file again, with a new journal. An import only "
                "adds or updates, so sending contacts twice does no harm."
            ) from error

    def _change(self, statement: str, *values: Any) -> None:
        with self._transaction():
            self._connection.execute(statement, values)

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        """Done whole and durable, or not at all."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise JournalError(
                f"The journal {self.path} cannot be written ({error}): make room there, and resume the import."
            ) from error

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Journal {self.path}>"


def check_free(path: Path) -> None:
    if path.exists():
        raise JournalError(
            f"{path} is there already. Go on with that import by resuming it, or name another file for this one's journal."
        )


def _write(
    path: Path,
    about: About,
    parts: Iterable[Part],
    leaving: Iterable[Sequence[Leaves]] | None,
    unfit: Callable[[], Iterable[Unfit]],
) -> None:
    """Without SQLite's own protection, which a file under another name does not need; durable once this returns."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute(f"PRAGMA application_id={APPLICATION}")
        connection.execute(f"PRAGMA user_version={IMPORT if leaving is None else SYNC}")
        connection.executescript(_SCHEMA if leaving is None else _SCHEMA + _SYNC_SCHEMA)
        connection.execute("INSERT INTO job (about) VALUES (?)", (json.dumps(asdict(about)),))
        for number, part in enumerate(parts, start=1):
            connection.execute(
                "INSERT INTO parts (number, contacts, sha256) VALUES (?, ?, ?)",
                (number, part.contacts, hashlib.sha256(part.content).hexdigest()),
            )
            # Level 1: nobody waits for the import to begin longer than has to be.
            connection.execute("INSERT INTO contents VALUES (?, ?)", (number, zlib.compress(part.content, 1)))
        connection.executemany("INSERT INTO unfit VALUES (?, ?, ?, ?)", unfit())
        for number, contacts in enumerate(leaving or (), start=1):
            connection.execute(
                "INSERT INTO leaving (number, contacts) VALUES (?, ?)", (number, json.dumps(list(contacts)))
            )
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _put_in_place(aside: Path, path: Path) -> None:
    """Never over a file of that name, which may be another import's journal."""
    try:
        os.link(aside, path)
    except FileExistsError:
        check_free(path)
        raise
    except OSError:  # a file system without links
        check_free(path)
        aside.rename(path)
    make_names_durable(path.parent)


def _forget_leftovers(folder: Path, path: Path) -> None:
    """Half-written journals of a killed process; and, among journals of our own naming, those long finished."""
    now = time.time()
    for file in (*folder.glob(".import-*.sqlite.*"), *folder.glob(f".{glob.escape(path.name)}.*")):
        with contextlib.suppress(OSError):
            if file.stat().st_mtime < now - 86_400:
                file.unlink()
    if folder.name != "imports" or not path.name.startswith("import-"):
        return  # a place that somebody chose
    for file in folder.glob("import-*.sqlite"):
        with contextlib.suppress(OSError, JournalError):
            if file.stat().st_mtime < now - KEPT_DAYS * 86_400:
                with Journal.open(file) as journal:
                    finished = journal.finished
                if finished:
                    file.unlink()
