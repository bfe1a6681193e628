"""The commands, a module each: they read their options, call one function, and print."""

from __future__ import annotations

from typing import Annotated

import typer

from .. import __version__
from . import clean, compare, doctor, importing, lab, quickstart, sandbox, schema, sign_in, syncing, workshop
from .as_json import ErrorsAsJson

app = typer.Typer(
    name="cctoolkit",
    cls=ErrorsAsJson,
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
