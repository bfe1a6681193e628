"""Email addresses: what a cell holds, which of it can be sent, and what looks odd about it."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from urllib.parse import unquote

from email_validator import EmailNotValidError, validate_email

from .values import INVISIBLE, MOST, without_marks_around

#: Google joins several values of one cell with `:::`.
_SEVERAL = re.compile(r"\s*:::\s*|[;,\n\r|]+|\s+/\s+|\s+(?:and|or|und|et|oder|ou|y|e|o|i|&)\s+|\s+")
#: `Ann Bell <ann@…>`, `[ann@…](mailto:ann@…)`: what is inside is the address.
_INSIDE = re.compile(r"<([^<>]*@[^<>]*)>|\]\((?:mailto:)?([^()\s]*@[^()\s]*)\)")
#: `ann@… (work)`, `work: ann@…`: a word about the address.
_LABEL = re.compile(r"\s*[(\[][^()\[\]@]*[)\]]|(?:^|(?<=[\s,;]))[^\W\d_]+:\s+")
_ALONE = re.compile(r"[^@\s\[\]()]+@[^@\s\[\]()]+")

#: A pattern (RE2, for columns) of addresses that need no validator: it would take each of them as it stands, with the
#: domain in small letters. A property test holds the two to the same verdict.
PLAIN = r"^[A-Za-z0-9_+]+([.-][A-Za-z0-9_+]+)*@([A-Za-z0-9]+(-[A-Za-z0-9]+)*\.)+[A-Za-z]{2,}$"
MOST_PLAIN = 60
#: What people and test forms write where there is no address: before the @, and on both sides of it.
_FILLERS = ("noemail", "no-email", "no.email", "nomail", "no-mail", "none", "n/a", "notprovided", "noemailaddress")
_TWICE = ("test", "none", "na", "no", "email", "asdf", "fake", "unknown", "null", "xxx", "abc", "noemail")
_FILLER = "|".join(
    [rf"^({'|'.join(map(re.escape, _FILLERS))})@", r"^test@meta\.com$", *(rf"^{word}@{word}\." for word in _TWICE)]
)
#: Fillers, and domains that receive no mail, which the validator knows: not for the quick way.
SPECIAL = rf"(?i){_FILLER}|[.@](arpa|invalid|local|localhost|onion|test)$"

_PLAIN, _SPECIAL = re.compile(PLAIN.replace("$", r"\Z")), re.compile(SPECIAL.replace("$", r"\Z"))

#: Local parts that are an office and no person; mail to them is often reported as unwanted.
ROLES = frozenset(
    {
        *("abuse", "admin", "administrator", "billing", "contact", "hello", "help", "hostmaster", "info", "jobs"),
        *("mail", "marketing", "noc", "no-reply", "noreply", "office", "postmaster", "press", "root", "sales"),
        *("security", "service", "spam", "support", "team", "webmaster", "kontakt", "contacto", "contato", "contatti"),
    }
)

_PROVIDERS = (
    *("gmail.com", "googlemail.com", "yahoo.com", "yahoo.co.uk", "yahoo.fr", "yahoo.de", "hotmail.com", "hotmail.fr"),
    *("hotmail.co.uk", "outlook.com", "live.com", "msn.com", "icloud.com", "aol.com", "comcast.net", "verizon.net"),
    *("sbcglobal.net", "bellsouth.net", "charter.net", "earthlink.net", "protonmail.com", "web.de", "t-online.de"),
    *("orange.fr", "wanadoo.fr", "libero.it", "btinternet.com", "rogers.com", "shaw.ca", "bigpond.com"),
)
#: Real domains that look like another one's typing error.
_NEIGHBOURS = frozenset(
    {
        *("gmx.de", "gmx.net", "gmx.com", "gmx.at", "gmx.ch", "mail.com", "email.com", "ymail.com", "hotmail.de"),
        *("hotmail.it", "hotmail.es", "hotmail.ca", "yahoo.ca", "yahoo.it", "yahoo.es", "yahoo.com.au", "yahoo.co.in"),
        *(
            "live.fr",
            "live.de",
            "live.ca",
            "live.nl",
            "live.it",
            "outlook.fr",
            "outlook.de",
            "outlook.es",
            "outlook.it",
        ),
        *("me.com", "mac.com", "aol.de", "aol.fr", "sky.com", "cox.net", "att.net", "q.com", "wp.pl", "ail.com"),
        *("yahoo.co.jp", "yahoo.com.br", "yahoo.com.mx", "yahoo.in", "rocketmail.com", "proton.me", "fastmail.com"),
    }
)
_ENDINGS = {
    **dict.fromkeys(("con", "cmo", "ocm", "comm", "vom", "xom", "coml", "cpm", "clm"), "com"),
    **dict.fromkeys(("ner", "nte", "nett"), "net"),
    **dict.fromkeys(("orgg", "ogr", "prg"), "org"),
}


def addresses(cell: str) -> list[str]:
    """The email addresses that a cell seems to hold, as they were written: each whole, or the cell as it is.

    Names and labels beside an address are left off where it is clear what they are: `Bell, Ann <a@b>`, `a@b (work)`. A cell
    is taken for several addresses only where each piece is one: of `john,smith@b` no half is anybody's.
    """
    text = without_marks_around(html.unescape(cell.translate(INVISIBLE)))
    inside = [_bare(first or second) for first, second in _INSIDE.findall(text)]
    if inside:
        beside = [_bare(piece) for piece in re.split(r"[;,\n]", _INSIDE.sub(" ", text))]
        return list(dict.fromkeys([*inside, *(piece for piece in beside if _ALONE.fullmatch(piece))]))
    pieces = [_bare(piece) for piece in _SEVERAL.split(_LABEL.sub(" ", text).strip()) if piece.strip()]
    if pieces and all(piece.count("@") == 1 and not piece.startswith("@") for piece in pieces):
        return pieces
    whole = _bare(text)
    return [whole] if whole else []


def _bare(piece: str) -> str:
    """An address without what a link or quotation marks put around it."""
    text = piece.strip().strip("\"'<>()[]{}").strip()
    if text[:7].lower() == "mailto:":
        text = unquote(text[7:].partition("?")[0])
    return text.strip()


def email_address(written: str) -> tuple[str, str]:
    """The address to send, or an empty text and why not."""
    text = re.sub(r"^mailto:", "", written.strip().strip("\"'<>()[]").strip(), flags=re.IGNORECASE)
    text = text.rstrip(".").strip()
    if "@" not in text:
        return "", "the address has no @"
    if is_filler(text):
        return "", "the address is a filler, and nobody's"
    if is_plain(text):
        local, _, domain = text.partition("@")
        return f"{local}@{domain.lower()}", ""
    return validated(text)


def is_filler(text: str) -> bool:
    """Whether an address is what people and test forms write where there is none."""
    return bool(re.search(_FILLER, text, re.IGNORECASE))


def is_plain(text: str) -> bool:
    """Whether an address needs no validator."""
    return len(text) <= MOST_PLAIN and bool(_PLAIN.search(text)) and not _SPECIAL.search(text)


def validated(text: str) -> tuple[str, str]:
    """The validator's verdict: the address to send, or an empty text and why not."""
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


@lru_cache(maxsize=100_000)
def meant_domain(domain: str) -> str:
    """The domain that somebody who wrote `gmial.com` most likely meant; empty where it looks right."""
    if domain in _NEIGHBOURS or domain in _PROVIDERS:
        return ""
    for provider in _PROVIDERS:
        if abs(len(domain) - len(provider)) <= 1 and _one_slip(domain, provider):
            return provider
    rest, _, ending = domain.rpartition(".")
    return f"{rest}.{_ENDINGS[ending]}" if ending in _ENDINGS else ""


def _one_slip(written: str, meant: str) -> bool:
    """Whether one letter is missing, too many, wrong, or two have changed places."""
    start = 0
    while start < min(len(written), len(meant)) and written[start] == meant[start]:
        start += 1
    one, other = written[start:], meant[start:]
    if len(one) == len(other):
        return one[1:] == other[1:] or (one[:2] == other[1::-1] and one[2:] == other[2:])
    return one[1:] == other or one == other[1:]


@lru_cache(maxsize=1)
def disposable_domains() -> frozenset[str]:
    """Domains of throw-away mailboxes."""
    from disposable_email_domains import blocklist

    return frozenset(blocklist)
