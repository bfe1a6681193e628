"""Sign-ins that stay: kept alive by a schedule, of both kinds of refresh token, copied, and through the endpoint's bad days."""

from __future__ import annotations

import itertools
import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cctoolkit._httpx import httpx
from cctoolkit.errors import ServiceUnreachable, SignInRefused, SignInRequired, UnexpectedAnswer
from cctoolkit.in_process import InProcess
from cctoolkit.oauth import OAuthSession, Token, TokenStore, origin
from cctoolkit.oauth.by_code import answer_consent, sign_in_by_code
from cctoolkit.oauth.keeping_alive import DUE, exit_code, keep_alive
from cctoolkit.oauth.vaults import FileVault
from cctoolkit.sandbox import Sandbox
from cctoolkit.settings import sandbox_service

A_DAY = 86_400
#: Opens a sign-in whose tokens lie in a folder, on a machine of that name.
Opened = Callable[..., OAuthSession]


@pytest.fixture
def opened(sandbox: Sandbox, network: InProcess, tmp_path: Path) -> Opened:
    def one(folder: str = "here", machine: str = "mine", transport: Any = None) -> OAuthSession:
        place = tmp_path / folder
        store = TokenStore(FileVault(place / "token.json"), place, machine=machine)
        return OAuthSession(
            sandbox_service(sandbox.description()),
            store,
            place,
            clock=sandbox.clock.now,
            sleep=sandbox.advance,
            transport=transport or network,
        )

    return one


@pytest.mark.parametrize(("days", "state", "code"), [(3, "alive", 0), (8, "refreshed", 0), (179, "refreshed", 0)])
def test_what_is_due_is_refreshed(opened: Opened, sandbox: Sandbox, days: int, state: str, code: int) -> None:
    """And lives for another 180 days from then."""
    session = opened()
    sign_in_by_code(session)
    sandbox.advance(days * A_DAY)
    kept = keep_alive(session, now=sandbox.clock.now())
    assert (kept.state, exit_code([kept])) == (state, code)
    assert kept.ends_at == pytest.approx(
        sandbox.clock.now() + (180 - (days if state == "alive" else 0)) * A_DAY, abs=60
    )
    if state == "refreshed":
        sandbox.advance(179 * A_DAY)
        assert session.access_token()


def test_what_has_ended_is_told(opened: Opened, sandbox: Sandbox) -> None:
    session = opened()
    sign_in_by_code(session)
    sandbox.advance(181 * A_DAY)
    kept = keep_alive(session, now=sandbox.clock.now())
    assert (kept.state, exit_code([kept])) == ("sign in", 3)
    assert "unused for 180 days" in kept.said
    assert "cctoolkit login sandbox" in kept.said


def test_looking_asks_nobody(opened: Opened, sandbox: Sandbox) -> None:
    session = opened()
    assert keep_alive(session, refresh=False).state == "sign in"
    sign_in_by_code(session)
    sandbox.advance(DUE + 1)
    before = session.store.load()
    kept = keep_alive(session, refresh=False, now=sandbox.clock.now())
    assert (kept.state, exit_code([kept])) == ("due", 1)
    assert session.store.load() == before


def test_a_passing_fault_is_none_of_the_tokens(opened: Opened, sandbox: Sandbox) -> None:
    """A schedule tries again the next time; nobody is sent to sign in."""
    session = opened()
    sign_in_by_code(session)
    sandbox.advance(30 * A_DAY)
    busy = opened(transport=httpx.MockTransport(lambda request: httpx.Response(503)))
    kept = keep_alive(busy, now=sandbox.clock.now())
    assert (kept.state, exit_code([kept])) == ("later", 1)
    assert "Nobody was signed out" in kept.said
    assert keep_alive(session, now=sandbox.clock.now()).state == "refreshed"


@pytest.mark.parametrize("long_lived", [True, False])
def test_both_kinds_of_refresh_token_are_told_apart(opened: Opened, sandbox: Sandbox, long_lived: bool) -> None:
    """A long-lived one stays the same when it is used, and so may serve two schedules; a rotating one works once."""
    sandbox.portal.long_lived = long_lived
    session = opened()
    first = sign_in_by_code(session)
    assert first.long_lived is None
    second = session.refresh()
    assert second.long_lived is long_lived
    assert (second.refresh_token == first.refresh_token) is long_lived
    sandbox.advance(179 * A_DAY)
    assert session.refresh().long_lived is long_lived
    sandbox.advance(179 * A_DAY)
    assert session.access_token()


def test_a_copied_store_says_so(opened: Opened, sandbox: Sandbox, tmp_path: Path) -> None:
    """Two owners of one token: each is told, nothing is refused or deleted, and the way to sign in apart stands there."""
    here = opened()
    sign_in_by_code(here)
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "token.json").write_bytes((tmp_path / "here" / "token.json").read_bytes())
    copy = opened("copy")
    with pytest.warns(UserWarning, match=r"saved on another machine or in another folder.*cctoolkit login sandbox"):
        assert copy.access_token()
    sandbox.advance(A_DAY)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # once is enough
        assert copy.access_token()
        with pytest.raises(SignInRequired, match="used elsewhere"):
            here.access_token()
    sandbox.advance(A_DAY)
    with pytest.raises(SignInRequired, match="copied from another machine or folder"):
        copy.access_token()


def test_the_same_folder_on_another_machine_is_a_copy(opened: Opened) -> None:
    """And the same folder of the same machine is none; nor is a store of before there were marks, or with another's."""
    sign_in_by_code(opened())
    store = opened(machine="another").store
    store.load()
    assert store.copied
    store = opened().store
    store.load()
    assert not store.copied
    assert origin.is_here(None, Path())
    assert origin.is_here({"a later": "form"}, Path())


def test_the_mark_says_nothing_of_the_machine(opened: Opened, tmp_path: Path) -> None:
    """Two marks of one place have nothing in common, and none holds a name of it."""
    one, two = origin.mark(tmp_path, "host-of-ana"), origin.mark(tmp_path, "host-of-ana")
    assert one != two
    assert not {*one.split(":")} & {*two.split(":")}
    sign_in_by_code(opened(machine="host-of-ana"))
    assert "host-of-ana" not in (tmp_path / "here" / "token.json").read_text()


def test_tokens_of_an_earlier_and_a_later_version_are_read() -> None:
    written = {"access_token": "a", "refresh_token": "r", "expires_at": 1_800_000_000.0, "scope": "contact_data"}
    earlier = Token.load(json.dumps(written))
    assert (earlier.obtained_at, earlier.long_lived) == (None, None)
    assert earlier.refresh_ends_at == 1_800_000_000.0 + 179 * A_DAY
    later = Token.load(
        json.dumps({**written, "obtained_at": "soon", "long_lived": "maybe", "of": ["a", "later", "time"]})
    )
    assert later == earlier


BAD_MOMENTS = {
    "429, empty, with Retry-After": httpx.Response(429, headers={"Retry-After": "1"}),
    "429 of a gateway": httpx.Response(429, json={"message": "Too many requests"}),
    "500 in HTML": httpx.Response(500, html="<h1>Oops</h1>"),
    "503, empty": httpx.Response(503),
}


@pytest.mark.parametrize("moment", BAD_MOMENTS)
def test_a_bad_moment_is_waited_for(opened: Opened, sandbox: Sandbox, network: InProcess, moment: str) -> None:
    """Twice busy, then well: whoever calls sees nothing of it, and the clock says that it was waited for."""
    sign_in_by_code(opened())
    sandbox.advance(A_DAY)
    asked: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(sandbox.clock.now())
        if len(asked) < 3:
            given = BAD_MOMENTS[moment]
            return httpx.Response(given.status_code, headers=given.headers, content=given.content)
        return network.handle_request(request)

    assert opened(transport=httpx.MockTransport(answer)).access_token()
    assert len(asked) == 3
    assert all(later - before >= 0.9 for before, later in itertools.pairwise(asked))


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(429, headers={"Retry-After": "86400"}),
        httpx.Response(503, headers={"Retry-After": "-1"}),
        httpx.Response(200, html="<h1>Sign in to the wireless network</h1>"),
        httpx.Response(200),
        httpx.Response(502, json={"access_token": "x"}),
    ],
)
def test_nothing_but_a_refusal_ends_a_sign_in(opened: Opened, sandbox: Sandbox, answer: httpx.Response) -> None:
    """An endpoint that stays busy for hours, a hotel's page in place of it: the tokens are as they were."""
    session = opened()
    sign_in_by_code(session)
    sandbox.advance(A_DAY)
    given = httpx.MockTransport(
        lambda request: httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)
    )
    began = sandbox.clock.now()
    with pytest.raises((ServiceUnreachable, UnexpectedAnswer), match=r"try again in a minute"):
        opened(transport=given).access_token()
    assert sandbox.clock.now() - began < 60
    assert session.access_token()


def test_a_private_application_names_the_cause(opened: Opened, sandbox: Sandbox, network: InProcess) -> None:
    """Somebody else than its owner answers the consent page: the sentence says who may."""
    sandbox.portal.private = True
    session = opened()
    assert sign_in_by_code(session)  # its owner may
    request = session.start(session.service.redirect_uris[0])
    page = network.handle_request(httpx.Request("GET", request.url))
    ticket = page.read().decode().partition('name="ticket" value="')[2].partition('"')[0]
    form = {"ticket": ticket, "decision": "allow", "user": "other"}
    sent = network.handle_request(httpx.Request("POST", request.url, data=form))
    with pytest.raises(SignInRefused, match=r"private: only the Constant Contact user who made it.*vendor's support"):
        session.finish(request, sent.headers["location"])


def test_a_grant_that_is_off_names_the_portal(opened: Opened, sandbox: Sandbox, network: InProcess) -> None:
    sandbox.portal.grants = frozenset({"device"})
    session = opened()
    request = session.start(session.service.redirect_uris[0])
    ended = answer_consent(request.url, transport=network)
    with pytest.raises(
        SignInRefused, match=r"private.*not switched on for the application; switch it on in the portal"
    ):
        session.finish(request, ended)
    assert session.start_device().user_code
    sandbox.portal.grants = frozenset({"pkce"})
    with pytest.raises(SignInRefused, match="not switched on"):
        session.start_device()


def test_a_second_factor_is_a_step_of_the_consent(opened: Opened, sandbox: Sandbox, network: InProcess) -> None:
    sandbox.portal.factors = True
    session = opened()
    request = session.start(session.service.redirect_uris[0])
    page = network.handle_request(httpx.Request("GET", request.url)).read().decode()
    assert "Code from your phone" in page
    ticket = page.partition('name="ticket" value="')[2].partition('"')[0]
    wrong = {"ticket": ticket, "decision": "allow", "passcode": "111111"}
    assert network.handle_request(httpx.Request("POST", request.url, data=wrong)).status_code == 400
    assert sign_in_by_code(session)


def test_tokens_that_cannot_be_saved_are_no_success(sandbox: Sandbox, network: InProcess, tmp_path: Path) -> None:
    """A schedule's process ends, and with it the only pair that works: the exit code says so."""
    from tests.oauth.test_never_lost import FailingVault

    vault = FailingVault()
    service = sandbox_service(sandbox.description())
    session = OAuthSession(
        service, TokenStore(vault), tmp_path, clock=sandbox.clock.now, sleep=sandbox.advance, transport=network
    )
    sign_in_by_code(session)
    sandbox.advance(30 * A_DAY)
    vault.let_through, vault.refusals = 1, 99
    with pytest.warns(UserWarning, match="do not end it before"):
        kept = keep_alive(session, now=sandbox.clock.now())
    assert (kept.state, exit_code([kept])) == ("sign in", 3)
    assert "could not be saved" in kept.said
    vault.refusals = 0
    assert session.access_token()


def test_a_copy_that_meets_a_busy_endpoint_is_still_one(opened: Opened, sandbox: Sandbox, tmp_path: Path) -> None:
    """What is proved before the exchange says nothing of where the tokens are from."""
    sign_in_by_code(opened())
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "token.json").write_bytes((tmp_path / "here" / "token.json").read_bytes())
    sandbox.advance(A_DAY)
    busy = opened("copy", transport=httpx.MockTransport(lambda request: httpx.Response(503)))
    with pytest.warns(UserWarning, match="another machine"), pytest.raises(ServiceUnreachable):
        busy.access_token()
    again = opened("copy").store
    again.load()
    assert again.copied


@pytest.mark.parametrize(
    ("status", "body"), [(400, {"error": "server_error"}), (403, {"message": "Forbidden"}), (408, {})]
)
def test_a_gateways_words_are_no_refusal(opened: Opened, sandbox: Sandbox, status: int, body: dict[str, str]) -> None:
    session = opened()
    sign_in_by_code(session)
    sandbox.advance(30 * A_DAY)
    odd = opened(transport=httpx.MockTransport(lambda request: httpx.Response(status, json=body)))
    assert keep_alive(odd, now=sandbox.clock.now()).state == "later"
    with pytest.raises(ServiceUnreachable, match="is busy"):
        opened(
            transport=httpx.MockTransport(lambda request: httpx.Response(429, json={"error": "slow"}))
        ).start_device()


def test_others_wait_as_long_as_a_refresh_may_take() -> None:
    """Three requests of 30 seconds, and two waits: whoever is told to end that process must not be told too early."""
    from cctoolkit.oauth.session import PATIENCE_FOR_OTHERS
    from cctoolkit.oauth.token_endpoint import LONGEST_WAIT

    assert PATIENCE_FOR_OTHERS >= 3 * 30 + 2 * LONGEST_WAIT
