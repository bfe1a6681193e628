"""Values of custom fields in the form of the field's type: a number as a number, a choice by its label, a yes as `true`.

How the import wants typed values in a file is not published; they are written in the plainest form of each type. What does
not fit is left out and told, as the service would pass over it without a word.
"""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from ..api import Client
from ..api.custom_fields import CustomFields
from .rows import CUSTOM, Sendable, headings, rows

if TYPE_CHECKING:
    import pandas as pd

    from ..contact_files import Part

#: Types whose values are text of any kind, as every field was before there were types.
_TEXTS = ("", "string", "text_area")
_YES = frozenset(
    [
        "yes",
        "y",
        "true",
        "t",
        "1",
        "x",
        "on",
        "ja",
        "j",
        "oui",
        "o",
        "si",
        "sì",
        "sí",
        "sim",
        "tak",
        "ano",
        "igen",
        "kyllä",
        "✓",
        "✔",
    ]
)
_NO = frozenset(
    ["no", "n", "false", "f", "0", "off", "nein", "non", "não", "nao", "nie", "ne", "nem", "ei", "✗", "✘", "-"]
)
_CURRENCIES = {"$": "", "US$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR"}
#: What may stand between the labels of several choices in one cell.
_MARKS, _COMMAS = re.compile(r"\s*(?:;|\||\n| ::: )\s*"), re.compile(r"\s*,\s*")


class Unfit(NamedTuple):
    """A value that is left out, of whom, and why."""

    contact: str
    field: str
    value: str
    reason: str


class Fitted:
    """Rows to import, with the values of typed fields in their form. `unfit` are those left out when `parts` was read last."""

    def __init__(self, cleaned: Sendable, fields: Mapping[str, Callable[[str], str]]) -> None:
        self._cleaned, self._fields = cleaned, fields
        self.unfit: list[Unfit] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cleaned, name)  # the account of its rows, its questions: it is the same file

    def parts(self) -> Iterator[Part]:
        self.unfit = []
        for part in self._cleaned.parts():
            names = headings(part.content)
            text = io.StringIO(newline="")
            writer = csv.DictWriter(text, names, lineterminator="\r\n")
            writer.writeheader()
            for row in rows(part.content):
                writer.writerow(self._fit(row))
            yield replace(part, content=text.getvalue().encode())

    def _fit(self, row: dict[str, str]) -> dict[str, str]:
        for name, fit in self._fields.items():
            if name in row:
                value = row.pop(name)
                try:
                    row[name] = fit(value)
                except ValueError as reason:
                    contact = row.get("email") or row.get("sms_number", "")
                    self.unfit.append(Unfit(contact, name[len(CUSTOM) :], value, str(reason)))
        return row


def fitted(client: Client, cleaned: Sendable, columns: Iterable[str] | None = None) -> Sendable:
    """The same rows for an account whose custom fields have types; as they are where there are none to fit.

    `columns` are the headings of its files, where they are known already.
    """
    if columns is None:
        first = next(iter(cleaned.parts()), None)
        columns = headings(first.content) if first else ()
    names = [name for name in columns if name.lower().startswith(CUSTOM)]
    if not names:
        return cleaned
    known = list(client.custom_fields.iter())
    fields: dict[str, Callable[[str], str]] = {}
    for name in names:
        field = CustomFields.match(known, name[len(CUSTOM) :])
        if field is not None and (fit := fit_for(field)) is not None:
            fields[name] = fit
    return Fitted(cleaned, fields) if fields else cleaned


def unfit_of(cleaned: Sendable) -> list[Unfit]:
    return cleaned.unfit if isinstance(cleaned, Fitted) else []


def unfit_frame(unfit: Iterable[Unfit]) -> pd.DataFrame:
    """A row a value that is left out: `contact`, `field`, `value`, `reason`."""
    import pandas as pd

    from ..frame import Frame

    found = list(unfit)
    return Frame({name: pd.array([getattr(each, name) for each in found], dtype="string") for name in Unfit._fields})


def fit_for(field: Mapping[str, Any]) -> Callable[[str], str] | None:
    """What writes a value in the form of the field's type, and raises `ValueError` with the reason; None for text."""
    kind = str(field.get("type") or "")
    metadata = field.get("metadata")
    how = metadata if isinstance(metadata, dict) else {}
    if kind in _TEXTS or (kind == "date" and field.get("version", 1) == 1):
        return None
    if kind == "number":
        return lambda value: _number(value, how)
    if kind == "currency":
        return lambda value: _currency(value, how)
    if kind == "boolean":
        return _boolean
    if kind == "date":
        return _date
    if kind == "datetime":
        return _datetime
    if kind in ("single_select", "multi_select"):
        labels = [
            str(choice.get("choice_label"))
            for choice in field.get("choices") or []
            if isinstance(choice, dict) and not choice.get("deleted_at")
        ]
        several = kind == "multi_select"
        return lambda value: _choices(value, labels, several=several)
    return None  # a type that came later: as it is written


#: A number as people write it: a sign before or behind, or in parentheses; groups of three by one mark, or none; decimals by another.
_NUMBER = re.compile(
    r"(?P<sign>[-+\u2212])?\s?"
    r"(?P<whole>[1-9][0-9]{0,2}(?:(?P<group>[ \u00a0\u202f'’.,])[0-9]{3})(?:(?P=group)[0-9]{3})*|[0-9]+|)"
    r"(?:(?P<mark>[.,])(?P<decimals>[0-9]*))?(?P<behind>-)?"
)


def _number(value: str, how: Mapping[str, Any]) -> str:
    text = value.strip()
    in_parentheses = text.startswith("(") and text.endswith(")")
    found = _NUMBER.fullmatch(text[1:-1] if in_parentheses else text)
    signs = [in_parentheses, found and found["sign"] in ("-", "\u2212"), found and found["behind"]]
    if found is None or sum(map(bool, signs)) > 1 or not (found["whole"] or found["decimals"]):
        raise ValueError(f"{value!r} is no number")
    whole, decimals = found["whole"], found["decimals"] or ""
    if (group := found["group"]) is not None:
        if group == found["mark"]:
            raise ValueError(f"{value!r} is no number")
        if (
            group == "." and not found["mark"] and whole.count(".") == 1
        ):  # 1.234 is a decimal, 1.234.567 and 1.234,5 are none
            whole, _, decimals = whole.partition(".")
        whole = whole.replace(group, "")
    whole, decimals = whole.lstrip("0") or "0", decimals.rstrip("0")
    negative = any(signs) and (whole != "0" or bool(decimals))
    if negative and how.get("allow_negative") is False:
        raise ValueError(f"{value!r} is below zero, which the field does not take")
    if decimals and how.get("integer") is True:
        raise ValueError(f"{value!r} is no whole number")
    most = how.get("decimal_places")
    if isinstance(most, int) and len(decimals) > most:
        raise ValueError(f"{value!r} has more than {most} decimals")
    return f"{'-' if negative else ''}{whole}{f'.{decimals}' if decimals else ''}"


def _currency(value: str, how: Mapping[str, Any]) -> str:
    text = value.strip()
    match = re.fullmatch(r"([-+(\u2212]?)\s*([A-Za-z]{3}|US\$|[$€£¥₹])?\s*(.*?)\s*([A-Za-z]{3}|[$€£¥₹])?(\)?)", text)
    said = (match[2] or match[4] or "") if match else ""
    code, wanted = _CURRENCIES.get(said, said.upper()), str(how.get("currency_code") or "").upper()
    if code and wanted and code != wanted:
        raise ValueError(f"{value!r} is in {code}, and the field in {wanted}")
    try:
        return _number(f"{match[1]}{match[3]}{match[5]}" if match else text, how)
    except ValueError as error:
        raise ValueError(f"{value!r} is no amount" if "is no number" in str(error) else str(error)) from None


def _boolean(value: str) -> str:
    word = value.strip().casefold()
    if word in _YES:
        return "true"
    if word in _NO:
        return "false"
    raise ValueError(f"{value!r} is neither yes nor no")


def _date(value: str) -> str:
    from ..contact_files.rules.dates import read_date

    months_first, days_first = read_date(value, by_day=False), read_date(value, by_day=True)
    found = months_first or days_first
    if found is None or found[0] is None:
        raise ValueError(f"{value!r} is no date with its year")
    if months_first is not None and days_first is not None and months_first != days_first:
        raise ValueError(f"{value!r} may be one of two days: write it as YYYY-MM-DD")
    return f"{found[0]:04}-{found[1]:02}-{found[2]:02}"


def _datetime(value: str) -> str:
    try:
        found = datetime.fromisoformat(value.strip())
    except ValueError:
        raise ValueError(f"{value!r} is no time as YYYY-MM-DDTHH:MM:SS") from None
    return found.isoformat(timespec="seconds").replace("+00:00", "Z")


def _choices(value: str, labels: list[str], *, several: bool) -> str:
    known = {_plain(label): label for label in labels}
    if _plain(value) in known:
        return known[_plain(value)]
    parts = [value]
    if several:  # by other marks first, as a label may hold a comma
        by_marks = [part for part in _MARKS.split(value.strip()) if part]
        parts = [
            each for part in by_marks for each in ([part] if _plain(part) in known else _COMMAS.split(part)) if each
        ]
    found = []
    for part in parts:
        if (label := known.get(_plain(part))) is None:
            raise ValueError(f"{part!r} is none of the field's choices{_proposal(part, known)}")
        found.append(label)
    chosen = list(dict.fromkeys(found))
    if len(chosen) > 1 and any("," in label for label in chosen):
        raise ValueError(f"{value!r} names several choices, of which one has a comma in it")
    return ",".join(chosen)


def _proposal(part: str, known: Mapping[str, str]) -> str:
    near = difflib.get_close_matches(_plain(part), known, n=1)
    if near:
        return f"; is {known[near[0]]!r} meant?"
    return f" ({', '.join(map(repr, list(known.values())[:5]))}{', …' if len(known) > 5 else ''})"


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+|[^\w\s]", text.casefold()))
