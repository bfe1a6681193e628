"""The tokens of one sign-in, in a vault."""

from __future__ import annotations

from pathlib import Path

from ..errors import TokenStoreError
from .tokens import Token
from .vaults import FileVault, MemoryVault, Vault, choose_vault


class TokenStore:
    """Keeps the pair of tokens of one sign-in. `description` says in words where they are."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    @classmethod
    def in_memory(cls) -> TokenStore:
        return cls(MemoryVault())

    @classmethod
    def in_file(cls, path: Path) -> TokenStore:
        return cls(FileVault(path))

    @classmethod
    def choose(cls, name: str, file: Path, policy: str | None = None) -> TokenStore:
        """In the keyring, in the file, or in memory: by policy, or what works here (see `choose_vault`)."""
        return cls(choose_vault(name, file, policy))

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
        try:
            return Token.load(text)
        except TokenStoreError:
            aside = self._vault.set_aside(text)
            raise TokenStoreError(f"The stored tokens were damaged; they are kept at {aside}. Sign in again.") from None

    def save(self, token: Token) -> None:
        """Durable once this returns; a kill before leaves the tokens that were there."""
        self._vault.save(token.dump())

    def prove(self, token: Token) -> None:
        """Save the tokens that are in force once more, to see that the next ones can be saved. Raises `TokenStoreError`."""
        self._vault.save(token.dump())

    def clear(self) -> None:
        self._vault.clear()
