"""A sandbox that has an example of everything that is asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from ..api import Client


@contextmanager
def account() -> Iterator[Client]:
    """A client of a sandbox of this process: people of all kinds, a tag, a field, a segment, an activity, a campaign that was sent."""
    from ..connection import connect
    from ..sandbox import Sandbox

    with Sandbox(seed=1, contacts=60, in_process=True) as sandbox, connect(sandbox=sandbox) as client:
        furnish(client)
        sandbox.add_sms_list("Example texts")
        sandbox.advance(3_600)
        yield client


def furnish(client: Client) -> None:
    """Make an example of everything that is asked for, in a sandbox's account."""
    list_id = str(next(client.lists.iter())["list_id"])
    tag = client.call("postTag", body={"name": "Example"})["tag_id"]
    field = client.custom_fields.create("Example")["custom_field_id"]
    contact = client.contacts.create(
        email_address="example@example.com",
        first_name="Example",
        list_memberships=[list_id],
        taggings=[tag],
        custom_fields=[{"custom_field_id": field, "value": "1"}],
        phone_numbers=[{"phone_number": "555-0100", "kind": "home"}],
        street_addresses=[{"kind": "home", "street": "1 Elm", "city": "Waltham"}],
        notes=[{"content": "Example"}],
    )
    client.contacts.update(str(contact["contact_id"]), first_name="Example")
    named = {"source": "contact", "field": "first_name", "op": "eq", "value": "Example"}
    criteria = {"version": "1.0.0", "criteria": {"type": "and", "group": [named]}}
    client.call("createSegment", body={"name": "Example", "segment_criteria": json.dumps(criteria)})
    _campaign(client, list_id)
    client.activities.wait(str(client.activities.export_contacts()["activity_id"]), progress=False)


def _campaign(client: Client, list_id: str) -> None:
    address = str(client.account.summary()["contact_email"])
    who = {"from_name": "Example", "from_email": address, "reply_to_email": address, "subject": "Example"}
    content = {**who, "format_type": 5, "html_content": "<p>Example</p>"}
    made = client.call("createEmailCampaignUsingPOST", body={"name": "Example", "email_campaign_activities": [content]})
    activity = made["campaign_activities"][0]["campaign_activity_id"]
    client.call(
        "updateEmailCampaignActivityUsingPUT",
        campaign_activity_id=activity,
        body={**who, "contact_list_ids": [list_id]},
    )
    client.call("scheduleEmailCampaignActivityUsingPOST", campaign_activity_id=activity, body={"scheduled_date": "0"})
