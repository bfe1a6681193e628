"""What an import would do, told before it: and it does that."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cctoolkit
from cctoolkit import imports
from cctoolkit.api import Client
from cctoolkit.api.rate_limit import RateLimiter
from cctoolkit.contact_files import clean, read_bytes
from cctoolkit.imports.changes import CustomFieldValues, changes
from cctoolkit.sandbox import Sandbox
from cctoolkit.sandbox.accounts import add_people
from tests.imports.conftest import Import
from tests.imports.people import people, rows
from tests.imports.watching import Watching, watched_client
from tests.marks import examples

NONE = CustomFieldValues([], [])
EVERYTHING = "custom_fields,list_memberships,phone_numbers,street_addresses"


def test_new_changed_and_unchanged(importing: Import, client: Client, list_id: str, tmp_path: Path) -> None:
    """Each row is one of them; a change says from what to what; who joins the list is told."""
    importing(
        rows(
            {"email": "ana@example.com", "first_name": "Ana", "city": "Waltham", "phone": "555-0101"},
            {"email": "ben@example.com", "first_name": "Ben", "city": "", "phone": ""},
        )
    )
    found = imports.preview(
        client,
        rows(
            {"email": "ANA@example.com", "first_name": "Anna", "city": " waltham", "phone": "(555) 0101"},
            {"email": "ben@example.com", "first_name": " Ben ", "city": "", "phone": ""},
            {"email": "eve@example.com", "first_name": "Eve", "city": "", "phone": ""},
        ),
        list_id,
    )
    assert found.changed.values.tolist() == [
        ["ANA@example.com", "first_name", "Ana", "Anna"],
        ["ANA@example.com", "city", "Waltham", "waltham"],
    ]
    assert list(found.changed.columns) == ["email", "field", "from", "to"]
    assert found.unchanged["email"].tolist() == ["ben@example.com"]
    assert found.new["email"].tolist() == ["eve@example.com"]
    assert found.on_list["email"].tolist() == ["ANA@example.com", "ben@example.com"]
    assert found.joining["email"].tolist() == ["eve@example.com"]
    assert found.figures()["changed"] == 1


def test_nothing_is_sent(sandbox: Sandbox, list_id: str) -> None:
    """It only reads."""
    transport = Watching(sandbox)
    with watched_client(sandbox, transport) as client:
        found = imports.preview(client, people(3), list_id)
    assert {request.method for request in transport.seen} == {"GET"}
    assert found.requests_read == len(transport.seen)


def test_who_unsubscribed_cannot_join(importing: Import, client: Client, sandbox: Sandbox, list_id: str) -> None:
    """They are named; the import counts them so."""
    importing(rows({"email": "ana@example.com"}))
    with sandbox.database.write() as connection:
        connection.execute("UPDATE contacts SET permission_to_send = 'unsubscribed' WHERE address LIKE 'ana@%'")
        connection.execute("DELETE FROM list_memberships")
    found = imports.preview(client, rows({"email": "ana@example.com"}), list_id)
    assert found.unsubscribed["email"].tolist() == ["ana@example.com"]
    assert len(found.joining) == 0


def test_the_account_is_read_the_cheaper_way(sandbox: Sandbox, list_id: str) -> None:
    """Few contacts in a large account are looked up; otherwise all are read in pages. It says which."""
    add_people(sandbox.database, sandbox.clock, 1_200)
    transport = Watching(sandbox)
    with watched_client(sandbox, transport) as client:
        few = imports.preview(client, people(3), list_id, progress=False)
        assert transport.count("email=") == 3
        many = imports.preview(client, people(4), list_id, progress=False)
        assert transport.count("email=") == 3
    assert "3 contacts were looked up one by one (5 requests)" in few.report()
    assert "in 3 pages (5 requests)" in many.report()


def test_a_list_that_is_yet_to_be_made(client: Client) -> None:
    """Everybody joins it."""
    found = imports.preview(client, people(3), None)
    assert (len(found.joining), len(found.on_list)) == (3, 0)


def test_the_cost_is_told_and_whether_the_day_is_enough(sandbox: Sandbox, list_id: str, tmp_path: Path) -> None:
    """Files, looks and the check of who arrived, at four a second."""
    limiter = RateLimiter("few", tmp_path, per_day=20, sleep=lambda seconds: None)
    with watched_client(sandbox, limiter=limiter) as client:
        small = imports.preview(client, people(3), list_id)
        large = imports.preview(client, people(60, lines=3), list_id)
    assert small.affordable
    assert small.minutes == small.requests / 4 / 60
    assert not large.affordable
    assert large.requests >= 30
    assert "after 00:00 UTC" in large.report()


def test_what_comes_from_the_account_is_escaped(importing: Import, client: Client, list_id: str) -> None:
    """A name may hold HTML."""
    importing(rows({"email": "ana@example.com", "first_name": "<script>alert(1)</script>"}))
    found = imports.preview(client, rows({"email": "ana@example.com", "first_name": "<b>Ana"}), list_id)
    shown = found._repr_html_()
    assert "<script>" not in shown
    assert "<b>" not in shown
    assert "&lt;b&gt;Ana" in shown


def test_custom_fields_are_compared_and_missing_ones_named(importing: Import, client: Client, list_id: str) -> None:
    """By the heading's name or label."""
    importing(rows({"email": "ana@example.com", "cf:Shoe size": "38"}), create_custom_fields=True)
    found = imports.preview(client, rows({"email": "ana@example.com", "cf:Shoe Size": "39", "cf:Hat": "9"}), list_id)
    assert found.changed[["field", "from", "to"]].values.tolist() == [["cf:Shoe Size", "38", "39"], ["cf:Hat", "", "9"]]
    assert found.missing_custom_fields == ("Hat",)
    assert "'Hat'" in found.report()


def test_nothing_to_import_is_said(client: Client, list_id: str) -> None:
    """As an import says it."""
    with pytest.raises(cctoolkit.ContactFileError, match="Mend the file"):
        imports.preview(client, clean(read_bytes(b"email\nnobody\n", "x.csv")), list_id)


def test_numbers_are_compared_as_contacts(importing: Import, client: Client, list_id: str) -> None:
    """Contacts that are known by their number only."""
    row = {"sms_number": "(617) 555-0101", "sms_consent_date": "01/31/2024"}
    importing(rows(row), sms_permission_to_send="explicit")
    found = imports.preview(client, rows({**row, "sms_number": "617-555-0101"}), list_id)
    assert found.unchanged["sms_number"].tolist() == ["617-555-0101"]


def test_a_deleted_contact_comes_back(importing: Import, client: Client, list_id: str) -> None:
    """Which is a change."""
    importing(rows({"email": "ana@example.com"}))
    [contact] = client.contacts.page(email="ana@example.com")["contacts"]
    client._transport.request("DELETE", f"/contacts/{contact['contact_id']}")
    found = imports.preview(client, rows({"email": "ana@example.com"}), list_id)
    assert found.changed["field"].tolist() == ["deleted_at"]


_WORD = st.text("abc é", max_size=6)
_ROW = st.fixed_dictionaries(
    {
        "first_name": _WORD,
        "company_name": _WORD,
        "street": _WORD,
        "street2": _WORD,
        "city": _WORD,
        "zip": st.sampled_from(["", "02451", "2451"]),
        "phone": st.sampled_from(["", "555-0101", "555-0102"]),
        "anniversary": st.sampled_from(["", "01/31/2020", "2020-01-31", "2/1/2020"]),
        "birthday_month": st.sampled_from(["", "2"]),
    }
).map(lambda row: {**row, "birthday_day": "3" if row["birthday_month"] else ""})


@settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=_ROW, after=_ROW)
def test_the_preview_is_what_happens(
    client: Client, sandbox: Sandbox, before: dict[str, str], after: dict[str, str]
) -> None:
    """What is said to change does, and everything else stays; after it there is nothing left to change."""
    sandbox.reset()
    list_id = str(client.lists.create("News")["list_id"])

    def send(row: dict[str, str]) -> dict[str, Any]:
        [part] = rows({"email": "ana@example.com", **row}).parts()
        client.activities.import_csv(part.content, list_id)
        sandbox.advance(60)
        [contact] = client.contacts.page(email="ana@example.com", include=EVERYTHING)["contacts"]
        return {name: value for name, value in contact.items() if not name.startswith(("update", "email"))}

    filled = {name: value.strip() for name, value in after.items() if value.strip()}
    was = send(before)
    told = changes(filled, was, NONE)
    became = send(after)
    plain = {change.field for change in told} & {"first_name", "company_name", "anniversary"}
    assert plain == {
        name for name in ("first_name", "company_name", "anniversary") if _said(was, name) != _said(became, name)
    }
    if not told:
        assert _values(was) == _values(became)
    assert [change for change in changes(filled, became, NONE) if change.field != "street" or "street" in filled] == []


def _said(contact: dict[str, Any], name: str) -> str:
    return " ".join(str(contact.get(name, "")).split())


def _values(contact: dict[str, Any]) -> Any:
    """Without times, which every import renews, and blanks, which do not count."""
    if isinstance(contact, dict):
        return {name: _values(value) for name, value in contact.items() if not name.endswith("_at")}
    if isinstance(contact, list):
        return [_values(value) for value in contact]
    return " ".join(str(contact).split())
