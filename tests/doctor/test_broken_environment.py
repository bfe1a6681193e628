"""The doctor where nothing works: it still says what is wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import cctoolkit
from cctoolkit.doctor import examine
from cctoolkit.errors import SettingsError

ROOT = Path(cctoolkit.__file__).parents[1]


def _run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )


def test_without_a_single_package_it_still_examines(tmp_path: Path) -> None:
    """Each check that cannot run says which package it lacks; the command ends with 1, and without a traceback."""
    done = _run("-S", "-m", "cctoolkit.doctor", "--json")
    assert (done.returncode, done.stderr) == (1, "")
    findings = json.loads(done.stdout)["findings"]
    assert findings[0]["state"] == "ok"
    assert {found["check"] for found in findings} >= {"packages", "widgets", "folders", "keyring", "sandbox"}
    assert any("cannot be imported" in found["found"] for found in findings)


@pytest.mark.parametrize(
    "name", ["keyring", "httpx", "authlib", "platformdirs", "packaging", "jupyter_core", "filelock"]
)
def test_without_one_package_the_others_are_examined(name: str) -> None:
    """What fails is named; the sum comes all the same."""
    script = (
        f"import sys; sys.modules[{name!r}] = None; sys.modules['httpx2'] = None if {name!r} == 'httpx' else"
        " __import__('httpx2') if __import__('importlib.util').util.find_spec('httpx2') else None\n"
        "from cctoolkit.doctor import examine; print(examine())"
    )
    done = _run("-c", script, CCTOOLKIT_TOKEN_STORE="auto", CCTOOLKIT_API_KEY="1" * 20)
    assert done.returncode == 0, done.stderr
    told = " ".join(done.stdout.split())
    assert "cannot be imported" in told
    assert " 0 problems." not in told
    assert told.endswith("in Python examine('live').")


def test_a_home_that_cannot_be_used(tmp_path: Path) -> None:
    """Everything that would be kept there is told; nothing raises."""
    (tmp_path / "home").write_text("a file")
    done = _run("-m", "cctoolkit.doctor", "--json", HOME=str(tmp_path / "home"), USERPROFILE=str(tmp_path / "home"))
    assert done.returncode == 1, done.stderr
    told = json.loads(done.stdout)
    assert not told["healthy"]
    assert "cannot be written to" in " ".join(found["found"] for found in told["findings"])
    assert "failed itself" not in done.stdout


def test_an_unknown_service_is_said() -> None:
    """It is the one thing that is no finding."""
    with pytest.raises(SettingsError, match="say 'sandbox' or 'live'"):
        examine("production")
