"""What every step's widget is made of: a heading, a status line, one thing at a time beside the page, the same in code."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from ..errors import CctoolkitError
from . import look, markup

Action = Callable[[threading.Event], None]

#: What buttons are while something runs. A button that is disabled loses the focus, and whoever walks by keyboard with it:
#: these only look so and hear no mouse, and a second press does nothing anyway.
BUSY = "cct-busy"
_PRESSED = (widgets.Button, widgets.FileUpload)


class Panel(widgets.VBox):  # type: ignore[misc]
    """The base of the steps' widgets.

    `at_once` is for what a panel does when it is made: an error is shown and raised, so that the cell fails. `beside`
    is for clicks: it does one thing in a thread, and shows an error where the person looks. While that runs
    `controls` cannot be used, another click does nothing, and `stop_button` sets the event that the action is given.
    """

    def __init__(self, title: str, *, name: str) -> None:
        #: What cannot be used while a step runs.
        self.controls: list[widgets.Widget] = []
        self._name = name
        self._working = threading.Lock()
        self._stop = threading.Event()
        self.heading = widgets.HTML(f'{look.STYLE}<div class="cct-heading" role="heading" aria-level="3">{title}</div>')
        self.status = widgets.HTML()
        self.body = widgets.VBox()
        self.stop_button = widgets.Button(
            description="Stop", icon="stop", tooltip="Stop what runs", layout=widgets.Layout(display="none")
        )
        self.stop_button.on_click(lambda _: self.stop())
        self.footer = widgets.HTML()
        super().__init__([self.heading, self.status, self.body, self.stop_button, self.footer])
        self.add_class("cct-panel")

    def __repr__(self) -> str:
        # Saved notebooks hold this text; it must not change from run to run.
        return f"[{self._name}: run this cell to see it]"

    def say(self, words: str, *, good: bool | None = None) -> None:
        """Put a sentence on the status line; `good` is True for a success, False for a failure."""
        self.status.value = markup.status(words, good=good)

    def same_in_code(self, code: str) -> None:
        """Show the call that was just made, with a button that copies it."""
        self.footer.value = markup.same_in_code(code)

    def failed(self, error: CctoolkitError) -> None:
        """Show what went wrong. A panel with more to take back than its status does it here."""
        self.say(str(error), good=False)

    def settle(self) -> None:
        """Called when something is through: a panel disables here what cannot be used just now."""

    def at_once(self, action: Callable[[], None]) -> None:
        """Do something while the cell runs. Its error is shown in the panel, and raised.

        A click that comes meanwhile does nothing: the page's clicks do not wait for the cell's end. Raises
        `CctoolkitError` when something runs already.
        """
        if not self._working.acquire(blocking=False):
            raise CctoolkitError(
                "Something runs in this panel: wait for it, or press its Stop, then run the cell again."
            )
        before = self._disable()
        try:
            action()
        except CctoolkitError as error:
            self.failed(error)
            _display(self)
            raise
        finally:
            self._free(before)

    def beside(self, words: str, action: Action, *, stoppable: bool = False) -> bool:
        """Do something beside the page; False, and nothing, when something runs already.

        `words` say what runs. `action` is given the event that *Stop* sets.
        """
        if not self._working.acquire(blocking=False):
            return False
        self._stop.clear()
        self.say(words)
        before = self._disable()
        if stoppable:
            self.stop_button.disabled = False
            self.stop_button.layout.display = None
        try:
            threading.Thread(target=self._guarded, args=(action, before), daemon=True).start()
        except BaseException:  # the machine has no thread left
            self._free(before)
            raise
        return True

    def stop(self) -> None:
        """Ask what runs to stop. What the service has begun goes on there."""
        self.stop_button.disabled = True
        self._stop.set()

    def wait(self, seconds: float = 60.0) -> None:
        """Until what runs is through: for a cell, or a test, that goes on with the result."""
        if not self._working.acquire(timeout=seconds):
            raise CctoolkitError("It still runs: wait for it in the panel, or press its Stop.")
        self._working.release()

    def _guarded(self, action: Action, before: list[tuple[Any, bool]]) -> None:
        try:
            action(self._stop)
        except CctoolkitError as error:
            self.failed(error)
        except BaseException as error:
            self.say(f"This is a fault of cctoolkit: {type(error).__name__}. Please report it.", good=False)
            raise
        finally:
            self._free(before)

    def _disable(self) -> list[tuple[Any, bool]]:
        """Take the controls away; what they were before is for `_free`."""
        before = [(control, control.disabled) for control in self.controls]
        for control, _ in before:
            if isinstance(control, _PRESSED):
                control.add_class(BUSY)
            else:
                control.disabled = True
        return before

    def _free(self, before: list[tuple[Any, bool]]) -> None:
        """Something is through, whatever became of it: the next click counts."""
        try:
            for control, disabled in before:
                if isinstance(control, _PRESSED):
                    control.remove_class(BUSY)
                else:
                    control.disabled = disabled
            self.stop_button.layout.display = "none"
            self.settle()
        finally:
            self._working.release()


def _display(widget: widgets.Widget) -> None:
    """Show a widget whose cell is about to fail: it would not be the cell's result any more."""
    from IPython import get_ipython

    if get_ipython() is not None:
        from IPython.display import display

        display(widget)  # type: ignore[no-untyped-call]
