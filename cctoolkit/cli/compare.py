"""The command that tells where a service answers in another shape than the sandbox: compare."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import CctoolkitError, Declined, SettingsError
from .as_json import JsonOption, beside_an_error

if TYPE_CHECKING:
    from ..api import Client


class _Interrupted(CctoolkitError):
    """Not what is said of other commands, that nothing is half-done: here what became of it has to be said."""

    exit_code = 130


def compare(
    service: Annotated[str, typer.Argument(help="live, or sandbox; or the address of any V3 API with --access-token.")],
    profile: Annotated[str | None, typer.Option(help="The saved application to ask the live service as.")] = None,
    access_token: Annotated[
        str | None, typer.Option(envvar="CCTOOLKIT_ACCESS_TOKEN", help="For an address: better in the environment.")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write what was seen to this file. It holds no value.")] = None,
    write: Annotated[
        bool,
        typer.Option(
            "--write", help="Also write: to a list, a tag, a field and people of its own, deleted afterwards."
        ),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Ask the live service without asking you first.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Ask a service and the sandbox the same questions, and tell where the shapes of their answers differ.

    Only reading, and at most sixty of the day's 10,000 requests; the list of them is shown before, and asked about. What is
    told and written down is status, headers, keys, types and forms: no name, address, text, id or token of the account.

    With --write it also makes a list, a tag, a custom field and a contact of its own, imports five made-up people of
    example.com, exports them, and deletes all of it again: some eighty requests more. What could not be deleted is told, and the
    next run offers to remove it.

    A report is how the sandbox gets better: send it to the project, after you have looked at it. cctoolkit sandbox --like
    REPORT answers as it was recorded.
    """
    from ..compare import compare as run
    from ..connection import connect

    if service in {"live", "sandbox"}:
        client = connect(service, profile=profile)
    elif service.startswith(("https://", "http://")):
        if not access_token:
            raise SettingsError("An address wants an access token: set CCTOOLKIT_ACCESS_TOKEN, or give --access-token.")
        client = connect(api_url=service, access_token=access_token)
    else:
        raise SettingsError(f"There is no service {service!r}: say live, sandbox, or the address of a V3 API.")
    with client:
        if client.is_real:
            _preview(client, write)
            if not yes and not typer.confirm("Send them, and write?" if write else "Send them?", err=True):
                raise Declined("Nothing was sent.")
        if write:
            _clear(client, yes)
        try:
            found = run(client, write=write, told=lambda name: None if as_json else typer.echo(name, err=True))
        except KeyboardInterrupt as stopped:
            if not write:
                raise
            left = " ".join(getattr(stopped, "__notes__", [])) or "What was made was deleted again."
            raise _Interrupted(f"Stopped. {left}") from None
    if as_json:
        beside_an_error(
            **found.report
        )  # a file that cannot be written loses no answer, and it is one object all the same
        if found.left:
            typer.echo(f"Left in the account: {found.left}.", err=True)
    else:
        typer.echo(found.text())
    if report is not None:
        found.save(report)
    if as_json:
        typer.echo(json.dumps(found.report, indent=1, sort_keys=True))
    if report is not None:
        typer.echo(f"Written down in {report}.", err=True)


def _preview(client: Client, write: bool) -> None:
    from ..compare import QUESTIONS, TRIAL

    typer.echo(f"These {len(QUESTIONS)} requests would be sent to {client.api_url}, each of them only reads:", err=True)
    for question in QUESTIONS:
        typer.echo(f"  {question.name}", err=True)
    if write:
        typer.echo(
            f"Then these {len(TRIAL)}, which write to a list, a tag and a field that they make, named 'cctoolkit compare' and eight "
            "characters, and to six people of example.com:",
            err=True,
        )
        for question in TRIAL:
            typer.echo(f"  {question.name}", err=True)
        typer.echo(
            "At the end that list, tag and field and those six contacts are deleted again. Until then they count as contacts of "
            "the account, and afterwards they stay among its deleted ones. No message is sent by it; a welcome that the account "
            "sends by itself to who signs up would go to an address of example.com, which nobody reads.",
            err=True,
        )


def _clear(client: Client, yes: bool) -> None:
    """Offer to remove what a comparison that was ended half-way has left there."""
    from ..compare import clear_trial, find_trial

    there = find_trial(client)
    if not there:
        return
    typer.echo(f"A comparison that was ended half-way has left this in the account: {there}.", err=True)
    if not yes and not typer.confirm("Delete it?", err=True):
        raise Declined("Nothing was written: what is there has to go first.")
    if left := clear_trial(client):
        raise SettingsError(f"It could not be deleted: {left}. Delete it in the account, and compare again.")
    typer.echo("Deleted.", err=True)
