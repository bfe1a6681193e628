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
        *("epost", "mailinglijst", "nyhetsbrev", "nyhedsbrev", "uutiskirje", "newsletteru", "hirlevel"),
        *("boletim", "boletines", "correos", "verteiler"),
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
        *("offers", "communication", "communications", "campaign", "campaigns", "bulk"),
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
        *("undeliverable", "donotemail", "donotcontact", "abgemeldet", "abbestellt", "desinscrit", "desabonne"),
        *("disiscritto", "descadastrado", "desuscrito", "afgemeld", "uitgeschreven", "avregistrerad"),
        *("avregistrert", "afmeldt", "wypisany"),
    }
)
_OUT_OF_EMAIL = frozenset(
    {
        *("donot", "no", "not", "never", "stopped", "stop", "disabled", "disable", "bad", "invalid", "hold"),
        *("blocked", "excluded", "exclude", "inactive", "declined", "refused", "quarantine", "quarantined"),
        *("denied", "removed", "cleaned", "spam", "without", "pending", "suspended", "suppress", "dnd"),
        *("keine", "kein", "geen", "pas", "non", "nao", "ingen", "inga", "ikke", "inte", "werbesperre"),
        *("gesperrt", "sperre", "opposition", "refus", "baja", "abmeldung", "abmelden"),
    }
)
#: `Newsletter (yes/no)` names both answers, and is none.
_EITHER_YES, _OR_NO = frozenset({"yes", "oui", "ja", "si", "sim"}), frozenset({"no", "non", "not", "nao", "geen"})
_COMMAND = frozenset({"donot", "no"})
#: What a command forbids: `Do not contact`.
_CONTACT = frozenset({"contact", "send", "solicit", "communicate", "market"})
#: A no keeps out.
_IN = frozenset(
    {
        *("optin", "consent", "consented", "subscribe", "subscribed", "permission", "signup", "mailable"),
        *("confirmed", "zgoda", "samtycke", "samtykke", "souhlas", "einwilligung", "consentement"),
        *("consentimiento", "consenso", "emailable", "marketable"),
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
#: Of these, a question may be one all the same: `Contact by email`, `Opted in at checkout`. Its cells tell.
_BY_THE_WAY = frozenset({"by", "via", "at", "on", "form", "other"})
_ASKS_WHEN = frozenset({"when", "how", "where", "who", "why"})
_LEFT_BY = frozenset({"date", "time", "at", "timestamp", "source", "reason", "on", "campaign", "title", "by", "other"})
_COUNTED = frozenset({"count", "number", "total", "rate", "days", "opens", "clicks"})

#: What somebody may agree to, or join, that is no mail: `Medical consent`, `Signed up for camp`.
_SOMETHING_ELSE = frozenset(
    {
        *("medical", "medication", "parental", "trip", "swimming", "transport", "transportation", "aid"),
        *("emergency", "recording", "third", "background", "loyalty", "autopay", "lunch", "insurance", "paper"),
        *("statements", "volunteer", "camp", "magazine", "podcast", "appointment", "attendance", "address"),
        *("baptism", "treatment", "research", "cheque", "cheques", "alone"),
    }
)
#: What a heading speaks of that names a mail and asks nobody anything: `Welcome email sent`, `Promo code used`.
_OF_A_MAIL = frozenset(
    {
        *("sent", "opened", "clicked", "delivered", "received", "replied", "dropped", "abandoned", "cart"),
        *(
            "bounces",
            "returned",
            "total",
            "invoice",
            "account",
            "accounts",
            "job",
            "code",
            "buyer",
            "committee",
            "author",
            "label",
            "print",
            "printed",
        ),
        *("card", "partner", "partners", "needed", "welcome", "thank", "used", "clicks", "opens", "tip", "redeemed"),
    }
)
#: And of an address: `Business email`, `Email is primary`.
_OF_AN_ADDRESS = frozenset({"work", "business", "primary", "free", "portal", "personal"})
#: A record that is none any more.
_GONE, _AROUND_GONE = (
    frozenset({"deleted", "removed", "deactivated"}),
    frozenset({"is", "at", "on", "date", "record", "contact"}),
)
_OFF_THE_LIST = frozenset({"remove", "from", "list", "mailing", "mailinglist", "me", "please", "the"})

#: What a heading written in one word is taken apart into; shorter ones than "out" stand in too many others.
_LEXICON = (
    _EMAIL
    | _OTHER
    | _PERHAPS_EMAIL
    | _OUT
    | _OUT_OF_EMAIL
    | _IN
    | _IN_TO_EMAIL
    | _STATUS
    | {"opt", "in", "out", "do", "invoice"}
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
        *("unsubscribedbyadmin", "unsub", "pleaseunsubscribe", "noemailsplease", "optedoutemail", "donotsendemail"),
        *("donotsendemails", "noemailsolicitation", "suppressionlist", "askedtobeunsubscribed"),
        *("removefrommailinglist", "pleaseremovefrommailinglist"),
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
    *(
        "junk",
        "spam",
        "expired",
        "unverified",
        "notverified",
        "waiting",
        "pendiente",
        "inattesa",
        "enattente",
        "nichtbestatigt",
        "ausstehend",
        "inaktiv",
        "inactif",
        "inattiv",
    ),
)
#: And in a column whose heading or whose other cells leave no doubt that it is about email: elsewhere an order may have
#: failed, and an applicant be rejected.
_LEFT_PARTS_OF_EMAIL = (
    *("bouncing", "transactionalonly", "temphold", "refused", "rejected", "suspended", "deactivated", "quarantin"),
    *(
        "undelivered",
        "abuse",
        "dropped",
        "failed",
        "banned",
        "stopped",
        "trashed",
        "donotmail",
        "exclude",
        "restricted",
    ),
    *("lockdown", "badaddress", "deleted", "removed", "sospeso", "suspendido"),
)
_LEFT_WORDS_OF_EMAIL = frozenset({"error", "bad", "held", "left", "hold"})
#: Words that say that somebody may be written to. The service's own word for an address of an import is implicit.
_STAYED = frozenset(
    {
        *("subscribed", "active", "confirmed", "optedin", "optin", "explicit", "implicit", "implied"),
        *("deliverable", "valid", "enabled", "approved", "express", "expressed", "current", "allow"),
        *("allowed", "granted", "verified", "subscriber", "doubleoptin", "singleoptin", "given", "accepted"),
        *("agreed", "ok", "okay", "good", "reachable", "abonne", "inscrit", "angemeldet", "abonniert"),
        *("suscrito", "activo", "inscrito", "ativo", "iscritto", "attivo", "ingeschreven", "actief", "aktiv"),
        *("actif", "aktywny", "mailable", "engaged", "new", "regular", "unconfirmedsingleoptin"),
    }
)
#: States that a membership or a payment may have too: beside what is paid for they say nothing of consent.
_ALSO_OF_PAYMENTS = frozenset(
    {
        *("onhold", "pendingcancel", "active", "inactive", "cancelled", "canceled", "trialing", "trial"),
        *("pastdue", "expired", "paused", "frozen", "pending", "lapsed", "paid", "unpaid", "overdue"),
        *("declined", "open", "closed", "new", "current", "former", "incomplete", "incompleteexpired"),
        *("free", "paying", "gift", "refunded", "failed", "processing", "completed", "approved", "waitlist", "invited"),
        *("going", "notgoing", "valid", "verified", "unverified", "invalid"),
    }
)
#: What a cell of marks holds that says nothing.
#: What a cell of marks holds beside ✓ that says no.
_CROSSES = frozenset({"✗", "✘", "✖", "❌", "☐"})
_NOTHING = frozenset({"", "-", "–", "—", "/", ".", "_", "☐", "✗", "✘"})
#: What an answer begins with, in the languages of the tables and some more.
_NO_WORDS = frozenset(NO) | {
    "nope",
    "dont",
    "donot",
    "not",
    "keine",
    "kein",
    "nie",
    "nej",
    "nei",
    "ne",
    "ei",
    "hayir",
    "hay",
    "nem",
}
_YES_WORDS = frozenset(YES) | {"yeah", "sure", "tak", "ano", "kylla", "evet", "igen", "please"}
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
    if gone := _says_gone(have, others):
        return gone
    if have & _SOMETHING_ELSE and channel != "email" and have & (_IN | _OUT | _IN_TO_EMAIL):
        return Meaning(None, "it is about something other than email")
    if have & _OF_A_MAIL and not have & (_IN | _OUT):
        return None
    if have & _PAID and not have & _EMAIL:
        return Meaning(None, "it is about what is paid for") if about else None
    if have & _SUBSCRIPTION and (have & _OF_A_SUBSCRIPTION) and not have & _EMAIL:
        return Meaning(None, "it is about a subscription that is paid for")
    if "double" in have and "optin" in have:
        return Meaning("awaited", "it says how somebody was asked; who has not answered yet is kept out")
    have -= _OR_NO if have & _EITHER_YES else frozenset()
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
    if _asks_to_write(found):
        return Meaning("how", "heading asks who may be written to")
    if into:
        if have & _ABOUT and not _asks(heading, found):
            why = "it says when or how somebody was asked, not what they answered"
            return Meaning("how" if have & _ABOUT <= _BY_THE_WAY and not have & _ASKS_WHEN else None, why)
        return Meaning("in", "heading tells who may be written to")
    if channel == "email" and found[:1] and found[0] in _MAY and "we" in found[1:2]:  # "May we write to you by email?"
        return Meaning("in", "heading tells who may be written to")
    if kind := CONSENT.get(plain_text(heading)):
        return Meaning(kind, "heading tells who may be written to")
    if channel == "email" and not have & (_POSTAL | _OF_AN_ADDRESS | _ASKS_WHEN | (_ABOUT - _BY_THE_WAY)):
        return Meaning("how" if have & _ABOUT else "perhaps", "it may tell who wants email")
    return None


def _says_gone(have: frozenset[str], others: Iterable[str]) -> Meaning | None:
    """`IsDeleted`, `Removed on`, `Remove from list`. Who is deactivated is so of a list only beside who was activated."""
    why = "heading tells who must not be written to"
    if have & _GONE and have <= _GONE | _AROUND_GONE:
        if "deactivated" in have and not any(plain_text(each) == "activated" for each in others):
            return None
        return Meaning("left" if have & {"at", "on", "date"} else "out", why)
    return Meaning("out", why) if "remove" in have and have <= _OFF_THE_LIST else None


def _asks_to_write(found: tuple[str, ...]) -> bool:
    """`May we contact you?`, `Keep me informed`, `Would you like to hear from us?`"""
    have = frozenset(found)
    if have & (_OUT | {"donot", "no", "not", "time", "how", "best", "when"}):
        return False
    return (
        (
            found[:1] != ()
            and found[0] in _MAY
            and "we" in found[1:2]
            and bool(have & {"contact", "write", "reach", "touch"})
        )
        or ({"keep", "me"} <= have and bool(have & {"updated", "informed", "posted"}))
        or {"hear", "us"} <= have
        or {"contact", "me"} <= have
        or {"stay", "informed"} <= have
        or bool(have & {"gdpr", "contactable"} and have <= {"gdpr", "ok", "is", "contactable"})
    )


def _asks(heading: str, found: tuple[str, ...]) -> bool:
    """Whether the heading is the question itself: `May we write to you by email?`, and not `When did you sign up?`."""
    return heading.strip().endswith("?") and found[:1] != () and found[0] in _ASKS


def _channel(found: tuple[str, ...], others: Iterable[str]) -> str:
    have = frozenset(found)
    if ("mailing", "address") in pairwise(found) and not have & (_EMAIL - {"mailing"}):
        return "other"
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


def says_no(kind: str, value: str, *, of_email: bool = True) -> bool:
    """Whether a cell of a consent column says that this person must not be written to.

    `status` is a word; `out` is yes for no; `in` is no for no; `left` says it by having any value; `words` only by words
    that can mean nothing else. An answer that is none (`N/A`, empty) keeps nobody out. `of_email`: what the column is about
    is certain.
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
    if kind in {"in", "status"} and value.strip() in _CROSSES:
        return True
    if not plain and (kind != "out" or value.strip() in _NOTHING):
        return False
    if plain in NO_ANSWER or (kind == "left" and plain in NO):
        return False
    if re.fullmatch(r"[0-]{4,10}([ T][0:]{5,8})?|0{1,2}[-/.]0{1,2}[-/.]0{2,4}", value.strip()):
        return False  # a date that is none
    if kind == "left":
        return True
    if kind == "out" and (plain in NO or plain in _STAYED):
        return False
    if plain in _STAYED and kind == "status":
        return False
    if plain in LEFT or plain in _CERTAIN or any(part in plain for part in _LEFT_PARTS):
        return True
    if of_email and (plain in _LEFT_WORDS_OF_EMAIL or any(part in plain for part in _LEFT_PARTS_OF_EMAIL)):
        return True
    if kind == "out":  # a date, a mark, a reason: everything but a no
        return _first_word(value) not in _NO_WORDS
    return plain in NO or _first_word(value) in _NO_WORDS


def is_certain(value: str) -> bool:
    """Whether a cell says by itself that somebody must not be written to."""
    # `Unsubscribed 3/4/2024`
    if plain_text(value).rstrip("0123456789") in _CERTAIN:
        return True
    # Google parts labels by three colons.
    return any(plain_text(part) in _CERTAIN for part in re.split(r"[;,|]|:::", value)) if len(value) <= 200 else False


def _first_word(value: str) -> str:
    found = words(value)
    return found[0] if found else ""


def is_known_status(value: str, *, of_email: bool = True) -> bool:
    """Whether a word in a column of states is one whose meaning is known."""
    plain = plain_text(value)
    if not plain or plain in NO_ANSWER or plain in YES or plain in _STAYED:
        return True
    if says_no("status", value, of_email=of_email):
        return True
    return _first_word(value) in _YES_WORDS


def are_states(values: Mapping[str, int], *, paid: bool) -> bool:
    """Whether the words of a column are states of a subscription to email: `paid` says that the file speaks of payments,
    whose states are called alike."""
    plain = {plain_text(value) for value in values} - {""}
    certain = plain & (_CERTAIN | {"subscribed", "unconfirmed", "complained", "cleaned", "optedin"})
    if not plain or not any(is_known_status(value) and plain_text(value) for value in values):
        return False
    return bool(certain) or (not paid and all(is_known_status(value, of_email=False) for value in values))


def are_only_states(values: Mapping[str, int]) -> bool:
    """Whether every word of a column is one of a subscription's states, where one of them leaves no doubt."""
    plain = {plain_text(value) for value in values} - {""}
    left = (*_LEFT_PARTS, *_LEFT_PARTS_OF_EMAIL)
    return bool(plain & _STAYED) and all(
        each in _STAYED or each in LEFT or each in _CERTAIN or any(part in each for part in left) for each in plain
    )


def are_yes_or_no(values: Mapping[str, int]) -> bool:
    """Whether a column holds yes and no, in whatever words, and nothing else."""
    filled = [value for value in values if value.strip()]
    return bool(filled) and all(
        plain_text(value) in {*YES, *NO} or value.strip() in _CROSSES or _first_word(value) in _NO_WORDS | _YES_WORDS
        for value in filled
    )


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
