"""What became of a sync."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..harmless import harmless
from .journal import Journal
from .outcome import SHOWN, Outcome, outcome_of

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False)
class SyncOutcome(Outcome):
    """What became of a sync: as of an import for those who were sent, and who left the list.

    `left`: a row a contact that was to leave, by `name`, whether it is `off` the list, and the `reason` where not.
    """

    left: pd.DataFrame = field(kw_only=True, repr=False)

    @property
    def completed(self) -> bool:
        return super().completed and bool(self.left["off"].all())

    def report(self) -> str:
        """The outcome in words, for a terminal."""
        lines = [super().report()] if self.sent else ["Nobody had to be sent"]
        off = int(self.left["off"].sum())
        if len(self.left):
            lines.append(f"{off} of {len(self.left)} contacts are off the list; they are in the account still")
        stayed = self.left[~self.left["off"]]
        for row in stayed.head(SHOWN).to_dict("records"):
            lines.append(f"  on it still   {row['name']}: {row['reason']}")
        if len(stayed) > SHOWN:
            lines.append(f"  on it still   … and {len(stayed) - SHOWN} more, in .left in Python")
        return harmless("\n".join(lines), keep="\n")


def outcome_of_sync(journal: Journal) -> SyncOutcome:
    """The outcome that a finished journal of a sync holds."""
    import pandas as pd

    from ..frame import Frame

    imported = outcome_of(journal)
    stayed = journal.stayed()
    names: list[str] = []
    reasons: list[str] = []
    for batch in journal.leaving():
        state = (batch.report or {}).get("state")
        for _, name, _ in batch.contacts:
            names.append(name)
            reasons.append(_reason(state) if name in stayed else "")
    left = Frame(
        {
            "name": pd.array(names, dtype="string"),
            "off": pd.array([not reason for reason in reasons], dtype="bool"),
            "reason": pd.array(reasons, dtype="string"),
        }
    )
    return SyncOutcome(
        list_id=imported.list_id,
        reports=imported.reports,
        parts=imported.parts,
        sent=imported.sent,
        absent=imported.absent,
        journal=imported.journal,
        unfit=imported.unfit,
        left=left,
    )


def nothing_done(list_id: str) -> SyncOutcome:
    """Of a plan by which there was nothing to do."""
    import pandas as pd

    from ..frame import Frame
    from .outcome import contacts_frame, parts_frame

    nobody = contacts_frame((), {}, everybody=False)
    arrival = contacts_frame((), {}, everybody=True)
    left = Frame({"name": pd.array([], dtype="string"), "off": pd.array([], dtype="bool")}).assign(
        reason=pd.array([], dtype="string")
    )
    return SyncOutcome(list_id, [], parts_frame([], []), 0, nobody, None, None, arrival, left=left)


def _reason(state: object) -> str:
    if state == "completed":
        return "the service says that it is done: it may still be processing it, or the contact joined again"
    return f"the activity ended as {state}: make a new plan"
