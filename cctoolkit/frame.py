"""DataFrames as a notebook shows them: text to the left and unbroken, figures to the right, nothing where nothing is."""

from __future__ import annotations

import copy
import re
from html import unescape
from typing import Any, SupportsIndex

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

_LEFT_OUT = "…"
#: What is longer breaks between words. An id of the service has 36 characters, a phone number or an address rarely more.
_UNBROKEN = 40
_FIGURE, _TEXT = "text-align:right", "text-align:left;white-space:nowrap"
_LONG = "text-align:left;white-space:normal;min-width:16em"


class Frame(pd.DataFrame):
    """A DataFrame that looks otherwise in a notebook; what is selected of it, or joined to it, looks the same; what a Series
    becomes (`frame["state"].value_counts().to_frame()`) is plain.

    pandas sets texts to the right, breaks ids and phone numbers at their hyphens, and writes `<NA>`, `NaN`, `NaT` and
    `None` for one and the same nothing. What a value looks like is pandas's, whose options hold.

    `pandas.testing.assert_frame_equal(plain, frame)` wants `check_frame_type=False`.
    """

    @property
    def _constructor(self) -> type[Frame]:
        return Frame

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[Any, ...]:
        """Kept, or sent to another process, it is what everybody can read: a DataFrame, with its `attrs`."""
        return copy.copy, (pd.DataFrame(self).__finalize__(self),)  # type: ignore[operator]

    def _repr_html_(self) -> str | None:
        plain = pd.DataFrame(self)
        # Headings or labels in several levels span cells, and pandas knows how.
        if self.columns.nlevels + self.index.nlevels > 2 or pd.get_option("display.large_repr") == "info":
            shown: str | None = plain._repr_html_()  # type: ignore[operator]
            return shown
        return table_html(plain) if pd.get_option("display.notebook_repr_html") else None


def table_html(frame: pd.DataFrame, *, labels: bool = True) -> str:
    """pandas's own table of what is seen, each cell with a style of its own; without `labels` its columns alone.

    In the cells themselves, since JupyterLab's own rules for tables outdo a style sheet of ours, and an output that is not
    trusted, and GitHub, have no style sheets.
    """
    rows, columns = frame.shape
    most_rows, most_columns = _most("display.max_rows", rows), _most("display.max_columns", columns)
    down = _ends(rows, most_rows if rows <= most_rows else min(_most("display.min_rows", most_rows), most_rows))
    across = _ends(columns, most_columns)
    # Only what is seen is gone through, however long the frame is.
    seen = frame.iloc[[at for at in down if at is not None], [at for at in across if at is not None]]
    table = seen.to_html(notebook=True, border=0, max_rows=rows + 1, max_cols=columns + 1, show_dimensions=False)
    opening = re.search(r"<table\b[^>]*>", table)
    assert opening is not None
    head, _, body = table[opening.end() :].partition("<tbody>")
    missing = seen.isna().to_numpy()
    cells = [
        [
            "" if nameless else label,
            *("" if nothing else text for text, nothing in zip(texts, missing[row], strict=True)),
        ]
        for row, (nameless, (label, *texts)) in enumerate(zip(seen.index.isna(), _cells(body), strict=True))
    ]
    headings = _cells(head)
    if None in across:
        for line in (*headings[:1], *cells):
            line.insert(1 + across.index(None), _LEFT_OUT)
        for line in headings[1:]:  # the name of the labels, and nothing beside it
            line.insert(1 + across.index(None), "")
    if None in down:
        cells.insert(down.index(None), [_LEFT_OUT] * (1 + len(across)))
    styles = [_TEXT]
    for place, at in enumerate(across, start=1):
        longest = max((len(unescape(line[place])) for line in cells), default=0)
        figures = at is not None and is_numeric_dtype(kind := frame.dtypes.iloc[at]) and not is_bool_dtype(kind)
        styles.append(_FIGURE if figures else _LONG if longest > _UNBROKEN else _TEXT)
    shown = pd.get_option("display.show_dimensions")
    told = not rows or shown is True or (shown == "truncate" and None in (*down, *across))
    kinds = ["th", *["td"] * len(across)]
    if not labels:
        headings, cells = [headings[0][1:]], [line[1:] for line in cells]
        del styles[0], kinds[0]
    return (
        f"<div>{opening[0]}\n<thead>\n{_lines(headings, styles, ['th'] * len(kinds))}</thead>\n"
        f"<tbody>\n{_lines(cells, styles, kinds)}</tbody>\n</table>"
        f"{f'<p>{rows:,} rows × {columns:,} columns</p>' if told else ''}</div>"
    )


def _cells(part: str) -> list[list[str]]:
    """The cells of a table's part as HTML. No text of a cell can be taken for a tag: it is escaped."""
    return [
        re.findall(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", line, re.DOTALL)
        for line in re.findall(r"<tr\b[^>]*>(.*?)</tr>", part, re.DOTALL)
    ]


def _lines(cells: list[list[str]], styles: list[str], kinds: list[str]) -> str:
    """Rows of HTML, each of its cells in the style and of the kind of its column. Only a heading's long text needs telling."""
    return "".join(
        "<tr>"
        + "".join(
            f'<{kind} style="{_LONG if kind == "th" and style == _TEXT and len(unescape(text)) > _UNBROKEN else style}">{text}</{kind}>'
            for kind, text, style in zip(kinds, line, styles, strict=True)
        )
        + "</tr>\n"
        for line in cells
    )


def _most(option: str, there: int) -> int:
    """One of pandas's limits; none at all is as many as there are."""
    return int(pd.get_option(option) or there)


def _ends(count: int, most: int) -> list[int | None]:
    """The places that are shown: all, or those of both ends with None for what is left out between."""
    if count <= most:
        return list(range(count))
    above = (most + 1) // 2
    below: list[Any] = list(range(count - most // 2, count))
    return [*range(above), None, *below]
