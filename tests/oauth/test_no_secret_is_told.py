"""What an error carries beside its words: locals of a traceback, causes, pickles."""

from __future__ import annotations

import copy
import pickle
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from cctoolkit._httpx import httpx
from cctoolkit.api.transport import FixedToken, Transport
from cctoolkit.errors import CctoolkitError, ServiceUnreachable, SignInRequired, UnexpectedAnswer
from cctoolkit.oauth import OAuthSession, Token, TokenStore
from cctoolkit.secret import Secret
from cctoolkit.settings import Service

ACCESS, REFRESH, CODE, SECRET = "access-4f2a91", "refresh-77be03", "code-9c1d52e8f4a6b7", "secret-5512ab"
SERVICE = Service(
    name="live",
    api_url="https://api.example/v3",
    authorize_url="https://identity.example/authorize",
    token_url="https://identity.example/token",
    device_url="https://identity.example/device",
    client_id="a-client-of-the-tests",
    client_secret=SECRET,
)


def _session(tmp_path: Path, answer: Callable[[httpx.Request], httpx.Response]) -> OAuthSession:
    store = TokenStore.in_memory()
    store.save(Token(ACCESS, REFRESH, 0.0))
    waits: list[float] = []  # nobody waits for an endpoint that stays busy
    return OAuthSession(SERVICE, store, tmp_path, sleep=waits.append, transport=httpx.MockTransport(answer))


def _everything(error: BaseException) -> str:
    """All that can be made of an error: each traceback of its chain with the locals of each function of ours."""
    told = []
    at: BaseException | None = error
    while at is not None:
        told += traceback.TracebackException.from_exception(at, capture_locals=True).format()
        told += [repr(vars(at)), repr(at)]
        request = getattr(at, "_request", None)
        told.append(str(request and request.headers.raw))
        at = at.__cause__ or at.__context__
    return "".join(told)


def _down(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("nobody there", request=request)


def _html(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, html="<p>A gateway</p>")


def _refused(request: httpx.Request) -> httpx.Response:
    return httpx.Response(400, json={"error": "invalid_grant"})


@pytest.mark.parametrize("answer", [_down, _html, _refused])
@pytest.mark.parametrize("what", ["refresh", "code", "device"])
def test_no_secret_is_in_what_an_error_carries(
    tmp_path: Path, answer: Callable[[httpx.Request], httpx.Response], what: str
) -> None:
    """Refresh token, code, verifier, client secret: not in a local, a cause or a request, however it fails."""
    session = _session(tmp_path, answer)
    request = session.start("https://localhost")
    calls: dict[str, Callable[[], object]] = {
        "refresh": session.access_token,
        "code": lambda: session.finish(request, f"https://localhost?code={CODE}&state={request.state}"),
        "device": session.start_device,
    }
    with pytest.raises(CctoolkitError) as raised:
        calls[what]()
    told = _everything(raised.value)
    for secret in (ACCESS, REFRESH, SECRET, str(request.code_verifier)):
        assert secret not in told
    # The address that this very test made stands in its own lambda only.
    assert told.count(CODE) == 0


@pytest.mark.parametrize(
    "address",
    [f"https://localhost?code={CODE}&state=another", f"https://elsewhere.example?code={CODE}", f"{CODE}&%%"],
)
def test_a_pasted_address_that_is_refused_is_not_told(tmp_path: Path, address: str) -> None:
    session = _session(tmp_path, _down)
    request = session.start("https://localhost")
    with pytest.raises(CctoolkitError) as raised:
        session.finish(request, address)
    frames = traceback.TracebackException.from_exception(raised.value, capture_locals=True)
    ours = [
        line
        for frame in frames.stack
        if "cctoolkit" in frame.filename and "/tests/" not in frame.filename
        for line in (frame.locals or {}).values()
    ]
    assert ours
    assert CODE not in "".join(ours)


def test_a_request_that_fails_keeps_its_token_to_itself() -> None:
    """The cause of an httpx error is a request, and its headers hold the token."""
    transport = Transport("https://api.example/v3", FixedToken(ACCESS), transport=httpx.MockTransport(_down))
    with pytest.raises(ServiceUnreachable) as raised:
        transport.request("POST", "/contacts", json={})
    assert ACCESS not in _everything(raised.value)
    assert "nobody there" in raised.value.__notes__[0]


def test_a_sign_in_that_has_ended_keeps_its_token_to_itself(tmp_path: Path) -> None:
    session = _session(tmp_path, _refused)
    transport = Transport("https://api.example/v3", session, transport=httpx.MockTransport(_down))
    with pytest.raises(SignInRequired) as raised:
        transport.get("/contacts")
    assert REFRESH not in _everything(raised.value)
    assert ACCESS not in _everything(raised.value)


@pytest.mark.parametrize("holder", [Token(ACCESS, REFRESH), SERVICE, {"key": Secret(SECRET)}])
def test_secrets_are_not_pickled(holder: object) -> None:
    """They are what they are wherever they are used, and copied, and no repr of a table shows them."""
    with pytest.raises(TypeError, match="connect anew in the other process"):
        pickle.dumps(holder)
    assert copy.deepcopy(holder) == holder
    for secret in (ACCESS, REFRESH, SECRET):
        assert secret not in repr(holder)
        assert secret not in repr(vars(holder) if hasattr(holder, "__dict__") else holder)


@pytest.mark.parametrize(
    "odd",
    [
        {"expires_in": [1]},
        {"expires_in": 1e400},
        {"expires_in": "soon"},
        {"expires_in": -5},
        {"refresh_token": 12345},
        {"refresh_token": None},
        {"refresh_token": ""},
    ],
)
def test_an_odd_answer_does_not_cost_the_refresh_token(tmp_path: Path, odd: dict[str, object]) -> None:
    """What is no lifetime is none, and what is no refresh token leaves the old one in force."""

    def answer(request: httpx.Request) -> httpx.Response:
        import json

        content = json.dumps({"access_token": "new", **odd})
        return httpx.Response(200, content=content, headers={"Content-Type": "application/json"})

    session = _session(tmp_path, answer)
    assert session.access_token() == "new"
    kept = session.store.load()
    assert kept is not None
    assert kept.refresh_token == REFRESH


@pytest.mark.parametrize("token", ["", "two\nlines", "with blank", 5, None, ["x"]])
def test_an_access_token_that_no_header_holds_is_none(tmp_path: Path, token: object) -> None:
    """The pair that was there stays."""
    session = _session(tmp_path, lambda request: httpx.Response(200, json={"access_token": token}))
    with pytest.raises(UnexpectedAnswer):
        session.access_token()
    kept = session.store.load()
    assert kept is not None
    assert kept.refresh_token == REFRESH


@pytest.mark.parametrize(
    ("answer", "interval"),
    [
        ({"interval": 0}, 5.0),
        ({"interval": -1}, 5.0),
        ({"interval": "NaN"}, 5.0),
        ({"interval": 0.2}, 1.0),
        ({"interval": 9}, 9.0),
        ({}, 5.0),
    ],
)
def test_a_code_is_asked_for_at_a_decent_pace(tmp_path: Path, answer: dict[str, object], interval: float) -> None:
    """Whatever interval a server names."""
    texts = {"user_code": "ABCD", "verification_uri": "https://x.example", "device_code": "d", "expires_in": 600}
    session = _session(tmp_path, lambda request: httpx.Response(200, json={**texts, **answer}))
    assert session.start_device().interval == interval


@pytest.mark.parametrize("odd", [{"expires_in": [1]}, {"device_code": None}, {"user_code": 5}, {"expires_in": "x"}])
def test_an_unusable_code_is_said(tmp_path: Path, odd: dict[str, object]) -> None:
    texts = {"user_code": "ABCD", "verification_uri": "https://x.example", "device_code": "d", "expires_in": 600}
    session = _session(tmp_path, lambda request: httpx.Response(200, json={**texts, **odd}))
    with pytest.raises(UnexpectedAnswer, match="no usable device code"):
        session.start_device()


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (httpx.Response(429, headers={"Retry-After": "7"}), "is busy .it answered 429.: try again"),
        (httpx.Response(429, json={"message": "API rate limit exceeded"}), "is busy .it answered 429.: try again"),
        (httpx.Response(503, html="<p>down</p>"), "is busy .it answered 503.: try again"),
        (httpx.Response(400, json={"errorCode": "E0000021", "errorSummary": "Bad media type"}), "E0000021"),
        (httpx.Response(403, json={"message": "Forbidden"}), "is busy .it answered 403.: try again"),
    ],
)
def test_a_bad_moment_of_the_token_endpoint_signs_nobody_out(
    tmp_path: Path, answer: httpx.Response, sentence: str
) -> None:
    """Only `invalid_grant` leads back to signing in; the tokens stay."""
    session = _session(tmp_path, lambda request: answer)
    with pytest.raises(CctoolkitError, match=sentence) as raised:
        session.access_token()
    assert not isinstance(raised.value, SignInRequired)
    kept = session.store.load()
    assert kept is not None
    assert kept.refresh_token == REFRESH
