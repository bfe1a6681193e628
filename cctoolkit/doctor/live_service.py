"""Asking the live service. Only ever called when somebody said live."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from .clock import compared
from .findings import Finding, note, ok, problem, unreachable

if TYPE_CHECKING:
    from .._httpx import httpx
    from ..oauth import OAuthSession

#: The vendor's status page, and what it calls the API there.
STATUS_PAGE = "https://status.constantcontact.com"
COMPONENT = "api"
CHECK = "live service"


def check_status_page(
    transport: httpx.BaseTransport | None = None, clock: Callable[[], float] = time.time
) -> Iterator[Finding]:
    """What the vendor says of its API today; and this clock beside the one of who answered."""
    from .._httpx import httpx, json_object

    try:
        with httpx.Client(transport=transport, timeout=10) as client:
            answer = client.get(f"{STATUS_PAGE}/api/v2/summary.json")
    except httpx.HTTPError as error:
        yield unreachable("status page", STATUS_PAGE, error)
        return
    yield from _compared_clock(answer.headers.get("date", ""), clock())
    said = json_object(answer) if answer.status_code == 200 else None
    state = _state_of_api(said or {})
    if not state:
        yield note(
            "status page",
            f"The status page does not say how the API is ({answer.status_code}).",
            f"Open {STATUS_PAGE} in a browser, if calls fail.",
        )
    elif state == "operational":
        yield ok("status page", "The vendor's status page says that the API works.")
    else:
        yield problem(
            "status page",
            f"The vendor's status page says of the API: {state.replace('_', ' ')}.",
            f"Wait, and look at {STATUS_PAGE}: the fault is not yours.",
        )


def _state_of_api(summary: dict[str, Any]) -> str:
    components = summary.get("components")
    for component in components if isinstance(components, list) else []:
        if isinstance(component, dict) and str(component.get("name", "")).lower().startswith(COMPONENT):
            return str(component.get("status", ""))[:40]
    return ""


def _compared_clock(date: str, now: float) -> Iterator[Finding]:
    try:
        theirs = parsedate_to_datetime(date).timestamp()
    except (TypeError, ValueError):
        return
    yield compared(now - theirs, "just now")


def check_reading(session: OAuthSession, transport: httpx.BaseTransport | None = None) -> Iterator[Finding]:
    """One contact is asked for: the request that needs the least permission. It counts as one of the day's.

    Raises an error of `cctoolkit.errors`, which says what is wrong.
    """
    from ..connection import client_of

    started = time.monotonic()
    with client_of(session, transport=transport) as client:
        client.contacts.page(limit=1)
    yield ok(CHECK, f"The live service answered a reading request in {time.monotonic() - started:.1f} s.")
