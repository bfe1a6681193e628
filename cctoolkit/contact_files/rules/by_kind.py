"""Phones and postal addresses by kind, where an export has several of a person: a contact has room for three of each.

What comes first has the first choice. What is of no kind, or of one that is taken already, becomes the `other` one; what finds no
room is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..columns.kinds import ADDRESS_KINDS, ADDRESSES, FAX, PHONE_KINDS, PHONES, Told, kind_of
from ..columns.sources import ADDRESS_PARTS
from .texts import Mask, as_mask, blanks, chosen, computed, is_filled, tidied

#: Of the service: more phones than these are not taken.
MOST_PHONES = 3


@dataclass(frozen=True)
class Placed:
    """`values`: a column a heading. `kept`: where, what and as what something beside the first one is kept; `lost`: where and what
    found no room."""

    values: dict[str, pa.Array]
    kept: list[tuple[Mask, pa.Array, str]]
    lost: list[tuple[Mask, pa.Array]]


def kinds_of_rows(told: Told, columns: Sequence[pa.Array], size: int) -> pa.Array:
    """The kind of each row: by its label where it has one that tells, else by the heading."""
    by_heading = pa.repeat(pa.scalar(told.kind), size)
    if told.labels < 0:
        return by_heading
    by_label = computed(tidied(columns[told.labels]), kind_of)
    return chosen(is_filled(by_label), by_label, by_heading)


def phones_by_kind(given: Sequence[tuple[pa.Array, pa.Array]], first: pa.Array) -> Placed:
    """Phones of a row with their kinds, in order of preference. `first` is the phone that a CSV file takes: where it is of no kind,
    it stays the only one in that column."""
    size = len(first)
    slots = {kind: blanks(size) for kind in PHONE_KINDS}
    known: list[pa.Array] = []
    count = np.zeros(size, np.int64)
    seen = np.zeros(size, bool)
    kept: list[tuple[Mask, pa.Array, str]] = []
    lost: list[tuple[Mask, pa.Array]] = []
    over: list[tuple[Mask, pa.Array, pa.Array]] = []
    first_digits = _digits(first)

    def place(where: Mask, kind: str, values: pa.Array, digits: pa.Array) -> None:
        slots[kind] = chosen(where, values, slots[kind])
        known.append(chosen(where, digits, blanks(size)))
        count[where] += 1
        beside = where & as_mask(pc.not_equal(digits, first_digits))
        if beside.any():
            kept.append((beside, values, f"{kind}_phone"))

    for kinds, values in given:
        digits = _digits(values)
        new = is_filled(values) & ~_among(digits, known)
        stays = new & ~seen & as_mask(pc.is_in(kinds, pa.array(["", FAX])))
        seen |= is_filled(values)
        if stays.any():
            known.append(chosen(stays, digits, blanks(size)))
            count[stays] += 1
        new &= ~stays
        for kind in PHONE_KINDS:
            where = new & as_mask(pc.equal(kinds, kind)) & ~is_filled(slots[kind]) & (count < MOST_PHONES)
            if where.any():
                place(where, kind, values, digits)
                new &= ~where
        if new.any():
            over.append((new, kinds, values))
    for where, kinds, values in over:
        digits = _digits(values)
        new = where & ~_among(digits, known)
        room = new & as_mask(pc.not_equal(kinds, FAX)) & ~is_filled(slots["other"]) & (count < MOST_PHONES)
        if room.any():
            place(room, "other", values, digits)
        if (new & ~room).any():
            lost.append((new & ~room, values))
    return Placed(dict(zip(PHONES, slots.values(), strict=True)), kept, lost)


def addresses_by_kind(given: Sequence[tuple[pa.Array, dict[str, pa.Array]]], size: int) -> Placed:
    """Postal addresses of a row with their kinds, part by part, in order of preference; each is taken whole. One of no kind is the
    home address, as it is in a CSV file, where none other is."""
    slots = {kind: {part: blanks(size) for part in ADDRESS_PARTS} for kind in ADDRESS_KINDS}
    have = {kind: np.zeros(size, bool) for kind in ADDRESS_KINDS}
    texts: list[pa.Array] = []
    kept: list[tuple[Mask, pa.Array, str]] = []
    lost: list[tuple[Mask, pa.Array]] = []
    over: list[tuple[Mask, dict[str, pa.Array], pa.Array, Mask]] = []
    seen = np.zeros(size, bool)

    def place(where: Mask, kind: str, parts: dict[str, pa.Array], text: pa.Array, beside: Mask) -> None:
        for part in ADDRESS_PARTS:
            slots[kind][part] = chosen(where, parts.get(part, blanks(size)), slots[kind][part])
        have[kind] |= where
        texts.append(chosen(where, text, blanks(size)))
        if (where & beside).any():
            kept.append((where & beside, text, f"{kind} address"))

    for kinds, parts in given:
        text = _joined(parts)
        there = is_filled(text)
        beside, new = seen.copy(), there & ~_among(text, texts)
        seen |= there
        for kind in ADDRESS_KINDS:
            where = new & as_mask(pc.equal(kinds, kind)) & ~have[kind]
            if where.any():
                place(where, kind, parts, text, beside)
                new &= ~where
        if new.any():
            over.append((new, parts, text, beside))
    for where, parts, text, beside in over:
        new = where & ~_among(text, texts)
        for kind in ("home", "other"):
            room = new & ~have[kind]
            if room.any():
                place(room, kind, parts, text, beside)
                new &= ~room
        if new.any():
            lost.append((new, text))
    named = {ADDRESSES[kind][part]: slots[kind][part] for kind in ADDRESS_KINDS for part in ADDRESS_PARTS}
    return Placed(named, kept, lost)


def _digits(values: pa.Array) -> pa.Array:
    """By what two phones are the same: their digits."""
    return pc.replace_substring_regex(values, r"\D", "")


def _joined(parts: dict[str, pa.Array]) -> pa.Array:
    text = pc.binary_join_element_wise(*parts.values(), ", ")
    return pc.replace_substring_regex(pc.replace_substring_regex(text, "(, )+", ", "), "^, |, $", "")


def _among(values: pa.Array, known: Sequence[pa.Array]) -> Mask:
    found = np.zeros(len(values), bool)
    for each in known:
        found |= as_mask(pc.equal(values, each))
    return found & is_filled(values)
