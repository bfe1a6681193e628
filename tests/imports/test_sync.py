"""A list kept in step with a file: planned, done, and with nothing left to do the second time."""

from __future__ import annotations

from pathlib import Path

import pytest

import cctoolkit
from cctoolkit import imports
from cctoolkit._httpx import httpx
from cctoolkit.api import Client, exports
from cctoolkit.imports.journal import Journal
from cctoolkit.imports.one_sync import one_at_a_time
from cctoolkit.sandbox import Sandbox
from tests.imports.people import People, rows
from tests.imports.watching import Answer, Watching, watched_client


def _members(count: int) -> list[dict[str, str]]:
    return [{"email": f"m{n:02}@example.com", "first_name": f"Name {n}"} for n in range(count)]


@pytest.fixture
def choir(client: Client) -> str:
    """A list of forty, of whom one has unsubscribed and one waits to confirm; and somebody who was deleted."""
    list_id = str(client.lists.create("Choir")["list_id"])
    imports.import_contacts(client, rows(*_members(40), {"email": "gone@example.com"}), list_id, progress=False)
    _contact(client, "gone@example.com", delete=True)
    for name, permission in (("m01", "unsubscribed"), ("m02", "pending_confirmation")):
        contact = _contact(client, f"{name}@example.com")
        client.contacts.update(contact["contact_id"], permission_to_send=permission)
    return list_id


def _contact(client: Client, address: str, *, delete: bool = False) -> dict[str, object]:
    [found] = client.contacts.iter(email=address, status="all", include="list_memberships")
    if delete:
        client.contacts.delete(str(found["contact_id"]))
    return dict(found)


def _file() -> People:
    """m00 has another name, m37 to m39 are not in it, and two are new."""
    people = _members(37)
    people[0]["first_name"] = "Nadia"
    return rows(*people, {"email": "gone@example.com"}, {"email": "new@example.com", "first_name": "Newcomer"})


def _on(client: Client, list_id: str) -> set[str]:
    return {each["email_address"]["address"] for each in client.contacts.iter(lists=list_id, status="all")}


def test_a_plan_tells_each_step_and_changes_nothing(client: Client, sandbox: Sandbox, choir: str) -> None:
    """Who joins, changes, stays, leaves, would come back and cannot; in words, as a table and as a picture."""
    transport = Watching(sandbox)
    with watched_client(sandbox, transport) as other:
        plan = imports.plan_sync(other, _file(), choir, progress=False)
    assert {request.method for request in transport.seen} == {"GET"}
    assert plan.join["email"].tolist() == ["new@example.com"]
    assert plan.change.values.tolist() == [["m00@example.com", "first_name", "Name 0", "Nadia"]]
    assert plan.leave["email"].tolist() == ["m37@example.com", "m38@example.com", "m39@example.com"]
    assert plan.would_come_back["email"].tolist() == ["gone@example.com"]
    assert plan.cannot["email"].tolist() == ["m01@example.com", "m02@example.com"]
    assert plan.figures()["stay"] == 34
    assert plan.requests_read == len(transport.seen)
    said = plan.report()
    assert "leave                  3 are on the list and not in the file: with remove=True they leave the list" in said
    assert "unsubscribed: only the person can undo that (1)" in said
    assert "join                   1 come onto the list, 1 of them new to the account" in said
    assert "<svg" in plan._repr_html_()


def test_it_is_done_and_the_second_time_there_is_nothing_to_do(client: Client, sandbox: Sandbox, choir: str) -> None:
    """Nobody is deleted and nobody's consent is changed; who left is in the account still."""
    before = {
        each["contact_id"]: each["email_address"]["permission_to_send"] for each in client.contacts.iter(status="all")
    }
    outcome = imports.sync(client, _file(), choir, remove=True, progress=False)
    assert outcome.completed
    assert outcome.sent == 2
    assert outcome.left["name"].tolist() == ["m37@example.com", "m38@example.com", "m39@example.com"]
    assert "3 of 3 contacts are off the list" in outcome.report()
    assert _on(client, choir) == {f"m{n:02}@example.com" for n in range(37)} - {"m01@example.com"} | {"new@example.com"}
    after = {
        each["contact_id"]: each["email_address"]["permission_to_send"] for each in client.contacts.iter(status="all")
    }
    assert {key: after[key] for key in before} == before
    assert {"m37@example.com", "m38@example.com", "m39@example.com"} <= {
        each["email_address"]["address"]
        for each in client.contacts.iter()  # without the deleted
    }
    assert _contact(client, "m00@example.com")["first_name"] == "Nadia"
    transport = Watching(sandbox)
    with watched_client(sandbox, transport) as other:
        plan = imports.plan_sync(other, _file(), choir, progress=False)
        again = plan.run(remove=True, progress=False)
    assert plan.is_empty
    assert plan.requests == 0
    assert {request.method for request in transport.seen} == {"GET"}
    assert again.journal is None
    assert again.completed
    assert again.report() == "Nobody had to be sent"


def test_nobody_leaves_without_a_word(client: Client, choir: str) -> None:
    """And a plan that is run twice sends its people twice at most: an import of the same changes nothing."""
    plan = imports.plan_sync(client, _file(), choir, progress=False)
    before = _on(client, choir)
    assert plan.run(progress=False).completed
    assert _on(client, choir) == before | {"new@example.com"}


def test_who_was_deleted_comes_back_only_when_it_is_said(client: Client, choir: str) -> None:
    assert imports.sync(client, _file(), choir, progress=False).sent == 2
    assert "gone@example.com" not in _on(client, choir)
    assert imports.sync(client, _file(), choir, bring_back=True, progress=False).sent == 1
    assert "gone@example.com" in _on(client, choir)


def test_a_plan_by_which_many_would_leave_stops(client: Client, choir: str) -> None:
    """Until it is said again: a file that was cut off looks like that."""
    plan = imports.plan_sync(client, rows(*_members(30)), choir, progress=False)
    before = _on(client, choir)
    assert plan.leaves_many
    assert "Look twice: 10 of the list's" in plan.report()
    with pytest.raises(
        cctoolkit.Declined, match=r"Nothing was sent. 10 of the list's .* more than a tenth.*--remove-many"
    ):
        plan.run(remove=True, progress=False)
    assert _on(client, choir) == before
    assert plan.run(remove=True, remove_many=True, progress=False).left["off"].all()
    assert len(_on(client, choir)) == len(before) - 10


def test_an_empty_file_empties_nothing(client: Client, choir: str) -> None:
    """Nor does one of which no row was kept, nor a list that is not there."""
    with pytest.raises(cctoolkit.ContactFileError):
        imports.sync(client, _cleaned("email\n"), choir, remove=True, remove_many=True)
    with pytest.raises(cctoolkit.ContactFileError):
        imports.sync(client, _cleaned("email\nnobody\n"), choir, remove=True, remove_many=True)
    with pytest.raises(cctoolkit.NotFound, match="no list with the list_id"):
        imports.plan_sync(client, rows(*_members(2)), "0a1b2c3d-0000-1111-8000-fa163e000000")
    assert len(_on(client, choir)) == 39


def _cleaned(text: str) -> object:
    from cctoolkit.contact_files import clean, read_bytes

    return clean(read_bytes(text.encode(), "empty.csv"))


def test_two_syncs_of_a_list_do_not_go_at_once(client: Client, choir: str) -> None:
    plan = imports.plan_sync(client, _file(), choir, progress=False)
    with (
        one_at_a_time(client, choir),
        pytest.raises(cctoolkit.JournalError, match="Another sync of this list is at work"),
    ):
        plan.run(remove=True, progress=False)
    assert plan.run(remove=True, progress=False).completed


def test_by_exports(client: Client, sandbox: Sandbox, choir: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same plan; the ids of those who leave are looked up when they do."""
    by_pages = imports.plan_sync(client, _file(), choir, progress=False)
    monkeypatch.setattr(exports, "CHEAPER_FROM", 0)
    transport = Watching(sandbox)
    with watched_client(sandbox, transport) as other:
        other.sleep = other.activities.sleep = sandbox.advance
        plan = imports.plan_sync(other, _file(), choir, progress=False)
        assert transport.count("POST") == 3
        assert plan.requests_read == len(transport.seen)
        for name in ("join", "change", "leave", "would_come_back", "cannot"):
            assert getattr(plan, name).values.tolist() == getattr(by_pages, name).values.tolist()
        assert plan.run(remove=True, progress=False).left["off"].all()
    assert "m38@example.com" not in _on(client, choir)


@pytest.mark.parametrize("when", ["before the request", "after it"])
def test_a_removal_without_an_answer_is_gone_on_with(
    client: Client, sandbox: Sandbox, choir: str, tmp_path: Path, when: str
) -> None:
    """It is not sent again to those who left; nor is anybody taken off who came back meanwhile."""
    lost = 0

    def answer(request: httpx.Request) -> httpx.Response | None:
        nonlocal lost
        if request.url.path == "/v3/activities/remove_list_memberships" and not lost:
            lost += 1
            if when == "after it":
                through.handle_request(request)
            raise httpx.ReadError("cut", request=request)
        return None

    through = Watching(sandbox)
    journal = tmp_path / "sync.sqlite"
    with watched_client(sandbox, Watching(sandbox, answer)) as other:
        other.sleep = sandbox.advance
        with pytest.raises(cctoolkit.OutcomeUnknown) as found:
            imports.sync(other, _file(), choir, remove=True, journal=journal, progress=False)
    assert "imports.resume(client" in "".join(found.value.__notes__)
    with Journal.open(journal) as opened:
        assert [batch.state for batch in opened.leaving()] == ["sending"]
    sandbox.advance(60)
    back = _contact(client, "m38@example.com")
    transport = Watching(sandbox)
    with watched_client(sandbox, transport) as other:
        other.sleep = sandbox.advance
        outcome = imports.resume(other, journal, progress=False)
    assert transport.count("remove_list_memberships") == (1 if when == "before the request" else 0)
    assert isinstance(outcome, imports.SyncOutcome)
    assert outcome.completed
    assert outcome.left["off"].all()
    assert back["contact_id"] in {each["contact_id"] for each in client.contacts.iter()}


@pytest.mark.parametrize("ending", ["refused", "failed", "says so and does not"])
def test_who_did_not_leave_is_told(client: Client, sandbox: Sandbox, choir: str, tmp_path: Path, ending: str) -> None:
    """By name and with the reason; the outcome is not complete."""
    report = {
        "activity_id": "0a1b2c3d-4e5f-1111-8000-fa163e000000",
        "percent_done": 100,
        "completed_at": "2026-01-01T00:00:00Z",
    }
    answers: dict[str, Answer] = {
        "refused": lambda request: httpx.Response(403, json=[{"error_key": "x", "error_message": "No"}]),
        "failed": lambda request: httpx.Response(201, json={**report, "state": "failed"}),
        "says so and does not": lambda request: httpx.Response(201, json={**report, "state": "completed"}),
    }

    def answer(request: httpx.Request) -> httpx.Response | None:
        if request.url.path in ("/v3/activities/remove_list_memberships", f"/v3/activities/{report['activity_id']}"):
            return answers[ending](request)
        return None

    with watched_client(sandbox, Watching(sandbox, answer)) as other:
        other.sleep = sandbox.advance
        plan = imports.plan_sync(other, _file(), choir, progress=False)
        if ending == "refused":
            with pytest.raises(cctoolkit.Forbidden):
                plan.run(remove=True, journal=tmp_path / "sync.sqlite", progress=False)
            return
        outcome = plan.run(remove=True, progress=False)
    assert not outcome.completed
    assert outcome.left["off"].tolist() == [False] * 3
    assert "0 of 3 contacts are off the list" in outcome.report()
    assert (
        f"m37@example.com: the {'activity ended as failed' if ending == 'failed' else 'service says'}"
        in outcome.report()
    )


def test_more_than_a_request_takes_leave(client: Client, sandbox: Sandbox, choir: str) -> None:
    many = rows(*({"email": f"x{n:04}@example.com"} for n in range(1_100)))
    imports.import_contacts(client, many, choir, progress=False)
    transport = Watching(sandbox)
    with watched_client(sandbox, transport) as other:
        other.sleep = sandbox.advance
        outcome = imports.sync(other, rows(*_members(40)), choir, remove=True, remove_many=True, progress=False)
    assert transport.count("remove_list_memberships") == 3
    assert len(outcome.left) == 1_100
    assert outcome.completed
    assert len(_on(client, choir)) == 39


def test_what_comes_from_the_account_is_escaped(client: Client, choir: str) -> None:
    contact = _contact(client, "m00@example.com")
    client.contacts.update(str(contact["contact_id"]), first_name="<img src=x>")
    shown = imports.plan_sync(client, _file(), choir, progress=False)._repr_html_()
    assert "<img" not in shown
    assert "&lt;img src=x&gt;" in shown
