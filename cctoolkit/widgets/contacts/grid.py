"""A grid of any number of rows: the browser asks for those that it shows. Imported when it is shown: it is heavy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as widgets
import pandas as pd
from ipydatagrid import StreamingDataGrid
from traitlets import observe

#: Gives the rows from one position up to before another, as texts, a list a row.
Rows = Callable[[int, int], list[list[str]]]
#: Told what a person asked for in a column's menu: the column, and whether descending; None for what is no sorting.
Sorted = Callable[[str | None, bool], None]

_WIDTHS = {"email_address": 260, "contact_id": 290, "created_at": 150, "updated_at": 150}
_WIDTH = 135


class ContactGrid(StreamingDataGrid):  # type: ignore[misc]
    """Shows rows of texts under names. `positions` are those of the rows that are chosen.

    The texts are made when they are asked for, some thirty rows at a time.
    """

    def __init__(self, clicked: Callable[[int], None], sorted_by: Sorted) -> None:
        self._rows: Rows = lambda start, end: []
        self._names: list[str] = []
        self._shows = 0
        self._clicked, self._sorted_by = clicked, sorted_by
        super().__init__(
            pd.DataFrame(),
            selection_mode="row",
            header_visibility="all",
            base_row_size=24,
            base_column_header_size=26,
            base_row_header_size=72,
            layout=widgets.Layout(height="26em", width="auto"),
            debounce_delay=60,
        )
        # The base class's handler of clicks and edits takes each request for rows for one of them, and fails.
        self.on_msg(self._DataGrid__handle_custom_msg, remove=True)

    def show(self, names: Sequence[str], count: int, rows: Rows) -> None:
        """Show `count` rows, of which `rows` gives the texts; nothing is chosen then."""
        self._rows, self._names = rows, list(names)
        with self.hold_sync():
            self.set_trait("selections", [])
            self.column_widths = {name: _WIDTHS.get(name, _WIDTH) for name in names}
            self._shows += 1
            empty = pd.DataFrame({name: pd.Series(dtype=object) for name in names}).rename_axis("row")
            form = self.generate_data_object(empty, "ipydguuid", "row")
            self._data = {
                # Without the keys' columns the browser has an error for each click, and tells of none.
                "data": {key: pd.Series(dtype=object) for key in form["schema"]["primaryKey"]},
                # The count makes it another frame to the browser, which else would show texts of the one before.
                "schema": {**form["schema"], "shows": self._shows},
                "fields": form["fields"],
            }
            self._row_count = count
        self.tick()

    @property
    def positions(self) -> list[int]:
        ranges = (range(one["r1"], one["r2"] + 1) for one in self.selections)
        return sorted({position for each in ranges for position in each if 0 <= position < self._row_count})

    def _handle_comm_msg(self, _: Any, content: dict[str, Any], buffers: Any) -> None:
        if content.get("event_type") == "cell-click" and content.get("region") in {"body", "row-header"}:
            self._clicked(int(content["row"]))
        if content.get("type") != "data-request":
            return
        asked = {name: int(content[name]) for name in ("r1", "r2", "c1", "c2")}
        start, end = max(asked["r1"], 0), min(asked["r2"] + 1, self._row_count)
        texts = pd.DataFrame(self._rows(start, end), columns=self._names, dtype=object)
        texts.index = pd.RangeIndex(start + 1, start + 1 + len(texts), name="row")
        value, sent = self._serialize_helper(texts.iloc[:, asked["c1"] : asked["c2"] + 1].copy())
        self.send({"event_type": "data-reply", "value": value, **asked}, sent)

    @observe("_transforms")
    def _on_transforms_changed(self, change: dict[str, Any]) -> None:
        """A column's menu sorts as the panel does, so that frame and grid stay the same; it does not filter."""
        asked = change["new"]
        if not asked:
            return
        self.set_trait("_transforms", [])
        last = asked[-1]
        if last.get("type") == "sort":
            self._sorted_by(str(last.get("column")), bool(last.get("desc")))
        else:
            self._sorted_by(None, False)
