"""`cctoolkit schema`, as somebody types it."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import platformdirs
import pytest
import yaml

from tests.cli.commands import run


def _run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return run("schema", *arguments, **environment)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[dict[str, str]]:
    """An environment with a home of its own, and no way to the network but a proxy that says no."""

    class Refusing(BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            self.send_error(403)

        def log_message(self, format: str, *values: object) -> None:
            pass

    proxy = HTTPServer(("127.0.0.1", 0), Refusing)
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{proxy.server_port}"
    yield {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path), "HTTPS_PROXY": address, "https_proxy": address}
    proxy.shutdown()
    proxy.server_close()


def _keep(home: Path, kind: str, operations: list[str]) -> Path:
    """A description of the live service, as if it had been downloaded."""
    described = {
        "swagger": "2.0",
        "paths": {f"/{name}": {"get": {"operationId": name, "summary": f"About {name}"}} for name in operations},
    }
    folder = home / Path(platformdirs.user_cache_path("cctoolkit")).relative_to(Path.home()) / "schema"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"live.{kind}").write_text(yaml.safe_dump(described))
    return folder


def test_the_sandbox_is_asked_and_shown() -> None:
    """update counts, show lists, finds and explains; nothing is said to be wrong."""
    done = _run("update")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("sandbox: 128 operations")
    done = _run("show")
    assert len(done.stdout.splitlines()) == 128
    done = _run("show", "custom_field")
    assert "getCustomFields" in done.stdout
    assert "getContacts " not in done.stdout
    done = _run("show", "getContacts")
    assert "GET /contacts" in done.stdout
    assert "limit: a whole number from 1 to 500, default 50" in done.stdout
    assert _run("changes").returncode == 0
    assert json.loads(_run("update", "--json").stdout)["operations"] == 128
    [one] = json.loads(_run("show", "getContacts", "--json").stdout)["operations"]
    assert (one["id"], one["path"], one["answer"]["records"]) == ("getContacts", "/contacts", "contacts")
    assert len(json.loads(_run("show", "--json").stdout)["operations"]) == 128
    refused = _run("show", "getContcts", "--json")
    assert refused.returncode == 2
    assert "did you mean getContacts?" in json.loads(refused.stdout)["error"]


def test_what_nothing_holds_is_said() -> None:
    """With the nearest, and the command that lists all."""
    done = _run("show", "getContcts")
    assert done.returncode == 2
    assert "did you mean getContacts?" in done.stderr
    assert done.stderr.rstrip().endswith("cctoolkit schema show --service sandbox")


def test_the_last_change_of_the_live_service(tmp_path: Path, kept: dict[str, str]) -> None:
    """From what is kept, without asking anybody."""
    assert "No change was seen yet" in _run("changes", "--service", "live", **kept).stderr
    _keep(tmp_path, "previous.yaml", ["getOld", "getBoth"])
    _keep(tmp_path, "yaml", ["getBoth", "getNew"])
    done = _run("changes", "--service", "live", **kept)
    assert done.returncode == 0
    assert done.stdout == "+ getNew\n- getOld\n"
    told = json.loads(_run("changes", "--service", "live", "--json", **kept).stdout)
    assert (told["added"], told["removed"], told["changed"]) == (["getNew"], ["getOld"], [])


def test_without_a_network_what_is_kept_is_shown(tmp_path: Path, kept: dict[str, str]) -> None:
    """And an update says in one sentence that there was none."""
    folder = _keep(tmp_path, "yaml", ["getKept"])
    done = _run("show", "--service", "live", **kept)
    assert done.stdout == "getKept  GET  /getKept  About getKept\n"
    assert json.loads((folder / "live.json").read_text())["schema"]["operations"]
    done = _run("update", "--service", "live", **kept)
    assert done.returncode == 1
    assert "Check the network connection" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert (folder / "live.yaml").exists()


def test_no_network_and_nothing_kept(kept: dict[str, str]) -> None:
    """One sentence."""
    done = _run("show", "--service", "live", **kept)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_another_service_is_refused() -> None:
    """There are two."""
    for command in ("update", "changes", "show"):
        done = _run(command, "--service", "production")
        assert done.returncode == 2
        assert "--service sandbox or --service live" in done.stderr
