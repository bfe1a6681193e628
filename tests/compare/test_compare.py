"""Comparing a service with the sandbox: each difference is found and nothing else, and no value of the account is kept."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from cctoolkit._httpx import httpx
from cctoolkit.api import Client
from cctoolkit.api.transport import FixedToken, Transport
from cctoolkit.compare import QUESTIONS, TRIAL, compare, read_report
from cctoolkit.compare.forms import differences, shape
from cctoolkit.errors import SettingsError, Unauthorized
from cctoolkit.in_process import InProcess
from cctoolkit.sandbox import Sandbox
from tests.cli.commands import run
from tests.compare.services import DIALECTS, client_of


def test_two_sandboxes_have_one_shape(full: Sandbox) -> None:
    """Other people, other ids, another day: no difference, by reading alone, within sixty requests."""
    client, through = client_of(full)
    found = compare(client)
    assert found.differences == {}, found.text()
    assert found.not_asked == {}
    assert set(through.methods) == {"GET"}
    assert found.requests == len(through.methods) == len(QUESTIONS) <= 60
    assert "the sandbox answers in the same shapes" in found.text()


@pytest.mark.parametrize("name", DIALECTS)
def test_a_dialect_is_found_and_nothing_else(full: Sandbox, name: str) -> None:
    change, said = DIALECTS[name]
    client, _ = client_of(full, change)
    found = compare(client)
    told = [line for lines in found.differences.values() for line in lines]
    assert told
    assert all(said.removeprefix("total") in line or said in line for line in told), found.text()


@pytest.mark.parametrize("write", [False, True], ids=["reading", "writing"])
def test_no_value_of_the_account_is_written_down(full: Sandbox, tmp_path: Path, write: bool) -> None:
    """Every byte of the report is searched for every text that the account's answers held, and for the token."""
    values: set[str] = set()
    keys: set[str] = set()

    def texts(value: Any) -> None:
        if isinstance(value, dict):
            keys.update(value)
            for held in value.values():
                texts(held)
        elif isinstance(value, list):
            for each in value:
                texts(each)
        elif isinstance(value, str) and len(value) > 3:
            values.add(value)

    def listen(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        if (
            answer.headers.get("content-type", "").startswith("application/json")
            and answer.is_success
            and answer.content
        ):
            texts(answer.json())
        elif "csv" in answer.headers.get("content-type", ""):
            headings, *rows = csv.reader(io.StringIO(answer.text))
            keys.update(word for heading in headings if heading not in values for word in (heading, *heading.split()))
            texts(rows)
        return answer

    client, _ = client_of(full, listen)
    client.contacts.create(email_address="secret-person@example.com", first_name="Wilhelmina", last_name="Zzyzx")
    client.lists.create("Our secret list")
    for label in ("Home address of the patient", "Home phone number", "Zanzibar"):
        client.custom_fields.create(label)
        values.add(label)
    found = compare(client, write=write)
    found.save(tmp_path / "report.json")
    report = (tmp_path / "report.json").read_text()
    assert len(values) > 100
    asked = " ".join(question.name for question in (*QUESTIONS, *TRIAL)) + " cctoolkit compare"
    written = {value: re.escape(json.dumps(value, ensure_ascii=False)[1:-1]) for value in values}
    told = {value for value, text in written.items() if re.search(rf"(?<!\w){text}(?!\w)", report)}
    # A word of the API is the name of a key, or a part of one, in one place and a value in another.
    assert {value for value in told if value not in keys and value not in asked} == set()
    assert full.access_token()[:40] not in report
    assert read_report(tmp_path / "report.json")["answers"]


def test_keys_that_are_no_words_are_values() -> None:
    """Where a service uses an address or an id as a key."""
    found = shape({"ana@example.com": 1, "0a1b2c3d-4e5f": {"x": "y"}, "plain_word": True})
    assert sorted(found["keys"]) == ["plain_word", "‹another key›"]


def test_what_has_no_example_is_no_difference() -> None:
    assert differences(shape({"a": []}), shape({"a": [{"b": 1}]})) == []
    assert differences(shape({"a": None}), shape({"a": "2026-01-01"})) == []
    assert differences(shape([{"a": 1}, {"a": 1, "b": 2}]), shape([{"a": 1}])) == []
    assert differences(shape({"a": "2026-01-01"}), shape({"a": 20260101})) == ["a: whole number; in the sandbox date"]


def test_a_report_of_any_size_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_bytes(b" " * 3_000_000)
    with pytest.raises(SettingsError, match="give a file that cctoolkit compare has written"):
        read_report(tmp_path / "report.json")


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"form": 9, "answers": {}}', '{"form": 1, "answers": []}', "[" * 100_000]
)
def test_a_report_is_data_and_nothing_else(text: str, tmp_path: Path) -> None:
    """One that was tampered with is a sentence."""
    (tmp_path / "report.json").write_text(text)
    with pytest.raises(SettingsError, match="give a file that cctoolkit compare has written"):
        read_report(tmp_path / "report.json")


def test_a_token_that_has_ended_ends_it(full: Sandbox) -> None:
    """It is no difference of the service's."""
    client = Client(Transport(full.api_url, FixedToken("ended"), transport=InProcess(full)), "custom")
    with pytest.raises(Unauthorized):
        compare(client)


def test_the_command(tmp_path: Path) -> None:
    """On the sandbox it asks at once; elsewhere it shows what it would ask, and nobody who says yes is nobody."""
    place = {"HOME": str(tmp_path), "CCTOOLKIT_WORKSPACE": str(tmp_path / "work")}
    done = run("compare", "sandbox", "--report", str(tmp_path / "report.json"), **place)
    assert done.returncode == 0, done.stderr
    assert "questions were asked" in done.stdout
    assert read_report(tmp_path / "report.json")["of"] == "sandbox"
    asked = run("compare", "https://api.example/v3", "--access-token", "a-token", **place)
    assert asked.returncode != 0
    assert "GET /contacts?limit=2" in asked.stderr
    assert "a-token" not in asked.stderr + asked.stdout
    assert run("compare", "elsewhere", **place).returncode == 2
    run("sandbox", "--stop", **place)


def test_a_question_that_is_refused_ends_nothing(full: Sandbox) -> None:
    """What would have been asked with its ids is named as not asked."""

    def change(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        if request.url.path == "/v3/contact_lists":
            return httpx.Response(403, json=[{"error_key": "forbidden", "error_message": "No"}])
        return answer

    found = compare(client_of(full, change)[0])
    assert found.not_asked["GET /contact_lists/{list_id}?include_membership_count=all"] == "no list was answered before"
