"""How an application is set in the vendor's portal: what decides about a sign-in before anybody answers the consent page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

#: Each way that the portal can switch on, with what it needs at the token endpoint.
GRANTS = {
    "pkce": "authorization_code",
    "secret": "authorization_code",
    "device": "urn:ietf:params:oauth:grant-type:device_code",
}
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
    grants: frozenset[str] = frozenset(GRANTS)
    factors: bool = False

    def allows(self, *ways: str) -> bool:
        return not self.grants.isdisjoint(ways)


def read_grants(names: Iterable[str]) -> frozenset[str]:
    """Raises `ValueError` for a name that is none, or no name at all."""
    found = frozenset(name.strip() for name in names if name.strip())
    if not found or found - GRANTS.keys():
        raise ValueError(
            f"The grants are {', '.join(GRANTS)}: {', '.join(sorted(found - GRANTS.keys())) or 'none'} is not one."
        )
    return found
