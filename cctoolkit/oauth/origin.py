"""Where tokens were saved first: a copied store makes two owners of one refresh token, and each refresh of one ends the other.

What is kept with the tokens is a digest with a salt of its own: it says whether this is the same machine and folder, and
nothing about which one that is.
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import sys
from pathlib import Path

#: What Linux and Windows know a machine by.
_WINDOWS = r"SOFTWARE\Microsoft\Cryptography"
_MACHINE_IDS = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))


def mark(folder: Path, machine: str | None = None) -> str:
    """A mark of this machine and folder, another one each time; see `is_here`."""
    salt = secrets.token_hex(8)
    return f"{salt}:{_digest(salt, folder, machine)}"


def is_here(marked: object, folder: Path, machine: str | None = None) -> bool:
    """Whether tokens with such a mark were saved here; yes for what has none."""
    if not isinstance(marked, str) or ":" not in marked:
        return True
    salt, _, digest = marked.partition(":")
    return digest == _digest(salt, folder, machine)


def _digest(salt: str, folder: Path, machine: str | None) -> str:
    told = f"{salt} {machine or machine_id()} {folder.resolve()}"
    return hashlib.sha256(told.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def machine_id() -> str:
    """What the system itself calls this machine; nothing where it has no such name, and then the folder alone counts.

    A made-up name, or that of a network card, would change with each container: a suspicion that fires wrongly is worse than
    none.
    """
    if sys.platform == "win32":
        import winreg

        with contextlib.suppress(OSError), winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _WINDOWS) as key:
            return str(winreg.QueryValueEx(key, "MachineGuid")[0])
        return ""
    for path in _MACHINE_IDS:
        with contextlib.suppress(OSError, ValueError):
            if found := path.read_text(encoding="ascii").strip():
                return found
    return ""
