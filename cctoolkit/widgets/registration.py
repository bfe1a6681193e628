"""The registration panel: from no account to a saved profile. It sends nothing anywhere."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from ..connection import client_secret_vault
from ..errors import CctoolkitError
from ..settings import (
    DEFAULT_SCOPES,
    FLOWS,
    LOOPBACK_REDIRECT_URI,
    PASTE_REDIRECT_URI,
    PORTAL,
    SCOPES,
    Profile,
    check_redirect_uri,
    check_scopes,
    read_api_key,
    save_profile,
)
from . import markup
from .controls import LABEL, wide
from .panel import Panel


class Registration(Panel):
    """Walks through the portal, checks the API key's form at once, and saves a named profile.

    `sign_in("live")` uses the profile afterwards.
    """

    def __init__(self) -> None:
        super().__init__("Register an application", name="registration panel")
        self._secret = ""
        self._redirect_shown = widgets.HTML()
        self._key_says = widgets.HTML()
        self._scopes_say = widgets.HTML()
        self.flow = widgets.Dropdown(
            options=[(words, name) for name, words in FLOWS.items()], description="Flow", layout=wide(), style=LABEL
        )
        self.redirect_uri = widgets.Combobox(
            value=LOOPBACK_REDIRECT_URI,
            options=[LOOPBACK_REDIRECT_URI, PASTE_REDIRECT_URI],
            description="Redirect URI",
            layout=wide(),
            style=LABEL,
        )
        self.api_key = widgets.Text(
            description="API key", placeholder="xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", layout=wide(), style=LABEL
        )
        self.client_secret = widgets.Password(
            description="Client secret", continuous_update=False, layout=wide(), style=LABEL
        )
        self.scopes = {
            name: widgets.Checkbox(
                value=name in DEFAULT_SCOPES, description=f"{name}: {meaning}", indent=False, layout=wide()
            )
            for name, meaning in SCOPES.items()
        }
        self.name = widgets.Text(value="default", description="Save as", layout=wide(), style=LABEL)
        self.save = widgets.Button(
            description="Save", button_style="primary", tooltip="Save the profile on this machine"
        )
        self.flow.observe(self._flow_changed, names="value")
        self.redirect_uri.observe(self._redirect_changed, names="value")
        self.api_key.observe(self._key_changed, names="value")
        self.client_secret.observe(self._secret_changed, names="value")
        self.scopes["offline_access"].observe(self._scopes_changed, names="value")
        self.save.on_click(self._clicked)
        self._show()

    def _show(self) -> None:
        portal = f'<a href="{PORTAL}" target="_blank" rel="noopener noreferrer">{PORTAL}</a>'
        self._redirect_changed(None)
        self.children = [
            self.heading,
            _step(
                1,
                f"Log in at {portal}, or sign up there: it asks for an email address, a password, your name, an "
                "organization and a phone number.",
            ),
            _step(
                2,
                "Under <i>My Applications</i> choose <i>New Application</i>, name it, and press <i>Save</i>. The people "
                "who grant it access see that name.",
            ),
            _step(
                3,
                "The application's details appear: press <i>Save</i> at the top right. It is private then: <b>only the user who "
                "made it may grant it access</b>, until the vendor's support approves it for others. So sign in as that user.",
            ),
            _step(4, "Switch on the way of signing in there, and choose the same here:"),
            self.flow,
            _step(
                5,
                "Choose the kind of refresh token there. <i>Rotating</i> suits one machine, such as a laptop: each works once. "
                "<i>Long-lived</i> suits schedules and several machines that share one sign-in. Both end after 180 days "
                "without use.",
            ),
            _step(6, "Register this redirect URI there. It has to be the same character by character:"),
            self.redirect_uri,
            self._redirect_shown,
            _step(7, "Copy the API key from the application's page:"),
            self.api_key,
            self._key_says,
            *([self.client_secret] if self.flow.value == "secret" else []),
            _step(8, "What sign-ins will ask for:"),
            *self.scopes.values(),
            self._scopes_say,
            _step(9, "Save it on this machine. Nothing is sent anywhere."),
            self.name,
            self.save,
            self.status,
            self.footer,
        ]

    def _flow_changed(self, change: dict[str, Any]) -> None:
        self._show()

    def _redirect_changed(self, change: dict[str, Any] | None) -> None:
        try:
            uri = check_redirect_uri(self.redirect_uri.value)
            shown = markup.copyable(uri, "the redirect URI")
            if uri == PASTE_REDIRECT_URI:
                shown += "<br>Nothing answers there: after you allow access, you paste the address of the error page."
        except CctoolkitError as error:
            shown = markup.status(str(error), good=False)
        self._redirect_shown.value = shown

    def _key_changed(self, change: dict[str, Any]) -> None:
        try:
            key = read_api_key(change["new"])
            self._key_says.value = markup.status(f"{key[:8]}… has the form of an API key.", good=True)
        except CctoolkitError as error:
            self._key_says.value = markup.status(str(error), good=False)

    def _secret_changed(self, change: dict[str, Any]) -> None:
        # Taken out of the field at once, so that it is in no widget state that a notebook might save.
        if change["new"]:
            self._secret = change["new"].strip()
            self.client_secret.value = ""
            self.client_secret.placeholder = "taken; it is saved with the profile"

    def _scopes_changed(self, change: dict[str, Any]) -> None:
        self._scopes_say.value = (
            "" if change["new"] else markup.status(f"Better keep offline_access on, to {SCOPES['offline_access']}.")
        )

    def _clicked(self, button: widgets.Button) -> None:
        try:
            profile = Profile(
                self.name.value.strip() or "default",
                read_api_key(self.api_key.value),
                check_redirect_uri(self.redirect_uri.value),
                check_scopes(name for name, box in self.scopes.items() if box.value),
                self.flow.value,
            )
            save_profile(profile)
            if self._secret and profile.flow == "secret":
                client_secret_vault(profile.name, profile.api_key).save(self._secret)
        except CctoolkitError as error:
            self.failed(error)
            return
        named = "" if profile.name == "default" else f", profile={profile.name!r}"
        self.same_in_code(f"cctoolkit.sign_in('live'{named})")
        self.say(f"Saved as profile {profile.name}. Now sign in with cctoolkit.sign_in('live'{named})", good=True)


def _step(number: int, words: str) -> widgets.HTML:
    """`words` is markup of this module's own."""
    return widgets.HTML(f'<div class="cct-step"><b>{number}.</b> {words}</div>')
