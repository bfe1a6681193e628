"""Workbooks as exports (`.xlsx`, `.xls`, `.xlsb`, `.ods`): the first sheet that holds anything.

python-calamine reads the cells, in Rust: several times as fast as what reads them in Python. It does not tell how a number is
shown, so the zip codes that are numbers shown with their zeros are looked up in the file itself.
"""

from __future__ import annotations

import datetime
import re
import zipfile
from collections.abc import Iterator
from itertools import islice
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from ...errors import ContactFileError
from .content import Content
from .dialect import find_headings
from .export import Export, in_blocks
from .names import left_by_name

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

#: How many rows are looked at to find the headings.
LOOKED_AT = 60
#: What lies further to the right is formatting, not contacts.
MOST_COLUMNS = 500
#: Empty rows in a row that are counted as rows of the export; more are a gap, or the rest of the sheet.
MOST_EMPTY = 1_000
#: Cells between the first and the last of a sheet, filled or not: all of them are in memory at once.
MOST_CELLS = 30_000_000
#: Bytes of the largest part of a workbook, unpacked.
MOST_UNPACKED = 2_000_000_000

_ZEROS = re.compile(r"0+(-0+)?")
_CHUNK = 1 << 24
_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*)>")
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
#: The same in whatever tag and quotation marks, for how far a sheet reaches.
_PLACES = re.compile(rb"""r=["']([A-Z]{1,3}\d{1,7})["']""")
#: Whether a cell lies past the column Z or the row 99,999. Where none does, no sheet is too large, and nothing is counted.
_FAR = re.compile(rb"""r=["'](?:[A-Z]{2,3}\d{1,7}|[A-Z]\d{6,7})["']""")
_ADDRESS = re.compile(r"[^@\s<>,;\"']+@[^@\s<>,;\"']+\.[^@\s<>,;\"']+")
_STYLE = re.compile(rb'\bs="(\d+)"')
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


def read_workbook(content: Content, given: Content) -> Export:
    """The export that a workbook holds; a row's line is its number in the sheet.

    Raises `ContactFileError` when the workbook is broken, locked, empty, or too spread out to be an address book.
    """
    book = _opened(content)
    chosen, sheet, others = _sheets(content, book)
    if chosen is None or sheet is None:
        raise ContactFileError(f"{content.name} is an empty workbook: export your contacts again.")
    zeros = _shown_with_zeros(content, chosen)
    found = list(islice(_rows(sheet, zeros), LOOKED_AT + 1))
    at, headings, taken = find_headings([cells for _, cells in found])
    kind = _KINDS[_kind(content)]
    width = max(len(cells) for _, cells in found)
    while headings and not headings[-1]:
        headings = headings[:-1]
    headings = headings or tuple(f"Column {number}" for number in range(1, width + 1))
    first = found[at + taken - 1][0] + 1 if taken else found[at][0]

    def rows() -> Iterator[tuple[int, list[str]]]:
        return (row for row in _rows(sheet, zeros) if row[0] >= first)

    return Export(
        content.name,
        f"{kind}, sheet {chosen!r} (not read: {', '.join(others)})" if others else kind,
        "",
        headings,
        taken > 0,
        given,
        0,
        in_blocks(rows, len(headings), keep=True),
        sheet=chosen,
        left=_left(content, book, others),
    )


_KINDS = {
    "xlsx": "an Excel workbook",
    "xlsb": "an Excel workbook",
    "xls": "an old Excel workbook",
    "ods": "an OpenDocument workbook",
}


def _kind(content: Content) -> str:
    if content.head(4) != b"PK\x03\x04":
        return "xls"
    with content.open() as file, zipfile.ZipFile(file) as archive:
        names = set(archive.namelist())
    return "xlsx" if "xl/workbook.xml" in names else "xlsb" if "xl/workbook.bin" in names else "ods"


def _opened(content: Content) -> CalamineWorkbook:
    from python_calamine import CalamineWorkbook

    try:
        _check_extents(content)
        with content.open() as file:
            return CalamineWorkbook.from_filelike(file)
    except ContactFileError:
        raise
    except Exception as error:  # the reader raises whatever the broken file makes it stumble over
        raise _broken(content, error) from error


def _sheet(content: Content, book: CalamineWorkbook, title: str) -> CalamineSheet | None:
    """The sheet; None for an empty one."""
    try:
        sheet = book.get_sheet_by_name(title)
    except Exception as error:
        raise _broken(content, error) from error
    return None if sheet.start is None else sheet


def _broken(content: Content, error: Exception) -> ContactFileError:
    what = type(error).__name__
    return ContactFileError(
        f"{content.name} cannot be read as a workbook ({what}): it may be locked with a password, or broken. Open it and "
        "save it as CSV UTF-8."
    )


def _sheets(content: Content, book: CalamineWorkbook) -> tuple[str | None, CalamineSheet | None, list[str]]:
    """The first sheet with an address among its first rows, else the first with anything; and those besides with rows. One of those
    who left, by its name, comes after all others."""
    holding: list[str] = []
    chosen, its = None, None
    for title in sorted(book.sheet_names, key=lambda name: bool(left_by_name(name))):
        sheet = _sheet(content, book, title)
        if sheet is None:
            continue
        first = [cell for _, cells in islice(_rows(sheet, {}), LOOKED_AT) for cell in cells]
        if any(first):
            holding.append(title)
            its = its or sheet
        if chosen is None and any("@" in cell for cell in first):
            chosen, its = title, sheet
    chosen = chosen or (holding[0] if holding else None)
    return chosen, its, [title for title in holding if title != chosen]


def _left(content: Content, book: CalamineWorkbook, others: list[str]) -> dict[str, str]:
    """Whom other sheets say of, by their names, that they must not be written to: `Do not email` beside `Contacts`."""
    found: dict[str, str] = {}
    for title in filter(left_by_name, others):
        sheet = _sheet(content, book, title)
        cells = (cell for _, cells in (_rows(sheet, {}) if sheet else ()) for cell in cells if "@" in cell)
        for address in (each.lower() for cell in cells for each in _ADDRESS.findall(cell)):
            found.setdefault(address, f"the sheet {title!r}")
    return found


def _rows(sheet: CalamineSheet, zeros: dict[tuple[int, int], str]) -> Iterator[tuple[int, list[str]]]:
    """Each row of a sheet with its number and its cells as text; empty rows at the end are none."""
    assert sheet.start is not None
    left = sheet.start[1]
    begun = False
    empty: list[tuple[int, list[str]]] = []
    for number, values in enumerate(sheet.iter_rows(), 1):
        if values.count("") == len(values):  # in C: a sheet may be padded to its last row
            if begun and len(empty) <= MOST_EMPTY:
                empty.append((number, []))
            continue
        cells = [value if type(value) is str else _text(value) for value in values[:MOST_COLUMNS]]
        while cells and not cells[-1]:
            cells.pop()
        if len(empty) <= MOST_EMPTY:
            yield from empty
        begun, empty = True, []
        if zeros:
            for index, value in enumerate(values[:MOST_COLUMNS]):
                shown = zeros.get((number, left + index))
                if shown is not None and isinstance(value, float) and value.is_integer():
                    cells[index] = _with_zeros(int(value), shown)
        yield number, cells


def _text(value: Any) -> str:
    if type(value) is float:
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else str(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        value = value.date()
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()
    return str(value)


def _with_zeros(value: int, shown: str) -> str:
    """A zip code that is a number with the format 00000 shows its zeros, and keeps them."""
    digits = str(value).zfill(shown.count("0"))
    behind = len(shown.partition("-")[2])
    return f"{digits[:-behind]}-{digits[-behind:]}" if behind else digits


def _shown_with_zeros(content: Content, title: str) -> dict[tuple[int, int], str]:
    """The cells of a sheet whose format is all zeros, by row (from 1) and column (from 0)."""
    if _kind(content) != "xlsx":
        return {}
    try:
        with content.open() as file, zipfile.ZipFile(file) as archive:
            styles = _zero_styles(archive)
            if not styles:
                return {}
            return {
                (int(row), _column(letters)): styles[style]
                for letters, row, style in _cells(archive, _part_of(archive, title))
                if style in styles
            }
    except (KeyError, ValueError, ElementTree.ParseError, zipfile.BadZipFile):
        return {}  # its cells are read all the same


def _zero_styles(archive: zipfile.ZipFile) -> dict[int, str]:
    if "xl/styles.xml" not in archive.namelist():
        return {}
    root = ElementTree.fromstring(archive.read("xl/styles.xml"))  # noqa: S314 - expat refuses entities that grow
    codes = {each.get("numFmtId"): each.get("formatCode") or "" for each in root.findall(".//{*}numFmt")}
    used = root.find("{*}cellXfs")
    shown = [codes.get(each.get("numFmtId"), "") for each in (() if used is None else used)]
    return {index: code for index, code in enumerate(shown) if _ZEROS.fullmatch(code)}


def _part_of(archive: zipfile.ZipFile, title: str) -> str:
    """The name of the part that holds a sheet. Raises `KeyError` where that is not said."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    of_sheet = {
        each.get("name"): next((value for name, value in each.items() if name.endswith("}id")), None)
        for each in book.findall(".//{*}sheet")
    }
    targets = {each.get("Id"): each.get("Target") or "" for each in links}
    target = targets[of_sheet[title]]
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _cells(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[bytes, bytes, int]]:
    """Column, row and style of each cell of a sheet that says where it is."""
    for piece in _pieces(archive, part):
        for cell in _CELL.finditer(piece):
            place = _PLACE.search(cell[1])
            if place is not None:
                style = _STYLE.search(cell[1])
                yield place[1], place[2], int(style[1]) if style else 0


def _pieces(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """A part in pieces, none of which ends within a tag."""
    with archive.open(part) as file:
        rest = b""
        while chunk := file.read(_CHUNK):
            rest += chunk
            end = max(rest.rfind(b"<"), 0)
            yield rest[:end]
            rest = rest[end:]
        yield rest


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _check_extents(content: Content) -> None:
    """Raises `ContactFileError` for a workbook whose cells, with the empty ones between them, would fill the memory."""
    kind = _kind(content)
    if kind == "xls":  # 65,536 rows of 256
        return
    with content.open() as file, zipfile.ZipFile(file) as archive:
        for entry in archive.infolist():
            if entry.file_size > MOST_UNPACKED:
                raise _too_large(content, f"a part of {entry.file_size // 1_000_000} MB")
            sheet = entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml")
            if kind == "xlsx" and sheet and any(map(_FAR.search, _pieces(archive, entry.filename))):
                _check_extent(content, *_extent(archive, entry.filename))
            if kind == "ods" and entry.filename == "content.xml":
                with archive.open(entry) as part:
                    for extent in _extents_of_ods(part):
                        _check_extent(content, *extent)


def _extent(archive: zipfile.ZipFile, part: str) -> tuple[int, int]:
    """Rows and columns from the first cell to the last."""
    columns: set[bytes] = set()
    rows: set[bytes] = set()
    for piece in _pieces(archive, part):
        places = b"\n".join(_PLACES.findall(piece))
        columns.update(places.translate(None, b"0123456789").split(b"\n"))
        rows.update(places.translate(None, ascii_uppercase.encode()).split(b"\n"))
    columns.discard(b"")
    rows.discard(b"")
    across, down = [_column(letters) for letters in columns], [int(row) for row in rows]
    return (
        max(down, default=0) - min(down, default=0) + 1,
        max(across, default=0) - min(across, default=0) + 1,
    )


def _extents_of_ods(part: Any) -> Iterator[tuple[int, int]]:
    rows = height = width = 0
    for _, element in ElementTree.iterparse(part):  # noqa: S314
        if element.tag == f"{_TABLE}table-row":
            repeated = int(element.get(f"{_TABLE}number-rows-repeated", "1"))
            cells = filled = 0
            for cell in element:
                cells += int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
                if len(cell):
                    filled = cells
            rows += repeated
            if filled:
                height, width = rows, max(width, filled)
            element.clear()
        elif element.tag == f"{_TABLE}table":
            yield height, width
            rows = height = width = 0
            element.clear()


def _check_extent(content: Content, rows: int, columns: int) -> None:
    if rows * columns > MOST_CELLS:
        raise _too_large(content, f"a sheet of {rows:,} rows and {columns:,} columns")


def _too_large(content: Content, what: str) -> ContactFileError:
    return ContactFileError(
        f"{content.name} is a workbook with {what}, which is no address book: delete what lies far from the contacts, or "
        "save the sheet as CSV UTF-8."
    )
