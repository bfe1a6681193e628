"""A preview of many rows by exports: what the pages say, in fewer than twenty requests, or by pages."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from cctoolkit import imports
from cctoolkit._httpx import httpx
from cctoolkit.api import exports
from cctoolkit.contact_files import Cleaned
from cctoolkit.sandbox import Sandbox
from cctoolkit.sandbox.accounts import add_people
from tests.imports.people import rows
from tests.imports.watching import Answer, Watching, watched_client

MANY = 1_600
NOBODY: Answer = lambda request: None  # noqa: E731


@pytest.fixture(scope="module")
def crowd() -> Iterator[Sandbox]:
    """Some of whom unsubscribed, were deleted, are on no list, and have a phone and a street."""
    with Sandbox(seed=8, in_process=True, limits=False) as sandbox:
        add_people(sandbox.database, sandbox.clock, MANY)
        with sandbox.database.write() as connection:
            connection.execute("UPDATE contacts SET deleted_at = updated_at WHERE id % 31 = 0")
            connection.execute(
                "DELETE FROM list_memberships WHERE contact IN (SELECT id FROM contacts WHERE id % 7 = 0 OR id % 31 = 0)"
            )
            connection.execute("UPDATE contacts SET job_title = 'Gardener' WHERE id % 5 = 0")
        yield sandbox


@pytest.fixture(autouse=True)
def few_pages_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "CHEAPER_FROM", 2)


@pytest.fixture
def kept(crowd: Sandbox) -> Cleaned:
    """A row of most contacts of the account, with what it has or something else; and some of nobody."""
    chance = random.Random(4)
    found = crowd.database.connection.execute(
        "SELECT address, first_name, job_title FROM contacts WHERE address IS NOT NULL AND id % 3 ORDER BY id"
    ).fetchall()
    people = [
        {
            "email": row["address"],
            "first_name": row["first_name"] if chance.random() < 0.8 else "Other",
            "job_title": row["job_title"] or "",
            "phone": "555-0100" if chance.random() < 0.1 else "",
        }
        for row in found
    ]
    return rows(*people, *({"email": f"new-{n}@example.org", "first_name": "New"} for n in range(9)))


def _previewed(
    sandbox: Sandbox, kept: Cleaned, answer: Answer = NOBODY, **how: Any
) -> tuple[imports.Preview, Watching]:
    transport = Watching(sandbox, answer)
    list_id = str(sandbox.database.connection.execute("SELECT list_id FROM contact_lists").fetchone()[0])
    with watched_client(sandbox, transport) as client:
        client.sleep = sandbox.advance
        return imports.preview(client, kept, list_id, progress=False, **how), transport


def test_it_says_what_the_pages_say(crowd: Sandbox, kept: Cleaned) -> None:
    """In every frame; and it is chosen by itself."""
    by_export, asked = _previewed(crowd, kept)
    by_pages, _ = _previewed(crowd, kept, by="pages")
    assert len(asked.seen) < 20
    assert asked.count("cursor=") == 0
    assert f"{len(asked.seen)} requests" in by_export.cost()
    assert "by 3 exports" in by_export.read
    for name in ("new", "unchanged", "unsubscribed", "on_list", "joining"):
        assert getattr(by_export, name)["email"].tolist() == getattr(by_pages, name)["email"].tolist(), name
    told = [frame.changed[frame.changed["field"] != "deleted_at"] for frame in (by_export, by_pages)]
    assert told[0].values.tolist() == told[1].values.tolist()
    revived = [set(frame.changed[frame.changed["field"] == "deleted_at"]["email"]) for frame in (by_export, by_pages)]
    assert revived[0] == revived[1] != set()
    assert len(by_export.new) == 9


@pytest.mark.parametrize("what", ["refused", "no first names", "cut off"])
def test_an_export_that_does_not_serve_leaves_it_to_the_pages(crowd: Sandbox, kept: Cleaned, what: str) -> None:
    """Nobody is told as new or as changed because of a file; and why is said."""

    def answer(request: httpx.Request) -> httpx.Response | None:
        if what == "refused" and request.url.path.endswith("/activities/contact_exports"):
            return httpx.Response(403, json=[{"error_key": "x", "error_message": "No"}])
        if what == "refused" or not request.url.path.startswith("/v3/contact_exports/"):
            return None
        count = crowd.database.connection.execute("SELECT count(*) FROM contacts WHERE deleted_at IS NULL").fetchone()[
            0
        ]
        text = "Email address\n" + "p@example.com\n" * count
        return httpx.Response(
            200, text=text + ('"p' if what == "cut off" else ""), headers={"Content-Type": "text/csv"}
        )

    found, asked = _previewed(crowd, kept, answer)
    assert len(found.new) == 9
    assert asked.count("cursor=") or asked.count("created_after=")
    assert ": the " in found.read
