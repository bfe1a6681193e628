"""Files for Postman and Bruno: an environment of a service, and a collection of all its operations.

They hold addresses, the API key and the scopes. The access token and the client secret are variables to be filled
there, marked as secrets: no token of this toolkit ever gets into such a file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import SettingsError
from ..settings import DEFAULT_SCOPES, LIVE_API, LIVE_OAUTH, PASTE_REDIRECT_URI, Service, live_service
from .catalogue import topics
from .forms import example_of

if TYPE_CHECKING:
    from ..api import Client
    from ..api.schema import OperationSchema, Parameter

TOOLS = ("postman", "bruno")
SECRETS = ("access_token", "client_secret")


@dataclass(frozen=True)
class Environment:
    """A name and the values of its variables; those of `SECRETS` are empty, for their owner to fill."""

    name: str
    values: Mapping[str, str]


def save_environment(tool: str, service: str | Client = "sandbox", folder: str | Path = ".") -> Path:
    """Save an environment for `postman` or `bruno`, and return its file.

    `service` is `sandbox`, `live` or a client. Raises `SettingsError` for another tool or service, or where the file
    cannot be written, `SandboxError` where the sandbox cannot be started.
    """
    environment = environment_of(service)
    if _known(tool) == "postman":
        return _write(Path(folder) / f"{environment.name}.postman_environment.json", postman_environment(environment))
    return _write(Path(folder) / f"{environment.name}.bru", bruno_environment(environment))


def save_collection(tool: str, client: Client, folder: str | Path = ".") -> Path:
    """Save all operations of a client's service for `postman` (a file) or `bruno` (a folder), and return its path.

    The Bruno folder has the environment in it. Raises `SettingsError` for another tool, where nothing can be written, and
    where somebody has edited what would be written over.
    """
    operations = [operation.schema for operation in client.operations]
    name = "constant-contact-v3"
    if _known(tool) == "postman":
        return _write(Path(folder) / f"{name}.postman_collection.json", postman_collection(operations))
    root = Path(folder) / f"{name}-bruno"
    environment = environment_of(client)
    files = {
        "bruno.json": json.dumps({"version": "1", "name": name, "type": "collection"}, indent=2) + "\n",
        "collection.bru": "auth {\n  mode: bearer\n}\n\nauth:bearer {\n  token: {{access_token}}\n}\n",
        f"environments/{environment.name}.bru": bruno_environment(environment),
    }
    for topic, those in topics(operations).items():
        for number, operation in enumerate(those, 1):
            files[f"{_file_name(topic)}/{_file_name(operation.id)}.bru"] = bruno_request(operation, number)
    edited = next((path for path, text in files.items() if _differs(root / path, text)), None)
    if edited is not None:
        raise SettingsError(
            f"{root / edited} is there already and is another: Bruno edits its files in place, so it may be your work. "
            "Name another folder, or delete this one first. Nothing was written."
        )
    for path, text in files.items():
        _write(root / path, text)
    return root


def environment_of(service: str | Client) -> Environment:
    """The environment of the sandbox (started when it does not run), of the live service, or of a client's service."""
    name = service if isinstance(service, str) else service.service
    if name == "sandbox":
        from ..connection import open_session

        return _of_service("sandbox", open_session("sandbox").service)
    if name == "live":
        try:
            return _of_service("live", live_service())
        except SettingsError:  # no key is saved yet: a variable to be filled
            return _environment("live", LIVE_API, LIVE_OAUTH, "", PASTE_REDIRECT_URI, DEFAULT_SCOPES)
    if isinstance(service, str):
        raise SettingsError(f"There is no service {service!r}: say 'sandbox' or 'live', or give a client.")
    return _environment("custom", service.api_url, "", "", "", DEFAULT_SCOPES)


def _of_service(name: str, service: Service) -> Environment:
    oauth = service.authorize_url.removesuffix("/authorize")
    redirect = next(iter(service.redirect_uris), PASTE_REDIRECT_URI)
    return _environment(name, service.api_url, oauth, service.client_id, redirect, service.scopes)


def _environment(
    name: str, api_url: str, oauth: str, api_key: str, redirect: str, scopes: Iterable[str]
) -> Environment:
    return Environment(
        f"constant-contact-{name}",
        {
            "base_url": api_url,
            "authorize_url": oauth and f"{oauth}/authorize",
            "token_url": oauth and f"{oauth}/token",
            "device_url": oauth and f"{oauth}/device/authorize",
            "redirect_uri": redirect,
            "scopes": " ".join(scopes),
            "api_key": api_key,
            **dict.fromkeys(SECRETS, ""),
        },
    )


def postman_environment(environment: Environment) -> str:
    """The text of a Postman environment."""
    values = [
        {"key": key, "value": value, "type": "secret" if key in SECRETS else "default", "enabled": True}
        for key, value in environment.values.items()
    ]
    whole = {"name": environment.name, "values": values, "_postman_variable_scope": "environment"}
    return json.dumps(whole, indent=2) + "\n"


def bruno_environment(environment: Environment) -> str:
    """The text of a Bruno environment."""
    plain = "".join(f"  {key}: {value}\n" for key, value in environment.values.items() if key not in SECRETS)
    secret = ",\n".join(f"  {key}" for key in SECRETS)
    return f"vars {{\n{plain}}}\nvars:secret [\n{secret}\n]\n"


def postman_collection(operations: Iterable[OperationSchema]) -> str:
    """The text of a Postman collection (v2.1), a folder a topic."""
    folders = [
        {"name": topic, "item": [_postman_item(one) for one in those]} for topic, those in topics(operations).items()
    ]
    whole = {
        "info": {
            "name": "Constant Contact V3",
            "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
        },
        "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{access_token}}", "type": "string"}]},
        "item": folders,
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _postman_item(operation: OperationSchema) -> dict[str, Any]:
    path = re.sub(r"\{([^{}]+)\}", r":\1", operation.path)
    query = [
        {"key": one.name, "value": _shown(one), "disabled": not one.required} for one in _placed(operation, "query")
    ]
    request: dict[str, Any] = {
        "method": operation.method,
        "header": [{"key": one.name, "value": _shown(one)} for one in _placed(operation, "header")],
        "url": {
            "raw": f"{{{{base_url}}}}{path}",
            "host": ["{{base_url}}"],
            "path": path.strip("/").split("/"),
            "query": query,
            "variable": [{"key": one.name, "value": _shown(one)} for one in _placed(operation, "path")],
        },
        "description": operation.summary,
    }
    form = _placed(operation, "form")
    if operation.body is not None:
        raw = json.dumps(example_of(operation.body), indent=2, ensure_ascii=False)
        request["body"] = {"mode": "raw", "raw": raw, "options": {"raw": {"language": "json"}}}
    elif form:
        request["body"] = {
            "mode": "formdata",
            "formdata": [
                {"key": one.name, "type": "file", "src": []}
                if one.value.type == "file"
                else {"key": one.name, "value": _shown(one), "type": "text", "disabled": not one.required}
                for one in form
            ],
        }
    return {"name": operation.summary or operation.id, "request": request}


def bruno_request(operation: OperationSchema, number: int) -> str:
    """The text of a request in Bruno's own language; `number` is its place in its folder."""
    form = _placed(operation, "form")
    body = "json" if operation.body is not None else "multipartForm" if form else "none"
    path = _one_line(re.sub(r"\{([^{}]+)\}", r":\1", operation.path))
    blocks = [
        _block("meta", {"name": _one_line(operation.id), "type": "http", "seq": str(number)}),
        _block(operation.method.lower(), {"url": f"{{{{base_url}}}}{path}", "body": body, "auth": "inherit"}),
    ]
    for name, place in (("params:query", "query"), ("params:path", "path"), ("headers", "header")):
        if found := _placed(operation, place):
            blocks.append(_block(name, {("" if one.required else "~") + one.name: _shown(one) for one in found}))
    if operation.body is not None:
        written = json.dumps(example_of(operation.body), indent=2, ensure_ascii=False)
        blocks.append("body:json {\n" + "".join(f"  {line}\n" for line in written.splitlines()) + "}\n")
    elif form:
        given = {
            ("" if one.required else "~") + one.name: "@file()" if one.value.type == "file" else _shown(one)
            for one in form
        }
        blocks.append(_block("body:multipart-form", given))
    if operation.summary:
        blocks.append(f"docs {{\n  {_one_line(operation.summary)}\n}}\n")
    return "\n".join(blocks)


def _block(name: str, values: Mapping[str, str]) -> str:
    return f"{name} {{\n" + "".join(f"  {_one_line(key)}: {value}\n" for key, value in values.items()) + "}\n"


def _placed(operation: OperationSchema, place: str) -> list[Parameter]:
    return [one for one in operation.parameters if one.place == place]


def _shown(one: Parameter) -> str:
    value = one.value.default if one.value.default is not None else one.example
    return "" if value is None else _one_line(str(value).lower() if isinstance(value, bool) else str(value))


def _one_line(text: str) -> str:
    """A text that ends no line and closes no block of Bruno's language."""
    return " ".join(text.encode("utf-8", "replace").decode().replace("}", ")").replace("{", "(").split())


def _file_name(text: str) -> str:
    return re.sub(r"[^\w .-]+", "-", text).strip(" .") or "other"


def _known(tool: str) -> str:
    if tool not in TOOLS:
        raise SettingsError(f"There is no tool {tool!r}: say 'postman' or 'bruno'.")
    return tool


def _differs(path: Path, text: str) -> bool:
    try:
        return path.read_bytes() != _encoded(text)
    except OSError:  # not there; what else is wrong with it, writing says
        return False


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _write(path: Path, text: str) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_encoded(text))
    except OSError as error:
        raise SettingsError(f"{path} cannot be written ({error.strerror}): name a folder that can.") from error
    return path
