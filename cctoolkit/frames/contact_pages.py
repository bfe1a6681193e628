"""A page of contacts as Arrow columns: their own, and those of each sub-resource."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import json

from .._httpx import read_json
from ..page_forms import ReadPage
from .columns import CATEGORY, INTEGER, ODD, TEXT, TIME, array, typed

Record = Mapping[str, Any]

#: The columns of the contacts: where the value is, and what it is.
CONTACT: Mapping[str, tuple[str | None, str, pa.DataType]] = {
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
    "contact_id": (None, "contact_id", TEXT),
}

#: The columns of each sub-resource's frame, besides the contact's id.
SUB_COLUMNS: Mapping[str, tuple[str, ...]] = {
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


def kind_of(column: str) -> pa.DataType:
    """What a sub-resource's column holds."""
    return TIME if column.endswith("_at") else TEXT


def page_of(records: Sequence[Record], sub_resources: Collection[str]) -> Page:
    """The columns of a page. Arrow reads the records itself, in half the time that handing it value after value takes; a page
    with a value of another kind than the schema's is gone through by hand, where that value alone becomes a missing one."""
    wanted = tuple(name for name in SUB_COLUMNS if name in sub_resources)
    try:
        read = pa.array(records, _schema(wanted))
    except ODD:
        return ByHand(records)
    of_ids = [name for name in wanted if len(SUB_COLUMNS[name]) == 1]
    return ByHand(records) if any(_single_letters(read, name) for name in of_ids) else AsRead(read)


def _single_letters(records: pa.StructArray, name: str) -> bool:
    """Whether a list of ids may be a text, which is a list of its letters to Arrow."""
    lengths = pc.utf8_length(pc.struct_field(records, name).flatten())
    return bool(pc.any(pc.less_equal(lengths, 1)).as_py())


class AsColumns:
    """Pages of a reading as columns, made in the thread that has read them: they take less room than the records, and less
    time while the records are at hand."""

    def __init__(self, sub_resources: Collection[str]) -> None:
        self._sub_resources = tuple(name for name in SUB_COLUMNS if name in sub_resources)

    def read(self, content: bytes) -> ReadPage | Any:
        """A page straight from the text, with no record made of it; of anything that is not as published, its JSON.

        Arrow is strict here: a value of another kind, a key that comes twice, half a character are errors to it.
        """
        # Lines are to Arrow an object each; it does not look whether a text is UTF-8; and given JSON that is no object, it can
        # end the process.
        if content.startswith(b"{") and b"\n" not in content and _is_utf8(content):
            options = json.ReadOptions(use_threads=False, block_size=len(content) + 1)
            try:
                found = json.read_json(pa.BufferReader(content), options, _answer(self._sub_resources))
                records = found["contacts"].combine_chunks()
            except ODD:
                return read_json(content)
            if found.num_rows == 1 and not records.null_count and not records.flatten().null_count:
                records, links = records.flatten(), found["_links"].combine_chunks()
                return ReadPage(
                    AsRead(records),
                    pc.struct_field(records, "contact_id").to_pylist(),
                    pc.struct_field(records, "created_at").to_pylist(),
                    found["contacts_count"][0].as_py(),
                    pc.struct_field(links, ["next", "href"])[0].as_py() or None,
                )
        return read_json(content)

    def page(self, records: Sequence[Record]) -> Page:
        return page_of(records, self._sub_resources)

    def joined(self, pages: Sequence[Page], order: Sequence[int]) -> Page:
        as_read = [page.records for page in pages if isinstance(page, AsRead)]
        if len(as_read) == len(pages):
            records = pa.concat_arrays(as_read) if as_read else pa.array([], _schema(()))
            in_order = list(order) == list(range(len(records)))
            return AsRead(records if in_order else records.take(pa.array(order, pa.int64())))
        entries = [entry for page in pages for entry in page.as_records()]
        return page_of([entries[place] for place in order], self._sub_resources)


@cache
def _answer(sub_resources: tuple[str, ...]) -> json.ParseOptions:
    """What Arrow is to look for in an answer."""
    links = pa.struct([("next", pa.struct([("href", TEXT)]))])
    columns = [("contacts", pa.list_(_schema(sub_resources))), ("contacts_count", pa.int64()), ("_links", links)]
    return json.ParseOptions(explicit_schema=pa.schema(columns), unexpected_field_behavior="ignore")


def _is_utf8(content: bytes) -> bool:
    try:
        return content.isascii() or bool(content.decode())
    except UnicodeDecodeError:
        return False


@cache
def _schema(sub_resources: tuple[str, ...]) -> pa.DataType:
    """What Arrow is to look for; whatever else a record holds, it leaves alone."""

    def read_as(kind: pa.DataType) -> pa.DataType:
        return kind if kind == INTEGER else TEXT

    own = [(key, read_as(kind)) for parent, key, kind in CONTACT.values() if parent is None]
    of_email = [(key, TEXT) for parent, key, _ in CONTACT.values() if parent]
    subs = [
        (name, pa.list_(TEXT if len(columns) == 1 else pa.struct([(column, TEXT) for column in columns])))
        for name, columns in SUB_COLUMNS.items()
        if name in sub_resources
    ]
    return pa.struct([*own, ("email_address", pa.struct(of_email)), *subs])


class AsRead:
    """A page as Arrow read it."""

    def __init__(self, records: pa.StructArray) -> None:
        self.records = records

    def __len__(self) -> int:
        return len(self.records)

    def as_records(self) -> list[Record]:
        """What was read of each record."""
        found: list[Record] = self.records.to_pylist()
        return found

    def contact_columns(self, without: Collection[str] = ()) -> dict[str, pa.Array]:
        """The contacts' own columns."""
        return {
            name: typed(pc.struct_field(self.records, [key] if parent is None else [parent, key]), kind)
            for name, (parent, key, kind) in CONTACT.items()
            if name not in without
        }

    def sub_columns(self, name: str) -> tuple[pa.Array, dict[str, pa.Array]]:
        """Where each contact's entries of a sub-resource begin among all of the page, with their end; and their columns."""
        lists = pc.struct_field(self.records, name)
        entries, columns = lists.flatten(), SUB_COLUMNS[name]
        parts = [entries] if len(columns) == 1 else entries.flatten()
        found = {column: typed(part, kind_of(column)) for column, part in zip(columns, parts, strict=True)}
        return _offsets(pc.fill_null(pc.list_value_length(lists), 0)), found

    def owners(self) -> pa.Array:
        """By what each contact is known: its id, or its address where nobody told the id."""
        ids = pc.struct_field(self.records, "contact_id")
        return pc.coalesce(
            pc.if_else(pc.equal(ids, ""), None, ids), pc.struct_field(self.records, ["email_address", "address"])
        )


class ByHand:
    """A page of which a value is not what the schema says."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._records = records
        self._emails = [value if isinstance(value := row.get("email_address"), dict) else {} for row in records]

    def __len__(self) -> int:
        return len(self._records)

    def as_records(self) -> Sequence[Record]:
        """The records as they came."""
        return self._records

    def contact_columns(self, without: Collection[str] = ()) -> dict[str, pa.Array]:
        """The contacts' own columns."""
        return {
            name: array([row.get(key) for row in (self._records if parent is None else self._emails)], kind)
            for name, (parent, key, kind) in CONTACT.items()
            if name not in without
        }

    def sub_columns(self, name: str) -> tuple[pa.Array, dict[str, pa.Array]]:
        """Where each contact's entries of a sub-resource begin among all of the page, with their end; and their columns."""
        columns = SUB_COLUMNS[name]
        lists = [value if isinstance(value := row.get(name), list) else [] for row in self._records]
        # A bare value stands for its id, in whatever sub-resource.
        rows = [entry if isinstance(entry, dict) else {columns[0]: entry} for each in lists for entry in each]
        offsets = _offsets(pa.array([len(each) for each in lists], pa.int32()))
        return offsets, {column: array([row.get(column) for row in rows], kind_of(column)) for column in columns}

    def owners(self) -> pa.Array:
        """By what each contact is known: its id, or its address where nobody told the id."""
        pairs = zip(self._records, self._emails, strict=True)
        return array([row.get("contact_id") or email.get("address") for row, email in pairs], TEXT)


def _offsets(lengths: pa.Array) -> pa.Array:
    return pa.concat_arrays([pa.array([0], pa.int32()), pc.cumulative_sum(lengths)])


Page = AsRead | ByHand
