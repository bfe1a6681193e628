"""One contact through our client: read, created, changed without clearing anything, deleted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cctoolkit
from cctoolkit._httpx import httpx
from cctoolkit.api import Client
from cctoolkit.api.contact_changes import CHANGED, CORE, SUB_RESOURCES, changed_contact, checked
from cctoolkit.api.transport import FixedToken, Transport
from cctoolkit.sandbox import Sandbox
from tests.marks import examples

NOBODY = "00000000-0000-1000-8000-000000000000"
EVERYTHING = list(SUB_RESOURCES)


@pytest.fixture
def mara(client: Client) -> dict[str, Any]:
    """A contact that has one of everything."""
    field = client.custom_fields.find_or_create("Plot")["custom_field_id"]
    return client.contacts.create(
        email_address="mara@example.com",
        permission_to_send="explicit",
        first_name="Mara",
        last_name="Lind",
        job_title="Gardener",
        company_name="Lind Gardens",
        birthday_month=2,
        birthday_day=29,
        anniversary=date(2020, 5, 17),
        sms_channel={
            "full_sms_address": "16175550142",
            "sms_channel_consents": [{"sms_consent_permission": "explicit", "consent_type": "promotional_sms"}],
        },
        phone_numbers=[{"phone_number": "555-0142", "kind": "mobile"}, {"phone_number": "555-0143", "kind": "work"}],
        street_addresses=[{"kind": "home", "street": "7 Weir Lane", "city": "Riverside"}],
        custom_fields=[{"custom_field_id": field, "value": "B12"}],
        list_memberships=[client.lists.find_or_create("Newsletter")["list_id"]],
        notes=[{"content": "Talks on compost."}],
    )


def _unspent() -> Client:
    """A client that fails the test as soon as a request is sent."""

    def refuse(request: httpx.Request) -> httpx.Response:
        raise AssertionError(f"sent {request.method} {request.url}")

    transport = Transport("https://api.example/v3", FixedToken("t"), transport=httpx.MockTransport(refuse))
    return Client(transport, "custom")


def _same_but_for(before: dict[str, Any], after: dict[str, Any], *names: str) -> None:
    volatile = {"updated_at", "update_source", *names}
    old, new = ({name: one for name, one in each.items() if name not in volatile} for each in (before, after))
    for each in (old, new):
        each["email_address"] = {k: v for k, v in each["email_address"].items() if k not in {"updated_at", *names}}
    assert old == new


def test_a_contact_is_read_with_what_is_asked_for(client: Client, mara: dict[str, Any]) -> None:
    """Without `include` the core alone, as the service answers it."""
    bare = client.contacts.get(mara["contact_id"])
    full = client.contacts.get(mara["contact_id"], include="notes, phone_numbers")
    assert bare["last_name"] == "Lind"
    assert set(full) - set(bare) == {"notes", "phone_numbers"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("first_name", "Maria"),
        ("job_title", "Head gardener"),
        ("company_name", "Weir Lane Growers"),
        ("birthday_day", 28),
        ("anniversary", "2021-06-01"),
    ],
)
def test_an_update_changes_what_is_named_and_nothing_else(
    client: Client, sandbox: Sandbox, mara: dict[str, Any], name: str, value: Any
) -> None:
    """Neither the other properties nor anything that there can be several of."""
    before = client.contacts.get(mara["contact_id"], include=EVERYTHING)
    sandbox.advance(3_600)
    answer = client.contacts.update(mara["contact_id"], **{name: value})
    after = client.contacts.get(mara["contact_id"], include=EVERYTHING)
    assert answer[name] == after[name] == value
    assert after["update_source"] == "Account"
    _same_but_for(before, after, name)


def test_none_clears_a_property(client: Client, mara: dict[str, Any]) -> None:
    """And an empty text too; a birthday goes as a whole."""
    after = client.contacts.update(mara["contact_id"], job_title=None, company_name=" ", anniversary=None)
    assert {"job_title", "company_name", "anniversary"}.isdisjoint(after)
    assert after["first_name"] == "Mara"
    after = client.contacts.update(mara["contact_id"], birthday_month=None, birthday_day=None)
    assert {"birthday_month", "birthday_day"}.isdisjoint(after)


def test_half_a_birthday_is_refused(client: Client, mara: dict[str, Any]) -> None:
    """Taking away the month alone would leave a day of no month."""
    with pytest.raises(cctoolkit.BadRequest, match="birthday_day is there without birthday_month"):
        client.contacts.update(mara["contact_id"], birthday_month=None)
    assert client.contacts.get(mara["contact_id"])["birthday_month"] == 2


def test_a_sub_resource_that_is_given_is_the_whole_of_it(client: Client, mara: dict[str, Any]) -> None:
    """The others stay; what was read may be sent back as it came; None leaves none."""
    read = client.contacts.get(mara["contact_id"], include=EVERYTHING)
    phones = [*read["phone_numbers"][:1], {"phone_number": "555-0199", "kind": "home"}]
    client.contacts.update(mara["contact_id"], phone_numbers=phones, notes=None)
    after = client.contacts.get(mara["contact_id"], include=EVERYTHING)
    assert [one["phone_number"] for one in after["phone_numbers"]] == ["555-0142", "555-0199"]
    assert after["notes"] == []
    _same_but_for(read, after, "phone_numbers", "notes")


def test_unsubscribing_keeps_the_name(client: Client, mara: dict[str, Any]) -> None:
    """The reason is kept as well, through a later change of something else."""
    client.contacts.update(mara["contact_id"], permission_to_send="unsubscribed", opt_out_reason="asked by phone")
    after = client.contacts.update(mara["contact_id"], job_title="Retired")
    assert (after["first_name"], after["last_name"]) == ("Mara", "Lind")
    email = after["email_address"]
    assert (email["permission_to_send"], email["opt_out_reason"]) == ("unsubscribed", "asked by phone")
    assert client.contacts.get(mara["contact_id"], include="list_memberships")["list_memberships"] == []


def test_what_the_account_entered_can_be_taken_back(client: Client, mara: dict[str, Any]) -> None:
    """Without the reason of an opt-out that is no more; what the person said stays theirs."""
    out = {"permission_to_send": "unsubscribed", "opt_out_reason": "mixed up"}
    client.contacts.update(mara["contact_id"], **out)
    back = client.contacts.update(mara["contact_id"], permission_to_send="explicit")
    assert back["email_address"]["permission_to_send"] == "explicit"
    assert not {"opt_out_source", "opt_out_reason"} & set(back["email_address"])
    client.contacts.update(mara["contact_id"], update_source="Contact", **out)
    with pytest.raises(cctoolkit.BadRequest, match="only the person can undo"):
        client.contacts.update(mara["contact_id"], permission_to_send="explicit")


def test_a_new_address_keeps_the_permission(client: Client, mara: dict[str, Any]) -> None:
    """Given as a text; the dict of the service is taken as well."""
    after = client.contacts.update(mara["contact_id"], email_address="mara@lind.example")
    assert after["email_address"]["address"] == "mara@lind.example"
    assert after["email_address"]["permission_to_send"] == "explicit"
    back = client.contacts.update(mara["contact_id"], email_address=mara["email_address"])
    assert back["email_address"]["address"] == "mara@example.com"


def test_a_deleted_contact_comes_back(client: Client, mara: dict[str, Any]) -> None:
    """Deleting leaves it readable, and an update without changes revives it with its name."""
    assert client.contacts.delete(mara["contact_id"]) is None  # type: ignore[func-returns-value]
    assert "deleted_at" in client.contacts.get(mara["contact_id"])
    after = client.contacts.update(mara["contact_id"])
    assert "deleted_at" not in after
    assert after["first_name"] == "Mara"


def test_an_address_that_exists_is_a_conflict(client: Client, mara: dict[str, Any]) -> None:
    """For a new contact and for another that is to get it; the message names whose it is."""
    with pytest.raises(cctoolkit.Conflict, match=mara["contact_id"]):
        client.contacts.create(email_address="MARA@example.com")
    other = client.contacts.create(first_name="Ravi")
    with pytest.raises(cctoolkit.Conflict, match=mara["contact_id"]):
        client.contacts.update(other["contact_id"], email_address="mara@example.com")


def test_an_unknown_contact_is_not_found(client: Client) -> None:
    """Whichever way it is asked for."""
    for call in client.contacts.get, client.contacts.update, client.contacts.delete:
        with pytest.raises(cctoolkit.NotFound):
            call(NOBODY)


def test_a_permission_without_an_address_is_refused(client: Client) -> None:
    """A contact with a name alone has nothing to unsubscribe."""
    ravi = client.contacts.create(first_name="Ravi")
    with pytest.raises(cctoolkit.BadRequest, match="name email_address too"):
        client.contacts.update(ravi["contact_id"], permission_to_send="unsubscribed")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda c: c.update(NOBODY, frist_name="A"), "a contact has no frist_name to write; did you mean first_name?"),
        (lambda c: c.create(opt_out_reason="x"), "a contact has no opt_out_reason to write"),
        (lambda c: c.update("42", first_name="A"), "contact_id is '42', and has to be the id"),
        (lambda c: c.get(None), "contact_id is None"),
        (lambda c: c.delete(NOBODY[:-1] + "/"), "contact_id is "),
        (lambda c: c.get(NOBODY, include="note"), "include holds 'note'; did you mean notes?"),
        (lambda c: c.update(NOBODY, first_name="x" * 51), "first_name has 51 characters, and takes at most 50"),
        (lambda c: c.update(NOBODY, first_name=float("nan")), "first_name is nan, and has to be a text"),
        (lambda c: c.update(NOBODY, permission_to_send=pd.NA), "permission_to_send is <NA>"),
        (lambda c: c.create(first_name="A", create_source=pd.NA), "create_source is <NA>"),
        (lambda c: c.update(NOBODY, first_name="\ud800"), "first_name holds half a character"),
        (lambda c: c.update(NOBODY, birthday_month=13), "birthday_month is 13, and has to be a whole number from 1"),
        (lambda c: c.update(NOBODY, anniversary="soon"), "anniversary is 'soon'"),
        (lambda c: c.create(birthday_month=2, birthday_day=30, first_name="A"), "the month 2 has 29 days"),
        (lambda c: c.create(birthday_month=2, first_name="A"), "birthday_month is there without birthday_day"),
        (lambda c: c.create(job_title="A"), "a contact needs one of email_address"),
        (lambda c: c.create(first_name="A", create_source="Me"), "create_source is 'Me'"),
        (lambda c: c.update(NOBODY, update_source=None), "update_source is None"),
        (lambda c: c.update(NOBODY, email_address=None), "email_address cannot be cleared"),
        (lambda c: c.update(NOBODY, email_address="nobody"), "which is no address"),
        (lambda c: c.update(NOBODY, email_address={"adress": "a@example.com"}), "did you mean address?"),
        (lambda c: c.update(NOBODY, permission_to_send="unsubscribe"), "did you mean unsubscribed?"),
        (lambda c: c.update(NOBODY, phone_numbers={"phone_number": "1"}), "has to be a list of all"),
        (lambda c: c.update(NOBODY, phone_numbers=[{"number": "1"}]), "did you mean phone_number?"),
        (lambda c: c.update(NOBODY, phone_numbers=[{"phone_number": "1"}] * 4), "a contact has 3 at most"),
        (lambda c: c.update(NOBODY, street_addresses=[{"city": "Riverside"}]), "kind is missing"),
        (lambda c: c.update(NOBODY, list_memberships=["Newsletter"]), "has to be a list of ids"),
        (lambda c: c.update(NOBODY, notes=["Call"]), "has to be a list of dicts with content"),
        (lambda c: c.update(NOBODY, sms_channel=None), "sms_channel has to be a dict"),
    ],
)
def test_what_does_not_fit_is_refused_before_a_request(call: Callable[[Any], Any], message: str) -> None:
    """With a sentence that names the property, and the nearest name that exists."""
    with pytest.raises(cctoolkit.BadRequest) as caught:
        call(_unspent().contacts)
    assert message in str(caught.value)
    assert str(caught.value).startswith("The request was not sent:")


def test_a_change_at_the_same_moment_is_said(client: Client, mara: dict[str, Any]) -> None:
    """A 409 without another contact in it is not repeated, and says what to do."""
    sent = []

    def network(request: httpx.Request) -> httpx.Response:
        sent.append(request.method)
        if request.method == "GET":
            return httpx.Response(200, json=client.contacts.get(mara["contact_id"]))
        conflict = [{"error_key": "contacts.api.conflict", "error_message": "Concurrent update of the contact"}]
        return httpx.Response(409, json=conflict)

    transport = Transport("https://api.example/v3", FixedToken("t"), transport=httpx.MockTransport(network))
    with pytest.raises(cctoolkit.Conflict, match="Concurrent update"):
        Client(transport, "custom").contacts.update(mara["contact_id"], first_name="Maria")
    assert sent == ["GET", "PUT"]


_texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=50).filter(str.strip)
_contacts = st.fixed_dictionaries(
    {"email_address": st.fixed_dictionaries({"address": st.just("a@example.com"), "permission_to_send": _texts})},
    optional={
        **dict.fromkeys(("first_name", "last_name", "job_title", "company_name"), _texts),
        "anniversary": st.just("05/17/2020"),
        "custom_fields": st.just([{"custom_field_id": NOBODY, "value": "x"}]),
        "contact_id": st.just(NOBODY),
    },
)


@settings(max_examples=examples(200), deadline=None)
@given(
    now=_contacts,
    changes=st.dictionaries(st.sampled_from(["first_name", "job_title", "company_name"]), st.none() | _texts),
)
def test_whatever_is_changed_the_rest_is_sent_back(now: dict[str, Any], changes: dict[str, Any]) -> None:
    """Each core property is as it was, or as it was named, or was to be cleared; the address goes along."""
    body = changed_contact(now, checked(changes, CHANGED), "Account")
    for name in CORE:
        wanted = changes[name] if name in changes else now.get(name)
        assert body.get(name) == (wanted.strip() if name in changes and wanted else wanted)
    assert body["email_address"] == now["email_address"]
    assert set(body) <= {*CORE, "email_address", "update_source"}


def test_the_names_are_those_that_are_published(published_schema: Any) -> None:
    """What can be written, with how many of each and how long, is what the published description says."""
    if published_schema is None:
        pytest.skip("the published schema is not beside the project")
    definition = published_schema.spec["definitions"]["ContactPutRequest"]["properties"]
    assert {*CHANGED, "update_source"} - {"permission_to_send", "opt_out_reason"} == set(definition)
    assert {name: definition[name]["maxItems"] for name in SUB_RESOURCES} == SUB_RESOURCES
