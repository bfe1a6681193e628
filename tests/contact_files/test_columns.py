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


@pytest.mark.parametrize(
    ("heading", "cell", "expected"),
    [
        ("City/State/Zip", "Springfield, IL 62701", ("", "Springfield", "IL", "62701")),
        ("City, State", "St. Louis, MO", ("", "St. Louis", "MO", "")),
        ("City & State", "New York, New York", ("", "New York", "New York", "")),
        ("City/State/Zip", "Hull/MA/02045", ("", "Hull", "MA", "02045")),
        ("City/State/Zip", "02045 Hull", ("", "Hull", "", "02045")),
        ("City/State/Zip", "Hull", ("", "Hull", "", "")),
        ("City/State", "Washington, D.C.", ("", "Washington", "D.C.", "")),
        ("City/State", "Hull, England", ("", "Hull", "", "")),
        ("City/State", "Köln, NRW", ("", "Köln, NRW", "", "")),
        ("Address, City, State, Zip", "5 Oak St, Hull, MA 02045, USA", ("5 Oak St", "Hull", "MA", "02045")),
        ("Address, City, State, Zip", "5 Oak St, Apt 2, Hull MA 02045", ("5 Oak St, Apt 2", "Hull", "MA", "02045")),
        ("Address, City, State, Zip", "5 Oak St, Hull, ma, 02045, United States", ("5 Oak St", "Hull", "ma", "02045")),
        ("Address, City, State, Zip", "12, Rue X, 75001 Paris, France", ("12, Rue X", "Paris", "", "75001")),
        ("Address, City, State, Zip", "5 Oak St, New York 10001", ("5 Oak St", "New York", "", "10001")),
        ("Address, City, State, Zip", "5 Oak St, Apt B, Rear Building", ("5 Oak St, Apt B, Rear Building", "", "", "")),
        ("Address, City, State, Zip", "5 Oak St, Apt 2, Hull, MA 02045", ("5 Oak St, Apt 2", "Hull", "MA", "02045")),
        ("Mailing Address (street, city, state, zip)", "5 Oak St\nHull, MA 02045", ("5 Oak St", "Hull", "MA", "02045")),
        ("Address, City, State, Zip", "Oak Street", ("Oak Street", "", "", "")),
    ],
)
def test_a_column_of_several_parts_of_an_address(heading: str, cell: str, expected: tuple[str, ...]) -> None:
    """Taken apart where it is a line as on an envelope; what is none stays whole."""
    cleaned = _clean(f'email,"{heading}"\na@example.com,"{cell}"\n')
    found = cleaned.kept.iloc[0]
    assert tuple(found.get(part, "") for part in ("street", "city", "state", "zip")) == expected
    assert "city, state, zip" in cleaned.columns["becomes"].iloc[1]


def test_parts_of_an_address_under_headings_of_several_kinds() -> None:
    """A street of one heading and a city of another are one address, where there is no other."""
    cleaned = _clean(
        "email,Preferred address lines,Preferred city,Preferred state,Preferred ZIP\na@example.com,5 Ash,Keene,NH,03431\n"
    )
    assert cleaned.kept.iloc[0][["street", "city", "state", "zip"]].tolist() == ["5 Ash", "Keene", "NH", "03431"]
    cleaned = _clean("email,Street 1,Ship City,Ship State,Ship Zipcode\na@example.com,5 Ash,Keene,NH,03431\n")
    assert cleaned.kept.iloc[0][["street", "city", "state", "zip"]].tolist() == ["5 Ash", "Keene", "NH", "03431"]


def test_a_part_that_has_a_column_of_its_own_is_not_lost() -> None:
    """A line of city and state fills what is empty there; `Address City, State, Zip` is the rest of the address beside it."""
    cleaned = _clean('email,"City/State",State\na@example.com,"Hull, MA",\nb@example.com,"Troy, NY",New York\n')
    assert cleaned.kept[["city", "state"]].to_numpy().tolist() == [["Hull", "MA"], ["Troy", "New York"]]
    cleaned = _clean(
        'email,Mailing Address,"Mailing Address City, State, Zip"\na@example.com,5 Oak St,"Hull, MA 02045"\n'
    )
    assert cleaned.kept.iloc[0][["street", "city", "state", "zip"]].tolist() == ["5 Oak St", "Hull", "MA", "02045"]


@pytest.mark.parametrize(
    ("headings", "cells", "street"),
    [
        ("Straße,Hausnummer", "Hauptstr.,12", "Hauptstr. 12"),
        ("Straat,Huisnummer,Toevoeging", "Dorpsstraat,12,A", "Dorpsstraat 12 A"),
        ("Street Number,Street", "12,Oak Street", "12 Oak Street"),
        ("Via,Numero civico", "Via Roma,", "Via Roma"),
        ("Straße,Hausnummer", ",12", ""),
        ("Straße,Hausnummer", "Hauptstr. 12,12", "Hauptstr. 12"),
        ("House Number,Address", "12,12 Oak St", "12 Oak St"),
    ],
)
def test_the_number_of_a_house_goes_with_its_street(headings: str, cells: str, street: str) -> None:
    cleaned = _clean(f"email,{headings}\na@example.com,{cells}\n")
    assert cleaned.kept.iloc[0].get("street", "") == street
    assert not cleaned.left_out


@pytest.mark.parametrize(
    ("written", "month_and_day"),
    [
        ("5-Jun-80", ("6", "5")),
        ("5. Juni 1980", ("6", "5")),
        ("5 juin 1980", ("6", "5")),
        ("1er août 1980", ("8", "1")),
        ("5 de junio de 1980", ("6", "5")),
        ("5. kesäkuuta 1980", ("6", "5")),
        ("Thursday, June 5, 1980", ("6", "5")),
        ("Sept 5", ("9", "5")),
        ("June 1980", ("", "")),
        ("5 Juneau 1980", ("", "")),
    ],
)
def test_a_birthday_in_words(written: str, month_and_day: tuple[str, str]) -> None:
    """In the languages of the headings and some more; a year of two digits is no matter."""
    found = _clean(f'email,birthday\na@example.com,"{written}"\n').kept.iloc[0]
    assert (found.get("birthday_month", ""), found.get("birthday_day", "")) == month_and_day


@pytest.mark.parametrize(("heading", "day"), [("Birthday (Month/Day)", "4"), ("Birthday (Day/Month)", "3")])
def test_a_heading_that_says_what_comes_first(heading: str, day: str) -> None:
    assert _clean(f"email,{heading}\na@example.com,3/4\n").kept["birthday_day"].tolist() == [day]


def test_st_is_a_state_where_its_cells_are_short() -> None:
    assert _clean("email,City,ST\na@example.com,Hull,MA\n").kept["state"].tolist() == ["MA"]
    assert "state" not in _clean("email,St\na@example.com,5 Oak Street\n").kept


def test_an_address_that_is_in_every_row_is_the_owners() -> None:
    """Beside a column of other addresses; who has no other is rejected, and not written to there."""
    rows = "".join(f"{name}@example.com,me@example.org\n" for name in ("ann", "bo", "cy"))
    cleaned = _clean(f"Email,User Email\n{rows},me@example.org\n")
    assert cleaned.kept["email"].tolist() == ["ann@example.com", "bo@example.com", "cy@example.com"]
    assert cleaned.rejected["reason"].tolist() == ["there is no address"]
    # That of a family, or of an office, is theirs: it stands under the plain name, or not in every row.
    family = _clean("Email,Email 2\n" + "".join(f"us@example.org,{name}@example.com\n" for name in ("ann", "bo", "cy")))
    assert set(family.kept["email"]) == {"us@example.org"}
    office = _clean(
        "Name,Work Email,Alternate\n" + "".join(f"{name},us@example.org,\n" for name in ("Ann", "Bo", "Cy"))
    )
    assert set(office.kept["email"]) == {"us@example.org"}


@pytest.mark.parametrize("nothing", ["no email", "no", "none", "-"])
def test_a_second_column_of_addresses_that_says_there_is_none(nothing: str) -> None:
    """It is no answer to who wants mail, unless it holds yes and no."""
    cleaned = _clean(f"Email 2,Email\na@example.com,{nothing}\nb@example.com,{nothing}\n")
    assert cleaned.kept["email"].tolist() == ["a@example.com", "b@example.com"]


@pytest.mark.parametrize("nothing", ["NULL", "(null)", "\\N", "#NULL!", "#NUM!", "########"])
def test_what_programs_write_for_nothing_is_nothing(nothing: str) -> None:
    cleaned = _clean(f"email,Company,Phone\na@example.com,{nothing},6175550100.0\n")
    assert "company_name" not in cleaned.kept
    assert cleaned.kept["phone"].tolist() == ["6175550100"]


@pytest.mark.parametrize(
    "says_so", ["VERSION:4.0\nKIND:org\n", "VERSION:3.0\nN:;;;;\nX-ABShowAs:COMPANY\n"], ids=["version 4", "Apple"]
)
def test_a_card_of_a_company_is_no_person(says_so: str) -> None:
    for company in ("ORG:Ray Bakery\n", ""):
        card = f"BEGIN:VCARD\n{says_so}FN:Ray Bakery\n{company}EMAIL:ray@example.com\nEND:VCARD\n"
        found = clean(read_bytes(card.encode(), "people.vcf"), progress=False).kept.iloc[0]
        assert (found["company_name"], found.get("first_name", ""), found.get("last_name", "")) == (
            "Ray Bakery",
            "",
            "",
        )


@pytest.mark.parametrize(
    "headings",
    [
        "Имя,Фамилия,Электронная почта,Компания,Телефон,Город,Почтовый индекс,Дата рождения",
        "Όνομα,Επώνυμο,Ηλεκτρονική διεύθυνση,Εταιρεία,Τηλέφωνο,Πόλη,Τ.Κ.,Ημερομηνία γέννησης",
        "名,姓,メールアドレス,会社名,電話番号,市区町村,郵便番号,生年月日",
        "이름,성,이메일,회사,전화번호,도시,우편번호,생년월일",
        "Fornavn,Efternavn,E-mail,Firma,Mobil,Stad,Postnummer,Fødselsdag",
    ],
)
def test_headings_in_other_letters(headings: str) -> None:
    cleaned = _clean(f"{headings}\nA,B,a@example.com,C,617 555 0100,D,02110,1980-05-12\n")
    assert cleaned.kept.drop(columns="line").iloc[0].tolist() == [
        *("a@example.com", "A", "B", "C", "617 555 0100", "D", "02110", "5", "12")
    ]


@pytest.mark.parametrize(
    ("heading", "name", "first_and_last"),
    [
        ("Name (Last First)", "Lee Ann", ("Ann", "Lee")),
        ("Name (Last, First)", "Lee, Ann Marie", ("Ann Marie", "Lee")),
        ("Nom et prénom", "Dupont Jean", ("Jean", "Dupont")),
        ("Cognome e nome", "Rossi Anna", ("Anna", "Rossi")),
        ("Name (Last First)", "Lee Ann Marie", ("Lee Ann", "Marie")),  # nobody can tell: as any other name
        ("ФИО", "Иванов Иван Иванович", ("Иван Иванович", "Иванов")),
        ("氏名", "山田 太郎", ("太郎", "山田")),
        ("Name", "Ann Lee", ("Ann", "Lee")),
    ],
)
def test_names_that_begin_with_the_familys(heading: str, name: str, first_and_last: tuple[str, str]) -> None:
    """The heading says so; a comma says it anywhere."""
    found = _clean(f'email,"{heading}"\na@example.com,"{name}"\n').kept.iloc[0]
    assert (found["first_name"], found["last_name"]) == first_and_last


def test_an_anniversary_in_another_language_has_its_day_first() -> None:
    assert _clean("email,Hochzeitstag\na@example.com,3/4/2010\n").kept["anniversary"].tolist() == ["04/03/2010"]
    assert _clean("email,Anniversary\na@example.com,3/4/2010\n").kept["anniversary"].tolist() == ["03/04/2010"]


def test_at_a_parents_address_it_is_the_parent() -> None:
    """Names and phone go with the address; the child's birthday is left out. Who is the only one in the file keeps their name."""
    cleaned = _clean(
        "Student First Name,Student Last Name,Student Birthdate,Parent 2 First Name,Parent 1 First Name,Parent 1 Last Name,"
        "Parent 1 Email,Parent 1 Phone,Parent 2 Email\nKid,Box,2020-03-24,Ba,Bu,Box,bu@example.com,617-555-0101,ba@example.com\n"
    )
    found = cleaned.kept.iloc[0]
    assert found[["email", "first_name", "last_name", "phone"]].tolist() == [
        "bu@example.com",
        "Bu",
        "Box",
        "617-555-0101",
    ]
    assert "birthday_month" not in cleaned.kept
    own = _clean("First Name,Last Name,Email,Parent Email\nAnn,Lee,ann@example.com,pa@example.com\n")
    assert own.kept.iloc[0][["email", "first_name"]].tolist() == ["ann@example.com", "Ann"]
    coaches = _clean("Coach First Name,Coach Last Name,Coach Email\nAnn,Lee,ann@example.com\n")
    assert coaches.kept.iloc[0][["first_name", "last_name"]].tolist() == ["Ann", "Lee"]
