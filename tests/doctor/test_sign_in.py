"""The checks of the application, its tokens and the live service."""

from __future__ import annotations

import base64
import json
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import stamina
from hypothesis import given
from hypothesis import strategies as st

from cctoolkit._httpx import httpx
from cctoolkit.api.rate_limit import Budget
from cctoolkit.connection import live_session
from cctoolkit.doctor import Examination, allowance, application, clock, examine, live_service, sandbox_state, tokens
from cctoolkit.doctor.findings import Finding, surviving
from cctoolkit.local_sandbox import ensure_sandbox, stop_sandbox
from cctoolkit.oauth import Token
from cctoolkit.oauth.by_code import sign_in_by_code
from cctoolkit.settings import Profile, Service, config_folder, save_profile, workspace_state
from cctoolkit.settings import live_service as live

KEY = "11111111-2222-3333-4444-555555555555"
NOW = 1_800_000_000.0
SCOPES = "contact_data account_read offline_access"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with nothing in it, whatever the machine's own says."""
    for name in ("HOME", "USERPROFILE", "LOCALAPPDATA", "APPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    for name in ("CCTOOLKIT_API_KEY", "CCTOOLKIT_REDIRECT_URI", "CCTOOLKIT_CLIENT_SECRET", "CCTOOLKIT_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CCTOOLKIT_TOKEN_STORE", "file")
    return tmp_path


@pytest.fixture
def service() -> Service:
    save_profile(Profile("default", KEY))
    return live()


def _jwt(**claims: object) -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'RS256'})}.{part({'cid': KEY, **claims})}.the-signature"


def _token(
    *, left: float = 3_600, refresh: str | None = "the-refresh-token", scope: str = SCOPES, **claims: object
) -> Token:
    return Token(_jwt(**claims), refresh, NOW + left, scope)


def _judged(service: Service, token: Token | None, *, needed: bool = False) -> Finding:
    [found] = tokens.check_tokens(service.name, service.client_id, token, NOW, needed=needed)
    return found


# The application.


def _application(profile: str | None = None, *, needed: bool = False) -> list[Finding]:
    return surviving("application", lambda: application.check_application(profile, needed=needed))


def test_without_an_application_only_the_sandbox_can_be_used() -> None:
    """A note, and a problem for whoever wants the live service."""
    [found] = _application()
    assert (found.state, "cctoolkit login live" in found.advice) == ("note", True)
    [found] = _application(needed=True)
    assert found.state == "problem"
    assert application.known_application(None) is None


def test_a_saved_application_is_well(service: Service) -> None:
    """Its key is not shown."""
    [found] = _application()
    assert (found.state, KEY in repr(found)) == ("ok", False)
    assert application.known_application(None) == service


@pytest.mark.parametrize(
    ("saved", "state", "said"),
    [
        ({"api_key": "too short"}, "problem", "does not look like an API key"),
        ({"redirect_uri": "ftp://localhost"}, "problem", "cannot be a redirect URI"),
        ({"redirect_uri": "https://localhost:8080"}, "note", "names a port of its own"),
        ({"scopes": ("everything",)}, "problem", "no scope 'everything'"),
        ({"scopes": ("contact_data", "account_read")}, "note", "every sign-in ends after a day"),
        ({"scopes": ("account_read", "offline_access")}, "problem", "contacts cannot be read"),
        ({"flow": "implicit"}, "problem", "'implicit' is none of"),
    ],
)
def test_what_is_wrong_with_a_saved_application(saved: dict[str, object], state: str, said: str) -> None:
    """Each in a finding with a way out."""
    save_profile(replace(Profile("default", KEY), **saved))
    [found] = _application()
    assert found.state == state
    assert said in found.found
    assert found.advice


def test_profiles_that_cannot_be_read_are_a_problem(home: Path) -> None:
    """And so is one that is asked for and is not there."""
    [found] = _application("other")
    assert (found.state, "no profile named 'other'" in found.found) == ("problem", True)
    config_folder().mkdir(parents=True)
    (config_folder() / "profiles.json").write_text("{")
    [found] = _application()
    assert (found.state, found.advice.startswith("Mend that file")) == ("problem", True)


def test_a_profile_of_another_name_is_pointed_at(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """That something is saved is told where the name in the environment is none of it."""
    monkeypatch.setenv("CCTOOLKIT_PROFILE", "defualt")
    [found] = _application()
    assert (found.state, "saved as defualt; saved are: default." in found.found) == ("problem", True)


def test_the_environment_wins_and_says_so(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key in the environment that is forgotten is what people look for for hours."""
    monkeypatch.setenv("CCTOOLKIT_API_KEY", KEY.replace("1", "9"))
    first, second = _application()
    assert (first.state, first.found.startswith("CCTOOLKIT_API_KEY in the environment wins")) == ("note", True)
    assert second.state == "ok"


def test_a_secret_that_is_missing_is_a_problem(service: Service) -> None:
    """Only for an application of that kind."""
    secret = replace(service, flow="secret")
    assert [one.state for one in application.check_client_secret(secret, stored=False)] == ["problem"]
    assert not list(application.check_client_secret(secret, stored=True))
    assert not list(application.check_client_secret(service, stored=False))


# Tokens.


def test_nobody_signed_in(service: Service) -> None:
    """A note; a problem for whoever wants the live service; the sandbox signs in by itself."""
    assert _judged(service, None).state == "note"
    assert _judged(service, None, needed=True).state == "problem"
    assert _judged(replace(service, name="sandbox"), None, needed=True).state == "ok"


@pytest.mark.parametrize(
    ("token", "state", "said"),
    [
        (_token(), "ok", "is valid until 2027-01-15"),
        (_token(left=-10), "ok", "the next call renews it"),
        (_token(left=-181 * 86_400), "problem", "not used for 180 days"),
        (_token(refresh=None), "note", "no refresh token: the sign-in ends"),
        (_token(refresh=None, left=-10), "problem", "and there is no refresh token"),
        (_token(platform_user_id="UNASSIGNED"), "problem", "a login without an account"),
        (_token(platform_user_id="1234"), "ok", "Signed in"),
        (_token(cid="another"), "problem", "given to another application"),
        (_token(scope="account_read offline_access"), "problem", "no permission for contacts"),
        (_token(scope="", scp=["account_read"]), "problem", "no permission for contacts"),
        (_token(scope="contact_data"), "note", "account's name cannot be shown"),
        (Token("no JWT", "refresh", None, ""), "ok", "is valid, then"),
        (replace(_token(refresh=None), expires_at=1e40), "note", "at a time that is none"),
    ],
)
def test_tokens_are_judged_by_what_they_say(service: Service, token: Token, state: str, said: str) -> None:
    """And never shown."""
    found = _judged(service, token)
    assert (found.state, said in found.found) == (state, True), found
    for secret in filter(None, (token.access_token, token.refresh_token, "the-signature")):
        assert secret not in f"{found.found} {found.advice}"


@given(
    claims=st.dictionaries(
        st.sampled_from(["cid", "scp", "exp", "platform_user_id"]),
        st.none() | st.text() | st.integers() | st.lists(st.text()),
    ),
    scope=st.text(),
    left=st.floats(),
)
def test_no_claim_breaks_the_check(claims: dict[str, object], scope: str, left: float) -> None:
    """Whatever a token says, there is a finding, and it is not that the check failed."""
    token = Token(_jwt(**claims), None, left, scope)
    found = surviving("x", lambda: tokens.check_tokens("live", KEY, token, NOW, needed=True))
    assert found
    assert "failed itself" not in repr(found)


def test_a_clock_that_differs_from_the_services(service: Service) -> None:
    """As the token tells: it ends at one time by the service's clock, and was written down with another by ours."""
    [found] = clock.check_clock(NOW, _token(left=3_600, exp=NOW))
    assert (found.state, "60 minutes ahead of" in found.found) == ("note", True)
    [found] = clock.check_clock(NOW, _token(left=0, exp=NOW + 7_200))
    assert "120 minutes behind" in found.found
    [found] = clock.check_clock(NOW, _token(left=10, exp=NOW))
    assert "agreed" in found.found


# The requests of the day.


@pytest.mark.parametrize(("left", "state"), [(0, "problem"), (1, "note"), (499, "note"), (500, "ok"), (10_000, "ok")])
def test_what_is_left_of_the_day(left: int, state: str) -> None:
    """Used up is a problem until 00:00 UTC."""
    [found] = allowance.check_allowance("live", Budget(left, datetime(2026, 11, 25, tzinfo=UTC)))
    assert found.state == state
    assert ("00:00 UTC" in found.advice) == (state != "ok")


# The sandbox.


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "workspace"
    folder.mkdir()
    yield folder
    stop_sandbox(folder)


def _sandbox(workspace: Path) -> Finding:
    [found] = surviving("sandbox", lambda: sandbox_state.check_sandbox(workspace))
    return found


def test_a_sandbox_that_answers_and_one_that_was_stopped(workspace: Path) -> None:
    """Neither is a problem, and looking starts none."""
    assert _sandbox(workspace).found == "No sandbox was started for this folder yet."
    assert not workspace_state(workspace).exists()
    ensure_sandbox(workspace)
    assert (_sandbox(workspace).state, "answers on port" in _sandbox(workspace).found) == ("ok", True)
    stop_sandbox(workspace)
    assert (_sandbox(workspace).state, "does not run: it was stopped" in _sandbox(workspace).found) == ("note", True)


def _describe(workspace: Path, **description: object) -> None:
    workspace_state(workspace).mkdir(parents=True)
    (workspace_state(workspace) / "sandbox.json").write_text(json.dumps(description))


def test_another_program_on_the_sandboxs_port_is_told(workspace: Path) -> None:
    """It answers there, and is no sandbox."""
    other = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    threading.Thread(target=other.serve_forever, daemon=True).start()
    try:
        _describe(workspace, api=f"http://127.0.0.1:{other.server_port}/v3", pid=1, client_id="x")
        assert f"another program has its port {other.server_port}" in _sandbox(workspace).found
    finally:
        other.shutdown()
        other.server_close()


def test_only_this_machine_is_asked_for_a_sandbox(workspace: Path) -> None:
    """Whatever the file says."""
    _describe(workspace, api="http://elsewhere.example/v3", pid=1, client_id="x")
    assert "on another machine; it was not asked" in _sandbox(workspace).found


def test_what_a_sandbox_keeps_can_be_damaged(workspace: Path) -> None:
    """Its description, or its database: begin with a new one."""
    workspace_state(workspace).mkdir(parents=True)
    (workspace_state(workspace) / "sandbox.json").write_text("{")
    assert "cannot be read" in _sandbox(workspace).found
    database = workspace_state(workspace) / "sandbox.db"
    database.write_bytes(b"no database at all" * 100)
    found = _sandbox(workspace)
    assert (found.state, "file is not a database" in found.found) == ("problem", True)
    database.unlink()
    sqlite3.connect(database).close()
    assert "no such table" in _sandbox(workspace).found


# The live service, of which nothing is asked before somebody said live.


class Live:
    """Answers in place of the live service, and writes down what was asked."""

    def __init__(self, status: str = "operational", contacts: httpx.Response | None = None) -> None:
        self.asked: list[str] = []
        self.status = status
        self.contacts = contacts or httpx.Response(200, json={"contacts": [{"first_name": "Not to be shown"}]})
        self.now = datetime.now(UTC)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(f"{request.method} {request.url}")
        if request.url.host == "status.constantcontact.com":
            components = [{"name": "Website"}, {"name": "API's and Integrations", "status": self.status}]
            headers = {"Date": format_datetime(self.now, usegmt=True)}
            return httpx.Response(200, json={"components": components}, headers=headers)
        if request.url.host == "authz.constantcontact.com":
            return httpx.Response(200, html="<h1>Sign in</h1>")
        return self.contacts

    def examine(self, service: str = "live") -> Examination:
        return examine(service, workspace=config_folder(), transport=httpx.MockTransport(self))


@pytest.fixture
def signed_in(service: Service) -> Token:
    token = Token(
        _jwt(exp=datetime.now(UTC).timestamp() + 3_600),
        "the-refresh-token",
        datetime.now(UTC).timestamp() + 3_600,
        SCOPES,
    )
    live_session().store.save(token)
    return token


def test_without_live_nobody_but_this_machine_is_asked(signed_in: Token) -> None:
    """Even where somebody is signed in."""
    asked = Live()
    examination = asked.examine("sandbox")
    assert asked.asked == []
    assert examination.of("sign-in (live)")[0].state == "ok"
    assert examination.of("requests today")[0].state == "ok"


def test_live_asks_the_status_page_and_for_one_contact(signed_in: Token) -> None:
    """What comes back is not shown, nor is any secret, in any form."""
    asked = Live()
    examination = asked.examine()
    assert [each.partition("?code=")[0].partition("?response_type")[0] for each in asked.asked] == [
        "GET https://status.constantcontact.com/api/v2/summary.json",
        "GET https://authz.constantcontact.com/oauth2/default/v1/authorize",
        "GET https://api.cc.email/v3/contacts?limit=1",
    ]
    assert examination.of("live service")[0].state == "ok"
    assert examination.of("status page")[0].state == "ok"
    assert any("just now" in found.found for found in examination.of("clock"))
    for form in (examination.text(), examination.json(), examination._repr_html_(), examination.frame().to_csv()):
        for secret in (signed_in.access_token, "the-refresh-token", "the-signature", "Not to be shown", KEY):
            assert secret not in form


def test_without_a_sign_in_the_api_is_not_asked(service: Service) -> None:
    """Only the status page and the authorization server are, and that nobody is signed in is the problem."""
    asked = Live()
    examination = asked.examine()
    assert len(asked.asked) == 2
    assert [found.check for found in examination.problems] == ["sign-in (live)"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (httpx.Response(403, json=[{"error_key": "x", "error_message": "\x1b[31m<b>"}]), "answered 403 x: [31m<b>."),
        (httpx.Response(200, text="<html>"), "content that is no JSON object"),
        (httpx.Response(302, headers={"location": "https://login.example"}), "was redirected"),
    ],
)
def test_what_the_api_answers_is_a_finding(signed_in: Token, answer: httpx.Response, said: str) -> None:
    """With what to do about it."""
    [found] = Live(contacts=answer).examine().of("live service")
    assert (found.state, said in found.found) == ("problem", True), found
    assert found.advice


@pytest.mark.parametrize(("status", "state"), [("operational", "ok"), ("major_outage", "problem"), ("", "note")])
def test_what_the_status_page_says(status: str, state: str) -> None:
    """That the fault is the vendor's is worth knowing first."""
    found = list(live_service.check_status_page(httpx.MockTransport(Live(status))))
    assert found[-1].state == state
    assert "major outage" in found[-1].found or state != "problem"


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"[]", b'{"components": 3}', b'{"components": [1, {"name": "x"}]}']
)
def test_a_status_page_that_says_nothing_is_a_note(content: bytes) -> None:
    """Whatever its shape."""
    transport = httpx.MockTransport(lambda request: httpx.Response(200, content=content))
    [found] = live_service.check_status_page(transport)
    assert found.state == "note"


def test_a_network_that_is_not_there_is_a_problem(signed_in: Token) -> None:
    """Told once: what lies behind the first link cannot be told."""

    def unreachable(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route")

    stamina.set_testing(True, attempts=1)
    try:
        examination = examine("live", workspace=config_folder(), transport=httpx.MockTransport(unreachable))
    finally:
        stamina.set_testing(False)
    assert [found.check for found in examination.problems] == ["status page"]
    assert "cannot be reached" in examination.problems[0].found
    [rest] = examination.of("the rest")
    assert "live service" in rest.found


def test_the_status_page_shows_a_clock_that_is_off() -> None:
    """By the hour of who answered."""
    asked = Live()
    later = asked.now.timestamp() + 3_600
    found = next(iter(live_service.check_status_page(httpx.MockTransport(asked), clock=lambda: later)))
    assert (found.check, found.state) == ("clock", "note")
    assert "ahead of the live service's just now" in found.found


def test_damaged_tokens_stay_where_they_are(signed_in: Token) -> None:
    """A doctor looks, and moves nothing."""
    [file] = (live_session().store._vault.path,)  # type: ignore[attr-defined]
    file.write_text("garbage")
    [found] = Live().examine("sandbox").of("sign-in (live)")
    assert (found.state, "is damaged" in found.found) == ("problem", True)
    assert file.read_text() == "garbage"


def test_the_sandboxs_sign_in(workspace: Path) -> None:
    """Once somebody signed in there, as for the live service."""
    from cctoolkit.connection import open_session

    sign_in_by_code(open_session("sandbox", workspace=workspace))
    examination = examine(workspace=workspace)
    assert examination.of("sign-in (sandbox)")[0].found.startswith("Signed in; the access token is valid until")
    assert examination.of("requests today")[0].found == "10,000 requests are left today for this folder's sandbox."
    assert examination.healthy, examination
