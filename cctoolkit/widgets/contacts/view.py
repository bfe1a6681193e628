"""A frame of contacts to look at and to choose from: a grid, or a plain table, page by page, for everybody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from .. import markup
from ..controls import row
from .texts import Names, rows_of, who

if TYPE_CHECKING:
    import pandas as pd

#: Rows on a page of the plain table.
PAGE = 50


class ContactView(widgets.VBox):  # type: ignore[misc]
    """Shows a frame. `positions` are those of the rows that are chosen in it.

    A grid is painted on a canvas, which no screen reader reads: the plain table is the same for everybody.
    """

    def __init__(
        self,
        chose: Callable[[], None],
        clicked: Callable[[int], None],
        sorted_by: Callable[[str | None, bool], None],
    ) -> None:
        self._chose, self._clicked, self._sorted_by = chose, clicked, sorted_by
        self._frame: pd.DataFrame | None = None
        self._shown: pd.DataFrame | None = None
        self._names = Names()
        self._number = 0
        self._filling = False
        self.grid: Any = None
        self.table = widgets.HTML()
        self.previous = widgets.Button(
            description="Previous", icon="arrow-left", tooltip="The page before", layout=widgets.Layout(width="auto")
        )
        self.next = widgets.Button(
            description="Next", icon="arrow-right", tooltip="The next page", layout=widgets.Layout(width="auto")
        )
        self.page = widgets.BoundedIntText(
            description="Page",
            min=1,
            max=1,
            tooltip="The page that is shown",
            layout=widgets.Layout(width="9em"),
            style={"description_width": "initial"},
        )
        self._of = widgets.HTML()
        self._turning = row(self.previous, self.page, self._of, self.next)
        self.pick = widgets.SelectMultiple(
            description="Choose",
            rows=4,
            tooltip="Contacts of this page: several with Shift or Ctrl",
            layout=widgets.Layout(width="auto", max_width="40em"),
            style={"description_width": "5em"},
        )
        super().__init__()
        self.previous.on_click(lambda _: self._turn_to(self._number - 1))
        self.next.on_click(lambda _: self._turn_to(self._number + 1))
        self.page.observe(lambda change: self._turn_to(change["new"] - 1), names="value")
        self.pick.observe(lambda _: self._chosen(), names="value")

    def show(self, frame: pd.DataFrame, columns: Sequence[str], names: Names, *, plain: bool) -> None:
        """Show these columns of a frame, a new one from its beginning; nobody is chosen then."""
        if frame is not self._frame:
            self._number = 0
        self._frame, self._shown, self._names = frame, frame[list(columns)], names
        if not len(frame) or not columns:
            said = "Nobody is found." if columns else "No column is chosen: press Columns."
            self.table.value = f"<p>{said}</p>"
            self.pick.options = ()
            self.children = [self.table]
        elif plain:
            self._draw()
        else:
            self._show_grid()

    @property
    def positions(self) -> list[int]:
        if self.pick in self.children:
            return sorted(self.pick.value)
        return list(self.grid.positions) if self.grid in self.children else []

    def _show_grid(self) -> None:
        if self.grid is None:
            from .grid import ContactGrid  # half a second, and only here

            self.grid = ContactGrid(self._clicked, self._sorted_by)
            self.grid.observe(lambda _: self._chosen(), names="selections")
        shown, names = self._shown, self._names
        assert shown is not None
        self.grid.show(shown.columns, len(shown), lambda start, end: rows_of(shown, start, end, names))
        self.children = [self.grid]

    def _draw(self) -> None:
        """The page of the plain table."""
        assert self._frame is not None
        assert self._shown is not None
        count = len(self._frame)
        last = (count - 1) // PAGE
        self._number = min(max(self._number, 0), last)
        start = self._number * PAGE
        end = min(start + PAGE, count)
        rows = rows_of(self._shown, start, end, self._names)
        caption = f"Contacts {start + 1:,} to {end:,} of {count:,}"
        people = self._frame.iloc[start:end][["first_name", "last_name", "email_address"]]
        self._filling = True
        try:
            self.table.value = markup.table(list(self._shown.columns), rows, caption)
            self.pick.options = [(who(person), start + at) for at, (_, person) in enumerate(people.iterrows())]
            self.page.max = last + 1
            self.page.value = self._number + 1
        finally:
            self._filling = False
        self._of.value = f"of {last + 1:,}"
        self.previous.disabled, self.next.disabled = self._number == 0, self._number == last
        self.children = [self.table, *([self._turning] if last else []), self.pick]

    def _turn_to(self, number: int) -> None:
        if not self._filling and number != self._number:
            self._number = number
            self._draw()
            self._chosen()

    def _chosen(self) -> None:
        if not self._filling:
            self._chose()
