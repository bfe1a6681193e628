"""Contacts as a Parquet file, page by page."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import ContactFileError
from .contact_pages import Page, Record
from .contact_tables import record_batch

#: Rows that are written together: a reader works through a file by such groups.
ROW_GROUP = 25_000


def write(
    path: Path,
    pages: Iterable[Sequence[Record] | Page],
    include: Collection[str],
    lacking: Callable[[], Collection[str]] = frozenset,
) -> Path:
    """The file, there once it is whole; an older one stays until then. Raises `ContactFileError`.

    `lacking` is asked after the first page for columns that the pages do not have.
    """
    if path.is_dir():
        raise ContactFileError(f"{path} is a folder: give the name of a file in it.")
    try:
        handle = tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False)  # noqa: SIM115
    except OSError as error:
        raise _unwritable(path, error) from error
    temporary = Path(handle.name)
    try:
        with handle:
            _write(handle, pages, include, lacking)
        temporary.replace(path)
    except OSError as error:
        _remove(temporary)
        raise _unwritable(path, error) from error
    except BaseException:
        _remove(temporary)
        raise
    return path


def _write(
    file: Any,
    pages: Iterable[Sequence[Record] | Page],
    include: Collection[str],
    lacking: Callable[[], Collection[str]],
) -> None:
    coming = iter(pages)
    first: Sequence[Record] | Page = next(coming, [])
    without = lacking()
    empty = record_batch([], include, without)
    waiting: list[pa.RecordBatch] = [record_batch(first, include, without)]
    with pq.ParquetWriter(file, empty.schema) as writer:
        for page in coming:
            waiting.append(record_batch(page, include, without))
            if sum(batch.num_rows for batch in waiting) >= ROW_GROUP:
                writer.write_table(_table(waiting))
                waiting = []
        writer.write_table(_table([*waiting, empty]))


def _table(batches: list[pa.RecordBatch]) -> pa.Table:
    return pa.Table.from_batches(batches).unify_dictionaries()


def _unwritable(path: Path, error: OSError) -> ContactFileError:
    return ContactFileError(f"{path} cannot be written ({error.strerror or error}): choose another path.")


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()
