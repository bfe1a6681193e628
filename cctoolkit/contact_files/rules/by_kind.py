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
    """`values`: a column a heading. `lost`: where and what found no room."""

    values: dict[str, pa.Array]
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
    lost: list[tuple[Mask, pa.Array]] = []
    over: list[tuple[Mask, pa.Array, pa.Array]] = []

    def place(where: Mask, kind: str, values: pa.Array, digits: pa.Array) -> None:
        slots[kind] = chosen(where, values, slots[kind])
        known.append(chosen(where, digits, blanks(size)))
        count[where] += 1

    for kinds, values in given:
        digits = digits_of(values)
        new = is_filled(values) & ~_among(digits, known)
        fax = as_mask(pc.equal(kinds, FAX))
        stays = new & ~seen & (as_mask(pc.equal(kinds, "")) | (fax & as_mask(pc.equal(digits, digits_of(first)))))
        seen |= is_filled(values) & ~(fax & ~stays)
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
        digits = digits_of(values)
        new = where & ~_among(digits, known)
        room = new & as_mask(pc.not_equal(kinds, FAX)) & ~is_filled(slots["other"]) & (count < MOST_PHONES)
        if room.any():
            place(room, "other", values, digits)
        if (new & ~room).any():
            lost.append((new & ~room, values))
    return Placed(dict(zip(PHONES, slots.values(), strict=True)), lost)


def addresses_by_kind(given: Sequence[tuple[pa.Array, dict[str, pa.Array]]], size: int) -> Placed:
    """Postal addresses of a row with their kinds, part by part, in order of preference; each is taken whole. The first, where it is of
    no kind, is the home address, as it is in a CSV file, or else the other one."""
    slots = {kind: {part: blanks(size) for part in ADDRESS_PARTS} for kind in ADDRESS_KINDS}
    have = {kind: np.zeros(size, bool) for kind in ADDRESS_KINDS}
    texts: list[pa.Array] = []
    lost: list[tuple[Mask, pa.Array]] = []
    over: list[tuple[Mask, dict[str, pa.Array], pa.Array]] = []
    seen = np.zeros(size, bool)
    named = {kind: np.zeros(size, bool) for kind in ADDRESS_KINDS}
    for kinds, parts in given:
        there = is_filled(joined(parts))
        for kind in ADDRESS_KINDS:
            named[kind] |= there & as_mask(pc.equal(kinds, kind))

    def place(where: Mask, kind: str, parts: dict[str, pa.Array], text: pa.Array) -> None:
        for part in ADDRESS_PARTS:
            slots[kind][part] = chosen(where, parts.get(part, blanks(size)), slots[kind][part])
        have[kind] |= where
        texts.append(chosen(where, text, blanks(size)))

    for kinds, parts in given:
        text = joined(parts)
        there = is_filled(text)
        new = there & ~_among(text, texts)
        first = there & ~seen & ~np.logical_or.reduce([as_mask(pc.equal(kinds, kind)) for kind in ADDRESS_KINDS])
        seen |= there
        for kind, where in (("home", first & ~named["home"]), ("other", first & named["home"])):
            if where.any():  # the one of a CSV file is not to give way to those after it
                place(where, kind, parts, text)
                new &= ~where
        for kind in ADDRESS_KINDS:
            where = new & as_mask(pc.equal(kinds, kind)) & ~have[kind]
            if where.any():
                place(where, kind, parts, text)
                new &= ~where
        if new.any():
            over.append((new, parts, text))
    for where, parts, text in over:
        new = where & ~_among(text, texts)
        for kind in ("home", "other"):
            room = new & ~have[kind]
            if room.any():
                place(room, kind, parts, text)
                new &= ~room
        if new.any():
            lost.append((new, text))
    by_name = {ADDRESSES[kind][part]: slots[kind][part] for kind in ADDRESS_KINDS for part in ADDRESS_PARTS}
    return Placed(by_name, lost)


def digits_of(values: pa.Array) -> pa.Array:
    """By what two phones are the same: their digits."""
    return pc.replace_substring_regex(values, r"\D", "")


def joined(parts: dict[str, pa.Array]) -> pa.Array:
    """The parts of each row's postal address as one text, without those that are empty."""
    text = pc.binary_join_element_wise(*parts.values(), ", ")
    return pc.replace_substring_regex(pc.replace_substring_regex(text, "(, )+", ", "), "^, |, $", "")


def _among(values: pa.Array, known: Sequence[pa.Array]) -> Mask:
    found = np.zeros(len(values), bool)
    for each in known:
        found |= as_mask(pc.equal(values, each))
    return found & is_filled(values)
