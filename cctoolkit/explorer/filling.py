"""What somebody wrote into a form, as the arguments of a call, and back."""

from __future__ import annotations

import dataclasses
import json
import math
import re
from collections.abc import Mapping
from typing import Any

from ..errors import BadRequest
from .forms import Field, Form

#: A form's values by the names of its fields: texts; a tuple of texts for `choices`; a `NamedFile` for `file`.
Values = Mapping[str, Any]


@dataclasses.dataclass(frozen=True)
class NamedFile:
    """A file that was chosen in the browser; like an open one, but read as often as it is sent."""

    name: str
    content: bytes = dataclasses.field(repr=False)

    def read(self) -> bytes:
        return self.content


def arguments(form: Form, values: Values, body_text: str | None = None) -> dict[str, Any]:
    """The arguments of the call. What is empty is left out; `body_text` is the body as JSON, in place of its fields.

    What cannot be a number stays a text: the check of the call then says what it has to be. Raises `BadRequest` for
    JSON that is none.
    """
    found = {
        field.argument: value
        for field in form.parameters
        if (value := _value(form, field, values.get(field.name))) is not None
    }
    if not form.takes_body:
        return found
    body: Any
    if body_text is not None:
        body = _json(form, "body", body_text) if body_text.strip() else None
    else:
        body = {}
        for field in form.body:
            value = _value(form, field, values.get(field.name))
            if value is not None:
                inner = body
                for name in field.path[:-1]:
                    inner = inner.setdefault(name, {})
                inner[field.path[-1]] = value
        required = form.operation.body is not None and form.operation.body.required
        body = body if body or (required and form.body) else None
    return found if body is None else {**found, "body": body}


def values_of(form: Form, given: Mapping[str, Any]) -> tuple[dict[str, Any], str | None]:
    """The opposite: the values that make the form give these arguments, and the body as JSON where its fields cannot."""
    values = {
        field.name: _written(field, given[field.argument])
        for field in form.parameters
        if given.get(field.argument) is not None
    }
    body = given.get("body")
    if body is None:
        return values, None
    fields: dict[str, Any] = {}
    for field in form.body:
        found: Any = body
        for name in field.path:
            found = found.get(name) if isinstance(found, Mapping) else None
        if found is not None:
            fields[field.name] = _written(field, found)
    try:
        whole = arguments(form, {**values, **fields}).get("body") == body
    except BadRequest:
        whole = False
    return ({**values, **fields}, None) if whole else (values, pretty(body))


def pretty(body: Any) -> str:
    """A body as the form's JSON."""
    return json.dumps(body, indent=2, ensure_ascii=False, default=str)


def _value(form: Form, field: Field, written: Any) -> Any:
    """The value of a field; None where nothing was written."""
    if field.kind == "file":
        return written
    if field.kind == "choices":
        chosen = [_typed(one, field.entries) for one in written or ()]
        return chosen or None
    if written is None or (isinstance(written, str) and not written.strip()):
        return None
    text = str(written)
    if field.kind == "json":
        return _json(form, field.label, text)
    if field.kind == "texts":
        return [_typed(one.strip(), field.entries) for one in re.split(r"[,\n]", text) if one.strip()] or None
    if field.kind == "yes or no":
        return {"true": True, "false": False}.get(text, text)
    if field.kind in {"number", "choice"}:
        return _typed(text.strip(), field.value.type)
    return text if field.kind == "long text" else text.strip()


def _typed(text: str, kind: str) -> Any:
    """A number where one was meant and written, else the text."""
    if kind in {"integer", "number"} and re.fullmatch(r"-?\d{1,18}", text, re.ASCII):
        return int(text)
    if kind == "number":
        try:
            number = float(text)
        except ValueError:
            return text
        return number if math.isfinite(number) else text
    return text


def _written(field: Field, value: Any) -> Any:
    if field.kind == "file":
        return value
    if field.kind == "json":
        return pretty(value)
    if field.several:
        several = value if isinstance(value, (list, tuple, set, frozenset)) else str(value).split(",")
        texts = tuple(str(one).strip() for one in several)
        return texts if field.kind == "choices" else ", ".join(texts)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value).lower() if isinstance(value, bool) else str(value)


def _json(form: Form, name: str, text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        said = f"{name} is no JSON: {error.msg} in line {error.lineno}, column {error.colno}"
    except RecursionError:
        said = f"{name} is nested too deeply"
    except ValueError as error:
        said = f"{name} is no JSON: {error}"
    raise BadRequest(400, "", f"{form.operation.id}: {said}", "")


def _no_constant(name: str) -> Any:
    raise ValueError(f"it has no {name}")
