"""What is left of the day's requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .findings import Finding, note, ok, problem

if TYPE_CHECKING:
    from ..api.rate_limit import Budget

CHECK = "requests today"
#: Requests below which an import or a large account may not get through.
FEW = 500
#: Another machine, another program with the same API key, is seen by nobody here.
_UNSEEN = ("", ", as this machine counted; whoever else uses the same API key spends them unseen")


def check_allowance(service: str, budget: Budget) -> Iterator[Finding]:
    """`budget` is what this machine has counted for the service, `live` or `sandbox`; other machines with the same API
    key count for themselves.
    """
    where = "the live service" if service == "live" else "this folder's sandbox"
    anew = f"{budget.resets_at:%H:%M} UTC"
    if budget.remaining_today == 0:
        yield problem(
            CHECK,
            f"The requests of the day are used up for {where}.",
            f"Wait until {anew}, when the count begins anew: no request gets through before.",
        )
    elif budget.remaining_today < FEW:
        yield note(
            CHECK,
            f"{budget.remaining_today:,} requests are left today for {where}{_UNSEEN[service == 'live']}.",
            f"Leave large reads and imports until {anew}, when the count begins anew.",
        )
    else:
        yield ok(CHECK, f"{budget.remaining_today:,} requests are left today for {where}{_UNSEEN[service == 'live']}.")
