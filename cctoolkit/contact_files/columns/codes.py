"""Programs whose states are codes: what the letters and digits of a column mean is told by the columns beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .words import plain_text


@dataclass(frozen=True)
class Codes:
    """A column `heading` among those of `beside`: the codes that are `known`, and by which of them somebody `left`."""

    program: str
    beside: frozenset[str]
    heading: str
    known: frozenset[str]
    left: frozenset[str]


_ACYMAILING = frozenset({"email", "confirmed", "enabled", "accept", "html"})
PROGRAMS = (
    # Confirmed, not yet confirmed, unsubscribed, bounced, complained.
    Codes(
        "The Newsletter Plugin",
        frozenset({"email", "status", "token", "gender"}),
        "status",
        frozenset("csubp"),
        frozenset("subp"),
    ),
    # 1 bounced, 2 opted out.
    Codes("CiviCRM", frozenset({"email", "onhold", "useforbulkmail"}), "onhold", frozenset("012"), frozenset("12")),
    # It writes to who is enabled and accepts mail.
    Codes("AcyMailing", _ACYMAILING, "enabled", frozenset("01"), frozenset("0")),
    Codes("AcyMailing", _ACYMAILING, "accept", frozenset("01"), frozenset("0")),
)


def codes_of(heading: str, others: Iterable[str], values: Iterable[str]) -> Codes | None:
    """The codes that a column holds, where all that it holds are codes of a program that has these columns."""
    plain, have = plain_text(heading), frozenset(map(plain_text, others))
    held = {plain_text(value) for value in values} - {""}
    return next(
        (each for each in PROGRAMS if each.heading == plain and each.beside - {plain} <= have and held <= each.known),
        None,
    )
