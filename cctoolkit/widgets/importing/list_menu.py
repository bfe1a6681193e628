"""The menu of lists that an import goes onto."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from ...api import Client
from ...errors import NotFound, SettingsError
from .. import names
from ..controls import LABEL, wide


class ListMenu(widgets.Dropdown):  # type: ignore[misc]
    """The account's lists with how many are on each; `value` is the `list_id` of the one that is chosen.

    `changed` is called when another one is, and not while the menu is made anew.
    """

    value: Any  # the menu's own trait

    def __init__(self, client: Client, changed: Callable[[], None]) -> None:
        super().__init__(description="List", layout=wide(), style=LABEL)
        self._client, self._changed = client, changed
        self._list_names: dict[str, str] = {}
        self._filling = False
        self.observe(lambda _: self._tell(), names="value")

    @property
    def list_name(self) -> str:
        return self._list_names.get(str(self.value), "")

    def read(self, wanted: str | None = None, *, first: bool = False) -> None:
        """Read the lists and their counts anew; what was chosen stays, unless another is wanted. `first`: else the first there is.

        Raises `NotFound` when that is not among them, and `SettingsError` for an account without lists.
        """
        found = {
            str(entry.get("list_id", "")).lower(): (
                str(entry.get("name") or ""),
                int(entry.get("membership_count") or 0),
            )
            for entry in self._client.lists.iter(counts=True)
        }
        before = self.value
        chosen = wanted or before or (next(iter(found), None) if first else None)
        self._list_names = {list_id: name for list_id, (name, _) in found.items()}
        self._filling = True  # it says for a moment that the first one is chosen
        try:
            self.options = [
                (f"{names.in_text(name)} ({names.many(count, 'contact')})", list_id)
                for list_id, (name, count) in found.items()
            ]
            self.value = chosen if chosen in found else None  # another is not what was meant
        finally:
            self._filling = False
        if self.value != before:
            self._tell()
        if chosen is not None and chosen not in found:
            raise NotFound(404, "", f"the account has no list with the list_id {chosen} any more", "")
        if not found:
            raise SettingsError(
                "The account has no list yet: make one with client.lists.create('News'), then press Read the lists again."
            )

    def _tell(self) -> None:
        if not self._filling:
            self._changed()
