"""The slips: each participant's name, address, and the one line that connects."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..errors import SettingsError
from ..files import write_private
from .classroom import Participant
from .markup import templates

#: By this a page of slips is known again, so that no other file is written over.
MARK = "<!-- cctoolkit workshop slips -->"


def slip_address(base: str, participant: Participant) -> str:
    return f"{base}/join/{participant.code}"


def slip_lines(base: str, participants: Sequence[Participant]) -> list[str]:
    """A line each for a terminal: the name, then the address."""
    width = max((len(participant.name) for participant in participants), default=0)
    return [f"{participant.name:<{width}}  {slip_address(base, participant)}" for participant in participants]


def slips_page(base: str, participants: Sequence[Participant]) -> str:
    """All slips as one page of HTML, to print and cut."""
    slips = [(participant.name, slip_address(base, participant)) for participant in participants]
    return templates.get_template("slips.html").render(slips=slips, mark=MARK)


def write_slips(path: Path, base: str, participants: Sequence[Participant]) -> None:
    """Write the page for its owner only: whoever has an address has that account.

    Raises `SettingsError` when it cannot be written, or when a file is there that holds no slips.
    """
    try:
        if path.exists() and MARK not in path.read_text("utf-8", "replace"):
            raise SettingsError(f"{path} holds no slips, and is left as it is: name another file with --slips.")
        write_private(path, slips_page(base, participants).encode())
    except OSError as error:
        raise SettingsError(
            f"The slips cannot be written to {path} ({error.strerror}): name another file with --slips."
        ) from error
