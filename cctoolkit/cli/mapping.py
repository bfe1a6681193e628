"""An export cleaned as it was said on the command line, or else the last time that such a file came."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import SettingsError

if TYPE_CHECKING:
    from ..contact_files import Cleaned

#: The options that the commands have in common.
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        help="What a column is, such as 'Correo=email', 'Shoe size=cf:Shoe size' for a custom field, or 'Left=opted_out'; "
        "'Notes=' leaves it out. Several times. Kept for the next file with these headings.",
    ),
]
Forget = Annotated[
    bool, typer.Option("--forget", help="Forget what --map said of such files before, and recognize the columns anew.")
]
Encoding = Annotated[
    str | None,
    typer.Option(
        help="That of the file's text, where what it is taken for is wrong: cp1250, mac_roman, any of Python's."
    ),
]


def cleaned_as_said(
    export: Path, columns: list[str] | None, *, forget: bool = False, encoding: str | None = None, **options: Any
) -> Cleaned:
    """The account of the export. What is taken over from the last time is told on standard error."""
    from ..contact_files import clean, read
    from ..contact_files.remembering import remember, remembered, told

    file = read(export, encoding=encoding)
    said = read_choices(columns or [])
    before = {} if forget else remembered(file)
    taken = {heading: target for heading, target in before.items() if heading not in said}
    if taken:
        typer.echo(told(taken, how="--map says otherwise, --forget recognizes them anew."), err=True)
    both = taken | said
    cleaned = clean(file, columns=both, **options)
    if both != before or forget:
        with contextlib.suppress(OSError):  # a folder that cannot be written to: it is asked again the next time
            remember(file, both)
    return cleaned


def read_choices(choices: list[str]) -> dict[str, str]:
    """`heading=target` texts as `columns` of `clean` takes them. Raises `SettingsError` for one that says nothing."""
    chosen = {}
    for text in choices:
        heading, sign, target = text.rpartition("=")
        if not sign:
            raise SettingsError(f"--map {text!r} says nothing: write it as 'heading=email'.")
        chosen[heading] = target.strip()
    return chosen
