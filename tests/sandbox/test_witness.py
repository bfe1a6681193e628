"""The judges themselves: that they see, and that they object."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from cctoolkit._httpx import httpx
from cctoolkit.sandbox import Sandbox
from tests.published_schema import SKIP_REASON, PublishedSchema
from tests.witness import Witness


def _served(http: httpx.Client) -> dict[str, Any]:
    text = http.get("/swagger.yaml").text
    described: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return described


def test_the_own_description_is_served(http: httpx.Client, sandbox: Sandbox) -> None:
    """At the place of the live service's; with every operation."""
    described = _served(http)
    assert (described["swagger"], described["basePath"]) == ("2.0", "/v3")
    assert sum(len(methods) for methods in described["paths"].values()) == 128
    assert set(described["paths"]["/contacts"]["get"]["responses"]) == {
        "200",
        *map(str, (400, 401, 403, 404, 409, 415, 429)),
    }


def test_the_own_description_is_as_rich_as_the_published_one(
    http: httpx.Client, published_schema: PublishedSchema | None
) -> None:
    """The same operations; each parameter in its place, required or not, with the same allowed values; each body."""
    if published_schema is None:
        pytest.skip(SKIP_REASON)
    own = _served(http)["paths"]
    for path, methods in published_schema.spec["paths"].items():
        for method, operation in methods.items():
            described = own[path][method]
            assert described["operationId"] == operation["operationId"]
            ours = {(entry["in"], entry["name"]): entry for entry in described["parameters"]}
            for entry in operation["parameters"]:
                place = (entry["in"], "body" if entry["in"] == "body" else entry["name"])
                assert place in ours, f"{method} {path} has no {place}"
                if entry["in"] == "body":
                    continue
                named = f"{method} {path} {entry['name']}"
                assert ours[place]["required"] == entry["required"], named
                if _allowed(entry):
                    assert _allowed(ours[place]) == _allowed(entry), named


def _allowed(parameter: dict[str, Any]) -> set[str]:
    """The allowed values; two that are published as one (`A, B`) are two."""
    values = parameter.get("enum") or parameter.get("items", {}).get("enum") or []
    return {part for value in values for part in value.split(", ")}


def test_the_own_description_is_swagger_2(http: httpx.Client, sandbox: Sandbox) -> None:
    """Its references and addresses lead somewhere, and the words of OpenAPI 3 are not in it."""
    text = http.get("/swagger.yaml").text
    described = _served(http)
    definitions = described["definitions"]
    assert described["securityDefinitions"]["oauth2"]["tokenUrl"] == sandbox.description()["token"]
    assert set(re.findall(r"#/definitions/(\w+)", text)) == set(definitions)
    assert not re.search(r"^\s*(- )?(anyOf|oneOf|const|requestBody|openapi):|#/components", text, re.MULTILINE)


def test_a_wrong_answer_is_objected_to(sandbox: Sandbox, published_schema: PublishedSchema | None) -> None:
    """Of an undeclared status, an error of another shape, a field of another type."""
    from cctoolkit.sandbox.app import own_description

    if published_schema is None:
        pytest.skip(SKIP_REASON)
    witness, described = Witness(published_schema), own_description(sandbox.app)
    request = {"method": "GET", "path": "/v3/contacts"}
    for status, body in ((418, b"{}"), (400, b'{"error": "x"}'), (200, b'{"contacts": [{"contact_id": 5}]}')):
        witness.check(described, "/v3/contacts", request, {"status": status, "type": "application/json", "body": body})
    assert len(witness.failures) == witness.seen == 3
