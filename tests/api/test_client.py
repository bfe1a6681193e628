"""Our client against the sandbox."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

import cctoolkit
from cctoolkit import imports
from cctoolkit.api import Client
from cctoolkit.api.transport import FixedToken, Transport
from cctoolkit.contact_files import clean
from cctoolkit.contact_files.reading.recognizing import read_bytes
from cctoolkit.sandbox import Sandbox
from cctoolkit.sandbox.accounts import add_people


def _wait(client: Client, sandbox: Sandbox, activity_id: str) -> dict[str, Any]:
    report: dict[str, Any] = {}
    for report in client.activities.follow(activity_id, sleep=lambda seconds: sandbox.advance(seconds)):
        pass
    return report


def test_iteration_goes_over_all_pages(client: Client, sandbox: Sandbox) -> None:
    """Each contact once, whatever the size of a page."""
    add_people(sandbox.database, sandbox.clock, 37)
    assert len({contact["contact_id"] for contact in client.contacts.iter(limit=5)}) == 38
    assert client.contacts.count() == 38
    assert client.contacts.count(status="unsubscribed") < 38


def test_filters_are_passed_on(client: Client, sandbox: Sandbox) -> None:
    """Lists of values are joined, None is left out, booleans are written in lower case."""
    found = client.contacts.page(include=["list_memberships", "notes"], email=None, include_count=True)
    assert found["contacts_count"] == 1
    assert found["contacts"][0]["notes"] == []


def test_an_empty_account_gives_the_same_columns(client: Client) -> None:
    """No contact at all changes neither columns nor types."""
    full, empty = client.contacts.frame(), client.contacts.frame(email="nobody@example.com")
    assert list(full.columns) == list(empty.columns)
    assert full.dtypes.equals(empty.dtypes)
    assert isinstance(full["created_at"].dtype, pd.DatetimeTZDtype)


def test_sub_resources_have_frames_of_their_own(client: Client, sandbox: Sandbox) -> None:
    """A row each, joined by contact_id; the same columns when there are none."""
    add_people(sandbox.database, sandbox.clock, 30)
    found = client.contacts.frames()
    assert set(found) == {
        "contacts",
        "list_memberships",
        "phone_numbers",
        "street_addresses",
        "custom_fields",
        "taggings",
        "notes",
    }
    assert len(found["contacts"]) == 31
    assert set(found["phone_numbers"]["contact_id"]) <= set(found["contacts"]["contact_id"])
    assert isinstance(found["phone_numbers"]["created_at"].dtype, pd.DatetimeTZDtype)
    assert list(found["list_memberships"].columns) == ["contact_id", "list_id"]
    assert "list_memberships" not in found["contacts"].columns
    empty = client.contacts.frames(email="nobody@example.com")
    for name, frame in found.items():
        assert frame.dtypes.equals(empty[name].dtypes), name


def test_lists_are_found_and_made(client: Client) -> None:
    """find_or_create makes a list once."""
    assert client.lists.find("newsletter") is None
    made = client.lists.find_or_create("Newsletter")
    assert client.lists.find_or_create(" newsletter ")["list_id"] == made["list_id"]
    assert list(client.lists.frame()["membership_count"]) == [1, 0]
    with pytest.raises(cctoolkit.Conflict, match="already exists"):
        client.lists.create("NEWSLETTER")
    with pytest.raises(cctoolkit.BadRequest, match="1 to 255 characters"):
        client.lists.create("  ")


def test_a_conflict_names_what_exists(client: Client) -> None:
    """The service writes the contact's id into its text only; the error has it as `existing_id`, if there is one."""
    [owner] = client.contacts.iter()
    body = {"email_address": {"address": owner["email_address"]["address"]}, "create_source": "Account"}
    with pytest.raises(cctoolkit.Conflict) as caught:
        client.call("createContact", body=body)
    assert caught.value.existing_id == owner["contact_id"]
    assert cctoolkit.Conflict(409, "", "being changed", "PUT /v3/contacts").existing_id is None


def test_an_import_arrives(client: Client, sandbox: Sandbox) -> None:
    """Sent, followed to its end, and everybody is on the list."""
    list_id = client.lists.create("News")["list_id"]
    cleaned = clean(
        read_bytes("email,first_name\nana@example.com,Ana\nÉmile@example.com,E\nben@example.com,\n".encode(), "x.csv")
    )
    [started] = imports.start_import(client, cleaned, list_id)
    report = _wait(client, sandbox, started["activity_id"])
    assert (report["state"], report["percent_done"]) == ("completed", 100)
    arrival = imports.check_arrival(client, cleaned.addresses, list_id)
    assert arrival["on_list"].all()
    assert list(arrival["email_address"]) == ["ana@example.com", "ben@example.com"]
    assert client.activities.frame()["person_count"].tolist() == [2]


def test_who_is_missing_is_named_with_the_likely_reason(client: Client, sandbox: Sandbox) -> None:
    """Unsubscribed before, never taken, and in the account but not on the list."""
    list_id = client.lists.create("News")["list_id"]
    started = client.activities.import_csv(b"email\nana@example.com\n", list_id)
    _wait(client, sandbox, started["activity_id"])
    with sandbox.database.write() as connection:
        connection.execute("UPDATE contacts SET permission_to_send = 'unsubscribed' WHERE address = 'ana@example.com'")
        connection.execute("DELETE FROM list_memberships")
    arrival = imports.check_arrival(client, ["ana@example.com", "who@example.com", "robin@example.com"], list_id)
    assert not arrival["on_list"].any()
    for reason, word in zip(arrival["reason"], ["unsubscribed", "did not take", "not on the list"], strict=True):
        assert word in reason


def test_nothing_to_import_is_said(client: Client) -> None:
    """No request is spent on it."""
    cleaned = clean(read_bytes(b"email\nnobody\n", "x.csv"))
    with pytest.raises(cctoolkit.ContactFileError, match="Mend the file"):
        imports.start_import(client, cleaned, "00000000-0000-1000-8000-fa163e000000")


def test_a_misspelled_filter_is_refused(client: Client) -> None:
    """The service would answer with everybody."""
    with pytest.raises(cctoolkit.BadRequest, match="did you mean status"):
        client.contacts.frame(statuss="all")
    with pytest.raises(cctoolkit.BadRequest, match="there is no filter list;"):
        client.contacts.count(list="x")


def test_wrong_arguments_are_said(client: Client) -> None:
    """A path in place of what clean() returned, and a list's name in place of its id."""
    cleaned = clean(read_bytes(b"email\na@example.com\n", "x.csv"))
    with pytest.raises(cctoolkit.ContactFileError, match=r"contact_files\.clean"):
        imports.import_contacts(client, "x.csv", "Newsletter")  # type: ignore[arg-type]
    with pytest.raises(cctoolkit.SettingsError, match="find_or_create"):
        imports.import_contacts(client, cleaned, "Newsletter")


def test_the_contacts_of_a_segment_are_counted(client: Client) -> None:
    """The service takes nothing beside segment_id and limit, so they are read."""
    condition = {"source": "contact", "field": "first_name", "op": "eq", "value": "Robin"}
    criteria = json.dumps({"version": "1.0.0", "criteria": {"type": "and", "group": [condition]}})
    made = client.call("createSegment", body={"name": "Robins", "segment_criteria": criteria})
    client.contacts.page(segment_id=made["segment_id"])  # 202, so that the count need not wait
    assert client.contacts.count(segment_id=made["segment_id"]) == 1


def test_a_segment_is_asked_for_again(client: Client, sandbox: Sandbox) -> None:
    """The first answer is a 202; the contacts come with the second."""
    from cctoolkit.api import paging

    criteria = (
        '{"criteria":{"type":"and","group":[{"source":"contact","field":"first_name","op":"eq","value":"Robin"}]}}'
    )
    made = client._transport.post("/segments", {"name": "Robins", "segment_criteria": criteria})
    waits: list[float] = []
    found = list(paging.pages(client._transport, "/contacts", {"segment_id": made["segment_id"]}, sleep=waits.append))
    assert len(found[0]["contacts"]) == len(waits) == 1


def test_an_unknown_list_is_said(client: Client) -> None:
    """A list_id that does not exist, and one that is none."""
    with pytest.raises(cctoolkit.NotFound, match="list_id"):
        client.activities.import_csv(b"email\na@example.com\n", "00000000-0000-1000-8000-fa163e000000")
    with pytest.raises(cctoolkit.BadRequest, match="list_ids"):
        client.activities.import_csv(b"email\na@example.com\n", "general")


def test_a_file_that_is_not_there_is_said(client: Client) -> None:
    """Before any request."""
    with pytest.raises(cctoolkit.ContactFileError, match="check the path"):
        client.activities.import_csv("nowhere.csv", "any")


def test_the_account_as_a_frame(client: Client) -> None:
    """A row a property."""
    assert client.account.frame().loc["contact_email", "value"] == "robin@example.com"
    assert "sandbox" in repr(client)
    assert client.budget is None


def test_one_contact_and_one_list_by_their_ids(client: Client) -> None:
    """With what was asked for besides; an id that is none is a `NotFound`, whatever it holds."""
    [owner] = client.contacts.iter()
    [general] = client.lists.iter()
    found = client.contacts.get(owner["contact_id"], include=["list_memberships", "notes"])
    assert found["list_memberships"] == [general["list_id"]]
    assert client.lists.get(general["list_id"], counts=True)["membership_count"] == 1
    assert "membership_count" not in client.lists.get(general["list_id"])
    with pytest.raises(cctoolkit.NotFound):
        client.lists.get("../contacts?limit=1")


def test_pages_say_how_many_are_to_be_expected(client: Client, sandbox: Sandbox) -> None:
    """From the first page on; a filter that does not exist is refused at once."""
    add_people(sandbox.database, sandbox.clock, 11)
    reading = client.contacts.pages(limit=5)
    assert [(len(page), reading.total) for page in reading] == [(5, 12), (5, 12), (2, 12)]
    with pytest.raises(cctoolkit.BadRequest, match="did you mean status"):
        client.contacts.pages(statsu="active")


def test_tags_as_a_frame(client: Client) -> None:
    """The same columns whether there is one or none; how many have it is counted."""
    empty = client.tags.frame()
    tag_id = client.call("postTag", body={"name": "vip"})["tag_id"]
    frame = client.tags.frame()
    assert frame.columns.equals(empty.columns)
    assert frame[["tag_id", "name", "contacts_count"]].to_numpy().tolist() == [[tag_id, "vip", 0]]
    assert [tag["name"] for tag in client.tags.iter()] == ["vip"]


@pytest.mark.parametrize("address", ["https://ana:s3cret-word@host.example/v3", "https://s3cret-word@host.example/v3"])
def test_an_address_with_a_password_is_refused_unshown(address: str) -> None:
    """It would be shown wherever the address is: in reprs, in messages, in the code beside a widget."""
    with pytest.raises(cctoolkit.SettingsError, match="the access token is what signs in") as caught:
        cctoolkit.connect(api_url=address, access_token="t")
    assert "s3cret-word" not in repr(caught.value)


@pytest.mark.parametrize(
    ("service", "api_url", "real"),
    [
        ("live", "https://api.cc.email/v3", True),
        ("live", "http://127.0.0.1:8780/v3", True),
        ("custom", "https://api.cc.email/v3", True),
        ("custom", "https://api.cc.email./v3", True),
        ("custom", "https://gateway.example/v3", True),
        ("custom", "http://127.0.0.1:8780/v3", False),
        ("sandbox", "http://127.0.0.1:8780/v3", False),
        ("sandbox", "http://192.168.1.20:8790/v3", False),
    ],
)
def test_whose_account_it_may_be(service: str, api_url: str, real: bool) -> None:
    """Nobody's is what is called the sandbox, a workshop's too, or stands on this machine; any other may be real."""
    with Client(Transport(api_url, FixedToken("t")), service) as client:
        assert client.is_real is real
