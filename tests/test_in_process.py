"""A sandbox without a port: asked through its application, with a clock that passes as far as work asks for it."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import stamina

import cctoolkit
from cctoolkit import contact_files, imports
from cctoolkit._httpx import httpx
from cctoolkit.in_process import InProcess
from cctoolkit.sandbox import Sandbox


def test_it_listens_nowhere_and_keeps_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """No port, no thread of a server, no other process, from the sign-in to the answer."""
    asked: list[Any] = []
    monkeypatch.setattr(socket.socket, "listen", lambda *given: asked.append(given))
    monkeypatch.setattr(socket.socket, "connect", lambda *given: asked.append(given))
    before = set(threading.enumerate())
    with Sandbox(in_process=True) as sandbox, cctoolkit.connect(sandbox=sandbox) as client:
        assert client.contacts.count() == 1
    assert asked == []
    assert set(threading.enumerate()) <= before


def test_an_import_is_done_without_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody sleeps, and the limits of the service hold in the sandbox's own time."""
    path = tmp_path / "people.csv"
    path.write_text("email\n" + "".join(f"p{number}@example.com\n" for number in range(50)))
    with Sandbox(in_process=True) as sandbox, cctoolkit.connect(sandbox=sandbox) as client:
        list_id = client.lists.create("News")["list_id"]
        monkeypatch.setattr(time, "sleep", lambda seconds: pytest.fail("somebody slept"))
        outcome = imports.import_contacts(client, contact_files.clean(path), list_id, journal=tmp_path / "j.sqlite")
        assert outcome.missing == []
        assert client.budget is not None


def test_a_clock_that_stands_still_is_moved_by_hand() -> None:
    """So that a test can look at an activity on its way."""
    with Sandbox(in_process=True, limits=False) as sandbox, cctoolkit.connect(sandbox=sandbox) as client:
        sandbox.clock.freeze()
        list_id = client.lists.create("News")["list_id"]
        activity_id = client.activities.import_csv(b"email\na@example.com\n", list_id)["activity_id"]
        assert client.activities.get(activity_id)["state"] == "initialized"
        sandbox.advance(60)
        assert client.activities.get(activity_id)["state"] == "completed"


def test_a_stopped_sandbox_cannot_be_reached() -> None:
    """As one whose port is closed."""
    with Sandbox(in_process=True) as sandbox:
        client = cctoolkit.connect(sandbox=sandbox)
    stamina.set_testing(True, attempts=1)
    try:
        with pytest.raises(cctoolkit.ServiceUnreachable):
            client.contacts.count()
    finally:
        stamina.set_testing(False)


@pytest.mark.parametrize(
    ("fault", "error", "patience"), [("slow", httpx.ReadTimeout, 0.05), ("drop", httpx.RemoteProtocolError, 30)]
)
def test_what_the_network_does_is_done_here_too(fault: str, error: type[Exception], patience: float) -> None:
    """A time-out is kept, and half an answer is none."""
    with Sandbox(in_process=True, limits=False) as sandbox:
        headers = {"Authorization": f"Bearer {sandbox.access_token()}"}
        sandbox.faults.add(fault, seconds=30)
        through = InProcess(sandbox)
        with httpx.Client(transport=through, headers=headers, timeout=patience) as http, pytest.raises(error):
            http.get(f"{sandbox.api_url}/contacts")


def test_it_is_asked_from_within_a_running_loop() -> None:
    """As in a notebook, whose kernel runs one."""

    async def ask() -> int:
        return cctoolkit.connect(sandbox=sandbox).contacts.count()

    # In a thread of its own: a browser of another test may run a loop in this one.
    with Sandbox(in_process=True, limits=False) as sandbox, ThreadPoolExecutor(1) as aside:
        assert aside.submit(lambda: asyncio.run(ask())).result() == 1


def test_a_sandbox_is_given_alone() -> None:
    """One sentence, with what to do."""
    with Sandbox(in_process=True) as sandbox, pytest.raises(cctoolkit.SettingsError, match="give it alone"):
        cctoolkit.connect("live", sandbox=sandbox)


def test_a_sandbox_on_a_port_is_connected_to_as_well() -> None:
    """The same word for both."""
    with Sandbox(limits=False) as sandbox, cctoolkit.connect(sandbox=sandbox) as client:
        assert client.contacts.count() == 1
