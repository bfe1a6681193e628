"""The address of each row: plain ones by columns, doubtful ones by the validator, which gives the same verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from .email_addresses import (
    MOST_PLAIN,
    PLAIN,
    ROLES,
    SPECIAL,
    addresses,
    disposable_domains,
    email_address,
    meant_domain,
)
from .notes import Notes
from .texts import Mask, as_mask, blanks, chosen, hashes, is_filled, matches, texts
from .values import tidy

_OFFICES = f"^({'|'.join(sorted(ROLES))})@"


@dataclass
class Emails:
    """For each row: the address to send (empty: none), whether there is one, why not, and what was written."""

    address: pa.Array
    lowered: pa.Array
    usable: Mask
    reasons: dict[int, str] = field(default_factory=dict)
    written: dict[int, str] = field(default_factory=dict)
    _keys: npt.NDArray[np.int64] | None = None
    #: Usable addresses of rows that hold several, where all were asked for.
    all_of_rows: list[tuple[int, str]] = field(default_factory=list)

    @property
    def keys(self) -> npt.NDArray[np.int64]:
        """A number for each address, whatever its case."""
        if self._keys is None:
            self._keys = hashes(self.lowered)
        return self._keys


def email_of_rows(columns: Sequence[pa.Array], notes: Notes, *, everybody: bool = False) -> Emails:
    """The first usable address of each row; what is left out or changed goes to the notes.

    With `everybody` the result holds all usable addresses of a row, not only the first.
    """
    size = len(columns[0]) if columns else 0
    trimmed = [pc.utf8_trim_whitespace(column) for column in columns]
    filled = [is_filled(column) for column in trimmed]
    fine = np.ones(size, bool)
    for column, there in zip(trimmed, filled, strict=True):
        fine &= is_plain(column) | ~there
    fine &= np.logical_or.reduce(filled) if filled else np.zeros(size, bool)
    address = blanks(size)
    for column, there in reversed(list(zip(trimmed, filled, strict=True))):
        address = chosen(there & fine, column, address)
    address = _small_domain(address)
    found = Emails(address, address, fine)
    _other_plain_ones(trimmed, filled, fine, address, notes, found, everybody)
    _doubtful(columns, fine, notes, found, everybody)
    found.lowered = pc.utf8_lower(found.address)
    return found


def is_plain(column: pa.Array) -> Mask:
    """Where an address needs no validator."""
    return (
        matches(column, PLAIN)
        & as_mask(pc.less_equal(pc.binary_length(column), MOST_PLAIN))
        & ~matches(column, SPECIAL)
    )


def _small_domain(address: pa.Array) -> pa.Array:
    large = matches(address, r"@.*[A-Z]")
    if not large.any():
        return address
    new = [text.partition("@") for text in address.filter(pa.array(large)).to_pylist()]
    return pc.replace_with_mask(
        address, pa.array(large), texts([f"{local}@{domain.lower()}" for local, _, domain in new])
    )


def _other_plain_ones(
    columns: Sequence[pa.Array],
    filled: Sequence[Mask],
    fine: Mask,
    address: pa.Array,
    notes: Notes,
    found: Emails,
    everybody: bool,
) -> None:
    """What else is plain in rows whose address was taken."""
    known = [pc.utf8_lower(address)]
    for number, (column, there) in enumerate(zip(columns, filled, strict=True)):
        more = there & fine
        if not number or not more.any():
            continue
        normal = _small_domain(column)
        lowered = pc.utf8_lower(normal)
        for before in known:
            more &= as_mask(pc.not_equal(lowered, before))
        known.append(chosen(there & fine, lowered, blanks(len(column))))
        others = normal.filter(pa.array(more)).to_pylist()
        notes.add("another address left out", more, [f"one address a contact: {other} is left out" for other in others])
        if everybody:
            found.all_of_rows += list(zip(np.flatnonzero(more).tolist(), others, strict=True))


def _doubtful(columns: Sequence[pa.Array], fine: Mask, notes: Notes, found: Emails, everybody: bool) -> None:
    rows = np.flatnonzero(~fine)
    if not len(rows):
        return
    where = pa.array(~fine)
    cells = zip(*(column.filter(where).to_pylist() for column in columns), strict=True) if columns else [()] * len(rows)
    new: list[str] = []
    for row, row_cells in zip(rows.tolist(), cells, strict=True):
        usable, reason, written = judge_cells(row_cells)
        new.append(usable[0] if usable else "")
        if not usable:
            found.reasons[row], found.written[row] = reason, written
            continue
        if "@xn--" in usable[0] or ".xn--" in usable[0]:
            notes.add_at(
                "sent in ASCII", [row], [f"{written} is sent as {usable[0]}, which is the same address in ASCII"]
            )
        others = usable[1:]
        notes.add_at(
            "another address left out",
            [row] * len(others),
            [f"one address a contact: {other} is left out" for other in others],
        )
        if everybody:
            found.all_of_rows += [(row, other) for other in others]
    found.address = pc.replace_with_mask(found.address, where, texts(new))
    found.usable = fine | is_filled(found.address)


def judge_cells(cells: Sequence[str]) -> tuple[list[str], str, str]:
    """The usable addresses of a row's cells, each once, the reason why the first other one is not, what was written."""
    usable: list[str] = []
    reason, written = "", ""
    for cell in cells:
        for each in addresses(cell):
            address, fault = email_address(each)
            if address and address.lower() not in {known.lower() for known in usable}:
                usable.append(address)
            reason = reason or fault
            written = written or tidy(cell)
    return usable, reason or "there is no address", written


def flag_odd_ones(found: Emails, notes: Notes) -> None:
    """Addresses that are sent as they are, and worth a look: typing errors, offices, throw-away mailboxes."""
    halves = pc.split_pattern(found.lowered.filter(pa.array(found.usable)), "@")
    domain = blanks(len(found.usable))
    if len(halves):
        flat = pc.list_flatten(halves)  # two for each: a local part and a domain
        domain = pc.replace_with_mask(domain, pa.array(found.usable), flat.take(pa.array(np.arange(1, len(flat), 2))))
    encoded = domain.dictionary_encode()
    slip_of = [bool(text) and bool(meant_domain(text)) for text in encoded.dictionary.to_pylist()]
    thrown_of = [text in disposable_domains() for text in encoded.dictionary.to_pylist()]
    codes = encoded.indices.to_numpy()
    slips = np.array(slip_of, bool)[codes] if any(slip_of) else np.zeros(len(domain), bool)
    if slips.any():
        pairs = zip(
            found.address.filter(pa.array(slips)).to_pylist(), domain.filter(pa.array(slips)).to_pylist(), strict=True
        )
        said = [
            f"{address} may be a typing error for @{meant_domain(at)}: it is sent as it is" for address, at in pairs
        ]
        notes.add("address with a likely typing error", slips, said)
    offices = matches(found.lowered, _OFFICES)
    if offices.any():
        shown = found.address.filter(pa.array(offices)).to_pylist()
        notes.add(
            "address of an office", offices, [f"{each} is the address of an office, not of a person" for each in shown]
        )
    thrown = np.array(thrown_of, bool)[codes] & ~slips if any(thrown_of) else np.zeros(len(domain), bool)
    if thrown.any():
        shown = found.address.filter(pa.array(thrown)).to_pylist()
        notes.add("throw-away address", thrown, [f"{each} is a throw-away address" for each in shown])
