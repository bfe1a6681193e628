"""The report of a comparison: one file, which holds no value of the account, and can be read back as data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..errors import SettingsError
from ..files import write_private

FORM = 1
#: Bytes of a report; one of all questions has about a tenth.
LARGEST = 2_000_000


def write_report(path: Path, report: dict[str, Any]) -> None:
    try:
        write_private(path, (json.dumps(report, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode())
    except OSError as error:
        raise SettingsError(
            f"The report cannot be written to {path} ({error.strerror}): name a file in a folder that exists."
        ) from error


def read_report(path: Path) -> dict[str, Any]:
    """What was written. Raises `SettingsError` for a file that is no such report, or of a form that is not known here."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise ValueError("larger than any report")
        found = json.loads(content)
    except (OSError, ValueError, RecursionError) as error:
        raise SettingsError(
            f"{path} cannot be read as a report: give a file that cctoolkit compare has written."
        ) from error
    if not isinstance(found, dict) or found.get("form") != FORM or not isinstance(found.get("answers"), dict):
        raise SettingsError(f"{path} is no report of this version: give a file that cctoolkit compare has written.")
    return found
