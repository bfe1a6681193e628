"""The whole quick start without a notebook: each step done, and told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..api import Client
from ..contact_files import Cleaned
from ..errors import SettingsError
from ..imports import import_contacts, nothing_kept

#: Tells one step: its name, and what came of it.
Say = Callable[[str, str], None]


def quick_start(
    client: Client,
    cleaned: Cleaned,
    *,
    list_name: str | None = None,
    say: Say = lambda step, text: None,
    confirm: Callable[[Cleaned, str, str | None], object] = lambda cleaned, list_name, list_id: None,
    progress: bool = True,
    journal: Path | None = None,
) -> dict[str, Any]:
    """Read the contacts, tell what the cleaned export holds, find the list, import, follow, check who arrived.

    `confirm` is asked before anything is written (with the list's id, None where the list is yet to be made) and raises
    to stop. `journal` is where the import is written down, if not where it usually is. Returns the figures of `cctoolkit
    quickstart --json`.

    Raises a `CctoolkitError` where a step cannot be done; nothing is half-done then: an import that was accepted goes
    on at the service by itself, and the error says how to resume it.
    """
    summary = client.account.summary()
    say("Sign in", f"{summary.get('contact_email', '?')}, {summary.get('organization_name', '?')}")

    before = client.contacts.count()
    say("Read the contacts", f"{before} in the account{' (a new account holds its owner)' if before == 1 else ''}")

    say("Clean the CSV", cleaned.report())
    chosen = client.lists.find(list_name) if list_name else next(client.lists.iter(), None)
    if chosen is None and list_name is None:
        raise SettingsError("The account has no list: name one with --list, and it is made.")
    name = str(chosen["name"]) if chosen else str(list_name)
    if not cleaned.kept_count:
        raise nothing_kept(cleaned)
    confirm(cleaned, name, str(chosen["list_id"]) if chosen else None)
    if chosen is None:
        chosen = client.lists.create(name)
    list_id = str(chosen["list_id"])
    say("Find a list_id", f"{name}: {list_id}")

    outcome = import_contacts(client, cleaned, list_id, progress=progress, journal=journal)
    say(
        "Import",
        f"{outcome.sent} contacts, activity {', '.join(str(report['activity_id']) for report in outcome.reports)}",
    )
    last = outcome.reports[-1]
    after = client.contacts.count()
    arrived = outcome.sent - len(outcome.absent)
    say("Check who arrived", f"{arrived} of {outcome.sent} addresses are on the list; {after} contacts in all")
    for row in outcome.absent.itertuples():
        say("", f"missing: {row.email_address} ({row.reason})")
    return {
        "service": client.service,
        "contacts_before": before,
        "list_id": list_id,
        "activity_id": last["activity_id"],
        "activity_ids": [report["activity_id"] for report in outcome.reports],
        "state": last["state"],
        "percent_done": last.get("percent_done"),
        "completed_at": last.get("completed_at"),
        "rows_in": cleaned.rows_in,
        "kept": cleaned.kept_count,
        "merged": cleaned.merged_count,
        "rejected": cleaned.rejected_count,
        "imported": outcome.imported,
        "contacts_after": after,
        "missing": outcome.missing,
    }


def succeeded(figures: dict[str, Any]) -> bool:
    return not figures["missing"] and figures["state"] == "completed"
