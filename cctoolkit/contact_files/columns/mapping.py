"""What a column of an export can become, and a mapping of columns: which feed which heading of the import, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass, field

from .sources import ADDRESS_PARTS

#: When each contact agreed to email: what documents an explicit consent.
CONSENT_DATE = "consent_date"
#: The headings of the import file, in the order in which they are written.
WRITTEN = (
    *("email", "sms_number", "first_name", "last_name", "company_name", "job_title", "phone", *ADDRESS_PARTS),
    *("anniversary", "birthday_month", "birthday_day", "sms_consent_date"),
    # Of the sign-up form, and in no file of an import: somebody has to say which column it is.
    CONSENT_DATE,
)
#: What a column can become besides: these are turned into headings of the import.
TURNED = ("name", "birthday")
#: Targets whose columns people number.
NUMBERED = ("email", "phone")
#: What a column can say about whether a person may be written to, by the word that chooses it.
CONSENT_KINDS = {"status": "status", "opted_out": "out", "opted_in": "in", "left_at": "left"}
#: What leaves a column out, said in a word; an empty text does the same.
IGNORE = "ignore"
TARGETS = (*WRITTEN, *TURNED, *CONSENT_KINDS, IGNORE, "cf:NAME")

#: Headings of our own rejects: never data.
OWN_HEADINGS = ("line in the export", "why it was rejected")
MOST_CUSTOM_FIELDS = 25

#: What happens to columns that hold something and are not imported.
LEFTOVERS = ("ignore", "custom-fields", "stop")

#: What an export is called whose headings no program writes.
WITH_HEADINGS, WITHOUT_HEADINGS = "CSV with headings of its own", "CSV without headings"
OF_ITS_OWN = (WITH_HEADINGS, WITHOUT_HEADINGS)
#: From this confidence on a guess is proposed.
PROPOSED = 0.5


#: How sure it is by a program's own heading, by a name, by a part of one, and because somebody said so.
BY_SOURCE, BY_NAME, BY_PART, SAID = 1.0, 0.95, 0.8, 1.0


@dataclass(frozen=True)
class Reason:
    """How sure it is that a column is what it is taken for (0 to 1), and why."""

    confidence: float
    how: str


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


@dataclass(frozen=True)
class Mapping:
    """Which columns (by position) feed which import heading.

    The parts of a postal address are aligned: the n-th street goes with the n-th city; -1 where a column is missing.
    """

    source: str
    columns: dict[str, tuple[int, ...]]
    #: Columns that say who may be written to, each with its kind: `status`, `out`, `in` or `left`.
    consent: tuple[tuple[int, str], ...] = ()
    #: Columns that the source always writes and that hold nothing for an import.
    ignored: frozenset[int] = frozenset()
    reasons: dict[int, Reason] = field(default_factory=dict)
    #: What columns that are not used might be.
    proposals: dict[int, tuple[str, Reason]] = field(default_factory=dict)
    #: Columns whose cells hold a whole postal address, two blanks between its parts.
    whole_addresses: frozenset[int] = frozenset()
    #: And with commas between them, as on an envelope.
    address_lines: frozenset[int] = frozenset()
    #: Columns of cities whose cells hold the state, or the zip, too.
    city_lines: frozenset[int] = frozenset()
    #: Of a column of streets, those of the house number: whether it stands before the street's name, and the columns.
    house_numbers: dict[int, tuple[bool, tuple[int, ...]]] = field(default_factory=dict)
    #: Whether the source writes dates day first where no cell tells.
    by_day: bool = False
    #: What has to be answered before anybody is written to.
    questions: tuple[Question, ...] = ()

    @property
    def used(self) -> set[int]:
        fed = {index for indexes in self.columns.values() for index in indexes} - {-1}
        fed |= {index for _, indexes in self.house_numbers.values() for index in indexes}
        return fed | self.whole_addresses | self.address_lines | {index for index, _ in self.consent}
