"""The command that serves the sandbox, and ends that of a folder: sandbox."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ..compare import Dialect


def _one_of(option: str, said: str, no: str, yes: str) -> bool:
    """Whether the second of two words was said. Raises `SettingsError` for any other."""
    from ..errors import SettingsError

    if said not in {no, yes}:
        raise SettingsError(f"{option} {said} is neither {no} nor {yes}: say one of them.")
    return said == yes


def _dialect(report: Path) -> Dialect:
    """What a report recorded, and on standard error how much of it is imitated."""
    from ..compare import Dialect, read_report
    from ..harmless import harmless

    dialect = Dialect(read_report(report))
    left_out = "".join(f"\n  {harmless(name)}: {why}" for name, why in dialect.left_out.items())
    typer.echo(
        f"Answers to {dialect.count} questions are as in {report}, with the sandbox's own ids and links."
        + (f" Not imitated:{left_out}" if left_out else ""),
        err=True,
    )
    return dialect


def _look() -> None:
    import webbrowser

    from ..errors import SandboxError
    from ..local_sandbox import ensure_sandbox
    from ..settings import workspace_folder

    page = ensure_sandbox(workspace_folder()).get("page")
    if page is None:
        raise SandboxError("The sandbox that runs is of an older version: end it with --stop, and look again.")
    typer.echo(f"{page}\nWhoever has this address sees the account: it is for you alone.")
    webbrowser.open(page)  # where there is no browser, the address is there to be copied


def sandbox(
    port: Annotated[int, typer.Option(help="The port on 127.0.0.1; 0 takes a free one.", min=0, max=65535)] = 0,
    db: Annotated[
        Path | None, typer.Option(help="The SQLite file that keeps its state. Without one it is forgotten at the end.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="The same seed gives the same ids and people.")] = None,
    contacts: Annotated[int, typer.Option(help="How many made-up contacts the account holds.", min=0)] = 0,
    latency: Annotated[
        str, typer.Option(help="Seconds that each answer takes longer: 0.3, or 0.1-0.5 for a chance between the two.")
    ] = "0",
    accounts: Annotated[
        int, typer.Option(help="How many accounts, each with a key, data and limits of its own.", min=1, max=1000)
    ] = 1,
    limits: Annotated[
        bool, typer.Option("--limits/--no-limits", help="Answer 429 above 4 requests a second and 10,000 a day.")
    ] = True,
    application: Annotated[
        str, typer.Option(help="public or private: a private one may be granted by the user who made it alone.")
    ] = "public",
    tokens: Annotated[
        str, typer.Option(help="rotating or long-lived: whether a refresh token works once, or again and again.")
    ] = "rotating",
    grants: Annotated[
        str, typer.Option(help="The ways of signing in that are switched on: pkce, secret, device.")
    ] = "pkce,secret,device",
    mfa: Annotated[bool, typer.Option("--mfa", help="The consent page asks for a second factor.")] = False,
    like: Annotated[
        Path | None,
        typer.Option(help="Answer as a service was seen to, where it differs: a report of cctoolkit compare."),
    ] = None,
    look: Annotated[
        bool,
        typer.Option("--look", help="Open the page that looks inside the one of this folder: requests, mail, faults."),
    ] = False,
    stop: Annotated[bool, typer.Option("--stop", help="End the one that connect() started for this folder.")] = False,
    reset: Annotated[
        bool,
        typer.Option(
            "--reset",
            help="End it and forget its account, with the journals of imports and a seat at a workshop: the next connect() begins anew.",
        ),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --reset: without asking.")] = False,
) -> None:
    """Serve a local Constant Contact until Ctrl-C: authorization server and V3 API.

    Once it answers, one line of JSON says where everything is, with an access token for curl. (The sandbox that
    connect() and the notebooks of a folder share is another one; --look, --stop and --reset are for that.) Its page, for
    people, is at the address that the line calls page.
    """
    if look:
        _look()
        return
    if stop or reset:
        from ..errors import Declined
        from ..local_sandbox import forget_sandbox, stop_sandbox
        from ..settings import workspace_folder

        if reset and not yes and sys.stdin.isatty():
            what = "its account, the journals of its imports and a seat at a workshop"
            if not typer.confirm(f"Forget the sandbox of {workspace_folder()}: {what}?", err=True):
                raise Declined("Nothing was forgotten.")
        ran = stop_sandbox(workspace_folder())
        forgot = reset and forget_sandbox(workspace_folder())
        typer.echo(
            f"The sandbox of {workspace_folder()} {'was stopped' if ran else 'was not running'}"
            + ("; its account, the journals of its imports and a seat at a workshop are forgotten." if forgot else ".")
        )
        return
    from ..errors import SandboxError, SettingsError
    from ..sandbox import DatabaseInUse, PortInUse
    from ..sandbox.oauth.portal import Portal, read_grants
    from ..sandbox.serving import read_latency, serve

    try:
        seconds = read_latency(latency)
    except ValueError:
        raise SettingsError(f"--latency {latency} is no time: give seconds, such as 0.3 or 0.1-0.5.") from None
    try:
        portal = Portal(
            private=_one_of("--application", application, "public", "private"),
            long_lived=_one_of("--tokens", tokens, "rotating", "long-lived"),
            grants=read_grants(grants.split(",")),
            factors=mfa,
        )
    except ValueError as error:
        raise SettingsError(f"--grants {grants}: {error}") from None
    try:
        serve(
            dialect=None if like is None else _dialect(like),
            port=port,
            db=db,
            seed=seed,
            contacts=contacts,
            latency=seconds,
            accounts=accounts,
            limits=limits,
            portal=portal,
        )
    except (OSError, sqlite3.Error) as error:
        raise SandboxError(
            f"The sandbox cannot keep its state in {db} ({error}): give --db a file in a folder that exists."
        ) from error
    except DatabaseInUse as error:
        raise SandboxError(str(error)) from error
    except PortInUse as error:
        raise SandboxError(f"{error} Choose another with --port, or let one be chosen with --port 0.") from error
