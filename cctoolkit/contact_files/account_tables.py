"""Tables of an account that may be long: in memory while small, on disk when not. Written once, read block by block."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from .reading.content import Folder

#: How many bytes a table holds in memory before it goes to disk.
IN_MEMORY = 32_000_000


class Spool:
    """Blocks of one table, in the order in which they came."""

    def __init__(self, schema: pa.Schema, folder: Folder) -> None:
        self.schema = schema
        self.rows = 0
        self._folder = folder
        self._held: list[pa.Table] = []
        self._size = 0
        self._path: str | None = None
        self._writer: pa.ipc.RecordBatchFileWriter | None = None

    def add(self, block: pa.Table) -> None:
        if not block.num_rows:
            return
        self.rows += block.num_rows
        self._held.append(block)
        self._size += block.nbytes
        if self._size > IN_MEMORY:
            self._put_down()

    def _put_down(self) -> None:
        if self._writer is None:
            self._path = str(self._folder.new_file())
            self._writer = pa.ipc.new_file(self._path, self.schema)
        for block in self._held:
            self._writer.write_table(block.combine_chunks())
        self._held, self._size = [], 0

    def close(self) -> None:
        """No more blocks come."""
        if self._writer is not None:
            self._put_down()
            self._writer.close()
            self._writer = None

    def blocks(self) -> Iterator[pa.Table]:
        """The blocks again, as often as wanted."""
        if self._path is None:
            yield from self._held
            return
        with pa.OSFile(self._path) as file, pa.ipc.open_file(file) as reader:
            for number in range(reader.num_record_batches):
                yield pa.Table.from_batches([reader.get_batch(number)])

    def table(self) -> pa.Table:
        found = list(self.blocks())
        return pa.concat_tables(found) if found else self.schema.empty_table()

    def head(self, size: int) -> pa.Table:
        """The first rows."""
        held: list[pa.Table] = []
        for block in self.blocks():
            held.append(block.slice(0, size - sum(each.num_rows for each in held)))
            if sum(each.num_rows for each in held) >= size:
                break
        return pa.concat_tables(held) if held else self.schema.empty_table()
