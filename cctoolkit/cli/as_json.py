"""`--json`: one JSON object on standard output and nothing else, an error too."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ..errors import CctoolkitError


@dataclass
class _Call:
    as_json: bool = False
    beside_an_error: dict[str, Any] = field(default_factory=dict)


_CALL: ContextVar[_Call] = ContextVar("_CALL")


def _noted(wanted: bool) -> bool:
    _CALL.get().as_json = wanted
    return wanted


JsonOption = Annotated[
    bool, typer.Option("--json", callback=_noted, help="Print one JSON object and nothing else, an error too.")
]


def print_json(figures: Mapping[str, Any]) -> None:
    typer.echo(json.dumps(figures, indent=2))


def beside_an_error(**figures: Any) -> None:
    """What this call's error says in JSON besides its sentence: where its journal is, for the next command."""
    _CALL.get().beside_an_error |= figures


class ErrorsAsJson(TyperGroup):
    """Commands whose errors are `{"error": …}` where JSON is wanted; their sentence and the exit status stay as they are."""

    def invoke(self, ctx: Any) -> Any:
        call = _Call()
        before = _CALL.set(call)
        try:
            return super().invoke(ctx)
        except CctoolkitError as error:
            if call.as_json:
                print_json({"error": str(error), **call.beside_an_error})
            raise
        finally:
            _CALL.reset(before)
