"""The client: what the account holds, as attributes."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

from .._httpx import is_loopback
from ..errors import SettingsError
from .account import Account
from .activities import Activities
from .contacts import Contacts
from .custom_fields import CustomFields
from .lists import Lists
from .operations import Operations
from .rate_limit import Budget
from .schema_cache import SchemaCache
from .tags import Tags
from .transport import Transport


class Client:
    """One account at one service: `client.contacts`, `client.lists`, `client.custom_fields`, `client.tags`,
    `client.activities`, `client.account`.

    `client.operations` is everything else that the service can do, and `client.call()` does it by name.
    `cctoolkit.connect()` makes one.
    """

    def __init__(
        self,
        transport: Transport,
        service: str,
        *,
        sleep: Callable[[float], None] = time.sleep,
        reset: Callable[[], None] | None = None,
    ) -> None:
        self._transport = transport
        self._reset = reset
        #: Waits so many seconds between two looks at something. A sandbox in this process moves its clock instead.
        self.sleep = sleep
        #: `sandbox`, `live` or `custom`.
        self.service = service
        self.activities = Activities(transport, sleep)
        self.contacts = Contacts(transport, self.activities)
        self.lists = Lists(transport)
        self.account = Account(transport)
        self.custom_fields = CustomFields(transport)
        self.tags = Tags(transport)
        #: Every operation of the service's own description, by its operationId.
        self.operations = Operations(transport, SchemaCache.of(service, transport))

    def call(self, operation_id: str, /, **parameters: Any) -> Any:
        """One answer of any operation of the API: `client.call("getContacts", limit=10)`.

        Parameters are the operation's own, checked before anything is sent; `body={…}` is a JSON body, `file=` a file's
        path or content. `client.operations` lists the operations, and `help(client.operations.getContacts)` explains
        one. On the live service a call that writes, writes: calling it is the yes.

        Raises `BadRequest` for an unknown operation or parameters that do not fit, `OutcomeUnknown` when a POST or
        PATCH got no answer.
        """
        return self.operations[operation_id](**parameters)

    def reset(self) -> None:
        """Make the practice account as new as on its first day. Its key and its sign-in stay valid.

        Raises `SettingsError` for any account but that of this folder's own sandbox: nothing else can be made new.
        """
        if self._reset is None:
            raise SettingsError(
                "Only a sandbox of your own can be made new, and this account is not one: in a workshop, ask the trainer."
            )
        self._reset()

    @property
    def api_url(self) -> str:
        return self._transport.api_url

    @property
    def is_real(self) -> bool:
        """Whether the account may be somebody's, so that whatever writes by a click has to ask first.

        The live service's is, and any elsewhere that nobody knows as a sandbox: a workshop's is on the trainer's machine.
        """
        return self.service == "live" or (self.service != "sandbox" and not is_loopback(self.api_url))

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
