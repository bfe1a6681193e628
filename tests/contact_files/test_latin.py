"""Small files in the encodings of Latin letters: read right, or the doubt is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from cctoolkit.contact_files import clean, read_bytes

PEOPLE = {
    "cp1250": ["Jiří Dvořák", "Žofie Šedá"],
    "iso8859_2": ["Zdeněk Šťastný", "Jiřina Žáková"],
    "cp852": ["Łukasz Wiśniewski", "Stanisław Żak"],
    "cp850": ["Jürgen Müßig", "René Gößler"],
    "cp1252": ["Søren Kjær", "José Muñoz", "Zoë Brönte", "François Lefèvre"],
    "mac_roman": ["René Durand", "Françoise Lefèvre", "Jürgen Groß"],
    "cp1254": ["Ayşe Yıldız", "Oğuz Şahin"],
    "cp1257": ["Jānis Bērziņš", "Līga Kļaviņa"],
    "cp1253": ["Γιώργος Παπαδόπουλος", "Ελένη Νικολάου"],
}


@pytest.mark.parametrize("encoding", PEOPLE)
def test_a_handful_of_names_tells_the_encoding(encoding: str) -> None:
    lines = ["Email,Full name", *(f"p{n}@example.com,{name}" for n, name in enumerate(PEOPLE[encoding]))]
    cleaned = clean(read_bytes("\n".join(lines).encode(encoding), "people.csv"))
    read = [" ".join(filter(None, (row["first_name"], row["last_name"]))) for row in cleaned.kept.to_dict("records")]
    assert read == PEOPLE[encoding]
    assert "(guessed" in cleaned.encoding


def test_where_two_are_as_likely_the_doubt_is_told(tmp_path: Path) -> None:
    """With a word as the other one reads it, so that whoever knows the name can tell."""
    content = "Email,Full name\nana@example.com,Ana N\xf5u\n".encode("latin-1")
    cleaned = clean(read_bytes(content, "people.csv"))
    assert cleaned.encoding == "cp1252 (guessed: 'Nõu' may be 'Nőu', as cp1250 reads it)"
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    assert clean(path, encoding="cp1250").kept["last_name"].tolist() == ["Nőu"]


@pytest.mark.parametrize(
    "text", ["Ann,O’Brien", "Smith – Co,Ann", "“D” – Smith,Ann", "Ann’s choir,Ann", "Ann,D’Angelo", "€5,Ann"]
)
def test_marks_of_a_western_file_are_no_letters(text: str) -> None:
    """The commonest small file: nothing beyond ASCII but an apostrophe, a dash or a price."""
    content = f"Email,First Name,Company\na@example.com,{text}\n".encode("cp1252")
    [kept] = clean(read_bytes(content, "people.csv")).kept.to_dict("records")
    assert f"{kept['first_name']},{kept['company_name']}" == text


def test_names_of_a_mac_are_no_marks() -> None:
    """The same bytes."""
    content = "Email,First Name,Company\na@example.com,María,Peña\nb@example.com,René,Núñez\n".encode("mac_roman")
    assert clean(read_bytes(content, "people.csv")).kept["first_name"].tolist() == ["María", "René"]


def test_a_single_umlaut_of_dos() -> None:
    content = "Email,Full name\na@example.com,Jan Müller\n".encode("cp850")
    assert clean(read_bytes(content, "people.csv")).kept["last_name"].tolist() == ["Müller"]


def test_german_alone_leaves_no_doubt() -> None:
    """What all of them read alike is no doubt."""
    content = "Email,Full name\nana@example.com,Änne Größel\n".encode("cp1252")
    assert clean(read_bytes(content, "people.csv")).encoding == "cp1252 (guessed: it is not UTF-8)"
