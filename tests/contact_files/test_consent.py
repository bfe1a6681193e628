"""Who may be written to: by channel, by direction, by the cells of the whole column; and a question where it is not sure."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cctoolkit.contact_files import Cleaned, answered, clean, read_bytes
from cctoolkit.contact_files.columns import consent_words
from cctoolkit.contact_files.columns.consent import meaning
from cctoolkit.errors import ContactFileError
from tests.marks import examples


def _clean(text: str, name: str = "people.csv", **choices: object) -> Cleaned:
    return clean(read_bytes(text.encode(), name), **choices)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Accepts Email Marketing", "in"),
        ("Sign me up for the newsletter", "in"),
        ("Would you like to receive our newsletter?", "in"),
        ("HasOptedOutOfEmail", "out"),
        ("Opted out of email: Monthly letter", "out"),
        ("Do not allow Bulk Emails", "out"),
        ("donotemail", "out"),
        ("Email disabled", "out"),
        ("Email Subscriber Status", "status"),
        ("Unsubscribe reason", "left"),
        ("Opt-in Time", None),
        ("Accepts SMS Marketing", None),
        ("Do Not Call", None),
        ("Do Not Mail", None),
        ("nomail", None),
        ("Photo consent", None),
        ("Consent to data processing", None),
        ("active_subscription", None),
        ("Send this subscriber HTML emails", None),
    ],
)
def test_a_heading_says_how_its_cells_answer(heading: str, kind: str | None) -> None:
    """Only what is about email decides about email; when, where and what for is no answer."""
    found = meaning(heading)
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize(
    "heading", ["Preferred name", "Favourite colour", "Subscription box size", "Notes", "Contact no"]
)
def test_other_headings_say_nothing_of_it(heading: str) -> None:
    """Whole words only."""
    found = meaning(heading)
    assert found is None or found.kind in {None, "perhaps"}


@pytest.mark.parametrize("heading", ["Text updates", "SMS opt-in", "Do Not Mail", "Photos allowed", "WhatsApp consent"])
def test_a_no_to_something_else_keeps_nobody_out(heading: str) -> None:
    """Texts, calls, letters and pictures are other channels."""
    assert _clean(f"Email,{heading}\na@example.com,No\nb@example.com,Yes\n").addresses == [
        "a@example.com",
        "b@example.com",
    ]


@pytest.mark.parametrize(
    "word", ["Unsubscribed", "opted out", "Hard bounce", "do not email", "NEVER_SUBSCRIBED", "Suppressed"]
)
def test_some_words_can_mean_nothing_else(word: str) -> None:
    """Whatever the heading, and however far down."""
    rows = "".join(f"p{number}@example.com,fine\n" for number in range(1_300))
    cleaned = _clean(f"Email,Remarks of the office\n{rows}last@example.com,{word}\n")
    assert cleaned.rejected["written"].tolist() == ["last@example.com"]
    assert f"(Remarks of the office = {word})" in cleaned.rejected["reason"][0]


def test_the_quick_look_misses_no_certain_word() -> None:
    """Columns of many different texts are looked through by one pattern first."""
    assert [word for word in sorted(consent_words.CERTAIN) if not re.search(consent_words.MAY_BE_CERTAIN, word)] == []


@pytest.mark.parametrize("word", ["Unconfirmed", "pending", "never confirmed", "invalid", "unreachable", "cleaned"])
def test_who_never_said_yes_is_kept_out(word: str) -> None:
    """A state of email is more than yes and no."""
    assert _clean(f"Email,Email status\na@example.com,{word}\nb@example.com,subscribed\n").addresses == [
        "b@example.com"
    ]


@pytest.mark.parametrize(
    "answer", ["No", "No thanks", "No, call me", "No. Do not call either", "no, please send letters"]
)
def test_a_no_is_one_whatever_is_said_behind_it(answer: str) -> None:
    """Naming another channel beside it takes nothing back."""
    text = f'Email,Would you like our newsletter?\na@example.com,"{answer}"\nb@example.com,Yes\n'
    assert _clean(text).addresses == ["b@example.com"]


@pytest.mark.parametrize("heading", ["Pending balance", "Pending visits", "Household", "Shareholder"])
def test_what_is_pending_elsewhere_keeps_nobody_out(heading: str) -> None:
    """Only what waits for an answer about email does."""
    assert _clean(f"Email,{heading}\na@example.com,20\n").addresses == ["a@example.com"]
    assert _clean("Email,Status\na@example.com,household\nb@example.com,subscribed\n").addresses[0] == "a@example.com"


def test_a_membership_that_ended_is_no_no() -> None:
    """What is paid for has states that are called alike."""
    text = "Email,Membership,Status\na@example.com,Gold,Cancelled\nb@example.com,Gold,Active\n"
    assert len(_clean(text).addresses) == 2
    assert _clean("Email,state\na@example.com,cancelled\nb@example.com,bounced\nc@example.com,active\n").addresses == [
        "c@example.com"
    ]


def test_a_column_of_states_is_not_the_address() -> None:
    """`state` holds words of a subscription here, and a state of America elsewhere."""
    cleaned = _clean("Email,state\na@example.com,active\nb@example.com,unsubscribed\n")
    assert "state" not in cleaned.kept
    assert _clean("Email,state\na@example.com,MA\n").kept["state"].tolist() == ["MA"]


@pytest.mark.parametrize(
    "name", ["unsubscribed_email_audience_export_1.csv", "nonsubscribed_members.csv", "cleaned_segment_export.csv"]
)
def test_the_name_of_a_file_speaks_too(name: str) -> None:
    """Mailing services put those who left into files of their own, with the columns of all others."""
    with pytest.raises(ContactFileError, match="by its name a file of people who must not be written to"):
        _clean("Email\na@example.com\n", name)
    assert _clean("Email\na@example.com\n", "cleaned contacts.csv").addresses == ["a@example.com"]


def test_a_question_is_asked_first() -> None:
    """The column, its values with their counts, the three answers; the report begins with it, and an import stops."""
    text = (
        "Email,Newsletter consent\na@example.com,Yes\nb@example.com,perhaps\nc@example.com,perhaps\nd@example.com,No\n"
    )
    cleaned = _clean(text)
    [question] = cleaned.questions
    assert question.values == {"perhaps": 2, "Yes": 1, "No": 1}
    assert cleaned.report().splitlines()[0].startswith("To be answered: The column 'Newsletter consent'")
    with pytest.raises(ContactFileError, match="--map 'Newsletter consent=opted_in'"):
        answered(cleaned)
    for answer, kept in (("opted_in", 3), ("opted_out", 1), ("ignore", 4)):
        said = _clean(text, columns={"Newsletter consent": answer})
        assert (len(said.addresses), said.questions) == (kept, ())


@pytest.mark.parametrize(
    ("cell", "taken"),
    [
        ('"john,smith@example.com"', []),
        ("mike.o neal@example.com", []),
        ('"Bell, Ann <ann@example.com>"', ["ann@example.com"]),
        ("ann@example.com and ben@example.com", ["ann@example.com"]),
        ("mailto:ann@example.com?subject=Hello", ["ann@example.com"]),
        ("[ann@example.com](mailto:ann@example.com)", ["ann@example.com"]),
        ("ann@example.com (work)", ["ann@example.com"]),
        ("john.o&apos;connell@example.com", ["john.o'connell@example.com"]),
        ("noemail@noemail.com", []),
        ("test@test.com", []),
    ],
)
def test_an_address_is_whole_or_it_is_none(cell: str, taken: list[str]) -> None:
    """No half of a broken one is anybody's."""
    cleaned = _clean(f"Email,Name\n{cell},Ann\n")
    assert cleaned.addresses == taken


@pytest.mark.parametrize(
    ("heading", "cell", "field", "value"),
    [
        ("Ticket First Name", "Ann", "first_name", "Ann"),
        ("First Name (Billing)", "Ann", "first_name", "Ann"),
        ("Name - First Name", "Ann", "first_name", "Ann"),
        ("What is your name?", "Ann Bell", "last_name", "Bell"),
        ("Billing Phone", "617-555-0100", "phone", "617-555-0100"),
        ("Person - Phone - Work", "617-555-0100", "phone", "617-555-0100"),
        ("Default Address City", "Waltham", "city", "Waltham"),
        ("Home Address Street Line 1", "5 Oak", "street", "5 Oak"),
        ("Zip", '="02139"', "zip", "02139"),
        ("Zip", "z:02139", "zip", "02139"),
        ("Phone", "'06175550122", "phone", "06175550122"),
        ("Phone", "\u202a+1 617-555-0111\u202c", "phone", "+1 617-555-0111"),
    ],
)
def test_a_field_is_known_by_its_name_among_other_words(heading: str, cell: str, field: str, value: str) -> None:
    """And its value without what a program wrapped around it."""
    quoted = '"' + cell.replace('"', '""') + '"'
    assert _clean(f"Email,{heading}\na@example.com,{quoted}\n").kept[field].tolist() == [value]


@pytest.mark.parametrize(
    "heading", ["Emergency Contact Email", "Host Email", "Owner email", "Guardian's e-mail", "Assistant Email"]
)
def test_an_address_of_somebody_else_is_never_taken(heading: str) -> None:
    """Not even where the person has none."""
    cleaned = _clean(f"Email,{heading}\na@example.com,x@example.org\n,y@example.org\n")
    assert cleaned.addresses == ["a@example.com"]


_ANSWERS = st.sampled_from(["yes", "no", "", "Unsubscribed", "maybe", "2024-01-01", "Gold", "active"])
_HEADINGS = st.sampled_from(
    ["Newsletter", "Email opt-in", "Opted out", "SMS opt-in", "Status", "Notes", "Tier", "Photo ok"]
)


@settings(max_examples=examples(200), deadline=None)
@given(st.lists(st.tuples(_ANSWERS, _ANSWERS), min_size=1, max_size=8), _HEADINGS, _HEADINGS)
def test_another_column_lets_nobody_in(rows: list[tuple[str, str]], first: str, second: str) -> None:
    """Whom a file keeps out is kept out with one more column too, unless the headings now speak of what is paid for."""
    if first == second or second == "Tier":
        return
    plain = f"Email,{first}\n" + "".join(f"p{n}@example.com,{row[0]}\n" for n, row in enumerate(rows))
    more = f"Email,{first},{second}\n" + "".join(f"p{n}@example.com,{row[0]},{row[1]}\n" for n, row in enumerate(rows))
    assert set(_clean(more).addresses) <= set(_clean(plain).addresses)


@settings(max_examples=examples(200), deadline=None)
@given(st.lists(_ANSWERS, min_size=1, max_size=12), _HEADINGS, st.integers(0, 10**6))
def test_the_order_of_rows_changes_nobodys_verdict(answers: list[str], heading: str, seed: int) -> None:
    """States far down count as those at the top."""
    rows = [f"p{number}@example.com,{answer}\n" for number, answer in enumerate(answers)]
    shuffled = random.Random(seed).sample(rows, len(rows))
    one, other = (_clean(f"Email,{heading}\n" + "".join(each)) for each in (rows, shuffled))
    assert set(one.addresses) == set(other.addresses)
