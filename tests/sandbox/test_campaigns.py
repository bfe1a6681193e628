"""Segments, campaigns, schedules and reports, with a plain HTTP client; every answer is held to the published schema."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cctoolkit._httpx import httpx
from cctoolkit.sandbox import Sandbox
from cctoolkit.sandbox.accounts import add_people

NOBODY = "00000000-0000-1000-8000-fa163e000000"
HTML = '<html><body>[[trackingImage]]<a href="https://example.com/a">A</a> <a href="https://example.com/b">B</a></body></html>'
CONTENT = {
    "from_name": "Robin",
    "from_email": "robin@example.com",
    "reply_to_email": "robin@example.com",
    "subject": "Spring is here",
}


def _create(http: httpx.Client, name: str = "Spring", **more: Any) -> httpx.Response:
    return http.post(
        "/emails",
        json={"name": name, "email_campaign_activities": [{"format_type": 5, "html_content": HTML, **CONTENT, **more}]},
    )


def _criteria(*conditions: dict[str, Any], kind: str = "and") -> str:
    return json.dumps({"version": "1.0.0", "criteria": {"type": kind, "group": list(conditions)}})


@pytest.fixture
def sent(http: httpx.Client, sandbox: Sandbox) -> str:
    """A campaign that was sent to 2,000 people; the id of its activity."""
    add_people(sandbox.database, sandbox.clock, 2_000)
    activity = _create(http).json()["campaign_activities"][0]["campaign_activity_id"]
    general = http.get("/contact_lists").json()["lists"][0]["list_id"]
    assert (
        http.put(f"/emails/activities/{activity}", json={**CONTENT, "contact_list_ids": [general]}).status_code == 200
    )
    assert http.post(f"/emails/activities/{activity}/schedules", json={"scheduled_date": "0"}).status_code == 201
    sandbox.advance(1)
    return str(activity)


def _all(http: httpx.Client, sandbox: Sandbox, path: str) -> list[dict[str, Any]]:
    answer = http.get(path)
    found = answer.json()["tracking_activities"]
    while link := answer.json()["_links"].get("next"):
        answer = http.get(f"{sandbox.url}{link['href']}")
        found += answer.json()["tracking_activities"]
    return list(found)


def test_a_new_campaign_is_a_draft_with_two_activities(http: httpx.Client) -> None:
    """As the live service answers."""
    made = _create(http)
    assert made.status_code == 200, made.text
    campaign = made.json()
    assert (campaign["type"], campaign["type_code"], campaign["current_status"]) == ("CUSTOM_CODE_EMAIL", 26, "Draft")
    assert [activity["role"] for activity in campaign["campaign_activities"]] == ["primary_email", "permalink"]
    assert campaign["created_at"].endswith("Z")
    assert len(campaign["created_at"]) == len("2019-04-25T11:08:00.000Z")
    [listed] = http.get("/emails").json()["campaigns"]
    assert listed["campaign_id"] == campaign["campaign_id"]
    activity = campaign["campaign_activities"][0]["campaign_activity_id"]
    read = http.get(f"/emails/activities/{activity}", params={"include": "html_content,permalink_url"}).json()
    assert (read["current_status"], read["html_content"]) == ("DRAFT", HTML)
    preview = http.get(f"/emails/activities/{activity}/previews").json()
    assert preview["preview_text_content"] == "A B"


def test_campaigns_are_renamed_found_and_deleted(http: httpx.Client, sandbox: Sandbox) -> None:
    """Names are unique; pages are the newest first."""
    ids = [_create(http, f"Letter {number}").json()["campaign_id"] for number in range(3)]
    assert _create(http, "LETTER 1").status_code == 409
    assert http.patch(f"/emails/{ids[0]}", json={"name": "Letter 2"}).status_code == 409
    assert http.patch(f"/emails/{ids[0]}", json={"name": "First"}).json()["name"] == "First"
    first = http.get("/emails", params={"limit": 2}).json()
    second = http.get(f"{sandbox.url}{first['_links']['next']['href']}").json()
    assert [entry["name"] for entry in first["campaigns"] + second["campaigns"]] == ["Letter 2", "Letter 1", "First"]
    assert http.get("/emails/campaign_id_xrefs", params={"v2_email_campaign_ids": "1,9"}).json()["xrefs"]
    assert http.delete(f"/emails/{ids[1]}").status_code == 204
    assert http.get(f"/emails/{ids[1]}").status_code == 404


@pytest.mark.parametrize(
    "more",
    [
        {"from_email": "stranger@example.com"},
        {"html_content": ""},
        {"subject": ""},
        {"format_type": 1},
    ],
)
def test_bad_campaigns_are_refused(http: httpx.Client, more: dict[str, Any]) -> None:
    """An unconfirmed sender, no content, no subject, another format."""
    assert _create(http, **more).status_code == 400
    assert http.get("/emails").json()["campaigns"] == []


def test_a_draft_is_scheduled_and_unscheduled(http: httpx.Client, sandbox: Sandbox) -> None:
    """It needs somebody to go to, and a time ahead; a draft's report is 404."""
    activity = _create(http).json()["campaign_activities"][0]["campaign_activity_id"]
    path = f"/emails/activities/{activity}/schedules"
    assert http.post(path, json={"scheduled_date": "0"}).status_code == 400
    general = http.get("/contact_lists").json()["lists"][0]["list_id"]
    http.put(f"/emails/activities/{activity}", json={**CONTENT, "contact_list_ids": [general]})
    soon = datetime.fromtimestamp(sandbox.clock.now(), UTC) + timedelta(hours=1)
    assert http.post(path, json={"scheduled_date": "2001-01-01T00:00:00Z"}).status_code == 400
    assert http.post(path, json={"scheduled_date": soon.isoformat()}).status_code == 201
    assert len(http.get(path).json()) == 1
    assert http.put(f"/emails/activities/{activity}", json=CONTENT).status_code == 400
    assert http.delete(path).status_code == 204
    assert http.delete(path).status_code == 404
    assert http.get(f"/reports/stats/email_campaign_activities/{activity}").status_code == 404
    assert http.get(f"/reports/email_reports/{activity}/tracking/sends").status_code == 404
    http.post(path, json={"scheduled_date": soon.isoformat()})
    sandbox.advance(3_601)
    [history] = http.get(f"/emails/activities/{activity}/send_history").json()
    assert history["count"] == 1


def test_a_campaign_whose_list_is_gone_stops_nothing(http: httpx.Client, sandbox: Sandbox) -> None:
    """It goes to nobody, and what waits behind it is done."""
    activity = _create(http).json()["campaign_activities"][0]["campaign_activity_id"]
    news = http.post("/contact_lists", json={"name": "News"}).json()["list_id"]
    tag = http.post("/contact_tags", json={"name": "Gold"}).json()["tag_id"]
    http.put(f"/emails/activities/{activity}", json={**CONTENT, "contact_list_ids": [news]})
    soon = datetime.fromtimestamp(sandbox.clock.now(), UTC) + timedelta(hours=1)
    http.post(f"/emails/activities/{activity}/schedules", json={"scheduled_date": soon.isoformat()})
    http.delete(f"/contact_lists/{news}")
    sandbox.advance(3_600)
    http.delete(f"/contact_tags/{tag}")
    sandbox.advance(10)
    assert http.get(f"/contact_tags/{tag}").status_code == 404
    [history] = http.get(f"/emails/activities/{activity}/send_history").json()
    assert history["count"] == 0


def test_tests_resends_and_ab_tests(http: httpx.Client) -> None:
    """Each is kept and read back."""
    activity = _create(http).json()["campaign_activities"][0]["campaign_activity_id"]
    base = f"/emails/activities/{activity}"
    assert http.post(f"{base}/tests", json={"email_addresses": ["a@example.com"]}).status_code == 204
    assert http.post(f"{base}/tests", json={"email_addresses": ["a@example.com"] * 6}).status_code == 400
    resend = {"resend_subject": "Again", "delay_days": 3}
    assert http.post(f"{base}/non_opener_resends", json=resend).json()["delay_minutes"] == 4_320
    assert http.post(f"{base}/non_opener_resends", json=resend).status_code == 409
    assert len(http.get(f"{base}/non_opener_resends").json()) == 1
    assert http.delete(f"{base}/non_opener_resends/DRAFT").status_code == 204
    test = {"alternative_subject": "Or this", "test_size": 30, "winner_wait_duration": 24}
    assert http.get(f"{base}/abtest").status_code == 404
    assert http.post(f"{base}/abtest", json=test).json() == test
    assert http.get(f"{base}/abtest").json() == test
    assert http.delete(f"{base}/abtest").status_code == 204


def test_people_behave_believably_over_the_hours(http: httpx.Client, sandbox: Sandbox, sent: str) -> None:
    """Sends at once; opens, clicks and opt-outs come as the clock moves, and add up."""
    stats = f"/reports/stats/email_campaign_activities/{sent}"
    early = http.get(stats).json()["results"][0]["stats"]
    assert early["em_sends"] > 1_800
    assert early["em_opens"] < 30
    sandbox.advance(7 * 86_400)
    fresh = {"Authorization": f"Bearer {sandbox.access_token()}"}
    http.headers.update(fresh)
    late = http.get(stats).json()["results"][0]["stats"]
    arrived = late["em_sends"] - late["em_bounces"]
    assert 0.28 < late["em_opens"] / arrived < 0.40
    assert 0.05 < late["em_clicks"] / late["em_opens"] < 0.35
    assert 0 < late["em_bounces"] / late["em_sends"] < 0.04
    assert late["em_not_opened"] == arrived - late["em_opens"]
    base = f"/reports/email_reports/{sent}/tracking"
    events = {
        name: _all(http, sandbox, f"{base}/{name}?limit=400")
        for name in ("sends", "opens", "unique_opens", "didnotopens", "clicks", "forwards", "optouts", "bounces")
    }
    assert len(events["sends"]) == late["em_sends"]
    assert len(events["opens"]) == late["em_opens_all"]
    assert len(events["unique_opens"]) == late["em_opens"]
    assert len(events["didnotopens"]) == late["em_not_opened"]
    assert len({event["contact_id"] for event in events["clicks"]}) == late["em_clicks"]
    assert len(events["optouts"]) == late["em_optouts"] > 0
    codes = {event["bounce_code"] for event in events["bounces"]}
    filtered = http.get(f"{base}/bounces", params={"bounce_code": sorted(codes)[0]}).json()["tracking_activities"]
    assert {event["bounce_code"] for event in filtered} == {sorted(codes)[0]}
    links = http.get(f"/reports/email_reports/{sent}/links").json()["link_click_counts"]
    assert {link["link_url"] for link in links} == {"https://example.com/a", "https://example.com/b"}
    only = http.get(f"{base}/clicks", params={"url_id": links[0]["url_id"]}).json()["tracking_activities"]
    assert {event["link_url"] for event in only} == {links[0]["link_url"]}
    # Who opted out is unsubscribed, by their own hand, and off the list.
    gone = http.get(f"/contacts/{events['optouts'][0]['contact_id']}", params={"include": "list_memberships"}).json()
    assert gone["email_address"]["permission_to_send"] == "unsubscribed"
    assert gone["email_address"]["opt_out_source"] == "Contact"
    assert gone["list_memberships"] == []
    summary = http.get("/reports/summary_reports/email_campaign_summaries").json()
    assert summary["bulk_email_campaign_summaries"][0]["unique_counts"]["opens"] == late["em_opens"]
    campaign = summary["bulk_email_campaign_summaries"][0]["campaign_id"]
    both = http.get(f"/reports/stats/email_campaigns/{campaign},{NOBODY}").json()
    assert len(both["results"]) == len(both["errors"]) == 1


def test_what_a_contact_did(http: httpx.Client, sandbox: Sandbox, sent: str) -> None:
    """The newest first, by kind, and as rates."""
    sandbox.advance(3 * 86_400)
    http.headers.update({"Authorization": f"Bearer {sandbox.access_token()}"})
    opened = http.get(f"/reports/email_reports/{sent}/tracking/clicks").json()["tracking_activities"][0]["contact_id"]
    base = f"/reports/contact_reports/{opened}"
    details = http.get(f"{base}/activity_details", params={"limit": 2}).json()
    assert len(details["tracking_activities"]) == 2
    assert details["tracking_activities"][0]["campaign_activity_name"] == "Spring"
    more = http.get(f"{sandbox.url}{details['_links']['next']['href']}").json()
    assert more["tracking_activities"][-1]["tracking_activity_type"] == "em_sends"
    only = http.get(f"{base}/activity_details", params={"tracking_activities_list": "em_clicks"}).json()
    assert {event["tracking_activity_type"] for event in only["tracking_activities"]} == {"em_clicks"}
    now = datetime.fromtimestamp(sandbox.clock.now(), UTC)
    span = {"start": (now - timedelta(days=30)).isoformat(), "end": now.isoformat()}
    assert http.get(f"{base}/open_and_click_rates", params=span).json()["average_click_rate"] == 1.0
    [summary] = http.get(f"{base}/activity_summary", params=span).json()["campaign_activities"]
    assert summary["em_sends"] == 1
    assert http.get(f"{base}/activity_summary", params={**span, "start": "2001-01-01"}).status_code == 400


def test_segments_are_stored_and_evaluated(http: httpx.Client, sandbox: Sandbox) -> None:
    """Simple criteria have members; the first asking answers 202."""
    for name in ("Ana", "Anna", "Ben"):
        http.post("/contacts", json={"first_name": name, "create_source": "Account"})
    starts = {"source": "contact", "field": "first_name", "op": "starts-with", "value": "An"}
    made = http.post("/segments", json={"name": "An…", "segment_criteria": _criteria(starts)})
    assert made.status_code == 201, made.text
    number = made.json()["segment_id"]
    assert http.get("/contacts", params={"segment_id": number}).status_code == 202
    found = http.get("/contacts", params={"segment_id": number, "limit": 1})
    assert found.status_code == 200
    more = http.get(f"{sandbox.url}{found.json()['_links']['next']['href']}").json()
    assert [contact["first_name"] for contact in found.json()["contacts"] + more["contacts"]] == ["Ana", "Anna"]
    assert http.get("/contacts", params={"segment_id": number, "status": "all"}).status_code == 400
    general = http.get("/contact_lists").json()["lists"][0]["list_id"]
    members = {"source": "list_membership", "field": "list_id", "op": "contains-any", "value": [general]}
    changed = http.put(
        f"/segments/{number}",
        json={"name": "General", "segment_criteria": _criteria({"type": "or", "group": [members]})},
    )
    assert changed.json()["name"] == "General"
    http.get("/contacts", params={"segment_id": number})
    [owner] = http.get("/contacts", params={"segment_id": number}).json()["contacts"]
    assert owner["first_name"] == "Robin"
    assert http.patch(f"/segments/{number}/name", json={"name": "All"}).json()["segment_id"] == number
    assert [entry["name"] for entry in http.get("/segments").json()["segments"]] == ["All"]
    assert http.post("/segments", json={"name": "all", "segment_criteria": _criteria(starts)}).status_code == 409
    assert http.delete(f"/segments/{number}").status_code == 204


def test_a_deleted_segment_is_read_by_its_id_alone(http: httpx.Client, sandbox: Sandbox) -> None:
    """It is in no collection, has no contacts and cannot be changed; its name is free again, its id is not."""
    robin = {"source": "contact", "field": "first_name", "op": "eq", "value": "Robin"}
    body = {"name": "Robins", "segment_criteria": _criteria(robin)}
    made = http.post("/segments", json=body).json()
    path = f"/segments/{made['segment_id']}"
    assert http.delete(path).status_code == 204
    assert http.get(path).json() == made
    assert http.get("/segments").json()["segments"] == []
    assert http.get("/contacts", params={"segment_id": made["segment_id"]}).status_code == 404
    for answer in (http.put(path, json=body), http.patch(f"{path}/name", json={"name": "x"}), http.delete(path)):
        assert answer.status_code == 404
    again = http.post("/segments", json=body)
    assert (again.status_code, again.json()["segment_id"] > made["segment_id"]) == (201, True)
    assert http.delete(f"/segments/{again.json()['segment_id']}").status_code == 204
    sandbox.reset()
    headers = {"Authorization": f"Bearer {sandbox.access_token()}"}
    assert http.get(path, headers=headers).status_code == 404


@pytest.mark.parametrize(
    "criteria",
    [
        "{}",
        "no json",
        '{"criteria": {"type": "xor", "group": []}}',
        "[" * 5_000,
        _criteria(*[{"source": "contact", "field": "first_name", "op": "eq", "value": "x"}] * 250),
        _criteria({"source": "contact", "field": "first_name", "op": "eq", "value": "\ud800"}),
        _criteria({"source": "contact", "field": "first_name", "op": "eq", "value": "x"}, kind="or"),
    ],
)
def test_bad_criteria_are_refused(http: httpx.Client, criteria: str) -> None:
    """A validation error, not a crash."""
    assert http.post("/segments", json={"name": "x", "segment_criteria": criteria}).status_code == 400


def test_everything_else_answers_in_its_shape(sandbox: Sandbox, http: httpx.Client, published_schema: Any) -> None:
    """Every operation of the published schema is there: empty, not found, or refused, never unknown."""
    ours = {(method, path) for path, methods in sandbox.app.openapi()["paths"].items() for method in methods}
    assert len(ours) == 128
    for path in (
        "/events",
        "/social/profiles",
        "/social/connections",
        "/social/hashtags/groups",
        "/automations/workflows",
        f"/reports/landing_pages/campaign_details/{NOBODY}/p_contact_opens",
        "/reports/summary_reports/sms_campaign_summaries?start_at=2026-01-01T00:00:00Z",
    ):
        assert http.get(path).status_code in (200, 209)
    assert http.get("/partner/accounts").status_code == 403
    assert http.post("/social/posts", json={}).status_code == 403
    assert http.get("/events/x").status_code == 404
    if published_schema is not None:
        assert published_schema.operations() == ours
