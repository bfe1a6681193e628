"""Rules for single values: tidied text, lengths, names. What a plain value is, is said here too, beside the rule."""

from __future__ import annotations

import html
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
    r"|[\x{ad}\x{200b}\x{2060}\x{feff}]|^ | $|  |^'[=+@0-9-]|^\p{Cf}|\p{Cf}$|^=\"[^\"]*\"$|^[pz]:[+0-9]|^#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!)$|^#{4,}$|^(?:NULL|\(null\)|\\N)$|&(#[0-9]+|#x[0-9a-fA-F]+|[a-zA-Z]{2,8});"
)


#: What pages on the web put into texts and nobody sees.
INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))


#: What a spreadsheet writes where a formula failed, and a database where there is nothing.
_NO_VALUE = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "NULL", "(null)", "\\N"})


def tidy(text: str) -> str:
    """One line without control characters, blanks at its ends or runs of them."""
    text = text.translate(INVISIBLE)
    if text.startswith('="') and text.endswith('"') and '"' not in text[2:-1]:
        text = text[2:-1]  # how a program keeps a spreadsheet from making a number of it
    if text[:1] == "'" and (text[1:2] in {"=", "+", "-", "@", "\t", "\r"} or text[1:2].isdecimal()):
        text = text[1:]  # how `rejected.csv`, and a spreadsheet, keep a cell from being run or counted
    if text[:2] in {"p:", "z:"} and (text[2:3].isdecimal() or text[2:3] == "+"):
        text = text[2:]  # how ad networks mark phones and zips
    if text in _NO_VALUE or (text[:4] == "####" and not text.strip("#")):  # or was too wide to be shown
        return ""
    if "&" in text and ";" in text:
        text = html.unescape(text)
    if not text.isascii():
        text = without_marks_around(text)
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = "".join(" " if character.isspace() else character for character in text if _printable(character))
    return " ".join(kept.split())


def without_marks_around(text: str) -> str:
    """Without marks of direction and the like at the ends; inside they may belong to it, as between two emoji."""
    begin, end = 0, len(text)
    while begin < end and (unicodedata.category(text[begin]) == "Cf" or text[begin].isspace()):
        begin += 1
    while end > begin and (unicodedata.category(text[end - 1]) == "Cf" or text[end - 1].isspace()):
        end -= 1
    return text[begin:end]


def _printable(character: str) -> bool:
    # Cf stays: emoji are joined by one of them (U+200D).
    return character.isspace() or unicodedata.category(character) not in {"Cc", "Cs", "Co"}


def most(heading: str) -> int | None:
    """How many characters the service takes under a heading; None where it is not text."""
    return MOST_OF_A_CUSTOM_FIELD if heading.startswith("cf:") else MOST.get(heading)


#: A name that reads in one way.
_TWO_WORDS = re.compile(r"[^\W\d_]{2,}(?:['’-][^\W\d_]+)* [^\W\d_]{2,}(?:['’-][^\W\d_]+)*")
TITLES = frozenset(
    {
        *("mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "rev", "herr", "frau", "señor", "señora", "madame"),
        *("monsieur", "professor", "doctor", "reverend", "sr", "sra", "ing", "mag", "dipl", "hon", "father", "fr"),
    }
)


def split_name(whole: str) -> tuple[str, str]:
    """First and last name of a full name: `Ana María Silva`, or `Silva, Ana María`. A single word is a first name.

    Titles, suffixes and what stands in parentheses are left out, and `van der`, `de la` belong to the last name. Two plain
    words are looked at by nobody; all else is nameparser's to tell, which knows such words of a dozen languages. An address is
    no name.
    """
    if "@" in whole:
        return "", ""
    if _TWO_WORDS.fullmatch(whole):
        first, _, last = whole.partition(" ")
        if first.casefold() not in TITLES:
            return first, last
    if not re.search(r"[ ,(]", whole):
        return whole, ""
    from nameparser import HumanName

    name = HumanName(whole)
    # Of its titles only those that are nothing else: Prince, Judge and King are first names too.
    kept = [
        word for word in str(name.title).split() if word.strip(".&").casefold() not in TITLES | {"and", "und", "y", ""}
    ]
    first, last = " ".join(filter(None, (*kept, name.first, name.middle))), str(name.last)
    if not first and not last:
        return whole, ""
    return first, last


def split_last_first(whole: str) -> tuple[str, str]:
    """First and last name of a full name that begins with the last one: `Lee Ann`, `Иванов Иван Иванович`.

    Of three Latin words nobody can tell which of them go together; they are taken as any other name is.
    """
    parts = whole.split()
    if "," in whole or len(parts) < 2 or len(parts) > 3 or any(part[:1].islower() for part in parts):
        return split_name(whole)
    if len(parts) == 3 and whole.isascii():
        return split_name(whole)
    return " ".join(parts[1:]), parts[0]


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
