"""The tokens of one sign-in, in a vault."""

from __future__ import annotations

import json
from pathlib import Path

from ..errors import TokenStoreError
from . import origin
from .tokens import Token
from .vaults import FileVault, MemoryVault, Vault, choose_vault, without_time

#: Where the tokens say on which machine and in which folder they were saved.
_SAVED_ON = "saved_on"


class TokenStore:
    """Keeps the pair of tokens of one sign-in. `description` says in words where they are.

    `folder` is where the sign-in belongs, wherever its tokens lie: who copies it elsewhere is told (`copied`). `machine` is
    another name for this machine than its own.
    """

    def __init__(self, vault: Vault, folder: Path | None = None, *, machine: str | None = None) -> None:
        self._vault = vault
        self._folder, self._machine = folder, machine
        #: Whether what was loaded last had been saved on another machine, or in another folder.
        self.copied = False
        self._mark: object = None

    @classmethod
    def in_memory(cls) -> TokenStore:
        return cls(MemoryVault())

    @classmethod
    def in_file(cls, path: Path) -> TokenStore:
        return cls(FileVault(path), path.parent)

    @classmethod
    def choose(cls, name: str, file: Path, policy: str | None = None) -> TokenStore:
        """In the keyring, in the file, or in memory: by policy, or what works here (see `choose_vault`)."""
        return cls(choose_vault(name, file, policy), file.parent)

    @property
    def description(self) -> str:
        return self._vault.description

    def load(self) -> Token | None:
        """The tokens; None when nobody is signed in.

        Raises `TokenStoreError` when the vault cannot be read, or holds no tokens: that text is then kept aside.
        """
        text = self._vault.load()
        if text is None:
            return None
        text = without_time(text)
        try:
            token = Token.load(text)
        except TokenStoreError:
            aside = self._vault.set_aside(text)
            raise TokenStoreError(f"The stored tokens were damaged; they are kept at {aside}. Sign in again.") from None
        self._mark = json.loads(text).get(_SAVED_ON)
        self.copied = self._folder is not None and not saved_here(text, self._folder, self._machine)
        return token

    def save(self, token: Token) -> None:
        """Durable once this returns; a kill before leaves the tokens that were there."""
        mark = None if self._folder is None else origin.mark(self._folder, self._machine)
        self._write(token, mark)
        self.copied, self._mark = False, mark

    def prove(self, token: Token) -> None:
        """Save the tokens that are in force once more, to see that the next ones can be saved. Raises `TokenStoreError`."""
        self._write(token, self._mark)  # they are those that were loaded, and were saved where they were

    def _write(self, token: Token, mark: object) -> None:
        written = token.dump()
        self._vault.save(written if mark is None else json.dumps({**json.loads(written), _SAVED_ON: mark}))

    def clear(self) -> None:
        self._vault.clear()


def saved_here(text: str, folder: Path, machine: str | None = None) -> bool:
    """Whether tokens, as they are kept, were saved on this machine for this folder; yes where they do not say."""
    return origin.is_here(json.loads(without_time(text)).get(_SAVED_ON), folder, machine)
