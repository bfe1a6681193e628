"""The account's ids for a field."""

from __future__ import annotations

import pytest

from cctoolkit._httpx import httpx
from cctoolkit.api import Client
from cctoolkit.errors import CctoolkitError, Unauthorized
from cctoolkit.explorer import offers
from cctoolkit.explorer.forms import OFFERS
from cctoolkit.sandbox import Sandbox
from cctoolkit.sandbox.accounts import add_people
from tests.explorer.calls import client_of


@pytest.mark.parametrize("kind", sorted(set(OFFERS.values())))
def test_each_kind_can_be_read(kind: str, client: Client) -> None:
    """Also where the account has none."""
    found = offers.load(client, kind)
    assert (found.kind, found.more) == (kind, False)


def test_ids_have_the_names_that_people_know(client: Client) -> None:
    """Each with its id, so that two of one name are two; what was written by hand stays."""
    made = client.lists.create("News <b>letter</b>")
    found = offers.load(client, "lists")
    [label] = [text for text in found.choices if "letter" in text]
    assert label == f"News <b>letter</b> · {made['list_id']}"
    assert found.chosen(label) == made["list_id"]
    assert found.chosen("by hand") == "by hand"


@pytest.mark.parametrize("name", ["\u202egnp.exe", "x\u2067y", "שלום, עולם", "\u200f", "two\nlines", "\ud83d"])
def test_no_name_turns_the_id_beside_it(name: str) -> None:
    """In a menu there is no HTML to keep them apart; what is chosen is the id all the same."""
    found = offers._labelled([(name, "7")])
    [label] = found
    assert found[label] == "7"
    assert not set(label) & set("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067")
    assert label.endswith(" · 7")
    assert label.encode()
    if "ש" in name:
        assert label == f"\u2068{name}\u2069 · 7"


def test_five_hundred_contacts_are_enough(client: Client, sandbox: Sandbox) -> None:
    """An account of many thousands is not read whole for a list that nobody looks through."""
    add_people(sandbox.database, sandbox.clock, 700)
    found = offers.load(client, "contacts")
    assert (len(found.choices), found.more) == (500, True)


def test_the_activities_of_campaigns_are_offered(client: Client) -> None:
    """Each with its campaign's name and its role."""
    content = {
        "format_type": 5,
        "from_name": "Robin",
        "from_email": "robin@example.com",
        "reply_to_email": "robin@example.com",
        "subject": "News",
        "html_content": "<html><body>[[trackingImage]]</body></html>",
    }
    client.call("createEmailCampaignUsingPOST", body={"name": "Spring", "email_campaign_activities": [content]})
    choices = offers.load(client, "campaign activities").choices
    assert any(label.startswith("Spring, primary_email · ") for label in choices)


def test_a_service_without_the_operation_says_so() -> None:
    """And an ended token is the error that it always is."""
    with pytest.raises(CctoolkitError, match="describes no GET /contact_lists"):
        offers.load(client_of(lambda request: httpx.Response(200, json={})), "lists")


def test_an_ended_token_is_told(client: Client, sandbox: Sandbox) -> None:
    """As any call tells it."""
    sandbox.faults.add("expired_token", 2)
    with pytest.raises(Unauthorized, match="sign in again"):
        offers.load(client, "lists")
