"""The import's result panel: a face on `cctoolkit.imports.Outcome`."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from ...contact_files.writing import neutral
from ...errors import CctoolkitError, ContactFileError
from ...imports import Outcome
from .. import markup, names
from ..panel import Panel
from .downloads import Download

#: How many missing contacts and parts are shown, and up to how many contacts are put into a link.
SHOWN, ROWS_IN_A_LINK = 50, 10_000
MISSING = "missing.csv"

#: What to do, by how the reason begins.
_NEXT = {
    "unsubscribed before": "Who unsubscribed cannot be put on a list again: leave them out, or ask them to sign up anew.",
    "the service did not take": (
        "Rows that the service did not take: download the missing, compare their addresses and dates, and import the mended file again."
    ),
    "in the account, but not on the list": (
        "Contacts that are in the account already: wait a minute, and look again with "
        "imports.check_arrival(client, outcome.missing, outcome.list_id)."
    ),
    "its part ended as": (
        "A part that the service gave up on: send it again with imports.resume(client, outcome.journal, retry_failed=True)."
    ),
    "not looked up": (
        "Contacts that were not looked up, to spare the day's requests: look tomorrow with "
        "imports.check_arrival(client, outcome.missing, outcome.list_id)."
    ),
}
_PART_HEADINGS = {
    "part": "part",
    "contacts": "sent",
    "state": "state",
    "person_count": "taken",
    "correctable_count": "to correct",
    "error_count": "errors",
    "cannot_add_to_list_count": "unsubscribed",
    "errors": "what the service says",
    "activity_id": "activity_id",
}


class ImportResult(Panel):
    """Shows what became of an import: sent beside arrived, who is missing and why, the parts, and what to do next.

    Raises `CctoolkitError` for what is no outcome of an import.
    """

    def __init__(self, outcome: Outcome) -> None:
        if not isinstance(outcome, Outcome):
            raise CctoolkitError(
                "ImportResult shows the outcome of an import: give it what imports.import_contacts(...) returned."
            )
        super().__init__("Who arrived", name="import result")
        self.outcome = outcome
        missing, sent = len(outcome.absent), outcome.sent
        arrived = sent - missing
        self.say(
            f"{arrived:,} of {names.many(sent, 'contact')} {'is' if arrived == 1 else 'are'} on the list"
            f"{'.' if not missing else f'; {missing:,} {_are(missing)} missing.'}",
            good=not missing and outcome.completed,
        )
        self.download = Download(
            f"Download who is missing ({MISSING})",
            MISSING,
            _missing_csv(outcome) if missing <= ROWS_IN_A_LINK else None,
            lambda path: _save(outcome, path),
            Path.cwd(),
        )
        parts = outcome.parts.head(SHOWN)[list(_PART_HEADINGS)].rename(columns=_PART_HEADINGS)
        self.body.children = [
            widgets.HTML(_bar(arrived, missing)),
            *([widgets.HTML(_missing(outcome)), self.download] if missing else []),
            widgets.HTML(
                f'<div class="cct-words"><p><b>The files that were sent</b></p></div>'
                f"{markup.frame_table(parts, len(outcome.parts), label='The files that were sent')}"
            ),
            widgets.HTML(_next(outcome)),
        ]
        self.same_in_code("print(outcome.report())\noutcome.absent     # who is missing, and why\noutcome.parts")


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _bar(arrived: int, missing: int) -> str:
    """Sent beside arrived, as one bar with its numbers beneath."""
    total = max(arrived + missing, 1)
    words = f"{arrived:,} arrived, {missing:,} missing"
    counts = {"arrived": arrived, "missing": missing}
    pieces = "".join(
        f'<div class="cct-{what}" style="width:{100 * count / total:.2f}%"></div>' for what, count in counts.items()
    )
    legend = " &nbsp; ".join(
        f'<span class="cct-{what} cct-legend">{count:,} {what}</span>' for what, count in counts.items()
    )
    return f'<div class="cct-bar" role="img" aria-label="{words}">{pieces}</div><div class="cct-words">{legend}</div>'


def _missing(outcome: Outcome) -> str:
    import pandas as pd

    reasons = outcome.absent["reason"].value_counts()
    counted = "".join(f"<li>{count:,} × {names.in_html(reason, 300)}</li>" for reason, count in reasons.items())
    shown = pd.DataFrame(
        {"contact": outcome.missing[:SHOWN], "likely reason": outcome.absent["reason"].head(SHOWN).tolist()}
    )
    return (
        f'<div class="cct-words"><p><b>Who is missing, and why</b></p><ul>{counted}</ul></div>'
        f"{markup.frame_table(shown, len(outcome.absent), label='Who is missing')}"
    )


def _next(outcome: Outcome) -> str:
    """What to do now, a sentence a reason."""
    reasons = [str(reason) for reason in outcome.absent["reason"].unique()]
    steps = [step for begins, step in _NEXT.items() if any(reason.startswith(begins) for reason in reasons)]
    if not outcome.completed and _NEXT["its part ended as"] not in steps:
        steps.append(_NEXT["its part ended as"])
    if not steps:
        steps = [
            "Everybody arrived: the list is ready to be written to. See them with client.contacts.frame(lists=outcome.list_id)."
        ]
    if outcome.journal is not None:
        steps.append(
            f"The import is written down in {outcome.journal}; deleting that file changes nothing at the service."
        )
    listed = "".join(f"<li>{markup.text(step)}</li>" for step in steps)
    return f'<div class="cct-words"><p><b>What to do next</b></p><ul>{listed}</ul></div>'


def _missing_csv(outcome: Outcome) -> bytes:
    """Who is missing, for a spreadsheet: with a byte-order mark, and no cell that it would take for a formula."""
    absent: Any = outcome.absent
    columns = [name for name in ("email_address", "sms_number", "reason") if name in absent]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    for row in absent[columns].fillna("").itertuples(index=False, name=None):
        writer.writerow([neutral(str(cell)) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def _save(outcome: Outcome, path: Path) -> None:
    try:
        with path.open("xb") as file:
            file.write(_missing_csv(outcome))
    except OSError as error:
        raise ContactFileError(
            f"{path} cannot be written ({error.strerror}): take outcome.absent.to_csv(…) with another place."
        ) from error
