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
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ..api.operation_examples import CLEANING_UP, KEPT, NOBODY, body_of, value_of, variables_of
from ..errors import SettingsError
from ..settings import DEFAULT_SCOPES, LIVE_API, LIVE_OAUTH, PASTE_REDIRECT_URI, Service, live_service
from .catalogue import topics

if TYPE_CHECKING:
    from ..api import Client
    from ..api.schema import OperationSchema, Parameter

TOOLS = ("postman", "bruno")
SECRETS = ("access_token", "client_secret")
#: What all operations together need, those that change the account too.
SCOPES = (*DEFAULT_SCOPES, "account_update")
#: The variable that has to be `yes` before anything is written.
WRITING = "writing"
#: Topics whose calls make what those of the others need.
_FIRST = ("Account Services", "Contact Lists", "Contact Tags", "Contacts", "Contacts Custom Fields", "Segments")
_ABOUT = (
    "All operations of the V3 API. Choose the environment that was saved beside this, and give it an access_token. What writes is "
    f"skipped until its variable {WRITING} is yes. The calls work in their order: what is changed, sent or deleted is what an "
    "earlier call has made, and the last folder takes it away again; people of example.com that were imported or signed up stay. Of "
    "yours nothing is changed: the calls of Account Services send back what is there, but for one made-up address that is added to "
    "the account's, and a test mail goes to your own. Send at most four a second (newman: "
    "--delay-request 270), and choose a CSV file for Import File. What the account has nothing of answers with 403, 404 or 409."
)
_POSTMAN_GUARD = (
    f'if (pm.request.method !== "GET" && pm.variables.get("{WRITING}") !== "yes") {{ console.warn("Not sent: this call writes. '
    f'Set the variable {WRITING} to yes in the environment."); pm.execution.skipRequest(); }}'
)
_BRUNO_COLLECTION = f"""auth {{
  mode: bearer
}}

auth:bearer {{
  token: {{{{access_token}}}}
}}

script:pre-request {{
  if (req.getMethod() !== "GET" && bru.getEnvVar("{WRITING}") !== "yes") {{
    throw new Error("Not sent: this call writes. Set the variable {WRITING} to yes in the environment.");
  }}
}}

docs {{
  {_ABOUT}
}}
"""


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

    Each call works as it stands, in the order of the collection: it has the ids of the account's first list, contact, tag and
    so on, and what is changed, sent or deleted is what the collection itself has made, which its last folder takes away again.
    What writes is held back until the environment's variable `writing` is `yes`, which it is for the sandbox alone.

    The Bruno folder has the environment in it. Raises `SettingsError` for another tool, where nothing can be written, and
    where somebody has edited what would be written over.
    """
    name, _ = "constant-contact-v3", _known(tool)
    operations = [operation.schema for operation in client.operations]
    values = _values(client, operations)
    if tool == "postman":
        return _write(Path(folder) / f"{name}.postman_collection.json", postman_collection(operations, values))
    root = Path(folder) / f"{name}-bruno"
    environment = environment_of(client)
    files = {
        "bruno.json": json.dumps({"version": "1", "name": name, "type": "collection"}, indent=2) + "\n",
        "collection.bru": _BRUNO_COLLECTION,
        f"environments/{environment.name}.bru": bruno_environment(environment, values),
    }
    for topic, those in _folders(operations).items():
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
            return _environment("live", LIVE_API, LIVE_OAUTH, "", PASTE_REDIRECT_URI, SCOPES)
    if isinstance(service, str):
        raise SettingsError(f"There is no service {service!r}: say 'sandbox' or 'live', or give a client.")
    return _environment("custom", service.api_url, "", "", "", SCOPES)


def _of_service(name: str, service: Service) -> Environment:
    oauth = service.authorize_url.removesuffix("/authorize")
    redirect = next(iter(service.redirect_uris), PASTE_REDIRECT_URI)
    scopes = dict.fromkeys((*service.scopes, *SCOPES))
    return _environment(name, service.api_url, oauth, service.client_id, redirect, scopes)


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
            WRITING: "yes" if name == "sandbox" else "",
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


def bruno_environment(environment: Environment, values: Mapping[str, str] = MappingProxyType({})) -> str:
    """The text of a Bruno environment, with the values of a collection's variables."""
    told = {**{key: value for key, value in environment.values.items() if key not in SECRETS}, **values}
    plain = "".join(f"  {key}: {_value(value)}\n" for key, value in told.items())
    secret = ",\n".join(f"  {key}" for key in SECRETS)
    return f"vars {{\n{plain}}}\nvars:secret [\n{secret}\n]\n"


def _values(client: Client, operations: Iterable[OperationSchema]) -> dict[str, str]:
    """What the variables of a collection hold before its first call: what the account has, and of what it has none, what the
    collection will make."""
    found = client.operations.example_values()
    others = {
        name
        for one in operations
        for name in variables_of([body_of(one), *(value_of(one, each) for each in one.parameters)])
        if not name.startswith(("$", "new_"))
    }
    made = dict.fromkeys((name for kept in KEPT.values() for name in kept), NOBODY)
    found |= {name: f"{{{{new_{name}}}}}" for name, value in found.items() if not value and f"new_{name}" in made}
    return dict.fromkeys(sorted(others), NOBODY) | found | made


def _folders(operations: Iterable[OperationSchema]) -> dict[str, list[OperationSchema]]:
    """By topic: those first that make what others need, and last what takes it away again."""
    known = list(operations)
    found = topics(one for one in known if one.id not in CLEANING_UP)
    ordered = {topic: found[topic] for topic in sorted(found, key=lambda topic: topic not in _FIRST)}
    return ordered | {"Clean up": [one for one in known if one.id in CLEANING_UP]}


def postman_collection(operations: Iterable[OperationSchema], values: Mapping[str, str] = MappingProxyType({})) -> str:
    """The text of a Postman collection (v2.1), a folder a topic; `values` are those of its variables."""
    folders = [
        {"name": topic, "item": [_postman_item(one) for one in those]} for topic, those in _folders(operations).items()
    ]
    whole = {
        "info": {
            "name": "Constant Contact V3",
            "description": _ABOUT,
            "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
        },
        "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{access_token}}", "type": "string"}]},
        "event": [{"listen": "prerequest", "script": {"type": "text/javascript", "exec": [_POSTMAN_GUARD]}}],
        "variable": [{"key": key, "value": value} for key, value in values.items()],
        "item": folders,
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _postman_item(operation: OperationSchema) -> dict[str, Any]:
    path = re.sub(r"\{([^{}]+)\}", r":\1", operation.path)
    query = [
        {"key": one.name, "value": _shown(operation, one), "disabled": not one.required}
        for one in _placed(operation, "query")
    ]
    request: dict[str, Any] = {
        "method": operation.method,
        "header": [{"key": one.name, "value": _shown(operation, one)} for one in _placed(operation, "header")],
        "url": {
            "raw": f"{{{{base_url}}}}{path}",
            "host": ["{{base_url}}"],
            "path": path.strip("/").split("/"),
            "query": query,
            "variable": [{"key": one.name, "value": _shown(operation, one)} for one in _placed(operation, "path")],
        },
        "description": operation.summary,
    }
    form = _placed(operation, "form")
    if operation.body is not None:
        raw = json.dumps(body_of(operation), indent=2, ensure_ascii=False)
        request["body"] = {"mode": "raw", "raw": raw, "options": {"raw": {"language": "json"}}}
    elif form:
        request["body"] = {
            "mode": "formdata",
            "formdata": [
                {"key": one.name, "type": "file", "src": []}
                if one.value.type == "file"
                else {
                    "key": one.name,
                    "value": _shown(operation, one),
                    "type": "text",
                    "disabled": not one.required,
                }
                for one in form
            ],
        }
    item: dict[str, Any] = {"name": operation.summary or operation.id, "request": request}
    if kept := KEPT.get(operation.id):
        lines = [
            "if (pm.response.code < 300) {",
            *(f'  pm.collectionVariables.set("{name}", pm.response.json(){place});' for name, place in kept.items()),
            "}",
        ]
        item["event"] = [{"listen": "test", "script": {"type": "text/javascript", "exec": lines}}]
    return item


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
            blocks.append(_block(name, {_key(one): _shown(operation, one) for one in found}))
    if operation.body is not None:
        written = json.dumps(body_of(operation), indent=2, ensure_ascii=False)
        blocks.append("body:json {\n" + "".join(f"  {line}\n" for line in written.split("\n")) + "}\n")
    elif form:
        given = {_key(one): "@file()" if one.value.type == "file" else _shown(operation, one) for one in form}
        blocks.append(_block("body:multipart-form", given))
    if kept := KEPT.get(operation.id):
        blocks.append(_block("vars:post-response", {name: f"res.body{place}" for name, place in kept.items()}))
    if operation.summary:
        blocks.append(f"docs {{\n  {_one_line(operation.summary)}\n}}\n")
    return "\n".join(blocks)


def _block(name: str, values: Mapping[str, str]) -> str:
    return f"{name} {{\n" + "".join(f"  {_one_line(key)}: {value}\n" for key, value in values.items()) + "}\n"


def _placed(operation: OperationSchema, place: str) -> list[Parameter]:
    return [one for one in operation.parameters if one.place == place]


def _shown(operation: OperationSchema, one: Parameter) -> str:
    return _value(value_of(operation, one))


def _value(text: str) -> str:
    """A value on one line, with its variables and no other braces."""
    return " ".join(text.split()) if re.fullmatch(r"\{\{\w+\}\}", text, re.ASCII) else _one_line(text)


def _key(one: Parameter) -> str:
    """A parameter's name as Bruno's language takes it; `~` before it is for one that is left out."""
    return ("" if one.required else "~") + re.sub(r"[^\w.\[\]-]+", "-", one.name, flags=re.ASCII)


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
