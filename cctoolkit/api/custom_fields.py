"""Custom fields: what an account keeps of its contacts besides the service's own fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from ..errors import BadRequest
from .paging import pages, records
from .transport import Transport

if TYPE_CHECKING:
    import pandas as pd

PAGE = 100
LABEL_LENGTH = 50
TYPES = ("string", "text_area", "number", "currency", "date", "single_select", "multi_select")


class CustomFields:
    """The account's custom fields, 100 at most. An import sets one in a column `cf:NAME`, by its `name`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def iter(self) -> Iterator[dict[str, Any]]:
        """Each custom field, over all pages."""
        for page in pages(self._transport, "/contact_custom_fields", {"limit": PAGE}):
            yield from records(page, "custom_fields")

    def frame(self) -> pd.DataFrame:
        """All custom fields as a DataFrame, a row each."""
        from .. import frames

        return frames.custom_fields(self.iter())

    def find(self, name: str) -> dict[str, Any] | None:
        """The custom field of that name or label, whatever its case; None when there is none."""
        return self.match(self.iter(), name)

    def create(self, label: str, *, type: str = "string") -> dict[str, Any]:
        """A new custom field. Its `name` is the label in lower case, with underscores for blanks.

        Raises `Conflict` when there is one of that name, `BadRequest` for a label or type that cannot be.
        """
        label = label.strip()
        if not 1 <= len(label) <= LABEL_LENGTH:
            raise BadRequest(400, "", f"a custom field's label has 1 to {LABEL_LENGTH} characters", "")
        if type not in TYPES:
            raise BadRequest(400, "", f"there is no type {type!r}; the types are {', '.join(TYPES)}", "")
        return self._transport.post("/contact_custom_fields", {"label": label, "type": type})

    def find_or_create(self, label: str, *, type: str = "string") -> dict[str, Any]:
        """The custom field of that name or label, made when there is none."""
        return self.find(label) or self.create(label, type=type)

    @staticmethod
    def match(fields: Iterable[dict[str, Any]], name: str) -> dict[str, Any] | None:
        """The one of `fields` with that name, or else with that label; None when there is none."""
        wanted = _plain(name)
        found = list(fields)
        for kind in ("name", "label"):
            for field in found:
                if field.get(kind) and _plain(str(field[kind])) == wanted:
                    return field
        return None


def _plain(name: str) -> str:
    return re.sub(r"\s+", "_", name.strip()).casefold()
