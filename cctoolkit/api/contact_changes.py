"""What a contact is created and changed with: names and limits, checked before one of the day's requests is spent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from numbers import Integral
from typing import Any, NoReturn
from uuid import UUID

from ..errors import BadRequest
from .checking import nearest

#: Texts among the core properties, and how long they may be.
TEXTS = {"first_name": 50, "last_name": 50, "job_title": 50, "company_name": 50}
CORE = (*TEXTS, "birthday_month", "birthday_day", "anniversary")
EMAIL = {"address": 80, "permission_to_send": 50, "opt_out_reason": 255}
PERMISSIONS = ("explicit", "implicit", "not_set", "pending_confirmation", "temp_hold", "unsubscribed")
SOURCES = ("Account", "Contact")
#: How many a contact has at most.
SUB_RESOURCES = {
    "custom_fields": 25,
    "list_memberships": 50,
    "phone_numbers": 3,
    "street_addresses": 3,
    "taggings": 50,
    "notes": 150,
}
CREATED = (*CORE, "email_address", "permission_to_send", "sms_channel", *SUB_RESOURCES)
CHANGED = (*CORE, "email_address", "permission_to_send", "opt_out_reason", "sms_channel", *SUB_RESOURCES)

#: The parts of each, with how long their texts may be; 0 has no published limit. Lists and tags are bare ids.
_PARTS: dict[str, dict[str, int]] = {
    "custom_fields": {"custom_field_id": 0, "value": 255, "choice_ids": 0},
    "phone_numbers": {"phone_number": 25, "kind": 0},
    "street_addresses": {"kind": 0, "street": 255, "city": 50, "state": 50, "postal_code": 50, "country": 50},
    "notes": {"content": 2_000, "note_id": 0, "created_at": 0},
}
_REQUIRED = {"custom_fields": "custom_field_id", "phone_numbers": "phone_number", "street_addresses": "kind"}
#: Parts of an answer that are the service's own: whoever sends back what was read may leave them in.
_READ_ONLY = {"phone_number_id", "street_address_id", "created_at", "updated_at", "create_source", "update_source"}
_READ_ONLY_EMAIL = {
    *("created_at", "updated_at", "opt_in_source", "opt_in_date", "opt_out_source", "opt_out_date", "confirm_status")
}
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_DATE = re.compile(r"\d{1,4}([-/])\d{1,2}\1\d{1,4}", re.ASCII)


@dataclass
class Changes:
    """What was named, checked: a core property that is None is to be cleared, a sub-resource is the whole of it."""

    core: dict[str, Any] = field(default_factory=dict)
    email: dict[str, Any] = field(default_factory=dict)
    rest: dict[str, Any] = field(default_factory=dict)


def refuse(message: str) -> NoReturn:
    raise BadRequest(400, "", message, "")


def checked(given: Mapping[str, Any], known: Iterable[str]) -> Changes:
    """What `given` names. Raises `BadRequest`, with the nearest that exists for an unknown name."""
    names, changes = list(known), Changes()
    for name, value in given.items():
        if name not in names:
            refuse(f"a contact has no {name} to write; {nearest(name, names)}there are {', '.join(names)}")
        if name in CORE:
            changes.core[name] = None if value is None else _core(name, value)
        elif name == "email_address":
            changes.email |= _email(value)
        elif name in EMAIL:
            changes.email[name] = _email_part(name, value)
        elif name == "sms_channel":
            changes.rest[name] = _sms_channel(value)
        else:
            changes.rest[name] = _sub_resource(name, value)
    return changes


def new_contact(changes: Changes, source: str) -> dict[str, Any]:
    """The body that creates a contact."""
    body = _body(changes.core, changes.email, changes.rest)
    if not {"first_name", "last_name", "email_address", "sms_channel"} & set(body):
        refuse("a contact needs one of email_address, first_name, last_name or sms_channel: name one of them")
    return {**body, "create_source": source}


def changed_contact(now: Mapping[str, Any], changes: Changes, source: str) -> dict[str, Any]:
    """The body that leaves a contact as it is `now` but for the changes: what a PUT leaves out, it clears."""
    core = {name: now[name] for name in CORE if now.get(name) is not None} | changes.core
    email = now.get("email_address")
    kept = {name: email[name] for name in EMAIL if email.get(name) is not None} if isinstance(email, dict) else {}
    email = {**kept, **changes.email}
    if email.get("permission_to_send") != "unsubscribed" and "opt_out_reason" not in changes.email:
        email.pop("opt_out_reason", None)  # of an opt-out that is no more
    rest = dict(changes.rest)
    if "sms_channel" not in rest and (channel := _sms_channel_again(now.get("sms_channel"))):
        rest["sms_channel"] = channel
    return {**_body(core, email, rest), "update_source": source}


def contact_path(contact_id: str | UUID) -> str:
    """Where a contact is. Raises `BadRequest` for what is no id."""
    text = str(contact_id).strip()
    if not _UUID.fullmatch(text):
        refuse(f"contact_id is {_shown(contact_id)}, and has to be the id (UUID) of a contact")
    return f"/contacts/{text}"


def check_source(name: str, source: str) -> None:
    if not isinstance(source, str) or source not in SOURCES:
        refuse(f"{name} is {_shown(source)}, and has to be one of {', '.join(SOURCES)}")


def check_include(include: str | Iterable[str] | None) -> str | None:
    """The sub-resources to read, joined by commas; None for none."""
    if include is None:
        return None
    names = include.split(",") if isinstance(include, str) else list(include)
    names = [str(name).strip() for name in names]
    for name in names:
        if name not in SUB_RESOURCES:
            known = list(SUB_RESOURCES)
            refuse(f"include holds {_shown(name)}; {nearest(name, known)}it takes {', '.join(known)}")
    return ",".join(names) or None


def _body(core: Mapping[str, Any], email: Mapping[str, Any], rest: Mapping[str, Any]) -> dict[str, Any]:
    body = {name: value for name, value in core.items() if value is not None}
    month, day = body.get("birthday_month"), body.get("birthday_day")
    if (month is None) != (day is None):
        lacks, has = ("month", "day") if month is None else ("day", "month")
        refuse(f"birthday_{has} is there without birthday_{lacks}: name both, or None for both")
    if month is not None and day is not None and day > _DAYS[month - 1]:
        refuse(f"birthday_day is {day}, and the month {month} has {_DAYS[month - 1]} days")
    address = {name: value for name, value in email.items() if value is not None}
    if address and not address.get("address"):
        refuse(f"{next(iter(address))} goes with an address, and the contact has none: name email_address too")
    return {**body, **({"email_address": address} if address else {}), **rest}


def _core(name: str, value: Any) -> Any:
    if name in TEXTS:
        return _text(name, value, TEXTS[name]).strip() or None
    if name == "anniversary":
        if isinstance(value, date) and value == value:  # pandas' NaT equals nothing
            return value.isoformat()[:10]
        text = _text(name, value, 10).strip()
        if text and not _DATE.fullmatch(text):
            refuse(f"{name} is {_shown(value)}, and has to be a date such as 2026-01-31")
        return text or None
    most = 12 if name == "birthday_month" else 31
    if isinstance(value, bool) or not isinstance(value, Integral) or not 1 <= int(value) <= most:
        refuse(f"{name} is {_shown(value)}, and has to be a whole number from 1 to {most}, or None")
    return int(value)


def _email(value: Any) -> dict[str, Any]:
    if value is None:
        refuse("email_address cannot be cleared, only changed: delete the contact, or record that it is unsubscribed")
    if isinstance(value, str):
        value = {"address": value}
    if not isinstance(value, Mapping):
        refuse(f"email_address is {_shown(value)}, and has to be an address, or a dict with address in it")
    found = {}
    for name, part in value.items():
        if name in EMAIL:
            found[name] = _email_part(name, part)
        elif name not in _READ_ONLY_EMAIL:
            refuse(f"email_address has no {_shown(name)}; {nearest(str(name), EMAIL)}it has {', '.join(EMAIL)}")
    return found


def _email_part(name: str, value: Any) -> str | None:
    if name == "permission_to_send":
        if not isinstance(value, str) or value not in PERMISSIONS:
            near = nearest(value, PERMISSIONS) if isinstance(value, str) else ""
            refuse(f"{name} is {_shown(value)}; {near}it is one of {', '.join(PERMISSIONS)}")
        return value
    if name == "opt_out_reason" and value is None:
        return None
    text = _text("email_address" if name == "address" else name, value, EMAIL[name]).strip()
    if name == "address" and "@" not in text:
        refuse(f"email_address is {_shown(text)}, which is no address: write it as name@example.com")
    return text or None


def _sms_channel(value: Any) -> dict[str, Any]:
    wanted = ("full_sms_address", "sms_channel_consents")
    if not isinstance(value, Mapping) or set(value) != set(wanted) or not isinstance(value[wanted[1]], list):
        refuse(f"sms_channel has to be a dict with {' and '.join(wanted)} (a list), and cannot be cleared")
    return dict(value)


def _sms_channel_again(read: Any) -> dict[str, Any] | None:
    """An SMS number as a PUT takes it, from what was read; None when not all of it was there."""
    if not isinstance(read, dict) or not isinstance(read.get("sms_channel_consents"), list):
        return None
    number = f"{read.get('dial_code') or ''}{read.get('sms_address') or ''}"
    parts = ("sms_consent_permission", "consent_type")
    consents = [
        {part: one.get(part) for part in parts} for one in read["sms_channel_consents"] if isinstance(one, dict)
    ]
    if not read.get("dial_code") or not read.get("sms_address") or not consents:
        return None
    if not all(all(one.values()) for one in consents):
        return None
    return {"full_sms_address": number, "sms_channel_consents": consents}


def _sub_resource(name: str, value: Any) -> list[Any]:
    if value is None:
        return []
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Iterable):
        refuse(f"{name} is {_shown(value)}, and has to be a list of all that the contact is to have")
    entries = list(value)
    if len(entries) > SUB_RESOURCES[name]:
        refuse(f"{name} has {len(entries)} entries, and a contact has {SUB_RESOURCES[name]} at most: leave some out")
    if name in _PARTS:
        return [_entry(name, entry) for entry in entries]
    for entry in entries:
        if not _UUID.fullmatch(str(entry)):
            refuse(f"{name} holds {_shown(entry)}, and has to be a list of ids (UUIDs)")
    return [str(entry) for entry in entries]


def _entry(name: str, entry: Any) -> dict[str, Any]:
    parts, found = _PARTS[name], dict[str, Any]()
    if not isinstance(entry, Mapping):
        refuse(f"{name} holds {_shown(entry)}, and has to be a list of dicts with {', '.join(parts)}")
    for part, value in entry.items():
        if part not in parts:
            if part in _READ_ONLY:
                continue
            refuse(f"{name} has no {_shown(part)}; {nearest(str(part), parts)}it has {', '.join(parts)}")
        if value is None:
            continue
        if part == "choice_ids":
            if isinstance(value, str) or not isinstance(value, Iterable):
                refuse(f"{name}: {part} is {_shown(value)}, and has to be a list of ids")
            found[part] = [str(one) for one in value]
        else:
            is_id = isinstance(value, UUID)
            found[part] = str(value) if is_id else _text(f"{name}: {part}", value, parts[part])
    if (needed := _REQUIRED.get(name)) and not found.get(needed):
        refuse(f"{name}: {needed} is missing in {_shown(dict(entry))}: add it")
    return found


def _text(name: str, value: Any, most: int) -> str:
    if not isinstance(value, str):
        refuse(f"{name} is {_shown(value)}, and has to be a text")
    try:
        value.encode()
    except UnicodeEncodeError:
        refuse(f"{name} holds half a character, which no text has: copy it again")
    if most and len(value) > most:
        refuse(f"{name} has {len(value)} characters, and takes at most {most}")
    return value


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
