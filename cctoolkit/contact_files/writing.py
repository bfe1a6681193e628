"""The outcome of a cleaning as files: parts to import, rejected rows to mend, and the account of all."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import ContactFileError
from .columns.mapping import OWN_HEADINGS
from .parts import csv_lines
from .reading.export import rows_of
from .rules.texts import is_filled, matches, replaced

if TYPE_CHECKING:
    from .cleaned import Cleaned

REJECTED = "rejected.csv"
REPORT = "report.json"
#: How many merged rows, notes and rejects the report lists one by one; their numbers are always whole.
LISTED = 1_000
#: A spreadsheet takes a cell that begins so for a formula, and runs it for whoever opens the file.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_FORMULA_PATTERN = r"^[=+@\t\r-]"


def write(cleaned: Cleaned, folder: Path) -> dict[str, Any]:
    """Write `part-001.csv` …, `rejected.csv` and `report.json` into a new or empty folder; returns the report.

    All of it appears at once, or nothing does. `rejected.csv` has the export's own headings with the line and the
    reason before them, so that it can be mended and cleaned again.

    Raises `ContactFileError` when no row was kept, or the folder is not empty or cannot be written.
    """
    if not cleaned.kept_count:
        reasons = ", ".join(f"{count} × {reason}" for reason, count in list(cleaned.reasons.items())[:5])
        raise ContactFileError(
            f"No row of {cleaned.file} can be imported ({reasons or 'it has none'}): mend the export and clean it again. "
            "Nothing was written."
        )
    try:
        if folder.exists() and any(folder.iterdir()):
            raise ContactFileError(
                f"{folder} is not empty: choose a new folder with -o, so that nothing is overwritten."
            )
        folder.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        try:
            parts = []
            for part in cleaned.parts():
                (aside / part.name).write_bytes(part.content)
                parts.append(str(folder / part.name))
            if cleaned.rejected_count:
                write_rejected(cleaned, aside / REJECTED)
            report = {
                "source": cleaned.source,
                "encoding": cleaned.encoding,
                "rows_in": cleaned.rows_in,
                "kept": cleaned.kept_count,
                "merged": cleaned.merged_count,
                "rejected": cleaned.rejected_count,
                "parts": parts,
                "rejected_file": str(folder / REJECTED) if cleaned.rejected_count else None,
            }
            account = orjson.dumps({**report, **_details(cleaned)}, option=orjson.OPT_INDENT_2)
            (aside / REPORT).write_bytes(account)
            aside.chmod(0o777 & ~_umask())  # mkdtemp's own 0700 would keep others out whom the umask lets in
            if os.name == "nt" and folder.exists():  # an empty one, which is not replaced there
                folder.rmdir()
            aside.replace(folder)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
    except OSError as error:
        raise ContactFileError(
            f"{folder} cannot be written ({error.strerror}): choose another folder with -o. Nothing was written."
        ) from error
    return report


def _details(cleaned: Cleaned) -> dict[str, Any]:
    """What a report lists besides: every column, and the first of the merged rows, the notes and the rejects."""
    merged, told = cleaned.merged_head(LISTED), cleaned.notes_frame_head(LISTED)
    rejected = cleaned.rejected_head(LISTED)[["line", "reason", "written"]]
    columns = cleaned.columns.astype(object).where(cleaned.columns.notna(), None)
    return {
        "columns": columns.to_dict("records"),
        "reasons": cleaned.reasons,
        "beside": dict(zip(("phones", "postal_addresses"), cleaned.beside, strict=True)),
        "note_counts": cleaned.note_counts,
        "merged_rows": _neutral_records(merged),
        "notes": _neutral_records(told),
        "rejects": _neutral_records(rejected),
    }


def _neutral_records(frame: Any) -> list[dict[str, Any]]:
    return [
        {name: neutral(value) if isinstance(value, str) else value for name, value in row.items()}
        for row in frame.to_dict("records")
    ]


def write_rejected(cleaned: Cleaned, path: Path) -> None:
    """Write the rejected rows as a file to mend: the export's own headings, with line and reason before them.

    Raises `ContactFileError` when the file is there already or cannot be written.
    """
    try:
        with path.open("xb") as file:
            _write_rejected(cleaned, file)
    except FileExistsError:
        raise ContactFileError(
            f"{path} is there already: choose another name, so that nothing is overwritten."
        ) from None
    except OSError as error:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)  # half of it would be taken for the whole, and stand in the next try's way
        raise ContactFileError(f"{path} cannot be written ({error.strerror}): choose another place.") from error


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def rejected_csv(cleaned: Cleaned) -> bytes:
    """What `write_rejected` writes."""
    content = io.BytesIO()
    _write_rejected(cleaned, content)
    return content.getvalue()


def _write_rejected(cleaned: Cleaned, to: BinaryIO) -> None:
    headings = cleaned.export.headings
    # With a byte-order mark, because this one is opened in a spreadsheet.
    file = io.TextIOWrapper(to, newline="", encoding="utf-8-sig")
    writer = csv.writer(file)
    writer.writerow([*OWN_HEADINGS, *map(neutral, headings)])
    for block in cleaned.rejected_blocks:
        if is_filled(block.column("extra").combine_chunks()).any():  # rows of different lengths
            reasons = block["reason"].to_pylist()
            for row, reason in zip(rows_of(block, len(headings)), reasons, strict=True):
                writer.writerow([row.line, neutral(reason), *map(neutral, row.cells)])
        else:
            file.write(csv_lines(_neutral_block(block, len(headings)))[0].decode())
    file.detach()  # written out, and left open for its owner


def _neutral_block(block: pa.Table, headings: int) -> pa.Table:
    """Line, reason and cells as `neutral` writes them, by columns."""
    names = ["reason", *map(str, range(headings))]
    columns = [block.column(name).combine_chunks() for name in names]
    safe = [replaced(column, matches(column, _FORMULA_PATTERN), neutral) for column in columns]
    return pa.table([pc.cast(block.column("line"), pa.string()), *safe], names=["line", *names])


def neutral(cell: str) -> str:
    """The cell as text for a spreadsheet, whatever it begins with."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
