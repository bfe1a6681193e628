"""Where tokens are kept, and that they are neither lost nor shown."""

from __future__ import annotations

import json
import os
import stat
import sys
import threading
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from cctoolkit.errors import SettingsError, TokenStoreError
from cctoolkit.oauth import Token, TokenStore, vaults

TOKEN = Token("the-access-token", "the-refresh-token", 1_800_000_000.0, "contact_data offline_access")

posix = pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")


class MemoryKeyring(KeyringBackend):
    """A keyring that works."""

    priority = 5  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.entries:
            raise PasswordDeleteError
        del self.entries[service, username]


class LockedKeyring(MemoryKeyring):
    """A keyring that nobody unlocks."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked

    set_password = get_password  # type: ignore[assignment]
    delete_password = get_password  # type: ignore[assignment]


class HangingKeyring(MemoryKeyring):
    """A keyring that waits for somebody who is not there."""

    def get_password(self, service: str, username: str) -> str | None:
        threading.Event().wait(60)
        return None

    set_password = get_password  # type: ignore[assignment]


@pytest.fixture
def use_keyring() -> object:
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


@pytest.mark.parametrize("policy", ["file", "keyring", "memory", "auto"])
def test_every_store_keeps_and_forgets(policy: str, tmp_path: Path, use_keyring: object) -> None:
    """What was saved is loaded; after clearing there is nothing, and clearing again is no error."""
    keyring.set_keyring(MemoryKeyring())
    store = TokenStore.choose("test", tmp_path / "token.json", policy)
    assert store.load() is None
    store.save(TOKEN)
    assert store.load() == TOKEN
    store.clear()
    store.clear()
    assert store.load() is None
    assert store.description


@posix
def test_a_file_is_its_owners_alone(tmp_path: Path) -> None:
    """Mode 0600 in a folder of mode 0700, from the first moment."""
    TokenStore.in_file(tmp_path / "state" / "token.json").save(TOKEN)
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700
    [file] = (tmp_path / "state").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b'{"access_token": "x"}', b"\xff\xfe\x00", b"null"])
def test_a_damaged_file_is_kept_aside(tmp_path: Path, content: bytes) -> None:
    """Never deleted silently: the message says where it is, and the next sign-in works."""
    path = tmp_path / "token.json"
    path.write_bytes(content)
    store = TokenStore.in_file(path)
    with pytest.raises(TokenStoreError, match=r"kept at .*token\.json\.unreadable-\d+\. Sign in again"):
        store.load()
    [aside] = tmp_path.iterdir()
    assert aside.read_bytes() == content
    assert store.load() is None
    store.save(TOKEN)
    assert store.load() == TOKEN


def test_a_damaged_keyring_entry_is_kept_aside(tmp_path: Path, use_keyring: object) -> None:
    """The keyring keeps it under another name."""
    backend = MemoryKeyring()
    keyring.set_keyring(backend)
    backend.set_password("cctoolkit", "test", "damaged")
    with pytest.raises(TokenStoreError, match="unreadable"):
        TokenStore.choose("test", tmp_path / "t", "keyring").load()
    assert list(backend.entries.values()) == ["damaged"]


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """The message says what to do, and the old tokens are still there."""
    path = tmp_path / "a-file" / "token.json"
    (tmp_path / "a-file").write_text("in the way")
    with pytest.raises(TokenStoreError, match="CCTOOLKIT_TOKEN_STORE=memory"):
        TokenStore.in_file(path).save(TOKEN)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/dev/full is Linux's")
def test_a_full_disk_leaves_the_old_tokens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The new pair is written beside the old and takes its place in one step, or not at all."""
    store = TokenStore.in_file(tmp_path / "token.json")
    store.save(TOKEN)
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    try:
        with pytest.raises(TokenStoreError, match="Make room"):
            store.save(Token("another", "another", None, ""))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert store.load() == TOKEN
    assert [path.name for path in tmp_path.iterdir()] == ["token.json"]


def test_a_hanging_keyring_is_given_up_on(tmp_path: Path, use_keyring: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for by name it is an error with a way out; chosen automatically, the file is taken."""
    monkeypatch.setattr(vaults, "KEYRING_PATIENCE", 0.05)
    keyring.set_keyring(HangingKeyring())
    with pytest.raises(TokenStoreError, match="does not answer"):
        TokenStore.choose("test", tmp_path / "token.json", "keyring").load()
    assert "the file" in TokenStore.choose("test", tmp_path / "token.json", "auto").description


def test_a_locked_keyring_is_said(tmp_path: Path, use_keyring: object) -> None:
    """The message says what to do."""
    keyring.set_keyring(LockedKeyring())
    with pytest.raises(TokenStoreError, match="Unlock it"):
        TokenStore.choose("test", tmp_path / "token.json", "keyring").load()
    assert "the file" in TokenStore.choose("test", tmp_path / "token.json", "auto").description


def test_without_a_keyring_the_file_is_taken(tmp_path: Path, use_keyring: object) -> None:
    """As on a server."""
    from keyring.backends.fail import Keyring

    keyring.set_keyring(Keyring())
    assert "the file" in TokenStore.choose("test", tmp_path / "token.json", "auto").description


def test_an_unknown_policy_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the policies."""
    monkeypatch.setenv("CCTOOLKIT_TOKEN_STORE", "cloud")
    with pytest.raises(SettingsError, match="auto, keyring, file or memory"):
        TokenStore.choose("test", tmp_path / "token.json")


def test_tokens_are_in_no_repr() -> None:
    """Neither of the token nor of an error about it."""
    assert "the-access-token" not in repr(TOKEN)
    assert "the-refresh-token" not in repr(TOKEN)
    with pytest.raises(TokenStoreError) as caught:
        Token.load(json.dumps({"access_token": "the-access-token"}))
    assert "the-access-token" not in repr(caught.value)
    assert caught.value.__cause__ is None
