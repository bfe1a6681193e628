"""Phone numbers: as they were written wherever they fit, with `phonenumbers` where they do not."""

from __future__ import annotations

import re
from functools import lru_cache

from .values import MOST

#: A pattern (RE2, for columns) of numbers that are sent as they are written.
PLAIN = r"^[0-9+()./ -]*[0-9][0-9()./ -]*$"
#: And of those that a program kept as numbers with a fraction: `6175550100.0`.
FRACTION = r"^[0-9]{7,15}\.0+$"

_LOCALES = ("en", "fr", "de", "es", "pt", "it", "nl")
_OTHER_NAMES = {
    **dict.fromkeys(("usa", "u.s.a.", "u.s.", "united states of america", "america"), "US"),
    **dict.fromkeys(("uk", "u.k.", "england", "scotland", "wales", "great britain", "northern ireland"), "GB"),
    **dict.fromkeys(("holland", "the netherlands"), "NL"),
}


def phone(written: str, region: str | None = None, *, international: bool = False) -> tuple[str, str]:
    """The number to send (at most 25 characters), and what was done to it (empty: nothing).

    `region` is the two-letter code of the country that a number without `+` is in. `international` writes every
    number that can be read as `+1 617-555-0100`.
    """
    import phonenumbers

    if not any(character.isdigit() for character in written):
        return "", f"phone {written!r} holds no number and is left out"
    if re.fullmatch(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]+", written):
        return "", f"phone {written!r} was made a number by a spreadsheet, its last digits are lost, and it is left out"
    written = re.sub(r"^[A-Za-z ]{2,14}: *(?=[+(0-9])", "", written)  # `Mobile: (617) 555-0100`
    if re.fullmatch(FRACTION, written):
        written = written.partition(".")[0]
    fits = len(written) <= MOST["phone"]
    if fits and not international:
        return written, ""
    try:
        number = phonenumbers.parse(written, region)
        readable = phonenumbers.is_possible_number(number)
    except phonenumbers.NumberParseException:
        readable = False
    if not readable:
        if fits:
            return written, ""
        return "", f"phone {written!r} has more than {MOST['phone']} characters and is left out"
    said = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL).replace(" ext. ", " x")
    if len(said) > MOST["phone"]:
        said = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        said += f" x{number.extension}" if number.extension else ""
    if len(said) > MOST["phone"]:
        return "", f"phone {written!r} has more than {MOST['phone']} characters and is left out"
    return said, "" if said == written else f"phone {written} is sent as {said}"


def mobile_number(written: str, region: str | None = None) -> tuple[str, str]:
    """The number of a contact that is reached by SMS, as `+16175550100`; or an empty text and why not."""
    import phonenumbers

    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return "", "the SMS number has no country code" if _digits(written) else "the SMS number is no number"
    if not phonenumbers.is_possible_number(number):
        return "", "the SMS number is too short or too long"
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), ""


def is_region(code: str) -> bool:
    """Whether this is the two-letter code of a country that has phone numbers."""
    import phonenumbers

    return len(code) == 2 and region_of(code) in phonenumbers.SUPPORTED_REGIONS


def _digits(text: str) -> bool:
    return bool(re.search(r"\d{4}", re.sub(r"\D", "", text)))


@lru_cache(maxsize=10_000)
def region_of(country: str) -> str | None:
    """The two-letter code of a country by its name in any of seven languages, or by its code; None if unknown."""
    plain = country.strip().casefold()
    if len(plain) == 2 and plain.isalpha():
        return {"uk": "GB"}.get(plain, plain.upper())
    return _regions().get(plain)


@lru_cache(maxsize=1)
def _regions() -> dict[str, str]:
    from babel import Locale

    names: dict[str, str] = {}
    for language in _LOCALES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():
                names.setdefault(str(name).casefold(), code)
    return {**names, **_OTHER_NAMES}
