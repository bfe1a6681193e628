"""The workshop's panel: joining by mouse, and what it says when that does not work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cctoolkit.widgets import JoinWorkshop
from cctoolkit.workshop.joining import joined_address
from tests.workshop.conftest import Class, start_class  # noqa: F401 - a fixture


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("CCTOOLKIT_WORKSPACE", str(tmp_path))
    return tmp_path


def test_joining_and_leaving(start_class: Callable[..., Class], workspace: Path) -> None:  # noqa: F811
    """The address is gone from the panel at once: no notebook keeps it."""
    running = start_class(["<b>Ana</b>"])
    panel = JoinWorkshop()
    assert "own sandbox" in panel.status.value
    address = f"{running.base}/join/{running.classroom.participants[0].code}"
    panel.address.value = f" {address} "
    panel.join.click()
    assert "You take part as &lt;b&gt;Ana&lt;/b&gt;" in panel.status.value
    assert panel.address.value == ""
    assert joined_address(workspace) == address
    assert "You take part as" in JoinWorkshop().status.value
    panel.leave.click()
    assert "own sandbox" in panel.status.value
    assert joined_address(workspace) is None
    assert address not in repr(panel)


@pytest.mark.parametrize("text", ["", "abcde", "http://127.0.0.1:9/join/abcde"])
def test_what_does_not_work_is_said_in_the_panel(workspace: Path, text: str) -> None:
    """And the cell succeeds."""
    panel = JoinWorkshop()
    panel.address.value = text
    panel.join.click()
    assert "✗" in panel.status.value
    assert joined_address(workspace) is None


def test_a_workshop_that_is_over_can_be_left(start_class: Callable[..., Class], workspace: Path) -> None:  # noqa: F811
    """The panel says what happened, and has the button."""
    running = start_class(1)
    panel = JoinWorkshop()
    panel.address.value = f"{running.base}/join/{running.classroom.participants[0].code}"
    panel.join.click()
    running.classroom._by_code.clear()
    later = JoinWorkshop()
    assert "no such slip" in later.status.value
    later.leave.click()
    assert "own sandbox" in later.status.value
