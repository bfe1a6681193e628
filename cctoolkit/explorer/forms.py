"""What a form for an operation asks: a field for each parameter and, where the body is flat enough, each property."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..api.checking import described
from ..api.operation_examples import WANTED, example_of, example_of_property
from ..api.operation_help import plain
from ..api.schema import Body, OperationSchema, Parameter, Value

#: A body of more fields than these is written as JSON: nobody fills in such a form.
FLAT = 40
#: Texts longer than these get more than one line.
LONG = 255
#: Which ids of the account a field takes, by the end of its name.
OFFERS = {
    "list_id": "lists",
    "list_ids": "lists",
    "lists": "lists",
    "list_memberships": "lists",
    "contact_id": "contacts",
    "contact_ids": "contacts",
    "tag_id": "tags",
    "tag_ids": "tags",
    "tags": "tags",
    "taggings": "tags",
    "campaign_id": "campaigns",
    "campaign_ids": "campaigns",
    "campaign_activity_id": "campaign activities",
    "campaign_activity_ids": "campaign activities",
    "activity_id": "activities",
    "segment_id": "segments",
    "segment_ids": "segments",
    "custom_field_id": "custom fields",
    "custom_field_ids": "custom fields",
}


@dataclass(frozen=True)
class Field:
    """One question of a form.

    `kind` is `text`, `long text`, `number`, `yes or no`, `choice`, `choices`, `texts`, `moment`, `file` or `json`.
    `path` leads to a property of the body; of a parameter it is empty, and `argument` is its name in Python.
    """

    argument: str
    path: tuple[str, ...]
    kind: str
    required: bool
    value: Value
    about: str = ""
    example: str = ""
    choices: tuple[str, ...] = ()
    #: The kind of ids that the account can offer; empty for none.
    offers: str = ""
    #: The type of the entries of `texts`.
    entries: str = ""

    @property
    def name(self) -> str:
        """Unique within a form: `limit`, or `body.email_address.address`."""
        return ".".join(("body", *self.path)) if self.path else self.argument

    @property
    def label(self) -> str:
        return ".".join(self.path) if self.path else self.argument

    @property
    def starts_with(self) -> str:
        """What is in it from the start: who a contact came from, which the service wants of every call."""
        own = self.path and self.path[-1] in WANTED and (not self.choices or "Account" in self.choices)
        return "Account" if own else ""

    @property
    def several(self) -> bool:
        return self.kind in {"choices", "texts"}

    @property
    def hint(self) -> str:
        """What it may be, for people: `required, a whole number from 1 to 500, default 50`."""
        said = ["required"] if self.required else []
        said.append("JSON" if self.kind == "json" else described(self.value))
        if self.kind == "texts" and self.value.type == "array":
            said[-1] = said[-1].replace("a list", "one or more, with commas between them")
        if self.value.default is not None:
            said.append(f"default {_text(self.value.default)}")
        return ", ".join(said)


@dataclass(frozen=True)
class Form:
    """The questions of an operation. `body` is empty where the body is better written as JSON, or there is none."""

    operation: OperationSchema
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    takes_body: bool
    #: A small body that fits the description; None where there is none.
    example: Any

    def __iter__(self) -> Iterator[Field]:
        return iter((*self.parameters, *self.body))

    def __getitem__(self, name: str) -> Field:
        return next(field for field in self if field.name == name)


def form_of(operation: OperationSchema) -> Form:
    """The form of an operation, the required fields first; of the others, how much is asked for."""
    parameters = [_field(one, one.python_name, ()) for one in operation.parameters]
    body = operation.body
    fields = _body_fields(body) if body is not None else None
    return Form(
        operation,
        tuple(sorted(parameters, key=lambda field: (not field.required, field.argument != "limit"))),
        tuple(fields or ()),
        body is not None,
        None if body is None else example_of(body),
    )


def _body_fields(body: Body) -> list[Field] | None:
    """A field for each property and, of an object, for each of its own; None where that makes no good form."""
    if body.type != "object" or not body.properties:
        return None
    fields: list[Field] = []
    for one in body.properties:
        if one.value.type == "object" and one.inner and all(not _nested(deep) for deep in one.inner):
            inner = [_field(deep, "body", (one.name, deep.name), one.required) for deep in one.inner]
            fields += sorted(inner, key=lambda field: not field.required)
        elif one.required and _nested(one):
            return None
        else:
            fields.append(_field(one, "body", (one.name,)))
    if len(fields) > FLAT:
        return None
    # What says whose contact it is comes before the rest of it, and what has to be written as JSON last.
    return sorted(
        fields,
        key=lambda one: (not one.required, one.path[-1] not in WANTED, one.kind == "json", "email" not in one.path[0]),
    )


def _nested(one: Parameter) -> bool:
    return one.value.type in {"object", ""} or (one.value.type == "array" and one.entries in {"object", "array", ""})


def _field(one: Parameter, argument: str, path: tuple[str, ...], wanted: bool = True) -> Field:
    value = one.value
    # Of an object that may be left out, nothing is required.
    return Field(
        argument=argument,
        path=path,
        kind=_kind(one),
        required=one.required and wanted,
        value=value,
        about=plain(one.description),
        example=_shown(one),
        choices=tuple(_text(choice) for choice in value.enum),
        offers=OFFERS.get(one.name, "") if _takes_ids(one) else "",
        entries=one.entries,
    )


def _shown(one: Parameter) -> str:
    """The example of a field, as somebody would write it there."""
    if one.place == "body" and _nested(one):
        return json.dumps(example_of_property(one), ensure_ascii=False)
    return "" if one.example is None else _text(one.example)


def _takes_ids(one: Parameter) -> bool:
    return one.value.type in {"string", "integer", ""} or (one.value.type == "array" and one.entries != "object")


def _kind(one: Parameter) -> str:
    value = one.value
    if value.type == "file":
        return "file"
    if one.place == "body" and _nested(one):
        return "json"
    several = value.type == "array" or value.separated or value.repeated
    if value.enum:
        return "choices" if several else "choice"
    if value.type == "boolean":
        return "yes or no"
    if several:
        return "texts"
    if value.type in {"integer", "number"}:
        return "number"
    if value.format == "date-time":
        return "moment"
    return "long text" if (value.max_length or 0) > LONG or "html" in one.name else "text"


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
