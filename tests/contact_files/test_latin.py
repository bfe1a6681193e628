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
    if encoding == "cp1254":  # letters that are Icelandic ones in the West
        assert cleaned.encoding == "cp1252 (guessed: 'Ayþe' may be 'Ayşe', as cp1254 reads it)"
        return
    read = [" ".join(filter(None, (row["first_name"], row["last_name"]))) for row in cleaned.kept.to_dict("records")]
    assert read == PEOPLE[encoding]
    assert "(guessed" in cleaned.encoding


def test_where_two_are_as_likely_the_doubt_is_told(tmp_path: Path) -> None:
    """With a word as the other one reads it, so that whoever knows the name can tell."""
    content = "Email,Full name\nana@example.com,Ana \xf5\n".encode("latin-1")
    cleaned = clean(read_bytes(content, "people.csv"))
    assert cleaned.encoding == "cp1252 (guessed: 'õ' may be 'ő', as cp1250 reads it)"
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    assert clean(path, encoding="cp1250").kept["last_name"].tolist() == ["ő"]


def test_german_alone_leaves_no_doubt() -> None:
    """What all of them read alike is no doubt."""
    content = "Email,Full name\nana@example.com,Änne Größel\n".encode("cp1252")
    assert clean(read_bytes(content, "people.csv")).encoding == "cp1252 (guessed: it is not UTF-8)"
