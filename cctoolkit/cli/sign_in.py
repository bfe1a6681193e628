"""The commands about who is signed in: login, logout, whoami, keepalive, profiles."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from ..errors import CctoolkitError, SettingsError, SignInRequired, TokenStoreError
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
    delete_profile,
    profiles,
    read_api_key,
    save_profile,
)
from .as_json import JsonOption, print_json

ServiceArgument = Annotated[str, typer.Argument(help="live or sandbox.", show_default=True)]
ProfileOption = Annotated[str | None, typer.Option(help="The name of a saved application. Default: default.")]


def login(
    service: Annotated[str | None, typer.Argument(help="live or sandbox. Without it you are asked.")] = None,
    profile: ProfileOption = None,
    api_key: Annotated[str | None, typer.Option(help="The application's API key, to save in the profile.")] = None,
    redirect_uri: Annotated[
        str | None, typer.Option(help=f"As registered in the portal. Default: {PASTE_REDIRECT_URI}")
    ] = None,
    scope: Annotated[
        list[str] | None, typer.Option(help=f"May be given several times. Default: {' '.join(DEFAULT_SCOPES)}")
    ] = None,
    flow: Annotated[
        str | None, typer.Option(help="The kind of application: pkce, device or secret. Default: pkce")
    ] = None,
    client_secret: Annotated[
        bool, typer.Option("--client-secret", help="Ask for the application's client secret and keep it.")
    ] = False,
    way: Annotated[str | None, typer.Option(help="loopback, paste or device. Default: what fits here.")] = None,
) -> None:
    """Sign in, and stay signed in. The first time for the live service, it also saves your application's key.

    Every step says what to do. Nothing reaches the live service before you said live.
    """
    from ..signing_in import sign_in

    if service is None:
        service = typer.prompt("Sign in to live or sandbox?", default="live", err=True).strip()
    if service not in {"live", "sandbox"}:
        raise SettingsError(f"There is no service {service!r}: say live or sandbox.")
    if service == "live":
        _register(profile, api_key, redirect_uri, scope, flow, ask_for_secret=client_secret)
    sign_in(service, way=way, profile=profile)
    follow = 'connect("live")' if service == "live" else "connect()"
    typer.echo(f"In Python: cctoolkit.{follow}", err=True)


def _register(
    name: str | None,
    api_key: str | None,
    redirect_uri: str | None,
    scopes: list[str] | None,
    flow: str | None,
    *,
    ask_for_secret: bool,
) -> None:
    """Save the application as a profile, asking for its key when there is none."""
    import os

    if flow is not None and flow not in FLOWS:
        raise SettingsError(f"There is no flow {flow!r}. The flows are: {', '.join(FLOWS)}")
    known = profiles().get(name or "default")
    if known is None and api_key is None and name is not None:
        api_key = os.environ.get("CCTOOLKIT_API_KEY")  # a profile that is named is to be saved
    if known is None and api_key is None and not os.environ.get("CCTOOLKIT_API_KEY"):
        typer.echo(
            "You need an application and its API key, once:\n"
            f"  1. Log in at {PORTAL}, or sign up: email address, password, name, organization, phone\n"
            "  2. My Applications > New Application: give it a name, Save; its details appear, Save at the top right\n"
            "     It is private: only the user who made it may grant it access, until the vendor approves it for others\n"
            "  3. Switch on the flow: Authorization Code with PKCE, or Device Flow for remote notebooks\n"
            "  4. Choose rotating refresh tokens for one machine, long-lived ones for schedules and several machines\n"
            f"  5. Register the redirect URI, character by character: {redirect_uri or PASTE_REDIRECT_URI}\n"
            f"     (or {LOOPBACK_REDIRECT_URI}, which saves you the pasting on your own machine)\n"
            "  6. Copy the API key from the application's page",
            err=True,
        )
        if not sys.stdin.isatty():
            raise SettingsError("Nobody is here to ask: give the key with --api-key, or set CCTOOLKIT_API_KEY.")
        while api_key is None:
            try:
                api_key = read_api_key(typer.prompt("API key", err=True))
            except SettingsError as error:
                typer.secho(str(error), fg="red", err=True)
    if api_key is not None or redirect_uri is not None or scopes or flow:
        if api_key is None and known is None:
            raise SettingsError("Give the application's key with --api-key, so that there is a profile to save.")
        saved = Profile(
            name or "default",
            read_api_key(api_key) if api_key is not None else known.api_key if known else "",
            check_redirect_uri(redirect_uri or (known.redirect_uri if known else PASTE_REDIRECT_URI)),
            check_scopes(scopes) if scopes else (known.scopes if known else DEFAULT_SCOPES),
            flow or (known.flow if known else "pkce"),
        )
        save_profile(saved)
        typer.echo(f"Saved as profile {saved.name}. Scopes: {' '.join(saved.scopes)}", err=True)
        if "offline_access" not in saved.scopes:
            typer.echo(f"Without offline_access you sign in again every day ({SCOPES['offline_access']}).", err=True)
    if ask_for_secret:
        from ..connection import client_secret_vault
        from ..settings import live_service

        service = live_service(name)
        vault = client_secret_vault(service.profile, service.client_id)
        vault.save(typer.prompt("Client secret", hide_input=True, err=True).strip())
        typer.echo(f"The client secret is in {vault.description}.", err=True)


def logout(
    service: ServiceArgument = "sandbox",
    profile: ProfileOption = None,
    forget: Annotated[bool, typer.Option("--forget", help="Delete the saved profile and client secret too.")] = False,
) -> None:
    """Forget the tokens. (The permission itself is withdrawn in the account's settings on the web.)"""
    from ..connection import client_secret_vault, open_session

    _only_if_running(service)
    session = open_session(service, profile=profile)
    try:
        known = session.signed_in
    except TokenStoreError:  # what does not answer may hold something
        known = True
    if not known and not forget:
        typer.echo(f"Nobody was signed in to {service}.")
        return
    place = session.store.description
    session.sign_out()
    if forget and service == "live":
        client_secret_vault(session.service.profile, session.service.client_id).clear()
        delete_profile(session.service.profile)
    typer.echo(f"Signed out of {service}. The tokens were in {place}.")


def keepalive(
    service: Annotated[
        str, typer.Argument(help="live refreshes what is due there; sandbox does so here. Without it nothing is asked.")
    ] = "",
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Stay connected: refresh the sign-in of every profile that was not used for a week.

    A refresh token that nobody uses ends after 180 days, and then somebody has to sign in again. Let a schedule call this
    once a day or a week: cctoolkit keepalive live

    Exit code 0: every profile will live on. 3: somebody has to sign in again. 1: a passing fault, nothing is lost; the next
    time it is tried again. Without live it only looks at what is kept here, and says what is due.
    """
    from ..connection import live_session, open_session
    from ..oauth.keeping_alive import Kept, exit_code, keep_alive

    if service not in {"", "live", "sandbox"}:
        raise SettingsError(f"There is no service {service!r}: say live, or sandbox.")
    if service == "sandbox":
        _only_if_running("sandbox")
        kept = [keep_alive(open_session("sandbox", profile=profile))]
    else:
        names: list[str | None] = [profile] if profile is not None else [*sorted(profiles())] or [None]
        kept = []
        for name in names:
            try:
                kept.append(keep_alive(live_session(name), refresh=service != ""))
            except SettingsError:
                raise
            except (
                CctoolkitError
            ) as error:  # the secret of one, in a locked keyring, is no reason to leave out the others
                kept.append(Kept(name or "default", "later", str(error)))
    code = exit_code(kept)
    if as_json:
        print_json({"exit": code, "profiles": [one.figures() for one in kept]})
    else:
        for one in kept:
            typer.echo(f"{one.profile}  {one.state}: {one.said}")
        if any(one.state == "due" for one in kept):
            typer.echo("To refresh what is due: cctoolkit keepalive live")
    raise typer.Exit(code)


def whoami(
    service: ServiceArgument = "sandbox",
    profile: ProfileOption = None,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Use the refresh token now, so that its 180 days begin again.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show who is signed in, as which application, and until when."""
    from ..connection import open_session
    from ..signed_in import who

    _only_if_running(service)
    session = open_session(service, profile=profile)
    token = session.store.load()
    if token is None:
        raise SignInRequired(f"Nobody is signed in to {service}. Sign in with: cctoolkit login {service}")
    if refresh:
        session.refresh()
    account = who(session)
    token = session.store.load() or token
    if as_json:
        print_json(
            {
                "account": account,
                "service": service,
                "api_url": session.service.api_url,
                "profile": session.service.profile,
                "scopes": (token.scope or "").split(),
                "tokens_in": session.store.description,
                "access_until": _moment(token.expires_at),
                "refreshes": token.refresh_token is not None,
                "long_lived": token.long_lived,
                "refresh_until": _moment(token.refresh_ends_at),
            }
        )
        return
    typer.echo(f"account      {account}")
    typer.echo(f"service      {service} ({session.service.api_url})")
    typer.echo(f"profile      {session.service.profile}")
    typer.echo(f"scopes       {token.scope or 'not told by the service'}")
    typer.echo(f"tokens       in {session.store.description}")
    if token.expires_at is not None:
        until = datetime.fromtimestamp(token.expires_at, UTC).astimezone()
        after = "then refreshed by itself" if token.refresh_token else "then sign in again: there is no refresh token"
        typer.echo(f"access until {until:%Y-%m-%d %H:%M}, {after}")
    if token.refresh_token is not None:
        kind = {
            None: "its kind shows when it is used",
            True: "long-lived: stays the same",
            False: "rotating: works once",
        }
        ends = token.refresh_ends_at
        until_text = (
            "" if ends is None else f", ends {datetime.fromtimestamp(ends, UTC).astimezone():%Y-%m-%d} unless used"
        )
        typer.echo(f"refresh      {kind[token.long_lived]}{until_text}")


def _moment(at: float | None) -> str | None:
    """A time as JSON has it: ISO 8601, UTC."""
    return None if at is None else datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")


def _only_if_running(service: str) -> None:
    """A question starts no server. Raises `SignInRequired` when this folder's sandbox does not run."""
    from ..local_sandbox import sandbox_runs
    from ..settings import workspace_folder
    from ..workshop.joining import joined_address

    if service == "sandbox" and joined_address(workspace_folder()) is None and not sandbox_runs(workspace_folder()):
        raise SignInRequired(
            f"No sandbox runs for {workspace_folder()}, so nobody is signed in there. Start and sign in with: cctoolkit "
            "login sandbox (for your real account, say live)"
        )


def list_profiles(as_json: JsonOption = False) -> None:
    """List the saved applications."""
    saved = profiles()
    if as_json:
        print_json(
            {
                name: {
                    "api_key": f"{entry.api_key[:8]}…",
                    "redirect_uri": entry.redirect_uri,
                    "scopes": list(entry.scopes),
                }
                for name, entry in sorted(saved.items())
            }
        )
        return
    if not saved:
        typer.echo("No profile is saved. Save one with: cctoolkit login live", err=True)
    for name, entry in sorted(saved.items()):
        typer.echo(f"{name}\t{entry.api_key[:8]}…\t{entry.redirect_uri}\t{' '.join(entry.scopes)}")
