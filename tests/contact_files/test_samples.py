"""The sample exports, each with its expected account."""

from __future__ import annotations

import pytest

from cctoolkit.contact_files import clean
from cctoolkit.course import sample


@pytest.mark.parametrize(
    ("name", "source", "encoding", "rows", "kept", "merged", "rejected"),
    [
        ("google-contacts.csv", "Google Contacts", "utf-8", 202, 186, 7, 9),
        ("google-contacts-before-2024.csv", "Google Contacts (before 2024)", "utf-8", 24, 22, 1, 1),
        ("outlook-contacts.csv", "Outlook", "cp1252 (guessed: it is not UTF-8)", 60, 57, 1, 2),
    ],
)
def test_every_sample_has_its_account(
    name: str, source: str, encoding: str, rows: int, kept: int, merged: int, rejected: int
) -> None:
    """The recognized source and encoding, and what became of each row."""
    cleaned = clean(sample(name))
    assert (cleaned.source, cleaned.encoding) == (source, encoding)
    assert (cleaned.rows_in, len(cleaned.kept), len(cleaned.merged), len(cleaned.rejected)) == (
        rows,
        kept,
        merged,
        rejected,
    )
    assert f"{rows} rows = {kept} kept + {merged} merged + {rejected} rejected" in cleaned.report()


def test_the_flaws_of_a_google_export() -> None:
    """Several addresses in a cell, mailto:, Name <a@b>, a trailing dot, IDN, accents, an emoji, leading zeros."""
    cleaned = clean(sample("google-contacts.csv"))
    kept = cleaned.kept.set_index("email")
    assert kept["first_name"].str.contains("🌻").sum() == 1
    assert (kept["first_name"] == "=1+2").sum() == 1
    assert kept["zip"].str.startswith("0").any()
    assert "info@xn--bcher-kva.example.com" in kept.index
    assert not any(":" in address or "<" in address or address.endswith(".") for address in kept.index)
    assert not kept.map(lambda value: "\n" in str(value)).any(axis=None)
    assert kept["company_name"].str.len().max() == 50
    assert set(cleaned.rejected["written"]) >= {"two@@example.com", "nodomain@", "space inside@exam ple.com"}


def test_the_flaws_of_an_outlook_export() -> None:
    """0/0/00 is no date, an Exchange address no address, and the second address column counts."""
    cleaned = clean(sample("outlook-contacts.csv"))
    assert "second.choice@example.org" in cleaned.addresses
    assert not cleaned.kept["anniversary"].str.contains("0/0").any()
    assert cleaned.kept["anniversary"].str.fullmatch(r"(\d\d/\d\d/\d{4})?").all()
    assert list(cleaned.notes["note"]) == []
