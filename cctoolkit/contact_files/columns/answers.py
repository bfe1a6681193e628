"""What the cells of a column answer: who must not be written to, and what a whole column of cells is.

A cell is read by the kind of its column, which `consent` tells from the heading and `deciding` from both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from .consent import channel_of
from .consent_words import (
    ALSO_OF_PAYMENTS,
    AWAITED,
    CERTAIN,
    CERTAIN_PHRASE,
    CROSSES,
    FOUND_BY_A_CHECK,
    LEFT_PARTS,
    LEFT_PARTS_OF_EMAIL,
    LEFT_WORDS_OF_EMAIL,
    LEXICON,
    NO_WAY,
    NO_WORDS,
    NOT_GONE,
    NOTHING,
    OF_A_LIST_OF_LEFT,
    OFTEN,
    ONLY_BY_A_CHECK,
    STAYED,
    SUBSCRIBED,
    WAYS,
    WAYS_OF_EMAIL,
    WHY_THEY_LEFT,
    YES_WORDS,
)
from .synonyms import LEFT, NO, NO_ANSWER, NO_REPLY, YES
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


def says_no(kind: str, value: str, *, of_email: bool = True) -> bool:
    """Whether a cell of a consent column says that this person must not be written to.

    `status` is a word; `out` is yes for no; `in` is no for no; `left` says it by having any value; `words` only by words
    that can mean nothing else; `awaited` by a confirmation that has not come; `flag` by being on; `ways` by a wish not to be
    reached at all, `channels` by ways that email is none of, `often` by never; `codes …` by one of these. An answer that is
    none (`N/A`, empty) keeps nobody out. `of_email`: what the column is about is certain.
    """
    plain = plain_text(value)
    if kind == "words":
        return is_certain(value)
    if kind == "flag":
        on = plain in YES or bool(_ways_in(value) & WAYS_OF_EMAIL) or plain in {"active", "enabled", "on"}
        return on and channel_of(words(value, LEXICON), ()) != "other"
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
        if spoken[0] == "donot" and channel_of(spoken, ()) == "other":  # "Do not call"; a "No, call me" stays a no
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
