"""A new sandbox account: its owner as its one contact, and one list, as a new real account has."""

from __future__ import annotations

import hashlib
import json
import random
import secrets
import sqlite3
from datetime import timedelta
from typing import NamedTuple

from .clock import Clock, iso
from .database import Database
from .oauth.records import Account, Application

#: Where a listener on this machine may receive the answer of a sign-in. The service compares redirect URIs character
#: by character, so a listener has to take one of these; the first is the portal's own default, where nothing listens.
LOOPBACK_PORTS = range(8765, 8775)
REDIRECT_URIS = ("https://localhost", *(f"http://127.0.0.1:{port}/callback" for port in LOOPBACK_PORTS))

FIRST_NAMES = [
    "Ana",
    "Ben",
    "Chloé",
    "Dmitri",
    "Emeka",
    "Fatima",
    "Gwen",
    "Hiro",
    "Ingrid",
    "Jamal",
    "Kofi",
    "Lucía",
    "Mei",
    "Noor",
    "Oluwaseun",
    "Priya",
    "Quentin",
    "Rosa",
    "Søren",
    "Tomasz",
    "Uma",
    "Viktor",
    "Wanjiru",
    "Ximena",
    "Yusuf",
    "Zoë",
]
LAST_NAMES = [
    "Abara",
    "Bergström",
    "Castillo",
    "Dubois",
    "Eriksen",
    "Fontaine",
    "Gallagher",
    "Haddad",
    "Ivanova",
    "Jansen",
    "Kowalski",
    "Lindqvist",
    "Moreau",
    "Nakamura",
    "Okafor",
    "Petrov",
    "Quispe",
    "Rossi",
    "Schäfer",
    "Tanaka",
    "Ueda",
    "Vargas",
    "Whitfield",
    "Xu",
    "Yılmaz",
    "Zimmermann",
]
SOURCES = ("Account", "Account", "Account", "Contact")


class Participant(NamedTuple):
    """An account with the application that belongs to it."""

    account: Account
    application: Application


def ensure_accounts(database: Database, clock: Clock, wanted: int = 1) -> list[Participant]:
    """At least `wanted` accounts, each with its application; those that are missing are made."""
    connection = database.connection
    present = connection.execute("SELECT count(*) FROM accounts").fetchone()[0]
    for number in range(present + 1, wanted + 1):
        with database.write() as writing:
            _create(database, writing, number)
            _fill(database, writing, clock.iso(), number)
    pairs = connection.execute("SELECT p.account, p.client_id FROM applications p ORDER BY p.account").fetchall()
    found = []
    for pair in pairs:
        account = Account.find(connection, pair["account"])
        application = Application.find(connection, pair["client_id"])
        assert account is not None
        assert application is not None
        found.append(Participant(account, application))
    return found


def add_sms_list(database: Database, clock: Clock, name: str, account: int) -> str:
    """A list of the channel `sms` in an account. Its `list_id`."""
    now = clock.iso()
    with database.write() as connection:
        list_id = database.new_id(connection, "list")
        made = connection.execute(
            "INSERT INTO contact_lists (account, list_id, name, favorite, created_at, updated_at) VALUES (?, ?, ?, 0, ?, ?)",
            (account, list_id, name, now, now),
        )
        connection.execute("INSERT INTO sms_lists (list) VALUES (?)", (made.lastrowid,))
    return list_id


def reset_account(database: Database, clock: Clock, participant: Participant) -> None:
    """Empty an account and fill it as a new one. Its key, login and tokens stay valid."""
    account = participant.account.id
    with database.write() as connection:
        for table in (
            "list_memberships",
            "phone_numbers",
            "street_addresses",
            "custom_field_values",
            "taggings",
            "notes",
        ):
            connection.execute(
                f"DELETE FROM {table} WHERE contact IN (SELECT id FROM contacts WHERE account = ?)", (account,)
            )
        connection.execute(
            "DELETE FROM tracking WHERE activity IN (SELECT id FROM campaign_activities WHERE account = ?)", (account,)
        )
        for table in (
            "contacts",
            "segments",
            "deleted_segments",
            "campaigns",
            "campaign_activities",
            "contact_lists",
            "custom_fields",
            "tags",
            "activities",
            "account_emails",
        ):
            connection.execute(f"DELETE FROM {table} WHERE account = ?", (account,))
        address, first, last, organization = _owner(account)
        connection.execute(
            "UPDATE accounts SET details = '{}', contact_email = ?, first_name = ?, last_name = ?, organization_name = ?"
            " WHERE id = ?",
            (address, first, last, organization, account),
        )
        _fill(database, connection, clock.iso(), account)


def _owner(number: int) -> tuple[str, str, str, str]:
    """Address, first name, last name and organization: Robin's garden first, then those of participants."""
    if number == 1:
        return "robin@example.com", "Robin", "Ellis", "Riverside Community Garden"
    first, last = FIRST_NAMES[number % len(FIRST_NAMES)], LAST_NAMES[number * 7 % len(LAST_NAMES)]
    return f"participant-{number:02}@example.com", first, last, f"Community Garden {number}"


def _create(database: Database, connection: sqlite3.Connection, number: int) -> None:
    def key(name: str, length: int) -> str:
        """An identifier: from the seed when there is one, else random."""
        if database.seed is None:
            return secrets.token_hex(length // 2)
        text = f"{database.seed}:{name}" + ("" if number == 1 else f":{number}")
        return hashlib.blake2b(text.encode(), digest_size=length // 2).hexdigest()

    address, first, last, organization = _owner(number)
    connection.execute(
        "INSERT INTO accounts (id, encoded_account_id, user_name, contact_email, first_name, last_name,"
        " organization_name) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (number, key("account", 14), address, address, first, last, organization),
    )
    connection.execute(
        "INSERT INTO applications VALUES (?, ?, 'My quick start', ?, ?)",
        (_dashed(key("client_id", 32)), key("client_secret", 44), json.dumps(REDIRECT_URIS), number),
    )


def _fill(database: Database, connection: sqlite3.Connection, now: str, number: int) -> None:
    """What a new account holds."""
    address, first, last, organization = _owner(number)
    list_key = connection.execute(
        "INSERT INTO contact_lists (account, list_id, name, favorite, created_at, updated_at)"
        " VALUES (?, ?, 'General Interest', 0, ?, ?)",
        (number, database.new_id(connection, "list"), now, now),
    ).lastrowid
    contact = connection.execute(
        "INSERT INTO contacts (account, contact_id, address, address_key, permission_to_send, email_created_at,"
        " email_updated_at, opt_in_source, opt_in_date, confirm_status, first_name, last_name, company_name,"
        " create_source, created_at, updated_at) VALUES (?, ?, ?, ?, 'implicit', ?, ?, 'Account', ?, 'off', ?, ?, ?,"
        " 'Account', ?, ?)",
        (
            number,
            database.new_id(connection, "contact"),
            address,
            address,
            now,
            now,
            now,
            first,
            last,
            organization,
            now,
            now,
        ),
    ).lastrowid
    connection.execute("INSERT INTO list_memberships VALUES (?, ?)", (list_key, contact))
    connection.execute(
        "INSERT INTO account_emails (account, email_address, roles, confirm_status, confirm_time)"
        " VALUES (?, ?, ?, 'CONFIRMED', ?)",
        (
            number,
            address,
            json.dumps(["CONTACT", "BILLING", "DEFAULT_FROM", "REPLY_TO", "OTHER"]),
            now.replace("Z", ".000+0000"),
        ),
    )


def _dashed(text: str) -> str:
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:32]))


def add_people(database: Database, clock: Clock, wanted: int, account: int = 1) -> None:
    """Made-up contacts, until the account holds that many besides its owner."""
    present = database.connection.execute("SELECT count(*) - 1 FROM contacts WHERE account = ?", (account,)).fetchone()[
        0
    ]
    # S311: made-up people are no secret, and the same seed has to make the same ones.
    chance = random.Random(f"{database.seed}:people:{account}")  # noqa: S311
    list_key = database.connection.execute(
        "SELECT id FROM contact_lists WHERE account = ? ORDER BY id", (account,)
    ).fetchone()[0]
    for start in range(present, wanted, 10_000):
        numbers = range(start, min(start + 10_000, wanted))
        with database.write() as connection:
            ids = database.new_ids(connection, "contact", len(numbers))
            phone_ids = database.new_ids(connection, "phone", len(numbers))
            contacts, members, phones = [], [], []
            first_key = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM contacts").fetchone()[0]
            for offset, (number, contact_id) in enumerate(zip(numbers, ids, strict=True)):
                first, last = chance.choice(FIRST_NAMES), chance.choice(LAST_NAMES)
                address = f"{_plain(first)}.{_plain(last)}.{number}@example.com"
                made = iso(clock.now() - timedelta(days=chance.random() * 1_500).total_seconds())
                source = chance.choice(SOURCES)
                permission = "explicit" if source == "Contact" else "implicit"
                out = made if chance.random() < 0.04 else None
                contacts.append(
                    (
                        first_key + offset,
                        account,
                        contact_id,
                        address,
                        address,
                        "unsubscribed" if out else permission,
                        made,
                        made,
                        source,
                        made,
                        "Contact" if out else None,
                        out,
                        "off",
                        first,
                        last,
                        source,
                        made,
                        made,
                    )
                )
                if not out:
                    members.append((list_key, first_key + offset))
                if chance.random() < 0.5:
                    phones.append(
                        (first_key + offset, phone_ids[offset], f"+1 555 01{chance.randrange(100):02}", made, made)
                    )
            connection.executemany(
                "INSERT INTO contacts (id, account, contact_id, address, address_key, permission_to_send,"
                " email_created_at, email_updated_at, opt_in_source, opt_in_date, opt_out_source, opt_out_date,"
                " confirm_status, first_name, last_name, create_source, created_at, updated_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                contacts,
            )
            connection.executemany("INSERT INTO list_memberships VALUES (?, ?)", members)
            connection.executemany(
                "INSERT INTO phone_numbers (contact, phone_number_id, phone_number, kind, create_source, created_at,"
                " updated_at) VALUES (?, ?, ?, 'mobile', 'Account', ?, ?)",
                phones,
            )


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isascii() and letter.isalpha())
