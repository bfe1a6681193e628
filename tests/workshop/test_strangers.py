"""What somebody in the room can cost who has no slip: connections, memory, a word about others."""

from __future__ import annotations

import base64
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import pytest

from cctoolkit._httpx import httpx
from cctoolkit.workshop import pages
from cctoolkit.workshop.pages import LARGEST_BODY, SMALL_BODY
from tests.workshop.conftest import MOST, Class


@contextmanager
def _connected(running: Class, sent: bytes = b"") -> Iterator[socket.socket]:
    parts = urlsplit(running.base)
    with socket.create_connection((str(parts.hostname), int(parts.port or 0)), timeout=30) as connection:
        if sent:
            connection.sendall(sent)
        yield connection


def _made_up(client_id: str) -> str:
    """A token that nobody signed."""
    claims = base64.urlsafe_b64encode(json.dumps({"cid": client_id}).encode()).decode().rstrip("=")
    return f"eyJhbGciOiJub25lIn0.{claims}.x"


def test_many_who_send_nothing_keep_nobody_out(start_class: Callable[..., Class]) -> None:
    """Three times as many connections as are held at once, silent or in the middle of a head: who asks is answered."""
    running = start_class(1)
    with ExitStack() as stack:
        for number in range(3 * MOST):
            stack.enter_context(_connected(running, b"GET / HTTP/1.1\r\nHost: 127" if number % 2 else b""))
        assert httpx.get(f"{running.base}/join/{running.classroom.participants[0].code}", timeout=60).status_code == 200
        with running.client(1) as client:
            assert client.contacts.count() == 1
        assert len(running.server.server_state.connections) <= MOST


@pytest.mark.thorough
def test_a_head_that_never_ends_is_given_up(start_class: Callable[..., Class]) -> None:
    """A letter now and then does not prolong it; nor does a first request that was answered."""
    running = start_class(1)
    host = urlsplit(running.base).netloc.encode()
    for begun in (b"GET / HT", b"GET / HTTP/1.1\r\nHost: " + host + b"\r\n\r\nGET / HT"):
        with _connected(running, begun) as connection:
            ended = threading.Event()

            def trickle(to: socket.socket = connection, over: threading.Event = ended) -> None:
                while not over.wait(0.2):
                    try:
                        to.sendall(b"T")
                    except OSError:
                        return

            thread = threading.Thread(target=trickle, daemon=True)
            thread.start()
            try:
                while connection.recv(65_536):  # ends when the workshop lets go
                    pass
            except ConnectionError:
                pass
            finally:
                ended.set()
                thread.join()


@pytest.mark.parametrize("token", [None, "no token at all", _made_up("somebody")])
def test_a_large_body_is_for_those_of_the_class(start_class: Callable[..., Class], token: str | None) -> None:
    """It is refused before it has come, for whoever has no token of a participant."""
    running = start_class(1)
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    asked = f"POST /v3/contacts HTTP/1.1\r\nHost: {urlsplit(running.base).netloc}\r\n{head}"
    begun = f"{asked}Content-Length: {LARGEST_BODY}\r\n\r\n".encode() + b"x" * (2 * SMALL_BODY)
    with _connected(running, begun) as connection:
        assert connection.recv(65_536).startswith(b"HTTP/1.1 413")


def test_a_participants_file_of_4_mb_goes_through(start_class: Callable[..., Class]) -> None:
    running = start_class(1)
    rows = "".join(f"p{n:06}@example.com,{'x' * 200}\n" for n in range(15_000))
    with running.client(1) as client:
        list_id = client.lists.create("Large")["list_id"]
        assert client.activities.import_csv(f"email,street\n{rows}".encode(), list_id)["activity_id"]


def test_a_body_that_does_not_come_is_given_up(
    start_class: Callable[..., Class], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "BODY_PATIENCE", 0.2)
    running = start_class(1)
    asked = f"POST /v3/contacts HTTP/1.1\r\nHost: {urlsplit(running.base).netloc}\r\nContent-Length: 90\r\n\r\nx"
    with _connected(running, asked.encode()) as connection:
        assert connection.recv(65_536).startswith(b"HTTP/1.1 408")


@pytest.mark.parametrize("path", ["/oauth2/default/v1/keys", "/v3/contacts", "/v3/swagger.yaml"])
def test_nobody_is_seen_who_has_not_come(start_class: Callable[..., Class], path: str) -> None:
    """A token that nobody signed says nothing of a participant, however well their key is known."""
    running = start_class(1)
    token = _made_up(running.classroom.participants[0].service.client_id)
    httpx.get(f"{running.base}{path}", headers={"Authorization": f"Bearer {token}"}, timeout=60)
    assert running.classroom.rows()[0].seen is None


def test_a_token_of_many_layers_is_no_token(start_class: Callable[..., Class]) -> None:
    """Whatever its middle part is made of, it is answered as any that is not valid."""
    running = start_class(1)
    deep = base64.urlsafe_b64encode(b"[" * 900 + b"]" * 900).decode().rstrip("=")
    answer = httpx.get(f"{running.base}/v3/contacts", headers={"Authorization": f"Bearer e.{deep}.x"}, timeout=60)
    assert answer.status_code == 401


def test_the_page_of_slips_is_framed_by_nobody(start_class: Callable[..., Class]) -> None:
    running = start_class(1)
    headers = httpx.get(f"{running.trainer}/slips", timeout=60).headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "same-origin"
