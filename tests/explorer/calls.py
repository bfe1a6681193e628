"""What the explorer's tests share: descriptions to make forms of, and a service that answers what a test says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import yaml

from cctoolkit._httpx import httpx
from cctoolkit.api import Client
from cctoolkit.api.schema import Schema, read_schema
from cctoolkit.api.transport import FixedToken, Transport
from cctoolkit.in_process import InProcess
from cctoolkit.sandbox import Sandbox

ID = "0a1b2c3d-4e5f-1111-8000-fa163e000000"
TOKEN = "a-token-that-nobody-must-see"

PEOPLE = {
    "operationId": "getPeople",
    "summary": "All <script>alert(1)</script> people",
    "tags": ["<b>People</b>"],
    "description": "Reads <b>people</b>. " + "Long. " * 100,
    "parameters": [
        {"name": "limit", "in": "query", "type": "integer", "minimum": 1, "maximum": 500, "default": 50},
        {"name": "list_ids", "in": "query", "type": "string", "format": "csv"},
        {"name": "kind", "in": "query", "type": "string", "enum": ["small", "large"]},
    ],
    "responses": {
        "200": {
            "schema": {
                "type": "object",
                "properties": {
                    "people": {
                        "type": "array",
                        "items": {"type": "object", "properties": {"name": {"type": "string"}}},
                    },
                    "_links": {"type": "object"},
                },
            }
        }
    },
}
PERSON_BODY = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "maxLength": 50, "example": "Ada"},
        "age": {"type": "integer", "minimum": 0, "maximum": 150},
        "agrees": {"type": "boolean"},
        "address": {"type": "object", "properties": {"city": {"type": "string"}, "zip": {"type": "string"}}},
        "list_ids": {"type": "array", "items": {"type": "string", "format": "uuid"}, "maxItems": 50},
        "notes": {"type": "array", "items": {"type": "object", "properties": {"text": {"type": "string"}}}},
    },
}
DESCRIBED: dict[str, Any] = {
    "swagger": "2.0",
    "basePath": "/v3",
    "paths": {
        "/people": {
            "get": PEOPLE,
            "post": {
                "operationId": "postPerson",
                "tags": ["People"],
                "parameters": [{"name": "body", "in": "body", "required": True, "schema": PERSON_BODY}],
                "responses": {"201": {"schema": {"type": "object"}}},
            },
        },
        "/people/{person_id}": {
            "delete": {
                "operationId": "deletePerson",
                "parameters": [{"name": "person_id", "in": "path", "required": True, "type": "string"}],
                "responses": {"204": {"description": "gone"}},
            }
        },
        "/files": {
            "post": {
                "operationId": "postFile",
                "tags": ["Files"],
                "parameters": [
                    {"name": "file", "in": "formData", "required": True, "type": "file"},
                    {"name": "list_ids", "in": "formData", "required": True, "type": "string"},
                ],
                "responses": {"201": {"schema": {"type": "object"}}},
            }
        },
    },
}


def described() -> Schema:
    return read_schema(DESCRIBED)


def schema_of(sandbox: Sandbox) -> Schema:
    """What a sandbox says of itself."""
    with httpx.Client(transport=InProcess(sandbox), timeout=60) as anyone:
        content = anyone.get(f"{sandbox.api_url}/swagger.yaml").content
    return read_schema(yaml.load(content, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))


def client_of(
    answer: Callable[[httpx.Request], httpx.Response],
    *,
    service: str = "custom",
    api_url: str = "https://host.example/v3",
) -> Client:
    """A client of a service that describes itself as `DESCRIBED` and answers as a test says."""

    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/swagger.yaml"):
            return httpx.Response(200, content=yaml.safe_dump(DESCRIBED).encode())
        return answer(request)

    return Client(Transport(api_url, FixedToken(TOKEN), transport=httpx.MockTransport(handler)), service)
