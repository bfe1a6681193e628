"""The sign-in panel without a browser: what it shows, and that nothing secret stays in it."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import ipywidgets as widgets
import pytest

from cctoolkit._httpx import httpx
from cctoolkit.errors import SettingsError
from cctoolkit.oauth import OAuthSession, TokenStore
from cctoolkit.oauth.by_code import sign_in_by_code
from cctoolkit.oauth.redirect import RedirectListener
from cctoolkit.sandbox import Sandbox
from cctoolkit.widgets import SignIn, markup


@pytest.fixture
def sandbox(served: Sandbox) -> Sandbox:
    """On a port, for a redirect that comes from a browser."""
    return served


@pytest.fixture(autouse=True)
def ports_are_let_go() -> Iterator[None]:
    """The ten ports of the sandbox are shared by all that run at once."""
    yield
    for panel in list(SignIn._waiting):
        panel.give_way()


def _all(widget: widgets.Widget) -> Iterator[widgets.Widget]:
    yield widget
    for child in getattr(widget, "children", ()):
        yield from _all(child)


def _text(panel: SignIn) -> str:
    return unescape(" ".join(str(getattr(part, "value", "")) for part in _all(panel)))


def _find(panel: SignIn, kind: type[widgets.Widget]) -> Any:
    return next(part for part in _all(panel) if type(part) is kind)


def _link(panel: SignIn) -> str:
    found = re.search(r'href="([^"]+)"', " ".join(str(getattr(part, "value", "")) for part in _all(panel)))
    assert found, _text(panel)
    return unescape(found[1])


def _allow(address: str) -> str:
    page = httpx.get(address)
    ticket = re.search(r'name="ticket" value="([^"]+)"', page.text)
    assert ticket
    answer = httpx.post(str(page.url), data={"ticket": ticket[1], "decision": "allow"})
    return str(answer.headers["location"])


def _state(panel: SignIn) -> str:
    return json.dumps([part.get_state() for part in _all(panel)], default=str)


def test_the_redirect_changes_the_panel_by_itself(session: OAuthSession) -> None:
    """No click in the notebook is needed; the browser's page has no code in its address any more."""
    panel = SignIn(session, "loopback", "because")
    page = httpx.get(_allow(_link(panel)))
    assert "You are signed in" in page.text
    assert 'replaceState(null, "", "/")' in page.text
    assert page.headers["cache-control"] == "no-store"
    assert "Signed in as robin@example.com (Riverside Community Garden)" in _text(panel)
    assert panel.signed_in


def test_a_stray_redirect_does_not_end_the_sign_in(session: OAuthSession) -> None:
    """An old tab with another state is sent away; the right one still works."""
    panel = SignIn(session, "loopback", "because")
    right = _allow(_link(panel))
    wrong = re.sub(r"state=[^&]+", "state=old", right)
    assert "another sign-in" in httpx.get(wrong).text
    assert "Signed in" not in _text(panel)
    assert "You are signed in" in httpx.get(right).text


def test_denying_is_shown_with_a_way_on(session: OAuthSession) -> None:
    """The panel says so and offers to try again."""
    panel = SignIn(session, "loopback", "because")
    page = httpx.get(_link(panel))
    ticket = re.search(r'name="ticket" value="([^"]+)"', page.text)
    assert ticket
    answer = httpx.post(str(page.url), data={"ticket": ticket[1], "decision": "deny"})
    httpx.get(str(answer.headers["location"]))
    assert "Access was denied" in _text(panel)
    again = _find(panel, widgets.Button)
    assert again.description == "Try again"
    again.click()
    httpx.get(_allow(_link(panel)))
    assert "Signed in as" in _text(panel)


def test_pasting_the_address_signs_in(session: OAuthSession) -> None:
    """As soon as it is in the field; and the field is empty afterwards."""
    panel = SignIn(session, "paste", "because")
    field = _find(panel, widgets.Text)
    field.value = "https://localhost/?error=access_denied&state=old"
    panel.wait()
    assert "another sign-in" in _text(panel)
    assert field.value == ""
    address = _allow(_link(panel))
    field.value = address
    panel.wait()
    assert "Signed in as robin@example.com" in _text(panel)
    assert field.value == ""
    assert address.partition("code=")[2].partition("&")[0] not in _state(panel) + json.dumps(
        field.get_state(), default=str
    )


def test_typing_is_not_pasting(session: OAuthSession) -> None:
    """Who writes the address goes on with the button or Enter; the words of the last try go when something is written."""
    panel = SignIn(session, "paste", "because")
    field = _find(panel, widgets.Text)
    go_on = next(part for part in _all(panel) if isinstance(part, widgets.Button) and part.description == "Go on")
    go_on.click()
    assert "Paste the address first" in panel.status.value
    field.value = "https://localhost/?error=access_denied&state=old"
    panel.wait()
    assert "another sign-in" in panel.status.value
    for end in range(1, 9):
        field.value = "https://"[:end]
        panel.wait()
    assert "another sign-in" not in panel.status.value
    assert field.value == "https://"
    field.send_state()
    field._handle_msg({"content": {"data": {"method": "custom", "content": {"event": "submit"}}}, "buffers": []})
    panel.wait()
    assert "There is no code in this address" in panel.status.value
    assert field.value == ""


def test_an_address_that_cannot_be_taken_now_is_asked_for_again(session: OAuthSession) -> None:
    """The field is empty by then, and nobody would know that nothing came of it."""
    go = threading.Event()

    def wait(stop: threading.Event) -> None:
        go.wait(10)

    panel = SignIn(session, "paste", "because")
    panel.beside("Asking for a code …", wait)
    _find(panel, widgets.Text).value = "https://localhost/?code=c&state=s"
    assert "Copy the address again" in panel.status.value
    go.set()
    panel.wait()


def test_a_code_that_cannot_be_asked_for_now_can_be_asked_for_after_it(session: OAuthSession) -> None:
    """The button is not left disabled."""
    go = threading.Event()

    def wait(stop: threading.Event) -> None:
        go.wait(10)

    panel = SignIn(session, "device", "because")
    panel.beside("Signing in …", wait)
    ask = _find(panel, widgets.Button)
    ask.click()
    assert not ask.disabled
    go.set()
    panel.wait()
    ask.click()
    panel.wait()
    assert _find(panel, widgets.Button).description == "Cancel"


def test_a_phone_reads_the_address_of_the_live_service(session: OAuthSession, tmp_path: Path) -> None:
    """A QR code as inline SVG."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/token"):
            return httpx.Response(400, json={"error": "authorization_pending"})
        place = "https://service.example/activate"
        said = {
            "device_code": "d",
            "user_code": "ABCD-EFGH",
            "verification_uri": place,
            "expires_in": 600,
            "interval": 5,
        }
        return httpx.Response(200, json={**said, "verification_uri_complete": f"{place}?user_code=ABCD-EFGH"})

    elsewhere = OAuthSession(session.service, TokenStore.in_memory(), tmp_path, transport=httpx.MockTransport(answer))
    panel = SignIn(elsewhere, "device", "because")
    _find(panel, widgets.Button).click()
    panel.wait()
    assert "<svg" in _text(panel)
    _find(panel, widgets.Button).click()


def test_a_code_on_another_screen(session: OAuthSession) -> None:
    """A code, a link, and a way to cancel; no picture of an address that a phone would look for on itself."""
    panel = SignIn(session, "device", "because")
    _find(panel, widgets.Button).click()
    panel.wait()
    shown = _text(panel)
    assert re.search(r"[A-Z]{4}-[A-Z]{4}", shown)
    assert "<svg" not in shown
    assert "/activate?user_code=" in _link(panel)
    assert _find(panel, widgets.Button).description == "Cancel"
    _find(panel, widgets.Button).click()
    assert _find(panel, widgets.Button).description == "Get a code"


def test_another_way_can_be_chosen(session: OAuthSession) -> None:
    """At any time; the listener of the way before is closed."""
    panel = SignIn(session, "loopback", "because")
    before = _link(panel)
    _find(panel, widgets.ToggleButtons).value = "paste"
    assert _find(panel, widgets.Text)
    _find(panel, widgets.ToggleButtons).value = "loopback"
    assert _link(panel) != before


def test_a_newer_panel_takes_over(session: OAuthSession) -> None:
    """Running the cell again frees the port of the panel before, which says so."""
    first = SignIn(session, "loopback", "because")
    first_link = _link(first)
    second = SignIn(session, "loopback", "because")
    assert "newer sign-in panel" in _text(first)
    assert _link(second) != first_link
    httpx.get(_allow(_link(second)))
    assert "Signed in as" in _text(second)


def test_ports_in_use_lead_to_pasting(session: OAuthSession) -> None:
    """When the way was chosen automatically; the reason is shown."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))  # one of its own: the ten of the sandbox are for the tests beside this one
        other.listen()
        address = f"http://127.0.0.1:{other.getsockname()[1]}/callback"
        session.service = replace(session.service, redirect_uris=(address,))
        panel = SignIn(session, "loopback", "because")
        assert "in use by another program" in _text(panel)
        assert _find(panel, widgets.Text)


def test_an_unservable_redirect_uri_is_an_error_where_it_was_chosen(sandbox: Sandbox, session: OAuthSession) -> None:
    """The listener says what to register."""
    with pytest.raises(SettingsError, match=r"register http://127\.0\.0\.1:8765/callback"):
        RedirectListener(("https://localhost",), lambda address: ("", ""))


def test_somebody_signed_in_is_shown_at_once(session: OAuthSession) -> None:
    """With a way to sign in again."""
    sign_in_by_code(session)
    panel = SignIn(session, "loopback", "because")
    assert "Signed in as robin@example.com" in _text(panel)
    _find(panel, widgets.Button).click()
    assert "prompt=login" in _link(panel)  # else the service's own session would answer for the person before


@pytest.mark.parametrize("way", ["loopback", "paste", "device"])
def test_no_secret_is_in_the_widgets(session: OAuthSession, way: Any) -> None:
    """Neither while waiting nor afterwards: the state of every widget is searched."""
    panel = SignIn(session, way, "because")
    assert panel._request is None or panel._request.code_verifier not in _state(panel)
    sign_in_by_code(session)
    panel._show_signed_in("robin")
    token = session.store.load()
    assert token is not None
    assert token.access_token not in _state(panel)
    assert str(token.refresh_token) not in _state(panel)


def test_text_from_outside_is_escaped(session: OAuthSession, tmp_path: Path) -> None:
    """An organization named with a script stays text."""
    panel = SignIn(session, "paste", "<script>alert(1)</script>")
    panel._show_signed_in("<img src=x onerror=alert(1)>")
    raw = " ".join(str(getattr(part, "value", "")) for part in _all(panel))
    assert "<img" not in raw
    assert "<script" not in raw
    assert "<b>" not in markup.status("<b>x</b>", good=True)


def test_its_repr_never_changes(session: OAuthSession) -> None:
    """Saved notebooks hold it."""
    assert repr(SignIn(session, "paste", "because")) == "[sign-in panel (sandbox): run this cell to see it]"


def test_the_cell_again_and_again_waits_on_the_same_port(session: OAuthSession) -> None:
    """An application of the live service has one redirect URI: the panel before has let go of it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/callback"
    session.service = replace(session.service, redirect_uris=(address,))
    before = threading.active_count()
    for _ in range(6):
        panel = SignIn(session, "loopback", "because")
        assert "in use by another program" not in _text(panel)
        assert f"redirect_uri={quote(address, safe='')}" in _link(panel)
    assert threading.active_count() <= before + 2  # one that listens, and one that ends it after five minutes


def test_a_redirect_that_nobody_waits_for_is_sent_away() -> None:
    """Before a sign-in has begun, one without a state is not taken for it."""
    taken: list[str] = []
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/callback"
    with RedirectListener((address,), lambda answer: (taken.append(answer) or "", "")) as listener:
        assert "Not this sign-in" in httpx.get(f"{address}?code=x").text
        listener.expect("right")
        assert "Not this sign-in" in httpx.get(f"{address}?code=x").text
        httpx.get(f"{address}?code=x&state=right")
    assert [answer.partition("?")[2] for answer in taken] == ["code=x&state=right"]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd"])
def test_only_pages_are_linked(address: str) -> None:
    """Whatever a server gives as the address of its page."""
    assert "href" not in markup.link_button(address, "Sign in")
