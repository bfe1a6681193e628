"""The columns of postal addresses: which belong together, and which hold more or less than one part of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .mapping import BY_NAME, Mapping, Reason
from .words import plain_text, words

#: What tells one address of somebody from another.
OF_ADDRESSES = frozenset({"home", "billing", "mailing", "shipping", "mail", "work"})
#: The number of a house by itself. The first stand before the street's name where they are written in one.
_NUMBER_BEFORE = frozenset({"housenumber", "houseno", "streetnumber", "streetno", "numerodevoie", "numerovoie", "nrue"})
_NUMBER_AFTER = frozenset(
    {"hausnummer", "hausnr", "huisnummer", "huisnr", "numerocivico", "ncivico", "husnummer", "husnr"}
)
#: What follows the number: `12 A`.
_ADDITIONS = ("huisletter", "toevoeging", "huisnummertoevoeging", "hausnummerzusatz")
_STREETS, _REGIONS = frozenset({"address", "street"}), frozenset({"state", "st", "province", "zip", "postcode"})


def aligned_by_name(parts: dict[str, tuple[int, ...]], headings: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """The columns of postal addresses, so that the n-th street goes with the n-th city: by the words that tell one address from
    another, `Mailing City` with `Mailing Address`. Second names of a part, `City` and `Locality`, come after all of them."""
    groups: dict[frozenset[str], dict[str, int]] = {}
    seconds: list[dict[str, int]] = []
    for part, indexes in parts.items():
        for index in indexes:
            whose = OF_ADDRESSES & set(words(headings[index]))
            if part in groups.setdefault(whose, {}):
                seconds.append({part: index})
            else:
                groups[whose][part] = index
    order = sorted(groups, key=lambda whose: ("street" not in groups[whose], bool(whose)))  # bare names first
    if len(order) > 1 and len(alone := [whose for whose in order if "street" not in groups[whose]]) < len(order):
        for whose in alone:  # a `Home City` without a street goes with the address that has none
            rest = next(
                (
                    groups[other]
                    for other in order
                    if other not in alone and not set(groups[other]) & set(groups[whose])
                ),
                None,
            )
            if rest is not None:
                rest.update(groups[whose])
                order.remove(whose)
    found = [groups[whose] for whose in order] + seconds
    return {part: tuple(each.get(part, -1) for each in found) if parts[part] else () for part in parts}


def with_parts_together(mapping: Mapping, headings: Sequence[str], said: set[int]) -> Mapping:
    """The mapping with `House number`, which goes with its street, and with `City/State/Zip` and `Address, City, State, Zip`, whose
    cells hold several parts."""
    columns, reasons = dict(mapping.columns), dict(mapping.reasons)
    cities = {index for index in columns.get("city", ()) if index >= 0 and index not in said}
    found = {
        index: frozenset(words(headings[index])) for index in cities | set(columns.get("street", ())) - {-1} - said
    }
    lines = {index for index, have in found.items() if have & {"city", "town"} and have & _REGIONS}
    # `Mailing Address City, State, Zip` beside `Mailing Address` is the rest of it.
    streets = {index for index in columns.get("street", ()) if index >= 0} - lines
    whole = set() if streets else {index for index in lines if found[index] & _STREETS}
    # There they are the line of the first street's city, unless that has one.
    if streets and not columns.get("city"):
        columns["city"] = tuple(sorted(lines))[:1]
    columns["street"] = tuple(-1 if index in lines - whole else index for index in columns.get("street", ()))
    for part in ("street", "city"):
        columns[part] = tuple(-1 if index in whole else index for index in columns.get(part, ()))
    reasons.update(dict.fromkeys(whole, Reason(BY_NAME, "heading names all parts of a postal address")))
    columns = {target: indexes for target, indexes in columns.items() if set(indexes) - {-1}}
    numbers = _house_numbers(columns, mapping.used | mapping.ignored | said, headings)
    for _, indexes in numbers.values():
        reasons.update(dict.fromkeys(indexes, Reason(BY_NAME, "heading names what goes with the street")))
        if "street2" in columns:
            columns["street2"] = tuple(-1 if index in indexes else index for index in columns["street2"])
    return replace(
        mapping,
        columns={target: indexes for target, indexes in columns.items() if set(indexes) - {-1}},
        reasons=reasons,
        address_lines=frozenset(whole),
        city_lines=frozenset(lines - whole) & frozenset(columns.get("city", ())),
        house_numbers=numbers,
    )


def _house_numbers(
    columns: dict[str, tuple[int, ...]], taken: set[int], headings: Sequence[str]
) -> dict[int, tuple[bool, tuple[int, ...]]]:
    """The house number and what follows it, by the column of the street that it stands next to."""
    streets = [index for index in columns.get("street", ()) if index >= 0]
    plain = [plain_text(heading) for heading in headings]
    number = next(
        (
            index
            for index, heading in enumerate(plain)
            if heading in _NUMBER_BEFORE | _NUMBER_AFTER and index not in taken
        ),
        None,
    )
    if number is None or not streets:
        return {}
    free = (set(range(len(headings))) - taken) | set(columns.get("street2", ()))
    more = [index for index, heading in enumerate(plain) if heading in _ADDITIONS and index in free]
    nearest = min(streets, key=lambda index: abs(index - number))
    return {nearest: (plain[number] in _NUMBER_BEFORE, (number, *more))}
