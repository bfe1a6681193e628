"""A sandbox like a service that was compared: it answers as that did, and a report that was tampered with changes nothing else."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from cctoolkit import connect
from cctoolkit._httpx import httpx
from cctoolkit.api import Client
from cctoolkit.compare import Comparison, Dialect, compare, practice, read_report
from cctoolkit.errors import BadRequest
from cctoolkit.sandbox import Sandbox
from tests.cli.commands import COMMAND, run

from .services import DIALECTS, client_of

#: What people sent: files of `cctoolkit compare --report`.
REPORTS = Path(__file__).with_name("reports")


def _like(report: dict[str, Any], *, write: bool = False) -> Comparison:
    """What is found of a sandbox that was told to answer like a report."""
    with (
        Sandbox(seed=3, contacts=30, in_process=True, limits=False, dialect=Dialect(report)) as sandbox,
        connect(sandbox=sandbox) as client,
    ):
        practice.furnish(client)
        sandbox.advance(3_600)
        return compare(client, write=write)


@pytest.mark.parametrize("name", DIALECTS)
def test_it_answers_like_the_service(full: Sandbox, name: str, tmp_path: Path) -> None:
    """Compared once more, the same differences are found: through the file, as somebody would send it."""
    change, _ = DIALECTS[name]
    found = compare(client_of(full, change)[0])
    found.save(tmp_path / "report.json")
    assert _like(read_report(tmp_path / "report.json")).differences == found.differences


@pytest.mark.parametrize("path", sorted(REPORTS.glob("*.json")), ids=lambda path: path.stem)
def test_a_report_that_was_sent_is_a_case(path: Path) -> None:
    """A sandbox like it answers as was recorded, so what is seen with it is what would be seen there."""
    report = read_report(path)
    like = _like(report, write=any(name.startswith("POST ") for name in report["answers"]))
    left_out = Dialect(report).left_out
    assert like.differences == {name: lines for name, lines in report["differences"].items() if name not in left_out}


def _otherwise(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
    """A service that differs in many ways at once, in what is written too."""
    path = request.url.path.removeprefix("/v3")
    if "csv" in answer.headers.get("content-type", ""):
        text = answer.text.replace("Email address", "Email Address", 1).replace("Company", "Fax number", 1)
        return httpx.Response(200, text=text, headers={"content-type": "text/csv"})
    if not answer.content or answer.headers.get("content-type") != "application/json":
        return answer
    content, status = answer.json(), answer.status_code
    if path == "/contact_lists" and status == 200:
        for entry in content["lists"]:
            entry["created_at"] = entry["created_at"].replace("Z", ".000Z")
            entry["owner"] = {"name": "Ana", "ids": [1]}
            del entry["favorite"]
    elif path == "/contact_lists" and status == 201:
        status = 200
    elif path == "/account/summary":
        content["contact_phone"] = {"number": content["contact_phone"]}
    elif status == 409:
        content = {"errors": [{"code": "taken", "message": "Taken"}]}
    return httpx.Response(status, json=content)


def test_many_differences_at_once(full: Sandbox) -> None:
    found = compare(client_of(full, _otherwise)[0], write=True)
    assert sum(map(len, found.differences.values())) > 10
    like = _like(found.report, write=True)
    assert like.differences == found.differences
    assert like.left == ""


def test_headings_that_nobody_can_write_are_left_out(full: Sandbox) -> None:
    """Half a character, read from a file that somebody wrote."""
    report = compare(client_of(full, _otherwise)[0], write=True).report
    keys = report["answers"]["GET /contact_exports/{export_id}"]["shape"]["items"]["keys"]
    keys["\ud800x"] = {"forms": ["text"], "always": True}
    with Sandbox(seed=3, in_process=True, dialect=Dialect(report)) as sandbox, connect(sandbox=sandbox) as client:
        exported = client.activities.wait(str(client.activities.export_contacts()["activity_id"]), progress=False)
        assert "Email Address" in client.activities.exported(exported)


def test_a_page_in_the_place_of_a_refusal(full: Sandbox) -> None:
    """It is no JSON there, and none here."""

    def change(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        return httpx.Response(404, html="<h1>Not here</h1>") if answer.status_code == 404 else answer

    found = compare(client_of(full, change)[0])
    assert found.differences
    assert _like(found.report).differences == found.differences


def test_what_a_client_gets_from_it(full: Sandbox) -> None:
    """Values stay where they have a place; what is new is made up."""
    report = compare(client_of(full, _otherwise)[0], write=True).report
    with Sandbox(seed=3, in_process=True, dialect=Dialect(report)) as sandbox, connect(sandbox=sandbox) as client:
        made = client.lists.create("Friends")
        [entry] = [each for each in client.lists.iter() if each["list_id"] == made["list_id"]]
        assert entry["name"] == "Friends"
        assert entry["created_at"].endswith(".000Z")
        assert entry["owner"] == {"ids": [1], "name": "text"}
        assert "favorite" not in entry


def test_other_words_of_a_refusal_reach_everybody(full: Sandbox) -> None:
    """Not the one question alone: what is refused here for that reason is refused so."""
    change, _ = DIALECTS["other words of a refusal"]
    report = compare(client_of(full, change)[0]).report
    with (
        Sandbox(seed=3, in_process=True, dialect=Dialect(report)) as sandbox,
        connect(sandbox=sandbox) as client,
        pytest.raises(BadRequest, match="Nope"),
    ):
        client._transport.get("/contacts", {"limit": 700})


def test_what_was_of_the_moment_is_left_out(full: Sandbox) -> None:
    """A missing right of the one who asked, and a service that was down, are no way of answering."""

    def change(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        if request.url.path == "/v3/account/emails":
            return httpx.Response(403, json=[{"error_key": "forbidden", "error_message": "No"}])
        return answer

    dialect = Dialect(compare(client_of(full, change)[0]).report)
    assert dialect.count == 0
    assert dialect.left_out == {"GET /account/emails": "status 403 is of the moment or of who asked"}


_ANSWER = {
    "status": 200,
    "headers": ["content-type"],
    "content_type": "application/json",
    "shape": {"forms": ["object"]},
}
#: What somebody might write into a report, in the place of an answer.
TAMPERED: dict[str, Any] = {
    "no answer": 7,
    "another status": {**_ANSWER, "status": 99},
    "a header of two lines": {**_ANSWER, "headers": ["content-type", "x: y\r\nset-cookie: a=b"]},
    "a kind of two lines": {**_ANSWER, "content_type": "text/html\r\nset-cookie: a=b"},
    "a shape that is none": {**_ANSWER, "shape": {"forms": 7, "keys": [], "items": "x"}},
    "keys that are none": {**_ANSWER, "shape": {"forms": ["object"], "keys": {"contacts": 7, "x": {"always": True}}}},
    "a page": {**_ANSWER, "shape": {"forms": ["text"]}, "content_type": "text/html"},
    "half a character": {
        **_ANSWER,
        "shape": {"forms": ["object"], "keys": {"\ud800x": {"forms": ["text"], "always": True}}},
    },
    "headers that are none": {**_ANSWER, "headers": [["x"], {"x": 1}]},
    "no content, with a shape": {**_ANSWER, "status": 204},
    "a kind of content without end": {**_ANSWER, "content_type": "a/" + "b" * 200_000},
    "keys without end": {
        **_ANSWER,
        "shape": {
            "forms": ["object"],
            "keys": {f"key{n}": {"forms": ["text"], "always": True} for n in range(20_000)},
        },
    },
    "another type in every place": {**_ANSWER, "status": 404, "refusal": [["k", "m"], 7, ["a"]]},
}


@pytest.mark.parametrize("name", TAMPERED)
def test_a_report_that_was_tampered_with_is_data(name: str) -> None:
    """It may make answers strange; it cannot end the sandbox, add a header or make it answer anything of its own."""
    question = "GET /contacts?limit=2"
    mine = {**_ANSWER, "shape": {"forms": ["object"], "keys": {"contacts": {"forms": ["list"], "always": True}}}}
    report = {"answers": {question: TAMPERED[name], "GET /etc": _ANSWER}, "sandbox": {question: mine, "GET /etc": mine}}
    with Sandbox(seed=3, contacts=3, in_process=True, dialect=Dialect(report)) as sandbox:
        client, through = client_of(sandbox)
        headers: set[str] = set()
        sizes: list[int] = []

        def listen(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
            headers.update(answer.headers)
            sizes.append(len(answer.content))
            return answer

        through._change = listen
        _read(client)
        assert sum(sizes) < 100_000
        assert client.contacts.create(email_address="ana@example.com")["contact_id"]
    assert headers <= {"content-length", "content-type"}


def _read(client: Client) -> None:
    try:
        client._transport.fetch("GET", "/contacts", params={"limit": 2})
    except Exception as error:
        assert type(error).__module__ == "cctoolkit.errors"


def test_the_command(full: Sandbox, tmp_path: Path) -> None:
    """`cctoolkit sandbox --like REPORT` says what it imitates, and answers so over its port."""

    def change(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        if request.url.path == "/v3/contacts/counts":
            return httpx.Response(200, json={**answer.json(), "region": "north"})
        return answer

    compare(client_of(full, change)[0]).save(tmp_path / "report.json")
    place = os.environ | {"HOME": str(tmp_path)}
    serving = subprocess.Popen(
        [*COMMAND, "sandbox", "--like", str(tmp_path / "report.json"), "--seed", "1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=place,
    )
    try:
        assert serving.stdout is not None
        assert serving.stderr is not None
        about = json.loads(serving.stdout.readline())
        answer = httpx.get(
            f"{about['api']}/contacts/counts",
            headers={"Authorization": f"Bearer {about['access_token']}"},
            trust_env=False,
        )
        assert answer.json()["region"] == "text"
        assert "Answers to 1 questions are as in" in serving.stderr.readline()
    finally:
        serving.terminate()
        serving.communicate(timeout=30)
    none = run("sandbox", "--like", str(tmp_path / "none.json"), HOME=str(tmp_path))
    assert none.returncode == 2
    assert "give a file that cctoolkit compare has written" in none.stderr
