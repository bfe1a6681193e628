"""How long cleaning takes and how much memory, beside DuckDB doing the plainest form of it with the same file.

    python tests/benchmarks/cleaning.py [ROWS] [MESSY]

ROWS plain ones (a million), then MESSY ones as Google's export writes them (200,000): notes with line breaks, several values a
cell, phones of several kinds in whatever form. Each run is a process of its own, the two by turns. DuckDB reads, lower-cases, filters by a simple pattern, deduplicates
by address, and writes the file; cctoolkit does all that it does, line numbers, reasons, parts and report included.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from files import make, make_messy

ROUNDS = 3

_PEAK = "import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
_QUERY = """COPY (SELECT DISTINCT ON (email) * FROM (
    SELECT lower("{address}") AS email, * EXCLUDE ("{address}")
    FROM read_csv('{file}', all_varchar = true, header = true))
    WHERE regexp_matches(email, '^[^@ ]+@[^@ ]+[.][a-z]+$')) TO '{out}' (HEADER)"""
_DUCKDB = f"import duckdb, sys; duckdb.connect().execute({_QUERY!r}.format(file=sys.argv[1], out=sys.argv[2], address=sys.argv[3])); {_PEAK}"
_OURS = (
    "import sys; from cctoolkit.contact_files import clean; "
    f"clean(sys.argv[1], progress=False).write(sys.argv[2]); {_PEAK}"
)


def _run(script: str, file: Path, out: Path, address: str) -> tuple[float, int]:
    """Seconds of the whole process, and its peak memory in MiB."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", script, str(file), str(out), address], check=True, capture_output=True, text=True
    )
    return time.perf_counter() - began, int(done.stdout.split()[-1])


def main(rows: int, messy: int) -> None:
    _compare("plain", make, rows, "Email Address")
    _compare("messy", make_messy, messy, "E-mail 1 - Value")


def _compare(kind: str, made: Callable[[Path, int], None], rows: int, address: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made(folder / "people.csv", rows)
        print(f"{rows:,} {kind} rows, {(folder / 'people.csv').stat().st_size / 1e6:.0f} MB")
        ours, duckdb = [], []
        for number in range(ROUNDS):
            duckdb.append(_run(_DUCKDB, folder / "people.csv", folder / "duckdb.csv", address))
            ours.append(_run(_OURS, folder / "people.csv", folder / f"out-{number}", address))
        for label, runs in (("duckdb", duckdb), ("cctoolkit", ours)):
            seconds = [run[0] for run in runs]
            print(
                f"{label:<10} {statistics.median(seconds):6.2f} s (from {min(seconds):.2f} to {max(seconds):.2f}), "
                f"peak {max(run[1] for run in runs)} MiB"
            )
        ratios = [one[0] / other[0] for one, other in zip(ours, duckdb, strict=True)]
        print(f"ratio      {statistics.median(ratios):6.2f} (pairs: {', '.join(f'{ratio:.2f}' for ratio in ratios)})")


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    main(given[0] if given else 1_000_000, given[1] if len(given) > 1 else 200_000)
