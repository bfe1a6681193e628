"""The notebooks and sample exports: in place in a clone, else a copy in a folder of the user's choice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .errors import SettingsError

FIRST_NOTEBOOK = "notebooks/00-start-here.ipynb"
_RECORD = ".cctoolkit-course.json"
_PACKAGE = Path(__file__).parent


def clone_folder() -> Path | None:
    """The clone that this package runs from; None when it was installed from a wheel."""
    root = _PACKAGE.parent
    return root if (root / FIRST_NOTEBOOK).exists() and (root / "pyproject.toml").exists() else None


def sample(name: str = "google-contacts.csv") -> Path:
    """The path of a sample export. Raises `SettingsError` for an unknown one."""
    folder = (clone_folder() or _PACKAGE / "_course") / "data"
    path = folder / name
    if not path.is_file():
        known = ", ".join(sorted(entry.name for entry in folder.glob("*.[cv][sc][vf]")))
        raise SettingsError(f"There is no sample {name!r}. The samples are: {known}")
    return path


@dataclass(frozen=True)
class Copied:
    """What a copy did: files written, and files left alone because somebody had edited them."""

    written: list[str]
    kept: list[str]


def copy_course(folder: Path, source: Path | None = None) -> Copied:
    """Bring the course in `folder` up to date. A file that was edited since is never overwritten.

    Raises `SettingsError` when the folder cannot be written.
    """
    source = source or clone_folder() or _PACKAGE / "_course"
    record_path = folder / _RECORD
    try:
        record: dict[str, str] = json.loads(record_path.read_text())
    except (OSError, ValueError):
        record = {}
    copied = Copied([], [])
    try:
        for name, content in _files(source):
            target = folder / name
            fresh = _digest(content)
            present = _digest(target.read_bytes()) if target.exists() else None
            if present == fresh:
                record[name] = fresh
            elif present is None or present == record.get(name):
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
                record[name] = fresh
                copied.written.append(name)
            else:
                copied.kept.append(name)
        folder.mkdir(parents=True, exist_ok=True)
        record_path.write_text(json.dumps(record, indent=1))
    except OSError as error:
        raise SettingsError(
            f"The notebooks cannot be copied to {folder} ({error.strerror}): choose another folder with --folder."
        ) from error
    return copied


def _files(source: Path) -> Iterator[tuple[str, bytes]]:
    for part in ("notebooks", "data"):
        for path in sorted((source / part).rglob("*")):
            if path.is_file() and ".ipynb_checkpoints" not in path.parts:
                yield path.relative_to(source).as_posix(), path.read_bytes()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
