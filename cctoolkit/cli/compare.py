"""The command that tells where a service answers in another shape than the sandbox: compare."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from ..errors import Declined, SettingsError
from .as_json import JsonOption


def compare(
    service: Annotated[str, typer.Argument(help="live, or sandbox; or the address of any V3 API with --access-token.")],
    profile: Annotated[str | None, typer.Option(help="The saved application to ask the live service as.")] = None,
    access_token: Annotated[
        str | None, typer.Option(envvar="CCTOOLKIT_ACCESS_TOKEN", help="For an address: better in the environment.")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write what was seen to this file. It holds no value.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ask the live service without asking you first.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Ask a service and the sandbox the same questions, and tell where the shapes of their answers differ.

    Only reading, and at most sixty of the day's 10,000 requests; the list of them is shown before, and asked about. What is
    told and written down is status, headers, keys, types and forms: no name, address, text, id or token of the account.

    A report is how the sandbox gets better: send it to the project, after you have looked at it.
    """
    from ..compare import QUESTIONS
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
            typer.echo(
                f"These {len(QUESTIONS)} requests would be sent to {client.api_url}, each of them only reads:", err=True
            )
            for question in QUESTIONS:
                typer.echo(f"  {question.name}", err=True)
            if not yes and not typer.confirm("Send them?", err=True):
                raise Declined("Nothing was sent.")
        found = run(client, told=lambda name: None if as_json else typer.echo(name, err=True))
    if report is not None:
        found.save(report)
        typer.echo(f"Written down in {report}.", err=True)
    typer.echo(json.dumps(found.report, indent=1, sort_keys=True) if as_json else found.text())
