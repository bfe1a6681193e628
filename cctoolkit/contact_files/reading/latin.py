"""Which of the encodings of Latin letters a text is in, where all are possible: the one in which its words are words.

Half of the bytes beyond ASCII are a letter in each of them: `Jiří` of a Czech file reads `Jiøí` in a Western one. But hardly any
language has both an ø and an í, so whole words decide; and where they do not, the doubt is told.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

#: The encodings, the likelier first: of two that explain as many words, it is the earlier one.
CANDIDATES = ("cp1252", "cp1254", "cp1250", "iso8859_2", "mac_roman", "cp850", "cp852", "cp1257")

#: Encodings of which it would have to be said again and again that they are possible, too: they have to explain more.
_SELDOM = {"cp1257"}

#: Letters that are so usual in names that a word of them and ASCII leaves no doubt.
_USUAL = frozenset("éèàáíóúäöüßñçåêëôâïòìùœÉÈÀÁÍÓÚÄÖÜÑÇÅÊËÔÂÏ")

#: The letters beyond ASCII of a language's own words and of names that are at home in it.
_ALPHABETS = tuple(
    map(
        frozenset,
        (
            "äöüßé",  # German
            "éèêëàâçîïôûùœæÿü",  # French
            "áéíóúñüç",  # Spanish, Catalan
            "ãõáéíóúâêôçà",  # Portuguese
            "àèéìòùî",  # Italian
            "åäöéü",  # Swedish, Finnish
            "æøåéöä",  # Danish, Norwegian
            "áéíóúýþæöð",  # Icelandic
            "áčďéěíňóřšťúůýž",  # Czech
            "áäčďéíĺľňóôŕšťúýž",  # Slovak
            "ąćęłńóśźż",  # Polish
            "áéíóöőúüű",  # Hungarian
            "čćđšž",  # Croatian, Slovene
            "ăâîșțşţ",  # Romanian
            "çğıöşüâî",  # Turkish
            "āčēģīķļņšūž",  # Latvian
            "ąčęėįšųūž",  # Lithuanian
            "äöõüšž",  # Estonian
            "ëïéèêöüáíóú",  # Dutch
        ),
    )
)
_WORD = re.compile(r"[^\W\d_]+")
#: What stands beside or between words in any of these languages, and says nothing of the letters.
_MARKS = "’‘“”„«»‹›–—…€£§°ªº¿¡®™©\xa0•½¼¾²³"
#: A sign where a letter belongs, or none at all.
_ODD = re.compile(
    rf"[^\W\d_][^\x00-\x7f\w{_MARKS}][^\W\d_]|[\x80-\x9f\ufffd]|[»›©®¢¤¦¨¬±´¶·¸¹²³¼½¾][^\W\d_]|[^\W\d_][«‹¿¡¢¤¦¨¬±´¶·¸¹²³¼½¾]"
)


class Guess(NamedTuple):
    """An encoding, and what stands against it: a word of the text, and how another encoding that is as likely reads it."""

    encoding: str
    word: str = ""
    other_word: str = ""
    other: str = ""

    def __str__(self) -> str:
        if not self.other:
            how = "it is not UTF-8" if self.encoding == CANDIDATES[0] else "by its letters"
            return f"{self.encoding} (guessed{':' if self.encoding == CANDIDATES[0] else ''} {how})"
        return f"{self.encoding} (guessed: {self.word!r} may be {self.other_word!r}, as {self.other} reads it)"


def guess(sample: bytes) -> Guess:
    """The encoding in which most words are words of one language; of equals the likelier, with the doubt."""
    texts = {name: sample.decode(name, "replace") for name in CANDIDATES}
    scores = {name: _score(text) for name, text in texts.items()}
    best = max(CANDIDATES, key=lambda name: scores[name])  # the first of equals
    for other in CANDIDATES:
        if other != best and other not in _SELDOM and scores[other] == scores[best] and texts[other] != texts[best]:
            for mine, theirs in zip(_words(texts[best]), _words(texts[other]), strict=False):
                if mine != theirs and not {letter for letter in mine if not letter.isascii()} <= _USUAL:
                    return Guess(best, mine, theirs, other)
    return Guess(best)


def _score(text: str) -> int:
    words = _words(text)
    return 2 * sum(map(_is_word, words)) - sum(map(_is_odd, words)) - 2 * len(_ODD.findall(text))


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text) if not word.isascii()]


def _is_word(word: str) -> bool:
    """Whether its letters are of one language, and none is a capital after a small one."""
    letters = {letter for letter in word.lower() if not letter.isascii()}
    return any(letters <= alphabet for alphabet in _ALPHABETS) and not _is_odd(word)


def _is_odd(word: str) -> bool:
    """Whether a capital beyond ASCII stands after a small letter: no name is written so."""
    return any(before.islower() and not after.isascii() and after.isupper() for before, after in pairwise(word))
