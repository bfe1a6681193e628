"""`cctoolkit doctor`, as somebody types it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.cli.commands import run


@pytest.fixture
def asked() -> Iterator[tuple[dict[str, str], list[str]]]:
    """An environment with no way to the network but a proxy that says no, and whom it was asked for."""
    hosts: list[str] = []

    class Refusing(BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            hosts.append(self.path)
            self.send_error(403)

        do_GET = do_CONNECT  # noqa: N815 - so that a plain HTTP request is seen too

        def log_message(self, format: str, *values: object) -> None:
            pass

    proxy = HTTPServer(("127.0.0.1", 0), Refusing)
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{proxy.server_port}"
    yield dict.fromkeys(("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"), address), hosts
    proxy.shutdown()
    proxy.server_close()


def test_only_live_leaves_this_machine(tmp_path: Path, asked: tuple[dict[str, str], list[str]]) -> None:
    """Without it nobody is asked; with it the status page is, and a network that says no is a problem in words."""
    proxies, hosts = asked
    home = {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path), "CCTOOLKIT_API_KEY": "1" * 36, **proxies}
    assert run("doctor", **home).returncode == 0
    assert hosts == []
    done = run("doctor", "--service", "live", "--json", **home)
    assert done.returncode == 1
    assert hosts == ["status.constantcontact.com:443"]
    found = {one["check"]: one for one in json.loads(done.stdout)["findings"] if one["state"] == "problem"}
    assert found.keys() == {"status page"}
    assert "HTTPS_PROXY" in found["status page"]["advice"]


def test_a_healthy_machine(tmp_path: Path) -> None:
    """Exit code 0, a line a check, and the sum; only this machine was looked at."""
    done = run("doctor", HOME=str(tmp_path), USERPROFILE=str(tmp_path))
    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith("ok       Python")
    assert "0 problems" in done.stdout
    assert "\x1b" not in done.stdout  # no colours where nobody sees them


def test_a_problem_ends_with_1(tmp_path: Path) -> None:
    """For scripts: the findings stand in one JSON object."""
    done = run("doctor", "--json", HOME=str(tmp_path), USERPROFILE=str(tmp_path), CCTOOLKIT_TOKEN_STORE="nowhere")
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert [found["check"] for found in told["findings"] if found["state"] == "problem"] == ["keyring"]


def test_an_unknown_service_ends_with_2() -> None:
    """In one sentence."""
    done = run("doctor", "--service", "production")
    assert (done.returncode, done.stdout) == (2, "")
    assert "say 'sandbox' or 'live'" in done.stderr


def test_the_help_teaches() -> None:
    """What it looks at, what live adds, and what the exit code means."""
    told = " ".join(run("doctor", "--help").stdout.split())
    for phrase in ("the exit code is then 1", "nobody but this machine is asked", "python -m cctoolkit.doctor"):
        assert phrase in told
