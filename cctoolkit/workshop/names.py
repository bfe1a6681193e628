"""The participants' names, as a trainer writes them into a file."""

from __future__ import annotations

from pathlib import Path

from ..errors import SettingsError
from ..harmless import harmless

LONGEST = 80
MOST = 1_000


def printable(text: str) -> str:
    """A text on one line, without what would move a terminal's cursor or turn the direction of what follows."""
    return " ".join(harmless(text).split())[:LONGEST]


def read_names(path: Path) -> list[str]:
    """One name a line; empty lines are passed over.

    Raises `SettingsError` when the file cannot be read, names nobody, or names two people alike.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be read ({error.strerror}): give --names a file with a name a line."
        ) from error
    except UnicodeDecodeError:
        raise SettingsError(f"{path} is no text in UTF-8: save it again as UTF-8, a name a line.") from None
    names = [name for line in text.splitlines() if (name := printable(line))]
    if not names:
        raise SettingsError(f"{path} names nobody: write a name a line.")
    seen: set[str] = set()
    for name in names:
        if name.casefold() in seen:
            raise SettingsError(f"{path} names {name} twice: make the two differ, by a letter of the last name.")
        seen.add(name.casefold())
    return names


def seat_names(participants: int | None, given: list[str]) -> list[str]:
    """A name for each participant: those that were given, then `Participant 07` and so on.

    Raises `SettingsError` when it cannot be told how many there are.
    """
    wanted = participants if participants is not None else len(given)
    if not wanted:
        raise SettingsError("Say how many take part, with --participants 30, or who, with --names FILE.")
    if wanted > MOST:
        raise SettingsError(f"A workshop has at most {MOST} participants: start two.")
    if len(given) > wanted:
        raise SettingsError(
            f"{len(given)} names were given for {wanted} participants: raise --participants, or leave it out."
        )
    digits = max(2, len(str(wanted)))
    return [*given, *(f"Participant {number:0{digits}}" for number in range(len(given) + 1, wanted + 1))]
