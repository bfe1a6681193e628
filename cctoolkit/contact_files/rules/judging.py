"""The rules, applied to a block of an export: who can be imported with which values, who cannot and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ..columns import kinds
from ..columns.consent import is_known_status
from ..columns.mapping import WRITTEN, Mapping
from ..columns.sources import ADDRESS_PARTS
from ..reading.blocks import EXTRA_JOIN
from . import dates, phones
from .by_kind import Placed, addresses_by_kind, joined, kinds_of_rows, phones_by_kind
from .email_columns import Emails, email_of_rows, flag_odd_ones
from .notes import Notes
from .options import Options
from .several import left_out, one_by_one, several_in
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
    longer_than,
    matches,
    replaced,
    texts,
    tidied,
)
from .values import SEVERAL, capitalized, most, split_address, split_name, tidy

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
        postal = [mapping.columns.get(part, ()) for part in ADDRESS_PARTS]
        #: For each postal address that a row may have, the columns of its parts; -1 where it lacks one.
        self._postal = [
            tuple(indexes[number] if number < len(indexes) else -1 for indexes in postal)
            for number in range(max(map(len, postal)))
        ]
        phones = mapping.columns.get("phone", ())
        # One column with labels may hold several phones in a cell.
        self._several_phones = len(phones) > 1 or any(kinds.of_phone(headings, index).labels >= 0 for index in phones)
        self._addresses = frozenset(
            number for number, places in enumerate(self._postal) if self._is_address(places, headings)
        )
        self._several_addresses = len(self._addresses) + len(mapping.whole_addresses) > 1
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
        self._left = pa.array(np.fromiter(survey.left, np.int64, len(survey.left)))

    @staticmethod
    def _is_address(places: Sequence[int], headings: Sequence[str]) -> bool:
        """Whether columns are those of a postal address, and no second names of a part: `State` and `County`, `Street` and
        `Address`."""
        there = {part for part, index in zip(ADDRESS_PARTS, places, strict=True) if index >= 0}
        told = kinds.of_address(headings, places)
        return "street" in there and bool(there & {"city", "zip"} or told.kind or told.labels >= 0)

    def _written(self) -> list[str]:
        fed = set(self._mapping.columns)
        fed |= set(ADDRESS_PARTS) if self._mapping.whole_addresses else set()
        fed |= {"first_name", "last_name"} if "name" in fed else set()
        fed |= {"birthday_month", "birthday_day"} if "birthday" in fed else set()
        by_kind = kinds.PHONES if self._several_phones else ()
        if self._several_addresses:
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
        written = self._first(columns, "sms_number", notes)
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
        if self._survey.left:
            lines = block.column("line")
            keys = emails.keys
            gone = as_mask(pc.is_in(pa.array(keys), self._left)) & emails.usable
            for row in np.flatnonzero(gone).tolist():
                line = self._survey.left[int(keys[row])]
                if line != lines[row].as_py():
                    reasons[row] = f"must not be written to (line {line} says so of this address)"
            if numbers is not None:
                number_keys = hashes(numbers)
                gone = as_mask(pc.is_in(pa.array(number_keys), self._left)) & is_filled(numbers)
                for row in np.flatnonzero(gone).tolist():
                    line = self._survey.left[int(number_keys[row])]
                    if line != lines[row].as_py():
                        reasons[row] = f"must not be written to (line {line} says so of this number)"
        anybody, said = refused(block, self._mapping)
        for row in np.flatnonzero(anybody).tolist():
            index = next(index for index, mask in said if mask[row])
            cell = tidy(block.column(str(index))[row].as_py())
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
                values[target] = self._shortened(target, self._first(columns, target, notes), notes)
        values.update(self._names(columns, values, notes))
        values.update(self._postal_address(columns, notes))
        if "phone" in self._mapping.columns:
            values.update(self._phones(columns, values, notes))
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

    def _first(self, columns: Sequence[pa.Array], target: str, notes: Notes) -> pa.Array:
        """The first value of a target's columns in each row; what else there is goes to the notes."""
        first: pa.Array | None = None
        for index in self._mapping.columns.get(target, ()):
            column = columns[index]
            several = several_in(column)
            value = tidied(column)
            if several.any():
                value = replaced(value, several, lambda cell: next(filter(None, map(tidy, cell.split(SEVERAL))), ""))
            if first is None:
                first = value
            else:
                self._note_others(target, first, value, is_filled(value), notes)
                first = chosen(is_filled(first), first, value)
            for row in np.flatnonzero(several).tolist():
                parts = list(dict.fromkeys(filter(None, map(tidy, column[row].as_py().split(SEVERAL)))))
                others = [part for part in parts if part != first[row].as_py()]
                notes.add_at(
                    f"another {target} left out", [row] * len(others), [left_out(target, each) for each in others]
                )
        return first if first is not None else blanks(len(columns[0]))

    @staticmethod
    def _note_others(target: str, first: pa.Array, value: pa.Array, there: Mask, notes: Notes) -> None:
        more = there & is_filled(first) & as_mask(pc.not_equal(first, value))
        if more.any():
            others = value.filter(pa.array(more)).to_pylist()
            notes.add(f"another {target} left out", more, [left_out(target, other) for other in others])

    def _shortened(self, target: str, column: pa.Array, notes: Notes) -> pa.Array:
        limit = most(target)
        if limit is None:
            return column
        long = longer_than(column, limit)
        if long.any():
            notes.add(f"{target} cut", long, [f"{target} is cut to {limit} characters"] * int(long.sum()))
            return replaced(column, long, lambda text: text[:limit].rstrip())
        return column

    def _names(self, columns: Sequence[pa.Array], values: dict[str, pa.Array], notes: Notes) -> dict[str, pa.Array]:
        names: dict[str, pa.Array] = {name: values[name] for name in ("first_name", "last_name") if name in values}
        if "name" in self._mapping.columns:  # counts where first and last name have no columns, or nothing in them
            whole = self._first(columns, "name", notes)
            whole = replaced(whole, matches(whole, _NO_NAME), lambda text: "")
            none = np.ones(len(whole), bool)
            for column in names.values():
                none &= ~is_filled(column)
            for name, part in zip(("first_name", "last_name"), computed_many(whole, split_name, 2), strict=True):
                cut = self._shortened(name, chosen(none, part, blanks(len(whole))), notes)
                names[name] = chosen(none, cut, names.get(name, blanks(len(whole))))
        names = {name: replaced(column, matches(column, _NO_NAME), lambda text: "") for name, column in names.items()}
        if self._options.capitalize:
            names = {name: computed(column, capitalized) for name, column in names.items()}
        return names

    def _phones(self, columns: Sequence[pa.Array], values: dict[str, pa.Array], notes: Notes) -> dict[str, pa.Array]:
        """The phone that a CSV file takes; where there may be several, those of each kind beside it."""
        if not self._several_phones:
            return {"phone": self._as_sent(self._first(columns, "phone", notes), values, notes)}
        size = len(columns[0])
        first = blanks(size)
        given: list[tuple[pa.Array, pa.Array]] = []
        for index in self._mapping.columns["phone"]:
            of_kind = kinds_of_rows(kinds.of_phone(self._headings, index), columns, size)
            for column in one_by_one(columns[index], notes):
                written = self._as_sent(column, values, notes)
                first = chosen(is_filled(first), first, written)
                given.append((of_kind, written))
        placed = phones_by_kind(given, first)
        self._note_placed("phone", placed, notes)
        return {"phone": first, **placed.values}

    @staticmethod
    def _note_placed(what: str, placed: Placed, notes: Notes) -> None:
        for where, values in placed.lost:
            shown = values.filter(pa.array(where)).to_pylist()
            notes.add(
                f"another {what} left out",
                where,
                [f"no room for one more {what}: {each} is left out" for each in shown],
            )

    def _as_sent(self, column: pa.Array, values: dict[str, pa.Array], notes: Notes) -> pa.Array:
        """Phones in the form in which the service takes them."""
        international = self._options.phones == "international"
        doubtful = is_filled(column) & (~matches(column, phones.PLAIN) | longer_than(column, 25) | international)
        if not doubtful.any():
            return column
        given = self._region
        rows = np.flatnonzero(doubtful)
        written = column.filter(pa.array(doubtful)).to_pylist()
        countries = values["country"].take(pa.array(rows)).to_pylist() if "country" in values else [""] * len(rows)
        new: list[str] = []
        for row, number, country in zip(rows.tolist(), written, countries, strict=True):
            region = (phones.region_of(country) if country else None) or given
            value, done = phones.phone(number, region, international=international)
            new.append(value)
            if done:
                notes.add_at("phone left out" if not value else "phone written differently", [row], [done])
        return pc.replace_with_mask(column, pa.array(doubtful), texts(new))

    def _postal_address(self, columns: Sequence[pa.Array], notes: Notes) -> dict[str, pa.Array]:
        """The parts of the first postal address that has any: Business, Home, Other; Address 1, 2, …; where there may be several,
        those of each kind beside it."""
        size = len(columns[0]) if columns else 0
        parts = [part for part in ADDRESS_PARTS if part in self.targets]
        found: dict[str, pa.Array] = {}
        have = np.zeros(size, bool)
        given: list[tuple[pa.Array, dict[str, pa.Array]]] = []
        for told, this, whole in self._postal_addresses(columns, notes):
            this = {part: self._shortened(part, column, notes) for part, column in this.items()}
            there = np.logical_or.reduce([is_filled(column) for column in this.values()])
            if whole and self._several_addresses:
                given.append((kinds_of_rows(told, columns, size), this))
            elif (more := there & have).any():  # a second column of states, say, is no second address
                others = joined(this).filter(pa.array(more)).to_pylist()
                notes.add(
                    "another postal address left out", more, [left_out("postal address", each) for each in others]
                )
            if have.any():
                there &= ~have
                found = {
                    part: chosen(there, this.get(part, blanks(size)), found.get(part, blanks(size))) for part in parts
                }
            else:
                found = this
            have |= there
        first = {part: found.get(part, blanks(size)) for part in parts}
        if not self._several_addresses:
            return first
        placed = addresses_by_kind(given, size)
        self._note_placed("postal address", placed, notes)
        return {**first, **placed.values}

    def _postal_addresses(
        self, columns: Sequence[pa.Array], notes: Notes
    ) -> Iterator[tuple[kinds.Told, dict[str, pa.Array], bool]]:
        """The postal addresses of each row, part by part: of columns for each part, and of whole ones; with what tells their kind,
        and whether they are one, or second names of some part."""
        for index in sorted(self._mapping.whole_addresses):
            whole = computed_many(columns[index], split_address, len(ADDRESS_PARTS))
            yield kinds.of_address(self._headings, [index]), dict(zip(ADDRESS_PARTS, whole, strict=True)), True
        for number, places in enumerate(self._postal):
            this: dict[str, pa.Array] = {}
            for part, index in zip(ADDRESS_PARTS, places, strict=True):
                if index >= 0:
                    column, several = columns[index], several_in(columns[index])
                    this[part] = replaced(tidied(column), several, lambda cell: tidy(cell.split(SEVERAL)[0]))
                    for row in np.flatnonzero(several).tolist():
                        others = list(filter(None, map(tidy, column[row].as_py().split(SEVERAL)[1:])))
                        notes.add_at(
                            f"another {part} left out", [row] * len(others), [left_out(part, o) for o in others]
                        )
            if this:
                yield kinds.of_address(self._headings, places), this, number in self._addresses

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
        column = self._first(columns, target, notes)
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
        written = [self._first(columns, name, notes) for name in ("birthday_month", "birthday_day")]
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
