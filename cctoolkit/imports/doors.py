"""The service's two doors for an import: a CSV file with room for one phone and one postal address, or JSON with those of each kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

from ..errors import SettingsError
from .rows import Sendable, rows

if TYPE_CHECKING:
    from ..contact_files import Part

Door = Literal["csv", "json"]
DOORS: tuple[Door, ...] = ("csv", "json")
#: What the JSON of a contact has as numbers.
_NUMBERS = ("birthday_month", "birthday_day")


class _ByKind:
    """A cleaned file whose parts hold the phones and postal addresses by kind."""

    door: Door = "json"

    def __init__(self, cleaned: Any) -> None:
        self._cleaned = cleaned

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cleaned, name)  # the account of its rows, its questions: it is the same file

    def parts(self) -> Iterator[Part]:
        found: Iterator[Part] = self._cleaned.parts(by_kind=True)
        return found


def by_door(cleaned: Sendable, door: Door | None = None) -> Sendable:
    """The rows as they go through a door; without a word, through JSON where CSV would leave a phone or an address out.

    Raises `SettingsError` for a door that there is not, or that these rows are not made for.
    """
    if door is not None and door not in DOORS:
        raise SettingsError(f"{door!r} is no way to import: choose {' or '.join(DOORS)}.")
    if getattr(cleaned, "door", None) is not None:  # chosen already
        return cleaned
    if not hasattr(cleaned, "beside"):
        if door == "json":
            raise SettingsError("An import from JSON takes what contact_files.clean(...) returned.")
        return cleaned
    return _ByKind(cleaned) if door == "json" or (door is None and any(beside(cleaned))) else cleaned


def door_of(cleaned: Sendable) -> Door:
    """The door that `by_door` chose."""
    return "json" if getattr(cleaned, "door", None) == "json" else "csv"


def beside(cleaned: Sendable) -> tuple[int, int]:
    """How many phones and postal addresses stand beside a contact's first."""
    phones, addresses = getattr(cleaned, "beside", (0, 0))
    return int(phones), int(addresses)


def said_of(cleaned: Sendable) -> str:
    """Which door the rows take, and what that means for what stands beside a contact's first; empty where nothing does."""
    phones, addresses = beside(cleaned)
    if not phones + addresses:
        return ""
    what = " and ".join(
        f"{count:,} more {name}{'' if count == 1 else 'es' if name.endswith('s') else 's'}"
        for count, name in ((phones, "phone"), (addresses, "postal address"))
        if count
    )
    if door_of(cleaned) == "json":
        return f"{what} go along by kind, as JSON: a CSV file has room for one of each"
    return f"{what} are left out: a CSV file has room for one of each. Let the import choose, or say door='json' (--door json)"


def json_contacts(content: bytes) -> list[dict[str, Any]]:
    """The rows of a part as the contacts of an import from JSON."""
    return [
        {name: int(value) if name in _NUMBERS and value.isdecimal() else value for name, value in row.items()}
        for row in rows(content)
    ]
