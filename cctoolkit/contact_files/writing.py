"""The outcome of a cleaning as files: parts to import, rejected rows to mend, and the account of all."""

from __future__ import annotations

import csv
import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ContactFileError

if TYPE_CHECKING:
    from .cleaning import Cleaned

REJECTED = "rejected.csv"
REPORT = "report.json"
#: A spreadsheet takes a cell that begins so for a formula, and runs it for whoever opens the file.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write(cleaned: Cleaned, folder: Path) -> dict[str, Any]:
    """Write `part-001.csv` …, `rejected.csv` and `report.json` into a new or empty folder; returns the report.

    All of it appears at once, or nothing does. `rejected.csv` has the export's own headings with the line and the
    reason before them, so that it can be mended and cleaned again.

    Raises `ContactFileError` when no row was kept, or the folder is not empty or cannot be written.
    """
    parts = cleaned.parts()
    if not parts:
        raise ContactFileError(
            f"No row of {cleaned.file} can be imported: mend the export and clean it again. Nothing was written."
        )
    report = {
        "source": cleaned.source,
        "encoding": cleaned.encoding,
        "rows_in": cleaned.rows_in,
        "kept": len(cleaned.kept),
        "merged": len(cleaned.merged),
        "rejected": len(cleaned.rejected),
        "parts": [str(folder / part.name) for part in parts],
        "rejected_file": str(folder / REJECTED) if len(cleaned.rejected) else None,
    }
    try:
        if folder.exists() and any(folder.iterdir()):
            raise ContactFileError(
                f"{folder} is not empty: choose a new folder with -o, so that nothing is overwritten."
            )
        folder.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        try:
            for part in parts:
                (aside / part.name).write_bytes(part.content)
            if len(cleaned.rejected):
                _write_rejected(cleaned, aside / REJECTED)
            (aside / REPORT).write_text(json.dumps({**report, **_details(cleaned)}, indent=1, ensure_ascii=False))
            aside.chmod(0o755)
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
    frames = {"columns": cleaned.columns, "merged_rows": cleaned.merged, "notes": cleaned.notes}
    rejected = cleaned.rejected[["line", "reason", "written"]]
    return {
        name: json.loads(frame.to_json(orient="records")) for name, frame in [*frames.items(), ("rejects", rejected)]
    }


def _write_rejected(cleaned: Cleaned, path: Path) -> None:
    rows = {row.line: row.cells for row in cleaned.export.rows}
    # With a byte-order mark, because this one is opened in a spreadsheet.
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(["line in the export", "why it was rejected", *cleaned.export.headings])
        for row in cleaned.rejected.to_dict("records"):
            writer.writerow([row["line"], row["reason"], *map(neutral, rows[row["line"]])])


def neutral(cell: str) -> str:
    """The cell as text for a spreadsheet, whatever it begins with."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
