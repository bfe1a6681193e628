"""Requests, retries and errors, against functions that answer as a service might."""

from __future__ import annotations

import contextlib
import gc
import gzip
import itertools
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import cctoolkit
from cctoolkit._httpx import httpx, read_json
from cctoolkit.api import Client
from cctoolkit.api.transport import FixedToken, Received, Transport
from cctoolkit.errors import CctoolkitError, OutcomeUnknown, UnexpectedAnswer
from cctoolkit.in_process import InProcess

Handler = Callable[[httpx.Request], httpx.Response]


@pytest.fixture(autouse=True)
def _no_waiting() -> Any:
    """stamina's own test mode: as many attempts, no pauses."""
    import stamina

    stamina.set_testing(True, attempts=4)
    yield
    stamina.set_testing(False)


def _client(handler: Handler) -> Client:
    transport = Transport("https://host.example/v3", FixedToken("t"), transport=httpx.MockTransport(handler))
    return Client(transport, "custom")


def _always(status: int, content: bytes | str = b"") -> tuple[Client, list[httpx.Request]]:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(status, content=content)

    return _client(handler), seen


THROTTLED = '{"error_key":"throttled","error_message":"Too Many Requests"}'
QUOTA = '{"error_key":"quota_exceeded","error_message":"Limit Exceeded"}'


@pytest.mark.parametrize(
    ("status", "body", "error", "attempts", "says"),
    [
        (
            400,
            '[{"error_key":"contacts.api.validation.error","error_message":"x is missing"}]',
            cctoolkit.BadRequest,
            1,
            "x is missing",
        ),
        (
            401,
            '{"error_key":"unauthorized","error_message":"Unauthorized"}',
            cctoolkit.Unauthorized,
            1,
            r"sign_in\('live'\)",
        ),
        (403, '{"error_key":"forbidden"}', cctoolkit.Forbidden, 1, "scope"),
        (404, "[]", cctoolkit.NotFound, 1, "Check the id"),
        (409, '[{"error_key":"contacts.api.conflict","error_message":"exists"}]', cctoolkit.Conflict, 1, "exists"),
        (415, "", cctoolkit.UnsupportedMediaType, 1, ".csv"),
        (418, "", cctoolkit.ApiError, 1, "418"),
        (429, THROTTLED, cctoolkit.Throttled, 4, "wait a second"),
        (429, "", cctoolkit.Throttled, 4, "wait a second"),
        (429, QUOTA, cctoolkit.QuotaExceeded, 1, "00:00 UTC"),
        (500, "<html><body>Oops</body></html>", cctoolkit.ServiceFailed, 4, "status.constantcontact.com"),
        (502, "", cctoolkit.ServiceFailed, 4, "502"),
        (503, "null", cctoolkit.ServiceFailed, 4, "503"),
        (504, '{"truncated', cctoolkit.ServiceFailed, 4, "504"),
    ],
)
def test_every_answer_has_its_exception(
    status: int, body: str, error: type[cctoolkit.ApiError], attempts: int, says: str
) -> None:
    """With the service's words, the next step, and no second attempt where that is of no use."""
    client, seen = _always(status, body)
    with pytest.raises(error, match=says) as caught:
        client.contacts.page(email="secret.person@example.com")
    assert len(seen) == attempts
    assert caught.value.status == status
    assert type(caught.value) is error
    assert "GET /v3/contacts" in str(caught.value)
    assert "secret.person" not in str(caught.value)


@pytest.mark.parametrize(
    ("path", "said", "next_step"),
    [
        ("/contact_lists", "The list name x already exists.", "Read the one that exists"),
        ("/contacts/7", "Email already exists for contact 8", "Read the one that exists"),
        ("/contacts/7", "The contact is being updated", "Another request is changing it"),
        ("/contacts/resubscribe/7", "The contact is not unsubscribed", "Read the contact: only somebody"),
        ("/contacts/resubscribe/7", "", "Read the contact: only somebody"),
    ],
)
def test_a_conflict_ends_with_what_fits_it(path: str, said: str, next_step: str) -> None:
    """A name that is taken, a change at the same moment and a refused resubscribe mail share the status alone."""
    client, seen = _always(409, json.dumps([{"error_key": "contacts.api.conflict", "error_message": said}]))
    with pytest.raises(cctoolkit.Conflict, match=next_step) as caught:
        client._transport.request("PUT", path, json={})
    assert len(seen) == 1
    assert said.rstrip(".") in str(caught.value)


def test_each_answer_can_be_looked_at() -> None:
    """As it came, before anything is made of it: those of repeated attempts, and the error's too."""
    answers = [
        httpx.Response(503, content=b"later", headers={"x-try": "1"}),
        httpx.Response(404, json=[{"error_key": "contacts.api.not_found", "error_message": "gone"}]),
    ]
    seen: list[Received] = []
    with pytest.raises(cctoolkit.NotFound):
        _client(lambda request: answers.pop(0))._transport.fetch("GET", "/contacts/1", received=seen.append)
    assert [(one.method, one.status, one.reason) for one in seen] == [
        ("GET", 503, "Service Unavailable"),
        ("GET", 404, "Not Found"),
    ]
    assert seen[0].content == b"later"
    assert ("x-try", "1") in seen[0].headers
    assert seen[0].url == "https://host.example/v3/contacts/1"
    assert seen[0].seconds >= 0


def test_a_closed_client_says_so() -> None:
    """A cell above that is run again after the last one."""
    client, seen = _always(200, b"{}")
    client.close()
    with pytest.raises(cctoolkit.SettingsError, match="was closed"):
        client.contacts.page()
    assert seen == []


def test_throttling_is_waited_out() -> None:
    """A 429 of the second is followed by the answer."""
    answers = [httpx.Response(429, content=THROTTLED), httpx.Response(200, json={"contacts": []})]
    assert _client(lambda request: answers.pop(0)).contacts.page() == {"contacts": []}


def test_a_post_is_not_sent_twice() -> None:
    """A 500 to a POST is an error at once: it may have been carried out."""
    client, seen = _always(500)
    with pytest.raises(cctoolkit.ServiceFailed):
        client._transport.post("/contact_lists", {"name": "x"})
    assert len(seen) == 1


def test_a_post_without_an_answer_has_an_unknown_outcome() -> None:
    """The message says how to find out."""

    def handler(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("slow", request=request)

    with pytest.raises(cctoolkit.OutcomeUnknown, match="may or may not"):
        _client(handler)._transport.post("/contact_lists", {"name": "x"})


def test_an_import_is_sent_again() -> None:
    """It adds or updates by address, so the second time does no harm."""
    seen: list[bytes] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request.read())
        if len(seen) < 3:
            raise httpx.ReadError("cut", request=request)
        return httpx.Response(201, json={"activity_id": "a"})

    assert _client(handler).activities.import_csv(b"email\na@example.com\n", "l") == {"activity_id": "a"}
    assert all(b"a@example.com" in body for body in seen)
    assert b'name="list_ids"' in seen[0]


def test_no_network_is_said() -> None:
    """After a few attempts, in words."""

    def handler(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(cctoolkit.ServiceUnreachable, match="Check the network connection"):
        _client(handler).contacts.count()


@pytest.mark.parametrize("content", [b"<html>", b"[]", b'"text"', b"\xff", b"{"])
def test_an_answer_that_is_no_object_is_said(content: bytes) -> None:
    """A proxy's page, perhaps."""
    client, _ = _always(200, content)
    with pytest.raises(cctoolkit.UnexpectedAnswer, match="no JSON object"):
        client.contacts.page()


@pytest.mark.parametrize("status", [302, 307])
def test_a_redirect_is_not_an_empty_account(status: int) -> None:
    """A captive portal, perhaps; and an answer without its collection is none either."""
    client, _ = _always(status)
    with pytest.raises(cctoolkit.UnexpectedAnswer, match="redirected"):
        client.contacts.count()
    for body in ("{}", ""):
        client, _ = _always(200, body)
        with pytest.raises(cctoolkit.UnexpectedAnswer):
            client.contacts.frame()
        with pytest.raises(cctoolkit.UnexpectedAnswer):
            client.contacts.count()


def test_a_token_that_no_header_can_hold_is_said(sandbox: Any, network: InProcess) -> None:
    """Terminals break long tokens: blanks are taken out. What else is no token is refused without quoting it."""
    token = sandbox.access_token()
    broken = Client(Transport(sandbox.api_url, FixedToken(f"{token[:80]}\n {token[80:]}"), transport=network), "custom")
    assert broken.contacts.count() == 1
    with pytest.raises(cctoolkit.SettingsError) as caught:
        FixedToken("sécret")
    assert "sécret" not in str(caught.value)


def test_links_never_send_the_token_elsewhere() -> None:
    """The next page is asked of our host, whatever the link says."""
    hosts: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        hosts.append(request.url.host)
        if len(hosts) == 1:
            link = {"next": {"href": "https://evil.example/v3/contacts?cursor=abc"}}
            return httpx.Response(200, json={"contacts": [], "_links": link})
        assert request.url.path == "/v3/contacts"
        assert request.url.params["cursor"] == "abc"
        return httpx.Response(200, json={"contacts": []})

    assert list(_client(handler).contacts.iter()) == []
    assert hosts == ["host.example"] * 2


def test_links_in_a_circle_are_said() -> None:
    """Paging ends, with a message."""
    page = {"contacts": [], "_links": {"next": {"href": "/v3/contacts?cursor=same"}}}
    with pytest.raises(cctoolkit.UnexpectedAnswer, match="circle"):
        list(_client(lambda request: httpx.Response(200, json=page)).contacts.iter())


def test_odd_records_do_not_cost_the_page() -> None:
    """Values of the wrong shape, unknown fields, a name that is too long: everybody else is there."""
    odd: list[Any] = [
        {"contact_id": "1", "first_name": "x" * 51, "email_address": {"address": "a@example.com"}, "new_field": [1]},
        {"contact_id": "2", "email_address": None, "birthday_month": "May", "created_at": "once"},
        {"contact_id": "3", "email_address": "text", "phone_numbers": None},
        {"contact_id": "4", "email_address": {"permission_to_send": "telepathic"}},
        None,
        "text",
        {},
    ]
    frame = _client(lambda request: httpx.Response(200, json={"contacts": odd, "_links": None})).contacts.frame()
    assert list(frame["contact_id"].dropna()) == ["1", "2", "3", "4"]
    assert "telepathic" in list(frame["permission_to_send"])


def test_a_fresh_token_is_used_after_a_401() -> None:
    """Once; and the request is then answered."""

    class Tokens:
        def access_token(self) -> str:
            return "old"

        def after_unauthorized(self, rejected: str) -> str:
            assert rejected == "old"
            return "new"

    def handler(request: httpx.Request) -> httpx.Response:
        good = request.headers["Authorization"] == "Bearer new"
        return httpx.Response(200, json={"contacts": []}) if good else httpx.Response(401)

    transport = Transport("https://host.example/v3", Tokens(), transport=httpx.MockTransport(handler))
    assert Client(transport, "custom").contacts.page() == {"contacts": []}


@pytest.mark.parametrize("state", ["failed", "cancelled", "timed_out"])
def test_an_activity_that_ends_badly_is_said(state: str) -> None:
    """With the service's own words, and the report at hand."""
    report = {"activity_id": "a", "state": state, "activity_errors": ["the file was eaten"]}
    client, _ = _always(200, httpx.Response(200, json=report).content)
    with pytest.raises(cctoolkit.ActivityFailed, match="the file was eaten") as caught:
        client.activities.wait("a", progress=False)
    assert caught.value.report == report


def test_only_an_import_is_to_be_sent_again() -> None:
    """A deletion that failed has no file: what it was about is to be read first."""
    client, _ = _always(200, b'{"state": "failed", "activity_id": "a"}')
    with pytest.raises(cctoolkit.ActivityFailed, match="read what it was about"):
        client.activities.wait("a", progress=False)
    client, _ = _always(200, b'{"state": "failed", "activity_id": "a", "source_file_name": "people.csv"}')
    with pytest.raises(cctoolkit.ActivityFailed, match="Sending the same file again"):
        client.activities.wait("a", progress=False)


def test_waiting_shows_its_progress(capsys: pytest.CaptureFixture[str]) -> None:
    """A bar on stderr, up to 100 %."""
    client, _ = _always(200, b'{"state": "completed", "percent_done": 100, "completed_at": "2026-01-01T00:00:00Z"}')
    client.activities.wait("a")
    assert "100%" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "said"),
    [("", "Activity completed"), (', "status": {"person_count": 2}', "Import completed")],
)
def test_the_bar_calls_only_an_import_an_import(more: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Deleting contacts is none."""
    done = f'{{"state": "completed", "percent_done": 100, "completed_at": "2026-01-01T00:00:00Z"{more}}}'
    client, _ = _always(200, done.encode())
    client.activities.wait("a")
    assert said in capsys.readouterr().err


def test_half_a_surrogate_pair_does_not_cost_a_page() -> None:
    """A text that was cut in the middle of an emoji is JSON all the same."""
    body = '{"contacts":[{"contact_id":"a","first_name":"\\ud83d"}]}'
    client, _ = _always(200, body)
    [contact] = client.contacts.iter()
    assert contact["contact_id"] == "a"
    assert len(client.contacts.frame()) == 1


@pytest.mark.parametrize("content", [b'{"a": 1}', b'"\\ud83d"', b"<html>"])
def test_parsing_leaves_the_garbage_collector_as_it_was(content: bytes) -> None:
    """Whether it was on or off, and whether there was JSON or none."""
    for collecting in (True, False):
        (gc.enable if collecting else gc.disable)()
        try:
            with contextlib.suppress(ValueError):
                read_json(content)
            assert gc.isenabled() is collecting
        finally:
            gc.enable()


def test_an_answer_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is packed says nothing of its size, and what comes letter by letter never runs into a time-out."""
    monkeypatch.setattr("cctoolkit.api.transport.LARGEST_ANSWER", 100_000)
    packed = gzip.compress(b'{"x": "' + b"a" * 5_000_000 + b'"}')
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    network = httpx.MockTransport(lambda request: httpx.Response(200, content=packed, headers=headers))
    with pytest.raises(UnexpectedAnswer, match="answered with more than 0 MB"):
        Transport("https://api.example/v3", FixedToken("t"), transport=network).get("/x")

    def drops() -> Iterator[bytes]:
        yield from itertools.repeat(b" ")

    monkeypatch.setattr("cctoolkit.api.transport.LONGEST_ANSWER", 0.0)
    network = httpx.MockTransport(lambda request: httpx.Response(200, content=drops()))
    with pytest.raises(OutcomeUnknown, match=r"no answer .ReadTimeout"):
        Transport("https://api.example/v3", FixedToken("t"), transport=network).post("/x", {})


def test_a_packed_answer_is_read_once() -> None:
    """Its headers say nothing any more of how it came."""
    packed = gzip.compress(b'{"x": 1}')
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    network = httpx.MockTransport(lambda request: httpx.Response(200, content=packed, headers=headers))
    assert Transport("https://api.example/v3", FixedToken("t"), transport=network).get("/x") == {"x": 1}


@pytest.mark.parametrize("activity_id", ["../contacts", "a/b?c", "..", "%2e%2e"])
def test_an_id_stays_in_its_place(activity_id: str) -> None:
    """One that is made up, as by a journal that was tampered with, leads nowhere else."""
    asked: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.raw_path)
        return httpx.Response(404, json=[{"error_key": "x", "error_message": "x"}])

    client = Client(
        Transport("https://api.example/v3", FixedToken("t"), transport=httpx.MockTransport(answer)), "custom"
    )
    with pytest.raises(CctoolkitError):
        client.activities.get(activity_id)
    assert all(path.startswith(b"/v3/activities/") and path.count(b"/") == 3 for path in asked)
