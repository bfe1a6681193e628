"""The sandbox's description as Swagger 2.0, the form that the live service publishes its own in."""

from __future__ import annotations

from typing import Any

Described = dict[str, Any]

BASE = "/v3"
#: What FastAPI answers with by itself, and the sandbox never does.
_FASTAPIS = frozenset({"HTTPValidationError", "ValidationError"})
_ERRORS: Described = {
    "Error": {
        "type": "object",
        "required": ["error_key", "error_message"],
        "properties": {"error_key": {"type": "string"}, "error_message": {"type": "string"}},
    },
    "Errors": {"type": "array", "items": {"$ref": "#/definitions/Error"}},
}


def swagger(described: Described, url: str) -> Described:
    """The Swagger 2.0 of an OpenAPI 3 description whose paths all begin with the base, served at `url`."""
    paths: dict[str, Described] = {}
    for path, methods in described["paths"].items():
        paths[path.removeprefix(BASE)] = {method: _operation(operation) for method, operation in methods.items()}
    tags = dict.fromkeys(
        tag for methods in paths.values() for operation in methods.values() for tag in operation["tags"]
    )
    schemas = {name: _schema(schema) for name, schema in described["components"]["schemas"].items()}
    return {
        "swagger": "2.0",
        "info": described["info"],
        "host": url.partition("://")[2],
        "basePath": BASE,
        "schemes": ["http"],
        "consumes": ["application/json"],
        "produces": ["application/json"],
        "tags": [{"name": tag} for tag in tags],
        "paths": paths,
        "securityDefinitions": _securities(described["components"].get("securitySchemes", {}), url),
        "definitions": {**{name: schemas[name] for name in schemas if name not in _FASTAPIS}, **_ERRORS},
    }


def add_door(description: Described, door: Described) -> None:
    """Add the sandbox's own small API, in place. It is outside the base path, so it stands in a field of its own."""
    description["x-sandbox"] = {
        "description": "The sandbox itself, outside of the base path; the live service has none of this. Send the admin_key"
        " that the sandbox prints: Authorization: Bearer ADMIN_KEY",
        "paths": {
            path: {method: _operation(_without_its_own(operation)) for method, operation in methods.items()}
            for path, methods in door["paths"].items()
        },
    }
    schemas = door.get("components", {}).get("schemas", {})
    description["definitions"] |= {name: _schema(schema) for name, schema in schemas.items() if name not in _FASTAPIS}


def _without_its_own(operation: Described) -> Described:
    """Without the 422 of FastAPI, whose errors are described nowhere."""
    return {**operation, "responses": {code: one for code, one in operation["responses"].items() if code != "422"}}


def _securities(schemes: Described, url: str) -> Described:
    """The authorization code flow of each scheme; Swagger 2.0 knows one flow a scheme, and takes whole addresses."""
    found: Described = {}
    for name, scheme in schemes.items():
        flow = scheme["flows"]["authorizationCode"]
        places = {one: f"{url}{flow[one]}" for one in ("authorizationUrl", "tokenUrl")}
        found[name] = {"type": "oauth2", "flow": "accessCode", **places, "scopes": flow["scopes"]}
    return found


def _operation(operation: Described) -> Described:
    found: Described = {
        "tags": operation["tags"],
        "summary": operation["summary"],
        "description": operation.get("description", ""),
        "operationId": operation["operationId"],
    }
    parameters = [_parameter(entry) for entry in operation.get("parameters", []) if entry["in"] in ("path", "query")]
    body = operation.get("requestBody", {})
    for kind, entry in body.get("content", {}).items():
        if "form" in kind:
            found["consumes"] = [kind]
            parameters += _form(entry["schema"])
        else:
            required = bool(body.get("required"))
            parameters.append({"name": "body", "in": "body", "required": required, "schema": _schema(entry["schema"])})
    found["parameters"] = parameters
    if "security" in operation:
        found["security"] = operation["security"]
    found["responses"] = {status: _response(status, response) for status, response in operation["responses"].items()}
    return found


def _parameter(entry: Described) -> Described:
    found = {"name": entry["name"], "in": entry["in"], "required": entry["required"], **_schema(entry["schema"])}
    if "description" in entry:
        found["description"] = entry["description"]
    if found.get("type") == "array":
        found["collectionFormat"] = "multi" if entry.get("explode", True) else "csv"
    return found


def _form(schema: Described) -> list[Described]:
    required = schema.get("required", [])
    fields = []
    for name, entry in schema["properties"].items():
        plain = {"name": name, "in": "formData", "required": name in required, **_schema(entry)}
        if plain.get("format") == "binary":  # a file is a type of its own here
            plain = {one: value for one, value in plain.items() if one != "format"} | {"type": "file"}
        fields.append(plain)
    return fields


def _response(status: str, response: Described) -> Described:
    found: Described = {"description": response["description"]}
    if status >= "400":  # an array or one error, which is more than Swagger 2.0 can say: an array nearly everywhere
        return {**found, "schema": {"$ref": "#/definitions/Errors"}}
    for kind, entry in response.get("content", {}).items():
        schema = _schema(entry.get("schema", {}))
        if "json" not in kind:
            schema = {"type": "string"}
        found["schema"] = schema
    return found


def _schema(schema: Described) -> Described:
    """A schema without what Swagger 2.0 has no word for: of several kinds the first, and no null among them."""
    if "$ref" in schema:
        return {"$ref": schema["$ref"].replace("#/components/schemas/", "#/definitions/")}
    found: Described = {}
    for name, value in schema.items():
        if name in ("anyOf", "oneOf"):
            [first, *_] = [one for one in value if one.get("type") != "null"]
            found |= _schema(first)
        elif name == "const":
            found["enum"] = [value]
        elif name == "properties":
            found[name] = {one: _schema(inner) for one, inner in value.items()}
        elif name in ("items", "additionalProperties") and isinstance(value, dict):
            found[name] = _schema(value)
        elif name != "title" and not (name == "default" and value is None):
            found[name] = value
    return found
