"""An export's rows in blocks of Arrow columns, fast where the text is plain and with care where it is not.

A block has the column `line` (where the row begins in the file, 1 is the first line), the cells of each heading under
"0", "1", …, and `extra`: the cells past the last heading, joined by `EXTRA_JOIN`. The two ways give the same rows.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from ...errors import ContactFileError
from .records import MOST_LINES_IN_A_RECORD, lines_of, records, swallowed

EXTRA_JOIN = "\x1f"
#: Bytes of a block; fewer make more work, more take more memory.
BLOCK = 8_000_000
#: A line longer than this is not a line.
LONGEST_LINE = 64_000_000
#: How many lines are read with care before the fast way is tried again, at first and at most.
CARE, MOST_CARE = 500, 16_000
LOOKAHEAD = 150

_LF, _CR, _QUOTE = 10, 13, 34
_LONE_CR = re.compile(rb"\r(?!\n)")

Lines = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Plain:
    """Bytes that hold whole, well-quoted records, and the line where each begins."""

    text: bytes
    lines: Lines


@dataclass(frozen=True)
class Careful:
    """Records that were read one by one, each with the line where it begins."""

    rows: list[tuple[int, list[str]]]


Region = Plain | Careful


def packed(lines: Lines) -> Lines:
    """Line numbers that follow each other as their count and their first; others as they are. `unpacked` undoes it."""
    follow = len(lines) > 2 and int(lines[-1] - lines[0]) == len(lines) - 1
    return np.array([-len(lines), lines[0]]) if follow else lines


def unpacked(lines: Lines) -> Lines:
    return np.arange(lines[1], lines[1] - lines[0]) if len(lines) == 2 and lines[0] < 0 else lines


def regions(file: BinaryIO, line: int, delimiter: str, width: int, *, block_size: int = BLOCK) -> Iterator[Region]:
    """The records of a text in UTF-8 that `file` stands at, in order; `line` is the number of its next line."""
    data, ended, care = b"", False, CARE
    while True:
        if not ended and len(data) < block_size:
            chunk = file.read(block_size)
            ended = not chunk
            data += chunk
            continue
        if not data:
            return
        scan = _scan(data, delimiter, width, ended)
        if scan.end:
            yield Plain(data[: scan.end], scan.starts + line)
            line += scan.physical
            data = data[scan.end :]
        if scan.sound and (scan.end or not ended):
            if not scan.end:  # a record that goes on past what was read
                if len(data) > LONGEST_LINE:
                    raise ContactFileError(
                        "This file has a line of more than 64 MB, so it is no CSV file: export your contacts again."
                    )
                chunk = file.read(block_size)
                ended = not chunk
                data += chunk
            care = CARE
            continue
        # Something here is odd: read on with care, a while, then try the fast way again.
        care = care if scan.end else min(care * 2, MOST_CARE)
        while not ended and data.count(b"\n") < care + LOOKAHEAD and len(data) < LONGEST_LINE:
            chunk = file.read(block_size)
            ended = not chunk
            data += chunk
        rows, used, passed = _with_care(data, line, delimiter, width, care, ended)
        yield Careful(rows)
        line += passed
        data = data[used:]


@dataclass(frozen=True)
class _Scan:
    #: How many bytes hold whole, sound records; where each begins (in lines from here); how many lines they are.
    end: int
    starts: Lines
    physical: int
    #: Whether nothing odd was found in all that was looked at.
    sound: bool


def _scan(data: bytes, delimiter: str, width: int, ended: bool) -> _Scan:
    """How far the records are well quoted: marks open a cell at its beginning, close it at its end, or are doubled."""
    text = np.frombuffer(data, np.uint8)
    breaks = np.flatnonzero(text == _LF)
    limit = len(data) + 1
    if b"\r" in data and (lone := _LONE_CR.search(data)) and (ended or lone.start() < len(data) - 1):
        limit = lone.start()
    ends = breaks
    quoted = b'"' in data
    if quoted:
        marks = np.flatnonzero(text == _QUOTE)
        outside = (np.searchsorted(marks, breaks) & 1) == 0
        ends = breaks[outside]
        limit = min(limit, _first_odd_mark(text, marks, ord(delimiter)))
        if len(marks) % 2 and ended:
            limit = min(limit, int(marks[-1]))  # never closed
    closed = not quoted or len(marks) % 2 == 0
    if ended and closed and limit > len(data) and data[-1:] != b"\n":
        ends = np.append(ends, len(data) - 1)  # the last line has no ending
    sound = limit > len(data)
    ends = ends[ends < limit]
    starts = np.concatenate([[0], ends[:-1] + 1]) if len(ends) else np.empty(0, np.int64)
    lines = np.searchsorted(breaks, starts).astype(np.int64)
    end = int(ends[-1]) + 1 if len(ends) else 0
    physical = int(np.searchsorted(breaks, end))
    if end and data[end - 1 : end] != b"\n":
        physical += 1  # the last line has no ending
    if quoted and len(ends):
        spans = np.diff(np.append(lines, physical))
        for index in np.flatnonzero(spans > 1):
            record = data[int(starts[index]) : int(ends[index]) + 1]
            if _is_swallowed(record, delimiter, width, int(spans[index])):
                end = int(starts[index])
                return _Scan(end, lines[:index], int(lines[index]), False)
    return _Scan(end, lines, physical, sound)


def _first_odd_mark(text: npt.NDArray[np.uint8], marks: Lines, delimiter: int) -> int:
    """Where the first quotation mark stands that neither opens nor closes a cell nor is one of two."""
    borders = np.zeros(256, bool)
    borders[[delimiter, _LF]] = True
    after_borders = borders.copy()
    after_borders[_CR] = True
    opening, closing = marks[0::2], marks[1::2]
    before = borders[text[np.maximum(opening - 1, 0)]] | (opening == 0)
    before[1:] |= opening[1:] == closing[: len(opening) - 1] + 1
    following = np.minimum(closing + 1, len(text) - 1)
    after = after_borders[text[following]] | (closing == len(text) - 1)
    after[: len(opening) - 1] |= opening[1:] == closing[: len(opening) - 1] + 1
    odd = np.concatenate([opening[~before], closing[~after]])
    return int(odd.min()) if len(odd) else len(text) + 1


def _is_swallowed(record: bytes, delimiter: str, width: int, lines_in_it: int) -> bool:
    """Whether a well quoted record of several lines is one because of a stray mark. Most notes and streets are told at once:
    their first line alone is no row."""
    first = record[: record.find(b"\n")]
    if lines_in_it <= MOST_LINES_IN_A_RECORD and first.count(delimiter.encode()) + 1 != width:
        return False
    lines = lines_of(record.decode())
    cells = next(csv.reader(lines, delimiter=delimiter), [])
    return swallowed(lines, cells, delimiter, width)


def _with_care(
    data: bytes, line: int, delimiter: str, width: int, care: int, ended: bool
) -> tuple[list[tuple[int, list[str]]], int, int]:
    """The next `care` lines or so as records; how many bytes and lines they were."""
    cut = len(data)
    if not ended:
        cut = data.rfind(b"\n") + 1
    # No more text than is needed: the lines, and what a record may take beyond them.
    at = -1
    for _ in range(care + LOOKAHEAD):
        following = data.find(b"\n", at + 1)
        if following < 0:
            break
        at = following
    else:
        cut = min(cut, at + 1)
    lines = lines_of(data[: cut or len(data)].decode())
    rows: list[tuple[int, list[str]]] = []
    taken = 0
    for start, end, cells in records(lines, delimiter, width):
        if start >= care:
            break
        rows.append((line + start, cells))
        taken = end
    return rows, sum(len(each.encode()) for each in lines[:taken]), taken


def table(region: Region, delimiter: str, headings: int, width: int, wanted: Sequence[int] | None = None) -> pa.Table:
    """A region's rows as a block. `wanted` are the columns that are needed, by position; all without it."""
    columns = list(range(headings)) if wanted is None else list(wanted)
    if isinstance(region, Careful):
        return table_of_rows(region.rows, headings, columns)
    return _parse(region, delimiter, headings, max(width, 1), columns)


def table_of_rows(rows: Sequence[tuple[int, Sequence[str]]], headings: int, columns: Sequence[int]) -> pa.Table:
    """Rows of cells, each with its line, as a block."""
    arrays: dict[str, pa.Array] = {"line": pa.array([line for line, _ in rows], pa.int64())}
    across = list(zip_longest(*(cells[:headings] for _, cells in rows), fillvalue=""))  # rows to columns, in C
    for index in columns:
        arrays[str(index)] = _texts(across[index] if index < len(across) else ("",) * len(rows))
    arrays["extra"] = _texts([_extra(cells[headings:]) if len(cells) > headings else "" for _, cells in rows])
    return pa.table(arrays)


def _texts(cells: Sequence[str]) -> pa.Array:
    try:
        return pa.array(cells, pa.string())
    except (UnicodeEncodeError, pa.ArrowInvalid):  # half a surrogate pair, as where a text was cut in an emoji
        return pa.array([_storable(cell) for cell in cells], pa.string())


def _extra(cells: Sequence[str]) -> str:
    """Cells past the last heading; none when they are blank: a delimiter at the end of each row is no cell."""
    return EXTRA_JOIN.join(cells) if any(cell.strip() for cell in cells) else ""


def _storable(cell: str) -> str:
    return cell if cell.isascii() else cell.encode("utf-8", "replace").decode()


def _parse(region: Plain, delimiter: str, headings: int, width: int, columns: Sequence[int]) -> pa.Table:
    ragged: list[tuple[int, str]] = []

    def put_by(row: pa_csv.InvalidRow) -> str:
        ragged.append((row.number - 1, row.text))
        return "skip"

    names = [str(index) for index in range(width)]
    read = [str(index) for index in columns if index < width] + names[headings:]
    quoted = b'"' in region.text
    plain = pa_csv.read_csv(
        pa.BufferReader(region.text),
        read_options=pa_csv.ReadOptions(column_names=names, use_threads=False, block_size=len(region.text) + 1_024),
        parse_options=pa_csv.ParseOptions(
            delimiter=delimiter,
            quote_char='"' if quoted else False,
            newlines_in_values=quoted,
            ignore_empty_lines=False,
            invalid_row_handler=put_by,
        ),
        convert_options=pa_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),  # a zip code keeps its zeros
            include_columns=read or names[:1],
            strings_can_be_null=False,
            null_values=[],
            check_utf8=False,  # it is: see encodings
        ),
    )
    lines = region.lines
    put_by_at = np.fromiter((number for number, _ in ragged), np.int64, len(ragged))
    sound = np.delete(lines, put_by_at) if ragged else lines
    empty = pa.repeat(pa.scalar(""), plain.num_rows)
    arrays: dict[str, pa.Array | pa.ChunkedArray] = {"line": pa.array(sound)}
    for index in columns:
        arrays[str(index)] = plain.column(str(index)) if index < width else empty
    beyond = [plain.column(name) for name in names[headings:]]
    arrays["extra"] = _joined(beyond) if beyond else empty
    found = pa.table(arrays)
    if not ragged:
        return found
    rows = [(int(lines[number]), _cells(text, delimiter)) for number, text in ragged]
    both = pa.concat_tables([found, table_of_rows(rows, headings, columns)])
    order = np.argsort(np.concatenate([np.delete(np.arange(len(lines)), put_by_at), put_by_at]), kind="stable")
    return both.take(pa.array(order))


def _joined(columns: list[pa.ChunkedArray]) -> pa.ChunkedArray:
    """What `_extra` gives, for columns."""
    whole = pc.binary_join_element_wise(*columns, "")
    blank = pc.equal(pc.utf8_trim_whitespace(whole), "")
    return pc.if_else(blank, "", pc.binary_join_element_wise(*columns, EXTRA_JOIN))


def _cells(text: str, delimiter: str) -> list[str]:
    return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
