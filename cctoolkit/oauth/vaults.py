"""Where secrets are kept: the system's keyring where one works, else a file for its owner only, else memory."""

from __future__ import annotations

import contextlib
import glob
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from ..errors import SettingsError, TokenStoreError
from ..files import write_private

#: Seconds after which a keyring that does not answer counts as none.
KEYRING_PATIENCE = 5.0
PROBE_LENGTH = 2_500

#: Why there is nothing to ask.
NO_KEYRING = "there is none on this machine"

T = TypeVar("T")

#: What the keyring files our entries under.
SERVICE = "cctoolkit"


class Vault(Protocol):
    """Keeps one text. `place` is its kind in a word, `description` says where. Every method raises `TokenStoreError`."""

    place: str

    @property
    def description(self) -> str: ...
    def load(self) -> str | None: ...
    def save(self, text: str) -> None: ...
    def clear(self) -> None: ...
    def set_aside(self, text: str) -> str:
        """Keep a damaged text under another name, which is returned: never delete what somebody may need to see."""


class MemoryVault:
    """For this process only: the next one signs in again."""

    place = "memory"
    description = "this process's memory only (the next notebook signs in again)"

    def __init__(self) -> None:
        self._text: str | None = None

    def load(self) -> str | None:
        return self._text

    def save(self, text: str) -> None:
        self._text = text

    def clear(self) -> None:
        self._text = None

    def set_aside(self, text: str) -> str:
        self._text = None
        return "nowhere"


class FileVault:
    """A file with mode 0600 in a folder with mode 0700, replaced in one step."""

    place = "file"

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def description(self) -> str:
        # Windows keeps no mode; there the rights of the folder count, which is the user's own.
        return f"the file {self.path}" + (", readable by you alone" if os.name == "posix" else "")

    def load(self) -> str | None:
        try:
            return self.path.read_bytes().decode("utf-8", "replace")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise TokenStoreError(
                f"{self.path} cannot be read ({error.strerror}): make it readable, then try again."
            ) from error

    def save(self, text: str) -> None:
        try:
            write_private(self.path, text.encode())
        except OSError as error:
            raise TokenStoreError(
                f"The tokens cannot be written to {self.path} ({error.strerror}). Make room or make the folder "
                "writable, or keep them in memory with CCTOOLKIT_TOKEN_STORE=memory."
            ) from error

    def clear(self) -> None:
        """Delete the file, and what was set aside of it: that may hold tokens too."""
        aside = self.path.parent.glob(f"{glob.escape(self.path.name)}.unreadable-*")
        for path in (self.path, *aside):
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise TokenStoreError(
                    f"{path} cannot be deleted ({error.strerror}): delete that file by hand."
                ) from error

    def set_aside(self, text: str) -> str:
        aside = self.path.with_name(f"{self.path.name}.unreadable-{int(time.time())}")
        with contextlib.suppress(OSError):
            self.path.replace(aside)
        return str(aside)


class KeyringVault:
    """The system's keyring: macOS Keychain, Windows Credential Locker, Secret Service."""

    place = "keyring"

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def description(self) -> str:
        return f"the system keyring ({keyring_name()}), as cctoolkit / {self.name}"

    def load(self) -> str | None:
        import keyring

        return _patiently(lambda: keyring.get_password(SERVICE, self.name))

    def save(self, text: str) -> None:
        """Kept once this returns: it is read back, as some keyrings say yes and keep less, or nothing."""
        import keyring

        def kept() -> bool:
            keyring.set_password(SERVICE, self.name, text)
            return keyring.get_password(SERVICE, self.name) == text

        if not _patiently(kept):
            with contextlib.suppress(TokenStoreError):  # a part of it would be taken for the whole
                self.clear()
            raise TokenStoreError(
                "The system keyring does not keep what it is given. Keep tokens in a file with CCTOOLKIT_TOKEN_STORE=file."
            )

    def clear(self) -> None:
        import keyring
        from keyring.errors import PasswordDeleteError

        def delete() -> None:
            with contextlib.suppress(PasswordDeleteError):
                keyring.delete_password(SERVICE, self.name)

        _patiently(delete)

    def set_aside(self, text: str) -> str:
        import keyring

        aside = f"{self.name} (unreadable {int(time.time())})"
        _patiently(lambda: keyring.set_password(SERVICE, aside, text))
        self.clear()
        return f"{SERVICE} / {aside} in the keyring"


class Places:
    """Several vaults of one text, of which some answer at one moment and some at another: a keyring is locked at night,
    hangs without a screen, is back in the morning.

    What is saved goes to the first that takes it, with the time; the others are emptied, those that do not answer the next
    time they do. What is loaded is the newest that can be read. Clearing empties all of them, or raises. A note beside the
    file says which place had the newest and when, so that one that does not answer is not taken for an empty one.
    """

    place = "several"

    def __init__(self, *vaults: Vault, note: Path) -> None:
        self._vaults = vaults
        self._note = note

    @property
    def description(self) -> str:
        with contextlib.suppress(TokenStoreError):
            held = [vault for vault, _, _ in self._read()]
            return held[0].description if held else self._vaults[0].description
        return next((vault.description for vault in self._vaults if vault.place == self._noted()[0]), "a keyring")

    def load(self) -> str | None:
        found = self._read()
        return found[0][2] if found else None

    def save(self, text: str) -> None:
        now = time.time()
        refusals: list[TokenStoreError] = []
        for number, vault in enumerate(self._vaults):
            try:
                vault.save(f"{_SAVED_AT}{now:.6f}\n{text}")
            except TokenStoreError as error:
                refusals.append(error)
                continue
            with contextlib.suppress(OSError):  # a help for the next one who looks; the text itself is safe
                write_private(self._note, f"{vault.place} {now:.6f}\n".encode())
            for other in self._vaults[number + 1 :]:
                with contextlib.suppress(TokenStoreError):  # it is older than what was saved, and counts no more
                    other.clear()
            return
        raise refusals[-1]

    def clear(self) -> None:
        refusals: list[TokenStoreError] = []
        for vault in self._vaults:
            try:
                vault.clear()
            except TokenStoreError as error:
                refusals.append(error)
        if refusals:
            raise TokenStoreError(
                f"Something may be left behind: {refusals[0]} Then sign out again, so that it is deleted there too."
            )
        self._forget_note()

    def set_aside(self, text: str) -> str:
        for vault, _, held in self._read():
            if held == text:
                self._forget_note()
                return vault.set_aside(text)
        return "nowhere"

    def _read(self) -> list[tuple[Vault, float, str]]:
        """What each vault that answers holds, the newest first.

        Raises when none answers, or when the one that was given the newest does not.
        """
        found: list[tuple[Vault, float, str]] = []
        refusals: dict[str, TokenStoreError] = {}
        for vault in self._vaults:
            try:
                text = vault.load()
            except TokenStoreError as error:
                refusals[vault.place] = error
                continue
            if text is not None:
                found.append((vault, *_read_time(text)))
        found.sort(key=lambda entry: -entry[1])
        place, noted_at = self._noted()
        if place in refusals and (not found or found[0][1] < noted_at):
            raise TokenStoreError(
                f"This sign-in was saved in the system keyring: {refusals[place]} Or sign in again, here."
                if place == KeyringVault.place
                else str(refusals[place])
            )
        if not found and len(refusals) == len(self._vaults):
            raise next(iter(refusals.values()))
        return found

    def _noted(self) -> tuple[str, float]:
        """The place that was given the newest text, and when; nothing where nothing was noted."""
        try:
            place, _, at = self._note.read_text(encoding="utf-8", errors="replace").strip().partition(" ")
            return place, float(at)
        except (OSError, ValueError):
            return "", 0.0

    def _forget_note(self) -> None:
        with contextlib.suppress(OSError):
            self._note.unlink(missing_ok=True)


#: What stands before a text that was saved in one of several places.
_SAVED_AT = "saved-at "


def _read_time(text: str) -> tuple[float, str]:
    """When a text was saved, and the text; one of before there was a time counts as the oldest."""
    first, _, rest = text.partition("\n")
    if first.startswith(_SAVED_AT):
        with contextlib.suppress(ValueError):
            return float(first.removeprefix(_SAVED_AT)), rest
    return 0.0, text


def without_time(text: str) -> str:
    """A text as it was given to be saved, in whichever of several places it was."""
    return _read_time(text)[1]


def choose_vault(name: str, file: Path, policy: str | None = None) -> Vault:
    """The vault for `name`, by `policy`, `CCTOOLKIT_TOKEN_STORE`, or what works here.

    `keyring`, `file` and `memory` mean just that. `auto` keeps it in the keyring, or in the file while the keyring does
    not take it, and finds it in either: whichever was saved last.

    Raises `SettingsError` for another policy.
    """
    policy = policy or os.environ.get("CCTOOLKIT_TOKEN_STORE") or "auto"
    if policy == "memory":
        return MemoryVault()
    if policy == "file":
        return FileVault(file)
    if policy == "keyring":
        return KeyringVault(name)
    if policy != "auto":
        raise SettingsError(f"There is no token store {policy!r}: use auto, keyring, file or memory.")
    in_file = FileVault(file) if _writable(file.parent) else MemoryVault()
    note = file.with_name(f"{file.name}.place")
    fault = keyring_fault()
    if fault is None:
        return Places(KeyringVault(name), in_file, note=note)
    if fault == NO_KEYRING and not note.exists():
        return in_file
    return Places(in_file, KeyringVault(name), note=note)  # what it holds counts as soon as it answers again


def keyring_fault() -> str | None:
    """Why the system's keyring cannot keep tokens, in a few words; None when it can.

    A text as long as a pair of tokens is put in, read back in time, and taken out again.
    """
    import keyring
    from keyring.backends import fail, null
    from keyring.errors import KeyringLocked

    probe = f"probe {os.getpid()} {threading.get_ident()}"
    # As long as a pair of tokens: Windows' store, for one, holds no more than 1,280 characters.
    written = "x" * PROBE_LENGTH

    def round_trip() -> str | None:
        backend = keyring.get_keyring()
        if isinstance(backend, (fail.Keyring, null.Keyring)) or getattr(backend, "priority", 0) <= 0:
            return NO_KEYRING
        keyring.set_password(SERVICE, probe, written)
        try:
            kept = keyring.get_password(SERVICE, probe) == written
        finally:
            keyring.delete_password(SERVICE, probe)
        return None if kept else "it does not keep a text as long as a pair of tokens"

    def told() -> str | None:
        try:
            return round_trip()
        except KeyringLocked:
            return "it is locked"
        except Exception as error:  # backends raise whatever their system gives them
            return f"it refuses ({type(error).__name__})"

    try:
        return _patiently(told)
    except TokenStoreError:
        return "it does not answer"


def keyring_name() -> str:
    """What the system's keyring is called, as its backend's module is: `macOS`, `SecretService`, `Windows`."""
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
        # Backends raise whatever their system gives them; its text may quote what was to be kept.
        raise TokenStoreError(
            f"The system keyring refused ({type(failure[0]).__name__}). Unlock it, or keep tokens in a file with "
            "CCTOOLKIT_TOKEN_STORE=file."
        ) from None
    return outcome[0]


def _writable(folder: Path) -> bool:
    while not folder.exists():
        folder = folder.parent
    return os.access(folder, os.W_OK)
