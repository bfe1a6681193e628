"""What stands in the files of an import: their headings, rows, and by what the service knows a contact.

Read from the files themselves and not from the frame that they were cut from, so that what is checked is what is sent.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from ..contact_files import Part

#: How the heading of a custom field begins.
CUSTOM = "cf:"


class Sendable(Protocol):
    """What can be imported: `contact_files.Cleaned` is it. `parts()` may make its files one by one."""

    def parts(self) -> Iterable[Part]: ...


def headings(content: bytes) -> list[str]:
    """The first row of a file."""
    return next(csv.reader(_text(content)), [])


def with_headings(content: bytes, names: Mapping[str, str]) -> bytes:
    """The file with some of its headings written otherwise."""
    text = _text(content)
    found = next(csv.reader(text), [])
    first = io.StringIO(newline="")
    csv.writer(first, lineterminator="\r\n").writerow([names.get(name, name) for name in found])
    return (first.getvalue() + text.read()).encode()


def rows(content: bytes) -> Iterator[dict[str, str]]:
    """Each row by heading, without the empty cells: they change nothing."""
    reader = csv.reader(_text(content))
    names = next(reader, [])
    for cells in reader:
        yield {name: cell.strip() for name, cell in zip(names, cells, strict=False) if cell.strip()}


def key_of_row(row: Mapping[str, str]) -> str:
    """By what the service finds the contact of a row: the address, else the digits of the number."""
    return key_of(row.get("email", ""), row.get("sms_number", ""))


def key_of(email: str, sms_number: str) -> str:
    return email.strip().lower() or digits(sms_number)


def keys_of_contact(contact: Mapping[str, Any]) -> list[str]:
    """Everything that a row of this contact could be known by."""
    found = [str(_part(contact, "email_address").get("address") or "").lower()]
    channel = _part(contact, "sms_channel")
    if number := digits(str(channel.get("sms_address") or "")):
        found += [number, digits(str(channel.get("dial_code") or "")) + number]
    return [key for key in found if key]


def of_address(contacts: Iterable[Mapping[str, Any]], email: str) -> list[dict[str, Any]]:
    """Those that have this address: a service that passes over the filter answers with others."""
    wanted = key_of(email, "")
    return [dict(contact) for contact in contacts if wanted in keys_of_contact(contact)]


def permission(contact: Mapping[str, Any]) -> str:
    """Whether the contact may be written to, in the service's words; empty when it does not say."""
    if said := _part(contact, "email_address").get("permission_to_send"):
        return str(said)
    consents = _part(contact, "sms_channel").get("sms_channel_consents")
    first = consents[0] if isinstance(consents, list) and consents else {}
    return str(first.get("sms_consent_permission") or "") if isinstance(first, dict) else ""


def on_list(contact: Mapping[str, Any], list_id: str) -> bool:
    memberships = contact.get("list_memberships")
    return isinstance(memberships, list) and list_id.lower() in {str(each).lower() for each in memberships}


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _part(contact: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = contact.get(name)
    return found if isinstance(found, dict) else {}


def _text(content: bytes) -> io.StringIO:
    return io.StringIO(content.decode("utf-8-sig"), newline="")
