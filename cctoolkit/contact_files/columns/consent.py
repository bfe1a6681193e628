"""Who may be written to by email: which columns tell, and what their cells say.

A heading becomes words; the words a channel (email, or something else) and a direction (a no keeps out, or a yes does); the
cells of the whole column are the evidence. Only what is about email, or about nothing in particular, decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from .synonyms import CONSENT, LEFT, NO, NO_ANSWER, YES
from .words import plain_text, words

#: What a channel is called in a heading. The first are email whatever stands beside them; the last are email unless
#: another channel is named.
_EMAIL = frozenset(
    {
        *("email", "emails", "emailing", "newsletter", "newsletters", "mailing", "mailings", "mailinglist"),
        *("mailable", "courriel", "infolettre", "lettre", "boletin", "correo", "nieuwsbrief", "rundbrief"),
        *("epost", "mailinglijst"),
    }
)
_OTHER = frozenset(
    {
        *("track", "sms", "text", "texts", "texting", "mobile", "phone", "phones", "call", "calls"),
        *("calling", "whatsapp", "push", "post", "postal", "letter", "letters", "photo", "photos", "picture"),
        *("pictures", "image", "images", "video", "data", "terms", "conditions", "privacy", "policy"),
        *("cookie", "cookies", "tracking", "fax", "cell", "telephone", "notification", "notifications"),
        *("voice", "voicemail", "media", "waiver", "liability", "directory", "share", "telefon", "telefono"),
        *("telephonique", "brief", "foto", "fotos", "datenschutz", "donnees", "datos", "dati"),
    }
)
_PERHAPS_EMAIL = frozenset(
    {
        *("marketing", "promotion", "promotions", "promotional", "promo", "update", "updates", "news"),
        *("offer", "offers", "communication", "communications", "campaign", "campaigns", "bulk"),
        *("subscriber", "subscribers", "announcement", "announcements", "advertising", "publicidad"),
        *("werbung", "publicite", "reklama", "mail"),
    }
)
#: What is paid for, so that a subscription to it is not consent.
_PAID = frozenset(
    {
        *("booking", "bookings", "patron", "visits", "classes", "plan", "plans", "tier", "paid", "payment"),
        *("charge", "charged", "billing", "billed", "price", "pledge", "invoice", "trial", "renewal"),
        *("renews", "expiry", "expiration", "expires", "stripe", "comp", "complimentary", "gift"),
        *("membership", "memberships", "lifetime", "amount", "currency", "spend", "spent", "order", "orders"),
    }
)
#: With these, a subscription is one that is paid for: `active_subscription`.
_OF_A_SUBSCRIPTION = frozenset(
    {"active", "type", "level", "name", "id", "start", "end", "interval", "length", "product"}
)
_SUBSCRIPTION = frozenset({"subscription", "subscriptions"})

#: A yes keeps out. The first say it of whatever channel; the others where email is named.
_OUT = frozenset(
    {
        *("complaining", "deceased", "optout", "unsubscribed", "unsubscribe", "unsub"),
        *("unsubscribes", "nonsubscribed", "suppressed", "suppression", "bounced", "bounce", "bouncing"),
        *("hardbounce", "blacklist", "blacklisted", "blocklist", "blocklisted", "complained", "complaint"),
        *("undeliverable", "donotemail", "donotcontact"),
    }
)
_OUT_OF_EMAIL = frozenset(
    {
        *("donot", "no", "not", "never", "stopped", "stop", "disabled", "disable", "bad", "invalid", "hold"),
        *("blocked", "excluded", "exclude", "inactive", "declined", "refused", "quarantine", "quarantined"),
        *("denied", "removed", "cleaned", "spam", "without", "pending"),
    }
)
_COMMAND = frozenset({"donot", "no"})
#: What a command forbids: `Do not contact`.
_CONTACT = frozenset({"contact", "send", "solicit", "communicate"})
#: A no keeps out.
_IN = frozenset(
    {
        *("optin", "consent", "consented", "subscribe", "subscribed", "permission", "signup", "mailable"),
        *("confirmed", "zgoda", "samtycke", "samtykke", "souhlas", "einwilligung", "consentement"),
        *("consentimiento", "consenso"),
    }
)
_IN_TO_EMAIL = frozenset(
    {
        *("accepts", "accept", "accepted", "allow", "allows", "allowed", "agree", "agrees", "agreed"),
        *("receive", "receives", "want", "wants", "wish", "like", "join", "ok", "okay", "yes", "interested"),
        *("send", "enabled", "deliverable", "keep", "contactable", "notify", "permit", "permitted"),
        *("approved", "active", "valid", "consents", "subscription", "preference", "preferences"),
        *("authorized", "authorised", "hear"),
    }
)
_STATUS = frozenset({"status", "state", "estado", "stato", "statut", "etat"})
#: When, how or by whom: no answer. Of somebody who left, any of it says that they did.
_ABOUT = frozenset(
    {
        *("date", "time", "at", "timestamp", "source", "method", "ip", "on", "since", "reason", "campaign"),
        *("id", "title", "count", "number", "level", "type", "via", "form", "url", "page", "version", "by"),
        *("last", "days", "rate", "created", "updated", "confirmation", "confirm", "rating", "score"),
        *("frequency", "other"),
    }
)
_LEFT_BY = frozenset({"date", "time", "at", "timestamp", "source", "reason", "on", "campaign", "title", "by", "other"})
_COUNTED = frozenset({"count", "number", "total", "rate", "days", "opens", "clicks"})

#: What a heading written in one word is taken apart into; shorter ones than "out" stand in too many others.
_LEXICON = (
    _EMAIL | _OTHER | _PERHAPS_EMAIL | _OUT | _OUT_OF_EMAIL | _IN | _IN_TO_EMAIL | _STATUS | {"opt", "in", "out", "do"}
) - {"ok"}

#: Cells that say, whatever the heading, that somebody must not be written to: they can mean nothing else.
_CERTAIN = frozenset(
    {
        *("unactivated", "unsubscribed", "unsubscribe", "optedout", "optout", "hardbounced", "hardbounce"),
        *("bounced", "complained", "spamcomplaint", "donotemail", "donotcontact", "dontemail", "noconsent"),
        *("suppressed", "onholdbounce", "neversubscribed", "nonsubscribed", "notsubscribed"),
        *("unsubscribedfromall", "globallyunsubscribed", "emailbounced", "emailoptout", "optedoutofemail"),
        *("noemail", "noemails", "pleasedonotemail", "blacklisted", "blocklisted", "undeliverable"),
        *("consentwithdrawn", "consentrevoked", "onholdoptout", "doesnotwantemail", "desabonne"),
        *("desinscrit", "abgemeldet", "abbestellt", "dadodebaja", "desuscrito", "descadastrado"),
        *("disiscritto", "uitgeschreven", "nopromotionalemails", "donotsend", "softbounced"),
        *("unsubscribedbyadmin",),
    }
)
#: A pattern (RE2, for columns) that every text has in it which one of these words could be: of a column of notes hardly any.
MAY_BE_CERTAIN = (
    r"(?i)sub|opt|bounc|complain|suppress|list|deliver|consent|mail|contact|send|activated|hold|abonn|inscri|meldet|stellt"
    r"|baja|uscrito|cadastrado|iscritto|schreven"
)
#: Parts of words that say that somebody left, in a column about it.
_LEFT_PARTS = (
    *("unactivated", "notactivated", "unbestatigt", "nonconfirme", "sinconfirmar", "noconfirmado", "nonconfermato"),
    *("nietbevestigd", "niepotwierdzon", "obekraftad"),
    *("unsub", "bounce", "optout", "optedout", "notsub", "nonsub", "neversub", "notopted", "nopermission", "noconsent"),
    *("inactive", "archived", "disabled", "denied", "declined", "cancelled", "canceled", "unconfirmed", "notconfirmed"),
    *("neverconfirmed", "pending", "awaiting", "unreachable", "invalid", "donot", "dontemail", "notallow", "disallow"),
    *("suppress", "complain", "undeliverable", "withdrawn", "revoked", "blacklist", "blocklist", "cleaned", "onhold"),
    *("junk", "spam", "expired", "unverified", "notverified", "waiting"),
)
#: Words that say that somebody may be written to. The service's own word for an address of an import is implicit.
_STAYED = frozenset(
    {
        *("subscribed", "active", "confirmed", "optedin", "optin", "explicit", "implicit", "implied"),
        *("deliverable", "valid", "enabled", "approved", "express", "expressed", "current", "allow"),
        *("allowed", "granted", "verified", "subscriber", "doubleoptin", "singleoptin", "given", "accepted"),
        *("agreed", "ok", "okay", "good", "reachable", "abonne", "inscrit", "angemeldet", "abonniert"),
        *("suscrito", "activo", "inscrito", "ativo", "iscritto", "attivo", "ingeschreven", "actief", "aktiv"),
        *("actif", "mailable", "engaged", "new", "regular"),
    }
)
#: States that a membership or a payment may have too: beside what is paid for they say nothing of consent.
_ALSO_OF_PAYMENTS = frozenset(
    {
        *("onhold", "pendingcancel", "active", "inactive", "cancelled", "canceled", "trialing", "trial"),
        *("pastdue", "expired", "paused", "frozen", "pending", "lapsed", "paid", "unpaid", "overdue"),
        *("declined", "open", "closed", "new", "current", "former", "incomplete", "incompleteexpired"),
        *("free", "paying", "gift", "refunded", "processing", "completed", "approved", "waitlist", "invited"),
        *("going", "notgoing", "valid", "verified", "unverified", "invalid"),
    }
)
#: What a cell of marks holds that says nothing.
_NOTHING = frozenset({"", "-", "–", "—", "/", ".", "_", "☐", "✗", "✘"})
#: What an answer begins with, in the languages of the tables and some more.
_NO_WORDS = frozenset(NO) | {"nope", "dont", "donot", "not", "keine", "kein", "nie", "nej", "nei", "ne", "ei", "hayir"}
_YES_WORDS = frozenset(YES) | {"yeah", "sure", "tak", "ano", "kylla", "evet", "please"}
#: Whose confirmation is awaited.
_AWAITED = ("pending", "awaiting", "unconfirmed", "notconfirmed", "waiting", "unverified")
#: Of a postal address: "mail" means the post there.
_POSTAL = frozenset({"street", "address", "city", "town", "zip", "postal", "postcode", "state", "province", "country"})
#: How a question begins that is answered by yes or no.
_MAY = frozenset({"may", "can", "could", "should", "shall"})
_ASKS = _MAY | {"would", "do", "will", "are", "is", "want", "yes"}
#: Words that make a column one about a mail's form, or one of a program for itself.
_NO_QUESTION = frozenset({"html", "format", "modify"})


@dataclass(frozen=True)
class Meaning:
    """What a heading says of consent: how its cells answer, or None where they answer nothing about email; and why."""

    kind: str | None
    why: str
    #: It is about another channel, whatever its cells hold.
    elsewhere: bool = False


def meaning(heading: str, others: Iterable[str] = ()) -> Meaning | None:
    """What a heading says of consent; None where it speaks of something else. `others` are the file's other headings."""
    found = words(heading, _LEXICON)
    have = frozenset(found)
    channel = _channel(found, others)
    about = bool(have & (_OUT | _IN | _OUT_OF_EMAIL | _IN_TO_EMAIL | _STATUS)) or plain_text(heading) in CONSENT
    if have & _NO_QUESTION or plain_text(heading) == "marketingcontactstatus":  # the last is what HubSpot bills
        return Meaning(None, "", elsewhere=True)
    if channel == "other":
        return Meaning(None, "it is about something other than email" if about else "", elsewhere=True)
    if have & _PAID and not have & _EMAIL:
        return Meaning(None, "it is about what is paid for") if about else None
    if have & _SUBSCRIPTION and (have & _OF_A_SUBSCRIPTION) and not have & _EMAIL:
        return Meaning(None, "it is about a subscription that is paid for")
    if "double" in have and "optin" in have:
        return Meaning("awaited", "it says how somebody was asked; who has not answered yet is kept out")
    out = bool(have & _OUT) or (channel == "email" and bool(have & _OUT_OF_EMAIL))
    out = out or any(one in _COMMAND and other in _CONTACT for one, other in pairwise(found))
    out = out or ("pending" in have and bool(have & _IN))
    into = bool(have & _IN) or (channel == "email" and bool(have & _IN_TO_EMAIL))
    if out and "subscribed" in have and "unsubscribed" in have:
        return Meaning("status", "heading tells who may be written to")
    if out:
        if have & _COUNTED:
            return Meaning(None, "it counts, and nobody's answer is in it")
        return Meaning("left" if have & _LEFT_BY else "out", "heading tells who must not be written to")
    if have & _STATUS and (into or channel == "email"):
        return Meaning("status", "heading tells who may be written to")
    if into:
        if have & _ABOUT and not _asks(heading, found):
            return Meaning(None, "it says when or how somebody was asked, not what they answered")
        return Meaning("in", "heading tells who may be written to")
    if channel == "email" and found[:1] and found[0] in _MAY and "we" in found[1:2]:  # "May we write to you by email?"
        return Meaning("in", "heading tells who may be written to")
    if kind := CONSENT.get(plain_text(heading)):
        return Meaning(kind, "heading tells who may be written to")
    if channel == "email" and not have & (_ABOUT | _POSTAL):
        return Meaning("perhaps", "it may tell who wants email")
    return None


def _asks(heading: str, found: tuple[str, ...]) -> bool:
    """Whether the heading is the question itself: `May we write to you by email?`, and not `When did you sign up?`."""
    return heading.strip().endswith("?") and found[:1] != () and found[0] in _ASKS


def _channel(found: tuple[str, ...], others: Iterable[str]) -> str:
    have = frozenset(found)
    if have & _EMAIL:
        return "email"
    if have & _OTHER:
        return "other"
    if have & {"mail", "mails"}:
        # "Do not mail" is the post; so is "Mail" beside a column that speaks of email.
        siblings = any(_answers_for_email(words(each, _LEXICON)) for each in others)
        return "other" if have & (_COMMAND | {"not"}) or siblings else "email"
    return "email" if have & _PERHAPS_EMAIL else ""


def _answers_for_email(found: tuple[str, ...]) -> bool:
    have = frozenset(found)
    return bool(have & _EMAIL and have & (_OUT | _OUT_OF_EMAIL | _IN | _IN_TO_EMAIL))


def is_paid_for(headings: Iterable[str]) -> bool:
    """Whether a file's headings speak of something that is paid for."""
    # A tier is a newsletter's too, and a billing address any shop's.
    return any(frozenset(words(heading)) & (_PAID - {"tier", "billing"}) for heading in headings)


def says_no(kind: str, value: str) -> bool:
    """Whether a cell of a consent column says that this person must not be written to.

    `status` is a word; `out` is yes for no; `in` is no for no; `left` says it by having any value; `words` only by words
    that can mean nothing else. An answer that is none (`N/A`, empty) keeps nobody out.
    """
    plain = plain_text(value)
    if kind == "words":
        return is_certain(value)
    if kind == "awaited":
        return any(word in plain for word in _AWAITED)
    if plain.startswith(("donot", "dont")):
        spoken = words(value, _LEXICON)
        if spoken[0] == "donot" and _channel(spoken, ()) == "other":  # "Do not call"; a "No, call me" stays a no
            return False
    if not plain and (kind != "out" or value.strip() in _NOTHING):
        return False
    if plain in NO_ANSWER:
        return False
    if re.fullmatch(r"[0-]{4,10}([ T][0:]{5,8})?|0{1,2}[-/.]0{1,2}[-/.]0{2,4}", value.strip()):
        return False  # a date that is none
    if kind == "left":
        return True
    if kind == "out" and (plain in NO or plain in _STAYED):
        return False
    if plain in LEFT or plain in _CERTAIN or any(part in plain for part in _LEFT_PARTS):
        return True
    if kind == "out":  # a date, a mark, a reason: everything but a no
        return _first_word(value) not in _NO_WORDS
    return plain in NO or _first_word(value) in _NO_WORDS


def is_certain(value: str) -> bool:
    """Whether a cell says by itself that somebody must not be written to."""
    if plain_text(value) in _CERTAIN:
        return True
    return any(plain_text(part) in _CERTAIN for part in re.split(r"[;,|]", value)) if len(value) <= 200 else False


def _first_word(value: str) -> str:
    found = words(value)
    return found[0] if found else ""


def is_known_status(value: str) -> bool:
    """Whether a word in a column of states is one whose meaning is known."""
    plain = plain_text(value)
    if not plain or plain in NO_ANSWER or plain in YES or plain in _STAYED or says_no("status", value):
        return True
    return _first_word(value) in _YES_WORDS


def are_states(values: Mapping[str, int], *, paid: bool) -> bool:
    """Whether the words of a column are states of a subscription to email: `paid` says that the file speaks of payments,
    whose states are called alike."""
    plain = {plain_text(value) for value in values} - {""}
    certain = plain & (_CERTAIN | {"subscribed", "unconfirmed", "complained", "cleaned", "optedin"})
    if not plain or not any(is_known_status(value) and plain_text(value) for value in values):
        return False
    return bool(certain) or (not paid and all(is_known_status(value) for value in values))


def may_be_of_payments(values: Mapping[str, int]) -> bool:
    plain = {plain_text(value).removeprefix("wc") for value in values} - {""}
    return bool(plain) and plain <= _ALSO_OF_PAYMENTS


def are_answers(values: Mapping[str, int]) -> bool:
    """Whether all that a column holds are answers: yes, no, or a word whose meaning is known."""
    filled = [value for value in values if value.strip()]
    return bool(filled) and all(is_known_status(value) or says_no("in", value) for value in filled)


def is_about_consent(heading: str) -> bool:
    """Whether a heading speaks of who may be written to."""
    found = meaning(heading)
    return found is not None and found.kind != "perhaps"
