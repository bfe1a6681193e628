"""Who is signed in, and where the browser's answer goes: what a panel and a conversation both say."""

from __future__ import annotations

from .connection import client_of
from .errors import CctoolkitError, ServiceUnreachable, SignInError
from .oauth.redirect import loopback_port
from .oauth.session import OAuthSession
from .settings import PASTE_REDIRECT_URI


def who(session: OAuthSession) -> str:
    """Who is signed in, in a few words. Without the scope `account_read`, only that somebody is."""
    try:
        with client_of(session) as client:
            summary = client.account.summary()
    except CctoolkitError as error:
        if isinstance(error, (SignInError, ServiceUnreachable)):
            raise
        return "an account (its name needs the scope account_read)"
    return f"{summary.get('contact_email', '?')} ({summary.get('organization_name', '?')})"


def paste_redirect_uri(session: OAuthSession) -> str:
    """The redirect URI to ask for when the address will be pasted: one where nothing listens, if there is one."""
    uris = session.service.redirect_uris
    return next((uri for uri in uris if loopback_port(uri) is None), uris[0] if uris else PASTE_REDIRECT_URI)
