"""A comparison that writes: to what it made itself, which is gone afterwards, or is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from cctoolkit._httpx import httpx
from cctoolkit.api import Client
from cctoolkit.compare import NAME, TRIAL, clear_trial, compare, find_trial
from cctoolkit.errors import QuotaExceeded, SettingsError
from cctoolkit.sandbox import Sandbox
from tests.cli.commands import run

from .services import client_of


class Ended(BaseException):
    """What a kill or an interrupt in the middle is to the code."""


def _state(sandbox: Sandbox) -> tuple[list[str], list[str], list[str], list[str]]:
    """The names of what an account holds."""
    client, _ = client_of(sandbox)
    return (
        sorted(str(entry["name"]) for entry in client.lists.iter()),
        sorted(str(entry["name"]) for entry in client.tags.iter()),
        sorted(str(entry["label"]) for entry in client.custom_fields.iter()),
        sorted(str(entry["email_address"]["address"]) for entry in client.contacts.iter()),
    )


def _refusing(sandbox: Sandbox, method: str, path: str) -> Client:
    """A client of an account that lacks one right."""

    def refuse(request: httpx.Request) -> httpx.Response | None:
        if request.method == method and request.url.path.startswith(f"/v3{path}"):
            return httpx.Response(403, json=[{"error_key": "forbidden", "error_message": "No"}])
        return None

    client, through = client_of(sandbox)
    through.instead = refuse
    return client


def test_what_was_made_is_gone(full: Sandbox) -> None:
    """The account is as before, and all that was asked was answered as in another sandbox."""
    before = _state(full)
    client, through = client_of(full)
    found = compare(client, write=True)
    assert found.differences == {}, found.text()
    assert found.left == ""
    assert found.not_asked == {}
    assert {question.name for question in TRIAL} <= set(found.report["answers"])
    assert {"POST", "PUT", "DELETE"} <= set(through.methods)
    assert _state(full) == before
    assert compare(client, write=True).differences == {}, (
        "a second time, with addresses that the account has not deleted"
    )


def test_a_difference_in_what_is_written_is_found(full: Sandbox) -> None:
    def change(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        if request.method == "POST" and answer.status_code == 409:
            return httpx.Response(409, json=[{"error_key": "contacts.api.conflict", "error_message": "Taken by 'Ana'"}])
        if "csv" in answer.headers.get("content-type", ""):
            text = answer.text.replace("Email address", "Email Address", 1)
            return httpx.Response(200, text=text, headers={"content-type": "text/csv"})
        return answer

    found = compare(client_of(full, change)[0], write=True)
    assert len(found.differences) == 5, found.text()
    assert found.differences["GET /contact_exports/{export_id}"] == [
        "[].Email Address: is there; not in the sandbox",
        "[].Email address: is not there; in the sandbox it is",
    ]
    assert "Ana" not in str(found.report)


def test_reading_alone_writes_nothing(full: Sandbox) -> None:
    client, through = client_of(full)
    compare(client)
    assert set(through.methods) == {"GET"}


def test_a_write_that_is_refused_ends_nothing(full: Sandbox) -> None:
    """What would have needed it is named, and what was made all the same is found by its name."""
    before = _state(full)
    found = compare(_refusing(full, "POST", "/contact_tags"), write=True)
    assert found.not_asked["POST /contacts (a contact)"] == "no tag was answered before"
    assert "status 403; in the sandbox 201" in found.differences["POST /contact_tags (a tag)"]
    assert _state(full) == before


@pytest.mark.parametrize("refused", ["/contact_lists", "/contact_tags", "/contact_custom_fields", "/contacts"])
def test_nothing_of_the_account_is_written_to(full: Sandbox, refused: str) -> None:
    """Where something of its own could not be made, nothing of the account takes its place."""
    known = client_of(full)[0]
    theirs = {
        *(str(entry["list_id"]) for entry in known.lists.iter()),
        *(str(entry["tag_id"]) for entry in known.tags.iter()),
        *(str(entry["custom_field_id"]) for entry in known.custom_fields.iter()),
        *(str(entry["contact_id"]) for entry in known.contacts.iter()),
    }
    client, through = client_of(full)
    written: list[str] = []

    def instead(request: httpx.Request) -> httpx.Response | None:
        if request.method == "GET":
            return None
        written.append(f"{request.method} {request.url.path} {request.read().decode()}")
        if request.method == "POST" and request.url.path == f"/v3{refused}":
            return httpx.Response(403, json=[{"error_key": "forbidden", "error_message": "No"}])
        return None

    through.instead = instead
    compare(client, write=True)
    assert len(written) > 5
    assert not [entry for entry in written if any(known_id in entry for known_id in theirs)]


def test_what_cannot_be_deleted_is_told(full: Sandbox) -> None:
    client = _refusing(full, "DELETE", "/contact_lists")
    found = compare(client, write=True)
    assert found.left == f"the list {NAME!r}"
    assert f"Left in the account: the list '{NAME}'" in found.text()
    with pytest.raises(SettingsError, match="offers to remove"):
        compare(client, write=True)
    free, _ = client_of(full)
    assert clear_trial(free) == ""
    assert not find_trial(free)


def test_an_interrupt_in_the_middle_takes_away_what_was_made(full: Sandbox) -> None:
    before = _state(full)

    def told(question: str) -> None:
        if question.startswith("POST /activities/contact_exports"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compare(client_of(full)[0], write=True, told=told)
    assert _state(full) == before


@pytest.mark.parametrize("at", range(0, len(TRIAL), 4))
def test_a_kill_leaves_what_the_next_one_finds(full: Sandbox, at: int) -> None:
    """The process is gone, nothing could be tidied up; a person of the account's own on that list stays."""
    before = _state(full)
    asked: list[str] = []

    def change(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        if len(asked) > at:
            raise Ended
        return answer

    def told(question: str) -> None:
        if asked or question == TRIAL[0].name:
            asked.append(question)

    with pytest.raises(Ended):
        compare(client_of(full, change)[0], write=True, told=told)
    client, _ = client_of(full)
    there = find_trial(client)
    assert there
    assert "the list" in str(there)
    [list_id] = there.made["list"]
    someone = client.contacts.create(email_address="cctoolkit-compare@example.com", list_memberships=[list_id])
    assert clear_trial(client) == ""
    assert not find_trial(client)
    client.contacts.delete(str(someone["contact_id"]))
    assert _state(full) == before


def test_a_quota_that_runs_out_is_said_with_what_is_left(full: Sandbox) -> None:
    asked: list[str] = []

    def change(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        if asked:
            return httpx.Response(429, json={"error_key": "quota_exceeded", "error_message": "Limit Exceeded"})
        return answer

    def told(question: str) -> None:
        if question.startswith("POST /contacts (a contact)"):
            asked.append(question)

    with pytest.raises(QuotaExceeded) as ended:
        compare(client_of(full, change)[0], write=True, told=told)
    assert "Left in the account" in "".join(ended.value.__notes__)
    assert clear_trial(client_of(full)[0]) == ""


@pytest.mark.thorough
def test_the_command_writes_to_the_sandbox(tmp_path: Path) -> None:
    """Some ninety requests, at the service's pace."""
    place = {"HOME": str(tmp_path), "CCTOOLKIT_WORKSPACE": str(tmp_path / "work")}
    done = run("compare", "sandbox", "--write", "--report", str(tmp_path / "report.json"), **place)
    assert done.returncode == 0, done.stderr
    assert "DELETE /contact_lists/{list_id}" in done.stderr
    assert "the sandbox answers in the same shapes" in done.stdout
    run("sandbox", "--stop", **place)


def test_the_command_shows_what_it_would_write_and_asks(tmp_path: Path) -> None:
    place = {"HOME": str(tmp_path), "CCTOOLKIT_WORKSPACE": str(tmp_path / "work")}
    asked = run("compare", "https://api.example/v3", "--access-token", "a-token", "--write", **place)
    assert asked.returncode != 0
    assert "POST /activities/contacts_json_import" in asked.stderr
    assert f"named '{NAME}' and to six people of example.com" in asked.stderr
    assert "afterwards they stay among its deleted ones" in asked.stderr
