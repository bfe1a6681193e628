"""`sign_in()`: a panel in a notebook, a conversation in a terminal."""

from __future__ import annotations

import os
import sys
import time
import webbrowser
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .connection import open_session
from .errors import CctoolkitError, SettingsError, SignInError, SignInTimedOut
from .oauth.places import WAYS, Way, choose_way, here, in_notebook
from .oauth.redirect import RedirectListener
from .oauth.session import PATIENCE, OAuthSession
from .signed_in import paste_redirect_uri, who

if TYPE_CHECKING:
    from .widgets.sign_in import SignIn


#: Said where somebody signs in to the live service; since July 2026 it decides whether that works at all.
OWN_USER = (
    "Sign in as the user who made the application: a new one is private, and nobody else may grant it access until the vendor's "
    "support approves it."
)


def sign_in(
    service: str = "sandbox",
    *,
    way: str | None = None,
    profile: str | None = None,
    workspace: str | os.PathLike[str] | None = None,
    anew: bool = False,
) -> SignIn | str:
    """Sign in to the sandbox or, with `sign_in("live")`, to the live service.

    In a notebook this is a panel; signing in changes it by itself. In a terminal it asks, waits, and returns who is
    signed in. `anew` offers to sign in although somebody is; until that is through, the sign-in from before holds. `way` is
    `loopback`, `paste` or `device`; without it the one that fits the place is chosen.

    Raises `SignInRefused` or `SignInTimedOut` when it came to nothing (in a notebook the panel says so),
    `SettingsError` when a setting is missing.
    """
    if way is not None and way not in WAYS:
        raise SettingsError(f"There is no way {way!r} of signing in. The ways are: {', '.join(WAYS)}.")
    session = open_session(service, profile=profile, workspace=workspace)
    fitting, reason = choose_way(session.service, here())
    chosen: Way = way if way is not None else fitting  # type: ignore[assignment]
    why = f"Chosen by you: {WAYS[chosen]}." if way is not None else reason
    if session.service.is_live:
        why += f" {OWN_USER}"
    if in_notebook():
        from .widgets.sign_in import SignIn

        said = {"way": way, "profile": profile, "workspace": workspace and os.fspath(workspace)}
        given = [repr(service), *(f"{name}={value!r}" for name, value in said.items() if value is not None)]
        return SignIn(session, chosen, why, f"cctoolkit.sign_in({', '.join(given)})", anew=anew)
    _say(why)
    return TerminalSignIn(session).run(chosen)


class TerminalSignIn:
    """The conversation in a terminal. What it says goes to stderr; results are for stdout."""

    def __init__(
        self,
        session: OAuthSession,
        *,
        say: Callable[[str], None] | None = None,
        ask: Callable[[str], str] = input,
        open_browser: Callable[[str], Any] = webbrowser.open,
        sleep: Callable[[float], None] = time.sleep,
        patience: float = PATIENCE,
    ) -> None:
        self._session = session
        self._say = say or _say
        self._ask = ask
        self._open_browser = open_browser
        self._sleep = sleep
        self._patience = patience

    def run(self, way: Way) -> str:
        """Go through with it; returns who is signed in."""
        {"loopback": self._loopback, "paste": self._paste, "device": self._device}[way]()
        name = who(self._session)
        self._say(f"Signed in as {name}. The tokens are in {self._session.store.description}.")
        return name

    def _loopback(self) -> None:
        failures: list[CctoolkitError] = []
        request = None

        def received(address: str) -> tuple[str, str]:
            assert request is not None
            try:
                self._session.finish(request, address)
            except CctoolkitError as error:
                failures.append(error)
                return "Signing in did not work", str(error)
            return "You are signed in", "This tab can be closed; the rest happens where you came from."

        with RedirectListener(self._session.service.redirect_uris, received) as listener:
            request = self._session.start(listener.redirect_uri)
            listener.expect(request.state)
            self._say(f"Sign in in your browser. If it does not open, open this address:\n  {request.url}")
            self._open_browser(request.url)
            if not listener.wait(self._patience):
                raise SignInTimedOut(
                    f"Nobody finished signing in within {self._patience / 60:.0f} minutes (was the tab closed?). Start "
                    "again when you are ready."
                )
        if failures:
            raise failures[0]

    def _paste(self) -> None:
        redirect_uri = paste_redirect_uri(self._session)
        request = self._session.start(redirect_uri)
        self._say(
            f"1. Open this address in a browser, sign in, and choose Allow:\n  {request.url}\n"
            f"2. The browser ends on a page at {redirect_uri} that does not load. That is as it should be.\n"
            "3. Copy the whole address bar and paste it here."
        )
        for tries_left in (2, 1, 0):
            try:
                answer = self._ask("Address: ")
            except EOFError:
                raise SignInTimedOut("Nothing was pasted. Start again when you are ready.") from None
            try:
                self._session.finish(request, answer)
                return
            except SignInError as error:
                if not tries_left:
                    raise
                self._say(str(error))

    def _device(self) -> None:
        device = self._session.start_device()
        self._say(
            f"Open {device.verification_uri} on any screen and enter the code {device.user_code}\n"
            f"  (or open {device.verification_uri_complete})"
        )
        pause = device.interval
        while True:
            self._sleep(pause)
            token, pause = self._session.poll_device(device, pause)
            if token is not None:
                return


def _say(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201 - this is the face that speaks
