"""Checking a large import by one export of its list: the same answer as by pages, in a handful of requests, or by pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cctoolkit import imports
from cctoolkit._httpx import httpx
from cctoolkit.api import Client, exports
from cctoolkit.api.contacts import PAGE
from cctoolkit.imports.arrival import absent_rows
from cctoolkit.imports.entries import AbsentRow, SentRow
from cctoolkit.imports.journal import Journal
from cctoolkit.sandbox import Sandbox
from cctoolkit.sandbox.accounts import add_people
from tests.imports.people import people
from tests.imports.watching import Watching, watched_client

MANY = 2_600
#: Paths of the requests that an export is made of.
OF_AN_EXPORT = ("/activities", "/contact_exports")


@pytest.fixture(scope="module")
def crowd() -> Iterator[Sandbox]:
    """An account with so many contacts, of whom some have unsubscribed."""
    with Sandbox(seed=3, in_process=True, limits=False) as sandbox:
        add_people(sandbox.database, sandbox.clock, MANY)
        with sandbox.database.write() as connection:
            chosen = "SELECT id FROM contacts WHERE id % 43 = 0 AND address != 'robin@example.com'"
            connection.execute(f"DELETE FROM list_memberships WHERE contact IN ({chosen})")
            connection.execute(f"UPDATE contacts SET permission_to_send = 'unsubscribed' WHERE id IN ({chosen})")
        yield sandbox


@pytest.fixture(autouse=True)
def cheaper_from_three_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a few thousand contacts are many."""
    monkeypatch.setattr(exports, "CHEAPER_FROM", 3)


@pytest.fixture
def rows(crowd: Sandbox) -> list[SentRow]:
    """Everybody of the account as if they had been sent, and a few whom nobody knows."""
    found = crowd.database.connection.execute("SELECT address FROM contacts WHERE address IS NOT NULL ORDER BY id")
    addresses = [row["address"].upper() for row in found] + [f"nobody-{n}@example.org" for n in range(5)]
    return [SentRow(1, number, address, "") for number, address in enumerate(addresses)]


def _list_id(sandbox: Sandbox) -> str:
    return str(sandbox.database.connection.execute("SELECT list_id FROM contact_lists").fetchone()[0])


def _checked(sandbox: Sandbox, transport: Watching, rows: list[SentRow]) -> list[AbsentRow]:
    with watched_client(sandbox, transport) as client:
        client.sleep = sandbox.advance
        return list(absent_rows(client, _list_id(sandbox), lambda: rows))


def test_a_large_list_is_checked_in_fewer_than_twenty_requests(
    crowd: Sandbox, rows: list[SentRow], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the answer is what the pages say: who is missing, and why."""
    transport = Watching(crowd)
    found = _checked(crowd, transport, rows)
    assert len(transport.seen) < 20
    assert transport.count("POST") == 1
    monkeypatch.setattr(exports, "CHEAPER_FROM", 10**9)
    by_pages = Watching(crowd)
    assert _checked(crowd, by_pages, rows) == found
    assert by_pages.count("contact_exports") == 0
    assert len(by_pages.seen) > MANY / PAGE
    reasons = {row.reason.partition(":")[0] for row in found}
    assert "unsubscribed before" in reasons
    assert len(found) == 5 + sum(1 for row in found if "unsubscribed" in row.reason)


def test_a_small_list_is_read_in_pages(sandbox: Sandbox) -> None:
    transport = Watching(sandbox)
    assert _checked(sandbox, transport, [SentRow(1, 0, "robin@example.com", "")]) == []
    assert len(transport.seen) == 1


def _file(text: str) -> httpx.Response:
    return httpx.Response(200, text=text, headers={"Content-Type": "text/csv"})


BAD_FILES = {
    "empty": _file(""),
    "headings alone": _file("Email address,Email status\n"),
    "no column of addresses": _file("Name\n" + "Ann\n" * MANY),
    "a few rows of many": _file("Email address\n" + "p@example.com\n" * 50),
    "everybody, not the list": _file("Email address\n" + "p@example.com\n" * (MANY * 2)),
    "a row that is cut off": _file("Email address,Email status\n" + "p@example.com,Active\n" * MANY + "p@exa"),
    "a row of another length": _file("Email address\n" + "p@example.com,more\n" * MANY),
    "a page in place of it": httpx.Response(502, html="<h1>Bad gateway</h1>"),
    "an object": httpx.Response(200, json={"contacts": []}),
    "refused": httpx.Response(403, json=[{"error_key": "forbidden", "error_message": "No"}]),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_an_export_that_cannot_serve_leaves_it_to_the_pages(crowd: Sandbox, rows: list[SentRow], name: str) -> None:
    """Nobody is told as missing, or as arrived, because of a file."""
    given = BAD_FILES[name]

    def answer(request: httpx.Request) -> httpx.Response | None:
        if request.url.path.startswith("/v3/contact_exports/"):
            return httpx.Response(given.status_code, content=given.content, headers=given.headers)
        return None

    sent = rows[:300]
    transport = Watching(crowd, answer)
    found = _checked(crowd, transport, sent)
    assert {row.row for row in found} == {row.row for row in _checked(crowd, Watching(crowd, _no_export), sent)}
    assert transport.count("cursor=") + transport.count("created_after=") > 3


def _no_export(request: httpx.Request) -> httpx.Response | None:
    if request.url.path == "/v3/activities/contact_exports":
        return httpx.Response(403, json=[{"error_key": "forbidden", "error_message": "No"}])
    return None


@pytest.mark.parametrize("ending", ["failed", "never", "gone", "elsewhere"])
def test_an_activity_that_goes_wrong_leaves_it_to_the_pages(
    crowd: Sandbox, rows: list[SentRow], ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It fails, never completes, vanishes, or names a file at another host, which is not asked."""
    monkeypatch.setattr(exports, "PATIENCE", 60.0)
    report = {"activity_id": "0a1b2c3d-4e5f-1111-8000-fa163e000000", "state": "processing", "percent_done": 10}
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response | None:
        asked.append(request.url.host)
        if request.url.path == "/v3/activities/contact_exports":
            return httpx.Response(201, json=report)
        if not request.url.path.startswith("/v3/activities/"):
            return None
        if ending == "gone":
            return httpx.Response(404, json=[{"error_key": "x", "error_message": "gone"}])
        done = {"completed_at": "2026-11-28T00:00:00Z", "percent_done": 100}
        if ending == "failed":
            return httpx.Response(200, json={**report, **done, "state": "failed"})
        if ending == "elsewhere":
            links = {"results": {"href": "https://elsewhere.example/v3/contact_exports/x"}}
            return httpx.Response(200, json={**report, **done, "state": "completed", "_links": links})
        return httpx.Response(200, json=report)

    transport = Watching(crowd, answer)
    assert [row.row for row in _checked(crowd, transport, rows[:1])] == []
    assert set(asked) == {"127.0.0.1"}
    assert transport.count("GET /contact_exports") == 0


def test_the_address_column_is_known_by_its_cells(crowd: Sandbox, rows: list[SentRow]) -> None:
    """Whatever it is called, wherever it stands; with a mark of order in front."""
    on_list = crowd.database.connection.execute(
        "SELECT address FROM contacts c JOIN list_memberships m ON m.contact = c.id WHERE address IS NOT NULL"
    ).fetchall()

    def answer(request: httpx.Request) -> httpx.Response | None:
        if request.url.path.startswith("/v3/contact_exports/"):
            return _file("\ufeffNotes,Kontakt\r\n" + "".join(f"at home,{row['address']}\r\n" for row in on_list))
        return None

    transport = Watching(crowd, answer)
    missing = {row.row for row in _checked(crowd, transport, rows[:500])}
    assert missing == {row.row for row in _checked(crowd, Watching(crowd, _no_export), rows[:500])}
    assert transport.count("cursor=") == 0


def test_exports_are_a_method_of_activities(client: Client) -> None:
    """For whoever wants the file itself."""
    report = client.activities.wait(client.activities.export_contacts()["activity_id"], progress=False)
    assert client.activities.exported(report).splitlines()[1].startswith("robin@example.com,Robin,")


def test_who_joins_while_it_is_checked_has_arrived(crowd: Sandbox, rows: list[SentRow]) -> None:
    """The file of the account does not say who is on which list: the list is asked for once more."""
    list_id = _list_id(crowd)
    late = [SentRow(1, n, f"late-{n}@example.com", "") for n in range(60)]
    with crowd.database.write() as connection:
        for row in late:
            connection.execute(
                "INSERT INTO contacts (account, contact_id, address, address_key, permission_to_send, create_source, created_at, updated_at)"
                " SELECT account, ?, ?, ?, 'implicit', 'Account', created_at, updated_at FROM contacts LIMIT 1",
                (f"0a1b2c3d-4e5f-1111-8000-fa163e{row.row:06}", row.email, row.email),
            )
    exports = 0

    def answer(request: httpx.Request) -> httpx.Response | None:
        nonlocal exports
        if request.url.path == "/v3/activities/contact_exports":
            exports += 1
            if exports == 2:  # between the reading of the list and that of the account
                with crowd.database.write() as connection:
                    connection.execute(
                        "INSERT INTO list_memberships SELECT l.id, c.id FROM contacts c, contact_lists l"
                        " WHERE c.address LIKE 'late-%' AND l.list_id = ?",
                        (list_id,),
                    )
        return None

    assert _checked(crowd, Watching(crowd, answer), late) == []


class _Killed(BaseException):
    """As a kill: nothing is tidied up after it."""


def test_a_check_that_is_killed_goes_on_with_its_export(crowd: Sandbox, tmp_path: Path) -> None:
    """The journal knows the activity: it is not asked for again, unless it does not serve."""
    list_id = _list_id(crowd)
    journal = tmp_path / "import.sqlite"

    def kill(request: httpx.Request) -> httpx.Response | None:
        if "/contact_exports/" in str(request.url):
            raise _Killed
        return None

    with watched_client(crowd, Watching(crowd, kill)) as client:
        client.sleep = crowd.advance
        with pytest.raises(_Killed):
            imports.import_contacts(client, people(3), list_id, progress=False, journal=journal, sleep=crowd.advance)
    transport = Watching(crowd)
    with watched_client(crowd, transport) as client:
        client.sleep = crowd.advance
        outcome = imports.resume(client, journal, progress=False, sleep=crowd.advance)
    assert (outcome.sent, outcome.missing) == (3, [])
    assert transport.count("POST") == 0
    assert transport.count("GET") < 20


def test_an_export_that_is_gone_is_asked_for_again(crowd: Sandbox, tmp_path: Path) -> None:
    """The service forgets activities after ten days."""
    list_id = _list_id(crowd)
    with watched_client(crowd) as client:
        client.sleep = crowd.advance
        imports.import_contacts(
            client, people(3), list_id, progress=False, journal=tmp_path / "j.sqlite", sleep=crowd.advance
        )
    with Journal.open(tmp_path / "j.sqlite") as journal:
        assert journal.export_of("the list") is not None
        journal.exporting("the list", "01234567-89ab-cdef-0123-456789abcdef")
        transport = Watching(crowd)
        with watched_client(crowd, transport) as client:
            client.sleep = crowd.advance
            assert list(absent_rows(client, list_id, journal.rows, memory=journal)) == []
        assert transport.count("POST") == 1
        assert journal.export_of("the list") != "01234567-89ab-cdef-0123-456789abcdef"
        journal.retry()
        journal.exporting("the list", None)
        assert journal.export_of("the list") is None
