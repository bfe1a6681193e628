"""The file of an export, which is not believed blindly.

Nobody has published what stands in it: its column of addresses is known by its heading or by its cells, every row has to be whole
and its address nobody else's, and there have to be as many as the service counts, or nearly. Otherwise it is `Unusable`.
"""

from __future__ import annotations

import csv
import io
import re
from array import array
from collections.abc import Iterable, Iterator, Sequence, Set
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

#: Rows that are looked at to find a column of addresses that has no heading that says so.
LOOKED_AT = 200
#: The share of rows more or less than counted that are contacts who came or went meanwhile.
SHARE = 0.005
#: Bytes of the file that are read at once, of which Arrow keeps many times as many; and those of a file with a row that is longer.
BLOCK, LONG_ROWS = 500_000, 16_000_000
_QUOTE, _NEWLINE = b'"\n'
_ADDRESS = re.compile(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+")
_PLACES = ("home", "work", "other")
_ADDRESS_PARTS = {
    "street": ("street address line 1", "street address", "street"),
    "city": ("city",),
    "state": ("state/province", "state"),
    "postal_code": ("zip/postal code", "zip", "postal code"),
    "country": ("country",),
}
#: What a column is, by its heading in words.
_HEADINGS: dict[str, str] = {
    **dict.fromkeys(("email address", "email", "e mail", "e mail address"), "address"),
    "first name": "first_name",
    "last name": "last_name",
    **dict.fromkeys(("company", "company name"), "company_name"),
    "job title": "job_title",
    **dict.fromkeys(("email permission status", "email permission", "permission to send"), "permission_to_send"),
    **dict.fromkeys(("email opt in date", "confirmed opt in date", "opt in date"), "opt_in_date"),
    **dict.fromkeys(("confirmed opt out date", "email opt out date", "opt out date"), "opt_out_date"),
    "birthday": "birthday",
    "anniversary": "anniversary",
    **dict.fromkeys(("source name", "create source"), "create_source"),
    "created at": "created_at",
    "updated at": "updated_at",
    "tags": "taggings",
    **dict.fromkeys(("email lists", "lists"), "list_memberships"),
    **{f"phone {kind}": f"phone_numbers {kind}" for kind in (*_PLACES, "mobile")},
    **{
        f"{words} {kind}": f"street_addresses {kind} {part}"
        for part, named in _ADDRESS_PARTS.items()
        for words in named
        for kind in _PLACES
    },
}


class Unusable(Exception):
    """The export cannot serve; its text says why, in a few words."""


class ExportedFile:
    """The file of an export, looked at once from beginning to end; what it holds is read a block at a time.

    `columns` says where what stands; a heading that stands there twice, as a custom field may be called like a column of the
    service's own, is none of them. `count` is how many contacts it holds, `nameless` how many of them have no address.

    `counted` is how many the service counts; `exact`: nobody may be lacking. Raises `Unusable`.
    """

    def __init__(self, file: IO[bytes], counted: int, *, exact: bool = False) -> None:
        self._file = file
        self.headings = self._first_row()
        self._check_end()
        rows, longest = self._measured()
        if longest > LONG_ROWS:
            raise Unusable("the exported file has a row that is too long")
        self._block = BLOCK if longest < BLOCK else LONG_ROWS
        self.count = self.nameless = self.read = 0
        self.columns = self._columns()
        self.columns["address"] = self._address_column()
        self._look()
        if self.count < rows - 1:  # what Arrow did not say
            raise Unusable("rows of the exported file are cut off")
        apart = abs(self.count - counted) > counted * SHARE
        if apart or (exact and self.count < counted):
            raise Unusable(f"the exported file holds {self.count:,} contacts, and the service counts {counted:,}")

    def column_of(self, heading: str) -> int | None:
        """Where the one column of this heading stands, whatever its case; None where there is none, or more than one."""
        wanted = words(heading)
        found = [at for at, each in enumerate(self.headings) if words(each) == wanted]
        return found[0] if len(found) == 1 and wanted not in _HEADINGS else None

    def addresses(self) -> Iterator[str]:
        """The address of each contact that has one, in lower case."""
        for [cells] in self.rows([self.columns["address"]]):
            for cell in cells:
                if address := cell.strip().lower():
                    yield address

    def rows(self, columns: Sequence[int], among: Set[int] | None = None) -> Iterator[list[list[str]]]:
        """The cells of these columns, a block at a time: a list a column. `read` is how many rows were read for it so far.

        `among` are the hashes of the addresses, in lower case, whose rows are wanted, that of the addresses being one of the columns:
        of a large account most are nobody's who is asked for.
        """
        self.read = 0
        for block in self._blocks(columns):
            self.read += block.num_rows
            table = block if among is None else block.take(self._places(block, among))
            if table.num_rows:
                yield [column.to_pylist() for column in table.columns]

    def _places(self, block: pa.RecordBatch, among: Set[int]) -> pa.Array:
        import pyarrow as pa

        cells = block.column(str(self.columns["address"])).to_pylist()
        return pa.array([at for at, cell in enumerate(cells) if hash(cell.strip().lower()) in among], pa.int64())

    def close(self) -> None:
        self._file.close()

    def _columns(self) -> dict[str, int]:
        places: dict[str, list[int]] = {}
        for at, heading in enumerate(self.headings):
            if (name := _HEADINGS.get(words(heading))) is not None:
                places.setdefault(name, []).append(at)
        return {name: found[0] for name, found in places.items() if len(found) == 1}

    def _address_column(self) -> int:
        """By its heading, else by the cells of the first rows."""
        named = [at for at, heading in enumerate(self.headings) if _HEADINGS.get(words(heading)) == "address"]
        if len(named) == 1:
            return named[0]
        first = next(self._blocks(range(len(self.headings))), None) if not named else None
        for at, column in enumerate(first.slice(0, LOOKED_AT).columns if first is not None else ()):
            cells = [cell for cell in column.to_pylist() if cell.strip()]
            if cells and all(map(_is_address, cells)):
                return at
        raise Unusable("the exported file has no column of addresses")

    def _look(self) -> None:
        """How many rows there are. Reads all of them, so that one that is cut off, or holds no address of its own, is known."""
        import numpy as np

        hashes = array("q")  # eight bytes each: a set of a million Python numbers takes a hundred megabytes
        for table in self._blocks(range(len(self.headings))):
            for cell in table.column(self.columns["address"]).to_pylist():
                if address := cell.strip().lower():
                    if not _is_address(address):
                        raise Unusable("the exported file has something else among its addresses")
                    hashes.append(hash(address))
            self.count += table.num_rows
        addressed = len(hashes)
        self.nameless = self.count - addressed
        if self.count and not addressed:
            raise Unusable("the exported file has no addresses")
        if addressed and len(np.unique(np.frombuffer(hashes, dtype=np.int64))) < addressed:
            raise Unusable("the exported file has an address twice")

    def _check_end(self) -> None:
        """A file that does not end with a line was cut off."""
        self._file.seek(0, io.SEEK_END)
        size = self._file.tell()
        self._file.seek(max(size - 1, 0))
        if size and self._file.read(1) not in (b"\n", b"\r"):
            raise Unusable("the exported file is cut off")

    def _measured(self) -> tuple[int, int]:
        """How many rows there are, the headings too, and the bytes of the longest.

        Under load Arrow at times ends in silence where a row is longer than what it reads at once, as if the file did.
        """
        import numpy as np

        self._file.seek(0)
        rows, longest, begin, at, quoted = 0, 0, 0, 0, 0
        while content := self._file.read(100_000):  # of each byte numpy keeps a dozen for a moment
            found = np.frombuffer(content, dtype=np.uint8)
            inside = (np.cumsum(found == _QUOTE, dtype=np.int32) + quoted) % 2
            quoted = int(inside[-1])
            lengths = np.diff(np.flatnonzero((found == _NEWLINE) & (inside == 0)) + at + 1, prepend=begin)
            if len(lengths):
                rows += int((lengths > 2).sum())  # Arrow passes over empty lines, of one byte or two
                longest = max(longest, int(lengths.max()))
                begin += int(lengths.sum())
            at += len(content)
        return rows, max(longest, at - begin)

    def _first_row(self) -> list[str]:
        self._file.seek(0)
        text = io.TextIOWrapper(io.BufferedReader(_Open(self._file)), encoding="utf-8-sig", newline="")
        try:
            return next(csv.reader(text), [])
        except (csv.Error, UnicodeDecodeError) as error:
            raise Unusable("the exported file is no CSV") from error
        finally:
            text.detach()

    def _blocks(self, columns: Iterable[int]) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa
        from pyarrow import csv as arrow_csv

        if not self.headings:
            raise Unusable("the exported file is empty")
        names = [str(at) for at in range(len(self.headings))]
        self._file.seek(0)
        try:
            with arrow_csv.open_csv(
                _Open(self._file),
                read_options=arrow_csv.ReadOptions(
                    column_names=names, skip_rows_after_names=1, block_size=self._block, use_threads=False
                ),
                parse_options=arrow_csv.ParseOptions(newlines_in_values=True),
                convert_options=arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()),
                    strings_can_be_null=False,
                    include_columns=[str(at) for at in columns],
                ),
            ) as reader:
                yield from reader
        except pa.ArrowInvalid as error:
            if "Empty CSV file" in str(error):
                return  # headings alone
            raise Unusable("rows of the exported file are cut off") from error


class _Open(io.RawIOBase):
    """The file, left open by whoever reads it to its end."""

    def __init__(self, file: IO[bytes]) -> None:
        self._inner = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        content = self._inner.read(len(buffer))
        buffer[: len(content)] = content
        return len(content)


def _is_address(cell: str) -> bool:
    return _ADDRESS.fullmatch(cell.strip()) is not None


def words(heading: str) -> str:
    return " ".join(re.findall(r"[\w/]+", heading.replace("_", " ").casefold()))
