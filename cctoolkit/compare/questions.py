"""What is asked: reading only. An id that a question needs is taken from the answer to one before."""

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
    """A GET. `{name}` in the path is an id that an earlier answer gave, by `gives`: a path through it, such as `lists.0.list_id`.

    `wrong` says that it is meant to be refused, and holds no value of the account: then the words of the refusal are compared
    too.
    """

    path: str
    params: Mapping[str, Any] = field(default_factory=lambda: _NO_PARAMETERS)
    gives: Mapping[str, str] = field(default_factory=lambda: _NO_PARAMETERS)
    wrong: bool = False
    sender: Sender = "signed in"

    @property
    def name(self) -> str:
        """The question in a line, without any id."""
        query = "&".join(f"{key}={value}" for key, value in self.params.items())
        sender = "" if self.sender == "signed in" else f" ({self.sender})"
        return f"GET {self.path}{'?' if query else ''}{query}{sender}"


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
