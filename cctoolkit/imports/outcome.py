"""What became of an import."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..harmless import harmless
from ..reported import Reported
from .entries import SentRow
from .journal import Journal
from .typed_values import unfit_frame

if TYPE_CHECKING:
    import pandas as pd

COUNTS = ("person_count", "error_count", "correctable_count", "cannot_add_to_list_count")
#: How many missing addresses a report lists one by one.
SHOWN = 10


@dataclass(frozen=True, eq=False, repr=False)
class Outcome(Reported):
    """What became of an import.

    `reports`: the last report of each activity. `parts`: a row a file, with its counts and errors. `sent`: how many
    contacts were sent. `absent`: a row each that is not on the list, with the likely `reason`. `journal`: where the
    import is written down, if it is. `unfit`: a row a value that was left out, as it does not fit the type of its custom field.
    """

    list_id: str
    reports: list[dict[str, Any]] = field(repr=False)
    parts: pd.DataFrame = field(repr=False)
    sent: int
    absent: pd.DataFrame = field(repr=False)
    journal: Path | None = None
    unfit: pd.DataFrame | None = field(default=None, repr=False)
    _arrival: pd.DataFrame | None = field(default=None, repr=False)

    @cached_property
    def arrival(self) -> pd.DataFrame:
        """A row a contact that was sent: `on_list` or not, and the likely `reason` where not.

        Read from the journal when it is first asked for. Raises `JournalError` when that is gone by then.
        """
        if self._arrival is not None:
            return self._arrival
        assert self.journal is not None  # there is one or the other
        with Journal.open(self.journal) as journal:
            absent = journal.absent()
            return contacts_frame(journal.rows(), absent, everybody=True)

    @property
    def missing(self) -> list[str]:
        """Addresses that were sent and are not on the list; the number of who has no address."""
        found = self.absent["email_address"]
        return [
            str(name) for name in (found.fillna(self.absent["sms_number"]) if "sms_number" in self.absent else found)
        ]

    @property
    def completed(self) -> bool:
        return all(report.get("state") == "completed" for report in self.reports)

    def _words(self) -> str:
        return self.report()

    @property
    def _well(self) -> bool:
        return self.completed and not len(self.absent)

    @property
    def imported(self) -> int:
        """How many contacts the service counted in the import."""
        return sum(_count(report, "person_count") or 0 for report in self.reports)

    def report(self) -> str:
        """The outcome in words, for a terminal."""
        arrived = self.sent - len(self.absent)
        lines = [f"{arrived} of {self.sent} contacts are on the list; {self.imported} were imported"]
        for part in self.parts.to_dict("records"):
            if part["state"] != "completed" or any(part[name] for name in COUNTS[1:] if part[name] == part[name]):
                counts = ", ".join(f"{name} {part[name]}" for name in COUNTS)
                said = f" ({part['errors']})" if part["errors"] else ""
                lines.append(f"  part {part['part']:<8} {part['state']}{said}: {counts}")
        lines += unfit_lines(self.unfit)
        for name, reason in list(zip(self.missing, self.absent["reason"], strict=True))[:SHOWN]:
            lines.append(f"  missing       {name}: {reason}")
        if len(self.absent) > SHOWN:
            lines.append(f"  missing       … and {len(self.absent) - SHOWN} more, in .absent in Python")
        return harmless("\n".join(lines), keep="\n")


def outcome_of(journal: Journal) -> Outcome:
    """The outcome that a finished journal holds."""
    parts = journal.parts()
    absent = journal.absent()
    reports = [part.report or {"activity_id": part.activity_id} for part in parts]
    return Outcome(
        list_id=journal.about.list_id,
        reports=reports,
        parts=parts_frame(reports, [part.contacts for part in parts]),
        sent=sum(part.contacts for part in parts),
        absent=contacts_frame(journal.rows() if absent else (), absent, everybody=False),
        journal=journal.path,
        unfit=unfit_frame(journal.unfit()),
    )


def unfit_lines(unfit: pd.DataFrame | None) -> list[str]:
    """The values that are left out, for a terminal."""
    if unfit is None or not len(unfit):
        return []
    lines = [f"  left out      {len(unfit):,} values do not fit the type of their custom field, in .unfit in Python"]
    for row in unfit.head(SHOWN // 2).to_dict("records"):
        lines.append(f"  left out      {row['contact']}, {row['field']}: {row['reason']}")
    return lines


def parts_frame(reports: Sequence[Mapping[str, Any]], contacts: Sequence[int | None]) -> pd.DataFrame:
    """A row a part: what was sent in it, and what its activity reported."""
    import pandas as pd

    from ..frame import Frame
    from ..frames.columns import texts_of

    def text(name: str) -> Any:
        return pd.array([report.get(name) for report in reports], dtype="string")

    return Frame(
        {
            "part": range(1, len(reports) + 1),
            "contacts": pd.array(list(contacts), dtype="Int64"),
            "state": text("state"),
            **{name: pd.array([_count(report, name) for report in reports], dtype="Int64") for name in COUNTS},
            "errors": pd.array(
                ["; ".join(texts_of(report.get("activity_errors"))) for report in reports], dtype="string"
            ),
            "activity_id": text("activity_id"),
        }
    )


def contacts_frame(rows: Any, absent: Mapping[tuple[int, int], str], *, everybody: bool) -> pd.DataFrame:
    """A row a contact, or only those who are absent; with a column `sms_number` when any has one."""
    import pandas as pd

    from ..frame import Frame

    row: SentRow
    emails: list[str | None] = []
    numbers: list[str | None] = []
    parts: list[int] = []
    reasons: list[str] = []
    there: list[bool] = []
    for row in rows:
        reason = absent.get((row.part, row.row))
        if reason is not None or everybody:
            emails.append(row.email or None)
            numbers.append(row.sms_number or None)
            parts.append(row.part)
            reasons.append(reason or "")
            there.append(reason is None)
    return Frame(
        {
            "email_address": pd.array(emails, dtype="string"),
            **({"sms_number": pd.array(numbers, dtype="string")} if any(numbers) else {}),
            **({"on_list": pd.array(there, dtype="bool")} if everybody else {}),
            "reason": pd.array(reasons, dtype="string"),
            "part": pd.array(parts, dtype="Int64"),
        }
    )


def _count(report: Mapping[str, Any], name: str) -> int | None:
    status = report.get("status")
    value = status.get(name) if isinstance(status, Mapping) else None
    return int(value) if isinstance(value, (int, float)) and math.isfinite(value) else None
