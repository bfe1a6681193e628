"""What an activity's report says, in words, and what to do about each thing that went wrong."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping
from typing import Any

from ...api.activities import ENDED_BADLY, ended, percent_done
from ...frames.columns import texts_of
from .. import names

Report = Mapping[str, Any]

_STATES = {
    "initialized": "waits in the service's queue",
    "processing": "is being worked on",
    "completed": "is done",
    "cancelled": "was cancelled",
    "failed": "failed",
    "timed_out": "took too long, and the service gave it up",
}
_NEXT = {
    "cancelled": "Somebody cancelled it: start it again if you still want it. Sending the same file again does no harm.",
    "failed": "Start it again: an import only adds or updates, so sending the same file again does no harm.",
    "timed_out": "Start it again, with fewer contacts at a time: sending the same file again does no harm.",
}


def headline(report: Report) -> str:
    """How the activity is, in one sentence."""
    state = str(report.get("state") or "")
    said = _STATES.get(state) or f"has the state {names.in_text(state, nameless='that nobody told')}"
    percent = "" if ended(dict(report)) or state in ENDED_BADLY else f": {percent_done(dict(report))} %"
    return f"The activity {said}{percent}."


def explained(report: Report) -> list[str]:
    """A sentence for each thing that went wrong, with what to do about it."""
    sentences = [
        f"The service says: {names.in_text(text, 300).rstrip('.')}. Mend what it names, and start it again."
        for text in texts_of(report.get("activity_errors"))
    ]
    if count := _count(report, "correctable_count"):
        sentences.append(
            f"{names.many(count, 'row')} {'has' if count == 1 else 'have'} a malformed address or date, or neither name nor "
            "address: mend them in the file and import it again, or correct them in the account's web pages, where they wait."
        )
    if count := _count(report, "error_count"):
        sentences.append(
            f"{names.many(count, 'row')} {'was' if count == 1 else 'were'} not taken, as with a value that is too long: clean "
            "the file with contact_files.clean(...), which tells which, and import it again."
        )
    if count := _count(report, "cannot_add_to_list_count"):
        sentences.append(
            f"{names.many(count, 'contact')} {'was' if count == 1 else 'were'} updated and not put on the list, because they "
            "unsubscribed: only the person can come back, so there is nothing to mend."
        )
    if (state := str(report.get("state") or "")) in _NEXT:
        sentences.append(_NEXT[state])
    return sentences


def described(report: Report) -> str:
    """The counts and the explanations as HTML."""
    total, done = _count(report, "items_total_count"), _count(report, "items_completed_count")
    persons, lists = _count(report, "person_count"), _count(report, "list_count")
    links = report.get("_links")
    facts = [
        *([f"{done or 0:,} of {names.many(total, 'item')} worked on."] if total is not None else []),
        *([f"{names.many(persons, 'contact')} added or updated."] if persons is not None else []),
        *([f"{names.many(lists, 'list')} concerned."] if lists is not None else []),
        *([f"File: {names.in_html(report['source_file_name'], 100)}"] if report.get("source_file_name") else []),
        *_times(report),
        *(
            [
                "Its file is ready: read it with <code>client.call(&quot;getContactsExport&quot;, file_export_id=…)</code>."
            ]
            if isinstance(links, Mapping) and links.get("results")
            else []
        ),
        f"activity_id: {names.in_html(report.get('activity_id'), 100)}",
    ]
    problems = explained(report)
    mend = f"<p><b>What to do</b></p><ul>{_items(map(html.escape, problems))}</ul>" if problems else ""
    return f'<div class="cct-words"><ul>{_items(facts)}</ul>{mend}</div>'


def _items(sentences: Any) -> str:
    return "".join(f"<li>{sentence}</li>" for sentence in sentences)


def _times(report: Report) -> list[str]:
    found = [
        f"{word} {names.in_html(str(report[name]).replace('T', ' ').replace('Z', ' UTC'))}"
        for name, word in (("created_at", "asked for"), ("started_at", "begun"), ("completed_at", "ended"))
        if report.get(name)
    ]
    return [f"Times: {', '.join(found)}."] if found else []


def _count(report: Report, name: str) -> int | None:
    status = report.get("status")
    value = status.get(name) if isinstance(status, Mapping) else None
    return int(value) if isinstance(value, (int, float)) and math.isfinite(value) else None
