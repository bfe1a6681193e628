"""Custom fields: what an account keeps of its contacts besides the service's own fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..errors import BadRequest
from .paging import pages, records
from .transport import Transport

if TYPE_CHECKING:
    import pandas as pd

PAGE = 100
LABEL_LENGTH = 50
#: The nine types of the vendor's guide (the schema has no list of them).
TYPES = ("string", "text_area", "date", "datetime", "number", "currency", "boolean", "single_select", "multi_select")
#: Choices of a select, at most; those that are shown as boxes or buttons have a fifth of it.
CHOICES, CHOICE_LENGTH = 100, 255


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

    def create(
        self,
        label: str,
        *,
        type: str = "string",
        choices: Iterable[str] = (),
        metadata: Mapping[str, Any] | None = None,
        version: int | None = None,
    ) -> dict[str, Any]:
        """A new custom field. Its `name` is the label in lower case, with underscores for blanks.

        `choices` are the labels of a `single_select` or `multi_select`, 100 at most; a contact's value is the `choice_id` of
        one. `metadata` says how values look (`display_type`, `decimal_places`, `currency_code` …). `version=2` makes a `date`
        one that segments compare as a date; 1 keeps text.

        Raises `Conflict` when there is one of that name, `BadRequest` for a label, type or choices that cannot be.
        """
        label = label.strip()
        if not 1 <= len(label) <= LABEL_LENGTH:
            raise BadRequest(400, "", f"a custom field's label has 1 to {LABEL_LENGTH} characters", "")
        if type not in TYPES:
            raise BadRequest(400, "", f"there is no type {type!r}; the types are {', '.join(TYPES)}", "")
        labels = [text.strip() for text in choices]
        if type.endswith("_select") != bool(labels):
            raise BadRequest(400, "", "choices belong to single_select and multi_select, and to these they have to", "")
        if len(labels) > CHOICES or not all(1 <= len(text) <= CHOICE_LENGTH for text in labels):
            raise BadRequest(400, "", f"there are at most {CHOICES} choices, of 1 to {CHOICE_LENGTH} characters", "")
        body: dict[str, Any] = {"label": label, "type": type}
        if labels:
            body["choices"] = [{"choice_label": text, "display_order": at} for at, text in enumerate(labels, start=1)]
        if metadata is not None:
            body["metadata"] = dict(metadata)
        if version is not None:
            body["version"] = version
        return self._transport.post("/contact_custom_fields", body)

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
