"""DataFrames as a notebook shows them: text to the left and unbroken, figures to the right, nothing where nothing is."""

from __future__ import annotations

import re
from typing import Any, SupportsIndex

import pandas as pd
from pandas.api.types import is_bool_dtype, is_float_dtype, is_numeric_dtype

#: Stands for a missing value until the table is made; Unicode gives it to no character.
_MISSING = "\ufdd0"
_LEFT_OUT = "…"
#: What is longer breaks between words. An id of the service has 36 characters, a phone number or an address rarely more.
_UNBROKEN = 40
_FIGURE, _TEXT = "text-align:right", "text-align:left;white-space:nowrap"
_LONG = "text-align:left;white-space:normal;min-width:16em"


class Frame(pd.DataFrame):
    """A DataFrame in all but its look in a notebook; what is selected of it, or made from it, looks the same.

    pandas sets texts to the right, breaks ids and phone numbers at their hyphens, and writes `<NA>`, `NaN`, `NaT` and
    `None` for one and the same nothing. Its options, such as `display.max_rows`, hold here too.
    """

    @property
    def _constructor(self) -> type[Frame]:
        return Frame

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[Any, ...]:
        """Kept, or sent to another process, it is what everybody can read: a DataFrame."""
        return pd.DataFrame, (pd.DataFrame(self),)

    def _repr_html_(self) -> str | None:
        plain = pd.DataFrame(self)
        # Headings or labels in several levels span cells, and pandas knows how.
        if self.columns.nlevels + self.index.nlevels > 2:
            shown: str | None = plain._repr_html_()  # type: ignore[operator]
            return shown
        return _html(plain) if pd.get_option("display.notebook_repr_html") else None


def _html(frame: pd.DataFrame) -> str:
    rows, columns = frame.shape
    most_rows, most_columns = _most("display.max_rows", rows), _most("display.max_columns", columns)
    down = _ends(rows, most_rows if rows <= most_rows else min(_most("display.min_rows", most_rows), most_rows))
    across = _ends(columns, most_columns)
    # Only what is seen is gone through, however long the frame is.
    seen = frame.iloc[[at for at in down if at is not None], [at for at in across if at is not None]]
    texts = seen.astype(object)
    texts.columns = texts.columns.astype(object)  # a category, or a time, takes no "…" beside it
    for place, kind in enumerate(seen.dtypes):
        if is_float_dtype(kind) and len(seen):
            # All fractions of a column in one way, as pandas does: one by one, the smallest would be written as 0.0.
            lines = seen.iloc[:, place].to_string(index=False, header=False).split("\n")
            texts.isetitem(place, [line.strip() for line in lines])
    texts = texts.where(seen.notna().to_numpy(), _MISSING)
    if None in across:
        texts.insert(across.index(None), _LEFT_OUT, _LEFT_OUT, allow_duplicates=True)
    if None in down:
        above = down.index(None)
        gap = pd.DataFrame(_LEFT_OUT, index=pd.Index([_LEFT_OUT], name=texts.index.name), columns=texts.columns)
        texts = pd.concat([texts.iloc[:above], gap, texts.iloc[above:]])
    table = texts.to_html(border=0, max_rows=len(down) + 1, max_cols=len(across) + 1, escape=True)
    styles = [_TEXT, *(_style(frame, texts, place, at) for place, at in enumerate(across))]
    told = f"<p>{rows:,} rows × {columns:,} columns</p>" if None in (*down, *across) or not rows else ""
    return f"<div>{_styled(table, styles).replace(f'>{_MISSING}<', '><')}{told}</div>"


def _style(frame: pd.DataFrame, texts: pd.DataFrame, place: int, at: int | None) -> str:
    if at is not None and is_numeric_dtype(kind := frame.dtypes.iloc[at]) and not is_bool_dtype(kind):
        return _FIGURE
    longest = max((len(str(value)) for value in texts.iloc[:, place]), default=0)
    return _LONG if longest > _UNBROKEN else _TEXT


def _styled(table: str, styles: list[str]) -> str:
    """Each cell with its column's style, the labels of the rows first. No text of a cell can be taken for a tag: it is escaped.

    In the cells themselves, since JupyterLab's own rules for tables outdo a style sheet of ours, and an output that is not
    trusted, and GitHub, have no style sheets.
    """
    place = 0

    def tag(found: re.Match[str]) -> str:
        nonlocal place
        if found[1] == "tr":
            place = 0
            return "<tr>"
        place += 1
        return f'<{found[1]} style="{styles[place - 1]}">'

    return re.sub(r"<(tr|th|td)\b[^>]*>", tag, table)


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
