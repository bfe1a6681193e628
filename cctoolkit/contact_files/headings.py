"""What each address book calls a column, and what the import calls it.

An import heading may be fed by several columns: the first that has a value in a row counts, the others are told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import ContactFileError

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

#: Names that people give a column themselves, letters and digits only.
_SYNONYMS: dict[str, tuple[str, ...]] = {
    "email": ("email", "emailaddress", "mail", "emailid", "primaryemail", "email1", "correo", "correoelectronico"),
    "first_name": ("firstname", "givenname", "forename", "first"),
    "last_name": ("lastname", "surname", "familyname", "last"),
    "company_name": ("company", "companyname", "organization", "organisation", "organizationname", "accountname"),
    "job_title": ("jobtitle", "position", "role"),
    "phone": ("phone", "phonenumber", "telephone", "mobile", "mobilephone", "cell", "cellphone"),
    "street": ("street", "address", "streetaddress", "address1", "addressline1", "mailingstreet"),
    "street2": ("street2", "address2", "addressline2"),
    "city": ("city", "town", "mailingcity"),
    "state": ("state", "province", "region", "stateprovince", "mailingstateprovince"),
    "zip": ("zip", "zipcode", "postalcode", "postcode", "mailingzippostalcode"),
    "country": ("country", "countryregion", "mailingcountry"),
    "anniversary": ("anniversary",),
    "birthday": ("birthday", "birthdate", "dateofbirth", "birthdaymmdd"),
}

ADDRESS_PARTS = ("street", "street2", "city", "state", "zip", "country")


@dataclass(frozen=True)
class Mapping:
    """Which columns (by position) feed which import heading, and which are left over.

    The parts of a postal address are aligned: the n-th street goes with the n-th city; -1 where a column is missing.
    """

    source: str
    columns: dict[str, tuple[int, ...]]
    unused: tuple[int, ...]


def map_headings(headings: Sequence[str], name: str) -> Mapping:
    """Recognize the source and its columns.

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
    columns = {target: indexes for target, indexes in columns.items() if set(indexes) - {-1}}
    if "email" not in columns:
        raise ContactFileError(_no_address_column(headings, name))
    used = {index for indexes in columns.values() for index in indexes} - {-1}
    unused = tuple(index for index in range(len(headings)) if index not in used)
    return Mapping(recognized, columns, unused)


def _by_name(headings: Sequence[str]) -> dict[str, tuple[int, ...]]:
    plain = [re.sub(r"[^a-z0-9]", "", heading.lower()) for heading in headings]
    return {
        target: tuple(index for name in names for index, heading in enumerate(plain) if heading == name)
        for target, names in _SYNONYMS.items()
    }


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
