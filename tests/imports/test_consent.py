"""Explicit consent, where the file documents it: by the sign-up form, and never for somebody who said no."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cctoolkit import contact_files, imports
from cctoolkit._httpx import httpx
from cctoolkit.api import Client
from cctoolkit.contact_files import Cleaned
from cctoolkit.errors import ContactFileError, ServiceUnreachable
from cctoolkit.imports.consent import documented
from cctoolkit.sandbox import Sandbox
from tests.imports.people import people
from tests.imports.watching import Watching, watched_client

_TOMORROW = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%d")


def _cleaned(tmp_path: Path, rows: str, heading: str = "OPTIN_TIME") -> Cleaned:
    path = tmp_path / "people.csv"
    path.write_text(f"email,First name,Phone,{heading},Street,City,cf:Shirt\n{rows}")
    return contact_files.clean(path, columns={heading: "consent_date"}, progress=False)


@pytest.fixture
def cleaned(tmp_path: Path) -> Cleaned:
    return _cleaned(
        tmp_path,
        "new@example.com,Nora,617-555-0101,2024-05-06 10:00:00,1 A Street,Boston,L\n"
        "known@example.com,Kim,,2024-05-07,,,\n"
        "left@example.com,Lee,,2024-05-08,,,\n"
        "gone@example.com,Gus,,2024-05-09,,,\n"
        "waits@example.com,Wim,,2024-05-10,,,\n"
        "done@example.com,Dee,,2024-05-11,,,\n"
        "nobody.said@example.com,Ned,,,,,\n"
        f"later@example.com,Lou,,{_TOMORROW},,,\n",
    )


@pytest.fixture
def account(client: Client, list_id: str) -> str:
    """One of each: implicit, unsubscribed, deleted, not confirmed yet, and explicit on the list."""
    client.custom_fields.create("Shirt")
    ids = {
        name: client.contacts.create(email_address=f"{name}@example.com", list_memberships=[list_id])["contact_id"]
        for name in ("known", "left", "gone", "waits", "done")
    }
    client.contacts.update(ids["left"], permission_to_send="unsubscribed")
    client.contacts.delete(ids["gone"])
    client.contacts.update(ids["waits"], permission_to_send="pending_confirmation")
    client.contacts.update(ids["known"], permission_to_send="implicit")
    client.contacts.update(ids["done"], permission_to_send="explicit")
    return list_id


def _permission(client: Client, name: str) -> str:
    [found] = client.contacts.iter(email=f"{name}@example.com", status="all")
    return str(found["email_address"]["permission_to_send"])


def test_a_plan_tells_who_is_signed_up_and_changes_nothing(sandbox: Sandbox, account: str, cleaned: Cleaned) -> None:
    transport = Watching(sandbox)
    with watched_client(sandbox, transport) as client:
        plan = imports.plan_consent(client, cleaned, account, progress=False)
    assert {request.method for request in transport.seen} == {"GET"}
    assert plan.sign_up.to_numpy().tolist() == [
        ["new@example.com", "05/06/2024", ""],
        ["known@example.com", "05/07/2024", "implicit"],
    ]
    assert dict(plan.left_out.to_numpy().tolist()) == {
        "left@example.com": "unsubscribed: the form would undo that, and only they may",
        "gone@example.com": "was deleted: the form would bring them back",
        "waits@example.com": "has not confirmed yet",
    }
    assert plan.figures()["done"] == 1
    assert plan.undocumented == 2  # no day, and one that is yet to come
    for words in ("one request each", "you can show it", "It takes 3 requests", "2 rows have no consent_date"):
        assert words in plan.report()
    assert "asked for your email" in plan._repr_html_()


def test_those_become_explicit_and_nobody_else(client: Client, account: str, cleaned: Cleaned) -> None:
    """With all that the form takes; a second plan has nobody left to sign up."""
    plan = imports.plan_consent(client, cleaned, account, progress=False)
    outcome = plan.run(progress=False)
    assert dict(outcome.signed_up.to_numpy().tolist()) == {
        "new@example.com": "created",
        "known@example.com": "updated",
    }
    assert outcome.completed
    assert {name: _permission(client, name) for name in ("new", "known", "left", "waits", "done")} == {
        "new": "explicit",
        "known": "explicit",
        "left": "unsubscribed",
        "waits": "pending_confirmation",
        "done": "explicit",
    }
    [new] = client.contacts.iter(
        email="new@example.com",
        include=["phone_numbers", "street_addresses", "custom_fields", "list_memberships"],
    )
    assert (new["first_name"], new["phone_numbers"][0]["phone_number"]) == ("Nora", "617-555-0101")
    assert (new["street_addresses"][0]["street"], new["street_addresses"][0]["city"]) == ("1 A Street", "Boston")
    assert new["custom_fields"][0]["value"] == "L"
    assert new["list_memberships"] == [account]
    again = imports.plan_consent(client, cleaned, account, progress=False)
    assert (len(again.sign_up), again.figures()["done"], again.requests) == (0, 3, 0)
    assert not len(again.run(progress=False).signed_up)


def test_the_others_are_imported_as_ever(client: Client, account: str, cleaned: Cleaned) -> None:
    """As implicit, and without those whom the form left out."""
    plan = imports.plan_consent(client, cleaned, account, progress=False)
    outcome = imports.import_contacts(client, plan.rest(), account, progress=False)
    assert (outcome.sent, outcome.missing) == (2, [])
    assert (_permission(client, "nobody.said"), _permission(client, "later")) == ("implicit", "implicit")
    assert _permission(client, "left") == "unsubscribed"


def test_who_unsubscribes_while_it_runs_is_left_out(sandbox: Sandbox, list_id: str, tmp_path: Path) -> None:
    """It is asked who changed, now and then."""
    rows = "".join(f"p{n:02}@example.com,P,,2024-05-06,,,\n" for n in range(60))
    cleaned = _cleaned(tmp_path, rows)
    with watched_client(sandbox) as other:
        last = other.contacts.create(email_address="p59@example.com", list_memberships=[list_id])["contact_id"]
        other.contacts.update(last, permission_to_send="implicit")

        def answer(request: httpx.Request) -> httpx.Response | None:
            if request.url.path.endswith("sign_up_form") and b"p10@" in request.content:
                other.contacts.update(last, permission_to_send="unsubscribed")
            return None

        transport = Watching(sandbox, answer)
        with watched_client(sandbox, transport) as client:
            outcome = imports.plan_consent(client, cleaned, list_id, progress=False).run(progress=False)
        assert _permission(other, "p59") == "unsubscribed"
    assert len(outcome.signed_up) == 59
    assert outcome.left_out["email"].tolist() == ["p59@example.com"]
    assert transport.count("sign_up_form") == 59


def test_one_that_is_refused_stops_nobody(sandbox: Sandbox, list_id: str, tmp_path: Path) -> None:
    def answer(request: httpx.Request) -> httpx.Response | None:
        if request.url.path.endswith("sign_up_form") and b"b@example.com" in request.content:
            return httpx.Response(400, json=[{"error_key": "contacts.api.validation.error", "error_message": "no"}])
        return None

    cleaned = _cleaned(tmp_path, "a@example.com,A,,2024-05-06,,,\nb@example.com,B,,2024-05-06,,,\n")
    with watched_client(sandbox, Watching(sandbox, answer)) as client:
        outcome = imports.plan_consent(client, cleaned, list_id, progress=False).run(progress=False)
    assert outcome.signed_up["email"].tolist() == ["a@example.com"]
    assert outcome.refused["email"].tolist() == ["b@example.com"]
    assert not outcome.completed
    assert "b@example.com: " in outcome.report()


def test_what_ends_it_half_way_says_how_far_it_is(sandbox: Sandbox, list_id: str, tmp_path: Path) -> None:
    def answer(request: httpx.Request) -> httpx.Response | None:
        if b"b@example.com" in request.content:
            raise httpx.ConnectError("no way", request=request)
        return None

    cleaned = _cleaned(tmp_path, "a@example.com,A,,2024-05-06,,,\nb@example.com,B,,2024-05-06,,,\n")
    with watched_client(sandbox, Watching(sandbox, answer)) as client:
        plan = imports.plan_consent(client, cleaned, list_id, progress=False)
        with pytest.raises(ServiceUnreachable) as raised:
            plan.run(progress=False)
    assert raised.value.__notes__[-1:] == ["1 of 2 contacts were signed up. Do it again: those are left alone."]
    with watched_client(sandbox) as client:
        again = imports.plan_consent(client, cleaned, list_id, progress=False)
    assert again.sign_up["email"].tolist() == ["b@example.com"]


def test_nothing_is_guessed_about_who_agreed(client: Client, list_id: str, tmp_path: Path) -> None:
    """Without a column that somebody named, it says which it might be."""
    path = tmp_path / "people.csv"
    path.write_text("email,Opt-in time\na@example.com,2024-05-06\n")
    cleaned = contact_files.clean(path, progress=False)
    assert "consent_date" not in cleaned.kept
    with pytest.raises(ContactFileError, match="--map 'Opt-in time=consent_date'"):
        imports.plan_consent(client, cleaned, list_id, progress=False)
    with pytest.raises(ContactFileError):
        imports.plan_consent(client, people(2), list_id, progress=False)


def test_a_day_of_consent_is_in_no_file_of_an_import(cleaned: Cleaned) -> None:
    """The service has no such heading."""
    assert cleaned.kept["consent_date"].tolist()[0] == "05/06/2024"
    for part in [*cleaned.parts(), *cleaned.parts(by_kind=True)]:
        assert b"consent_date" not in part.content
        assert b"05/06/2024" not in part.content


def test_the_form_is_what_the_service_publishes(sandbox: Sandbox, account: str, cleaned: Cleaned) -> None:
    """One phone, one postal address with its kind, custom fields by their ids."""
    transport = Watching(sandbox)
    with watched_client(sandbox, transport) as client:
        imports.plan_consent(client, cleaned, account, progress=False).run(progress=False)
    [first, _] = [json.loads(each.content) for each in transport.seen if each.method == "POST"]
    assert first["street_address"] == {"kind": "home", "street": "1 A Street", "city": "Boston"}
    assert first["list_memberships"] == [account]
    assert set(first) == {
        "email_address",
        "list_memberships",
        "first_name",
        "phone_number",
        "street_address",
        "custom_fields",
    }


def test_a_value_that_does_not_fit_its_field_is_told(client: Client, list_id: str, tmp_path: Path) -> None:
    """It is left out of the form, and of nobody else's."""
    client.custom_fields.create("Shirt", type="number")
    cleaned = _cleaned(tmp_path, 'a@example.com,A,,2024-05-06,,,large\nb@example.com,B,,2024-05-06,,,"4,5"\n')
    plan = imports.plan_consent(client, cleaned, list_id, progress=False)
    assert plan.unfit["value"].tolist() == ["large"]
    assert "large" in plan.report()
    assert "large" in plan._repr_html_()
    assert plan.run(progress=False).completed
    [b] = client.contacts.iter(email="b@example.com", include="custom_fields")
    assert b["custom_fields"][0]["value"] == "4.5"


def test_a_no_among_the_days_stays_a_no(tmp_path: Path) -> None:
    """Whatever the column is said to be; and the day on which somebody left is no consent."""
    path = tmp_path / "people.csv"
    path.write_text(
        "email,Opt-in,Date of unsubscribe\na@example.com,no,\nb@example.com,2024-05-06,\nc@example.com,,\n"
        "d@example.com,1970-01-01,\n"
    )
    cleaned = contact_files.clean(path, columns={"Opt-in": "consent_date"}, progress=False)
    assert cleaned.kept["email"].tolist() == ["b@example.com", "c@example.com", "d@example.com"]
    assert cleaned.rejected["reason"].tolist() == ["must not be written to (Opt-in = no)"]
    assert cleaned.columns.set_index("column")["becomes"]["Opt-in"] == "consent_date"
    assert documented(cleaned) == {"b@example.com": "05/06/2024"}
    with pytest.raises(ContactFileError, match="it cannot be the day of a consent"):
        contact_files.clean(path, columns={"Date of unsubscribe": "consent_date"}, progress=False)


def test_a_field_that_is_missing_for_the_others_is_told_before_anybody_is_signed_up(
    client: Client, list_id: str, tmp_path: Path
) -> None:
    cleaned = _cleaned(tmp_path, "a@example.com,A,,2024-05-06,,,\nb@example.com,B,,,,,L\n")
    with pytest.raises(ContactFileError, match="no custom field 'Shirt'"):
        imports.plan_consent(client, cleaned, list_id, progress=False)
