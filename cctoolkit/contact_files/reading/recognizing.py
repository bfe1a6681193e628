"""What kind of export a file is: CSV of any kind, several tables in one, a workbook, or vCards."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from ...errors import ContactFileError
from .blocks import Lines, Plain, Region, packed, regions, table, unpacked
from .content import Content, content_of, is_workbook, unpack
from .dialect import find_dialect
from .encodings import Text, as_said, as_utf8
from .export import HEAD, Export, Reader, in_blocks
from .sections import Sections, has_sections


def read(path: str | Path, *, encoding: str | None = None) -> Export:
    """Read an export: a CSV file of any kind, an Excel workbook, vCards, or an archive with one of them in it.

    `encoding` is that of its text, where what it is taken for is wrong: `cp1250`, `mac_roman`, any that Python knows.

    Raises `ContactFileError` for a file that is not there, is empty, or holds no table, and for an encoding that is none or
    does not fit.
    """
    return _recognized(content_of(Path(path)), encoding)


def read_bytes(content: bytes, name: str) -> Export:
    """Read an export that is in memory; `name` is what messages call it."""
    return _recognized(Content(name, content))


def _recognized(given: Content, encoding: str | None = None) -> Export:
    content = unpack(given)
    if not content.size:
        raise _empty(content.name)
    if is_workbook(content):
        from .workbooks import read_workbook

        return read_workbook(content, given)
    text = as_utf8(content) if encoding is None else as_said(content, encoding)
    with text.open() as file:
        head = file.read(HEAD)
    if len(head) == HEAD:
        head = head[: head.rfind(b"\n") + 1] or head
    beginning = head.decode("utf-8", "ignore")
    if beginning.lstrip().upper().startswith("BEGIN:VCARD"):
        from .vcards import read_vcards

        return read_vcards(text, given)
    if _LDIF.match(beginning):
        raise ContactFileError(
            f"{content.name} is LDIF, as Thunderbird and directories export it: export as vCard or CSV there, in the same "
            "window under the kind of file."
        )
    if not beginning.strip():
        raise _empty(content.name)
    return _csv(text, beginning, given)


#: How the first entry of a directory begins, behind a version and comments.
_LDIF = re.compile(r"\s*(?:version:\s*\d+\s+|#[^\n]*\n\s*)*dn::?\s*\S+", re.IGNORECASE)


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
