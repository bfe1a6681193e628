"""What every step's widget is made of: a heading, a status line, one thing at a time beside the page, the same in code."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from ..errors import CctoolkitError
from . import markup

Action = Callable[[threading.Event], None]

# JupyterLab's own colours, so that it reads in its light and dark themes. The buttons' own blue, red and green are too
# pale for white letters (WCAG asks for 4.5:1). A panel that has lost its kernel says so by itself: no Python is left
# that could. And the keys are a control's own while it has the focus: JupyterLab takes arrows and Enter for the cell,
# away from the menu or the button that they were meant for, unless the control itself has this attribute.
_STYLE = """<style onload="this.closest('.cct-panel')?.addEventListener('focusin',event=>event.target.matches(':read-write')
||event.target.setAttribute('data-lm-suppress-shortcuts',''))">
.cct-panel{max-width:62em;overflow:visible;padding:.3em .2em}
.cct-panel .widget-hbox{overflow:visible}
.cct-panel .cct-heading{font-size:1.1em;font-weight:600}
.cct-panel .jupyter-button.mod-primary,.cct-panel a.cct-link{background:#1450d2;color:#fff}
.cct-panel .jupyter-button.mod-danger{background:#b3261e;color:#fff}
.cct-panel .jupyter-button.mod-success{background:#1b6e2f;color:#fff}
.cct-panel .jupyter-button.mod-warning{background:#8a4b00;color:#fff}
.cct-panel .widget-label,.cct-panel .widget-html-content{color:var(--jp-ui-font-color1)}
.cct-panel :is(button,a,input,select,textarea,[tabindex]):focus-visible{outline:2px solid #1450d2;outline-offset:2px;
box-shadow:0 0 0 2px #fff}
.cct-panel .cct-scroll{overflow:auto;max-height:24em;white-space:nowrap}
.cct-panel .cct-table{border-collapse:collapse;color:var(--jp-ui-font-color1);line-height:1.5}
.cct-panel .cct-table caption{text-align:left;font-size:.92em;padding:.2em .5em}
.cct-panel .cct-table :is(th,td){text-align:left;vertical-align:top;padding:.15em .6em;overflow:hidden;
border-bottom:1px solid var(--jp-border-color2)}
.cct-panel .cct-table .cct-cell{display:block;max-width:16em;overflow:hidden;text-overflow:ellipsis}
.cct-panel .cct-table th .cct-cell{max-width:24em}
.cct-panel .cct-table thead th{position:sticky;top:0;background:var(--jp-layout-color2)}
.cct-panel .lm-DataGrid-scrollCorner{background:var(--jp-layout-color2)}
.cct-panel .cct-wrap{white-space:normal;overflow-wrap:anywhere;max-height:40em}
.cct-panel .cct-wrap th{white-space:nowrap}
.cct-panel .cct-code{display:flex;gap:.6em;align-items:flex-start;margin:.3em 0}
.cct-panel .cct-code pre{margin:0;padding:.35em .6em;flex:1 1 auto;overflow-x:auto;line-height:1.4;
white-space:pre-wrap;word-break:normal;overflow-wrap:anywhere;background:var(--jp-layout-color2);color:var(--jp-content-font-color1)}
.cct-panel .widget-html-content{overflow-wrap:break-word}
.cct-panel button{white-space:nowrap}
.cct-panel .widget-checkbox,.cct-panel .widget-label-basic{height:auto}
.cct-panel .widget-label-basic span{white-space:normal;line-height:1.4}
.cct-panel .cct-small{font-size:.92em;line-height:1.5}
.cct-panel.jupyter-widgets-disconnected>*{opacity:.55;pointer-events:none}
.cct-panel.jupyter-widgets-disconnected::before{content:"The kernel that this belonged to has ended: run its cell again.";
display:block;font-weight:600;line-height:1.6;color:var(--jp-ui-font-color1);font-family:var(--jp-ui-font-family)}
</style>"""


class Panel(widgets.VBox):  # type: ignore[misc]
    """The base of the steps' widgets.

    `at_once` is for what a panel does when it is made: an error is shown and raised, so that the cell fails. `beside`
    is for clicks: it does one thing in a thread, and shows an error where the person looks. While that runs
    `controls` are disabled, another click does nothing, and `stop_button` sets the event that the action is given.
    """

    def __init__(self, title: str, *, name: str) -> None:
        #: What a running step disables.
        self.controls: list[widgets.Widget] = []
        self._name = name
        self._working = threading.Lock()
        self._stop = threading.Event()
        self.heading = widgets.HTML(f'{_STYLE}<div class="cct-heading" role="heading" aria-level="3">{title}</div>')
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
        """Do something while the cell runs. Its error is shown in the panel, and raised."""
        try:
            action()
        except CctoolkitError as error:
            self.failed(error)
            _display(self)
            raise

    def beside(self, words: str, action: Action, *, stoppable: bool = False) -> bool:
        """Do something beside the page; False, and nothing, when something runs already.

        `words` say what runs. `action` is given the event that *Stop* sets.
        """
        if not self._working.acquire(blocking=False):
            return False
        self._stop.clear()
        self.say(words)
        before = [(control, control.disabled) for control in self.controls]
        for control, _ in before:
            control.disabled = True
        if stoppable:
            self.stop_button.disabled = False
            self.stop_button.layout.display = None
        threading.Thread(target=self._guarded, args=(action, before), daemon=True).start()
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
            for control, disabled in before:
                control.disabled = disabled
            self.stop_button.layout.display = "none"
            self.settle()
            self._working.release()


def _display(widget: widgets.Widget) -> None:
    """Show a widget whose cell is about to fail: it would not be the cell's result any more."""
    from IPython import get_ipython

    if get_ipython() is not None:
        from IPython.display import display

        display(widget)  # type: ignore[no-untyped-call]
