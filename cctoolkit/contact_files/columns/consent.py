"""Who may be written to by email: which columns tell, and what their cells say.

A heading becomes words; the words a channel (email, or something else) and a direction (a no keeps out, or a yes does); the
cells of the whole column are the evidence. Only what is about email, or about nothing in particular, decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from .consent_words import (
    ABOUT,
    ALSO_OF_PAYMENTS,
    AROUND_GONE,
    ASKS,
    ASKS_WHEN,
    AWAITED,
    BY_THE_WAY,
    CERTAIN,
    CERTAIN_PHRASE,
    COMMAND,
    CONTACT,
    COUNTED,
    CROSSES,
    DO_NOT_DISTURB,
    EITHER_YES,
    EMAIL,
    FOUND_BY_A_CHECK,
    GONE,
    HAPPY,
    IN,
    IN_TO_EMAIL,
    LEFT_BY,
    LEFT_PARTS,
    LEFT_PARTS_OF_EMAIL,
    LEFT_WORDS_OF_EMAIL,
    LEXICON,
    MAY,
    NO_CONSENT,
    NO_QUESTION,
    NO_WAY,
    NO_WORDS,
    NOT_GONE,
    NOT_OF_WAYS,
    NOTHING,
    OF_A_LIST_OF_LEFT,
    OF_A_MAIL,
    OF_A_SUBSCRIPTION,
    OF_AN_ADDRESS,
    OF_NEWS,
    OF_PAPERS,
    OF_SERVICE,
    OFF_THE_LIST,
    OFTEN,
    ON_THE_LIST,
    ONLY_BY_A_CHECK,
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
    STAYED,
    SUBSCRIBED,
    SUBSCRIPTION,
    WAYS,
    WAYS_OF_EMAIL,
    WHERE_SIGNED,
    WHY_THEY_LEFT,
    YES_WORDS,
)
from .synonyms import CONSENT, LEFT, NO, NO_ANSWER, NO_REPLY, YES
from .words import plain_text, words

_PHRASE = re.compile(CERTAIN_PHRASE)
#: What a mail server answers that does not take a mail: `550 5.1.1 user unknown`.
_REPLY = re.compile(r"\s*[45]\d\d\s*$")
_REPLY_IN_WORDS = re.compile(r"\s*(?:[45]\d\d\b.*[a-z]|[45]\.\d{1,3}\.\d{1,3}\b)", re.IGNORECASE | re.DOTALL)
_LEFT_EVENT = re.compile(
    r"(?i)\bbounc|complain|unsub|\bspam|suppress|invalid[ -](?:e?mail|address|recipient)|no such (?:user|mailbox)|user unknown"
    r"|mailbox (?:not found|unavailable|full)|does not exist|undeliver"
)
#: A kind that begins so goes on with the codes, as plain text, by which a program says that somebody left.
CODES = "codes "


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
    channel = _channel(found, others)
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


def _channel(found: tuple[str, ...], others: Iterable[str]) -> str:
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


def says_no(kind: str, value: str, *, of_email: bool = True) -> bool:
    """Whether a cell of a consent column says that this person must not be written to.

    `status` is a word; `out` is yes for no; `in` is no for no; `left` says it by having any value; `words` only by words
    that can mean nothing else; `awaited` by a confirmation that has not come; `ways` by a wish not to be reached at all, `channels` by
    ways that email is none of, `often` by never; `codes …` by one of these. An answer that is none (`N/A`, empty) keeps nobody out. `of_email`: what the column is about
    is certain.
    """
    plain = plain_text(value)
    if kind == "words":
        return is_certain(value)
    if kind == "flag":
        on = plain in YES or bool(_ways_in(value) & WAYS_OF_EMAIL) or plain in {"active", "enabled", "on"}
        return on and _channel(words(value, LEXICON), ()) != "other"
    if kind in {"ways", "often"}:
        return plain in NO_WAY or plain in NO or (kind == "often" and plain == "none") or is_certain(value)
    if kind == "channels":
        return bool(plain) and not _ways_in(value) & WAYS_OF_EMAIL
    if kind.startswith(CODES):
        return plain in kind.removeprefix(CODES).split()
    if kind == "awaited":
        return any(word in plain for word in AWAITED)
    if plain == "donotmail" and kind == "status" and of_email:
        return True
    if plain.startswith(("donot", "dont")):
        spoken = words(value, LEXICON)
        if spoken[0] == "donot" and _channel(spoken, ()) == "other":  # "Do not call"; a "No, call me" stays a no
            return False
    if kind in {"in", "status"} and value.strip().rstrip("\ufe0f") in CROSSES:
        return True
    if not plain and (kind != "out" or value.strip().rstrip("\ufe0f") in NOTHING):
        return False
    if kind == "left" and plain in NOT_GONE:
        return False
    if plain in NO_ANSWER and not (kind == "left" and plain in NO_REPLY):
        return False
    if re.fullmatch(r"[0-]{4,10}([ T][0:]{5,8})?|0{1,2}[-/.]0{1,2}[-/.]0{2,4}", value.strip()):
        return False  # a date that is none
    if kind == "left":
        return True
    if kind == "out" and (plain in NO or plain in STAYED):
        return False
    if plain in STAYED and kind == "status":
        return False
    if plain in LEFT or plain in CERTAIN or any(part in plain for part in LEFT_PARTS):
        return True
    if of_email and (plain in LEFT_WORDS_OF_EMAIL or plain.startswith(LEFT_PARTS_OF_EMAIL)):
        return True
    if kind == "out":  # a date, a mark, a reason: everything but a no
        return _first_word(value) not in NO_WORDS
    return plain in NO or _first_word(value) in NO_WORDS


def is_certain(value: str) -> bool:
    """Whether a cell says by itself that somebody must not be written to."""
    # `Unsubscribed 3/4/2024`, `Please do not contact me`
    plain = plain_text(value).rstrip("0123456789")
    if plain in CERTAIN or plain.removeprefix("please").removesuffix("me") in CERTAIN:
        return True
    if len(value) <= 200 and _PHRASE.search(value.lower()):
        return True
    # Google parts labels by three colons.
    return any(plain_text(part) in CERTAIN for part in re.split(r"[;,|]|:::", value)) if len(value) <= 200 else False


def _first_word(value: str) -> str:
    found = words(value)
    return found[0] if found else ""


def is_known_status(value: str, *, of_email: bool = True) -> bool:
    """Whether a word in a column of states is one whose meaning is known."""
    plain = plain_text(value)
    if not plain or plain in NO_ANSWER or plain in YES or plain in STAYED:
        return True
    if says_no("status", value, of_email=of_email):
        return True
    return _first_word(value) in YES_WORDS


def are_states(values: Mapping[str, int], *, paid: bool) -> bool:
    """Whether the words of a column are states of a subscription to email: `paid` says that the file speaks of payments,
    whose states are called alike."""
    plain = {plain_text(value) for value in values} - {""}
    certain = plain & (CERTAIN | {"subscribed", "unconfirmed", "complained", "cleaned", "optedin"})
    if not plain or not any(is_known_status(value) and plain_text(value) for value in values):
        return False
    return bool(certain) or (not paid and all(is_known_status(value, of_email=False) for value in values))


def are_only_states(values: Mapping[str, int]) -> bool:
    """Whether every word of a column is one of a subscription's states, where one of them leaves no doubt."""
    plain = {plain_text(value) for value in values} - {""}
    left = (*LEFT_PARTS, *LEFT_PARTS_OF_EMAIL)
    return bool(plain & SUBSCRIBED) and all(
        each in SUBSCRIBED or each in LEFT or each in CERTAIN or any(part in each for part in left) for each in plain
    )


def _ways_in(value: str) -> set[str]:
    return {plain_text(part) for part in re.split(r"[;,|/&+]| and ", value)} - {""}


def are_ways(values: Mapping[str, int]) -> bool:
    """Whether a column holds ways to reach somebody, and perhaps somebody who wants none."""
    filled = {value: _ways_in(value) for value in values if value.strip()}
    return any(parts & WAYS for parts in filled.values()) and all(
        parts <= WAYS | NO_WAY | {"none", *NO} or is_certain(value) for value, parts in filled.items()
    )


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


def are_how_often(values: Mapping[str, int]) -> bool:
    """Whether a column holds how often somebody wants mail, never among it."""
    plain = {plain_text(value) for value in values} - {""}
    return bool(plain & OFTEN) and plain <= OFTEN | NO_WAY | {"none", *NO}


def are_found_by_a_check(values: Mapping[str, int]) -> bool:
    """Whether a column holds what a check of addresses found: `valid`, `catch-all`, `do_not_mail`."""
    plain = {plain_text(value) for value in values} - {""}
    return len(plain) > 1 and plain <= FOUND_BY_A_CHECK and bool(plain & ONLY_BY_A_CHECK)


def tells_why_they_left(heading: str, others: Iterable[str], values: Mapping[str, int]) -> bool:
    """Whether a column holds, in each of its cells, why a mail could not be delivered or somebody is not to get one: the lists of
    those who left, as services that send mail export them."""
    plain = plain_text(heading)
    filled = [value for value in values if value.strip()]
    beside = [plain_text(other) for other in others]
    of_a_list = sum(other in OF_A_LIST_OF_LEFT for other in beside)
    if not filled or not of_a_list or len(beside) - of_a_list != 1:
        return False
    if plain == "code":  # of a reply of a server: a phone has one too
        return "error" in beside and all(_REPLY.match(value) for value in filled)
    return plain in WHY_THEY_LEFT and all(_REPLY_IN_WORDS.match(value) or _LEFT_EVENT.search(value) for value in filled)


def are_yes_or_no(values: Mapping[str, int]) -> bool:
    """Whether a column holds yes and no, in whatever words, and nothing else."""
    filled = [value for value in values if value.strip()]
    return bool(filled) and all(
        plain_text(value) in {*YES, *NO}
        or value.strip().rstrip("\ufe0f") in CROSSES
        or _first_word(value) in NO_WORDS | YES_WORDS
        for value in filled
    )


def may_be_of_payments(values: Mapping[str, int]) -> bool:
    plain = {plain_text(value).removeprefix("wc") for value in values} - {""}
    return bool(plain) and plain <= ALSO_OF_PAYMENTS


def are_answers(values: Mapping[str, int]) -> bool:
    """Whether all that a column holds are answers: yes, no, or a word whose meaning is known."""
    filled = [value for value in values if value.strip()]
    return bool(filled) and all(is_known_status(value) or says_no("in", value) for value in filled)


def is_about_consent(heading: str) -> bool:
    """Whether a heading speaks of who may be written to."""
    found = meaning(heading)
    return found is not None and found.kind != "perhaps"
