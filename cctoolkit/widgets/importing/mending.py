"""Rejected rows whose address can be mended where they are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

import ipywidgets as widgets

from ...contact_files import Cleaned
from .. import markup, names
from ..controls import button

#: How many rows can be mended at a time; more of them come when these are done.
ROWS = 20
#: How reasons begin that another address changes. Who said no, an empty row and a number that is none are not mended by one.
_OF_THE_ADDRESS = ("the address ", "there is no address")


class Mending(widgets.VBox):  # type: ignore[misc]
    """A field for the address of each of the first rejected rows that one would help, and a button that cleans again.

    `changed` is what differs from the file, by line, as `Export.mended` takes it.
    """

    def __init__(self, cleaned: Cleaned, again: Callable[[], None]) -> None:
        self.heading = _address_heading(cleaned)
        self.fields: dict[int, widgets.Text] = {}
        self._written: dict[int, str] = {}
        self.button = button("Clean again with these", "check", again, "primary")
        self.button.layout.align_self = "flex-start"
        if self.heading is None:
            super().__init__()
            return
        rows: list[widgets.Widget] = []
        for line, reason, written, whole in _mendable(cleaned):
            field = widgets.Text(
                value=names.plain(written, 1_000),
                description=f"Line {line}",
                tooltip=f"The address on line {line}, which was rejected: {names.in_text(reason, 200)}",
                # A click overtakes what is sent at each key while the kernel is busy: half an address would be taken.
                continuous_update=False,
                layout=widgets.Layout(flex="0 1 24em", width="24em", max_width="100%"),
                style={"description_width": "6em"},
            )
            self.fields[line], self._written[line] = field, field.value
            why = f'<span class="cct-example">{markup.text(reason)} · {names.in_html(whole, 80)}</span>'
            rows.append(
                widgets.HBox(
                    [field, widgets.HTML(why, layout=widgets.Layout(flex="1 1 14em", min_width="0"))],
                    layout=widgets.Layout(flex_flow="row wrap", flex="0 0 auto"),
                )
            )
        words = widgets.HTML('<div class="cct-words">Mend an address here, and clean again:</div>')
        super().__init__([words, *rows, self.button] if rows else [])

    @property
    def controls(self) -> list[widgets.Widget]:
        """What cannot be used while something runs."""
        return [*self.fields.values(), self.button] if self.fields else []

    @property
    def changed(self) -> dict[int, dict[str, str]]:
        """The addresses that were written anew, by line and heading."""
        return {
            line: {str(self.heading): field.value.strip()}
            for line, field in self.fields.items()
            if field.value.strip() != self._written[line].strip()
        }


def _mendable(cleaned: Cleaned) -> Iterator[tuple[int, str, str, str]]:
    """The line, reason, written address and whole row of the first that can be mended, wherever they stand among the rejected."""
    count = len(cleaned.export.headings)
    found = (
        (line, reason, written, ",".join(filter(None, row)))
        for block in cleaned.rejected_blocks
        for line, reason, written, *row in zip(
            *(block.column(name).to_pylist() for name in ("line", "reason", "written", *map(str, range(count)))),
            strict=True,
        )
        if reason.startswith(_OF_THE_ADDRESS)
    )
    return islice(found, ROWS)


def _address_heading(cleaned: Cleaned) -> str | None:
    """The heading of the first column of addresses; None where another column is called the same."""
    columns = cleaned.columns
    found = columns.loc[columns["becomes"] == "email", "column"]
    if not len(found) or (columns["column"] == found.iloc[0]).sum() > 1:
        return None
    return str(found.iloc[0])
