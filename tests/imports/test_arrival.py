"""Who arrived, and why the others did not: in as few requests as that takes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cctoolkit._httpx import httpx
from cctoolkit.api import Client
from cctoolkit.api.rate_limit import RateLimiter
from cctoolkit.imports.arrival import EXPLAINED, absent_rows, check_arrival
from cctoolkit.imports.entries import SentRow
from cctoolkit.sandbox import Sandbox
from tests.imports.conftest import Import
from tests.imports.people import people
from tests.imports.watching import Watching, watched_client


@pytest.fixture
def unsubscribe(sandbox: Sandbox) -> Callable[[str], None]:
    """Lets contacts whose address is like a pattern unsubscribe."""

    def run(pattern: str) -> None:
        with sandbox.database.write() as connection:
            ours = f"SELECT id FROM contacts WHERE address LIKE '{pattern}'"
            connection.execute(f"DELETE FROM list_memberships WHERE contact IN ({ours})")
            connection.execute(
                f"UPDATE contacts SET permission_to_send = 'unsubscribed' WHERE address LIKE '{pattern}'"
            )

    return run


def test_many_who_unsubscribed_are_read_in_pages(
    importing: Import, sandbox: Sandbox, list_id: str, unsubscribe: Callable[[str], None]
) -> None:
    """Not one request each."""
    importing(people(EXPLAINED + 10))
    unsubscribe("p%")
    transport = Watching(sandbox)
    with watched_client(sandbox, transport) as client:
        found = check_arrival(client, [f"p{n:05}@example.com" for n in range(EXPLAINED + 10)], list_id)
    assert not found["on_list"].any()
    assert found["reason"].str.contains("unsubscribed").all()
    assert len(transport.seen) == 3


def test_many_whom_nobody_knows_are_told_apart(
    importing: Import, client: Client, list_id: str, unsubscribe: Callable[[str], None]
) -> None:
    """Unsubscribed, in the account without the list, and not taken at all."""
    importing(people(200))
    unsubscribe("p0000%")
    other = client.lists.create("Other")["list_id"]
    found = check_arrival(
        client, [f"p{n:05}@example.com" for n in range(100)] + [f"x{n}@e.org" for n in range(100)], other
    )
    reasons = found["reason"].str.split(" ").str[0].tolist()
    assert reasons == ["unsubscribed"] * 10 + ["in"] * 90 + ["the"] * 100


def test_what_the_day_has_no_requests_for_is_not_looked_up(sandbox: Sandbox, list_id: str, tmp_path: Path) -> None:
    """It says so, and keeps within the allowance."""
    limiter = RateLimiter("few", tmp_path, per_day=3, sleep=lambda seconds: None)
    with watched_client(sandbox, limiter=limiter) as client:
        found = check_arrival(client, [f"x{n}@e.org" for n in range(60)], list_id)
    assert set(found["reason"]) == {"not looked up"}


def test_who_comes_onto_the_list_meanwhile_has_arrived(importing: Import, sandbox: Sandbox, list_id: str) -> None:
    """The list was read a moment too early; asking about the address sees that."""
    importing(people(3))

    def too_early(request: httpx.Request) -> httpx.Response | None:
        return httpx.Response(200, json={"contacts": []}) if "lists" in request.url.params else None

    rows = [SentRow(1, n, f"p{n:05}@example.com", "") for n in range(3)]
    with watched_client(sandbox, Watching(sandbox, too_early)) as client:
        assert list(absent_rows(client, list_id, lambda: rows)) == []


def test_addresses_are_compared_whatever_their_case(importing: Import, client: Client, list_id: str) -> None:
    """The service keeps an address as it was written first."""
    importing(people(3))
    assert check_arrival(client, ["P00000@EXAMPLE.com"], list_id)["on_list"].all()
