"""Which of the encodings of Latin letters a text is in, where all are possible: the one in which its words are words.

Half of the bytes beyond ASCII are a letter in each of them: `Jiří` of a Czech file reads `Jiøí` in a Western one. But hardly any
language has both an ø and an í, so whole words decide; and where they do not, the doubt is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

#: The encodings, the likelier first: of two that explain as many words, it is the earlier one.
CANDIDATES = ("cp1252", "cp1254", "cp1250", "iso8859_2", "mac_roman", "cp850", "cp852", "cp1257")

#: Marks where they belong: an apostrophe in a name or after it, quotation marks around words, dashes between them, a currency.
#: Each is worth a word, for in another encoding it is a letter that looks like one.
_AT_HOME = re.compile(
    r"\b[DdLlOo]’(?=[^\W\d_])|(?<=[^\W\d_])’(?=(?:s|t|re|ve|ll|d|m)\b)|(?<!\w)[‘“„](?=\w)|(?<=\w)[”…](?!\w)|(?<=\s)[–—](?=\s)"
    r"|€\s?(?=\d)|(?<=\d)\s?€"
)
#: Letters that Turkish and Icelandic have at the same places, and those that tell Icelandic.
_SHARED, _ICELANDIC = frozenset("ýðþ"), frozenset("áóúæíé")

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
    letters = {letter for letter in texts["cp1252"].lower() if not letter.isascii()}
    if (
        best == "cp1252"
        and scores["cp1254"] == scores[best]
        and len(letters & _SHARED) > 1
        and not letters & _ICELANDIC
    ):
        return Guess("cp1254")
    for other in CANDIDATES:
        if other != best and other not in _SELDOM and scores[other] == scores[best]:
            for mine, theirs in _differing(texts[best], texts[other]):
                if not {letter for letter in mine if not letter.isascii()} <= _USUAL:
                    return Guess(best, mine, theirs, other)
    return Guess(best)


def _differing(mine: str, theirs: str) -> Iterator[tuple[str, str]]:
    """Words of the one that the other reads otherwise; each byte is one letter in both."""
    for word in _WORD.finditer(mine):
        other = theirs[word.start() : word.end()]
        if other != word[0] and _WORD.fullmatch(other):
            yield word[0], other


def _score(text: str) -> int:
    words = _words(text)
    at_home = len(_AT_HOME.findall(text))
    return 3 * at_home + 2 * sum(map(_is_word, words)) - sum(map(_is_odd, words)) - 2 * len(_ODD.findall(text))


def _words(text: str) -> list[str]:
    """Those that tell anything: of one letter, any encoding makes a word."""
    return [word for word in _WORD.findall(text) if len(word) > 1 and not word.isascii()]


def _is_word(word: str) -> bool:
    """Whether its letters are of one language, and none is a capital after a small one."""
    letters = {letter for letter in word.lower() if not letter.isascii()}
    return any(letters <= alphabet for alphabet in _ALPHABETS) and not _is_odd(word)


def _is_odd(word: str) -> bool:
    """Whether a capital beyond ASCII stands after a small letter, or within a word of small ones: no name is written so."""
    within = any(not letter.isascii() and letter.isupper() for letter in word[1:]) and not word.isupper()
    return within or any(
        before.islower() and not after.isascii() and after.isupper() for before, after in pairwise(word)
    )
