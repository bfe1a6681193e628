"""Which calls are let through, what becomes of them, and what is said of the others."""

from __future__ import annotations

from typing import Any

import pytest

import cctoolkit
from cctoolkit._httpx import httpx
from cctoolkit.api import Client, paging
from cctoolkit.api.checking import check_call
from cctoolkit.api.schema import OperationSchema, read_schema
from cctoolkit.api.transport import FixedToken, Transport

LIST_ID = "00000000-0000-1000-8000-fa163e000000"


def _operation(described: dict[str, Any]) -> OperationSchema:
    paths = {"/things/{list_id}": {"put": {"operationId": "putThing", **described}}}
    return read_schema({"swagger": "2.0", "paths": paths}).operations["putThing"]


@pytest.mark.parametrize("name", ["body", "JSON PUT body", "JSON_PUT_body"])
def test_a_body_goes_by_its_own_name_too(name: str) -> None:
    """`body`, the name in the description, and that name as Python can write it."""
    operation = _operation({"parameters": [{"name": "JSON PUT body", "in": "body", "required": True, "schema": {}}]})
    request = check_call(operation, {"list_id": LIST_ID, name: {"name": "News"}})
    assert request.content["content"] == b'{"name": "News"}'


def test_a_body_under_two_names_is_refused() -> None:
    """Nobody can say which of the two is meant."""
    operation = _operation({"parameters": [{"name": "thing", "in": "body", "schema": {}}]})
    with pytest.raises(cctoolkit.BadRequest, match="given twice"):
        check_call(operation, {"list_id": LIST_ID, "body": {}, "thing": {}})


def test_each_of_several_values_is_checked() -> None:
    """The allowed values of a text that is written once for each stand with its items."""
    kinds = {
        "type": "string",
        "collectionFormat": "multi",
        "items": {"type": "string", "enum": ["em_sends", "em_opens"]},
    }
    operation = _operation({"parameters": [{"name": "kinds", "in": "query", **kinds}]})
    assert check_call(operation, {"list_id": "x", "kinds": ["em_sends", "em_opens"]}).query == [
        ("kinds", "em_sends"),
        ("kinds", "em_opens"),
    ]
    with pytest.raises(cctoolkit.BadRequest, match="did you mean em_opens"):
        check_call(operation, {"list_id": "x", "kinds": ["em_sends", "em_open"]})


@pytest.mark.parametrize(("value", "said"), [("..", "leads elsewhere"), (".", "leads elsewhere"), (" ", "is empty")])
def test_a_part_of_the_path_stays_one(value: str, said: str) -> None:
    """What would lead to another address is refused, and said as what it is."""
    with pytest.raises(cctoolkit.BadRequest, match=said):
        check_call(_operation({}), {"list_id": value})


def _client(answer: httpx.Response) -> Client:
    transport = Transport(
        "https://undescribed.example/v3", FixedToken("t"), transport=httpx.MockTransport(lambda request: answer)
    )
    return Client(transport, "custom")


def test_no_address_of_a_person_is_in_a_message() -> None:
    """A link in a circle names the path alone."""
    page = {"contacts": [], "_links": {"next": {"href": "/v3/contacts?cursor=a"}}}
    with _client(httpx.Response(200, json=page)) as client:
        answers = paging.pages(client._transport, "/contacts?email=ana%40example.com", None)
        with pytest.raises(cctoolkit.UnexpectedAnswer, match=r"^/contacts: the link") as caught:
            list(answers)
    assert "ana" not in str(caught.value)
