"""A file with several phones or addresses of a person goes in as JSON, so that none of them is lost; a plain one as CSV."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cctoolkit import contact_files, imports
from cctoolkit._httpx import httpx
from cctoolkit.api import Client
from cctoolkit.contact_files import Cleaned
from cctoolkit.errors import OutcomeUnknown, SettingsError
from cctoolkit.sandbox import Sandbox
from tests.imports.watching import Watching, watched_client

HEADINGS = "email,First name,Work phone,Mobile phone,Work street,Work city,Home street,Home city,Birthday\n"
ROWS = "".join(
    f"m{n}@example.com,Name {n},617-555-01{n:02},617-556-01{n:02},{n} Work Way,Albany,{n} Home Row,Boston,12/{n + 1}\n"
    for n in range(6)
)


@pytest.fixture
def several(tmp_path: Path) -> Cleaned:
    path = tmp_path / "several.csv"
    path.write_text(HEADINGS + ROWS)
    return contact_files.clean(path, progress=False)


@pytest.fixture
def plain(tmp_path: Path) -> Cleaned:
    path = tmp_path / "plain.csv"
    path.write_text("email,First name,Phone\nana@example.com,Ana,617-555-0101\n")
    return contact_files.clean(path, progress=False)


def _contact(client: Client, address: str) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """The phones and the streets of a contact, by kind."""
    [found] = client.contacts.iter(email=address, include=["phone_numbers", "street_addresses"])
    return (
        {(each["kind"], each["phone_number"]) for each in found["phone_numbers"]},
        {(each["kind"], each["street"]) for each in found["street_addresses"]},
    )


def test_each_phone_and_address_arrives_under_its_kind(client: Client, list_id: str, several: Cleaned) -> None:
    outcome = imports.import_contacts(client, several, list_id, progress=False)
    assert (outcome.imported, outcome.missing) == (6, [])
    assert _contact(client, "m3@example.com") == (
        {("work", "617-555-0103"), ("mobile", "617-556-0103")},
        {("work", "3 Work Way"), ("home", "3 Home Row")},
    )


def test_the_door_is_chosen_by_what_would_be_lost(
    sandbox: Sandbox, list_id: str, several: Cleaned, plain: Cleaned
) -> None:
    """Every way of importing takes the same door."""
    ways: list[Callable[[Client, Cleaned], object]] = [
        lambda client, cleaned: imports.import_contacts(client, cleaned, list_id, progress=False),
        lambda client, cleaned: imports.finish_import(
            client, cleaned, list_id, imports.start_import(client, cleaned, list_id), progress=False
        ),
        lambda client, cleaned: imports.sync(client, cleaned, list_id, progress=False),
    ]
    for way in ways:
        for cleaned, door in ((several, "contacts_json_import"), (plain, "contacts_file_import")):
            (each_list := cleaned.kept["email"].tolist()).sort()
            transport = Watching(sandbox)
            with watched_client(sandbox, transport) as client:
                for contact in list(client.contacts.iter(lists=list_id, status="all")):
                    client.contacts.delete(contact["contact_id"])  # so that a sync has somebody to send
                way(client, cleaned) if way is not ways[2] else imports.sync(
                    client, cleaned, list_id, progress=False, bring_back=True
                )
            posts = {str(request.url).rpartition("/")[2] for request in transport.seen if request.method == "POST"}
            assert posts == {door}, each_list


def test_a_preview_says_the_door_and_what_the_other_would_lose(
    client: Client, list_id: str, several: Cleaned, plain: Cleaned
) -> None:
    """And nothing about it where there is nothing to lose."""
    chosen = imports.preview(client, several, list_id, progress=False)
    assert chosen.door == chosen.figures()["door"] == "json"
    assert "6 more phones and 6 more postal addresses go along by kind, as JSON" in chosen.report()
    other = imports.preview(client, several, list_id, progress=False, door="csv")
    assert other.door == "csv"
    assert "6 more phones and 6 more postal addresses are left out" in other.report()
    assert "by kind" not in imports.preview(client, plain, list_id, progress=False).report()
    assert ">by kind</th>" in chosen._repr_html_()


@pytest.mark.parametrize("by", ["pages", "export"])
def test_a_second_preview_finds_nothing_to_change(client: Client, list_id: str, several: Cleaned, by: str) -> None:
    """Phones and addresses of each kind are compared as the service keeps them, however the account was read."""
    imports.import_contacts(client, several, list_id, progress=False)
    seen = imports.preview(client, several, list_id, progress=False, by=by)  # type: ignore[arg-type]
    assert (len(seen.unchanged), len(seen.changed)) == (6, 0)
    assert imports.plan_sync(client, several, list_id, progress=False).is_empty


def test_a_preview_tells_each_phone_that_would_be_added(client: Client, list_id: str, several: Cleaned) -> None:
    """Three are the most: what is beyond is not said to change."""
    imports.import_contacts(client, several, list_id, progress=False)
    [contact] = client.contacts.iter(email="m0@example.com", include=["phone_numbers"])
    numbers = [{"phone_number": f"617-557-000{n}", "kind": "home"} for n in (1, 2)]
    client.contacts.update(contact["contact_id"], phone_numbers=numbers)
    changed = imports.preview(client, several, list_id, progress=False).changed
    assert changed[["email", "field", "to"]].to_numpy().tolist() == [
        ["m0@example.com", "work_phone", "617-557-0001; 617-557-0002; 617-555-0100"]
    ]


def test_a_part_whose_answer_is_lost_is_sent_again_as_json(
    sandbox: Sandbox, several: Cleaned, list_id: str, tmp_path: Path
) -> None:
    """Its activity has no file name to be found by; an import only adds and updates."""
    lost = iter([True])

    def answer(request: httpx.Request) -> httpx.Response | None:
        if request.method == "POST" and next(lost, False):
            transport._through.handle_request(request)
            raise httpx.ReadError("gone", request=request)
        return None

    transport = Watching(sandbox, answer)
    with watched_client(sandbox, transport) as client:
        outcome = imports.import_contacts(
            client, several, list_id, progress=False, journal=tmp_path / "j.sqlite", sleep=sandbox.advance
        )
        assert (outcome.sent, outcome.missing) == (6, [])
        assert len(_contact(client, "m1@example.com")[0]) == 2
    assert transport.count("POST") == 2


def test_a_journal_remembers_its_door(sandbox: Sandbox, several: Cleaned, list_id: str, tmp_path: Path) -> None:
    """Resumed after nothing was sent, it goes by the door that was chosen."""
    journal = tmp_path / "j.sqlite"

    def refuse(request: httpx.Request) -> httpx.Response | None:
        if request.method == "POST":
            raise httpx.ReadError("gone", request=request)
        return None

    with watched_client(sandbox, Watching(sandbox, refuse)) as client, pytest.raises(OutcomeUnknown):
        imports.import_contacts(client, several, list_id, progress=False, journal=journal, sleep=sandbox.advance)
    transport = Watching(sandbox)
    with watched_client(sandbox, transport) as client:
        outcome = imports.resume(client, journal, progress=False, sleep=sandbox.advance)
    assert outcome.imported == 6
    [sent] = [request for request in transport.seen if request.method == "POST"]
    body = json.loads(sent.content)
    assert body["list_ids"] == [list_id]
    assert body["import_data"][0] == {
        "email": "m0@example.com",
        "first_name": "Name 0",
        "birthday_month": 12,
        "birthday_day": 1,
        "work_phone": "617-555-0100",
        "mobile_phone": "617-556-0100",
        "home_street": "0 Home Row",
        "home_city": "Boston",
        "work_street": "0 Work Way",
        "work_city": "Albany",
    }


def test_a_plain_file_goes_by_json_where_that_is_said(client: Client, list_id: str, plain: Cleaned) -> None:
    outcome = imports.import_contacts(client, plain, list_id, progress=False, door="json")
    assert outcome.imported == 1
    assert _contact(client, "ana@example.com")[0] == {("other", "617-555-0101")}
    with pytest.raises(SettingsError, match="choose csv or json"):
        imports.import_contacts(client, plain, list_id, progress=False, door="xml")  # type: ignore[arg-type]
