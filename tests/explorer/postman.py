"""A saved Postman collection, sent as Postman sends it: in its order, its variables filled, what it keeps of an answer kept."""

from __future__ import annotations

import itertools
import json
import re
import time
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cctoolkit._httpx import httpx

_KEPT = re.compile(r'pm\.collectionVariables\.set\("(\w+)", pm\.response\.json\(\)(\S*)\);')
#: What Postman calls `$timestamp`: whole seconds. Each sending has one of its own, as nobody sends all of it twice in a second.
_SECONDS = itertools.count(int(time.time()))


def send_all(
    collection: Path, environment: Mapping[str, str], http: httpx.Client, csv: Path
) -> Iterator[tuple[str, httpx.Response]]:
    """Each request's name and its answer. `csv` is the file that is chosen where one is asked for."""
    whole = json.loads(collection.read_text())
    values = {one["key"]: one["value"] for one in whole.get("variable", [])}
    values |= {**environment, "$timestamp": str(next(_SECONDS))}
    for folder in whole["item"]:
        for item in folder["item"]:
            answer = _send(item["request"], values, http, csv)
            yield item["name"], answer
            for line in [line for event in item.get("event", []) for line in event["script"]["exec"]]:
                if answer.is_success and (kept := _KEPT.search(line)):
                    values[kept[1]] = str(_at(answer.json(), kept[2]))


def _send(request: Mapping[str, Any], values: Mapping[str, str], http: httpx.Client, csv: Path) -> httpx.Response:
    made = {"$guid": str(uuid.uuid4())}

    def filled(text: str) -> str:
        once = re.sub(r"\{\{([$\w]+)\}\}", lambda found: str({**values, **made}.get(found[1], found[0])), text)
        return once if once == text else filled(once)  # a variable may hold another

    url = request["url"]
    variables = {one["key"]: filled(one["value"]) for one in url["variable"]}
    path = "/".join(variables.get(part[1:], part) if part.startswith(":") else part for part in url["path"])
    query = [(one["key"], filled(one["value"])) for one in url["query"] if not one["disabled"]]
    body, content = request.get("body", {}), {}
    if body.get("mode") == "raw":
        content = {"content": filled(body["raw"]), "headers": {"Content-Type": "application/json"}}
    elif body.get("mode") == "formdata":
        fields = [one for one in body["formdata"] if not one.get("disabled")]
        content = {
            "data": {one["key"]: filled(one["value"]) for one in fields if one["type"] == "text"},
            "files": {
                one["key"]: ("contacts.csv", csv.read_bytes(), "text/csv") for one in fields if one["type"] == "file"
            },
        }
    headers = {one["key"]: filled(one["value"]) for one in request["header"]}
    content["headers"] = {**content.get("headers", {}), **headers}
    return http.request(request["method"], f"{filled(url['host'][0])}/{path}", params=query, **content)


def _at(answer: Any, path: str) -> Any:
    for name, number in re.findall(r"\.(\w+)|\[(\d+)\]", path):
        answer = answer[name] if name else answer[int(number)]
    return answer
