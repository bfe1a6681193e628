"""The shape of an answer: keys, types and forms. Of a value nothing is left but its form."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

#: A shape: `{"forms": [...]}`, with `keys` where an object is among them and `items` where a list is.
Shape = dict[str, Any]

_FORMS = (
    ("time, whole seconds", re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")),
    ("time, milliseconds", re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")),
    ("time, milliseconds and offset", re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:?\d\d")),
    ("time, other", re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*")),
    ("date", re.compile(r"\d{4}-\d\d-\d\d")),
    ("link", re.compile(r"/v\d/\S*")),
    ("address of the web", re.compile(r"https?://\S*")),
    ("email address", re.compile(r"[^\s@]+@[^\s@]+")),
    ("digits", re.compile(r"\d+")),
    ("hexadecimal", re.compile(r"[0-9a-f]{8,}")),
)
#: Keys are words of the service's own. What is none is a value in a key's place.
_KEY = re.compile(r"(?![0-9a-f]{16})[a-z_][A-Za-z0-9_]{0,47}")
OTHER_KEY = "‹another key›"
#: Of what is no JSON and no CSV.
OTHER_CONTENT = "other content"
#: Whether there is a next page depends on how much an account holds, and what an activity counts on what it does.
_VARYING = {"_links", "status"}


def form(text: str) -> str:
    """What a text looks like."""
    if not text:
        return "empty text"
    try:
        found = uuid.UUID(text)
        if len(text) == 36:
            return f"UUID of version {found.version or '?'}"
    except ValueError:
        pass
    return next((name for name, pattern in _FORMS if pattern.fullmatch(text)), "text")


def shape(value: Any, keys: frozenset[str] = frozenset()) -> Shape:
    """What a value of JSON looks like. `keys` are words of the service's own besides those that look like one."""
    if isinstance(value, Mapping):
        named = {
            name if name in keys and name else _key(name): {**shape(held, keys), "always": name != "_links"}
            for name, held in value.items()
        }
        for name in _VARYING:
            for each in named.get(name, {}).get("keys", {}).values():
                each["always"] = False
        return {"forms": ["object"], "keys": named}
    if isinstance(value, list):
        return {"forms": ["list"], **({"items": merged(shape(each, keys) for each in value)} if value else {})}
    if value is None or isinstance(value, bool):
        return {"forms": ["null" if value is None else "boolean"]}
    if isinstance(value, int | float):
        return {"forms": ["whole number" if isinstance(value, int) else "number"]}
    return {"forms": [form(str(value))]}


def _key(name: str) -> str:
    return name if _KEY.fullmatch(name) else OTHER_KEY


def merged(shapes: Iterable[Shape]) -> Shape:
    """What several entries of a list have in common, and what only some have."""
    every = list(shapes)
    forms = sorted({each for one in every for each in one["forms"]})
    result: Shape = {"forms": forms}
    objects = [one["keys"] for one in every if "keys" in one]
    if objects:
        names = sorted({name for keys in objects for name in keys})
        result["keys"] = {
            name: {
                **merged(keys[name] for keys in objects if name in keys),
                "always": all(name in keys and keys[name]["always"] for keys in objects),
            }
            for name in names
        }
    lists = [one["items"] for one in every if "items" in one]
    if lists:
        result["items"] = merged(lists)
    return result


#: Forms that say only that nothing was there.
NOTHING = {"null", "empty text"}


def differences(ours: Shape, theirs: Shape, path: str = "") -> list[str]:
    """Where two shapes disagree, in words; `ours` is the sandbox's. What one of them has no example of is no difference."""
    found: list[str] = []
    here, there = set(ours["forms"]) - NOTHING, set(theirs["forms"]) - NOTHING
    if here and there and not here & there:
        found.append(
            f"{path or 'the answer'}: {' or '.join(sorted(there))}; in the sandbox {' or '.join(sorted(here))}"
        )
    if "keys" in ours and "keys" in theirs:
        for name in sorted({*ours["keys"], *theirs["keys"]}):
            at = f"{path}.{name}" if path else name
            mine, its = ours["keys"].get(name), theirs["keys"].get(name)
            if mine is not None and its is not None:
                found += differences(mine, its, at)
            elif mine is None and its is not None and its["always"]:
                found.append(f"{at}: is there; not in the sandbox")
            elif its is None and mine is not None and mine["always"]:
                found.append(f"{at}: is not there; in the sandbox it is")
    if "items" in ours and "items" in theirs:
        found += differences(ours["items"], theirs["items"], f"{path}[]")
    return found
