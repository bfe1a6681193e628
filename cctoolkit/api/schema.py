"""The service's description of itself, read: operations, their parameters, bodies and answers, and what has changed.

Swagger 2.0 (the live service) and OpenAPI 3 (the sandbox) become the same `Schema`. What is odd in a description is
passed over; only one that describes no operation at all is refused.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from ..errors import UnexpectedAnswer

METHODS = ("get", "post", "put", "patch", "delete")
#: How deep references may lead; a description that leads in a circle ends there.
DEPTH = 12
#: How many objects within each other a body is described, and how many properties in all: one may lead in circles.
NESTED, PROPERTIES = 4, 2_000
#: An answer without links to more pages is a collection only when it has hardly anything beside its list.
FIELDS_BESIDE = 2
#: Lists of an answer that are no records of it.
_NOT_RECORDS = ("_links", "errors")


@dataclass(frozen=True)
class Value:
    """What a parameter or a property of a body may be. `type` is JSON Schema's, `file` for a file, empty for any.

    `separated` texts hold several values with commas between them; the rules then hold for each, and `max_items` for
    their number. `repeated` ones are written once for each value.
    """

    type: str = ""
    format: str = ""
    enum: tuple[Any, ...] = ()
    default: Any = None
    minimum: float | None = None
    maximum: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    max_items: int | None = None
    pattern: str = ""
    separated: bool = False
    repeated: bool = False


@dataclass(frozen=True)
class Parameter:
    """A parameter or a property: its name in the description, its name in Python, where it goes, what it may be."""

    name: str
    python_name: str
    #: `path`, `query`, `header`, `form`, or `body` for a property of the body.
    place: str
    required: bool
    description: str
    value: Value
    #: A value that the description shows; for people, no rule.
    example: Any = field(default=None, compare=False)
    #: The properties of an object, or of each object in a list; and the type of a list's entries.
    inner: tuple[Parameter, ...] = field(default=(), compare=False)
    entries: str = field(default="", compare=False)


@dataclass(frozen=True)
class Body:
    """What a JSON body holds at its top level. `open` ones may hold more than `properties`."""

    required: bool
    type: str
    open: bool
    properties: tuple[Parameter, ...]
    #: What the description calls it; `body` is taken for each, so it makes no difference.
    name: str = field(default="body", compare=False)


@dataclass(frozen=True)
class Answer:
    """What a successful answer is: `type` as above, `text` for what is no JSON, empty when nobody says.

    `records` names the list that makes it a collection (empty: the answer is that list itself), None when it has none.
    `columns` are the types of a record's properties, nested objects flattened one level.
    """

    type: str = ""
    records: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    #: Whether the description says what the answer holds.
    described: bool = False


@dataclass(frozen=True)
class OperationSchema:
    """One operation: `method` in capitals, `path` below the API's base."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    scopes: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    body: Body | None
    answer: Answer
    #: The chapters of the description that it stands in, such as `Bulk Activities`; empty when it stands in none.
    tags: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Schema:
    """A service's operations by their operationId, in the description's order; and its definitions, with their properties' names."""

    version: str
    operations: Mapping[str, OperationSchema]
    definitions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_schema(described: object) -> Schema:
    """The schema in a loaded description. Raises `UnexpectedAnswer` when it describes no operation."""
    paths = described.get("paths") if isinstance(described, dict) else None
    if not isinstance(described, dict) or not isinstance(paths, dict):
        raise _no_schema()
    reader = _Reader(described)
    operations: dict[str, OperationSchema] = {}
    for path, methods in paths.items():
        shared = methods.get("parameters") if isinstance(methods, dict) else None
        for method in METHODS:
            operation = methods.get(method) if isinstance(methods, dict) else None
            if isinstance(operation, dict):
                read = reader.operation(str(path), method, operation, shared if isinstance(shared, list) else [])
                while read.id in operations:  # each keeps its place, and none hides another
                    read = replace(read, id=f"{read.id}_2")
                operations[read.id] = read
    if not operations:
        raise _no_schema()
    info = described.get("info")
    version = str(info.get("version", "")) if isinstance(info, dict) else ""
    return Schema(version, operations, _definitions(described))


def _definitions(described: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """The names of all that is defined, with those of its properties: of Swagger 2, or of OpenAPI 3."""
    components = described.get("components")
    found = described.get("definitions") or (components.get("schemas") if isinstance(components, dict) else None)
    if not isinstance(found, dict):
        return {}
    return {str(name): tuple(sorted(_properties(entry))) for name, entry in found.items()}


def _properties(entry: object) -> set[str]:
    """The properties of a definition, with those of its parts; each part once, however often it stands there."""
    found: set[str] = set()
    seen: set[int] = set()
    waiting = [entry]
    while waiting:
        part = waiting.pop()
        if not isinstance(part, dict) or id(part) in seen:
            continue
        seen.add(id(part))
        own, parts = part.get("properties"), part.get("allOf")
        found |= {str(name) for name in own} if isinstance(own, dict) else set()
        waiting += parts if isinstance(parts, list) else []
    return found


def python_name(name: str) -> str:
    """The name as Python can write it: `X-Id` is `X_Id`, `from` is `from_`."""
    name = re.sub(r"[^0-9a-zA-Z_]", "_", name) or "_"
    name = f"_{name}" if name[0].isdigit() else name
    return f"{name}_" if keyword.iskeyword(name) else name


def to_json(schema: Schema) -> dict[str, Any]:
    return asdict(schema)


def from_json(stored: dict[str, Any]) -> Schema:
    """The opposite of `to_json`. Raises `TypeError`, `KeyError`, `AttributeError` or `ValueError` for anything else."""
    return Schema(
        stored["version"],
        {name: _operation(entry) for name, entry in stored["operations"].items()},
        {name: tuple(properties) for name, properties in stored["definitions"].items()},
    )


def _operation(entry: dict[str, Any]) -> OperationSchema:
    body = entry["body"]
    return OperationSchema(
        **{
            **entry,
            "scopes": tuple(entry["scopes"]),
            "parameters": tuple(_parameter(one) for one in entry["parameters"]),
            "body": body and Body(**{**body, "properties": tuple(_parameter(one) for one in body["properties"])}),
            "answer": Answer(**entry["answer"]),
            "tags": tuple(entry["tags"]),
        }
    )


def _parameter(entry: dict[str, Any]) -> Parameter:
    value = entry["value"]
    inner = tuple(_parameter(one) for one in entry["inner"])
    return Parameter(**{**entry, "inner": inner, "value": Value(**{**value, "enum": tuple(value["enum"])})})


def _no_schema() -> UnexpectedAnswer:
    return UnexpectedAnswer(
        "This is no Swagger or OpenAPI description: it holds no operation. Check the address of the API, then try again."
    )


class _Reader:
    """Reads one description, following its references."""

    def __init__(self, described: dict[str, Any]) -> None:
        self._described = described
        self._left = PROPERTIES

    def operation(self, path: str, method: str, operation: dict[str, Any], shared: list[Any]) -> OperationSchema:
        path = re.sub(r"^/v\d+(?=/)", "", path)  # OpenAPI 3 writes the base into each path
        declared: dict[tuple[str, str], dict[str, Any]] = {}
        for entry in [*shared, *_list(operation.get("parameters"))]:
            resolved = self._resolved(entry)
            if isinstance(resolved.get("name"), str) and isinstance(resolved.get("in"), str):
                declared[resolved["in"], resolved["name"]] = resolved
        for name in re.findall(r"\{([^{}]+)\}", path):  # an address cannot do without, whoever forgot to say it
            declared.setdefault(("path", name), {"name": name, "in": "path", "required": True, "type": "string"})
        body = None
        parameters = []
        for entry in declared.values():
            if entry["in"] == "body":
                body = replace(self._body(entry.get("schema"), bool(entry.get("required"))), name=entry["name"])
            elif entry["in"] in {"path", "query", "formData", "header"} and entry["name"].lower() != "authorization":
                parameters.append(self._parameter(entry))
        content = self._resolved(operation.get("requestBody"))
        media = content.get("content") if isinstance(content.get("content"), dict) else {}
        for kind, entry in (media or {}).items():
            schema = entry.get("schema") if isinstance(entry, dict) else None
            if "form" in kind:
                parameters += self._form(schema)
            elif "json" in kind:
                body = self._body(schema, bool(content.get("required")))
        identity = operation.get("operationId")
        return OperationSchema(
            id=python_name(identity) if isinstance(identity, str) and identity else python_name(f"{method}{path}"),
            method=method.upper(),
            path=path,
            summary=_text(operation.get("summary")),
            description=_text(operation.get("description")),
            scopes=_scopes(operation.get("security")),
            parameters=tuple(parameters),
            body=body,
            answer=self._answer(method, path, operation.get("responses")),
            tags=tuple(_text(tag) for tag in _list(operation.get("tags")) if _text(tag)),
        )

    def _parameter(self, entry: dict[str, Any]) -> Parameter:
        place = "form" if entry["in"] == "formData" else entry["in"]
        schema = self._schema(entry["schema"]) if "schema" in entry else entry
        value = self._value(schema)
        if value.type == "array" and place != "body":
            style = entry.get("collectionFormat", "")
            shown = f"{entry['name']}=" in str(entry.get("x-example", "")).partition("&")[2]
            repeated = style == "multi" or shown or ("schema" in entry and entry.get("explode", True))
            value = replace(value, separated=not repeated, repeated=bool(repeated))
        elif value.type == "string" and entry.get("collectionFormat") == "multi":
            allowed = value.enum or _enum(self._schema(entry.get("items")).get("enum"))
            value = replace(value, separated=True, repeated=True, enum=allowed)
        required = bool(entry.get("required")) or place == "path"
        about, example = _text(entry.get("description")), _plain(entry.get("x-example", schema.get("example")))
        return Parameter(entry["name"], python_name(entry["name"]), place, required, about, value, example)

    def _form(self, schema: object) -> list[Parameter]:
        found = self._schema(schema)
        required = _list(found.get("required"))
        fields = found.get("properties")
        return [
            self._parameter({"name": name, "in": "formData", "required": name in required, **self._schema(entry)})
            for name, entry in (fields.items() if isinstance(fields, dict) else ())
        ]

    def _body(self, schema: object, required: bool) -> Body:
        found = self._schema(schema)
        self._left = PROPERTIES
        properties = self._properties(found, NESTED)
        kind = _type(found) or ("object" if properties else "")
        return Body(required, kind, bool(found.get("additionalProperties")) or not properties, properties)

    def _properties(self, found: dict[str, Any], depth: int) -> tuple[Parameter, ...]:
        """The properties of an object, with those of the objects and lists of objects in it."""
        wanted, fields = _list(found.get("required")), found.get("properties")
        properties = []
        for name, entry in fields.items() if isinstance(fields, dict) and depth else ():
            resolved = self._schema(entry)
            value = replace(self._value(resolved), separated=False, repeated=False)
            about, shown = _text(resolved.get("description")), _plain(resolved.get("example"))
            item = self._schema(resolved.get("items")) if value.type == "array" else {}
            self._left -= 1
            deeper = depth - 1 if self._left > 0 else 0
            inner = self._properties(item if value.type == "array" else resolved, deeper)
            shown = _plain(item.get("example")) if shown is None else shown
            required = name in wanted
            properties.append(
                Parameter(name, python_name(name), "body", required, about, value, shown, inner, _type(item))
            )
        return tuple(properties)

    def _value(self, schema: dict[str, Any]) -> Value:
        """The rules of a value, with what the published description writes in ways of its own put right."""
        kind, form, default = _type(schema), _text(schema.get("format")), schema.get("default")
        items = self._schema(schema.get("items"))
        minimum, maximum = _number(schema.get("minimum")), _number(schema.get("maximum"))
        min_length, max_length = _number(schema.get("minLength")), _number(schema.get("maxLength"))
        max_items = _number(schema.get("maxItems"))
        separated = kind == "string" and form == "csv"
        if kind == "string" and (form in {"int32", "int64"} or (isinstance(default, str) and default.isdecimal())):
            kind, form = "integer", ""  # a number that is called a text
            default = int(default) if isinstance(default, str) and default.isdecimal() else default
        elif kind == "string" and maximum is not None and not separated:
            separated = maximum > 1  # a text has no greatest value: it is the number of values
        if kind == "string" and maximum is not None:
            max_items, maximum, minimum = (maximum if separated else None), None, None
        if kind == "integer":  # nor has a number a length
            minimum, min_length = (min_length if minimum is None else minimum), None
            maximum, max_length = (max_length if maximum is None else maximum), None
        enum = schema.get("enum", items.get("enum") if kind == "array" else None)
        if kind == "array":
            form = form or _text(items.get("format"))
        if kind == "file" or (kind == "string" and form == "binary"):
            kind, form = "file", ""
        return Value(
            type=kind,
            format="" if form == "csv" else form,
            enum=_enum(enum),
            default=default if isinstance(default, (str, int, float, bool)) else None,
            minimum=minimum,
            maximum=maximum,
            min_length=_whole(min_length),
            max_length=_whole(max_length),
            max_items=_whole(max_items) or None,  # a list that may hold nothing is a slip of the description
            pattern=_pattern(schema.get("pattern")),
            separated=separated,
        )

    def _answer(self, method: str, path: str, responses: object) -> Answer:
        if not isinstance(responses, dict):
            return Answer()
        good = next((responses[status] for status in sorted(responses, key=str) if str(status).startswith("2")), None)
        response = self._resolved(good)
        schema = response.get("schema")
        media = response.get("content")
        if isinstance(media, dict) and media:
            kind, entry = next(iter(media.items()))
            if "json" not in kind:
                return Answer("text", described=True)
            schema = entry.get("schema") if isinstance(entry, dict) else None
        found = self._schema(schema)
        kind = _type(found)
        if kind == "array":
            item = self._schema(found.get("items"))
            return Answer("array", "" if method == "get" else None, self._columns(item), described=True)
        if kind == "string":
            return Answer("text", described=True)
        fields = found.get("properties")
        of_one = re.search(r"\{[^{}]*[^s{}]\}$", path) is not None  # .../{contact_id}, but not .../{campaign_ids}
        if method != "get" or of_one or not isinstance(fields, dict):
            return Answer(kind, described=of_one)
        lists = {
            name: item
            for name, entry in fields.items()
            if name not in _NOT_RECORDS
            and _type(one := self._schema(entry)) == "array"
            and _type(item := self._schema(one.get("items"))) == "object"
        }
        paged = "_links" in fields or "next_cursor" in fields
        if len(lists) != 1 or not (paged or len(fields) <= FIELDS_BESIDE + 1):
            return Answer("object", described=True)
        [(name, item)] = lists.items()
        return Answer("object", name, self._columns(item), described=True)

    def _columns(self, item: dict[str, Any]) -> dict[str, str]:
        columns: dict[str, str] = {}
        fields = item.get("properties")
        for name, entry in fields.items() if isinstance(fields, dict) else ():
            found = self._schema(entry)
            inner = found.get("properties")
            if name == "_links":
                continue
            if _type(found) == "object" and isinstance(inner, dict):
                columns |= {f"{name}_{deep}": _column(self._schema(one)) for deep, one in inner.items()}
            else:
                columns[name] = _column(found)
        return columns

    def _schema(self, schema: object) -> dict[str, Any]:
        """A schema with its reference followed, `allOf` put together, and the null of a nullable one left out."""
        found = self._resolved(schema)
        for _ in range(DEPTH):
            either = [one for one in _list(found.get("anyOf") or found.get("oneOf")) if isinstance(one, dict)]
            kinds = [one for one in either if one.get("type") != "null"]
            if len(kinds) != 1:
                break
            rest = {name: value for name, value in found.items() if name not in {"anyOf", "oneOf"}}
            found = {**self._resolved(kinds[0]), **rest}
        parts = _list(found.get("allOf"))
        if parts:
            whole: dict[str, Any] = {"type": "object", "properties": {}, "required": []}
            for part in parts[:DEPTH]:
                one = self._resolved(part)
                whole["properties"] |= one.get("properties") if isinstance(one.get("properties"), dict) else {}
                whole["required"] = [*whole["required"], *_list(one.get("required"))]
            return {**whole, **{name: value for name, value in found.items() if name != "allOf"}}
        return found

    def _resolved(self, entry: object) -> dict[str, Any]:
        for _ in range(DEPTH):
            if not isinstance(entry, dict) or not isinstance(entry.get("$ref"), str):
                break
            found: object = self._described
            for part in entry["$ref"].removeprefix("#/").split("/"):
                part = part.replace("~1", "/").replace("~0", "~")
                found = found.get(part) if isinstance(found, dict) else None
            entry = found
        return entry if isinstance(entry, dict) and "$ref" not in entry else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _plain(value: object) -> Any:
    """A text, number or boolean; None for whatever else an example is."""
    return value if isinstance(value, (str, int, float, bool)) else None


def _text(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _type(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):  # OpenAPI 3.1: ["string", "null"]
        kind = next((one for one in kind if one != "null"), "")
    if not kind and isinstance(schema.get("properties"), dict):
        kind = "object"
    return kind if isinstance(kind, str) else ""


def _column(schema: Mapping[str, Any]) -> str:
    return "date-time" if schema.get("format") == "date-time" else _type(schema)


def _number(value: object) -> float | None:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _enum(values: object) -> tuple[Any, ...]:
    """The allowed values; two that were written as one (`"A, B"`) are two."""
    return tuple(
        part
        for one in _list(values)
        if isinstance(one, (str, int, float))
        for part in (one.split(", ") if isinstance(one, str) else [one])
    )


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def _pattern(value: object) -> str:
    """The pattern, if Python can read it: a rule that cannot be checked here is left to the service."""
    try:
        re.compile(value if isinstance(value, str) else "")
    except re.error:
        return ""
    return value if isinstance(value, str) else ""


def _scopes(security: object) -> tuple[str, ...]:
    named: Iterator[Any] = (
        scope
        for entry in _list(security)
        if isinstance(entry, dict)
        for scopes in entry.values()
        for scope in _list(scopes)
    )
    return tuple(dict.fromkeys(scope for scope in named if isinstance(scope, str)))
