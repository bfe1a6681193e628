"""Whether a call fits its operation, and the request that it becomes: before one of the day's requests is spent on it."""

from __future__ import annotations

import difflib
import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import Enum
from numbers import Integral, Real
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote, urlencode
from uuid import UUID

from ..errors import BadRequest, ContactFileError
from .schema import Body, OperationSchema, Parameter, Value, python_name

#: What each type is called in a message.
TYPES = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "True or False",
    "array": "a list",
    "object": "a dict",
    "file": "a file",
}
#: The body among the values by name; no parameter is called so.
_BODY = ""
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class Misfit(Exception):
    """Why a value does not fit, as the end of a sentence that begins with its name."""


@dataclass
class Request:
    """A checked call: `path` with its query, and what HTTPX sends with it."""

    path: str
    query: list[tuple[str, str]] = field(default_factory=list)
    content: dict[str, Any] = field(default_factory=dict)

    def address(self, **more: str) -> str:
        """The path with the query; `more` takes the place of what is in it."""
        query = [(name, value) for name, value in self.query if name not in more] + list(more.items())
        return f"{self.path}?{urlencode(query)}" if query else self.path


def refuse(operation: OperationSchema, message: str) -> NoReturn:
    raise BadRequest(400, "", f"{operation.id}: {message}", "")


def nearest(name: str, known: Iterable[str]) -> str:
    """`did you mean …? ` where there is one alike, else nothing."""
    near = difflib.get_close_matches(name, list(known), 1)
    return f"did you mean {near[0]}? " if near else ""


def check_call(operation: OperationSchema, given: Mapping[str, Any]) -> Request:
    """The request of a call. A parameter that is None is left out; both its own name and its Python one are taken.

    Raises `BadRequest` with one sentence when it does not fit, `ContactFileError` when a file cannot be read.
    """
    values = _by_parameter(operation, given)
    request = Request(operation.path)
    form: dict[str, str] = {}
    for parameter in operation.parameters:
        value = values.get(parameter.name)
        if value is None:
            if parameter.required:
                refuse(operation, f"{parameter.python_name} is required; it is {described(parameter.value)}")
            continue
        try:
            if parameter.value.type == "file":
                request.content["files"] = {parameter.name: _file(value)}
                continue
            written = _written(parameter, value)
        except Misfit as misfit:
            refuse(operation, f"{parameter.python_name} {misfit}")
        if parameter.place == "path":
            request.path = request.path.replace(f"{{{parameter.name}}}", quote(written[0], safe=",@"))
        elif parameter.place == "query":
            request.query += [(parameter.name, one) for one in written]
        elif parameter.place == "form":
            form[parameter.name] = ",".join(written)
        else:
            request.content.setdefault("headers", {})[parameter.name] = ",".join(written)
    if form:
        request.content["data"] = form
    if operation.body is not None:
        try:
            body = _plain(values.get(_BODY))
        except Misfit as misfit:
            refuse(operation, f"body {misfit}")
        except RecursionError:
            refuse(operation, "body holds itself")
        _check_body(operation, operation.body, body)
        if body is not None:
            try:
                request.content["content"] = json.dumps(body, allow_nan=False).encode()
            except ValueError:
                refuse(operation, "body holds a number that JSON has not (NaN or infinity)")
            request.content.setdefault("headers", {})["Content-Type"] = "application/json"
    return request


def described(value: Value) -> str:
    """What a value may be, for people: `a whole number from 1 to 500`, `one or more of all, active`."""
    if value.enum:
        several = value.separated or value.type == "array"
        said = f"{'one or more' if several else 'one'} of {', '.join(map(str, value.enum))}"
    elif value.format == "uuid":
        said = "one or more ids (UUIDs)" if value.separated or value.type == "array" else "an id (UUID)"
    elif value.format == "date-time":
        said = "a datetime, or ISO 8601 text such as 2026-01-31T08:00:00Z"
    elif value.separated:
        said = "one or more texts"
    else:
        said = TYPES.get(value.type, "any value")
    low, high = value.minimum, value.maximum
    if low is not None and high is not None:
        said += f" from {low:g} to {high:g}"
    elif low is not None or high is not None:
        said += f" of at least {low:g}" if low is not None else f" up to {high:g}"
    if value.max_length is not None:
        said += f" of at most {value.max_length} characters"
    if value.max_items is not None:
        said += f", at most {value.max_items}"
    return said


def _by_parameter(operation: OperationSchema, given: Mapping[str, Any]) -> dict[str, Any]:
    """The values by the description's names, the body's under `_BODY`."""
    body = operation.body
    names = {} if body is None else dict.fromkeys(("body", body.name, python_name(body.name)), _BODY)
    names |= {parameter.python_name: parameter.name for parameter in operation.parameters}
    names |= {parameter.name: parameter.name for parameter in operation.parameters}
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name not in names:
            known = [parameter.python_name for parameter in operation.parameters]
            known += ["body"] if body is not None else []
            takes = f"it takes {', '.join(known)}" if known else "it takes none"
            refuse(operation, f"there is no parameter {name}; {nearest(name, known)}{takes}")
        if names[name] in values and value is not None:
            refuse(operation, f"{name} was given twice, under both its names")
        if value is not None:
            values[names[name]] = value
    return values


def _several(value: object) -> list[Any] | None:
    """The values in something that holds several; None for a single one."""
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Iterable):
        return None
    return list(value)


def _written(parameter: Parameter, value: Any) -> list[str]:
    """A value as the service reads it; more than one text where each is written for itself."""
    rules = parameter.value
    entries = _several(value)
    # A text without any rule may be a list with commas that nobody declared as one.
    plain = rules.type in {"", "string"} and not rules.enum and not rules.format and parameter.place == "query"
    if entries is None and isinstance(value, str) and (rules.separated or rules.type == "array"):
        entries = [one.strip() for one in value.split(",")]
    if entries is None:
        written = [_scalar(rules, value)]
    elif not (rules.separated or rules.repeated or rules.type == "array" or plain):
        raise Misfit(f"is a list, and takes a single value: {described(rules)}")
    elif not entries:
        raise Misfit("is an empty list: leave it out, or give at least one value")
    else:
        one = Value(format=rules.format, enum=rules.enum) if rules.type == "array" else rules
        written = [_scalar(one, entry) for entry in entries]
        if rules.max_items is not None and len(written) > rules.max_items:
            raise Misfit(f"has {len(written)} values, and takes at most {rules.max_items}: send them in several calls")
        if not rules.repeated:
            written = [",".join(written)]
    if parameter.place == "path" and any(text.strip() in {"", ".", ".."} for text in written):
        what = f"is {_shown(value)}, which leads elsewhere" if str(value).strip() else "is empty"
        raise Misfit(f"{what}; it is {described(rules)}")
    if parameter.place == "header" and any(not text.isprintable() or not text.isascii() for text in written):
        raise Misfit("holds characters that a header must not hold")
    return written


def _scalar(rules: Value, value: Any) -> str:
    """One value of a parameter, checked and written."""
    value = value.value if isinstance(value, Enum) else value
    wrong = Misfit(f"is {_shown(value)}, and has to be {described(rules)}")
    if rules.type == "boolean":
        text = str(value).lower() if isinstance(value, (bool, str)) else ""
        if text not in {"true", "false"}:
            raise wrong
        return text
    if rules.type in {"integer", "number"}:
        return _number(rules, value, wrong)
    if isinstance(value, bool) and rules.type:
        raise wrong
    if isinstance(value, bool):
        text = str(value).lower()
    elif isinstance(value, date):  # datetime is one
        if rules.format not in {"", "date", "date-time"} or value != value:  # pandas' NaT equals nothing
            raise wrong
        text = _moment(value, rules.format)
    elif isinstance(value, (str, Integral, UUID)) or (isinstance(value, Real) and not rules.type):
        text = str(value)
    else:
        raise wrong
    _check_text(rules, text)
    return text


def _number(rules: Value, value: Any, wrong: Misfit) -> str:
    if isinstance(value, str) and re.fullmatch(r"\s*-?\d{1,18}\s*", value, re.ASCII):
        value = int(value)
    real = isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
    if not real or (rules.type == "integer" and not isinstance(value, Integral)):
        raise wrong
    _check_size(rules, value)
    return str(value)


def _check_size(rules: Value, value: Any) -> None:
    if (rules.minimum is not None and value < rules.minimum) or (rules.maximum is not None and value > rules.maximum):
        raise Misfit(f"is {value}, and has to be {described(rules)}")


def _check_text(rules: Value, text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Misfit("holds half a character, which no text has: copy it again") from None
    if rules.enum and text not in {str(one) for one in rules.enum}:
        known = [str(one) for one in rules.enum]
        near = difflib.get_close_matches(text, known, 1)
        meant = f": did you mean {near[0]}? It is" if near else ", and has to be"
        raise Misfit(f"is {_shown(text)}{meant} {described(rules)}")
    if rules.format == "uuid" and not _UUID.fullmatch(text.strip()):
        raise Misfit(f"is {_shown(text)}, and has to be {described(rules)}")
    if rules.format == "date-time":
        try:
            datetime.fromisoformat(text.strip())
        except ValueError:
            raise Misfit(f"is {_shown(text)}, and has to be {described(rules)}") from None
    if rules.max_length is not None and len(text) > rules.max_length:
        raise Misfit(f"has {len(text)} characters, and takes at most {rules.max_length}")
    if rules.min_length is not None and len(text) < rules.min_length:
        raise Misfit(f"has {len(text)} characters, and needs at least {rules.min_length}")
    if rules.pattern and not re.search(rules.pattern, text):
        raise Misfit(f"is {_shown(text)}, which does not match the pattern {rules.pattern}")


def _moment(value: date, form: str = "date-time") -> str:
    """ISO 8601 with Z. A datetime without a zone is UTC, as the service reads one; a bare date is its first moment."""
    if isinstance(value, datetime) and form != "date":
        try:
            zoned = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        except OverflowError:
            raise Misfit(
                f"holds {_shown(value)}, which is no moment in UTC: give one within the years 1 to 9999"
            ) from None
        return zoned.isoformat().replace("+00:00", "Z")
    day = value.isoformat()[:10]
    return f"{day}T00:00:00Z" if form == "date-time" else day


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _file(value: Any) -> tuple[str, bytes, str]:
    """Name, content and type of what was given for a file: a path, the content itself, or an open file."""
    if isinstance(value, (bytes, bytearray)):
        return "contacts.csv", bytes(value), "text/csv"
    if hasattr(value, "read"):
        content = value.read()
        name = Path(str(getattr(value, "name", ""))).name or "contacts.csv"
        return name, content.encode() if isinstance(content, str) else bytes(content), "text/csv"
    try:
        return Path(value).name, Path(value).read_bytes(), "text/csv"
    except TypeError:
        raise Misfit(f"is {_shown(value)}, and has to be a path, bytes or an open file") from None
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else error
        raise ContactFileError(f"{value} cannot be read ({said}): check the path.") from error


def _check_body(operation: OperationSchema, rules: Body, body: Any) -> None:
    """The top level of a body: the names, the required ones, and what each value may be."""
    names = [one.name for one in rules.properties]
    wanted = [one.name for one in rules.properties if one.required]
    holds = f"; it holds {', '.join(names)}" if names else ""
    holds += f" ({', '.join(wanted)} required)" if wanted else ""
    if body is None:
        if rules.required:
            refuse(operation, f"body={{…}} is required{holds}")
        return
    if rules.type == "array" or (not rules.type and not isinstance(body, Mapping)):
        if rules.type == "array" and not isinstance(body, list):
            refuse(operation, f"body is {_shown(body)}, and has to be a list")
        return
    if not isinstance(body, Mapping):
        refuse(operation, f"body is {type(body).__name__}, and has to be a dict{holds}")
    known = {one.name: one for one in rules.properties}
    for name, value in body.items():
        if name not in known and not rules.open:
            refuse(
                operation, f"body holds {_shown(name)}, which does not exist; {nearest(str(name), known)}{holds[2:]}"
            )
        if name in known and value is not None:
            try:
                check_property(known[name].value, value)
            except Misfit as misfit:
                refuse(operation, f"body[{name!r}] {misfit}")
    for one in rules.properties:
        if one.required and one.name not in body:
            refuse(operation, f"body[{one.name!r}] is required; it is {described(one.value)}")


def check_property(rules: Value, value: Any) -> None:
    """Whether a property of a body is what it may be. Raises `Misfit`, which says why it is not."""
    wrong = Misfit(f"is {_shown(value)}, and has to be {described(rules)}")
    if rules.type == "string":
        if not isinstance(value, str):
            raise wrong
        if rules.format == "date-time":  # bodies are known to take dates in more than one form
            return
        _check_text(rules, value)
    elif rules.type == "boolean":
        if not isinstance(value, bool):
            raise wrong
    elif rules.type in {"integer", "number"}:
        if isinstance(value, str):
            raise wrong
        _number(rules, value, wrong)
    elif rules.type == "array":
        if not isinstance(value, list):
            raise wrong
        if rules.max_items is not None and len(value) > rules.max_items:
            raise Misfit(f"has {len(value)} values, and takes at most {rules.max_items}: send them in several calls")
    elif rules.type == "object" and not isinstance(value, Mapping):
        raise wrong


def _plain(value: Any) -> Any:
    """A body as JSON has it: datetimes as ISO 8601, UUIDs and enumerations as texts."""
    if value is None or isinstance(value, (str, bool, int, float)):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, Mapping):
        return {str(name): _plain(entry) for name, entry in value.items()}
    if isinstance(value, date) and value == value:  # pandas' NaT equals nothing
        return _moment(value, "date-time" if isinstance(value, datetime) else "date")
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(value)
    entries = _several(value)
    if entries is not None:
        return [_plain(entry) for entry in entries]
    raise Misfit(f"holds {_shown(value)}, which JSON has no form for: write it as text or number")
