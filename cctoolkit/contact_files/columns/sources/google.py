"""What Google Contacts exports."""

from __future__ import annotations

from .source import Source, aligned

_NUMBERS = range(1, 10)


def _numbered(*patterns: str) -> tuple[str, ...]:
    return tuple(pattern.format(number) for number in _NUMBERS for pattern in patterns)


_ADDRESSES = aligned(
    *(
        {
            "street": f"Address {n} - Street",
            "street2": f"Address {n} - Extended Address",
            "city": f"Address {n} - City",
            "state": f"Address {n} - Region",
            "zip": f"Address {n} - Postal Code",
            "country": f"Address {n} - Country",
        }
        for n in _NUMBERS
    )
)

_COLUMNS: dict[str, tuple[str, ...]] = {
    "email": _numbered("E-mail {} - Value"),
    "first_name": ("First Name", "Given Name"),
    "last_name": ("Last Name", "Family Name"),
    "name": ("Name",),
    "company_name": ("Organization Name", "Organization 1 - Name"),
    "job_title": ("Organization Title", "Organization 1 - Title"),
    "phone": _numbered("Phone {} - Value"),
    **_ADDRESSES,
    "birthday": ("Birthday",),
    # An anniversary stands in `Event n - Value` where `Event n - Label` says so: a column alone cannot tell.
}

_IGNORED = (
    *("Photo", "File As", "Phonetic First Name", "Phonetic Middle Name", "Phonetic Last Name"),
    *("Yomi Name", "Given Name Yomi", "Additional Name Yomi", "Family Name Yomi", "Initials", "Short Name"),
    *("Maiden Name", "Gender", "Location", "Billing Information", "Directory Server", "Mileage", "Sensitivity"),
    *("Priority", "Subject", "Language"),
    *_numbered("E-mail {} - Label", "E-mail {} - Type", "Phone {} - Label", "Phone {} - Type"),
    *_numbered("Address {} - Label", "Address {} - Type", "Address {} - Formatted", "Address {} - PO Box"),
    *_numbered("Website {} - Label", "Website {} - Type", "Event {} - Label", "Event {} - Type"),
    *_numbered("Relation {} - Label", "Relation {} - Type", "IM {} - Label", "IM {} - Type", "IM {} - Service"),
    *_numbered("Custom Field {} - Label", "Custom Field {} - Type"),
    *_numbered("Organization {} - Type", "Organization {} - Yomi Name", "Organization {} - Symbol"),
    *_numbered("Organization {} - Location", "Organization {} - Job Description"),
)

GOOGLE = Source("Google Contacts", frozenset({"E-mail 1 - Value", "Organization Name"}), _COLUMNS, ignored=_IGNORED)
GOOGLE_BEFORE_2024 = Source(
    "Google Contacts (before 2024)", frozenset({"E-mail 1 - Value", "Given Name"}), _COLUMNS, ignored=_IGNORED
)
#: Whatever else has its numbered columns.
GOOGLE_OTHERWISE = Source("Google Contacts", frozenset({"E-mail 1 - Value"}), _COLUMNS, ignored=_IGNORED)


def _outlook_address(kind: str) -> dict[str, str]:
    return {
        "street": f"{kind} Street",
        "street2": f"{kind} Street 2",
        "city": f"{kind} City",
        "state": f"{kind} State",
        "zip": f"{kind} Postal Code",
        "country": f"{kind} Country",
    }


#: "Outlook CSV" of Google Contacts: Outlook's names in an order of its own, `Country` without `/Region`, and a whole
#: address beside its parts.
GOOGLE_OUTLOOK = Source(
    "Google Contacts (Outlook CSV)",
    frozenset({"E-mail Address", "First Name", "Home Address", "Home Country", "Business Address"}),
    {
        "email": ("E-mail Address", "E-mail 2 Address", "E-mail 3 Address"),
        "first_name": ("First Name",),
        "last_name": ("Last Name",),
        "company_name": ("Company",),
        "job_title": ("Job Title",),
        "phone": (
            *("Primary Phone", "Mobile Phone", "Business Phone", "Home Phone", "Business Phone 2", "Home Phone 2"),
            *("Company Main Phone", "Other Phone"),
        ),
        **aligned(*map(_outlook_address, ("Business", "Home", "Other"))),
        "anniversary": ("Anniversary",),
        "birthday": ("Birthday",),
    },
    ignored=(
        *("Initials", "Gender", "Location", "Language", "Internet Free Busy", "Pager", "Home Fax", "Business Fax"),
        *("Other Fax", "Home Address", "Business Address", "Other Address", "Home Address PO Box"),
        *("Business Address PO Box", "Other Address PO Box", "Home Street 3", "Business Street 3", "Other Street 3"),
        *("Assistant's Phone", "Organizational ID Number", "Account", "Callback", "Car Phone", "ISDN"),
        *("Radio Phone", "TTY/TDD Phone", "Telex", "Mileage", "Billing Information", "Directory Server"),
        *("Sensitivity", "Priority", "Private"),
    ),
)
