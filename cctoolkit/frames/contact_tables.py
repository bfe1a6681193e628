"""Contacts and what belongs to them, page by page, as Arrow columns: a tenth of the memory of the records."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa

from .columns import CATEGORY, INTEGER, TEXT, TIME, array, to_pandas

Record = Mapping[str, Any]

PERMISSIONS = ("explicit", "implicit", "not_set", "pending_confirmation", "temp_hold", "unsubscribed")

#: The columns of the contacts: where the value is, and what it is.
_CONTACT: Mapping[str, tuple[str | None, str, pa.DataType]] = {
    "contact_id": (None, "contact_id", TEXT),
    "email_address": ("email_address", "address", TEXT),
    "first_name": (None, "first_name", TEXT),
    "last_name": (None, "last_name", TEXT),
    "permission_to_send": ("email_address", "permission_to_send", CATEGORY),
    "job_title": (None, "job_title", TEXT),
    "company_name": (None, "company_name", TEXT),
    "birthday_month": (None, "birthday_month", INTEGER),
    "birthday_day": (None, "birthday_day", INTEGER),
    "anniversary": (None, "anniversary", TEXT),
    "create_source": (None, "create_source", TEXT),
    "opt_in_date": ("email_address", "opt_in_date", TIME),
    "opt_out_date": ("email_address", "opt_out_date", TIME),
    "created_at": (None, "created_at", TIME),
    "updated_at": (None, "updated_at", TIME),
}

#: The columns of each sub-resource's frame, besides the contact's id.
_SUB_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "list_memberships": ("list_id",),
    "phone_numbers": ("phone_number_id", "phone_number", "kind", "created_at", "updated_at"),
    "street_addresses": (
        *("street_address_id", "kind", "street", "city", "state", "postal_code", "country"),
        *("created_at", "updated_at"),
    ),
    "custom_fields": ("custom_field_id", "value"),
    "taggings": ("tag_id",),
    "notes": ("note_id", "content", "created_at"),
}
SUB_RESOURCES = tuple(_SUB_COLUMNS)


def _kind(column: str) -> pa.DataType:
    return TIME if column.endswith("_at") else TEXT


class ContactTables:
    """Takes pages of contacts and gives frames of them. The columns are the same whether there is one contact or none.

    `apart` are the sub-resources that get a frame each, `inside` those that become columns of the contacts: lists as
    they came.
    """

    def __init__(self, apart: Collection[str] = (), inside: Collection[str] = ()) -> None:
        self._contact: dict[str, list[pa.Array]] = {name: [] for name in _CONTACT}
        self._inside: dict[str, list[Any]] = {name: [] for name in SUB_RESOURCES if name in inside}
        self._apart: dict[str, dict[str, list[pa.Array]]] = {
            name: {column: [] for column in ("contact_id", *columns)}
            for name, columns in _SUB_COLUMNS.items()
            if name in apart
        }

    def add(self, page: Sequence[Record]) -> None:
        for name, values in contact_columns(page).items():
            self._contact[name].append(values)
        for name, lists in self._inside.items():
            lists.extend([row.get(name) or [] for row in page])
        for name, chunks in self._apart.items():
            counts, columns = sub_columns(page, name)
            owners = [row.get("contact_id") or _address(row) for row in page]
            repeated = [owner for owner, count in zip(owners, counts, strict=True) for _ in range(count)]
            chunks["contact_id"].append(array(repeated, TEXT))
            for column, values in columns.items():
                chunks[column].append(values)

    def contacts(self, without: Collection[str] = ()) -> pd.DataFrame:
        """The contacts; `without` names columns that what was read does not have."""
        columns: dict[str, Any] = {
            name: to_pandas(chunks, _CONTACT[name][2], PERMISSIONS)
            for name, chunks in self._contact.items()
            if name not in without
        }
        for name, lists in self._inside.items():
            columns[name] = pd.Series(lists, dtype=object)
        return pd.DataFrame(columns, copy=False)

    def sub_resources(self, owner: str = "contact_id") -> dict[str, pd.DataFrame]:
        """A frame each. `owner` is the column that they are joined by: `email_address` where nobody told the ids."""
        return {
            name: pd.DataFrame(
                {
                    owner if column == "contact_id" else column: to_pandas(values, _kind(column))
                    for column, values in chunks.items()
                },
                copy=False,
            )
            for name, chunks in self._apart.items()
        }


def _address(row: Record) -> Any:
    email = row.get("email_address")
    return email.get("address") if isinstance(email, dict) else None


def contact_columns(page: Sequence[Record], without: Collection[str] = ()) -> dict[str, pa.Array]:
    """The contacts' own columns, of one page."""
    emails = [value if isinstance(value := row.get("email_address"), dict) else {} for row in page]
    return {
        name: array([row.get(key) for row in (page if parent is None else emails)], kind)
        for name, (parent, key, kind) in _CONTACT.items()
        if name not in without
    }


def sub_columns(page: Sequence[Record], name: str) -> tuple[list[int], dict[str, pa.Array]]:
    """How many entries of a sub-resource each contact of a page has, and the columns of all of them."""
    columns = _SUB_COLUMNS[name]
    lists = [value if isinstance(value := row.get(name), list) else [] for row in page]
    entries = [entry for each in lists for entry in each]
    counts = [len(each) for each in lists]
    if len(columns) == 1 and all(type(entry) is str for entry in entries):
        return counts, {columns[0]: array(entries, TEXT)}
    # A bare value stands for its id, in whatever sub-resource.
    rows = [entry if isinstance(entry, dict) else {columns[0]: entry} for entry in entries]
    return counts, {column: array([row.get(column) for row in rows], _kind(column)) for column in columns}


def record_batch(page: Sequence[Record], include: Collection[str], without: Collection[str] = ()) -> pa.RecordBatch:
    """A page for a Parquet file: the contacts' columns, and each sub-resource of `include` as a list of what it holds."""
    columns = contact_columns(page, without)
    for name in SUB_RESOURCES:
        if name in include:
            counts, parts = sub_columns(page, name)
            offsets = [0]
            for count in counts:
                offsets.append(offsets[-1] + count)
            entries = (
                next(iter(parts.values()))
                if len(parts) == 1
                else pa.StructArray.from_arrays(list(parts.values()), list(parts))
            )
            columns[name] = pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), entries)
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
