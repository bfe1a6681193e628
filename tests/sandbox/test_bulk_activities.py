"""Lists, tags, custom fields and every bulk activity, with a plain HTTP client."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from cctoolkit._httpx import httpx
from cctoolkit.sandbox import Sandbox

NOBODY = "00000000-0000-1000-8000-fa163e000000"


class Account:
    """An account with three contacts, a list and a tag besides its owner."""

    def __init__(self, http: httpx.Client, sandbox: Sandbox) -> None:
        self.http, self.sandbox = http, sandbox
        self.news = http.post("/contact_lists", json={"name": "News"}).json()["list_id"]
        self.gold = http.post("/contact_tags", json={"name": "Gold"}).json()["tag_id"]
        self.ids = [
            http.post(
                "/contacts", json={"email_address": {"address": f"p{n}@example.com"}, "create_source": "Account"}
            ).json()["contact_id"]
            for n in range(3)
        ]

    def run(self, kind: str, body: dict[str, Any]) -> dict[str, Any]:
        """The report of the completed activity."""
        answer = self.http.post(f"/activities/{kind}", json=body)
        assert answer.status_code == 201, answer.text
        assert answer.json()["state"] == "initialized"
        self.sandbox.advance(5)
        report: dict[str, Any] = self.http.get(f"/activities/{answer.json()['activity_id']}").json()
        assert (report["state"], report["percent_done"]) == ("completed", 100)
        return report

    def addresses(self, **filters: str) -> list[str]:
        found = self.http.get("/contacts", params=filters).json()["contacts"]
        return [contact["email_address"]["address"] for contact in found]


@pytest.fixture
def account(http: httpx.Client, sandbox: Sandbox) -> Account:
    return Account(http, sandbox)


def test_contacts_onto_lists_and_off_again(account: Account) -> None:
    """From ids, from another list, and with exclusions."""
    general = account.http.get("/contact_lists").json()["lists"][0]["list_id"]
    report = account.run("add_list_memberships", {"source": {"contact_ids": account.ids}, "list_ids": [account.news]})
    assert report["status"] == {"items_total_count": 3, "items_completed_count": 3, "list_count": 1}
    assert len(account.addresses(lists=account.news)) == 3
    source = {"source": {"list_ids": [account.news]}, "exclude": {"contact_ids": account.ids[:1]}}
    account.run("add_list_memberships", {**source, "list_ids": [general]})
    assert account.addresses(lists=general) == ["robin@example.com", "p1@example.com", "p2@example.com"]
    account.run("remove_list_memberships", {"source": {"contact_ids": account.ids[:2]}, "list_ids": [account.news]})
    assert account.addresses(lists=account.news) == ["p2@example.com"]
    account.run("add_list_memberships", {"source": {"all_active_contacts": True}, "list_ids": [account.news]})
    assert len(account.addresses(lists=account.news)) == 4


def test_taggings_added_and_removed(account: Account) -> None:
    """Counted on the tag; deleting the tag takes them along."""
    account.run("contacts_taggings_add", {"source": {"contact_ids": account.ids}, "tag_ids": [account.gold]})
    assert (
        account.http.get(f"/contact_tags/{account.gold}", params={"include_count": "true"}).json()["contacts_count"]
        == 3
    )
    account.run("contacts_taggings_remove", {"source": {"contact_ids": account.ids[:1]}, "tag_ids": [account.gold]})
    assert account.addresses(tags=account.gold) == ["p1@example.com", "p2@example.com"]
    account.run("contacts_tags_delete", {"tag_ids": [account.gold]})
    assert account.http.get(f"/contact_tags/{account.gold}").status_code == 404


def test_deleting_contacts_lists_and_custom_fields(account: Account) -> None:
    """Each by an activity."""
    account.run("contact_delete", {"contact_ids": account.ids[:1]})
    assert account.addresses(status="deleted") == ["p0@example.com"]
    account.run("list_delete", {"list_ids": [account.news]})
    assert account.http.get(f"/contact_lists/{account.news}").status_code == 404
    [gone] = account.http.get("/contact_lists", params={"status": "deleted"}).json()["lists"]
    assert gone["deleted_at"]
    field = account.http.post("/contact_custom_fields", json={"label": "A", "type": "string"}).json()["custom_field_id"]
    account.run("custom_fields_delete", {"custom_field_ids": [field]})
    assert account.http.get("/contact_custom_fields").json()["custom_fields"] == []


def test_deleting_a_list_or_tag_by_itself_is_an_activity_too(account: Account) -> None:
    """202 with the first report; a custom field goes at once."""
    for path in (f"/contact_lists/{account.news}", f"/contact_tags/{account.gold}"):
        answer = account.http.delete(path)
        assert (answer.status_code, answer.json()["state"]) == (202, "initialized")
        account.sandbox.advance(5)
        assert account.http.get(path).status_code == 404
    field = account.http.post("/contact_custom_fields", json={"label": "A", "type": "date"}).json()["custom_field_id"]
    assert account.http.delete(f"/contact_custom_fields/{field}").status_code == 204
    assert account.http.get(f"/contact_custom_fields/{field}").status_code == 404


def test_an_export_is_a_csv_file_at_results(account: Account) -> None:
    """With the columns asked for, once it is completed."""
    report = account.run("contact_exports", {"fields": ["email_address", "permission_to_send"]})
    href = report["_links"]["results"]["href"]
    answer = account.http.get(f"{account.sandbox.url}{href}")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert rows[0] == ["Email address", "Email status", "Email permission status"]
    assert rows[1][1:] == ["Active", "Implied"]
    assert len(rows) == 5
    assert account.http.get(f"/contact_exports/{NOBODY}").status_code == 404
    report = account.run("contact_exports", {"contact_ids": account.ids[:2]})
    answer = account.http.get(f"{account.sandbox.url}{report['_links']['results']['href']}")
    assert len(answer.text.splitlines()) == 3


def test_an_import_from_json(account: Account) -> None:
    """The same rules as for a file, with numbers as they come in JSON."""
    account.http.post("/contact_custom_fields", json={"label": "Shoe size", "type": "string"})
    rows = [
        {"email": "new@example.com", "first_name": "New", "birthday_month": 5, "birthday_day": 4, "cf:shoe_size": "44"},
        {"email": "p0@example.com", "job_title": "Chef"},
        {"email": "nobody"},
    ]
    report = account.run("contacts_json_import", {"import_data": rows, "list_ids": [account.news]})
    assert report["status"]["person_count"] == 2
    assert report["status"]["correctable_count"] == 1
    assert sorted(account.addresses(lists=account.news)) == ["new@example.com", "p0@example.com"]
    params = {"email": "new@example.com", "include": "custom_fields"}
    [new] = account.http.get("/contacts", params=params).json()["contacts"]
    assert (new["birthday_month"], new["custom_fields"][0]["value"]) == (5, "44")


def test_an_import_from_json_knows_several_phones_and_addresses(account: Account) -> None:
    """Each kind by a name of its own, which a file's headings do not have; one that is too long is an error."""
    row = {
        **{"email": "new@example.com", "phone": "1", "home_phone": "2", "mobile_phone": "3", "work_phone": "4"},
        **{"street": "1 Elm", "work_street": "2 Oak", "work_street2": "Floor 3", "work_zip": "02134"},
        "home country": "US",
    }
    rows = [row, {"email": "long@example.com", "other_city": "x" * 51}]
    report = account.run("contacts_json_import", {"import_data": rows, "list_ids": [account.news]})
    assert (report["status"]["person_count"], report["status"]["error_count"]) == (1, 1)
    params = {"email": "new@example.com", "include": "phone_numbers,street_addresses"}
    [new] = account.http.get("/contacts", params=params).json()["contacts"]
    # Three phones are the most.
    phones = {phone["kind"]: phone["phone_number"] for phone in new["phone_numbers"]}
    assert phones == {"other": "1", "home": "2", "mobile": "3"}
    home, work = new["street_addresses"]
    assert (home["kind"], home["street"], home["country"]) == ("home", "1 Elm", "US")
    assert (work["kind"], work["street"], work["postal_code"]) == ("work", "2 Oak, Floor 3", "02134")


def test_an_export_has_the_columns_of_consent(account: Account) -> None:
    """When and how somebody opted in or out, beside the address and not without it; new subscribers of a list alone."""
    account.run("add_list_memberships", {"source": {"contact_ids": account.ids[:1]}, "list_ids": [account.news]})
    wanted = {"list_ids": [account.news], "new_subscriber": True}
    report = account.run("contact_exports", {**wanted, "fields": ["email_address", "email_optin_source"]})
    text = account.http.get(f"{account.sandbox.url}{report['_links']['results']['href']}").text
    assert list(csv.reader(io.StringIO(text)))[1:] == [["p0@example.com", "Account"]]
    alone = account.http.post("/activities/contact_exports", json={"fields": ["email_optin_date"]})
    assert (alone.status_code, "email_address" in alone.text) == (400, True)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("add_list_memberships", {"source": {}, "list_ids": ["{news}"]}),
        ("add_list_memberships", {"source": {"contact_ids": [], "list_ids": []}, "list_ids": ["{news}"]}),
        ("add_list_memberships", {"source": {"contact_ids": ["x"]}, "list_ids": ["{news}"]}),
        ("add_list_memberships", {"source": {"all_active_contacts": True}, "list_ids": [NOBODY]}),
        ("contacts_taggings_add", {"source": {"all_active_contacts": True}, "tag_ids": [NOBODY]}),
        ("add_list_memberships", {"source": {"new_subscriber": True}, "list_ids": ["{news}"]}),
        ("remove_list_memberships", {"source": {"segment_id": 1}, "list_ids": ["{news}"]}),
        ("remove_list_memberships", {"source": {"new_subscriber": True}, "list_ids": ["{news}"]}),
        ("contacts_taggings_add", {"source": {"segment_id": 1}, "tag_ids": ["{gold}"]}),
        ("contacts_taggings_remove", {"source": {"engagement_level": "high"}, "tag_ids": ["{gold}"]}),
        ("contact_delete", {}),
        ("contact_delete", {"contact_ids": [NOBODY] * 501}),
        ("list_delete", {"list_ids": []}),
        ("contact_exports", {"fields": ["shoe size"]}),
        ("contacts_json_import", {"import_data": [], "list_ids": ["{news}"]}),
        ("contacts_json_import", {"import_data": [{}], "list_ids": [NOBODY]}),
    ],
)
def test_activities_that_cannot_begin(account: Account, kind: str, body: dict[str, Any]) -> None:
    """Each is a 400, and nothing is queued."""
    import json

    criteria = {"type": "and", "group": [{"source": "contact", "field": "first_name", "op": "eq", "value": "A"}]}
    account.http.post("/segments", json={"name": "A", "segment_criteria": json.dumps({"criteria": criteria})})
    filled = json.loads(json.dumps(body).replace("{news}", account.news).replace("{gold}", account.gold))
    assert account.http.post(f"/activities/{kind}", json=filled).status_code == 400
    assert account.http.get("/activities").json()["activities"] == []


def test_lists_tags_and_custom_fields_change(account: Account) -> None:
    """Renamed, counted, in pages; a name that exists is refused."""
    http = account.http
    answer = http.put(f"/contact_lists/{account.news}", json={"name": "Letters", "favorite": True})
    assert (answer.json()["name"], answer.json()["favorite"]) == ("Letters", True)
    assert http.put(f"/contact_lists/{account.news}", json={"name": "general interest"}).status_code == 400
    assert (
        http.get(f"/contact_lists/{account.news}", params={"include_membership_count": "all"}).json()[
            "membership_count"
        ]
        == 0
    )
    http.post("/contact_tags", json={"name": "Silver", "tag_source": "fair"})
    assert http.post("/contact_tags", json={"name": "SILVER"}).status_code == 409
    assert http.put(f"/contact_tags/{account.gold}", json={"name": "silver"}).status_code == 409
    assert http.put(f"/contact_tags/{account.gold}", json={"name": "Platinum"}).json()["name"] == "Platinum"
    first = http.get("/contact_tags", params={"limit": 1, "include_count": "true"}).json()
    second = http.get(f"{account.sandbox.url}{first['_links']['next']['href']}").json()
    assert [tag["name"] for tag in first["tags"] + second["tags"]] == ["Platinum", "Silver"]
    choices = {"label": "Fruit", "type": "single_select", "choices": [{"choice_label": "Apple"}]}
    field = http.post("/contact_custom_fields", json=choices).json()
    assert field["choices"][0]["choice_label"] == "Apple"
    assert http.post("/contact_custom_fields", json={"label": "fruit", "type": "string"}).status_code == 409
    changed = http.put(f"/contact_custom_fields/{field['custom_field_id']}", json={"label": "Best fruit"}).json()
    assert (changed["name"], changed["choices"]) == ("best_fruit", field["choices"])
    assert http.post("/contact_custom_fields", json={"label": "x", "type": "mood"}).status_code == 400


def test_a_reset_forgets_the_work_under_way(account: Account) -> None:
    """The next import brings its own rows, not those of the one before."""
    http, sandbox = account.http, account.sandbox
    sandbox.clock.freeze()

    def send(name: str) -> None:
        general = http.get("/contact_lists").json()["lists"][0]["list_id"]
        rows = "".join(f"{name}{n}@example.com\n" for n in range(30))
        http.post(
            "/activities/contacts_file_import",
            files={"file": ("p.csv", f"email\n{rows}", "text/csv")},
            data={"list_ids": general},
        )

    send("before")
    sandbox.advance(0.8)
    sandbox.reset()
    send("after")
    sandbox.advance(5)
    found = account.addresses(limit="500")
    assert len(found) == 31
    assert not any(address.startswith("before") for address in found)


def test_a_tag_deleted_meanwhile_is_put_on_nobody(account: Account) -> None:
    """And a custom field that was deleted and made anew is not taken for the old one."""
    http, sandbox = account.http, account.sandbox
    sandbox.clock.freeze()
    http.post(
        "/activities/contacts_taggings_add", json={"source": {"contact_ids": account.ids}, "tag_ids": [account.gold]}
    )
    first = http.post("/contact_custom_fields", json={"label": "A", "type": "string"}).json()["custom_field_id"]
    http.post("/activities/custom_fields_delete", json={"custom_field_ids": [first]})
    http.delete(f"/contact_custom_fields/{first}")
    second = http.post("/contact_custom_fields", json={"label": "B", "type": "string"}).json()["custom_field_id"]
    with sandbox.database.write() as connection:
        connection.execute("DELETE FROM tags")
    sandbox.advance(5)
    contacts = http.get("/contacts", params={"include": "taggings"}).json()["contacts"]
    assert all(contact["taggings"] == [] for contact in contacts)
    assert http.get(f"/contact_custom_fields/{second}").status_code == 200


def test_account_services(http: httpx.Client) -> None:
    """The account's details change in part; its address and emails are kept."""
    assert (
        http.put("/account/summary", json={"website": "https://example.com"}).json()["website"] == "https://example.com"
    )
    assert http.get("/account/summary").json()["organization_name"] == "Riverside Community Garden"
    address = {"address_line1": "2 Mill Road", "city": "Oslo", "country_code": "NO"}
    assert http.post("/account/summary/physical_address", json=address).status_code == 409
    assert http.put("/account/summary/physical_address", json=address).json() == address
    assert http.get("/account/summary/physical_address").json() == address
    [owner] = http.get("/account/emails", params={"role_code": "R", "confirm_status": "C"}).json()
    assert owner["email_address"] == "robin@example.com"
    assert (
        http.post("/account/emails", json={"email_address": "new@example.com"}).json()["confirm_status"]
        == "UNCONFIRMED"
    )
    assert http.post("/account/emails", json={"email_address": "NEW@example.com"}).status_code == 409
    assert len(http.get("/account/emails", params={"confirm_status": "U"}).json()) == 1
    assert http.get("/account/user/privileges").json()
