"""Of one list, one sync at a time."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from ..api import Client
from ..errors import JournalError
from ..files import private_folder
from .journal import journal_path


@contextlib.contextmanager
def one_at_a_time(client: Client, list_id: str) -> Iterator[None]:
    """Of one list, one sync of this machine at a time. Raises `JournalError` while there is another."""
    from filelock import FileLock, Timeout

    path = journal_path(client, f"sync-{list_id}").with_suffix(".lock")
    try:
        lock = FileLock(private_folder(path.parent) / path.name, timeout=0, mode=0o600)
        lock.acquire()
    except Timeout as error:
        raise JournalError(
            "Another sync of this list is at work: let it finish, and plan again. Nothing was sent."
        ) from error
    except OSError as error:
        raise JournalError(f"{path.parent} cannot be written ({error.strerror}): make it writable for you.") from error
    try:
        yield
    finally:
        lock.release()
