"""The contacts of a segment: for the service, `segment_id` goes with `limit` and with nothing else."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from contextlib import closing, suppress
from numbers import Integral
from typing import Any

from ..errors import BadRequest, NotFound
from .contact_changes import check_include, contact_path
from .transport import Transport
from .windows import PATH, Reading

Page = list[dict[str, Any]]


def segment_of(filters: Mapping[str, Any], also: Iterable[str] = ()) -> str | None:
    """The segment that is asked for, None for none.

    Raises `BadRequest` when it is no number, or when there is a filter besides that is not in `also`.
    """
    segment = filters.get("segment_id")
    if segment is None:
        return None
    if isinstance(segment, bool) or not (isinstance(segment, Integral) or str(segment).strip().isdecimal()):
        raise BadRequest(400, "", f"segment_id is {segment!r}, and has to be the number of one segment", "")
    allowed = {"segment_id", "limit", *also}
    others = [name for name, value in filters.items() if value is not None and name not in allowed]
    if others:
        raise BadRequest(
            400,
            "",
            f"segment_id does not go with {', '.join(others)}, as the service takes no other filter beside it; read the "
            "segment with frame(segment_id=…), then choose among its rows",
            "",
        )
    return str(int(segment))


class SegmentReading:
    """The contacts of one segment, in pages. What `include` names is read in a second reading, and joined by their ids.

    That is one of each contact or one of the whole account, whichever takes fewer requests. Who was deleted between
    the two readings is left out. `total` is how many are to be expected, None before that is known.
    """

    def __init__(self, transport: Transport, segment: str, include: Any, limit: int) -> None:
        self._transport, self._segment, self._limit = transport, segment, limit
        self._include = check_include(include)
        self.total: int | None = None
        #: As of every reading: there is nothing to say of how it was read, and no column is lacking.
        self.said, self.lacking = "", frozenset[str]()

    def __iter__(self) -> Generator[Page]:
        members = Reading(self._transport, {"segment_id": self._segment}, self._limit)
        if self._include is None:
            yield from members
            return
        found = (contact.get("contact_id") for page in members for contact in page)
        # Each once: who comes into the segment meanwhile moves others from one page to the next.
        ids = list(dict.fromkeys(contact_id for contact_id in found if isinstance(contact_id, str)))
        self.total = len(ids)
        if len(ids) <= 1 or len(ids) <= self._pages_of_the_account():
            yield from self._each(ids)
        else:
            yield from self._among_all(set(ids))

    def _pages_of_the_account(self) -> int:
        count = self._transport.get(PATH, {"limit": 1, "include_count": True}).get("contacts_count")
        return -(-count // self._limit) if isinstance(count, int) else 0

    def _each(self, ids: list[str]) -> Generator[Page]:
        for start in range(0, len(ids), self._limit):
            page = []
            for contact_id in ids[start : start + self._limit]:
                with suppress(NotFound):  # deleted, and forgotten, meanwhile
                    page.append(self._transport.get(contact_path(contact_id), {"include": self._include}))
            yield [contact for contact in page if not contact.get("deleted_at")]

    def _among_all(self, ids: set[str]) -> Generator[Page]:
        with closing(iter(Reading(self._transport, {"include": self._include}, self._limit))) as everybody:
            for page in everybody:
                yield [contact for contact in page if contact.get("contact_id") in ids]
