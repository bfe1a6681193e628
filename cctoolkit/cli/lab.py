"""The command that opens the notebooks: lab."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


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
    from ..course import clone_folder, copy_course
    from ..extras import needed
    from .running_lab import run_lab

    needed("jupyterlab", "lab", "JupyterLab is")

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
