"""Every link between this machine and an answer: broken on a sandbox in the live service's place, and the sentence for it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import stamina

from cctoolkit._httpx import httpx
from cctoolkit.connection import live_session
from cctoolkit.doctor.examining import examine
from cctoolkit.doctor.report import Examination
from cctoolkit.in_process import InProcess
from cctoolkit.oauth import OAuthSession, Token, TokenStore
from cctoolkit.oauth.by_code import sign_in_by_code
from cctoolkit.sandbox import Sandbox
from cctoolkit.settings import Profile, sandbox_service, save_profile

A_DAY = 86_400


class AsLive(httpx.BaseTransport):
    """A sandbox that answers for the live service's hosts. `broken` answers or raises in its place, by host."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox, self._inner = sandbox, InProcess(sandbox)
        self.broken: dict[str, httpx.Response | Exception] = {}
        self.asked: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.host)
        broken = self.broken.get(request.url.host)
        if isinstance(broken, Exception):
            raise broken
        if broken is not None:
            return httpx.Response(broken.status_code, content=broken.content, headers=broken.headers)
        if request.url.host == "status.constantcontact.com":
            return httpx.Response(
                200, json={"components": [{"name": "API's and Integrations", "status": "operational"}]}
            )
        headers = [(name, value) for name, value in request.headers.multi_items() if name.lower() != "host"]
        url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self._sandbox.port)
        content = request.read()
        return self._inner.handle_request(httpx.Request(request.method, url, headers=headers, content=content))


@dataclass
class World:
    """A machine with a saved application that somebody has signed in to, and what can break between it and the service."""

    sandbox: Sandbox
    network: AsLive
    profile: Profile
    folder: Path

    def save(self, **changes: object) -> None:
        self.profile = replace(self.profile, **changes)
        save_profile(self.profile)

    def keep(self, **changes: object) -> None:
        """The sign-in that is kept, changed."""
        store = live_session(transport=self.network).store
        token = store.load()
        assert token is not None
        store.save(replace(token, **changes))

    def examine(self) -> Examination:
        return examine("live", workspace=self.folder, transport=self.network)


@pytest.fixture
def world(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("CCTOOLKIT_TOKEN_STORE", "file")
    network = AsLive(sandbox)
    service = sandbox_service(sandbox.description())
    one = World(sandbox, network, Profile("default", service.client_id, service.redirect_uris[0]), tmp_path)
    one.save()
    there = OAuthSession(service, TokenStore.in_memory(), tmp_path, transport=InProcess(sandbox))
    live_session(transport=network).store.save(sign_in_by_code(there))
    stamina.set_testing(True, attempts=1)
    yield one
    stamina.set_testing(False)


def test_a_whole_chain_is_well(world: World) -> None:
    """Everything is looked at, nobody is signed in by it, and no secret is in any form of the report."""
    before = live_session(transport=world.network).store.load()
    examination = world.examine()
    assert [found for found in examination.problems if found.check != "keyring"] == []
    [server] = examination.of("authorization server")
    assert (
        server.found
        == "The authorization server knows the API key and the redirect URI, and would ask somebody to sign in."
    )
    [token] = examination.of("refresh token")
    assert "lives for 17" in token.found
    [left] = examination.of("requests today")[:1]
    assert "whoever else uses the same API key spends them unseen" in left.found
    assert live_session(transport=world.network).store.load() == before
    assert before is not None
    for form in (examination.text(), examination.json(), examination._repr_html_()):
        assert before.access_token not in form
        assert str(before.refresh_token) not in form


def _host_down(error: Exception) -> Callable[[World], None]:
    return lambda world: world.network.broken.update({"authz.constantcontact.com": error})


def _answers(host: str, answer: httpx.Response) -> Callable[[World], None]:
    return lambda world: world.network.broken.update({host: answer})


def _claims(**claims: object) -> str:
    import base64

    middle = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{middle}.sig"


#: What breaks, the link that says so, what it says, and what to do.
BROKEN: dict[str, tuple[Callable[[World], None], str, str, str]] = {
    "no network": (
        _answers("status.constantcontact.com", httpx.ConnectError("[Errno -3] Temporary failure in name resolution")),  # type: ignore[arg-type]
        "status page",
        "cannot be reached from here",
        "Its name cannot be looked up",
    ),
    "a company's certificate": (
        _host_down(httpx.ConnectError("certificate verify failed: self-signed certificate in certificate chain")),
        "authorization server",
        "authz.constantcontact.com cannot be reached",
        "an authority that this machine does not know",
    ),
    "a proxy that refuses": (
        _host_down(httpx.ProxyError("407 Proxy Authentication Required")),
        "authorization server",
        "cannot be reached",
        "check HTTPS_PROXY",
    ),
    "an outage": (
        _answers(
            "status.constantcontact.com",
            httpx.Response(200, json={"components": [{"name": "API's and Integrations", "status": "major_outage"}]}),
        ),
        "status page",
        "major outage",
        "the fault is not yours",
    ),
    "a key that nobody knows": (
        lambda world: world.save(api_key="1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed"),
        "authorization server",
        "does not know this API key",
        "Copy the API key from My Applications",
    ),
    "a redirect URI that is not registered": (
        lambda world: world.save(redirect_uri="http://127.0.0.1:9999/elsewhere"),
        "authorization server",
        "The redirect URI http://127.0.0.1:9999/elsewhere is not registered",
        "character by character",
    ),
    "a grant that is switched off": (
        lambda world: setattr(world.sandbox.portal, "grants", frozenset({"device"})),
        "authorization server",
        "This application may not be used so.",
        "switch it on in the portal",
    ),
    "the device flow switched off": (
        lambda world: (setattr(world.sandbox.portal, "grants", frozenset({"pkce"})), world.save(flow="device"))[0],
        "authorization server",
        "The device flow is refused",
        "switch it on in the portal",
    ),
    "a busy authorization server": (
        _answers("authz.constantcontact.com", httpx.Response(503)),
        "authorization server",
        "is busy (it answered 503)",
        "Nobody is signed out by it",
    ),
    "nobody signed in": (
        lambda world: live_session(transport=world.network).store.clear(),
        "sign-in (live)",
        "Nobody is signed in",
        "cctoolkit login live",
    ),
    "a login without an account": (
        lambda world: world.keep(access_token=_claims(platform_user_id="UNASSIGNED", cid=world.profile.api_key)),
        "sign-in (live)",
        "platform_user_id is UNASSIGNED",
        "Sign out with",
    ),
    "a refresh token that ended": (
        lambda world: world.keep(expires_at=time.time() - 181 * A_DAY, obtained_at=time.time() - 182 * A_DAY),
        "sign-in (live)",
        "was not used for 180 days",
        "Sign in again",
    ),
    "a scope that was not granted": (
        lambda world: world.keep(scope="account_read offline_access"),
        "sign-in (live)",
        "contact_data was not granted",
        "Sign in again",
    ),
    "an account that is suspended": (
        _answers(
            "api.cc.email",
            httpx.Response(403, json=[{"error_key": "accounts.suspended", "error_message": "Account is suspended"}]),
        ),
        "live service",
        "accounts.suspended: Account is suspended",
        "",
    ),
    "a proxy that answers HTML with 200": (
        _answers("api.cc.email", httpx.Response(200, html="<h1>Blocked</h1>")),
        "live service",
        "content that is no JSON object",
        "",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_each_broken_link_says_so(world: World, name: str) -> None:
    """It is the only problem of the chain; what lies behind it is named as not looked at, and nothing is deleted."""
    break_it, check, said, step = BROKEN[name]
    break_it(world)
    kept = sorted(path for path in world.folder.rglob("*.json"))
    examination = world.examine()
    links = [found for found in examination.problems if found.check not in {"keyring", "secrets"}]
    assert [found.check for found in links] == [check], examination.text()
    assert said in links[0].found
    assert step in links[0].advice
    assert sorted(path for path in world.folder.rglob("*.json")) == kept
    if check != "live service":
        assert "live service" in examination.of("the rest")[0].found
        assert "api.cc.email" not in world.network.asked


@pytest.mark.parametrize(
    ("days", "state", "words"), [(5, "ok", "lives for 175 days"), (160, "note", "ends in 20 days unless it is used")]
)
@pytest.mark.parametrize(("long_lived", "kind"), [(True, "long-lived"), (False, "rotating")])
def test_the_days_of_a_refresh_token(
    world: World, days: int, state: str, words: str, long_lived: bool, kind: str
) -> None:
    """Which kind it is, and how long it lives without being used."""
    world.keep(obtained_at=time.time() - days * A_DAY + 60, long_lived=long_lived)
    [found] = world.examine().of("refresh token")
    assert found.state == state
    assert words in found.found
    assert kind in found.found


def test_a_copied_store_is_told(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As what it is: worth knowing, and nothing is refused for it."""
    import shutil

    shutil.copytree(tmp_path / "XDG_STATE_HOME", tmp_path / "restored")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "restored"))
    examination = world.examine()
    [copied, well] = examination.of("sign-in (live)")
    assert (copied.state, "whoever refreshes first ends the other" in copied.found) == ("note", True)
    assert well.state == "ok"


def test_what_was_not_granted_is_named(world: World) -> None:
    world.keep(scope="contact_data account_read offline_access")
    found = world.examine().of("refresh token")[0]
    assert (found.state, "not granted: campaign_data" in found.found) == ("note", True)


def test_a_token_is_told_by_its_scopes() -> None:
    """Without a refresh token, what is missing is told once, by the check of the sign-in."""
    from cctoolkit.doctor.chain import check_refresh_token

    token = Token("access", None, time.time() + 60, "contact_data")
    [found] = check_refresh_token(token, time.time(), ["contact_data", "offline_access"])
    assert "offline_access" in found.found
