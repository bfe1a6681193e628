"""Where tokens are kept: the system's keyring where one works, else a file for its owner only, else memory."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, Protocol, TypeVar

from ..errors import SettingsError, TokenStoreError
from ..files import write_private
from .tokens import Token

#: Seconds after which a keyring that does not answer counts as none.
KEYRING_PATIENCE = 5.0

T = TypeVar("T")


class TokenStore(Protocol):
    """One sign-in's tokens. `description` says in words where they are."""

    @property
    def description(self) -> str: ...
    def load(self) -> Token | None: ...
    def save(self, token: Token) -> None: ...
    def clear(self) -> None: ...


class MemoryStore:
    """For this process only: the next one signs in again."""

    description = "this process's memory only (the next notebook signs in again)"

    def __init__(self, token: Token | None = None) -> None:
        self._token = token

    def load(self) -> Token | None:
        return self._token

    def save(self, token: Token) -> None:
        self._token = token

    def clear(self) -> None:
        self._token = None


class FileStore:
    """A file with mode 0600 in a folder with mode 0700, replaced in one step."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def description(self) -> str:
        return f"the file {self.path}, readable by you alone"

    def load(self) -> Token | None:
        try:
            text = self.path.read_text()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            if isinstance(error, UnicodeDecodeError):
                self._set_aside()
            raise TokenStoreError(
                f"{self.path} cannot be read ({error.strerror}): make it readable, then try again."
            ) from error
        try:
            return Token.load(text)
        except TokenStoreError:
            self._set_aside()

    def _set_aside(self) -> NoReturn:
        """What cannot be read is kept beside, never deleted: somebody may need to see what happened to it."""
        aside = self.path.with_name(f"{self.path.name}.unreadable-{int(time.time())}")
        with contextlib.suppress(OSError):
            self.path.replace(aside)
        raise TokenStoreError(f"The stored tokens were damaged; they are kept at {aside}. Sign in again.")

    def save(self, token: Token) -> None:
        try:
            write_private(self.path, token.dump().encode())
        except OSError as error:
            raise TokenStoreError(
                f"The tokens cannot be written to {self.path} ({error.strerror}). Make room or make the folder "
                "writable, or keep them in memory with CCTOOLKIT_TOKEN_STORE=memory."
            ) from error

    def clear(self) -> None:
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            raise TokenStoreError(
                f"The tokens in {self.path} cannot be deleted ({error.strerror}): delete that file by hand."
            ) from error


class KeyringStore:
    """The system's keyring: macOS Keychain, Windows Credential Locker, Secret Service."""

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def description(self) -> str:
        return f"the system keyring ({_keyring_name()}), as cctoolkit / {self.name}"

    def load(self) -> Token | None:
        import keyring

        text = _patiently(lambda: keyring.get_password("cctoolkit", self.name))
        if text is None:
            return None
        try:
            return Token.load(text)
        except TokenStoreError:
            aside = f"{self.name} (unreadable {int(time.time())})"
            _patiently(lambda: keyring.set_password("cctoolkit", aside, text))
            _patiently(lambda: keyring.delete_password("cctoolkit", self.name))
            raise TokenStoreError(
                f"The stored tokens were damaged; the keyring keeps them as {aside}. Sign in again."
            ) from None

    def save(self, token: Token) -> None:
        import keyring

        _patiently(lambda: keyring.set_password("cctoolkit", self.name, token.dump()))

    def clear(self) -> None:
        import keyring
        from keyring.errors import PasswordDeleteError

        with contextlib.suppress(PasswordDeleteError):
            _patiently(lambda: keyring.delete_password("cctoolkit", self.name))


def choose_store(name: str, file: Path, policy: str | None = None) -> TokenStore:
    """The store for the sign-in called `name`, by `policy`, `CCTOOLKIT_TOKEN_STORE`, or what works here.

    `keyring`, `file` and `memory` mean just that; `auto` takes the first of them that works.
    """
    policy = policy or os.environ.get("CCTOOLKIT_TOKEN_STORE") or "auto"
    if policy == "memory":
        return MemoryStore()
    if policy == "file":
        return FileStore(file)
    if policy == "keyring":
        return KeyringStore(name)
    if policy != "auto":
        raise SettingsError(f"There is no token store {policy!r}: use auto, keyring, file or memory.")
    if _keyring_works():
        return KeyringStore(name)
    return FileStore(file) if _writable(file.parent) else MemoryStore()


def _keyring_works() -> bool:
    """Whether there is a real keyring that keeps and gives back what it was given, in time."""
    import keyring
    from keyring.backends import fail, null

    try:
        backend = _patiently(keyring.get_keyring)
        if isinstance(backend, (fail.Keyring, null.Keyring)) or getattr(backend, "priority", 0) <= 0:
            return False
        probe = f"probe {os.getpid()} {threading.get_ident()}"
        _patiently(lambda: keyring.set_password("cctoolkit", probe, "works"))
        works = _patiently(lambda: keyring.get_password("cctoolkit", probe)) == "works"
        _patiently(lambda: keyring.delete_password("cctoolkit", probe))
        return works
    except Exception:
        return False


def _keyring_name() -> str:
    import keyring

    return type(keyring.get_keyring()).__module__.rpartition(".")[2]


def _patiently(action: Callable[[], T]) -> T:
    """The action's result. A keyring that hangs (a locked one, with nobody to ask) is given up on."""
    outcome: list[T] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            outcome.append(action())
        except BaseException as error:  # carried over to the caller's thread
            failure.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(KEYRING_PATIENCE)
    if thread.is_alive():
        raise TokenStoreError(
            "The system keyring does not answer. Unlock it, or keep tokens in a file with CCTOOLKIT_TOKEN_STORE=file."
        )
    if failure:
        from keyring.errors import KeyringError

        if isinstance(failure[0], KeyringError):
            raise TokenStoreError(
                "The system keyring refused. Unlock it, or keep tokens in a file with CCTOOLKIT_TOKEN_STORE=file."
            ) from None
        raise failure[0]
    return outcome[0]


def _writable(folder: Path) -> bool:
    while not folder.exists():
        folder = folder.parent
    return os.access(folder, os.W_OK)
