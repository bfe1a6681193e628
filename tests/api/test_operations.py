"""Every operation by its operationId: found, explained, checked, called, and followed over its pages."""

from __future__ import annotations

import inspect
import json
import pydoc
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from uuid import UUID

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import cctoolkit
from cctoolkit import frames
from cctoolkit._httpx import httpx
from cctoolkit.api import Client
from cctoolkit.api.checking import check_call
from cctoolkit.api.operations import Operations
from cctoolkit.api.schema import OperationSchema, read_schema
from cctoolkit.api.schema_cache import SchemaCache
from cctoolkit.api.transport import FixedToken, Transport
from cctoolkit.sandbox import Sandbox
from cctoolkit.sandbox.accounts import add_people
from tests.marks import examples
from tests.published_schema import SKIP_REASON, PublishedSchema

ID = "0a1b2c3d-4e5f-1111-8000-fa163e000000"

LIST_OF_OBJECTS = {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "integer"}}}}
DESCRIBED: dict[str, Any] = {
    "swagger": "2.0",
    "basePath": "/v3",
    "paths": {
        "/things": {
            "get": {
                "operationId": "getThings",
                "summary": "All <b>things</b>",
                "parameters": [
                    {"name": "limit", "in": "query", "type": "integer", "minimum": 1, "maximum": 500, "default": 50},
                    {"name": "ratio", "in": "query", "type": "number"},
                    {"name": "kinds", "in": "query", "type": "string", "format": "csv", "enum": ["small", "large"]},
                    {
                        "name": "codes",
                        "in": "query",
                        "type": "array",
                        "items": {"type": "string"},
                        "collectionFormat": "multi",
                    },
                    {"name": "ids", "in": "query", "type": "string", "format": "uuid", "maximum": 2},
                    {"name": "after", "in": "query", "type": "string", "format": "date-time"},
                    {"name": "day", "in": "query", "type": "string"},
                    {"name": "full", "in": "query", "type": "boolean"},
                    {"name": "from", "in": "query", "type": "string", "maxLength": 5, "pattern": "^[a-z]*$"},
                    {"name": "X-Trace-Id", "in": "header", "type": "string"},
                ],
                "responses": {
                    "200": {
                        "schema": {
                            "type": "object",
                            "properties": {"things": LIST_OF_OBJECTS, "_links": {"type": "object"}},
                        }
                    }
                },
            },
            "post": {
                "operationId": "postThing",
                "parameters": [
                    {
                        "name": "thing",
                        "in": "body",
                        "required": True,
                        "schema": {
                            "type": "object",
                            "required": ["name"],
                            "properties": {
                                "name": {"type": "string", "maxLength": 5},
                                "size": {"type": "integer", "minimum": 1},
                                "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 2},
                                "when": {"type": "string", "format": "date-time"},
                                "more": {"type": "object"},
                                "on": {"type": "boolean"},
                            },
                        },
                    }
                ],
            },
        },
        "/things/{thing_id}": {
            "get": {
                "operationId": "getThing",
                "parameters": [{"name": "thing_id", "in": "path", "required": True, "type": "string"}],
                "responses": {"200": {"schema": {"type": "object", "properties": {"parts": LIST_OF_OBJECTS}}}},
            }
        },
        "/events": {
            "get": {
                "operationId": "findEvents",
                "parameters": [{"name": name, "in": "query", "type": "string"} for name in ("next", "search_text")],
                "responses": {
                    "200": {
                        "schema": {
                            "type": "object",
                            "properties": {"records": LIST_OF_OBJECTS, "next_cursor": {"type": "string"}},
                        }
                    }
                },
            }
        },
        "/partners": {
            "get": {
                "operationId": "getPartners",
                "parameters": [
                    {"name": "offset", "in": "query", "type": "string"},
                    {"name": "limit", "in": "query", "type": "integer", "maximum": 2},
                ],
                "responses": {
                    "200": {
                        "schema": {
                            "type": "object",
                            "properties": {"owners": LIST_OF_OBJECTS, "_links": {"type": "object"}},
                        }
                    }
                },
            }
        },
        "/plain": {"get": {"operationId": "getPlain"}},
        "/rows": {"get": {"operationId": "getRows", "responses": {"200": {"schema": LIST_OF_OBJECTS}}}},
        "/export": {"get": {"operationId": "getExport", "responses": {"200": {"schema": {"type": "string"}}}}},
    },
}
SCHEMAS = read_schema(DESCRIBED).operations

Answers = Callable[[httpx.Request], httpx.Response]


def _client(answer: Answers) -> Client:
    """A client of a made-up service, that describes itself as above."""

    def network(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v3/swagger.yaml":
            return httpx.Response(200, text=yaml.safe_dump(DESCRIBED, sort_keys=False))
        return answer(request)

    transport = Transport("https://made-up.example/v3", FixedToken("t"), transport=httpx.MockTransport(network))
    return Client(transport, "custom")


def _nothing_is_sent(request: httpx.Request) -> httpx.Response:
    raise AssertionError(f"{request.method} {request.url} was sent")


def _json(answer: object) -> Answers:
    return lambda request: httpx.Response(200, json=answer)


class Kind(Enum):
    LARGE = "large"


def test_they_are_listed_and_found(client: Client) -> None:
    """Every operation, by name, as attribute, by a word, and in tab completion."""
    operations = client.operations
    assert len(operations) == len(list(operations)) == 128
    assert operations["getContacts"] is operations.getContacts
    assert "getContacts" in dir(operations)
    assert "getContacts" in operations
    assert "nothing" not in operations
    found = operations.find("TAG add")
    assert [one.id for one in found] == ["postTagAddContact"]
    assert len(operations.find("no such words")) == 0


def test_they_are_a_frame_with_their_tags(client: Client) -> None:
    """A row an operation, with the chapter that it stands in; what `find` leaves, too."""
    table = client.operations.frame()
    assert list(table.columns) == ["tag", "method", "path", "summary"]
    assert len(table) == len(client.operations)
    assert table.loc["getTags", ["tag", "method", "path"]].tolist() == ["Contact Tags", "GET", "/contact_tags"]
    assert list(client.operations.find("tag add").frame().index) == ["postTagAddContact"]
    assert client.operations.find("no such words").frame().empty


def test_no_question_of_python_downloads_anything() -> None:
    """Jupyter and copy ask for names with underscores."""
    network = httpx.MockTransport(_nothing_is_sent)
    client = Client(Transport("https://silent.example/v3", FixedToken("t"), transport=network), "custom")
    assert not hasattr(client.operations, "_ipython_display_")
    assert not hasattr(client.operations, "__deepcopy__")


def test_the_description_can_be_had_anew() -> None:
    """What has changed is told, then and later, and the operations are the new ones."""
    newer = {**DESCRIBED, "paths": {**DESCRIBED["paths"], "/new": {"get": {"operationId": "getNew"}}}}
    served = [DESCRIBED, newer]
    network = httpx.MockTransport(lambda request: httpx.Response(200, text=yaml.safe_dump(served.pop(0))))
    client = Client(Transport("https://moving.example/v3", FixedToken("t"), transport=network), "custom")
    assert "getNew" not in client.operations
    assert repr(client.operations.changes()) == "<nothing has changed>"
    assert repr(client.operations.update()) == repr(client.operations.changes()) == "+ getNew"
    assert client.operations.getNew.path == "/new"


def test_the_table_is_readable_and_escaped() -> None:
    """As text a line each; as HTML no markup of the service's own."""
    operations = _client(_nothing_is_sent).operations
    assert len(repr(operations).splitlines()) == len(DESCRIBED["paths"]) + 1
    assert "getThings    GET   /things" in repr(operations)
    assert "All &lt;b&gt;things&lt;/b&gt;" in operations._repr_html_()
    assert "<b>" not in operations._repr_html_()


def test_help_teaches() -> None:
    """`help()` and the signature say method, path, and what each parameter may be."""
    operation = _client(_nothing_is_sent).operations.getThings
    text = pydoc.render_doc(operation, renderer=pydoc.plaintext)
    for line in (
        "GET /things",
        "limit: a whole number from 1 to 500, default 50",
        "kinds: one or more of small, large",
        "from_: a text of at most 5 characters, written from",
        ".pages(), .iter() and .frame()",
    ):
        assert line in text
    parameters = inspect.signature(operation).parameters
    assert parameters["limit"].default == 50
    assert "X_Trace_Id" in parameters
    assert parameters["kinds"].annotation.__args__[0].__args__ == ("small", "large")


@pytest.mark.parametrize(
    ("given_name", "value", "sent"),
    [
        ("limit", 5, [("limit", "5")]),
        ("limit", "5", [("limit", "5")]),
        ("limit", np.int64(5), [("limit", "5")]),
        ("ratio", 0.5, [("ratio", "0.5")]),
        ("kinds", "small", [("kinds", "small")]),
        ("kinds", ["small", Kind.LARGE], [("kinds", "small,large")]),
        ("kinds", "small, large", [("kinds", "small,large")]),
        ("codes", ["B", "D"], [("codes", "B"), ("codes", "D")]),
        ("codes", "B", [("codes", "B")]),
        ("ids", UUID(ID), [("ids", ID)]),
        ("ids", (ID, ID), [("ids", f"{ID},{ID}")]),
        ("after", datetime(2026, 1, 2, 3, 4, tzinfo=UTC), [("after", "2026-01-02T03:04:00Z")]),
        ("after", datetime(2026, 1, 2, 3, tzinfo=timezone(timedelta(hours=2))), [("after", "2026-01-02T01:00:00Z")]),
        ("after", datetime(2026, 1, 2, 3), [("after", "2026-01-02T03:00:00Z")]),
        ("after", date(2026, 1, 2), [("after", "2026-01-02T00:00:00Z")]),
        ("after", "2026-01-02", [("after", "2026-01-02")]),
        ("day", date(2026, 1, 2), [("day", "2026-01-02")]),
        ("day", ["a", "b"], [("day", "a,b")]),
        ("full", True, [("full", "true")]),
        ("full", "false", [("full", "false")]),
        ("from_", "abc", [("from", "abc")]),
        ("from", "abc", [("from", "abc")]),
        ("from", None, []),
        ("day", "a&b=c ü", [("day", "a&b=c ü")]),
    ],
)
def test_values_are_written_as_the_service_reads_them(given_name: str, value: Any, sent: list[tuple[str, str]]) -> None:
    """Booleans, lists, moments, ids, and names that Python cannot write."""
    address = check_call(SCHEMAS["getThings"], {given_name: value}).address()
    assert parse_qsl(urlsplit(address).query, strict_parsing=bool(sent)) == sent


@pytest.mark.parametrize(
    ("given_values", "said"),
    [
        ({"limits": 5}, "there is no parameter limits; did you mean limit?"),
        ({"nonsense": 5}, "there is no parameter nonsense; it takes limit, ratio"),
        ({"body": {}}, "there is no parameter body"),
        ({"limit": 0}, "limit is 0, and has to be a whole number from 1 to 500"),
        ({"limit": 501}, "limit is 501"),
        ({"limit": "many"}, "limit is 'many'"),
        ({"limit": 1.5}, "limit is 1.5"),
        ({"limit": True}, "limit is True"),
        ({"limit": [1, 2]}, "takes a single value"),
        ({"ratio": float("nan")}, "ratio is nan"),
        ({"kinds": "smal"}, "kinds is 'smal': did you mean small?"),
        ({"kinds": ["small", "huge"]}, "kinds is 'huge', and has to be one or more of small, large"),
        ({"kinds": []}, "empty list"),
        ({"ids": "Newsletter"}, "ids is 'Newsletter', and has to be one or more ids"),
        ({"ids": [ID, ID, ID]}, "ids has 3 values, and takes at most 2"),
        ({"after": "yesterday"}, "after is 'yesterday', and has to be a datetime"),
        ({"after": 5}, "after is '5'"),
        ({"after": {}}, "after is {}"),
        ({"after": pd.NaT}, "after is NaT"),
        ({"after": datetime.max.replace(tzinfo=timezone(-timedelta(hours=2)))}, "no moment in UTC"),
        ({"day": True}, "day is True, and has to be a text"),
        ({"day": "\ud800"}, "half a character"),
        ({"full": "yes"}, "full is 'yes', and has to be True or False"),
        ({"full": 1}, "full is 1"),
        ({"from_": "abcdef"}, "from_ has 6 characters, and takes at most 5"),
        ({"from_": "ABC"}, "does not match the pattern"),
        ({"from_": "a", "from": "b"}, "was given twice"),
        ({"X_Trace_Id": "a\r\nAuthorization: x"}, "must not hold"),
    ],
)
def test_what_does_not_fit_is_not_sent(given_values: dict[str, Any], said: str) -> None:
    """One sentence that names the value and what it may be."""
    with pytest.raises(cctoolkit.BadRequest) as refused:
        _client(_nothing_is_sent).call("getThings", **given_values)
    assert str(refused.value).startswith("The request was not sent: getThings: ")
    assert said in str(refused.value)
    assert len(str(refused.value)) < 400


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (None, "body={…} is required; it holds name, size, tags, when, more, on (name required)"),
        ({}, "body['name'] is required; it is a text of at most 5 characters"),
        ({"nam": "x"}, "body holds 'nam', which does not exist; did you mean name?"),
        ({"name": "longer"}, "body['name'] has 6 characters, and takes at most 5"),
        ({"name": 5}, "body['name'] is 5, and has to be a text"),
        ({"name": "x", "size": 0}, "body['size'] is 0"),
        ({"name": "x", "size": "1"}, "body['size'] is '1'"),
        ({"name": "x", "tags": "a"}, "body['tags'] is 'a', and has to be a list"),
        ({"name": "x", "tags": [1, 2, 3]}, "body['tags'] has 3 values, and takes at most 2"),
        ({"name": "x", "more": []}, "body['more'] is [], and has to be a dict"),
        ({"name": "x", "on": 1}, "body['on'] is 1, and has to be True or False"),
        ({"name": "x", "more": {"a": float("nan")}}, "NaN"),
        ({"name": "x", "more": {"a": object}}, "which JSON has no form for"),
        ("name", "body is str, and has to be a dict"),
    ],
)
def test_a_body_that_does_not_fit_is_not_sent(body: Any, said: str) -> None:
    """Its top level is checked: names, required ones, types and lengths."""
    with pytest.raises(cctoolkit.BadRequest) as refused:
        _client(_nothing_is_sent).call("postThing", body=body)
    assert said in str(refused.value)


def test_a_body_is_sent_as_json() -> None:
    """Moments, ids, numpy's numbers and tuples in it as JSON has them."""
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(201, json={"made": True})

    body = {
        "name": "ü",
        "size": np.int64(3),
        "tags": (UUID(ID),),
        "when": datetime(2026, 1, 2, tzinfo=UTC),
        "more": {"day": date(2026, 1, 2), "kind": Kind.LARGE, "rest": None},
    }
    assert _client(answer).call("postThing", body=body) == {"made": True}
    assert sent[0].headers["content-type"] == "application/json"
    assert json.loads(sent[0].content) == {
        "name": "ü",
        "size": 3,
        "tags": [ID],
        "when": "2026-01-02T00:00:00Z",
        "more": {"day": "2026-01-02", "kind": "large", "rest": None},
    }


@pytest.mark.parametrize("thing_id", ["", " ", ".", "..", None])
def test_an_address_without_its_id_is_not_sent(thing_id: str | None) -> None:
    """It would be another operation's."""
    with pytest.raises(cctoolkit.BadRequest, match="thing_id is"):
        _client(_nothing_is_sent).call("getThing", thing_id=thing_id)


@settings(max_examples=examples(100), deadline=None)
@given(st.text(min_size=1).filter(lambda text: text.strip() not in {"", ".", ".."}))
def test_no_id_leads_elsewhere(thing_id: str) -> None:
    """Whatever is in it, it is one piece of the path."""
    try:
        address = check_call(SCHEMAS["getThing"], {"thing_id": thing_id}).address()
    except cctoolkit.BadRequest as refused:
        assert "half a character" in str(refused)
        return
    assert address.count("/") == 2
    assert "?" not in address
    assert unquote(address.removeprefix("/things/")) == thing_id


@settings(max_examples=examples(100), deadline=None)
@given(st.integers())
def test_every_number_within_the_limits_and_no_other(limit: int) -> None:
    """`limit` from 1 to 500."""
    try:
        assert check_call(SCHEMAS["getThings"], {"limit": limit}).address() == f"/things?limit={limit}"
        assert 1 <= limit <= 500
    except cctoolkit.BadRequest:
        assert not 1 <= limit <= 500


_SINGLE = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text(max_size=9)
    | st.binary(max_size=3)
    | st.datetimes(timezones=st.none() | st.timezones())
    | st.dates()
    | st.uuids()
    | st.sampled_from([object(), Kind.LARGE, range(3), int])
)


@settings(max_examples=examples(100), deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["limit", "kinds", "ids", "codes", "after", "full", "day", "x"]),
        _SINGLE | st.lists(_SINGLE, max_size=3) | st.dictionaries(st.text(max_size=2), _SINGLE, max_size=2),
        max_size=3,
    )
)
def test_whatever_is_given_it_is_a_request_or_a_sentence(values: dict[str, Any]) -> None:
    """No other exception, for any Python value."""
    operation: OperationSchema = SCHEMAS["getThings"]
    try:
        assert check_call(operation, values).address().startswith("/things")
    except cctoolkit.BadRequest as refused:
        assert str(refused).startswith("The request was not sent: getThings: ")


def test_an_unknown_operation_names_the_nearest() -> None:
    """By call, by name and as an attribute."""
    client = _client(_nothing_is_sent)
    with pytest.raises(cctoolkit.BadRequest, match="there is no operation getThingss; did you mean getThings"):
        client.call("getThingss")
    with pytest.raises(cctoolkit.BadRequest, match="did you mean getThings"):
        _ = client.operations["getthings"]
    with pytest.raises(AttributeError, match="did you mean getThings"):
        _ = client.operations.getThingss


def test_the_ways_of_paging_are_followed() -> None:
    """A link, a cursor of events, an offset of partners: each record once, whatever filters were given."""
    asked: list[dict[str, str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        query = dict(request.url.params)
        asked.append(query)
        if request.url.path == "/v3/things":
            following = {} if "cursor" in query else {"next": {"href": "/v3/things?cursor=x"}}
            return httpx.Response(200, json={"things": [{"n": len(asked)}, None], "_links": following})
        if request.url.path == "/v3/events":
            cursor = {"": "two", "two": "three", "three": ""}[query.get("next", "")]
            return httpx.Response(200, json={"records": [{"n": 1}], "next_cursor": cursor})
        start = int(query.get("offset", "0"))
        return httpx.Response(200, json={"owners": [{"n": n} for n in range(start, min(start + 2, 5))]})

    client = _client(answer)
    assert list(client.operations.getThings.iter(kinds="small")) == [{"n": 1}, {"n": 2}]
    assert asked == [{"limit": "500", "kinds": "small"}, {"cursor": "x"}]
    asked.clear()
    assert len(list(client.operations.findEvents.iter(search_text="a"))) == 3
    assert asked[-1] == {"search_text": "a", "next": "three"}
    assert [one["n"] for one in client.operations.getPartners.iter()] == [0, 1, 2, 3, 4]
    assert asked[-1] == {"limit": "2", "offset": "4"}


@pytest.mark.parametrize(
    ("operation", "page"),
    [
        ("getThings", {"things": [], "_links": {"next": {"href": "/v3/things?cursor=x"}}}),
        ("findEvents", {"records": [{"n": 1}], "next_cursor": "same"}),
        ("getPartners", {"owners": [{"n": 1}, {"n": 2}]}),
    ],
)
def test_paging_in_a_circle_ends(operation: str, page: dict[str, Any]) -> None:
    """With a sentence, and not never."""
    with pytest.raises(cctoolkit.UnexpectedAnswer, match=r"circle|again and again"):
        list(_client(_json(page)).operations[operation].iter())


def test_the_list_is_found_in_the_answer_itself() -> None:
    """Where the description is silent: the only list of objects; links and errors are none."""
    page = {"stuff": [{"n": 1}], "names": ["a"], "errors": [], "_links": {}}
    client = _client(_json(page))
    assert list(client.operations.getPlain.iter()) == [{"n": 1}]
    assert list(_client(_json([{"n": 1}, "x"])).operations.getRows.iter()) == [{"n": 1}]


@pytest.mark.parametrize("answer", [{"a": [{}], "b": [{}]}, {"a": 1}, {}])
def test_an_answer_without_one_list_is_said(answer: Any) -> None:
    """Nobody can say what its records are."""
    with pytest.raises(cctoolkit.UnexpectedAnswer, match="call it without"):
        list(_client(_json(answer)).operations.getPlain.iter())


@pytest.mark.parametrize("operation", ["getThing", "postThing", "getExport"])
def test_what_is_no_collection_has_no_pages(operation: str) -> None:
    """It is said before anything is sent."""
    with pytest.raises(cctoolkit.BadRequest, match="does not answer with a collection"):
        _client(_nothing_is_sent).operations[operation].frame()


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, text="<html>"),
        httpx.Response(200, content=b""),
        httpx.Response(200, text='{"things": ['),
        httpx.Response(200, json={"things": None}),
        httpx.Response(200, json={"others": []}),
        httpx.Response(200, json=[]),
    ],
)
def test_odd_answers_are_one_sentence(answer: httpx.Response) -> None:
    """HTML, nothing, half an answer, another shape."""
    with pytest.raises(cctoolkit.UnexpectedAnswer, match=r"[Tt]ry again"):
        list(_client(lambda request: answer).operations.getThings.iter())


def test_unknown_fields_cost_nothing() -> None:
    """A frame has them as columns, after the known ones; an empty one has the known ones."""
    records = [{"n": 1, "new": {"a": "x", "b": None}, "_links": {}}, {"n": None, "many": [1]}]
    frame = _client(_json({"things": records})).operations.getThings.frame()
    assert list(frame.columns) == ["n", "new_a", "new_b", "many"]
    assert frame["n"].dtype == "Int64"
    empty = _client(_json({"things": []})).operations.getThings.frame()
    assert list(empty.columns) == ["n"]
    assert empty["n"].dtype == "Int64"


def test_a_table_of_anything() -> None:
    """Types by what is in it: moments with their zone, mixtures and huge numbers as they are."""
    made = frames.table(
        [
            {"at_date": "2026-01-02T03:04:05Z", "flag": True, "share": 1, "mixed": 1, "huge": 2**70, "name": "a"},
            {"at_date": None, "flag": None, "share": 0.5, "mixed": "x", "huge": 1},
        ]
    )
    assert isinstance(made["at_date"].dtype, pd.DatetimeTZDtype)
    assert [str(dtype) for dtype in made.dtypes[1:]] == ["boolean", "Float64", "object", "object", "string"]
    assert len(frames.table([{}, {}])) == 2
    whole = frames.table([{"rate": 1}, {"rate": 0}], {"rate": "number"})
    assert whole["rate"].dtype == frames.table([], {"rate": "number"})["rate"].dtype == "Float64"


_RECORD = st.dictionaries(
    st.sampled_from(["a", "b_at", "c"]),
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=30)
    | st.lists(st.integers())
    | st.dictionaries(st.sampled_from(["x", "y"]), st.integers() | st.text(max_size=3)),
)


@settings(max_examples=examples(100), deadline=None)
@given(
    st.lists(_RECORD, max_size=4),
    st.dictionaries(
        st.sampled_from(["a", "b_at", "z"]),
        st.sampled_from(["string", "integer", "number", "boolean", "date-time", "array", ""]),
    ),
)
def test_any_records_make_a_table(records: list[dict[str, Any]], columns: dict[str, str]) -> None:
    """A row each, and the columns that were promised."""
    made = frames.table(records, columns)
    assert len(made) == len(records)
    assert list(made.columns)[: len(columns)] == list(columns)


def test_an_export_is_text() -> None:
    """CSV as it came, also when it looks like JSON."""
    for content in ("email\na@example.com\n", "5"):
        answer = httpx.Response(200, text=content, headers={"content-type": "text/csv"})
        assert _client(lambda request, answer=answer: answer).call("getExport") == content  # type: ignore[misc]


def test_a_post_without_an_answer_is_not_repeated() -> None:
    """Its outcome is unknown, and said to be."""
    tries: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        tries.append(request.method)
        raise httpx.ReadTimeout("slow")

    with pytest.raises(cctoolkit.OutcomeUnknown):
        _client(answer).call("postThing", body={"name": "x"})
    assert tries == ["POST"]


def test_a_walk_through_the_sandbox(client: Client, sandbox: Sandbox, tmp_path: Path) -> None:
    """A list, an import into it, its contacts, a change, a tag, and away with it, each by operationId."""
    add_people(sandbox.database, sandbox.clock, 12)
    made = client.call("createList", body={"name": "News"})
    file = tmp_path / "people.csv"
    file.write_text("email,first_name\nana@example.com,Ana\nben@example.com,Ben\n")
    started = client.call("contactsCSVImport", file=file, list_ids=[made["list_id"]])
    for _ in client.activities.follow(started["activity_id"], sleep=lambda seconds: sandbox.advance(seconds)):
        pass
    assert client.call("getActivity", activity_id=started["activity_id"])["state"] == "completed"
    arrived = list(client.operations.getContacts.iter(lists=made["list_id"], limit=1))
    assert [one["first_name"] for one in arrived] == ["Ana", "Ben"]
    ana = arrived[0]["contact_id"]
    changed = {"email_address": {"address": "ana@example.com"}, "first_name": "Anna", "update_source": "Account"}
    assert client.call("putContact", contact_id=ana, body=changed)["first_name"] == "Anna"
    tag = client.call("postTag", body={"name": "garden"})["tag_id"]
    client.call("postTagAddContact", body={"source": {"contact_ids": [ana]}, "tag_ids": [tag]})
    assert client.operations.getTags.frame()["name"].tolist() == ["garden"]
    assert client.call("deleteContact", contact_id=ana) == {}
    assert "deleted_at" in client.call("getContact", contact_id=ana)
    with pytest.raises(cctoolkit.NotFound):
        client.call("getTag", tag_id=ID)
    assert len(client.operations.getContacts.frame()) == 14
    assert client.operations.getContacts.frame().dtypes.equals(client.contacts.frame().dtypes)
    assert list(client.operations.retrieveEmailAddresses.frame()["email_address"]) == ["robin@example.com"]


@pytest.mark.parametrize(
    ("operation", "parameter", "most"),
    [
        ("getContactIdXrefs", "sequence_ids", 500),
        ("getListIdXrefs", "sequence_ids", 500),
        ("retrieveXrefMappingsUsingGET", "v2_email_campaign_ids", 50),
    ],
)
def test_more_ids_than_a_request_takes_are_not_sent(
    client: Client, published_schema: PublishedSchema | None, operation: str, parameter: str, most: int
) -> None:
    """Whether as a list or as one text: by the sandbox's description, and by the published one."""
    published = [read_schema(published_schema.spec).operations[operation]] if published_schema else []
    for described in (client.operations[operation].schema, *published):
        ids = range(1, most + 1)
        for ids_given in (list(ids), ",".join(map(str, ids))):
            assert dict(check_call(described, {parameter: ids_given}).query)[parameter].count(",") == most - 1
        for ids_given in ([*ids, 9_999], ",".join(map(str, [*ids, 9_999]))):
            with pytest.raises(
                cctoolkit.BadRequest, match=f"has {most + 1} values, and takes at most {most}"
            ) as caught:
                check_call(described, {parameter: ids_given})
            assert caught.value.request == ""


def test_every_reading_operation_answers_or_says_why_not(client: Client) -> None:
    """With the values that each parameter allows; nothing but an error of the service comes of it."""
    values = {
        "campaign_ids": ID,
        "campaign_activity_ids": ID,
        "segment_id": 1,
        "sequence_ids": "1",
        "start": "2026-01-01",
    }
    asked = 0
    for operation in client.operations:
        required = [one.python_name for one in operation.schema.parameters if one.required]
        if operation.method != "GET":
            continue
        given_values = {"end": "2026-02-01", "start_at": "2026-01-01T00:00:00Z", **values}
        try:
            operation(**{name: given_values.get(name, ID) for name in required})
        except cctoolkit.ApiError as error:
            assert error.request, operation.id  # it was sent
            assert error.status in {400, 403, 404}, operation.id
        asked += 1
    assert asked == 65


def test_the_published_operations_fit_the_sandbox(
    client: Client, sandbox: Sandbox, published_schema: PublishedSchema | None, tmp_path: Path
) -> None:
    """Called as the published schema says, every collection is read to its end, or refused by the service itself."""
    if published_schema is None:
        pytest.skip(SKIP_REASON)
    add_people(sandbox.database, sandbox.clock, 12)
    text = json.dumps(published_schema.spec, default=str)
    network = httpx.MockTransport(lambda request: httpx.Response(200, text=text))
    cache = SchemaCache("live", "https://published.example/v3", folder=tmp_path, network=network)
    operations = Operations(client._transport, cache)
    values = {
        "campaign_ids": ID,
        "sequence_ids": "1",
        "start": "2026-01-01",
        "end": "2026-02-01",
        "start_at": "2026-01-01",
    }
    read = set()
    for operation in operations:
        if operation.schema.answer.records is not None:
            required = [one.python_name for one in operation.schema.parameters if one.required]
            try:
                frame = operation.frame(**{name: values.get(name, ID) for name in required})
            except cctoolkit.ApiError as error:
                assert error.request, operation.id
                assert error.status in {400, 403, 404}, operation.id
            else:
                assert set(frame.columns) >= {"contact_id"} if operation.id == "getContacts" else len(frame.columns)
                read.add(operation.id)
    assert {"getContacts", "getLists", "getTags", "getCustomFields", "getAccountSegments", "findEvents"} <= read
    assert len(list(operations.getContacts.iter(limit=5, include=["list_memberships"]))) == 13


def test_a_file_that_cannot_be_read_is_said(client: Client) -> None:
    """Before any request."""
    with pytest.raises(cctoolkit.ContactFileError, match="check the path"):
        client.call("contactsCSVImport", file="nowhere.csv", list_ids=ID)
    with pytest.raises(cctoolkit.BadRequest, match="file is 5"):
        client.call("contactsCSVImport", file=5, list_ids=ID)
    with pytest.raises(cctoolkit.BadRequest, match="file is required"):
        client.call("contactsCSVImport", list_ids=ID)
