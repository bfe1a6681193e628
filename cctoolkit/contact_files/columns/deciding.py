"""Which columns say who may be written to: each heading's meaning, held against the cells of the whole column."""

from __future__ import annotations

from collections.abc import Mapping as Mappings
from collections.abc import Sequence
from dataclasses import replace

from ..reading.export import Export
from ..rules.dates import read_date
from .answers import (
    CODES,
    are_answers,
    are_found_by_a_check,
    are_how_often,
    are_only_states,
    are_states,
    are_ways,
    are_yes_or_no,
    is_known_status,
    may_be_of_payments,
    says_no,
    tells_why_they_left,
)
from .codes import codes_of
from .consent import asks_how, is_paid_for, meaning
from .consent_words import ALSO_OF_PAYMENTS, ALSO_OF_PEOPLE, PAID
from .evidence import Evidence, look
from .mapping import BY_NAME, OWN_HEADINGS, Mapping, Question, Reason
from .synonyms import NO
from .words import plain_text, words

#: A heading with one of these is about a list of people, whatever is paid for.
_OF_A_LIST = frozenset({"subscription", "subscriber", "list", "optin"})

#: Columns of two letters, in which `NO` is a province.
_CODES_OF_STATES = frozenset({"statecode", "stateabbrev", "stateabbreviation", "st", "countystate"})


def with_consent(mapping: Mapping, export: Export, said: set[int]) -> Mapping:
    """The mapping with the columns that say who may be written to: the source's own, and by the general rules all others."""
    headings = export.headings if export.has_headings else ("",) * len(export.headings)
    states = {index for index in mapping.columns.get("state", ()) if index >= 0}
    # In Italian a country and a state of whatever kind are one word.
    states |= {index for index in mapping.columns.get("country", ()) if plain_text(headings[index]) == "stato"}
    taken = {index for indexes in mapping.columns.values() for index in indexes} - states
    taken |= mapping.whole_addresses | mapping.ignored | said
    consent = dict(mapping.consent)
    free = [
        index
        for index, heading in enumerate(headings)
        if index not in taken and index not in consent and heading.casefold() not in OWN_HEADINGS
    ]
    evidence = look(export, free)
    paid = is_paid_for(headings)
    reasons, questions = dict(mapping.reasons), list(mapping.questions)
    reasons.update(
        dict.fromkeys(consent, Reason(BY_NAME, f"heading of {mapping.source} that tells who may be written to"))
    )
    not_states: set[int] = set()
    countries = states & set(mapping.columns.get("country", ()))
    codes = {index for index in states if plain_text(headings[index]) in _CODES_OF_STATES}
    for index in free:
        if index in codes:  # Novara, and no no
            continue
        if index in countries and all(len(value) <= 3 for value in evidence[index].values):  # Norway, and no no
            continue
        kind, why, open_question = _decided(headings, index, evidence[index], index in states, paid)
        if kind is not None:
            consent[index] = kind
            not_states |= {index} & states
        if why:
            reasons[index] = Reason(BY_NAME, why)
        if open_question:
            values = {value: count for value, count in evidence[index].values.items() if value}
            ordered = dict(sorted(values.items(), key=lambda entry: -entry[1]))
            questions.append(Question(headings[index], ordered))
    # Beside an answer about email, a `Status` that does not say of what is that of a membership, an order, a guest.
    if any(
        kind in {"in", "out", "channels", "flag"} and _names_email(headings[index]) for index, kind in consent.items()
    ):
        vague = {
            index
            for index, kind in consent.items()
            if kind == "status"
            and index in evidence
            and index not in states
            and not evidence[index].certain
            and _is_vague(headings[index])
            and {plain_text(value) for value in evidence[index].values} <= ALSO_OF_PAYMENTS | ALSO_OF_PEOPLE | {""}
        }
        consent = {index: kind for index, kind in consent.items() if index not in vague}
        reasons.update(dict.fromkeys(vague, Reason(BY_NAME, "another column tells who may be written to")))
        questions = [each for each in questions if each.heading not in {headings[index] for index in vague}]
    columns = dict(mapping.columns)
    for part in ("state", "country"):
        if not_states & set(columns.get(part, ())):
            columns[part] = tuple(-1 if index in not_states else index for index in columns[part])
    return replace(
        mapping, columns=columns, consent=tuple(consent.items()), reasons=reasons, questions=tuple(questions)
    )


def _decided(
    headings: Sequence[str], index: int, found: Evidence, is_state: bool, paid: bool
) -> tuple[str | None, str, bool]:
    """The kind of a column that says who may be written to, or None; why; and whether a person has to be asked."""
    values = {value: count for value, count in found.values.items() if value}
    by_cells: tuple[str | None, str, bool] = (None, "", False)
    if found.certain:
        # Beside a state that leaves no doubt, the others are of a subscription too: `junk`, `unconfirmed`.
        paid_for = frozenset(words(headings[index])) & PAID
        every = not found.many and not paid_for and are_only_states(values)
        by_cells = ("status" if every else "words", "its cells say who must not be written to", False)
    if is_state:
        states = not found.many and are_states(values, paid=paid)
        return ("status", "its cells are states of a subscription", False) if states else (None, "", False)
    others = [heading for number, heading in enumerate(headings) if number != index]
    if not found.many and (codes := codes_of(headings[index], others, values)):
        return f"{CODES}{' '.join(sorted(codes.left))}", f"its cells are the codes of {codes.program}", False
    told = meaning(headings[index], others)
    if (told is None or told.kind in {None, "status"}) and tells_why_they_left(headings[index], others, values):
        return "left", "its cells are why somebody cannot be written to", False
    if told is None or (told.kind in {None, "in", "how", "perhaps", "status"} and not told.elsewhere):
        if not found.many and are_found_by_a_check(values):
            return "status", "its cells are what a check of the addresses found", False
        if not found.many and (how := asks_how(headings[index])) and are_ways(values):
            return how, "its cells say how somebody wants to be reached, or not at all", False
    if told is None:
        return by_cells
    if told.kind is None:
        return (None, told.why, False) if not found.certain or told.elsewhere else by_cells
    if not values:
        return (told.kind if told.kind not in {"perhaps", "how", "often"} else None), told.why, False
    if told.kind == "flag":
        said = any(says_no("flag", value) or plain_text(value) in NO for value in values)
        return ("flag" if said else None), told.why, False
    if told.kind in {"out", "left", "awaited"}:
        return told.kind, told.why, False
    if told.kind == "often":
        return ("often", told.why, False) if not found.many and are_how_often(values) else by_cells
    if told.kind == "how":
        if not found.many and are_yes_or_no(values):
            return "in", "heading tells who may be written to", False
        # Somebody said no, and somebody else something that is neither: only a person can tell.
        doubtful = not found.many and any(plain_text(value) in NO for value in values)
        return (None, told.why, doubtful) if not found.certain else by_cells
    if told.kind == "perhaps":
        if not found.many and are_answers(values):
            return "in", told.why, False
        return by_cells
    if told.kind == "in" and _are_dates(values):
        return (None, "it says when, not whether", False) if not found.certain else by_cells
    if told.kind == "status" and not _names_email(headings[index]):
        if paid and may_be_of_payments(values):
            return None, "its cells are states of what is paid for", False
        if found.many or not are_states(values, paid=paid):
            of_list = bool(frozenset(words(headings[index])) & _OF_A_LIST)
            # A few words of states among others: who may have left stays out until somebody says what the column is.
            doubtful = not found.many and any(says_no("status", value, of_email=of_list) for value in values)
            return ("status", told.why, True) if doubtful else by_cells
    understood = [value for value in values if is_known_status(value) or says_no(told.kind, value)]
    return told.kind, told.why, found.many or len(understood) < len(values)


def _is_vague(heading: str) -> bool:
    return frozenset(words(heading)) <= {"status", "state", "member", "membership", "account", "customer", "client"}


def _names_email(heading: str) -> bool:
    plain = plain_text(heading)
    return any(word in plain for word in ("email", "newsletter", "consent", "marketing"))


def _are_dates(values: Mappings[str, int]) -> bool:
    """Whether most of what a column holds are dates, or numbers that count seconds."""
    dates = sum(read_date(value[:10], False) is not None or read_date(value, True) is not None for value in values)
    return dates * 2 > len(values)
