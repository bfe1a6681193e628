"""The workshop's panel: where the address on a slip is pasted. The address is a key, and stays in no notebook."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from ..errors import CctoolkitError
from ..settings import workspace_folder
from ..workshop.joining import Seat, join, joined_seat, leave
from . import markup

_WIDE = widgets.Layout(width="auto", max_width="46em")


class JoinWorkshop(widgets.VBox):  # type: ignore[misc]
    """Lets this folder take part in a trainer's workshop, or leave it: `cctoolkit workshop join` as a panel."""

    def __init__(self) -> None:
        self.address = widgets.Text(
            description="Your slip",
            placeholder="http://…/join/…",
            continuous_update=False,
            layout=_WIDE,
            style={"description_width": "5em"},
        )
        self.join = widgets.Button(description="Join", button_style="primary", tooltip="Take part with this address")
        self.leave = widgets.Button(description="Leave", tooltip="Work in this folder's own sandbox again")
        self._status = widgets.HTML()
        super().__init__([])
        self.join.on_click(self._joined)
        self.leave.on_click(self._left)
        try:
            self._show(joined_seat(workspace_folder()))
        except CctoolkitError as error:
            self._show(None, problem=str(error), known=True)

    def __repr__(self) -> str:
        return "[workshop panel: run this cell to see it]"

    def _show(self, seat: Seat | None, *, problem: str = "", known: bool = False) -> None:
        if problem:
            self._status.value = markup.status(problem, good=False)
        elif seat is not None:
            self._status.value = markup.status(
                f"You take part as {seat.participant}. Go on with the next cell; a client that was made before is made "
                "again with cctoolkit.connect().",
                good=True,
            )
        else:
            self._status.value = markup.status("You work in this folder's own sandbox.")
        buttons = [self.join, *([self.leave] if seat is not None or known else [])]
        self.children = [self.address, widgets.HBox(buttons), self._status]

    def _joined(self, button: Any) -> None:
        text, self.address.value = self.address.value, ""  # gone from the page, and from what a notebook may save
        try:
            self._show(join(text, workspace_folder()))
        except CctoolkitError as error:
            self._show(None, problem=str(error))

    def _left(self, button: Any) -> None:
        leave(workspace_folder())
        try:
            self._show(joined_seat(workspace_folder()))
        except CctoolkitError as error:
            self._show(None, problem=str(error), known=True)
