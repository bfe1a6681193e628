"""Examples that work: of one operation, in the explorer, and as the whole collection that Postman sends in its order."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from cctoolkit._httpx import httpx
from cctoolkit.api import Client
from cctoolkit.api.example_values import NO_NUMBER
from cctoolkit.api.operation_examples import NOBODY
from cctoolkit.api.schema import read_schema
from cctoolkit.api.transport import FixedToken, Transport
from cctoolkit.errors import ApiError
from cctoolkit.explorer import save_collection, save_environment
from cctoolkit.explorer.environments import bruno_request, postman_collection
from cctoolkit.sandbox import Sandbox
from tests.explorer.calls import TOKEN, client_of
from tests.explorer.postman import send_all
from tests.published_schema import SKIP_REASON, PublishedSchema

#: What the account of a sandbox refuses, as it does not have the product.
WITHOUT_PRODUCT = ("/automations", "/events", "/social", "/partner", "/reports/landing_pages")


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    path = tmp_path / "contacts.csv"
    path.write_text("email,first_name\nfrom-a-file@example.com,Robin\n")
    return path


def _holdings(client: Client) -> dict[str, Any]:
    """What the account has of all that a collection makes, people of example.com apart."""
    campaigns = client.operations.retrieveEmailCampaignsUsingGET()["campaigns"]
    return {
        "lists": sorted(one["name"] for one in client.lists.iter()),
        "tags": sorted(one["name"] for one in client.tags.iter()),
        "fields": sorted(one["label"] for one in client.custom_fields.iter()),
        "segments": client.operations.getAccountSegments()["segments"],
        "campaigns": [one for one in campaigns if one["current_status"] != "Removed"],
        "owner": client.contacts.get(next(client.contacts.iter())["contact_id"], include="list_memberships"),
    }


def test_a_saved_collection_works_as_it_stands(client: Client, http: httpx.Client, csv: Path, tmp_path: Path) -> None:
    """In its order and twice over: few refusals, none for a placeholder, and what the account had is as it was."""
    before = _holdings(client)
    path = save_collection("postman", client, tmp_path)
    for _ in range(2):
        answers = list(send_all(path, {"base_url": client.api_url}, http, csv))
        refused = [
            (answer.status_code, answer.request.method, answer.request.url.path)
            for _, answer in answers
            if answer.status_code >= 400 and answer.status_code != 403
        ]
        assert len(answers) == 128
        assert len(refused) <= 20, refused
        assert not [one for one in refused if one[0] == 400 and "delete" not in one[2]]
        assert "%7B" not in "".join(str(answer.request.url) for _, answer in answers)
    after = _holdings(client)
    assert after["owner"].pop("updated_at") >= before["owner"].pop("updated_at")
    assert after == before


@pytest.mark.thorough
def test_postmans_own_runner_sends_it(served: Sandbox, csv: Path, tmp_path: Path) -> None:
    """`newman`: what writes is held back until the environment says yes; then all of it is sent."""
    if shutil.which("newman") is None:
        pytest.skip("newman is not on the PATH: npm install --prefix FOLDER newman@6, add FOLDER/node_modules/.bin")
    with Client(Transport(served.api_url, FixedToken(served.access_token())), "custom") as client:
        collection = save_collection("postman", client, tmp_path)
        environment = save_environment("postman", client, tmp_path)
    whole = json.loads(collection.read_text())
    [upload] = [
        field
        for folder in whole["item"]
        for item in folder["item"]
        for field in item["request"].get("body", {}).get("formdata", [])
        if field["type"] == "file"
    ]
    upload["src"] = str(csv)
    collection.write_text(json.dumps(whole))

    def statuses(*more: str) -> Counter[int]:
        report = tmp_path / "report.json"
        command = [
            "newman",
            "run",
            str(collection),
            "-e",
            str(environment),
            "--env-var",
            f"access_token={served.access_token()}",
        ]
        done = subprocess.run(
            [
                *command,
                "--working-dir",
                str(tmp_path),
                "--insecure",
                "-r",
                "json",
                "--reporter-json-export",
                str(report),
                *more,
            ],
            capture_output=True,
            text=True,
            timeout=300,
        )
        run = json.loads(report.read_text())["run"]
        assert not [one for one in run["failures"] if "at" in one and "request" in one["at"]], done.stdout
        return Counter(one["response"]["code"] for one in run["executions"] if one.get("response"))

    reading = statuses()
    assert 40 < reading.total() < 128
    assert not [code for code in reading if code in (201, 202, 204)]
    everything = statuses("--env-var", "writing=yes")
    assert everything.total() == 128
    assert sum(number for code, number in everything.items() if 400 <= code < 500 and code != 403) <= 20


def _refusals(client: Client) -> list[tuple[str, str]]:
    found = []
    for operation in client.operations:
        if operation.path.startswith(WITHOUT_PRODUCT) or operation.method == "DELETE" or "delete" in operation.path:
            continue
        try:
            operation(**operation.example())
        except ApiError as error:
            found.append((operation.id, str(error)))
    return found


def test_the_example_of_an_operation_is_taken(client: Client) -> None:
    """On the sandbox, with ids of the account: what is refused is refused for the account's state alone."""
    assert client.operations.createContact.example()["body"]["email_address"]["address"].endswith("@example.com")
    client.operations.createEmailCampaignUsingPOST(**client.operations.createEmailCampaignUsingPOST.example())
    for name in ("postTag", "postCustomFields", "createSegment", "postContactsExport"):
        client.operations[name](**client.operations[name].example())
    refused = dict(_refusals(client))
    assert not [name for name, said in refused.items() if "valid" in said.lower() and "format" in said.lower()]
    assert set(refused) <= {
        "addPhysicalAddress",  # it has one
        "resubscribeContact",  # who is not unsubscribed
        "getContactsExport",  # a file of its own
        "retrieveEmailCampaignABTestUsingGET",
        "createEmailCampaignABTestUsingPOST",  # a resend is planned already
        "scheduleEmailCampaignActivityUsingPOST",
        *(name for name in refused if "not sent yet" in refused[name] or "stats" in refused[name]),
    }, refused


def test_elsewhere_an_example_names_nothing_that_could_be_changed() -> None:
    """On a real account an example that writes has an id that nobody has; one that reads has the account's."""
    here = {"lists": [{"list_id": "theirs"}], "contacts": [{"contact_id": "a-person"}]}
    client = client_of(lambda request: httpx.Response(200, json=here), service="live")
    operations = client.operations
    described = {
        "swagger": "2.0",
        "paths": {
            "/contact_lists/{list_id}": {
                method: {
                    "operationId": name,
                    "parameters": [{"name": "list_id", "in": "path", "required": True, "type": "string"}],
                    "responses": {"200": {"description": "."}},
                }
                for method, name in (("get", "getList"), ("delete", "deleteListActivity"))
            }
        },
    }
    operations = type(operations)(operations._transport, operations._cache, read_schema(described).operations)
    assert operations.getList.example() == {"list_id": "theirs"}
    assert operations.deleteListActivity.example() == {"list_id": NOBODY}


def test_elsewhere_what_the_account_says_of_itself_is_sent_back(client: Client) -> None:
    """And a segment's number is nobody's."""
    there = {"address_line1": "7 Own Street", "city": "Albany", "country_code": "US"}

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=there if request.url.path.endswith("physical_address") else {"segments": []})

    live = client_of(answer, service="live")
    described = {one.id: one.schema for one in client.operations}
    operations = type(live.operations)(live.operations._transport, live.operations._cache, described)
    body = operations.putPhysicalAddress.example()["body"]
    assert {name: value for name, value in body.items() if value} == there
    assert operations.deleteSegment.example() == {"segment_id": NO_NUMBER}


def test_a_description_names_no_secret() -> None:
    """Neither by an example nor by the name of a parameter does it get a token into an address, or open what is held back."""
    hostile = [
        {"name": "access_token", "in": "path", "required": True, "type": "string"},
        {"name": "writing", "in": "path", "required": True, "type": "string"},
        {"name": "q", "in": "query", "required": True, "type": "string", "x-example": "} {{access_token}}"},
    ]
    described = {
        "swagger": "2.0",
        "paths": {
            "/a/{access_token}/{writing}": {
                "get": {"operationId": "getAll", "parameters": hostile, "responses": {"200": {"description": "."}}}
            }
        },
    }
    [operation] = read_schema(described).operations.values()
    for text in (postman_collection([operation]), bruno_request(operation, 1)):
        assert "{{writing}}" not in text
        assert text.count("{{access_token}}") == (
            '"{{access_token}}"' in text
        )  # of a whole collection: its own sign-in


def test_an_account_without_scopes_has_examples_all_the_same() -> None:
    """What it does not let us read is an id that nobody has, and no error."""
    client = client_of(
        lambda request: httpx.Response(403, json={"error_key": "unauthorized", "error_message": "no scope"})
    )
    assert set(client.operations.example_values().values()) == {""}


def test_every_example_fits_the_published_schema(client: Client, published_schema: PublishedSchema | None) -> None:
    """Its bodies are what the service's own description asks for."""
    if published_schema is None:
        pytest.skip(SKIP_REASON)
    published = read_schema(published_schema.spec).operations
    wrong = {}
    for operation in client.operations:
        if operation.id in published:
            as_published = type(operation)(operation._transport, published[operation.id])
            try:
                as_published.request(**as_published.example())
            except ApiError as error:
                wrong[operation.id] = str(error)
    assert wrong == {}


def test_no_token_and_no_address_of_a_person_is_in_a_collection(client: Client, tmp_path: Path) -> None:
    """The ids of the account, and the address that it sends from."""
    text = save_collection("postman", client, tmp_path).read_text()
    assert TOKEN not in text
    assert next(client.contacts.iter())["contact_id"] in text
