"""The commands of a workshop: serving one as its trainer, taking part in one."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="Teach a class: a sandbox with an account for each participant, and a page that shows who is at which step.",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def workshop(
    context: typer.Context,
    participants: Annotated[int | None, typer.Option(help="How many take part.", min=1)] = None,
    names: Annotated[
        Path | None, typer.Option(help="A file with a participant's name a line. Default: Participant 01 and so on.")
    ] = None,
    host: Annotated[
        str,
        typer.Option(
            help="The address to listen on: this machine's in the room's network. Default: this machine only."
        ),
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port; 0 takes a free one.", min=0, max=65535)] = 8790,
    address: Annotated[
        str | None, typer.Option(help="What participants type, where that is another, such as http://class.local:8790.")
    ] = None,
    db: Annotated[
        Path | None,
        typer.Option(help="The file that keeps the accounts, so that slips and progress outlive a restart."),
    ] = None,
    slips: Annotated[Path, typer.Option(help="Where the page of slips to print is written.")] = Path(
        "workshop-slips.html"
    ),
) -> None:
    """Serve a workshop until Ctrl-C: a sandbox with an account for each participant.

    It prints a slip for each participant, with an address of their own, and the address of the trainer's page, which
    shows who is at which exercise and makes an account new again. Without --host only this machine can reach it.
    """
    if context.invoked_subcommand is not None:
        return
    from ..workshop.names import read_names, seat_names
    from ..workshop.serving import Options, run_workshop

    given = read_names(names) if names is not None else []
    options = Options(seat_names(participants, given), host, port, address, db, slips)
    with contextlib.suppress(KeyboardInterrupt):
        run_workshop(options, say=lambda text: typer.echo(text, err=True), tell=typer.echo)
    kept = f"the accounts are kept in {db}: the same command goes on with them" if db else "its accounts are forgotten"
    typer.echo(f"\nThe workshop is over; {kept}.", err=True)


@app.command()
def join(
    address: Annotated[
        str | None, typer.Argument(help="The address on your slip. Without it you are asked for it.")
    ] = None,
) -> None:
    """Take part with the address on your slip: this folder's notebooks then work with your account there."""
    from ..settings import workspace_folder
    from ..workshop.joining import join as take_part

    text = address if address is not None else typer.prompt("The address on your slip", err=True)
    seat = take_part(text, workspace_folder())
    typer.echo(f"You take part as {seat.participant}. In the notebooks, cctoolkit.connect() is your account there.")


@app.command()
def leave() -> None:
    """Leave the workshop: this folder's notebooks then work with your own sandbox again."""
    import os

    from ..errors import SettingsError
    from ..settings import workspace_folder
    from ..workshop.joining import VARIABLE
    from ..workshop.joining import leave as go

    left = go(workspace_folder())
    if os.environ.get(VARIABLE):
        raise SettingsError(f"{VARIABLE} names a workshop: unset it to leave.")
    typer.echo("You have left the workshop." if left else "This folder took part in no workshop.")
