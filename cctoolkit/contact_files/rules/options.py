"""What a user may choose about a cleaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ...errors import ContactFileError
from ..columns.mapping import LEFTOVERS
from .phones import is_region


@dataclass(frozen=True)
class Options:
    """The choices of `clean`; see there."""

    columns: Mapping[str, str] = field(default_factory=dict)
    leftover: str = "ignore"
    on_duplicate: str = "first"
    phones: str = "as-written"
    region: str | None = None
    capitalize: bool = False

    def __post_init__(self) -> None:
        for name, value, known in (
            ("leftover", self.leftover, LEFTOVERS),
            ("on_duplicate", self.on_duplicate, ("first", "last")),
            ("phones", self.phones, ("as-written", "international")),
        ):
            if value not in known:
                raise ContactFileError(f"{name} cannot be {value!r}: choose {' or '.join(known)}.")
        if self.region is not None and not is_region(self.region):
            raise ContactFileError(f"The region {self.region!r} is no country: give its two letters, such as US.")
