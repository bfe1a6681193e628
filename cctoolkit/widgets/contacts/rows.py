"""A page of contacts as a table in the browser. Imported when it is shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets


class ContactRows(anywidget.AnyWidget):
    """Shows one page of rows, as texts. `positions` are those that a person chose, in all that was found.

    `page` is what is shown: `drawn`, the number of this drawing, which is said again with what is chosen of it; `columns`, a text
    each; `rows`, a list of texts each; `start`, the position of the first of them; `count`, how many there are in all; `caption`;
    `sorted`, a column or nothing, and whether `descending`.
    `opened`, `sorted_by` and `turned` are told a position, a column, and how many pages on.
    """

    _esm = Path(__file__).with_suffix(".js")
    page = traitlets.Dict().tag(sync=True)
    chosen = traitlets.Dict({"drawn": 0, "positions": []}).tag(sync=True)

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

    @property
    def positions(self) -> list[int]:
        """None of a page that is shown no more: the same position is somebody else by now."""
        said: Any = self.chosen.get("positions", ())
        if self.chosen.get("drawn") != self.page.get("drawn"):
            return []
        return sorted({at for at in said if isinstance(at, int) and 0 <= at < self.page.get("count", 0)})

    def draw(self, page: dict[str, Any]) -> None:
        """Show a page; nobody is chosen then."""
        drawn = self.page.get("drawn", 0) + 1
        with self.hold_sync():
            self.chosen = {"drawn": drawn, "positions": []}
            self.page = {"drawn": drawn, **page}

    def _asked(self, _: Any, content: Any, __: Any) -> None:
        """What the page sent. What is none of ours is passed over: a saved page of another version may still be open."""
        if not isinstance(content, dict) or content.get("drawn", self.page.get("drawn")) != self.page.get("drawn"):
            return
        for name, (kind, told) in self._told.items():
            if isinstance(content.get(name), kind):
                told(content[name])
