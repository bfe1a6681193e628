"""A comparison that writes: to what it made itself, which is gone afterwards, or is told."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cctoolkit import connect
from cctoolkit._httpx import httpx
from cctoolkit.api import Client
from cctoolkit.compare import TRIAL, clear_trial, compare, find_trial
from cctoolkit.errors import QuotaExceeded, ServiceUnreachable, SettingsError
from cctoolkit.sandbox import Sandbox
from tests.cli.commands import COMMAND, run

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


def test_what_the_account_has_already_is_not_taken_for_its_own(full: Sandbox) -> None:
    """A service that answers with what is there, refusing or not, gives no id to write to; nor does a like name."""
    client, through = client_of(full)
    own = client.lists.create("CCtoolkit Compare")
    client.call("postTag", body={"name": "cctoolkit compare"})
    before = _state(full)
    for status in (200, 201, 409):

        def instead(request: httpx.Request, status: int = status) -> httpx.Response | None:
            if request.method == "POST" and request.url.path == "/v3/contact_lists":
                return httpx.Response(status, json=own)
            return None

        through.instead = instead
        found = compare(client, write=True)
        assert found.left == ("" if status == 409 else "a list that the service calls otherwise")
        assert _state(full) == before
        # Not even where it bears the name that was sent.
        through.instead = lambda request: _by_the_name_that_was_sent(request, own)
        compare(client, write=True)
        assert _state(full) == before


def _by_the_name_that_was_sent(request: httpx.Request, own: dict[str, Any]) -> httpx.Response | None:
    if request.method == "POST" and request.url.path == "/v3/contact_lists":
        return httpx.Response(201, json={**own, "name": json.loads(request.read())["name"]})
    return None


def test_what_somebody_makes_meanwhile_is_not_taken_for_its_own(full: Sandbox) -> None:
    """A list that was not there before, which a service answers in the place of the one that was sent."""
    client, through = client_of(full)
    somebody = client_of(full)[0]
    made: list[dict[str, Any]] = []

    def instead(request: httpx.Request) -> httpx.Response | None:
        if request.method == "POST" and request.url.path == "/v3/contact_lists":
            made.append(made[0] if made else somebody.lists.create("Theirs"))
            return httpx.Response(201, json=made[0])
        return None

    through.instead = instead
    found = compare(client, write=True)
    assert found.left == "a list that the service calls otherwise"
    assert somebody.lists.get(str(made[0]["list_id"])) == made[0]


@pytest.mark.parametrize("whose", [0, -1], ids=["one that was read before", "one that was not"])
def test_somebody_of_the_account_is_not_taken_for_its_own(full: Sandbox, whose: int) -> None:
    """A service that says of another contact's id that this is the one that was made."""
    client, through = client_of(full)
    before = _state(full)
    own = list(client.contacts.iter())[whose]

    def instead(request: httpx.Request) -> httpx.Response | None:
        if request.method == "POST" and request.url.path == "/v3/contacts":
            sent = json.loads(request.read())["email_address"]
            return httpx.Response(201, json={**own, "email_address": {**own["email_address"], **sent}})
        return None

    through.instead = instead
    compare(client, write=True)
    assert client.contacts.get(str(own["contact_id"]))["email_address"] == own["email_address"]
    assert _state(full) == before


def test_people_stay_findable_when_their_list_is_gone(full: Sandbox) -> None:
    """Somebody deletes the list, and the people may not be deleted: the tag tells the next run where to look."""
    before = _state(full)
    client, through = client_of(full)

    def instead(request: httpx.Request) -> httpx.Response | None:
        if request.method == "DELETE" and request.url.path.startswith("/v3/contacts/"):
            return httpx.Response(403, json=[{"error_key": "forbidden", "error_message": "No"}])
        return None

    def told(question: str) -> None:
        if question.startswith("POST /activities/contact_exports"):
            free = client_of(full)[0]
            for list_id in find_trial(free).made["list"]:
                free._transport.fetch("DELETE", f"/contact_lists/{list_id}")
                full.advance(60)

    through.instead = instead
    found = compare(client, write=True, told=told)
    assert "6 contacts of example.com" in found.left
    assert clear_trial(client_of(full)[0]) == ""
    assert _state(full) == before


def test_a_killed_run_whose_import_goes_on_keeps_its_list(full: Sandbox) -> None:
    before = _state(full)
    full.clock.freeze()

    asked: list[str] = []

    def told(question: str) -> None:
        if question.startswith("GET /activities/{import_id}"):
            asked.append(question)

    def instead(request: httpx.Request) -> httpx.Response | None:
        if asked:
            raise Ended
        return None

    client, through = client_of(full)
    through.instead = instead
    with pytest.raises(Ended):
        compare(client, write=True, told=told)
    waiting, _ = client_of(full)
    waiting.sleep = lambda seconds: None  # a clock that stands still, as the service's may seem to
    assert "people of an import that has not ended" in clear_trial(waiting)
    full.advance(60)
    assert clear_trial(client_of(full)[0]) == ""
    assert _state(full) == before


@pytest.mark.parametrize("path", ["/contact_lists", "/contact_tags", "/contact_custom_fields"])
def test_what_got_no_answer_is_told(full: Sandbox, path: str) -> None:
    """It may be made yet; and what a service answers in another case is known all the same."""
    before = _state(full)
    client, through = client_of(full)
    later: list[httpx.Request] = []

    def instead(request: httpx.Request) -> httpx.Response | None:
        if request.method == "POST" and request.url.path == f"/v3{path}":
            request.read()
            later.append(request)
            raise httpx.ReadTimeout("no answer", request=request)
        return None

    through.instead = instead
    assert "that was sent and not seen yet" in compare(client, write=True).left
    through.instead = lambda request: None
    through.handle_request(later[0])
    assert clear_trial(client) == ""
    assert _state(full) == before


def test_names_in_another_case_are_known(full: Sandbox) -> None:
    before = _state(full)

    def change(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        if request.url.path.startswith(("/v3/contact_lists", "/v3/contact_tags")) and answer.status_code < 300:
            return httpx.Response(
                answer.status_code, text=answer.text.replace("cctoolkit compare", "CCToolkit Compare")
            )
        return answer

    assert compare(client_of(full, change)[0], write=True).left == ""
    assert _state(full) == before


def _odd(request: httpx.Request, answer: httpx.Response, change: Callable[[dict[str, Any]], Any]) -> httpx.Response:
    """The list's own members, each answered in another way."""
    if request.url.path != "/v3/contacts" or "lists" not in request.url.params:
        return answer
    return httpx.Response(200, json={"contacts": [change(contact) for contact in answer.json()["contacts"]]})


@pytest.mark.parametrize(
    "change",
    [
        lambda contact: {name: value for name, value in contact.items() if name != "contact_id"},
        lambda contact: {**contact, "email_address": "someone@example.com"},
        lambda contact: {**contact, "email_address": None},
    ],
    ids=["no id", "an address that is a text", "no address"],
)
def test_contacts_that_are_answered_oddly_are_found_by_their_addresses(
    full: Sandbox, change: Callable[[dict[str, Any]], Any]
) -> None:
    before = _state(full)
    found = compare(client_of(full, lambda request, answer: _odd(request, answer, change))[0], write=True)
    assert found.left == ""
    assert _state(full) == before


def test_a_list_that_does_not_know_its_members_yet(full: Sandbox) -> None:
    before = _state(full)

    def change(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        if request.url.path == "/v3/contacts" and "lists" in request.url.params:
            return httpx.Response(200, json={"contacts": []})
        return answer

    assert compare(client_of(full, change)[0], write=True).left == ""
    assert _state(full) == before


def test_people_who_cannot_be_deleted_keep_their_list(full: Sandbox) -> None:
    """It is what the next run finds them by."""
    before = _state(full)
    found = compare(_refusing(full, "DELETE", "/contacts/"), write=True)
    assert re.fullmatch(r"6 contacts of example.com, the list 'cctoolkit compare [0-9a-f]{8}'", found.left)
    assert clear_trial(client_of(full)[0]) == ""
    assert _state(full) == before


def test_people_who_have_not_arrived_keep_their_list(full: Sandbox) -> None:
    """The import got no answer, and is carried out when all else is over."""
    before = _state(full)
    client, through = client_of(full)
    later: list[httpx.Request] = []

    def instead(request: httpx.Request) -> httpx.Response | None:
        if request.url.path == "/v3/activities/contacts_json_import":
            request.read()
            later.append(request)
            raise httpx.ReadTimeout("no answer", request=request)
        return None

    through.instead = instead
    found = compare(client, write=True)
    assert "people who were sent and not seen yet: cctoolkit-compare-" in found.left
    assert "the list 'cctoolkit compare" in found.left
    through.instead = lambda request: None
    through.handle_request(later[0])
    full.advance(60)
    assert len(_state(full)[3]) == len(before[3]) + 5
    assert clear_trial(client) == ""
    assert _state(full) == before


@pytest.mark.parametrize("how", ["interrupt", "quota", "network"])
def test_an_end_while_it_is_taken_away_is_told(full: Sandbox, how: str) -> None:
    begun: list[str] = []

    def told(question: str) -> None:
        if question.startswith("DELETE /contact_tags"):
            begun.append(question)
            if how == "interrupt":
                raise KeyboardInterrupt

    def change(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        if begun and how == "quota":
            return httpx.Response(429, json={"error_key": "quota_exceeded", "error_message": "Limit Exceeded"})
        if begun and how == "network":
            raise httpx.ConnectError("gone")
        return answer

    client, _ = client_of(full, change)
    with pytest.raises((KeyboardInterrupt, QuotaExceeded, ServiceUnreachable)) as ended:
        compare(client, write=True, told=told)
    notes = "".join(getattr(ended.value, "__notes__", []))
    assert ("Left in the account" in notes) == (how != "interrupt")  # there, the rest was taken away all the same
    assert clear_trial(client_of(full)[0]) == ""


def test_what_a_refusal_says_of_the_account_is_not_written_down(full: Sandbox) -> None:
    """Whom it names, what token it quotes, whatever it calls its kind; and ids that lead anywhere are not asked with."""

    def change(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        if answer.status_code >= 400:
            said = f"User Robin Reed of Garden Club: Bearer {full.access_token()}"
            key = "user.robin@example.com"
            return httpx.Response(answer.status_code, json=[{"error_key": key, "error_message": said}])
        if request.url.path == "/v3/account/summary":
            told = {"first_name": "Robin", "last_name": "Reed", "organization_name": "Garden Club 24"}
            return httpx.Response(200, json={**answer.json(), **told, "Ana": 1, "a3f9c0de00000000000000000000beef": 1})
        if request.url.path == "/v3/segments":
            return httpx.Response(200, json={"segments": [{"segment_id": "../../{contact_id}"}]})
        return answer

    found = compare(client_of(full, change)[0])
    written = json.dumps(found.report)
    for word in ("Robin", "Reed", "Garden Club 24", full.access_token()[:30], "Ana", "a3f9c0de"):
        assert word not in written
    assert found.not_asked["GET /segments/{segment_id}"] == "no segment was answered before"


@pytest.mark.parametrize(
    "content",
    [b"a,b\r1,2\r", b'a\n"' + b"x" * 140_000 + b'"\n', b"[" * 600 + b"]" * 600],
    ids=["old line ends", "a long cell", "nested lists"],
)
def test_answers_that_cannot_be_read_are_written_down_as_such(full: Sandbox, content: bytes) -> None:
    def change(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        if request.url.path.startswith("/v3/contact_exports/"):
            kind = "application/json" if content.startswith(b"[") else "text/csv"
            return httpx.Response(200, content=content, headers={"content-type": kind})
        return answer

    found = compare(client_of(full, change)[0], write=True)
    assert found.left == ""
    assert "GET /contact_exports/{export_id}" in found.report["answers"]


@pytest.mark.parametrize(
    ("heading", "kept"),
    [
        ("Street address line 1 - Home", True),
        ("State/Province - Home", True),
        ("Confirmed Opt-Out Date", True),
        ("Home 617-555-0199", False),
        ("first@home.work", False),
        ("Custom field 1 - Birthday 1", False),
        ("Birthday  1 ", False),
        ("Zanzibar", False),
    ],
)
def test_a_heading_is_the_services_or_it_is_not_written_down(full: Sandbox, heading: str, kept: bool) -> None:
    def change(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        if request.url.path.startswith("/v3/contact_exports/"):
            return httpx.Response(200, text=f"{heading}\nx\n", headers={"content-type": "text/csv"})
        return answer

    client, _ = client_of(full, change)
    client.custom_fields.create("Birthday 1")
    written = json.dumps(compare(client, write=True).report, ensure_ascii=False)
    assert (heading in written) == kept


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
    assert re.fullmatch(r"the list 'cctoolkit compare [0-9a-f]{8}'", found.left)
    assert f"Left in the account: {found.left}." in found.text()
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
    [list_id] = list(there.made["list"])
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
    assert "and to six people of example.com" in asked.stderr
    assert "afterwards they stay among its deleted ones" in asked.stderr


@pytest.mark.thorough
def test_a_stopped_command_says_what_became_of_it(tmp_path: Path) -> None:
    """Not that nothing is half-done, as of other commands; and here everything is gone again."""
    place = os.environ | {"HOME": str(tmp_path), "CCTOOLKIT_WORKSPACE": str(tmp_path / "work")}
    command = [*COMMAND, "compare", "sandbox", "--write"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=place)
    try:
        assert running.stderr is not None
        for line in running.stderr:
            if line.startswith("GET /activities/{import_id}"):
                running.send_signal(signal.SIGINT)
                break
        _, said = running.communicate(timeout=120)
    finally:
        running.kill()
    assert running.returncode == 130, said
    assert "Stopped. What was made was deleted again." in said
    assert "half-done" not in said
    with connect("sandbox", workspace=tmp_path / "work") as client:
        assert not find_trial(client)
    run("sandbox", "--stop", HOME=str(tmp_path), CCTOOLKIT_WORKSPACE=str(tmp_path / "work"))


@pytest.mark.thorough
@pytest.mark.parametrize("form", [[], ["--json"]], ids=["words", "JSON"])
def test_a_report_that_cannot_be_written_loses_no_result(tmp_path: Path, form: list[str]) -> None:
    """Nor is it two objects, where one is wanted."""
    place = {"HOME": str(tmp_path), "CCTOOLKIT_WORKSPACE": str(tmp_path / "work")}
    done = run("compare", "sandbox", "--report", str(tmp_path), *form, **place)
    assert done.returncode != 0
    if form:
        told = json.loads(done.stdout)
        assert told["answers"]
        assert "cannot be written" in told["error"]
    else:
        assert "questions were asked" in done.stdout
    assert "cannot be written" in done.stderr
    run("sandbox", "--stop", **place)
