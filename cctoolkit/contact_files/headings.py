"""What each address book calls a column, and what the import calls it.

An import heading may be fed by several columns: the first that has a value in a row counts, the others are told.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping as Mappings
from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import ContactFileError
from .reading import Row

#: The headings of the import file, in the order in which they are written. `birthday` becomes day and month.
TARGETS = (
    "email",
    "first_name",
    "last_name",
    "company_name",
    "job_title",
    "phone",
    "street",
    "street2",
    "city",
    "state",
    "zip",
    "country",
    "anniversary",
    "birthday",
)

_NUMBERS = range(1, 6)


@dataclass(frozen=True)
class Source:
    """A program that exports contacts: headings that only it writes, and where each import heading comes from."""

    name: str
    signature: frozenset[str]
    columns: dict[str, tuple[str, ...]]


_OUTLOOK_COLUMNS: dict[str, tuple[str, ...]] = {
    "email": ("E-mail Address", "E-mail 2 Address", "E-mail 3 Address"),
    "first_name": ("First Name",),
    "last_name": ("Last Name",),
    "company_name": ("Company",),
    "job_title": ("Job Title",),
    "phone": (
        "Primary Phone",
        "Mobile Phone",
        "Business Phone",
        "Home Phone",
        "Business Phone 2",
        "Home Phone 2",
        "Company Main Phone",
        "Other Phone",
    ),
    # One address as a whole: a street from one and a city from another would be no address.
    "street": ("Business Street", "Home Street", "Other Street"),
    "street2": ("Business Street 2", "Home Street 2", "Other Street 2"),
    "city": ("Business City", "Home City", "Other City"),
    "state": ("Business State", "Home State", "Other State"),
    "zip": ("Business Postal Code", "Home Postal Code", "Other Postal Code"),
    "country": ("Business Country/Region", "Home Country/Region", "Other Country/Region"),
    "anniversary": ("Anniversary",),
    "birthday": ("Birthday",),
}

_GOOGLE_COLUMNS: dict[str, tuple[str, ...]] = {
    "email": tuple(f"E-mail {n} - Value" for n in _NUMBERS),
    "first_name": ("First Name", "Given Name"),
    "last_name": ("Last Name", "Family Name"),
    "company_name": ("Organization Name", "Organization 1 - Name"),
    "job_title": ("Organization Title", "Organization 1 - Title"),
    "phone": tuple(f"Phone {n} - Value" for n in _NUMBERS),
    "street": tuple(f"Address {n} - Street" for n in _NUMBERS),
    "street2": tuple(f"Address {n} - Extended Address" for n in _NUMBERS),
    "city": tuple(f"Address {n} - City" for n in _NUMBERS),
    "state": tuple(f"Address {n} - Region" for n in _NUMBERS),
    "zip": tuple(f"Address {n} - Postal Code" for n in _NUMBERS),
    "country": tuple(f"Address {n} - Country" for n in _NUMBERS),
    "birthday": ("Birthday",),
}

SOURCES = (
    Source("Google Contacts", frozenset({"E-mail 1 - Value", "Organization Name"}), _GOOGLE_COLUMNS),
    Source("Google Contacts (before 2024)", frozenset({"E-mail 1 - Value", "Given Name"}), _GOOGLE_COLUMNS),
    Source("Google Contacts", frozenset({"E-mail 1 - Value"}), _GOOGLE_COLUMNS),
    Source("Outlook", frozenset({"E-mail Address", "First Name"}), _OUTLOOK_COLUMNS),
)

#: Names that people and programs give a column, letters and digits only, accents taken away.
_SYNONYMS: dict[str, tuple[str, ...]] = {
    "email": (
        *("email", "emailaddress", "mail", "emailid", "primaryemail", "email1", "correo", "correoelectronico"),
        *("emailadresse", "adressedemessagerie", "courriel", "indirizzoemail", "emailadres", "enderecodeemail"),
    ),
    "first_name": ("firstname", "givenname", "forename", "first", "vorname", "prenom", "nombre", "nome", "voornaam"),
    "last_name": (
        *("lastname", "surname", "familyname", "last", "nachname", "nom", "apellido", "apellidos", "cognome"),
        *("sobrenome", "achternaam"),
    ),
    "name": ("name", "fullname", "contactname", "displayname", "yourname"),
    "company_name": (
        *("company", "companyname", "organization", "organisation", "organizationname", "accountname"),
        *("firma", "societe", "empresa", "azienda", "bedrijf"),
    ),
    "job_title": ("jobtitle", "position", "role", "cargo"),
    "phone": ("phone", "phonenumber", "telephone", "mobile", "mobilephone", "cell", "cellphone", "telefon", "telefono"),
    "street": ("street", "address", "streetaddress", "address1", "addressline1", "mailingstreet", "strasse"),
    "street2": ("street2", "address2", "addressline2"),
    "city": ("city", "town", "mailingcity", "ort", "ville", "ciudad", "citta"),
    "state": ("state", "province", "region", "stateprovince", "mailingstateprovince"),
    "zip": ("zip", "zipcode", "postalcode", "postcode", "mailingzippostalcode", "plz", "codepostal"),
    "country": ("country", "countryregion", "mailingcountry", "land", "pays", "pais", "paese"),
    "anniversary": ("anniversary",),
    "birthday": ("birthday", "birthdate", "dateofbirth", "birthdaymmdd", "geburtstag"),
}
#: Columns that say whether somebody may be written to: by a word, by yes meaning no, and by yes meaning yes.
_STATUS = (
    *("status", "emailstatus", "subscriptionstatus", "subscription", "contactstatus", "marketingstatus"),
    *("emailpermissionstatus", "permissiontosend", "memberstatus", "emailsubscriberstatus"),
)
_OUT = (
    *("unsubscribed", "isunsubscribed", "optout", "optedout", "emailoptout", "hasoptedoutofemail", "donotemail"),
    *("unsubscribedfromallemail", "donotcontact", "emailoptedout"),
)
_IN = ("subscribed", "optin", "emailoptin", "optedin", "issubscribed", "marketingconsent", "acceptsmarketing")
#: Columns of lists of people who left: any value says so.
_LEFT_AT = (
    "unsubtime",
    "unsubreason",
    "cleantime",
    "cleancampaigntitle",
    "unsubscribedate",
    "optoutdate",
    "optoutreason",
)
_CONSENT = {
    **dict.fromkeys(_STATUS, "status"),
    **dict.fromkeys(_OUT, "out"),
    **dict.fromkeys(_IN, "in"),
    **dict.fromkeys(_LEFT_AT, "left"),
}
#: Words that say, in any such column, that somebody left or cannot be reached.
_LEFT = (
    *("unsubscribed", "unsubscribe", "cleaned", "bounced", "hardbounced", "optedout", "optout", "nonsubscribed"),
    *("notsubscribed", "removed", "spam", "complained", "donotcontact", "donotemail", "donotmail", "blocked"),
    *("suppressed", "blacklisted", "deleted", "revoked", "withdrawn"),
)
_NO = ("0", "00", "false", "no", "n", "off", "never", "nein", "non")
_YES = ("1", "10", "true", "yes", "y", "on", "x", "ja", "oui", "si")

ADDRESS_PARTS = ("street", "street2", "city", "state", "zip", "country")


@dataclass(frozen=True)
class Mapping:
    """Which columns (by position) feed which import heading, and which are left over.

    The parts of a postal address are aligned: the n-th street goes with the n-th city; -1 where a column is missing.
    """

    source: str
    columns: dict[str, tuple[int, ...]]
    unused: tuple[int, ...]
    #: Columns that say who may be written to, each with its kind: `status`, `out` or `in`.
    consent: tuple[tuple[int, str], ...] = ()


def map_headings(
    headings: Sequence[str], name: str, rows: Sequence[Row] = (), chosen: Mappings[str, str] | None = None
) -> Mapping:
    """Recognize the source and its columns: by its headings, and addresses by what the `rows` hold.

    Raises `ContactFileError` when no column holds email addresses.
    """
    present = {heading.casefold(): index for index, heading in reversed(list(enumerate(headings)))}
    for source in SOURCES:
        if all(heading.casefold() in present for heading in source.signature):
            columns = {
                target: tuple(
                    present.get(name.casefold(), -1)
                    for name in names
                    if target in ADDRESS_PARTS or name.casefold() in present
                )
                for target, names in source.columns.items()
            }
            recognized = source.name
            break
    else:
        columns = _by_name(headings)
        recognized = "CSV with headings of its own"
    columns = _chosen(columns, headings, chosen or {})
    columns = {target: indexes for target, indexes in columns.items() if set(indexes) - {-1}}
    if (
        "email" not in columns
        and not any("@" in heading for heading in headings)
        and (found := _by_content(rows, len(headings)))
    ):
        columns = {"email": found, **columns}
    if "email" not in columns:
        raise ContactFileError(_no_address_column(headings, name))
    if "first_name" in columns or "last_name" in columns:
        columns.pop("name", None)  # split only when a single name column is all there is
    consent = tuple((index, _CONSENT[plain]) for index, plain in enumerate(map(_plain, headings)) if plain in _CONSENT)
    used = {index for indexes in columns.values() for index in indexes} - {-1}
    used |= {index for index, _ in consent}
    unused = tuple(index for index in range(len(headings)) if index not in used)
    return Mapping(recognized, columns, unused, consent)


def _chosen(
    columns: dict[str, tuple[int, ...]], headings: Sequence[str], chosen: Mappings[str, str]
) -> dict[str, tuple[int, ...]]:
    """The columns with what the user said of some: before all others of that target, and nowhere else."""
    for heading, target in chosen.items():
        places = [index for index, each in enumerate(headings) if each.casefold() == heading.strip().casefold()]
        if not places:
            raise ContactFileError(
                f"There is no column {heading!r}. The columns are: {', '.join(filter(None, headings))}."
            )
        if target and target not in (*TARGETS, "name"):
            raise ContactFileError(
                f"A column cannot become {target!r}. It can become: {', '.join((*TARGETS, 'name'))}; or nothing, to leave "
                "it out."
            )
        columns = {
            # The parts of a postal address stay aligned; -1 is a column that is not there.
            each: tuple(-1 if index in places else index for index in indexes)
            if each in ADDRESS_PARTS
            else tuple(index for index in indexes if index not in places)
            for each, indexes in columns.items()
        }
        if target:
            columns[target] = (places[0], *columns.get(target, ()))
    return columns


def says_no(kind: str, value: str) -> bool:
    """Whether a cell of a consent column says that this person must not be written to.

    `status` is a word; `out` is yes for no; `in` is no for no; `left` says it by having any value. An answer that is
    none (`N/A`, empty) keeps nobody out.
    """
    plain = _plain(value)
    if not plain or plain in ("na", "none", "null", "nan"):
        return False
    if plain in _LEFT or kind == "left":
        return True
    if kind == "out":
        return plain in _YES
    return plain in _NO


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.lower().replace("ß", "ss"))
    return re.sub(r"[^a-z0-9]", "", letters)


def _by_name(headings: Sequence[str]) -> dict[str, tuple[int, ...]]:
    plain = [_plain(heading) for heading in headings]
    columns = {
        target: tuple(index for name in names for index, heading in enumerate(plain) if heading == name)
        for target, names in _SYNONYMS.items()
    }
    # "Work email", "E-mail of the parents": any other column that calls itself one, after those above.
    more = (index for index, heading in enumerate(plain) if "email" in heading and not _consent_heading(heading))
    columns["email"] = tuple(dict.fromkeys((*columns["email"], *more)))
    return columns


def _consent_heading(plain: str) -> bool:
    return plain in _CONSENT or any(word in plain for word in ("unsub", "optout", "optin", "permission", "status"))


def _by_content(rows: Sequence[Row], width: int) -> tuple[int, ...]:
    """Columns most of whose cells look like addresses."""
    found = []
    for index in range(width):
        filled = [cell for row in rows[:200] if (cell := row.cells[index].strip())]
        if filled and sum("@" in cell for cell in filled) > len(filled) / 2:
            found.append(index)
    return tuple(found)


def _no_address_column(headings: Sequence[str], name: str) -> str:
    if any("@" in heading for heading in headings):
        return (
            f"{name} has no heading row: its first line holds a contact. Put a line of headings on top, with email for "
            "the column of addresses."
        )
    shown = ", ".join(heading for heading in headings[:12] if heading) + (", …" if len(headings) > 12 else "")
    return (
        f"{name} has no column of email addresses (its headings: {shown or 'none'}). Give that column the heading email, "
        "or check that this is the export of your contacts."
    )
