"""What an import of a million contacts costs: requests, time over what the service's limits ask for, and memory.

    .venv/bin/python tests/benchmarks/importing.py [ROWS …]

The sandbox is a process of its own, with its limits on, and so is the import: its peak memory is its own. The floor is
the requests that were sent, at the pace that the allowance is counted by; a million rows take about ten minutes.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from cctoolkit import connect, imports
from cctoolkit._httpx import httpx
from cctoolkit.api.rate_limit import PER_DAY, PER_SECOND, WINDOW
from cctoolkit.contact_files import Part
from cctoolkit.contact_files.parts import MOST_LINES

HEADING = b"email,first_name,last_name,phone,city\r\n"


class Crowd:
    """As many people as it is told, in files that are made when they are asked for."""

    def __init__(self, count: int) -> None:
        self._count = count

    def parts(self) -> Iterator[Part]:
        for number, first in enumerate(range(0, self._count, MOST_LINES - 1), start=1):
            people = range(first, min(first + MOST_LINES - 1, self._count))
            lines = [
                b"p%07d@example.com,First%d,Last%d,617-555-%04d,Waltham\r\n" % (n, n, n, n % 10_000) for n in people
            ]
            yield Part(f"part-{number:03}.csv", HEADING + b"".join(lines), len(lines))


def import_crowd(api_url: str, token: str, list_id: str, count: int, journal: Path) -> dict[str, float]:
    """The import, in a process that does nothing else."""
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    client = connect(api_url=api_url, access_token=token)
    assert client.budget is not None
    before = client.budget.remaining_today
    started = time.perf_counter()
    outcome = imports.import_contacts(client, Crowd(count), list_id, journal=journal, progress=False)
    wall = time.perf_counter() - started
    assert outcome.completed
    assert outcome.missing == []
    return {
        "parts": len(outcome.parts),
        "requests": before - client.budget.remaining_today,
        "wall": wall,
        "base": base / 1024,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "journal": journal.stat().st_size / 1e6,
    }


def measure(count: int, folder: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "cctoolkit.sandbox", "--db", str(folder / f"{count}.db")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as sandbox:
        try:
            assert sandbox.stdout is not None
            about = json.loads(sandbox.stdout.readline())
            headers = {"Authorization": f"Bearer {about['access_token']}"}
            lists = httpx.get(f"{about['api']}/contact_lists", headers=headers).json()["lists"]
            time.sleep(1)  # that request counts in the sandbox, and not with the import's
            arguments = [
                about["api"],
                about["access_token"],
                lists[0]["list_id"],
                str(count),
                str(folder / f"{count}.sqlite"),
            ]
            done = subprocess.run(
                [sys.executable, __file__, "--import", *arguments], stdout=subprocess.PIPE, text=True, check=True
            )
        finally:
            sandbox.terminate()
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def main() -> None:
    if sys.argv[1:2] == ["--import"]:
        api_url, token, list_id, count, journal = sys.argv[2:]
        print(json.dumps(import_crowd(api_url, token, list_id, int(count), Path(journal))))
        return
    sizes = [int(text) for text in sys.argv[1:]] or [1_000, 100_000, 1_000_000]
    print(f"A day has {PER_DAY:,} requests.")
    print(
        "| contacts | parts | requests | wall | floor by the limits | over it | peak memory | of it before | journal |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            found = measure(size, Path(folder))
            floor = found["requests"] * WINDOW / PER_SECOND
            cells = [
                f"{size:,}",
                f"{found['parts']:.0f}",
                f"{found['requests']:,.0f}",
                f"{found['wall']:.1f} s",
                f"{floor:.1f} s",
                f"{found['wall'] - floor:.1f} s",
                f"{found['peak']:.0f} MB",
                f"{found['base']:.0f} MB",
                f"{found['journal']:.1f} MB",
            ]
            print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
