"""The rules a value: the fast way and the careful one come to the same verdict."""

from __future__ import annotations

import re

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cctoolkit.contact_files import Cleaned, clean, read_bytes
from cctoolkit.contact_files.rules import email_columns, texts
from cctoolkit.contact_files.rules.email_addresses import addresses, email_address, meant_domain, validated
from cctoolkit.contact_files.rules.notes import Notes
from cctoolkit.contact_files.rules.phones import phone, region_of
from cctoolkit.contact_files.rules.values import UNTIDY, split_address, tidy
from tests.marks import examples

LETTERS = st.text(st.sampled_from("abzABZ019._%+-'@ \u00e9\u00fc"), max_size=70)
DOMAIN = st.from_regex(r"[A-Za-z0-9.-]{1,20}\.(com|invalid|TEST|local|c|co\.uk|museum|x-y|12)", fullmatch=True)
ADDRESS = st.one_of(
    st.tuples(LETTERS, DOMAIN).map("@".join),
    LETTERS,
    st.from_regex(r"[a-z]{1,3}([.-][a-z0-9]{1,3}){0,2}@[a-z-]{1,9}\.[a-z]{1,4}", fullmatch=True),
)


def _clean(text: str, **choices: object) -> Cleaned:
    return clean(read_bytes(text.encode(), "people.csv"), **choices)  # type: ignore[arg-type]


@settings(max_examples=examples(500), deadline=None)
@given(written=ADDRESS)
@example(written="a@b--c.com")
@example(written="a@-b.com")
@example(written="a@example.INVALID")
@example(written="a" * 65 + "@example.com")
@example(written=".a@example.com")
@example(written="a@b.c")
@example(written="a@1.2.3.4")
def test_a_plain_address_is_one_to_the_validator_too(written: str) -> None:
    """What the fast way takes, the validator takes, as the same address; the two ways agree about any cell."""
    column = pa.array([written])
    if email_columns.is_plain(column)[0]:
        local, _, domain = written.partition("@")
        assert validated(written) == (f"{local}@{domain.lower()}", "")
    found = email_columns.email_of_rows([column], Notes())
    usable = [address for each in addresses(written) if (address := email_address(each)[0])]
    assert found.address[0].as_py() == (usable[0] if usable else "")
    text = re.sub(r"^mailto:", "", written.strip().strip("\"'<>()[]").strip(), flags=re.IGNORECASE).rstrip(".").strip()
    if "@" in text:
        assert email_address(written) == validated(text)


@settings(max_examples=examples(400), deadline=None)
@given(
    cell=st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
    | st.text(st.sampled_from("a' =+-\u00a0\u200d\u2003\ue000"), max_size=8)
)
def test_what_needs_no_tidying_is_tidy(cell: str) -> None:
    """The pattern for columns finds every text that tidying changes."""
    assert texts.tidied(pa.array([cell]))[0].as_py() == tidy(cell)
    assert texts.matches(pa.array([cell]), UNTIDY)[0] or tidy(cell) == cell


@pytest.mark.parametrize(
    ("domain", "meant"),
    [
        *[
            (slip, "gmail.com")
            for slip in ("gmial.com", "gmai.com", "gmaill.com", "gmail.con", "gmal.com", "hmail.com")
        ],
        *(("hotmial.com", "hotmail.com"), ("yaho.com", "yahoo.com"), ("example.con", "example.com")),
        *((right, "") for right in ("gmail.com", "ymail.com", "gmx.de", "mail.com", "example.com", "hotmail.it")),
    ],
)
def test_typing_errors_are_suggested(domain: str, meant: str) -> None:
    """One slip from a large provider, or from an ending; never where the domain is real."""
    assert meant_domain(domain) == meant


def test_odd_addresses_are_sent_as_they_are_and_told() -> None:
    """A likely typing error, an office, a throw-away mailbox: nothing is changed."""
    cleaned = _clean("email\nana@gmial.com\ninfo@example.com\nx@mailinator.com\nok@example.com\n")
    assert cleaned.addresses == ["ana@gmial.com", "info@example.com", "x@mailinator.com", "ok@example.com"]
    assert cleaned.notes[["line", "note"]].values.tolist() == [
        [2, "ana@gmial.com may be a typing error for @gmail.com: it is sent as it is"],
        [3, "info@example.com is the address of an office, not of a person"],
        [4, "x@mailinator.com is a throw-away address"],
    ]


@pytest.mark.parametrize(
    ("written", "sent", "told"),
    [
        ("+1 (617) 555-0100", "+1 (617) 555-0100", ""),
        ("+44 (0)20 7946 0018 ext. 1234", "+44 20 7946 0018 x1234", "is sent as +44 20 7946 0018 x1234"),
        ("n/a", "", "holds no number"),
        ("617-555-0100 or 617-555-0199", "", "more than 25 characters"),
    ],
)
def test_phones_are_sent_as_they_are_written_where_they_fit(written: str, sent: str, told: str) -> None:
    """Shortened where a number can be read, left out and told where not."""
    value, said = phone(written)
    assert value == sent
    assert told in said


def test_phones_become_international_on_request() -> None:
    """By the row's country, in any of seven languages, else by the region given."""
    text = "email,phone,country\na@example.com,030 23125 001,Deutschland\nb@example.com,(617) 555-0100,\nc@example.com,x12,\n"
    cleaned = _clean(text, phones="international", region="US")
    assert cleaned.kept["phone"].tolist() == ["+49 30 23125001", "+1 617-555-0100", "x12"]
    assert [region_of(name) for name in ("États-Unis", "Brasil", "uk", "Atlantis")] == ["US", "BR", "GB", None]


def test_names_get_capitals_on_request() -> None:
    """Only those that are all of one kind; otherwise the case is untouched."""
    text = "email,first_name,last_name\na@example.com,ANA MARÍA,o'brien\nb@example.com,ben,McDonald\n"
    assert _clean(text).kept["first_name"].tolist() == ["ANA MARÍA", "ben"]
    kept = _clean(text, capitalize=True).kept
    assert kept[["first_name", "last_name"]].values.tolist() == [["Ana María", "O'Brien"], ["Ben", "McDonald"]]


def test_birthdays_in_columns_of_their_own() -> None:
    """Both parts, or neither and told."""
    cleaned = _clean("email,birthday_month,birthday_day\na@example.com,5,07\nb@example.com,2,30\nc@example.com,,\n")
    assert cleaned.kept[["birthday_month", "birthday_day"]].values.tolist() == [["5", "7"], ["", ""], ["", ""]]
    assert list(cleaned.notes["note"]) == ["birthday '2/30' is no month and day and is left out"]


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        ("1 Main St  Boston  MA  02110  US", ("1 Main St", "", "Boston", "MA", "02110", "US")),
        ("1 Main St  Apt 2  Boston  MA  02110  US", ("1 Main St", "Apt 2", "Boston", "MA", "02110", "US")),
        ("1 Main St  Boston  MA  02110", ("1 Main St", "", "Boston", "MA", "02110", "")),
        ("Somewhere", ("Somewhere", "", "", "", "", "")),
        ("", ("", "", "", "", "", "")),
    ],
)
def test_a_whole_address_in_one_cell_is_taken_apart(whole: str, parts: tuple[str, ...]) -> None:
    """As Mailchimp writes it, two blanks between its parts."""
    assert split_address(whole) == parts


def test_of_duplicates_the_last_value_counts_on_request() -> None:
    """Value by value, a postal address as a whole; the contact stays on its first line."""
    text = "email,first_name,last_name,street,city\na@example.com,Ana,,1 Main St,Rome\nA@example.com,Anna,Silva,,Oslo\na@example.com,,,,\n"
    [row] = _clean(text, on_duplicate="last").kept.to_dict("records")
    assert row == {
        **{"line": 2, "email": "a@example.com", "first_name": "Anna", "last_name": "Silva", "city": "Oslo"},
    }
    assert _clean(text, on_duplicate="last").merged["filled"].tolist() == ["first_name, last_name, city", ""]


ROW = st.tuples(
    st.sampled_from(["a@example.com", "A@Example.com", "b@example.com", "c@example.com", "nobody"]),
    *[st.sampled_from(["", "1", "2"])] * 4,
)


@settings(max_examples=examples(200), deadline=None)
@given(rows=st.lists(ROW, max_size=12), last=st.booleans())
def test_merging_is_what_it_says(rows: list[tuple[str, ...]], last: bool) -> None:
    """Against the plainest way to say it: go through the rows of an address, fill or replace."""
    text = "email,first_name,last_name,street,city\n" + "".join(",".join(row) + "\n" for row in rows)
    cleaned = _clean(text, on_duplicate="last" if last else "first")
    expected: dict[str, list[str]] = {}
    for email, *values in rows:
        if email == "nobody":
            continue
        now = expected.setdefault(email.lower(), ["", "", "", ""])
        for unit in (slice(0, 1), slice(1, 2), slice(2, 4)):
            if any(values[unit]) and (last or not any(now[unit])):
                now[unit] = values[unit]
    names = ["first_name", "last_name", "street", "city"]
    kept = cleaned.kept.reindex(columns=["email", *names], fill_value="")
    assert {row[0].lower(): list(row[1:]) for row in kept.itertuples(index=False, name=None)} == expected
    assert cleaned.rows_in == len(rows)
