"""A frame of contacts to look at and to choose from, page by page: one table for everybody."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from ..controls import row
from .texts import Names, rows_of

if TYPE_CHECKING:
    import pandas as pd

#: Rows on a page: what a person scrolls through, and what is sent to the browser at once.
PAGE = 100


class ContactView(widgets.VBox):  # type: ignore[misc]
    """Shows a frame. `positions` are those of the rows that are chosen in it.

    Only the page that is shown is made into texts and sent to the browser, however many rows there are.
    """

    def __init__(
        self,
        chose: Callable[[], None],
        opened: Callable[[int], None],
        sorted_by: Callable[[str], None],
        lock: threading.RLock,
    ) -> None:
        # A reading that ends draws from a thread of its own; what a person does meanwhile waits for that.
        self._lock = lock
        self._chose, self._opened, self._sorted_by = chose, opened, sorted_by
        self._frame: pd.DataFrame | None = None
        self._shown: pd.DataFrame | None = None
        self._names = Names()
        self._order: tuple[str, bool] = ("", False)
        self._number = 0
        self._filling = False
        self._rows: Any = None
        self._nobody = widgets.HTML()
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
        super().__init__()
        self.previous.on_click(lambda _: self._turn(-1))
        self.next.on_click(lambda _: self._turn(1))
        self.page.observe(lambda change: self._turn_to(change["new"] - 1), names="value")

    @property
    def rows(self) -> Any:
        """The table in the browser, a `ContactRows`."""
        if self._rows is None:
            from .rows import ContactRows  # only where contacts are shown

            self._rows = ContactRows(self._opened, self._sorted_by, self._turn)
            self._rows.observe(lambda _: self._chosen(), names="chosen")
        return self._rows

    def show(
        self,
        frame: pd.DataFrame,
        columns: Sequence[str],
        names: Names,
        order: tuple[str, bool],
        *,
        longer: bool = False,
    ) -> None:
        """Show these columns of a frame; nobody is chosen then. A new one is shown from its beginning, unless it is the one
        before and `longer`.

        `order` is the column by which it is sorted, or an empty text, and whether descending.
        """
        if frame is not self._frame and not longer:
            self._number = 0
        self._frame, self._shown, self._names, self._order = frame, frame[list(columns)], names, order
        if len(frame) and columns:
            self._draw()
        else:
            self._nobody.value = f"<p>{'Nobody is found.' if columns else 'No column is chosen: press Columns.'}</p>"
            self.children = [self._nobody]

    @property
    def positions(self) -> list[int]:
        return list(self._rows.positions) if self._rows in self.children else []

    def _draw(self) -> None:
        assert self._shown is not None
        count = len(self._shown)
        last = (count - 1) // PAGE
        self._number = min(max(self._number, 0), last)
        start = self._number * PAGE
        end = min(start + PAGE, count)
        sorted_by, descending = self._order
        self._filling = True
        try:
            self.rows.draw(
                {
                    "columns": list(self._shown.columns),
                    "rows": rows_of(self._shown, start, end, self._names),
                    "start": start,
                    "count": count,
                    "caption": f"Contacts {start + 1:,} to {end:,} of {count:,}",
                    "sorted": sorted_by,
                    "descending": descending,
                }
            )
            self.page.max = last + 1
            self.page.value = self._number + 1
        finally:
            self._filling = False
        self._of.value = f"of {last + 1:,}"
        self.previous.disabled, self.next.disabled = self._number == 0, self._number == last
        self.children = [self.rows, *([self._turning] if last else [])]

    def _turn(self, pages: int) -> None:
        self._turn_to(self._number + pages)

    def _turn_to(self, number: int) -> None:
        """Show another page; one beyond the first or the last is none."""
        with self._lock:
            if self._filling or self._shown is None or number == self._number:
                return
            if 0 <= number <= (len(self._shown) - 1) // PAGE:
                self._number = number
                self._draw()
                self._chosen()

    def _chosen(self) -> None:
        with self._lock:
            if not self._filling:
                self._chose()
