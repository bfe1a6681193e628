"""What sales systems (CRM) export."""

from __future__ import annotations

from .source import Source, aligned

HUBSPOT = Source(
    "HubSpot",
    frozenset(
        {"Record ID", "Email", "Contact owner|Lead Status|Associated Company|Marketing contact status|Create Date"}
    ),
    {
        "email": ("Email", "Work email", "Additional email addresses"),
        "first_name": ("First Name",),
        "last_name": ("Last Name",),
        "company_name": ("Associated Company", "Company Name", "Company name"),
        "job_title": ("Job Title",),
        "phone": ("Mobile Phone Number", "Phone Number"),
        **aligned(
            {
                "street": "Street Address",
                "street2": "Street Address 2",
                "city": "City",
                "state": "State/Region",
                "zip": "Postal Code",
                "country": "Country/Region|Country",
            }
        ),
        "birthday": ("Date of birth",),
    },
    # `Marketing contact status` is about what HubSpot bills, not about consent.
    consent={
        "Unsubscribed from all email": "out",
        "Opted out of email: Marketing Information": "out",
        "Opted out of email: One to One": "out",
        "Email hard bounce reason": "left",
        "Invalid email address": "out",
        "Email address quarantine reason": "left",
    },
    ignored=(
        *("Record ID", "Contact owner", "Primary Associated Company ID", "Associated Company IDs"),
        *("Last Activity Date", "Lead Status", "Marketing contact status", "Create Date", "Last Modified Date"),
    ),
)

_MAILING = {
    "street": "Mailing Street",
    "street2": "Mailing Address Line 2",
    "city": "Mailing City",
    "state": "Mailing State/Province",
    "zip": "Mailing Zip/Postal Code",
    "country": "Mailing Country",
}
_SALESFORCE_COLUMNS = {
    "email": ("Email", "Secondary Email", "Contact: Email"),
    "first_name": ("First Name",),
    "last_name": ("Last Name",),
    "name": ("Full Name", "Contact Name", "Contact: Full Name"),
    "company_name": ("Account Name", "Company / Account", "Company"),
    "job_title": ("Title",),
    "phone": ("Mobile", "Mobile Phone", "Phone", "Home Phone", "Other Phone"),
    **aligned(_MAILING, {part: name.replace("Mailing", "Other") for part, name in _MAILING.items()}),
    "birthday": ("Birthdate",),
}

#: A report of contacts, exported as "details only". Below its rows stand five lines that say what it is.
SALESFORCE = Source(
    "Salesforce",
    frozenset({"Email", "Mailing State/Province", "Mailing Zip/Postal Code"}),
    _SALESFORCE_COLUMNS,
    consent={"Email Opt Out": "out", "Email Bounced Reason": "left", "Email Bounced Date": "left"},
    ignored=("Fax", "Account Owner", "Contact Owner", "Contact ID", "Account ID", "Do Not Call", "Fax Opt Out"),
)
#: A report whose columns somebody chose without the address.
SALESFORCE_WITHOUT_ADDRESS = Source(
    "Salesforce",
    frozenset({"Email", "Last Name", "Account Name", "Account Owner"}),
    SALESFORCE.columns,
    SALESFORCE.consent,
    SALESFORCE.ignored,
)
#: The data export service and Data Loader: the names of its programming interface.
SALESFORCE_DATA = Source(
    "Salesforce (data export)",
    frozenset({"LastName", "Email", "MailingStreet|HasOptedOutOfEmail"}),
    {
        "email": ("Email",),
        "first_name": ("FirstName",),
        "last_name": ("LastName",),
        "name": ("Name",),
        "job_title": ("Title",),
        "phone": ("MobilePhone", "Phone", "HomePhone", "OtherPhone"),
        **aligned(
            *(
                {
                    "street": f"{kind}Street",
                    "city": f"{kind}City",
                    "state": f"{kind}State",
                    "zip": f"{kind}PostalCode",
                    "country": f"{kind}Country",
                }
                for kind in ("Mailing", "Other")
            )
        ),
        "birthday": ("Birthdate",),
    },
    consent={"HasOptedOutOfEmail": "out", "EmailBouncedReason": "left", "EmailBouncedDate": "left", "IsDeleted": "out"},
    ignored=(
        *("Id", "MasterRecordId", "AccountId", "OwnerId", "CreatedDate", "CreatedById"),
        *("LastModifiedDate", "LastModifiedById", "SystemModstamp", "LastActivityDate", "Fax", "PhotoUrl"),
    ),
)

_ZOHO_IGNORED = (
    *("Record Id", "Contact Owner.id", "Contact Owner", "Lead Owner.id", "Lead Owner", "Account Name.id"),
    *("Vendor Name.id", "Vendor Name", "Created By.id", "Created By", "Modified By.id", "Modified By", "Created Time"),
    *("Modified Time", "Last Activity Time", "Reporting To.id", "Reporting To", "Fax", "Asst Phone", "Skype ID"),
    *("Currency", "Exchange Rate", "Layout.id", "Layout", "Change Log Time", "Locked", "Lead Conversion Time"),
)
_ZOHO_PEOPLE: dict[str, tuple[str, ...]] = {
    "email": ("Email", "Secondary Email"),
    "first_name": ("First Name",),
    "last_name": ("Last Name",),
    "name": ("Contact Name", "Lead Name", "Full Name"),
    "company_name": ("Account Name", "Company"),
    "job_title": ("Title",),
    "phone": ("Mobile", "Phone", "Home Phone", "Other Phone"),
    "birthday": ("Date of Birth",),
}

ZOHO = Source(
    "Zoho",
    frozenset({"Record Id|Contact Id", "Contact Owner.id|Contact Owner Id", "Email"}),
    {
        **_ZOHO_PEOPLE,
        **aligned(
            *(
                {
                    "street": f"{kind} Street",
                    "city": f"{kind} City",
                    "state": f"{kind} State",
                    "zip": f"{kind} Zip",
                    "country": f"{kind} Country",
                }
                for kind in ("Mailing", "Other")
            )
        ),
    },
    consent={"Email Opt Out": "out", "Unsubscribed Mode": "left", "Unsubscribed Time": "left"},
    ignored=_ZOHO_IGNORED,
)
#: Its leads, which have one address.
ZOHO_LEADS = Source(
    "Zoho",
    frozenset({"Record Id|Lead Id", "Lead Owner.id|Lead Owner Id", "Email"}),
    {
        **_ZOHO_PEOPLE,
        **aligned({"street": "Street", "city": "City", "state": "State", "zip": "Zip Code", "country": "Country"}),
    },
    consent=ZOHO.consent,
    ignored=_ZOHO_IGNORED,
)
