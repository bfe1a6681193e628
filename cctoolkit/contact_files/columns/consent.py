"""Who may be written to by email: what a heading says of it.

A heading becomes words; the words a channel (email, or something else) and a direction (a no keeps out, or a yes does); what
the cells answer is told in `answers`. Only what is about email, or about nothing in particular, decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from .consent_words import (
    ABOUT,
    AROUND_GONE,
    ASKS,
    ASKS_WHEN,
    BY_THE_WAY,
    COMMAND,
    CONTACT,
    COUNTED,
    DO_NOT_DISTURB,
    EITHER_YES,
    EMAIL,
    GONE,
    HAPPY,
    IN,
    IN_TO_EMAIL,
    LEFT_BY,
    LEXICON,
    MAY,
    NO_CONSENT,
    NO_QUESTION,
    NOT_OF_WAYS,
    OF_A_MAIL,
    OF_A_SUBSCRIPTION,
    OF_AN_ADDRESS,
    OF_NEWS,
    OF_PAPERS,
    OF_SERVICE,
    OFF_THE_LIST,
    ON_THE_LIST,
    OR_NO,
    OTHER,
    OUT,
    OUT_OF_EMAIL,
    PAID,
    PERHAPS_EMAIL,
    POSTAL,
    SIGNED,
    SOMETHING_ELSE,
    STATUS,
    SUBSCRIPTION,
    WHERE_SIGNED,
)
from .synonyms import CONSENT
from .words import plain_text, words


@dataclass(frozen=True)
class Meaning:
    """What a heading says of consent: how its cells answer, or None where they answer nothing about email; and why."""

    kind: str | None
    why: str
    #: It is about another channel, whatever its cells hold.
    elsewhere: bool = False


def meaning(heading: str, others: Iterable[str] = ()) -> Meaning | None:
    """What a heading says of consent; None where it speaks of something else. `others` are the file's other headings."""
    found = words(heading, LEXICON)
    have = frozenset(found)
    channel = channel_of(found, others)
    about = bool(have & (OUT | IN | OUT_OF_EMAIL | IN_TO_EMAIL | STATUS)) or plain_text(heading) in CONSENT
    of_others = {"third", "party"} <= have or have & {"sponsor", "sponsors", "printed"}
    if of_others or (have & OF_PAPERS and not have & {"newsletter", "newsletters", "marketing", "and"}):
        return Meaning(None, "it is about something other than our mail", elsewhere=True)
    if have & NO_QUESTION or plain_text(heading) == "marketingcontactstatus":  # the last is what HubSpot bills
        return Meaning(None, "", elsewhere=True)
    if channel == "other":
        return Meaning(None, "it is about something other than email" if about else "", elsewhere=True)
    if gone := _says_gone(have, others):
        return gone
    if channel != "email" and _is_something_else(have):
        return Meaning(None, "it is about something other than email")
    if have & OF_A_MAIL and not have & (IN | OUT | IN_TO_EMAIL | OUT_OF_EMAIL | STATUS):
        return None
    if channel == "email" and have & OF_SERVICE and not have & OF_NEWS and not have & (OUT - {"bounced"}):
        return Meaning(None, "it is about another mail, or about the address itself", elsewhere=True)
    if have & DO_NOT_DISTURB:
        return Meaning("flag", "heading tells who must not be written to")
    if have & PAID and not have & EMAIL:
        return Meaning(None, "it is about what is paid for") if about else None
    if have & SUBSCRIPTION and (have & OF_A_SUBSCRIPTION) and not have & EMAIL:
        return Meaning(None, "it is about a subscription that is paid for")
    if "double" in have and "optin" in have:
        return Meaning("awaited", "it says how somebody was asked; who has not answered yet is kept out")
    found = _without_a_choice(found)
    have = frozenset(found)
    out = bool(have & OUT) or (channel == "email" and bool(have & OUT_OF_EMAIL))
    out = out or any(one in COMMAND and other in CONTACT for one, other in pairwise(found))
    out = out or ("pending" in have and bool(have & IN))
    out = out or (bool(have & NO_CONSENT) and (channel == "email" or bool(have & IN)))
    out = out or any(one in {"no", "not"} and other in IN for one, other in pairwise(found))
    out = out or ({"not", "given"} <= have and bool(have & IN))
    into = bool(have & IN) or (channel == "email" and bool(have & IN_TO_EMAIL))
    if out and "subscribed" in have and "unsubscribed" in have:
        return Meaning("status", "heading tells who may be written to")
    if out:
        if have & COUNTED:
            return Meaning(None, "it counts, and nobody's answer is in it")
        return Meaning("left" if have & LEFT_BY else "out", "heading tells who must not be written to")
    if have & STATUS and (into or channel == "email"):
        return Meaning("status", "heading tells who may be written to")
    if _asks_to_write(found):
        return Meaning("in" if channel == "email" else "how", "heading asks who may be written to")
    if into:
        if have & ABOUT and not _asks(heading, found):
            why = "it says when or how somebody was asked, not what they answered"
            by_the_way = have & ABOUT <= BY_THE_WAY and (channel == "email" or "by" not in have)
            # `Signed up for the newsletter on our website`: its yes and no are an answer all the same.
            by_the_way |= (
                bool(have & SIGNED)
                and (channel == "email" or "optin" in have)
                and have & ABOUT <= WHERE_SIGNED
                and not have & OF_A_MAIL
            )
            return Meaning("how" if by_the_way and not have & ASKS_WHEN else None, why)
        return Meaning("in", "heading tells who may be written to")
    # "May we write to you by email?", "Can be emailed"
    if (
        found[:1]
        and found[0] in MAY
        and ((channel == "email" and "we" in found[1:2]) or found[1:] == ("be", "emailed"))
    ):
        return Meaning("in", "heading tells who may be written to")
    if kind := CONSENT.get(plain_text(heading)):
        return Meaning(kind, "heading tells who may be written to")
    used = have & {"check", "checks", "read", "reads", "open", "opens", "use", "uses", "send", "sends"}
    if channel == "email" and have & {"frequency", "often"} and not have & (IN | OUT) and not used:
        return Meaning("often", "it may tell how often somebody wants email")
    if channel == "email" and have & ABOUT == {"on"} and have & {"list", "mailinglist"}:
        return Meaning("perhaps", "it may tell who is on a list")
    of_an_address = have & OF_AN_ADDRESS and not have & (EMAIL | PERHAPS_EMAIL - {"mail"}) - {"email", "emails"}
    if channel == "email" and not of_an_address and not have & (POSTAL | ASKS_WHEN | (ABOUT - BY_THE_WAY)):
        return Meaning("how" if have & ABOUT else "perhaps", "it may tell who wants email")
    return None


def _says_gone(have: frozenset[str], others: Iterable[str]) -> Meaning | None:
    """`IsDeleted`, `Removed on`, `Remove from list`. Who is deactivated is so of a list only beside who was activated."""
    why = "heading tells who must not be written to"
    if have & GONE and have <= GONE | AROUND_GONE:
        if "deactivated" in have and not any(plain_text(each) == "activated" for each in others):
            return None
        return Meaning("left" if have & {"at", "on", "date"} else "out", why)
    return Meaning("out", why) if "remove" in have and have <= OFF_THE_LIST else None


def _without_a_choice(found: tuple[str, ...]) -> tuple[str, ...]:
    """Without the answers that a heading offers: `(yes/no)`."""
    for at, pair in enumerate(pairwise(found)):
        if frozenset(pair) & EITHER_YES and frozenset(pair) & OR_NO:
            return found[:at] + found[at + 2 :]
    return found


def _is_something_else(have: frozenset[str]) -> bool:
    """`Medical consent`, `Insurance opt-out`, `Bounced cheque`; an address that bounced, or a volunteer who died, is none."""
    if have & {"cheque", "cheques", "check", "checks"} and have & {"bounced", "returned"}:
        return True
    return bool(have & SOMETHING_ELSE and have & (IN | IN_TO_EMAIL | {"optout"}) and not have & (OUT - {"optout"}))


def _asks_to_write(found: tuple[str, ...]) -> bool:
    """`May we contact you?`, `Keep me informed`, `Would you like to hear from us?`"""
    have = frozenset(found)
    if have & (OUT | ASKS_WHEN | {"donot", "no", "not", "never", "stop", "longer", "time", "best", "about", "your"}):
        return False
    return (
        (
            found[:1] != ()
            and found[0] in MAY
            and "we" in found[1:2]
            and bool(have & {"contact", "write", "reach", "touch"})
        )
        or ({"keep", "me"} <= have and bool(have & {"updated", "informed", "posted"}))
        or {"hear", "from", "us"} <= have
        or {"contact", "me"} <= have
        or {"stay", "informed"} <= have
        or ({"in", "touch"} <= have and bool(have & {"keep", "stay"}) and not have & ABOUT)
        or ({"keep", "me"} <= have and bool(have & {"loop", "date"}))
        or ({"contacted", "happy"} <= have and have <= HAPPY)
        or ({"add", "me"} <= have and have <= ON_THE_LIST)
        or found in {("join", "our", "list"), ("join", "list"), ("receive", "information"), ("ok", "to", "contact")}
        or (
            found[:2] in {("notify", "me"), ("tell", "me")}
            and bool(have & {"events", "news", "offers", "updates", "sales"})
        )
        or {"like", "hear"} <= have
        or ({"interested", "receiving"} <= have and bool(have & {"info", "information", "updates", "news"}))
        or bool(have & {"gdpr", "contactable"} and have <= {"gdpr", "ok", "is", "contactable"})
    )


def _asks(heading: str, found: tuple[str, ...]) -> bool:
    """Whether the heading is the question itself: `May we write to you by email?`, and not `When did you sign up?`."""
    if found[:2] in {("i", "agree"), ("i", "consent"), ("yes", "i")}:
        return True
    return heading.strip().endswith("?") and found[:1] != () and found[0] in ASKS


def channel_of(found: tuple[str, ...], others: Iterable[str]) -> str:
    have = frozenset(found)
    if ("mailing", "address") in pairwise(found) and not have & (EMAIL - {"mailing"}):
        return "other"
    if have & EMAIL:
        return "email"
    if have & OTHER:
        return "other"
    if have & {"mail", "mails"}:
        # "Do not mail" is the post; so is "Mail" beside a column that speaks of email.
        siblings = any(_answers_for_email(words(each, LEXICON)) for each in others)
        return "other" if have & (COMMAND | {"not"}) or siblings else "email"
    return "email" if have & PERHAPS_EMAIL else ""


def _answers_for_email(found: tuple[str, ...]) -> bool:
    have = frozenset(found)
    return bool(have & EMAIL and have & (OUT | OUT_OF_EMAIL | IN | IN_TO_EMAIL))


def is_paid_for(headings: Iterable[str]) -> bool:
    """Whether a file's headings speak of something that is paid for."""
    # A tier is a newsletter's too, and a billing address any shop's.
    return any(frozenset(words(heading)) & (PAID - {"tier", "billing"}) for heading in headings)


def asks_how(heading: str) -> str | None:
    """Whether a heading asks by which ways somebody may be written to (`channels`), or would best be reached (`ways`)."""
    have = frozenset(words(heading, LEXICON))
    if have & (OUT | OUT_OF_EMAIL | COMMAND | NOT_OF_WAYS):
        return None
    wished = have & {"preference", "preferences", "permission", "permissions", "optin", "consent"}
    if (
        have & {"marketing", "communication", "communications"}
        and "preferred" not in have
        and (wished or have & {"channel", "channels"})
    ):
        return "channels"
    return (
        "ways"
        if have & {"contact", "communication", "communications"}
        and have & {"method", "methods", "preferred", "how", *wished}
        else None
    )


def is_about_consent(heading: str) -> bool:
    """Whether a heading speaks of who may be written to."""
    found = meaning(heading)
    return found is not None and found.kind != "perhaps"
