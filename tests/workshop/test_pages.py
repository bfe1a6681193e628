"""The workshop's pages: who may ask, what the class can reach, and that nothing in them executes."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from cctoolkit._httpx import httpx
from cctoolkit.workshop.pages import LARGEST_BODY, plain_path
from tests.workshop.conftest import Class

HOSTILE = ["<script>alert(1)</script>", 'x" onmouseover="alert(2)', "</title><img src=x onerror=alert(3)>"]


def test_hostile_names_execute_nothing(start_class: Callable[..., Class], browser_like: httpx.Client) -> None:
    """On each page a name is text, and no page runs a script but its own."""
    running = start_class(HOSTILE)
    pages = [
        running.trainer,
        f"{running.trainer}/table",
        f"{running.trainer}/slips",
        f"{running.trainer}/reset/1",
        *(f"{running.base}/join/{participant.code}" for participant in running.classroom.participants),
    ]
    for address in pages:
        answer = browser_like.get(address)
        assert answer.status_code == 200
        assert not re.search(r"<script>alert|<img|\" onmouseover", answer.text), address
    assert "script-src 'nonce-" in browser_like.get(running.trainer).headers["content-security-policy"]


@pytest.mark.parametrize("typed", ["{code}", " {CODE} ", "{base}/join/{code}", "{base}/join/{code}/"])
def test_the_first_page_takes_the_short_code(
    start_class: Callable[..., Class], browser_like: httpx.Client, typed: str
) -> None:
    """Or the whole address; what it leads to has a button that copies the address and one that copies the command."""
    running = start_class(1)
    front = browser_like.get(running.base)
    assert '<form action="/join" method="get"' in front.text
    code = running.classroom.participants[0].code
    wanted = typed.format(code=code, CODE=code.upper(), base=running.base)
    page = browser_like.get(f"{running.base}/join", params={"code": wanted}, follow_redirects=True)
    assert page.url.path == f"/join/{code}"
    assert page.text.count('<button type="button" data-copies=') == 2


def test_a_code_that_is_none_is_said(start_class: Callable[..., Class], browser_like: httpx.Client) -> None:
    """Whatever it is: a page of ours, and nowhere else."""
    running = start_class(1)
    for typed, path in (("", "/"), ("x", "/join/x"), ("//example.com/", "/join/example.com"), ("<b>", "/join/%3Cb%3E")):
        page = browser_like.get(f"{running.base}/join", params={"code": typed}, follow_redirects=True)
        assert str(page.url).startswith(running.base)
        assert page.url.raw_path.decode() == path
        assert "<b>" not in page.text


def test_hostile_words_of_an_account_execute_nothing(
    start_class: Callable[..., Class], browser_like: httpx.Client
) -> None:
    """What a check says of a list named with a script stands on the trainer's page as text."""
    running = start_class(1)
    with running.client(1) as client:
        client.lists.create("Company: <script>alert(1)</script>")
    page = browser_like.get(running.trainer).text
    assert "<script>alert" not in page
    assert "does not work for &lt;script&gt;" in page


def test_the_trainers_page_shows_who_is_where(start_class: Callable[..., Class], browser_like: httpx.Client) -> None:
    """What is right, what somebody is at, and how many of the class have each exercise."""
    running = start_class(2)
    with running.client(1) as client:
        client.lists.create("Spring market")
    page = browser_like.get(running.trainer).text
    assert "1 of 2 have connected" in page
    assert page.count('<td class="right"') == 2
    assert page.count('<td class="now"') == 1  # whoever has not joined is at nothing yet
    assert "There is a list Spring market." in page
    assert '<span title="No list is named' in page


@pytest.mark.parametrize("path", ["", "/table", "/slips", "/reset/1", "/reset/all"])
def test_the_trainers_page_is_the_trainers(
    start_class: Callable[..., Class], browser_like: httpx.Client, path: str
) -> None:
    """With another code there is nothing, and no participant's code is one."""
    running = start_class(1)
    for code in ("0" * 32, running.classroom.participants[0].code, "é"):
        assert browser_like.get(f"{running.base}/trainer/{code}{path}").status_code == 404
    assert browser_like.post(f"{running.base}/trainer/{'0' * 32}/reset/1").status_code in {404, 405}


def test_a_reset_is_asked_about_first(start_class: Callable[..., Class], browser_like: httpx.Client) -> None:
    """Opening the address changes nothing; the button does, for one or for all."""
    running = start_class(2)
    for number in (1, 2):
        with running.client(number) as client:
            client.lists.create("Spring market")
    assert "Participant 02" in browser_like.get(f"{running.trainer}/reset/2").text
    assert running.done(2) == [1, 3]
    pressed = {"origin": running.base}
    back = browser_like.post(f"{running.trainer}/reset/2", headers=pressed)
    assert str(back.url) == running.trainer
    assert (running.done(1), running.done(2)) == ([1, 3], [1])
    browser_like.post(f"{running.trainer}/reset/all", headers=pressed)
    assert running.done(1) == [1]
    assert browser_like.post(f"{running.trainer}/reset/3", headers=pressed).status_code == 404


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://127.0.0.1:1", None])
def test_other_sites_reset_nothing(
    start_class: Callable[..., Class], browser_like: httpx.Client, origin: str | None
) -> None:
    """Nor another program's page on this machine."""
    running = start_class(1)
    with running.client(1) as client:
        client.lists.create("Spring market")
    headers = {} if origin is None else {"origin": origin}
    assert browser_like.post(f"{running.trainer}/reset/1", headers=headers).status_code == 403
    assert running.done(1) == [1, 3]


@pytest.mark.parametrize("path", ["/", "/join/x", "/v3/contacts"])
def test_other_names_are_not_answered(start_class: Callable[..., Class], browser_like: httpx.Client, path: str) -> None:
    """A name that somebody points at this machine (DNS rebinding) gets nothing."""
    running = start_class(1)
    assert browser_like.get(f"{running.base}{path}", headers={"host": "evil.example"}).status_code == 421


@pytest.mark.parametrize(
    "path",
    [
        "/sandbox/accounts/1/reset",
        "/sandbox/faults",
        "/v3/../sandbox/faults",
        "/v3/%2e%2e/sandbox/faults",
        "/v3/..%2fsandbox/faults",
        "/v3/%252e%252e/sandbox/faults",
        "//sandbox/faults",
        "/v3//sandbox/faults",
        "/activate/../sandbox/faults",
    ],
)
def test_the_class_reaches_nothing_else_of_the_sandbox(start_class: Callable[..., Class], path: str) -> None:
    """Its own small API resets accounts: it is for the trainer alone, and so is its address."""
    running = start_class(1)
    with running.client(1) as client:
        client.lists.create("Spring market")
    for method in ("GET", "POST"):
        with httpx.Client() as http:
            request = http.build_request(method, running.base, json={"kind": "500"})
            request.url = request.url.copy_with(raw_path=path.encode())
            assert http.send(request).status_code in {401, 404, 405}
    assert running.sandbox.faults.pending() == []
    assert running.done(1) == [1, 3]
    assert running.sandbox.url not in httpx.get(running.base).text


def test_a_slip_tells_no_secret_of_the_application(start_class: Callable[..., Class]) -> None:
    """Only what signing in needs; for a browser it is a page that says how to connect."""
    running = start_class(1)
    address = f"{running.base}/join/{running.classroom.participants[0].code}"
    told = httpx.get(address, headers={"accept": "application/json"})
    assert set(told.json()) == {"participant", "client_id", "redirect_uris"}
    page = httpx.get(address, headers={"accept": "text/html"})
    assert f"cctoolkit workshop join {address}" in page.text
    assert told.json()["client_id"] not in page.text


def test_a_code_for_another_screen_names_the_workshop(start_class: Callable[..., Class]) -> None:
    """The sandbox's own address would lead nowhere on a participant's machine."""
    running = start_class(1)
    service = running.classroom.participants[0].service
    form = {"client_id": service.client_id, "scope": "contact_data", "response_type": "code", "state": "x"}
    told = httpx.post(f"{running.base}/oauth2/default/v1/device/authorize", data=form).json()
    assert told["verification_uri"].startswith(running.base)
    assert "asks for access" in httpx.get(told["verification_uri_complete"]).text


def test_consent_is_given_at_the_workshop(start_class: Callable[..., Class], browser_like: httpx.Client) -> None:
    """As a browser does it: the page, its form with the page's own origin, and back to the participant's machine."""
    running = start_class(2)
    service = running.classroom.participants[1].service
    query = {
        "client_id": service.client_id,
        "response_type": "code",
        "redirect_uri": service.redirect_uris[1],
        "scope": "contact_data offline_access",
        "state": "x" * 20,
        "code_challenge": "y" * 43,
        "code_challenge_method": "S256",
    }
    page = browser_like.get(f"{running.base}/oauth2/default/v1/authorize", params=query)
    assert "participant-02@example.com" in page.text
    ticket = re.search(r'name="ticket" value="(\w+)"', page.text)
    assert ticket is not None
    form = {"ticket": ticket[1], "decision": "allow"}
    answer = httpx.post(str(page.url), data=form, headers={"origin": running.base, "referer": str(page.url)})
    assert answer.headers["location"].startswith(f"{service.redirect_uris[1]}?code=")


def test_a_body_without_end_is_refused(start_class: Callable[..., Class]) -> None:
    """Before it fills the trainer's memory."""
    running = start_class(1)
    answer = httpx.post(f"{running.base}/v3/contacts", content=b" " * (LARGEST_BODY + 1))
    assert answer.status_code == 413


def test_a_sandbox_that_is_gone_is_said(start_class: Callable[..., Class], browser_like: httpx.Client) -> None:
    """To the class as an error of the service, to the trainer on their page."""
    running = start_class(1)
    browser_like.get(running.trainer)
    client = running.client(1)
    client.account.summary()
    running.sandbox.stop()
    running.sandbox._thread = None
    assert httpx.get(f"{running.base}/v3/contacts", timeout=60).status_code == 502
    assert "start it again" in browser_like.get(running.trainer).text
    client.close()


@pytest.mark.parametrize("path", ["/v3/contacts", "/v3/contact_lists/0b1c-2", "/activate", "/oauth2/default/v1/token"])
def test_a_plain_path_is_passed_on_as_it_is(path: str) -> None:
    """To the letter."""
    assert plain_path(path.encode()) == path


@pytest.mark.parametrize(
    "path",
    [
        "/v3/a%20b",
        "/v3//contacts",
        "/v3/./contacts",
        "/v3/contacts;x",
        "/sandbox/faults",
        "/v3x/contacts",
        "/v3/\u00e4",
    ],
)
def test_a_path_that_could_be_read_in_two_ways_is_not(path: str) -> None:
    """Whatever the library below would make of it."""
    assert plain_path(path.encode()) is None
