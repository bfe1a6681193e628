"""The same in code: what is shown runs, asks for the same, and holds no token."""

from __future__ import annotations

import io
import json
import shlex
import shutil
import subprocess
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cctoolkit._httpx import httpx
from cctoolkit.api import Client
from cctoolkit.api.checking import check_call
from cctoolkit.api.transport import FixedToken, Transport
from cctoolkit.explorer import code
from cctoolkit.explorer.filling import NamedFile
from cctoolkit.sandbox import Sandbox
from tests.explorer.calls import ID, TOKEN, described

CURL = shutil.which("curl")
OPERATIONS = described().operations
API = "https://host.example/v3"


def _ways(operation_id: str, arguments: dict[str, Any], **more: Any) -> dict[str, str]:
    operation = OPERATIONS[operation_id]
    return code.in_code(operation, arguments, check_call(operation, arguments), service="custom", api_url=API, **more)


@pytest.fixture
def sandbox(served: Sandbox) -> Sandbox:
    """On a port, for code that is run as somebody takes it along."""
    return served


@pytest.fixture
def custom(sandbox: Sandbox) -> Client:
    return Client(Transport(sandbox.api_url, FixedToken(sandbox.access_token())), "custom")


def _answers(client: Client, sandbox: Sandbox, operation_id: str, arguments: dict[str, Any], way: str) -> Any:
    """What the code answers when it is run."""
    operation = client.operations[operation_id]
    texts = code.in_code(
        operation.schema, arguments, operation.request(**arguments), service="custom", api_url=client.api_url
    )
    assert client._transport._tokens.access_token() not in "".join(texts.values())
    if way != "curl":
        names: dict[str, Any] = {}
        exec(texts[way], names)
        if "client" in names:
            names["client"].close()
        return names["answer"]
    answered = subprocess.run(["sh", "-c", texts["curl"]], capture_output=True, check=True, timeout=30)
    return json.loads(answered.stdout)


@pytest.mark.parametrize("way", code.WAYS)
def test_the_code_runs_and_answers_the_same(
    way: str, custom: Client, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A read with parameters, a write with a body full of quotes, and a file, as each way sends them."""
    if way == "curl" and CURL is None:
        pytest.skip("curl is not installed; that its code can be parsed is tested without it")
    monkeypatch.setenv("ACCESS_TOKEN", sandbox.access_token())
    monkeypatch.chdir(tmp_path)
    reading = {"status": ["all"], "include": ["list_memberships", "custom_fields"], "limit": 5}
    assert _answers(custom, sandbox, "getContacts", reading, way) == custom.call("getContacts", **reading)
    name = f"""It's a "list" of $HOME, `x` & <b>, \\ 100% {way} ü"""
    made = _answers(custom, sandbox, "createList", {"body": {"name": name, "favorite": True}}, way)
    assert custom.call("getList", list_id=made["list_id"])["name"] == name
    file = NamedFile("people of; the, 'club'.csv", b"email\nada@example.com\n")
    (tmp_path / file.name).write_bytes(file.content)
    started = _answers(custom, sandbox, _import(custom), {"file": file, "list_ids": made["list_id"]}, way)
    assert started["source_file_name"] == file.name
    custom.close()


def _import(client: Client) -> str:
    [found] = [one.id for one in client.operations if one.path == "/activities/contacts_file_import"]
    return found


@pytest.mark.parametrize("service", ["sandbox", "live", "custom"])
def test_a_token_is_a_variable(service: str) -> None:
    """In each of the three, for each service."""
    operation = OPERATIONS["getPeople"]
    texts = code.in_code(operation, {}, check_call(operation, {}), service=service, api_url=API)
    assert "$ACCESS_TOKEN" in texts["curl"]
    assert 'os.environ["ACCESS_TOKEN"]' in texts["httpx"]
    assert TOKEN not in "".join(texts.values())
    assert ("access_token=access_token" in texts["cctoolkit"]) == (service == "custom")


def test_a_further_page_is_the_address_of_the_link() -> None:
    """With this toolkit it is all pages; the others show the cursor."""
    texts = _ways("getPeople", {"limit": 2}, url=f"{API}/people?cursor=abc")
    assert "for answer in pages:" in texts["cctoolkit"]
    assert 'params={"cursor": "abc"}' in texts["httpx"]
    assert texts["curl"].endswith(f"'{API}/people?cursor=abc'")


def _sent_by_httpx(text: str, monkeypatch: pytest.MonkeyPatch) -> httpx.Request:
    """The request that the shown code makes; nothing is sent."""
    sent: list[httpx.Request] = []

    def request(method: str, url: str, **given: Any) -> httpx.Response:
        given.pop("timeout")
        sent.append(httpx.Request(method, url, **given))
        sent[-1].read()  # while the file is open
        return httpx.Response(200, json={}, request=sent[-1])

    module = type("Module", (), {"request": staticmethod(request)})
    text = text.replace("import httpx\n", "")
    exec(text, {"httpx": module})
    return sent[0]


def _sent_by_us(operation_id: str, arguments: dict[str, Any]) -> httpx.Request:
    sent: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json={})

    request = check_call(OPERATIONS[operation_id], arguments)
    with Client(Transport(API, FixedToken(TOKEN), transport=httpx.MockTransport(handler)), "custom") as client:
        client._transport.fetch(OPERATIONS[operation_id].method, request.address(), **request.content)
    return sent[0]


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda text: text.strip() != "")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=TEXTS, lists=st.lists(TEXTS, min_size=1, max_size=3), more=st.recursive(TEXTS | st.booleans(), st.lists))
def test_httpx_asks_for_the_same(name: str, lists: list[str], more: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever texts are in query, path and body: address and content are those of our own request."""
    monkeypatch.setenv("ACCESS_TOKEN", TOKEN)
    arguments = {"limit": 3, "list_ids": lists}
    ours = _sent_by_us("getPeople", arguments)
    theirs = _sent_by_httpx(_ways("getPeople", arguments)["httpx"], monkeypatch)
    assert theirs.url.params == ours.url.params
    body = {"name": name[:50].strip() or "x", "notes": [{"text": more}]}
    ours, theirs = (
        _sent_by_us("postPerson", {"body": body}),
        _sent_by_httpx(_ways("postPerson", {"body": body})["httpx"], monkeypatch),
    )
    assert json.loads(theirs.content) == json.loads(ours.content)
    assert theirs.headers["Authorization"] == ours.headers["Authorization"]


@given(name=TEXTS)
def test_curl_is_one_command_with_the_same(name: str) -> None:
    """A shell reads it as one command; nothing in a value is taken for anything else."""
    arguments = {"body": {"name": name[:50].strip() or "x"}}
    words = shlex.split(_ways("postPerson", arguments)["curl"].replace("\\\n", ""))
    assert words[0] == "curl"
    assert words[-1] == f"{API}/people"
    assert json.loads(words[words.index("--data-raw") + 1]) == arguments["body"]
    assert "Authorization: Bearer $ACCESS_TOKEN" in words


def test_a_form_with_a_file_is_multipart_in_each_way(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The name of the file is the name of the file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ACCESS_TOKEN", TOKEN)
    (tmp_path / "people.csv").write_bytes(b"email\n")
    arguments = {"file": NamedFile("people.csv", b"email\n"), "list_ids": f"@{ID}"}
    texts = _ways("postFile", arguments)
    assert 'file="people.csv"' in texts["cctoolkit"]
    sent = _sent_by_httpx(texts["httpx"], monkeypatch)
    head = f"Content-Type: {sent.headers['content-type']}\r\n\r\n".encode()
    parts: Any = BytesParser(policy=HTTP).parse(io.BytesIO(head + sent.content))
    found: list[Message] = parts.get_payload()
    assert {part.get_param("name", header="content-disposition") for part in found} == {"file", "list_ids"}
    words = shlex.split(texts["curl"].replace("\\\n", ""))
    assert "file=@people.csv;type=text/csv" in words
    assert words[words.index("--form-string") + 1] == f"list_ids=@{ID}"
