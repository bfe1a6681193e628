"""How an application is set in the vendor's portal: what decides about a sign-in before anybody answers the consent page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

#: The ways of signing in that the portal can switch on.
GRANTS = frozenset({"pkce", "secret", "device"})
#: The second factor that a sandbox asks for; nobody's phone has it.
PASSCODE = "246810"


@dataclass
class Portal:
    """What the portal says of every application of a sandbox. It may be changed while the sandbox runs.

    `private`: only the user who made the application may grant it, as new ones are since July 2026, until the vendor
    approves them. `long_lived`: a refresh token stays the same for as long as it is used, in place of one that works once.
    `grants`: the ways of signing in that are switched on. `factors`: the consent page asks for a code of the phone.
    """

    private: bool = False
    long_lived: bool = False
    grants: frozenset[str] = GRANTS
    factors: bool = False

    def allows(self, *ways: str) -> bool:
        return not self.grants.isdisjoint(ways)


def read_grants(names: Iterable[str]) -> frozenset[str]:
    """Raises `ValueError` for a name that is none, or no name at all."""
    found = frozenset(name.strip() for name in names if name.strip())
    if not found or found - GRANTS:
        unknown = ", ".join(sorted(found - GRANTS)) or "none"
        raise ValueError(f"The grants are {', '.join(sorted(GRANTS))}: {unknown} is not one.")
    return found
