"""What has to hold before an import is sent, because the service would pass over it without a word."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from ..api import Client
from ..errors import ContactFileError, NotFound, SettingsError
from .rows import CUSTOM, Sendable, headings, with_headings

if TYPE_CHECKING:
    from ..contact_files import Cleaned, Part

#: How many custom fields a contact can have; what is beyond is dropped.
MOST_CUSTOM_FIELDS = 25
SMS_PERMISSIONS = ("explicit", "not_set")


def opened_parts(cleaned: Sendable, sms_permission_to_send: str | None) -> tuple[list[str], Iterator[Part]]:
    """The headings of the files of an import, and the files, read one by one. Costs no request.

    Raises `ContactFileError` when there is nothing to send, `SettingsError` when the permission for text messages is
    missing or does not fit.
    """
    parts = iter(cleaned.parts())
    first = next(parts, None)
    if first is None:
        raise nothing_kept(cleaned)  # type: ignore[arg-type]  # whatever was cleaned has an account of its rows
    names = headings(first.content)
    _check_sms(names, sms_permission_to_send)
    return names, chain([first], parts)


def nothing_kept(cleaned: Cleaned) -> ContactFileError:
    if not cleaned.rows_in:
        return ContactFileError(f"{cleaned.file} has headings but no rows: export your contacts again.")
    reasons = ", ".join(f"{count} × {reason}" for reason, count in list(cleaned.reasons.items())[:5])
    return ContactFileError(
        f"No row of {cleaned.file} can be imported ({reasons}). Mend the file and clean it again; .rejected in Python "
        "names each row."
    )


def check_sendable(cleaned: Sendable) -> None:
    if not callable(getattr(cleaned, "parts", None)):
        raise ContactFileError("Give the import what contact_files.clean(...) returned: it holds the rows to send.")
    from ..contact_files import answered  # here, because it brings pandas along

    answered(cleaned)


def checked_list_id(list_id: str) -> str:
    """Raises `SettingsError` for what is no list_id, such as a list's name."""
    wanted = str(list_id).strip().lower()
    if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", wanted):
        raise SettingsError(
            f"{list_id!r} is not a list_id. For a list's name, take client.lists.find_or_create(name)['list_id']."
        )
    return wanted


def existing_list(client: Client, list_id: str) -> dict[str, Any]:
    """The list. Raises `NotFound` when the account has none of that id."""
    for entry in client.lists.iter():
        if str(entry.get("list_id", "")).lower() == list_id:
            return entry
    raise NotFound(404, "", f"the account has no list with the list_id {list_id}", "")


def check_sms_permission(permission: str | None) -> None:
    """Raises `SettingsError` for what is no permission for text messages."""
    if permission is not None and permission not in SMS_PERMISSIONS:
        raise SettingsError(
            f"{permission!r} is no permission for text messages: set sms_permission_to_send (--sms-permission) to 'explicit' or 'not_set'."
        )


def _check_sms(names: Collection[str], permission: str | None) -> None:
    check_sms_permission(permission)
    if "sms_number" not in names:
        return
    if permission is None:
        raise SettingsError(
            "The contacts have an sms_number: say with sms_permission_to_send='explicit' (--sms-permission explicit) that each of them agreed to "
            "text messages, or with 'not_set' that they did not."
        )
    if permission == "explicit" and "sms_consent_date" not in names:
        raise SettingsError(
            "sms_permission_to_send='explicit' needs a column sms_consent_date with the day on which each contact "
            "agreed: add it, or set sms_permission_to_send='not_set'."
        )


def renamed_parts(parts: Iterator[Part], names: Mapping[str, str]) -> Iterator[Part]:
    """The files with those headings written otherwise that `custom_field_names` returned."""
    return (replace(part, content=with_headings(part.content, names)) for part in parts) if names else parts


def custom_field_names(client: Client, names: Iterable[str], *, create: bool) -> dict[str, str]:
    """Headings that have to be written otherwise: the service knows a custom field by its name, not by its label.

    `create` makes the custom fields that the account does not have. Costs no request without a column `cf:…`.

    Raises `ContactFileError` for custom fields that the account does not have, or that are too many.
    """
    wanted = {name: name[len(CUSTOM) :].strip() for name in names if name.lower().startswith(CUSTOM)}
    if not wanted:
        return {}
    if len(wanted) > MOST_CUSTOM_FIELDS:
        raise ContactFileError(
            f"The contacts have {len(wanted)} custom fields, and the service keeps {MOST_CUSTOM_FIELDS} of a contact: "
            "leave some of the cf: columns out."
        )
    known = list(client.custom_fields.iter())
    found = {name: client.custom_fields.match(known, label) for name, label in wanted.items()}
    missing = [wanted[name] for name, field in found.items() if field is None]
    if missing and not create:
        listed = ", ".join(repr(name) for name in missing)
        raise ContactFileError(
            f"The account has no custom field {listed}, and an import would drop such a column without a word. Make it "
            "with client.custom_fields.create(label), or let the import make it with create_custom_fields=True "
            "(--create-custom-fields)."
        )
    for name, field in found.items():
        if field is None:
            found[name] = client.custom_fields.create(wanted[name])
    renamed = {name: f"{CUSTOM}{field['name']}" for name, field in found.items() if field is not None}
    if len(set(renamed.values())) < len(renamed):
        raise ContactFileError(
            "Two cf: columns are of the same custom field: leave one of them out, so that it is clear which is meant."
        )
    return {name: other for name, other in renamed.items() if name != other}
