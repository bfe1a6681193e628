"""One finding, and how a check that fails becomes one."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..errors import ApiError, CctoolkitError
from ..harmless import harmless

State = Literal["ok", "note", "problem"]


@dataclass(frozen=True)
class Finding:
    """What one check found, in one sentence, and in another what to do about it (nothing, where all is well).

    `state` is `ok`, `note` (it works, and is worth knowing) or `problem`. What is not printable is taken out of the
    texts: some come from files and services, and a terminal obeys control characters.
    """

    check: str
    state: State
    found: str
    advice: str = ""

    def __post_init__(self) -> None:
        for name in ("check", "found", "advice"):
            object.__setattr__(self, name, _printable(getattr(self, name)))


def ok(check: str, found: str, advice: str = "") -> Finding:
    return Finding(check, "ok", found, advice)


def note(check: str, found: str, advice: str) -> Finding:
    return Finding(check, "note", found, advice)


def problem(check: str, found: str, advice: str) -> Finding:
    return Finding(check, "problem", found, advice)


def surviving(check: str, examine: Callable[[], Iterable[Finding]]) -> list[Finding]:
    """What the check finds; a problem when it fails itself, with what it found before."""
    found: list[Finding] = []
    try:
        for finding in examine():  # one by one, so that none is lost when the next fails
            found.append(finding)
    except CctoolkitError as error:
        found.append(of_error(check, error))
    except ImportError as error:
        missing = (error.name or "a package").partition(".")[0]
        found.append(
            problem(
                check,
                f"This could not be examined, because {missing} cannot be imported.",
                f"Install cctoolkit again, and with it {missing}: python -m pip install --force-reinstall {missing}",
            )
        )
    except Exception as error:
        # Not its text: that may quote anything. Where it happened is enough to find it.
        last = traceback.extract_tb(error.__traceback__)[-1]
        found.append(
            problem(
                check,
                f"This check failed itself ({type(error).__name__} in {Path(last.filename).name}, line {last.lineno}).",
                "The other findings stand. Please report this one to the project.",
            )
        )
    return found


def of_error(check: str, error: CctoolkitError) -> Finding:
    """An error's text ends with what to do next: the finding has the two apart."""
    text = str(error)
    if isinstance(error, ApiError) and text.endswith(error.next_step):
        return problem(check, text.removesuffix(error.next_step).rstrip(), error.next_step)
    for between in (". ", ": "):
        said, found, step = text.partition(between)
        if found:
            return problem(check, f"{said}.", step[:1].upper() + step[1:])
    return problem(check, text, "Do what it says, then run cctoolkit doctor again.")


def unreachable(check: str, where: str, error: Exception) -> Finding:
    """A host that did not answer, with the way out that its error tells."""
    from .._httpx import way_out

    otherwise = "Check the network connection, and HTTPS_PROXY if there is a proxy; then try again."
    return problem(check, f"{where} cannot be reached from here ({type(error).__name__}).", way_out(error) or otherwise)


def shown(path: Path) -> str:
    """A path as somebody recognizes it, the home folder as `~`."""
    try:
        return str(Path("~") / path.relative_to(Path.home()))
    except (ValueError, RuntimeError):
        return str(path)


def _printable(text: str) -> str:
    return " ".join(harmless(text).split())
