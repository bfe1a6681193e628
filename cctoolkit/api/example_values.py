"""What an account has to fill the variables of an example with: the first list, contact, tag and so on."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

from .._httpx import is_loopback
from ..errors import ApiError
from .operation_examples import body_of, filled, value_of, variables_of
from .schema import OperationSchema
from .transport import Transport

#: Where each is read, and in which collection of the answer.
_READ: Mapping[str, tuple[str, str]] = {
    "list_id": ("/contact_lists", "lists"),
    "contact_id": ("/contacts", "contacts"),
    "tag_id": ("/contact_tags", "tags"),
    "custom_field_id": ("/contact_custom_fields", "custom_fields"),
    "segment_id": ("/segments", "segments"),
    "activity_id": ("/activities", "activities"),
    "campaign_id": ("/emails", "campaigns"),
}
#: A file of contacts that the service takes.
_FILE = b"email,first_name,last_name\nrobin@example.com,Robin,Example\n"
#: What the account says of itself, so that an example which writes it changes nothing: by the address that tells it.
_OWN: Mapping[str, tuple[str, ...]] = {
    "/account/summary": ("contact_email",),
    "/account/summary/physical_address": ("address_line1", "city", "state_code", "postal_code", "country_code"),
}
#: All variables that an account can fill; those of the campaign are found by way of it.
NAMES = (*_READ, "campaign_activity_id", "from_email", *(name for names in _OWN.values() for name in names))
#: The number of a segment that nobody has.
NO_NUMBER = 2**31 - 1


def example_values(transport: Transport, wanted: Collection[str] = NAMES) -> dict[str, str]:
    """The values of these variables, a request each; empty for what the account does not have or does not let us read."""
    found: dict[str, str] = {}
    bare = {name.removeprefix("new_") for name in wanted}
    for name, (path, key) in _READ.items():
        if name in bare or (name == "campaign_id" and "campaign_activity_id" in bare):
            found[name] = _first(lambda path=path, key=key: transport.get(path, {"limit": 1})[key], name)  # type: ignore[misc]
    if "campaign_activity_id" in bare:
        campaign = found["campaign_id"]
        found["campaign_activity_id"] = campaign and _first(
            lambda: transport.get(f"/emails/{campaign}")["campaign_activities"], "campaign_activity_id"
        )
    if "from_email" in bare:
        found["from_email"] = _first(
            lambda: transport.fetch("GET", "/account/emails", params={"confirm_status": "CONFIRMED"}), "email_address"
        )
    for path, names in _OWN.items():
        if bare.intersection(names):
            told = _object(transport, path)
            found |= {name: str(told.get(name) or "") for name in names}
    return found


def _object(transport: Transport, path: str) -> dict[str, Any]:
    try:
        return transport.get(path)
    except ApiError:  # no scope for it, or none there
        return {}


def example_arguments(transport: Transport, operation: OperationSchema) -> dict[str, Any]:
    """The arguments of a call that works, filled from the account."""
    given: dict[str, Any] = {
        one.python_name: text
        for one in operation.parameters
        if (text := value_of(operation, one)) and (one.required or one.place == "path") and one.value.type != "file"
    }
    body = body_of(operation)
    found = example_values(transport, variables_of([given, body]))
    values = {**found, "$timestamp": str(time.time_ns() // 1_000_000)}
    if is_loopback(transport.api_url):  # a sandbox: what a call would have made first is what the account has of it
        values |= {f"new_{name}": value for name, value in found.items()}
    arguments = {
        one.python_name: _typed(filled(given[one.python_name], values), one.value.type)
        for one in operation.parameters
        if one.python_name in given
    }
    for one in operation.parameters:
        if one.value.type == "file":
            arguments[one.python_name] = io.BytesIO(_FILE)
    return arguments if body is None else {**arguments, "body": filled(body, values)}


def _typed(text: str, kind: str) -> Any:
    if kind != "integer":
        return text
    return int(text) if text.isdecimal() else NO_NUMBER


def _first(read: Callable[[], Any], name: str) -> str:
    try:
        found = read()
    except (ApiError, KeyError):  # no scope for it, or no such collection
        return ""
    first = found[0] if isinstance(found, list) and found else None
    return str(first.get(name) or "") if isinstance(first, dict) else ""
