"""The command that walks the whole way: quickstart."""

from __future__ import annotations

import sys
import tempfile
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from ..extras import install_command, is_here
from .as_json import JsonOption, print_json
from .importing import ask_before_import
from .mapping import Columns, Encoding, Forget, cleaned_as_said


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
    as_json: JsonOption = False,
    yes: Annotated[bool, typer.Option("--yes", help="Import into the live account without asking.")] = False,
    columns: Columns = None,
    forget: Forget = False,
    encoding: Encoding = None,
) -> None:
    """The whole quick start, step by step: from a CSV export to verified contacts.

    On the sandbox each run begins with a new account and leaves nothing behind.
    """
    from .quick_start_steps import succeeded

    how = {"columns": columns, "forget": forget, "encoding": encoding}
    figures = _quick_start(csv, list_name, service, profile, _Steps(silent=as_json), how, yes=yes)
    if as_json:
        print_json(figures)
    if not succeeded(figures):
        raise typer.Exit(1)


def _quick_start(
    csv: Path | None,
    list_name: str | None,
    service: str,
    profile: str | None,
    tell: _Steps,
    how: dict[str, Any],
    *,
    yes: bool,
) -> dict[str, Any]:
    from ..connection import client_of, connect, sandbox_session
    from ..contact_files import answered
    from ..course import sample
    from ..errors import SettingsError
    from ..local_sandbox import temporary_sandbox
    from ..oauth.by_code import sign_in_by_code
    from .quick_start_steps import quick_start, succeeded

    if service not in {"sandbox", "live"}:
        raise SettingsError(f"There is no service {service!r}: use --service sandbox or --service live.")
    if profile is not None and service == "sandbox":
        raise SettingsError("A profile belongs to the live service: add --service live, or leave --profile out.")
    if list_name is not None and not list_name.strip():
        raise SettingsError("--list is empty: give the list's name, or leave it out for the account's first list.")
    tell.title(service)
    shown = not tell.silent and sys.stderr.isatty()
    # First: a file that cannot be read costs no sandbox and no request.
    cleaned = cleaned_as_said(csv or sample(), progress=shown, **how)
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
                        ask_before_import,
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
        if is_here("jupyterlab"):
            self._print(f"Now walk the same steps in notebooks: {_command()} lab")
        else:
            self._print("Now walk the same steps in notebooks. JupyterLab comes with the first of these commands:")
            self._print(f"  {install_command('lab')}\n  {_command()} lab")

    def _print(self, text: str) -> None:
        if not self.silent:
            typer.echo(text)


def _command() -> str:
    """How this command was called, so that the next one can be typed the same way."""
    called = Path(sys.argv[0])
    return "cctoolkit" if called.is_absolute() else sys.argv[0]
