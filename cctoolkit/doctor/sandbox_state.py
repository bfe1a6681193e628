"""The sandbox of a folder: whether it was started, still answers, and what it keeps is whole."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from .findings import Finding, note, ok, problem
from .ports import free

CHECK = "sandbox"
_RESET = "Begin with a new one: cctoolkit sandbox --reset"


def check_sandbox(workspace: Path) -> Iterator[Finding]:
    """Nothing is started, and only this machine is asked."""
    from .._httpx import is_loopback
    from ..local_sandbox import known_sandbox, sandbox_runs
    from ..settings import workspace_state

    folder = workspace_state(workspace)
    if damage := _damage(folder / "sandbox.db"):
        yield problem(CHECK, f"What this folder's sandbox keeps is damaged ({damage}).", _RESET)
        return
    known = known_sandbox(workspace)
    if known is None:
        if (folder / "sandbox.json").exists():
            yield problem(CHECK, "What this folder's sandbox said of itself cannot be read.", _RESET)
        else:
            yield ok(CHECK, "No sandbox was started for this folder yet.", "Nothing: cctoolkit.connect() starts it.")
        return
    address = str(known["api"])
    if not is_loopback(address):
        yield problem(CHECK, "The sandbox of this folder is said to be on another machine; it was not asked.", _RESET)
    elif sandbox_runs(workspace):
        yield ok(CHECK, f"The sandbox of this folder answers on port {urlsplit(address).port}.")
    elif (port := urlsplit(address).port) and not free(port):
        yield note(
            CHECK,
            f"The sandbox of this folder does not run, and another program has its port {port}.",
            "Nothing: cctoolkit.connect() starts it on another port. Clients made before have to be made anew.",
        )
    else:
        yield note(
            CHECK,
            "The sandbox of this folder does not run: it was stopped, or ended after two hours without a request.",
            "Nothing: cctoolkit.connect() starts it, and what it holds is still there.",
        )


def _damage(database: Path) -> str:
    """What SQLite says of a file that is no database of the sandbox; empty when it can be read or is not there."""
    if not database.exists():
        return ""
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True, timeout=2)) as connection:
            connection.execute("SELECT count(*) FROM accounts").fetchone()
    except sqlite3.OperationalError as error:
        return str(error) if "no such table" in str(error) else ""  # busy, or of another user: no damage
    except sqlite3.DatabaseError as error:
        return str(error)
    return ""
