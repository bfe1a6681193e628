"""The sandbox's authorization server, asked by a plain HTTP client: what it gives, and all that it refuses."""

from __future__ import annotations

import hashlib
import re
from base64 import urlsafe_b64encode
from urllib.parse import parse_qs, urlsplit

import pytest

from cctoolkit._httpx import httpx
from cctoolkit.sandbox import Sandbox

VERIFIER = "v" * 43
CHALLENGE = urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


class Browser:
    """A person at a browser, and a client that shares no code with ours."""

    def __init__(self, sandbox: Sandbox, http: httpx.Client) -> None:
        self.sandbox, self.http = sandbox, http
        self.about = sandbox.description()

    def request(self, **changes: str | None) -> dict[str, str]:
        params = {
            "response_type": "code",
            "client_id": self.about["client_id"],
            "redirect_uri": "https://localhost",
            "scope": "contact_data offline_access",
            "state": "xyz",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        } | changes
        return {name: value for name, value in params.items() if value is not None}

    def open(self, **changes: str | None) -> httpx.Response:
        return self.http.get(self.about["authorize"], params=self.request(**changes))

    def decide(self, decision: str = "allow", **changes: str | None) -> dict[str, str]:
        """What the redirect says after the person pressed a button."""
        page = self.open(**changes)
        assert page.status_code == 200, page.text
        ticket = re.search(r'name="ticket" value="([^"]+)"', page.text)
        assert ticket
        answer = self.http.post(str(page.url), data={"ticket": ticket[1], "decision": decision})
        assert answer.status_code == 302
        return _query(answer)

    def token(self, form: dict[str, str], auth: tuple[str, str] | None = None) -> httpx.Response:
        return self.http.post(self.about["token"], data=form, auth=auth)  # type: ignore[arg-type]

    def exchange(self, fresh_code: str, **changes: str | None) -> httpx.Response:
        form = {
            "grant_type": "authorization_code",
            "code": fresh_code,
            "client_id": self.about["client_id"],
            "redirect_uri": "https://localhost",
            "code_verifier": VERIFIER,
        } | changes
        return self.token({name: value for name, value in form.items() if value is not None})

    def refresh(self, refresh_token: str) -> httpx.Response:
        return self.token(
            {"grant_type": "refresh_token", "refresh_token": refresh_token, "client_id": self.about["client_id"]}
        )

    def contacts(self, access_token: str) -> int:
        headers = {"Authorization": f"Bearer {access_token}"}
        return self.http.get(f"{self.sandbox.api_url}/contacts", headers=headers).status_code


def _query(answer: httpx.Response) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


@pytest.fixture
def browser(sandbox: Sandbox, anyone: httpx.Client) -> Browser:
    return Browser(sandbox, anyone)


def test_authorization_code_with_pkce(browser: Browser) -> None:
    """The whole flow: consent, redirect with code and state, tokens that work."""
    answer = browser.decide()
    assert answer["state"] == "xyz"
    token = browser.exchange(answer["code"]).json()
    assert token["token_type"] == "Bearer"
    assert token["expires_in"] == 86_400
    assert token["scope"] == "contact_data offline_access"
    assert 1_000 <= len(token["access_token"]) <= 1_400
    assert browser.contacts(token["access_token"]) == 200


def test_authorization_code_with_secret(browser: Browser) -> None:
    """With HTTP Basic and without PKCE."""
    answer = browser.decide(code_challenge=None, code_challenge_method=None)
    form = {"grant_type": "authorization_code", "code": answer["code"], "redirect_uri": "https://localhost"}
    token = browser.token(form, auth=(browser.about["client_id"], browser.about["client_secret"]))
    assert browser.contacts(token.json()["access_token"]) == 200


def test_without_offline_access_there_is_no_refresh_token(browser: Browser) -> None:
    """The most common question in the vendor's forum."""
    token = browser.exchange(browser.decide(scope="contact_data")["code"]).json()
    assert "refresh_token" not in token


def test_scopes_are_what_was_granted(browser: Browser) -> None:
    """A token without contact_data reads no contacts."""
    token = browser.exchange(browser.decide(scope="account_read")["code"]).json()
    assert browser.contacts(token["access_token"]) == 403


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"client_id": None}, "client_id"),
        ({"client_id": "somebody-else"}, "client"),
        ({"redirect_uri": None}, "redirect_uri"),
        ({"redirect_uri": "https://localhost/"}, "redirect_uri"),
        ({"redirect_uri": 'https://evil.example/\u00fc"<script>'}, "redirect_uri"),
        ({"response_type": "token"}, "response_type"),
        ({"response_type": None}, "response_type"),
    ],
)
def test_what_must_not_be_redirected_is_said_on_a_page(
    browser: Browser, changes: dict[str, str | None], text: str
) -> None:
    """An unknown application or address is never redirected to: the person reads why."""
    page = browser.open(**changes)
    assert page.status_code == 400
    assert text in page.text
    assert "<script>" not in page.text


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"state": None}, "invalid_request"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"scope": None}, "invalid_scope"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
    ],
)
def test_other_faults_go_back_with_the_redirect(browser: Browser, changes: dict[str, str | None], error: str) -> None:
    """RFC 6749, 4.1.2.1: the application is told."""
    answer = browser.open(**changes)
    assert answer.status_code == 302
    assert _query(answer)["error"] == error
    assert _query(answer).get("state") == ("xyz" if "state" not in changes else None)


def test_denying_is_told(browser: Browser) -> None:
    """Deny on the consent page is access_denied."""
    assert browser.decide("deny")["error"] == "access_denied"


def test_a_form_without_its_ticket_decides_nothing(browser: Browser) -> None:
    """Another site's page cannot press Allow."""
    page = browser.open()
    answer = browser.http.post(str(page.url), data={"decision": "allow", "ticket": "0" * 64})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("changes", "status", "error", "text"),
    [
        ({"code": "made-up"}, 400, "invalid_grant", "The authorization code is invalid or has expired."),
        ({"redirect_uri": "https://localhost:1"}, 400, "invalid_grant", "redirect_uri"),
        ({"code_verifier": None}, 400, "invalid_request", "code_verifier"),
        ({"code_verifier": "w" * 43}, 400, "invalid_grant", "PKCE verification failed."),
        ({"client_id": "somebody-else"}, 401, "invalid_client", "client_id"),
        ({"client_id": None}, 401, "invalid_client", "Client authentication failed"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", "grant type is not supported"),
        ({"code": None}, 400, "invalid_request", "code"),
    ],
)
def test_the_token_endpoint_refuses(
    browser: Browser, changes: dict[str, str | None], status: int, error: str, text: str
) -> None:
    """Each fault has its error, and the text that people search for."""
    code = browser.decide()["code"]
    answer = browser.exchange(code, **changes)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert text in answer.json()["error_description"]


def test_a_public_client_needs_pkce(browser: Browser) -> None:
    """The live service's own words for it."""
    code = browser.decide(code_challenge=None, code_challenge_method=None)["code"]
    answer = browser.exchange(code, code_verifier=None)
    assert answer.status_code == 400
    assert "PKCE" in answer.json()["error_description"] or "code_verifier" in answer.json()["error_description"]


def test_a_wrong_secret_is_refused(browser: Browser) -> None:
    """invalid_client, 401."""
    form = {"grant_type": "authorization_code", "code": "x", "redirect_uri": "https://localhost"}
    answer = browser.token(form, auth=(browser.about["client_id"], "wrong"))
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_a_code_works_once_and_its_reuse_ends_what_it_gave(browser: Browser) -> None:
    """RFC 6749, 4.1.2."""
    code = browser.decide()["code"]
    token = browser.exchange(code).json()
    assert browser.exchange(code).json()["error"] == "invalid_grant"
    assert browser.contacts(token["access_token"]) == 401


def test_a_code_lives_five_minutes(browser: Browser) -> None:
    """After that it is refused."""
    code = browser.decide()["code"]
    browser.sandbox.advance(301)
    assert browser.exchange(code).json()["error"] == "invalid_grant"


def test_refresh_tokens_rotate(browser: Browser) -> None:
    """Each exchange gives a new one and voids the one sent."""
    first = browser.exchange(browser.decide()["code"]).json()
    second = browser.refresh(first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert browser.contacts(second["access_token"]) == 200
    third = browser.refresh(second["refresh_token"]).json()
    assert browser.contacts(third["access_token"]) == 200


def test_the_reuse_of_a_refresh_token_ends_the_sign_in(browser: Browser) -> None:
    """Somebody holds an old token: all tokens of that sign-in end."""
    first = browser.exchange(browser.decide()["code"]).json()
    second = browser.refresh(first["refresh_token"]).json()
    answer = browser.refresh(first["refresh_token"])
    assert answer.json()["error_description"] == "The refresh token is invalid or expired."
    assert browser.refresh(second["refresh_token"]).json()["error"] == "invalid_grant"
    assert browser.contacts(second["access_token"]) == 401


def test_an_unused_refresh_token_ends_after_180_days(browser: Browser) -> None:
    """And works the day before."""
    first = browser.exchange(browser.decide()["code"]).json()
    browser.sandbox.advance(179 * 86_400)
    second = browser.refresh(first["refresh_token"]).json()
    browser.sandbox.advance(181 * 86_400)
    assert browser.refresh(second["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_bare_post_at_the_token_endpoint_gets_oktas_error(browser: Browser) -> None:
    """E0000021, as the live service answers."""
    assert browser.http.post(browser.about["token"]).json()["errorCode"] == "E0000021"


def _device(browser: Browser) -> dict[str, str]:
    form = {"client_id": browser.about["client_id"], "scope": "contact_data offline_access", "response_type": "code"}
    answer = browser.http.post(browser.about["device"], data=form)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def _poll(browser: Browser, device: dict[str, str]) -> httpx.Response:
    return browser.token(
        {"grant_type": DEVICE_GRANT, "device_code": device["device_code"], "client_id": browser.about["client_id"]}
    )


def _enter(browser: Browser, device: dict[str, str], decision: str) -> httpx.Response:
    page = browser.http.get(device["verification_uri_complete"])
    ticket = re.search(r'name="ticket" value="([^"]+)"', page.text)
    assert ticket
    form = {"ticket": ticket[1], "user_code": device["user_code"], "decision": decision}
    return browser.http.post(device["verification_uri"], data=form)


def test_device_flow(browser: Browser) -> None:
    """Pending until the person allows it; then tokens, a refresh token among them, once."""
    device = _device(browser)
    assert _poll(browser, device).json()["error"] == "authorization_pending"
    assert "You are signed in" in _enter(browser, device, "allow").text
    token = _poll(browser, device).json()
    assert browser.contacts(token["access_token"]) == 200
    assert token["refresh_token"]
    assert _poll(browser, device).json()["error"] == "invalid_grant"


def test_device_flow_refusals(browser: Browser) -> None:
    """Polled too fast, denied, and out of time."""
    device = _device(browser)
    _poll(browser, device)
    assert _poll(browser, device).json()["error"] == "slow_down"
    _enter(browser, device, "deny")
    assert _poll(browser, device).json()["error"] == "access_denied"
    late = _device(browser)
    browser.sandbox.advance(601)
    assert _poll(browser, late).json()["error"] == "expired_token"


def test_a_wrong_user_code_is_said(browser: Browser) -> None:
    """The page says so and asks again; what was typed is escaped."""
    page = browser.http.post(f"{browser.sandbox.url}/activate", data={"user_code": "<b>nope</b>"})
    assert "No sign-in waits for &lt;B&gt;" in page.text


def test_the_keys_verify_the_tokens(browser: Browser) -> None:
    """An access token is an RS256 JWT that the published keys verify."""
    from joserfc import jwt
    from joserfc.jwk import KeySet

    keys = KeySet.import_key_set(browser.http.get(browser.about["token"].replace("/token", "/keys")).json())
    token = jwt.decode(browser.about["access_token"], keys, algorithms=["RS256"])
    assert token.claims["sub"] == "robin@example.com"
    assert "platform_user_id" in token.claims


def test_secrets_are_not_in_the_database(browser: Browser) -> None:
    """Codes and tokens are stored as digests: a copied database signs nobody in."""
    code = browser.decide()["code"]
    token = browser.exchange(code).json()
    content = b"".join(path.read_bytes() for path in browser.sandbox.database.path.parent.glob("sandbox.db*"))
    for secret in (code, token["refresh_token"], token["access_token"]):
        assert secret.encode() not in content
