"""A file for the person who looks: a link that holds it, or, where it is too large for that, a button that saves it."""

from __future__ import annotations

import base64
import html
from collections.abc import Callable
from pathlib import Path

import ipywidgets as widgets

from ...errors import CctoolkitError
from .. import markup

#: Bytes that a link may hold: it travels to the page, and into a saved notebook if the widgets are saved with it.
MOST = 1_000_000


class Download(widgets.VBox):  # type: ignore[misc]
    """A link that downloads `content`, offline. `save` writes the same to a path; it is used where content is None."""

    def __init__(
        self, label: str, name: str, content: bytes | None, save: Callable[[Path], None], folder: Path
    ) -> None:
        self._name, self._save, self._folder = name, save, folder
        self.link = widgets.HTML()
        self.button = widgets.Button(description=label, icon="save", layout=widgets.Layout(width="auto"))
        self.button.on_click(lambda _: self._saved())
        self.said = widgets.HTML()
        if content is None or len(content) > MOST:
            super().__init__([self.button, self.said])
        else:
            self.link.value = _link(label, name, content)
            super().__init__([self.link])

    def _saved(self) -> None:
        path = free_path(self._folder / self._name)
        try:
            self._save(path)
        except CctoolkitError as error:
            self.said.value = markup.status(str(error), good=False)
        else:
            self.said.value = markup.status(f"It is in {path}.", good=True)


def free_path(path: Path) -> Path:
    """The path, or the next one with a number that is not taken."""
    found, number = path, 1
    while found.exists():
        number += 1
        found = path.with_stem(f"{path.stem}-{number}")
    return found


def _link(label: str, name: str, content: bytes) -> str:
    data = base64.b64encode(content).decode()
    return (
        f'<a class="cct-download" download="{html.escape(name)}" href="data:text/csv;charset=utf-8;base64,{data}">'
        f"{markup.text(label)}</a>"
    )
