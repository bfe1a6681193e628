"""Signing in with OAuth 2.0, as protocol only: nothing here prints, and nothing here is a widget."""

from .session import AuthorizationRequest, DeviceAuthorization, OAuthSession
from .token_store import FileStore, KeyringStore, MemoryStore, TokenStore, choose_store
from .tokens import Token

__all__ = [
    "AuthorizationRequest",
    "DeviceAuthorization",
    "FileStore",
    "KeyringStore",
    "MemoryStore",
    "OAuthSession",
    "Token",
    "TokenStore",
    "choose_store",
]
