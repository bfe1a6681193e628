"""Signing in with OAuth 2.0, as protocol only: nothing here prints, and nothing here is a widget."""

from .session import AuthorizationRequest, DeviceAuthorization, OAuthSession
from .token_store import TokenStore
from .tokens import Token

__all__ = ["AuthorizationRequest", "DeviceAuthorization", "OAuthSession", "Token", "TokenStore"]
