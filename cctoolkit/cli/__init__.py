"""The commands, a module each: they read their options, call one function, and print."""

from __future__ import annotations

import signal
import sys
from typing import Annotated, NoReturn

import typer

from .. import __version__
from ..errors import CctoolkitError
from . import clean, compare, doctor, importing, lab, quickstart, sandbox, schema, sign_in, syncing, workshop

app = typer.Typer(
    name="cctoolkit",
    help="A quick start for Constant Contact's V3 API: sign in, clean a CSV, import it, check who arrived. Without "
    "`live` in the command, all of it happens in a sandbox on this machine.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


# In the order in which `--help` lists them: what a newcomer types first.
app.command()(quickstart.quickstart)
app.command()(lab.lab)
app.command()(clean.clean)
app.command("import")(importing.import_export)
app.command()(syncing.sync)
app.command()(sign_in.login)
app.command()(sign_in.logout)
app.command()(sign_in.whoami)
app.command()(sign_in.keepalive)
app.command("profiles")(sign_in.list_profiles)
app.command()(doctor.doctor)
app.command()(compare.compare)
app.command()(sandbox.sandbox)
app.add_typer(schema.app)
app.add_typer(workshop.app, name="workshop")


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
