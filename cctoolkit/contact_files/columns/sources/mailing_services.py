"""What mailing services export."""

from __future__ import annotations

from .source import Consent, Source, aligned

_CC_KINDS = ("Home", "Work", "Other")
_EMAIL_KINDS = ("", " - home", " - work", " - other")

#: Constant Contact's own export. Older ones have a column of addresses for each kind, with a status for each.
CONSTANT_CONTACT = Source(
    "Constant Contact",
    frozenset({"Email Lists", "Source Name", "Created At", "Updated At"}),
    {
        "email": tuple(f"Email address{kind}" for kind in _EMAIL_KINDS),
        "first_name": ("First name",),
        "last_name": ("Last name",),
        "company_name": ("Company",),
        "job_title": ("Job title",),
        "phone": ("Phone - mobile", "Phone - work", "Phone - home", "Phone - other", "Phone - mobile 2"),
        **aligned(
            *(
                {
                    "street": f"Street address line 1 - {kind}",
                    "street2": f"Street address line 2 - {kind}",  # not seen in use
                    "city": f"City - {kind}",
                    "state": f"State/Province - {kind}",
                    "zip": f"Zip/Postal Code - {kind}",
                    "country": f"Country - {kind}",
                }
                for kind in (*_CC_KINDS, *(f"{kind} 2" for kind in _CC_KINDS))
            )
        ),
        "anniversary": ("Anniversary",),
        "birthday": ("Birthday",),
    },
    consent={
        **{f"Email status{kind}": "status" for kind in _EMAIL_KINDS},
        **{f"Email permission status{kind}": "status" for kind in _EMAIL_KINDS},
        "Confirmed Opt-Out Date": "left",
        "Confirmed Opt-Out Source": "left",
        "Confirmed Opt-Out Reason": "left",
    },
    ignored=(
        "Email update source",
        "Source Name",
        "Created At",
        "Updated At",
        "Opened At",
        "Clicked At",
        "Phone - fax",
    ),
)

_MAILCHIMP_LEFT = (
    *("UNSUB_TIME", "UNSUB_CAMPAIGN_TITLE", "UNSUB_CAMPAIGN_ID", "UNSUB_REASON", "UNSUB_REASON_OTHER"),
    *("CLEAN_TIME", "CLEAN_CAMPAIGN_TITLE", "CLEAN_CAMPAIGN_ID"),
)
_LEFT: Consent = "left"

#: Subscribed, unsubscribed and cleaned people come in files of their own; the last two have columns that say so. The
#: names of the first columns are the user's to change.
MAILCHIMP = Source(
    "Mailchimp",
    frozenset({"MEMBER_RATING", "LEID", "EUID"}),
    {
        "email": (
            "Email Address|Email|Adresse e-mail|E-Mail-Adresse|Dirección de correo electrónico|Endereço de e-mail|"
            "Indirizzo e-mail|E-mailadres",
        ),
        "first_name": ("First Name|FNAME|Prénom|Vorname|Nombre|Nome|Voornaam",),
        "last_name": ("Last Name|LNAME|Nom|Nachname|Apellido|Apellidos|Sobrenome|Cognome|Achternaam",),
        "company_name": ("Company|Company Name",),
        "phone": ("Phone Number|Phone|PHONE|SMS Phone Number",),
        "street": ("Address|ADDRESS",),
        "birthday": ("Birthday|BIRTHDAY",),
    },
    consent=dict.fromkeys(_MAILCHIMP_LEFT, _LEFT),
    ignored=(
        *("MEMBER_RATING", "OPTIN_TIME", "OPTIN_IP", "CONFIRM_TIME", "CONFIRM_IP", "LATITUDE", "LONGITUDE", "GMTOFF"),
        *("DSTOFF", "TIMEZONE", "CC", "REGION", "LAST_CHANGED", "LEID", "EUID"),
    ),
    whole_addresses=("Address|ADDRESS",),
)

#: Brevo (once Sendinblue). The names of first and last name follow the language in which an account was opened.
BREVO = Source(
    "Brevo",
    frozenset({"EMAIL", "DOUBLE_OPT-IN", "ADDED_TIME|CONTACT ID|SMS"}),
    {
        "email": ("EMAIL",),
        "first_name": ("FIRSTNAME|PRENOM|VORNAME|NOMBRE|NOME",),
        "last_name": ("LASTNAME|NOM|NACHNAME|APELLIDOS|SOBRENOME|COGNOME",),
        "job_title": ("JOB_TITLE",),
        "phone": ("LANDLINE_NUMBER", "SMS", "WHATSAPP"),
        "sms_number": ("SMS",),
    },
    consent={
        "OPT_IN": "in",
        # Not sure of these names: columns that can be asked for, and those of Sendinblue.
        "BLACKLIST": "out",
        "EMAIL_BLACKLIST": "out",
        "EMAIL_BLACKLISTED": "out",
        "BLOCKLISTED": "out",
    },
    # DOUBLE_OPT-IN says whether somebody confirmed, not whether somebody left.
    ignored=("CONTACT ID", "DOUBLE_OPT-IN", "EXT_ID", "CONTACT_TIMEZONE", "ADDED_TIME", "MODIFIED_TIME"),
)
