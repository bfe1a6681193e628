"""The programs whose exports are known, and how to tell which one wrote a file.

source = sources.recognize(headings)
source.find(headings)          # {"email": (7,), "first_name": (0,), …}
source.find_consent(headings)  # ((12, "out"),)
"""

from __future__ import annotations

from collections.abc import Sequence

from . import google, mail_programs, mailing_services, outlook, sales_systems
from .mail_programs import recognize_vcard
from .source import ADDRESS_PARTS, Consent, Source

#: More specific first: the first whose headings are all there counts.
SOURCES: tuple[Source, ...] = (
    mail_programs.THUNDERBIRD_WITHOUT_HEADINGS,
    google.GOOGLE,
    google.GOOGLE_BEFORE_2024,
    google.GOOGLE_OTHERWISE,
    google.GOOGLE_OUTLOOK,
    outlook.OUTLOOK_COM,
    outlook.WINDOWS_ADDRESS_BOOK,
    outlook.FRENCH,
    outlook.GERMAN,
    outlook.SPANISH,
    outlook.PORTUGUESE,
    outlook.BRAZILIAN,
    outlook.ITALIAN,
    outlook.DUTCH,
    mail_programs.YAHOO,
    mail_programs.APPLE,
    mail_programs.THUNDERBIRD,
    mail_programs.THUNDERBIRD_FRENCH,
    mail_programs.THUNDERBIRD_GERMAN,
    mail_programs.KMAIL,
    mailing_services.CONSTANT_CONTACT,
    mailing_services.MAILCHIMP,
    mailing_services.BREVO,
    sales_systems.ZOHO,
    sales_systems.ZOHO_LEADS,
    sales_systems.SALESFORCE,
    sales_systems.SALESFORCE_WITHOUT_ADDRESS,
    sales_systems.SALESFORCE_DATA,
    sales_systems.HUBSPOT,  # after Zoho, which has these headings too
    outlook.OUTLOOK,  # after all that borrow its headings
)


def recognize(headings: Sequence[str]) -> Source | None:
    """The program that writes these headings; None when they are nobody's.

    A file of Thunderbird's that has no heading row is recognized by its first contact.
    """
    return next((source for source in SOURCES if source.recognizes(headings)), None)


__all__ = ["ADDRESS_PARTS", "SOURCES", "Consent", "Source", "recognize", "recognize_vcard"]
