"""Profiles and files that several processes have at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from cctoolkit.files import LEFTOVER_AFTER, write_private
from cctoolkit.settings import profiles

_SAVES = """
import sys
from cctoolkit.settings import Profile, save_profile
for number in range(6):
    save_profile(Profile(f"{sys.argv[1]}-{number}", "a" * 36))
"""


def test_profiles_that_are_saved_at_once_are_all_saved(tmp_path: Path) -> None:
    """By four processes, six each."""
    environment = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path)}
    saving = [subprocess.Popen([sys.executable, "-c", _SAVES, str(n)], env=environment) for n in range(4)]
    assert [process.wait(60) for process in saving] == [0] * 4
    code = "from cctoolkit.settings import profiles; print(len(profiles()))"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "24"
    assert profiles() == {}  # those of the tests' own home


def test_only_what_was_left_half_written_is_swept_up(tmp_path: Path) -> None:
    """An editor keeps its own file beside, of nearly the same name."""
    path = tmp_path / "profiles[1].json"
    write_private(path, b"one")
    editors = tmp_path / ".profiles[1].json.swp"
    ours = tmp_path / ".profiles[1].json.abcd.cctoolkit-new"
    for each in (editors, ours):
        each.write_bytes(b"half")
        os.utime(each, (each.stat().st_mtime - 2 * LEFTOVER_AFTER,) * 2)
    write_private(path, b"two")
    assert path.read_bytes() == b"two"
    assert editors.exists()
    assert not ours.exists()
