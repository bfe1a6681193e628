"""The vendor's published schema as a judge, where it is present beside the project. It is not part of the project."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from cctoolkit._httpx import httpx

PATH = Path(__file__).parents[2] / "shared" / "reference" / "constant-contact-v3.swagger.yaml"
SKIP_REASON = "the published schema is not present beside the project"


_FORMATS = jsonschema.FormatChecker()
_PLAIN_DATE_TIME = _FORMATS.checkers["date-time"][0]


@_FORMATS.checks("date-time")
def _date_time(value: object) -> bool:
    """RFC 3339, and the one form of the live service that is not: `…49.766+0000`, of confirmed account emails."""
    return _PLAIN_DATE_TIME(value) or bool(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000", str(value)))


class PublishedSchema:
    def __init__(self, spec: dict[str, Any]) -> None:
        self._spec = spec
        self._paths = [
            (re.compile("/v3" + re.sub(r"\{[^}]+\}", "[^/]+", path) + "$"), path.count("{"), methods)
            for path, methods in spec["paths"].items()
        ]
        self._paths.sort(key=lambda entry: entry[1])  # /contacts/counts before /contacts/{contact_id}
        self.checked = 0

    @classmethod
    def load(cls) -> PublishedSchema | None:
        if not PATH.exists():
            return None
        return cls(yaml.load(PATH.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))

    def check(self, response: httpx.Response) -> None:
        """Fail when the answer is not what the schema says for this operation and status."""
        response.read()
        operation = self._operation(response.request.method, response.request.url.path)
        if operation is None or response.status_code == 401:
            return
        declared = operation["responses"].get(str(response.status_code))
        assert declared is not None, (
            f"{response.request.method} {response.request.url.path}: the schema has no {response.status_code}"
        )
        if "schema" not in declared:
            return
        schema = {**declared["schema"], "definitions": self._spec["definitions"]}
        is_json = response.headers.get("content-type", "").startswith("application/json")
        answer = json.loads(response.content) if is_json else response.text
        jsonschema.Draft4Validator(schema, format_checker=_FORMATS).validate(answer)
        self.checked += 1

    def parameters(self, method: str, path: str) -> set[str]:
        return {parameter["name"] for parameter in self._spec["paths"][path][method]["parameters"]}

    def operations(self) -> set[tuple[str, str]]:
        """Method and path of each operation."""
        return {
            (method, f"/v3{path}")
            for path, methods in self._spec["paths"].items()
            for method in methods
            if method != "parameters"
        }

    def _operation(self, method: str, path: str) -> dict[str, Any] | None:
        for pattern, _, methods in self._paths:
            if pattern.match(path):
                found: dict[str, Any] | None = methods.get(method.lower())
                return found
        return None
