"""Requests that nobody would think of, made from the descriptions: never a 500, always the service's error shape.

The witness of the `sandbox` fixture judges each answer's shape. The seed is fixed, so that CI says the same each time.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from cctoolkit._httpx import httpx
from cctoolkit.in_process import InProcess
from cctoolkit.sandbox import Sandbox
from cctoolkit.sandbox.app import own_description
from tests.published_schema import SKIP_REASON, PublishedSchema

pytestmark = pytest.mark.thorough

EXAMPLES = 6
#: Requests that an HTTP client refuses to send at all: their characters fit into no header or address, their file is none.
UNSENDABLE = (UnicodeEncodeError, AttributeError, TypeError, ValueError, httpx.InvalidURL, httpx.LocalProtocolError)


def _fuzz(sandbox: Sandbox, description: dict[str, Any], base_url: str) -> Counter[int]:
    """How often each status was answered."""
    import schemathesis  # two seconds, which only this test spends

    statuses: Counter[int] = Counter()
    headers = {"Authorization": f"Bearer {sandbox.access_token()}"}
    with httpx.Client(headers=headers, timeout=30, transport=InProcess(sandbox)) as client:
        for result in schemathesis.openapi.from_dict(description).get_all_operations():
            operation = result.ok()

            @seed(20261124)
            @settings(
                max_examples=EXAMPLES,
                deadline=None,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy())
            def send(case: Any) -> None:
                request = case.as_transport_kwargs(base_url=base_url)
                request.pop("cookies", None)
                if isinstance(request.get("data"), bytes | str):  # a body as it is, which httpx calls otherwise
                    request["content"] = request.pop("data")
                try:
                    answer = client.request(**{name: value for name, value in request.items() if value is not None})
                except UNSENDABLE:
                    return
                statuses[answer.status_code] += 1
                assert answer.status_code < 500, f"{case.method} {case.path}: {answer.text}"

            send()
    return statuses


def test_requests_from_the_own_description(sandbox: Sandbox) -> None:
    """Every operation, with values that fit and values that do not."""
    statuses = _fuzz(sandbox, own_description(sandbox.app), sandbox.url)
    assert sum(statuses.values()) > 128 * EXAMPLES / 2
    assert {200, 400, 403, 404} <= set(statuses)


def test_requests_from_the_published_schema(sandbox: Sandbox, published_schema: PublishedSchema | None) -> None:
    """As another client, made from the vendor's description, would send them."""
    if published_schema is None:
        pytest.skip(SKIP_REASON)
    statuses = _fuzz(sandbox, published_schema.spec, sandbox.api_url)
    assert sum(statuses.values()) > 128 * EXAMPLES / 2
    assert {200, 400, 403, 404} <= set(statuses)
