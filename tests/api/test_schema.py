"""The service's description: read in both forms, kept, compared."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import cctoolkit
from cctoolkit._httpx import httpx
from cctoolkit.api import schema_cache
from cctoolkit.api.operation_help import document, signature
from cctoolkit.api.schema import Schema, from_json, python_name, read_schema, to_json
from cctoolkit.api.schema_cache import SchemaCache
from cctoolkit.api.schema_changes import changes_between
from cctoolkit.errors import UnexpectedAnswer
from cctoolkit.sandbox import Sandbox
from tests.marks import examples
from tests.published_schema import SKIP_REASON, PublishedSchema

SWAGGER: dict[str, Any] = {
    "swagger": "2.0",
    "info": {"version": "7"},
    "basePath": "/v3",
    "parameters": {"page": {"name": "limit", "in": "query", "type": "integer", "minimum": 1, "maximum": 500}},
    "paths": {
        "/things/{thing_id}": {
            "get": {
                "operationId": "getThing",
                "parameters": [
                    {"name": "thing_id", "in": "path", "required": True, "type": "string", "format": "uuid"}
                ],
                "responses": {"200": {"schema": {"$ref": "#/definitions/Thing"}}},
            }
        },
        "/things": {
            "get": {
                "operationId": "getThings",
                "summary": "All things",
                "security": [{"oauth": ["contact_data"]}],
                "parameters": [
                    {"$ref": "#/parameters/page"},
                    {"name": "kinds", "in": "query", "type": "string", "format": "csv", "enum": ["a", "b"]},
                ],
                "responses": {"200": {"schema": {"$ref": "#/definitions/Things"}}},
            },
            "post": {
                "operationId": "postThing",
                "parameters": [
                    {"name": "thing", "in": "body", "required": True, "schema": {"$ref": "#/definitions/Thing"}}
                ],
                "responses": {"201": {"description": "made"}},
            },
        },
    },
    "definitions": {
        "Thing": {
            "type": "object",
            "required": ["name"],
            "properties": {"name": {"type": "string", "maxLength": 5}, "at": {"type": "string", "format": "date-time"}},
        },
        "Things": {
            "type": "object",
            "properties": {
                "things": {"type": "array", "items": {"$ref": "#/definitions/Thing"}},
                "_links": {"type": "object"},
            },
        },
        "Unused": {"allOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]},
    },
}
OPENAPI: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"version": "7"},
    "paths": {
        "/v3/things/{thing_id}": {
            "parameters": [
                {"name": "thing_id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
            ],
            "get": {
                "operationId": "getThing",
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}
                },
            },
        },
        "/v3/things": {
            "get": {
                "operationId": "getThings",
                "summary": "All things",
                "security": [{"oauth": ["contact_data"]}],
                "parameters": [
                    {
                        "name": "limit",
                        "in": "query",
                        "schema": {"anyOf": [{"type": "integer", "minimum": 1, "maximum": 500}, {"type": "null"}]},
                    },
                    {"name": "kinds", "in": "query", "schema": {"type": "string", "format": "csv", "enum": ["a", "b"]}},
                ],
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Things"}}}}
                },
            },
            "post": {
                "operationId": "postThing",
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
                },
                "responses": {"201": {"description": "made"}},
            },
        },
    },
    "components": {
        "schemas": json.loads(json.dumps(SWAGGER["definitions"]).replace("definitions", "components/schemas"))
    },
}


def _changed(change: Callable[[dict[str, Any]], object]) -> Schema:
    copy = json.loads(json.dumps(SWAGGER))
    change(copy)
    return read_schema(copy)


def _cache(folder: Path, answer: Callable[[httpx.Request], httpx.Response], name: str = "live") -> SchemaCache:
    return SchemaCache(name, "https://api.example.com/v3", folder=folder, network=httpx.MockTransport(answer))


def _served(*described: object) -> Callable[[httpx.Request], httpx.Response]:
    """Each description in turn, then the last for ever."""
    left = list(described)

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/v3/swagger.yaml"
        assert "authorization" not in request.headers
        return httpx.Response(200, text=yaml.safe_dump(left.pop(0) if len(left) > 1 else left[0]))

    return answer


def _nobody(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("no network")


def test_both_forms_say_the_same() -> None:
    """Swagger 2.0 and OpenAPI 3.1 of one service are one schema."""
    old, new = read_schema(SWAGGER), read_schema(OPENAPI)
    assert dict(old.operations) == dict(new.operations)
    assert old.operations["getThings"].answer.records == "things"
    assert old.operations["getThings"].answer.columns == {"name": "string", "at": "date-time"}
    assert old.operations["getThing"].answer.records is None
    assert old.operations["getThings"].scopes == ("contact_data",)
    assert not changes_between(old, new)


def test_what_is_stored_is_read_back() -> None:
    """The JSON form loses nothing."""
    tagged = json.loads(json.dumps(SWAGGER))
    tagged["paths"]["/things"]["get"]["tags"] = ["Things", 7]
    schema = read_schema(tagged)
    assert schema.operations["getThings"].tags == ("Things",)
    assert from_json(json.loads(json.dumps(to_json(schema)))) == schema


@pytest.mark.parametrize("described", [None, [], "x", {}, {"paths": []}, {"paths": {}}, {"paths": {"/x": None}}])
def test_what_describes_nothing_is_refused(described: object) -> None:
    """One sentence, whatever it is."""
    with pytest.raises(cctoolkit.UnexpectedAnswer, match="no Swagger or OpenAPI"):
        read_schema(described)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "properties",
                    "items",
                    "$ref",
                    "name",
                    "in",
                    "schema",
                    "enum",
                    "parameters",
                    "responses",
                    "200",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=examples(100), deadline=None)
@given(_JSON, _JSON, _JSON)
def test_an_odd_description_costs_nothing_else(parameters: Any, responses: Any, schema: Any) -> None:
    """Whatever stands where parameters, answers and bodies belong, the operation is there and can be explained."""
    operation = {"operationId": "op", "parameters": [parameters, {"name": "x", "in": "body", "schema": schema}]}
    described = {"paths": {"/a/{id}": {"get": {**operation, "responses": responses}}}}
    read = read_schema(described)
    assert document(read.operations["op"])
    assert "id" in signature(read.operations["op"]).parameters
    assert from_json(json.loads(json.dumps(to_json(read)))) == read


def test_references_in_a_circle_end() -> None:
    """A description may refer to itself."""
    schema = {"$ref": "#/definitions/A"}
    described = {
        "paths": {"/a": {"post": {"parameters": [{"name": "b", "in": "body", "schema": schema}]}}},
        "definitions": {"A": {"$ref": "#/definitions/A"}},
    }
    [operation] = read_schema(described).operations.values()
    assert operation.id == "post_a"
    assert operation.body is not None
    assert operation.body.open


@settings(max_examples=examples(100), deadline=None)
@given(st.text(max_size=20))
def test_every_name_can_be_written_in_python(name: str) -> None:
    """As a keyword argument."""
    compile(f"f({python_name(name)}=1)", "", "eval")


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda it: it["paths"]["/things"].pop("post"), "- postThing"),
        (lambda it: it["paths"].update({"/new": {"get": {"operationId": "getNew"}}}), "+ getNew"),
        (lambda it: it["paths"]["/things"]["get"]["parameters"].pop(), "~ getThings: parameter kinds is gone"),
        (
            lambda it: it["parameters"]["page"].update(maximum=50),
            "~ getThings: parameter limit: maximum was 500, is 50",
        ),
        (lambda it: it["parameters"]["page"].update(required=True), "~ getThings: parameter limit: is required now"),
        (
            lambda it: it["paths"]["/things"]["get"]["parameters"][1]["enum"].append("c"),
            "~ getThings: parameter kinds: allows c now",
        ),
        (
            lambda it: it["definitions"]["Thing"]["properties"].update(size={"type": "integer"}),
            "~ postThing: body property size is new",
        ),
        (
            lambda it: it["paths"]["/things"]["get"]["parameters"].append(
                {"name": "why", "in": "query", "required": True, "type": "string"}
            ),
            "~ getThings: parameter why is new, and required",
        ),
        (
            lambda it: it["paths"].update({"/stuff": it["paths"].pop("/things")}),
            "~ getThings: was GET /things, is GET /stuff",
        ),
        (
            lambda it: it["definitions"].update(Sms={"properties": {"number": {}, "consent": {}}}),
            "~ definition Sms is new, with consent, number",
        ),
        (lambda it: it["definitions"].update(Empty={}), "~ definition Empty is new"),
        (
            lambda it: it["definitions"]["Thing"]["properties"].update(size={"type": "integer"}),
            "~ definition Thing has size now",
        ),
        (lambda it: it["definitions"].pop("Unused"), "~ definition Unused is gone"),
        (
            lambda it: it["definitions"]["Unused"]["allOf"][1]["properties"].pop("b"),
            "~ definition Unused no longer has b",
        ),
    ],
)
def test_changes_are_named(change: Callable[[dict[str, Any]], object], line: str) -> None:
    """Operations, parameters and properties, in a line each."""
    assert line in changes_between(read_schema(SWAGGER), _changed(change)).lines()


def test_what_stands_in_a_definition_twice_is_looked_at_once() -> None:
    """Parts of parts of parts, each there twice: as a file writes what it refers to; and a part that holds itself."""
    part: dict[str, Any] = {"properties": {"deep": {}}}
    for _ in range(60):
        part = {"allOf": [part, part]}
    part["allOf"].append(part)
    described = {**SWAGGER, "definitions": {"Own": {"properties": {"own": {}}, "allOf": [part]}}}
    assert read_schema(described).definitions == {"Own": ("deep", "own")}


def test_nothing_changed_is_nothing() -> None:
    """No line, and false."""
    changes = changes_between(read_schema(SWAGGER), read_schema(SWAGGER))
    assert not changes
    assert changes.lines() == []


def test_it_is_downloaded_once(tmp_path: Path) -> None:
    """The second time is from the folder, without a network."""
    first = _cache(tmp_path, _served(SWAGGER)).load()
    assert _cache(tmp_path, _nobody).load() == first
    (tmp_path / "live.json").unlink()
    assert _cache(tmp_path, _nobody).load() == first


def test_descriptions_of_other_hosts_are_forgotten(tmp_path: Path) -> None:
    """After a month, so that practice accounts do not fill the disk; the live service's and the sandbox's stay."""
    for name, age in (("custom-old", 31), ("custom-new", 29), ("live", 400), ("sandbox", 400)):
        for kind in ("yaml", "json"):
            file = tmp_path / f"{name}.{kind}"
            file.write_text("x")
            os.utime(file, (time.time() - age * 86_400,) * 2)
    _cache(tmp_path, _served(SWAGGER), "custom-1").load()
    kept = {"custom-1", "custom-new", "live", "sandbox"}
    assert {file.stem for file in tmp_path.iterdir()} == kept


def test_a_broken_cache_is_said_and_mended(tmp_path: Path) -> None:
    """The description is downloaded again."""
    _cache(tmp_path, _served(SWAGGER)).load()
    (tmp_path / "live.yaml").write_text("<html>[")
    with pytest.warns(UserWarning, match="was broken: it was downloaded again"):
        schema = _cache(tmp_path, _served(SWAGGER)).load()
    assert "getThings" in schema.operations
    said: list[str] = []
    (tmp_path / "live.json").write_text("{")
    assert _cache(tmp_path, _nobody).load(said.append) == schema
    assert said == []


def test_no_network_and_nothing_kept_is_one_sentence(tmp_path: Path) -> None:
    """With what to do."""
    with pytest.raises(cctoolkit.ServiceUnreachable, match="Check the network connection"):
        _cache(tmp_path, _nobody).load()


def test_no_network_leaves_what_is_kept(tmp_path: Path) -> None:
    """An update that cannot be had changes nothing."""
    kept = _cache(tmp_path, _served(SWAGGER)).load()
    with pytest.raises(cctoolkit.ServiceUnreachable):
        _cache(tmp_path, _nobody).update()
    assert _cache(tmp_path, _nobody).load() == kept


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(200, text="<html>sign in</html>"), cctoolkit.UnexpectedAnswer),
        (httpx.Response(200, content=b""), cctoolkit.UnexpectedAnswer),
        (httpx.Response(200, content=b"\xff\xfe\x00"), cctoolkit.UnexpectedAnswer),
        (httpx.Response(302, headers={"location": "https://elsewhere.example"}), cctoolkit.UnexpectedAnswer),
        (httpx.Response(404), cctoolkit.NotFound),
        (httpx.Response(503, text="<html>"), cctoolkit.ServiceFailed),
    ],
)
def test_what_is_no_description_replaces_none(tmp_path: Path, answer: httpx.Response, error: type[Exception]) -> None:
    """A sign-in page of a network, an error, nothing: refused, and what was kept stays."""
    kept = _cache(tmp_path, _served(SWAGGER)).load()
    with pytest.raises(error):
        _cache(tmp_path, lambda request: answer).update()
    assert _cache(tmp_path, _nobody).load() == kept


def test_the_last_change_can_be_shown(tmp_path: Path) -> None:
    """Also after an update that brought nothing new."""
    newer = json.loads(json.dumps(SWAGGER))
    del newer["paths"]["/things"]["post"]
    cache = _cache(tmp_path, _served(SWAGGER, newer))
    cache.update()
    assert cache.changes() is None
    os.utime(tmp_path / "live.yaml", (1_700_000_000, 1_700_000_000))
    assert cache.update()[1].removed == ("postThing",)
    assert not cache.update()[1]
    found = cache.changes()
    assert found is not None
    assert found[0].removed == ("postThing",)
    assert f"{found[1]:%Y-%m-%d}" == "2023-11-14"


def test_another_version_of_the_sandbox_is_asked_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its description is this package's own; without a network, what is kept will do."""
    newer = json.loads(json.dumps(SWAGGER))
    del newer["paths"]["/things"]["post"]
    _cache(tmp_path, _served(SWAGGER), "sandbox").load()
    monkeypatch.setattr(schema_cache, "FORM", "of another version")
    assert "postThing" in _cache(tmp_path, _nobody, "sandbox").load().operations
    assert "postThing" not in _cache(tmp_path, _served(newer), "sandbox").update()[0].operations


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    """The schema is there, and the reason is said."""
    (tmp_path / "file").write_text("")
    said: list[str] = []
    schema = _cache(tmp_path / "file", _served(SWAGGER)).load(said.append)
    assert "getThings" in schema.operations
    assert "writable" in said[0]


@pytest.fixture(scope="module")
def sandbox_schema() -> Iterator[Schema]:
    """What the sandbox says of itself."""
    from cctoolkit.sandbox.app import own_description

    with Sandbox(limits=False, in_process=True) as running:
        yield read_schema(own_description(running.app))


def test_the_published_schema_is_read_whole(published_schema: PublishedSchema | None) -> None:
    """Every operation has a signature and a text, and each parameter a line in it."""
    if published_schema is None:
        pytest.skip(SKIP_REASON)
    read = read_schema(published_schema.spec)
    assert len(read.operations) == 128
    for operation in read.operations.values():
        text, parameters = document(operation), signature(operation).parameters
        for one in operation.parameters:
            assert one.python_name in parameters
            assert f"  {one.python_name}: " in text
        assert set(re.findall(r"\{(\w+)\}", operation.path)) <= {one.name for one in operation.parameters}


def test_the_sandbox_describes_what_is_published(
    published_schema: PublishedSchema | None, sandbox_schema: Schema
) -> None:
    """The same operations with the same parameters in the same places, and the same allowed values and bodies."""
    if published_schema is None:
        pytest.skip(SKIP_REASON)
    published = read_schema(published_schema.spec)
    assert set(sandbox_schema.operations) == set(published.operations)
    for name, operation in published.operations.items():
        own = sandbox_schema.operations[name]
        assert (own.method, own.path) == (operation.method, operation.path)
        theirs = {one.name: one for one in operation.parameters}
        # The published one knows a cursor in links only.
        ours = {one.name: one for one in own.parameters if one.name != "cursor"}
        assert set(ours) == set(theirs), name
        for parameter, one in theirs.items():
            assert (one.place, one.required) == (ours[parameter].place, ours[parameter].required), (name, parameter)
            assert set(one.value.enum) in (set(), set(ours[parameter].value.enum)), (name, parameter)
        assert (operation.body is None) == (own.body is None), name
        assert set(operation.scopes) in (set(), set(own.scopes)), name
        if operation.answer.records is not None:
            assert own.answer.records == operation.answer.records, name


@pytest.mark.parametrize(("levels", "read"), [(150, True), (210, False)])
def test_a_description_has_not_many_layers(tmp_path: Path, levels: int, read: bool) -> None:
    """What is nested deeper than any description is none, and is told so before objects are made of it."""
    deep = "x-deep: " + "[" * (levels - 1) + "]" * (levels - 1)
    text = f"swagger: '2.0'\npaths: {{/x: {{get: {{operationId: x, responses: {{}}}}}}}}\n{deep}\n"
    network = httpx.MockTransport(lambda request: httpx.Response(200, text=text))
    cache = SchemaCache("custom-x", "https://api.example/v3", folder=tmp_path, network=network)
    if read:
        cache.update()
    else:
        with pytest.raises(UnexpectedAnswer, match="no description of an API"):
            cache.update()
