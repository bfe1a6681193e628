"""Cursors: base64 of the whole query with the place where the next page begins, as the live service's are."""

from __future__ import annotations

import base64
import binascii
from typing import Any
from urllib.parse import parse_qsl, urlencode

from .errors import invalid


def next_link(path: str, query: dict[str, Any], after: int) -> dict[str, Any]:
    """The `_links` of a page that is not the last."""
    carried = {
        name: "true" if value is True else value
        for name, value in query.items()
        if value is not None and value is not False
    }
    cursor = base64.urlsafe_b64encode(urlencode({**carried, "next": after}).encode()).decode()
    return {"next": {"href": f"/v3{path}?cursor={cursor}"}}  # its = as it is: clients cut the cursor out and send it on


def read_cursor(cursor: str) -> tuple[dict[str, str], int]:
    """The query that the cursor carries, and the row after which its page begins."""
    try:
        query = dict(parse_qsl(base64.urlsafe_b64decode(cursor.encode()).decode(), strict_parsing=True))
        if not 1 <= int(query.get("limit", 50)) <= 1000:
            raise ValueError
        return query, max(0, min(int(query.pop("next")), 2**62))
    except (binascii.Error, ValueError, KeyError) as error:
        raise invalid("cursor does not have a valid value") from error
