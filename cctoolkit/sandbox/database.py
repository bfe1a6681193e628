"""The sandbox's state: one SQLite file in WAL mode, one connection a thread."""

from __future__ import annotations

import errno
import hashlib
import os
import random
import sqlite3
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

#: Ids are no secrets: asking the operating system for each took a tenth of an import.
_random = random.Random(os.urandom(32))  # noqa: S311

SCHEMA = """
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sequences (name TEXT PRIMARY KEY, value INTEGER NOT NULL);

CREATE TABLE IF NOT EXISTS accounts (
    id INTEGER PRIMARY KEY,
    encoded_account_id TEXT NOT NULL UNIQUE,
    user_name TEXT NOT NULL UNIQUE,
    contact_email TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    organization_name TEXT NOT NULL,
    details TEXT NOT NULL DEFAULT '{}'
);
CREATE TABLE IF NOT EXISTS account_emails (
    email_id INTEGER PRIMARY KEY,
    account INTEGER NOT NULL,
    email_address TEXT NOT NULL,
    roles TEXT NOT NULL DEFAULT '[]',
    confirm_status TEXT NOT NULL,
    confirm_time TEXT,
    UNIQUE (account, email_address)
);
CREATE TABLE IF NOT EXISTS applications (
    client_id TEXT PRIMARY KEY,
    client_secret TEXT NOT NULL,
    name TEXT NOT NULL,
    redirect_uris TEXT NOT NULL,
    account INTEGER NOT NULL
);
-- What a person agreed to. Tokens belong to a grant; ending the grant ends all of them.
CREATE TABLE IF NOT EXISTS grants (
    id INTEGER PRIMARY KEY,
    client_id TEXT NOT NULL,
    account INTEGER NOT NULL,
    scope TEXT NOT NULL,
    revoked INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS authorization_codes (
    code_hash TEXT PRIMARY KEY,
    client_id TEXT NOT NULL,
    account INTEGER NOT NULL,
    redirect_uri TEXT NOT NULL,
    scope TEXT NOT NULL,
    code_challenge TEXT,
    code_challenge_method TEXT,
    expires_at REAL NOT NULL,
    grant_id INTEGER
);
CREATE TABLE IF NOT EXISTS refresh_tokens (
    token_hash TEXT PRIMARY KEY,
    grant_id INTEGER NOT NULL,
    client_id TEXT NOT NULL,
    account INTEGER NOT NULL,
    scope TEXT NOT NULL,
    expires_at REAL NOT NULL,
    used_at REAL
);
CREATE TABLE IF NOT EXISTS device_codes (
    device_code_hash TEXT PRIMARY KEY,
    user_code TEXT NOT NULL UNIQUE,
    client_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    expires_at REAL NOT NULL,
    interval REAL NOT NULL,
    last_poll REAL,
    account INTEGER,
    decision TEXT,
    used INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE IF NOT EXISTS contact_lists (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL,
    list_id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    description TEXT,
    favorite INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
);
CREATE INDEX IF NOT EXISTS contact_lists_of ON contact_lists (account, name);
CREATE TABLE IF NOT EXISTS sms_lists (list INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS custom_fields (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL,
    custom_field_id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    label TEXT NOT NULL,
    type TEXT NOT NULL DEFAULT 'string',
    version INTEGER NOT NULL DEFAULT 1,
    metadata TEXT,
    choices TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (account, name)
);
CREATE TABLE IF NOT EXISTS tags (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL,
    tag_id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    tag_source TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS tags_by_name ON tags (account, name COLLATE NOCASE);
CREATE TABLE IF NOT EXISTS contacts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL,
    contact_id TEXT NOT NULL UNIQUE,
    address TEXT,
    address_key TEXT,
    permission_to_send TEXT,
    email_created_at TEXT,
    email_updated_at TEXT,
    opt_in_source TEXT,
    opt_in_date TEXT,
    opt_out_source TEXT,
    opt_out_date TEXT,
    opt_out_reason TEXT,
    confirm_status TEXT,
    first_name TEXT,
    last_name TEXT,
    job_title TEXT,
    company_name TEXT,
    birthday_month INTEGER,
    birthday_day INTEGER,
    anniversary TEXT,
    sms_number TEXT,
    sms_permission TEXT,
    sms_opt_in_date TEXT,
    create_source TEXT NOT NULL,
    update_source TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
);
CREATE UNIQUE INDEX IF NOT EXISTS contacts_by_address ON contacts (account, address_key);
CREATE INDEX IF NOT EXISTS contacts_in_order ON contacts (account, id);
CREATE INDEX IF NOT EXISTS contacts_by_creation ON contacts (account, created_at);
CREATE INDEX IF NOT EXISTS contacts_by_sms ON contacts (account, sms_number);
CREATE TABLE IF NOT EXISTS list_memberships (
    list INTEGER NOT NULL,
    contact INTEGER NOT NULL,
    PRIMARY KEY (list, contact)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS list_memberships_of ON list_memberships (contact);
CREATE TABLE IF NOT EXISTS phone_numbers (
    id INTEGER PRIMARY KEY,
    contact INTEGER NOT NULL,
    phone_number_id TEXT NOT NULL,
    phone_number TEXT NOT NULL,
    kind TEXT NOT NULL,
    create_source TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS phone_numbers_of ON phone_numbers (contact);
CREATE TABLE IF NOT EXISTS street_addresses (
    id INTEGER PRIMARY KEY,
    contact INTEGER NOT NULL,
    street_address_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    street TEXT,
    city TEXT,
    state TEXT,
    postal_code TEXT,
    country TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS street_addresses_of ON street_addresses (contact);
CREATE TABLE IF NOT EXISTS custom_field_values (
    contact INTEGER NOT NULL,
    custom_field INTEGER NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (contact, custom_field)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS taggings (
    tag_id TEXT NOT NULL,
    contact INTEGER NOT NULL,
    PRIMARY KEY (tag_id, contact)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS taggings_of ON taggings (contact);
CREATE TABLE IF NOT EXISTS notes (
    note_id TEXT PRIMARY KEY,
    contact INTEGER NOT NULL,
    content TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS notes_of ON notes (contact);

CREATE TABLE IF NOT EXISTS segments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL,
    name TEXT NOT NULL,
    segment_criteria TEXT NOT NULL,
    created_at TEXT NOT NULL,
    edited_at TEXT NOT NULL,
    asked INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS deleted_segments (
    id INTEGER PRIMARY KEY,
    account INTEGER NOT NULL,
    name TEXT NOT NULL,
    segment_criteria TEXT NOT NULL,
    created_at TEXT NOT NULL,
    edited_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS campaigns (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL,
    campaign_id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS campaign_activities (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL,
    campaign INTEGER NOT NULL,
    campaign_activity_id TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'DRAFT',
    content TEXT NOT NULL,
    scheduled REAL,
    sent REAL,
    send_count INTEGER NOT NULL DEFAULT 0,
    resend TEXT,
    ab_test TEXT
);
CREATE INDEX IF NOT EXISTS campaign_activities_due ON campaign_activities (status, scheduled);
-- Who was sent what, and what they did with it. Times may lie ahead: they are seen when the clock has passed them.
CREATE TABLE IF NOT EXISTS tracking (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    activity INTEGER NOT NULL,
    contact INTEGER NOT NULL,
    kind TEXT NOT NULL,
    at REAL NOT NULL,
    device TEXT,
    url TEXT,
    bounce_code TEXT,
    reason TEXT,
    applied INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS tracking_of_activity ON tracking (activity, kind, id);
CREATE INDEX IF NOT EXISTS tracking_of_contact ON tracking (contact, at);
CREATE INDEX IF NOT EXISTS tracking_optouts ON tracking (kind, applied, at);

CREATE TABLE IF NOT EXISTS activities (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL,
    activity_id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    source_file_name TEXT,
    created REAL NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    started_at TEXT,
    completed_at TEXT,
    errors TEXT NOT NULL DEFAULT '[]',
    work TEXT,
    list_count INTEGER,
    rows_total INTEGER NOT NULL DEFAULT 0,
    rows_done INTEGER NOT NULL DEFAULT 0,
    person_count INTEGER NOT NULL DEFAULT 0,
    error_count INTEGER NOT NULL DEFAULT 0,
    correctable_count INTEGER NOT NULL DEFAULT 0,
    cannot_add_to_list_count INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS activities_open ON activities (state);
CREATE INDEX IF NOT EXISTS activities_of ON activities (account, id);
"""


class DatabaseInUse(Exception):
    """Another sandbox runs on that file."""


class Database:
    """Connections to one SQLite file. Readers never wait for the writer (WAL); writers wait for each other.

    The file, which holds the keys that sign tokens, is its owner's alone. One sandbox a file: it holds a lock beside it
    (`.NAME.lock`) until it is closed. Raises `DatabaseInUse`, and `OSError` where the file cannot be made.
    """

    def __init__(self, path: Path, seed: int | None = None) -> None:
        self.path = path
        self._local = threading.local()
        self._connections: list[tuple[threading.Thread, sqlite3.Connection]] = []
        self._opening = threading.Lock()
        if not path.parent.is_dir():  # the lock would make it
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path.parent))
        # Let go by whichever thread closes the sandbox.
        self._held = FileLock(path.with_name(f".{path.name}.lock"), timeout=0, mode=0o600, thread_local=False)
        try:
            self._held.acquire()
        except Timeout:
            raise DatabaseInUse(f"Another sandbox runs on {path}: end it first, or give --db another file.") from None
        try:
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            path.chmod(0o600)  # SQLite gives the files beside it the same
            self._open(seed)
        except BaseException:
            self.close()
            raise

    def _open(self, seed: int | None) -> None:
        self.connection.executescript(SCHEMA)
        if seed is not None:
            self.setting("seed", lambda: str(seed))
        self.seed = self._read_setting("seed")

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection, for reading."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            # Closing happens from the thread that stops the sandbox, hence check_same_thread=False.
            connection = sqlite3.connect(self.path, timeout=30, isolation_level=None, check_same_thread=False)
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            # Of a million contacts the indexes do not fit into the two megabytes that are usual.
            connection.execute("PRAGMA cache_size=-65536")
            connection.execute("PRAGMA wal_autocheckpoint=8000")
            self._local.connection = connection
            with self._opening:
                self._close_those_of_ended_threads()
                self._connections.append((threading.current_thread(), connection))
        return connection

    def _close_those_of_ended_threads(self) -> None:
        for entry in list(self._connections):
            thread, connection = entry
            if not thread.is_alive():
                self._connections.remove(entry)
                connection.close()

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it or nothing."""
        connection = self.connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.rollback()
            raise
        connection.commit()

    def setting(self, name: str, make: Callable[[], str]) -> str:
        """The setting of that name; made, and kept, when there is none."""
        value = self._read_setting(name)
        if value is None:
            with self.write() as connection:
                connection.execute("INSERT OR IGNORE INTO settings VALUES (?, ?)", (name, make()))
            value = self._read_setting(name)
        assert value is not None
        return value

    def _read_setting(self, name: str) -> str | None:
        row = self.connection.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row["value"])

    def new_ids(self, connection: sqlite3.Connection, kind: str, count: int = 1) -> list[str]:
        """Fresh identifiers in the form that the live service gives them: version 1 UUIDs, last group fa163e…; campaigns
        and their activities have version 4.

        With a seed, the same sequence of operations gives the same identifiers.
        """
        form = _random_uuid if kind in ("campaign", "campaign_activity") else _uuid
        if self.seed is None:
            return [form(_random.randbytes(16)) for _ in range(count)]
        row = connection.execute("SELECT value FROM sequences WHERE name = ?", (kind,)).fetchone()
        start = 0 if row is None else int(row["value"])
        connection.execute("INSERT OR REPLACE INTO sequences VALUES (?, ?)", (kind, start + count))
        return [
            form(hashlib.blake2b(f"{self.seed}:{kind}:{n}".encode(), digest_size=16).digest())
            for n in range(start, start + count)
        ]

    def new_id(self, connection: sqlite3.Connection, kind: str) -> str:
        return self.new_ids(connection, kind)[0]

    def close(self) -> None:
        for _, connection in self._connections:
            connection.close()
        self._connections.clear()
        self._local = threading.local()
        self._held.release()


def _random_uuid(random: bytes) -> str:
    return str(uuid.UUID(bytes=random, version=4))


def _uuid(random: bytes) -> str:
    text = random.hex()
    clock_sequence = f"{0x8 | int(text[16], 16) & 0x3:x}{text[17:20]}"
    return f"{text[:8]}-{text[8:12]}-1{text[13:16]}-{clock_sequence}-fa163e{text[26:32]}"
