"""What `help()` says of an operation, whoever wrote the description."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cctoolkit.api.operation_help import document
from cctoolkit.api.schema import OperationSchema, read_schema


def _operation(described: dict[str, Any]) -> OperationSchema:
    paths = {"/things/{list_id}": {"put": {"operationId": "putThing", **described}}}
    return read_schema({"swagger": "2.0", "paths": paths}).operations["putThing"]


def test_markup_is_read_not_shown() -> None:
    """Tags, entities and the addresses of links are not for a terminal; a lesser-than sign is."""
    about = "Use <code>a</code> &amp; <ul><li>b</li><li class='x'>c</li></ul>, see [the guide](/guide/x.html); 1 < 2"
    shown = document(_operation({"description": about}))
    assert "Use a & - b - c, see the guide; 1 < 2" in shown


@given(st.text())
def test_any_description_can_be_shown(text: str) -> None:
    """Whatever a description holds, there is a text to show."""
    operation = _operation(
        {"summary": text, "description": text, "parameters": [{"name": "a", "in": "query", "description": text}]}
    )
    assert "PUT /things/{list_id}" in document(operation)
