"""What other mail programs and address books export."""

from __future__ import annotations

from .source import Source, aligned

_THUNDERBIRD_ORDER = (
    *("First Name", "Last Name", "Display Name", "Nickname", "Primary Email", "Secondary Email", "Screen Name"),
    *("Work Phone", "Home Phone", "Fax Number", "Pager Number", "Mobile Number"),
    *("Home Address", "Home Address 2", "Home City", "Home State", "Home ZipCode", "Home Country"),
    *("Work Address", "Work Address 2", "Work City", "Work State", "Work ZipCode", "Work Country"),
    *("Job Title", "Department", "Organization", "Web Page 1", "Web Page 2", "Birth Year", "Birth Month", "Birth Day"),
    *("Custom 1", "Custom 2", "Custom 3", "Custom 4", "Notes"),
)


def _thunderbird(
    name: str, signature: tuple[str, ...], order: tuple[str, ...], *, without_headings: bool = False
) -> Source:
    """Thunderbird writes the same columns in the same order, under the names of its user's language."""
    called = dict(zip(_THUNDERBIRD_ORDER, order, strict=True))

    def address(kind: str) -> dict[str, str]:
        return {
            "street": called[f"{kind} Address"],
            "street2": called[f"{kind} Address 2"],
            "city": called[f"{kind} City"],
            "state": called[f"{kind} State"],
            "zip": called[f"{kind} ZipCode"],
            "country": called[f"{kind} Country"],
        }

    return Source(
        name,
        frozenset(signature),
        {
            "email": (called["Primary Email"], called["Secondary Email"]),
            "first_name": (called["First Name"],),
            "last_name": (called["Last Name"],),
            "name": (called["Display Name"],),
            "company_name": (called["Organization"],),
            "job_title": (called["Job Title"],),
            "phone": (called["Mobile Number"], called["Work Phone"], called["Home Phone"]),
            **aligned(address("Work"), address("Home")),
            "birthday_month": (called["Birth Month"],),
            "birthday_day": (called["Birth Day"],),
        },
        ignored=(called["Screen Name"], called["Fax Number"], called["Pager Number"], called["Birth Year"]),
        fixed_order=order if without_headings else (),
    )


THUNDERBIRD_WITHOUT_HEADINGS = _thunderbird(
    "Thunderbird (without headings)", (), _THUNDERBIRD_ORDER, without_headings=True
)
_BRITISH = {
    "Home State": "Home State|Home County",
    "Home ZipCode": "Home ZipCode|Home Post Code",
    "Work State": "Work State|Work County",
    "Work ZipCode": "Work ZipCode|Work Post Code",
    "Organization": "Organization|Organisation",
}
THUNDERBIRD = _thunderbird(
    "Thunderbird",
    ("Primary Email", "Secondary Email", "Screen Name"),
    tuple(_BRITISH.get(name, name) for name in _THUNDERBIRD_ORDER),
)
# Town, state and postal code are called the same at home and at work.
THUNDERBIRD_FRENCH = _thunderbird(
    "Thunderbird (French)",
    ("Nom à afficher", "Adresse électronique principale"),
    (
        *("Prénom", "Nom de famille", "Nom à afficher", "Surnom", "Adresse électronique principale"),
        *("Adresse électronique secondaire", "Nom de l’écran", "Tél. professionnel", "Tél. personnel", "Fax"),
        *("Pager", "Portable", "Adresse privée", "Adresse privée 2", "Ville", "Pays/État", "Code postal"),
        *("Pays/Région (domicile)", "Adresse professionnelle", "Adresse professionnelle 2", "Ville#2", "Pays/État#2"),
        *("Code postal#2", "Pays/Région (bureau)", "Profession", "Service", "Société", "Site web 1", "Site web 2"),
        *("Année de naissance", "Mois", "Jour", "Divers 1", "Divers 2", "Divers 3", "Divers 4", "Notes"),
    ),
)
# Not sure of every word of these; the signature and the columns of names, addresses and birthdays are seen in use.
THUNDERBIRD_GERMAN = _thunderbird(
    "Thunderbird (German)",
    ("Anzeigename", "Primäre E-Mail-Adresse|Primäre E-Mail", "Geburtsjahr"),
    (
        *("Vorname", "Nachname", "Anzeigename", "Spitzname", "Primäre E-Mail-Adresse|Primäre E-Mail"),
        *("Sekundäre E-Mail-Adresse|Sekundäre E-Mail", "Messenger-Name", "Tel. dienstlich", "Tel. privat"),
        *("Fax-Nummer", "Pager-Nummer", "Mobil-Tel.-Nr.|Mobil-Telefon", "Privat: Adresse", "Privat: Adresse 2"),
        *("Privat: Ort", "Privat: Bundesland", "Privat: PLZ", "Privat: Land", "Dienstlich: Adresse"),
        *("Dienstlich: Adresse 2", "Dienstlich: Ort", "Dienstlich: Bundesland", "Dienstlich: PLZ"),
        *("Dienstlich: Land", "Arbeitstitel|Titel", "Abteilung", "Organisation", "Webseite 1", "Webseite 2"),
        # Geburtstag is the day of the month here.
        *("Geburtsjahr", "Geburtsmonat", "Geburtstag", "Benutzerdef. 1", "Benutzerdef. 2", "Benutzerdef. 3"),
        *("Benutzerdef. 4", "Notizen"),
    ),
)

YAHOO = Source(
    "Yahoo",
    frozenset({"Email", "Distribution Lists", "Messenger ID"}),
    {
        "email": ("Email", "Alternate Email 1", "Alternate Email 2"),
        "first_name": ("First",),
        "last_name": ("Last",),
        "company_name": ("Company",),
        "job_title": ("Title",),
        # `Primary` says which of them is the first one, not its number.
        "phone": ("Mobile", "Work", "Home", "Other", "Yahoo! Phone"),
        **aligned(
            *(
                {
                    "street": f"{kind} Address",
                    "city": f"{kind} City",
                    "state": f"{kind} State",
                    "zip": f"{kind} ZIP",
                    "country": f"{kind} Country",
                }
                for kind in ("Work", "Home")
            )
        ),
        "anniversary": ("Anniversary",),
        "birthday": ("Birthday",),
    },
    ignored=(
        *("Messenger ID", "Pager", "Fax", "Primary", *(f"Messenger ID{n}" for n in range(1, 10)), "Skype ID"),
        *("IRC ID", "ICQ ID", "Google ID", "MSN ID", "AIM ID", "QQ ID"),
    ),
)

#: KMail's address book, in English.
KMAIL = Source(
    "KMail",
    frozenset({"Formatted Name", "EMail (preferred)"}),
    {
        "email": ("EMail (preferred)", "EMail (2)", "EMail (3)", "EMail (4)"),
        "first_name": ("Given Name",),
        "last_name": ("Family Name",),
        "name": ("Formatted Name",),
        "company_name": ("Organization",),
        "job_title": ("Title", "Role", "Profession"),
        "phone": ("Mobile Phone", "Business Phone", "Home Phone"),
        **aligned(
            *(
                {
                    "street": f"{kind} Address Street",
                    "city": f"{kind} Address City",
                    "state": f"{kind} Address State",
                    "zip": f"{kind} Address Zip Code",
                    "country": f"{kind} Address Country",
                }
                for kind in ("Business", "Home")
            )
        ),
        "anniversary": ("Anniversary",),
        "birthday": ("Birthday",),
    },
    ignored=(
        *("Home Address Post Office Box", "Home Address Label", "Business Address Post Office Box"),
        *("Business Address Label", "Home Fax", "Business Fax", "Car Phone", "ISDN", "Pager", "Mail Client"),
        "Blog Feed",
    ),
)

#: Apple exports vCards, which have no headings: told by who made them.
APPLE = Source("Apple Contacts", frozenset(), {})

#: What the PRODID of a vCard begins with or holds, and what to call its maker. Android's cards, 2.1, have none.
VCARD_MAKERS = {
    "-//Apple Inc.//": "Apple Contacts",
    "-//Apple Computer": "Apple Contacts",
    "-//Google": "Google Contacts",
    "-//Mozilla": "Thunderbird",
    "-//thunderbird": "Thunderbird",
    "-//KADDRESSBOOK": "KMail",
    "-//Microsoft": "Outlook",
    "-//Nextcloud": "Nextcloud",
    "-//ProtonMail": "Proton Mail",
    "-//Yahoo": "Yahoo",
}


def recognize_vcard(product: str, version: str) -> str:
    """What to call the maker of a vCard, by its PRODID (empty where it has none) and VERSION."""
    for start, name in VCARD_MAKERS.items():
        if product.casefold().startswith(start.casefold()):
            return name
    return "Android Contacts" if not product and version == "2.1" else "vCard"
