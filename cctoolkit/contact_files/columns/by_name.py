"""Columns by the names of their headings, where no program is recognized, and by what their cells cannot be."""

from __future__ import annotations

from collections.abc import Sequence

from .consent import is_about_consent
from .guessing import guess
from .mapping import BY_NAME, BY_PART, NUMBERED, SAID, WITH_HEADINGS, Mapping, Reason
from .postal_headings import aligned_by_name
from .qualifiers import of_another, qualified
from .sources import ADDRESS_PARTS
from .synonyms import NO, SYNONYMS, YES
from .words import plain_text, words

#: What somebody is in a program.
_ROLES = frozenset(
    {
        *("", "student", "attendee", "enduser", "member", "admin", "administrator", "organizer", "presenter", "guest"),
        *("user", "subscriber", "customer", "viewer", "contributor", "participant", "panelist", "host", "lightagent"),
    }
)


def by_name(headings: Sequence[str], cells: list[list[str]]) -> Mapping:
    """The columns whose headings are names that are known. `cells` are the first rows' of each column: what is called a name and
    holds numbers of orders is none, and an `Email` of yes and no is an answer."""
    plain = [plain_text(heading) for heading in headings]
    reasons: dict[int, Reason] = {}
    columns: dict[str, tuple[int, ...]] = {}
    for target, names in SYNONYMS.items():
        found = tuple(index for name in names for index, heading in enumerate(plain) if heading == name)
        if target in NUMBERED:  # "Phone 1", "Phone 2"
            more = (index for index, heading in enumerate(plain) if heading.rstrip("0123456789") in names)
            found = tuple(dict.fromkeys((*found, *more)))
        columns[target] = found
        reasons.update({index: Reason(BY_NAME, f"heading means {target}") for index in found})
    # "Email" may be a column of addresses, and another one of who wants email: its cells tell. So may "Address".
    answers = {index for index in columns["email"] if _are_both_answers(cells[index])}
    if set(columns["email"]) - answers:
        columns["email"] = tuple(index for index in columns["email"] if index not in answers)
    columns["name"] = tuple(index for index in columns["name"] if not _are_numbered(cells[index]))
    columns["job_title"] = tuple(
        index for index in columns["job_title"] if plain[index] != "role" or not _are_of_an_account(cells[index])
    )
    bare = (index for index, heading in enumerate(plain) if heading in {"home", "work", "office"})
    columns["phone"] = (*columns["phone"], *(index for index in bare if guess(cells[index])[0] == "phone"))
    if columns["state"] and plain.count("st") == 1 and not _are_short(cells[plain.index("st")]):
        columns["state"] = tuple(index for index in columns["state"] if plain[index] != "st")  # a street
    if not columns["email"]:
        columns["email"] = tuple(index for index in columns["street"] if _are_filled_addresses(cells[index]))
        columns["street"] = tuple(index for index in columns["street"] if index not in columns["email"])
    columns |= aligned_by_name({part: columns[part] for part in ADDRESS_PARTS}, headings)
    # "Work email", "E-mail of the parents": any other column that calls itself one, after those above.
    others = [
        index for index, heading in enumerate(plain) if "email" in heading and not is_about_consent(headings[index])
    ]
    others = [index for index in others if index not in columns.get("email", ()) and are_addresses(cells[index])]
    # Somebody else's counts where there is no other: `Instructor Email` in a list of instructors.
    own = [index for index in others if not of_another(headings[index])]
    others = own if own or columns.get("email") else others
    spoken = {index: frozenset(words(headings[index])) for index in others}
    if any(each & {"invitee", "attendee"} for each in spoken.values()):  # the user is who invited them
        others = [index for index in others if "user" not in spoken[index]]
    first = [index for index in others if (named := qualified(headings[index])) is not None and named.preferred]
    every = tuple(dict.fromkeys((*first, *columns.get("email", ()), *others)))
    columns["email"] = _without_the_owners(every, headings, cells)
    reasons.update({index: Reason(BY_PART, "heading has email in it") for index in others})
    for index, heading in enumerate(headings):
        if heading.casefold().startswith("cf:") and heading[3:].strip():
            columns[f"cf:{heading[3:].strip()}"] = (index,)
            reasons[index] = Reason(SAID, "heading of a custom field")
    return Mapping(WITH_HEADINGS, columns, reasons=reasons)


def _are_both_answers(cells: Sequence[str]) -> bool:
    """Whether a column holds yes and no, both of them, and nothing else."""
    said = {plain_text(cell) for cell in cells} - {""}
    return said <= {*YES, *NO} and bool(said & set(YES)) and bool(said & set(NO))


def _without_the_owners(emails: tuple[int, ...], headings: Sequence[str], cells: list[list[str]]) -> tuple[int, ...]:
    """Columns of addresses without one that is the same in every row beside another one: that of whoever keeps the file.

    A plain `Email` is never taken for it, and the others only where nearly each row has both.
    """
    held = {index: [cell.strip().casefold() for cell in cells[index] if cell.strip()] for index in emails}
    rows = len(cells[emails[0]]) if emails else 0
    others = {index for index, each in held.items() if len(set(each)) > 1 and len(each) * 2 >= rows}
    same = {
        index
        for index, each in held.items()
        if others and len(set(each)) == 1 and len(each) > 2 and len(each) * 10 >= rows * 9
    }
    plain = {index for index in same if plain_text(headings[index]) in {"email", "emailaddress", "email1", "mail"}}
    return tuple(index for index in emails if index not in same - plain)


def _are_numbered(cells: Sequence[str]) -> bool:
    """Whether a column called a name holds numbers of orders: `#1001`."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    return bool(filled) and all(cell.startswith("#") and any(map(str.isdigit, cell)) for cell in filled)


def _are_of_an_account(cells: Sequence[str]) -> bool:
    """Whether a column holds roles of a program, and no jobs."""
    return {plain_text(cell) for cell in cells} <= _ROLES


def _are_short(cells: Sequence[str]) -> bool:
    return all(len(cell.strip()) <= 3 for cell in cells)


def _are_filled_addresses(cells: Sequence[str]) -> bool:
    """Whether all that a column holds are addresses of email."""
    filled = [cell for cell in cells if cell.strip()]
    return bool(filled) and all("@" in cell and " " not in cell.strip() for cell in filled)


def are_addresses(cells: Sequence[str]) -> bool:
    """Whether most of what a column holds are addresses; one that holds nothing may be of them."""
    filled = [cell for cell in cells if cell.strip()]
    return sum("@" in cell for cell in filled) * 2 >= len(filled)


def any_filled(cells: list[list[str]], columns: tuple[int, ...]) -> bool:
    return any(cell.strip() for index in columns if index >= 0 for cell in cells[index])
