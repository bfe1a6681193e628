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
#: Sheets wider or emptier than this are formatting, not contacts.
MOST_COLUMNS, MOST_EMPTY_ROWS = 500, 1_000

_ZEROS = re.compile(r"0+")


def read_workbook(content: Content, given: Content) -> Export:
    """The export that a workbook holds; a row's line is its number in the sheet.

    Raises `ContactFileError` when openpyxl is not installed, or the workbook is broken, locked or empty.
    """
    found = []
    for row in _rows(content):
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
        return (row for row in _rows(content) if row[0] >= first)

    return Export(
        content.name,
        "an Excel workbook",
        "",
        headings,
        has_headings,
        given,
        0,
        in_blocks(rows, len(headings)),
    )


def _rows(content: Content) -> Iterator[tuple[int, list[str]]]:
    """Each row of the sheet with its number and its cells as text; empty rows at the end are none."""
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
                begun = False
                empty: list[tuple[int, list[str]]] = []
                for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), 1):
                    row = (number, [_text(cell) for cell in cells])
                    if not any(row[1]):
                        empty.append((number, []))
                        if len(empty) > MOST_EMPTY_ROWS:
                            break
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
        return str(value).zfill(len(shown)) if _ZEROS.fullmatch(shown) else str(value)
    return str(value)
