"""The registration panel: everything is checked where it is typed, and saved as a profile."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cctoolkit.connection import client_secret_vault
from cctoolkit.settings import DEFAULT_SCOPES, live_service, profiles
from cctoolkit.widgets import Registration

KEY = "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed"


@pytest.fixture
def panel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registration:
    monkeypatch.setenv("HOME", str(tmp_path))
    return Registration()


def test_a_profile_is_saved(panel: Registration) -> None:
    """The key without the blanks around it; afterwards the live service is known."""
    panel.api_key.value = f"  {KEY}\n"
    assert "has the form of an API key" in panel._key_says.value
    panel.name.value = "work"
    panel.save.click()
    assert "cctoolkit.sign_in(&#x27;live&#x27;, profile=&#x27;work&#x27;)" in panel.status.value
    saved = profiles()["work"]
    assert (saved.api_key, saved.scopes, saved.flow) == (KEY, DEFAULT_SCOPES, "pkce")
    assert live_service("work").client_id == KEY


@pytest.mark.parametrize("key", ["", "two words", "<script>", KEY[:8]])
def test_a_key_that_is_none_is_said_at_once(panel: Registration, key: str) -> None:
    """And nothing is saved."""
    panel.api_key.value = key or " "
    assert "does not look like an API key" in panel._key_says.value
    assert "<script>" not in panel._key_says.value
    panel.save.click()
    assert "does not look like an API key" in panel.status.value
    assert profiles() == {}


def test_a_redirect_uri_that_is_none_is_said_at_once(panel: Registration) -> None:
    """A right one is shown with a button that copies it."""
    assert "Copy" in panel._redirect_shown.value
    panel.redirect_uri.value = "localhost"
    assert "cannot be a redirect URI" in panel._redirect_shown.value
    panel.redirect_uri.value = "https://localhost"
    assert "you paste the address" in panel._redirect_shown.value


def test_offline_access_is_on_and_its_loss_explained(panel: Registration) -> None:
    """The reason appears when it is switched off."""
    assert panel.scopes["offline_access"].value
    panel.scopes["offline_access"].value = False
    assert "the sign-in ends after a day" in panel._scopes_say.value


def test_a_client_secret_is_in_no_widget_and_no_profile(panel: Registration, tmp_path: Path) -> None:
    """It goes from the field to the vault."""
    panel.flow.value = "secret"
    assert panel.client_secret in panel.children
    panel.client_secret.value = "the-client-secret"
    panel.api_key.value = KEY
    panel.save.click()
    state = json.dumps([child.get_state() for child in panel.children], default=str)
    assert "the-client-secret" not in state
    [stored] = list(tmp_path.rglob("profiles.json"))
    assert "the-client-secret" not in stored.read_text()
    assert client_secret_vault("default", KEY).load() == "the-client-secret"
