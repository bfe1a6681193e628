"""What is said before an import is sent: custom fields and text messages."""

from __future__ import annotations

import pytest

import cctoolkit
from cctoolkit.api import Client
from cctoolkit.sandbox import Sandbox
from tests.imports.conftest import Import
from tests.imports.people import rows


def _value(client: Client, address: str) -> list[str]:
    [contact] = client.contacts.page(email=address, include="custom_fields")["contacts"]
    return [entry["value"] for entry in contact["custom_fields"]]


def test_a_custom_field_that_is_missing_is_named(importing: Import, client: Client) -> None:
    """The service would drop the column; nothing is sent."""
    with pytest.raises(cctoolkit.ContactFileError, match=r"no custom field 'Shoe size'.*create_custom_fields=True"):
        importing(rows({"email": "ana@example.com", "cf:Shoe size": "38"}))
    assert list(client.activities.iter()) == []


def test_custom_fields_are_made_on_request(importing: Import, client: Client) -> None:
    """And the heading is written as the service knows the field."""
    importing(rows({"email": "ana@example.com", "cf:Shoe size": "38"}), create_custom_fields=True)
    assert client.custom_fields.frame()["name"].tolist() == ["shoe_size"]
    assert _value(client, "ana@example.com") == ["38"]


def test_a_custom_field_is_found_by_its_label(importing: Import, client: Client) -> None:
    """Whatever its case, and with blanks where the name has underscores."""
    client.custom_fields.create("Shoe Size")
    importing(rows({"email": "ana@example.com", "cf:shoe size": "38"}))
    assert _value(client, "ana@example.com") == ["38"]


def test_two_columns_of_one_custom_field_are_refused(importing: Import, client: Client) -> None:
    """It would be left to chance which one counts."""
    client.custom_fields.create("Shoe Size")
    with pytest.raises(cctoolkit.ContactFileError, match="same custom field"):
        importing(rows({"email": "ana@example.com", "cf:shoe size": "38", "cf:shoe_size": "39"}))


def test_more_custom_fields_than_a_contact_has_are_refused(importing: Import) -> None:
    """25 are kept of a contact."""
    with pytest.raises(cctoolkit.ContactFileError, match="keeps 25"):
        importing(rows({"email": "ana@example.com", **{f"cf:f{n}": "x" for n in range(26)}}))


@pytest.mark.parametrize(
    ("row", "permission", "sentence"),
    [
        ({"sms_number": "6175550101"}, None, "say with sms_permission_to_send"),
        ({"sms_number": "6175550101"}, "explicit", "needs a column sms_consent_date"),
        ({"sms_number": "6175550101"}, "maybe", "is no permission"),
        ({"email": "a@example.com"}, "maybe", "is no permission"),
    ],
)
def test_text_messages_need_a_permission(
    importing: Import, row: dict[str, str], permission: str | None, sentence: str
) -> None:
    """One sentence, before any request."""
    with pytest.raises(cctoolkit.SettingsError, match=sentence):
        importing(rows(row), sms_permission_to_send=permission)


def test_numbers_in_place_of_addresses_arrive(importing: Import, client: Client, sandbox: Sandbox) -> None:
    """With the permission that was given, and found on the list by their digits."""
    outcome = importing(
        rows({"sms_number": "(617) 555-0101", "sms_consent_date": "2024-01-31"}), sms_permission_to_send="explicit"
    )
    assert outcome.missing == []
    assert outcome.arrival["sms_number"].tolist() == ["(617) 555-0101"]
    assert len(list(client.contacts.iter(sms_status="explicit"))) == 1


def test_a_number_that_did_not_arrive_is_named(importing: Import) -> None:
    """By itself, for want of an address."""
    outcome = importing(rows({"sms_number": "12"}), sms_permission_to_send="not_set")
    assert outcome.missing == ["12"]
    assert "did not take" in outcome.absent["reason"][0]


def test_custom_fields_are_found_and_made_once(client: Client) -> None:
    """find_or_create, by name or label; limits are said."""
    made = client.custom_fields.find_or_create(" Favourite Fruit ")
    assert client.custom_fields.find_or_create("favourite_fruit") == made
    assert client.custom_fields.find("none") is None
    with pytest.raises(cctoolkit.BadRequest, match="1 to 50 characters"):
        client.custom_fields.create("x" * 51)
    with pytest.raises(cctoolkit.BadRequest, match="there is no type 'fruit'"):
        client.custom_fields.create("Fruit", type="fruit")
    with pytest.raises(cctoolkit.Conflict, match="already exists"):
        client.custom_fields.create("FAVOURITE fruit")
