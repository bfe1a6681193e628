"""Contacts and what belongs to them, page by page, as Arrow columns: a tenth of the memory of the records."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ..frame import Frame
from .columns import ids_last, to_pandas
from .contact_pages import CONTACT, SUB_COLUMNS, Page, kind_of, page_of

Record = Mapping[str, Any]

PERMISSIONS = ("explicit", "implicit", "not_set", "pending_confirmation", "temp_hold", "unsubscribed")

SUB_RESOURCES = tuple(SUB_COLUMNS)


class ContactTables:
    """Takes pages of contacts and gives frames of them. The columns are the same whether there is one contact or none.

    `apart` are the sub-resources that get a frame each, `inside` those that become columns of the contacts: lists as
    they came.
    """

    def __init__(self, apart: Collection[str] = (), inside: Collection[str] = ()) -> None:
        self._contact: dict[str, list[pa.Array]] = {name: [] for name in CONTACT}
        self._inside: dict[str, list[Any]] = {name: [] for name in SUB_RESOURCES if name in inside}
        self._apart: dict[str, dict[str, list[pa.Array]]] = {
            name: {column: [] for column in ("contact_id", *columns)}
            for name, columns in SUB_COLUMNS.items()
            if name in apart
        }

    def add(self, page: Sequence[Record] | Page) -> None:
        """A page, as records or as what `form` made of it."""
        read = page if isinstance(page, Page) else page_of(page, self._apart)
        for name, lists in self._inside.items():
            lists.extend([row.get(name) or [] for row in (read.as_records() if isinstance(page, Page) else page)])
        for name, values in read.contact_columns().items():
            self._contact[name].append(values)
        owners = read.owners()
        for name, chunks in self._apart.items():
            offsets, columns = read.sub_columns(name)
            entries = pa.ListArray.from_arrays(offsets, next(iter(columns.values())))
            chunks["contact_id"].append(owners.take(pc.list_parent_indices(entries)))
            for column, values in columns.items():
                chunks[column].append(values)

    def contacts(self, without: Collection[str] = ()) -> pd.DataFrame:
        """The contacts; `without` names columns that what was read does not have."""
        columns: dict[str, Any] = {
            name: to_pandas(chunks, CONTACT[name][2], PERMISSIONS)
            for name, chunks in self._contact.items()
            if name not in without
        }
        for name, lists in self._inside.items():
            columns[name] = pd.Series(lists, dtype=object)
        return Frame(ids_last(columns), copy=False)

    def sub_resources(self, owner: str = "contact_id") -> dict[str, pd.DataFrame]:
        """A frame each. `owner` is the column that they are joined by: `email_address` where nobody told the ids."""
        return {
            name: Frame(
                ids_last(
                    {
                        owner if column == "contact_id" else column: to_pandas(values, kind_of(column))
                        for column, values in chunks.items()
                    }
                ),
                copy=False,
            )
            for name, chunks in self._apart.items()
        }


def record_batch(
    page: Sequence[Record] | Page, include: Collection[str], without: Collection[str] = ()
) -> pa.RecordBatch:
    """A page for a Parquet file: the contacts' columns, and each sub-resource of `include` as a list of what it holds."""
    read = page if isinstance(page, Page) else page_of(page, include)
    columns = read.contact_columns(without)
    for name in SUB_RESOURCES:
        if name in include:
            offsets, parts = read.sub_columns(name)
            entries = (
                next(iter(parts.values()))
                if len(parts) == 1
                else pa.StructArray.from_arrays(list(parts.values()), list(parts))
            )
            columns[name] = pa.ListArray.from_arrays(offsets, entries)
    columns = ids_last(columns)
    return pa.RecordBatch.from_arrays(list(columns.values()), list(columns))


def contacts(records: Iterable[Record]) -> pd.DataFrame:
    """A row a contact. Times have their zone (UTC); a sub-resource that was included is a column of lists."""
    rows = list(records)
    tables = ContactTables(inside=[name for name in SUB_RESOURCES if any(name in row for row in rows)])
    tables.add(rows)
    return tables.contacts()


def sub_resources(records: Iterable[Record]) -> dict[str, pd.DataFrame]:
    """A frame for each sub-resource, a row each, with the `contact_id` that it belongs to.

    The names are those of `include`: `list_memberships`, `phone_numbers`, `street_addresses`, `custom_fields` (long: a
    row a value), `taggings`, `notes`. Without records the columns are the same.
    """
    tables = ContactTables(apart=SUB_RESOURCES)
    tables.add(list(records))
    return tables.sub_resources()
