"""The activity panel: how far, what went wrong and what to do; watching can be stopped, the activity goes on."""

from __future__ import annotations

import html
import json
import threading
from typing import Any

import pytest

import cctoolkit
from cctoolkit._httpx import httpx
from cctoolkit.api import Client
from cctoolkit.errors import CctoolkitError
from cctoolkit.sandbox import Sandbox
from cctoolkit.sandbox.accounts import add_people
from cctoolkit.widgets import ActivityFollower
from cctoolkit.widgets.importing.activity_words import described, explained, headline
from tests.imports.watching import Watching, watched_client


def _start(client: Client, list_id: str, content: bytes = b"email\nana@example.com\n", name: str = "a.csv") -> str:
    return str(client.activities.import_csv(content, list_id, file_name=name)["activity_id"])


def _shown(widget: Any) -> bool:
    return bool(widget.layout.display != "none")


def test_it_continues_with_the_last_report(client: Client, sandbox: Sandbox, list_id: str) -> None:
    """Run All: the next cell has it."""
    follower = ActivityFollower(client, _start(client, list_id), sleep=sandbox.advance)
    report = follower.wait()
    assert report["state"] == "completed"
    assert report is follower.report
    assert follower.bar.value == 100
    assert "✓ The activity is done." in follower.status.value
    assert "1 of 1 item worked on." in follower.words.value
    assert "client.activities.follow(" in follower.footer.value
    assert repr(follower) == "[activity follower: run this cell to see it]"


def test_what_went_wrong_is_explained(client: Client, sandbox: Sandbox, list_id: str) -> None:
    """Each count in one sentence, with what to do."""
    _start(client, list_id)
    sandbox.advance(60)
    with sandbox.database.write() as connection:
        connection.execute("UPDATE contacts SET permission_to_send = 'unsubscribed' WHERE address LIKE 'ana@%'")
    content = f"email,first_name\nana@example.com,A\nnobody,B\nben@example.com,{'x' * 51}\n".encode()
    follower = ActivityFollower(client, _start(client, list_id, content), sleep=sandbox.advance)
    report = follower.wait()
    sentences = explained(report)
    assert [sentence.split(" ", 2)[:2] for sentence in sentences] == [["1", "row"], ["1", "row"], ["1", "contact"]]
    assert "malformed address" in sentences[0]
    assert "too long" in sentences[1]
    assert "unsubscribed" in sentences[2]
    assert all(html.escape(sentence) in follower.words.value for sentence in sentences)
    assert "See below what to do." in follower.status.value


def test_an_activity_that_failed_fails_the_cell(client: Client, sandbox: Sandbox, list_id: str) -> None:
    """And the panel says what the service said, and what to do."""
    sandbox.faults.add("activity_fails", 1)
    follower = ActivityFollower(client, _start(client, list_id), sleep=sandbox.advance)
    with pytest.raises(cctoolkit.ActivityFailed, match="Start it again") as caught:
        follower.wait()
    assert caught.value.report["state"] == "failed"
    assert "✗ The activity failed." in follower.status.value
    assert "The service says: " in follower.words.value


def test_stop_watching_leaves_the_activity_alone(client: Client, sandbox: Sandbox, list_id: str) -> None:
    """It says so; it can be watched again."""
    looks: list[float] = []
    there = threading.Event()

    def stop_at_first(seconds: float) -> None:
        there.wait(10)
        looks.append(seconds)
        if len(looks) == 1:
            follower.stop_button.click()
        else:
            sandbox.advance(seconds)

    activity_id = _start(client, list_id)
    sandbox.clock.freeze(sandbox.clock.now())
    follower = ActivityFollower(client, activity_id, sleep=stop_at_first)
    there.set()
    report = follower.wait()
    assert report["state"] == "initialized"
    assert "was not cancelled: it goes on at the service" in follower.status.value
    assert _shown(follower.again_button)
    follower.again_button.click()
    assert follower.wait()["state"] == "completed"


def test_without_an_id_the_newest_is_followed(client: Client, sandbox: Sandbox, list_id: str) -> None:
    """The others can be chosen."""
    first = _start(client, list_id, name="first.csv")
    sandbox.advance(60)
    second = _start(client, list_id, name="<b>second\u202e.csv")
    follower = ActivityFollower(client, sleep=sandbox.advance)
    assert follower.wait()["activity_id"] == second
    assert [value for _, value in follower.recent.options] == [second, first]
    assert "\u202e" not in follower.recent.options[0][0]
    follower.recent.value = first
    follower.watch_button.click()
    assert follower.wait()["activity_id"] == first
    assert "first.csv" in follower.words.value
    assert "<b>second" not in follower.words.value


def test_a_click_while_it_watches_changes_nothing(client: Client, sandbox: Sandbox, list_id: str) -> None:
    """One that was under way when the button was disabled: what is shown stays what is watched."""
    first = _start(client, list_id, name="first.csv")
    sandbox.advance(60)
    second = _start(client, list_id, name="second.csv")

    def clicked_meanwhile(seconds: float) -> None:
        follower.recent.value = first
        follower._watch_clicked()
        sandbox.advance(seconds)

    follower = ActivityFollower(client, second, sleep=clicked_meanwhile)
    follower.recent.options = [("second", second), ("first", first)]
    assert follower.wait()["activity_id"] == second
    assert follower._activity_id == second


def test_a_menu_that_cannot_be_read_is_no_end_of_the_watching(client: Client, sandbox: Sandbox, list_id: str) -> None:
    """The panel says it; the cell that waits has the report that there is."""
    follower = ActivityFollower(client, _start(client, list_id), sleep=sandbox.advance)
    assert follower.wait()["state"] == "completed"
    sandbox.faults.add("expired_token", 2)
    follower.recent_button.click()
    assert follower.wait()["state"] == "completed"
    assert "sign in again" in follower.status.value


def test_an_account_without_activities(client: Client, sandbox: Sandbox, list_id: str) -> None:
    """It is said; what is started then is found."""
    follower = ActivityFollower(client, sleep=sandbox.advance)
    assert "no activity in the last ten days" in follower.status.value
    assert follower.watch_button.disabled
    assert not _shown(follower.bar)
    with pytest.raises(CctoolkitError, match="No activity is watched"):
        follower.wait()
    activity_id = _start(client, list_id)
    follower.recent_button.click()
    with pytest.raises(CctoolkitError, match="No activity is watched"):
        follower.wait()
    assert not follower.watch_button.disabled
    follower.watch_button.click()
    assert follower.wait()["activity_id"] == activity_id


def test_any_kind_of_activity(client: Client, sandbox: Sandbox, list_id: str) -> None:
    """An export and a removal count other things, and have no file or another."""
    add_people(sandbox.database, sandbox.clock, 3)
    export = client.call("postContactsExport", body={"status": "active"})
    follower = ActivityFollower(client, str(export["activity_id"]), sleep=sandbox.advance)
    assert follower.wait()["state"] == "completed"
    assert "getContactsExport" in follower.words.value
    ids = [contact["contact_id"] for contact in client.contacts.iter()]
    deleted = client.call("postContactDelete", body={"contact_ids": ids[:2]})
    follower = ActivityFollower(client, str(deleted["activity_id"]), sleep=sandbox.advance)
    assert follower.wait()["state"] == "completed"
    assert "2 of 2 items worked on." in follower.words.value
    assert "File:" not in follower.words.value


def test_an_unknown_activity_fails_the_cell(client: Client) -> None:
    """As one does that is older than ten days."""
    with pytest.raises(cctoolkit.NotFound):
        ActivityFollower(client, "11111111-2222-1333-8444-fa163e555555")


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(("fault", "told"), [("expired_token", "sign in again"), ("503", "try again later")])
def test_what_goes_wrong_meanwhile(client: Client, sandbox: Sandbox, list_id: str, fault: str, told: str) -> None:
    """It is shown, raised by wait(), and watched again after it."""

    def fail_once(seconds: float) -> None:
        if not failed:
            failed.append(seconds)
            sandbox.faults.add(fault, 10, path="/activities")
        else:
            sandbox.advance(seconds)

    failed: list[float] = []
    sandbox.clock.freeze()
    follower = ActivityFollower(client, _start(client, list_id), sleep=fail_once)
    with pytest.raises(CctoolkitError, match=told):
        follower.wait()
    assert told in follower.status.value
    assert "The activity goes on at the service: press Watch again." in follower.status.value
    sandbox.faults.clear()
    follower.again_button.click()
    assert follower.wait()["state"] == "completed"


@pytest.mark.usefixtures("impatient")
def test_a_sandbox_that_was_stopped_meanwhile(client: Client, sandbox: Sandbox, list_id: str) -> None:
    """In the panel, and in the cell that makes another."""
    activity_id = _start(client, list_id)
    sandbox.advance(60)
    follower = ActivityFollower(client, activity_id)
    follower.wait()
    sandbox.stop()
    follower.again_button.click()
    with pytest.raises(cctoolkit.ServiceUnreachable):
        follower.wait()
    assert "cannot be reached" in follower.status.value
    with pytest.raises(cctoolkit.ServiceUnreachable):
        ActivityFollower(client)


def test_a_strange_report_is_shown(sandbox: Sandbox) -> None:
    """Counts that are no numbers, an unknown state, errors as one text: nothing executes, nothing breaks."""
    strange = {
        "activity_id": "<img src=x>",
        "state": "<script>",
        "percent_done": 100,
        "completed_at": "<b>now",
        "activity_errors": "<script>alert(1)</script>\u202e",
        "status": {"items_total_count": None, "person_count": "many", "error_count": float("nan")},
        "source_file_name": "<svg onload=alert(1)>",
        "_links": "none",
    }
    transport = Watching(sandbox, lambda request: httpx.Response(200, content=json.dumps(strange)))
    with watched_client(sandbox, transport) as client:
        follower = ActivityFollower(client, "11111111-2222-1333-8444-fa163e555555")
        follower.wait()
    shown = follower.words.value + follower.status.value
    assert not any(mark in shown for mark in ("<script", "<img", "<svg", "<b>now", "\u202e"))


@pytest.mark.parametrize(
    "state", ["initialized", "processing", "completed", "cancelled", "failed", "timed_out", "", "new"]
)
def test_every_state_has_words(state: str) -> None:
    """And those that ended badly say what to do."""
    report = {"state": state, "percent_done": 40}
    assert headline(report).startswith("The activity ")
    assert bool(explained(report)) == (state in {"cancelled", "failed", "timed_out"})
    assert described({}).startswith("<div")
