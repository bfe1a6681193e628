"""The sample exports, each with its expected account."""

from __future__ import annotations

import pytest

from cctoolkit.contact_files import clean
from cctoolkit.course import sample


@pytest.mark.parametrize(
    ("name", "source", "encoding", "rows", "kept", "merged", "rejected"),
    [
        ("android-contacts.vcf", "Android Contacts", "utf-8", 15, 12, 1, 2),
        ("apple-contacts.vcf", "Apple Contacts", "utf-8", 18, 15, 1, 2),
        ("brevo-contacts.csv", "Brevo", "utf-8", 18, 16, 0, 2),
        ("constant-contact-export.csv", "Constant Contact", "utf-8", 22, 19, 0, 3),
        ("google-contacts-before-2024.csv", "Google Contacts (before 2024)", "utf-8", 24, 22, 1, 1),
        ("google-contacts-for-outlook.csv", "Google Contacts (Outlook CSV)", "utf-8", 21, 18, 1, 2),
        ("google-contacts.csv", "Google Contacts", "utf-8", 202, 186, 7, 9),
        ("hubspot-contacts.csv", "HubSpot", "utf-8", 26, 23, 0, 3),
        ("kmail-contacts.csv", "KMail", "utf-8", 17, 14, 1, 2),
        ("mailchimp-subscribed.csv", "Mailchimp", "utf-8", 24, 24, 0, 0),
        ("mailchimp-unsubscribed.csv", "Mailchimp", "utf-8", 12, 0, 0, 12),
        ("outlook-com-contacts.csv", "Outlook.com", "utf-8", 19, 16, 1, 2),
        ("outlook-contacts-dutch.csv", "Outlook (Dutch)", "cp1252 (guessed: it is not UTF-8)", 17, 14, 1, 2),
        ("outlook-contacts-french.csv", "Outlook (French)", "cp1252 (guessed: it is not UTF-8)", 21, 18, 1, 2),
        ("outlook-contacts-german.csv", "Outlook (German)", "cp1252 (guessed: it is not UTF-8)", 21, 18, 1, 2),
        ("outlook-contacts-italian.csv", "Outlook (Italian)", "cp1252 (guessed: it is not UTF-8)", 17, 14, 1, 2),
        ("outlook-contacts-portuguese.csv", "Outlook (Portuguese)", "cp1252 (guessed: it is not UTF-8)", 17, 14, 1, 2),
        ("outlook-contacts-spanish.csv", "Outlook (Spanish)", "cp1252 (guessed: it is not UTF-8)", 17, 14, 1, 2),
        ("outlook-contacts.csv", "Outlook", "cp1252 (guessed: it is not UTF-8)", 60, 57, 1, 2),
        ("salesforce-report.csv", "Salesforce", "cp1252 (guessed: it is not UTF-8)", 29, 17, 1, 11),
        ("thunderbird-contacts.csv", "Thunderbird", "utf-8", 21, 18, 1, 2),
        (
            "thunderbird-without-headings.csv",
            "Thunderbird (without headings)",
            "cp1252 (guessed: it is not UTF-8)",
            16,
            13,
            1,
            2,
        ),
        ("windows-address-book.csv", "Windows Address Book", "cp1252 (guessed: it is not UTF-8)", 15, 12, 1, 2),
        ("yahoo-contacts.csv", "Yahoo", "utf-8", 17, 14, 1, 2),
        ("zoho-contacts.csv", "Zoho", "utf-8", 22, 17, 1, 4),
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


def test_the_samples_are_all_here() -> None:
    """None without an expected account, and each is a file of its own kind of trouble."""
    [mark] = [mark for mark in test_every_sample_has_its_account.pytestmark if mark.name == "parametrize"]
    folder = sample("google-contacts.csv").parent
    assert {row[0] for row in mark.args[1]} == {path.name for path in folder.iterdir() if path.suffix != ".md"}


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("mailchimp-subscribed.csv", {"street", "city", "state", "zip", "country"}),
        ("outlook-contacts-german.csv", {"first_name", "phone", "street", "city", "birthday_month", "anniversary"}),
        ("thunderbird-without-headings.csv", {"first_name", "phone", "street", "city", "birthday_month"}),
        ("constant-contact-export.csv", {"first_name", "phone", "street", "city", "birthday_month", "anniversary"}),
        ("apple-contacts.vcf", {"first_name", "phone", "street", "city", "birthday_month", "anniversary"}),
    ],
)
def test_the_values_of_a_sample_arrive_in_their_columns(name: str, first: set[str]) -> None:
    """Not only the addresses: names, phones, postal addresses and dates, for at least half of those who have any."""
    kept = clean(sample(name)).kept
    assert first <= set(kept.columns)
    assert kept["zip"].str.fullmatch(r"[\dA-Z -]*").all()
    assert not kept.map(lambda value: "  " in str(value)).any(axis=None)


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
