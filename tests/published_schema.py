"""The vendor's published schema as a judge, where it is present beside the project. It is not part of the project."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml

PATH = Path(__file__).parents[2] / "shared" / "reference" / "constant-contact-v3.swagger.yaml"
SKIP_REASON = "the published schema is not present beside the project"


def _date_time(value: str) -> bool:
    """RFC 3339, and the one form of the live service that is not: `…49.766+0000`, of confirmed account emails."""
    return bool(_RFC_3339.fullmatch(value) or re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000", value))


_RFC_3339 = re.compile(r"\d{4}-(0\d|1[0-2])-([0-2]\d|3[01])[Tt]\d\d:[0-5]\d:[0-6]\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")


class PublishedSchema:
    def __init__(self, spec: dict[str, Any]) -> None:
        self.spec = spec
        self._paths = [
            (re.compile("/v3" + re.sub(r"\{[^}]+\}", "[^/]+", path) + "$"), path.count("{"), methods)
            for path, methods in spec["paths"].items()
        ]
        self._paths.sort(key=lambda entry: entry[1])  # /contacts/counts before /contacts/{contact_id}
        self._validators: dict[str, jsonschema_rs.Draft4Validator] = {}
        self.checked = 0

    @classmethod
    def load(cls) -> PublishedSchema | None:
        if not PATH.exists():
            return None
        return cls(yaml.load(PATH.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))

    def check_answer(self, method: str, path: str, status: int, content_type: str, body: bytes) -> None:
        """Fail when an answer is not what the schema says for its operation and status."""
        operation = self._operation(method, path)
        # 415 and 429 can befall any request, and 400 any that a person wrote; the schema is not complete there.
        if operation is None or status in (400, 401, 403, 404, 415, 429):
            return
        declared = operation["responses"].get(str(status))
        assert declared is not None, f"the published schema has no {status} for {method} {path}"
        if "schema" not in declared:
            return
        answer = json.loads(body) if content_type.startswith("application/json") else body.decode()
        self._validator(f"{operation['operationId']} {status}", declared["schema"]).validate(answer)
        self.checked += 1

    def _validator(self, name: str, schema: dict[str, Any]) -> jsonschema_rs.Draft4Validator:
        """In Rust, and made once: a page of 500 contacts took longer to judge than to answer."""
        if name not in self._validators:
            whole = {**schema, "definitions": self.spec["definitions"]}
            self._validators[name] = jsonschema_rs.Draft4Validator(
                whole, formats={"date-time": _date_time}, validate_formats=True
            )
        return self._validators[name]

    def parameters(self, method: str, path: str) -> set[str]:
        """The names of an operation's query and path parameters."""
        given = self.spec["paths"][path.removeprefix("/v3")][method]["parameters"]
        return {parameter["name"] for parameter in given if parameter["in"] in ("query", "path")}

    def operations(self) -> set[tuple[str, str]]:
        """Method and path of each operation."""
        return {
            (method, f"/v3{path}")
            for path, methods in self.spec["paths"].items()
            for method in methods
            if method != "parameters"
        }

    def _operation(self, method: str, path: str) -> dict[str, Any] | None:
        for pattern, _, methods in self._paths:
            if pattern.match(path):
                found: dict[str, Any] | None = methods.get(method.lower())
                return found
        return None
