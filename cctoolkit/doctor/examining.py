"""All checks in a row, in the order in which things are needed."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import SettingsError, TokenStoreError
from ..settings import Service, cache_folder, config_folder, state_folder, workspace_folder, workspace_state
from . import (
    allowance,
    application,
    chain,
    clock,
    folders,
    jupyter,
    live_service,
    packages,
    ports,
    sandbox_state,
    secret_places,
    tokens,
)
from .findings import Finding, note, problem, surviving
from .report import Examination

if TYPE_CHECKING:
    from .._httpx import httpx
    from ..oauth import Token


def examine(
    service: str = "sandbox",
    *,
    profile: str | None = None,
    workspace: str | os.PathLike[str] | None = None,
    transport: httpx.BaseTransport | None = None,
) -> Examination:
    """Look at everything that a sign-in, a call or an import needs here; no contact is read or changed.

    Only this machine is looked at. With `examine("live")` the vendor's status page is asked too, and, when somebody is
    signed in, the API for one contact, which is not shown. `transport` answers in place of the network.

    Raises `SettingsError` for an unknown service; whatever else is wrong is a finding.
    """
    if service not in {"sandbox", "live"}:
        raise SettingsError(f"There is no service {service!r}: say 'sandbox' or 'live'.")
    return Examination(service, list(_findings(service == "live", profile, workspace, transport)))


def _findings(
    live: bool, profile: str | None, workspace: str | os.PathLike[str] | None, transport: httpx.BaseTransport | None
) -> Iterator[Finding]:
    def here() -> Path:
        return workspace_folder() if workspace is None else Path(workspace).resolve()

    yield from surviving("Python", packages.check_python)
    yield from surviving("packages", packages.check_packages)
    yield from surviving(jupyter.CHECK, jupyter.check_widgets)
    yield from surviving(folders.CHECK, lambda: folders.check_folders(_folders(here())))
    policy = secret_places.policy_here()
    places = surviving(secret_places.CHECK, lambda: secret_places.check_secret_places(policy, state_folder() / "live"))
    yield from places
    if policy == "auto" and not any(found.check == secret_places.CHECK and found.state == "ok" for found in places):
        policy = "file"  # the keyring was tried, and asking it again would mean waiting for it again
    known = application.known_application(profile)
    yield from surviving(application.CHECK, lambda: application.check_application(profile, needed=live))
    yield from surviving(ports.CHECK, lambda: ports.check_ports(registered=_own_port(known)))
    kept: list[Token] = []
    if known is not None and not live:
        yield from surviving(application.CHECK, lambda: _client_secret(known, policy))
        yield from surviving("sign-in (live)", lambda: _live_tokens(known, policy, kept, needed=live))
        yield from surviving(allowance.CHECK, lambda: _allowance("live", known.api_url, known.client_id))
    if live:
        yield from chain.along(_links(known, profile, policy, kept, transport))
    yield from surviving(clock.CHECK, lambda: clock.check_clock(time.time(), kept[0] if kept else None))
    yield from surviving(sandbox_state.CHECK, lambda: sandbox_state.check_sandbox(here()))
    yield from surviving("sign-in (sandbox)", lambda: _sandbox_tokens(here()))
    yield from surviving(allowance.CHECK, lambda: _sandbox_allowance(here()))


def _links(
    known: Service | None,
    profile: str | None,
    policy: str,
    kept: list[Token],
    transport: httpx.BaseTransport | None,
) -> Iterator[chain.Link]:
    """From this machine to the live service's answer. Nobody signs in, and nothing is changed there."""
    from ..connection import live_session

    yield "status page", lambda: live_service.check_status_page(transport)
    if known is None:  # that was found before, and is the problem
        return
    yield application.CHECK, lambda: _client_secret(known, policy)
    yield (
        chain.CHECK,
        lambda: chain.check_application_known(live_session(profile, policy=policy, transport=transport)),
    )
    yield "sign-in (live)", lambda: _live_tokens(known, policy, kept, needed=True)
    yield (
        "refresh token",
        lambda: [each for token in kept for each in chain.check_refresh_token(token, time.time(), known.scopes)],
    )
    yield allowance.CHECK, lambda: _allowance("live", known.api_url, known.client_id)
    yield live_service.CHECK, lambda: _reading(profile, policy, transport)


def _folders(workspace: Path) -> dict[str, Path]:
    return {
        "settings": config_folder(),
        "the sandbox and journals": state_folder(),
        "what is kept of the service": cache_folder(),
        "your work": workspace,
        "temporary files": Path(tempfile.gettempdir()),
    }


def _own_port(service: Service | None) -> int | None:
    from ..oauth.redirect import loopback_port

    return None if service is None else loopback_port(service.redirect_uris[0])


def _client_secret(service: Service, policy: str) -> Iterable[Finding]:
    from ..connection import client_secret_vault

    if service.flow != "secret":
        return []
    stored = client_secret_vault(service.profile, service.client_id, policy).load()
    return application.check_client_secret(service, bool(stored))


def _live_tokens(service: Service, policy: str, kept: list[Token], *, needed: bool) -> Iterator[Finding]:
    from ..connection import token_vault
    from ..oauth.session import COPIED
    from ..oauth.token_store import saved_here

    text = token_vault(service.profile, service.client_id, policy).load()
    token = _read("sign-in (live)", text, "live")
    if isinstance(token, Finding):
        yield token
        return
    if (
        text is not None
        and token is not None
        and not token.long_lived
        and not saved_here(text, state_folder() / "live")
    ):
        yield note("sign-in (live)", COPIED, "Sign in here, to have one apart: cctoolkit login live")
    if token is not None:
        kept.append(token)
    yield from tokens.check_tokens("live", service.client_id, token, time.time(), needed=needed)


def _sandbox_tokens(workspace: Path) -> Iterator[Finding]:
    from ..local_sandbox import known_sandbox
    from ..oauth.vaults import FileVault

    known = known_sandbox(workspace)
    if known is None:
        return  # it is started first
    token = _read("sign-in (sandbox)", FileVault(workspace_state(workspace) / "token.json").load(), "sandbox")
    if isinstance(token, Finding):
        yield token
    else:
        yield from tokens.check_tokens("sandbox", str(known["client_id"]), token, time.time(), needed=False)


def _read(check: str, text: str | None, service: str) -> Token | Finding | None:
    """The stored tokens, without the store: that would move a damaged text aside, and a doctor only looks."""
    from ..oauth import Token
    from ..oauth.vaults import without_time

    try:
        return None if text is None else Token.load(without_time(text))
    except TokenStoreError:
        return problem(check, "What is kept of the sign-in is damaged.", f"Sign in again: cctoolkit login {service}")


def _allowance(service: str, api_url: str, client_id: str) -> Iterable[Finding]:
    from ..connection import budget_of

    return allowance.check_allowance(service, budget_of(api_url, client_id))


def _sandbox_allowance(workspace: Path) -> Iterable[Finding]:
    from ..local_sandbox import known_sandbox

    known = known_sandbox(workspace)
    return [] if known is None else _allowance("sandbox", str(known["api"]), str(known["client_id"]))


def _reading(profile: str | None, policy: str, transport: httpx.BaseTransport | None) -> Iterable[Finding]:
    from ..connection import live_session

    return live_service.check_reading(live_session(profile, policy=policy, transport=transport), transport)
