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
#: The kind of each phone that an import adds, and of each postal address that it writes, by what stands before its parts.
PHONES: Mapping[str, str] = {
    "phone": "other",
    **{f"{kind}_phone": kind for kind in ("home", "work", "mobile", "other")},
}
ADDRESSES: Mapping[str, str] = {"": "home", "home_": "home", "work_": "work", "other_": "other"}
_LINES = ("street", "street2")
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
    if names & set(PHONES):
        found.append("phone_numbers")
    if names & {f"{before}{part}" for before in ADDRESSES for part in (*_LINES, *ADDRESS)}:
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
        *(change for before, kind in ADDRESSES.items() for change in _address(row, contact, before, kind)),
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
    return [*found, *_phones(row, contact)]


def _phones(row: Mapping[str, str], contact: Mapping[str, Any]) -> list[Change]:
    """A phone is added, not replaced."""
    entries = _entries(contact, "phone_numbers")
    phones = [str(entry.get("phone_number") or "") for entry in entries]
    known = {digits(phone) or tidy(phone) for phone in phones}
    found: list[Change] = []
    for name, kind in PHONES.items():
        if name not in row or len(phones) >= MOST_PHONES or (digits(row[name]) or tidy(row[name])) in known:
            continue
        if contact.get(FLATTENED) and any(entry.get("kind") == kind for entry in entries):
            continue  # the row's may be the second of that kind, which was added by an import before
        found.append(Change(name, "; ".join(phones), "; ".join([*phones, row[name]])))
        phones.append(row[name])
        known.add(digits(row[name]) or tidy(row[name]))
    return found


def _address(
    row: Mapping[str, str], contact: Mapping[str, Any], before: str, kind: str
) -> list[tuple[str, str, str, Any]]:
    """An import writes the address of a kind, home where none is said; a second line of the street follows the first."""
    entry = _of_kind(contact, kind)
    found = [
        (f"{before}{part}", str(entry.get(stored) or ""), row[f"{before}{part}"], tidy)
        for part, stored in ADDRESS.items()
        if f"{before}{part}" in row
    ]
    first, second = (f"{before}{line}" for line in _LINES)
    if first in row or second in row:
        street = str(entry.get("street") or "")
        more = "" if second in second_lines_there(row, contact) else row.get(second, "")
        found.insert(0, (first, street, ", ".join(filter(None, [row.get(first) or street, more])), tidy))
    return found


def second_lines_there(row: Mapping[str, str], contact: Mapping[str, Any]) -> frozenset[str]:
    """The second lines of streets that stand alone in the row, and with which the contact's street ends: sent again, they are
    doubled."""
    found = set()
    for before, kind in ADDRESSES.items():
        first, second = (f"{before}{line}" for line in _LINES)
        if second in row and first not in row:
            street = str(_of_kind(contact, kind).get("street") or "")
            if street == row[second] or street.endswith(f", {row[second]}"):
                found.add(second)
    return frozenset(found)


def has_text_messages(contact: Mapping[str, Any]) -> bool:
    """Whether the contact has a channel for text messages, with a consent of its own."""
    channel = contact.get("sms_channel")
    return isinstance(channel, dict) and bool(channel.get("sms_address"))


def _of_kind(contact: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    return next((entry for entry in _entries(contact, "street_addresses") if entry.get("kind") == kind), {})


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
