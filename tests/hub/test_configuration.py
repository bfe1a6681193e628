"""What the hub's configuration chooses from the environment, and what it refuses."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from traitlets.config import Config, PyFileConfigLoader

from tests.hub.running import CONFIG

Configure = Callable[..., Config]


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Configure:
    """Reads the configuration as the hub does, with these variables beside the environment's own."""

    installed = tmp_path / "installed"
    installed.mkdir()
    (installed / "jupyter_server_proxy.py").touch()  # nothing here runs it
    monkeypatch.syspath_prepend(str(installed))

    def read(**variables: str) -> Config:
        for name, value in {"ALLOW_ROOT": "1", "FOLDER": str(tmp_path / "hub"), **variables}.items():
            monkeypatch.setenv(f"CCTOOLKIT_HUB_{name}", value)
        return PyFileConfigLoader(CONFIG.name, path=str(CONFIG.parent)).load_config()

    return read


def test_on_this_machine_a_password_is_made_and_shown(configure: Configure, capsys: pytest.CaptureFixture[str]) -> None:
    """Without an address the hub answers here only; but other users of the machine are here too."""
    passwords = []
    for _ in range(2):
        chosen = configure()
        assert chosen.JupyterHub.bind_url == "http://127.0.0.1:8000"
        assert chosen.JupyterHub.authenticator_class == "shared-password"
        passwords.append(chosen.SharedPasswordAuthenticator.user_password)
        assert capsys.readouterr().err.count(passwords[-1]) == 1
    assert len(set(passwords)) == 2
    assert all(len(password) >= 16 for password in passwords)


@pytest.mark.parametrize("address", ["http://0.0.0.0:8000", "http://127.0.0.1:8000"])
def test_a_password_is_asked_for_where_there_is_one(configure: Configure, address: str) -> None:
    """Also behind a web server that shows this machine's address to others."""
    chosen = configure(ADDRESS=address, PASSWORD="eight characters")
    assert chosen.JupyterHub.authenticator_class == "shared-password"
    assert chosen.SharedPasswordAuthenticator.user_password == "eight characters"


@pytest.mark.parametrize(
    ("variables", "words"),
    [({"ADDRESS": "http://0.0.0.0:8000"}, "set CCTOOLKIT_HUB_PASSWORD"), ({"PASSWORD": "short"}, "8 characters")],
)
def test_an_open_door_is_refused(configure: Configure, variables: dict[str, str], words: str) -> None:
    """In one sentence that ends with what to do."""
    with pytest.raises(SystemExit, match=words):
        configure(**variables)


def test_started_by_root_everybody_is_a_user_of_the_system(
    configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nobody becomes root by signing in."""
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    chosen = configure(ALLOW_ROOT="")
    assert (chosen.JupyterHub.authenticator_class, chosen.JupyterHub.spawner_class) == ("pam", "localprocess")
    assert "--allow-root" not in chosen.Spawner.args


def test_a_file_of_ones_own_has_the_last_word(configure: Configure, tmp_path: Path) -> None:
    """It brings a real authenticator, and whoever that lets in: nobody is let in beside."""
    own = tmp_path / "own.py"
    own.write_text('c.JupyterHub.authenticator_class = "github"\n')
    chosen: Any = configure(ADDRESS="http://0.0.0.0:8000", CONFIG=str(own))
    assert chosen.JupyterHub.authenticator_class == "github"
    assert "allow_all" not in chosen.Authenticator
    assert "spawner_class" in chosen.JupyterHub


@pytest.mark.parametrize("name", ["..", ".hidden", "a/b", "-x", "Ada", ""])
def test_a_name_is_a_plain_folders_name(configure: Configure, name: str) -> None:
    """No home outside of the folder of homes."""
    assert re.fullmatch(configure().Authenticator.username_pattern, name) is None


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_only_its_owner_reads_the_hubs_folder(configure: Configure, tmp_path: Path) -> None:
    """The cookie secret and everybody's homes are in it."""
    configure()
    assert (tmp_path / "hub").stat().st_mode & 0o077 == 0


def test_the_configuration_reads_no_variable_that_the_readme_does_not_explain() -> None:
    """And the README explains none that nothing reads."""
    readme = (CONFIG.parent / "README.md").read_text()
    read = set(re.findall(r"CCTOOLKIT_[A-Z_]+", CONFIG.read_text())) - {"CCTOOLKIT_TOKEN_STORE"}
    assert read == set(re.findall(r"^\| `(CCTOOLKIT_[A-Z_]+)`", readme, re.MULTILINE))
