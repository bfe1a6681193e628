"""The contacts of a segment with what belongs to them, for which the service takes no include."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

import cctoolkit
from cctoolkit._httpx import httpx
from cctoolkit.api import Client
from cctoolkit.api.transport import FixedToken, Transport
from cctoolkit.sandbox import Sandbox
from cctoolkit.sandbox.accounts import add_people


def _segment(client: Client, **condition: str) -> int:
    entry = {"source": "contact", "op": "eq", **condition}
    criteria = json.dumps({"version": "1.0.0", "criteria": {"type": "and", "group": [entry]}})
    made: dict[str, Any] = client.call("createSegment", body={"name": "Some", "segment_criteria": criteria})
    client.contacts.page(segment_id=made["segment_id"])  # 202, so that the reading need not wait
    number: int = made["segment_id"]
    return number


def _service(members: int, everybody: int, gone: str = "") -> tuple[Client, list[str]]:
    """A client of a service with so many contacts, the first of them in the segment; and what is asked of it."""
    asked = []

    def contact(number: int) -> dict[str, Any]:
        return {"contact_id": f"{number:08}-0000-1000-8000-000000000000"}

    def answer(request: httpx.Request) -> httpx.Response:
        query = request.url.params
        asked.append(request.url.path.removeprefix("/v3") + ("?segment" if "segment_id" in query else ""))
        if request.url.path != "/v3/contacts":
            number = int(request.url.path.split("/")[-1].split("-")[0])
            assert query["include"] == "notes"
            if number == 2 and gone == "forgotten":
                return httpx.Response(404, json=[])
            dead = {"deleted_at": "2026-01-01"} if number == 2 and gone == "deleted" else {}
            return httpx.Response(200, json={**contact(number), "notes": [], **dead})
        assert set(query) <= {"limit", "cursor", "include", "include_count"} or set(query) == {"segment_id", "limit"}
        first, size = int(query.get("cursor", "0")), int(query.get("limit", "500"))
        count = members if "segment_id" in query else everybody
        page = [contact(number) for number in range(first, min(first + size, count))]
        more = {"_links": {"next": {"href": f"/v3/contacts?cursor={first + size}&limit={size}"}}}
        body = {"contacts": page, "contacts_count": count, **(more if first + size < count else {})}
        return httpx.Response(200, json=body)

    transport = Transport("https://api.example/v3", FixedToken("t"), transport=httpx.MockTransport(answer))
    return Client(transport, "custom"), asked


@pytest.mark.parametrize("limit", [1, 500])
def test_the_frames_of_a_segment_are_those_of_its_contacts(client: Client, sandbox: Sandbox, limit: int) -> None:
    """The same rows as among the frames of everybody, whichever way takes fewer requests."""
    add_people(sandbox.database, sandbox.clock, 60)
    segment = _segment(client, field="permission_to_send", value="explicit")
    members = set(client.contacts.frame(segment_id=segment)["contact_id"])
    assert 5 < len(members) < 60
    ours, all_of_them = client.contacts.frames(segment_id=segment, limit=limit), client.contacts.frames()
    assert ours.keys() == all_of_them.keys()
    for name, table in all_of_them.items():
        wanted = table[table["contact_id"].isin(members)]
        order = [column for column in wanted.columns if column in {"contact_id", "list_id", "created_at", "kind"}]
        pd.testing.assert_frame_equal(
            ours[name].sort_values(order, ignore_index=True), wanted.sort_values(order, ignore_index=True)
        )


def test_the_pages_of_a_segment_take_an_include(client: Client) -> None:
    """As those that a frame is made of."""
    segment = _segment(client, field="first_name", value="Robin")
    [[robin]] = list(client.contacts.pages(segment_id=segment, include="notes"))
    assert robin["notes"] == []


def test_a_segment_takes_an_include(client: Client) -> None:
    """In a frame, and one by one."""
    segment = _segment(client, field="first_name", value="Robin")
    [lists] = client.contacts.frame(segment_id=segment, include="list_memberships")["list_memberships"]
    [robin] = client.contacts.iter(segment_id=str(segment), include=["list_memberships", "notes"])
    assert robin["list_memberships"] == list(lists)
    assert robin["notes"] == []


@pytest.mark.parametrize(("members", "everybody", "asked"), [(3, 5_000, 3), (30, 5_000, 10), (1, 5_000, 1), (0, 5, 0)])
def test_the_second_reading_takes_the_fewest_requests(members: int, everybody: int, asked: int) -> None:
    """One of each contact while these are fewer than the pages of the account, else those pages."""
    client, seen = _service(members, everybody)
    found = list(client.contacts.iter(segment_id=7, include="notes"))
    assert len({contact["contact_id"] for contact in found}) == len(found) == members
    counted = int(members > 1)  # how many contacts there are is one request of its own
    assert len(seen) == 1 + counted + asked


@pytest.mark.parametrize("gone", ["deleted", "forgotten"])
def test_who_is_deleted_meanwhile_is_left_out(gone: str) -> None:
    """As in a reading of everybody, where the service leaves them out."""
    client, _ = _service(4, 5_000, gone)
    found = list(client.contacts.iter(segment_id=7, include="notes"))
    assert [contact["contact_id"][:8] for contact in found] == ["00000000", "00000001", "00000003"]


def test_who_is_on_two_pages_is_read_once() -> None:
    """Somebody came into the segment while it was read, and moved another to the next page."""

    def answer(request: httpx.Request) -> httpx.Response:
        query = request.url.params
        if request.url.path != "/v3/contacts":
            return httpx.Response(200, json={"contact_id": request.url.path.split("/")[-1], "notes": []})
        if "segment_id" not in query and "cursor" not in query:
            return httpx.Response(200, json={"contacts": [], "contacts_count": 5_000})
        number = int(query.get("cursor", "0"))
        page = [{"contact_id": f"{each:08}-0000-1000-8000-000000000000"} for each in (number, number + 1)]
        more = {} if number else {"_links": {"next": {"href": "/v3/contacts?cursor=1&limit=2"}}}
        return httpx.Response(200, json={"contacts": page, **more})

    transport = Transport("https://api.example/v3", FixedToken("t"), transport=httpx.MockTransport(answer))
    found = list(Client(transport, "custom").contacts.iter(segment_id=7, include="notes"))
    assert [contact["contact_id"][:8] for contact in found] == ["00000000", "00000001", "00000002"]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda c: c.frame(segment_id=7, status="active"), "segment_id does not go with status"),
        (lambda c: c.frames(segment_id=7, lists=["x"], email="a@example.com"), "does not go with lists, email"),
        (lambda c: c.iter(segment_id=7, tags="x"), "does not go with tags"),
        (lambda c: c.pages(segment_id=7, tags="x"), "does not go with tags"),
        (lambda c: c.count(segment_id=7, status="all"), "does not go with status"),
        (lambda c: c.page(segment_id=7, include="notes"), "does not go with include"),
        (lambda c: c.frame(segment_id="7,8"), "segment_id is '7,8', and has to be the number of one segment"),
        (lambda c: c.frame(segment_id=7, include="note"), "did you mean notes?"),
    ],
)
def test_what_does_not_go_with_a_segment_is_refused_unsent(call: Callable[[Any], Any], message: str) -> None:
    """With a sentence that says what to do, before a request is spent."""
    client, seen = _service(3, 5)
    with pytest.raises(cctoolkit.BadRequest) as caught:
        call(client.contacts)
    assert message in str(caught.value)
    assert seen == []
