"""Phones and postal addresses of several kinds: beside the first one, which a CSV file takes, three of each are kept."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cctoolkit import contact_files
from cctoolkit.contact_files import Cleaned
from cctoolkit.contact_files.columns.kinds import BY_KIND, PHONES, kind_of
from cctoolkit.contact_files.parts import size_in_json
from cctoolkit.imports.doors import json_contacts

HEADINGS = (
    "E-mail Address,First Name,Primary Phone,Mobile Phone,Business Phone,Business Phone 2,Home Phone,"
    "Business Street,Business City,Home Street,Home City,Other Street,Other City\n"
)


def _cleaned(tmp_path: Path, text: str, **options: str) -> Cleaned:
    path = tmp_path / "people.csv"
    path.write_text(text, encoding="utf-8")
    return contact_files.clean(path, progress=False, **options)  # type: ignore[arg-type]


def _by_kind(cleaned: Cleaned) -> list[dict[str, str]]:
    """What an import from JSON would send, without what is empty."""
    found = [row for part in cleaned.parts(by_kind=True) for row in json_contacts(part.content)]
    return [{name: str(value) for name, value in row.items()} for row in found]


def test_each_kind_of_phone_and_address_is_kept_beside_the_first(tmp_path: Path) -> None:
    """The columns of before stay as they are; those of kinds come beside them."""
    cleaned = _cleaned(
        tmp_path,
        HEADINGS
        + "ana@example.com,Ana,,617-555-0101,617-555-0102,,617-555-0103,1 Work Way,Albany,2 Home Row,Boston,,\n",
    )
    [kept] = cleaned.kept.to_dict("records")
    assert (kept["phone"], kept["street"], kept["city"]) == ("617-555-0101", "1 Work Way", "Albany")
    assert cleaned.beside == (2, 1)
    [sent] = _by_kind(cleaned)
    assert sent == {
        "email": "ana@example.com",
        "first_name": "Ana",
        "mobile_phone": "617-555-0101",
        "work_phone": "617-555-0102",
        "home_phone": "617-555-0103",
        "work_street": "1 Work Way",
        "work_city": "Albany",
        "home_street": "2 Home Row",
        "home_city": "Boston",
    }
    [part] = cleaned.parts()
    [row] = csv.DictReader(io.StringIO(part.content.decode()))
    assert not set(row) & set(BY_KIND)


def test_a_plain_file_has_the_columns_it_had(tmp_path: Path) -> None:
    """Several columns, and nobody with two numbers: there is nothing to keep by kind."""
    cleaned = _cleaned(tmp_path, HEADINGS + "ana@example.com,Ana,,617-555-0101,,,,1 Work Way,Albany,,,,\n")
    assert cleaned.beside == (0, 0)
    assert list(cleaned.kept.columns) == ["line", "email", "first_name", "phone", "street", "city"]


def test_a_phone_of_no_kind_stays_the_first_and_the_next_becomes_the_other(tmp_path: Path) -> None:
    cleaned = _cleaned(
        tmp_path, "email,Phone 1,Phone 2,Phone 3\na@example.com,617-555-0101,617-555-0102,617-555-0103\n"
    )
    [sent] = _by_kind(cleaned)
    assert sent == {"email": "a@example.com", "phone": "617-555-0101", "other_phone": "617-555-0102"}
    [told] = cleaned.notes.query("kind == 'another phone left out'")["note"]
    assert "617-555-0103 is left out" in told


def test_a_number_that_stands_twice_is_one(tmp_path: Path) -> None:
    """Outlook repeats the mobile phone as the primary one."""
    cleaned = _cleaned(tmp_path, HEADINGS + "a@example.com,A,(617) 555-0101,617-555-0101,617 555 0102,,,,,,,,\n")
    assert cleaned.beside == (1, 0)
    [sent] = _by_kind(cleaned)
    assert {name: value for name, value in sent.items() if "phone" in name} == {
        "phone": "(617) 555-0101",
        "work_phone": "617 555 0102",
    }


def test_three_phones_are_kept_and_a_fourth_is_told(tmp_path: Path) -> None:
    """More than three the service passes over without a word."""
    row = "a@example.com,A,,617-555-0101,617-555-0102,617-555-0104,617-555-0103,,,,,,\n"
    cleaned = _cleaned(tmp_path, HEADINGS + row)
    [sent] = _by_kind(cleaned)
    assert [sent[name] for name in ("mobile_phone", "work_phone", "home_phone")] == [
        f"617-555-010{n}" for n in (1, 2, 3)
    ]
    assert "other_phone" not in sent
    assert cleaned.notes.query("kind == 'another phone left out'")["note"].str.contains("617-555-0104").all()
    assert cleaned.note_counts == {"another phone left out": 1}


def test_a_label_beside_the_value_tells_the_kind_row_by_row(tmp_path: Path) -> None:
    """Google's `Phone 1 - Label`, several values of a cell, and a fax, which is nobody's second phone."""
    cleaned = _cleaned(
        tmp_path,
        "E-mail 1 - Value,Organization Name,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value,"
        "Address 1 - Label,Address 1 - Street,Address 2 - Label,Address 2 - Street\n"
        "a@example.com,,Work,617-555-0101 ::: 617-555-0102,Mobile,617-555-0103,Home,1 A Street,Work,2 B Street\n"
        "b@example.com,,Mobile,617-555-0104,Home Fax,617-555-0105,Work,3 C Street,Other,4 D Street\n",
    )
    first, second = _by_kind(cleaned)
    assert (first["work_phone"], first["other_phone"], first["mobile_phone"]) == (
        "617-555-0101",
        "617-555-0102",
        "617-555-0103",
    )
    assert (first["home_street"], first["work_street"]) == ("1 A Street", "2 B Street")
    assert second["phone"] == "617-555-0104"  # the only one: a fax is nobody's second phone
    assert not {"home_phone", "other_phone", "mobile_phone"} & set(second)
    assert (second["work_street"], second["other_street"]) == ("3 C Street", "4 D Street")
    assert cleaned.notes.query("kind == 'another phone left out'")["note"].str.contains("617-555-0105").all()


def test_a_cards_types_tell_the_kind(tmp_path: Path) -> None:
    path = tmp_path / "cards.vcf"
    path.write_text(
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ana Silva\r\nEMAIL:ana@example.com\r\nTEL;TYPE=WORK,VOICE:617-555-0101\r\n"
        "TEL;TYPE=CELL:617-555-0102\r\nADR;TYPE=HOME:;;1 A Street;Boston;MA;02118;\r\n"
        "ADR;TYPE=WORK:;;2 B Street;Albany;NY;12207;\r\nEND:VCARD\r\n"
    )
    [sent] = _by_kind(contact_files.clean(path, progress=False))
    assert (sent["work_phone"], sent["mobile_phone"]) == ("617-555-0101", "617-555-0102")
    assert (sent["home_city"], sent["work_city"]) == ("Boston", "Albany")


@pytest.mark.parametrize("last", ["first", "last"])
def test_merged_rows_keep_the_phones_of_both_by_kind(tmp_path: Path, last: str) -> None:
    """Also where both have one of the same kind."""
    cleaned = _cleaned(
        tmp_path,
        "email,Work phone,Home phone\n"
        "a@example.com,617-555-0101,\na@example.com,,617-555-0102\n"
        "b@example.com,617-555-0103,\nb@example.com,617-555-0104,\n",
        on_duplicate=last,
    )
    first, second = _by_kind(cleaned)
    assert (first["work_phone"], first["home_phone"]) == ("617-555-0101", "617-555-0102")
    assert {second["work_phone"], second["other_phone"]} == {"617-555-0103", "617-555-0104"}


def test_a_second_name_of_a_part_is_no_second_address(tmp_path: Path) -> None:
    """A county beside a state is told, as ever, and becomes nobody's other address."""
    for heading in ("email,Address,City,State,Zip,County", "email,Street,City,State,Zip,Postal Code"):
        cleaned = _cleaned(tmp_path, f"{heading}\na@example.com,1 Main St,Boston,MA,02118,Suffolk\n")
        assert cleaned.beside == (0, 0)
        assert not set(cleaned.kept) & set(BY_KIND)
        assert cleaned.note_counts == {"another postal address left out": 1}


@pytest.mark.parametrize(
    ("heading", "cells", "first"),
    [
        ("Mailing Address,Mailing City,Locality", "3 Mail,Salem,Roxbury", {"street": "3 Mail", "city": "Salem"}),
        ("Home Address,Home City,Home State,County", "1 A,Salem,MA,Essex", {"street": "1 A", "state": "MA"}),
        ("Home City,Home Address,Zip", "Salem,1 A,01970", {"street": "1 A", "city": "Salem", "zip": "01970"}),
    ],
)
def test_a_bare_name_displaces_no_address(tmp_path: Path, heading: str, cells: str, first: dict[str, str]) -> None:
    """What has a street is the address; a second name of a part comes after it, and fills in what it lacks."""
    [kept] = _cleaned(tmp_path, f"email,{heading}\na@example.com,{cells}\n").kept.to_dict("records")
    assert {name: kept[name] for name in first} == first


def test_parts_go_with_the_address_that_their_words_name(tmp_path: Path) -> None:
    """Whichever order the columns have: a street of one address and a city of another would be a false one."""
    cleaned = _cleaned(
        tmp_path,
        "email,Address,City,Mailing Address,Mailing City,Home City,Home Address\n"
        "a@example.com,1 Main St,Boston,9 Mail Rd,Albany,Salem,5 Home Rd\n",
    )
    [kept] = cleaned.kept.to_dict("records")
    assert (kept["street"], kept["city"]) == ("1 Main St", "Boston")
    [sent] = _by_kind(cleaned)
    assert (sent["home_street"], sent["home_city"]) == ("5 Home Rd", "Salem")
    assert (sent["other_street"], sent["other_city"]) == ("1 Main St", "Boston")
    assert cleaned.notes["note"].tolist() == ["no room for one more postal address: 9 Mail Rd, Albany is left out"]


def test_the_first_address_gives_way_to_nobody(tmp_path: Path) -> None:
    """It is the one of a CSV file; what it is called does not matter."""
    cleaned = _cleaned(
        tmp_path,
        "E-mail 1 - Value,Organization Name,Address 1 - Label,Address 1 - Street,Address 2 - Label,Address 2 - Street,"
        "Address 3 - Label,Address 3 - Street\na@example.com,,Billing,1 A,Home,2 B,Other,3 C\n",
    )
    [sent] = _by_kind(cleaned)
    assert (sent["home_street"], sent["other_street"]) == ("2 B", "1 A")
    assert cleaned.notes["note"].tolist() == ["no room for one more postal address: 3 C is left out"]


def test_who_has_one_of_each_is_sent_as_in_a_csv_file(tmp_path: Path) -> None:
    """Others of the file have several: nobody else's address changes its kind by that."""
    cleaned = _cleaned(
        tmp_path,
        HEADINGS + "a@example.com,A,,617-555-0101,,,,1 Work Way,Albany,,,,\n"
        "b@example.com,B,,617-555-0102,617-555-0103,,,2 Work Way,Albany,3 Home Row,Boston,,\n",
    )
    first, second = _by_kind(cleaned)
    assert first == {
        "email": "a@example.com",
        "first_name": "A",
        "phone": "617-555-0101",
        "street": "1 Work Way",
        "city": "Albany",
    }
    assert {"phone", "street"}.isdisjoint(second)


def test_merged_rows_have_three_phones_at_most_and_none_twice(tmp_path: Path) -> None:
    """Those of the first row come before those of the others, and one number written in two ways is one."""
    heading = "E-mail Address,First Name,Primary Phone,Mobile Phone,Business Phone,Home Phone,Other Phone\n"
    cleaned = _cleaned(
        tmp_path,
        heading + "a@example.com,A,617-555-0001,,,617-555-0002,\na@example.com,A,,617-555-0003,617-555-0004,,\n"
        "b@example.com,B,,617-555-0001,617-555-0002,,617-555-0003\nb@example.com,B,,,,617-555-0004,\n"
        "c@example.com,C,(617) 555-0001,,,,\nc@example.com,C,,617-555-0001,,,\n",
    )
    first, second, third = _by_kind(cleaned)
    numbers = lambda row: sorted(value for name, value in row.items() if "phone" in name)  # noqa: E731
    assert numbers(first) == ["617-555-0001", "617-555-0002", "617-555-0004"]
    assert numbers(second) == ["617-555-0001", "617-555-0002", "617-555-0003"]
    assert numbers(third) == ["(617) 555-0001"]
    assert cleaned.beside == (4, 0)


def test_the_phone_of_a_csv_file_is_always_among_those_by_kind(tmp_path: Path) -> None:
    """It is one of the three, whichever row it came from."""
    heading = "E-mail Address,First Name,Primary Phone,Mobile Phone,Business Phone,Home Phone,Other Phone\n"
    rows = [
        "a@example.com,A,617-555-0009,,617-555-0011,617-555-0003,",
        "a@example.com,A,,617-555-0005,,,",
        "a@example.com,A,,,,617-555-0009,",
    ]
    for order, last in ((rows, "first"), ([rows[2], rows[1], rows[0]], "last")):
        cleaned = _cleaned(tmp_path, heading + "\n".join(order) + "\n", on_duplicate=last)
        [sent] = _by_kind(cleaned)
        numbers = [value for name, value in sent.items() if "phone" in name]
        assert len(set(numbers)) == len(numbers) == 3
        assert cleaned.kept["phone"].tolist() == ["617-555-0009"]
        assert "617-555-0009" in numbers


def test_a_cards_third_address_and_ninth_phone_are_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "card.vcf"
    addresses = "".join(f"ADR;TYPE={kind}:;;{kind} St;Town;;;\r\n" for kind in ("WORK", "HOME", "OTHER", "DOM"))
    phones = "".join(f"TEL;TYPE=FAX:617-555-000{n}\r\n" for n in range(5)) + "TEL;TYPE=HOME:617-555-0009\r\n"
    path.write_text(
        f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ana\r\nEMAIL:ana@example.com\r\n{addresses}{phones}END:VCARD\r\n"
    )
    cleaned = contact_files.clean(path, progress=False)
    [sent] = _by_kind(cleaned)
    assert [sent[f"{kind}_street"] for kind in ("work", "home", "other")] == ["WORK St", "HOME St", "OTHER St"]
    assert "617-555-0009" in sent.values()  # a fax is none, and so there is one
    assert "More Addresses" in [cleaned.export.headings[index] for index in cleaned.left_out]


def test_a_fax_is_the_phone_only_where_there_is_no_other(tmp_path: Path) -> None:
    path = tmp_path / "cards.vcf"
    card = (
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ana\r\nEMAIL:{}@example.com\r\nTEL;TYPE=FAX:617-555-0001\r\n{}END:VCARD\r\n"
    )
    path.write_text(card.format("ana", "TEL:617-555-0002\r\n") + card.format("ben", ""))
    cleaned = contact_files.clean(path, progress=False)
    assert cleaned.kept["phone"].tolist() == ["617-555-0002", "617-555-0001"]


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Téléphone (bureau)", "work"),
        ("Telefon privat", "home"),
        ("Mobiltelefon", "mobile"),
        ("Otro teléfono", "other"),
        ("Telefone residencial", "home"),
        ("Ufficio 2", "work"),
        ("Telefoon thuis", "home"),
        ("HomePhone", "home"),
        ("workphone", "work"),
        ("Home Fax", "fax"),
        ("Phone", ""),
        ("iPhone", "mobile"),
        ("Work or Home Phone", ""),
        ("Home Owner Phone", ""),
        ("Office Manager Phone", ""),
        ("Not mobile", ""),
        ("Abruzzo", ""),
    ],
)
def test_headings_tell_kinds_in_the_languages_of_the_exports(heading: str, kind: str) -> None:
    assert kind_of(heading) == kind


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["email", "first_name", "home_phone", "work_street"]),
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20),
        ),
        min_size=1,
        max_size=5,
    )
)
@settings(max_examples=60, deadline=None)
def test_the_size_in_json_is_never_too_small(people: list[dict[str, str]]) -> None:
    """What is counted as it goes over the wire: a body above the service's limit is cut off there."""
    import pyarrow as pa

    names = ["email", "first_name", "home_phone", "work_street"]
    table = pa.table({name: pa.array([each.get(name, "") for each in people], pa.string()) for name in names})
    filled = [{name: value for name, value in each.items() if value} for each in people]
    for counted, contact in zip(size_in_json(table).tolist(), filled, strict=True):
        assert counted >= len(json.dumps(contact, ensure_ascii=False, separators=(",", ":")).encode()) + 1


def test_parts_of_json_are_under_the_limit_of_a_body(tmp_path: Path) -> None:
    """JSON names each value, so that fewer people go into a request than into a CSV file."""
    rows = "".join(
        f"person{n}@example.com,{'N' * 50},617-555-{n % 10_000:04},617-556-{n % 10_000:04}\n" for n in range(39_000)
    )
    cleaned = _cleaned(tmp_path, "email,first name,Work phone,Home phone\n" + rows)
    parts = list(cleaned.parts(by_kind=True))
    assert len(list(cleaned.parts())) == 1
    assert len(parts) > 1
    assert sum(part.contacts for part in parts) == 39_000
    for part in parts:
        body = json.dumps({"import_data": json_contacts(part.content), "list_ids": ["x" * 36]}, separators=(",", ":"))
        assert len(body.encode()) < 4_000_000
    assert set(PHONES) & set(next(csv.reader(io.StringIO(parts[0].content.decode()))))
