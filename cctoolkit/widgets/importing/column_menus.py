"""What each column of a contact file becomes: a menu for each that holds anything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import ipywidgets as widgets

from ...contact_files import Cleaned, Export
from ...contact_files.columns.mapping import TARGETS, TURNED
from .. import names

#: How many columns have a menu, and how many of a column's values stand beside it.
MENUS, VALUES_SHOWN = 150, 3
NO_HEADING = "(without a heading)"
_LEAVE_OUT, _CUSTOM = "leave it out", "a custom field"
_AS_RECOGNIZED = ""


class Column(NamedTuple):
    """What a menu says of a column before anything was said of it."""

    heading: str
    becomes: str
    sure: str = ""
    why: str = ""
    filled: bool = True


class ColumnMenus(widgets.VBox):  # type: ignore[misc]
    """The menus of the file that was taken last, by the position of their columns in `menus`."""

    def __init__(self) -> None:
        super().__init__(layout=widgets.Layout(max_height="30em", overflow="auto", width="100%"))
        self.menus: dict[int, widgets.Dropdown] = {}

    def forget(self) -> None:
        self.menus = {}
        self.children: tuple[widgets.Widget, ...] = ()

    def said(self, export: Export) -> dict[str, str]:
        """What was chosen otherwise than recognized, as `columns=` of `clean` takes it."""
        headings = export.headings
        said = {headings[index]: menu.value for index, menu in self.menus.items() if menu.value != _AS_RECOGNIZED}
        return {
            heading: {_LEAVE_OUT: "", _CUSTOM: f"cf:{heading}"}.get(target, target) for heading, target in said.items()
        }

    def make(self, columns: Sequence[Column], sample: Any) -> None:
        """A menu for each column that holds anything, with some of its values and how sure the recognition is."""
        choices = [*TARGETS[:-1], *(name for name in TURNED if name not in TARGETS)]
        rows: list[widgets.Widget] = []
        filled = [(index, column) for index, column in enumerate(columns) if column.filled]
        for index, column in filled[:MENUS]:
            menu = widgets.Dropdown(
                options=[
                    (f"{names.in_text(column.becomes)}{column.sure}", _AS_RECOGNIZED),
                    *((target, target) for target in choices),
                    (_CUSTOM, _CUSTOM),
                    (_LEAVE_OUT, _LEAVE_OUT),
                ],
                description=names.in_text(column.heading, 24, nameless=NO_HEADING),
                tooltip=f"{names.in_text(column.heading, 200, nameless=NO_HEADING)}: {names.in_text(column.why, 200, nameless='not recognized')}",
                layout=widgets.Layout(flex="0 1 28em", width="28em", max_width="100%"),
                style={"description_width": "11em"},
            )
            self.menus[index] = menu
            values = [value for value in sample.iloc[:, index] if value.strip()][:VALUES_SHOWN]
            shown = " · ".join(names.in_html(value, 20) for value in values)
            example = widgets.HTML(
                f'<span class="cct-example">{shown}</span>', layout=widgets.Layout(flex="1 1 14em", min_width="0")
            )
            rows.append(widgets.HBox([menu, example], layout=widgets.Layout(flex_flow="row wrap", flex="0 0 auto")))
        if len(filled) > MENUS:
            left = names.many(len(filled) - MENUS, "more column")
            rows.append(widgets.HTML(f"<p>… and {left}: say in code what they are, with <code>columns=</code>.</p>"))
        self.children = tuple(rows)


def columns_of(cleaned: Cleaned) -> list[Column]:
    """As the cleaning recognized them."""
    found = []
    for column in cleaned.columns.to_dict("records"):
        confidence = column["confidence"]
        sure = "" if confidence is None or confidence != confidence else f", {confidence:.0%} sure"
        found.append(Column(column["column"], column["becomes"], sure, column["why"], bool(column["values"])))
    return found
