"""A pair of tokens works once: it is not spent before its successor can be kept, nor dropped because that fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import keyring.backends.fail
import pytest

from cctoolkit import files
from cctoolkit.errors import SignInRequired, TokenStoreError
from cctoolkit.in_process import InProcess
from cctoolkit.oauth import OAuthSession, TokenStore
from cctoolkit.oauth.by_code import sign_in_by_code
from cctoolkit.oauth.vaults import MemoryVault
from cctoolkit.sandbox import Sandbox
from cctoolkit.settings import sandbox_service
from cctoolkit.widgets.sign_in import SignIn
from tests.oauth.test_token_store import TOKEN, HangingKeyring, LockedKeyring, MemoryKeyring

A_DAY = 90_000
#: Opens the store anew, as the next process does.
Choose = Callable[[], TokenStore]


class FailingVault(MemoryVault):
    """A disk that is full for as many savings as it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.refusals = 0
        self.let_through = 0

    def save(self, text: str) -> None:
        if self.let_through:
            self.let_through -= 1
        elif self.refusals:
            self.refusals -= 1
            raise TokenStoreError("The disk is full: make room.")
        super().save(text)


@pytest.fixture
def vault() -> FailingVault:
    return FailingVault()


@pytest.fixture
def session(sandbox: Sandbox, network: InProcess, tmp_path: Path, vault: FailingVault) -> OAuthSession:
    """Signed in, a day ago."""
    service = sandbox_service(sandbox.description())
    made = OAuthSession(service, TokenStore(vault), tmp_path, clock=sandbox.clock.now, transport=network)
    sign_in_by_code(made)
    sandbox.advance(A_DAY)
    return made


def _spent(sandbox: Sandbox) -> int:
    query = "SELECT count(*) FROM refresh_tokens WHERE used_at IS NOT NULL"
    return int(sandbox.database.connection.execute(query).fetchone()[0])


def test_nothing_is_spent_where_nothing_can_be_saved(
    session: OAuthSession, sandbox: Sandbox, vault: FailingVault
) -> None:
    """The disk is full before the exchange: an error with what to do, and after making room it goes on."""
    vault.refusals = 3
    for _ in range(3):
        with pytest.raises(TokenStoreError, match="make room"):
            session.access_token()
    assert _spent(sandbox) == 0
    assert session.access_token()
    assert _spent(sandbox) == 1


def test_a_pair_that_cannot_be_saved_stays_in_the_process(
    session: OAuthSession, sandbox: Sandbox, vault: FailingVault
) -> None:
    """The disk fills up during the exchange: the pair works, is told, and is saved as soon as that is possible."""
    vault.let_through, vault.refusals = 1, 2  # the proof; then the saving, and once more
    with pytest.warns(UserWarning, match="The disk is full: make room.*in this process only"):
        fresh = session.access_token()
    assert session.access_token() == fresh
    stored = session.store.load()
    assert stored is not None
    assert stored.access_token != fresh  # the second saving was refused too
    assert session.access_token() == fresh
    stored = session.store.load()
    assert stored is not None
    assert stored.access_token == fresh
    sandbox.advance(A_DAY)
    assert session.access_token() != fresh
    assert _spent(sandbox) == 2


def test_somebody_who_signs_in_meanwhile_counts(
    session: OAuthSession, sandbox: Sandbox, network: InProcess, tmp_path: Path, vault: FailingVault
) -> None:
    """What another process saved is newer than what this one could not save."""
    vault.let_through, vault.refusals = 1, 1
    with pytest.warns(UserWarning, match="in this process only"):
        fresh = session.access_token()
    other = OAuthSession(session.service, session.store, tmp_path, clock=sandbox.clock.now, transport=network)
    newer = sign_in_by_code(other)
    assert session.access_token() == newer.access_token != fresh


def test_a_folder_for_turns_that_cannot_be_used_is_a_sentence(session: OAuthSession, tmp_path: Path) -> None:
    """Also where taking the turn fails, and not only making the folder."""
    (tmp_path / "in the way").touch()
    session._lock_path = tmp_path / "in the way" / "lock"
    with pytest.raises(TokenStoreError, match="make it a writable folder"):
        session.access_token()
    with pytest.raises(TokenStoreError, match="make it a writable folder"):
        session.sign_out()


def _use(backend: keyring.backend.KeyringBackend) -> MemoryKeyring:
    keyring.set_keyring(backend)
    return backend  # type: ignore[return-value]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Choose]:
    before = keyring.get_keyring()
    yield lambda: TokenStore.choose("test", tmp_path / "token.json", "auto")
    keyring.set_keyring(before)


def test_the_newer_of_two_places_counts(store: Choose) -> None:
    """Signed in while the keyring is open, again while it is locked: the second sign-in holds when it is open again."""
    backend = _use(MemoryKeyring())
    store().save(TOKEN)
    keyring.set_keyring(LockedKeyring())
    newer = type(TOKEN)("newer", "newer refresh", TOKEN.expires_at, TOKEN.scope)
    store().save(newer)
    keyring.set_keyring(backend)
    assert store().load() == newer
    assert "the file" in store().description


class ForgetfulKeyring(MemoryKeyring):
    """A keyring that says yes, and from some moment on keeps nothing, or something else."""

    keeps: str | None = None
    forgets = False

    def set_password(self, service: str, username: str, password: str) -> None:
        super().set_password(service, username, password)
        if self.forgets and self.keeps is None:
            del self.entries[service, username]
        elif self.forgets:
            self.entries[service, username] = str(self.keeps)


@pytest.mark.parametrize("fault", [LockedKeyring(), keyring.backends.fail.Keyring()])
def test_a_place_that_does_not_answer_is_not_an_empty_one(
    fault: keyring.backend.KeyringBackend, store: Choose, tmp_path: Path
) -> None:
    """Where the pair is was noted: a locked keyring, or a session without one, is said, and not "nobody is signed in"."""
    backend = _use(MemoryKeyring())
    store().save(TOKEN)
    assert not (tmp_path / "token.json").exists()
    keyring.set_keyring(fault)
    with pytest.raises(TokenStoreError, match=r"saved in the system keyring.*Unlock it.*Or sign in again"):
        store().load()
    assert "keyring" in store().description
    keyring.set_keyring(backend)
    assert store().load() == TOKEN
    store().clear()
    assert [path for path in tmp_path.iterdir() if path.suffix != ".lock"] == []
    assert store().load() is None


def test_a_panel_says_that_the_keyring_is_locked(
    network: InProcess, store: Choose, sandbox: Sandbox, tmp_path: Path
) -> None:
    """And offers to sign in again."""
    _use(MemoryKeyring())
    store().save(TOKEN)
    keyring.set_keyring(LockedKeyring())
    session = OAuthSession(sandbox_service(sandbox.description()), store(), tmp_path, transport=network)
    panel = SignIn(session, "paste", "It is what this place allows.")
    assert "saved in the system keyring" in panel.status.value
    panel.give_way()


@pytest.mark.parametrize("keeps", [None, "another user's secret", TOKEN.dump()[:-9]])
def test_what_a_keyring_does_not_keep_goes_into_the_file(keeps: str | None, store: Choose) -> None:
    """It worked when it was tried, and lies when it matters: what is saved is read back."""
    backend = ForgetfulKeyring()
    keyring.set_keyring(backend)
    before = store()
    before.save(TOKEN)
    backend.keeps, backend.forgets = keeps, True
    newer = type(TOKEN)("newer", "newer refresh", TOKEN.expires_at, TOKEN.scope)
    before.save(newer)
    assert before.load() == newer
    assert "the file" in before.description
    assert store().load() == newer


def test_signing_out_empties_every_place(store: Choose, tmp_path: Path) -> None:
    """Nothing is left in the file when the keyring answers, nor anything that was set aside as damaged."""
    backend = _use(MemoryKeyring())
    store().save(TOKEN)
    (tmp_path / "token.json").write_text("an older sign-in")
    (tmp_path / "token.json.unreadable-1").write_text("an even older one")
    store().clear()
    assert backend.entries == {}
    assert [path for path in tmp_path.iterdir() if path.name.startswith("token.json")] == []
    assert store().load() is None


def test_signing_out_says_what_it_could_not_reach(store: Choose) -> None:
    """A locked keyring may hold a pair that is good for half a year: signed out is not said of it."""
    _use(LockedKeyring())
    store().save(TOKEN)
    with pytest.raises(TokenStoreError, match=r"Something may be left behind.*sign out again"):
        store().clear()
    assert store().load() is None


def test_what_was_saved_before_there_were_two_places_is_found(store: Choose, tmp_path: Path) -> None:
    """A file or an entry without a time is the oldest, and is read."""
    backend = _use(MemoryKeyring())
    backend.set_password("cctoolkit", "test", TOKEN.dump())
    assert store().load() == TOKEN


@pytest.mark.parametrize("refused", [1, 5])
def test_a_rename_that_windows_refuses_is_tried_again(
    refused: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While somebody reads the old file there; elsewhere a refusal is one."""
    path, left = tmp_path / "token.json", [refused]
    path.write_text("old")
    replace = Path.replace

    def while_read(written: Path, target: Path) -> Path:
        if left[0]:
            left[0] -= 1
            raise PermissionError(13, "the file is in use")
        return replace(written, target)

    monkeypatch.setattr(Path, "replace", while_read)
    monkeypatch.setattr(files, "REFUSALS_PASS", True)
    files.write_private(path, b"new")
    assert path.read_bytes() == b"new"
    left[0] = 1
    monkeypatch.setattr(files, "REFUSALS_PASS", False)
    with pytest.raises(PermissionError):
        files.write_private(path, b"newer")
    assert [found.name for found in tmp_path.iterdir()] == ["token.json"]


def test_an_ended_sign_in_is_still_told(session: OAuthSession, sandbox: Sandbox) -> None:
    """What truly ended leads back to signing in."""
    sandbox.advance(181 * 86_400)
    with pytest.raises(SignInRequired, match="no longer takes the refresh token"):
        session.access_token()


def test_a_hanging_keyring_does_not_hold_the_sign_in(store: Choose, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is given up on, and the file has it."""
    from cctoolkit.oauth import vaults

    monkeypatch.setattr(vaults, "KEYRING_PATIENCE", 0.05)
    keyring.set_keyring(HangingKeyring())
    store().save(TOKEN)
    assert store().load() == TOKEN


def test_another_policy_finds_what_was_saved(store: Choose, tmp_path: Path) -> None:
    """As our own sentences advise where a keyring is locked: the file is read as it was written."""
    _use(LockedKeyring())
    store().save(TOKEN)
    assert TokenStore.choose("test", tmp_path / "token.json", "file").load() == TOKEN


def test_a_part_that_a_keyring_kept_is_not_taken_for_the_whole(store: Choose) -> None:
    """It is taken out again, so that the file's whole text counts in the next process."""
    backend = ForgetfulKeyring()
    keyring.set_keyring(backend)
    opened = store()
    backend.keeps, backend.forgets = f"saved-at 9999999999.0\n{TOKEN.dump()[:-9]}", True
    opened.save(TOKEN)
    assert backend.entries == {}
    backend.forgets = False
    assert store().load() == TOKEN
