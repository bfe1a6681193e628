"""The client: what the account holds, as attributes."""

from __future__ import annotations

from types import TracebackType

from .account import Account
from .activities import Activities
from .contacts import Contacts
from .custom_fields import CustomFields
from .lists import Lists
from .rate_limit import Budget
from .transport import Transport


class Client:
    """One account at one service: `client.contacts`, `client.lists`, `client.custom_fields`, `client.activities`,
    `client.account`.

    `cctoolkit.connect()` makes one.
    """

    def __init__(self, transport: Transport, service: str) -> None:
        self._transport = transport
        #: `sandbox`, `live` or `custom`.
        self.service = service
        self.contacts = Contacts(transport)
        self.lists = Lists(transport)
        self.activities = Activities(transport)
        self.account = Account(transport)
        self.custom_fields = CustomFields(transport)

    @property
    def api_url(self) -> str:
        return self._transport.api_url

    @property
    def budget(self) -> Budget | None:
        """What is left of the day's requests; None where nobody counts."""
        return None if self._transport.limiter is None else self._transport.limiter.budget

    def close(self) -> None:
        self._transport.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Client {self.service} {self.api_url}>"
