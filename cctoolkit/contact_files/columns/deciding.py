"""Whether a column says who may be written to: its heading's meaning, held against the cells of the whole column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..rules.dates import read_date
from .consent import (
    are_answers,
    are_only_states,
    are_states,
    are_yes_or_no,
    is_known_status,
    may_be_of_payments,
    meaning,
    says_no,
)
from .consent_words import PAID
from .evidence import Evidence
from .synonyms import NO
from .words import plain_text, words

#: A heading with one of these is about a list of people, whatever is paid for.
_OF_A_LIST = frozenset({"subscription", "subscriber", "list", "optin"})


@dataclass(frozen=True)
class Question:
    """A column that may say who wants email, and is not understood: only a person can tell. `values` are how often each
    value stands there, the most frequent first."""

    heading: str
    values: dict[str, int]

    def __str__(self) -> str:
        shown = [f"{value or '(empty)'} ({count:,} ×)" for value, count in list(self.values.items())[:6]]
        more = ", …" if len(self.values) > len(shown) else ""
        return (
            f"The column {self.heading!r} may say who wants email, and its values are not understood: "
            f"{', '.join(shown)}{more}. Say what it is: --map '{self.heading}=opted_in' (a no keeps out), "
            f"--map '{self.heading}=opted_out' (a yes keeps out), or --map '{self.heading}=ignore' (it is about something "
            f"else); in Python, columns={{{self.heading!r}: 'opted_in'}}."
        )


def decided(
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
    told = meaning(headings[index], others)
    if told is None:
        return by_cells
    if told.kind is None:
        return (None, told.why, False) if not found.certain or told.elsewhere else by_cells
    if not values:
        return (told.kind if told.kind not in {"perhaps", "how"} else None), told.why, False
    if told.kind in {"out", "left", "awaited"}:
        return told.kind, told.why, False
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


def _names_email(heading: str) -> bool:
    plain = plain_text(heading)
    return any(word in plain for word in ("email", "newsletter", "consent", "marketing"))


def _are_dates(values: Mapping[str, int]) -> bool:
    """Whether most of what a column holds are dates, or numbers that count seconds."""
    dates = sum(read_date(value[:10], False) is not None or read_date(value, True) is not None for value in values)
    return dates * 2 > len(values)
