"""What is asked: by `QUESTIONS`, which only read, and by `TRIAL`, which writes to what it made itself. An id that a question
needs is taken from the answer to one before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

NOBODY = "00000000-0000-1000-8000-000000000000"
#: Who asks.
Sender = Literal["signed in", "without a token", "with a token that is none"]
_NO_PARAMETERS: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Question:
    """One request. `{name}` in the path, a parameter or the body is what an earlier answer gave, by `gives`: a path through it,
    such as `lists.0.list_id`.

    `wrong` says that it is meant to be refused, and holds no value of the account: then the words of the refusal are compared
    too. `until_done` says of an activity that it is looked at until it has ended; `about` tells two of one address apart.
    """

    path: str
    params: Mapping[str, Any] = field(default_factory=lambda: _NO_PARAMETERS)
    gives: Mapping[str, str] = field(default_factory=lambda: _NO_PARAMETERS)
    wrong: bool = False
    sender: Sender = "signed in"
    method: str = "GET"
    body: Mapping[str, Any] | None = None
    until_done: bool = False
    about: str = ""

    @property
    def name(self) -> str:
        """The question in a line, without any id."""
        query = "&".join(f"{key}={value}" for key, value in self.params.items())
        told = self.about if self.sender == "signed in" else self.sender
        return f"{self.method} {self.path}{'?' if query else ''}{query}{f' ({told})' if told else ''}"


_INCLUDES = ("custom_fields", "list_memberships", "phone_numbers", "street_addresses", "taggings", "notes")

QUESTIONS: tuple[Question, ...] = (
    Question("/contacts", {"limit": 1}, wrong=True, sender="without a token"),
    Question("/contacts", {"limit": 1}, wrong=True, sender="with a token that is none"),
    Question("/nowhere", wrong=True),
    Question("/account/summary"),
    Question("/account/summary", {"extra_fields": "physical_address,company_logo"}),
    Question("/account/summary/physical_address"),
    Question("/account/emails"),
    Question("/account/user/privileges"),
    Question("/contacts", {"limit": 2}, {"contact_id": "contacts.0.contact_id"}),
    *(Question("/contacts", {"limit": 5, "include": name}) for name in _INCLUDES),
    Question("/contacts", {"limit": 2, "include_count": "true"}),
    Question("/contacts", {"limit": 2, "status": "all"}),
    Question("/contacts", {"limit": 2, "status": "unsubscribed"}),
    Question("/contacts", {"limit": 2, "status": "deleted"}),
    Question("/contacts", {"limit": 1, "email": "nobody@example.com"}),
    Question("/contacts", {"limit": 0}, wrong=True),
    Question("/contacts", {"limit": 501}, wrong=True),
    Question("/contacts", {"status": "nonsense"}, wrong=True),
    Question("/contacts", {"include": "nonsense"}, wrong=True),
    Question("/contacts", {"created_after": "yesterday"}, wrong=True),
    Question("/contacts", {"cursor": "nonsense"}, wrong=True),
    Question("/contacts/{contact_id}", {"include": ",".join(_INCLUDES)}),
    Question("/contacts/me", wrong=True),
    Question(f"/contacts/{NOBODY}", wrong=True),
    Question("/contacts/counts"),
    Question("/contact_lists", {"limit": 2, "include_count": "true"}, {"list_id": "lists.0.list_id"}),
    Question("/contact_lists", {"limit": 2, "channel_type": "sms"}),
    Question("/contact_lists/{list_id}", {"include_membership_count": "all"}),
    Question(f"/contact_lists/{NOBODY}", wrong=True),
    Question("/contact_tags", {"limit": 2, "include_count": "true"}, {"tag_id": "tags.0.tag_id"}),
    Question("/contact_tags/{tag_id}"),
    Question("/contact_custom_fields", {"limit": 2}, {"custom_field_id": "custom_fields.0.custom_field_id"}),
    Question("/contact_custom_fields/{custom_field_id}"),
    Question("/contact_custom_fields/abc", wrong=True),
    Question("/segments", {"limit": 2}, {"segment_id": "segments.0.segment_id"}),
    Question("/segments/{segment_id}"),
    Question("/activities", {"limit": 2}, {"activity_id": "activities.0.activity_id"}),
    Question("/activities/{activity_id}"),
    Question(f"/activities/{NOBODY}", wrong=True),
    Question("/emails", {"limit": 2}, {"campaign_id": "campaigns.0.campaign_id"}),
    Question("/emails/{campaign_id}", gives={"campaign_activity_id": "campaign_activities.0.campaign_activity_id"}),
    Question("/emails/activities/{campaign_activity_id}"),
    Question("/emails/activities/{campaign_activity_id}/schedules"),
    Question("/emails/activities/{campaign_activity_id}/send_history"),
    Question(f"/emails/{NOBODY}", wrong=True),
    Question("/reports/summary_reports/email_campaign_summaries", {"limit": 2}),
    Question("/reports/stats/email_campaigns/{campaign_id}"),
    Question("/reports/email_reports/{campaign_activity_id}/tracking/sends", {"limit": 2}),
    Question("/reports/email_reports/{campaign_activity_id}/tracking/opens", {"limit": 2}),
)


#: What a trial makes is named so that nothing else has its name, and another time has another: eight characters, the mark. The
#: service remembers the addresses of deleted contacts.
NUMBERS = tuple("012345")


def trial_name(mark: str) -> str:
    """What a trial calls its list, its tag and its custom field."""
    return f"cctoolkit compare {mark}"


def trial_address(mark: str, number: str) -> str:
    """The address of one of its people."""
    return f"cctoolkit-compare-{mark}-{number}@example.com"


_LIST = {"name": trial_name("{mark}"), "description": "Made by cctoolkit compare. It may be deleted."}
_TAG = {"name": trial_name("{mark}")}
_FIELD = {"label": trial_name("{mark}"), "type": "string"}
_CONTACT = {
    "email_address": {"address": trial_address("{mark}", "0"), "permission_to_send": "implicit"},
    "first_name": "Example",
    "create_source": "Account",
    "list_memberships": ["{list_id}"],
    "taggings": ["{tag_id}"],
    "custom_fields": [{"custom_field_id": "{custom_field_id}", "value": "1"}],
    "phone_numbers": [{"phone_number": "555-0100", "kind": "home"}],
    "street_addresses": [{"kind": "home", "street": "1 Elm", "city": "Waltham", "country": "US"}],
}
_CHANGED = {
    "email_address": {"address": trial_address("{mark}", "0")},
    "first_name": "Changed",
    "update_source": "Account",
    "list_memberships": ["{list_id}"],
}
_IMPORT = {
    "import_data": [{"email": trial_address("{mark}", number), "first_name": "Example"} for number in NUMBERS[1:]],
    "list_ids": ["{list_id}"],
}

IMPORTED = Question("/activities/contacts_json_import", gives={"import_id": "activity_id"}, method="POST", body=_IMPORT)

#: The contact that was made, looked at before it is changed.
MADE = Question("/contacts/{contact_id}", {"include": ",".join(_INCLUDES)}, about="the one that was made")

TRIAL: tuple[Question, ...] = (
    Question("/contact_lists", gives={"list_id": "list_id"}, method="POST", body=_LIST, about="a list"),
    Question("/contact_lists", wrong=True, method="POST", body=_LIST, about="the same list again"),
    Question("/contact_lists/{list_id}", method="PUT", body={**_LIST, "favorite": True}),
    Question("/contact_tags", gives={"tag_id": "tag_id"}, method="POST", body=_TAG, about="a tag"),
    Question("/contact_tags", wrong=True, method="POST", body=_TAG, about="the same tag again"),
    Question(
        "/contact_custom_fields",
        gives={"custom_field_id": "custom_field_id"},
        method="POST",
        body=_FIELD,
        about="a field",
    ),
    Question("/contact_custom_fields", wrong=True, method="POST", body=_FIELD, about="the same field again"),
    Question("/contacts", gives={"contact_id": "contact_id"}, method="POST", body=_CONTACT, about="a contact"),
    Question("/contacts", wrong=True, method="POST", body=_CONTACT, about="the same contact again"),
    # Whatever is accepted although it is wrong is found by its name or address.
    Question(
        "/contacts",
        wrong=True,
        method="POST",
        body={"email_address": {"address": trial_address("{mark}", "0")}},
        about="a contact without a source",
    ),
    MADE,
    Question("/contacts/{contact_id}", method="PUT", body=_CHANGED),
    Question(
        "/contacts/sign_up_form",
        method="POST",
        body={"email_address": trial_address("{mark}", "0"), "list_memberships": ["{list_id}"]},
        about="the one that was made",
    ),
    IMPORTED,
    Question("/activities/{import_id}", until_done=True, about="the import"),
    Question("/contacts", {"lists": "{list_id}", "limit": 50, "include_count": "true"}),
    Question(
        "/activities/contact_exports",
        gives={"export_id": "activity_id"},
        method="POST",
        body={"list_ids": ["{list_id}"]},
    ),
    Question("/activities/{export_id}", until_done=True, about="the export"),
    Question("/contact_exports/{export_id}"),
)

#: What a trial made is taken away in this order: the list, which tells who belongs to it, goes last.
REMOVALS: Mapping[str, Question] = MappingProxyType(
    {
        kind: Question(f"{path}/{{{kind}_id}}", gives={"removal_id": "activity_id"}, method="DELETE")
        for kind, path in {
            "contact": "/contacts",
            "tag": "/contact_tags",
            "custom_field": "/contact_custom_fields",
            "list": "/contact_lists",
        }.items()
    }
)
#: What is deleted by an activity.
REMOVED: Mapping[str, Question] = MappingProxyType(
    {
        kind: Question("/activities/{removal_id}", until_done=True, about=f"the {kind.replace('_', ' ')} is deleted")
        for kind in REMOVALS
    }
)
EVERY_QUESTION = (*QUESTIONS, *TRIAL, *REMOVALS.values(), *REMOVED.values())
