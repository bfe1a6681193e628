"""Looking on while somebody signs in: everything is seen but what is secret."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cctoolkit._httpx import httpx
from cctoolkit.errors import RedirectAddressError, ServiceUnreachable, SettingsError, UnexpectedAnswer
from cctoolkit.oauth import OAuthSession
from cctoolkit.oauth.by_code import answer_consent
from cctoolkit.oauth.explaining import HARMLESS, Address, Exchange, Recorder
from cctoolkit.sandbox import Sandbox
from cctoolkit.settings import Service, sandbox_service


@pytest.fixture
def sandbox(served: Sandbox) -> Sandbox:
    """On a port, for the recorder's own way to it."""
    return served


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    made = Recorder()
    yield made
    made.close()


@pytest.fixture
def service(sandbox: Sandbox) -> Service:
    return sandbox_service(sandbox.description())


@pytest.fixture
def watched(recorder: Recorder, service: Service, sandbox: Sandbox) -> OAuthSession:
    return recorder.session(service, clock=sandbox.clock.now)


def _everything(recorder: Recorder, *more: object) -> str:
    """All that somebody could see of it, whatever they do."""
    shown = [recorder, recorder.exchanges, recorder.__dict__, *more]
    parts = [f"{form(one)}" for one in shown for form in (repr, str, "{}".format)]
    parts += [json.dumps({**exchange.sent, **exchange.received, **exchange.claims}) for exchange in recorder.exchanges]
    parts += [repr(vars(recorder._secrets))]
    return "\n".join(parts)


def _secrets_of(session: OAuthSession, *addresses: str) -> set[str]:
    token = session.store.load()
    found = {token.access_token, token.refresh_token} if token is not None else set()
    found |= set(token.access_token.split(".")[1:]) if token is not None else set()
    for address in addresses:
        for name, values in parse_qs(urlsplit(address).query).items():
            found |= set(values) if name not in HARMLESS else set()
    return {str(secret) for secret in found if secret}


def test_a_sign_in_with_pkce_is_seen(recorder: Recorder, watched: OAuthSession) -> None:
    """The browser's two requests and the toolkit's one, in order; the code that comes back is the one that is sent."""
    request = watched.start("https://localhost")
    came_back = recorder.allow(request.url)
    watched.finish(request, came_back)
    assert [exchange.who for exchange in recorder.exchanges] == ["the browser", "the browser", "the toolkit"]
    asked, redirected, exchanged = recorder.exchanges
    assert asked.sent["code_challenge_method"] == "S256"
    assert asked.received == {"page": "My quick start asks for access to your account"}
    assert redirected.status == 302
    assert redirected.received["code"] == exchanged.sent["code"] == "‹code 1: 48 characters›"
    assert asked.sent["state"] == redirected.received["state"]
    assert exchanged.sent["code_verifier"].startswith("‹code_verifier 1: ")
    assert exchanged.received["expires_in"] == "86400"
    assert exchanged.claims["cid"] == exchanged.sent["client_id"]
    secrets = _secrets_of(watched, request.url, str.__str__(came_back)) | {request.code_verifier}
    assert len(secrets) >= 7
    shown = _everything(recorder, came_back, recorder.address(request.url))
    assert not [secret for secret in secrets if secret in shown]


def test_a_sign_in_with_a_secret_is_seen(recorder: Recorder, service: Service, sandbox: Sandbox) -> None:
    """The secret goes in HTTP Basic, which hides nothing, and is masked in both of its forms."""
    secret = sandbox.description()["client_secret"]
    session = recorder.session(replace(service, client_secret=secret))
    request = session.start("https://localhost")
    session.finish(request, recorder.allow(request.url))
    assert recorder.last.sent["Authorization"].startswith("Basic ‹client_id:client_secret 1: ")
    basic = base64.b64encode(f"{service.client_id}:{secret}".encode()).decode()
    shown = _everything(recorder, request)
    assert not [one for one in (secret, basic, service.client_id, *_secrets_of(session)) if one in shown]


def test_the_device_flow_is_seen(recorder: Recorder, watched: OAuthSession, sandbox: Sandbox) -> None:
    """The code for another screen, the wait, and the answer; not even the short code is shown."""
    device = watched.start_device()
    assert recorder.last.received["verification_uri_complete"].endswith("?user_code=‹user_code 1: 9 characters›")
    watched.poll_device(device)
    assert recorder.last.received == {"error": "authorization_pending"}
    recorder.allow(device.verification_uri_complete)
    assert recorder.last.received == {"page": "You are signed in"}
    sandbox.advance(6)
    watched.poll_device(device)
    assert recorder.last.received["token_type"] == "Bearer"
    shown = _everything(recorder)
    secrets = {device.user_code, device.device_code, *_secrets_of(watched)}
    assert not [secret for secret in secrets if secret in shown]


def test_a_refresh_is_seen(recorder: Recorder, watched: OAuthSession, sandbox: Sandbox) -> None:
    """A refresh token goes out, and another comes back."""
    request = watched.start("https://localhost")
    watched.finish(request, recorder.allow(request.url))
    before = _secrets_of(watched)
    recorder.clear()
    sandbox.advance(90_000)
    watched.access_token()
    assert recorder.last.sent["refresh_token"].startswith("‹refresh_token 1:")
    assert recorder.last.received["refresh_token"].startswith("‹refresh_token 2:")
    shown = _everything(recorder)
    assert not [secret for secret in before | _secrets_of(watched) if secret in shown]


def test_an_address_is_sent_as_it_is_and_shown_masked(recorder: Recorder) -> None:
    """Printed, formatted or in a list; and what is behind a # or before an @ is masked too."""
    raw = "https://robin:pass-word@localhost/back?code=a-secret-code&scope=x#access_token=another-secret"
    address = recorder.address(raw)
    assert address == raw
    assert str.__str__(address) == raw
    for shown in (repr(address), str(address), f"{address}", repr([address]), f"{address:>5}"):
        assert not [secret for secret in ("a-secret-code", "another-secret", "pass-word") if secret in shown]
        assert "scope" in shown
    assert isinstance(address, Address)
    assert "no address" in repr(recorder.address("http://[bad?code=a-secret-code"))
    assert "a-secret" not in repr(recorder.address("http://[bad?code=a-secret-code"))


def _exchange(answer: httpx.Response, form: dict[str, str]) -> tuple[Exchange, Recorder]:
    recorder = Recorder(httpx.MockTransport(lambda request: answer))
    from cctoolkit.oauth.explaining import _Watched

    with httpx.Client(transport=_Watched(recorder, "the toolkit")) as client:
        client.post("http://127.0.0.1:1/token", data=form)
    return recorder.last, recorder


SECRET = st.text("abcdefghijklmnopqrstuvwxyzABC0123456789-._~+/= %&ä‹", min_size=12, max_size=60).map(
    lambda text: f"s3cr3t{text}"
)
NAMES = st.text(min_size=1, max_size=12).filter(lambda name: name not in HARMLESS)


@given(
    form=st.dictionaries(NAMES, SECRET, min_size=1, max_size=4),
    answer=st.dictionaries(NAMES, SECRET | st.lists(SECRET) | st.dictionaries(NAMES, SECRET), max_size=4),
    quoted=st.booleans(),
)
def test_no_field_shows_what_it_holds(form: dict[str, str], answer: dict[str, object], quoted: bool) -> None:
    """Whatever it is called; nor does an error's text that quotes what was sent, as it is or in an address."""
    sent = next(iter(form.values()))
    answer["error_description"] = f"The value {quote(sent, safe='') if quoted else sent} is not valid"
    exchange, recorder = _exchange(httpx.Response(400, json=answer), form)
    assert "s3cr3t" not in _everything(recorder, exchange)
    recorder.close()


@given(content=st.binary(max_size=200), kind=st.sampled_from(["text/html", "application/json", "text/plain", ""]))
def test_any_answer_is_written_down(content: bytes, kind: str) -> None:
    """A gateway's page, nothing, half of a JSON: it is what it is, and the sign-in goes on to its own error."""
    exchange, recorder = _exchange(httpx.Response(502, content=content, headers={"content-type": kind}), {"code": "c"})
    assert exchange.status == 502
    assert repr(exchange)
    recorder.close()


def test_an_answer_that_never_came_is_seen(service: Service) -> None:
    """The request is, with no answer; the error is the session's own."""

    def dropped(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("gone")

    recorder = Recorder(httpx.MockTransport(dropped))
    session = recorder.session(service)
    request = session.start("https://localhost")
    with pytest.raises(ServiceUnreachable):
        session.finish(request, f"https://localhost/?code=a-secret-code&state={request.state}")
    assert recorder.last.status is None
    assert "no answer" in repr(recorder.last)
    assert "a-secret-code" not in repr(recorder.last)
    recorder.close()


def test_an_error_of_the_consent_page_is_said_in_its_words(recorder: Recorder, watched: OAuthSession) -> None:
    """The browser would show it to the person; nothing is redirected."""
    with pytest.raises(UnexpectedAnswer, match="must be a Login redirect URI in the client app settings") as caught:
        recorder.allow(watched.start("https://localhost/elsewhere").url)
    assert "start the sign-in again" in str(caught.value)
    assert recorder.last.status == 400
    assert "Login redirect URI" in recorder.last.received["page"]


def test_saying_no_is_seen(recorder: Recorder, watched: OAuthSession) -> None:
    """The browser comes back with an error in place of a code."""
    came_back = recorder.allow(watched.start("https://localhost").url, "deny")
    assert "access_denied" in repr(came_back)


def test_only_a_page_of_this_machine_is_answered_by_code() -> None:
    """On the live service a person decides."""
    with pytest.raises(SettingsError, match="a person answers"):
        answer_consent("https://authz.constantcontact.com/oauth2/default/v1/authorize")


def test_a_code_used_twice_is_seen(recorder: Recorder, watched: OAuthSession) -> None:
    """With the service's own word for it."""
    request = watched.start("https://localhost")
    came_back = recorder.allow(request.url)
    watched.finish(request, came_back)
    with pytest.raises(RedirectAddressError):
        watched.finish(request, came_back)
    assert recorder.last.received["error"] == "invalid_grant"
