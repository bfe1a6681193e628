"""Rows of one address become one contact: value by value, the first that is there or the last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ..account_tables import Spool
from ..columns.kinds import ADDRESSES, PHONES
from ..columns.sources import ADDRESS_PARTS
from .by_kind import MOST_PHONES

MERGED_SCHEMA = pa.schema(
    [("line", pa.int64()), ("email", pa.string()), ("into_line", pa.int64()), ("filled", pa.string())]
)
#: How many rows of shared addresses are merged at once.
AT_ONCE = 300_000

#: The phone of a CSV file, and those by kind, where there may be several.
PHONES_AND_FIRST = ("phone", *PHONES)

Rows = npt.NDArray[np.int64]


@dataclass
class Merges:
    """What the merging comes to: the candidates that went into another, and the contacts that changed by it."""

    into_another: npt.NDArray[np.bool_]
    #: The positions of contacts whose values changed, in order, and what they are now.
    changed: Rows
    contacts: pa.Table


def find_groups(keys: Rows) -> Iterator[Rows]:
    """The positions of candidates that share a key, some groups at a time, never a group in two."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    same = np.zeros(len(keys) + 1, bool)
    same[1:-1] = ordered[1:] == ordered[:-1]
    shared = same[:-1] | same[1:]
    positions, begins = order[shared], ~same[:-1][shared]
    if not len(positions):
        return
    starts = np.flatnonzero(begins)
    first = 0
    while first < len(positions):
        following = starts[np.searchsorted(starts, min(first + AT_ONCE, len(positions))) :]
        end = int(following[0]) if len(following) and first + AT_ONCE < len(positions) else len(positions)
        yield np.sort(positions[first:end])
        first = end


def merge(candidates: Spool, keys: Rows, targets: Sequence[str], merged: Spool, *, last: bool) -> Merges:
    """Merge candidates of one address, and list each merge in `merged`."""
    gone = np.zeros(candidates.rows, bool)
    changed: list[Rows] = []
    contacts: list[pa.Table] = []
    lists: list[pa.Table] = []
    for positions in find_groups(keys):
        rows = _rows_at(candidates, positions)
        listed, went, positions_changed, now = _merge_rows(rows, positions, targets, last=last)
        gone[went] = True
        lists.append(listed)
        changed.append(positions_changed)
        contacts.append(now)
    if lists:
        listed = pa.concat_tables(lists)
        merged.add(listed.take(pc.sort_indices(listed, sort_keys=[("line", "ascending")])))
    merged.close()
    places = np.concatenate(changed) if changed else np.empty(0, np.int64)
    order = np.argsort(places)
    tables = pa.concat_tables(contacts).take(pa.array(order)) if contacts else candidates.schema.empty_table()
    return Merges(gone, places[order], tables)


def _rows_at(candidates: Spool, positions: Rows) -> pa.Table:
    found, begin = [], 0
    for block in candidates.blocks():
        here = positions[np.searchsorted(positions, begin) : np.searchsorted(positions, begin + block.num_rows)]
        if len(here):
            found.append(block.take(pa.array(here - begin)))
        begin += block.num_rows
    return pa.concat_tables(found)


def _merge_rows(
    rows: pa.Table, positions: Rows, targets: Sequence[str], *, last: bool
) -> tuple[pa.Table, Rows, Rows, pa.Table]:
    """One row an address: the list of merges, the positions that went, the positions that changed, and their rows."""
    names = [name for name in targets if name != "email"]
    frame = rows.to_pandas()
    contact = (
        frame["email"] if "sms_number" not in frame else frame["email"].where(frame["email"] != "", frame["sms_number"])
    )
    group = pd.factorize(contact.str.lower())[0]
    size = len(frame)
    first_of = pd.Series(np.arange(size)).groupby(group).transform("first").to_numpy()
    away = first_of != np.arange(size)
    filled: list[list[str]] = [[] for _ in range(size)]
    changed = np.zeros(size, bool)
    addresses = [
        [name for name in names if name in parts]
        for parts in (ADDRESS_PARTS, *(tuple(each.values()) for each in ADDRESSES.values()))
    ]
    sms = [name for name in names if name in ("sms_number", "sms_consent_date")]  # a consent is for that number
    together = {name for unit in (*addresses, sms) for name in unit}
    alone = [[name] for name in names if name not in together | set(PHONES)]
    given = frame[list(PHONES_AND_FIRST)].copy() if set(PHONES) <= set(names) else None
    for unit in [*alone, *filter(None, [*addresses, sms])]:
        # A postal address is taken whole or not at all.
        there = (frame[unit[:1] if unit == sms else unit] != "").to_numpy().any(axis=1)
        rows_there = np.flatnonzero(there)
        if not len(rows_there):
            continue
        source = pd.Series(rows_there).groupby(group[rows_there]).agg("last" if last else "first")
        at, to = source.to_numpy(), first_of[source.to_numpy()]
        moves = at != to
        at, to = at[moves], to[moves]
        for name in unit:
            taken = frame[name].to_numpy(dtype=object, copy=True)
            old = taken[to].copy()
            taken[to] = taken[at]
            frame[name] = taken
            for origin, place, before in zip(at.tolist(), to.tolist(), old.tolist(), strict=True):
                if taken[place] != before:
                    changed[place] = True
                    if taken[place] != "":
                        filled[origin].append(name)
    if given is not None:
        _phones_of_all(frame, given, first_of, changed, filled, last=last)
    listed = pa.table(
        [
            pa.array(frame["line"].to_numpy()[away]),
            pa.array(contact.to_numpy(dtype=object)[away], pa.string()),
            pa.array(frame["line"].to_numpy()[first_of[away]]),
            pa.array([", ".join(_told_once(filled[index])) for index in np.flatnonzero(away)], pa.string()),
        ],
        schema=MERGED_SCHEMA,
    )
    now = pa.Table.from_pandas(frame[changed], schema=rows.schema, preserve_index=False)
    return listed, positions[away], positions[changed], now


#: Of which value that of a kind is another place: told once.
_PLAIN = {name: part for names in ADDRESSES.values() for part, name in names.items()} | dict.fromkeys(PHONES, "phone")


def _told_once(filled: list[str]) -> list[str]:
    return [name for name in filled if _PLAIN.get(name) not in filled]


def _phones_of_all(
    frame: pd.DataFrame,
    given: pd.DataFrame,
    first_of: Rows,
    changed: npt.NDArray[np.bool_],
    filled: list[list[str]],
    *,
    last: bool,
) -> None:
    """The phones of all rows of a contact, as far as there is room: each under its kind, or as the other one. Those of the row that
    counts come first; the phone of a CSV file is chosen already."""
    before = {name: given[name].to_numpy(dtype=object) for name in PHONES_AND_FIRST}
    now = {name: frame[name].to_numpy(dtype=object, copy=True) for name in PHONES_AND_FIRST}
    members: dict[int, list[int]] = {}
    for row, first in enumerate(first_of.tolist()):
        members.setdefault(first, []).append(row)
    for first, rows in members.items():
        if len(rows) == 1:
            continue
        slots = dict.fromkeys(PHONES, "")
        numbers = [
            (row, name, before[name][row])
            for row in (reversed(rows) if last else rows)
            for name in PHONES_AND_FIRST
            if before[name][row]
        ]
        named = {_digits(number) for _, name, number in numbers if name != "phone"}
        chosen = _digits(now["phone"][first])
        have = {chosen} if chosen and chosen not in named else set()  # of no kind: it stays where it is
        # Else it is placed first of all, so that it is among the three.
        numbers.sort(key=lambda entry: entry[1] == "phone" or _digits(entry[2]) != chosen)
        for own_kind in (True, False):
            for row, name, number in numbers:
                if _digits(number) in have or len(have) >= MOST_PHONES:
                    continue
                slot = name if own_kind else "other_phone"
                if slot in slots and not slots[slot]:
                    slots[slot] = number
                    have.add(_digits(number))
                    if row != first:
                        filled[row].append(slot)
        for name, number in slots.items():
            changed[first] |= number != before[name][first]
            now[name][first] = number
    for name in PHONES:
        frame[name] = now[name]


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def contacts_of(candidates: Spool, merges: Merges) -> Iterator[pa.Table]:
    """The contacts block by block: without the rows that went into another, with the values that came from them."""
    begin = 0
    for block in candidates.blocks():
        end = begin + block.num_rows
        gone = merges.into_another[begin:end]
        low, high = np.searchsorted(merges.changed, [begin, end])
        index = np.arange(block.num_rows)
        if high > low:
            index[merges.changed[low:high] - begin] = block.num_rows + np.arange(high - low)
            block = pa.concat_tables([block, merges.contacts.slice(low, high - low)])
        if high > low or gone.any():
            block = block.combine_chunks().take(pa.array(index[~gone]))
        begin = end
        yield block
