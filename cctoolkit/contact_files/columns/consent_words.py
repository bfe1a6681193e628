"""The words by which a heading and a cell tell who may be written to: what `consent` puts together."""

from __future__ import annotations

from . import other_scripts
from .synonyms import NO, YES
from .words import plain_text

#: What a channel is called in a heading. The first are email whatever stands beside them; the last are email unless
#: another channel is named.
EMAIL = frozenset(
    {
        *("email", "emails", "emailing", "newsletter", "newsletters", "mailing", "mailings", "mailinglist"),
        *("mailable", "courriel", "infolettre", "lettre", "boletin", "correo", "nieuwsbrief", "rundbrief"),
        *("epost", "mailinglijst", "nyhetsbrev", "nyhedsbrev", "uutiskirje", "newsletteru", "hirlevel"),
        *("boletim", "boletines", "correos", "verteiler", "enewsletter", "enewsletters", "eblast", "eblasts"),
        *("ebulletin", "ezine", "eshot", "eshots", "mailshot", "mailshots", "mailout", "mailouts", "casl"),
        *map(plain_text, other_scripts.EMAIL),
    }
)
OTHER = frozenset(
    {
        *("track", "sms", "text", "texts", "texting", "mobile", "phone", "phones", "call", "calls"),
        *("calling", "whatsapp", "push", "post", "postal", "letter", "letters", "photo", "photos", "picture"),
        *("pictures", "image", "images", "video", "data", "terms", "conditions", "privacy", "policy"),
        *("cookie", "cookies", "tracking", "fax", "cell", "telephone", "notification", "notifications"),
        *("rcs", "messenger", "robocall", "robocalls", "podcast", "youtube", "tube", "sponsor", "sponsors"),
        *("printed",),
        *("voice", "voicemail", "media", "waiver", "liability", "directory", "share", "telefon", "telefono"),
        *("telephonique", "brief", "foto", "fotos", "datenschutz", "donnees", "datos", "dati"),
    }
)
PERHAPS_EMAIL = frozenset(
    {
        *("marketing", "promotion", "promotions", "promotional", "promo", "update", "updates", "news"),
        *("offers", "communication", "communications", "campaign", "campaigns", "bulk"),
        *("comunicaciones", "comunicacion"),
        *("subscriber", "subscribers", "announcement", "announcements", "advertising", "publicidad"),
        *("werbung", "publicite", "reklama", "mail"),
    }
)
#: What is paid for, so that a subscription to it is not consent.
PAID = frozenset(
    {
        *("booking", "bookings", "patron", "visits", "classes", "plan", "plans", "tier", "paid", "payment"),
        *("charge", "charged", "billing", "billed", "price", "pledge", "invoice", "trial", "renewal"),
        *("renews", "expiry", "expiration", "expires", "stripe", "comp", "complimentary", "gift"),
        *("membership", "memberships", "lifetime", "amount", "currency", "spend", "spent", "order", "orders"),
    }
)
#: With these, a subscription is one that is paid for: `active_subscription`.
OF_A_SUBSCRIPTION = frozenset(
    {"active", "type", "level", "name", "id", "start", "end", "interval", "length", "product"}
)
SUBSCRIPTION = frozenset({"subscription", "subscriptions"})

#: A yes keeps out. The first say it of whatever channel; the others where email is named.
OUT = frozenset(
    {
        *("hardbounced", "softbounced", "unsubbed", "spammed", "dne", "quarantined"),
        *("complaining", "deceased", "optout", "unsubscribed", "unsubscribe", "unsub"),
        *("unsubscribes", "nonsubscribed", "suppressed", "suppression", "bounced", "bounce", "bouncing"),
        *("hardbounce", "blacklist", "blacklisted", "blocklist", "blocklisted", "complained", "complaint"),
        *("undeliverable", "donotemail", "donotcontact", "abgemeldet", "abbestellt", "desinscrit", "desabonne"),
        *("disiscritto", "descadastrado", "desuscrito", "afgemeld", "uitgeschreven", "avregistrerad"),
        *("avregistrert", "afmeldt", "wypisany"),
        *map(plain_text, other_scripts.OUT),
    }
)
OUT_OF_EMAIL = frozenset(
    {
        *("donot", "no", "not", "never", "stopped", "stop", "disabled", "disable", "bad", "invalid", "hold"),
        *("blocked", "excluded", "exclude", "inactive", "declined", "refused", "quarantine", "quarantined"),
        *("denied", "removed", "cleaned", "spam", "without", "pending", "suspended", "suppress"),
        *("disallowed", "disallow", "prohibited", "declines", "refuses", "rejects", "rejected", "paused", "off"),
        *("muted", "mute", "skip", "failed", "dead", "wrong", "error", "errors"),
        *("keine", "kein", "geen", "pas", "non", "nao", "ingen", "inga", "ikke", "inte", "werbesperre"),
        *("gesperrt", "sperre", "opposition", "refus", "baja", "abmeldung", "abmelden", "cancelled", "canceled"),
    }
)
#: `Newsletter (yes/no)` names both answers, and is none.
EITHER_YES, OR_NO = frozenset({"yes", "oui", "ja", "si", "sim"}), frozenset({"no", "non", "nao", "nee", "nein", "nej"})
COMMAND = frozenset({"donot", "no", "never", "stop"})
#: What a command forbids: `Do not contact`.
CONTACT = frozenset({"contact", "send", "solicit", "communicate", "market"})
#: What is said of a consent that is none, or none any more: `Consent withdrawn`, `No consent`, `Not subscribed`.
NO_CONSENT = frozenset({"withdrawn", "revoked", "denied", "refused", "declined", "lacks", "expired", "rejected"})
#: "Do not disturb", by channel: on for who is not to be written to.
DO_NOT_DISTURB = frozenset({"dnd"})
#: A no keeps out.
IN = frozenset(
    {
        *("optin", "consent", "consented", "subscribe", "subscribed", "permission", "signup", "mailable"),
        *("confirmed", "zgoda", "samtycke", "samtykke", "souhlas", "einwilligung", "consentement"),
        *("consentimiento", "consenso", "emailable", "marketable"),
        *map(plain_text, other_scripts.IN),
    }
)
IN_TO_EMAIL = frozenset(
    {
        *("accepts", "accept", "accepted", "allow", "allows", "allowed", "agree", "agrees", "agreed"),
        *("receive", "receives", "want", "wants", "wish", "like", "join", "ok", "okay", "yes", "interested"),
        *("send", "enabled", "deliverable", "keep", "contactable", "notify", "permit", "permitted"),
        *("approved", "active", "valid", "consents", "subscription", "preference", "preferences"),
        *("authorized", "authorised", "hear", "acepta", "acepto", "recibir"),
    }
)
STATUS = frozenset({"status", "state", "estado", "stato", "statut", "etat", *map(plain_text, other_scripts.STATUS)})
#: When, how or by whom: no answer. Of somebody who left, any of it says that they did.
ABOUT = frozenset(
    {
        *("date", "time", "at", "timestamp", "source", "method", "ip", "on", "since", "reason", "campaign"),
        *("id", "title", "count", "number", "level", "type", "via", "form", "url", "page", "version", "by"),
        *("last", "days", "rate", "created", "updated", "confirmation", "confirm", "rating", "score"),
        *("frequency", "other"),
    }
)
#: Of these, a question may be one all the same: `Contact by email`, `Opted in at checkout`. Its cells tell.
BY_THE_WAY = frozenset({"by", "via", "at"})
#: What somebody did who wants mail.
SIGNED = frozenset({"optin", "subscribed", "signup"})
WHERE_SIGNED = BY_THE_WAY | {"on", "form", "last", "updated"}
#: A question with one of these is none that yes or no answers.
ASKS_WHEN = frozenset({"when", "how", "where", "who", "why"})
LEFT_BY = frozenset({"date", "time", "at", "timestamp", "source", "reason", "on", "campaign", "title", "by", "other"})
COUNTED = frozenset({"count", "number", "total", "rate", "days", "opens", "clicks"})

#: What somebody may agree to, or join, that is no mail: `Medical consent`, `Signed up for camp`.
SOMETHING_ELSE = frozenset(
    {
        *("medical", "medication", "parental", "trip", "swimming", "transport", "transportation", "aid"),
        *("emergency", "recording", "third", "background", "loyalty", "autopay", "lunch", "insurance", "paper"),
        *("statements", "volunteer", "camp", "magazine", "podcast", "appointment", "attendance", "address"),
        *("baptism", "treatment", "research", "alone", "treat", "telehealth", "slip", "photograph", "tracing"),
        *("rewards", "points", "fees", "shirt", "parent", "conference", "class", "up"),
    }
)
#: Mail that is no newsletter, and what is done with an address: `Email reminders`, `Show email`, `Email login enabled`.
OF_SERVICE = frozenset(
    {
        *("reminder", "reminders", "receipt", "receipts", "invoices", "statement", "statements", "bill", "bills"),
        *("appointment", "appointments", "letters", "order", "orders", "shipping", "transactional", "security"),
        *("survey", "surveys", "feedback", "review", "reviews", "emergency", "login", "signature", "quota"),
        *("forwarded",),
        *("forwarding", "factor", "show", "hide", "display", "publish", "public", "visible", "private", "share"),
        *("has", "activated", "third", "party"),
    }
)
#: Of these a mail may tell, or they may come as one.
OF_PAPERS = frozenset(
    {
        *("receipt", "receipts", "statements", "invoices", "bills", "factura", "facturas", "facture", "factures"),
        *("rechnung", "rechnungen"),
    }
)
#: Words beside which those still are of a newsletter.
OF_NEWS = frozenset(
    {
        *("newsletter", "newsletters", "marketing", "promotional", "offers", "mailinglist", "optout", "unsubscribe"),
        *("and", "event", "events", "news"),
    }
)
#: What a heading speaks of that names a mail and asks nobody anything: `Welcome email sent`, `Promo code used`.
OF_A_MAIL = frozenset(
    {
        *("open", "sent", "opened", "clicked", "delivered", "received", "replied", "dropped", "abandoned", "cart"),
        *("bounces", "returned", "total", "invoice", "account", "accounts", "code", "buyer"),
        *("committee", "author", "label", "print", "printed"),
        *("card", "paper", "partner", "partners", "needed", "welcome", "thank", "used", "clicks", "opens"),
        *("tip", "redeemed"),
    }
)
#: And of an address: `Business email`, `Email is primary`.
OF_AN_ADDRESS = frozenset({"company", "work", "business", "primary", "free", "portal", "personal"})
#: A record that is none any more, and what stands beside that.
GONE = frozenset({"deleted", "removed", "deactivated"})
AROUND_GONE = frozenset({"is", "at", "on", "date", "record", "contact"})
OFF_THE_LIST = frozenset(
    {
        *("remove", "from", "list", "mailing", "mailinglist", "me", "please", "the", "email", "emails", "newsletter"),
        *("your", "our", "my"),
    }
)

#: What a heading written in one word is taken apart into; shorter ones than "out" stand in too many others.
LEXICON = (
    EMAIL
    | OTHER
    | PERHAPS_EMAIL
    | OUT
    | OUT_OF_EMAIL
    | IN
    | IN_TO_EMAIL
    | STATUS
    | {"opt", "in", "out", "do", "invoice"}
) - {"ok"}

#: Cells that say, whatever the heading, that somebody must not be written to: they can mean nothing else.
CERTAIN = frozenset(
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
        *("removefrommailinglist", "pleaseremovefrommailinglist", "unsubscribers"),
        *("deceased", "donotemaillist", "donotcontactlist", "donotmaillist", "dnc"),
        *("bouncedemail", "bouncedemails", "hardbounces", "softbounces", "unsubscribedcontacts"),
    }
)
#: A pattern (RE2, for columns) that every text has in it which one of these words could be: of a column of notes hardly any.
MAY_BE_CERTAIN = (
    r"(?i)sub|opt|bounc|complain|suppress|list|deliver|consent|mail|contact|send|activated|hold|abonn|inscri|meldet|stellt"
    r"|remove|want|deceased|dnc|baja|uscrito|cadastrado|iscritto|schreven"
)
#: Phrases by which a note says it, whatever stands around them.
CERTAIN_PHRASE = (
    r"(?:\b(?:do not|don['’]?t|never|stop|no more|wants? no(?: more)?|does(?: not|n['’]?t) want(?: any)?|opted out of|unsubscribed? from)"
    r"(?: to)?(?: receive)?(?: more)?(?: any| marketing| all)? ?e-?mail(?:s|ing)?(?: (?:me|her|him|them|us))?"
    r"|(?:^|[.;:!,–-] *)(?:has |she |he |they )?asked to be (?:removed|unsubscribed|taken off)(?: from)?"
    r"(?: (?:the|our|your))?(?: (?:mailing|e-?mail))?(?: lists?)?"
    r"|^(?:please )?removed? from (?:(?:the|our|your) )?lists?"
    r"|\b(?:removed?|take off|taken off) (?:(?:me|him|her|them|us) )?(?:from )?(?:(?:the|our|your|all) )?(?:mailing|e-?mail|newsletter) lists?"
    r"|\b(?:i do not|i don['’]?t) want to hear from (?:you|us))"
    r"(?: (?:any ?more|again|ever|please|at all))?(?= *(?:$|[.,;:!()–]|- |\d))"
)
#: Parts of words that say that somebody left, in a column about it.
LEFT_PARTS = (
    *("unactivated", "notactivated", "unbestatigt", "nonconfirme", "sinconfirmar", "noconfirmado", "nonconfermato"),
    *("nietbevestigd", "niepotwierdzon", "obekraftad"),
    *("unsub", "bounce", "optout", "optedout", "notsub", "nonsub", "neversub", "notopted", "nopermission", "noconsent"),
    *("inactive", "archived", "disabled", "denied", "declined", "cancelled", "canceled", "unconfirmed", "notconfirmed"),
    *("neverconfirmed", "pending", "awaiting", "unreachable", "invalid", "donot", "dontemail", "notallow", "disallow"),
    *("suppress", "complain", "undeliverable", "withdrawn", "revoked", "blacklist", "blocklist", "cleaned", "onhold"),
    *("junk", "spam", "expired", "unverified", "notverified", "waiting", "pendiente", "inattesa", "enattente"),
    *("nichtbestatigt", "ausstehend", "inaktiv", "inactif", "inattiv"),
)
#: And in a column whose heading or whose other cells leave no doubt that it is about email: elsewhere an order may have
#: failed, and an applicant be rejected.
LEFT_PARTS_OF_EMAIL = (
    *("bouncing", "transactional", "temphold", "refused", "rejected", "suspended", "deactivated", "quarantin"),
    *("undelivered", "abuse", "spamtrap", "redacted", "dropped", "failed", "banned", "stopped", "trashed"),
    *("donotmail", "exclude"),
    *("spammy", "restricted", "lockdown", "badaddress", "deleted", "removed", "sospeso", "suspendido"),
)
LEFT_WORDS_OF_EMAIL = frozenset({"error", "bad", "held", "left", "hold"})
#: States of a subscription and of nothing else, among which every other word of a column is one too: an invitation may be
#: accepted, and an address valid.
SUBSCRIBED = frozenset(
    {
        *("subscribed", "active", "optedin", "optin", "subscriber", "confirmed", "abonne", "inscrit", "angemeldet"),
        *("premium", "gifted", "regular", "premium", "abonniert", "suscrito", "activo", "ativo", "iscritto"),
        *("attivo", "ingeschreven"),
        *("actief", "aktiv", "actif"),
    }
)
#: Words that say that somebody may be written to. The service's own word for an address of an import is implicit.
STAYED = SUBSCRIBED | {
    *("explicit", "implicit", "implied", "deliverable", "valid", "enabled", "approved", "express", "expressed"),
    *("current", "allow", "allowed", "granted", "verified", "doubleoptin", "singleoptin", "given", "accepted"),
    *("agreed", "ok", "okay", "good", "reachable", "inscrito", "aktywny", "mailable", "engaged", "new"),
    "unconfirmedsingleoptin",
    *map(plain_text, other_scripts.STAYED),
}
#: Headings under which lists of those who left say why.
WHY_THEY_LEFT = frozenset(
    {"reason", "source", "event", "eventtype", "error", "detail", "description", "diagnosticcode", "bouncetype", "type"}
)
#: And all that such a list has beside the address: no name, no phone.
OF_A_LIST_OF_LEFT = WHY_THEY_LEFT | {
    *("status", "code", "created", "createdat", "createdtime", "updated", "updatedat", "timestamp", "date"),
    *("time", "ip"),
    *("lastupdatetime", "subtype", "tags", "domain", "subaccount", "id", "messageid", "expires", "expiresat"),
    *("campaign",),
    *("nontransactional", "transactional", "message", "bouncedat", "added", "addedat", "sender", "lastevent"),
}
#: How often somebody wants mail: any of it is a yes.
OFTEN = frozenset(
    {
        *("always", "often", "sometimes", "occasionally", "rarely", "daily", "weekly", "monthly", "quarterly"),
        *("biweekly", "fortnightly", "yearly", "annually", "everyday", "everyweek", "everymonth", "twiceamonth"),
        *("onceaday", "onceaweek", "onceamonth", "immediately", "instant", "digest", "dailydigest", "weeklydigest"),
    }
)
#: The ways to reach somebody, as a cell names them; the first are, or include, email.
WAYS_OF_EMAIL = frozenset({"email", "emails", "newsletter", "any", "all", "both", "either", "anyway", "allofthem"})
WAYS = WAYS_OF_EMAIL | {
    *("sms", "text", "texts", "textmessage", "phone", "phonecall", "telephone", "call", "calls", "post", "mail"),
    *("directmail", "postalmail", "letter", "whatsapp", "mobile", "push", "customizedonlineadvertising"),
}
#: And what stands there for none of them; `None` by itself may be no answer.
NO_WAY = frozenset({"neither", "noneoftheabove", "nocontact", "notatall"})
#: With these a question on ways is not about what somebody wants of us.
NOT_OF_WAYS = frozenset(
    {
        *("did", "us", "used", "last", "time", "number", "emergency", "secondary", "alternate", "source", "person"),
        *("name", "date", "first"),
    }
)
#: What checks addresses says by these, and by nothing else, what it found; a column of them is one of states of email.
FOUND_BY_A_CHECK = frozenset(
    {
        *("valid", "invalid", "deliverable", "undeliverable", "risky", "unknown", "catchall", "acceptall", "donotmail"),
        *("spamtrap", "abuse", "disposable", "accepted", "rejected", "ok", "good", "bad", "role", "duplicate"),
    }
)
ONLY_BY_A_CHECK = frozenset({"deliverable", "catchall", "acceptall", "donotmail", "spamtrap"})
#: States that a membership or a payment may have too: beside what is paid for they say nothing of consent.
ALSO_OF_PAYMENTS = frozenset(
    {
        *("onhold", "pendingcancel", "active", "inactive", "cancelled", "canceled", "trialing", "trial"),
        *("pastdue", "expired", "paused", "frozen", "pending", "lapsed", "paid", "unpaid", "overdue"),
        *("declined", "open", "closed", "new", "current", "former", "incomplete", "incompleteexpired"),
        *("free", "paying", "gift", "refunded", "failed", "processing", "completed", "approved", "waitlist", "invited"),
        *("going", "notgoing", "valid", "verified", "unverified", "invalid"),
    }
)
#: And those that members, guests and customers may have.
ALSO_OF_PEOPLE = frozenset(
    {
        *("member", "nonmember", "visitor", "guest", "prospect", "lead", "customer", "client", "vip", "registered"),
        *("attending", "notattending", "attended", "maybe", "noshow", "checkedin", "complete", "accepted", "denied"),
        *("suspended", "enabled", "disabled", "archived", "confirmed", "unconfirmed"),
    }
)
#: What a cell says of somebody who is not gone: `Deleted at` = false. A *never* may be a reason.
NOT_GONE = frozenset({"0", "false", "no", "n", "f", "falsch", "falso", "faux", "nein", "non", "nao", "nee"})
#: What a cell of marks holds beside ✓ that says no.
CROSSES = frozenset({"✗", "✘", "✖", "✕", "❌", "☐"})
#: What a cell of marks holds that says nothing.
NOTHING = CROSSES | {"", "[]", "{}", "-", "–", "—", "/", ".", "_"}
#: What an answer begins with, in the languages of the tables and some more.
NO_WORDS = frozenset(NO) | frozenset(
    [
        *("nope", "dont", "donot", "not", "keine", "kein", "nie", "nej", "nei", "ne", "ei", "hayir", "nem"),
        *map(plain_text, other_scripts.NO_WORDS),
    ]
)
YES_WORDS = frozenset(YES) | {"yeah", "sure", "tak", "ano", "kylla", "evet", "igen", "please"}
#: Whose confirmation is awaited.
AWAITED = ("pending", "awaiting", "unconfirmed", "notconfirmed", "waiting", "unverified")
#: Of a postal address: "mail" means the post there.
POSTAL = frozenset({"street", "address", "city", "town", "zip", "postal", "postcode", "state", "province", "country"})
#: All that these questions are made of: `Happy to be contacted by email`, `Add me to your mailing list`.
HAPPY = frozenset(
    {"happy", "to", "be", "contacted", "by", "email", "about", "future", "events", "i", "am", "m", "we", "with"}
)
ON_THE_LIST = frozenset(
    {"add", "me", "to", "your", "our", "the", "mailing", "mailinglist", "list", "email", "contact", "please"}
)
#: How a question begins that is answered by yes or no.
MAY = frozenset({"may", "can", "could", "should", "shall"})
ASKS = MAY | {"would", "do", "will", "are", "is", "want", "yes"}
#: Words that make a column one about a mail's form, or one of a program for itself.
NO_QUESTION = frozenset({"html", "format", "modify"})
