"""A chart: the picture, the same in words, and the figures behind both."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Callable
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ContactFileError, NotInstalled
from ..extras import needed
from . import palette
from .words import alone, columns_of

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

#: How many rows of figures are said in a text, and in a notebook.
IN_TEXT, IN_TABLE = 60, 500
#: Begins the sentence for who has words and figures, and no picture.
_WHAT = "What draws the pictures of charts is"


class Chart:
    """A picture of the account.

    A notebook shows it. `.text` says the same in words, `.figures` is the DataFrame behind both, `.svg()` the picture,
    `.save("name.png")` writes it (`.svg`, `.png`, `.html`), and `.altair` is the Altair chart, to go on with.
    """

    def __init__(
        self, title: str, summary: str, figures: pd.DataFrame, draw: Callable[[], alt.TopLevelMixin], *, more: str = ""
    ) -> None:
        from ..frame import Frame

        self.title = title
        #: What there is to see, in one sentence or two.
        self.summary = f"{summary} {more}".strip()
        self.figures = Frame(figures)
        self._draw = draw

    @cached_property
    def altair(self) -> Any:
        """The Altair chart. Raises `NotInstalled` where only the commands were installed, as `svg` and `save` do."""
        needed("altair", "lab", _WHAT)
        return self._draw()

    @property
    def text(self) -> str:
        """The same as text: the title, what there is to see, and the figures."""
        lines = [self.title, self.summary]
        shown = self.figures.head(IN_TEXT)
        cells = [list(map(str, shown.columns)), *([_cell(value) for value in row] for row in shown.values.tolist())]
        if len(shown):
            widths = [max(columns_of(row[place]) for row in cells) for place in range(len(cells[0]))]
            right = [self._is_number(name) for name in shown.columns]
            lines += ["", *(_line(row, widths, right) for row in cells)]
        if len(self.figures) > len(shown):
            lines.append(f"… and {len(self.figures) - len(shown):,} more rows, in .figures in Python")
        return "\n".join(lines)

    def svg(self) -> str:
        """The picture as SVG, in the colours of a light page, complete in itself."""
        from .drawing import picture

        needed("vl_convert", "lab", _WHAT)
        return picture(self.altair, self._label)

    def html(self) -> str:
        """The figure as HTML: the picture, in the colours of the page that it stands on, and the same as text."""
        from .drawing import for_any_page, png

        try:
            svg = self.svg()
        except NotInstalled as missing:
            said = f"<p>{escape(str(missing))}</p>"
            return f"<figure><figcaption>{escape(self.summary)}</figcaption>{said}{self._details()}</figure>"
        small = b64encode(png(svg, scale=1)).decode()
        # Some pages (GitHub, a notebook that was not run here yet) take SVG and styles away, and leave images: there the
        # same picture stands as PNG, in the colours of a light page, and the SVG's letters must not be left behind.
        return (
            f'<figure class="cct-chart" style="max-width:720px"><style>{palette.style()}</style>'
            f'<div class="cct-picture" style="display:none">{for_any_page(svg)}</div>'
            f'<img class="cct-unseen" alt="{escape(self._label)}" src="data:image/png;base64,{small}">'
            f"<figcaption>{escape(self.summary)}</figcaption>{self._details()}</figure>"
        )

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the chart; the ending says as what: `.svg`, `.png` or `.html`.

        Raises `ContactFileError` for another ending, and when the file cannot be written; `NotInstalled` as `altair` does
        (`.html` has the words and figures without it).
        """
        to = Path(path)
        ending = to.suffix.lower()
        if ending == ".svg":
            content = self.svg().encode()
        elif ending == ".png":
            from .drawing import png

            content = png(self.svg())
        elif ending == ".html":
            content = self._page().encode()
        else:
            raise ContactFileError(f"A chart cannot be saved as {to.name}: let the name end in .svg, .png or .html.")
        try:
            to.write_bytes(content)
        except OSError as error:
            raise ContactFileError(
                f"The chart cannot be written to {to}: {error.strerror or error}. Name another file."
            ) from error
        return to

    @property
    def _label(self) -> str:
        return f"{self.title}. {self.summary}"

    def _is_number(self, column: Any) -> bool:
        return self.figures[column].dtype.kind in "iuf"

    def _details(self) -> str:
        shown = self.figures.head(IN_TABLE)
        if not len(shown):
            return ""
        kinds = ['class="cct-number"' if self._is_number(name) else "" for name in shown.columns]
        head = "".join(f"<th {kind}>{escape(str(name))}</th>" for name, kind in zip(shown.columns, kinds, strict=True))
        rows = "".join(
            "<tr>"
            + "".join(
                f"<td {kind}><bdi>{escape(_cell(value, False))}</bdi></td>"
                for value, kind in zip(row, kinds, strict=True)
            )
            + "</tr>"
            for row in shown.values.tolist()
        )
        rest = len(self.figures) - len(shown)
        more = f"<p>… and {rest:,} more rows, in .figures in Python</p>" if rest else ""
        return (
            '<details><summary>The same as text</summary><div class="cct-table" tabindex="0">'
            f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{more}</div></details>"
        )

    def _page(self) -> str:
        return (
            '<!doctype html><html lang="en"><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">'
            f"<title>{escape(self.title)}</title><style>{palette.page_style()}</style><body>{self.html()}</body></html>"
        )

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/html": self.html(), "text/plain": self.text}


def _cell(value: Any, apart: bool = True) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.1f}"
    return alone(str(value)) if apart else str(value)


def _line(cells: list[str], widths: list[int], right: list[bool]) -> str:
    parts = []
    for text, width, to_the_right in zip(cells, widths, right, strict=True):
        blanks = " " * (width - columns_of(text))
        parts.append(f"{blanks}{text}" if to_the_right else f"{text}{blanks}")
    return "  ".join(parts).rstrip()
