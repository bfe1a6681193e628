"""Reading records one by one, with care: for quotation marks that somebody forgot, and cells of several lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

#: A cell with more line breaks than this is taken for a quotation mark that somebody forgot to close.
MOST_LINES_IN_A_RECORD = 100

csv.field_size_limit(2**31 - 1)


def lines_of(text: str) -> list[str]:
    """The physical lines, each with its ending, as `csv` counts them: `\\n`, `\\r\\n` and a lone `\\r` end one."""
    return list(io.StringIO(text, newline=""))


def records(lines: list[str], delimiter: str, width: int = 0) -> Iterator[tuple[int, int, list[str]]]:
    """Each record: the index of its first line, the index after its last, and its cells.

    A quotation mark that is never closed would swallow the rest of the file into one cell. Such a record is read
    again as the one line that it is, its quotation marks taken as text. `width` is how many cells a record has; without
    it the first record tells.
    """
    base = 0
    while base < len(lines):
        reader = csv.reader(_from(lines, base), delimiter=delimiter)
        start = base
        for cells in reader:
            end = base + reader.line_num
            if end - start > 1 and swallowed(lines[start:end], cells, delimiter, width):
                yield start, start + 1, one_line(lines[start], delimiter)
                base = start + 1
                break
            width = width or len(cells)
            yield start, end, cells
            start = end
        else:
            return


def swallowed(lines: list[str], cells: list[str], delimiter: str, width: int) -> bool:
    """Whether a record of several lines is one only because of a stray quotation mark."""
    if len(lines) > MOST_LINES_IN_A_RECORD:
        return True
    try:  # strict: an open quotation at the end, or text after a closing one, is an error
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return True
    alone = [one_line(line, delimiter) for line in lines]
    # Another stray mark further down closed it: then the columns do not fit, while those of the line alone do.
    if width and len(cells) != width and len(alone[0]) == width:
        return True
    # Or they fit by chance: then each line is a whole row by itself, with
    # its address, which the lines of a note or a street are not.
    return width > 1 and all(len(row) == width for row in alone) and all("@" in line for line in lines)


def one_line(line: str, delimiter: str) -> list[str]:
    """The cells of a line whose quotation marks are text."""
    cells = next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter, quoting=csv.QUOTE_NONE), [])
    return [cell.strip().strip('"').replace('""', '"') for cell in cells]


def _from(lines: list[str], start: int) -> Iterator[str]:
    for index in range(start, len(lines)):
        yield lines[index]
