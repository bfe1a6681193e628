"""The workshop's panel: where the address on a slip is pasted. The address is a key, and stays in no notebook."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from ..errors import CctoolkitError
from ..settings import workspace_folder
from ..workshop.joining import Seat, join, joined_seat, leave
from .controls import LABEL, row, wide
from .panel import Panel


class JoinWorkshop(Panel):
    """Lets this folder take part in a trainer's workshop, or leave it: `cctoolkit workshop join` as a panel."""

    def __init__(self) -> None:
        super().__init__("Take part in a workshop", name="workshop panel")
        self.address = widgets.Text(
            description="Your slip",
            placeholder="http://…/join/…",
            continuous_update=False,
            layout=wide(),
            style=LABEL,
        )
        self.join = widgets.Button(description="Join", button_style="primary", tooltip="Take part with this address")
        self.leave = widgets.Button(description="Leave", tooltip="Work in this folder's own sandbox again")
        self.join.on_click(self._joined)
        self.leave.on_click(self._left)
        try:
            self._show(joined_seat(workspace_folder()))
        except CctoolkitError as error:
            self._show(None, problem=error, known=True)

    def _show(self, seat: Seat | None, *, problem: CctoolkitError | None = None, known: bool = False) -> None:
        if problem is not None:
            self.failed(problem)
        elif seat is not None:
            self.say(
                f"You take part as {seat.participant}. Go on with the next cell; a client that was made before is made "
                "again with cctoolkit.connect().",
                good=True,
            )
        else:
            self.say("You work in this folder's own sandbox.")
        buttons = row(self.join, *([self.leave] if seat is not None or known else []))
        self.children = [self.heading, self.address, buttons, self.status]

    def _joined(self, button: Any) -> None:
        text, self.address.value = self.address.value, ""  # gone from the page, and from what a notebook may save
        try:
            self._show(join(text, workspace_folder()))
        except CctoolkitError as error:
            self._show(None, problem=error)

    def _left(self, button: Any) -> None:
        leave(workspace_folder())
        try:
            self._show(joined_seat(workspace_folder()))
        except CctoolkitError as error:
            self._show(None, problem=error, known=True)
