"""Which service to talk to, and as which application.

Arguments win over the environment, and the environment over the saved profile:
`CCTOOLKIT_API_KEY`, `CCTOOLKIT_CLIENT_SECRET`, `CCTOOLKIT_REDIRECT_URI`, `CCTOOLKIT_PROFILE`, `CCTOOLKIT_WORKSPACE`.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .errors import SettingsError
from .secret import Secret

#: Every scope, with what it is for. The first two and the last are what the quick start needs.
SCOPES: Mapping[str, str] = {
    "contact_data": "read and change contacts, lists, tags and custom fields, and import files",
    "account_read": "read the account's name and settings, to show who is signed in",
    "campaign_data": "read and change email campaigns and their reports",
    "account_update": "change the account's settings",
    "billing_data": "read and change billing",
    "offline_access": "stay signed in; without it the sign-in ends after a day",
}
DEFAULT_SCOPES = ("contact_data", "account_read", "campaign_data", "offline_access")

#: The kinds of application that the portal makes; each can sign in in its own way only.
FLOWS: Mapping[str, str] = {
    "pkce": "Authorization Code with PKCE: no secret to keep",
    "device": "Device: for notebooks that run elsewhere",
    "secret": "Authorization Code with a client secret",
}

#: The portal's own default redirect URI. Nothing listens there: the address bar is pasted.
PASTE_REDIRECT_URI = "https://localhost"

#: A redirect URI that this machine can answer: nothing to paste.
LOOPBACK_REDIRECT_URI = "http://127.0.0.1:8765/callback"

PORTAL = "https://developer.constantcontact.com"

#: Where the live service answers.
LIVE_API = "https://api.cc.email/v3"
LIVE_OAUTH = "https://authz.constantcontact.com/oauth2/default/v1"


@dataclass(frozen=True)
class Service:
    """A service that speaks OAuth 2.0 and V3, and the application that calls it."""

    name: str
    api_url: str
    authorize_url: str
    token_url: str
    device_url: str
    client_id: str
    client_secret: str | None = field(default=None, repr=False)
    redirect_uris: tuple[str, ...] = (PASTE_REDIRECT_URI,)
    scopes: tuple[str, ...] = DEFAULT_SCOPES
    profile: str = "default"
    #: One of `FLOWS`; None where every flow works.
    flow: str | None = None

    def __post_init__(self) -> None:
        if self.client_secret is not None:
            object.__setattr__(self, "client_secret", Secret(self.client_secret))

    @property
    def is_live(self) -> bool:
        return self.name == "live"


@dataclass(frozen=True)
class Profile:
    """A registered application, saved under a name. Its secret, if it has one, is kept with the tokens."""

    name: str
    api_key: str
    redirect_uri: str = PASTE_REDIRECT_URI
    scopes: tuple[str, ...] = DEFAULT_SCOPES
    flow: str = "pkce"


def sandbox_service(description: Mapping[str, Any]) -> Service:
    """The service that a running sandbox describes in its one line of JSON."""
    return Service(
        name="sandbox",
        api_url=description["api"],
        authorize_url=description["authorize"],
        token_url=description["token"],
        device_url=description["device"],
        client_id=description["client_id"],
        redirect_uris=tuple(description["redirect_uris"]),
        profile="sandbox",
    )


def live_service(profile: str | None = None) -> Service:
    """The live service, with the key from the environment or the saved profile.

    Raises `SettingsError` when there is no key, or no profile of that name.
    """
    name = profile or os.environ.get("CCTOOLKIT_PROFILE") or "default"
    saved = profiles().get(name)
    if profile is not None and saved is None:
        known = ", ".join(sorted(profiles())) or "none"
        raise SettingsError(
            f"There is no profile named {profile!r} (saved: {known}). Save it with: cctoolkit login live --profile {profile}"
        )
    key = os.environ.get("CCTOOLKIT_API_KEY") or (saved.api_key if saved else None)
    if not key:
        raise SettingsError(
            "The live service needs the API key of your application. Copy it from My Applications at "
            f"{PORTAL} and run: cctoolkit login live (or set CCTOOLKIT_API_KEY)"
        )
    redirect = os.environ.get("CCTOOLKIT_REDIRECT_URI") or (saved.redirect_uri if saved else PASTE_REDIRECT_URI)
    return Service(
        name="live",
        api_url=LIVE_API,
        authorize_url=f"{LIVE_OAUTH}/authorize",
        token_url=f"{LIVE_OAUTH}/token",
        device_url=f"{LIVE_OAUTH}/device/authorize",
        client_id=read_api_key(key),
        client_secret=os.environ.get("CCTOOLKIT_CLIENT_SECRET") or None,
        redirect_uris=(redirect,),
        scopes=saved.scopes if saved else DEFAULT_SCOPES,
        profile=name,
        flow=saved.flow if saved else None,
    )


def read_api_key(text: str) -> str:
    """The API key in what somebody pasted: without blanks and line breaks around it or quotes.

    Raises `SettingsError` when it cannot be a key.
    """
    key = text.strip().strip("'\"").strip()
    if not re.fullmatch(r"[A-Za-z0-9_-]{16,80}", key):
        raise SettingsError(
            "This does not look like an API key: it is one word of letters, digits and hyphens, such as "
            f"xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx. Copy it from My Applications at {PORTAL}."
        )
    return key


def check_redirect_uri(text: str) -> str:
    """The redirect URI, unchanged: it has to equal the registered one character by character.

    Raises `SettingsError` for what no browser can be sent to.
    """
    uri = text.strip()
    try:
        urlsplit(uri)
    except ValueError:
        uri = f"{uri} "  # no address at all: the pattern refuses it
    if not re.fullmatch(r"https://[^\s/?#]+[^\s#]*|http://(127\.0\.0\.1|localhost)(:\d+)?(/[^\s#]*)?", uri):
        raise SettingsError(
            f"{uri!r} cannot be a redirect URI: it begins with https://, or with http://127.0.0.1 or http://localhost "
            "for this machine, and has no fragment. Copy it from the application's page in the portal."
        )
    return uri


def check_scopes(scopes: Iterable[str]) -> tuple[str, ...]:
    """The scopes in the service's order, each once. Raises `SettingsError` for one that does not exist."""
    wanted = set(scopes)
    if unknown := sorted(wanted - set(SCOPES)):
        raise SettingsError(f"There is no scope {unknown[0]!r}. The scopes are: {', '.join(SCOPES)}")
    return tuple(scope for scope in SCOPES if scope in wanted)


def profiles() -> dict[str, Profile]:
    """The saved profiles by name."""
    try:
        stored = json.loads(_profiles_path().read_text())
        return {
            name: Profile(name, entry["api_key"], entry["redirect_uri"], tuple(entry["scopes"]), entry["flow"])
            for name, entry in stored.items()
        }
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SettingsError(
            f"The saved profiles in {_profiles_path()} cannot be read. Mend that file, or move it away and save the "
            "profile again with: cctoolkit login live"
        ) from error


def save_profile(profile: Profile) -> None:
    """Save it beside the others. Raises `SettingsError` where that cannot be done."""
    with _profiles_held():
        _write_profiles({**profiles(), profile.name: profile})


def delete_profile(name: str) -> None:
    """Forget it, if it is there. Raises `SettingsError` where that cannot be done."""
    with _profiles_held():
        _write_profiles({key: profile for key, profile in profiles().items() if key != name})


@contextmanager
def _profiles_held() -> Iterator[None]:
    """What two processes save at once is both saved: each reads what the other wrote."""
    from filelock import FileLock, Timeout

    from .files import private_folder

    try:
        private_folder(config_folder())
        held = FileLock(config_folder() / "profiles.lock", timeout=30, mode=0o600)
        held.acquire()
    except Timeout:
        raise SettingsError(
            f"Another process has been saving a profile for 30 s, and holds {held.lock_file}: end it if it hangs, then try "
            "again."
        ) from None
    except (OSError, NotImplementedError) as error:
        raise _unsaved(getattr(error, "strerror", None) or str(error)) from error
    try:
        yield
    finally:
        held.release()


def _write_profiles(saved: Mapping[str, Profile]) -> None:
    from .files import write_private

    entries = {name: asdict(profile) for name, profile in saved.items()}
    for entry in entries.values():
        del entry["name"]
    try:
        write_private(_profiles_path(), json.dumps(entries, indent=2).encode())
    except OSError as error:
        raise _unsaved(error.strerror or str(error)) from error


def _unsaved(why: str) -> SettingsError:
    return SettingsError(
        f"The profile cannot be saved in {_profiles_path()} ({why}). Make that folder writable, or set "
        "CCTOOLKIT_API_KEY in place of a profile."
    )


def _profiles_path() -> Path:
    return config_folder() / "profiles.json"


def config_folder() -> Path:
    import platformdirs

    return platformdirs.user_config_path("cctoolkit")


def state_folder() -> Path:
    import platformdirs

    return platformdirs.user_state_path("cctoolkit")


def cache_folder() -> Path:
    import platformdirs

    return platformdirs.user_cache_path("cctoolkit")


def workspace_folder(start: Path | None = None) -> Path:
    """The folder that shares one sandbox: CCTOOLKIT_WORKSPACE, the folder of the course, or the current folder."""
    if chosen := os.environ.get("CCTOOLKIT_WORKSPACE"):
        return Path(chosen).resolve()
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "notebooks" / "00-start-here.ipynb").exists():
            return folder
    return here


def workspace_state(workspace: Path) -> Path:
    """Where the sandbox of a workspace keeps its state: apart from it, so that nobody shares a token with a folder."""
    name = hashlib.sha256(str(workspace.resolve()).encode()).hexdigest()[:16]
    return state_folder() / "sandboxes" / f"{workspace.name or 'root'}-{name}"
