"""Controls that the steps' widgets are made of."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as widgets

#: How controls with a label to their left look.
LABEL = {"description_width": "9em"}
# Only for somebody who works in the panel, or whose button has just lost the focus: after Run All the page stays where it was.
_SCROLL = (
    "const found=this.closest('.cct-panel'),at=document.activeElement;let outer=found;"
    "while(outer.parentElement.closest('.cct-panel'))outer=outer.parentElement.closest('.cct-panel');"
    "if(at===document.body||outer.contains(at))"
    "requestAnimationFrame(()=>this.closest('.widget-vbox').scrollIntoView({block:'nearest'}))"
)


def wide(most: str = "46em") -> widgets.Layout:
    """As wide as there is room, and at most that. Each control has one of its own: hiding one would hide all."""
    return widgets.Layout(width="auto", min_width="0", max_width=f"min({most}, 100%)")


def wrapped() -> widgets.Layout:
    """Of a box: on more lines where there is no room."""
    return widgets.Layout(flex_flow="row wrap", align_items="center", grid_gap="0 .4em")


def row(*controls: widgets.Widget) -> widgets.HBox:
    """Controls side by side, on more lines where there is no room."""
    return widgets.HBox(controls, layout=wrapped())


def button(description: str, icon: str, clicked: Callable[[], None], style: str = "") -> widgets.Button:
    """A button as wide as its words."""
    found = widgets.Button(description=description, icon=icon, button_style=style, layout=widgets.Layout(width="auto"))
    found.on_click(lambda _: clicked())
    return found


def show(widget: widgets.Widget, shown: bool) -> None:
    widget.layout.display = None if shown else "none"


def in_sight() -> widgets.HTML:
    """The last thing in a box that is filled after a click: it brings the box into the window."""
    return widgets.HTML(f'<style onload="{_SCROLL}"></style>')
