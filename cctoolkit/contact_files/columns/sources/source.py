"""What is known of a program that exports contacts, as data, and where its headings stand in a file.

A heading in a table may be written in two short ways: `A|B` is A in some versions and B in others (the first one that
the file has), and `A#2` is the second of two columns that are both headed A.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

#: What a column says about consent: a word; yes for no; no for no; that somebody left, by having any value.
Consent = Literal["status", "out", "in", "left"]

#: The parts of a postal address, which are aligned: the n-th street goes with the n-th city.
ADDRESS_PARTS = ("street", "street2", "city", "state", "zip", "country")


@dataclass(frozen=True)
class Source:
    """A program that exports contacts.

    `signature`: headings that together only it writes. `columns`: for each heading of the import, those of the export
    in order of preference; the parts of a postal address are aligned, with an empty text where a part is missing.
    `consent`: headings that say who may be written to. `ignored`: headings that are always there and carry nothing
    for an import. `fixed_order`: the columns of a file that has no heading row. `whole_addresses`: headings whose cell
    holds all parts of a postal address, two blanks between them.
    """

    name: str
    signature: frozenset[str]
    columns: Mapping[str, tuple[str, ...]]
    consent: Mapping[str, Consent] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    fixed_order: tuple[str, ...] = ()
    whole_addresses: tuple[str, ...] = ()

    def recognizes(self, headings: Sequence[str]) -> bool:
        """Whether a first record is this program's: its headings, or, without any, a contact in its fixed order."""
        if self.fixed_order:
            return self._holds_a_contact(headings)
        places = _places(headings)
        return bool(self.signature) and all(_place(places, name) >= 0 for name in self.signature)

    def find(self, headings: Sequence[str]) -> dict[str, tuple[int, ...]]:
        """Which columns (by position) feed which import heading; -1 is a part of a postal address that is not there."""
        places = _places(self.fixed_order or headings)
        found = {
            target: tuple(place for name in names if (place := _place(places, name)) >= 0 or target in ADDRESS_PARTS)
            for target, names in self.columns.items()
        }
        return {target: indexes for target, indexes in found.items() if set(indexes) - {-1}}

    def find_consent(self, headings: Sequence[str]) -> tuple[tuple[int, Consent], ...]:
        """The columns that say who may be written to, each with its kind."""
        places = _places(self.fixed_order or headings)
        return tuple((place, kind) for name, kind in self.consent.items() if (place := _place(places, name)) >= 0)

    def find_ignored(self, headings: Sequence[str]) -> tuple[int, ...]:
        """The columns that carry nothing for an import."""
        places = _places(self.fixed_order or headings)
        return tuple(place for name in self.ignored if (place := _place(places, name)) >= 0)

    def find_whole_addresses(self, headings: Sequence[str]) -> tuple[int, ...]:
        """The columns whose cells hold all parts of a postal address."""
        places = _places(self.fixed_order or headings)
        return tuple(place for name in self.whole_addresses if (place := _place(places, name)) >= 0)

    def _holds_a_contact(self, cells: Sequence[str]) -> bool:
        width = len(self.fixed_order)
        if not width - 1 <= len(cells) <= width + 1:  # some versions leave out the notes, or end lines with a delimiter
            return False
        addresses = [self.fixed_order.index(name) for name in self.columns["email"]]
        names = cells[: min(addresses) // 2]
        return any("@" in cells[index] for index in addresses) and not any("@" in cell for cell in names)


def aligned(*addresses: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """The columns of several postal addresses, part by part, an empty text where one lacks a part."""
    return {part: tuple(address.get(part, "") for address in addresses) for part in ADDRESS_PARTS}


def _places(headings: Iterable[str]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for index, heading in enumerate(headings):
        places.setdefault(heading.strip().casefold(), []).append(index)
    return places


def _place(places: Mapping[str, list[int]], name: str) -> int:
    for each in filter(None, name.split("|")):
        heading, _, number = each.partition("#")
        indexes = places.get(heading.casefold(), [])
        if len(indexes) >= int(number or 1):
            return indexes[int(number or 1) - 1]
    return -1
