"""Of which kind a phone or a postal address is: home, work, mobile or other, by its heading or by a label beside it.

A contact of the service has three phones and three addresses, told apart by these kinds; its import of a CSV file takes one of each.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from .qualifiers import OTHERS
from .sources import ADDRESS_PARTS
from .words import words

#: The kinds that the import from JSON has headings for.
PHONE_KINDS = ("home", "work", "mobile", "other")
ADDRESS_KINDS = ("home", "work", "other")
PHONES = tuple(f"{kind}_phone" for kind in PHONE_KINDS)
ADDRESSES = {kind: {part: f"{kind}_{part}" for part in ADDRESS_PARTS} for kind in ADDRESS_KINDS}
#: Headings of kinds, in the order in which they are written.
BY_KIND = (*PHONES, *(name for names in ADDRESSES.values() for name in names.values()))
#: The kind of what is no phone that somebody answers.
FAX = "fax"

#: What people write for a kind, in the languages whose exports are known; the first kind of which a word is there counts.
_WORDS: dict[str, frozenset[str]] = {
    FAX: frozenset(["fax", "telefax", "telecopie", "pager"]),
    "mobile": frozenset(
        [
            *("mobile", "mobil", "cell", "cellular", "cellphone", "iphone", "handy", "mobiltelefon", "portable", "gsm"),
            *("movil", "celular", "telemovel", "cellulare", "mobiele", "mobiel"),
        ]
    ),
    "work": frozenset(
        [
            *("work", "business", "office", "company", "employer", "bureau", "professionnel", "professionnelle", "pro"),
            *("societe", "geschaftlich", "dienstlich", "firma", "arbeit", "buro", "trabajo", "oficina", "empresa"),
            *("comercial", "organizacion", "ufficio", "uff", "lavoro", "societa", "werk", "werkadres", "bedrijf"),
            *("zakelijk", "kantoor"),
        ]
    ),
    "home": frozenset(
        [
            *("home", "house", "personal", "private", "residential", "residence", "domicile", "prive", "privee"),
            *("personnel", "maison", "privat", "zuhause", "domicilio", "particular", "casa", "residencial"),
            *("residencia", "abitazione", "ab", "thuis", "huisadres", "huis"),
        ]
    ),
    "other": frozenset(
        [
            *("other", "autre", "weitere", "weiterer", "weiteres", "otro", "otra", "outro", "outra", "altro", "altra"),
            *("ander", "andere", "anders"),
        ]
    ),
}
_LEXICON = frozenset(word for kind in _WORDS.values() for word in kind) | frozenset(
    [
        *("phone", "telephone", "tel", "telefon", "telefono", "telefone", "telefoon", "number", "nummer"),
        *("address", "street", "city", "state", "zip", "country", "adresse"),
    ]
)
#: With these a heading tells no kind: `Work or Home Phone`, `Not mobile`.
_EITHER = frozenset(["or", "not", "oder", "ou", "of"])
_NUMBER_AT_THE_END = re.compile(r"\s+(\d+)$")


@dataclass(frozen=True)
class Told:
    """What tells a kind: the heading, or else the cells of a column of labels (-1 where there is none)."""

    kind: str
    labels: int = -1


@lru_cache(maxsize=10_000)
def kind_of(text: str) -> str:
    """The kind that a heading or a label tells; empty where it tells none."""
    found = frozenset(
        words(text.casefold().replace("iphone", "mobile") if "iphone" in text.casefold() else text, _LEXICON)
    )
    if found & (OTHERS | _EITHER):
        return ""
    return next((kind for kind, known in _WORDS.items() if found & known), "")


def of_phone(headings: Sequence[str], index: int) -> Told:
    """What tells the kind of a column of phones: `Phone 1 - Label` of `Phone 1 - Value`, or the heading itself."""
    begin = headings[index].partition(" - ")[0]
    return Told(kind_of(headings[index]), _labels(headings, begin))


def of_address(headings: Sequence[str], parts: Sequence[int]) -> Told:
    """What tells the kind of a postal address, by the columns of its parts."""
    named = [headings[index] for index in parts if index >= 0]
    kinds = {kind for kind in map(kind_of, named) if kind and kind in ADDRESS_KINDS}
    numbered = [_NUMBER_AT_THE_END.search(name) for name in named]
    begins = {name.partition(" - ")[0] for name in named if " - " in name}
    begins |= {f"Address {found[1]}" for found in numbered if found}
    labels = max((_labels(headings, begin) for begin in begins), default=-1)
    return Told(next((kind for kind in ADDRESS_KINDS if kinds == {kind}), ""), labels)


def labels(headings: Sequence[str], columns: Mapping[str, Sequence[int]]) -> frozenset[int]:
    """The columns that tell the kinds of others, of those that feed phones and postal addresses."""
    found = {of_phone(headings, index).labels for index in columns.get("phone", ())}
    postal = [columns.get(part, ()) for part in ADDRESS_PARTS]
    for number in range(max(map(len, postal), default=0)):
        parts = [indexes[number] for indexes in postal if number < len(indexes)]
        found.add(of_address(headings, parts).labels)
    return frozenset(found) - {-1}


def _labels(headings: Sequence[str], begin: str) -> int:
    wanted = {f"{begin} - {name}".casefold() for name in ("Label", "Type")}
    return next((index for index, heading in enumerate(headings) if heading.strip().casefold() in wanted), -1)
