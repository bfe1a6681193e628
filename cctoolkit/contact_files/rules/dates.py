"""Dates in all the forms that people and programs write, to the one that the service takes."""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date, timedelta
from functools import lru_cache

from ..columns.synonyms import NO_DATE

_TIME = r"(?:[ T,]+\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?(?: ?[AaPp]\.?[Mm]\.?)?(?:Z| ?[+-]\d{2}:?\d{2})?)?"
_YEAR_LAST = re.compile(r"(\d{1,2})[-/. ]+(\d{1,2})(?:[-/. ]+(\d{4}|\d{2}))?\.?" + _TIME)
_YEAR_FIRST = re.compile(r"(\d{4})[-/. ]+(\d{1,2})[-/. ]+(\d{1,2})\.?" + _TIME)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T.*)?")
#: From 1927 to 2064: fewer digits may be a year or anything.
_SERIAL = re.compile(r"[1-5]\d{4}(?:\.0+)?")
_WITHOUT_YEAR = re.compile(r"--?(\d{1,2})-?(\d{1,2})")  # vCard and Google: --05-12
#: `Thursday, June 5th, 1980`, `5. Juni 1980`, `5 de junio de 1980`, `5-Jun-80`.
_WEEKDAY = r"(?:[^\W\d_]{2,12}\.?, +)?"
_MONTH_FIRST = re.compile(_WEEKDAY + r"([^\W\d_]{3,12})\.? +(\d{1,2})(?:st|nd|rd|th)?(?:,? +(\d{4}))?")
_DAY_FIRST = re.compile(
    _WEEKDAY
    + r"(\d{1,2})(?:st|nd|rd|th|er|[.º])?(?:[ -]+|(?<=\.))(?:de |of )?([^\W\d_]{3,12})\.?,?(?:[ -]+(?:de |del )?(\d{4}|\d{2}))?"
)
#: Those whose months are read in words.
_LANGUAGES = ("en", "en_GB", "fr", "de", "es", "pt", "it", "nl", "sv", "da", "nb", "fi", "pl")
#: Patterns (RE2, for columns) of dates that can only be day first (31/12), only month first (12/31), or either (3/4).
DAY_FIRST = r"^\s*(1[3-9]|[2-9][0-9])[-/. ]+(0?[0-9]|1[0-2])([^0-9]|$)"
EITHER = r"^\s*(0?[0-9]|1[0-2])[-/. ]+(0?[0-9]|1[0-2])([^0-9]|$)"
MONTH_FIRST = r"^\s*(0?[0-9]|1[0-2])[-/. ]+(1[3-9]|[2-9][0-9])([^0-9]|$)"
#: Where people write dots, they write the day first, if no cell shows otherwise.
DOTTED = r"^\s*[0-9]{1,2}\. *[0-9]{1,2}\."


def read_date(text: str, by_day: bool) -> tuple[int | None, int, int] | None:
    """Year (None where there is none, or only two digits of it), month and day; None when the text is no date."""
    text = text.strip()
    year: int | None = None
    if match := _WITHOUT_YEAR.fullmatch(text):
        month, day = int(match[1]), int(match[2])
    elif match := _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text):
        year, month, day = int(match[1]), int(match[2]), int(match[3])
    elif match := _YEAR_LAST.fullmatch(text):
        first, second = int(match[1]), int(match[2])
        month, day = (second, first) if by_day else (first, second)
        year = int(match[3]) if match[3] and len(match[3]) == 4 else None
    elif _SERIAL.fullmatch(text):
        # A spreadsheet's number of a day, as a date becomes in a column that is shown as numbers: 60 is 29 February 1900.
        day_of = date(1899, 12, 30) + timedelta(days=int(text.partition(".")[0]))
        return day_of.year, day_of.month, day_of.day
    elif match := _MONTH_FIRST.fullmatch(text):
        month, day, year = _months().get(_plain(match[1]), 0), int(match[2]), _year(match[3])
    elif match := _DAY_FIRST.fullmatch(text):
        month, day, year = _months().get(_plain(match[2]), 0), int(match[1]), _year(match[3])
    else:
        return None
    if year == 1604:  # Apple's year of a birthday without one
        year = None
    try:
        date(2000 if year is None else year, month, day)  # 2000: the 29th of February is a birthday
    except ValueError:
        return None
    return year, month, day


def _year(text: str | None) -> int | None:
    return int(text) if text and len(text) == 4 else None


def _plain(word: str) -> str:
    letters = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    """The number of each month by its names, whole and short, as Unicode's CLDR has them: no name is of two months."""
    from babel import Locale

    found: dict[str, int] = {}
    for language in _LANGUAGES:
        for names in (Locale.parse(language).months[how] for how in ("format", "stand-alone")):
            for width in ("wide", "abbreviated"):
                found.update({_plain(name).rstrip("."): number for number, name in names[width].items()})
    return found


def is_no_date(text: str) -> bool:
    """Whether the text says that there is no date: Outlook writes 0/0/00, in other languages 00.00.00."""
    return not text or text in NO_DATE or bool(re.fullmatch(r"0{1,2}[-/.]0{1,2}[-/.](0000|00|0)", text))


def parts(by_day: bool, text: str) -> tuple[str, str, str, str]:
    """Month, day, whole date (where there is a year), and the text itself where it is no date."""
    if is_no_date(text):
        return "", "", "", ""
    read = read_date(text, by_day)
    if read is None:
        return "", "", "", text
    year, month, day = read
    return str(month), str(day), "" if year is None else f"{month:02}/{day:02}/{year:04}", ""


def in_one_form(by_day: bool, text: str) -> str:
    """A date as it reads in no other way; what is none stays as it is."""
    if is_no_date(text.strip()):
        return ""
    read = read_date(text, by_day)
    if read is None:
        return text
    year, month, day = read
    return f"--{month:02}-{day:02}" if year is None else f"{year:04}-{month:02}-{day:02}"


def birthday_parts(text: str) -> tuple[str, str]:
    """Month and day of `5/12`; two empty texts where it is none."""
    month, _, day = text.partition("/")
    digits = all(part.isascii() and part.isdigit() for part in (month, day))
    if digits and 1 <= int(month) <= 12 and 1 <= int(day) <= calendar.monthrange(2000, int(month))[1]:
        return str(int(month)), str(int(day))
    return "", ""
