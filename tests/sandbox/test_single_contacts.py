"""Writing contacts one by one, with a plain HTTP client."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cctoolkit._httpx import httpx
from cctoolkit.sandbox import Sandbox

NOBODY = "00000000-0000-1000-8000-fa163e000000"


@pytest.fixture
def general(http: httpx.Client) -> str:
    """The list_id of the account's first list."""
    return str(http.get("/contact_lists").json()["lists"][0]["list_id"])


def _create(http: httpx.Client, address: str = "ana@example.com", **more: Any) -> httpx.Response:
    return http.post("/contacts", json={"email_address": {"address": address}, "create_source": "Account", **more})


def test_a_contact_with_everything(http: httpx.Client, general: str) -> None:
    """What was sent comes back, with ids and times of the service's."""
    field = http.post("/contact_custom_fields", json={"label": "Shoe size", "type": "string"}).json()
    tag = http.post("/contact_tags", json={"name": "Gold"}).json()
    made = _create(
        http,
        first_name="Ana",
        birthday_month=2,
        birthday_day=29,
        anniversary="5/4/2020",
        phone_numbers=[{"phone_number": "555-0101", "kind": "home"}],
        street_addresses=[{"kind": "work", "street": "1 Main St", "postal_code": "02451"}],
        custom_fields=[{"custom_field_id": field["custom_field_id"], "value": "44"}],
        list_memberships=[general],
        taggings=[tag["tag_id"]],
        notes=[{"content": "Met at the fair."}],
    )
    assert made.status_code == 201, made.text
    everything = "custom_fields,list_memberships,phone_numbers,street_addresses,taggings,notes"
    read = http.get(f"/contacts/{made.json()['contact_id']}", params={"include": everything}).json()
    assert read == made.json()
    assert read["anniversary"] == "2020-05-04"
    assert read["custom_fields"] == [{"custom_field_id": field["custom_field_id"], "value": "44"}]
    assert read["email_address"]["permission_to_send"] == "implicit"
    assert field["name"] == "shoe_size"
    assert http.get("/contacts", params={"tags": tag["tag_id"]}).json()["contacts"][0]["first_name"] == "Ana"


def test_an_address_that_exists_is_a_conflict_that_names_the_contact(http: httpx.Client) -> None:
    """Clients read the id out of the text."""
    first = _create(http).json()
    again = _create(http, "ANA@example.com")
    assert again.status_code == 409
    [error] = again.json()
    assert error["error_key"] == "contacts.api.conflict"
    assert error["error_message"] == f"Email already exists for contact {first['contact_id']}"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            {"email_address": {"address": "a@example.com"}},
            "create_source is missing, create_source does not have a valid value",
        ),
        ({"create_source": "Me", "first_name": "A"}, "create_source does not have a valid value"),
        ({"create_source": "Account"}, "One of email_address, first_name, last_name or sms_channel is missing"),
        ({"create_source": "Account", "email_address": {"address": "nobody"}}, "address does not have a valid value"),
        ({"create_source": "Account", "first_name": "x" * 51}, "first_name does not have a valid value"),
        ({"create_source": "Account", "first_name": "A", "birthday_day": 1}, "birthday_month is missing"),
        (
            {"create_source": "Account", "first_name": "A", "birthday_month": 2, "birthday_day": 30},
            "birthday_day does not have a valid value",
        ),
        (
            {"create_source": "Account", "first_name": "A", "anniversary": "soon"},
            "anniversary does not have a valid value",
        ),
        (
            {"create_source": "Account", "first_name": "A", "phone_numbers": [{"phone_number": "1"}] * 4},
            "phone_numbers does not have a valid value",
        ),
        (
            {"create_source": "Account", "first_name": "A", "list_memberships": [NOBODY] * 51},
            "list_memberships does not have a valid value",
        ),
        (
            {"create_source": "Account", "first_name": "A", "list_memberships": [NOBODY]},
            f"list_id {NOBODY} does not exist",
        ),
        (
            {"create_source": "Account", "first_name": "A", "custom_fields": [{"custom_field_id": NOBODY}] * 26},
            "custom_fields does not have a valid value",
        ),
    ],
)
def test_bad_contacts_are_refused_whole(http: httpx.Client, body: dict[str, Any], message: str) -> None:
    """A 400 that names the property; nothing of the contact is kept."""
    answer = http.post("/contacts", json=body)
    assert (answer.status_code, answer.json()[0]["error_message"]) == (400, message)
    assert http.get("/contacts", params={"include_count": "true"}).json()["contacts_count"] == 1


def test_put_clears_core_properties_and_leaves_sub_resources(http: httpx.Client, general: str) -> None:
    """What is left out of a PUT: a name is cleared, a phone stays; given lists replace."""
    made = _create(
        http, first_name="Ana", job_title="Chef", phone_numbers=[{"phone_number": "1"}], list_memberships=[general]
    )
    path = f"/contacts/{made.json()['contact_id']}"
    answer = http.put(path, json={"update_source": "Account", "job_title": "Cook"})
    assert answer.status_code == 200
    everything = {"include": "phone_numbers,list_memberships"}
    read = http.get(path, params=everything).json()
    assert "first_name" not in read
    assert (read["job_title"], read["update_source"]) == ("Cook", "Account")
    assert len(read["phone_numbers"]) == len(read["list_memberships"]) == 1
    http.put(path, json={"update_source": "Account", "list_memberships": [], "phone_numbers": []})
    read = http.get(path, params=everything).json()
    assert read["phone_numbers"] == read["list_memberships"] == []


def test_put_to_an_address_of_another_is_a_conflict(http: httpx.Client) -> None:
    """And update_source is required."""
    made = _create(http).json()
    body = {"update_source": "Account", "email_address": {"address": "robin@example.com"}}
    assert http.put(f"/contacts/{made['contact_id']}", json=body).status_code == 409
    assert http.put(f"/contacts/{made['contact_id']}", json={}).status_code == 400


def test_the_account_undoes_what_it_entered_itself(http: httpx.Client, general: str) -> None:
    """An opt-out whose source is the account: the permission, and with it the lists, come back by PUT."""
    made = _create(http, list_memberships=[general]).json()
    path, address = f"/contacts/{made['contact_id']}", made["email_address"]["address"]

    def put(permission: str | None, **more: Any) -> httpx.Response:
        email = {"address": address, **({"permission_to_send": permission} if permission else {})}
        return http.put(path, json={"update_source": "Account", "email_address": email, **more})

    assert put("unsubscribed").json()["email_address"]["opt_out_source"] == "Account"
    assert put(None, list_memberships=[general]).status_code == 400  # a list alone takes nothing back
    assert put("implicit", list_memberships=[general]).status_code == 200
    read = http.get(path, params={"include": "list_memberships"}).json()
    email = read["email_address"]
    assert read["list_memberships"] == [general]
    assert (email["permission_to_send"], email["opt_in_source"]) == ("implicit", "Account")
    assert not {"opt_out_source", "opt_out_date", "opt_out_reason"} & set(email)
    assert email["created_at"] == made["email_address"]["created_at"]


def test_an_opt_out_of_the_person_cannot_be_undone_by_the_account(http: httpx.Client, general: str) -> None:
    """It takes the contact off its lists and clears the name that the PUT left out; only the person comes back."""
    made = _create(http, first_name="Ana", list_memberships=[general]).json()
    path = f"/contacts/{made['contact_id']}"
    out = {
        "update_source": "Contact",
        "email_address": {"address": "ana@example.com", "permission_to_send": "unsubscribed"},
    }
    answer = http.put(path, json=out).json()
    assert answer["email_address"]["opt_out_source"] == "Contact"
    assert "first_name" not in answer
    assert http.get(path, params={"include": "list_memberships"}).json()["list_memberships"] == []
    back = {
        "update_source": "Account",
        "email_address": {"address": "ana@example.com", "permission_to_send": "implicit"},
    }
    assert http.put(path, json=back).status_code == 400
    assert (
        http.put(path, json={**out, "update_source": "Account"}).json()["email_address"]["opt_out_source"] == "Contact"
    )
    assert http.put(path, json=back).status_code == 400  # recording it once more does not make it the account's own
    assert http.put(path, json={"update_source": "Account", "list_memberships": [general]}).status_code == 400
    assert http.put(f"/contacts/resubscribe/{made['contact_id']}", json={"list_ids": [general]}).status_code == 200
    assert http.put(f"/contacts/resubscribe/{made['contact_id']}", json={"list_ids": [general]}).status_code == 409


@pytest.mark.parametrize("way", ["put", "import"])
def test_having_unsubscribed_outlives_deletion(http: httpx.Client, sandbox: Sandbox, general: str, way: str) -> None:
    """What the account itself brings back is unsubscribed as before, and on no list."""
    made = _create(http).json()
    path = f"/contacts/{made['contact_id']}"
    out = {
        "update_source": "Account",
        "email_address": {"address": "ana@example.com", "permission_to_send": "unsubscribed"},
    }
    since = http.put(path, json=out).json()["email_address"]["opt_out_date"]
    assert http.put(path, json={**out, "list_memberships": [general]}).status_code == 400
    http.delete(path)
    if way == "put":
        assert http.put(path, json={"update_source": "Account"}).status_code == 200
    else:
        files = {"file": ("p.csv", "email\nana@example.com\n", "text/csv")}
        http.post("/activities/contacts_file_import", files=files, data={"list_ids": general})
        sandbox.advance(5)
    back = http.get(path, params={"include": "list_memberships"}).json()
    assert "deleted_at" not in back
    assert back["email_address"]["permission_to_send"] == "unsubscribed"
    assert back["email_address"]["opt_out_date"] == since
    assert back["list_memberships"] == []


def test_coming_back_leaves_no_trace_of_an_opt_out(http: httpx.Client, sandbox: Sandbox, general: str) -> None:
    """Who was only deleted never opted out."""
    made = _create(http).json()
    http.delete(f"/contacts/{made['contact_id']}")
    files = {"file": ("p.csv", "email\nana@example.com\n", "text/csv")}
    http.post("/activities/contacts_file_import", files=files, data={"list_ids": general})
    sandbox.advance(5)
    back = http.get(f"/contacts/{made['contact_id']}").json()
    assert "opt_out_date" not in back["email_address"]
    assert http.get("/contacts", params={"optout_after": "2001-01-01"}).json()["contacts"] == []


def test_deleting_is_reversible(http: httpx.Client, general: str) -> None:
    """Deleted contacts stay readable, and come back under their id by PUT as the account; their address is taken meanwhile."""
    made = _create(http, list_memberships=[general]).json()
    path = f"/contacts/{made['contact_id']}"
    assert http.delete(path).status_code == 204
    assert http.get("/contacts").json()["contacts"][0]["email_address"]["address"] == "robin@example.com"
    [deleted] = http.get("/contacts", params={"status": "deleted"}).json()["contacts"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", deleted["deleted_at"])
    assert "deleted_at" in http.get(path).json()
    again = _create(http)
    assert (again.status_code, again.json()[0]["error_message"]) == (
        409,
        f"Email already exists for contact {made['contact_id']}",
    )
    assert http.put(path, json={"update_source": "Contact"}).status_code == 400
    assert "deleted_at" not in http.put(path, json={"update_source": "Account"}).json()


def test_sign_up_adds_and_updates(http: httpx.Client, general: str) -> None:
    """A new address is created, a known one updated: lists are added, the rest is left alone."""
    news = http.post("/contact_lists", json={"name": "News"}).json()["list_id"]
    body = {"email_address": "ana@example.com", "first_name": "Ana", "list_memberships": [general]}
    first = http.post("/contacts/sign_up_form", json=body)
    assert (first.status_code, first.json()["action"]) == (201, "created")
    more = {"email_address": "ANA@example.com", "phone_number": "555-0101", "list_memberships": [news]}
    second = http.post("/contacts/sign_up_form", json=more)
    assert (second.status_code, second.json()) == (200, {"contact_id": first.json()["contact_id"], "action": "updated"})
    read = http.get(
        f"/contacts/{first.json()['contact_id']}", params={"include": "list_memberships,phone_numbers"}
    ).json()
    assert read["first_name"] == "Ana"
    assert set(read["list_memberships"]) == {general, news}
    assert read["email_address"]["permission_to_send"] == "explicit"
    assert http.post("/contacts/sign_up_form", json={**body, "list_memberships": []}).status_code == 400


@pytest.mark.parametrize(("length", "status"), [(50, 201), (51, 400)])
def test_a_sign_up_takes_addresses_of_fifty_characters(
    http: httpx.Client, general: str, length: int, status: int
) -> None:
    """Fewer than the 80 of the other ways to write a contact."""
    address = f"{'a' * (length - len('@example.com'))}@example.com"
    body = {"email_address": address, "list_memberships": [general]}
    assert http.post("/contacts/sign_up_form", json=body).status_code == status


def test_unknown_contacts(http: httpx.Client) -> None:
    """404 for an unknown id, and for what is none."""
    for call in (http.get, http.delete):
        assert call(f"/contacts/{NOBODY}").status_code == 404
        answer = call("/contacts/me")
        assert (answer.status_code, answer.json()[0]["error_message"]) == (404, "contact_id is in an invalid format.")
    assert http.get(f"/contacts/sms_engagement_history/{NOBODY}").status_code == 404


def test_counts_and_cross_references(http: httpx.Client) -> None:
    """Counts by permission; V2's sequence numbers sorted ascending."""
    _create(http)
    _create(http, "b@example.com", email_address={"address": "b@example.com", "permission_to_send": "explicit"})
    counts = http.get("/contacts/counts", params={"include": "new_subscriber"}).json()
    assert counts == {"total": 3, "explicit": 1, "implicit": 2, "pending": 0, "unsubscribed": 0, "new_subscriber": 3}
    xrefs = http.get("/contacts/contact_id_xrefs", params={"sequence_ids": "3,1,999"}).json()["xrefs"]
    assert [entry["sequence_id"] for entry in xrefs] == ["1", "3"]
    assert http.get("/contact_lists/list_id_xrefs", params={"sequence_ids": "1"}).json()["xrefs"]
    assert http.get("/contacts/contact_id_xrefs", params={"sequence_ids": "x"}).status_code == 400


def test_accounts_do_not_see_each_other(sandbox: Sandbox, http: httpx.Client) -> None:
    """Contacts, lists and activities of another account are not found."""
    made = _create(http).json()
    with sandbox.database.write() as connection:
        connection.execute("UPDATE contacts SET account = 2 WHERE contact_id = ?", (made["contact_id"],))
    assert http.get(f"/contacts/{made['contact_id']}").status_code == 404
    assert http.get("/contacts", params={"include_count": "true"}).json()["contacts_count"] == 1
