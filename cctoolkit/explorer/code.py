"""A call as code, three ways: with this toolkit, with HTTPX, and with curl. The access token is always a variable."""

from __future__ import annotations

import json
import shlex
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from ..api.checking import Request
from ..api.schema import OperationSchema

#: In which order they are shown.
WAYS = ("cctoolkit", "httpx", "curl")
#: The environment variable that holds the access token.
TOKEN = "ACCESS_TOKEN"  # noqa: S105 - a name, not a token
WIDTH = 88


def in_code(
    operation: OperationSchema,
    arguments: Mapping[str, Any],
    request: Request,
    *,
    service: str,
    api_url: str,
    url: str | None = None,
) -> dict[str, str]:
    """The call in each of `WAYS`. `url` is what was really asked for where that is a further page."""
    address = f"{api_url}{request.path}"
    if url is None:
        query = f"?{urlencode(request.query)}" if request.query else ""
    else:
        address, _, rest = url.partition("?")
        query = f"?{rest}" if rest else ""
        request = Request(request.path, parse_qsl(rest, keep_blank_values=True), request.content)
    file = next((sent[0] for sent in request.content.get("files", {}).values()), "")
    return {
        "cctoolkit": in_toolkit(operation, arguments, connecting(service, api_url), pages=url is not None),
        "httpx": in_httpx(operation, request, address, file=file),
        "curl": in_curl(operation, request, f"{address}{query}", file=file),
    }


def in_toolkit(operation: OperationSchema, arguments: Mapping[str, Any], connect: str, *, pages: bool = False) -> str:
    """The call with this toolkit. `connect` makes the client; `pages` is for all pages of a collection."""
    given = [f"{name}={_literal(value)}" for name, value in arguments.items()]
    lines = ["import cctoolkit", "", f"client = {connect}"]
    if "access_token" in connect:
        lines[:1] = ["import os", "", "import cctoolkit"]
        lines.insert(-1, f'access_token = os.environ["{TOKEN}"]')
    if pages:
        lines.append(_call(f"pages = client.operations.{operation.id}.pages", given))
        lines += ["for answer in pages:", "    print(answer)"]
    else:
        lines.append(_call("answer = client.call", [json.dumps(operation.id), *given]))
    return "\n".join(lines)


def connecting(service: str, api_url: str) -> str:
    """What makes a client of this service."""
    if service == "sandbox":
        return "cctoolkit.connect()"
    if service == "live":
        return 'cctoolkit.connect("live")'
    return f"cctoolkit.connect(api_url={_text(api_url)}, access_token=access_token)"


def in_httpx(operation: OperationSchema, request: Request, address: str, *, file: str) -> str:
    """The same with HTTPX. `address` is the whole address without the query; `file` is the name of the file to send."""
    bearer = '"Authorization": f"Bearer {access_token}"'
    headers = dict(request.content.get("headers", {}))
    body = request.content.get("content")
    if body is not None:
        headers.pop("Content-Type", None)  # HTTPX sets it with json=
    more = [f"{_literal(name)}: {_literal(value)}" for name, value in headers.items()]
    given = [_literal(address)]
    names = [name for name, _ in request.query]
    if request.query:
        given.append(f"params={_literal(dict(request.query) if len(set(names)) == len(names) else request.query)}")
    if body is not None:
        given.append(f"json={_literal(json.loads(body))}")
    if "data" in request.content:
        given.append(f"data={_literal(request.content['data'])}")
    if "files" in request.content:
        [(name, sent)] = request.content["files"].items()
        given.append(f'files={{{_literal(name)}: ({_literal(sent[0])}, file, "text/csv")}}')
    given += [f"headers={{{', '.join([bearer, *more])}}}", "timeout=60"]
    read = "response.text" if operation.answer.type == "text" else "response.json()"
    if operation.method != "GET":
        read = f"{read} if response.content else None"
    asks = _call("response = httpx.request", [json.dumps(operation.method), *given])
    if "files" in request.content:
        asks = f'with open({_literal(file)}, "rb") as file:\n{textwrap.indent(asks, "    ")}'
    return "\n".join(
        [
            "import os",
            "",
            "import httpx",
            "",
            f'access_token = os.environ["{TOKEN}"]',
            asks,
            "response.raise_for_status()",
            f"answer = {read}",
        ]
    )


def in_curl(operation: OperationSchema, request: Request, address: str, *, file: str) -> str:
    """The same with curl, for a POSIX shell. `address` is the whole address with the query."""
    parts = ["curl --silent --show-error"]
    if operation.method != "GET":
        parts.append(f"--request {operation.method}")
    parts.append(f'--header "Authorization: Bearer ${TOKEN}"')
    for name, value in request.content.get("headers", {}).items():
        parts.append(f"--header {shlex.quote(f'{name}: {value}' if value else f'{name};')}")
    body = request.content.get("content")
    if body is not None:
        parts.append(f"--data-raw {shlex.quote(_json(body))}")
    for name, value in request.content.get("data", {}).items():
        parts.append(f"--form-string {shlex.quote(f'{name}={value}')}")
    for name, sent in request.content.get("files", {}).items():
        path = _in_form(file)
        named = "" if Path(file).name == sent[0] else f";filename={_in_form(sent[0])}"
        parts.append(f"--form {shlex.quote(f'{name}=@{path};type=text/csv{named}')}")
    if any(sign in address for sign in "[]{}"):
        parts.append("--globoff")
    parts.append(shlex.quote(address))
    return " \\\n  ".join(parts)


def _json(body: bytes) -> str:
    """A body as somebody reads it. What no shell can pass on, or would turn the text around it, is an escape."""
    written = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    return "".join(sign if sign.isprintable() or sign == "\n" else json.dumps(sign)[1:-1] for sign in written)


def _in_form(name: str) -> str:
    """A file's name as `curl --form` reads it, whatever is in it."""
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"' if any(sign in name for sign in ';,"\\ ') else name


def _call(function: str, given: list[str]) -> str:
    """A call on one line where that fits, else an argument a line."""
    line = f"{function}({', '.join(given)})"
    if len(line) <= WIDTH and "\n" not in line:
        return line
    return f"{function}(\n" + "".join(f"    {_indented(one)},\n" for one in given) + ")"


def _indented(text: str) -> str:
    return text.replace("\n", "\n    ")


def _literal(value: Any) -> str:
    """A value as Python writes it, an entry a line where it is long; a file is its name."""
    if hasattr(value, "read"):
        return _text(str(getattr(value, "name", "contacts.csv")))
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict):
        return _several("{", [f"{_literal(name)}: {_literal(each)}" for name, each in value.items()], "}")
    if isinstance(value, list):
        return _several("[", [_literal(each) for each in value], "]")
    if isinstance(value, tuple) and len(value) > 1:
        return _several("(", [_literal(each) for each in value], ")")
    return repr(value)


def _several(opening: str, entries: list[str], closing: str) -> str:
    line = f"{opening}{', '.join(entries)}{closing}"
    if len(line) <= WIDTH - 20 and "\n" not in line:
        return line
    return f"{opening}\n" + "".join(f"    {_indented(one)},\n" for one in entries) + closing


def _text(text: str) -> str:
    """A text in double quotes, where that needs no escapes."""
    written = repr(text)
    return f'"{written[1:-1]}"' if '"' not in written else written
