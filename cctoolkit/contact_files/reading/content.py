"""The bytes of an export, wherever they lie: a file, memory, or unpacked from an archive. Large ones stay on disk."""

from __future__ import annotations

import gzip
import io
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from ...errors import ContactFileError

#: What fits into memory; more is put aside in a temporary file.
IN_MEMORY = 32_000_000
#: An archive that unpacks to more is no address book.
MOST_UNPACKED = 4_000_000_000
MOST_LAYERS = 3

_ENDINGS = (".csv", ".tsv", ".txt", ".vcf", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_NOT_TEXT = {
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"SQLite format 3": "a database",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
}


class Folder:
    """A temporary folder that goes when nobody holds it any more; made when the first file is put there."""

    def __init__(self) -> None:
        self._made: tempfile.TemporaryDirectory[str] | None = None
        self._number = 0

    def new_file(self) -> Path:
        if self._made is None:
            self._made = tempfile.TemporaryDirectory(prefix="cctoolkit-", ignore_cleanup_errors=True)
        self._number += 1
        return Path(self._made.name) / str(self._number)


@dataclass(frozen=True)
class Content:
    """Bytes that can be read again and again. `name` is what messages call them."""

    name: str
    place: Path | bytes = field(repr=False)
    folder: Folder | None = field(default=None, repr=False)

    def open(self) -> BinaryIO:
        return io.BytesIO(self.place) if isinstance(self.place, bytes) else self.place.open("rb")

    def head(self, size: int) -> bytes:
        with self.open() as file:
            return file.read(size)

    @property
    def size(self) -> int:
        return len(self.place) if isinstance(self.place, bytes) else self.place.stat().st_size

    @property
    def state(self) -> tuple[int, int]:
        """Changes when somebody writes to the file."""
        if isinstance(self.place, bytes):
            return len(self.place), 0
        found = self.place.stat()
        return found.st_size, found.st_mtime_ns


def put_aside(name: str, write: Callable[[BinaryIO], object], expected: int) -> Content:
    """What `write` writes, in memory or, where more than a little is expected, in a temporary file."""
    if expected <= IN_MEMORY:
        memory = io.BytesIO()
        write(memory)
        return Content(name, memory.getvalue())
    folder = Folder()
    path = folder.new_file()
    try:
        with path.open("wb") as file:
            write(file)
    except OSError as error:
        raise ContactFileError(
            f"There is no room to unpack {name} ({error.strerror}): free some space for temporary files and try again."
        ) from error
    return Content(name, path, folder)


def content_of(path: Path) -> Content:
    """The file's content. Raises `ContactFileError` when it is not there or cannot be read."""
    try:
        path.open("rb").close()
    except FileNotFoundError:
        raise ContactFileError(
            f"There is no file {path}: check the path (the current folder is {Path.cwd()})."
        ) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise ContactFileError(f"{path} cannot be read ({reason}): give the path of a CSV file.") from error
    return Content(path.name, path)


def unpack(content: Content) -> Content:
    """What a gzip or zip holds, and what that holds; anything else as it is.

    Raises `ContactFileError` for an archive that is broken, locked, or holds no export or several.
    """
    for _ in range(MOST_LAYERS):
        head = content.head(8)
        if head.startswith(b"\x1f\x8b"):
            content = _gunzip(content)
        elif head.startswith(b"PK\x03\x04") and not is_workbook(content):
            content = _unzip(content)
        else:
            break
    head = content.head(16)
    if head.startswith((b"\x1f\x8b", b"PK\x03\x04")) and not is_workbook(content):
        raise ContactFileError(f"{content.name} is an archive within archives: unpack it and give the CSV file inside.")
    for magic, what in _NOT_TEXT.items():
        if head.startswith(magic):
            raise ContactFileError(f"{content.name} is {what}, not a CSV file: open it and export or save it as CSV.")
    return content


def is_workbook(content: Content) -> bool:
    """Whether this is a workbook: of Excel or OpenDocument, which is a zip with one in it, or of an older Excel."""
    if content.head(4) == b"\xd0\xcf\x11\xe0":
        return True
    if content.head(4) != b"PK\x03\x04":
        return False
    try:
        with content.open() as file, zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            if "mimetype" in names and "content.xml" in names:
                return archive.read("mimetype")[:60].strip() == b"application/vnd.oasis.opendocument.spreadsheet"
            return bool({"xl/workbook.xml", "xl/workbook.bin"} & names)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def _gunzip(content: Content) -> Content:
    name = content.name.removesuffix(".gz")

    def write(out: BinaryIO) -> None:
        with content.open() as packed, gzip.open(packed) as file:
            _copy(file, out, name)  # type: ignore[arg-type]

    try:
        return put_aside(name, write, content.size * 8)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise _broken(content.name) from None


def _unzip(content: Content) -> Content:
    try:
        with content.open() as packed, zipfile.ZipFile(packed) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _is_shadow(entry.filename)]
            known = [entry for entry in entries if entry.filename.lower().endswith(_ENDINGS)]
            chosen = known or entries
            if len(chosen) != 1:
                names = ", ".join(sorted(Path(entry.filename).name for entry in chosen)[:8])
                raise ContactFileError(
                    f"{content.name} holds {len(chosen)} files ({names}): unpack it and give the one with the contacts."
                    if chosen
                    else f"{content.name} is an empty archive: export your contacts again."
                )
            if {"content.xml", "mimetype"} <= {entry.filename for entry in entries}:
                raise _no_csv(content.name, "an OpenDocument file")
            entry = chosen[0]
            if not known:
                raise _no_csv(content.name, f"an archive with no CSV file in it ({Path(entry.filename).name})")
            if entry.flag_bits & 1:
                raise ContactFileError(f"{content.name} is locked with a password: unpack it and give the CSV file.")
            name = Path(entry.filename).name

            def write(out: BinaryIO) -> None:
                with archive.open(entry) as file:
                    _copy(file, out, name)  # type: ignore[arg-type]

            return put_aside(name, write, entry.file_size)
    except (zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError, RuntimeError, ValueError, UnicodeError):
        raise _broken(content.name) from None


def _is_shadow(name: str) -> bool:
    """What macOS adds to archives, and hidden files."""
    return name.startswith("__MACOSX/") or Path(name).name.startswith(".")


def _copy(source: BinaryIO, out: BinaryIO, name: str) -> None:
    written = 0
    while chunk := source.read(1 << 20):
        written += len(chunk)
        if written > MOST_UNPACKED:
            raise ContactFileError(
                f"{name} unpacks to more than 4 GB: that is no address book. Nothing was kept of it."
            )
        out.write(chunk)
        if isinstance(out, io.BytesIO) and written > 16 * IN_MEMORY:
            raise ContactFileError(f"{name} is larger than its archive says: unpack it and give the CSV file inside.")


def _broken(name: str) -> ContactFileError:
    return ContactFileError(f"{name} is a broken archive: export your contacts again, or unpack it yourself.")


def _no_csv(name: str, what: str) -> ContactFileError:
    return ContactFileError(f"{name} is {what}, not a CSV file: open it and export or save it as CSV.")
