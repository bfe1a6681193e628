"""Which column is what: by heading, by content, as the user says; nothing is left out without a word."""

from __future__ import annotations

import pytest

from cctoolkit.contact_files import Cleaned, clean, read_bytes
from cctoolkit.errors import ContactFileError


def _clean(text: str, **choices: object) -> Cleaned:
    return clean(read_bytes(text.encode(), "people.csv"), **choices)  # type: ignore[arg-type]


def test_what_a_column_might_be_is_proposed() -> None:
    """By a name spelled almost so, and by what its cells look like; the report says what to type."""
    rows = "".join(f"p{n}@example.com,Ana{n},+1 617 555 01{n:02},02110\n" for n in range(20))
    cleaned = _clean(f"email,Frist Name,Reachable,Area\n{rows}")
    assert cleaned.proposals == {"Frist Name": "first_name", "Reachable": "phone", "Area": "zip"}
    assert "Reachable might be phone: --map 'Reachable=phone'" in cleaned.report()
    account = cleaned.columns.set_index("column")
    assert account.loc["Reachable", "why"] == "might be phone (its cells look so, 90% sure)"
    assert account.loc["email", ["becomes", "confidence"]].tolist() == ["email", 0.95]
    mapped = _clean(f"email,Frist Name,Reachable,Area\n{rows}", columns=cleaned.proposals)
    assert list(mapped.kept.columns) == ["line", "email", "first_name", "phone", "zip"]


def test_what_is_left_over_becomes_a_custom_field_on_request() -> None:
    """Under its own heading, or one that the user gives; long values are cut and told."""
    text = f"email,Shoe size,Notes\na@example.com,44,{'n' * 300}\nb@example.com,,\n"
    cleaned = _clean(text, leftover="custom-fields")
    assert cleaned.kept["cf:Shoe size"].tolist() == ["44", ""]
    assert cleaned.kept["cf:Notes"].str.len().tolist() == [255, 0]
    assert list(cleaned.notes["note"]) == ["cf:Notes is cut to 255 characters"]
    cleaned = _clean(text, columns={"Shoe size": "cf:Size"})
    assert next(cleaned.parts()).content == b"email,cf:Size\r\na@example.com,44\r\nb@example.com,\r\n"
    again = _clean("email,cf:Size\na@example.com,44\n")
    assert again.kept["cf:Size"].tolist() == ["44"]


def test_too_many_custom_fields_are_said() -> None:
    """A contact has room for 25."""
    headings = ",".join(f"f{n}" for n in range(26))
    with pytest.raises(ContactFileError, match="26 columns would become custom fields"):
        _clean(f"email,{headings}\na@example.com{',x' * 26}\n", leftover="custom-fields")


def test_what_is_left_over_stops_the_run_on_request() -> None:
    """Also where it holds something only far below; not once the user has said that it is left out."""
    late = "email,Shoe size\n" + "".join(f"p{n}@example.com,{'44' if n > 1500 else ''}\n" for n in range(1600))
    for text in ("email,Shoe size\na@example.com,44\n", late):
        with pytest.raises(ContactFileError, match="would not be imported: Shoe size"):
            _clean(text, leftover="stop")
        assert len(_clean(text, leftover="stop", columns={"Shoe size": ""}).kept) >= 1


@pytest.mark.parametrize(
    ("choices", "sentence"),
    [
        ({"leftover": "drop"}, "choose ignore or custom-fields or stop"),
        ({"on_duplicate": "newest"}, "choose first or last"),
        ({"phones": "short"}, "choose as-written or international"),
        ({"region": "USA"}, "two letters, such as US"),
        ({"columns": {"email": "cf:"}}, "cannot become 'cf:'"),
    ],
)
def test_choices_that_do_not_exist_are_said(choices: dict[str, object], sentence: str) -> None:
    """With those that do."""
    with pytest.raises(ContactFileError, match=sentence):
        _clean("email\na@example.com\n", **choices)


def test_the_user_says_which_column_tells_who_left() -> None:
    """Yes means that they left, or that they stay."""
    text = "email,Newsletter\na@example.com,yes\nb@example.com,no\n"
    assert _clean(text, columns={"Newsletter": "opted_out"}).addresses == ["b@example.com"]
    assert _clean(text, columns={"Newsletter": "opted_in"}).addresses == ["a@example.com"]


def test_contacts_without_an_address_are_kept_by_their_sms_number() -> None:
    """In the form that the service takes, once each; what is no number is rejected with its reason."""
    cleaned = _clean(
        "sms_number,email,first_name,sms_consent_date\n+1 617 555 0100,,Ana,2024-05-06\n(617) 555-0100,,,\n"
        "555,,Ben,\n,b@example.com,Ben,\nnone,,Cid,\n617 555 0101,c@example.com,,\n",
        region="us",
    )
    kept = cleaned.kept.set_index("line")
    assert kept.loc[2, ["email", "sms_number", "sms_consent_date"]].tolist() == ["", "+16175550100", "05/06/2024"]
    assert kept.loc[7, ["email", "sms_number"]].tolist() == ["c@example.com", "+16175550101"]
    assert cleaned.merged[["line", "email", "into_line"]].values.tolist() == [[3, "+16175550100", 2]]
    assert cleaned.rejected[["line", "reason"]].values.tolist() == [
        [4, "the SMS number is too short or too long"],
        [6, "the SMS number is no number"],
    ]
    assert _clean("sms_number\n+16175550100\n").kept["sms_number"].tolist() == ["+16175550100"]
    without = _clean("sms_number,first_name\n617 555 0100,Ana\n+16175550101,Ben\n")
    assert list(without.rejected["reason"]) == ["the SMS number has no country code"]


def test_numbered_columns_are_several_of_one_kind() -> None:
    """The first that is there counts, the others are told."""
    cleaned = _clean("Phone 1,Phone 2,Email 1,Email 2\n,555-0101,a@example.com,b@example.com\n1,2,,c@example.com\n")
    assert cleaned.kept[["email", "phone"]].values.tolist() == [["a@example.com", "555-0101"], ["c@example.com", "1"]]
    assert list(cleaned.notes["note"]) == [
        "one address a contact: b@example.com is left out",
    ]


def test_a_number_for_sms_is_a_phone_where_an_address_is_there() -> None:
    """Unless its heading, or the user, says `sms_number`: SMS needs a consent of its own."""
    text = "email,{}\na@example.com,+16175550100\n"
    assert list(_clean(text.format("SMS")).kept.columns) == ["line", "email", "phone"]
    assert list(_clean(text.format("sms_number")).kept.columns) == ["line", "email", "sms_number"]
    assert list(_clean(text.format("SMS"), columns={"SMS": "sms_number"}).kept.columns) == [
        "line",
        "email",
        "sms_number",
    ]


def test_a_second_value_of_a_field_with_room_for_one_is_told() -> None:
    """Two columns that mean the same and do not say the same."""
    cleaned = _clean("email,Company,Organization\na@example.com,Elm Dental,Elm Street Dental\n")
    assert cleaned.kept["company_name"].tolist() == ["Elm Dental"]
    assert cleaned.notes["note"].tolist() == ["one company_name a contact: Elm Street Dental is left out"]
