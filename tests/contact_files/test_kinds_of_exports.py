"""What stands around a table, and how programs name people: each a kind that several programs share."""

from __future__ import annotations

import pytest

from cctoolkit.contact_files import Cleaned, clean, read_bytes
from cctoolkit.contact_files.rules.values import split_name


def _clean(text: str, name: str = "people.csv") -> Cleaned:
    return clean(read_bytes(text.encode(), name))


def _one(text: str, name: str = "people.csv") -> dict[str, str]:
    [person] = _clean(text, name).kept.to_dict("records")
    return {str(key): str(value) for key, value in person.items()}


@pytest.mark.parametrize(
    ("whole", "first", "last"),
    [
        ("Ida Holm", "Ida", "Holm"),
        ("Holm, Ida", "Ida", "Holm"),
        ("Ida Marie Holm", "Ida Marie", "Holm"),
        ("Ida Holm, PhD", "Ida", "Holm"),
        ("Ida Holm Jr.", "Ida", "Holm"),
        ("Dr. Ida Holm", "Ida", "Holm"),
        ("Mrs Holm", "", "Holm"),
        ("Prof. Dr. Ida Holm", "Ida", "Holm"),
        ("Prince Ida Holm", "Prince Ida", "Holm"),
        ("King", "King", ""),
        ("Ida van den Holm", "Ida", "van den Holm"),
        ("de la Rosa, Ida", "Ida", "de la Rosa"),
        ("Ida Holm (Sailing club)", "Ida", "Holm"),
        ("Ida", "Ida", ""),
        ("ida@example.com", "", ""),
    ],
)
def test_a_whole_name_is_taken_apart(whole: str, first: str, last: str) -> None:
    """Titles, suffixes and remarks are left out, particles belong to the last name, and an address is no name."""
    assert split_name(whole) == (first, last)


@pytest.mark.parametrize("nobody", ["----", ".", "*", " - "])
def test_a_line_is_no_name(nobody: str) -> None:
    """What shops write where nobody gave one."""
    person = _one(f"email,first name,last name\nida@example.com,{nobody},Holm\n")
    assert (person.get("first_name", ""), person["last_name"]) == ("", "Holm")


def test_a_report_has_several_tables() -> None:
    """Each below a line that names it, with columns of its own: everybody is read, under the headings of all."""
    cleaned = _clean(
        "Report on a talk\nMade:,2026-09-01\nTopic,Number,Minutes\nKnots,7,90\n"
        "Hosts\nCame,Name,Email,Joined\nYes,Ole Berg,ole@example.org,09:00\n"
        "Guests\nCame,Name,First Name,Last Name,Email,Phone\n"
        "Yes,Ida Holm,Ida,Holm,ida@example.com,6175550100\nNo,Uwe Lind,Uwe,Lind,uwe@example.com,\nCounted by hand\n"
    )
    assert cleaned.kept[["line", "email", "first_name", "last_name"]].values.tolist() == [
        [7, "ole@example.org", "Ole", "Berg"],
        [10, "ida@example.com", "Ida", "Holm"],
        [11, "uwe@example.com", "Uwe", "Lind"],
    ]
    assert cleaned.kept["phone"].tolist() == ["", "6175550100", ""]
    assert cleaned.rejected["line"].tolist() == [12]


def test_two_exports_in_one_file_are_no_sections() -> None:
    """The headings again, without a name above them, are one row to be rejected."""
    cleaned = _clean("email,name\nida@example.com,Ida\nemail,name\nuwe@example.com,Uwe\n")
    assert cleaned.kept["email"].tolist() == ["ida@example.com", "uwe@example.com"]
    assert cleaned.rejected["line"].tolist() == [3]


def test_a_survey_has_two_rows_of_headings() -> None:
    """The parts of a question stand below it; an answer below a whole question is that question's."""
    cleaned = _clean(
        "Id,Started,How to reach you,,,,May we write to you by email?\n"
        ",,Name,Company,Email Address,Phone Number,Response\n"
        "1,2026-01-01,Ida Holm,Holm AS,ida@example.com,617-555-0100,Yes\n"
        "2,2026-01-01,Uwe Lind,,uwe@example.com,,No\n"
    )
    assert cleaned.kept[["email", "first_name", "last_name", "company_name", "phone"]].values.tolist() == [
        ["ida@example.com", "Ida", "Holm", "Holm AS", "617-555-0100"]
    ]
    assert "May we write to you by email?" in cleaned.rejected["reason"].iloc[0]


def test_a_survey_with_numbers_for_questions() -> None:
    """And a third row for programs: the question's own text says what was asked."""
    cleaned = _clean(
        'Id,Email,Q1\nAnswer,Your email,Do you want our newsletter?\n"{""ImportId"":""a""}","{""ImportId"":""b""}",'
        '"{""ImportId"":""c""}"\n1,ida@example.com,Yes\n2,uwe@example.com,No\n'
    )
    assert cleaned.kept["email"].tolist() == ["ida@example.com"]


def test_a_first_row_with_gaps_is_no_heading() -> None:
    """A row of few cells below headings that lack one is a person."""
    cleaned = _clean("email,name,\nida@example.com,Ida,x\n,Uwe,y\n")
    assert cleaned.rows_in == 2


@pytest.mark.parametrize(
    ("heading", "asks"),
    [
        ("May we write to you by email?", True),
        ("Would you like our newsletter at home?", True),
        ("When did you sign up by email?", False),
        ("Newsletter signup date", False),
    ],
)
def test_a_question_is_told_from_when_it_was_asked(heading: str, asks: bool) -> None:
    cleaned = _clean(f"email,{heading}\nida@example.com,Yes\nuwe@example.com,No\n")
    assert cleaned.kept_count == (1 if asks else 2)


@pytest.mark.parametrize(
    ("headings", "cells", "expected"),
    [
        ("Name,Last name", "Ida,Holm", {"first_name": "Ida", "last_name": "Holm"}),
        ("Namn", "Ida Holm", {"first_name": "Ida", "last_name": "Holm"}),
        ("Contact Name,First Name,Last Name", "Holm Boats AS,Ida,Holm", {"company_name": "Holm Boats AS"}),
        ("Contact Name,First Name,Last Name", "Ida Holm,Ida,Holm", {"company_name": ""}),
        ("Title", "Skipper", {"job_title": "Skipper"}),
        ("Title", "Mrs.", {"job_title": ""}),
        ("Phone,Default Address Phone", "6175550100,6175550199", {"phone": "6175550100"}),
        ("Birthday", "33978", {"birthday_month": "1", "birthday_day": "9"}),
        ("Home Address,Home City,Home Post Code", "1 Fen,Ely,CB7 4AA", {"street": "1 Fen", "zip": "CB7 4AA"}),
        ("billing_address_1,billing_postcode,billing_city", "1 Fen,CB7 4AA,Ely", {"street": "1 Fen", "city": "Ely"}),
        ("Address - Mail Street,Address - Mail City", "1 Fen,Ely", {"street": "1 Fen", "city": "Ely"}),
        ("Miasto,Kod pocztowy", "Gdynia,81-001", {"city": "Gdynia", "zip": "81-001"}),
        ("Address,Work Address,Work City", "1 Fen,2 Quay,Ely", {"street": "1 Fen", "city": ""}),
    ],
)
def test_what_a_column_is_follows_from_the_others(headings: str, cells: str, expected: dict[str, str]) -> None:
    """And from its cells."""
    person = _one(f"Email,{headings}\nida@example.com,{cells}\n")
    assert {field: person.get(field, "") for field in expected} == expected


def test_a_card_within_a_card_is_somebody_elses() -> None:
    """An assistant's: the person of the card is imported, and the assistant is not."""
    card = (
        "BEGIN:VCARD\nVERSION:2.1\nN:Holm;Ida\nAGENT:\nBEGIN:VCARD\nVERSION:2.1\nN:Lind;Uwe\nEMAIL:uwe@example.com\n"
        "END:VCARD\nEMAIL:ida@example.com\nEND:VCARD\n"
    )
    assert _clean(card, "x.vcf").kept[["email", "first_name"]].values.tolist() == [["ida@example.com", "Ida"]]


def test_what_a_card_holds_besides_is_told() -> None:
    """And the preferred address of several comes first."""
    card = (
        "BEGIN:VCARD\nVERSION:4.0\nFN:Ida Holm\nEMAIL:ida@example.com\nCATEGORIES:Choir,Board\nNICKNAME:Idchen\n"
        "ADR;PREF=2:;;1 Old;Troy;NY;12180;USA\nADR;PREF=1:;;2 New;Hull;MA;02045;USA\nEND:VCARD\n"
    )
    cleaned = _clean(card, "x.vcf")
    told = cleaned.columns.set_index("column")["becomes"]
    assert told["Categories"] == told["Nickname"] == "not imported"
    assert cleaned.kept["street"].tolist() == ["2 New"]


def test_marks_around_an_address_are_none_of_it() -> None:
    """A phone's address book isolates what it copies from the direction of the text around it."""
    assert _one("email\n\u2068ida@example.com\u2069\n")["email"] == "ida@example.com"
