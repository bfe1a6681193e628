"""Who may be written to: which columns tell, and what their cells say."""

from __future__ import annotations

import re
import unicodedata

from .synonyms import CONSENT, LEFT, NO, NO_ANSWER, YES

#: Parts of words that say that somebody left, whatever stands around them.
_LEFT_PARTS = (
    *("unsub", "bounce", "optout", "optedout", "notsub", "nonsub", "neversub", "notopted", "nopermission"),
    *("inactive", "archived", "disabled", "denied", "declined", "cancelled", "canceled"),
)
#: Words that say that somebody may be written to.
_STAYED = frozenset(
    {
        *("subscribed", "active", "confirmed", "optedin", "optin", "explicit", "implicit", "deliverable", "valid"),
        *("enabled", "approved", "express", "current", "abonne", "inscrit", "angemeldet", "abonniert", "suscrito"),
        *("activo", "inscrito", "ativo", "iscritto", "attivo", "ingeschreven", "actief", "aktiv", "actif"),
    }
)
#: What a cell of marks holds that says nothing.
_NOTHING = frozenset({"", "-", "–", "—", "/", ".", "_", "☐", "✗", "✘"})
#: Parts of headings of columns that say who left, and of those that say who may be written to.
_OUT_HEADINGS = (
    *("optout", "optedout", "unsub", "donotemail", "donotmail", "donotsend", "donotcontact", "bounce"),
    *("blacklist", "blocklist", "suppress"),
)
_IN_HEADINGS = ("optin", "optedin", "consent", "subscri")


def kind_of_heading(heading: str, *, by_part: bool) -> str | None:
    """Which kind of consent column a heading is; with `by_part` also where it only has such a word in it."""
    plain = plain_text(heading)
    if plain in CONSENT or not by_part:
        return CONSENT.get(plain)
    if any(word in plain for word in _OUT_HEADINGS):
        return "out"
    return "status" if any(word in plain for word in _IN_HEADINGS) else None


def says_no(kind: str, value: str) -> bool:
    """Whether a cell of a consent column says that this person must not be written to.

    `status` is a word; `out` is yes for no; `in` is no for no; `left` says it by having any value. An answer that is
    none (`N/A`, empty) keeps nobody out.
    """
    plain = plain_text(value)
    if not plain and (kind != "out" or value.strip() in _NOTHING):
        return False
    if plain in NO_ANSWER:
        return False
    if plain in LEFT or kind == "left" or any(word in plain for word in _LEFT_PARTS):
        return True
    if kind == "out":  # a date, a mark, a reason: everything but a no
        return plain not in NO and plain not in _STAYED
    return plain in NO


def is_known_status(value: str) -> bool:
    """Whether a word in a column of states is one whose meaning is known."""
    plain = plain_text(value)
    return not plain or plain in NO_ANSWER or plain in YES or plain in _STAYED or says_no("status", value)


def plain_text(text: str) -> str:
    """Letters and digits only, in small letters without accents."""
    letters = unicodedata.normalize("NFKD", text.lower().replace("ß", "ss"))
    return re.sub(r"[^a-z0-9]", "", letters)


def is_about_consent(plain: str) -> bool:
    """Whether a heading, as `plain_text` gives it, speaks of who may be written to."""
    words = (*_OUT_HEADINGS, *_IN_HEADINGS, "permission", "status", "marketing")
    return plain in CONSENT or any(word in plain for word in words)
