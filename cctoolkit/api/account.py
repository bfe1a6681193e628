"""The account itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .transport import Transport

if TYPE_CHECKING:
    import pandas as pd


class Account:
    """Who this is. Needs the scope `account_read`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def summary(self) -> dict[str, Any]:
        """Name, address and settings of the account."""
        return self._transport.get("/account/summary")

    def frame(self) -> pd.DataFrame:
        """The summary as a DataFrame: a row a property."""
        from .. import frames

        return frames.account(self.summary())
