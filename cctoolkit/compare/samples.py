"""Values made of a shape, and values put into one: the way back from `forms`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from .forms import NOTHING, OTHER_CONTENT, OTHER_KEY, form

#: One value of each form.
_SAMPLES: Mapping[str, Any] = {
    "time, whole seconds": "2026-01-01T00:00:00Z",
    "time, milliseconds": "2026-01-01T00:00:00.000Z",
    "time, milliseconds and offset": "2026-01-01T00:00:00.000+00:00",
    "time, other": "2026-01-01T00:00:00.000000Z",
    "date": "2026-01-01",
    "link": "/v3/contacts",
    "address of the web": "https://example.com/",
    "email address": "someone@example.com",
    "digits": "1",
    "hexadecimal": "0123456789abcdef",
    "text": "text",
    OTHER_CONTENT: "text",
    "whole number": 1,
    "number": 1.5,
    "boolean": True,
    "null": None,
    "empty text": "",
}
_HEADERS: Mapping[str, bytes] = {
    "content-type": b"application/json",
    "www-authenticate": b"Bearer",
    "retry-after": b"1",
    "x-ratelimit-limit": b"4",
    "link": b"</v3/contacts>; rel=next",
}
_TIMES = {
    "time, whole seconds": lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S}Z",
    "time, milliseconds": lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z",
    "time, milliseconds and offset": lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}+00:00",
    "time, other": lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S.%f}Z",
    "date": lambda moment: f"{moment:%Y-%m-%d}",
}
#: What leads back to something here: another form of it would lead nowhere.
_LEADS_BACK = re.compile(r"UUID of version .*|link")
#: A shape goes no deeper than this, whoever wrote it.
_DEPTH, _WIDTH, _NODES = 12, 200, 2_000


def bounded(shape: Any) -> dict[str, Any]:
    """What a shape says, whoever wrote it: no deeper and no wider than an answer of a service is."""
    left = [_NODES]

    def kept(entry: Any, depth: int) -> dict[str, Any]:
        left[0] -= 1
        if not isinstance(entry, Mapping) or depth > _DEPTH or left[0] < 0:
            return {"forms": ["text"], "always": False}
        found: dict[str, Any] = {"forms": [each[:60] for each in _forms(entry)[:20] if each.isprintable()]}
        found["always"] = entry.get("always") is True
        if keys := _keys(entry):
            named = [(name, held) for name, held in keys.items() if len(name) <= 64 and name.isprintable()]
            found["keys"] = {name: kept(held, depth + 1) for name, held in named[:_WIDTH]}
        if isinstance(entry.get("items"), Mapping):
            found["items"] = kept(entry["items"], depth + 1)
        return found

    return kept(shape, 0)


def header_sample(name: str) -> bytes:
    """A value for a header that a service sends and the sandbox does not."""
    return _HEADERS[name]


def sample(shape: Mapping[str, Any], depth: int = 0) -> Any:
    """A value of a shape: one of a list, and of an object what is always there."""
    forms = _forms(shape)
    wanted = next((each for each in forms if each not in NOTHING), forms[0] if forms else "text")
    if wanted == "object":
        keys = _keys(shape) if depth < _DEPTH else {}
        return {
            name: sample(held, depth + 1) for name, held in keys.items() if held.get("always") and name != OTHER_KEY
        }
    if wanted == "list":
        items = shape.get("items")
        return [sample(items, depth + 1)] if isinstance(items, Mapping) and depth < _DEPTH else []
    if (found := re.fullmatch(r"UUID of version (\d)", wanted)) is not None:
        return f"00000000-0000-{found[1]}000-8000-000000000001"
    return _SAMPLES.get(wanted, "text")


def refused(shape: Mapping[str, Any], words: Any) -> Any:
    """An answer of another status, with the words of a refusal in their places. None for one without content."""
    if _forms(shape) == ["nothing"]:
        return None
    answer = sample(shape)
    errors = answer if isinstance(answer, list) else [answer]
    for error, said in zip(errors, words if isinstance(words, list) else [], strict=False):
        if isinstance(error, dict) and isinstance(said, list) and len(said) == 2:
            error |= {
                name: str(text)
                for name, text in zip(("error_key", "error_message"), said, strict=True)
                if name in error
            }
    return answer


def reshaped(value: Any, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Any:
    """A value of the sandbox's with the keys and forms that were seen elsewhere. Where the two shapes agree, it stays."""
    here, there = {*_forms(ours)} - NOTHING, {*_forms(theirs)} - NOTHING
    if here and there and not here & there:
        return _converted(value, sorted(there)[0], theirs)
    if isinstance(value, dict) and (mine := _keys(ours)) and (its := _keys(theirs)):
        return _with_keys(value, mine, its)
    items, wanted = ours.get("items"), theirs.get("items")
    if isinstance(value, list) and isinstance(items, Mapping) and isinstance(wanted, Mapping):
        return [reshaped(each, items, wanted) for each in value]
    return value


def _with_keys(value: dict[str, Any], mine: Mapping[str, Any], its: Mapping[str, Any]) -> dict[str, Any]:
    result = {
        name: reshaped(held, mine[name], its[name]) if name in mine and name in its else held
        for name, held in value.items()
        if name in its or name not in mine or not mine[name].get("always")
    }
    new = {name: held for name, held in its.items() if name not in mine and name != OTHER_KEY and held.get("always")}
    return result | {name: sample(held) for name, held in new.items()}


def _converted(value: Any, wanted: str, theirs: Mapping[str, Any]) -> Any:
    """The same value in another form, where it has one there; otherwise one that is made up."""
    if value is None or value == "" or _LEADS_BACK.fullmatch(wanted):
        return value
    text = str(value)
    if _LEADS_BACK.fullmatch(form(text)):
        return value
    if wanted in _TIMES and (moment := _moment(text)) is not None:
        return _TIMES[wanted](moment)
    if wanted in {"digits", "text"} and isinstance(value, int | float) and not isinstance(value, bool):
        return text
    if wanted in {"whole number", "number"} and re.fullmatch(r"-?\d{1,15}", text):
        return int(text) if wanted == "whole number" else float(text)
    return sample(theirs)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.replace(" +", "+"))
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _forms(shape: Mapping[str, Any]) -> list[str]:
    forms = shape.get("forms")
    return [str(each) for each in forms] if isinstance(forms, Iterable) and not isinstance(forms, str) else []


def _keys(shape: Mapping[str, Any]) -> Mapping[str, Any]:
    keys = shape.get("keys")
    return {name: held for name, held in keys.items() if isinstance(held, Mapping)} if isinstance(keys, Mapping) else {}
