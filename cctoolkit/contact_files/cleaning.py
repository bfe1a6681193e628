"""From an export to rows that the import takes: kept, merged and rejected, each with its line and reason.

Rows in = kept + merged + rejected, always; it is checked on every run.
"""

from __future__ import annotations

from collections.abc import Mapping as Mappings
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from .headings import ADDRESS_PARTS, TARGETS, Mapping, map_headings, says_no
from .reading import Export, Row, read
from .values import addresses, day_first, email_address, is_no_date, read_date, shortened, split_name, tidy

if TYPE_CHECKING:
    from .parts import Part

#: How many rejected rows and notes a report lists one by one.
SHOWN = 10

_PLAIN = ("first_name", "last_name", "company_name", "job_title", "phone")
_WRITTEN = (*TARGETS[:-1], "birthday_month", "birthday_day")


@dataclass(frozen=True)
class Cleaned:
    """The account of an export.

    `kept`: a row a contact, under the import's headings, with the `line` where it stood. `merged`: rows whose address
    stands on an earlier line, `into_line`. `rejected`: rows that cannot be imported, with the `reason`. `notes`: what
    was left out or changed in rows that are kept. `columns`: what became of each column of the export.
    """

    file: str
    source: str
    encoding: str
    rows_in: int
    kept: pd.DataFrame
    merged: pd.DataFrame
    rejected: pd.DataFrame
    notes: pd.DataFrame
    columns: pd.DataFrame
    export: Export = field(repr=False)

    def __post_init__(self) -> None:
        accounted = len(self.kept) + len(self.merged) + len(self.rejected)
        if accounted != self.rows_in:
            raise AssertionError(
                f"{self.rows_in} rows were read and {accounted} accounted for: this is a fault of cctoolkit, and "
                "nothing was imported. Please report it with the headings of the file."
            )

    @property
    def addresses(self) -> list[str]:
        """The addresses that an import would send."""
        return [str(address) for address in self.kept["email"]]

    def parts(self) -> list[Part]:
        """The kept rows as files under the service's limits."""
        from .parts import cut

        return cut(self.kept.drop(columns="line"))

    def write(self, folder: str | Path) -> dict[str, Any]:
        """Write parts, rejected rows and report into a new or empty folder (see `contact_files.writing`)."""
        from .writing import write

        return write(self, Path(folder))

    def report(self) -> str:
        """The account in words, for a terminal."""
        lines = [
            f"{self.file}: {self.source}, {self.encoding}",
            f"{self.rows_in} rows = {len(self.kept)} kept + {len(self.merged)} merged + {len(self.rejected)} rejected",
        ]
        for row in self.rejected.head(SHOWN).to_dict("records"):
            written = f": {row['written']}" if row["written"] else ""
            lines.append(f"  rejected  line {row['line']}, {row['reason']}{written}")
        if len(self.rejected) > SHOWN:
            lines.append(f"  rejected  … and {len(self.rejected) - SHOWN} more, in .rejected in Python")
        for note in self.notes.head(SHOWN).to_dict("records"):
            lines.append(f"  note      line {note['line']}, {note['note']}")
        if len(self.notes) > SHOWN:
            lines.append(f"  note      … and {len(self.notes) - SHOWN} more, in .notes in Python")
        if left := self._left_out():
            lines.append(f"  columns   not imported: {', '.join(left)}")
        return "\n".join(lines)

    def _left_out(self) -> list[str]:
        """The columns that hold something and are not imported."""
        left = self.columns[(self.columns["becomes"] == "not imported") & (self.columns["values"] > 0)]
        return [str(name) or "(without a heading)" for name in left["column"]]

    def __repr__(self) -> str:
        return self.report()


def clean(file: str | Path | Export, *, columns: Mappings[str, str] | None = None) -> Cleaned:
    """Clean an export: rename its headings, check every value, merge what has the same address.

    `columns` says what a heading of the export is, where it was not recognized: `{"Correo": "email"}`; an empty text
    leaves the column out.

    Raises `ContactFileError` for a file that cannot be read or has no column of addresses, and for `columns` that do
    not exist.
    """
    export = file if isinstance(file, Export) else read(file)
    mapping = map_headings(export.headings, export.name, export.rows, columns)
    return _Cleaning(export, mapping).run()


class _Cleaning:
    def __init__(self, export: Export, mapping: Mapping) -> None:
        self._export = export
        self._mapping = mapping
        self._by_day = {
            target: day_first([self._first(row, target) for row in export.rows])
            for target in ("anniversary", "birthday")
        }
        #: Addresses that must not be written to, with the line that says so: no other row of them slips in.
        self._left: dict[str, int] = {}
        self._kept: dict[str, dict[str, str | int]] = {}
        self._merged: list[dict[str, str | int]] = []
        self._rejected: list[dict[str, str | int]] = []
        self._notes: list[dict[str, str | int]] = []

    def run(self) -> Cleaned:
        for row in self._export.rows:
            if self._refusal(row):
                for index in self._mapping.columns["email"]:
                    usable = (email_address(found)[0] for found in addresses(row.cells[index]))
                    self._left.update({address.lower(): row.line for address in usable if address})
        for row in self._export.rows:
            self._take(row)
        written = [name for name in _WRITTEN if any(name in entry for entry in self._kept.values())]
        kept = pd.DataFrame(list(self._kept.values()), columns=["line", *dict.fromkeys(["email", *written])])
        return Cleaned(
            file=self._export.name,
            source=self._mapping.source,
            encoding=self._export.encoding,
            rows_in=len(self._export.rows),
            kept=kept.fillna(""),
            merged=pd.DataFrame(self._merged, columns=["line", "email", "into_line", "filled"]),
            rejected=pd.DataFrame(self._rejected, columns=["line", "reason", "written", "row"]),
            notes=pd.DataFrame(self._notes, columns=["line", "email", "note"]),
            columns=self._column_account(),
            export=self._export,
        )

    def _take(self, row: Row) -> None:
        if not any(cell.strip() for cell in row.cells):
            self._reject(row, "the row is empty", "")
            return
        if said := self._refusal(row):
            self._reject(row, f"must not be written to ({said})", self._written_address(row))
            return
        notes: list[str] = []
        address, others, reason, written = self._address(row)
        if not address:
            self._reject(row, reason, written)
            return
        if (left := self._left.get(address.lower())) is not None:
            self._reject(row, f"must not be written to (line {left} says so of this address)", written)
            return
        if "@xn--" in address or ".xn--" in address:
            notes.append(f"{written} is sent as {address}, which is the same address in ASCII")
        entry: dict[str, str | int] = {"line": row.line, "email": address, **self._values(row, notes)}
        notes += [f"one address a contact: {other} is left out" for other in others]
        if extra := [cell for cell in row.cells[len(self._export.headings) :] if cell.strip()]:
            notes.append(f"{len(extra)} cells past the last heading are left out")
        self._notes += [{"line": row.line, "email": address, "note": note} for note in notes]
        key = address.lower()
        if key not in self._kept:
            self._kept[key] = entry
            return
        first = self._kept[key]
        filled = [name for name in entry if name not in first and name not in ADDRESS_PARTS]
        if not any(name in first for name in ADDRESS_PARTS):  # a postal address is taken whole or not at all
            filled += [name for name in entry if name in ADDRESS_PARTS]
        first.update({name: entry[name] for name in filled})
        self._merged.append(
            {"line": row.line, "email": address, "into_line": first["line"], "filled": ", ".join(filled)}
        )

    def _refusal(self, row: Row) -> str:
        """Which column says that this person must not be written to, and how; empty when none does."""
        for index, kind in self._mapping.consent:
            if says_no(kind, row.cells[index]):
                return f"{self._export.headings[index]} = {tidy(row.cells[index])}"
        return ""

    def _written_address(self, row: Row) -> str:
        cells = (tidy(row.cells[index]) for index in self._mapping.columns["email"])
        return next(filter(None, cells), "")

    def _reject(self, row: Row, reason: str, written: str) -> None:
        content = self._export.delimiter.join(cell for cell in map(tidy, row.cells) if cell)
        self._rejected.append({"line": row.line, "reason": reason, "written": written, "row": content})

    def _address(self, row: Row) -> tuple[str, list[str], str, str]:
        """The first usable address, the usable ones besides, why there is none, and what was written."""
        usable: list[str] = []
        reason, written = "", ""
        for index in self._mapping.columns["email"]:
            for found in addresses(row.cells[index]):
                address, fault = email_address(found)
                if address and address.lower() not in {known.lower() for known in usable}:
                    usable.append(address)
                reason = reason or fault
                written = written or tidy(row.cells[index])
        return (usable[0] if usable else ""), usable[1:], reason or "there is no address", written

    def _values(self, row: Row, notes: list[str]) -> dict[str, str]:
        values: dict[str, str] = {}
        for target in _PLAIN:
            self._set(values, target, self._first(row, target), notes)
        if whole := self._first(row, "name"):
            first, last = split_name(whole)
            self._set(values, "first_name", first, notes)
            self._set(values, "last_name", last, notes)
        for other in self._all(row, "phone")[1:]:
            notes.append(f"one phone a contact: {other} is left out")
        values.update(self._postal_address(row, notes))
        values.update(self._dates(row, notes))
        return values

    @staticmethod
    def _set(values: dict[str, str], target: str, text: str, notes: list[str]) -> None:
        value, done = shortened(target, text)
        if done:
            notes.append(done)
        if value:
            values[target] = value

    def _all(self, row: Row, target: str) -> list[str]:
        """The values in a target's columns, each once; Google joins several in one cell with `:::`."""
        cells = [row.cells[index] for index in self._mapping.columns.get(target, ())]
        return list(dict.fromkeys(value for cell in cells for part in cell.split(":::") if (value := tidy(part))))

    def _first(self, row: Row, target: str) -> str:
        return next(iter(self._all(row, target)), "")

    def _postal_address(self, row: Row, notes: list[str]) -> dict[str, str]:
        """The parts of the first postal address that has any: Business, Home, Other; Address 1, 2, …"""
        columns = {part: self._mapping.columns.get(part, ()) for part in ADDRESS_PARTS}
        first: dict[str, str] = {}
        for number in range(max(map(len, columns.values()), default=0)):
            found: dict[str, str] = {}
            for part, indexes in columns.items():
                if number < len(indexes) and indexes[number] >= 0:
                    self._set(found, part, tidy(row.cells[indexes[number]].split(":::")[0]), notes)
            if found and first:
                notes.append(f"one postal address a contact: {', '.join(found.values())} is left out")
            first = first or found
        return first

    def _dates(self, row: Row, notes: list[str]) -> dict[str, str]:
        values: dict[str, str] = {}
        anniversary, birthday = self._first(row, "anniversary"), self._first(row, "birthday")
        if not is_no_date(anniversary):
            read = read_date(anniversary, self._by_day["anniversary"])
            if read is None or read[0] is None:
                notes.append(f"anniversary {anniversary!r} is no date with a year and is left out")
            else:
                values["anniversary"] = f"{read[1]:02}/{read[2]:02}/{read[0]:04}"
        if not is_no_date(birthday):
            read = read_date(birthday, self._by_day["birthday"])
            if read is None:
                notes.append(f"birthday {birthday!r} is no date and is left out")
            else:
                values["birthday_month"], values["birthday_day"] = str(read[1]), str(read[2])
        return values

    def _column_account(self) -> pd.DataFrame:
        becomes = dict.fromkeys(range(len(self._export.headings)), "not imported")
        for target, indexes in self._mapping.columns.items():
            for index in indexes:
                if index < 0:
                    continue
                becomes[index] = {
                    "birthday": "birthday_month, birthday_day",
                    "name": "first_name, last_name",
                }.get(target, target)
        for index, _ in self._mapping.consent:
            becomes[index] = "keeps out who must not be written to"
        return pd.DataFrame(
            {
                "column": list(self._export.headings),
                "becomes": [becomes[index] for index in range(len(self._export.headings))],
                "values": [self._filled(index) for index in range(len(self._export.headings))],
            }
        )

    def _filled(self, index: int) -> int:
        return sum(1 for row in self._export.rows if row.cells[index].strip())
