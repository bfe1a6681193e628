"""Headings that are a known name with something beside it: `Ticket First Name`, `Billing Phone`, `Pref. Email`.

What stands beside it tells whose it is and how much it counts. Whole words only: "preferred" holds no "referr".
"""

from __future__ import annotations

from dataclasses import dataclass

from .synonyms import SYNONYMS
from .words import words

#: Somebody else's: an address of theirs is never taken for the person's.
OTHERS = frozenset(
    {
        *("owner", "manager", "referrer", "referral", "referred", "referee", "sender", "assistant", "salesrep"),
        *("created",),
        *("modified", "agent", "emergency", "host", "organizer", "organiser", "purchaser", "guardian"),
        *("spouse", "partner"),
        *("supervisor", "secretary", "parent", "rep", "staff", "coach", "teacher", "invoice", "accounting"),
        *("salesperson", "advisor", "adviser", "assigned", "assignee", "instructor"),
        *("inviter", "recruiter", "support", "reply", "wife", "husband", "friend", "giftee"),
        *("leader", "mother", "father", "approver", "creator", "scheduler", "fundraiser", "clinician", "provider"),
        *("therapist", "doctor", "honoree", "dedication", "captain", "registered", "landlord", "vendor", "sponsor"),
        *("panelist", "moderator", "planner", "officer", "judge", "pastor", "trainer", "steward", "cc", "notification"),
        *("broker", "case", "admin", "caregiver", "kin", "roommate", "gift", "venue"),
        *("reference", "responsible", "consultant", "caseworker", "child", "childs"),
    }
)
#: These count before all others.
PREFERRED = frozenset({"preferred", "pref", "primary", "main", "default", "best"})
#: What may stand beside a single word such as `name` or `city`.
_BESIDE = PREFERRED | frozenset(
    {
        *("ticket", "billing", "shipping", "attendee", "invitee", "buyer", "customer", "contact", "person", "member"),
        *("subscriber", "guest", "recipient", "my", "your", "work", "home", "mobile", "business", "personal"),
        *("mailing", "mail"),
        *("delivery", "client", "donor", "participant", "registrant", "user", "what", "which", "do", "you"),
        *("for", "is", "are", "s", "the"),
        *("of", "full"),
        *("legal", "po", "address", "street", "line", "location", "current", "residential", "individual", "household"),
        *("1", "2", "code", "zip", "state", "region", "province", "user", "volunteer", "patron", "player"),
        *("applicant", "respondent", "backer", "post", "supporter", "ship", "or", "lead", "patient"),
        *("passenger", "resident", "tenant", "postal", "physical"),
    }
)
#: With these a name is no person's: `Event Name`.
_THINGS = frozenset(
    {
        *("event", "product", "item", "school", "team", "group", "course", "class", "campaign", "list", "file"),
        *("project",),
        *("session", "plan", "tier", "location", "venue", "domain", "status", "type", "id", "count", "date"),
        *("time", "lane"),
    }
)
_SINGLE = frozenset(
    {
        *("email", "phone", "mobile", "telephone", "cell", "city", "state", "province", "zip", "postcode", "country"),
        *("street", "address", "region", "company", "organization", "organisation", "name", "zipcode", "town"),
    }
)
#: Words of an address that tell nothing about whose it is.
_FILL = frozenset(
    {
        *("or", "address", "street", "line", "1", "2", "s", "the", "of", "code", "zip", "postal", "state", "region"),
        "province",
    }
)
_NAMES = {name: target for target, names in reversed(SYNONYMS.items()) for name in names}


@dataclass(frozen=True)
class Qualified:
    """The field that a heading names, and the words beside its name."""

    target: str
    beside: frozenset[str]

    @property
    def of_another(self) -> bool:
        return bool(self.beside & OTHERS)

    @property
    def preferred(self) -> bool:
        return bool(self.beside & PREFERRED)

    @property
    def whose(self) -> frozenset[str]:
        """What tells one postal address from another."""
        return self.beside - _FILL


def qualified(heading: str) -> Qualified | None:
    """The field that a heading names, and what stands beside it; None where it names none.

    Of `Home Address City` the street that "home address" would be counts less than the city.
    """
    found = words(heading)
    candidates: list[tuple[bool, int, int, Qualified]] = []
    for length in range(len(found), 0, -1):
        for start in range(len(found) - length + 1):
            part = found[start : start + length]
            target = _NAMES.get("".join(part))
            beside = frozenset(found[:start] + found[start + length :])
            if target is None or (length == 1 and part[0] not in _SINGLE):
                continue
            if beside & _THINGS or not (beside <= _BESIDE | OTHERS or (length > 1 and len(beside) <= 4)):
                continue
            if target == "street" and "2" in beside:
                target = "street2"
            candidates.append((not target.startswith("street"), length, start, Qualified(target, beside)))
    return max(candidates, key=lambda each: each[:3])[3] if candidates else None


def of_another(heading: str) -> bool:
    """Whether a heading speaks of somebody besides the person of its row."""
    return bool(frozenset(words(heading)) & OTHERS)
