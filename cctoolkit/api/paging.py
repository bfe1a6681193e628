"""Following cursors."""

from __future__ import annotations

import difflib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from ..errors import BadRequest, UnexpectedAnswer
from .transport import Params, Transport

#: How often, and after how many seconds, the contacts of a segment are asked for again.
SEGMENT_ATTEMPTS, SEGMENT_PAUSE = 30, 1.0


def next_href(page: dict[str, Any]) -> str | None:
    links = page.get("_links")
    following = links.get("next") if isinstance(links, dict) else None
    href = following.get("href") if isinstance(following, dict) else None
    return href if isinstance(href, str) and href else None


def pages(
    transport: Transport,
    path: str,
    params: Params | None,
    *,
    sleep: Callable[[float], None] = time.sleep,
    following: Callable[[dict[str, Any]], str | None] = next_href,
) -> Iterator[dict[str, Any]]:
    """Each page of a collection to the last, following `_links.next.href`, or what `following` says of a page.

    Raises `UnexpectedAnswer` when a link leads back to a page that was read: it would go on for ever.
    """
    page = transport.get(path, params)
    for _ in range(SEGMENT_ATTEMPTS):  # 202: a segment is still being evaluated, ask again
        if page.get("status") != "processing":
            break
        sleep(SEGMENT_PAUSE)
        page = transport.get(path, params)
    yield from follow(transport, path, page, following)


def follow(
    transport: Transport,
    path: str,
    page: dict[str, Any],
    following: Callable[[dict[str, Any]], str | None] = next_href,
) -> Iterator[dict[str, Any]]:
    """A page that was read, and those that follow it."""
    seen: set[str] = set()
    while True:
        yield page
        href = following(page)
        if href is None:
            return
        if href in seen:
            raise circle(path)
        seen.add(href)
        page = transport.get(href)


def circle(path: str) -> UnexpectedAnswer:
    bare = path.partition("?")[0]  # the query may hold somebody's address
    return UnexpectedAnswer(f"{bare}: the link to the next page leads in a circle. Try again in a minute.")


def check_filters(given: Iterable[str], known: Sequence[str]) -> None:
    """The service passes over a parameter that it does not know, and answers with everything: so it is refused here.

    Raises `BadRequest`, naming the nearest that exists.
    """
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            meant = f"did you mean {near[0]}? " if near else ""
            raise BadRequest(
                400,
                "",
                f"there is no filter {name}; {meant}the filters are {', '.join(known)}",
                "",
            )


def records(page: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The records of a page; what is none of them (a null, a text) is passed over.

    Raises `UnexpectedAnswer` when there is no such collection: that is not the same as an empty one.
    """
    found = page.get(name)
    if not isinstance(found, list):
        raise UnexpectedAnswer(
            f"The answer holds no {name}: it is not what the service publishes. Try again in a minute."
        )
    return [entry for entry in found if isinstance(entry, dict)]
