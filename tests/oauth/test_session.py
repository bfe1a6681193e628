"""Signing in and staying signed in, with the sandbox on the other side."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from cctoolkit._httpx import httpx
from cctoolkit.errors import (
    RedirectAddressError,
    ServiceUnreachable,
    SettingsError,
    SignInError,
    SignInRefused,
    SignInRequired,
    SignInTimedOut,
    UnexpectedAnswer,
)
from cctoolkit.in_process import InProcess
from cctoolkit.oauth import OAuthSession, TokenStore
from cctoolkit.oauth.by_code import sign_in_by_code
from cctoolkit.sandbox import Sandbox
from cctoolkit.settings import LIVE_OAUTH, Service, live_service, sandbox_service
from tests.elsewhere import BASE, Elsewhere


def _address(session: OAuthSession, decision: str = "allow") -> tuple[object, str]:
    """A started request, and the address on which the browser ends."""
    import re

    request = session.start("https://localhost")
    with httpx.Client(transport=session.network) as browser:
        page = browser.get(request.url)
        ticket = re.search(r'name="ticket" value="([^"]+)"', page.text)
        assert ticket
        answer = browser.post(str(page.url), data={"ticket": ticket[1], "decision": decision})
    return request, answer.headers["location"]


def test_the_pasted_address_signs_in(session: OAuthSession) -> None:
    """The whole address, with blanks and line breaks around and in it, as mail programs make them."""
    request, address = _address(session)
    session.finish(request, f"  <{address[:30]}\n{address[30:]}> ")  # type: ignore[arg-type]
    assert session.signed_in


def test_the_bare_code_signs_in(session: OAuthSession) -> None:
    """Somebody copied only the code."""
    request, address = _address(session)
    code = address.partition("code=")[2].partition("&")[0]
    session.finish(request, code)  # type: ignore[arg-type]
    assert session.signed_in


def test_a_client_secret_signs_in_too(sandbox: Sandbox, network: InProcess, tmp_path: Path) -> None:
    """HTTP Basic at the token endpoint, for applications of that kind."""
    about = sandbox.description()
    service = replace(sandbox_service(about), client_secret=about["client_secret"])
    session = OAuthSession(service, TokenStore.in_memory(), tmp_path, transport=network)
    sign_in_by_code(session)
    assert session.signed_in
    wrong = OAuthSession(replace(service, client_secret="wrong"), TokenStore.in_memory(), tmp_path, transport=network)
    with pytest.raises(SignInRefused, match="Copy both from My Applications again"):
        sign_in_by_code(wrong)


def test_a_sandbox_on_another_machine_signs_in_by_code(sandbox: Sandbox, tmp_path: Path) -> None:
    """In a workshop it is the trainer's; the live service's own sign-in stays a person's, by whatever name it goes."""
    there = Elsewhere(sandbox)
    oauth = f"{BASE}/oauth2/default/v1"
    service = replace(
        sandbox_service(sandbox.description()),
        api_url=f"{BASE}/v3",
        authorize_url=f"{oauth}/authorize",
        token_url=f"{oauth}/token",
        device_url=f"{oauth}/device/authorize",
    )
    session = OAuthSession(service, TokenStore.in_memory(), tmp_path, transport=there)
    sign_in_by_code(session, transport=there)
    assert session.signed_in
    live = replace(service, authorize_url=f"{LIVE_OAUTH}/authorize")
    with pytest.raises(SettingsError, match="a person signs in"):
        sign_in_by_code(OAuthSession(live, TokenStore.in_memory(), tmp_path, transport=there), transport=there)


@pytest.mark.parametrize(
    ("address", "error", "sentence"),
    [
        ("", RedirectAddressError, "Nothing was pasted: copy the whole address bar"),
        ("https://localhost/?state={state}", RedirectAddressError, "There is no code in this address"),
        ("https://localhost/", RedirectAddressError, "There is no code in this address"),
        ("https://localhost/?code=abc&state=other", RedirectAddressError, "belongs to another sign-in"),
        ("https://localhost/?code=abc", RedirectAddressError, "belongs to another sign-in"),
        ("https://elsewhere.example/?code=abc&state={state}", RedirectAddressError, "which is https://localhost"),
        ("{authorize}?client_id=x", RedirectAddressError, "the address of the consent page"),
        ("https://localhost/?code=made-up&state={state}", RedirectAddressError, "no longer takes this code"),
        ("made-up-code-of-some-length", RedirectAddressError, "no longer takes this code"),
        ("garbage", RedirectAddressError, "This is not the address"),
        ("https://localhost/?error=access_denied&state={state}", SignInRefused, "choose Allow"),
        ("https://localhost/?error=invalid_scope&state={state}", SignInRefused, "choose scopes that the portal offers"),
        ("https://localhost/?error=invalid_request&state={state}", SignInRefused, "redirect URI is registered"),
        ("https://localhost/?error=server_error&state={state}", SignInRefused, "Sign in again"),
        ("https://localhost/?error=access_denied&state=other", RedirectAddressError, "belongs to another sign-in"),
        ("https://[bad/?code=x", RedirectAddressError, "cannot be read as an address"),
        ("x" * 100_000, RedirectAddressError, "no address: it has 100,000 characters"),
    ],
)
def test_what_is_wrong_with_an_address_is_said(
    session: OAuthSession, address: str, error: type[SignInError], sentence: str
) -> None:
    """Each mistake has its sentence, which ends with what to do; nobody is signed in by it."""
    request = session.start("https://localhost")
    written = address.format(state=request.state, authorize=session.service.authorize_url)
    with pytest.raises(error, match=sentence):
        session.finish(request, written)
    assert not session.signed_in


def test_a_code_used_twice_is_said(session: OAuthSession) -> None:
    """The second time it is refused in words."""
    request, address = _address(session)
    session.finish(request, address)  # type: ignore[arg-type]
    with pytest.raises(RedirectAddressError, match="it works once"):
        session.finish(request, address)  # type: ignore[arg-type]


def test_a_code_after_five_minutes_is_said(session: OAuthSession, sandbox: Sandbox) -> None:
    """Too late is refused in words."""
    request, address = _address(session)
    sandbox.advance(301)
    with pytest.raises(RedirectAddressError, match="for five minutes"):
        session.finish(request, address)  # type: ignore[arg-type]


def test_denying_is_said(session: OAuthSession) -> None:
    """Deny on the consent page ends in words."""
    request, address = _address(session, "deny")
    with pytest.raises(SignInRefused, match="Access was denied"):
        session.finish(request, address)  # type: ignore[arg-type]


def test_the_code_of_another_sign_in_is_worth_nothing(session: OAuthSession) -> None:
    """PKCE: the code belongs to the request whose verifier made its challenge."""
    _, address = _address(session)
    other = session.start("https://localhost")
    code = address.partition("code=")[2].partition("&")[0]
    with pytest.raises(RedirectAddressError):
        session.finish(other, code)


def test_an_expired_token_is_refreshed(session: OAuthSession, sandbox: Sandbox) -> None:
    """A day later the next access token comes by itself."""
    sign_in_by_code(session)
    first = session.access_token()
    sandbox.advance(86_390)
    assert session.access_token() != first


def test_a_rejected_token_is_refreshed_once(session: OAuthSession) -> None:
    """After a 401 there is a fresh token; whoever asks with an older one gets the newest without a request."""
    sign_in_by_code(session)
    old = session.access_token()
    fresh = session.after_unauthorized(old)
    assert fresh != old
    assert session.after_unauthorized(old) == fresh


def test_signing_out_forgets(session: OAuthSession) -> None:
    """Afterwards a call says how to sign in."""
    sign_in_by_code(session)
    session.sign_out()
    with pytest.raises(SignInRequired, match=r"Sign in to the sandbox with cctoolkit.sign_in\('sandbox'\)"):
        session.access_token()


def test_a_refresh_token_that_ended_leads_back_to_signing_in(session: OAuthSession, sandbox: Sandbox) -> None:
    """invalid_grant: the reason, and what to do."""
    sign_in_by_code(session)
    sandbox.advance(200 * 86_400)
    with pytest.raises(SignInRequired, match="no longer takes the refresh token"):
        session.access_token()


def test_without_offline_access_a_day_later_the_reason_is_said(
    sandbox: Sandbox, network: InProcess, tmp_path: Path
) -> None:
    """There is no refresh token, because the scope was not asked for."""
    service = replace(sandbox_service(sandbox.description()), scopes=("contact_data",))
    session = OAuthSession(service, TokenStore.in_memory(), tmp_path, clock=sandbox.clock.now, transport=network)
    sign_in_by_code(session)
    sandbox.advance(86_401)
    with pytest.raises(SignInRequired, match="offline_access was not asked for"):
        session.access_token()


def test_a_clock_that_is_hours_off_does_no_harm(sandbox: Sandbox, network: InProcess, tmp_path: Path) -> None:
    """The end is counted from the answer by our own clock."""
    service = sandbox_service(sandbox.description())
    for hours in (-9, 9):
        session = OAuthSession(
            service,
            TokenStore.in_memory(),
            tmp_path,
            clock=lambda h=hours: sandbox.clock.now() + h * 3_600,
            transport=network,
        )
        token = sign_in_by_code(session)
        assert session.access_token() == token.access_token


def test_threads_that_need_a_refresh_make_one(session: OAuthSession, sandbox: Sandbox) -> None:
    """Ten threads at once: one exchange, one new token for all."""
    sign_in_by_code(session)
    sandbox.advance(86_390)
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(session.access_token())) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    used = sandbox.database.connection.execute("SELECT count(*) FROM refresh_tokens WHERE used_at IS NOT NULL")
    assert len(set(found)) == 1
    assert len(found) == 10
    assert used.fetchone()[0] == 1


def test_device_flow_waits_and_signs_in(session: OAuthSession, sandbox: Sandbox) -> None:
    """Pending, slowed down when asked too fast, then tokens."""
    device = session.start_device()
    assert session.poll_device(device) == (None, 5.0)
    assert session.poll_device(device, 5.0) == (None, 10.0)
    sandbox.authorization.decide_device(device.user_code, sandbox.defaults.account, allow=True)
    sandbox.advance(11)
    token, _ = session.poll_device(device, 10.0)
    assert token is not None
    assert token.refresh_token


@pytest.mark.parametrize(("allow", "wait", "error"), [(False, 6, SignInRefused), (None, 700, SignInTimedOut)])
def test_device_flow_refusals(
    session: OAuthSession, sandbox: Sandbox, allow: bool | None, wait: int, error: type[SignInError]
) -> None:
    """Denied, or nobody came: said in words."""
    device = session.start_device()
    if allow is not None:
        sandbox.authorization.decide_device(device.user_code, sandbox.defaults.account, allow=allow)
    sandbox.advance(wait)
    with pytest.raises(error):
        session.poll_device(device)


def _with_answer(status: int, content: bytes) -> OAuthSession:
    """A session whose token endpoint always answers this."""
    transport = httpx.MockTransport(lambda request: httpx.Response(status, content=content))
    service = Service("custom", "http://h/v3", "http://h/authorize", "http://h/token", "http://h/device", "a" * 36)
    return OAuthSession(service, TokenStore.in_memory(), Path("unused"), transport=transport)


@pytest.mark.parametrize(
    ("status", "content"),
    [(502, b"<html>Bad gateway</html>"), (200, b"<html>Hello</html>"), (200, b""), (200, b"[]"), (200, b"{}")],
)
def test_a_token_endpoint_that_answers_nonsense(status: int, content: bytes) -> None:
    """Said in words, with neither the code nor the verifier in the text or the chain of causes."""
    session = _with_answer(status, content)
    request = session.start("https://localhost")
    with pytest.raises((UnexpectedAnswer, ServiceUnreachable)) as caught:
        session.finish(request, "the-secret-code-of-this-sign-in")
    error: BaseException | None = caught.value
    while error is not None:
        assert "the-secret-code-of-this-sign-in" not in repr(error)
        assert request.code_verifier not in repr(error)
        error = error.__cause__


@pytest.mark.parametrize("content", [b"", b"{}", b"<html>", b'{"device_code": 1}'])
def test_a_device_endpoint_that_answers_nonsense(content: bytes) -> None:
    """Said in words."""
    with pytest.raises(UnexpectedAnswer):
        _with_answer(200, content).start_device()


def test_no_network_is_said(tmp_path: Path) -> None:
    """Nothing listens there."""
    service = Service("custom", "http://127.0.0.1:9/v3", *["http://127.0.0.1:9/x"] * 3, client_id="a" * 36)
    session = OAuthSession(service, TokenStore.in_memory(), tmp_path)
    with pytest.raises(ServiceUnreachable, match="Check the network connection"):
        session.finish(session.start("https://localhost"), "some-code-of-some-length")
    with pytest.raises(ServiceUnreachable):
        session.start_device()


def test_nobody_signs_in_to_the_live_service_by_code(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A person decides there."""
    monkeypatch.setenv("CCTOOLKIT_API_KEY", "a" * 36)
    session = OAuthSession(live_service(), TokenStore.in_memory(), tmp_path)
    with pytest.raises(Exception, match="a person signs in"):
        sign_in_by_code(session)


def test_secrets_are_in_no_repr(session: OAuthSession, caplog: pytest.LogCaptureFixture) -> None:
    """Neither tokens, codes nor verifiers are in what Python shows or logs of them."""
    caplog.set_level("DEBUG")
    request, address = _address(session)
    device = session.start_device()
    token = session.finish(request, address)  # type: ignore[arg-type]
    session.after_unauthorized(token.access_token)
    code = address.partition("code=")[2].partition("&")[0]
    secrets = [
        token.access_token,
        token.refresh_token,
        request.code_verifier,  # type: ignore[attr-defined]
        device.device_code,
        code,
    ]
    shown = "\n".join(map(repr, (token, request, device, session, session.service, session.store)))
    logged = "\n".join(record.getMessage() for record in caplog.records)
    for secret in secrets:
        assert secret
        assert secret not in shown
        assert secret not in logged
