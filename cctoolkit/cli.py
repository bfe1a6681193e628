"""The commands: each reads its options, calls one function, and prints."""

from __future__ import annotations

import json
import signal
import sqlite3
import sys
import tempfile
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from . import __version__, cli_clean, cli_compare, cli_doctor, cli_import, cli_schema, cli_sign_in, cli_workshop
from .errors import CctoolkitError

app = typer.Typer(
    name="cctoolkit",
    help="A quick start for Constant Contact's V3 API: sign in, clean a CSV, import it, check who arrived. Without "
    "`live` in the command, all of it happens in a sandbox on this machine.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


app.command()(cli_sign_in.login)
app.command()(cli_sign_in.logout)
app.command()(cli_sign_in.whoami)
app.command()(cli_sign_in.keepalive)
app.command()(cli_compare.compare)
app.command("profiles")(cli_sign_in.list_profiles)
app.add_typer(cli_schema.app)
app.add_typer(cli_workshop.app, name="workshop")
app.command()(cli_clean.clean)
app.command("import")(cli_import.import_export)
app.command()(cli_doctor.doctor)


#: What Ctrl-C ends with; Typer turns the interrupt into it.
INTERRUPTED = 130


def main() -> NoReturn:
    """The entry point: what a user can cause ends in one sentence, not in a traceback."""
    for name in ("SIGTERM", "SIGHUP"):  # a closed terminal, or somebody's kill: clean up as for Ctrl-C
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _interrupted)
    try:
        app(standalone_mode=True)
    except CctoolkitError as error:
        typer.secho(f"{error}", fg="red", err=True)
        for note in getattr(error, "__notes__", []):
            typer.echo(note, err=True)
        sys.exit(error.exit_code)
    except SystemExit as ended:
        if ended.code == INTERRUPTED:
            typer.echo("Stopped. Nothing is half-done: an import that was accepted goes on by itself.", err=True)
        raise
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    sys.exit(0)


def _interrupted(signum: int, frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    pass


@app.command()
def quickstart(
    csv: Annotated[
        Path | None,
        typer.Argument(help="Your address book's export. Without one: a sample Google export of made-up people."),
    ] = None,
    list_name: Annotated[
        str | None, typer.Option("--list", help="The list to import into; made when there is none of that name.")
    ] = None,
    service: Annotated[str, typer.Option(help="sandbox or live.")] = "sandbox",
    profile: Annotated[str | None, typer.Option(help="The saved profile to use with --service live.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Import into the live account without asking.")] = False,
) -> None:
    """The whole quick start, step by step: from a CSV export to verified contacts.

    On the sandbox each run begins with a new account and leaves nothing behind.
    """
    from .quickstart import succeeded

    try:
        figures = _quick_start(csv, list_name, service, profile, _Steps(silent=as_json), yes=yes)
    except CctoolkitError as error:
        if as_json:
            typer.echo(json.dumps({"error": str(error)}))
        raise
    if as_json:
        typer.echo(json.dumps(figures))
    if not succeeded(figures):
        raise typer.Exit(1)


def _quick_start(
    csv: Path | None, list_name: str | None, service: str, profile: str | None, tell: _Steps, *, yes: bool
) -> dict[str, Any]:
    from .connection import client_of, connect, sandbox_session
    from .contact_files import answered, clean
    from .course import sample
    from .errors import SettingsError
    from .local_sandbox import temporary_sandbox
    from .oauth.by_code import sign_in_by_code
    from .quickstart import quick_start, succeeded

    if service not in {"sandbox", "live"}:
        raise SettingsError(f"There is no service {service!r}: use --service sandbox or --service live.")
    if profile is not None and service == "sandbox":
        raise SettingsError("A profile belongs to the live service: add --service live, or leave --profile out.")
    if list_name is not None and not list_name.strip():
        raise SettingsError("--list is empty: give the list's name, or leave it out for the account's first list.")
    tell.title(service)
    shown = not tell.silent and sys.stderr.isatty()
    cleaned = clean(
        csv or sample(), progress=shown
    )  # first: a file that cannot be read costs no sandbox and no request
    answered(cleaned)
    with tempfile.TemporaryDirectory(prefix="cctoolkit-quickstart-") as folder:
        running = temporary_sandbox(Path(folder)) if service == "sandbox" else nullcontext(None)
        with running as description:
            if description is not None:
                session = sandbox_session(description, Path(folder))
                sign_in_by_code(session)
                client = client_of(session, Path(folder))
            else:
                client = connect("live", profile=profile)
            with client:
                figures = quick_start(
                    client,
                    cleaned,
                    list_name=list_name,
                    say=tell.step,
                    confirm=partial(
                        cli_import.ask_before_import,
                        client,
                        needed=service == "live" and not yes,
                        silent=tell.silent,
                    ),
                    progress=shown,
                    journal=Path(folder) / "import.sqlite" if service == "sandbox" else None,  # ends with the sandbox
                )
    tell.end(succeeded(figures))
    return figures


class _Steps:
    """Numbered lines, a step each."""

    def __init__(self, *, silent: bool) -> None:
        self.silent = silent
        self._number = 0

    def title(self, service: str) -> None:
        where = (
            "the live service" if service == "live" else "the sandbox, a local Constant Contact: nobody here is real"
        )
        self._print(typer.style(f"Quick start on {where}", bold=True) + "\n")

    def step(self, name: str, text: str) -> None:
        if name:
            self._number += 1
        mark = typer.style(f"{self._number}", fg="green", bold=True) if name else " "
        first, *more = text.splitlines()
        self._print(f"{mark} {name:<18} {first}")
        for line in more:
            self._print(f"  {'':<18} {line}")

    def end(self, good: bool) -> None:
        if good:
            self._print(typer.style("\nDone: everybody who was sent has arrived.", fg="green", bold=True))
        else:
            self._print(typer.style("\nNot everybody arrived: the reasons stand above.", fg="red", bold=True))
        self._print(f"Now walk the same steps in notebooks: {_command()} lab")

    def _print(self, text: str) -> None:
        if not self.silent:
            typer.echo(text)


def _command() -> str:
    """How this command was called, so that the next one can be typed the same way."""
    called = Path(sys.argv[0])
    return "cctoolkit" if called.is_absolute() else sys.argv[0]


def _one_of(option: str, said: str, no: str, yes: str) -> bool:
    """Whether the second of two words was said. Raises `SettingsError` for any other."""
    from .errors import SettingsError

    if said not in {no, yes}:
        raise SettingsError(f"{option} {said} is neither {no} nor {yes}: say one of them.")
    return said == yes


@app.command()
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
    stop: Annotated[bool, typer.Option("--stop", help="End the one that connect() started for this folder.")] = False,
    reset: Annotated[
        bool,
        typer.Option(
            "--reset",
            help="End it and forget its account, with the journals of imports and a seat at a workshop: the next connect() begins anew.",
        ),
    ] = False,
) -> None:
    """Serve a local Constant Contact until Ctrl-C: authorization server and V3 API.

    Once it answers, one line of JSON says where everything is, with an access token for curl. (The sandbox that
    connect() and the notebooks of a folder share is another one; --stop and --reset are for that.)
    """
    if stop or reset:
        from .local_sandbox import forget_sandbox, stop_sandbox
        from .settings import workspace_folder

        ran = stop_sandbox(workspace_folder())
        forgot = reset and forget_sandbox(workspace_folder())
        typer.echo(
            f"The sandbox of {workspace_folder()} {'was stopped' if ran else 'was not running'}"
            + ("; its account, the journals of its imports and a seat at a workshop are forgotten." if forgot else ".")
        )
        return
    from .errors import SandboxError, SettingsError
    from .sandbox import DatabaseInUse, PortInUse
    from .sandbox.oauth.portal import Portal, read_grants
    from .sandbox.serving import read_latency, serve

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


@app.command()
def lab(
    folder: Annotated[
        Path | None,
        typer.Option(help="Where the notebooks are copied to, when cctoolkit was not installed from a clone."),
    ] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the browser.")] = True,
    port: Annotated[int | None, typer.Option(help="JupyterLab's port.")] = None,
    ip: Annotated[str | None, typer.Option(help="The address that JupyterLab listens on.")] = None,
) -> None:
    """Open the notebooks in JupyterLab, with the sandbox up. Both end together."""
    from .course import clone_folder, copy_course
    from .lab import run_lab

    place = folder.resolve() if folder else clone_folder()
    if place is None:
        place = Path("cctoolkit-course").resolve()
    if place != clone_folder():
        copied = copy_course(place)
        typer.echo(f"The notebooks are in {place} ({len(copied.written)} files written).", err=True)
        for name in copied.kept:
            typer.echo(f"  {name} was edited and is left as it is.", err=True)
    arguments = [
        *([] if browser else ["--no-browser"]),
        *([f"--port={port}"] if port is not None else []),
        *([f"--ip={ip}"] if ip is not None else []),
    ]
    raise typer.Exit(run_lab(place, arguments, lambda text: typer.echo(text, err=True)))
