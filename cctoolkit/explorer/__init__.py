"""The API explorer, as far as it needs no widgets: forms, answers, the same in code, files for Postman and Bruno."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .environments import save_collection, save_environment

if TYPE_CHECKING:
    from ..api import Client
    from ..widgets import Explorer

__all__ = ["explore", "save_collection", "save_environment"]


def explore(client: Client | None = None) -> Explorer:
    """Every operation of the API in a notebook: its form, a try, its answer, and the same in code.

    Without a `client` it is that of `cctoolkit.connect()`: the sandbox, where nothing is real.
    """
    from ..widgets import Explorer

    if client is None:
        from ..connection import connect

        client = connect()
    return Explorer(client)
