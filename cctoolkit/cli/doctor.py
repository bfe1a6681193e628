"""The command that looks for what stands in the way: doctor."""

from __future__ import annotations

from typing import Annotated

import typer

from .as_json import JsonOption

_COLOURS = {"ok": "green", "note": "yellow", "problem": "red"}


def doctor(
    service: Annotated[
        str, typer.Option(help="sandbox looks at this machine only; live asks the live service too.")
    ] = "sandbox",
    profile: Annotated[str | None, typer.Option(help="The saved application to look at. Default: default.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Find out what stands in the way of a sign-in, a call or an import here.

    Each line says what was looked at, what was found, and what to do about it. ok: it is as it should be. note: it
    works, and is worth knowing. problem: mend this first; the exit code is then 1.

    It looks at Python and its packages, the folders, the keyring, the saved application, the ports for the browser's
    answer, the tokens (never shown), the requests that are left today, the clock, and the sandbox of this folder.
    Nothing is started, nothing of yours is changed, and nobody but this machine is asked.

    With --service live it goes along the chain to the live service, and stops at the first link that is broken: the
    vendor's status page, the authorization server (is the key known, the redirect URI registered, the way of signing in
    switched on), your sign-in, its refresh token, the requests left, and the API, which is asked for one contact that is not
    shown. That is one of your 10,000 requests of the day. Nobody is signed in by it, and nothing is changed.

    If not even this command starts, the same is: python -m cctoolkit.doctor
    """
    from ..doctor import examine

    examination = examine(service, profile=profile)
    if as_json:
        typer.echo(examination.json())
    else:
        typer.echo(examination.text(style=lambda state, word: typer.style(word, fg=_COLOURS[state], bold=True)))
    if not examination.healthy:
        raise typer.Exit(1)
