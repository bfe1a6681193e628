"""An export as a table of text: its encoding and delimiter found, every row with its line number."""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from ..errors import ContactFileError

#: Encodings whose letters tell them from Windows-1252, and how many bytes are looked at to tell.
OTHER_SCRIPTS = {"cp932", "shift_jis", "gb18030", "gb2312", "gbk", "big5", "euc_jp", "euc_kr", "cp949", "cp1251"} | {
    *("koi8_r", "mac_cyrillic", "cp1253", "cp1255", "cp1256", "iso8859_5", "iso8859_7", "shift_jis_2004", "hz")
}
SAMPLE = 200_000
DELIMITERS = (",", ";", "\t", "|")
#: Lines above the headings that may hold a title.
MOST_TITLE_LINES = 5
#: A cell with more line breaks than this is taken for a quotation mark that somebody forgot to close.
MOST_LINES_IN_A_RECORD = 100

_NOT_TEXT = {
    b"PK\x03\x04": "a spreadsheet or a zip archive",
    b"%PDF": "a PDF document",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\x1f\x8b": "a gzip archive",
    b"SQLite format 3": "a database",
}


@dataclass(frozen=True)
class Row:
    """One record of the export: the line where it begins (1 is the file's first), and its cells."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Export:
    """The export as text, nothing changed in it.

    `headings` as the file has them; each of `rows` has as many cells as there are headings, or more.
    """

    name: str
    encoding: str
    delimiter: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...]


def read(path: str | Path) -> Export:
    """Read an export.

    Raises `ContactFileError` for a file that is not there, empty, or no CSV.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise ContactFileError(
            f"There is no file {path}: check the path (the current folder is {Path.cwd()})."
        ) from None
    except OSError as error:
        raise ContactFileError(f"{path} cannot be read ({error.strerror}): give the path of a CSV file.") from error
    return read_bytes(content, path.name)


def read_bytes(content: bytes, name: str) -> Export:
    """Read an export that is in memory; `name` is what messages call it."""
    for magic, what in _NOT_TEXT.items():
        if content.startswith(magic):
            raise ContactFileError(f"{name} is {what}, not a CSV file: open it and export or save it as CSV.")
    text, encoding = _decode(content, name)
    if not text.strip():
        raise ContactFileError(f"{name} is empty: export your contacts again, as CSV.")
    lines = list(io.StringIO(text, newline=""))
    first = 0
    delimiter = None
    if lines[0].lower().startswith("sep=") and len(lines[0].strip()) <= 5:
        delimiter = lines[0].rstrip("\r\n")[4:] or None
        first = 1
    delimiter = delimiter or _find_delimiter(lines[first:])
    records = list(_records(lines, first, delimiter))
    start = _heading_row(records)
    headings = tuple(cell.strip() for cell in records[start][1])
    rows = []
    width = len(headings)
    for line, cells in records[start + 1 :]:
        padded = (*cells, *[""] * (width - len(cells)))
        rows.append(Row(line, padded))
    return Export(name, encoding, delimiter, headings, tuple(rows))


def _heading_row(records: list[tuple[int, list[str]]]) -> int:
    """Which record holds the headings: the first that is not empty, or after a title line or two."""
    filled = [sum(bool(cell.strip()) for cell in cells) for _, cells in records]
    first = next((index for index, count in enumerate(filled) if count), 0)
    for index in range(first, min(first + MOST_TITLE_LINES + 1, len(records))):
        if filled[index] > 1:
            # A line with one cell above one with several is a title; and where an address stands is no heading.
            titles = filled[first:index]
            return (
                index if all(count <= 1 for count in titles) and not any("@" in c for c in records[index][1]) else first
            )
    return first


def _decode(content: bytes, name: str) -> tuple[str, str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif content.startswith(b"\xef\xbb\xbf"):
        encoding = "utf-8-sig"
    else:
        encoding = "utf-8"
    said = encoding.removesuffix("-sig")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        if encoding == "utf-16":
            raise _no_text(name) from None
        text, said = _guess(content)
    if text.count("\0") > len(text) // 100:
        raise _no_text(name)
    return text.replace("\0", ""), said


def _no_text(name: str) -> ContactFileError:
    return ContactFileError(f"{name} is not text, so it is no CSV file: export your contacts again, as CSV (UTF-8).")


def _guess(content: bytes) -> tuple[str, str]:
    """Text that is not UTF-8: a few odd lines in UTF-8, another script by its letters, else Outlook's Windows-1252."""
    lines = content.splitlines(keepends=True)
    foreign = [line for line in lines if not line.isascii()]
    odd = sum(not _is_utf8(line) for line in foreign)
    if odd * 10 <= len(foreign):
        text = "".join(line.decode("utf-8" if _is_utf8(line) else "cp1252", "replace") for line in lines)
        return text, f"utf-8, but {odd} lines in cp1252"
    # In Western text an accented letter stands alone between ASCII ones; in other scripts such bytes come in runs.
    runs = re.findall(rb"[\x80-\xff]+", content[:SAMPLE])
    dense = sum(map(len, runs)) >= 2 * len(runs)
    found = from_bytes(content[:SAMPLE]).best() if dense else None
    if found is not None and found.encoding in OTHER_SCRIPTS:
        with contextlib.suppress(UnicodeDecodeError):
            return content.decode(found.encoding), f"{found.encoding} (guessed by its letters)"
    return content.decode("cp1252", "replace"), "cp1252 (guessed: it is not UTF-8)"


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _find_delimiter(lines: list[str]) -> str:
    """The delimiter that cuts most rows into the same, largest number of columns."""
    sample = lines[:60]
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        records = [cells for _, cells in _records(sample, 0, delimiter) if any(cells)]
        if not records:
            continue
        # A title line or two above the table must not decide; most rows agreeing on many columns must.
        widths = Counter(len(cells) for cells in records)
        score = max((width - 1) * count / len(records) for width, count in widths.items())
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _records(lines: list[str], first: int, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the number of its first line.

    A quotation mark that is never closed would swallow the rest of the file into one cell. Such a record is read
    again as the one line that it is, its quotation marks taken as text.
    """
    csv.field_size_limit(2**31 - 1)
    base = first
    width = 0
    while base < len(lines):
        reader = csv.reader(_from(lines, base), delimiter=delimiter)
        start = base
        for cells in reader:
            end = base + reader.line_num
            if end - start > 1 and _swallowed(lines, start, end, cells, delimiter, width):
                yield start + 1, _one_line(lines[start], delimiter)
                base = start + 1
                break
            width = width or len(cells)
            yield start + 1, cells
            start = end
        else:
            return


def _swallowed(lines: list[str], start: int, end: int, cells: list[str], delimiter: str, width: int) -> bool:
    """Whether a record of several lines is one only because of a stray quotation mark."""
    if end - start > MOST_LINES_IN_A_RECORD:
        return True
    try:  # strict: an open quotation at the end, or text after a closing one, is an error
        list(csv.reader(lines[start:end], delimiter=delimiter, strict=True))
    except csv.Error:
        return True
    alone = [_one_line(line, delimiter) for line in lines[start:end]]
    # Another stray mark further down closed it: then the columns do not fit, while those of the line alone do.
    if width and len(cells) != width and len(alone[0]) == width:
        return True
    # Or they fit by chance: then each line is a whole row by itself, which the lines of a note or a street are not.
    return width > 1 and all(len(row) == width for row in alone)


def _one_line(line: str, delimiter: str) -> list[str]:
    cells = next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter, quoting=csv.QUOTE_NONE), [])
    return [cell.strip().strip('"').replace('""', '"') for cell in cells]


def _from(lines: list[str], start: int) -> Iterator[str]:
    for index in range(start, len(lines)):
        yield lines[index]
