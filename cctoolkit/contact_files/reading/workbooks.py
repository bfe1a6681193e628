"""Excel workbooks (`.xlsx`) as exports: the first sheet that holds anything. Needs the extra `cctoolkit[xlsx]`."""

from __future__ import annotations

import datetime
import re
import warnings
from collections.abc import Iterator
from typing import Any

from ...errors import ContactFileError
from .content import Content
from .dialect import heading_row
from .export import Export, in_blocks

#: How many rows are looked at to find the headings.
LOOKED_AT = 60
#: What lies further to the right is formatting, not contacts.
MOST_COLUMNS = 500

_ZEROS = re.compile(r"0+(-0+)?")


def read_workbook(content: Content, given: Content) -> Export:
    """The export that a workbook holds; a row's line is its number in the sheet.

    Raises `ContactFileError` when openpyxl is not installed, or the workbook is broken, locked or empty.
    """
    found = []
    next(_rows(content), None)  # says what cannot be read, and what is missing to read it
    chosen, others = _sheets(content)
    for row in _rows(content, chosen):
        found.append(row)
        if len(found) > LOOKED_AT:
            break
    if not any(cell for _, cells in found for cell in cells):
        raise ContactFileError(f"{content.name} is an empty workbook: export your contacts again.")
    at, has_headings = heading_row([cells for _, cells in found])
    width = max(len(cells) for _, cells in found)
    headings = tuple(cell.strip() for cell in found[at][1]) if has_headings else ()
    while headings and not headings[-1]:
        headings = headings[:-1]
    headings = headings or tuple(f"Column {number}" for number in range(1, width + 1))
    first = found[at][0] + (1 if has_headings else 0)

    def rows() -> Iterator[tuple[int, list[str]]]:
        return (row for row in _rows(content, chosen) if row[0] >= first)

    return Export(
        content.name,
        f"an Excel workbook, sheet {chosen!r} (not read: {', '.join(others)})" if others else "an Excel workbook",
        "",
        headings,
        has_headings,
        given,
        0,
        in_blocks(rows, len(headings)),
    )


def _sheets(content: Content) -> tuple[str | None, list[str]]:
    """The first sheet with an address among its first rows, else the first with anything; and those besides with rows."""
    import openpyxl

    holding: list[str] = []
    chosen = None
    with content.open() as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        for sheet in book.worksheets:
            cells = [
                str(cell.value)
                for row in sheet.iter_rows(max_row=LOOKED_AT, max_col=MOST_COLUMNS)
                for cell in row
                if cell.value is not None
            ]
            if cells:
                holding.append(sheet.title)
            if chosen is None and any("@" in cell for cell in cells):
                chosen = sheet.title
    chosen = chosen or (holding[0] if holding else None)
    return chosen, [title for title in holding if title != chosen]


def _rows(content: Content, chosen: str | None = None) -> Iterator[tuple[int, list[str]]]:
    """Each row of a sheet with its number and its cells as text; empty rows at the end are none."""
    try:
        import openpyxl
    except ImportError:
        raise ContactFileError(
            f"{content.name} is an Excel workbook. Install what reads it with: pip install 'cctoolkit[xlsx]', or open it "
            "and save it as CSV UTF-8."
        ) from None
    with content.open() as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and validations, which are not read
        try:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            for sheet in book.worksheets:
                if chosen is not None and sheet.title != chosen:
                    continue
                begun = False
                empty: list[tuple[int, list[str]]] = []
                for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), 1):
                    row = (number, [_text(cell) for cell in cells])
                    if not any(row[1]):
                        empty.append((number, []))
                        continue
                    if begun:
                        yield from empty
                    begun, empty = True, []
                    yield row
                if begun:
                    return
        except ContactFileError:
            raise
        except Exception as error:  # openpyxl raises whatever the broken file makes it stumble over
            raise ContactFileError(
                f"{content.name} cannot be read as a workbook ({type(error).__name__}): open it and save it as CSV UTF-8."
            ) from error


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        value = value.date()
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, int):
        shown = str(getattr(cell, "number_format", "") or "")
        # A zip code that is a number with the format 00000 shows its zeros, and keeps them.
        if not _ZEROS.fullmatch(shown):
            return str(value)
        digits = str(value).zfill(shown.count("0"))
        front = len(shown.partition("-")[0])
        return (
            f"{digits[: -(shown.count('0') - front)]}-{digits[-(shown.count('0') - front) :]}"
            if "-" in shown
            else digits
        )
    return str(value)
