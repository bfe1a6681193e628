"""The judges themselves: that they see, and that they object."""

from __future__ import annotations

import pytest
import yaml

from cctoolkit._httpx import httpx
from cctoolkit.sandbox import Sandbox
from tests.published_schema import SKIP_REASON, PublishedSchema
from tests.witness import Witness


def test_the_own_description_is_served(http: httpx.Client, sandbox: Sandbox) -> None:
    """At the place of the live service's; with every operation."""
    described = yaml.safe_load(http.get("/swagger.yaml").text)
    assert sum(len(methods) for methods in described["paths"].values()) == 128
    assert set(described["paths"]["/v3/contacts"]["get"]["responses"]) == {
        "200",
        *map(str, (400, 401, 403, 404, 409, 415, 429)),
    }


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
