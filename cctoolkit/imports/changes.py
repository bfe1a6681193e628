"""What an import would change in a contact, compared as the service does it.

Only columns that are in the file change anything, and of those only filled cells. Values are compared by what they say:
white space does not count, phones are compared by their digits, dates as days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from ..api.custom_fields import CustomFields
from .rows import CUSTOM, digits

CORE = ("first_name", "last_name", "job_title", "company_name")
BIRTHDAY = ("birthday_month", "birthday_day")
ADDRESS: Mapping[str, str] = {"city": "city", "state": "state", "zip": "postal_code", "country": "country"}
#: A contact's phones: one more is not taken.
MOST_PHONES = 3
#: In a contact that an export told: of several phones of a kind it has the first only.
FLATTENED = "read by an export"
#: The kind of phone that an import of a file adds.
_KIND_OF_IMPORTS = "other"
_DATES = ("%m/%d/%Y", "%Y/%m/%d", "%Y-%m-%d", "%m-%d-%Y")


class Change(NamedTuple):
    field: str
    before: str
    after: str


class CustomFieldValues:
    """What contacts have in the account's custom fields, as an import's headings name these."""

    def __init__(self, fields: Iterable[dict[str, Any]], headings: Iterable[str]) -> None:
        found = list(fields)
        named = {name: CustomFields.match(found, name[len(CUSTOM) :]) for name in headings}
        #: The fields that headings ask for, as the service answers them.
        self.fields = [field for field in named.values() if field is not None]
        self._selects = {name for name, field in named.items() if field is not None and field.get("choices")}
        self._ids = {name: str(field.get("custom_field_id")) for name, field in named.items() if field is not None}
        #: The names that headings ask for and the account does not have.
        self.missing = tuple(name[len(CUSTOM) :].strip() for name, field in named.items() if field is None)
        # The ids of choices are a field's own: another field has the same ones.
        self._choices = {
            (str(field.get("custom_field_id")), str(choice.get("choice_id"))): str(choice.get("choice_label"))
            for field in found
            for choice in field.get("choices") or []
        }

    def value(self, contact: Mapping[str, Any], heading: str) -> str:
        """What a contact has in the field of that heading; empty when it has nothing."""
        for entry in _entries(contact, "custom_fields"):
            if str(entry.get("custom_field_id")) == self._ids.get(heading):
                chosen = [
                    self._choices.get((self._ids[heading], str(each)), str(each))
                    for each in entry.get("choice_ids") or []
                ]
                return str(entry.get("value") or ",".join(chosen))
        return ""

    def said(self, heading: str) -> Callable[[str], str]:
        """What makes of a value of that field a text by which two are compared: choices in whatever order."""
        return _choices if heading in self._selects else _day_or_text


def includes(headings: Iterable[str]) -> list[str]:
    """The sub-resources that have to be read for a comparison of these columns."""
    names = set(headings)
    found = ["list_memberships"]
    if "phone" in names:
        found.append("phone_numbers")
    if names & {"street", "street2", *ADDRESS}:
        found.append("street_addresses")
    if any(name.lower().startswith(CUSTOM) for name in names):
        found.append("custom_fields")
    return found


def changes(row: Mapping[str, str], contact: Mapping[str, Any], custom_fields: CustomFieldValues) -> list[Change]:
    """What importing the row would change in the contact."""
    compared = [
        *((name, _text(contact, name), row[name], tidy) for name in CORE if name in row),
        *((name, _text(contact, name), row[name], _number) for name in BIRTHDAY if name in row),
        *_date(row, "anniversary", _text(contact, "anniversary")),
        *_address(row, contact),
        *_text_message_channel(row, contact),
        *(
            (name, custom_fields.value(contact, name), row[name], custom_fields.said(name))
            for name in row
            if name.lower().startswith(CUSTOM)
        ),
    ]
    found = [Change(field, before, after) for field, before, after, say in compared if say(before) != say(after)]
    if contact.get("deleted_at"):
        found.append(Change("deleted_at", str(contact["deleted_at"]), ""))  # an import revives
    return [*found, *_phone(row, contact)]


def _phone(row: Mapping[str, str], contact: Mapping[str, Any]) -> list[Change]:
    """A phone is added, not replaced."""
    if "phone" not in row:
        return []
    phones = [str(entry.get("phone_number") or "") for entry in _entries(contact, "phone_numbers")]
    if contact.get(FLATTENED) and any(
        each.get("kind") == _KIND_OF_IMPORTS for each in _entries(contact, "phone_numbers")
    ):
        return []  # the row's may be the second of that kind, which was added by an import before
    known = {digits(phone) or tidy(phone) for phone in phones}
    if len(phones) >= MOST_PHONES or (digits(row["phone"]) or tidy(row["phone"])) in known:
        return []
    return [Change("phone", "; ".join(phones), "; ".join([*phones, row["phone"]]))]


def _address(row: Mapping[str, str], contact: Mapping[str, Any]) -> list[tuple[str, str, str, Any]]:
    """An import writes the address of kind home; a second line of the street follows the first."""
    home = next((entry for entry in _entries(contact, "street_addresses") if entry.get("kind") == "home"), {})
    found = [(name, str(home.get(stored) or ""), row[name], tidy) for name, stored in ADDRESS.items() if name in row]
    if "street" in row or "street2" in row:
        before = str(home.get("street") or "")
        second = "" if second_line_is_there(row, contact) else row.get("street2", "")
        lines = [row.get("street") or before, second]
        found.insert(0, ("street", before, ", ".join(filter(None, lines)), tidy))
    return found


def second_line_is_there(row: Mapping[str, str], contact: Mapping[str, Any]) -> bool:
    """Whether the row has a second line of a street alone, and the contact's street ends with it: sent again, it is doubled."""
    if "street2" not in row or "street" in row:
        return False
    street = _home(contact)
    return street == row["street2"] or street.endswith(f", {row['street2']}")


def has_text_messages(contact: Mapping[str, Any]) -> bool:
    """Whether the contact has a channel for text messages, with a consent of its own."""
    channel = contact.get("sms_channel")
    return isinstance(channel, dict) and bool(channel.get("sms_address"))


def _home(contact: Mapping[str, Any]) -> str:
    home = next((entry for entry in _entries(contact, "street_addresses") if entry.get("kind") == "home"), {})
    return str(home.get("street") or "")


def _text_message_channel(row: Mapping[str, str], contact: Mapping[str, Any]) -> list[tuple[str, str, str, Any]]:
    channel = contact.get("sms_channel")
    channel = channel if isinstance(channel, dict) else {}
    found = []
    if "sms_number" in row:
        number, code = str(channel.get("sms_address") or ""), digits(str(channel.get("dial_code") or ""))
        same = digits(row["sms_number"]) in (digits(number), code + digits(number))
        found.append(("sms_number", number, number if same else row["sms_number"], digits))
    if "sms_consent_date" in row:
        consents = channel.get("sms_channel_consents")
        first = consents[0] if isinstance(consents, list) and consents and isinstance(consents[0], dict) else {}
        found += _date(row, "sms_consent_date", str(first.get("opt_in_date") or "")[:10])
    return found


def _date(row: Mapping[str, str], name: str, before: str) -> list[tuple[str, str, str, Any]]:
    return [(name, before, row[name], _day_or_text)] if name in row else []


def tidy(text: str) -> str:
    return " ".join(text.split())


def _day_or_text(text: str) -> str:
    for form in _DATES:
        try:
            return datetime.strptime(text.strip(), form).date().isoformat()
        except ValueError:
            continue
    return tidy(text)


def _choices(text: str) -> str:
    return ",".join(sorted(map(tidy, text.split(","))))


def _number(text: str) -> str:
    return tidy(text).lstrip("0")


def _text(contact: Mapping[str, Any], name: str) -> str:
    value = contact.get(name)
    return "" if value is None else str(value)


def _entries(contact: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = contact.get(name)
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []
