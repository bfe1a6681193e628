"""Rules for single values: tidied text, lengths, names. What a plain value is, is said here too, beside the rule."""

from __future__ import annotations

import re
import unicodedata

#: The longest value that the service takes, in characters.
MOST = {
    "email": 80,
    "first_name": 50,
    "last_name": 50,
    "company_name": 50,
    "job_title": 50,
    "phone": 25,
    "street": 255,
    "street2": 255,
    "city": 50,
    "state": 50,
    "zip": 50,
    "country": 50,
}
#: The longest value of a custom field.
MOST_OF_A_CUSTOM_FIELD = 255

#: Google joins several values of one cell with this.
SEVERAL = ":::"

#: A pattern (RE2, for columns) that every text matches which `tidy` would change.
UNTIDY = (
    r"[\x00-\x1f\x7f-\xa0\p{Co}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]"
    r"|[\x{ad}\x{200b}\x{2060}\x{feff}]|^ | $|  |^'[=+@-]"
)


#: What pages on the web put into texts and nobody sees.
INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))


def tidy(text: str) -> str:
    """One line without control characters, blanks at its ends or runs of them."""
    text = text.translate(INVISIBLE)
    if text[:1] == "'" and text[1:2] in {"=", "+", "-", "@", "\t", "\r"}:
        text = text[1:]  # how `rejected.csv` keeps a spreadsheet from running a cell
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = "".join(" " if character.isspace() else character for character in text if _printable(character))
    return " ".join(kept.split())


def _printable(character: str) -> bool:
    # Cf stays: emoji are joined by one of them (U+200D).
    return character.isspace() or unicodedata.category(character) not in {"Cc", "Cs", "Co"}


def most(heading: str) -> int | None:
    """How many characters the service takes under a heading; None where it is not text."""
    return MOST_OF_A_CUSTOM_FIELD if heading.startswith("cf:") else MOST.get(heading)


def split_name(whole: str) -> tuple[str, str]:
    """First and last name of a full name: `Ana María Silva`, or `Silva, Ana María`. A single word is a first name."""
    if "," in whole:
        last, _, first = whole.partition(",")
        return first.strip(), last.strip()
    first, _, last = whole.rpartition(" ")
    return (first, last) if first else (last, "")


def capitalized(name: str) -> str:
    """A name that is all capitals or all small letters with capitals where names have them; any other as it is."""
    if name != name.upper() and name != name.lower():
        return name
    return re.sub(r"[^\W\d_]+", lambda word: word[0][:1].upper() + word[0][1:].lower(), name)


def split_address(whole: str) -> tuple[str, ...]:
    """Street, street2, city, state, zip and country of an address in one cell, two blanks between its parts.

    Mailchimp leaves out what is missing; the country is two letters, and so what stands before it can be told.
    """
    parts = [tidy(part) for part in re.split(r"\s{2,}", whole.strip()) if part.strip()]
    country = parts.pop() if len(parts) > 1 and re.fullmatch(r"[A-Z]{2}", parts[-1]) else ""
    code = parts.pop() if len(parts) > 1 and re.search(r"\d", parts[-1]) else ""
    state = parts.pop() if len(parts) > 2 else ""
    city = parts.pop() if len(parts) > 1 else ""
    street, *more = parts or [""]
    return street, ", ".join(more), city, state, code, country
