"""What a person said of an export's columns, kept for the next time that such a file comes.

A file is known by its headings alone, in whatever order; nothing of its rows is kept. That a column does not say who wants
email is no answer for another file, whose cells may say something else: what was said of such a column before is not taken
over, unless it was how a no is told.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..errors import ContactFileError
from ..files import write_private
from ..settings import state_folder
from .columns.headings import map_headings
from .reading.export import Export

#: Kinds of files that are remembered at most, the newest.
MOST = 200
#: The answer to a question about consent that stands for this one file.
ASKED_AGAIN = "ignore"
#: What a column may be said to be that keeps people out.
_KEEP_OUT = frozenset({"opted_in", "opted_out", "status"})
#: What has to be known before anything else of a file can be.
_WHO = frozenset({"email", "sms_number"})


def remembered(export: Export) -> dict[str, str]:
    """What was said of such a file's columns the last time, as `columns=` of `clean` takes it. Nothing where nobody did.

    A column that says in this very file who must not be written to says so, whatever it was the last time.
    """
    stored = _read().get(_fingerprint(export.headings), {}).get("columns", {})
    columns = {heading: target for heading, target in stored.items() if export.headings.count(heading) == 1}
    first = {heading: target for heading, target in columns.items() if target in _KEEP_OUT | _WHO}
    if first == columns:
        return columns
    try:
        found = map_headings(export, first, "ignore")
    except ContactFileError:
        return {}  # what else was said belongs to another file than this
    decides = {export.headings[index] for index, _ in found.consent} | {each.heading for each in found.questions}
    return {heading: target for heading, target in columns.items() if heading in first or heading not in decides}


def remember(export: Export, columns: Mapping[str, str]) -> None:
    """Keep what was said, in place of what was kept of such a file before.

    Raises `OSError` when it cannot be written: the cleaning is none the worse for it.
    """
    said = {heading: target for heading, target in columns.items() if target != ASKED_AGAIN}
    known = _read()
    name = _fingerprint(export.headings)
    if known.get(name, {}).get("columns", {}) == said:
        return
    known.pop(name, None)
    if said:
        known[name] = {"columns": said, "on": datetime.now(UTC).date().isoformat()}
    write_private(_path(), json.dumps(dict(list(known.items())[-MOST:]), indent=1).encode())


def told(columns: Mapping[str, str], *, how: str) -> str:
    """What is taken over, in words; `how` says the way out."""
    said = ", ".join(f"{heading!r} is {target or 'left out'}" for heading, target in columns.items())
    return f"As last time: {said}. {how}"


def _fingerprint(headings: Iterable[str]) -> str:
    return hashlib.sha256(json.dumps(sorted(headings)).encode()).hexdigest()


def _path() -> Path:
    return state_folder() / "mappings.json"


def _read() -> dict[str, dict[str, Any]]:
    """What is kept; nothing where the file is none of ours or damaged, as it is only a convenience."""
    try:
        found = json.loads(_path().read_bytes())
    except (OSError, ValueError):
        return {}
    entries = found.items() if isinstance(found, dict) else ()
    return {
        str(name): entry for name, entry in entries if isinstance(entry, dict) and _is_mapping(entry.get("columns"))
    }


def _is_mapping(columns: object) -> bool:
    return isinstance(columns, dict) and all(isinstance(each, str) for pair in columns.items() for each in pair)
