"""Lists and the account, asked by a plain HTTP client."""

from __future__ import annotations

import pytest

from cctoolkit._httpx import httpx
from cctoolkit.sandbox import Sandbox


def test_a_list_is_made_and_found(http: httpx.Client) -> None:
    """A created list is in the collection, with nobody on it."""
    made = http.post("/contact_lists", json={"name": "News", "favorite": True, "description": "Monthly"})
    assert made.status_code == 201
    [found] = http.get("/contact_lists", params={"name": "news", "include_membership_count": "all"}).json()["lists"]
    assert found == {**made.json(), "membership_count": 0}


def test_a_second_list_of_the_same_name_is_a_conflict(http: httpx.Client) -> None:
    """Names are unique, whatever their case."""
    http.post("/contact_lists", json={"name": "News"})
    answer = http.post("/contact_lists", json={"name": "NEWS"})
    assert answer.status_code == 409
    assert answer.json()[0]["error_key"] == "contacts.api.conflict"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "name is missing"),
        ({"name": ""}, "name does not have a valid value"),
        ({"name": "x" * 256}, "name does not have a valid value"),
        ({"name": "x", "favorite": "often"}, "favorite does not have a valid value"),
    ],
)
def test_bad_lists_are_refused(http: httpx.Client, body: dict[str, str], message: str) -> None:
    """Each is a 400 that names the property."""
    answer = http.post("/contact_lists", json=body)
    assert (answer.status_code, answer.json()[0]["error_message"]) == (400, message)


def test_a_body_that_is_no_json_is_refused(http: httpx.Client) -> None:
    """Broken JSON is a validation error, not a crash."""
    answer = http.post("/contact_lists", content=b"{", headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


def test_lists_come_in_pages(http: httpx.Client, sandbox: Sandbox) -> None:
    """Lists are paged like contacts."""
    for number in range(5):
        http.post("/contact_lists", json={"name": f"List {number}"})
    first = http.get("/contact_lists", params={"limit": 4, "include_count": "true"}).json()
    second = http.get(f"{sandbox.url}{first['_links']['next']['href']}").json()
    assert [len(first["lists"]), len(second["lists"])] == [4, 2]
    assert second["lists_count"] == 6


def test_the_account_names_its_owner(http: httpx.Client) -> None:
    """The summary says who this is; the postal address comes when asked for."""
    assert http.get("/account/summary").json()["organization_name"] == "Riverside Community Garden"
    answer = http.get("/account/summary", params={"extra_fields": "physical_address"}).json()
    assert answer["physical_address"]["city"] == "Waltham"
    assert http.get("/account/summary", params={"extra_fields": "nothing"}).status_code == 400


def test_state_survives_a_restart(tmp_path: object) -> None:
    """With a database file, a restarted sandbox has the same account, lists, and valid tokens."""
    db = f"{tmp_path}/sandbox.db"
    with Sandbox(db=db) as first:
        token, key = first.access_token(), first.defaults.application.client_id
        httpx.post(
            f"{first.api_url}/contact_lists", json={"name": "Kept"}, headers={"Authorization": f"Bearer {token}"}
        )
    with Sandbox(db=db) as second:
        answer = httpx.get(f"{second.api_url}/contact_lists", headers={"Authorization": f"Bearer {token}"})
        assert [entry["name"] for entry in answer.json()["lists"]] == ["General Interest", "Kept"]
        assert second.defaults.application.client_id == key


def test_the_same_seed_gives_the_same_account() -> None:
    """Ids, key and people follow from the seed."""

    def look(seed: int) -> object:
        with Sandbox(seed=seed, contacts=20) as sandbox:
            headers = {"Authorization": f"Bearer {sandbox.access_token()}"}
            contacts = httpx.get(f"{sandbox.api_url}/contacts", headers=headers).json()["contacts"]
            return sandbox.defaults.application.client_id, [(c["contact_id"], c["first_name"]) for c in contacts]

    assert look(7) == look(7)
    assert look(7) != look(8)


def test_lists_for_text_messages_are_another_channel(http: httpx.Client, sandbox: Sandbox) -> None:
    """Published: `GET /contact_lists` answers those of the channel `email` unless `channel_type=sms` is asked."""
    [mail] = http.get("/contact_lists").json()["lists"]
    made = [sandbox.add_sms_list(name) for name in ("Text alerts", "Texts of the week")]
    assert [entry["list_id"] for entry in http.get("/contact_lists").json()["lists"]] == [mail["list_id"]]
    first = http.get("/contact_lists", params={"channel_type": "sms", "limit": 1, "include_count": "true"}).json()
    assert first["lists_count"] == 2
    following = http.get(first["_links"]["next"]["href"].removeprefix("/v3")).json()
    assert [entry["list_id"] for page in (first, following) for entry in page["lists"]] == made
    assert http.get(f"/contact_lists/{made[0]}").json()["name"] == "Text alerts"
    answer = http.post(
        f"{sandbox.url}/sandbox/accounts/1/sms_lists",
        json={"name": "By HTTP"},
        headers={"Authorization": f"Bearer {sandbox.admin_key}"},
    )
    assert answer.status_code == 201
    assert answer.json()["list_id"] in [
        entry["list_id"] for entry in http.get("/contact_lists", params={"channel_type": "sms"}).json()["lists"]
    ]
