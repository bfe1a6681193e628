"""The rules, applied to a block of an export: who can be imported with which values, who cannot and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ..columns import kinds
from ..columns.answers import is_known_status
from ..columns.mapping import WRITTEN, Mapping
from ..columns.sources import ADDRESS_PARTS
from ..columns.synonyms import LAST_FIRST
from ..columns.words import plain_text
from ..reading.blocks import EXTRA_JOIN
from . import dates, phones
from .email_columns import Emails, email_of_rows, flag_odd_ones
from .notes import Notes
from .options import Options
from .phone_columns import PhoneColumns
from .postal_addresses import PostalAddresses
from .several import first_of_rows, shortened
from .survey import Survey, refused
from .texts import (
    Mask,
    Remembered,
    as_mask,
    blanks,
    chosen,
    computed,
    computed_many,
    hashes,
    is_filled,
    is_true,
    matches,
    replaced,
    texts,
)
from .values import capitalized, split_last_first, split_name, tidy

_PLAIN = ("first_name", "last_name", "company_name", "job_title")

#: What shops write where nobody gave a name: `----`, `.`, `*`.
_NO_NAME = r"^[-–—.*_/? ]+$"


@dataclass(frozen=True)
class Judged:
    """`kept` are candidates: rows of one address are not merged yet; `keys` has a number for each one's address.
    `rejected` holds the cells as they were. `filled` counts the cells of each column that hold something."""

    rows: int
    kept: pa.Table
    keys: npt.NDArray[np.int64]
    rejected: pa.Table
    notes: pa.Table
    filled: npt.NDArray[np.int64]


class Rules:
    """The rules for one export."""

    def __init__(self, mapping: Mapping, survey: Survey, options: Options, headings: Sequence[str]) -> None:
        self._mapping = mapping
        self._survey = survey
        self._options = options
        self._headings = headings
        custom = [target for target in mapping.columns if target.startswith("cf:")]
        self._phones = PhoneColumns(mapping, headings, options)
        self._postal = PostalAddresses(mapping, headings)
        self.targets = [*self._written(), *custom]
        self.kept_schema = pa.schema([("line", pa.int64()), *((name, pa.string()) for name in self.targets)])
        self.rejected_schema = pa.schema(
            [
                *(("line", pa.int64()), ("reason", pa.string()), ("written", pa.string())),
                *((str(index), pa.string()) for index in range(len(headings))),
                ("extra", pa.string()),
            ]
        )
        self._read_dates = {by_day: Remembered(partial(dates.parts, by_day), 4) for by_day in (True, False)}
        left = survey.left.keys() | survey.elsewhere.keys()
        self._left = pa.array(np.fromiter(left, np.int64, len(left)))

    def _written(self) -> list[str]:
        fed = set(self._mapping.columns)
        fed |= set(ADDRESS_PARTS) if self._mapping.whole_addresses | self._mapping.address_lines else set()
        fed |= {"city", "state", "zip", "country"} if self._mapping.city_lines else set()
        fed |= {"first_name", "last_name"} if "name" in fed else set()
        fed |= {"birthday_month", "birthday_day"} if "birthday" in fed else set()
        by_kind = kinds.PHONES if self._phones.several else ()
        if self._postal.several:
            by_kind = (*by_kind, *(name for name in kinds.BY_KIND if name not in kinds.PHONES))
        return [*(name for name in WRITTEN if name in fed or name == "email"), *by_kind]

    def judge(self, block: pa.Table) -> Judged:
        """What becomes of the rows of a block."""
        block = block.combine_chunks()
        columns = [block.column(str(index)).combine_chunks() for index in range(len(self._headings))]
        notes = Notes()
        trimmed_filled = [as_mask(pc.not_equal(pc.utf8_trim_whitespace(column), "")) for column in columns]
        emails = email_of_rows([columns[index] for index in self._mapping.columns.get("email", ())], notes)
        if not self._mapping.columns.get("email"):
            emails = _nobody(block.num_rows)
        numbers, number_faults = self._sms_numbers(columns, notes)
        reasons = self._reasons(block, trimmed_filled, emails, numbers, number_faults)
        taken = np.ones(block.num_rows, bool)
        taken[list(reasons)] = False
        rejected = self._rejected(block, columns, reasons, emails)
        return self._kept(block, columns, emails, numbers, taken, notes, rejected, trimmed_filled)

    def _sms_numbers(self, columns: Sequence[pa.Array], notes: Notes) -> tuple[pa.Array | None, dict[int, str]]:
        indexes = self._mapping.columns.get("sms_number", ())
        if not indexes:
            return None, {}
        size = len(columns[0])
        written = first_of_rows(self._mapping, columns, "sms_number", notes)
        region = self._region
        read = computed(written, lambda text: phones.mobile_number(text, region)[0] if text else "")
        faults: dict[int, str] = {}
        for row in np.flatnonzero(is_filled(written) & ~is_filled(read)).tolist():
            faults[row] = phones.mobile_number(written[row].as_py(), region)[1]
            shown = written[row].as_py()
            notes.add_at("sms_number left out", [row], [f"sms_number {shown} is left out: {faults[row]}"])
        return (read if size else written), faults

    @property
    def _region(self) -> str | None:
        return phones.region_of(self._options.region) if self._options.region else None

    def _reasons(
        self,
        block: pa.Table,
        filled: Sequence[Mask],
        emails: Emails,
        numbers: pa.Array | None,
        number_faults: dict[int, str],
    ) -> dict[int, str]:
        """Why rows cannot be imported, by their position."""
        reasons: dict[int, str] = {}
        reachable = emails.usable.copy()
        if numbers is not None:
            reachable |= is_filled(numbers)
        for row in np.flatnonzero(~reachable).tolist():
            reasons[row] = emails.reasons.get(row, "there is no address")
            if row in number_faults and reasons[row] == "there is no address":
                reasons[row] = number_faults[row]
        if len(self._left):
            lines = block.column("line")
            keys = [(emails.keys, emails.usable, "address")]
            keys += [] if numbers is None else [(hashes(numbers), is_filled(numbers), "number")]
            for of_rows, there, what in keys:
                gone = as_mask(pc.is_in(pa.array(of_rows), self._left)) & there
                for row in np.flatnonzero(gone).tolist():
                    line = self._survey.left.get(int(of_rows[row]))
                    where = self._survey.elsewhere.get(int(of_rows[row])) or f"line {line}"
                    if line != lines[row].as_py():
                        reasons[row] = f"must not be written to ({where} says so of this {what})"
        anybody, said = refused(block, self._mapping)
        for row in np.flatnonzero(anybody).tolist():
            index = next(index for index, mask in said if mask[row])
            written = block.column(str(index))[row].as_py()
            cell = tidy(written) or written.strip()  # `####` says that there is a date
            reasons[row] = f"must not be written to ({self._headings[index]} = {cell})"
        empty = ~np.logical_or.reduce(filled) if filled else np.ones(block.num_rows, bool)
        empty &= ~is_filled(block.column("extra").combine_chunks())
        reasons.update(dict.fromkeys(np.flatnonzero(empty).tolist(), "the row is empty"))
        return reasons

    def _rejected(
        self, block: pa.Table, columns: Sequence[pa.Array], reasons: dict[int, str], emails: Emails
    ) -> pa.Table:
        if not reasons:
            return self.rejected_schema.empty_table()
        rows = sorted(reasons)
        at = pa.array(rows)
        cells = [column.take(at) for column in columns]
        written = []
        for number, row in enumerate(rows):
            keys = [*self._mapping.columns.get("email", ()), *self._mapping.columns.get("sms_number", ())]
            shown = (tidy(cells[index][number].as_py()) for index in keys)
            written.append(
                "" if reasons[row] == "the row is empty" else emails.written.get(row) or next(filter(None, shown), "")
            )
        return pa.table(
            [
                block.column("line").take(at),
                texts([reasons[row] for row in rows]),
                texts(written),
                *cells,
                block.column("extra").take(at),
            ],
            schema=self.rejected_schema,
        )

    def _kept(
        self,
        block: pa.Table,
        columns: Sequence[pa.Array],
        emails: Emails,
        numbers: pa.Array | None,
        taken: Mask,
        notes: Notes,
        rejected: pa.Table,
        filled: Sequence[Mask],
    ) -> Judged:
        flag_odd_ones(emails, notes)
        self._unknown_states(columns, notes)
        values: dict[str, pa.Array] = {"email": emails.address}
        if numbers is not None:
            values["sms_number"] = numbers
        for target in (*_PLAIN, *(name for name in self.targets if name.startswith("cf:"))):
            if target in self._mapping.columns:
                values[target] = shortened(target, first_of_rows(self._mapping, columns, target, notes), notes)
        values.update(self._names(columns, values, notes))
        parts = [part for part in ADDRESS_PARTS if part in self.targets]
        values.update(self._postal.of_rows(columns, parts, notes))
        if "phone" in self._mapping.columns:
            values.update(self._phones.of_rows(columns, values, notes))
        values.update(self._dates(columns, notes))
        self._past_the_last_heading(block, notes)
        lines = block.column("line").combine_chunks()
        contact = emails.address if numbers is None else chosen(emails.usable, emails.address, numbers)
        keep = pa.array(taken)
        kept = pa.table([lines, *(values[name] for name in self.targets)], schema=self.kept_schema)
        if not taken.all():
            kept = kept.filter(keep)
        keys = emails.keys[taken] if numbers is None else hashes(pc.utf8_lower(contact).filter(keep))
        counts = np.array([int(mask.sum()) for mask in filled], np.int64)
        return Judged(block.num_rows, kept, keys, rejected, notes.table(lines, contact, taken), counts)

    def _unknown_states(self, columns: Sequence[pa.Array], notes: Notes) -> None:
        """Words in a column of states that could mean anything: the person is kept, and it is told."""
        for index, kind in self._mapping.consent:
            unknown = ~is_true(columns[index], is_known_status) if kind == "status" else np.zeros(0, bool)
            if unknown.any():
                shown = columns[index].filter(pa.array(unknown)).to_pylist()
                heading = self._headings[index]
                said = [f"{heading} = {tidy(each)} is not known to mean yes or no: kept" for each in shown]
                notes.add("a status that is not known", unknown, said)

    def _names(self, columns: Sequence[pa.Array], values: dict[str, pa.Array], notes: Notes) -> dict[str, pa.Array]:
        names: dict[str, pa.Array] = {name: values[name] for name in ("first_name", "last_name") if name in values}
        if "name" in self._mapping.columns:  # counts where first and last name have no columns, or nothing in them
            whole = first_of_rows(self._mapping, columns, "name", notes)
            whole = replaced(whole, matches(whole, _NO_NAME), lambda text: "")
            headings = {plain_text(self._headings[index]) for index in self._mapping.columns["name"]}
            split = split_last_first if headings <= LAST_FIRST else split_name
            none = np.ones(len(whole), bool)
            for column in names.values():
                none &= ~is_filled(column)
            for name, part in zip(("first_name", "last_name"), computed_many(whole, split, 2), strict=True):
                cut = shortened(name, chosen(none, part, blanks(len(whole))), notes)
                names[name] = chosen(none, cut, names.get(name, blanks(len(whole))))
        names = {name: replaced(column, matches(column, _NO_NAME), lambda text: "") for name, column in names.items()}
        if self._options.capitalize:
            names = {name: computed(column, capitalized) for name, column in names.items()}
        return names

    def _dates(self, columns: Sequence[pa.Array], notes: Notes) -> dict[str, pa.Array]:
        values: dict[str, pa.Array] = {}
        for target in ("anniversary", "sms_consent_date", "consent_date"):
            if target in self._mapping.columns:
                values[target] = self._date(columns, target, notes, "is no date with a year")[2]
        if "birthday" in self._mapping.columns:
            month, day, _ = self._date(columns, "birthday", notes, "is no date")
            values["birthday_month"], values["birthday_day"] = month, day
        if "birthday_month" in self._mapping.columns or "birthday_day" in self._mapping.columns:
            separate = self._separate_birthday(columns, notes)
            whole = is_filled(values["birthday_day"]) if "birthday_day" in values else np.zeros(len(columns[0]), bool)
            values.update({name: chosen(whole, values.get(name, column), column) for name, column in separate.items()})
        return values

    def _date(self, columns: Sequence[pa.Array], target: str, notes: Notes, fault: str) -> list[pa.Array]:
        """Month, day, and the date as the service takes it, which is empty without a year."""
        indexes = self._mapping.columns[target]
        if len(indexes) > 1:  # each column has an order of its own
            columns = list(columns)
            for index in indexes:
                columns[index] = computed(columns[index], partial(dates.in_one_form, self._survey.by_day(index)))
        column = first_of_rows(self._mapping, columns, target, notes)
        by_day = self._survey.by_day(indexes[0])
        *read, wrong = self._read_dates[by_day].columns(column)
        bad = (
            is_filled(wrong) if target == "birthday" else is_filled(wrong) | (is_filled(read[0]) & ~is_filled(read[2]))
        )
        if bad.any():
            shown = column.filter(pa.array(bad)).to_pylist()
            notes.add(f"{target} left out", bad, [f"{target} {each!r} {fault} and is left out" for each in shown])
        return read

    def _separate_birthday(self, columns: Sequence[pa.Array], notes: Notes) -> dict[str, pa.Array]:
        """Day and month from columns of their own: both, or neither."""
        written = [first_of_rows(self._mapping, columns, name, notes) for name in ("birthday_month", "birthday_day")]
        both = pc.binary_join_element_wise(*written, "/")
        month, day = computed_many(both, dates.birthday_parts, 2)
        bad = (is_filled(written[0]) | is_filled(written[1])) & ~is_filled(day)
        bad &= ~is_true(both, lambda text: not text.strip("0/ "))
        if bad.any():
            shown = both.filter(pa.array(bad)).to_pylist()
            notes.add(
                "birthday left out", bad, [f"birthday {each!r} is no month and day and is left out" for each in shown]
            )
        return {"birthday_month": month, "birthday_day": day}

    @staticmethod
    def _past_the_last_heading(block: pa.Table, notes: Notes) -> None:
        extra = block.column("extra").combine_chunks()
        there = is_filled(extra)
        if there.any():
            shown = extra.filter(pa.array(there)).to_pylist()
            counts = [sum(bool(cell.strip()) for cell in each.split(EXTRA_JOIN)) for each in shown]
            notes.add(
                "cells past the last heading",
                there,
                [f"{count} cells past the last heading are left out" for count in counts],
            )


def _nobody(size: int) -> Emails:
    none = blanks(size)
    return Emails(none, none, np.zeros(size, bool))
