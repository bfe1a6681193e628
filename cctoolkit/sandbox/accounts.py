"""A new sandbox account: its owner as its one contact, and one list, as a new real account has."""

from __future__ import annotations

import hashlib
import json
import random
import secrets
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


class Defaults(NamedTuple):
    account: Account
    application: Application
    list_id: str


def ensure_account(database: Database, clock: Clock) -> Defaults:
    """The sandbox's account and application; made when the database holds none."""
    connection = database.connection
    if connection.execute("SELECT count(*) FROM accounts").fetchone()[0] == 0:
        _create(database, clock)
    account = Account.first(connection)
    client_id = connection.execute("SELECT client_id FROM applications ORDER BY rowid LIMIT 1").fetchone()[0]
    application = Application.find(connection, client_id)
    assert application is not None
    list_id = connection.execute(
        "SELECT list_id FROM contact_lists WHERE account = ? ORDER BY id LIMIT 1", (account.id,)
    ).fetchone()[0]
    return Defaults(account, application, list_id)


def _create(database: Database, clock: Clock) -> None:
    now = clock.iso()

    def key(name: str, length: int) -> str:
        """An identifier: from the seed when there is one, else random."""
        if database.seed is None:
            return secrets.token_hex(length // 2)
        return hashlib.blake2b(f"{database.seed}:{name}".encode(), digest_size=length // 2).hexdigest()

    with database.write() as connection:
        connection.execute(
            "INSERT INTO accounts (id, encoded_account_id, user_name, contact_email, first_name, last_name,"
            " organization_name) VALUES (1, ?, 'robin@example.com', 'robin@example.com', 'Robin', 'Ellis',"
            " 'Riverside Community Garden')",
            (key("account", 14),),
        )
        connection.execute(
            "INSERT INTO applications VALUES (?, ?, 'My quick start', ?)",
            (
                _dashed(key("client_id", 32)),
                key("client_secret", 44),
                json.dumps(REDIRECT_URIS),
            ),
        )
        list_key = connection.execute(
            "INSERT INTO contact_lists (account, list_id, name, favorite, created_at, updated_at)"
            " VALUES (1, ?, 'General Interest', 0, ?, ?)",
            (database.new_id(connection, "list"), now, now),
        ).lastrowid
        contact = connection.execute(
            "INSERT INTO contacts (account, contact_id, address, address_key, permission_to_send, email_created_at,"
            " email_updated_at, opt_in_source, opt_in_date, confirm_status, first_name, last_name, company_name,"
            " create_source, created_at, updated_at) VALUES (1, ?, 'robin@example.com', 'robin@example.com',"
            " 'implicit', ?, ?, 'Account', ?, 'off', 'Robin', 'Ellis', 'Riverside Community Garden', 'Account', ?, ?)",
            (database.new_id(connection, "contact"), now, now, now, now, now),
        ).lastrowid
        connection.execute("INSERT INTO list_memberships VALUES (?, ?)", (list_key, contact))
        connection.execute(
            "INSERT INTO account_emails (account, email_address, roles, confirm_status, confirm_time)"
            " VALUES (1, 'robin@example.com', ?, 'CONFIRMED', ?)",
            (json.dumps(["CONTACT", "BILLING", "REPLY_TO", "OTHER"]), now.replace("Z", ".000+0000")),
        )


def _dashed(text: str) -> str:
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:32]))


def add_people(database: Database, clock: Clock, wanted: int) -> None:
    """Made-up contacts, until the account holds that many besides its owner."""
    present = database.connection.execute("SELECT count(*) - 1 FROM contacts WHERE account = 1").fetchone()[0]
    # S311: made-up people are no secret, and the same seed has to make the same ones.
    chance = random.Random(f"{database.seed}:people")  # noqa: S311
    list_key = database.connection.execute("SELECT id FROM contact_lists WHERE account = 1 ORDER BY id").fetchone()[0]
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
                " VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
