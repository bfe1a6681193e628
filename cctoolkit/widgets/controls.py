"""Controls that the steps' widgets are made of."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as widgets

#: How controls with a label to their left look, and how wide they may be.
LABEL = {"description_width": "9em"}


def wide() -> widgets.Layout:
    return widgets.Layout(width="auto", max_width="min(46em, 100%)")


def row(*controls: widgets.Widget) -> widgets.HBox:
    """Controls side by side, on more lines where there is no room."""
    return widgets.HBox(controls, layout=widgets.Layout(flex_flow="row wrap", align_items="center"))


def button(description: str, icon: str, clicked: Callable[[], None], style: str = "") -> widgets.Button:
    """A button as wide as its words."""
    found = widgets.Button(description=description, icon=icon, button_style=style, layout=widgets.Layout(width="auto"))
    found.on_click(lambda _: clicked())
    return found


def show(widget: widgets.Widget, shown: bool) -> None:
    widget.layout.display = None if shown else "none"
