"""`cctoolkit clean`: an export becomes files that import whole."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from .as_json import JsonOption, print_json
from .mapping import Columns, Encoding, Forget, cleaned_as_said


def clean(
    export: Annotated[
        Path,
        typer.Argument(
            help="Your address book's export: CSV of any kind, vCards, an Excel workbook, or an archive with one of them."
        ),
    ],
    folder: Annotated[Path, typer.Option("-o", "--output", help="A new folder for the files that the import takes.")],
    columns: Columns = None,
    forget: Forget = False,
    leftover: Annotated[
        str,
        typer.Option(help="Columns that nobody knows: ignore (told and left out), custom-fields, or stop."),
    ] = "ignore",
    on_duplicate: Annotated[
        str, typer.Option(help="Of several rows with one address, the first value that is there counts, or the last.")
    ] = "first",
    phones: Annotated[
        str, typer.Option(help="as-written, or international: every number as +1 617-555-0100.")
    ] = "as-written",
    region: Annotated[
        str | None, typer.Option(help="The country of phone numbers that name none, by its two letters, such as US.")
    ] = None,
    capitalize: Annotated[
        bool, typer.Option("--capitalize", help="Write names that are all capitals or all small letters as names.")
    ] = False,
    encoding: Encoding = None,
    as_json: JsonOption = False,
) -> None:
    """Clean an export: part files that import whole, the rejected rows to mend, and a report. Sends nothing.

    Every row is kept, merged into another of the same address, or rejected with its reason. Mend rejected.csv and clean
    it again.
    """
    cleaned = cleaned_as_said(
        export,
        columns,
        forget=forget,
        leftover=leftover,
        on_duplicate=on_duplicate,
        phones=phones,
        region=region,
        capitalize=capitalize,
        encoding=encoding,
        progress=sys.stderr.isatty(),
    )
    report = cleaned.write(folder)
    if as_json:
        print_json(report)
        return
    typer.echo(cleaned.report())
    shown = report["parts"] if len(report["parts"]) <= 4 else [*report["parts"][:2], "…", report["parts"][-1]]
    for path in shown:
        typer.echo(f"to import   {path}")
    if report["rejected_file"]:
        typer.echo(f"to mend     {report['rejected_file']}")
