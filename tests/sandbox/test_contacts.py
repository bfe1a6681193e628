"""`GET /contacts` of the sandbox, asked by a plain HTTP client."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime

import pytest

from cctoolkit._httpx import httpx
from cctoolkit.sandbox import Sandbox
from tests.published_schema import SKIP_REASON, PublishedSchema


def _addresses(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [contact["email_address"]["address"] for contact in answer.json()["contacts"]]


@pytest.fixture
def crowd(http: httpx.Client, sandbox: Sandbox) -> httpx.Client:
    """An account with 25 contacts besides its owner."""
    from cctoolkit.sandbox.accounts import add_people

    add_people(sandbox.database, sandbox.clock, 25)
    return http


def test_a_new_account_holds_its_owner(http: httpx.Client) -> None:
    """A new account has one contact, its owner, on the one list."""
    answer = http.get("/contacts", params={"include": "list_memberships", "include_count": "true"}).json()
    [owner] = answer["contacts"]
    [general] = http.get("/contact_lists").json()["lists"]
    assert answer["contacts_count"] == 1
    assert owner["list_memberships"] == [general["list_id"]]


def test_ids_and_times_have_the_live_form(http: httpx.Client) -> None:
    """The form of an id is that of the live service (UUID 1, node fa163e…), and times have no fractions."""
    [owner] = http.get("/contacts").json()["contacts"]
    assert re.fullmatch(
        r"[0-9a-f]{8}-[0-9a-f]{4}-1[0-9a-f]{3}-[89ab][0-9a-f]{3}-fa163e[0-9a-f]{6}", owner["contact_id"]
    )
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", owner["created_at"])
    assert "update_source" not in owner


def test_sub_resources_come_only_when_asked_for(http: httpx.Client) -> None:
    """Without include there are core properties only."""
    [owner] = http.get("/contacts").json()["contacts"]
    assert not {"list_memberships", "phone_numbers", "custom_fields", "taggings", "notes", "street_addresses"} & set(
        owner
    )
    everything = "custom_fields,list_memberships,phone_numbers,street_addresses,taggings,notes"
    [owner] = http.get("/contacts", params={"include": everything}).json()["contacts"]
    assert set(everything.split(",")) <= set(owner)


def test_pages_follow_each_other_without_gap_or_overlap(crowd: httpx.Client) -> None:
    """Following the links gives each contact once, and the last page has links without a next one."""
    seen: list[str] = []
    answer = crowd.get("/contacts", params={"limit": 7, "include_count": "true"})
    while True:
        seen += _addresses(answer)
        assert answer.json()["contacts_count"] == 26
        link = answer.json()["_links"]
        if link == {}:
            break
        assert link["next"]["href"].startswith("/v3/contacts?cursor=")
        answer = crowd.get(str(crowd.base_url.copy_with(path="/")).rstrip("/") + link["next"]["href"])
    assert len(seen) == len(set(seen)) == 26


def test_a_cursor_carries_its_query(crowd: httpx.Client) -> None:
    """The filters and the size of the page travel in the cursor, as base64 text."""
    answer = crowd.get("/contacts", params={"limit": 3, "status": "active"}).json()
    cursor = answer["_links"]["next"]["href"].partition("cursor=")[2].replace("%3D", "=")
    text = base64.urlsafe_b64decode(cursor).decode()
    assert "limit=3" in text
    assert "status=active" in text


@pytest.mark.parametrize(
    "cursor", ["", "x", "bGltaXQ9MQ==", "bGltaXQ9OTk5OTkmbmV4dD0x", base64.b64encode(b"next=1&nope=2").decode()]
)
def test_a_made_up_cursor_is_refused(http: httpx.Client, cursor: str) -> None:
    """A cursor that the service did not give is a validation error."""
    assert http.get("/contacts", params={"cursor": cursor}).status_code == 400


def test_contacts_added_while_paging_do_not_disturb_it(crowd: httpx.Client, sandbox: Sandbox) -> None:
    """Nobody who was there throughout is missed or seen twice when rows are added in between."""
    from cctoolkit.sandbox.accounts import add_people

    answer = crowd.get("/contacts", params={"limit": 10})
    before = set(_addresses(crowd.get("/contacts", params={"limit": 500})))
    seen = _addresses(answer)
    add_people(sandbox.database, sandbox.clock, 40)
    while link := answer.json().get("_links"):
        answer = crowd.get(f"{sandbox.url}{link['next']['href']}")
        seen += _addresses(answer)
    assert len(seen) == len(set(seen))
    assert before <= set(seen)


def test_contacts_removed_while_paging_do_not_disturb_it(crowd: httpx.Client, sandbox: Sandbox) -> None:
    """Those who stay are each seen once, also when the one that the cursor points behind is deleted."""
    first = crowd.get("/contacts", params={"limit": 10}).json()
    for contact in (first["contacts"][0], first["contacts"][-1]):
        assert crowd.delete(f"/contacts/{contact['contact_id']}").status_code == 204
    seen = [contact["contact_id"] for contact in first["contacts"]]
    answer = first
    while link := answer.get("_links"):
        answer = crowd.get(f"{sandbox.url}{link['next']['href']}").json()
        seen += [contact["contact_id"] for contact in answer["contacts"]]
    assert len(seen) == len(set(seen)) == 26


def test_filters_by_status(crowd: httpx.Client) -> None:
    """Statuses exclude each other, several may be asked for, and `all` means all."""
    counts = {
        status: len(_addresses(crowd.get("/contacts", params={"status": status, "limit": 500})))
        for status in ("all", "active", "unsubscribed", "deleted", "active,unsubscribed")
    }
    assert counts["all"] == 26
    assert counts["deleted"] == 0
    assert counts["active"] + counts["unsubscribed"] == counts["active,unsubscribed"] == 26


def test_filters_by_time_of_creation(crowd: httpx.Client) -> None:
    """after and before cut the account in two, whatever the zone they are written in."""
    day = datetime.now(UTC).replace(year=datetime.now(UTC).year - 1, day=1, microsecond=0)
    before = _addresses(crowd.get("/contacts", params={"created_before": day.isoformat(), "limit": 500}))
    after = _addresses(crowd.get("/contacts", params={"created_after": day.isoformat(), "limit": 500}))
    assert sorted(before + after) == sorted(_addresses(crowd.get("/contacts", params={"limit": 500})))
    assert before
    assert after


def test_filters_combine(http: httpx.Client) -> None:
    """An address and a list together: both have to fit."""
    [general] = http.get("/contact_lists").json()["lists"]
    params = {"email": "ROBIN@example.com", "lists": general["list_id"]}
    assert _addresses(http.get("/contacts", params=params)) == ["robin@example.com"]
    assert _addresses(http.get("/contacts", params={**params, "email": "nobody@example.com"})) == []


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"limit": 0}, "limit does not have a valid value"),
        ({"limit": 501}, "limit does not have a valid value"),
        ({"limit": "many"}, "limit does not have a valid value"),
        ({"status": "gone"}, "status does not have a valid value"),
        ({"include": "everything"}, "include does not have a valid value"),
        ({"created_after": "yesterday"}, "created_after does not have a valid value"),
        ({"lists": "general"}, "lists is in an invalid format."),
        ({"lists": ",".join(["0" * 8 + "-0000-1000-8000-fa163e000000"] * 26)}, "lists has more than 25 values"),
    ],
)
def test_bad_parameters_are_validation_errors(http: httpx.Client, params: dict[str, str], message: str) -> None:
    """Each is a 400 in the vendor's array, naming the parameter."""
    answer = http.get("/contacts", params=params)
    assert answer.status_code == 400
    assert answer.json() == [{"error_key": "contacts.api.validation.error", "error_message": message}]


def test_all_published_parameters_are_known(published_schema: PublishedSchema | None, sandbox: Sandbox) -> None:
    """Every query and path parameter of the published schema is one of the sandbox's, where it has the product."""
    if published_schema is None:
        pytest.skip(SKIP_REASON)
    ours = sandbox.app.openapi()["paths"]
    without = ("/v3/events", "/v3/social", "/v3/automations", "/v3/partner", "/v3/reports/landing_pages")
    for method, path in sorted(published_schema.operations()):
        if not path.startswith(without):
            known = {parameter["name"] for parameter in ours[path][method].get("parameters", [])}
            assert published_schema.parameters(method, path) <= known, (method, path)


@pytest.mark.parametrize("authorization", [None, "Bearer", "Bearer nonsense", "Basic eDp5", "Bearer a.b.c"])
def test_without_a_valid_token_nothing_is_answered(
    sandbox: Sandbox, anyone: httpx.Client, authorization: str | None
) -> None:
    """Missing and malformed tokens are 401, one object."""
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = anyone.get(f"{sandbox.api_url}/contacts", headers=headers)
    assert answer.status_code == 401
    assert answer.json()["error_key"] == "unauthorized"


def test_a_token_lives_a_day(http: httpx.Client, sandbox: Sandbox) -> None:
    """After 24 hours of the sandbox's clock the token is refused."""
    assert http.get("/contacts").status_code == 200
    sandbox.advance(86_401)
    assert http.get("/contacts").status_code == 401


def test_other_hosts_names_are_refused(sandbox: Sandbox, anyone: httpx.Client) -> None:
    """A page that rebinds its name to 127.0.0.1 gets nothing."""
    assert anyone.get(f"{sandbox.api_url}/contacts", headers={"Host": "evil.example"}).status_code == 421


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1.evil.example"])
def test_other_sites_pages_are_refused(sandbox: Sandbox, anyone: httpx.Client, origin: str) -> None:
    """A request that another site's page makes gets nothing, even with a token."""
    headers = {"Origin": origin, "Authorization": f"Bearer {sandbox.access_token()}"}
    assert anyone.get(f"{sandbox.api_url}/contacts", headers=headers).status_code == 403


def test_unknown_addresses_answer_in_the_vendors_shape(http: httpx.Client) -> None:
    """An array of one error, with a token or without; there is no 405, and OPTIONS is answered with nothing."""
    expected = [{"error_key": "not_found", "error_message": "The requested resource was not found."}]
    for method, path in (("GET", "/nothing"), ("DELETE", "/contacts"), ("PATCH", "/contacts")):
        for headers in ({}, {"Authorization": ""}):
            answer = http.request(method, path, headers=headers)
            assert (answer.status_code, answer.json()) == (404, expected)
    assert (http.request("OPTIONS", "/contacts").status_code, http.request("OPTIONS", "/contacts").json()) == (200, {})
