"""Cutting rows into files that the import takes whole.

Whatever exceeds a limit vanishes at the service, and no error says so. Therefore the limits are counted as it counts
them: physical lines, the heading among them, and the whole request body in bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from .reading.export import ahead
from .rules.texts import bytes_of, matches, replaced

MOST_LINES = 40_000
MOST_BYTES = 4_000_000
#: What a request body holds besides the file: the multipart envelope, and up to 50 list ids of 36 characters.
ENVELOPE = 4_096

#: Bytes of `cf:` and the longest name of a custom field.
LONGEST_CUSTOM_NAME = 53
_ESCAPED_IN_JSON = (b'"', b"\\", *(bytes([code]) for code in range(32)))

Sizes = npt.NDArray[np.int64]

_END = "\r\n"
_NEEDS_QUOTES = r'[",\r\n]'


@dataclass(frozen=True)
class Part:
    """One file of an import: its name, content and number of contacts."""

    name: str
    content: bytes = field(repr=False)
    contacts: int


def cut(rows: pd.DataFrame, *, most_lines: int = MOST_LINES, most_bytes: int = MOST_BYTES) -> list[Part]:
    """The rows as CSV files, in order, each under both limits. No row in more than one, none in none."""
    names = [str(name) for name in rows.columns]
    columns = [pa.array([str(value) for value in rows[name]], pa.string()) for name in rows.columns]
    block = pa.table(columns, names=names) if len(rows) else pa.table({})
    return list(cut_blocks([block], names, most_lines=most_lines, most_bytes=most_bytes))


def cut_blocks(
    blocks: Iterable[pa.Table],
    names: Sequence[str],
    *,
    most_lines: int = MOST_LINES,
    most_bytes: int = MOST_BYTES,
    size: Callable[[pa.Table], Sizes] | None = None,
) -> Iterator[Part]:
    """The rows of all blocks as CSV files with these headings, one after the other. `size` tells how many bytes each row of a block
    has where it is not sent as CSV."""
    heading = _quoted(",".join(replaced_name for replaced_name in map(_cell, names)))
    room = most_bytes - ENVELOPE - len(heading)
    pieces: list[bytes] = []
    bytes_so_far, count, contacts, number = 0, 1 + _breaks(heading) - 1, 0, 0

    def part() -> Part:
        return Part(f"part-{number:03}.csv", b"".join([heading, *pieces]), contacts)

    written = partial(_written, size=size)
    for (text, ends, physical, sent), _ in ahead(
        ((partial(_itself, block), 0) for block in blocks if block.num_rows), written
    ):
        before = 0
        while before < len(ends):
            begin = int(ends[before - 1]) if before else 0
            passed = int(physical[before - 1]) if before else 0
            sent_before = int(sent[before - 1]) if before else 0
            fits = min(
                int(np.searchsorted(sent, sent_before + room - bytes_so_far, "right")),
                int(np.searchsorted(physical, passed + most_lines - count, "right")),
            )
            if fits <= before:
                if not contacts:  # one row above a limit by itself: it is sent alone, for nothing smaller can be
                    fits = before + 1
                else:
                    number += 1
                    yield part()
                    pieces, bytes_so_far, count, contacts = [], 0, _breaks(heading), 0
                    continue
            end = int(ends[fits - 1])
            pieces.append(text[begin:end])
            bytes_so_far += int(sent[fits - 1]) - sent_before
            count += int(physical[fits - 1]) - passed
            contacts += fits - before
            before = fits
    if contacts:
        number += 1
        yield part()


def size_in_json(block: pa.Table) -> Sizes:
    """How many bytes each row has at most as an object of JSON that names what is filled, up to the comma after it."""
    found = np.full(block.num_rows, len("{},"), np.int64)
    for name in block.column_names:
        column = block.column(name).combine_chunks()
        key = max(len(name.encode()), LONGEST_CUSTOM_NAME if name.lower().startswith("cf:") else 0)
        lengths = pc.binary_length(column).to_numpy().astype(np.int64)
        if any(mark in bytes_of(column) for mark in _ESCAPED_IN_JSON):
            lengths += pc.count_substring_regex(column, r'[\\"]').to_numpy()
            lengths += 5 * pc.count_substring_regex(column, r"[\x00-\x1f\x7f]").to_numpy()
        found += np.where(lengths > 0, lengths + key + len('"":"",'), 0)
    return found


def _written(block: pa.Table, size: Callable[[pa.Table], Sizes] | None) -> tuple[bytes, Sizes, Sizes, Sizes]:
    text, ends, physical = csv_lines(block)
    return text, ends, physical, ends if size is None else np.cumsum(size(block), dtype=np.int64)


def _itself(block: pa.Table) -> pa.Table:
    return block


def csv_lines(block: pa.Table) -> tuple[bytes, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """A block as CSV text, where each row ends in it, and how many physical lines the rows are up to each."""
    columns = [_escaped(block.column(name).combine_chunks()) for name in block.column_names]
    rows = pc.binary_join_element_wise(*columns, ",")
    if len(columns) == 1:  # a row of one empty cell would be an empty line
        rows = pc.if_else(pc.equal(rows, ""), '""', rows)
    rows = pc.binary_join_element_wise(rows, pa.scalar(_END), "")
    text = bytes_of(rows)
    ends = np.cumsum(pc.binary_length(rows).to_numpy(), dtype=np.int64)
    if text.count(b"\n") == text.count(b"\r") == len(rows):
        return text, ends, np.arange(1, len(rows) + 1)
    breaks = pc.count_substring_regex(rows, r"\r\n|\r|\n").to_numpy()
    return text, ends, np.cumsum(breaks, dtype=np.int64)


def _escaped(column: pa.Array) -> pa.Array:
    text = bytes_of(column)
    if not any(mark in text for mark in (b'"', b",", b"\r", b"\n")):
        return column
    return replaced(column, matches(column, _NEEDS_QUOTES), _cell)


def _cell(text: str) -> str:
    if any(mark in text for mark in '",\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def _quoted(line: str) -> bytes:
    return (line + _END).encode()


def _breaks(line: bytes) -> int:
    return line.count(b"\n") + line.replace(b"\r\n", b"").count(b"\r")
