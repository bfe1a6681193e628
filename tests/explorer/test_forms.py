"""Forms from descriptions, what is written into them, and the calls that they become."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cctoolkit.api.checking import check_call
from cctoolkit.api.schema import OperationSchema, Schema, from_json, read_schema, to_json
from cctoolkit.errors import BadRequest
from cctoolkit.explorer import catalogue
from cctoolkit.explorer.filling import NamedFile, arguments, values_of
from cctoolkit.explorer.forms import Field, form_of
from cctoolkit.sandbox import Sandbox
from tests.explorer.calls import ID, described, schema_of
from tests.published_schema import SKIP_REASON, PublishedSchema

OPERATIONS = described().operations


@pytest.fixture(params=["published", "sandbox"])
def every(request: pytest.FixtureRequest, published_schema: PublishedSchema | None, sandbox: Sandbox) -> Schema:
    """The published schema and the sandbox's own, one after the other."""
    if request.param == "sandbox":
        return schema_of(sandbox)
    if published_schema is None:
        pytest.skip(SKIP_REASON)
    return read_schema(published_schema.spec)


def test_every_operation_has_a_form(every: Schema) -> None:
    """With a field for each parameter, under a name of its own, and an example that fits where there is a body."""
    assert len(every.operations) == 128
    for operation in every.operations.values():
        form = form_of(operation)
        names = [field.name for field in form]
        assert len(set(names)) == len(names)
        assert {field.argument for field in form.parameters} == {one.python_name for one in operation.parameters}
        assert all(field.hint for field in form)
        if operation.body is not None:
            check_call(operation, {**_required(operation), "body": form.example})


def _required(operation: OperationSchema) -> dict[str, Any]:
    """Values for what an operation cannot do without, beside its body."""
    return {one.python_name: _simple(one.value.type, one.value.format) for one in operation.parameters if one.required}


def _simple(kind: str, form: str) -> Any:
    if kind == "file":
        return NamedFile("people.csv", b"email\n")
    return 1 if kind in {"integer", "number"} else ID if form == "uuid" else "text"


def test_fields_say_what_they_take() -> None:
    """Kinds, choices, ids of the account, examples, and what has to be filled in."""
    form = form_of(OPERATIONS["getPeople"])
    assert [(field.name, field.kind, field.offers) for field in form] == [
        ("limit", "number", ""),
        ("list_ids", "texts", "lists"),
        ("kind", "choice", ""),
    ]
    assert form["kind"].choices == ("small", "large")
    assert form["limit"].hint == "a whole number from 1 to 500, default 50"
    body = {field.name: field for field in form_of(OPERATIONS["postPerson"])}
    assert body["body.name"].required
    assert body["body.name"].example == "Ada"
    assert body["body.address.city"].path == ("address", "city")
    assert body["body.notes"].kind == "json"
    assert body["body.notes"].example == '[{"text": "text"}]'


def test_a_body_that_is_not_flat_is_json() -> None:
    """Its form is empty, and its example is small."""
    required = {"type": "object", "required": ["notes"], "properties": {"notes": {"type": "array"}}}
    body = {"name": "b", "in": "body", "required": True, "schema": required}
    schema = read_schema({"paths": {"/x": {"post": {"operationId": "x", "parameters": [body], "responses": {}}}}})
    form = form_of(schema.operations["x"])
    assert form.body == ()
    assert form.takes_body
    assert form.example == {"notes": ["text"]}


def test_a_description_that_leads_in_circles_ends() -> None:
    """A hundred properties, each of which is the same object again."""
    spec = {
        "definitions": {
            "A": {"type": "object", "properties": {f"p{n}": {"$ref": "#/definitions/A"} for n in range(100)}}
        },
        "paths": {
            "/x": {
                "post": {
                    "operationId": "x",
                    "parameters": [{"name": "b", "in": "body", "schema": {"$ref": "#/definitions/A"}}],
                    "responses": {},
                }
            }
        },
    }
    schema = read_schema(spec)
    assert form_of(schema.operations["x"]).body == ()
    assert from_json(to_json(schema)) == schema


def test_what_is_kept_of_a_description_has_topics_examples_and_what_is_nested() -> None:
    """Read from the cache, the forms are the same."""
    schema = described()
    again = from_json(to_json(schema))
    for name, operation in schema.operations.items():
        assert again.operations[name].tags == operation.tags
        assert form_of(again.operations[name]) == form_of(operation)


def test_a_list_that_may_hold_nothing_is_a_slip() -> None:
    """`maxItems: 0` would forbid every call."""
    body = {"type": "object", "properties": {"ids": {"type": "array", "items": {"type": "string"}, "maxItems": 0}}}
    given = [{"name": "body", "in": "body", "schema": body}]
    schema = read_schema({"paths": {"/x": {"post": {"operationId": "x", "parameters": given, "responses": {}}}}})
    assert check_call(schema.operations["x"], {"body": {"ids": ["1"]}}).content


def test_empty_fields_are_left_out() -> None:
    """Also the object that would hold them."""
    form = form_of(OPERATIONS["postPerson"])
    written = {"body.name": " Ada ", "body.age": "", "body.address.city": "  ", "body.list_ids": " , "}
    assert arguments(form, written) == {"body": {"name": "Ada"}}


def test_values_get_their_types() -> None:
    """Numbers, yes or no, lists, nested objects, JSON."""
    form = form_of(OPERATIONS["postPerson"])
    written = {
        "body.name": "Ada",
        "body.age": "36",
        "body.agrees": "false",
        "body.address.zip": "02134",
        "body.list_ids": f"{ID}, {ID}",
        "body.notes": '[{"text": "hi"}]',
    }
    assert arguments(form, written)["body"] == {
        "name": "Ada",
        "age": 36,
        "agrees": False,
        "address": {"zip": "02134"},
        "list_ids": [ID, ID],
        "notes": [{"text": "hi"}],
    }


@pytest.mark.parametrize("text", ["{", "NaN", '{"a": Infinity}', "[" * 100_000, "'a'"])
def test_json_that_is_none_says_where(text: str) -> None:
    """Before anything is sent."""
    form = form_of(OPERATIONS["postPerson"])
    with pytest.raises(BadRequest, match=r"postPerson: body is (no JSON|nested)"):
        arguments(form, {}, text)
    with pytest.raises(BadRequest, match=r"postPerson: notes is (no JSON|nested)"):
        arguments(form, {"body.notes": text})


def test_a_body_that_the_form_cannot_hold_stays_json() -> None:
    """What is unknown to the form is not lost."""
    form = form_of(OPERATIONS["postPerson"])
    values, text = values_of(form, {"body": {"name": "Ada", "unknown": [1, None]}})
    assert "body.name" not in values
    assert text is not None
    assert arguments(form, values, text) == {"body": {"name": "Ada", "unknown": [1, None]}}


def _texts() -> st.SearchStrategy[str]:
    """A text that a field of one line can hold: not empty, no blanks around it."""
    return st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=50).filter(
        lambda text: text == text.strip()
    )


BODIES = st.fixed_dictionaries(
    {"name": _texts()},
    optional={
        "age": st.integers(0, 150),
        "agrees": st.booleans(),
        "address": st.fixed_dictionaries({}, optional={"city": _texts(), "zip": _texts()}),
        "list_ids": st.lists(st.uuids().map(str), max_size=5),
        "notes": st.lists(
            st.fixed_dictionaries({"text": st.text(st.characters(exclude_categories=["Cs"]))}), max_size=3
        ),
    },
)


@given(BODIES)
def test_a_call_goes_into_the_form_and_out_again(body: dict[str, Any]) -> None:
    """Arguments, the form's values, the same arguments, and so the same request; only the order may be the form's."""
    operation = OPERATIONS["postPerson"]
    form = form_of(operation)
    values, text = values_of(form, {"body": body})
    again = arguments(form, values, text)
    assert again == {"body": body}
    sent = [check_call(operation, given).content["content"] for given in (again, {"body": body})]
    assert json.loads(sent[0]) == json.loads(sent[1])


@given(st.dictionaries(st.sampled_from(["limit", "list_ids", "kind", "nonsense"]), st.text()))
def test_whatever_is_written_is_a_request_or_a_sentence(values: dict[str, str]) -> None:
    """A form takes any text; the check says what does not fit."""
    operation = OPERATIONS["getPeople"]
    try:
        check_call(operation, arguments(form_of(operation), values))
    except BadRequest as error:
        assert "not sent" in str(error)


def test_operations_are_found_by_topic_and_words() -> None:
    """What is named so comes first; words of a parameter's name find it too; nobody's topic is Other."""
    operations = OPERATIONS.values()
    assert list(catalogue.topics(operations)) == ["<b>People</b>", "Files", "People", "Other"]
    assert [one.id for one in catalogue.find(operations, "people POST")] == ["postPerson"]
    assert [one.id for one in catalogue.find(operations, "list_ids")] == ["getPeople", "postPerson", "postFile"]
    assert [one.id for one in catalogue.find(operations, "file")] == ["postFile"]
    assert [one.id for one in catalogue.find(operations, "POSTfile")] == ["postFile"]
    assert catalogue.find(operations, "nothing of the kind") == []
    assert catalogue.first(operations).id == "getPeople"


def test_an_id_finds_its_operation_first(sandbox: Sandbox) -> None:
    """Before those whose id begins with it."""
    found = catalogue.find(schema_of(sandbox).operations.values(), "getcontacts")
    assert found[0].id == "getContacts"
    assert len(found) > 1


def test_the_first_operation_of_the_sandbox_reads_the_contacts(sandbox: Sandbox) -> None:
    """Somebody new sees something that works."""
    assert catalogue.first(schema_of(sandbox).operations.values()).id == "getContacts"


def test_what_the_service_wants_besides_is_filled_in() -> None:
    """The source of a contact is no choice of a newcomer's."""
    source = {"type": "string", "enum": ["Account", "Contact"]}
    body = {"type": "object", "properties": {"first_name": {"type": "string"}, "create_source": source}}
    given = [{"name": "body", "in": "body", "schema": body}]
    schema = read_schema({"paths": {"/x": {"post": {"operationId": "x", "parameters": given, "responses": {}}}}})
    first: Field = form_of(schema.operations["x"]).body[0]
    assert (first.label, first.starts_with) == ("create_source", "Account")


def test_it_needs_no_ipywidgets() -> None:
    """Forms, code and files work in a script: the room imports where ipywidgets cannot be imported."""
    modules = "asking, catalogue, code, environments, filling, forms, offers, views"
    script = f"import sys; sys.modules['ipywidgets'] = None; from cctoolkit.explorer import {modules}"
    subprocess.run([sys.executable, "-c", script], check=True)
