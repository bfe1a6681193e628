"""The operations by topic, and searched."""

from __future__ import annotations

from collections.abc import Iterable

from ..api.schema import OperationSchema

#: The topic of what the description files under none.
OTHER = "Other"
#: What a newcomer sees first, where the service has it.
FIRST = "getContacts"


def topics(operations: Iterable[OperationSchema]) -> dict[str, list[OperationSchema]]:
    """The operations by what the description files them under, in the alphabet's order; one may stand in two."""
    found: dict[str, list[OperationSchema]] = {}
    for one in operations:
        for tag in one.tags or (OTHER,):
            found.setdefault(tag, []).append(one)
    return {tag: found[tag] for tag in sorted(found, key=lambda tag: (tag == OTHER, tag.casefold()))}


def find(operations: Iterable[OperationSchema], words: str) -> list[OperationSchema]:
    """Those with each of the words: in id, method, path, summary or topic first, then in a parameter's name.

    The one whose id it is comes before all others.
    """
    wanted, known = words.casefold().split(), list(operations)
    named = sorted((one for one in known if is_named(one, words)), key=lambda one: not is_id(one, words))
    others = [one for one in known if one not in named and all(word in _searched(one) for word in wanted)]
    return [*named, *others]


def is_named(one: OperationSchema, words: str) -> bool:
    """Whether an operation itself has each of the words, and not only its parameters."""
    return all(word in _named(one) for word in words.casefold().split())


def is_id(one: OperationSchema, words: str) -> bool:
    """Whether the words are an operation's id, whole."""
    return words.strip().casefold() == one.id.casefold()


def _named(one: OperationSchema) -> str:
    return f"{one.id} {one.method} {one.path} {one.summary} {' '.join(one.tags)}".casefold()


def _searched(one: OperationSchema) -> str:
    names = " ".join(parameter.name for parameter in one.parameters)
    body = " ".join(parameter.name for parameter in one.body.properties) if one.body else ""
    return f"{_named(one)} {names} {body}".casefold()


def first(operations: Iterable[OperationSchema]) -> OperationSchema:
    """The one to begin with: reading, and nothing to fill in."""
    known = list(operations)
    easy = (one for one in known if one.method == "GET" and not any(each.required for each in one.parameters))
    return next((one for one in known if one.id == FIRST), None) or next(easy, known[0])
