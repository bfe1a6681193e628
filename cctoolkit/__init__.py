"""A quick-start toolkit for Constant Contact's V3 API.

    import cctoolkit

    client = cctoolkit.connect()          # the sandbox: a local Constant Contact, nothing real
    client.contacts.frame()               # a DataFrame of all contacts

`connect("live")` is the live service. `cctoolkit quickstart` in a terminal shows the whole way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .errors import (
    ActivityFailed,
    ApiError,
    BadRequest,
    CctoolkitError,
    Conflict,
    ContactFileError,
    Declined,
    Forbidden,
    JournalError,
    NotFound,
    NotInstalled,
    OutcomeUnknown,
    QueueFull,
    QuotaExceeded,
    RedirectAddressError,
    SandboxError,
    ServiceFailed,
    ServiceUnreachable,
    SettingsError,
    SignInError,
    SignInRefused,
    SignInRequired,
    SignInTimedOut,
    Throttled,
    TokenStoreError,
    Unauthorized,
    UnexpectedAnswer,
    UnsupportedMediaType,
)

if TYPE_CHECKING:
    from .api import Client
    from .connection import connect
    from .explorer import explore
    from .signing_in import sign_in
    from .workshop.checking import check

__version__ = "0.1.0"

__all__ = [
    "ActivityFailed",
    "ApiError",
    "BadRequest",
    "CctoolkitError",
    "Client",
    "Conflict",
    "ContactFileError",
    "Declined",
    "Forbidden",
    "JournalError",
    "NotFound",
    "NotInstalled",
    "OutcomeUnknown",
    "QueueFull",
    "QuotaExceeded",
    "RedirectAddressError",
    "SandboxError",
    "ServiceFailed",
    "ServiceUnreachable",
    "SettingsError",
    "SignInError",
    "SignInRefused",
    "SignInRequired",
    "SignInTimedOut",
    "Throttled",
    "TokenStoreError",
    "Unauthorized",
    "UnexpectedAnswer",
    "UnsupportedMediaType",
    "__version__",
    "check",
    "connect",
    "explore",
    "sign_in",
]

# Loaded when first used, so that `import cctoolkit` stays quick.
_LATER = {
    "Client": "api",
    "check": "workshop.checking",
    "connect": "connection",
    "explore": "explorer",
    "sign_in": "signing_in",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f".{_LATER[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
