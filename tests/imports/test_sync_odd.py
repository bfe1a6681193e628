"""Syncs of odd accounts and files: nobody is taken off who is in the file, nobody's consent is changed, and it settles."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import cctoolkit
from cctoolkit import imports
from cctoolkit._httpx import httpx
from cctoolkit.api import Client
from cctoolkit.contact_files import Cleaned, clean, read_bytes
from cctoolkit.sandbox import Sandbox
from tests.imports.people import rows
from tests.imports.watching import Answer, Watching, watched_client


def _cleaned(text: str) -> Cleaned:
    columns = {"SMS number": "sms_number"} if "SMS number" in text else {}
    return clean(read_bytes(text.encode(), "people.csv"), columns=columns)


def _members(count: int) -> list[dict[str, str]]:
    return [{"email": f"m{n:02}@example.com", "first_name": f"Name {n}"} for n in range(count)]


@pytest.fixture
def crowd(client: Client, list_id: str) -> str:
    imports.import_contacts(client, rows(*_members(20)), list_id, progress=False)
    return list_id


def _plan(sandbox: Sandbox, list_id: str, cleaned: Any, answer: Answer, **how: Any) -> imports.SyncPlan:
    with watched_client(sandbox, Watching(sandbox, answer)) as other:
        other.sleep = other.activities.sleep = sandbox.advance
        return imports.plan_sync(other, cleaned, list_id, progress=False, **how)


def test_who_is_read_twice_does_not_leave(client: Client, sandbox: Sandbox, crowd: str) -> None:
    """A contact that changes while pages are read may come on two of them."""
    real = Watching(sandbox)

    def answer(request: httpx.Request) -> httpx.Response | None:
        if request.url.path != "/v3/contacts" or "limit=1&" in str(request.url):
            return None
        found = json.loads(real.handle_request(request).read())
        found["contacts"] += found["contacts"][3:6]
        return httpx.Response(200, json=found)

    plan = _plan(sandbox, crowd, rows(*_members(20)), answer)
    assert plan.is_empty
    assert plan.members == 20
    fewer = _plan(sandbox, crowd, rows(*_members(19)), answer)
    assert fewer.leave["email"].tolist() == ["m19@example.com"]


def _line_of(text: str, address: str) -> str:
    return next(line for line in text.splitlines(keepends=True) if line.startswith(address))


#: What becomes of the account's file, and of that of the list.
ODD_FILES: dict[str, Callable[[str], str]] = {
    "an address twice": lambda text: text.replace(_line_of(text, "m04@"), _line_of(text, "m03@")),
    "a name beside an address": lambda text: text.replace("m03@example.com", "Ann <m03@example.com>"),
    "a line of totals": lambda text: text + "Total" + "," * (text.splitlines()[0].count(",")) + "\r\n",
    "semicolons": lambda text: text.replace(",", ";"),
    "the last line cut": lambda text: text[:-4],
    "somebody lacking": lambda text: text.replace(_line_of(text, "m19@"), ""),
    "headings alone": lambda text: text.splitlines(keepends=True)[0],
    "another's heading": lambda text: text.replace("First name", "Created At", 1),
    "no permissions": lambda text: text.replace("Email permission status", "Colour", 1),
}


@pytest.mark.parametrize("odd", ["nothing", *ODD_FILES])
def test_an_odd_file_leaves_it_to_the_pages(client: Client, sandbox: Sandbox, crowd: str, odd: str) -> None:
    """Whatever is wrong with the account's export, the plan is that of the pages, and says why; else it is used."""
    real = Watching(sandbox)

    def answer(request: httpx.Request) -> httpx.Response | None:
        if not request.url.path.startswith("/v3/contact_exports/"):
            return None
        text = real.handle_request(request).read().decode()
        of_the_list = "," not in text.splitlines()[0]
        made = text if odd == "nothing" or of_the_list else ODD_FILES[odd](text)
        return httpx.Response(200, text=made, headers={"Content-Type": "text/csv"})

    people = rows(*_members(18), {"email": "new@example.com", "first_name": "New"})
    plan = _plan(sandbox, crowd, people, answer, by="export")
    assert plan.leave["email"].tolist() == ["m18@example.com", "m19@example.com"]
    assert plan.join["email"].tolist() == ["new@example.com"]
    assert plan.change.empty
    assert ("by 2 exports" if odd == "nothing" else "in 1 page: ") in plan.read


def test_members_without_an_address_are_told_apart_by_pages(client: Client, sandbox: Sandbox, crowd: str) -> None:
    """An export does not tell one from another, nor who of them is on the list."""
    by_number = _cleaned("sms number\n+1 555 010 0005\n+1 555 010 0006\n")
    imports.import_contacts(client, by_number, crowd, progress=False, sms_permission_to_send="not_set")
    plan = _plan(sandbox, crowd, rows(*_members(20)), lambda request: None, by="export")
    assert plan.members == 22
    assert len(plan.leave) == 2
    assert "without an address" in plan.read


def test_numbers_alone_are_sent_and_settle(client: Client, list_id: str) -> None:
    """A file of numbers for text messages."""
    people = _cleaned("sms number\n+1 555 010 0005\n+1 555 010 0006\n")
    outcome = imports.sync(client, people, list_id, sms_permission_to_send="not_set", progress=False)
    assert (outcome.sent, outcome.completed) == (2, True)
    again = imports.plan_sync(client, people, list_id, progress=False)
    assert again.is_empty
    assert again.stay == 2


def test_a_consent_to_text_messages_stays(client: Client, crowd: str) -> None:
    """Of a contact that has one, the file's number and date are not sent; of one without an address, nothing is."""
    first = _cleaned("Email,First name,SMS number,SMS consent date\nm00@example.com,Ann,+1 555 010 0005,01/02/2024\n")
    imports.import_contacts(client, first, crowd, progress=False, sms_permission_to_send="explicit")
    alone = _cleaned("sms number,sms consent date\n+1 555 010 0006,01/02/2024\n")
    other = str(client.lists.create("Other")["list_id"])
    imports.import_contacts(client, alone, other, progress=False, sms_permission_to_send="explicit")
    before = _consents(client)
    assert len(before) == 2
    changed = _cleaned("Email,First name,SMS number\nm00@example.com,Anna,+1 555 010 0005\n,,+1 555 010 0006\n")
    plan = imports.plan_sync(client, changed, crowd, progress=False)
    assert plan.cannot["reason"].tolist() == ["an import would set the consent to text messages anew"]
    outcome = plan.run(sms_permission_to_send="not_set", progress=False)
    assert outcome.sent == 1
    assert _consents(client) == before
    [ann] = client.contacts.iter(email="m00@example.com")
    assert ann["first_name"] == "Anna"


def _consents(client: Client) -> dict[str, Any]:
    return {
        contact["contact_id"]: contact["sms_channel"]["sms_channel_consents"]
        for contact in client.contacts.iter(status="all")
        if contact.get("sms_channel")
    }


def test_a_second_line_of_a_street_is_not_doubled(client: Client, crowd: str) -> None:
    """Where the file has it alone, the service puts it behind what there is."""
    people = _cleaned("Email,First name,Street 2,City\nm00@example.com,Ann,Apt 2,Rome\n")
    imports.sync(client, people, crowd, progress=False)
    assert imports.plan_sync(client, people, crowd, progress=False).change.empty
    renamed = _cleaned("Email,First name,Street 2,City\nm00@example.com,Anna,Apt 2,Rome\n")
    imports.sync(client, renamed, crowd, progress=False)
    [ann] = client.contacts.iter(email="m00@example.com", include="street_addresses")
    assert ann["street_addresses"][0]["street"] == "Apt 2"
    assert ann["first_name"] == "Anna"


@pytest.mark.parametrize("by", ["pages", "export"])
def test_whatever_a_file_holds_settles(client: Client, sandbox: Sandbox, crowd: str, by: str) -> None:
    """Phones, addresses, birthdays, anniversaries, custom fields of several types, capitals, duplicates: done once."""
    # An export does not tell a field that is called like a column of the service's own from that.
    label = "Fair" if by == "export" else "Created At"
    for name, more in {
        "Voice": {"type": "single_select", "choices": ["Alto", "Tenor"]},
        "Days": {"type": "multi_select", "choices": ["Monday", "Friday"]},
        "Size": {"type": "number"},
        label: {},
    }.items():
        client.custom_fields.create(name, **more)  # type: ignore[arg-type]
    text = (
        f"Email,First Name,Phone,Street,City,Birthday,Anniversary,Company,cf:Voice,cf:Days,cf:Size,cf:{label}\n"
        "M00@example.com,Ann,555-000-2222,1 Main St,Rome,3/4,05/06/2010,Acme,alto,Friday; monday,1.50,2001-02-03\n"
        "m00@EXAMPLE.com,Ann,555-000-2222,,,,,,,,,\n"
        "m01@example.com,Ben,555-000-3333,2 Main St,Rome,,,,Tenor,Monday,2,x\n"
    )
    imports.import_contacts(client, rows({"email": "m00@example.com", "phone": "555-000-1111"}), crowd, progress=False)
    with watched_client(sandbox) as other:
        other.sleep = other.activities.sleep = sandbox.advance
        first = imports.sync(other, _cleaned(text), crowd, by=by, progress=False)  # type: ignore[arg-type]
        assert first.completed
        again = imports.plan_sync(other, _cleaned(text), crowd, by=by, progress=False)  # type: ignore[arg-type]
    assert again.change.values.tolist() == []
    assert again.join.empty
    assert ("exports" if by == "export" else "in 1 page (") in again.cost()


def test_who_joined_again_is_not_taken_off(client: Client, sandbox: Sandbox, crowd: str, tmp_path: Path) -> None:
    """The removal was carried out and its answer lost; then somebody came back: that person stays, and it is told."""
    through = Watching(sandbox)

    def answer(request: httpx.Request) -> httpx.Response | None:
        if request.url.path == "/v3/activities/remove_list_memberships":
            through.handle_request(request)
            raise httpx.ReadError("cut", request=request)
        return None

    journal = tmp_path / "sync.sqlite"
    with watched_client(sandbox, Watching(sandbox, answer)) as other:
        other.sleep = sandbox.advance
        with pytest.raises(cctoolkit.OutcomeUnknown):
            imports.sync(other, rows(*_members(18)), crowd, remove=True, journal=journal, progress=False)
    sandbox.advance(60)
    [back] = client.contacts.iter(email="m19@example.com")
    client.contacts.update(back["contact_id"], list_memberships=[crowd])
    outcome = imports.resume(client, journal, progress=False)
    assert isinstance(outcome, imports.SyncOutcome)
    assert outcome.left.set_index("name")["off"].to_dict() == {"m18@example.com": True, "m19@example.com": False}
    assert "m19@example.com" in {each["email_address"]["address"] for each in client.contacts.iter(lists=crowd)}


def test_what_comes_from_the_account_is_harmless_in_a_terminal(client: Client, sandbox: Sandbox, crowd: str) -> None:
    with sandbox.database.write() as connection:
        connection.execute("UPDATE contacts SET address = char(27) || ']0;x' || address WHERE address LIKE 'm19@%'")
    said = imports.plan_sync(client, rows(*_members(19)), crowd, progress=False).report()
    assert "\x1b" not in said
    assert "m19@example.com" in said


def test_bad_choices_are_said(client: Client, crowd: str) -> None:
    with pytest.raises(cctoolkit.SettingsError, match="by='pages' or by='export'"):
        imports.plan_sync(client, rows(*_members(20)), crowd, by="fax")  # type: ignore[arg-type]
    with pytest.raises(cctoolkit.SettingsError, match="no way to read contacts"):
        imports.preview(client, rows(*_members(20)), crowd, by="fax")  # type: ignore[arg-type]
    for wrong in (None, 5, "Choir"):
        with pytest.raises(cctoolkit.SettingsError, match="is not a list_id"):
            imports.plan_sync(client, rows(*_members(20)), wrong)  # type: ignore[arg-type]
    with pytest.raises(cctoolkit.SettingsError, match="no permission for text messages"):
        imports.sync(client, rows(*_members(20)), crowd, sms_permission_to_send="maybe", progress=False)


def test_requests_are_counted_where_an_export_fails_too(client: Client, sandbox: Sandbox, crowd: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response | None:
        if request.url.path.startswith("/v3/contact_exports/"):
            return httpx.Response(200, text="x\r\n", headers={"Content-Type": "text/csv"})
        return None

    transport = Watching(sandbox, answer)
    with watched_client(sandbox, transport) as other:
        other.sleep = other.activities.sleep = sandbox.advance
        plan = imports.plan_sync(other, rows(*_members(20)), crowd, by="export", progress=False)
    assert plan.requests_read == len(transport.seen)
