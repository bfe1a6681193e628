"""Which way of signing in is chosen where, and the conversation in a terminal."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from cctoolkit._httpx import httpx
from cctoolkit.errors import RedirectAddressError, SettingsError, SignInRefused, SignInTimedOut
from cctoolkit.oauth import OAuthSession
from cctoolkit.oauth.places import Place, choose_way, here, through_the_hub
from cctoolkit.sandbox import Sandbox
from cctoolkit.settings import LOOPBACK_REDIRECT_URI, PASTE_REDIRECT_URI, Service
from cctoolkit.signing_in import TerminalSignIn

LIVE = Service("live", "a", "b", "c", "d", "key")
LAPTOP, FAR = Place("a laptop", True), Place("Binder", False)


@pytest.mark.parametrize(
    ("environment", "name", "local"),
    [
        ({"BINDER_SERVICE_HOST": "x"}, "Binder", False),
        ({"COLAB_RELEASE_TAG": "x"}, "Colab", False),
        ({"CODESPACES": "true"}, "a GitHub codespace", False),
        ({"JUPYTERHUB_USER": "x"}, "JupyterHub", False),
        ({"VSCODE_IPC_HOOK_CLI": "x", "SSH_CONNECTION": "x"}, "VS Code, on a remote machine", False),
        ({"SSH_CONNECTION": "x"}, "a machine reached over SSH", False),
        ({"REMOTE_CONTAINERS": "true"}, "a container", False),
        ({"DISPLAY": ":0"}, "a terminal on this machine", True),
    ],
)
def test_places_are_recognized(environment: dict[str, str], name: str, local: bool) -> None:
    """By what they set in the environment."""
    assert here(environment) == Place(name, local)


def test_a_machine_without_a_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server: no browser there."""
    monkeypatch.setattr("sys.platform", "linux")
    assert here({}) == Place("a machine without a screen", False)


@pytest.mark.parametrize(
    ("service", "place", "way", "why"),
    [
        (replace(LIVE, redirect_uris=(LOOPBACK_REDIRECT_URI,)), LAPTOP, "loopback", "answer here directly"),
        (replace(LIVE, redirect_uris=(PASTE_REDIRECT_URI,)), LAPTOP, "paste", "the address is pasted"),
        (replace(LIVE, redirect_uris=(PASTE_REDIRECT_URI,)), FAR, "paste", "cannot reach it"),
        (replace(LIVE, redirect_uris=(LOOPBACK_REDIRECT_URI,), flow="pkce"), FAR, "paste", "cannot reach it"),
        (replace(LIVE, flow="device"), FAR, "device", "registered for the device flow"),
        (replace(LIVE, flow="device"), LAPTOP, "device", "registered for the device flow"),
        (replace(LIVE, name="sandbox", redirect_uris=(LOOPBACK_REDIRECT_URI,)), FAR, "device", "a code can"),
    ],
)
def test_the_way_fits_place_and_application(service: Service, place: Place, way: str, why: str) -> None:
    """And the reason is said in one line."""
    chosen, reason = choose_way(service, place)
    assert chosen == way
    assert why in reason
    assert "\n" not in reason


def test_the_sandboxes_page_is_reached_through_the_hub() -> None:
    """Behind a JupyterHub the link goes through its proxy; elsewhere it stays as it is."""
    page = "http://127.0.0.1:4321/activate?user_code=A"
    assert through_the_hub(page, {}) == page
    assert through_the_hub(page, {"JUPYTERHUB_SERVICE_PREFIX": "/user/x/"}) == "/user/x/proxy/4321/activate?user_code=A"
    live = "https://identity.example/activate"
    assert through_the_hub(live, {"JUPYTERHUB_SERVICE_PREFIX": "/user/x/"}) == live


@pytest.fixture
def sandbox(served: Sandbox) -> Sandbox:
    """On a port, for a browser that is another program."""
    return served


def _decide(address: str, decision: str = "allow") -> str:
    page = httpx.get(address)
    ticket = re.search(r'name="ticket" value="([^"]+)"', page.text)
    assert ticket
    answer = httpx.post(str(page.url), data={"ticket": ticket[1], "decision": decision})
    return str(answer.headers["location"])


class Conversation:
    """What a terminal says and is told."""

    def __init__(self, *answers: str | Callable[[str], str]) -> None:
        self.said: list[str] = []
        self._answers = list(answers)

    def say(self, text: str) -> None:
        self.said.append(text)

    def ask(self, question: str) -> str:
        if not self._answers:
            raise EOFError
        answer = self._answers.pop(0)
        return answer if isinstance(answer, str) else answer("\n".join(self.said))

    @staticmethod
    def link(said: str) -> str:
        return re.findall(r"http\S+authorize\S+", said)[-1]


def test_loopback_in_a_terminal(session: OAuthSession) -> None:
    """The browser is opened; its answer ends the wait."""
    talk = Conversation()

    def browse(url: str) -> None:
        threading.Thread(target=lambda: httpx.get(_decide(url)), daemon=True).start()

    name = TerminalSignIn(session, say=talk.say, open_browser=browse).run("loopback")
    assert name == "robin@example.com (Riverside Community Garden)"
    assert "Signed in as robin@example.com" in talk.said[-1]


def test_denying_in_a_terminal(session: OAuthSession) -> None:
    """Said in words, and nobody is signed in."""

    def browse(url: str) -> None:
        threading.Thread(target=lambda: httpx.get(_decide(url, "deny")), daemon=True).start()

    with pytest.raises(SignInRefused, match="choose Allow"):
        TerminalSignIn(session, say=lambda text: None, open_browser=browse).run("loopback")
    assert not session.signed_in


def test_a_closed_tab_ends_in_words(session: OAuthSession) -> None:
    """Nobody comes back: after the time is up, what to do."""
    silent = TerminalSignIn(session, say=lambda text: None, open_browser=lambda url: None, patience=0.01)
    with pytest.raises(SignInTimedOut, match="was the tab closed"):
        silent.run("loopback")


def test_pasting_in_a_terminal(session: OAuthSession) -> None:
    """A wrong address is explained and asked for again."""
    talk = Conversation("https://localhost/", lambda said: _decide(Conversation.link(said)))
    TerminalSignIn(session, say=talk.say, ask=talk.ask).run("paste")
    assert any("There is no code in this address" in text for text in talk.said)


def test_pasting_three_times_wrong_or_nothing(session: OAuthSession) -> None:
    """Ends in words."""
    talk = Conversation("", "", "")
    with pytest.raises(RedirectAddressError):
        TerminalSignIn(session, say=talk.say, ask=talk.ask).run("paste")
    with pytest.raises(SignInTimedOut, match="Nothing was pasted"):
        TerminalSignIn(session, say=talk.say, ask=talk.ask).run("paste")


def test_a_code_in_a_terminal(session: OAuthSession, sandbox: Sandbox) -> None:
    """The code and its page are shown; the interval is kept by moving the sandbox's clock."""
    talk = Conversation()

    def sleep(seconds: float) -> None:
        sandbox.advance(seconds + 1)
        found = re.search(r"[A-Z]{4}-[A-Z]{4}", "\n".join(talk.said))
        assert found
        sandbox.authorization.decide_device(found[0], sandbox.defaults.account, allow=True)

    TerminalSignIn(session, say=talk.say, sleep=sleep).run("device")
    assert session.signed_in


def test_an_unknown_way_is_refused() -> None:
    """Before anything is started."""
    from cctoolkit import sign_in

    with pytest.raises(SettingsError, match="loopback, paste, device"):
        sign_in(way="guess")
