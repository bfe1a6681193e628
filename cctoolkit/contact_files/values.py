"""Rules for single values, each with its reason in words."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from email_validator import EmailNotValidError, validate_email

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

#: Google joins several values of one cell with `:::`.
_SEVERAL = re.compile(r"\s*:::\s*|[;,\n\r]+|\s+/\s+|\s+(?=[^\s<>]+@[^\s<>]+(?:\s|$))")
_NO_DATE = {"0/0/00", "0/0/0000", "00/00/0000", "0000-00-00"}


def tidy(text: str) -> str:
    """One line without control characters, blanks at its ends or runs of them."""
    if text[:1] == "'" and text[1:2] in {"=", "+", "-", "@"}:
        text = text[1:]  # how `rejected.csv` keeps a spreadsheet from running a cell
    kept = "".join(" " if character.isspace() else character for character in text if _printable(character))
    return " ".join(kept.split())


def _printable(character: str) -> bool:
    # Cf stays: emoji are joined by one of them (U+200D).
    return character.isspace() or unicodedata.category(character) not in {"Cc", "Cs", "Co"}


def addresses(cell: str) -> list[str]:
    """The email addresses that a cell seems to hold, as they were written; `Name <a@b>` without its name."""
    pieces = [piece.strip() for piece in _SEVERAL.split(cell.strip()) if piece.strip()]
    found = [inside.strip() for piece in pieces for inside in (re.findall(r"<([^<>]*)>", piece) or [piece])]
    # "Silva, Ana <a@b>": what has no @ is a part of a name, unless nothing has one.
    return [each for each in found if "@" in each] or found


def email_address(written: str) -> tuple[str, str]:
    """The address to send, or an empty text and why not."""
    text = re.sub(r"^mailto:", "", written.strip().strip("\"'<>()[]").strip(), flags=re.IGNORECASE)
    text = text.rstrip(".").strip()
    if "@" not in text:
        return "", "the address has no @"
    try:
        checked = validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        return "", _email_reason(str(error))
    address = checked.ascii_email or checked.normalized
    if len(address) > MOST["email"]:
        return "", f"the address is longer than {MOST['email']} characters"
    return address, ""


def _email_reason(said: str) -> str:
    if "nternationalized" in said or "non-ASCII" in said:
        return "the address has letters before the @ that mail servers may not take"
    if "special-use" in said or "reserved" in said:
        return "the address is at a domain that receives no mail"
    return f"the address is malformed: {said[0].lower()}{said[1:].rstrip('.')}"


def split_name(whole: str) -> tuple[str, str]:
    """First and last name of a full name: `Ana María Silva`, or `Silva, Ana María`. A single word is a first name."""
    if "," in whole:
        last, _, first = whole.partition(",")
        return first.strip(), last.strip()
    first, _, last = whole.rpartition(" ")
    return (first, last) if first else (last, "")


def shortened(heading: str, text: str) -> tuple[str, str]:
    """The value as the service takes it, and what was done to it (empty: nothing)."""
    most = MOST.get(heading)
    if most is None or len(text) <= most:
        return text, ""
    if heading == "phone":
        return "", f"phone has more than {most} characters and is left out"
    return text[:most].rstrip(), f"{heading} is cut to {most} characters"


def day_first(values: list[str]) -> bool:
    """Whether a column writes dates as 31/12: decided by the whole column, since 3/4 alone cannot tell."""
    pairs = [match for value in values if (match := re.match(r"\s*(\d{1,2})[/.-](\d{1,2})(?!\d)", value))]
    first_over = sum(int(match[1]) > 12 for match in pairs)
    second_over = sum(int(match[2]) > 12 for match in pairs)
    return first_over > second_over


def read_date(text: str, by_day: bool) -> tuple[int | None, int, int] | None:
    """Year (None where there is none), month and day; None when the text is no date."""
    text = text.strip()
    if match := re.fullmatch(r"--?(\d{1,2})-?(\d{1,2})", text):  # vCard and Google: --05-12
        year, month, day = None, int(match[1]), int(match[2])
    elif match := re.match(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)", text):
        year, month, day = int(match[1]), int(match[2]), int(match[3])
    elif match := re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})(?:[-/.](\d{4}|\d{2}))?", text):
        first, second = int(match[1]), int(match[2])
        month, day = (second, first) if by_day else (first, second)
        year = int(match[3]) if match[3] and len(match[3]) == 4 else None
    else:
        return None
    try:
        date(2000 if year is None else year, month, day)  # 2000: the 29th of February is a birthday
    except ValueError:
        return None
    return year, month, day


def is_no_date(text: str) -> bool:
    """Whether the text says that there is no date: Outlook writes 0/0/00."""
    return not text or text in _NO_DATE
