"""Which columns of an export feed which heading of the import, and how sure that is.

An import heading may be fed by several columns: the first that has a value in a row counts, the others are told.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping as Mappings
from collections.abc import Sequence
from dataclasses import replace

from ...errors import ContactFileError
from ..reading.export import Export
from ..rules.values import TITLES
from .by_name import any_filled, are_addresses, by_name
from .consent import meaning
from .deciding import with_consent
from .guessing import FOLLOWED, guess, guess_names
from .mapping import (
    BY_PART,
    BY_SOURCE,
    CONSENT_DATE,
    CONSENT_KINDS,
    IGNORE,
    LEFTOVERS,
    MOST_CUSTOM_FIELDS,
    OF_ITS_OWN,
    OWN_HEADINGS,
    PROPOSED,
    SAID,
    TARGETS,
    WITH_HEADINGS,
    WITHOUT_HEADINGS,
    Mapping,
    Reason,
)
from .postal_headings import OF_ADDRESSES, with_parts_together
from .qualifiers import of_another, qualified
from .sources import ADDRESS_PARTS, Source, recognize
from .synonyms import SYNONYMS
from .whose import named_as_addressed
from .words import plain_text, words

#: Languages whose programs write the day before the month.
_DAY_FIRST = tuple(
    f"({language})" for language in ("French", "German", "Spanish", "Portuguese", "Brazilian", "Italian", "Dutch")
)


def map_headings(export: Export, chosen: Mappings[str, str] | None = None, leftover: str = "ignore") -> Mapping:
    """Recognize the source and its columns: by its headings, and by what its first rows hold.

    Raises `ContactFileError` when no column holds email addresses or SMS numbers, when `chosen` names a column or a
    target that does not exist, and, with `leftover="stop"`, when a column with values would not be imported.
    """
    if leftover not in LEFTOVERS:
        raise ContactFileError(f"Columns left over cannot be treated as {leftover!r}: choose {', '.join(LEFTOVERS)}.")
    headings = export.headings
    sample = export.sample()
    cells = [sample.column(str(index)).to_pylist() for index in range(len(headings))]
    first = headings if export.has_headings else [column[0] if column else "" for column in cells]
    source = export.source or recognize(first)
    if source is not None:
        mapping = _of_source(source, headings)
    elif export.has_headings:
        mapping = by_name(headings, cells)
    else:
        mapping = Mapping(WITHOUT_HEADINGS, {})
    said = {index for name in chosen or {} for index in _places(headings, name)}
    mapping = with_consent(mapping, export, said)
    mapping = _with_qualified(mapping, export, cells, said)
    mapping = named_as_addressed(mapping, headings) if mapping.source == WITH_HEADINGS else mapping
    mapping = _with_chosen(mapping, headings, chosen or {})
    mapping = with_parts_together(mapping, headings, said)
    mapping = _with_guesses(mapping, export, cells, said)
    columns = {target: indexes for target, indexes in mapping.columns.items() if set(indexes) - {-1}}
    if "email" in columns and "sms_number" in columns:
        columns = _without_guessed_sms(columns, headings, chosen or {})
    if "email" not in columns and "sms_number" not in columns:
        raise ContactFileError(_no_address_column(export))
    if "first_name" in columns and "last_name" not in columns and (name := columns.get("name")):
        names = [cell.split() for cell in cells[name[0]] if cell.strip()]
        if names and sum(len(each) == 1 for each in names) * 2 > len(names):  # "Vorname, Name": the last one
            columns["last_name"] = columns.pop("name")
    if "last_name" in columns and "first_name" not in columns and (name := columns.get("name")):
        names = [cell.split() for cell in cells[name[0]] if cell.strip()]
        if names and sum(len(each) == 1 for each in names) * 2 > len(names):  # "Name, Last name": the first one
            columns["first_name"] = columns.pop("name")
    _company_in_the_name(columns, headings, cells)
    mapping = replace(mapping, columns=columns)
    mapping = _with_leftovers(mapping, export, cells, leftover)
    custom = [name for name in mapping.columns if name.startswith("cf:")]
    if len(custom) > MOST_CUSTOM_FIELDS:
        raise ContactFileError(
            f"{len(custom)} columns would become custom fields, and a contact can have {MOST_CUSTOM_FIELDS}: leave some "
            "out with --map 'heading='."
        )
    return mapping


def _company_in_the_name(columns: dict[str, tuple[int, ...]], headings: Sequence[str], cells: list[list[str]]) -> None:
    """Beside first and last names, a column of names in which no first name stands is of companies: accounting does so."""
    name, first, last = (columns.get(target, ()) for target in ("name", "first_name", "last_name"))
    if not name or not first or not last or columns.get("company_name") or min(name[0], first[0]) < 0:
        return
    if set(words(headings[name[0]])) & {"user", "display"}:  # that of an account, or of whoever invited
        return
    pairs = [
        (whole.casefold(), person.casefold())
        for whole, person in zip(cells[name[0]], cells[first[0]], strict=False)
        if whole.strip() and person.strip()
    ]
    if pairs and not any(person.split()[0] in whole for whole, person in pairs):
        columns["company_name"] = columns.pop("name")


def _of_source(source: Source, headings: Sequence[str]) -> Mapping:
    whole = frozenset(source.find_whole_addresses(headings))
    columns = {
        target: tuple(-1 if index in whole else index for index in indexes)
        for target, indexes in source.find(headings).items()
    }
    known = {index for indexes in columns.values() for index in indexes} - {-1}
    return Mapping(
        source.name,
        columns,
        consent=source.find_consent(headings),
        ignored=frozenset(source.find_ignored(headings)) - known,
        whole_addresses=whole,
        reasons=dict.fromkeys(known | whole, Reason(BY_SOURCE, f"heading of {source.name}")),
        by_day=source.name.endswith(_DAY_FIRST),
    )


def _with_qualified(mapping: Mapping, export: Export, cells: list[list[str]], said: set[int]) -> Mapping:
    """The mapping with columns whose heading is a known name and something beside it, behind those of the bare name."""
    if not export.has_headings:
        return mapping
    columns, reasons = dict(mapping.columns), dict(mapping.reasons)
    taken = mapping.used | mapping.ignored | said
    postal: dict[frozenset[str], dict[str, int]] = {}
    preferred: list[frozenset[str]] = []
    bare = {
        word
        for part in ADDRESS_PARTS
        for index in columns.get(part, ())[:1]
        if index >= 0
        for word in words(export.headings[index])
    } & OF_ADDRESSES
    for index, heading in enumerate(export.headings):
        found = qualified(heading) if index not in taken and heading.casefold() not in OWN_HEADINGS else None
        if found is None or found.of_another or found.target == "sms_number":
            continue
        if found.target in ADDRESS_PARTS:
            # `Home City` beside `Home Address`, which is a name of the street by itself.
            whose = found.whose | (OF_ADDRESSES & set(words(heading)))
            whose = frozenset() if len(whose) == 1 and whose <= bare else whose
            parts = postal.setdefault(whose, {})
            if found.target not in parts:
                parts[found.target] = index
                preferred += [whose] if found.preferred else []
            continue
        before = tuple(at for at in columns.get(found.target, ()) if at >= 0)
        if found.target == "email":
            if not are_addresses(cells[index]) or (before and not found.preferred):
                continue
            columns["email"] = (index, *before) if found.preferred else (*before, index)
        elif found.target == "phone":
            if not any(any(character.isdigit() for character in cell) for cell in cells[index]):
                continue
            first = found.preferred and "address" not in words(heading)  # that of the default address is the address's
            columns["phone"] = (index, *before) if first else (*before, index)
        elif before or (found.target == "name" and any_filled(cells, columns.get("first_name", ()))):
            continue
        else:
            columns[found.target] = (index,)
        reasons[index] = Reason(BY_PART, f"heading names {found.target}")
    have = [columns.get(part, ()) for part in ADDRESS_PARTS]
    count = max(map(len, have))
    there = any(at >= 0 for indexes in have for at in indexes)
    for part, index in postal.pop(frozenset(), {}).items():  # `Postal / Zip Code` beside bare names
        before = columns.get(part, ())
        if not before or before[0] < 0:
            columns[part] = (index, *before[1:])
            reasons[index] = Reason(BY_PART, f"heading names {part}")
            count, there = max(count, 1), True
    for whose in sorted(postal, key=lambda each: each not in preferred):
        parts = postal[whose]
        if "street" not in parts and columns.get("street") and not any(columns.get(part) for part in parts):
            columns.update({part: (index,) for part, index in parts.items()})  # `Ship City` beside `Street 1`
            reasons.update({index: Reason(BY_PART, f"heading names {part}") for part, index in parts.items()})
            continue
        if there and len(parts) < 2:
            continue
        for part in ADDRESS_PARTS:
            before = columns.get(part, ())
            columns[part] = (*before, *[-1] * (count - len(before)), parts.get(part, -1))
        count += 1
        reasons.update({index: Reason(BY_PART, f"heading names {part}") for part, index in parts.items()})
    _separate_birthday(export.headings, columns)
    titles = [index for index, heading in enumerate(export.headings) if plain_text(heading) == "title"]
    if titles and not columns.get("job_title") and titles[0] not in taken:
        written = {cell.strip(" .").casefold() for cell in cells[titles[0]]} - {""}
        if written and not written & TITLES:  # "Mr." is a title too, and no job
            columns["job_title"] = (titles[0],)
            reasons[titles[0]] = Reason(BY_PART, "its cells are no Mr. and Mrs.")
    columns = {target: indexes for target, indexes in columns.items() if set(indexes) - {-1}}
    return replace(mapping, columns=columns, reasons=reasons)


def _separate_birthday(headings: Sequence[str], columns: dict[str, tuple[int, ...]]) -> None:
    """`Birth Day` beside `Birth Month` is the day."""
    if columns.get("birthday_month") and not columns.get("birthday_day"):
        days = tuple(index for index in columns.get("birthday", ()) if words(headings[index]) == ("birth", "day"))
        if days:
            columns["birthday_day"] = days
            columns["birthday"] = tuple(index for index in columns["birthday"] if index not in days)


def _places(headings: Sequence[str], name: str) -> list[int]:
    return [index for index, each in enumerate(headings) if each.casefold() == name.strip().casefold()]


def _with_chosen(mapping: Mapping, headings: Sequence[str], chosen: Mappings[str, str]) -> Mapping:
    """The mapping with what the user said of some columns: before all others of that target, and nowhere else."""
    columns, consent = dict(mapping.columns), dict(mapping.consent)
    reasons, ignored = dict(mapping.reasons), set(mapping.ignored)
    for heading, target in chosen.items():
        places = _places(headings, heading)
        if not places:
            raise ContactFileError(
                f"There is no column {heading!r}. The columns are: {', '.join(filter(None, headings))}."
            )
        target = "" if target == IGNORE else target
        custom = target.startswith("cf:") and target[3:].strip()
        if target and not custom and target not in TARGETS[:-1]:
            raise ContactFileError(
                f"A column cannot become {target!r}. It can become: {', '.join(TARGETS)}; or nothing, to leave it out."
            )
        columns = {
            # The parts of a postal address stay aligned; -1 is a column that is not there.
            each: tuple(-1 if index in places else index for index in indexes)
            if each in ADDRESS_PARTS
            else tuple(index for index in indexes if index not in places)
            for each, indexes in columns.items()
        }
        for place in places:
            consent.pop(place, None)
            ignored.discard(place)
        at = places[0]
        reasons[at] = Reason(SAID, "you said so")
        if target in CONSENT_KINDS:
            consent[at] = CONSENT_KINDS[target]
        elif target in ADDRESS_PARTS:
            columns[target] = (at, *columns.get(target, ())[1:])
        elif target:
            columns[target] = (at, *columns.get(target, ()))
            if target == CONSENT_DATE:  # a no among its days stays one
                _check_consent_date(headings, at)
                consent[at] = "in"
        else:
            ignored.add(at)
    return replace(
        mapping, columns=columns, consent=tuple(consent.items()), reasons=reasons, ignored=frozenset(ignored)
    )


def _check_consent_date(headings: Sequence[str], at: int) -> None:
    """Raises `ContactFileError` for a column that says when somebody left."""
    told = meaning(headings[at], [each for index, each in enumerate(headings) if index != at])
    if told is not None and told.kind in ("out", "left", "awaited"):
        raise ContactFileError(
            f"{headings[at]!r} says who must not be written to, by its name: it cannot be the day of a consent. If the name is "
            "wrong, give the column another one."
        )


def _with_guesses(mapping: Mapping, export: Export, cells: list[list[str]], said: set[int]) -> Mapping:
    """Columns that no heading explains, by their cells: followed for addresses, and where there are no headings."""
    columns, reasons = dict(mapping.columns), dict(mapping.reasons)
    proposals: dict[int, tuple[str, Reason]] = {}
    free = [
        index
        for index, heading in enumerate(export.headings)
        if index not in mapping.used | mapping.ignored | said and heading.casefold() not in OWN_HEADINGS
    ]
    guesses = {index: guess(cells[index]) for index in free}
    if not export.has_headings and not mapping.columns:
        unknown = {index: cells[index] for index in free if not guesses[index][0]}
        guesses.update(guess_names(unknown))
    for index, (target, confidence) in guesses.items():
        why = Reason(confidence, "its cells look so")
        wanted = (
            target == "email"
            and not columns.get("email")
            and not of_another(export.headings[index])
            and confidence > 0.5 * min(1, len(cells[index]) / 5)
        )
        follow = wanted or (not export.has_headings and mapping.source == WITHOUT_HEADINGS and confidence >= FOLLOWED)
        if target and follow and (target == "email" or not columns.get(target)):
            columns[target] = (*columns.get(target, ()), index)
            reasons[index] = why
        elif mapping.source in OF_ITS_OWN and target and not columns.get(target) and confidence >= PROPOSED:
            proposals[index] = (target, why)
        if mapping.source in OF_ITS_OWN and index not in columns.get(target, ()):
            meant = _near(export.headings[index], columns)
            proposals.update({index: meant} if meant else {})
    return replace(mapping, columns=columns, reasons=reasons, proposals=proposals)


def _without_guessed_sms(
    columns: dict[str, tuple[int, ...]], headings: Sequence[str], chosen: Mappings[str, str]
) -> dict[str, tuple[int, ...]]:
    """SMS needs consent of its own. Where an address reaches a person, a number is a phone unless it says `sms_number`."""
    said = {index for name, target in chosen.items() if target == "sms_number" for index in _places(headings, name)}
    sure = tuple(
        index for index in columns["sms_number"] if index in said or headings[index].casefold() == "sms_number"
    )
    others = tuple(index for index in columns["sms_number"] if index not in sure)
    phones = (*columns.get("phone", ()), *(index for index in others if index not in columns.get("phone", ())))
    return (
        {**columns, "sms_number": sure, "phone": phones}
        if sure
        else {
            **{target: indexes for target, indexes in columns.items() if target != "sms_number"},
            "phone": phones,
        }
    )


def _near(heading: str, columns: Mappings[str, tuple[int, ...]]) -> tuple[str, Reason] | None:
    """The target whose name is spelled almost so."""
    plain = plain_text(heading)
    has_names = columns.get("first_name") or columns.get("last_name")
    wanted = [target for target in SYNONYMS if not columns.get(target) and not (target == "name" and has_names)]
    names = {name: target for target in wanted for name in SYNONYMS[target]}
    near = difflib.get_close_matches(plain, names, 1, 0.84) if len(plain) > 3 else []
    if not near:
        return None
    likeness = round(difflib.SequenceMatcher(None, plain, near[0]).ratio(), 2)
    return names[near[0]], Reason(likeness, f"heading is like {near[0]}")


def _with_leftovers(mapping: Mapping, export: Export, cells: list[list[str]], leftover: str) -> Mapping:
    left = [
        index
        for index in range(len(export.headings))
        if index not in mapping.used | mapping.ignored and export.headings[index].casefold() not in OWN_HEADINGS
    ]
    filled = [index for index in left if any(cell.strip() for cell in cells[index])]
    # A column that is empty at first may have values later on.
    more = leftover == "custom-fields" and len(left) <= MOST_CUSTOM_FIELDS
    left = [index for index in left if index in filled or (more and export.headings[index])]
    if not left or leftover == "ignore":
        return mapping
    if leftover == "stop":
        raise would_be_left_out(export, left)
    columns, reasons = dict(mapping.columns), dict(mapping.reasons)
    for index in left:
        name = f"cf:{export.headings[index] or f'Column {index + 1}'}"
        columns[name] = (*columns.get(name, ()), index)
        reasons[index] = Reason(SAID, "what is left over becomes a custom field")
    return replace(mapping, columns=columns, reasons=reasons, proposals={})


def would_be_left_out(export: Export, columns: Sequence[int]) -> ContactFileError:
    names = ", ".join(export.headings[index] or "(without a heading)" for index in columns)
    return ContactFileError(
        f"These columns of {export.name} would not be imported: {names}. Say what each is with --map 'heading=…' "
        "(nothing after the sign leaves it out)."
    )


def _no_address_column(export: Export) -> str:
    headings = export.headings
    if not export.has_headings:
        return (
            f"{export.name} has no heading row and no column of email addresses. Check that this is the export of your "
            "contacts."
        )
    shown = ", ".join(heading for heading in headings[:12] if heading) + (", …" if len(headings) > 12 else "")
    return (
        f"{export.name} has no column of email addresses (its headings: {shown or 'none'}). Give that column the heading "
        "email, or check that this is the export of your contacts."
    )
