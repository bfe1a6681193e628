"""What other people's programs rely on: each as the service answers it, from recorded answers and clients in production."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from cctoolkit._httpx import httpx
from cctoolkit.oauth.by_code import answer_consent
from cctoolkit.sandbox import Sandbox


def _code(sandbox: Sandbox, network: httpx.BaseTransport, verifier: str) -> str:
    about = sandbox.description()
    query = httpx.QueryParams(
        client_id=about["client_id"],
        redirect_uri="https://localhost",
        response_type="code",
        scope="contact_data offline_access",
        state="s",
        code_challenge=base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("="),
        code_challenge_method="S256",
    )
    return parse_qs(urlsplit(answer_consent(f"{about['authorize']}?{query}", transport=network)).query)["code"][0]


def _asked(about: dict[str, Any], how: str, anyone: httpx.Client, form: dict[str, str]) -> httpx.Response:
    secret = {"client_id": about["client_id"], "client_secret": about["client_secret"]}
    basic = (about["client_id"], about["client_secret"])
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    if how == "query":
        return anyone.post(about["token"], params=form, headers=kind, auth=basic)
    if how == "secret in the form":
        return anyone.post(about["token"], data={**form, **secret})
    return anyone.post(about["token"], params={**form, **secret}, headers=kind)


@pytest.mark.parametrize("how", ["query", "secret in the form", "all in the query"])
def test_tokens_are_asked_for_in_each_way_that_clients_ask(
    sandbox: Sandbox, network: httpx.BaseTransport, anyone: httpx.Client, how: str
) -> None:
    """A code, and then a refresh: in the query behind an empty body as the guide does, or with the secret in the form."""
    about = sandbox.description()
    verifier = "v" * 50
    form = {"grant_type": "authorization_code", "redirect_uri": "https://localhost", "code_verifier": verifier}
    token = _asked(about, how, anyone, {**form, "code": _code(sandbox, network, verifier)}).json()
    assert token["access_token"]
    again = _asked(about, how, anyone, {"grant_type": "refresh_token", "refresh_token": token["refresh_token"]})
    assert again.json()["refresh_token"] != token["refresh_token"]


def test_a_wrong_secret_in_the_form_is_refused(sandbox: Sandbox, anyone: httpx.Client) -> None:
    about = sandbox.description() | {"client_secret": "wrong"}
    answer = _asked(about, "secret in the form", anyone, {"grant_type": "refresh_token", "refresh_token": "x"})
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_the_token_endpoint_is_not_read(sandbox: Sandbox, anyone: httpx.Client) -> None:
    """Okta's own words for that; what else lies on its host is nothing at all."""
    answer = anyone.get(sandbox.description()["token"])
    assert (answer.status_code, answer.json()["errorCode"]) == (405, "E0000022")
    nothing = anyone.get(f"{sandbox.url}/oauth2/default/v1/nothing")
    assert (nothing.status_code, nothing.content) == (404, b"")


def test_whoever_is_not_known_is_told_how(sandbox: Sandbox, anyone: httpx.Client) -> None:
    answer = anyone.get(f"{sandbox.api_url}/contacts")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer realm=api.cc.email"
    assert answer.json() == {"error_key": "unauthorized", "error_message": "Unauthorized"}


def test_an_export_says_where_its_file_will_be(sandbox: Sandbox, http: httpx.Client) -> None:
    """At once; it is there when it is completed."""
    links = http.post("/activities/contact_exports", json={}).json()["_links"]
    assert links["results"]["href"] == links["self"]["href"].replace("/activities/", "/contact_exports/")
    sandbox.advance(60)
    assert http.get(links["results"]["href"].removeprefix("/v3")).status_code == 200


def test_a_cursor_can_be_cut_out_and_sent_on(sandbox: Sandbox, http: httpx.Client) -> None:
    """As it stands in the link; and it says nothing that another language would not say."""
    for number in range(4):
        http.post(
            "/contacts", json={"email_address": {"address": f"p{number}@example.com"}, "create_source": "Account"}
        )
    page = http.get("/contacts", params={"limit": 3, "include_count": "true"}).json()
    cursor = page["_links"]["next"]["href"].partition("cursor=")[2]
    said = base64.urlsafe_b64decode(cursor).decode()
    assert "True" not in said
    assert (
        "False"
        not in base64.urlsafe_b64decode(
            http.get("/contacts?limit=3").json()["_links"]["next"]["href"].partition("cursor=")[2]
        ).decode()
    )
    last = http.get("/contacts", params={"cursor": cursor}).json()
    assert last["contacts_count"] == page["contacts_count"]
    assert len(last["contacts"]) == page["contacts_count"] - 3
    assert json.dumps(page) != json.dumps(last)


def _contact(http: httpx.Client, **more: Any) -> dict[str, Any]:
    body = {"email_address": {"address": "ana@example.com"}, "create_source": "Account", **more}
    return dict(http.post("/contacts", json=body).raise_for_status().json())


def _exported(http: httpx.Client, sandbox: Sandbox, **body: Any) -> list[dict[str, str]]:
    report = http.post("/activities/contact_exports", json=body).raise_for_status().json()
    sandbox.advance(5)
    text = http.get(f"{sandbox.url}{report['_links']['results']['href']}").raise_for_status().text
    return list(csv.DictReader(io.StringIO(text)))


def test_an_exported_file_has_every_field(sandbox: Sandbox, http: httpx.Client) -> None:
    """With the headings, words and times that programs read: phones and addresses by kind, the account's own fields."""
    list_id = http.get("/contact_lists").json()["lists"][0]["list_id"]
    field = http.post("/contact_custom_fields", json={"label": "Favorite flower", "type": "string"}).json()
    tag = http.post("/contact_tags", json={"name": "Garden"}).json()["tag_id"]
    _contact(
        http,
        first_name="Ana",
        birthday_month=9,
        birthday_day=8,
        list_memberships=[list_id],
        taggings=[tag],
        phone_numbers=[{"phone_number": "555-0101", "kind": "mobile"}],
        street_addresses=[{"kind": "work", "street": "2 Oak", "postal_code": "02134"}],
        custom_fields=[{"custom_field_id": field["custom_field_id"], "value": "Tulip"}],
    )
    row = _exported(http, sandbox)[1]
    assert row["Email address"] == "ana@example.com"
    assert (row["Email status"], row["Email permission status"]) == ("Active", "Implied")
    assert (row["Phone - mobile"], row["Phone - home"]) == ("555-0101", "")
    assert (row["Street address line 1 - Work"], row["Zip/Postal Code - Work"]) == ("2 Oak", "02134")
    assert (row["Birthday"], row["Favorite flower"], row["Tags"]) == ("09/08", "Tulip", "Garden")
    assert row["Email Lists"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000", row["Created At"])


def test_an_export_takes_the_fields_that_clients_send(sandbox: Sandbox, http: httpx.Client) -> None:
    """Beside those of the schema; and what was deleted is exported by its status."""
    made = _contact(http)
    [row] = _exported(http, sandbox, fields=["email", "phone_number", "zip", "email_lists"])[1:]
    assert list(row) == [
        "Email address",
        *(f"Phone - {kind}" for kind in ("home", "mobile", "work", "other")),
        *(f"Zip/Postal Code - {kind}" for kind in ("Home", "Work", "Other")),
        "Email Lists",
    ]
    http.delete(f"/contacts/{made['contact_id']}")
    assert [row["Email address"] for row in _exported(http, sandbox, status="removed")] == ["ana@example.com"]
    assert http.post("/activities/contact_exports", json={"fields": ["shoe_size"]}).status_code == 400


def test_what_was_exported_is_cleaned_as_it_was(sandbox: Sandbox, http: httpx.Client, tmp_path: Path) -> None:
    """Whoever unsubscribed stays out; those who may be written to are kept."""
    from cctoolkit.contact_files import clean

    out = {"address": "out@example.com", "permission_to_send": "unsubscribed"}
    http.post("/contacts", json={"email_address": out, "create_source": "Account"}).raise_for_status()
    _contact(http)
    report = http.post("/activities/contact_exports", json={}).json()
    sandbox.advance(5)
    text = http.get(f"{sandbox.url}{report['_links']['results']['href']}").text
    (tmp_path / "export.csv").write_text(text)
    cleaned = clean(tmp_path / "export.csv", progress=False)
    assert sorted(cleaned.kept["email"]) == ["ana@example.com", "robin@example.com"]


def _campaign(http: httpx.Client, name: str = "May") -> tuple[str, str]:
    address = "robin@example.com"
    content = {"format_type": 5, "from_name": "R", "subject": "S", "html_content": "<p>x</p>"}
    content |= {"from_email": address, "reply_to_email": address}
    made = http.post("/emails", json={"name": name, "email_campaign_activities": [content]}).raise_for_status().json()
    activity = made["campaign_activities"][0]["campaign_activity_id"]
    list_id = http.get("/contact_lists").json()["lists"][0]["list_id"]
    body = {"from_name": "R", "from_email": address, "reply_to_email": address, "subject": "S"}
    http.put(f"/emails/activities/{activity}", json={**body, "contact_list_ids": [list_id]}).raise_for_status()
    return made["campaign_id"], activity


def test_sending_again_reaches_only_those_who_are_new(sandbox: Sandbox, http: httpx.Client) -> None:
    """At once is an empty array; what was sent may be changed and sent again."""
    _, activity = _campaign(http)
    schedules = f"/emails/activities/{activity}/schedules"
    first = http.post(schedules, json={"scheduled_date": "0"})
    assert (first.status_code, first.json()) == (201, [])
    sandbox.advance(5)
    list_id = http.get("/contact_lists").json()["lists"][0]["list_id"]
    _contact(http, list_memberships=[list_id])
    before = http.get(f"/emails/activities/{activity}").json()
    assert before["current_status"] == "DONE"
    fields = ("from_name", "from_email", "reply_to_email", "contact_list_ids")
    changed = {**{name: before[name] for name in fields}, "subject": "Again"}
    assert http.put(f"/emails/activities/{activity}", json=changed).json()["subject"] == "Again"
    assert http.post(schedules, json={"scheduled_date": "0"}).status_code == 201
    sandbox.advance(5)
    history = http.get(f"/emails/activities/{activity}/send_history").json()
    assert [(each["send_id"], each["count"]) for each in history] == [(1, 1), (2, 1)]


def test_a_scheduled_campaign_stays_and_a_deleted_one_is_listed(sandbox: Sandbox, http: httpx.Client) -> None:
    """As Removed; its name is free again, and nothing else of it can be read."""
    campaign, activity = _campaign(http)
    schedules = f"/emails/activities/{activity}/schedules"
    http.post(schedules, json={"scheduled_date": "2099-01-01T00:00:00Z"})
    assert http.delete(f"/emails/{campaign}").status_code == 400
    http.delete(schedules)
    assert http.delete(f"/emails/{campaign}").status_code == 204
    [listed] = http.get("/emails").json()["campaigns"]
    assert (listed["campaign_id"], listed["current_status"]) == (campaign, "Removed")
    assert http.get(f"/emails/{campaign}").status_code == 404
    assert http.get(f"/emails/activities/{activity}").status_code == 404
    assert _campaign(http)[0] != campaign


def test_campaigns_have_random_ids_and_ab_tests_a_type(http: httpx.Client) -> None:
    campaign, activity = _campaign(http)
    assert [uuid.UUID(each).version for each in (campaign, activity)] == [4, 4]
    assert http.get(f"/emails/{campaign}/").json()["type_code"] == 26  # with the slash that clients leave behind it
    body = {"alternative_subject": "Other", "test_size": 10, "winner_wait_duration": 6}
    http.post(f"/emails/activities/{activity}/abtest", json=body).raise_for_status()
    assert http.get(f"/emails/{campaign}").json()["type_code"] == 57
    preview = http.get(f"/emails/activities/{activity}/previews").json()
    assert "preheader" not in preview
    resend = {"resend_subject": "Still", "delay_days": 2, "delay_minutes": 720}
    made = http.post(f"/emails/activities/{activity}/non_opener_resends", json=resend).json()
    assert made["delay_minutes"] == 2 * 1_440  # of both, the minutes are ignored


def test_a_form_makes_explicit_whoever_it_is(http: httpx.Client) -> None:
    """An implicit contact, and one that had unsubscribed too: who calls it has to look first."""
    list_id = http.get("/contact_lists").json()["lists"][0]["list_id"]
    body = {"email_address": "ana@example.com", "list_memberships": [list_id]}
    made = _contact(http)
    out = {"address": "ana@example.com", "permission_to_send": "unsubscribed"}
    for _ in range(2):
        answer = http.post("/contacts/sign_up_form", json=body)
        assert (answer.status_code, answer.json()["action"]) == (200, "updated")
        read = http.get(f"/contacts/{made['contact_id']}", params={"include": "list_memberships"}).json()
        assert read["email_address"]["permission_to_send"] == "explicit"
        assert "opt_out_date" not in read["email_address"]
        assert read["list_memberships"] == [list_id]
        http.put(f"/contacts/{made['contact_id']}", json={"update_source": "Account", "email_address": out})


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
def test_json_by_another_name_is_not_taken(http: httpx.Client, kind: str) -> None:
    answer = http.post("/contacts", content=b'{"first_name": "A"}', headers={"Content-Type": kind})
    assert answer.status_code == 415


@pytest.mark.parametrize("path", ["/contacts/me", "/contact_custom_fields/abc", "/contact_tags/1", "/activities/now"])
def test_an_id_that_is_none_is_not_found(http: httpx.Client, path: str) -> None:
    answer = http.get(path)
    assert (answer.status_code, answer.json()[0]["error_key"]) == (404, "contacts.api.not_found")
    assert "is in an invalid format." in answer.json()[0]["error_message"]


def test_an_entry_of_a_list_is_named_by_its_list(http: httpx.Client) -> None:
    body = {"first_name": "A", "create_source": "Account", "list_memberships": ["nope"]}
    [error] = http.post("/contacts", json=body).json()
    assert error["error_message"] == "list_memberships does not have a valid value"


@pytest.mark.parametrize("kind", ["single_select", "multi_select"])
def test_choices_come_back_as_their_ids(http: httpx.Client, kind: str) -> None:
    """Sent as the numbers that a field answers, or as text."""
    choices = [{"choice_label": label} for label in ("Red", "Green", "Blue")]
    field = http.post("/contact_custom_fields", json={"label": "Colour", "type": kind, "choices": choices}).json()
    ids = [choice["choice_id"] for choice in field["choices"]][: 1 if kind == "single_select" else 2]
    values = [{"custom_field_id": field["custom_field_id"], "choice_ids": ids}]
    made = _contact(http, custom_fields=values)
    [value] = http.get(f"/contacts/{made['contact_id']}", params={"include": "custom_fields"}).json()["custom_fields"]
    assert value == {"custom_field_id": field["custom_field_id"], "choice_ids": [str(each) for each in ids]}


@pytest.mark.parametrize("kind", ["datetime", "boolean", "text_area", "number", "currency", "date", "string"])
def test_there_are_nine_types_of_fields(http: httpx.Client, kind: str) -> None:
    """Seven of them take no choices; the selects have to have some."""
    assert http.post("/contact_custom_fields", json={"label": kind, "type": kind}).status_code == 201
    body = {"label": "other", "type": kind, "choices": [{"choice_label": "A"}]}
    assert http.post("/contact_custom_fields", json=body).status_code == 400
    assert http.post("/contact_custom_fields", json={"label": "s", "type": "single_select"}).status_code == 400


def test_the_newest_note_comes_first(sandbox: Sandbox, http: httpx.Client) -> None:
    made = _contact(http, notes=[{"content": "one"}, {"content": "two"}])
    notes = http.get(f"/contacts/{made['contact_id']}", params={"include": "notes"}).json()["notes"]
    assert [note["content"] for note in notes] == ["two", "one"]


def test_figures_of_no_campaign_are_not_found(sandbox: Sandbox, http: httpx.Client) -> None:
    """One id that is none is enough; of those that are unknown it is said which."""
    _, activity = _campaign(http)
    http.post(f"/emails/activities/{activity}/schedules", json={"scheduled_date": "0"})
    sandbox.advance(5)
    other = "0a1b2c3d-4e5f-4111-8000-aaaaaaaaaaaa"
    stats = "/reports/stats/email_campaign_activities"
    assert [each["error_key"] for each in http.get(f"{stats}/{activity},{other}").json()["errors"]] == [
        "reportingsvc.not_found.invalid_path_param.campaign_activity_ids."
    ]
    assert http.get(f"{stats}/{activity},nonsense").status_code == 404
    unknown = http.get(f"/reports/stats/email_campaigns/{other}")
    assert (unknown.status_code, unknown.json()["error_message"]) == (
        404,
        "Could not find any campaign stats for all requested campaigns.",
    )


def test_two_ways_of_saying_who_one_is_are_refused(sandbox: Sandbox, anyone: httpx.Client) -> None:
    about = sandbox.description()
    form = {"grant_type": "refresh_token", "refresh_token": "x", "client_id": about["client_id"]}
    answer = anyone.post(about["token"], data=form, auth=(about["client_id"], about["client_secret"]))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert answer.json()["error_description"].startswith("Cannot supply multiple client credentials")


def test_a_form_for_text_messages_puts_nobody_back_on_a_list(http: httpx.Client) -> None:
    """Who unsubscribed from mail has said nothing of it there."""
    list_id = http.get("/contact_lists").json()["lists"][0]["list_id"]
    consent = [{"sms_consent_permission": "explicit"}]
    channel = {"full_sms_address": "16175550123", "sms_channel_consents": consent}
    made = _contact(http, sms_channel=channel)
    out = {"address": "ana@example.com", "permission_to_send": "unsubscribed"}
    http.put(f"/contacts/{made['contact_id']}", json={"update_source": "Account", "email_address": out})
    given = {"sms_address": "6175550123", "dial_code": "1", "country_code": "US", "sms_channel_consents": consent}
    body = {"sms_channel": given, "list_memberships": [list_id]}
    assert http.post("/contacts/sign_up_form", json=body).status_code == 200
    read = http.get(f"/contacts/{made['contact_id']}", params={"include": "list_memberships"}).json()
    assert (read["email_address"]["permission_to_send"], read["list_memberships"]) == ("unsubscribed", [])
