"""Python, and the packages that the toolkit needs, by the metadata of what is installed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from importlib import metadata

from .findings import Finding, note, ok, problem

#: The oldest Python that the toolkit runs on.
OLDEST = (3, 11)


def check_python(version: Sequence[int] | None = None) -> Iterator[Finding]:
    version = sys.version_info[:3] if version is None else version
    written = ".".join(str(part) for part in version[:3])
    if tuple(version[:2]) < OLDEST:
        yield problem(
            "Python",
            f"Python {written} is too old.",
            f"Install Python {OLDEST[0]}.{OLDEST[1]} or newer, and make the environment anew with it.",
        )
    else:
        yield ok("Python", f"Python {written} is new enough.")


#: What serves for one more version where the package itself is not there.
FALLBACKS = {"httpx2": "httpx"}


def check_packages(
    requirements: Sequence[str] | None = None, version: Callable[[str], str] = metadata.version
) -> Iterator[Finding]:
    """Each package that the toolkit requires is there and new enough. `version` gives that of an installed one."""
    if requirements is None:
        try:
            requirements = metadata.requires("cctoolkit") or []
        except metadata.PackageNotFoundError:
            yield note(
                "packages",
                "cctoolkit runs from a folder and is not installed, so nothing says which packages it needs.",
                "Install it from that folder: python -m pip install -c constraints.txt -e .",
            )
            return
    from packaging.requirements import Requirement

    wanted = [Requirement(text) for text in requirements]
    wanted = [one for one in wanted if one.marker is None or one.marker.evaluate({"extra": ""})]
    bad = 0
    for one in wanted:
        fault = unfit(one, version)
        if fault and (other := FALLBACKS.get(one.name)) and _installed(other, version):
            bad += 1
            yield note(
                "packages",
                f"{fault.rstrip('.')}, and {other} serves in its place.",
                f"Better install it: python -m pip install '{one.name}{one.specifier}'",
            )
        elif fault:
            bad += 1
            yield problem("packages", fault, f"Install it: python -m pip install '{one.name}{one.specifier}'")
    if not bad:
        yield ok("packages", f"All {len(wanted)} packages that the toolkit needs are installed and new enough.")


def _installed(name: str, version: Callable[[str], str]) -> bool:
    try:
        return bool(version(name))
    except metadata.PackageNotFoundError:
        return False


def unfit(requirement: object, version: Callable[[str], str]) -> str:
    """What is wrong with a required package, as a sentence; empty when nothing is."""
    from packaging.requirements import Requirement

    assert isinstance(requirement, Requirement)
    try:
        installed = version(requirement.name)
    except metadata.PackageNotFoundError:
        return f"{requirement.name} is not installed."
    if not requirement.specifier.contains(installed, prereleases=True):
        return f"{requirement.name} {installed} is installed, and {requirement.specifier} is needed."
    return ""
