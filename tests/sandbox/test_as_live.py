"""What other people's programs rely on: each as the service answers it, from recorded answers and clients in production."""

from __future__ import annotations

import base64
import hashlib
import json
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
