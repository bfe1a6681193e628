"""The contacts of an exported file, as the service's answers hold them: of what the file has, and with ids where names tell them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ..errors import UnexpectedAnswer
from .exported_file import ExportedFile, Unusable, words

#: Contacts that are handed on together, as in a page.
TOGETHER = 500
_PERMISSIONS = {
    **dict.fromkeys(("express", "explicit"), "explicit"),
    **dict.fromkeys(("implied", "implicit"), "implicit"),
    **dict.fromkeys(("unsubscribed", "opted out"), "unsubscribed"),
    **dict.fromkeys(("awaiting confirmation", "pending confirmation", "pending"), "pending_confirmation"),
    **dict.fromkeys(("not set", "none"), "not_set"),
    **dict.fromkeys(("on hold", "temporary hold", "temp hold"), "temp_hold"),
}
_CORE = ("first_name", "last_name", "job_title", "company_name", "anniversary", "create_source")
_TIMES = ("created_at", "updated_at")
_OF_EMAIL = ("permission_to_send", "opt_in_date", "opt_out_date")
#: The sub-resources that a file has columns of. Of several phones or addresses of one kind it has the first.
FLATTENED = ("phone_numbers", "street_addresses", "custom_fields", "list_memberships", "taggings")


@dataclass(frozen=True)
class Names:
    """What the file tells by name and the service's answers by id."""

    lists: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    #: Custom fields, as the service answers them.
    fields: Sequence[Mapping[str, Any]] = ()


def contacts(
    file: ExportedFile, include: Iterable[str] = (), names: Names | None = None, *, among: Set[int] | None = None
) -> Iterator[list[dict[str, Any]]]:
    """Pages of contacts as the service answers them, of what the file has: no ids, and one phone and address of a kind.

    `among` are the hashes of the addresses that are wanted, as `ExportedFile.rows` takes them; all without it.

    Raises `Unusable` at once where it lacks a sub-resource that is wanted.
    """
    names = names or Names()
    wanted = [name for name in include if name in FLATTENED]
    at = {name: column for name, column in file.columns.items() if _of(name) in (*_OWN, *wanted)}
    if "custom_fields" in wanted:
        for each in names.fields:
            column = file.column_of(str(each.get("label")))
            if column is None:
                raise Unusable(f"the exported file has no column of its own for the custom field {each.get('label')!r}")
            at[f"custom_fields {each.get('custom_field_id')}"] = column
    for known, name in ((names.lists, "list_memberships"), (names.tags, "taggings")):
        if name in wanted and any(", " in each for each in known):
            raise Unusable(f"of {name} one has a comma in its name, which stands between two")
    for name in wanted:
        if name != "custom_fields" and not any(_of(column) == name for column in at):
            raise Unusable(f"the exported file has no {name}")
    return _pages(file, list(at.values()), _Builder(list(at), wanted, names), among)


def _pages(
    file: ExportedFile, columns: list[int], build: _Builder, among: Set[int] | None
) -> Iterator[list[dict[str, Any]]]:
    for cells in file.rows(columns, among):
        rows = [build(row) for row in zip(*cells, strict=True)]
        for start in range(0, len(rows), TOGETHER):
            yield rows[start : start + TOGETHER]


_OWN = ("address", *_OF_EMAIL, *_CORE, *_TIMES, "birthday")


def _of(column: str) -> str:
    """The property that a column is of, or is a part of."""
    return column.partition(" ")[0]


class _Builder:
    """Makes a contact of a row's cells."""

    def __init__(self, columns: list[str], include: list[str], names: Names) -> None:
        self._place = {name: at for at, name in enumerate(columns)}
        self._include = include
        self._names = names
        self._core = [(name, self._place[name]) for name in _CORE if name in self._place]
        self._times = [(name, self._place[name]) for name in _TIMES if name in self._place]
        self._email = [(name, self._place[name]) for name in _OF_EMAIL if name in self._place]
        self._choices = {str(each.get("custom_field_id")): _choices(each) for each in names.fields}
        self._entries: dict[str, list[tuple[str, str, int]]] = {name: [] for name in include}
        for column, at in self._place.items():
            name, _, rest = column.partition(" ")
            kind, _, part = rest.partition(" ")
            if name in self._entries and rest:
                self._entries[name].append((kind, part, at))

    def __call__(self, row: Sequence[str]) -> dict[str, Any]:
        email: dict[str, Any] = {"address": row[self._place["address"]].strip()}
        for name, at in self._email:
            if row[at]:
                email[name] = _permission(row[at]) if name == "permission_to_send" else _time(row[at])
        contact: dict[str, Any] = {"email_address": email} if email["address"] else {}
        for name, at in self._core:
            if row[at]:
                contact[name] = row[at]
        for name, at in self._times:
            if row[at]:
                contact[name] = _time(row[at])
        if "birthday" in self._place and (
            day := re.fullmatch(r"\s*(\d{1,2})/(\d{1,2})\s*", row[self._place["birthday"]])
        ):
            contact["birthday_month"], contact["birthday_day"] = int(day[1]), int(day[2])
        for name in self._include:
            contact[name] = self._sub_resource(name, row)
        return contact

    def _custom_field(self, field_id: str, cell: str) -> dict[str, Any]:
        known = self._choices.get(field_id)
        parts = [cell] if known and cell in known else cell.split(",")
        if known and all(part.strip() in known for part in parts):
            return {"custom_field_id": field_id, "choice_ids": [known[part.strip()] for part in parts]}
        return {"custom_field_id": field_id, "value": cell}

    def _sub_resource(self, name: str, row: Sequence[str]) -> list[Any]:
        entries = self._entries[name]
        if name == "phone_numbers":
            return [{"kind": kind, "phone_number": row[at]} for kind, _, at in entries if row[at]]
        if name == "custom_fields":
            return [self._custom_field(field_id, row[at]) for field_id, _, at in entries if row[at]]
        if name == "street_addresses":
            places: dict[str, dict[str, str]] = {}
            for kind, part, at in entries:
                if row[at]:
                    places.setdefault(kind, {"kind": kind})[part] = row[at]
            return list(places.values())
        return _ids(row[self._place[name]], self._names.lists if name == "list_memberships" else self._names.tags)


def _choices(custom_field: Mapping[str, Any]) -> dict[str, str]:
    """Of a select, the ids of its choices by id and by label; nothing of any other field."""
    choices = [each for each in custom_field.get("choices") or [] if isinstance(each, Mapping)]
    by_label = {str(each.get("choice_label")): str(each.get("choice_id")) for each in choices}
    return by_label | {each: each for each in by_label.values()}


def _ids(cell: str, known: Mapping[str, str]) -> list[str]:
    """The ids of what is told by name. Raises `UnexpectedAnswer` for a name that nothing has."""
    names = list(filter(None, cell.split(", ")))
    unknown = next((name for name in names if name not in known), None)
    if unknown is not None:
        raise UnexpectedAnswer(
            f"The exported file tells of {unknown!r}, which the account does not have: read the contacts with by='pages'."
        )
    return [known[name] for name in names]


@lru_cache(maxsize=100)  # a handful of words, a million times
def _permission(said: str) -> str:
    return _PERMISSIONS.get(words(said), said)


def _time(said: str) -> str:
    """`2021-11-15 19:42:23 +0000` as the answers write it; whatever else as it is."""
    return f"{said[:10]}T{said[11:19]}Z" if len(said) == 25 and said.endswith(" +0000") else said
