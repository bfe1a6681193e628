"""A heading as words: what people write in one, apart from how they write it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
#: Words that are one although they are written as two or three.
_JOINED: tuple[tuple[tuple[str, ...], str], ...] = (
    (("e", "mail"), "email"),
    (("e", "mails"), "email"),
    (("opt", "in"), "optin"),
    (("opted", "in"), "optin"),
    (("opt", "out"), "optout"),
    (("opted", "out"), "optout"),
    (("opts", "out"), "optout"),
    (("un", "subscribed"), "unsubscribed"),
    (("non", "subscribed"), "nonsubscribed"),
    (("sign", "me", "up"), "signup"),
    (("sign", "up"), "signup"),
    (("signed", "up"), "signup"),
    (("do", "not"), "donot"),
    (("don", "t"), "donot"),
    (("does", "not"), "donot"),
    (("snail", "mail"), "post"),
    (("post", "code"), "postcode"),
    (("direct", "mail"), "post"),
    (("whats", "app"), "whatsapp"),
    (("text", "message"), "sms"),
    (("text", "messages"), "sms"),
    (("dont",), "donot"),
    (("non", "profit"), "nonprofit"),
    (("non", "profits"), "nonprofit"),
    (("non", "member"), "nonmember"),
    (("non", "members"), "nonmember"),
    (("e", "blast"), "newsletter"),
    (("e", "news"), "newsletter"),
    (("e", "bulten"), "newsletter"),
)
#: How many letters a word has that is made of several. A cell that stands where a heading should may be a picture.
SHORTEST_COMPOUND, LONGEST_COMPOUND = 6, 40


#: Letters that Unicode does not take apart, as people write them who have not got them.
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})


def plain_text(text: str) -> str:
    """Letters and digits only, in small letters without accents; of any script."""
    small = text.lower()
    if small.isascii():
        return re.sub(r"[^a-z0-9]", "", small)
    return "".join(letter for letter in _without_accents(small) if letter.isalnum())


def _without_accents(small: str) -> str:
    letters = unicodedata.normalize("NFKD", small.translate(_LETTERS))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def words(heading: str, lexicon: Iterable[str] = ()) -> tuple[str, ...]:
    """The words of a heading: `HasOptedOutOfEmail` is has, optout, of, email.

    A word that is none of the `lexicon`'s and is made of several of them is taken apart: `donotemail` is donot, email.
    """
    spaced = " ".join(_CAMEL.sub(" ", part) for part in heading.split())
    found = re.findall(r"[^\W\d_]+|[0-9]+", _without_accents(spaced.lower()))
    known = frozenset(lexicon)
    apart = [piece for word in found for piece in (_apart(word, known) or [word])]
    joined: list[str] = []
    at = 0
    while at < len(apart):
        for parts, whole in _JOINED:
            if tuple(apart[at : at + len(parts)]) == parts:
                joined.append(whole)
                at += len(parts)
                break
        else:
            joined.append(apart[at])
            at += 1
    return tuple(joined)


def _apart(word: str, known: frozenset[str]) -> list[str] | None:
    """The known words that a word is made of, the longest first; None where it is not made of them."""
    if word in known or not SHORTEST_COMPOUND <= len(word) <= LONGEST_COMPOUND:
        return None
    for end in range(len(word) - 1, 1, -1):
        if word[:end] in known:
            rest = word[end:]
            more = [rest] if rest in known else _apart(rest, known)
            if more is not None:
                return [word[:end], *more]
    return None
