"""The import as one job: files sent, activities followed, and who arrived."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .api import Client
from .errors import ActivityFailed, CctoolkitError, ContactFileError, SettingsError

if TYPE_CHECKING:
    import pandas as pd

    from .contact_files import Cleaned

#: How many missing addresses are asked about one by one, to say why they are missing.
EXPLAINED = 50


@dataclass(frozen=True)
class Outcome:
    """What became of an import.

    `reports`: the last report of each activity. `arrival`: a row an address that was sent, `on_list` or not, and the
    likely `reason` where not.
    """

    list_id: str
    reports: list[dict[str, Any]]
    arrival: pd.DataFrame

    @property
    def missing(self) -> list[str]:
        """Addresses that were sent and are not on the list."""
        return [str(address) for address in self.arrival.loc[~self.arrival["on_list"], "email_address"]]

    @property
    def completed(self) -> bool:
        return all(report.get("state") == "completed" for report in self.reports)

    @property
    def imported(self) -> int:
        """How many contacts the service counted in the import."""
        return sum(int((report.get("status") or {}).get("person_count") or 0) for report in self.reports)


def import_contacts(client: Client, cleaned: Cleaned, list_id: str, *, progress: bool = True) -> Outcome:
    """Import the kept rows into a list, wait until it is done, and check who arrived.

    Raises `ContactFileError` when no row was kept, `NotFound` for a list that does not exist. An activity that the
    service gave up on is told by `.completed` and its report.
    """
    return finish_import(client, cleaned, list_id, start_import(client, cleaned, list_id), progress=progress)


def start_import(client: Client, cleaned: Cleaned, list_id: str) -> list[dict[str, Any]]:
    """Send the kept rows, as many files as the service's limits ask for. Returns the first report of each activity."""
    from .contact_files import Cleaned

    if not isinstance(cleaned, Cleaned):
        raise ContactFileError("Give the import what contact_files.clean(...) returned: it holds the rows to send.")
    if not re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", list_id.strip()):
        raise SettingsError(
            f"{list_id!r} is not a list_id. For a list's name, take client.lists.find_or_create(name)['list_id']."
        )
    parts = list(cleaned.parts())
    if not parts:
        raise nothing_kept(cleaned)
    started: list[dict[str, Any]] = []
    for part in parts:
        try:
            started.append(client.activities.import_csv(part.content, list_id, file_name=part.name))
        except CctoolkitError as error:
            if started:
                running = ", ".join(str(report.get("activity_id")) for report in started)
                error.add_note(
                    f"{len(started)} of {len(parts)} files were sent before this; their activities go on: {running}. "
                    "Sending everything again does no harm."
                )
            raise
    return started


def nothing_kept(cleaned: Cleaned) -> ContactFileError:
    if not cleaned.rows_in:
        return ContactFileError(f"{cleaned.file} has headings but no rows: export your contacts again.")
    reasons = ", ".join(f"{count} × {reason}" for reason, count in list(cleaned.reasons.items())[:5])
    return ContactFileError(
        f"No row of {cleaned.file} can be imported ({reasons}). Mend the file and clean it again; .rejected in Python "
        "names each row."
    )


def finish_import(
    client: Client, cleaned: Cleaned, list_id: str, started: Iterable[dict[str, Any]], *, progress: bool = True
) -> Outcome:
    """Wait for activities that `start_import` began, and check who arrived.

    An activity that ended badly does not hide the others: its report is among those of the outcome.
    """
    reports = []
    for report in started:
        try:
            reports.append(client.activities.wait(str(report["activity_id"]), progress=progress))
        except ActivityFailed as error:
            reports.append(error.report)
    return Outcome(list_id, reports, check_arrival(client, cleaned.addresses, list_id))


def check_arrival(client: Client, addresses: Iterable[str], list_id: str) -> pd.DataFrame:
    """Which addresses are on the list now: a row each, in the order given, with the likely reason where not."""
    import pandas as pd

    sent = list(addresses)
    members = client.contacts.iter(lists=list_id, include="list_memberships", status="all")
    wanted = list_id.strip().lower()
    on_list = {
        _address(contact)
        for contact in members
        if wanted in {str(each).lower() for each in contact.get("list_memberships") or []}
    }
    arrived = [address.lower() in on_list for address in sent]
    reasons = pd.Series("", index=range(len(sent)), dtype="string")
    missing = [position for position, there in enumerate(arrived) if not there]
    for position in missing[:EXPLAINED]:
        reasons[position] = _why_missing(client, sent[position])
    for position in missing[EXPLAINED:]:
        reasons[position] = "not looked up"
    return pd.DataFrame({"email_address": pd.array(sent, dtype="string"), "on_list": arrived, "reason": reasons.array})


def _why_missing(client: Client, address: str) -> str:
    found = client.contacts.page(email=address, status="all").get("contacts") or []
    if not found:
        return "the service did not take the row (see correctable_count and error_count of the activity)"
    permission = (found[0].get("email_address") or {}).get("permission_to_send")
    if permission == "unsubscribed":
        return "unsubscribed before: only the person can come back"
    return f"in the account, but not on the list (permission: {permission})"


def _address(contact: dict[str, Any]) -> str:
    return str((contact.get("email_address") or {}).get("address", "")).lower()
