"""The import as a job: parts, activities, what goes wrong on the way, and its outcome."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

import cctoolkit
from cctoolkit import imports
from cctoolkit._httpx import httpx
from cctoolkit.api import Client
from cctoolkit.errors import QuotaExceeded
from cctoolkit.imports import job
from cctoolkit.imports.journal import Journal
from cctoolkit.sandbox import Sandbox
from tests.imports.conftest import Import
from tests.imports.people import people, rows
from tests.imports.watching import Watching, watched_client


def test_parts_are_queued_before_any_is_done(importing: Import, client: Client) -> None:
    """Several activities, one outcome: a row a part with its counts."""
    outcome = importing(people(25, lines=11))
    assert outcome.parts["contacts"].tolist() == [10, 10, 5]
    assert outcome.parts["person_count"].tolist() == [10, 10, 5]
    assert outcome.parts["state"].tolist() == ["completed"] * 3
    assert list(outcome.parts.columns) == [
        *("part", "contacts", "state", "person_count", "error_count", "correctable_count"),
        *("cannot_add_to_list_count", "errors", "activity_id"),
    ]
    assert (outcome.sent, outcome.imported, outcome.missing, outcome.completed) == (25, 25, [], True)
    names = [report["source_file_name"] for report in outcome.reports]
    assert [name[-12:] for name in names] == ["part-001.csv", "part-002.csv", "part-003.csv"]
    assert len({name[:-12] for name in names}) == 1


def test_many_activities_cost_few_looks(sandbox: Sandbox, list_id: str, journal: Path) -> None:
    """They are read from the collection, all in one request."""
    transport = Watching(sandbox)
    with watched_client(sandbox, transport) as client:
        imports.import_contacts(
            client, people(30, lines=2), list_id, journal=journal, progress=False, sleep=sandbox.advance
        )
    assert transport.count("contacts_file_import") == 30
    looks = transport.count("/v3/activities") - 30
    assert looks < 15


def test_the_arrival_names_the_part_of_each(importing: Import) -> None:
    """Everybody who was sent, in order, with the part that they were in."""
    arrival = importing(people(3, lines=3)).arrival
    assert arrival["email_address"].tolist() == [f"p{n:05}@example.com" for n in range(3)]
    assert arrival["part"].tolist() == [1, 1, 2]
    assert arrival["on_list"].all()


def test_the_journal_is_private_and_holds_no_token(importing: Import, sandbox: Sandbox, journal: Path) -> None:
    """Mode 0600; the access token is nowhere in it."""
    importing(people(3))
    assert journal.stat().st_mode & 0o777 == 0o600
    assert sandbox.access_token()[:40].encode() not in journal.read_bytes()
    assert [path.name for path in journal.parent.glob("*import*")] == [journal.name]


def test_a_finished_import_is_resumed_to_its_outcome(importing: Import, client: Client, journal: Path) -> None:
    """Nothing is sent; the same outcome again."""
    first = importing(people(25, lines=11))
    again = imports.resume(client, journal)
    assert again.parts.equals(first.parts)
    assert len(list(client.activities.iter())) == 3


def test_what_is_sent_does_not_depend_on_the_source(
    sandbox: Sandbox, client: Client, list_id: str, journal: Path
) -> None:
    """All parts are in the journal before the first is sent."""
    cleaned = people(25, lines=11)
    handed_out = []

    def look(request: httpx.Request) -> None:
        if request.method == "POST":
            handed_out.append(cleaned.handed_out)

    with watched_client(sandbox, Watching(sandbox, look)) as watched:
        imports.import_contacts(watched, cleaned, list_id, journal=journal, progress=False, sleep=sandbox.advance)
    assert handed_out == [3, 3, 3]


def test_a_full_queue_is_waited_out(sandbox: Sandbox, list_id: str, journal: Path) -> None:
    """A 429 for the queue is no error: once there is room, the part is sent."""
    refused = []

    def full_at_first(request: httpx.Request) -> httpx.Response | None:
        if request.method != "POST" or len(refused) >= 3:
            return None
        refused.append(request)
        body = {"error_key": "throttled", "error_message": "Too many queued activities for this account."}
        return httpx.Response(429, json=body)

    with watched_client(sandbox, Watching(sandbox, full_at_first)) as client:
        outcome = imports.import_contacts(
            client, people(25, lines=11), list_id, journal=journal, progress=False, sleep=sandbox.advance
        )
        assert len(list(client.activities.iter())) == 3
    assert (outcome.completed, outcome.missing, len(refused)) == (True, [], 3)


def test_a_queue_that_stays_full_is_given_up_in_the_end(sandbox: Sandbox, list_id: str, journal: Path) -> None:
    """With what to do; the import can be resumed."""
    body = {"error_key": "throttled", "error_message": "Too many queued activities for this account."}
    full = Watching(sandbox, lambda request: httpx.Response(429, json=body) if request.method == "POST" else None)
    waited: list[float] = []
    with (
        watched_client(sandbox, full) as client,
        pytest.raises(cctoolkit.QueueFull, match="let some complete") as caught,
    ):
        imports.import_contacts(client, people(3), list_id, journal=journal, progress=False, sleep=waited.append)
    assert sum(waited) >= job.PATIENCE - 10
    assert str(journal) in caught.value.__notes__[0]
    with watched_client(sandbox) as client:
        assert imports.resume(client, journal, progress=False, sleep=sandbox.advance).missing == []


@pytest.mark.parametrize("fault", ["drop", "500", "html"])
def test_a_lost_answer_is_looked_for(importing: Import, client: Client, sandbox: Sandbox, fault: str) -> None:
    """The activity is found by its file's name; where there is none, the part is sent again."""
    sandbox.faults.add(fault, 1, path="contacts_file_import")
    outcome = importing(people(25, lines=11))
    assert (outcome.completed, outcome.missing) == (True, [])
    assert len(list(client.activities.iter())) == 3


def test_a_refusal_ends_it_and_can_be_resumed(
    importing: Import, client: Client, sandbox: Sandbox, journal: Path
) -> None:
    """The day's requests are used up in the middle: the error names the journal, and the next day goes on."""
    sandbox.faults.add("quota_exceeded", 1, path="contacts_file_import")
    with pytest.raises(cctoolkit.QuotaExceeded) as caught:
        importing(people(25, lines=11))
    assert f"imports.resume(client, {str(journal)!r})" in caught.value.__notes__[0]
    outcome = imports.resume(client, journal, progress=False, sleep=sandbox.advance)
    assert (outcome.completed, outcome.missing) == (True, [])


def test_ctrl_c_says_how_to_go_on(importing: Import, client: Client, sandbox: Sandbox, journal: Path) -> None:
    """In the interrupt itself, which a notebook shows."""

    def interrupted(seconds: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt, match="Nothing is half-done") as caught:
        importing(people(25, lines=11), sleep=interrupted)
    assert str(journal) in str(caught.value)
    assert imports.resume(client, journal, progress=False, sleep=sandbox.advance).missing == []


def test_failed_parts_are_sent_again_on_request(
    importing: Import, client: Client, sandbox: Sandbox, journal: Path
) -> None:
    """The outcome says which part failed and who is missing for it; `retry_failed` sends that part only."""
    sandbox.faults.add("activity_fails", 1)
    outcome = importing(people(25, lines=11))
    assert outcome.parts["state"].tolist().count("failed") == 1
    assert not outcome.completed
    assert len(outcome.missing) == 10
    assert set(outcome.absent["reason"].str.contains("retry_failed=True")) == {True}
    assert "failed" in outcome.report()
    assert imports.resume(client, journal, progress=False, sleep=sandbox.advance).missing == outcome.missing
    again = imports.resume(client, journal, retry_failed=True, progress=False, sleep=sandbox.advance)
    assert (again.completed, again.missing) == (True, [])
    names = [report["source_file_name"] for report in client.activities.iter()]
    assert len(names) == len(set(names)) == 4


def test_activities_that_the_service_forgot_are_said(sandbox: Sandbox, list_id: str, journal: Path) -> None:
    """After ten days nobody can tell any more what became of them; who arrived is checked all the same."""

    def forgotten(request: httpx.Request) -> httpx.Response | None:
        if request.method != "GET" or "/activities" not in request.url.path:
            return None
        if request.url.path.endswith("/activities"):
            return httpx.Response(200, json={"activities": []})
        return httpx.Response(404, json=[{"error_key": "contacts.api.not_found", "error_message": "not found"}])

    with watched_client(sandbox, Watching(sandbox, forgotten)) as client:
        outcome = imports.import_contacts(
            client, people(25, lines=11), list_id, journal=journal, progress=False, sleep=sandbox.advance
        )
    assert outcome.parts["state"].tolist() == ["forgotten"] * 3
    assert "ten days" in outcome.parts["errors"][0]
    assert not outcome.completed


def test_the_journal_of_another_account_is_refused(
    sandbox: Sandbox, tmp_path: Path, importing: Import, journal: Path
) -> None:
    """So is that of another service or list, each with one sentence."""
    importing(people(3))
    with (
        Sandbox(limits=False, seed=2, in_process=True) as other,
        watched_client(other) as client,
        pytest.raises(cctoolkit.JournalError, match="another account"),
    ):
        imports.resume(client, journal)
    with (
        watched_client(sandbox, service="live") as client,
        pytest.raises(cctoolkit.JournalError, match="sandbox service"),
    ):
        imports.resume(client, journal)
    with watched_client(sandbox) as client, pytest.raises(cctoolkit.JournalError, match="the list 'News'"):
        imports.resume(client, journal, list_id="00000000-0000-1000-8000-fa163e000000")


def test_what_is_no_journal_is_said(client: Client, tmp_path: Path) -> None:
    """Nothing there, a text, and another program's database."""
    (tmp_path / "text").write_text("email\na@example.com\n" * 100)
    with sqlite3.connect(tmp_path / "database") as connection:
        connection.execute("CREATE TABLE job (about TEXT)")
    with pytest.raises(cctoolkit.JournalError, match="nothing of that import was sent"):
        imports.resume(client, tmp_path / "nothing")
    for name in ("text", "database"):
        with pytest.raises(cctoolkit.JournalError, match="is not the journal of an import"):
            imports.resume(client, tmp_path / name)
    assert not (tmp_path / "nothing").exists()


def test_a_journal_is_never_written_over(importing: Import, journal: Path) -> None:
    """It may be of an import that is not over."""
    importing(people(3))
    before = journal.read_bytes()
    with pytest.raises(cctoolkit.JournalError, match="is there already"):
        importing(people(4))
    assert journal.read_bytes() == before


def test_a_damaged_journal_is_said(importing: Import, client: Client, journal: Path) -> None:
    """What was written down is held to its checksum before it is sent."""
    importing(people(3))
    with sqlite3.connect(journal) as connection:
        connection.execute("UPDATE contents SET content = x'00'")
        connection.execute("UPDATE parts SET state = 'pending'")
        connection.execute("UPDATE job SET finished = 0")
    with pytest.raises(cctoolkit.JournalError, match="is damaged"):
        imports.resume(client, journal)


def test_a_journal_that_is_damaged_in_the_middle_is_said(importing: Import, client: Client, journal: Path) -> None:
    """As on a failing disk: wherever it is, a sentence and no traceback of SQLite; what can be read is used."""
    importing(people(30, lines=3))
    whole = journal.read_bytes()
    told = 0
    for at in range(4_096, len(whole), 4_096):
        journal.write_bytes(whole[:at] + b"\xff" * 4_096 + whole[at + 4_096 :])
        try:
            imports.resume(client, journal, progress=False)
        except cctoolkit.JournalError as error:
            told += "import the file again" in str(error)
    assert told


@pytest.mark.parametrize(
    "damage",
    ["UPDATE contents SET content = 5", "UPDATE parts SET contacts = 'many'", "UPDATE parts SET activity_id = x'ff'"],
)
def test_a_journal_with_other_kinds_of_values_is_said(
    importing: Import, client: Client, journal: Path, damage: str
) -> None:
    """As nobody but a hand in it makes them."""
    importing(people(3))
    with sqlite3.connect(journal) as connection:
        connection.execute(damage)
        connection.execute("UPDATE parts SET state = 'pending'" if "contents" in damage else "SELECT 1")
        connection.execute("UPDATE job SET finished = 0")
    connection.close()
    with pytest.raises(cctoolkit.JournalError, match="is damaged"):
        imports.resume(client, journal)


def test_the_default_place_does_not_end_with_a_sandbox_for_live(client: Client, sandbox: Sandbox) -> None:
    """`cctoolkit sandbox --reset` forgets the sandbox's imports only."""
    from cctoolkit.settings import workspace_folder, workspace_state

    state = workspace_state(workspace_folder())
    assert imports.journal_path(client).is_relative_to(state)
    with watched_client(sandbox, service="live") as live:
        assert not imports.journal_path(live).is_relative_to(state)


def test_a_list_that_is_not_there_is_said_before_anything_is_written(client: Client, journal: Path) -> None:
    """NotFound, and no journal."""
    with pytest.raises(cctoolkit.NotFound, match="no list with the list_id"):
        imports.import_contacts(client, people(3), "00000000-0000-1000-8000-fa163e000000", journal=journal)
    assert not journal.exists()


def test_the_job_names_no_pandas(tmp_path: Path) -> None:
    """Importing the package stays quick."""
    script = "import sys; from cctoolkit import imports; print('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True).stdout.strip() == "False"


def test_an_attempt_of_long_ago_is_opened_as_it_was(importing: Import, journal: Path) -> None:
    """Reading a journal changes nothing in it."""
    importing(rows({"email": "ana@example.com"}))
    with Journal.open(journal) as opened:
        assert opened.finished
        assert [row.email for row in opened.rows()] == ["ana@example.com"]


def test_a_part_whose_answer_was_lost_is_looked_for_even_after_a_refusal(
    sandbox: Sandbox, client: Client, list_id: str, journal: Path
) -> None:
    """The service took it, its answer was lost, and the next attempt was refused: it is not sent twice."""
    posts = []

    def lost_then_refused(request: httpx.Request) -> httpx.Response | None:
        if request.method != "POST":
            return None
        posts.append(request)
        if len(posts) == 1:
            headers = {name: value for name, value in request.headers.items() if name != "host"}
            httpx.post(str(request.url), content=request.read(), headers=headers).raise_for_status()
            return httpx.Response(502)
        return httpx.Response(429, json={"error_key": "quota_exceeded", "error_message": "Limit Exceeded"})

    def no_activity_at_first(request: httpx.Request) -> httpx.Response | None:
        if request.method == "GET" and request.url.path == "/v3/activities" and len(posts) == 1:
            return httpx.Response(200, json={"activities": [{"state": "completed"}, {"activity_id": 5}]})
        return lost_then_refused(request)

    with watched_client(sandbox, Watching(sandbox, no_activity_at_first)) as watched, pytest.raises(QuotaExceeded):
        imports.import_contacts(watched, people(5), list_id, journal=journal, progress=False, sleep=sandbox.advance)
    outcome = imports.resume(client, journal, progress=False, sleep=sandbox.advance)
    assert (outcome.completed, outcome.missing) == (True, [])
    assert len(list(client.activities.iter())) == 1


def test_answers_of_odd_shape_break_nothing(sandbox: Sandbox, list_id: str, journal: Path) -> None:
    """Errors that are no list, a count that is no number, progress without an end."""
    odd = {"activity_errors": 5, "percent_done": 1e999, "status": {"person_count": float("nan")}}

    def look(request: httpx.Request) -> httpx.Response | None:
        if request.method == "GET" and "/activities/" in request.url.path:
            report = {"activity_id": request.url.path.rpartition("/")[2], "state": "failed", **odd}
            return httpx.Response(200, content=json.dumps(report).encode())
        return None

    with watched_client(sandbox, Watching(sandbox, look)) as watched:
        outcome = imports.import_contacts(
            watched, people(5), list_id, journal=journal, progress=False, sleep=sandbox.advance
        )
    assert outcome.parts["errors"].tolist() == ["5"]
    assert outcome.parts["person_count"].isna().all()
