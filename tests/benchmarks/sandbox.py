"""What a page and an import cost in a small sandbox, a large one, and a very large one.

    .venv/bin/python tests/benchmarks/sandbox.py [SIZE …]

A page of 500 contacts with all sub-resources and an import of 39,999 rows should cost the same at a million contacts as
at a thousand, within a factor of two. Times are medians in this process, over HTTP; the ratio is to the first size.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from cctoolkit._httpx import httpx
from cctoolkit.sandbox import Sandbox

EVERYTHING = "custom_fields,list_memberships,phone_numbers,street_addresses,taggings,notes"
ROWS = 39_999


def measure(size: int, folder: Path) -> tuple[float, float, float, float]:
    """Seconds to make the account, for a first page, for a page in the middle, and for an import."""
    started = time.perf_counter()
    with Sandbox(db=folder / f"{size}.db", seed=1, contacts=size, limits=False) as sandbox:
        made = time.perf_counter() - started
        headers = {"Authorization": f"Bearer {sandbox.access_token()}"}
        with httpx.Client(base_url=sandbox.api_url, headers=headers, timeout=600) as http:
            first = statistics.median(_page(http, sandbox, None) for _ in range(9))
            cursor = _cursor(size // 2)
            middle = statistics.median(_page(http, sandbox, cursor) for _ in range(9))
            imported = _import(http, sandbox)
    return made, first, middle, imported


def _cursor(after: int) -> str:
    from cctoolkit.sandbox.v3.paging import next_link

    href: str = next_link("/contacts", {"limit": 500, "include": EVERYTHING}, after)["next"]["href"]
    return href


def _page(http: httpx.Client, sandbox: Sandbox, href: str | None) -> float:
    started = time.perf_counter()
    if href is None:
        answer = http.get("/contacts", params={"limit": 500, "include": EVERYTHING})
    else:
        answer = http.get(f"{sandbox.url}{href}")
    assert len(answer.json()["contacts"]) == 500
    return time.perf_counter() - started


def _import(http: httpx.Client, sandbox: Sandbox) -> float:
    list_id = http.get("/contact_lists").json()["lists"][0]["list_id"]
    rows = "".join(f"new{n}@example.net,First{n},555-{n % 10_000:04}\n" for n in range(ROWS))
    files = {"file": ("people.csv", f"email,first_name,phone\n{rows}", "text/csv")}
    started = time.perf_counter()
    activity = http.post("/activities/contacts_file_import", files=files, data={"list_ids": list_id}).json()
    sandbox.advance(60)  # all of it is due: what is left is the work itself
    spent = time.perf_counter() - started
    report = http.get(f"/activities/{activity['activity_id']}").json()
    assert report["status"]["person_count"] == ROWS
    return spent


def main() -> None:
    sizes = [int(text) for text in sys.argv[1:]] or [1_000, 100_000, 1_000_000]
    base: tuple[float, float, float, float] | None = None
    print(
        "| contacts | made in | first page of 500 | ratio | page in the middle | ratio | import of 39,999 rows | ratio |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            made, first, middle, imported = measured = measure(size, Path(folder))
            base = base or measured
            cells = [f"{size:,}", f"{made:.1f} s"]
            for index, value in ((1, first), (2, middle)):
                cells += [f"{value * 1_000:.0f} ms", f"{value / base[index]:.2f}"]
            cells += [f"{imported:.2f} s", f"{imported / base[3]:.2f}"]
            print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
