"""Where tokens are kept: whether the keyring works, and that the file beside it is for its owner only."""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Iterator
from pathlib import Path

from .findings import Finding, note, ok, problem, shown

CHECK = "keyring"
POLICIES = ("auto", "keyring", "file", "memory")


def policy_here() -> str:
    return os.environ.get("CCTOOLKIT_TOKEN_STORE") or "auto"


def check_secret_places(policy: str, folder: Path) -> Iterator[Finding]:
    """`policy` is what `CCTOOLKIT_TOKEN_STORE` says; `folder` is where the files are, for want of a keyring.

    The round trip through the keyring is made with a text that is no secret, and is taken out again.
    """
    if policy not in POLICIES:
        yield problem(
            CHECK,
            f"CCTOOLKIT_TOKEN_STORE says {policy!r}, which is none of {', '.join(POLICIES)}.",
            "Set it to one of them, or unset it.",
        )
        return
    if policy == "memory":
        yield note(
            CHECK,
            "CCTOOLKIT_TOKEN_STORE=memory: tokens end with the process that fetched them.",
            "Unset it to stay signed in from one notebook to the next.",
        )
    elif policy == "file":
        yield ok(CHECK, "CCTOOLKIT_TOKEN_STORE=file: tokens are kept in a file only you can read.")
    else:
        yield from _keyring(policy)
    yield from _owner_only(folder)


def _keyring(policy: str) -> Iterator[Finding]:
    from ..oauth.vaults import keyring_fault, keyring_name

    fault = keyring_fault()
    if fault is None:
        yield ok(CHECK, f"The system's keyring ({keyring_name()}) keeps what it is given and gives it back.")
    elif policy == "keyring":
        yield problem(
            CHECK,
            f"CCTOOLKIT_TOKEN_STORE=keyring, but the system's keyring cannot be used: {fault}.",
            "Unlock or install a keyring, or unset CCTOOLKIT_TOKEN_STORE to keep tokens in a file only you can read.",
        )
    else:
        yield note(
            CHECK,
            f"The system's keyring cannot be used: {fault}. Tokens are kept in a file only you can read.",
            "Nothing, if that is good enough; else unlock or install a keyring, and sign in again.",
        )


def _owner_only(folder: Path) -> Iterator[Finding]:
    """Files of tokens that others on this machine can read."""
    if os.name != "posix":  # elsewhere the folder of the user's profile is what protects them
        return
    open_to_others = [
        file
        for place in (folder, folder.parent / "sandboxes")
        for file in sorted(place.glob("**/*.json"))
        if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    ]
    for file in open_to_others:
        yield problem(
            "token file",
            f"{shown(file)} can be read by others on this machine.",
            f"Take the permission away: chmod 600 {shlex.quote(str(file))}. If somebody else uses this machine, sign in again.",
        )
