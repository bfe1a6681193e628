"""`--json`: one JSON object on standard output and nothing else, an error too."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from ..errors import CctoolkitError

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


def print_json(figures: Mapping[str, Any]) -> None:
    typer.echo(json.dumps(figures, indent=2))


@contextmanager
def errors_as_json(wanted: bool) -> Iterator[None]:
    """An error becomes `{"error": …}` where JSON is wanted; its sentence and the exit status stay as they are."""
    try:
        yield
    except CctoolkitError as error:
        if wanted:
            print_json({"error": str(error)})
        raise
