"""The three flows and the refresh, on Authlib. Protocol only: it prints nothing and asks nobody."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import secrets
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .._httpx import httpx, is_loopback, json_object, way_out
from ..errors import (
    RedirectAddressError,
    ServiceUnreachable,
    SignInRequired,
    SignInTimedOut,
    TokenStoreError,
    UnexpectedAnswer,
)
from ..files import private_folder
from ..secret import Secret, nothing_but_words
from ..settings import Service
from .redirect import read_redirect
from .token_endpoint import FIRST_WAIT, LONGEST_WAIT, Passing, Refused, token_answer
from .token_store import TokenStore
from .tokens import Token, seconds

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
#: Seconds that somebody has to finish signing in: an authorization code lives as long.
PATIENCE = 300
#: Seconds that another process may take to refresh: it asks three times, for 30 each, and waits up to 20 in between.
PATIENCE_FOR_OTHERS = 150


@dataclass(frozen=True)
class AuthorizationRequest:
    """A sign-in that waits for the browser. Open `url` there; what comes back goes to `finish`."""

    url: str = field(repr=False)
    redirect_uri: str
    state: str = field(repr=False)
    code_verifier: str = field(repr=False)


@dataclass(frozen=True)
class DeviceAuthorization:
    """A sign-in on another screen: the person opens `verification_uri` anywhere and enters `user_code`."""

    user_code: str
    verification_uri: str
    verification_uri_complete: str
    expires_at: float
    interval: float
    device_code: str = field(repr=False)


class OAuthSession:
    """One application's sign-in at one service, its tokens in `store`.

    `lock_folder` is where processes that share the store take turns to refresh.
    """

    def __init__(
        self,
        service: Service,
        store: TokenStore,
        lock_folder: Path,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], object] = time.sleep,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.service = service
        self.store = store
        self._lock_path = lock_folder / f"refresh-{_lock_name(service)}.lock"
        self._clock, self._sleep = clock, sleep
        #: What answers in place of the network; None for the network.
        self.network = transport
        self._lock = threading.Lock()
        self._reason = ""
        #: A pair that the service has given and no store would take, and the one that it replaces there. The service
        #: voids a refresh token when it gives the next: this is the only one that works.
        self._copied = False
        self._unsaved: tuple[Token, str | None] | None = None

    def __repr__(self) -> str:
        return f"<OAuthSession {self.service.name}>"

    # Authorization code, with PKCE or with a secret.

    def start(self, redirect_uri: str, *, prompt_login: bool = False) -> AuthorizationRequest:
        """A request for the browser: with PKCE always, which costs nothing where there is a secret as well."""
        verifier = Secret(secrets.token_urlsafe(48))
        with self._client(redirect_uri) as client:
            extra = {"prompt": "login"} if prompt_login else {}
            url, state = client.create_authorization_url(
                self.service.authorize_url, state=secrets.token_urlsafe(24), code_verifier=verifier, **extra
            )
        return AuthorizationRequest(url, redirect_uri, state, verifier)

    def finish(self, request: AuthorizationRequest, answer: str) -> Token:
        """Exchange what the browser came back with for tokens, and keep them.

        `answer` is the address that the browser ended on, or the bare code.

        Raises `RedirectAddressError` when it cannot be used, `SignInRefused` when the person or the service said no,
        `ServiceUnreachable` when the token endpoint cannot be reached.
        """
        answer = Secret(answer)
        with nothing_but_words():
            code = Secret(read_redirect(answer, request.state, request.redirect_uri))
        try:
            token = self._fetch(
                request.redirect_uri,
                grant_type="authorization_code",
                code=code,
                code_verifier=request.code_verifier,
            )
        except Refused as refusal:
            if refusal.error == "invalid_grant":
                raise RedirectAddressError(
                    "The service no longer takes this code: it works once, for five minutes, and only for the sign-in "
                    "that it was made for. Start the sign-in again."
                ) from None
            raise refusal.in_words() from None
        return self._keep(token)

    # Device flow, RFC 8628.

    def start_device(self) -> DeviceAuthorization:
        """Ask for a code that the person enters on any screen."""
        form = {"scope": " ".join(self.service.scopes), "response_type": "code", "state": secrets.token_urlsafe(16)}
        auth = None
        if self.service.client_secret:
            auth = (self.service.client_id, self.service.client_secret)
        else:
            form["client_id"] = self.service.client_id
        with httpx.Client(
            transport=self.network, timeout=30, trust_env=not is_loopback(self.service.device_url)
        ) as client:
            try:
                response = client.post(self.service.device_url, data=form, auth=auth)  # type: ignore[arg-type]
            except httpx.RequestError as error:
                raise _unreachable(self.service.device_url, error) from None  # the cause carries the request
        if response.status_code == 429 or response.status_code >= 500:
            raise ServiceUnreachable(
                f"{self.service.device_url} is busy (it answered {response.status_code}): try again in a minute."
            )
        answer = _json_object(response)
        if "error" in answer:
            raise Refused(answer).in_words() from None
        with nothing_but_words():
            return _device_authorization(answer, self._clock())

    def poll_device(self, device: DeviceAuthorization, interval: float | None = None) -> tuple[Token | None, float]:
        """Ask once whether the person has answered: the token or None, and the seconds to wait before asking again.

        `interval` is what the last poll said; without one it is the server's first word.

        Raises `SignInRefused` when the person said no, `SignInTimedOut` when the code has ended.
        """
        interval = device.interval if interval is None else interval
        try:
            token = self._fetch(None, grant_type=DEVICE_GRANT, device_code=device.device_code)
        except Refused as refusal:
            if refusal.error == "authorization_pending":
                return None, interval
            if refusal.error == "slow_down":  # RFC 8628, 3.5: five seconds more from now on
                return None, interval + 5
            if refusal.error in {"expired_token", "invalid_grant"}:
                raise SignInTimedOut("The code has ended: ask for a new one and enter it while it lives.") from None
            raise refusal.in_words() from None
        except ServiceUnreachable:
            if self._clock() > device.expires_at:
                raise
            return None, interval * 2  # RFC 8628, 3.5: back off when a poll times out
        return self._keep(token), 0.0

    # Tokens from day to day.

    @property
    def is_saved(self) -> bool:
        """Whether the tokens in force are where the next process finds them; those that are not are tried again with each use."""
        return self._unsaved is None

    @property
    def signed_in(self) -> bool:
        return self._load() is not None

    def _load(self) -> Token | None:
        """The tokens in force: those in the store, unless this process holds newer ones that it could not save."""
        if self._unsaved is None:
            token = self.store.load()
            if self.store.copied and not self._copied and token is not None and not token.long_lived:
                self._copied = True
                warnings.warn(f"{COPIED} Sign in here, to have one apart: {_login(self.service)}", stacklevel=3)
            return token
        token, replaces = self._unsaved
        try:
            stored = self.store.load()
        except TokenStoreError:
            return token
        if stored is not None and stored.refresh_token != replaces:  # another process signed in meanwhile
            self._unsaved = None
            return stored
        with contextlib.suppress(TokenStoreError):
            self.store.save(token)
            self._unsaved = None
        return token

    def _save(self, token: Token, previous: Token | None) -> None:
        """Save a pair that works once and cannot be had again: what cannot be written now stays here until it can."""
        try:
            self.store.save(token)
            self._unsaved = None
        except TokenStoreError as error:
            self._unsaved = (token, previous.refresh_token if previous else None)
            warnings.warn(
                f"{error} Until then the new tokens are kept in this process only: do not end it before.",
                stacklevel=2,
            )

    def access_token(self) -> str:
        """An access token that is valid now, refreshed where needed.

        Raises `SignInRequired` when nobody is signed in or the sign-in has ended.
        """
        token = self._load()
        if token is None:
            raise SignInRequired(self._reason or _sign_in_text(self.service, "Nobody is signed in"))
        if token.expires_soon(self._clock()):
            token = self._refresh(token)
        return token.access_token

    def after_unauthorized(self, rejected: str) -> str:
        """The access token to try once more with, after the service answered 401 to `rejected`."""
        token = self._load()
        if token is None:
            raise SignInRequired(self._reason or _sign_in_text(self.service, "Nobody is signed in"))
        return (self._refresh(token) if token.access_token == rejected else token).access_token

    def refresh(self) -> Token:
        """Exchange the refresh token now, whether that is due or not, and return the new pair.

        Raises `SignInRequired` when nobody is signed in or the sign-in has ended, `ServiceUnreachable` when the token
        endpoint is busy: nothing is lost then.
        """
        token = self._load()
        if token is None:
            raise SignInRequired(self._reason or _sign_in_text(self.service, "Nobody is signed in"))
        return self._refresh(token)

    def pause(self, seconds: float) -> None:
        """Wait, by the clock of the session's service."""
        self._sleep(seconds)

    def sign_out(self) -> None:
        """Forget the tokens. The permission itself is withdrawn in the account's own settings."""
        with self._turn():  # a refresh under way would bring them back
            self._unsaved = None
            self.store.clear()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """This thread's and process's turn to change the tokens."""
        from filelock import FileLock, Timeout

        with self._lock:
            try:
                private_folder(self._lock_path.parent)
                lock = FileLock(self._lock_path)
                lock.acquire(timeout=PATIENCE_FOR_OTHERS)
            except Timeout:
                raise TokenStoreError(
                    f"Another process has been refreshing this sign-in for {PATIENCE_FOR_OTHERS} s, and holds "
                    f"{self._lock_path}: end it if it hangs, then try again."
                ) from None
            except (OSError, NotImplementedError) as error:
                raise TokenStoreError(
                    f"{self._lock_path.parent} cannot be used ({getattr(error, 'strerror', None) or error}): make it a "
                    "writable folder, on a disk of this machine."
                ) from error
            try:
                yield
            finally:
                lock.release()

    def _refresh(self, stale: Token) -> Token:
        """Exchange the refresh token, once for all processes and threads that share the store.

        A refresh token works once. So whoever gets the lock looks first whether another one has done it, and the
        new pair is on disk before anybody uses it.
        """
        with self._turn():
            token = self._load()
            if token is None:
                raise SignInRequired(self._reason or _sign_in_text(self.service, "Nobody is signed in"))
            if token.access_token != stale.access_token:
                return token
            if token.refresh_token is None:
                raise SignInRequired(
                    _sign_in_text(
                        self.service,
                        "The sign-in has ended, and there is no refresh token because the scope offline_access was not "
                        "asked for",
                    )
                )
            if self._unsaved is None:
                self.store.prove(token)  # before the exchange, after which the old pair is worth nothing
            try:
                fresh = self._fetch(None, previous=token, grant_type="refresh_token", refresh_token=token.refresh_token)
            except Refused as refusal:
                if refusal.error != "invalid_grant":
                    raise refusal.in_words() from None
                self._reason = _sign_in_text(
                    self.service,
                    "The service no longer takes the refresh token (it was used elsewhere, unused for 180 days, or "
                    "the permission was withdrawn"
                    + ("; these tokens were copied from another machine or folder)" if self._copied else ")"),
                )
                raise SignInRequired(self._reason) from None
            self._save(fresh, token)
            return fresh

    def _keep(self, token: Token) -> Token:
        with self._turn():
            self._save(token, None)
        self._reason, self._copied = "", False
        return token

    # The token endpoint.

    def _client(self, redirect_uri: str | None) -> Any:
        from authlib.integrations.httpx_client import OAuth2Client

        return OAuth2Client(
            client_id=self.service.client_id,
            client_secret=self.service.client_secret,
            token_endpoint_auth_method="client_secret_basic" if self.service.client_secret else "none",
            scope=" ".join(self.service.scopes),
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            transport=self.network,
            timeout=30,
            trust_env=not is_loopback(self.service.token_url),
        )

    def _fetch(self, redirect_uri: str | None, previous: Token | None = None, **form: str) -> Token:
        """Ask the token endpoint. Where it is busy, wait as it says, and ask again: that says nothing about a token."""
        wait = FIRST_WAIT
        for last in (False, False, True):
            try:
                return self._fetch_once(redirect_uri, previous, **form)
            except Passing as passing:
                if last or form["grant_type"] == DEVICE_GRANT:  # who polls asks again by itself, and later
                    said = str(passing)
                    break
                self._sleep(min(wait if passing.wait is None else max(passing.wait, 0.1), LONGEST_WAIT))
                wait *= 2
        raise ServiceUnreachable(
            f"{self.service.token_url} is busy ({said}): try again in a minute. Nobody was signed out."
        )

    def _fetch_once(self, redirect_uri: str | None, previous: Token | None, **form: str) -> Token:
        from authlib.integrations.httpx_client import OAuthError

        failure: Exception
        with self._client(redirect_uri) as client, nothing_but_words():
            if form["grant_type"] != "authorization_code":
                client.scope = None  # asked for already; asking again could only narrow it
            client.register_compliance_hook("access_token_response", token_answer)
            try:
                return Token.from_answer(client.fetch_token(self.service.token_url, **form), self._clock(), previous)
            except Passing as passing:
                failure = passing
            except Refused as refusal:
                failure = refusal
            except OAuthError as error:
                failure = Refused({"error": error.error, "error_description": error.description})
            except httpx.RequestError as error:
                failure = _unreachable(self.service.token_url, error)
            except (httpx.HTTPStatusError, ValueError, RecursionError):
                failure = UnexpectedAnswer(
                    f"The token endpoint {self.service.token_url} gave no usable answer: try again in a minute, and "
                    "look at https://status.constantcontact.com if it stays so."
                )
        raise failure  # here, where it has no context: that carries the request, and with it the code or refresh token


#: Said of tokens that were saved on another machine, or in another folder.
COPIED = (
    "These tokens were saved on another machine or in another folder (a copy, a backup): whoever refreshes first ends the "
    "other."
)


def _login(service: Service) -> str:
    named = f" --profile {service.profile}" if service.is_live and service.profile != "default" else ""
    return f"cctoolkit login {service.name}{named}"


def _sign_in_text(service: Service, what: str) -> str:
    place = "" if service.is_live else " to the sandbox"
    return f"{what}. Sign in{place} with cctoolkit.sign_in({service.name!r}) or: {_login(service)}"


#: Seconds between two polls, where the service names none that makes sense, and the fewest.
_INTERVAL, _LEAST_INTERVAL = 5.0, 1.0


def _device_authorization(answer: dict[str, Any], now: float) -> DeviceAuthorization:
    lifetime, interval = seconds(answer.get("expires_in")), seconds(answer.get("interval", _INTERVAL))
    texts = {name: answer.get(name) for name in ("user_code", "verification_uri", "device_code")}
    complete = answer.get("verification_uri_complete") or texts["verification_uri"]
    if lifetime is None or not all(isinstance(text, str) and text for text in (*texts.values(), complete)):
        raise UnexpectedAnswer(
            "The service gave no usable device code. Sign in by pasting the address instead: "
            "cctoolkit.sign_in(way='paste')."
        )
    return DeviceAuthorization(
        user_code=str(texts["user_code"]),
        verification_uri=str(texts["verification_uri"]),
        verification_uri_complete=str(complete),
        expires_at=now + lifetime,
        interval=max(interval or _INTERVAL, _LEAST_INTERVAL),
        device_code=Secret(str(texts["device_code"])),
    )


def _unreachable(url: str, error: httpx.RequestError) -> ServiceUnreachable:
    return ServiceUnreachable(
        f"{url} cannot be reached. "
        + (way_out(error) or "Check the network connection (and a proxy, if there is one), then try again.")
    )


def _json_object(response: httpx.Response) -> dict[str, Any]:
    answer = json_object(response)
    if answer is None:
        raise UnexpectedAnswer(
            f"{response.request.url} answered {response.status_code} with no usable content: try again in a minute."
        )
    return answer


def _lock_name(service: Service) -> str:
    return hashlib.sha256(f"{service.token_url} {service.client_id} {service.profile}".encode()).hexdigest()[:16]


def read_claims(access_token: str) -> dict[str, Any]:
    """What a JWT says, unverified: for hints such as the account, never for a decision about access."""
    try:
        payload = access_token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}
