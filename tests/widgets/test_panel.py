"""What all panels do: one thing at a time beside the page, errors where the person looks, and in the cell."""

from __future__ import annotations

import threading

import pytest

from cctoolkit.errors import CctoolkitError, NotFound
from cctoolkit.widgets.panel import BUSY, Panel


def _fail() -> None:
    raise NotFound(404, "", "the list was deleted", "GET /contact_lists/1")


def test_one_thing_at_a_time() -> None:
    """A second click while something runs does nothing; the controls come back after it."""
    panel, go = Panel("A step", name="a step"), threading.Event()
    seen: list[str] = []

    def action(stop: threading.Event) -> None:
        go.wait(10)
        seen.append("done")

    import ipywidgets as widgets

    button, field = widgets.Button(description="Go"), widgets.Text()
    panel.controls += [button, field]
    assert panel.beside("It runs …", action)
    assert BUSY in button._dom_classes  # not disabled: it would lose the focus
    assert field.disabled
    assert "It runs …" in panel.status.value
    assert not panel.beside("Again", action)
    go.set()
    panel.wait(10)
    assert seen == ["done"]
    assert BUSY not in button._dom_classes
    assert not field.disabled


def test_stop_reaches_what_runs() -> None:
    """Stop sets the event that the action looks at; the button is there only meanwhile."""
    panel = Panel("A step", name="a step")
    panel.beside("It runs …", lambda stop: panel.say(f"Stopped: {stop.wait(10)}."), stoppable=True)
    assert panel.stop_button.layout.display is None
    panel.stop_button.click()
    panel.wait(10)
    assert "Stopped: True." in panel.status.value
    assert panel.stop_button.layout.display == "none"


def test_an_error_of_a_click_is_shown_in_the_panel() -> None:
    """And the panel can be used again."""
    panel = Panel("A step", name="a step")
    panel.beside("It runs …", lambda stop: _fail())
    panel.wait(10)
    assert "the list was deleted" in panel.status.value
    assert panel.beside("Again …", lambda stop: panel.say("It went well.", good=True))
    panel.wait(10)
    assert "It went well." in panel.status.value


def test_an_error_while_the_cell_runs_fails_the_cell_and_shows() -> None:
    """Run All stops there, and the panel says why."""
    panel = Panel("A step", name="a step")
    with pytest.raises(NotFound):
        panel.at_once(_fail)
    assert "the list was deleted" in panel.status.value


def test_a_click_while_the_cell_does_something_does_nothing() -> None:
    """And a cell does nothing while a click is carried out, and says so."""
    panel, go, begun = Panel("A step", name="a step"), threading.Event(), list[bool]()
    panel.at_once(lambda: begun.append(panel.beside("A click …", lambda stop: None)))
    assert begun == [False]
    panel.beside("It runs …", lambda stop: print(go.wait(10)))
    with pytest.raises(CctoolkitError, match="Something runs in this panel"):
        panel.at_once(_fail)
    go.set()
    panel.wait(10)


class _Broken(Panel):
    """A panel with a fault in its last step."""

    def settle(self) -> None:
        raise AssertionError("a fault")


def test_a_fault_at_the_end_does_not_lock_the_panel() -> None:
    """It is told as any fault is, and the next click counts all the same."""
    panel = _Broken("A step", name="a step")
    panel._working.acquire()
    with pytest.raises(AssertionError):
        panel._guarded(lambda stop: None, [])
    panel.wait(0.1)


def test_waiting_has_an_end() -> None:
    """A cell that waits for a step that hangs gets a sentence."""
    panel, go = Panel("A step", name="a step"), threading.Event()
    panel.beside("It runs …", lambda stop: panel.say(str(go.wait(10))))
    with pytest.raises(CctoolkitError, match="It still runs"):
        panel.wait(0.01)
    go.set()
    panel.wait(10)


def test_what_it_shows_is_never_markup() -> None:
    """Status and code may hold anything that an account or a file brought."""
    panel = Panel("A step", name="a step")
    panel.say("<script>alert(1)</script>")
    panel.same_in_code("client.lists.create('<b>')")
    assert "<script>" not in panel.status.value
    assert "<b>" not in panel.footer.value
    assert repr(panel) == "[a step: run this cell to see it]"
