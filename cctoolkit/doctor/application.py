"""The registered application: what is saved of it, and what the environment says instead."""

from __future__ import annotations

import os
from collections.abc import Iterator

from ..settings import (
    FLOWS,
    PORTAL,
    Service,
    check_redirect_uri,
    check_scopes,
    live_service,
    profiles,
)
from .findings import Finding, note, ok, problem

CHECK = "application"
OVERRIDES = ("CCTOOLKIT_API_KEY", "CCTOOLKIT_REDIRECT_URI", "CCTOOLKIT_CLIENT_SECRET")


def known_application(profile: str | None) -> Service | None:
    """The live service as `connect("live")` would call it; None where `check_application` finds why not."""
    try:
        return live_service(profile)
    except Exception:
        return None  # the check of the same name calls the same, and says it


def check_application(profile: str | None, *, needed: bool) -> Iterator[Finding]:
    """`needed`: the live service is what somebody wants, so that nothing saved is a problem and not only a note.

    Raises `SettingsError` for what cannot be used at all.
    """
    name = profile or os.environ.get("CCTOOLKIT_PROFILE") or "default"
    others = profiles()
    saved = others.get(name)
    if saved is None and others and profile is None and not os.environ.get("CCTOOLKIT_API_KEY"):
        yield problem(
            CHECK,
            f"No application is saved as {name}; saved are: {', '.join(sorted(others))}.",
            "Name the one that you mean: --profile NAME, or CCTOOLKIT_PROFILE=NAME.",
        )
        return
    if saved is None and profile is None and not os.environ.get("CCTOOLKIT_API_KEY"):
        said = "No application is saved, so only the sandbox can be used."
        step = f"For your own account, copy the API key from My Applications at {PORTAL}, then: cctoolkit login live"
        yield problem(CHECK, said, step) if needed else note(CHECK, said, step)
        return
    service = live_service(profile)
    faults = list(_faults(service))
    yield from faults
    if set_here := [variable for variable in OVERRIDES if saved is not None and os.environ.get(variable)]:
        yield note(
            CHECK,
            f"{' and '.join(set_here)} in the environment wins over what is saved as {name}.",
            "Unset it if the saved application is the one that you mean.",
        )
    if not faults:
        yield ok(
            CHECK,
            f"The application {name} has a key of the right shape and the redirect URI {service.redirect_uris[0]}.",
        )


def _faults(service: Service) -> Iterator[Finding]:
    check_redirect_uri(service.redirect_uris[0])
    if service.redirect_uris[0].startswith("https://localhost:"):
        yield note(
            CHECK,
            f"The redirect URI {service.redirect_uris[0]} names a port of its own, which the portal's default does not.",
            "Compare it with the one in the portal, character by character.",
        )
    scopes = check_scopes(service.scopes)
    if "offline_access" not in scopes:
        yield note(
            CHECK,
            "The scope offline_access is not asked for, so every sign-in ends after a day.",
            "Ask for it: cctoolkit login live --scope offline_access --scope contact_data --scope account_read",
        )
    if "contact_data" not in scopes:
        yield problem(
            CHECK,
            "The scope contact_data is not asked for, so contacts cannot be read or imported.",
            "Ask for it: cctoolkit login live --scope contact_data --scope account_read --scope offline_access",
        )
    if service.flow is not None and service.flow not in FLOWS:
        yield problem(
            CHECK,
            f"The saved flow {service.flow!r} is none of {', '.join(FLOWS)}.",
            "Save it anew: cctoolkit login live --flow pkce",
        )


def check_client_secret(service: Service, stored: bool) -> Iterator[Finding]:
    """An application of the flow `secret` has one. `stored`: one is kept with the tokens."""
    if service.flow == "secret" and not stored and not service.client_secret:
        yield problem(
            CHECK,
            "The application is of the kind with a client secret, and none is kept here.",
            "Make a new one in the portal (it voids the old one), then: cctoolkit login live --client-secret",
        )
