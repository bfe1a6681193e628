"""Reading parameters as the service reads them."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from .errors import invalid, not_found

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\.]+(\.[^\s@<>,;:\"()\[\]\\.]+)+")

DATE_FORMATS = ("%m/%d/%Y", "%Y/%m/%d", "%Y-%m-%d", "%m-%d-%Y")


def choices(name: str, text: str | None, allowed: Collection[str]) -> list[str]:
    """The values of a comma-separated parameter, each one of `allowed`."""
    values = [value.strip() for value in (text or "").split(",") if value.strip()]
    if any(value not in allowed for value in values):
        raise invalid(f"{name} does not have a valid value")
    return values


def uuids(name: str, text: str | None, at_most: int) -> list[str]:
    values = [value.strip().lower() for value in (text or "").split(",") if value.strip()]
    if any(not UUID.fullmatch(value) for value in values):
        raise invalid(f"{name} is in an invalid format.")
    if len(values) > at_most:
        raise invalid(f"{name} has more than {at_most} values")
    return values


def path_id(name: str, text: str) -> str:
    """An id in an address; a 404 for what is none, as for one that is unknown."""
    if not UUID.fullmatch(text.strip()):
        raise not_found(f"{name} is in an invalid format.")
    return text.strip().lower()


def moment(name: str, text: str) -> datetime:
    """An ISO 8601 date or time; without a zone it is UTC."""
    try:
        value = datetime.fromisoformat(text.replace(" ", "+"))  # an unencoded + arrives as a space
    except ValueError as error:
        raise invalid(f"{name} does not have a valid value") from error
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError as error:
        raise invalid(f"{name} does not have a valid value") from error


def stored_after(value: datetime) -> str:
    """The whole second that a stored time has to be greater than to lie after `value`."""
    return value.strftime("%Y-%m-%dT%H:%M:%SZ")


def stored_before(value: datetime) -> str:
    """The whole second that a stored time has to be less than to lie before `value`."""
    if value.microsecond and value.replace(tzinfo=None) < datetime.max - timedelta(seconds=1):
        value += timedelta(seconds=1)
    return value.strftime("%Y-%m-%dT%H:%M:%SZ")


def date(text: str) -> str | None:
    """A date in one of the accepted forms, as YYYY-MM-DD; None when it is none."""
    for form in DATE_FORMATS:
        try:
            return datetime.strptime(text, form).date().isoformat()
        except ValueError:
            continue
    return None
