"""One call and everything that came back: status, headers, time, the answer, or what went wrong."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from .._httpx import read_json
from ..api.checking import Request
from ..api.operations import Operation
from ..api.transport import Received, Stopped
from ..errors import CctoolkitError, UnexpectedAnswer


@dataclass(frozen=True)
class Exchange:
    """A call and its outcome. `received` is None when no answer came, `error` when all is well.

    `kind` is `json`, `text`, `page` (HTML), `empty`, `broken` (JSON that breaks off) or `nothing`; `value` is the JSON
    or the text.
    """

    operation: Operation = field(repr=False)
    request: Request = field(repr=False)
    received: Received | None
    attempts: int
    kind: str
    value: Any = field(repr=False)
    error: CctoolkitError | None
    #: Where the next page is; None on the last one.
    next_address: str | None
    #: Which page this is, counted from 1.
    page: int = 1
    following: Callable[[dict[str, Any]], str | None] | None = field(default=None, repr=False)

    @property
    def ok(self) -> bool:
        return self.error is None


def ask(
    operation: Operation,
    request: Request,
    stop: threading.Event | None = None,
    *,
    after: Exchange | None = None,
) -> Exchange:
    """Send a checked request, and keep whatever happens; `after` is the page before, when it is a further one.

    It is repeated and held back as any call is. What is kept as `error` is not raised.
    """
    seen: list[Received] = []
    address = None if after is None else after.next_address
    following = operation.following(request) if after is None else after.following
    error: CctoolkitError | None = None
    value: Any = None
    try:
        value = operation.send(request, address=address, received=seen.append, stop=stop)
    except CctoolkitError as failure:
        error = failure
    except Stopped:
        again = " again, and the answer before is shown: look what came of it, then" if seen else ":"
        error = CctoolkitError(f"It was stopped before it was sent{again} press Try it to send it.")
    last = seen[-1] if seen else None
    kind, read = _read(last, value, error)
    found = Exchange(operation, request, last, len(seen), kind, read, error, None, following=following)
    if after is not None:
        found = replace(found, page=after.page + 1)
    return replace(found, next_address=_next(found))


def _next(exchange: Exchange) -> str | None:
    if exchange.operation.method != "GET" or exchange.following is None or not exchange.ok:
        return None
    if not isinstance(exchange.value, dict):
        return None
    try:
        return exchange.following(exchange.value)
    except UnexpectedAnswer:  # an answer without a collection has no next page
        return None


def _read(received: Received | None, value: Any, error: CctoolkitError | None) -> tuple[str, Any]:
    """What kind of content an answer has, and the content."""
    if received is None:
        return "nothing", None
    if not received.content:
        return "empty", None
    declared = dict(received.headers).get("content-type", "").lower()
    if error is None:
        return ("page" if "html" in declared and isinstance(value, str) else _kind(value)), value
    text = received.content.decode("utf-8", "replace")
    if "html" in declared or text.lstrip()[:1] == "<":
        return "page", text
    try:
        return "json", read_json(received.content)
    except (ValueError, RecursionError):
        return ("broken" if "json" in declared or text.lstrip()[:1] in "{[" else "text"), text


def _kind(value: Any) -> str:
    return "text" if isinstance(value, str) else "json"
