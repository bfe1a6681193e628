"""An export as a table of text, nothing changed in it: every row with the line where it stands."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import pyarrow as pa

from ...errors import ContactFileError
from .blocks import EXTRA_JOIN, table_of_rows
from .content import Content

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
    #: The sheet of a workbook, and the addresses of those who left by the name of another one: what to say of it, by address.
    sheet: str = ""
    left: Mapping[str, str] = field(default_factory=dict, repr=False)

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

    def mended(self, cells: Mapping[int, Mapping[str, str]]) -> Export:
        """The export with other texts in some cells, by line and heading: `{12: {"Email": "ana@example.com"}}`.

        The file stays as it is. What is mended is cleaned as anything else: nobody who said no is taken because of it. Raises
        `ContactFileError` for a line on which no row begins, for a heading that no column has, or more than one, and for what is no
        text; and, when it is read, for a file that was changed since, whose lines are other people's.
        """
        for line, row in cells.items():
            for text in row.values():
                if not isinstance(text, str) or text.encode("utf-8", "replace").decode() != text:
                    raise ContactFileError(f"What is to stand on line {line} is no text: give a text between quotes.")
        places = {line: {self._place(heading): text for heading, text in row.items()} for line, row in cells.items()}
        lines = {line for block in self.blocks(()) for line in block["line"].to_pylist()} if places else set()
        if missing := sorted(set(places) - lines):
            raise ContactFileError(
                f"No row of {self.name} begins on line {missing[0]}: take a line of cleaned.rejected."
            )

        state = self.content.state

        def readers(wanted: Sequence[int] | None) -> Iterator[tuple[Reader, int]]:
            if self.content.state != state:
                raise ContactFileError(f"{self.name} was changed since it was mended: read it again, and mend it anew.")
            for reader, size in self.readers(wanted):
                yield partial(_mended, reader, places), size

        return replace(self, _readers=readers)

    def _place(self, heading: str) -> int:
        found = [index for index, name in enumerate(self.headings) if name == heading]
        if len(found) != 1:
            raise ContactFileError(
                f"{self.name} has {'more than one column' if found else 'no column'} {heading!r}: mend it in the file itself."
            )
        return found[0]

    def sample(self, size: int = SAMPLE_ROWS) -> pa.Table:
        """The first rows."""
        with closing(self.blocks()) as blocks:
            none = table_of_rows([], len(self.headings), range(len(self.headings)))
            return next(blocks, none).slice(0, size)

    def frame(self, size: int | None = None) -> pd.DataFrame:
        """The export as it is, or its first rows, as a DataFrame: a row a row, under the export's own headings."""
        import pandas as pd

        from ...frame import Frame

        found = self.sample(size) if size is not None and size <= SAMPLE_ROWS else pa.concat_tables(self.blocks())
        found = found.slice(0, size)
        columns = [found.column(str(index)).to_pandas() for index in range(len(self.headings))]
        frame = Frame(pd.concat(columns, axis=1)) if columns else Frame()
        frame.columns = list(self.headings)
        frame.index = pd.Index(found.column("line").to_pandas(), name="line")
        return frame


def _mended(reader: Reader, places: Mapping[int, Mapping[int, str]]) -> pa.Table:
    block = reader()
    rows = {line: row for row, line in enumerate(block["line"].to_pylist()) if line in places}
    for index in {index for line in rows for index in places[line]}:
        at = block.schema.get_field_index(str(index))
        if at >= 0:  # it is not wanted otherwise
            texts = block.column(at).to_pylist()
            for line, row in rows.items():
                texts[row] = places[line].get(index, texts[row])
            block = block.set_column(at, block.field(at), pa.array(texts, block.field(at).type))
    return block


def rows_of(block: pa.Table, headings: int) -> Iterator[Row]:
    """The rows of a block."""
    columns = [block.column(str(index)).to_pylist() for index in range(headings)]
    cells: Iterator[tuple[str, ...]] = zip(*columns, strict=True) if columns else iter([()] * block.num_rows)
    for line, row, extra in zip(block["line"].to_pylist(), cells, block["extra"].to_pylist(), strict=True):
        yield Row(line, (*row, *extra.split(EXTRA_JOIN)) if extra else row)


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
