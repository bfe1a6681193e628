"""What `help()`, Shift-Tab and `cctoolkit schema show` say of an operation."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Iterable, Sequence
from html import escape, unescape
from typing import Any, Literal

from .checking import described
from .schema import OperationSchema, Parameter, Value

WIDTH = 96
_TYPES: dict[str, Any] = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": bool,
    "array": list,
    "object": dict,
}


def signature(operation: OperationSchema) -> inspect.Signature:
    """Keyword parameters, the required ones first; a default is the service's own, and is not sent."""
    parameters: dict[str, inspect.Parameter] = {}
    for one in sorted(operation.parameters, key=lambda one: not one.required):
        parameters.setdefault(one.python_name, _parameter(one.python_name, one.required, one.value))
    if operation.body is not None:
        parameters.setdefault("body", _parameter("body", operation.body.required, Value(type=operation.body.type)))
    in_order = sorted(parameters.values(), key=lambda one: one.default is not inspect.Parameter.empty)
    return inspect.Signature(in_order)


def document(operation: OperationSchema) -> str:
    """The whole of what is known of an operation, as text."""
    parts = [operation.summary or operation.id, f"{operation.method} {operation.path}"]
    if operation.description and operation.description != operation.summary:
        parts.append(textwrap.fill(plain(operation.description), WIDTH))
    if operation.parameters:
        parts.append("Parameters\n" + "\n".join(_entry(one) for one in operation.parameters))
    if operation.body is not None:
        wanted = "required" if operation.body.required else "optional"
        head = f"body: {'a list' if operation.body.type == 'array' else 'a dict'}, {wanted}"
        parts.append(f"{head}\n" + "\n".join(_entry(one) for one in operation.body.properties))
    if operation.answer.records is not None:
        named = f"the list {operation.answer.records}" if operation.answer.records else "a list"
        parts.append(f"Answers with {named}: .pages(), .iter() and .frame() go over all pages.")
    if operation.scopes:
        parts.append(f"Needs the scope {' and '.join(operation.scopes)}.")
    if operation.method != "GET":
        parts.append("It writes: on the live service, calling it is your yes.")
    return "\n\n".join(part.rstrip() for part in parts) + "\n"


def text_table(operations: Iterable[OperationSchema]) -> str:
    """Id, method, path and summary, a line each."""
    rows = [(one.id, one.method, one.path, one.summary) for one in operations]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row[:3], widths, strict=True)), row[3]]).rstrip()
        for row in rows
    )


def html_table(operations: Sequence[OperationSchema]) -> str:
    """The same as HTML; each text is the service's, so it is escaped."""
    heads = "".join(f"<th style='text-align:left'>{name}</th>" for name in ("operation", "method", "path", "summary"))
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td style='text-align:left'>{escape(cell)}</td>" for cell in (one.id, one.method, one.path, one.summary)
        )
        + "</tr>"
        for one in operations
    )
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _parameter(name: str, required: bool, value: Value) -> inspect.Parameter:
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=inspect.Parameter.empty if required else value.default,
        annotation=_annotation(value, required),
    )


def _annotation(value: Value, required: bool) -> Any:
    kind: Any = Literal[value.enum] if value.enum else _TYPES.get(value.type, Any)
    if value.separated and value.type == "string":
        kind = kind | list[kind]
    elif value.type == "array" and value.enum:
        kind = list[kind]
    return kind if required or kind is Any else kind | None


def _entry(one: Parameter) -> str:
    said = [described(one.value)]
    if one.required:
        said.append("required")
    if one.value.default is not None:
        said.append(f"default {one.value.default}")
    if one.place != "body" and one.name != one.python_name:
        said.append(f"written {one.name}")
    name = one.name if one.place == "body" else one.python_name
    head = textwrap.fill(f"{name}: {', '.join(said)}", WIDTH, initial_indent="  ", subsequent_indent="      ")
    if not one.description:
        return head
    about = textwrap.fill(plain(one.description), WIDTH, initial_indent="      ", subsequent_indent="      ")
    return f"{head}\n{about}"


def plain(text: str) -> str:
    """A description as a terminal can show it: without HTML's tags, and links by their words alone."""
    text = re.sub(r"\[([^\[\]]+)\]\([^()\s]+\)", r"\1", text)
    text = re.sub(r"<li\b[^<>]*>", " - ", text, flags=re.IGNORECASE)
    text = re.sub(r"</?[a-z][a-z0-9]*(\s[^<>]*)?/?>", "", text, flags=re.IGNORECASE)
    return " ".join(unescape(text).split())
