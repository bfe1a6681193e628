"""What came back, whatever it is: kept with status, headers and time, and shown so that nothing in it runs."""

from __future__ import annotations

import json
import re
import threading
from html.parser import HTMLParser
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cctoolkit import errors
from cctoolkit._httpx import httpx
from cctoolkit.api import Client
from cctoolkit.explorer import views
from cctoolkit.explorer.asking import Exchange, ask
from tests.explorer.calls import ID, TOKEN, client_of

HOSTILE = "<img src=x onerror=alert(1)>\u202egnp.exe\x00<script>alert(2)</script>"


@pytest.fixture(autouse=True)
def _no_waiting() -> Any:
    """stamina's own test mode: as many attempts, no pauses."""
    import stamina

    stamina.set_testing(True, attempts=4)
    yield
    stamina.set_testing(False)


def _exchange(answer: httpx.Response, operation_id: str = "getPeople", **arguments: Any) -> Exchange:
    client = client_of(lambda request: answer)
    operation = client.operations[operation_id]
    return ask(operation, operation.request(**arguments))


def _all_of(exchange: Exchange) -> str:
    """All that is shown of an answer."""
    pages = (views.table, views.tree, views.raw, views.headers)
    return views.shown(views.line(exchange, None) + views.sentence(exchange)) + "".join(
        page(exchange) for page in pages
    )


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {tag, *(name for name, _ in attrs)}


def _markup(html: str) -> set[str]:
    """The names of all tags and attributes in a piece of HTML."""
    parser = _Tags()
    parser.feed(html)
    return parser.found


OURS = {
    *("div", "p", "table", "thead", "tbody", "tr", "th", "td", "pre", "code", "details", "summary", "span", "small"),
    *("class", "role", "aria-label", "tabindex", "scope", "title", "open"),
}


def test_a_collection_is_a_table_with_a_next_page() -> None:
    """Status, time and size on one line, the records as rows."""
    answer = {"people": [{"name": "Ada"}, {"name": "Bo"}], "_links": {"next": {"href": "/v3/people?cursor=abc"}}}
    exchange = _exchange(httpx.Response(200, json=answer))
    assert (exchange.kind, exchange.ok, exchange.attempts) == ("json", True, 1)
    assert re.fullmatch(r"200 OK · 0\.\d\d s · \d+ bytes", views.line(exchange, None))
    assert views.sentence(exchange) == "2 records; there is a next page."
    assert exchange.next_address == "/v3/people?cursor=abc"
    assert views.frame(exchange)["name"].tolist() == ["Ada", "Bo"]
    assert "<td>Ada</td>" in views.table(exchange)


def test_the_next_page_is_asked_for_where_the_link_says() -> None:
    """And the last one has none."""
    pages = [{"people": [{"name": "Ada"}], "_links": {"next": {"href": "/v3/people?cursor=abc"}}}, {"people": []}]
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=pages[len(seen) - 1])

    operation = client_of(answer).operations["getPeople"]
    first = ask(operation, operation.request(limit=1))
    second = ask(operation, first.request, after=first)
    assert seen[1].url.query == b"cursor=abc"
    assert (second.page, second.next_address) == (2, None)
    assert "page 2" in views.line(second, None)
    assert "No rows" in views.table(second)


@pytest.mark.parametrize(
    ("status", "content", "declared", "kind", "error", "says"),
    [
        (200, b"", "application/json", "empty", errors.UnexpectedAnswer, "no JSON"),
        (200, b"<html><h1>Hi</h1>", "text/html", "page", errors.UnexpectedAnswer, "no JSON"),
        (200, b'{"people": [{"na', "application/json", "broken", errors.UnexpectedAnswer, "no JSON"),
        (200, b"a,b\n1,2\n", "text/csv", "text", None, "It went well"),
        (202, b'{"status": "processing"}', "application/json", "json", None, "ask again"),
        (302, b"", "text/html", "empty", errors.UnexpectedAnswer, "redirected"),
        (401, b'{"error_key": "unauthorized"}', "application/json", "json", errors.Unauthorized, "sign in"),
        (403, b"", "", "empty", errors.Forbidden, "scope"),
        (404, b"[]", "application/json", "json", errors.NotFound, "Check the id"),
        (502, b"<html>Bad Gateway</html>", "text/html", "page", errors.ServiceFailed, "502"),
        (503, b"try later", "text/plain", "text", errors.ServiceFailed, "503"),
    ],
)
def test_each_answer_says_what_happened(
    status: int, content: bytes, declared: str, kind: str, error: type[Exception] | None, says: str
) -> None:
    """Also what is no answer of this API; status, headers and content are there in any case."""
    exchange = _exchange(httpx.Response(status, content=content, headers={"content-type": declared}))
    assert exchange.received is not None
    assert (exchange.received.status, exchange.received.content, exchange.kind) == (status, content, kind)
    assert type(exchange.error) is (error or type(None))
    assert says in views.sentence(exchange)
    assert "content-type" in views.headers(exchange)
    assert _markup(_all_of(exchange)) <= OURS


@pytest.mark.parametrize("status", [202, 204])
def test_a_write_may_answer_nothing(status: int) -> None:
    """Done, or to be done."""
    exchange = _exchange(httpx.Response(status), "deletePerson", person_id=ID)
    assert (exchange.kind, exchange.ok) == ("empty", True)
    assert ("meanwhile" in views.sentence(exchange)) == (status == 202)


def test_no_answer_is_said_too() -> None:
    """A POST without one may have been carried out."""

    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("slow", request=request)

    operation = client_of(answer).operations["postPerson"]
    exchange = ask(operation, operation.request(body={"name": "Ada"}))
    assert (exchange.received, exchange.attempts, exchange.kind) == (None, 0, "nothing")
    assert isinstance(exchange.error, errors.OutcomeUnknown)
    assert "No answer came" in views.raw(exchange)
    assert _markup(_all_of(exchange)) <= OURS


def test_repeated_attempts_are_counted() -> None:
    """A read that failed three times is one exchange."""
    exchange = _exchange(httpx.Response(503))
    assert exchange.attempts == 4
    assert "sent 4 times" in views.line(exchange, None)


def test_what_was_stopped_says_so() -> None:
    """Nothing is sent any more once somebody pressed Stop."""
    stop = threading.Event()
    stop.set()
    operation = client_of(lambda request: httpx.Response(200, json={})).operations["getPeople"]
    exchange = ask(operation, operation.request(), stop)
    assert "It was stopped before it was sent" in views.sentence(exchange)


@pytest.mark.thorough
def test_two_hundred_thousand_records_show_the_first() -> None:
    """And how many there are; the whole is kept."""
    people = [{"name": f"Person {number}", "lists": list(range(20))} for number in range(200_000)]
    exchange = _exchange(httpx.Response(200, json={"people": people}))
    assert views.sentence(exchange) == "200,000 records."
    assert "The first 100 of 200,000 rows" in views.table(exchange)
    assert re.search(r"… and 199,\d\d\d more", views.tree(exchange))
    assert "The first 50,000 characters" in views.raw(exchange)
    assert len(_all_of(exchange)) < 600_000
    assert len(views.frame(exchange)) == 200_000


def test_hostile_texts_are_only_texts() -> None:
    """In names and values, in headers, in errors and in CSV; and half characters become whole ones."""
    answers = [
        httpx.Response(200, json={"people": [{"name": HOSTILE, HOSTILE: [HOSTILE], "x": {HOSTILE: HOSTILE}}]}),
        httpx.Response(400, json=[{"error_key": HOSTILE, "error_message": HOSTILE}]),
        httpx.Response(200, content=f"a,{HOSTILE}\n{HOSTILE},1\n".encode(), headers={"content-type": "text/csv"}),
        httpx.Response(500, content=HOSTILE.encode(), headers={"content-type": "text/html", "x": "<b>bold</b>"}),
        httpx.Response(
            200,
            content=b'{"people": [{"name": "\\ud83d", "\\ud83d": {"\\ud83d": "\\ud83d"}}]}',
            headers={"content-type": "application/json"},
        ),
    ]
    for answer in answers:
        shown = _all_of(_exchange(answer))
        assert _markup(shown) <= OURS
        shown.encode()


def test_cookies_are_not_shown() -> None:
    """They may be somebody's session; neither is the token, which is in no answer."""
    shown = _all_of(_exchange(httpx.Response(200, json={}, headers={"set-cookie": "session=secret"})))
    assert "secret: a" not in shown
    assert "session=secret" not in shown
    assert TOKEN not in shown


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=30,
)


@given(JSON)
def test_any_json_is_shown(value: Any) -> None:
    """As a collection's answer or as anything else, with no markup of its own."""
    content = json.dumps(value).encode()
    exchange = _exchange(httpx.Response(200, content=content, headers={"content-type": "application/json"}))
    assert _markup(_all_of(exchange)) <= OURS
    try:
        assert isinstance(views.frame(exchange), pd.DataFrame)
    except errors.UnexpectedAnswer as error:
        assert "no table" in str(error)


def test_json_that_is_nested_deeply_is_cut() -> None:
    """A thousand lists in each other are shown to a depth."""
    content = b'{"a": ' + b"[" * 1_000 + b"]" * 1_000 + b"}"
    exchange = _exchange(httpx.Response(200, content=content, headers={"content-type": "application/json"}))
    assert "nested more deeply than is shown" in views.tree(exchange)


def test_many_columns_and_long_texts_are_cut() -> None:
    """With a word of how many there are; the cell's whole text is its title."""
    wide = {"people": [{f"column_{number}": "x" * 300 for number in range(100)}]}
    table = views.table(_exchange(httpx.Response(200, json=wide)))
    assert "The first 60 of 101 columns." in table
    assert table.count("<th ") == 60
    assert f">{'x' * 119}…</td>" in table


def test_each_read_of_the_sandbox_works_with_nothing_filled_in(client: Client) -> None:
    """Every operation that reads and needs nothing; each answer has its views."""
    easy = [
        one for one in client.operations if one.method == "GET" and not any(p.required for p in one.schema.parameters)
    ]
    assert len(easy) >= 18
    for operation in easy:
        exchange = ask(operation, operation.request())
        assert exchange.received is not None, operation.id
        # What the sandbox's account has no product for, it says so.
        assert exchange.ok or exchange.received.status in {403, 404, 501}, (operation.id, exchange.error)
        assert _markup(_all_of(exchange)) <= OURS


def test_a_text_of_one_endless_line_is_no_table() -> None:
    """Pandas would tell its headings apart for minutes, and no Stop ends that; as text it is there at once."""
    answer = httpx.Response(200, content=b"a," * 2_500, headers={"content-type": "text/csv"})
    exchange = _exchange(answer)
    with pytest.raises(errors.UnexpectedAnswer, match="read it as text"):
        views.frame(exchange)
    assert "stands under Raw" in views.table(exchange)


class _Late(threading.Event):
    """Somebody presses Stop after the first attempt, before the second."""

    looks = 0

    def is_set(self) -> bool:
        self.looks += 1
        return self.looks > 2


def test_what_is_stopped_after_an_attempt_is_not_told_as_unsent() -> None:
    """The service may have done it: its answer is there, and the words send nobody to do it twice unseen."""
    client = client_of(lambda request: httpx.Response(503, content=b"busy"))
    operation = client.operations["getPeople"]
    exchange = ask(operation, operation.request(), _Late())
    assert exchange.attempts == 1
    assert "sent again, and the answer before is shown" in str(exchange.error)
    assert "busy" in views.raw(exchange)
