"""`connect()`: from a word to a signed-in client."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ._httpx import httpx, is_loopback
from .api import Client
from .api.rate_limit import Budget, RateLimiter
from .api.transport import FixedToken, Transport
from .errors import SettingsError, SignInRequired
from .in_process import InProcess, RunningSandbox
from .local_sandbox import ensure_sandbox, reset_sandbox
from .oauth import OAuthSession, TokenStore
from .oauth.by_code import sign_in_by_code
from .oauth.session import read_claims
from .oauth.vaults import Vault, choose_vault, without_time
from .secret import Secret
from .settings import (
    live_service,
    sandbox_service,
    state_folder,
    workspace_folder,
    workspace_state,
)
from .workshop.joining import joined_seat


def connect(
    service: str | None = None,
    *,
    profile: str | None = None,
    workspace: str | os.PathLike[str] | None = None,
    api_url: str | None = None,
    access_token: str | None = None,
    sandbox: RunningSandbox | None = None,
    allow_http: bool = False,
) -> Client:
    """A client for an account.

    `connect()` is the sandbox: a local Constant Contact for this folder, started if it does not run, and signed in by
    code when nobody has signed in by hand. In a folder that takes part in a workshop it is your account there.
    `connect("live")` is the live service, as the application of the saved
    profile (or `CCTOOLKIT_API_KEY`), with the tokens of the last `sign_in("live")`. `connect(api_url=…,
    access_token=…)` is any host that speaks V3, by https; `allow_http=True` sends the token and the contacts in the clear,
    where that is meant. `connect(sandbox=…)` is a `cctoolkit.sandbox.Sandbox` of this process,
    its first account, signed in by code; `Sandbox(in_process=True)` answers without a port.

    Raises `SettingsError` when a setting is missing, `SignInRequired` when nobody is signed in to the live service,
    `SandboxError` when the sandbox cannot be started.
    """
    if sandbox is not None:
        if (service, profile, workspace, api_url, access_token) != (None,) * 5:
            raise SettingsError("A sandbox excludes all other arguments: give it alone.")
        return _client_of_sandbox(sandbox)
    if (api_url is None) != (access_token is None):
        raise SettingsError("api_url and access_token go together: give both, or neither.")
    if api_url is not None and access_token is not None:
        access_token = Secret(access_token)
        if service is not None:
            raise SettingsError("A service's name and api_url exclude each other: give one of them.")
        try:
            host, named = urlsplit(api_url).hostname, urlsplit(api_url).netloc.rpartition("@")[0]
        except ValueError:
            host, named = None, ""
        if named:  # it would be shown wherever the address is
            raise SettingsError(
                "api_url holds a name or a password before its @: leave them out, the access token is what signs in."
            )
        if not api_url.startswith(("https://", "http://")) or not host:
            raise SettingsError(f"api_url has to be an address such as https://host/v3, not {api_url!r}.")
        if api_url.startswith("http://") and not is_loopback(api_url) and not allow_http:
            raise SettingsError(
                f"{api_url} is not encrypted: the access token and the contacts could be read on the way. Write https://, "
                "or say allow_http=True if that is meant."
            )
        counted = str(read_claims(access_token).get("cid") or hashlib.sha256(access_token.encode()).hexdigest())
        return Client(Transport(api_url, FixedToken(access_token), _limiter(api_url, counted)), "custom")
    session = open_session(service or "sandbox", profile=profile, workspace=workspace)
    if not session.signed_in:
        if session.service.is_live:
            raise SignInRequired(
                "Nobody is signed in to the live service. Sign in with cctoolkit.sign_in('live') or: cctoolkit login live"
            )
        sign_in_by_code(session)
    folder = workspace_folder() if workspace is None else Path(workspace).resolve()
    ours = session.service.name == "sandbox" and joined_seat(folder) is None
    return client_of(session, reset=partial(reset_sandbox, folder) if ours else None)


def _client_of_sandbox(sandbox: RunningSandbox) -> Client:
    """A client whose time is the sandbox's, so that it waits for nothing."""
    through = InProcess(sandbox) if sandbox.in_process else None
    service = sandbox_service(sandbox.description())
    session = OAuthSession(
        service,
        TokenStore.in_memory(),
        sandbox.folder,
        clock=sandbox.clock.now,
        sleep=sandbox.advance,
        transport=through,
    )
    sign_in_by_code(session)
    limiter = None
    if sandbox.limited:
        limiter = RateLimiter(
            service.client_id, sandbox.folder / "requests", clock=sandbox.clock.now, sleep=sandbox.advance
        )
    transport = Transport(service.api_url, session, limiter, transport=through)
    sleep = sandbox.advance if sandbox.in_process else time.sleep
    return Client(transport, service.name, sleep=sleep, reset=sandbox.reset)


def open_session(
    service: str,
    *,
    profile: str | None = None,
    workspace: str | os.PathLike[str] | None = None,
) -> OAuthSession:
    """The sign-in at a service, whether anybody is signed in or not."""
    if service == "sandbox":
        if profile is not None:
            raise SettingsError("A profile belongs to the live service: say 'live', or leave the profile out.")
        folder = workspace_folder() if workspace is None else Path(workspace).resolve()
        seat = joined_seat(folder)
        if seat is not None:
            state = workspace_state(folder)
            return OAuthSession(seat.service, TokenStore.in_file(state / seat.token_file), state)
        return sandbox_session(ensure_sandbox(folder), workspace_state(folder))
    if service == "live":
        return live_session(profile)
    raise SettingsError(f"There is no service {service!r}: say 'sandbox' or 'live'.")


def sandbox_session(description: dict[str, Any], folder: Path) -> OAuthSession:
    """The sign-in at a running sandbox. Its tokens lie beside its database: they end with it."""
    service = sandbox_service(description)
    return OAuthSession(service, TokenStore.in_file(folder / "token.json"), folder)


def live_session(
    profile: str | None = None, *, policy: str | None = None, transport: httpx.BaseTransport | None = None
) -> OAuthSession:
    """The sign-in at the live service, as the application of a saved profile or of `CCTOOLKIT_API_KEY`.

    `policy` is where secrets are kept (see `choose_vault`); `transport` answers in place of the network.
    """
    service = live_service(profile)
    secret = None
    if not service.client_secret and service.flow in (None, "secret"):
        secret = client_secret_vault(service.profile, service.client_id, policy).load()
        secret = without_time(secret) if secret else None
    if secret:
        service = replace(service, client_secret=secret)
    folder = state_folder() / "live"
    store = TokenStore(token_vault(service.profile, service.client_id, policy), folder)
    return OAuthSession(service, store, folder, transport=transport)


def token_vault(profile: str, api_key: str, policy: str | None = None) -> Vault:
    """Where the live service's tokens of an application are kept."""
    return choose_vault(*_vault_place("token", profile, api_key), policy)


def client_secret_vault(profile: str, api_key: str, policy: str | None = None) -> Vault:
    """Where the client secret of an application is kept, if it has one: beside its tokens."""
    return choose_vault(*_vault_place("secret", profile, api_key), policy)


def _vault_place(kind: str, profile: str, api_key: str) -> tuple[str, Path]:
    digest = hashlib.sha256(f"{api_key} {profile}".encode()).hexdigest()[:16]
    return f"live {kind} {profile} {digest[:8]}", state_folder() / "live" / f"{kind}-{digest}.json"


def client_of(
    session: OAuthSession,
    requests: Path | None = None,
    *,
    transport: httpx.BaseTransport | None = None,
    reset: Callable[[], None] | None = None,
) -> Client:
    """The client of a sign-in. `requests` is the folder that holds the count of its requests, `reset` makes its account new."""
    service = session.service
    limiter = _limiter(service.api_url, service.client_id, requests)
    return Client(Transport(service.api_url, session, limiter, transport=transport), service.name, reset=reset)


def budget_of(api_url: str, client_id: str) -> Budget:
    """What is left of an application's requests of today at a service, as they are counted on this machine."""
    return _limiter(api_url, client_id).budget


def _limiter(api_url: str, client_id: str, folder: Path | None = None) -> RateLimiter:
    host = api_url.partition("://")[2].partition("/")[0]
    return RateLimiter(f"{host} {client_id}", folder or state_folder() / "requests")
