"""The sign-in panel: a face on `cctoolkit.oauth.OAuthSession`."""

from __future__ import annotations

import threading
import time
import weakref
from typing import Any, ClassVar

import ipywidgets as widgets

from .._httpx import is_loopback
from ..errors import CctoolkitError, SettingsError, TokenStoreError
from ..oauth.places import WAYS, Way, through_the_hub
from ..oauth.redirect import RedirectListener
from ..oauth.session import PATIENCE, AuthorizationRequest, DeviceAuthorization, OAuthSession
from ..signed_in import paste_redirect_uri, who
from . import markup
from .panel import Panel

_LABELS: dict[Way, str] = {"loopback": "In this browser", "paste": "Paste the address", "device": "With a code"}

#: Characters that come at once when somebody pastes, and not when they type.
PASTED = 10
_ONCE = "The code in the address works once, for five minutes."


class SignIn(Panel):
    """Shows the way to sign in that fits, lets another be chosen, and turns to "Signed in as …" by itself.

    Nothing here blocks the kernel: the browser's answer arrives in the listener's thread, the polling of the device
    flow has a thread of its own. One panel at a time waits: showing another (or the same cell's again) ends the one
    before, and frees its port. `anew` offers it although somebody is signed in.
    """

    _waiting: ClassVar[weakref.WeakSet[SignIn]] = weakref.WeakSet()

    def __init__(
        self, session: OAuthSession, way: Way, reason: str, code: str | None = None, *, anew: bool = False
    ) -> None:
        name = "Constant Contact" if session.service.is_live else "the sandbox"
        super().__init__(f"Sign in to {name}", name=f"sign-in panel ({session.service.name})")
        self._session = session
        self._reason = reason
        self._listener: RedirectListener | None = None
        self._request: AuthorizationRequest | None = None
        self._prompt_login = False
        self._polling = False
        self._timer: threading.Timer | None = None
        self._attempt = 0  # what a thread belongs to; a newer attempt makes it stop
        self._lock = threading.RLock()
        self._ways = widgets.ToggleButtons(
            options=[(_LABELS[each], each) for each in WAYS],
            value=way,
            tooltips=list(WAYS.values()),
            style={"button_width": "auto"},
        )
        self._ways.observe(self._another_way, names="value")
        self._ways.tooltip = "How to sign in"
        self.same_in_code(code or f"cctoolkit.sign_in({session.service.name!r})")
        for earlier in list(SignIn._waiting):
            earlier.give_way()
        SignIn._waiting.add(self)
        try:
            known = session.signed_in
        except TokenStoreError as error:  # where it is kept does not answer: signing in again is one way out
            self._begin(way, fall_back=True)
            self.failed(error)
            return
        if known and not anew:
            self._show_signed_in(who(session))
        else:
            self._begin(way, fall_back=True)

    @property
    def signed_in(self) -> bool:
        """Whether somebody is signed in."""
        return self._session.signed_in

    def give_way(self) -> None:
        """End a sign-in that waits, because a newer panel was shown."""
        SignIn._waiting.discard(self)
        if self._waits:
            self._show_failure("A newer sign-in panel was shown. Use that one, or try again here.")

    @property
    def _waits(self) -> bool:
        return self._request is not None or self._polling

    # Ways.

    def _another_way(self, change: dict[str, Any]) -> None:
        self._reason = f"{_LABELS[change['new']]}: {WAYS[change['new']]}."
        self._shown(lambda: self._begin(change["new"]))

    def _begin(self, way: Way, *, fall_back: bool = False) -> None:
        self._end_attempt()
        try:
            {"loopback": self._loopback, "paste": self._paste, "device": self._device}[way]()
        except SettingsError as error:
            if not (fall_back and way == "loopback"):
                raise
            self._reason = str(error)
            self._ways.unobserve(self._another_way, names="value")
            self._ways.value = "paste"
            self._ways.observe(self._another_way, names="value")
            self._paste()
        reason = widgets.HTML(markup.text(self._reason))
        self.children = [self.heading, reason, self._ways, self.body, self.status, self.footer]

    def _loopback(self) -> None:
        attempt = self._attempt
        self._listener = RedirectListener(
            self._session.service.redirect_uris, lambda address: self._received(attempt, address)
        )
        self._request = self._session.start(self._listener.redirect_uri, prompt_login=self._prompt_login)
        self._listener.expect(self._request.state)
        self.body.children = [widgets.HTML(markup.link_button(self._request.url, "Sign in"))]
        self.say("Opens in a new tab. This panel changes by itself when you have allowed access.")
        self._expire_after(PATIENCE)

    def _received(self, attempt: int, address: str) -> tuple[str, str]:
        with self._lock:
            if attempt != self._attempt or self._request is None:
                return "Not this sign-in", "A newer one was started. Open the newest link."
            try:
                self._session.finish(self._request, address)
                self._show_signed_in(who(self._session))
            except CctoolkitError as error:
                self._show_failure(str(error))
                return "Signing in did not work", str(error)
        return "You are signed in", "This tab can be closed: the notebook goes on by itself."

    def _paste(self) -> None:
        redirect_uri = paste_redirect_uri(self._session)
        request = self._request = self._session.start(redirect_uri, prompt_login=self._prompt_login)
        field = widgets.Text(
            placeholder=f"{redirect_uri}/?code=…&state=…",
            description="Address:",
            layout=widgets.Layout(width="auto", flex="1 1 auto", max_width="46em"),
        )

        go_on = widgets.Button(description="Go on", tooltip="Sign in with the address that was written")

        def written(change: dict[str, Any]) -> None:
            # What was pasted comes all at once, and is taken at once; who types goes on with the button, or Enter.
            if len(change["new"]) - len(change["old"]) >= PASTED:
                take()
            elif change["new"]:
                self.say(_ONCE)  # what was said of the one before is over

        def take() -> None:
            answer = field.value.strip()
            if not answer and self._working.locked():  # Enter, right after a paste that is being taken
                return
            if not answer:
                self.say("Paste the address first: the whole address bar of the page that did not load.")
                return
            # The field is emptied at once, so that no code stays in the state of a saved notebook.
            field.value = ""

            def finish(stop: threading.Event) -> None:
                self._session.finish(request, answer)
                self._show_signed_in(who(self._session))

            if not self.beside("Signing in …", finish):
                self.say("That was not taken: something else still ran. Copy the address again, and paste it here.")

        field.observe(written, names="value")
        field.on_msg(lambda _, content, buffers: take() if content.get("event") == "submit" else None)
        go_on.on_click(lambda _: take())
        self.body.children = [
            widgets.HTML(
                f"<div class='cct-words'><ol><li>{markup.link_button(request.url, 'Sign in')} and choose "
                f"Allow.</li><li>The browser ends on a page at <code>{markup.text(redirect_uri)}</code> that does not "
                "load. That is as it should be.</li><li>Copy the whole address bar and paste it here:</li></ol></div>"
            ),
            widgets.HBox([field, go_on]),
        ]
        self.say(_ONCE)

    def _device(self) -> None:
        ask = widgets.Button(description="Get a code", button_style="primary", tooltip="Ask the service for a code")

        def clicked(button: widgets.Button) -> None:
            button.disabled = self.beside("Asking for a code …", lambda stop: self._shown(self._start_device))

        ask.on_click(clicked)
        self.body.children = [ask]
        self.say("You get a short code to enter on any screen, a phone's too.")

    def _start_device(self) -> None:
        from .qr_code import qr_svg

        self._end_attempt()
        attempt = self._attempt
        device = self._session.start_device()
        if attempt != self._attempt:  # another way was chosen meanwhile
            return
        page = through_the_hub(device.verification_uri_complete)
        where = "on any screen" if self._session.service.is_live else "on the machine that the sandbox runs on"
        # A phone would look for an address of this machine on itself.
        shown = () if is_loopback(device.verification_uri_complete) else (device.verification_uri_complete,)
        pictures = [widgets.HTML(qr_svg(address)) for address in shown]
        cancel = widgets.Button(description="Cancel")
        cancel.on_click(lambda button: self._begin("device"))
        self.body.children = [
            widgets.HBox(
                [
                    widgets.HTML(
                        f"<div class='cct-words'><p>Enter this code: {markup.copyable(device.user_code, 'the code')}</p>"
                        f"<p>{markup.link_button(page, 'Open the page')}</p>"
                        f"<p>or open <code>{markup.text(device.verification_uri)}</code> "
                        f"{markup.text(where)}</p></div>"
                    ),
                    *pictures,
                ]
            ),
            cancel,
        ]
        self._polling = True
        threading.Thread(target=self._poll, args=(self._attempt, device), daemon=True).start()

    def _poll(self, attempt: int, device: DeviceAuthorization) -> None:
        interval = device.interval
        ask_again_at = time.monotonic() + interval
        while attempt == self._attempt:
            left = max(0, int(device.expires_at - time.time()))
            self.say(f"Waiting for you: {left // 60}:{left % 60:02} left.")
            time.sleep(min(1.0, max(0.05, ask_again_at - time.monotonic())))
            if time.monotonic() < ask_again_at or attempt != self._attempt:
                continue
            try:
                with self._lock:  # so that a cancel comes before the poll or after it, not in between
                    if attempt != self._attempt:
                        return
                    token, interval = self._session.poll_device(device, interval)
                    if token is not None:
                        self._show_signed_in(who(self._session))
                        return
            except CctoolkitError as error:
                if attempt == self._attempt:
                    self._show_failure(str(error))
                return
            ask_again_at = time.monotonic() + interval

    # What all ways end in.

    def _show_signed_in(self, name: str) -> None:
        self._end_attempt()
        again = widgets.Button(description="Sign in again", tooltip="As somebody else, or with other scopes")
        again.on_click(lambda button: self._shown(self._begin_as_somebody_else))
        self.say(f"Signed in as {name}", good=True)
        where = widgets.HTML(
            f"<div class='cct-small'>The tokens are in {markup.text(self._session.store.description)}.</div>"
        )
        why = widgets.HTML(f"<div class='cct-small'>{markup.text(self._reason)}</div>")
        self.children = [self.heading, self.status, where, why, again, self.footer]

    def _begin_as_somebody_else(self) -> None:
        """The service is asked to ask who it is, where its own session would answer for the person before."""
        self._prompt_login = True
        try:
            self._begin(self._ways.value)
        finally:
            self._prompt_login = False

    def _show_failure(self, words: str) -> None:
        self._end_attempt()
        again = widgets.Button(description="Try again", button_style="primary")
        again.on_click(lambda button: self._shown(lambda: self._begin(self._ways.value)))
        self.body.children = [again]
        self.say(words, good=False)

    def _shown(self, action: Any) -> None:
        """Run a click's action; what goes wrong is shown where the person looks."""
        try:
            action()
        except CctoolkitError as error:
            self._show_failure(str(error))

    def _expire_after(self, seconds: float) -> None:
        attempt = self._attempt

        def expire() -> None:
            with self._lock:
                if attempt != self._attempt:
                    return
                self._show_failure("Nobody finished signing in within five minutes. Try again when you are ready.")

        self._timer = threading.Timer(seconds, expire)
        self._timer.daemon = True
        self._timer.start()

    def _end_attempt(self) -> None:
        with self._lock:
            self._attempt += 1
            self._request = None
            self._polling = False
            listener, self._listener = self._listener, None
            timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()
        if listener is not None:
            listener.close()  # waited for: the next panel of this kernel takes the same port
