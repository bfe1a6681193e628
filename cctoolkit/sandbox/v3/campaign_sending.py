"""Sending a campaign: nobody gets mail, but everybody behaves as if: opens, clicks, bounces and opt-outs from the seed.

The figures are those of a small organization's newsletter: about a third opens, a few of those click, and one in a
few hundred leaves. What happens is decided at the send and spread over the hours after it; it is seen when the
clock has passed it.
"""

from __future__ import annotations

import json
import logging
import random
import sqlite3
from typing import Any

from ..clock import iso, iso_milliseconds
from ..database import Database
from .campaigns import links_of
from .contact_store import opt_out, update
from .segments import segment_members

log = logging.getLogger(__name__)

BOUNCES, OPENS, CLICKS, FORWARDS, OPTOUTS = 0.02, 0.34, 0.18, 0.01, 0.004
_DEVICES = ("computer", "mobile", "mobile", "tablet")
_BOUNCE_CODES = "BBBDFSVXZ"
_REASONS = ("I get too many emails", "The content is not for me", None, None)


def send_what_is_due(database: Database, now: float) -> bool:
    """Send every campaign whose time has come, and let those leave who chose to by now. True: there was something."""
    due = database.connection.execute(
        "SELECT id FROM campaign_activities WHERE status = 'SCHEDULED' AND scheduled <= ? ORDER BY scheduled", (now,)
    ).fetchall()
    for entry in due:
        with database.write() as connection:
            # Read again inside the transaction: somebody may have unscheduled or deleted it meanwhile.
            row = connection.execute(
                "SELECT * FROM campaign_activities WHERE id = ? AND status = 'SCHEDULED' AND scheduled <= ?",
                (entry["id"], now),
            ).fetchone()
            if row is not None:
                _send_or_fail(connection, database.seed, row)
    return _apply_optouts(database, now) or bool(due)


def _send_or_fail(connection: sqlite3.Connection, seed: str | None, row: sqlite3.Row) -> None:
    connection.execute("SAVEPOINT sending")
    try:
        _send(connection, seed, row)
    except Exception:  # one campaign that cannot be sent must not keep the others, and the activities, waiting
        log.exception("A campaign of the sandbox could not be sent.")
        connection.execute("ROLLBACK TO sending")
        update(connection, "campaign_activities", row["id"], {"status": "ERROR"})
    connection.execute("RELEASE sending")


def _recipients(connection: sqlite3.Connection, row: sqlite3.Row, content: dict[str, Any]) -> list[int]:
    """Those on the lists (or in the segment) who may be written to."""
    if content.get("segment_ids"):
        found = set(segment_members(connection, row["account"], content["segment_ids"][0]))
    else:
        found = {
            member["contact"]
            for list_id in content.get("contact_list_ids", [])  # one that is gone by now has no members
            for member in connection.execute(
                "SELECT m.contact FROM list_memberships m JOIN contact_lists l ON l.id = m.list"
                " WHERE l.account = ? AND l.list_id = ? AND l.deleted_at IS NULL",
                (row["account"], list_id),
            )
        }
    mailable = connection.execute(
        "SELECT id FROM contacts WHERE account = ? AND deleted_at IS NULL AND address IS NOT NULL"
        " AND permission_to_send IN ('explicit', 'implicit') ORDER BY id",
        (row["account"],),
    )
    return [contact["id"] for contact in mailable if contact["id"] in found]


def _send(connection: sqlite3.Connection, seed: str | None, row: sqlite3.Row) -> None:
    content = json.loads(row["content"])
    links = links_of(content)
    # S311: how made-up people behave is no secret.
    chance = random.Random(f"{seed}:{row['campaign_activity_id']}")  # noqa: S311
    sent = row["scheduled"]
    events: list[tuple[Any, ...]] = []

    def happens(contact: int, kind: str, at: float, **more: str | None) -> None:
        events.append(
            (row["id"], contact, kind, at, *(more.get(name) for name in ("device", "url", "bounce_code", "reason")))
        )

    had = {
        each["contact"]
        for each in connection.execute(
            "SELECT contact FROM tracking WHERE activity = ? AND kind = 'em_sends'", (row["id"],)
        )
    }
    recipients = [contact for contact in _recipients(connection, row, content) if contact not in had]  # nobody twice
    for contact in recipients:
        happens(contact, "em_sends", sent)
        if chance.random() < BOUNCES:
            happens(contact, "em_bounces", sent + chance.uniform(1, 120), bounce_code=chance.choice(_BOUNCE_CODES))
            continue
        if chance.random() >= OPENS:
            continue
        device = chance.choice(_DEVICES)
        at = sent + chance.expovariate(1 / (5 * 3_600))
        for _ in range(1 + (chance.random() < 0.3)):
            happens(contact, "em_opens", at, device=device)
            if links and chance.random() < CLICKS:
                happens(contact, "em_clicks", at + chance.uniform(5, 120), device=device, url=chance.choice(links))
            at += chance.expovariate(1 / 7_200)
        if chance.random() < FORWARDS:
            happens(contact, "em_forwards", at)
        if chance.random() < OPTOUTS / OPENS:
            happens(contact, "em_optouts", at + 30, reason=chance.choice(_REASONS))
    events.sort(key=lambda event: float(event[3]))
    connection.executemany(
        "INSERT INTO tracking (activity, contact, kind, at, device, url, bounce_code, reason)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        events,
    )
    done = {"status": "DONE", "sent": sent, "send_count": len(had) + len(recipients)}
    update(connection, "campaign_activities", row["id"], done)
    update(connection, "campaigns", row["campaign"], {"updated_at": iso_milliseconds(sent)})


def _apply_optouts(database: Database, now: float) -> bool:
    due = database.connection.execute(
        "SELECT * FROM tracking WHERE kind = 'em_optouts' AND applied = 0 AND at <= ?", (now,)
    ).fetchall()
    if not due:
        return False
    with database.write() as connection:
        for row in due:
            opt_out(connection, row["contact"], iso(row["at"]), row["reason"])
            update(connection, "tracking", row["id"], {"applied": 1})
    return True
