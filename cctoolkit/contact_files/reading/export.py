"""An export as a table of text, nothing changed in it: every row with the line where it stands."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pyarrow as pa

from ...errors import ContactFileError
from .blocks import EXTRA_JOIN, Lines, Plain, Region, packed, regions, table, table_of_rows, unpacked
from .content import Content, content_of, is_workbook, unpack
from .dialect import find_dialect
from .encodings import Text, as_utf8
from .sections import Sections, has_sections

if TYPE_CHECKING:
    import pandas as pd

    from ..columns.sources import Source

#: How much of a text is looked at to tell its dialect, and how many rows to tell its columns.
HEAD, SAMPLE_ROWS = 400_000, 1_000
#: Rows of a block, where they are not read as bytes.
ROWS_OF_A_BLOCK = 10_000

#: Threads that work on blocks, and blocks that wait to be taken over: Arrow lets threads run side by side.
THREADS, AHEAD = 2, 3

Result = TypeVar("Result")
#: What turns a part of the export into a block of the wanted columns; it may run in another thread.
Reader = Callable[[], pa.Table]


@dataclass(frozen=True)
class Row:
    """One record of the export: the line where it begins (1 is the file's first), and its cells."""

    line: int
    cells: tuple[str, ...]


#: A heading that a spreadsheet would take for a formula, behind the apostrophe that keeps it from doing so.
_NEUTRALIZED = re.compile(r"'[=+@\t\r-]")


@dataclass(frozen=True)
class Export:
    """An export, recognized as far as its text goes.

    `headings` as the file has them, or `Column 1` … where it has none (`has_headings`). `delimiter` is empty for a
    workbook and for vCards. The rows stay where they are until they are asked for.
    """

    name: str
    encoding: str
    delimiter: str
    headings: tuple[str, ...]
    has_headings: bool
    #: The file that was given, and how many bytes the readers take it for.
    content: Content = field(repr=False)
    size: int
    _readers: Callable[[Sequence[int] | None], Iterator[tuple[Reader, int]]] = field(repr=False)
    #: The program that wrote it, where something else than its headings tells.
    source: Source | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        # As the rejected rows are written for a spreadsheet, and as some programs write all their exports.
        plain = tuple(heading[1:] if _NEUTRALIZED.match(heading) else heading for heading in self.headings)
        object.__setattr__(self, "headings", plain)

    def readers(self, wanted: Sequence[int] | None = None) -> Iterator[tuple[Reader, int]]:
        """The blocks of the export in order, each still to be read, and how many bytes it takes of the whole."""
        return self._readers(wanted)

    def blocks(self, wanted: Sequence[int] | None = None) -> Generator[pa.Table, None, None]:
        """The export in blocks: a column of text for each of the `wanted` headings (by position), `line`, and `extra`."""
        for reader, _ in self.readers(wanted):
            yield reader()

    @property
    def rows(self) -> Iterator[Row]:
        """Each row of the export; it has as many cells as there are headings, or more."""
        for block in self.blocks():
            yield from rows_of(block, len(self.headings))

    def sample(self, size: int = SAMPLE_ROWS) -> pa.Table:
        """The first rows."""
        with closing(self.blocks()) as blocks:
            none = table_of_rows([], len(self.headings), range(len(self.headings)))
            return next(blocks, none).slice(0, size)

    def frame(self, size: int | None = None) -> pd.DataFrame:
        """The export as it is, or its first rows, as a DataFrame: a row a row, under the export's own headings."""
        import pandas as pd

        found = self.sample(size) if size is not None and size <= SAMPLE_ROWS else pa.concat_tables(self.blocks())
        found = found.slice(0, size)
        columns = [found.column(str(index)).to_pandas() for index in range(len(self.headings))]
        frame = pd.concat(columns, axis=1) if columns else pd.DataFrame()
        frame.columns = list(self.headings)
        frame.index = pd.Index(found.column("line").to_pandas(), name="line")
        return frame


def rows_of(block: pa.Table, headings: int) -> Iterator[Row]:
    """The rows of a block."""
    columns = [block.column(str(index)).to_pylist() for index in range(headings)]
    cells: Iterator[tuple[str, ...]] = zip(*columns, strict=True) if columns else iter([()] * block.num_rows)
    for line, row, extra in zip(block["line"].to_pylist(), cells, block["extra"].to_pylist(), strict=True):
        yield Row(line, (*row, *extra.split(EXTRA_JOIN)) if extra else row)


def read(path: str | Path) -> Export:
    """Read an export: a CSV file of any kind, an Excel workbook, vCards, or an archive with one of them in it.

    Raises `ContactFileError` for a file that is not there, is empty, or holds no table.
    """
    return _recognized(content_of(Path(path)))


def read_bytes(content: bytes, name: str) -> Export:
    """Read an export that is in memory; `name` is what messages call it."""
    return _recognized(Content(name, content))


def _recognized(given: Content) -> Export:
    content = unpack(given)
    if not content.size:
        raise _empty(content.name)
    if is_workbook(content):
        from .workbooks import read_workbook

        return read_workbook(content, given)
    text = as_utf8(content)
    with text.open() as file:
        head = file.read(HEAD)
    if len(head) == HEAD:
        head = head[: head.rfind(b"\n") + 1] or head
    beginning = head.decode("utf-8", "ignore")
    if beginning.lstrip().upper().startswith("BEGIN:VCARD"):
        from .vcards import read_vcards

        return read_vcards(text, given)
    if not beginning.strip():
        raise _empty(content.name)
    return _csv(text, beginning, given)


def _empty(name: str) -> ContactFileError:
    return ContactFileError(f"{name} is empty: export your contacts again, as CSV.")


def _csv(text: Text, beginning: str, given: Content) -> Export:
    dialect = find_dialect(beginning)
    if has_sections(beginning, dialect.delimiter):
        sections = Sections(text, dialect.delimiter)
        return Export(
            text.content.name,
            text.encoding,
            dialect.delimiter,
            sections.headings,
            True,
            given,
            0,
            in_blocks(sections.rows, len(sections.headings), keep=True),
        )
    headings = dialect.headings or tuple(f"Column {number}" for number in range(1, dialect.width + 1))
    count = len(headings)

    # Where the regions are, once all were seen and all are plain: the next pass need not look for them again.
    known: list[tuple[int, Lines]] = []

    def readers(wanted: Sequence[int] | None) -> Iterator[tuple[Reader, int]]:
        with text.open() as file:
            file.seek(dialect.offset, 1)
            if known:
                for size, lines in known:
                    yield _reader(Plain(file.read(size), unpacked(lines)), wanted), size
                return
            found: list[tuple[int, Lines]] = []
            plain = True
            for region in regions(file, dialect.line, dialect.delimiter, dialect.width):
                if isinstance(region, Plain):
                    found.append((len(region.text), packed(region.lines)))
                else:
                    plain = False
                yield _reader(region, wanted), _size(region)
            if plain:
                known.extend(found)

    def _reader(region: Region, wanted: Sequence[int] | None) -> Reader:
        return lambda: table(region, dialect.delimiter, count, dialect.width, wanted)

    return Export(
        text.content.name,
        text.encoding,
        dialect.delimiter,
        headings,
        bool(dialect.headings),
        given,
        text.content.size,
        readers,
    )


def _size(region: Region) -> int:
    return len(region.text) if isinstance(region, Plain) else sum(len(c) for _, row in region.rows for c in row)


def ahead(
    readers: Iterator[tuple[Reader, int]], function: Callable[[pa.Table], Result]
) -> Iterator[tuple[Result, int]]:
    """What the function makes of each block, in order, and the block's size; the next ones are worked on meanwhile."""

    def work(reader: Reader) -> Result:
        return function(reader())

    with ThreadPoolExecutor(THREADS) as pool:
        waiting: deque[tuple[Future[Result], int]] = deque()
        try:
            for reader, size in readers:
                waiting.append((pool.submit(work, reader), size))
                if len(waiting) > AHEAD:
                    done, bytes_done = waiting.popleft()
                    yield done.result(), bytes_done
            while waiting:
                done, bytes_done = waiting.popleft()
                yield done.result(), bytes_done
        finally:
            for future, _ in waiting:
                future.cancel()


def in_blocks(
    rows: Callable[[], Iterator[tuple[int, list[str]]]], headings: int, *, keep: bool = False
) -> Callable[[Sequence[int] | None], Iterator[tuple[Reader, int]]]:
    """Readers of rows that come one by one, as from a workbook.

    With `keep` the blocks of the first whole reading serve the next ones: for rows that are in memory anyhow, and that take
    longer to become text than they take room as such.
    """
    kept: list[pa.Table] = []
    whole = False

    def readers(wanted: Sequence[int] | None) -> Iterator[tuple[Reader, int]]:
        nonlocal whole
        if not keep:
            yield from read(list(range(headings)) if wanted is None else list(wanted))
            return
        names = None if wanted is None else ["line", *map(str, wanted), "extra"]
        if whole:
            yield from ((partial(chosen, each, names), each.num_rows) for each in kept)
            return
        now: list[pa.Table] = []
        for reader, count in read(list(range(headings))):
            now.append(reader())
            yield partial(chosen, now[-1], names), count
        kept[:], whole = now, True

    def chosen(block: pa.Table, names: list[str] | None) -> pa.Table:
        return block if names is None else block.select(names)

    def read(columns: list[int]) -> Iterator[tuple[Reader, int]]:
        held: list[tuple[int, list[str]]] = []
        for row in rows():
            held.append(row)
            if len(held) == ROWS_OF_A_BLOCK:
                yield _held(held, columns), len(held)
                held = []
        if held:
            yield _held(held, columns), len(held)

    def _held(held: list[tuple[int, list[str]]], columns: list[int]) -> Reader:
        return lambda: table_of_rows(held, headings, columns)

    return readers
