"""A page of contacts as a table in the browser. Imported when it is shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets


class ContactRows(anywidget.AnyWidget):
    """Shows one page of rows, as texts. `chosen` are the positions of those that a person chose, in all that was found.

    `page` is what is shown: `columns`, a text each; `rows`, a list of texts each; `start`, the position of the first of
    them; `count`, how many there are in all; `caption`; `sorted`, a column or nothing, and whether `descending`.
    `opened`, `sorted_by` and `turned` are told a position, a column, and how many pages on.
    """

    _esm = Path(__file__).with_suffix(".js")
    page = traitlets.Dict().tag(sync=True)
    chosen = traitlets.List(traitlets.Int()).tag(sync=True)

    def __init__(
        self, opened: Callable[[int], None], sorted_by: Callable[[str], None], turned: Callable[[int], None]
    ) -> None:
        self._told: dict[str, tuple[type, Callable[[Any], None]]] = {
            "open": (int, opened),
            "sort": (str, sorted_by),
            "turn": (int, turned),
        }
        super().__init__()
        self.on_msg(self._asked)

    def _asked(self, _: Any, content: Any, __: Any) -> None:
        """What the page sent. What is none of ours is passed over: a saved page of another version may still be open."""
        for name, (kind, told) in self._told.items():
            if isinstance(content, dict) and isinstance(content.get(name), kind):
                told(content[name])
