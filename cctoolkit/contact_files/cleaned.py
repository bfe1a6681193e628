"""The account of a cleaned export: every row of it is kept, merged into another, or rejected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import ContactFileError
from .account_tables import Spool
from .columns import kinds
from .columns.mapping import CONSENT_DATE, OWN_HEADINGS, Mapping, Question
from .columns.sources import ADDRESS_PARTS
from .reading.export import Export
from .rules.by_kind import digits_of
from .rules.duplicates import Merges, contacts_of
from .rules.survey import Survey
from .rules.texts import as_mask, is_filled

if TYPE_CHECKING:
    import pandas as pd

    from .parts import Part
    from .report import Report

_TURNED = {"birthday": "birthday_month, birthday_day", "name": "first_name, last_name"}
NOT_IMPORTED = "not imported"


class Cleaned:
    """The account of an export.

    - `kept`: a row a contact, under the import's headings, with the `line` where it stood.
    - `merged`: rows whose address stands on an earlier line, `into_line`, and which values they `filled`.
    - `rejected`: rows that cannot be imported, with the `reason`.
    - `notes`: what was left out, changed or looks odd in rows that are kept, by `kind`.
    - `columns`: what became of each column of the export, how sure that is (`confidence`, 0 to 1) and why.

    The frames are made when they are asked for; `kept_count`, `merged_count`, `rejected_count` and `note_counts` are
    there at once.
    """

    def __init__(
        self,
        export: Export,
        mapping: Mapping,
        survey: Survey,
        rows_in: int,
        filled: npt.NDArray[np.int64],
        candidates: Spool,
        merges: Merges,
        merged: Spool,
        rejected: Spool,
        told: Spool,
    ) -> None:
        self.export = export
        self.rows_in = rows_in
        self._mapping = mapping
        self._survey = survey
        self._filled = filled
        self._candidates = candidates
        self._merges = merges
        self._merged = merged
        self._rejected = rejected
        self._told = told
        self.kept_count = candidates.rows - int(merges.into_another.sum())
        self.merged_count = merged.rows
        self.rejected_count = rejected.rows
        accounted = self.kept_count + self.merged_count + self.rejected_count
        if accounted != rows_in:
            raise AssertionError(
                f"{rows_in} rows were read and {accounted} accounted for: this is a fault of cctoolkit, and "
                "nothing was imported. Please report it with the headings of the file."
            )

    @property
    def file(self) -> str:
        """The name of the export."""
        return self.export.name

    @property
    def encoding(self) -> str:
        """The encoding of the export, and how it was told where it was guessed."""
        return self.export.encoding

    @property
    def source(self) -> str:
        """The program that wrote the export, as far as its headings tell."""
        return self._mapping.source

    @property
    def questions(self) -> tuple[Question, ...]:
        """Columns that may say who wants email and are not understood: an import stops until they are answered."""
        return self._mapping.questions

    def blocks(self) -> Iterator[pa.Table]:
        """The kept rows as Arrow tables, one after the other: `line` and all headings of the import that are fed."""
        for block in contacts_of(self._candidates, self._merges):
            if block.num_rows:
                yield block.select(self._headings)

    @cached_property
    def _headings(self) -> list[str]:
        """The columns that hold anything; those of kinds where somebody has several."""
        phones, addresses = self.beside
        plain = set() if phones else set(kinds.PHONES)
        plain |= set() if addresses else set(kinds.BY_KIND) - set(kinds.PHONES)
        empty = set(self._candidates.schema.names) - {"line", "email"} - plain
        for block in contacts_of(self._candidates, self._merges):
            empty -= {name for name in empty if pc.any(pc.not_equal(block[name], "")).as_py()}
            if not empty:
                break
        return [name for name in self._candidates.schema.names if name not in empty | plain]

    @cached_property
    def beside(self) -> tuple[int, int]:
        """How many phones and how many postal addresses of the kept rows stand beside a contact's first: a CSV file has room for
        one of each, an import from JSON takes three."""
        names = set(self._candidates.schema.names)
        counts = {"phones": 0, "addresses": 0}
        for block in contacts_of(self._candidates, self._merges) if names & set(kinds.BY_KIND) else ():
            counts["phones"] += int(np.maximum(_phones(block) - 1, 0).sum())
            counts["addresses"] += int(np.maximum(_addresses(block) - 1, 0).sum())
        return counts["phones"], counts["addresses"]

    @cached_property
    def kept(self) -> pd.DataFrame:
        """What would be sent: a row a contact."""
        found = list(self.blocks())
        table = pa.concat_tables(found) if found else self._candidates.schema.empty_table().select(["line", "email"])
        return _frame(table)

    @cached_property
    def merged(self) -> pd.DataFrame:
        """Rows that went into an earlier one: `line`, `email`, `into_line`, `filled`."""
        return _frame(self._merged.table())

    @cached_property
    def rejected(self) -> pd.DataFrame:
        """Rows that cannot be imported: `line`, `reason`, `written` (the address as it stands there), `row`."""
        return self.rejected_head(self._rejected.rows)

    @cached_property
    def notes(self) -> pd.DataFrame:
        """What is told of kept rows: `line`, `email`, `kind`, `note`."""
        return _frame(self._told.table())

    def rejected_head(self, size: int) -> pd.DataFrame:
        """The first rejected rows."""
        from .rules.values import tidy

        table = self._rejected.head(size)
        frame = _frame(table.select(["line", "reason", "written"]))
        cells = [table.column(str(index)).to_pylist() for index in range(len(self.export.headings))]
        join = self.export.delimiter or ","
        rows = zip(*cells, strict=True) if cells else iter([()] * table.num_rows)
        frame["row"] = [join.join(filter(None, map(tidy, row))) for row in rows]
        return frame

    def notes_head(self, kind: str, size: int) -> list[tuple[int, str]]:
        """The first notes of a kind: line and note."""
        found: list[tuple[int, str]] = []
        for block in self._told.blocks():
            here = block.filter(pc.equal(block["kind"], kind)).slice(0, size - len(found))
            found += list(zip(here["line"].to_pylist(), here["note"].to_pylist(), strict=True))
            if len(found) >= size:
                break
        return found

    def kept_head(self, size: int) -> pd.DataFrame:
        """The first kept rows."""
        found: list[pa.Table] = []
        for block in self.blocks():
            found.append(block.slice(0, size - sum(each.num_rows for each in found)))
            if sum(each.num_rows for each in found) >= size:
                break
        return _frame(pa.concat_tables(found)) if found else self.kept

    def merged_head(self, size: int) -> pd.DataFrame:
        """The first merged rows."""
        return _frame(self._merged.head(size))

    def notes_frame_head(self, size: int) -> pd.DataFrame:
        """The first notes."""
        return _frame(self._told.head(size))

    @cached_property
    def note_counts(self) -> dict[str, int]:
        """How many notes there are of each kind."""
        return _counts(self._told, "kind")

    @cached_property
    def reasons(self) -> dict[str, int]:
        """How many rows were rejected for each reason."""
        return _counts(self._rejected, "reason")

    @property
    def rejected_blocks(self) -> Iterator[pa.Table]:
        """The rejected rows with the cells as they were: `line`, `reason`, `written`, "0", "1", …, `extra`."""
        return self._rejected.blocks()

    @property
    def addresses(self) -> list[str]:
        """The addresses that an import would send."""
        return [address for block in self.blocks() for address in block["email"].to_pylist() if address]

    @property
    def left_out(self) -> list[int]:
        """The positions of columns that hold something, are not imported, and are not just the source's bookkeeping."""
        used = self._mapping.used | self._mapping.ignored
        return [
            index
            for index, heading in enumerate(self.export.headings)
            if index not in used and self._filled[index] and heading.casefold() not in OWN_HEADINGS
        ]

    @cached_property
    def columns(self) -> pd.DataFrame:
        """What became of each column: `column`, `becomes`, `confidence`, `why`, `values` (how many cells hold one)."""
        from ..frame import Frame

        becomes = dict.fromkeys(range(len(self.export.headings)), NOT_IMPORTED)
        for target, indexes in self._mapping.columns.items():
            becomes.update({index: _TURNED.get(target, target) for index in indexes if index >= 0})
        becomes.update(
            dict.fromkeys(
                self._mapping.whole_addresses | self._mapping.address_lines,
                "street, street2, city, state, zip, country",
            )
        )
        becomes.update(dict.fromkeys(self._mapping.city_lines, "city, state, zip"))
        numbers = {index for _, indexes in self._mapping.house_numbers.values() for index in indexes}
        becomes.update(dict.fromkeys(numbers, "street"))
        labels = kinds.labels(self.export.headings, self._mapping.columns)
        becomes.update(dict.fromkeys(labels - self._mapping.used, "tells of which kind a value is"))
        becomes.update(
            {
                index: "keeps out who must not be written to"
                for index, _ in self._mapping.consent
                if becomes[index] != CONSENT_DATE
            }
        )
        return Frame(
            {
                "column": list(self.export.headings),
                "becomes": [becomes[index] for index in sorted(becomes)],
                "confidence": [self._confidence(index) for index in sorted(becomes)],
                "why": [self._why(index) for index in sorted(becomes)],
                "values": self._filled.tolist(),
            }
        )

    def _confidence(self, index: int) -> float | None:
        reason = self._mapping.reasons.get(index)
        return reason.confidence if reason else None

    def _why(self, index: int) -> str:
        how = self._mapping.reasons[index].how if index in self._mapping.reasons else ""
        if index in self._survey.dates:
            how = "; ".join(filter(None, [how, self._survey.how(index)]))
        if index in self._mapping.ignored and not how:
            how = f"{self.source} writes it for itself"
        if index in self._mapping.proposals and index not in self._mapping.used:
            target, reason = self._mapping.proposals[index]
            how = f"might be {target} ({reason.how}, {reason.confidence:.0%} sure)"
        return how

    @property
    def proposals(self) -> dict[str, str]:
        """What columns that are not imported might be: heading to target, as `columns=` of `clean` takes them."""
        left = set(self.left_out)
        return {
            self.export.headings[index]: target
            for index, (target, _) in self._mapping.proposals.items()
            if index in left
        }

    def parts(self, *, by_kind: bool = False) -> Iterator[Part]:
        """The kept rows as files under the service's limits, one after the other: with the phone and the postal address that
        a CSV file has room for, or, `by_kind`, with those of each kind instead, as an import from JSON takes them."""
        from .parts import cut_blocks, size_in_json

        names = [name for name in self._headings[1:] if name != CONSENT_DATE]
        if not by_kind:
            names = [name for name in names if name not in kinds.BY_KIND]
            return cut_blocks((block.select(names) for block in self.blocks()), names)
        return cut_blocks((_by_kind(block).select(names) for block in self.blocks()), names, size=size_in_json)

    def write(self, folder: str | Path) -> dict[str, Any]:
        """Write parts, rejected rows and report into a new or empty folder (see `contact_files.writing`)."""
        from .writing import write

        return write(self, Path(folder))

    def write_rejected(self, path: str | Path) -> None:
        """Write the rejected rows as a file to mend and clean again (see `contact_files.writing`)."""
        from .writing import write_rejected

        write_rejected(self, Path(path))

    def report(self) -> Report:
        """The account for people: text in a terminal, a table and a chart in a notebook."""
        from .report import Report

        return Report(self)

    def __repr__(self) -> str:
        return str(self.report())

    def _repr_html_(self) -> str:
        return self.report()._repr_html_()


def _phones(block: pa.Table) -> npt.NDArray[np.int64]:
    """How many phones each row has."""
    found = _stays(block).astype(np.int64)
    for name in _among(kinds.PHONES, block):
        found += is_filled(block[name].combine_chunks())
    return found


def _addresses(block: pa.Table) -> npt.NDArray[np.int64]:
    """How many postal addresses each row has."""
    found = np.zeros(block.num_rows, np.int64)
    for names in kinds.ADDRESSES.values():
        there = [is_filled(block[name].combine_chunks()) for name in _among(names.values(), block)]
        if there:
            found += np.logical_or.reduce(there)
    return found


def _among(names: Iterable[str], block: pa.Table) -> list[str]:
    """Those of the names that are columns; one that holds nothing is none."""
    return [name for name in names if name in block.column_names]


def _stays(block: pa.Table) -> npt.NDArray[np.bool_]:
    """Where the phone of a CSV file is none of a kind."""
    by_kind = _among(kinds.PHONES, block)
    if not by_kind:
        return np.zeros(block.num_rows, bool)
    phone = digits_of(block["phone"].combine_chunks())
    stays = is_filled(phone)
    for name in by_kind:
        stays &= ~as_mask(pc.equal(phone, digits_of(block[name].combine_chunks())))
    return stays


def _by_kind(block: pa.Table) -> pa.Table:
    """Who has several phones has each under its kind alone, and so with addresses; who has one has it where a CSV file has it: it is
    the same contact, whichever way the file goes this time."""
    several = {"phone": _phones(block) > 1, "address": _addresses(block) > 1}
    stays = _stays(block) if several["phone"].any() else np.zeros(block.num_rows, bool)
    for name in block.column_names:
        if name == "phone":
            gone = several["phone"] & ~stays
        elif name in ADDRESS_PARTS:
            gone = several["address"]
        elif name in kinds.BY_KIND:
            gone = ~several["phone" if name in kinds.PHONES else "address"]
        else:
            continue
        column = pc.if_else(pa.array(gone), "", block[name].combine_chunks())
        block = block.set_column(block.schema.get_field_index(name), name, column)
    return block


def answered(cleaned: Any) -> None:
    """Raises `ContactFileError` with the first question that has to be answered before anybody is written to."""
    questions = getattr(cleaned, "questions", ())
    if questions:
        more = f" ({len(questions) - 1} more such columns follow.)" if len(questions) > 1 else ""
        raise ContactFileError(f"{questions[0]}{more}")


def _frame(table: pa.Table) -> pd.DataFrame:
    from ..frame import Frame

    return Frame(table.to_pandas())


def _counts(spool: Spool, column: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for block in spool.blocks():
        for each in pc.value_counts(block[column]).to_pylist():
            counts[each["values"]] = counts.get(each["values"], 0) + each["counts"]
    return dict(sorted(counts.items(), key=lambda item: -item[1]))
