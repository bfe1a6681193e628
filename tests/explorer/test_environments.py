"""Files for Postman and Bruno: addresses and keys, never a token."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cctoolkit._httpx import httpx
from cctoolkit.api import Client
from cctoolkit.errors import SettingsError
from cctoolkit.explorer import save_collection, save_environment
from cctoolkit.sandbox import Sandbox
from cctoolkit.settings import LIVE_API
from tests.explorer.calls import TOKEN, client_of

KEY = "0f0f0f0f-1111-2222-3333-444444444444"


def _written(path: Path) -> str:
    files = [path] if path.is_file() else [one for one in sorted(path.rglob("*")) if one.is_file()]
    return "\n".join(file.read_text() for file in files)


@pytest.mark.parametrize("tool", ["postman", "bruno"])
def test_the_live_environment_has_addresses_key_and_scopes(
    tool: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The secret of the application stays where it is."""
    monkeypatch.setenv("CCTOOLKIT_API_KEY", KEY)
    monkeypatch.setenv("CCTOOLKIT_CLIENT_SECRET", "a-client-secret")
    text = _written(save_environment(tool, "live", tmp_path))
    for part in (LIVE_API, KEY, "/v1/token", "/v1/authorize", "/v1/device/authorize", "contact_data", "offline_access"):
        assert part in text
    assert "a-client-secret" not in text


def test_postman_reads_its_environment(tmp_path: Path) -> None:
    """Without a saved key it is a variable to fill, as are the token and the secret, which are secrets."""
    path = save_environment("postman", "live", tmp_path)
    assert path.name == "constant-contact-live.postman_environment.json"
    environment = json.loads(path.read_text())
    values = {one["key"]: one for one in environment["values"]}
    assert environment["_postman_variable_scope"] == "environment"
    assert values["base_url"] == {"key": "base_url", "value": LIVE_API, "type": "default", "enabled": True}
    for name in ("access_token", "client_secret"):
        assert (values[name]["type"], values[name]["value"]) == ("secret", "")


def test_bruno_reads_its_environment(tmp_path: Path) -> None:
    """A line a variable, the secrets apart from them and without a value."""
    text = save_environment("bruno", "live", tmp_path).read_text()
    assert text.startswith(f"vars {{\n  base_url: {LIVE_API}\n")
    assert text.endswith("vars:secret [\n  access_token,\n  client_secret\n]\n")


def test_the_sandbox_has_an_environment(tmp_path: Path) -> None:
    """That of the workspace, started when it does not run."""
    values = {
        one["key"]: one["value"]
        for one in json.loads(save_environment("postman", folder=tmp_path).read_text())["values"]
    }
    assert values["base_url"].startswith("http://127.0.0.1:")
    assert values["token_url"].endswith("/token")
    assert values["api_key"]
    assert values["access_token"] == values["client_secret"] == ""


@pytest.mark.parametrize("tool", ["postman", "bruno"])
def test_no_token_gets_into_a_file(tool: str, tmp_path: Path) -> None:
    """Neither into the environment of a client nor into its collection."""
    client = client_of(lambda request: httpx.Response(200, json={}))
    text = _written(save_environment(tool, client, tmp_path)) + _written(save_collection(tool, client, tmp_path))
    assert "https://host.example/v3" in text
    assert "access_token" in text
    assert TOKEN not in text


def test_postman_gets_all_operations(client: Client, tmp_path: Path) -> None:
    """A folder a topic; addresses with variables, bodies with an example."""
    collection = json.loads(save_collection("postman", client, tmp_path).read_text())
    requests = [item["request"] for folder in collection["item"] for item in folder["item"]]
    assert {(one["method"], one["url"]["raw"]) for one in requests} >= {
        ("GET", "{{base_url}}/contacts"),
        ("PUT", "{{base_url}}/contact_lists/:list_id"),
    }
    [create] = [one for one in requests if (one["method"], one["url"]["raw"]) == ("POST", "{{base_url}}/contact_lists")]
    assert json.loads(create["body"]["raw"])["name"] == "Made {{$timestamp}}"


def test_bruno_gets_all_operations(client: Client, sandbox: Sandbox, tmp_path: Path) -> None:
    """A folder a topic, a file an operation, and the environment in it."""
    root = save_collection("bruno", client, tmp_path)
    assert json.loads((root / "bruno.json").read_text())["type"] == "collection"
    assert "base_url: http://127.0.0.1:" in (root / "environments" / "constant-contact-sandbox.bru").read_text()
    text = (root / "Contact Lists" / "createList.bru").read_text()
    assert "post {\n  url: {{base_url}}/contact_lists\n  body: json\n  auth: inherit\n}" in text
    assert len(list(root.glob("*/*.bru"))) >= 128


def test_hostile_descriptions_end_no_block(tmp_path: Path) -> None:
    """A summary or a topic is no path and no code."""
    client = client_of(lambda request: httpx.Response(200, json={}))
    root = save_collection("bruno", client, tmp_path)
    assert {path.parent.name for path in root.glob("*/*.bru")} == {
        "-b-People-b-",
        "People",
        "Files",
        "Other",
        "environments",
    }


def test_what_cannot_be_done_is_a_sentence(tmp_path: Path) -> None:
    """Another tool, another service, a folder that is a file."""
    with pytest.raises(SettingsError, match="say 'postman' or 'bruno'"):
        save_environment("insomnia", "live", tmp_path)
    with pytest.raises(SettingsError, match="say 'sandbox' or 'live'"):
        save_environment("bruno", "dead", tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="cannot be written"):
        save_environment("bruno", "live", tmp_path / "file")


def test_what_was_edited_in_bruno_is_not_written_over(client: Client, tmp_path: Path) -> None:
    """Bruno edits its files in place: saving again is refused then, whole; unedited, it changes nothing."""
    root = save_collection("bruno", client, tmp_path)
    before = _written(save_collection("bruno", client, tmp_path))
    edited = next(root.rglob("getTags.bru"))
    edited.write_text("mine")
    with pytest.raises(SettingsError, match="may be your work"):
        save_collection("bruno", client, tmp_path)
    assert edited.read_text() == "mine"
    edited.unlink()
    assert _written(save_collection("bruno", client, tmp_path)) == before
