"""The page that looks inside: what is in the account, the last requests without a secret in them, mail, faults and the clock."""

from __future__ import annotations

import re

import pytest

import cctoolkit
from cctoolkit._httpx import httpx
from cctoolkit.api import Client
from cctoolkit.sandbox import Sandbox
from cctoolkit.sandbox.watching import SHOWN, masked, masked_address

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def page(sandbox: Sandbox) -> str:
    return str(sandbox.description()["page"])


def test_what_is_in_the_account_is_shown_and_escaped(client: Client, anyone: httpx.Client, page: str) -> None:
    """Contacts, lists and activities; text of an account runs nowhere."""
    client.lists.create(f"Choir {HOSTILE}")
    client.contacts.create(email_address="ana@example.com", first_name=HOSTILE[:50])
    client.activities.export_contacts()
    shown = anyone.get(page)
    assert shown.status_code == 200
    for text in ("ana@example.com", "contact_exports", "Choir &lt;script&gt;", "General Interest"):
        assert text in shown.text
    assert HOSTILE not in shown.text
    assert "script-src 'self'" in shown.headers["Content-Security-Policy"]
    assert "same-origin" in shown.headers["Referrer-Policy"]


def test_the_last_requests_are_shown_without_a_secret(
    client: Client, sandbox: Sandbox, anyone: httpx.Client, page: str
) -> None:
    """With their answers; not the token that they were sent with, nor one that they brought."""
    client.contacts.create(email_address="ana@example.com")
    with pytest.raises(cctoolkit.NotFound):
        client.contacts.get("0a1b2c3d-0000-1111-8000-fa163e000000")
    secrets = sandbox.description()
    anyone.post(
        f"{sandbox.url}/oauth2/default/v1/token",
        data={"grant_type": "refresh_token", "refresh_token": "r-e-f-r-e-s-h", "client_id": secrets["client_id"]},
        auth=("x", secrets["client_secret"]),
    )
    shown = anyone.get(page).text
    assert "POST /v3/contacts" in shown
    assert "contacts.api.not_found" in shown
    assert "/oauth2/default/v1/token" in shown
    for secret in (sandbox.access_token(), "r-e-f-r-e-s-h", secrets["client_secret"], secrets["admin_key"]):
        assert secret not in shown
    assert not re.search(r"eyJ[\w-]{10}", shown)


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer SECRET.SECRET.x",
        '{"access_token": "SECRET", "x": 1}',
        "grant_type=x&refresh_token=SECRET&client_id=y",
        "/callback?code=SECRET&state=1",
        "client_secret = SECRET",
        "eyJSECRETSECRET.eyJSECRET.SECRET",
        "/v3/contacts/refresh-eyJSECRETSE",
        '{"password": "my SECRET words"}',
        '{"refresh_token": "abc,SECRET"}',
        '{"refresh_token": "a\\"SECRET"}',
        '{"client_secret": ["SECRET"]}',
        "{'refresh_token': 'SECRET'}",
        '{"x": "{\\"refresh_token\\": \\"SECRET\\"}"}',
        "token=SECRET",
        '{"token": "SECRET"}',
        "assertion=SECRET&x=1",
        '--b\r\nContent-Disposition: form-data; name="client_secret"\r\n\r\nSECRET\r\n--b--',
        '--b\r\nContent-Disposition: form-data; name="code"; filename="x"\r\nContent-Type: text/plain\r\n\r\nSECRET\r\n',
    ],
)
def test_secrets_are_known_by_name_and_look(text: str) -> None:
    assert "SECRET" not in masked(text)


@pytest.mark.parametrize(
    "query",
    ["refresh%5Ftoken=SECRET", "x=%7B%22refresh_token%22%3A%22SECRET%22%7D", "user_code%3DSECRET=1", "code=SECRET"],
)
def test_secrets_are_known_in_an_address_too(query: str) -> None:
    assert "SECRET" not in masked_address("/v3/contacts", query)
    assert "SECRET" not in masked_address("/oauth2/default/v1/authorize", query.replace("user_code%3DSECRET", "a"))


def test_what_is_no_secret_stays() -> None:
    """Pages of answers hold codes of other kinds."""
    for text in ('{"error_code": 1, "zip_code": "12345", "postal_code": "02451"}', "/v3/contacts?status=all&limit=500"):
        assert masked(text) == text


def test_a_consent_page_is_not_shown(sandbox: Sandbox, anyone: httpx.Client, page: str) -> None:
    """Its form holds what tells it from another site's."""
    about = sandbox.description()
    asked = {
        "client_id": about["client_id"],
        "redirect_uri": about["redirect_uris"][0],
        "response_type": "code",
        "state": "s",
    }
    form = anyone.get(about["authorize"], params={**asked, "scope": "contact_data"}).text
    ticket = re.search(r'name="ticket" value="([^"]+)"', form)
    assert ticket is not None
    shown = anyone.get(page).text
    assert "/oauth2/default/v1/authorize?client_id=•••" in shown
    assert ticket[1] not in shown


def test_a_secret_that_is_cut_in_two_is_not_shown(sandbox: Sandbox, anyone: httpx.Client, page: str) -> None:
    """Half of it, without what tells that it is one."""
    body = '{"note": "' + "x " * (SHOWN // 2 - 20) + '", "refresh_token": "' + "s3cr3t" * 400 + '"}'
    anyone.post(f"{sandbox.api_url}/contacts", content=body, headers={"Content-Type": "application/json"})
    assert "s3cr3t" not in anyone.get(page).text


def test_faults_and_the_clock_are_buttons(client: Client, sandbox: Sandbox, anyone: httpx.Client, page: str) -> None:
    """A fault that was asked for comes and is told; moved on, what is due is done."""
    assert anyone.post(f"{page}faults", data={"kind": "503", "path": "/contacts", "count": "4"}).status_code == 303
    assert "4 × <code>503</code> to /contacts" in anyone.get(page).text
    with pytest.raises(cctoolkit.ServiceFailed):
        client.contacts.count()
    assert "(a fault: 503)" in anyone.get(page).text
    anyone.post(f"{page}faults", data={"kind": "drop"})
    anyone.post(f"{page}faults/clear")
    assert client.contacts.count() == 1
    before = sandbox.clock.now()
    report = client.activities.export_contacts()
    assert anyone.post(f"{page}clock", data={"by": "an hour"}).status_code == 303
    assert sandbox.clock.now() - before > 3_599
    assert client.activities.get(report["activity_id"])["state"] == "completed"
    assert anyone.post(f"{page}faults", data={"kind": "flood"}).status_code == 400
    assert anyone.post(f"{page}clock", data={"by": "a year"}).status_code == 400


def test_mail_is_shown_as_a_contact_sees_it(client: Client, sandbox: Sandbox, anyone: httpx.Client, page: str) -> None:
    """With its headers, in a frame without rights, and the way out works."""
    contact = client.contacts.create(email_address="ana@example.com")
    content = {
        "format_type": 5,
        "from_name": HOSTILE,
        "from_email": "robin@example.com",
        "reply_to_email": "robin@example.com",
        "subject": "Spring fair",
        "html_content": f"<p>Come!</p>{HOSTILE}",
    }
    campaign = client.call(
        "createEmailCampaignUsingPOST", body={"name": "Fair", "email_campaign_activities": [content]}
    )
    activity = campaign["campaign_activities"][0]["campaign_activity_id"]
    assert f"mail/{activity}" in anyone.get(page).text
    shown = anyone.get(f"{page}mail/{activity}")
    assert "Spring fair" in shown.text
    assert "List-Unsubscribe" in shown.text
    assert HOSTILE not in shown.text
    body = anyone.get(f"{page}mail/{activity}/body")
    assert "<p>Come!</p>" in body.text
    assert "sandbox" in body.headers["Content-Security-Policy"]
    assert "script-src" not in body.headers["Content-Security-Policy"]
    assert anyone.post(f"{page}unsubscribe/{contact['contact_id']}").status_code == 303
    assert client.contacts.get(contact["contact_id"])["email_address"]["permission_to_send"] == "unsubscribed"
    for wrong in ("mail/nothing", "unsubscribe/nothing"):
        assert anyone.request("POST" if "unsub" in wrong else "GET", f"{page}{wrong}").status_code == 404


def test_nobody_else_gets_in(sandbox: Sandbox, anyone: httpx.Client, page: str) -> None:
    """Without the key in its address, from another site's page, or by another host's name."""
    assert anyone.get(f"{sandbox.url}/sandbox/").status_code == 404
    assert "cctoolkit sandbox --look" in anyone.get(f"{sandbox.url}/sandbox/").text
    assert anyone.get(f"{sandbox.url}/sandbox/{'0' * 40}/").status_code == 404
    assert anyone.post(f"{page}faults/clear", headers={"Origin": "https://elsewhere.example"}).status_code == 403
    assert anyone.get(page, headers={"Host": "elsewhere.example"}).status_code == 421
    assert anyone.get(page, params={"account": 7}).status_code == 404
