"""Reading all contacts in several windows: what comes is what one cursor would have brought."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cctoolkit
from cctoolkit._httpx import httpx
from cctoolkit.api import Client, windows
from cctoolkit.api.transport import FixedToken, Transport
from cctoolkit.api.window_cuts import cuts, second_text
from cctoolkit.sandbox import Sandbox
from cctoolkit.sandbox.accounts import add_people
from tests.marks import examples

Record = dict[str, Any]
NOW = 1_790_000_000


@cache
def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


class Service:
    """Contacts behind cursors, as a function from request to response.

    `inclusive` says whether created_after and created_before include their ends; `before` is called with each request.
    """

    def __init__(self, contacts: list[Record], *, inclusive: bool = False) -> None:
        self.contacts, self.inclusive = contacts, inclusive
        self.requests: list[httpx.URL] = []
        self.before: Callable[[httpx.Request], httpx.Response | None] = lambda request: None
        self.running = 0
        self._lock = threading.Lock()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        with self._lock:
            self.requests.append(request.url)
            self.running += 1
        try:
            return self.before(request) or self._answer(dict(request.url.params))
        finally:
            with self._lock:
                self.running -= 1

    def _answer(self, asked: dict[str, str]) -> httpx.Response:
        start = int(asked.pop("cursor", "0"))
        limit = int(asked["limit"])
        matching = [
            (number, entry)
            for number, entry in enumerate(self.contacts)
            if entry is not None and self._fits(entry, asked)
        ]
        page = [pair for pair in matching if pair[0] >= start]
        answer: Record = {"contacts": [entry for _, entry in page[:limit]]}
        if asked.get("include_count") == "true":
            answer["contacts_count"] = len(matching)
        if len(page) > limit:
            carried = httpx.QueryParams({**asked, "cursor": str(page[limit][0])})
            answer["_links"] = {"next": {"href": f"/v3/contacts?{carried}"}}
        return httpx.Response(200, json=answer)

    def _fits(self, entry: Record, asked: dict[str, str]) -> bool:
        at = _moment(entry.get("created_at", "2020-05-05T00:00:00Z"))
        after, before = (asked.get(name) for name in ("created_after", "created_before"))
        low, high = (None if text is None else _moment(text) for text in (after, before))
        if self.inclusive:
            return (low is None or at >= low) and (high is None or at <= high)
        return (low is None or at > low) and (high is None or at < high)

    def client(self) -> Client:
        transport = Transport("https://host.example/v3", FixedToken("t"), transport=httpx.MockTransport(self))
        return Client(transport, "custom")


def _contacts(seconds: list[int]) -> list[Record]:
    return [{"contact_id": f"id-{number}", "created_at": second_text(at)} for number, at in enumerate(seconds)]


def _ids(contacts: Iterator[Record]) -> list[str]:
    return [contact["contact_id"] for contact in contacts]


# Years of single contacts, and heaps as an import makes them.
seconds = st.lists(
    st.one_of(
        st.integers(NOW - 300_000_000, NOW).map(lambda at: [at]),
        st.tuples(st.integers(NOW - 300_000_000, NOW), st.integers(1, 60), st.integers(1, 5)).map(
            lambda heap: [heap[0] + n % heap[2] for n in range(heap[1])]
        ),
    ),
    max_size=60,
).map(lambda groups: [at for group in groups for at in group])


@settings(max_examples=examples(60), deadline=None)
@given(seconds, st.sampled_from(["oldest", "newest", "any"]), st.booleans(), st.integers(1, 7))
def test_each_contact_once(at: list[int], order: str, inclusive: bool, limit: int) -> None:
    """Whatever the service's order, whether its bounds include their ends, and however contacts lie in time."""
    if order != "any":
        at.sort(reverse=order == "newest")
    service = Service(_contacts(at), inclusive=inclusive)
    found = _ids(service.client().contacts.iter(limit=limit))
    assert sorted(found) == sorted(entry["contact_id"] for entry in service.contacts)


@pytest.mark.thorough
@settings(max_examples=examples(20), deadline=None)
@given(seconds.filter(lambda at: len(at) >= 50), st.booleans())
def test_the_order_is_always_the_same(at: list[int], inclusive: bool) -> None:
    """By creation, contacts of the same second in the service's order; no matter which thread was first."""
    service = Service(_contacts(at), inclusive=inclusive)
    expected = sorted(service.contacts, key=lambda entry: entry["created_at"])
    for _ in range(2):
        found = _ids(service.client().contacts.iter(limit=3))
        assert found == [entry["contact_id"] for entry in expected]
    assert service.client().contacts.frame(limit=3)["contact_id"].tolist() == found


@settings(max_examples=examples(200), deadline=None)
@given(
    st.lists(st.integers(NOW - 10**8, NOW), min_size=1, max_size=50),
    st.sampled_from([None, NOW - 10**8]),
    st.sampled_from([None, NOW + 1]),
    st.integers(50, 10**6),
    st.integers(1, 10**4),
)
def test_cuts_rise_within_the_window(
    sample: list[int], lower: int | None, upper: int | None, count: int, part: int
) -> None:
    """And there is one wherever a window can be cut at all."""
    points = cuts(lower, upper, count, sample, part, NOW)
    assert points
    assert points == sorted(set(points))
    assert all((lower is None or lower < point) and (upper is None or point < upper) for point in points)


def test_windows_cost_few_requests() -> None:
    """A tenth more than one cursor's over even years; imports of a minute cost some for finding them, not for each page."""
    years = [NOW - 300_000_000 + 150_000 * n for n in range(2_000)]
    heaps = [NOW - 10**6 * n + second // 50 for n in (30, 70, 110) for second in range(500)]
    for at, more in ((years, 30), (sorted([*years[::4], *heaps]), 100), (sorted(heaps), 60)):
        service = Service(_contacts(at))
        assert len(_ids(service.client().contacts.iter(limit=25))) == len(at)
        assert len(service.requests) <= 1.1 * len(at) / 25 + more


def test_one_second_can_hold_them_all() -> None:
    """An import's second cannot be cut: its cursor is followed."""
    service = Service(_contacts([NOW] * 400))
    assert len(set(_ids(service.client().contacts.iter(limit=5)))) == 400


@pytest.mark.parametrize(
    "filters", [{}, {"email": "a@example.com"}, {"segment_id": "7"}, {"created_after": "yesterday"}]
)
def test_few_contacts_take_one_cursor(filters: dict[str, str]) -> None:
    """No window is asked for when there is little to read, or when the filter permits none."""
    count = 400 if filters else 40
    service = Service(_contacts([NOW - 1_000 * n for n in range(count)]))
    service._fits = lambda entry, asked: True  # type: ignore[method-assign]
    assert len(_ids(service.client().contacts.iter(limit=5, **filters))) == count
    assert not any("created_before" in url.params for url in service.requests)
    assert len(service.requests) == count // 5


@pytest.mark.parametrize("zone", ["Z", "+05:00", ""])
def test_the_callers_bounds_are_kept(zone: str) -> None:
    """Windows lie within created_after and created_before, which go out as they were given."""
    service = Service(
        [{**entry, "created_at": entry["created_at"]} for entry in _contacts(list(range(NOW, NOW + 900_000, 900)))]
    )
    after = datetime.fromtimestamp(NOW + 100_000, UTC).strftime("%Y-%m-%dT%H:%M:%S") + zone
    before = datetime.fromtimestamp(NOW + 800_000, UTC).strftime("%Y-%m-%dT%H:%M:%S") + zone
    low, high = (
        datetime.fromisoformat(text.replace("Z", "") + ("" if zone not in ("", "Z") else "+00:00"))
        for text in (after, before)
    )
    if zone == "":  # a service may take it for local time
        fits = service._fits
        service._fits = lambda entry, asked: fits(  # type: ignore[method-assign]
            entry,
            {
                name: value if value.endswith("Z") else f"{value}+00:00"
                for name, value in asked.items()
                if name.startswith("created")
            },
        )
    found = service.client().contacts.iter(limit=5, created_after=after, created_before=before)
    expected = [
        entry["contact_id"] for entry in service.contacts if low < datetime.fromisoformat(entry["created_at"]) < high
    ]
    assert _ids(found) == expected
    assert len({url.params.get("created_after") for url in service.requests}) > 3


def test_odd_records_stay() -> None:
    """Without a time, with one that is none, without an id, twice: each comes, and only the one that came twice once."""
    service = Service(_contacts([NOW - 1_000 * n for n in range(200)]))
    del service.contacts[7]["created_at"]
    service.contacts[8]["created_at"] = "2020-01-01T00:00:00.500Z"
    service.contacts[9]["first_name"] = "n" * 51
    service.contacts.append(dict(service.contacts[3]))
    assert sorted(_ids(service.client().contacts.iter(limit=5))) == sorted(f"id-{n}" for n in range(200))
    service.contacts[10]["birthday_month"] = "May"  # one page is gone through by hand, the others are not
    service.contacts[11] = None  # type: ignore[call-overload]
    frame = service.client().contacts.frame(limit=5)
    assert frame["contact_id"].tolist() == _ids(service.client().contacts.iter(limit=5))
    assert frame["contact_id"].is_unique
    assert frame.set_index("contact_id")["first_name"].dropna().to_dict() == {"id-9": "n" * 51}


def test_ending_early_leaves_nothing_running() -> None:
    """The threads are gone, and no further request was sent."""
    service = Service(_contacts([NOW - 1_000 * n for n in range(2_000)]))
    before = threading.active_count()
    reading = service.client().contacts.iter(limit=5)
    assert next(reading)
    reading.close()  # type: ignore[attr-defined]
    sent = len(service.requests)
    assert service.running == 0
    assert threading.active_count() == before
    assert sent < 300
    assert len(service.requests) == sent


@pytest.mark.thorough
def test_a_slow_reader_holds_the_windows_up() -> None:
    """Pages wait in memory for the one who takes them, up to a bound."""
    service = Service(_contacts([NOW - 1_000 * n for n in range(2_000)]))
    taken, ahead = 1, 0

    def watch(request: httpx.Request) -> None:
        nonlocal ahead
        ahead = max(ahead, len(service.requests) - taken // 5)

    service.before = watch
    reading = service.client().contacts.iter(limit=5)
    next(reading)
    while len(service.requests) < windows.BUFFERED:  # nobody takes anything meanwhile
        threading.Event().wait(0.01)
    for _ in reading:
        taken += 1
    assert taken == 2_000
    assert ahead < 2.5 * windows.BUFFERED, "the buffer, one window in hand, the pages that cut windows"


@pytest.mark.parametrize("error", [cctoolkit.QuotaExceeded, cctoolkit.Forbidden])
def test_an_error_of_one_window_ends_the_reading(error: type[cctoolkit.ApiError]) -> None:
    """At once, as itself, and no thread stays."""
    service = Service(_contacts([NOW - 1_000 * n for n in range(2_000)]))
    status, key = (429, "quota_exceeded") if error is cctoolkit.QuotaExceeded else (403, "forbidden")
    service.before = lambda request: (
        httpx.Response(status, json={"error_key": key}) if len(service.requests) > 20 else None
    )
    before = threading.active_count()
    with pytest.raises(error):
        _ids(service.client().contacts.iter(limit=5))
    assert threading.active_count() == before
    assert len(service.requests) < 40


def test_a_cursor_that_leads_in_a_circle_is_said() -> None:
    """In a window as with one cursor."""
    service = Service(_contacts([NOW - 1_000 * n for n in range(1_000)]))
    circle = {"contacts": [], "_links": {"next": {"href": "/v3/contacts?cursor=1&limit=5"}}}
    service.before = lambda request: httpx.Response(200, json=circle) if "cursor" in request.url.params else None
    with pytest.raises(cctoolkit.UnexpectedAnswer, match="circle"):
        _ids(service.client().contacts.iter(limit=5))


def test_answers_of_a_bad_day_lose_nothing() -> None:
    """A throttled request and a failed one are sent again; an expired token is renewed by one thread for all."""
    import stamina

    class Tokens:
        def __init__(self) -> None:
            self.token, self.renewed, self.lock = "old", 0, threading.Lock()

        def access_token(self) -> str:
            return self.token

        def after_unauthorized(self, rejected: str) -> str:
            with self.lock:
                if rejected == self.token:
                    self.token, self.renewed = "new", self.renewed + 1
                return self.token

    service, tokens = Service(_contacts([NOW - 1_000 * n for n in range(1_000)])), Tokens()

    def bad_day(request: httpx.Request) -> httpx.Response | None:
        number = len(service.requests)
        if number > 30 and request.headers["Authorization"] == "Bearer old":
            return httpx.Response(401)
        if number % 10 == 0:
            return httpx.Response(429, json={"error_key": "throttled"})
        return httpx.Response(503) if number % 17 == 0 else None

    service.before = bad_day
    transport = Transport("https://host.example/v3", tokens, transport=httpx.MockTransport(service))
    stamina.set_testing(True, attempts=6)
    try:
        found = _ids(Client(transport, "custom").contacts.iter(limit=5))
    finally:
        stamina.set_testing(False)
    assert len(set(found)) == len(found) == 1_000
    assert tokens.renewed == 1


@pytest.mark.thorough
@settings(max_examples=examples(3), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**6))
def test_writes_meanwhile(client: Client, sandbox: Sandbox, seed: int) -> None:
    """Who was there all the time comes exactly once; who came or went may or may not, but nobody twice."""
    chance = random.Random(seed)
    add_people(sandbox.database, sandbox.clock, 300)
    stays = {contact["contact_id"] for contact in client.contacts.iter(limit=500)}
    gone, made, found = set(), set(), []
    for number, contact in enumerate(client.contacts.iter(limit=10)):
        found.append(contact["contact_id"])
        if number % 30 == 0:
            address = {"address": f"new{chance.getrandbits(60)}@example.com"}
            body = {"email_address": address, "create_source": "Account"}
            made.add(client._transport.post("/contacts", body)["contact_id"])
            sandbox.advance(chance.choice([0, 1, 60]))
            victim, changed = chance.sample(sorted(stays - gone), 2)
            client._transport.request("DELETE", f"/contacts/{victim}")
            gone.add(victim)
            known = client._transport.get(f"/contacts/{changed}")
            body = {"email_address": known["email_address"], "update_source": "Account", "last_name": "Changed"}
            client._transport.request("PUT", f"/contacts/{changed}", json=body)
    assert len(found) == len(set(found))
    assert stays - gone <= set(found) <= stays | made
    assert made & set(found)


def test_who_is_created_meanwhile_comes_last(client: Client, sandbox: Sandbox) -> None:
    """As with one cursor, whose last page is read after everything else."""
    add_people(sandbox.database, sandbox.clock, 300)
    reading = client.contacts.iter(limit=5)
    first = next(reading)
    body = {"email_address": {"address": "late@example.com"}, "create_source": "Account"}
    late = client._transport.post("/contacts", body)["contact_id"]
    found = [first["contact_id"], *_ids(reading)]
    assert len(found) == 302
    assert late in found


def test_an_account_of_the_sandbox_is_whole(client: Client, sandbox: Sandbox) -> None:
    """Windows and one cursor bring the same records."""
    add_people(sandbox.database, sandbox.clock, 1_200)
    several = list(client.contacts.iter(limit=40, include="phone_numbers", status="all"))
    single = list(client.contacts.iter(limit=500, include="phone_numbers", status="all"))
    by_id = {contact["contact_id"]: contact for contact in single}
    assert len(several) == len(single) == 1_201
    assert {contact["contact_id"]: contact for contact in several} == by_id


def test_a_bar_counts_the_contacts(capsys: pytest.CaptureFixture[str]) -> None:
    """When asked for; otherwise nothing is written where nobody looks."""
    service = Service(_contacts([NOW - 1_000 * n for n in range(700)]))
    service.client().contacts.frame(limit=50)
    service.client().contacts.frame(limit=50, progress=False)
    assert capsys.readouterr().err == ""
    service.client().contacts.frame(limit=50, progress=True)
    assert "700/700" in capsys.readouterr().err


def test_many_requests_are_under_way_when_answers_are_slow() -> None:
    """So that the allowance is the bound: without an answer's time, one at a time would do."""
    service = Service(_contacts([NOW - 1_000 * n for n in range(2_000)]))
    most, gate = 0, threading.Event()

    def slow(request: httpx.Request) -> None:
        nonlocal most
        most = max(most, service.running)
        if service.running >= 4:
            gate.set()
        if len(service.requests) > 1:
            assert gate.wait(60), "never four at a time"

    service.before = slow
    assert len(_ids(service.client().contacts.iter(limit=50))) == 2_000
    assert most >= 4
