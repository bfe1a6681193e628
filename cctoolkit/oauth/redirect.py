"""The way back from the browser: a listener on this machine, or the address that somebody pastes."""

from __future__ import annotations

import contextlib
import html
import os
import re
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qs, urlsplit

from ..errors import RedirectAddressError, SettingsError

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<style>:root{{color-scheme:light dark}}body{{font:18px/1.5 system-ui,sans-serif;max-width:30rem;margin:15vh auto;padding:0 1rem}}</style>
<script>history.replaceState(null, "", "/")</script></head>
<body><h1>{title}</h1><p>{text}</p></body></html>"""


#: Characters of the longest address that a browser ends on, with much to spare.
_LONGEST = 8_000


def read_redirect(text: str, state: str, redirect_uri: str) -> str:
    """The authorization code in what the browser came back with.

    `text` is the whole address, its query, or the bare code. Raises `RedirectAddressError`, in words, for anything
    that does not belong to this sign-in, and `SignInRefused` for an error from the service.
    """
    from .token_endpoint import refusal

    text = text.strip().strip("<>\"'").strip()
    if not text:
        raise RedirectAddressError("Nothing was pasted: copy the whole address bar of the page that did not load.")
    if len(text) > _LONGEST:
        raise RedirectAddressError(
            f"That is no address: it has {len(text):,} characters. Copy only the address bar of the page that did not load."
        )
    text = "".join(text.split())  # mail programs and terminals break long addresses
    if "=" not in text and "/" not in text and "?" not in text:
        if not re.fullmatch(r"[\w.~-]{16,}", text):
            raise RedirectAddressError(
                "This is not the address: copy the whole address bar of the page that the browser ended on; it holds "
                "?code=."
            )
        return text  # a bare code; PKCE ties it to this sign-in
    try:
        parts = urlsplit(text)
    except ValueError:
        raise RedirectAddressError(
            "This cannot be read as an address: copy the whole address bar again, from https:// to its end."
        ) from None
    query = parse_qs(parts.query or parts.fragment or (text if "=" in text and "://" not in text else ""))
    if "error" in query:
        if query.get("state", [state])[0] != state:
            raise _another_sign_in()
        raise refusal(query["error"][0], query.get("error_description", [""])[0])
    if parts.netloc and not _same_place(text, redirect_uri):
        if "authorize" in parts.path:
            raise RedirectAddressError(
                "This is the address of the consent page. Allow access there, then paste the address that the browser "
                "ends on: it holds ?code=."
            )
        raise RedirectAddressError(
            f"This address is not this application's redirect URI, which is {redirect_uri}: paste the address that the "
            "browser ends on after you allow access."
        )
    if "code" not in query:
        raise RedirectAddressError(
            "There is no code in this address: allow access on the consent page first, then copy the whole address "
            "that the browser ends on."
        )
    if query.get("state", [""])[0] != state:
        raise _another_sign_in()
    return query["code"][0]


def _another_sign_in() -> RedirectAddressError:
    return RedirectAddressError(
        "This address belongs to another sign-in (its state differs). Open the newest sign-in link and paste what that "
        "one ends on."
    )


def _same_place(address: str, redirect_uri: str) -> bool:
    def place(text: str) -> tuple[str | None, int | None, str]:
        parts = urlsplit(text)
        try:
            return parts.hostname, parts.port, parts.path.rstrip("/")
        except ValueError:
            return None, None, ""

    return place(address) == place(redirect_uri)


def loopback_port(redirect_uri: str) -> int | None:
    """The port of a redirect URI that a listener on this machine can serve; None for any other."""
    try:
        parts = urlsplit(redirect_uri)
        port = parts.port
    except ValueError:
        return None
    return port if parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost"} else None


class _Server(ThreadingHTTPServer):
    # On Windows, reusing means that two programs have one port, and the code reaches either of them.
    allow_reuse_address = os.name != "nt"

    def server_bind(self) -> None:
        if exclusive := getattr(socket, "SO_EXCLUSIVEADDRUSE", None):
            self.socket.setsockopt(socket.SOL_SOCKET, exclusive, 1)
        super().server_bind()


class RedirectListener:
    """Waits on 127.0.0.1 for the one redirect that ends a sign-in, tells `received` its address, and closes.

    `received` runs in the listener's thread; the page in the browser shows what it returns (a title and a text).
    A redirect that belongs to another sign-in (its state differs from what `expect` was told) is sent away, and the
    listener waits on: an old tab must not end the new attempt.

    Raises `SettingsError` when none of the redirect URIs can be served here.
    """

    def __init__(self, redirect_uris: tuple[str, ...], received: Callable[[str], tuple[str, str]]) -> None:
        self._received = received
        self._state: str | None = None
        self._done = threading.Event()
        self._once = threading.Lock()
        self._closing, self._closed = threading.Lock(), False
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                listener._answer(self)

            def log_message(self, format: str, *args: object) -> None:
                pass  # the request line holds the code

        ports = [(uri, port) for uri in redirect_uris if (port := loopback_port(uri)) is not None]
        if not ports:
            raise SettingsError(
                "The application's redirect URI cannot be served on this machine: register "
                "http://127.0.0.1:8765/callback in the portal, or sign in by pasting the address (way='paste')."
            )
        for uri, port in ports:
            with contextlib.suppress(OSError):
                self._server = _Server(("127.0.0.1", port), Handler)
                self.redirect_uri = uri
                break
        else:
            taken = ", ".join(str(port) for _, port in ports)
            raise SettingsError(
                f"Port {taken} on 127.0.0.1 is in use by another program, so the browser's answer cannot arrive here: "
                "end that program, or sign in by pasting the address (way='paste')."
            )
        self._path = urlsplit(self.redirect_uri).path or "/"
        self._server.daemon_threads = True
        threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.1},  # closing waits for it
            name="sign-in listener",
            daemon=True,
        ).start()

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(request.path)
        if parts.path != self._path or not ({"code", "error"} & parse_qs(parts.query).keys()):
            request.send_error(404)  # browsers ask for icons; only the redirect counts
            return
        with self._once:
            if self._done.is_set():
                title, text = "Nothing waits for this", "This sign-in was answered before. This tab can be closed."
            elif self._state is None or parse_qs(parts.query).get("state", [None])[0] != self._state:
                title, text = "Not this sign-in", "This page belongs to another sign-in. Open the newest link."
            else:
                title, text = self._received(f"{self.redirect_uri}?{parts.query}")
                self._done.set()
        page = _PAGE.format(title=html.escape(title), text=html.escape(text)).encode()
        request.send_response(200)
        for name, value in (
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(page))),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),
            ("Connection", "close"),
        ):
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(page)
        if self._done.is_set():
            threading.Thread(target=self.close, daemon=True).start()

    def expect(self, state: str) -> None:
        """The state of the sign-in that this listener waits for."""
        self._state = state

    def wait(self, seconds: float) -> bool:
        """True once the redirect has arrived and was dealt with."""
        return self._done.wait(seconds)

    def close(self) -> None:
        """Let go of the port, at once; a second time it does nothing."""
        with self._closing:
            if not self._closed:
                self._closed = True
                self._server.shutdown()
                self._server.server_close()

    def __enter__(self) -> RedirectListener:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
