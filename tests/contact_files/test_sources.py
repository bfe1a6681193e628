"""What is known of the programs that export contacts, against exports as they write them."""

from __future__ import annotations

import csv
import functools
import io
import random
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cctoolkit.contact_files.columns import synonyms
from cctoolkit.contact_files.columns.mapping import CONSENT_DATE, TURNED, WRITTEN
from cctoolkit.contact_files.columns.sources import ADDRESS_PARTS, SOURCES, Source, recognize, recognize_vcard
from cctoolkit.contact_files.columns.words import plain_text
from cctoolkit.course import sample

NAMES = {
    "google-contacts.csv": "Google Contacts",
    "google-contacts-before-2024.csv": "Google Contacts (before 2024)",
    "google-contacts-for-outlook.csv": "Google Contacts (Outlook CSV)",
    "outlook-contacts.csv": "Outlook",
    "outlook-contacts-french.csv": "Outlook (French)",
    "outlook-contacts-german.csv": "Outlook (German)",
    "outlook-contacts-spanish.csv": "Outlook (Spanish)",
    "outlook-contacts-portuguese.csv": "Outlook (Portuguese)",
    "outlook-contacts-italian.csv": "Outlook (Italian)",
    "outlook-contacts-dutch.csv": "Outlook (Dutch)",
    "outlook-com-contacts.csv": "Outlook.com",
    "windows-address-book.csv": "Windows Address Book",
    "yahoo-contacts.csv": "Yahoo",
    "thunderbird-contacts.csv": "Thunderbird",
    "thunderbird-without-headings.csv": "Thunderbird (without headings)",
    "kmail-contacts.csv": "KMail",
    "mailchimp-subscribed.csv": "Mailchimp",
    "mailchimp-unsubscribed.csv": "Mailchimp",
    "hubspot-contacts.csv": "HubSpot",
    "brevo-contacts.csv": "Brevo",
    "salesforce-report.csv": "Salesforce",
    "zoho-contacts.csv": "Zoho",
    "constant-contact-export.csv": "Constant Contact",
}
#: Who has the headings of others too, and therefore stands after them.
GENERAL = {"Outlook", "HubSpot", "Google Contacts"}
#: What a heading can be taken for; the day of a consent is for somebody to say.
KNOWN_TARGETS = {*WRITTEN, *TURNED} - {CONSENT_DATE}


@functools.cache
def records(name: str) -> list[list[str]]:
    """A sample as the csv module reads it."""
    content = sample(name).read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    first = text.splitlines()[0]
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=max(",;", key=first.count)))


def known(name: str) -> Source:
    found = recognize(records(name)[0])
    assert found is not None
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_recognized_as_what_it_is(name: str) -> None:
    """By its first record, and by no source besides it but those that are meant to be more general."""
    headings = records(name)[0]
    found = [source.name for source in SOURCES if source.recognizes(headings)]
    assert found[0] == NAMES[name]
    assert set(found) - {NAMES[name]} <= GENERAL


@pytest.mark.parametrize("name", NAMES)
def test_the_address_column_of_a_sample_is_found(name: str) -> None:
    """The columns of addresses hold whatever has an @ in most rows, and the account of columns stays within the file."""
    rows = records(name)
    source = known(name)
    columns = source.find(rows[0])
    assert any("@" in row[place] for row in rows[1:] if row for place in columns["email"] if place < len(row))
    places = {place for indexes in columns.values() for place in indexes}
    assert places <= set(range(-1, len(rows[0])))


@given(name=st.sampled_from(sorted(set(NAMES) - {"thunderbird-without-headings.csv"})), seed=st.integers(0, 10_000))
def test_the_order_of_the_columns_does_not_matter(name: str, seed: int) -> None:
    """Headings are recognized in any order, whatever their case and blanks around them."""
    headings = records(name)[0]
    shuffled = [f" {heading.upper()} " for heading in random.Random(seed).sample(headings, len(headings))]
    found = recognize(shuffled)
    assert found is not None
    assert found.name == NAMES[name]


def test_no_signature_hides_a_later_one() -> None:
    """An earlier source does not match on the signature of a later one alone."""
    for index, later in enumerate(SOURCES):
        signature = [name.split("|")[0] for name in later.signature]
        if signature:
            assert not any(earlier.recognizes(signature) for earlier in SOURCES[:index]), later.name


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_a_source_is_well_formed(source: Source) -> None:
    """Known targets, aligned parts of postal addresses, and no heading both ignored and used."""
    assert set(source.columns) <= KNOWN_TARGETS
    lengths = {len(source.columns[part]) for part in ADDRESS_PARTS if part in source.columns}
    assert len(lengths) <= 1
    used = {name for names in source.columns.values() for name in names} | set(source.consent)
    assert not used & set(source.ignored)
    assert not set(source.consent) & {name for names in source.columns.values() for name in names}
    assert len(set(source.ignored)) == len(source.ignored)


def test_headings_of_nobody_are_nobodys() -> None:
    """A list that somebody typed is not taken for a program's."""
    assert recognize(["Name", "E-mail", "Since"]) is None
    assert recognize([]) is None


def test_the_second_of_two_equal_headings_is_found() -> None:
    """French Outlook calls salutation and position Titre: the position is the second."""
    headings = records("outlook-contacts-french.csv")[0]
    assert known("outlook-contacts-french.csv").find(headings)["job_title"] == (7,)
    assert headings[7] == "Titre"


def test_a_postal_address_stays_together() -> None:
    """The n-th street goes with the n-th city, and a part that a file does not have leaves a gap."""
    columns = known("yahoo-contacts.csv").find(records("yahoo-contacts.csv")[0])
    headings = records("yahoo-contacts.csv")[0]
    assert [headings[place] for place in columns["street"]] == ["Work Address", "Home Address"]
    assert [headings[place] for place in columns["zip"]] == ["Work ZIP", "Home ZIP"]
    without = [heading for heading in headings if heading != "Work City"]
    assert known("yahoo-contacts.csv").find(without)["city"] == (-1, without.index("Home City"))


def test_a_file_without_headings_is_known_by_its_first_contact() -> None:
    """Thunderbird's fixed order, with and without the delimiter that ends a line; a heading row is not taken for one."""
    first = records("thunderbird-without-headings.csv")[0]
    for cells in (first, first[:-1]):
        found = recognize(cells)
        assert found is not None
        assert found.name == "Thunderbird (without headings)"
        assert found.find(cells)["email"] == (4, 5)
    assert not found.recognizes(records("thunderbird-contacts.csv")[0])
    assert not found.recognizes(first[:20])


def test_columns_that_say_who_left_are_found() -> None:
    """Mailing services and sales systems have them; a status is a word, an opt-out a yes, a date of leaving a value."""
    kinds = {
        name: {kind for _, kind in known(name).find_consent(records(name)[0])}
        for name in NAMES
        if known(name).find_consent(records(name)[0])
    }
    assert kinds == {
        "mailchimp-unsubscribed.csv": {"left"},
        "hubspot-contacts.csv": {"out", "left"},
        "brevo-contacts.csv": {"in"},
        "salesforce-report.csv": {"out"},
        "zoho-contacts.csv": {"out", "left"},
        "constant-contact-export.csv": {"status", "left"},
    }


def test_who_made_a_vcard() -> None:
    """By its PRODID; Android's cards have none."""
    cards = {name: sample(name).read_text(encoding="utf-8") for name in ("apple-contacts.vcf", "android-contacts.vcf")}
    product = re.search(r"^PRODID:(.*)$", cards["apple-contacts.vcf"], re.MULTILINE)
    assert product is not None
    assert recognize_vcard(product[1].strip(), "3.0") == "Apple Contacts"
    assert "PRODID" not in cards["android-contacts.vcf"]
    assert recognize_vcard("", "2.1") == "Android Contacts"
    assert recognize_vcard("-//Somebody//EN", "4.0") == "vCard"


def test_the_samples_are_what_the_script_makes(tmp_path: Path) -> None:
    """Made anew, they are the same byte for byte, and none but the three older ones is missing."""
    folder = sample("google-contacts.csv").parent
    subprocess.run([sys.executable, Path(__file__).parent / "make_samples.py", tmp_path], check=True)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert {name for name, content in made.items() if (folder / name).read_bytes() != content} == set()
    older = {"google-contacts.csv", "google-contacts-before-2024.csv", "outlook-contacts.csv"}
    assert {path.name for path in folder.iterdir() if path.suffix in {".csv", ".vcf"}} == {*made, *older}


def test_nobody_in_the_samples_exists() -> None:
    """Every address is at a domain that is kept for examples."""
    folder = sample("google-contacts.csv").parent
    for path in folder.iterdir():
        if path.suffix in {".csv", ".vcf"}:
            domains = re.findall(rb"[\w.+-]+@+([\w-]+(?:\.[\w-]+)+)", path.read_bytes())
            assert domains, path.name
            ends = {b".".join(domain.lower().split(b".")[-2:]) for domain in domains}
            assert ends <= {b"example.com", b"example.org", b"example.net"}, path.name


def test_every_synonym_is_plain_and_stands_for_one_thing() -> None:
    """Small letters and digits only, of whatever script, and no name in two places."""
    names = Counter(name for each in synonyms.SYNONYMS.values() for name in each)
    names.update(name for each in (synonyms.STATUS, synonyms.OUT, synonyms.IN, synonyms.LEFT_AT) for name in each)
    words = Counter((*synonyms.LEFT, *synonyms.NO, *synonyms.YES, *synonyms.NO_ANSWER))
    for counted in (names, words):
        assert [name for name, count in counted.items() if count > 1] == []
        assert all(name and name == plain_text(name) for name in counted)
    assert set(synonyms.SYNONYMS) == KNOWN_TARGETS
