"""A class at a JupyterHub on this machine: everybody opens their server, then all give Run All at the same moment.

    .venv/bin/python -m tests.benchmarks.hub_class [PEOPLE] [NOTEBOOK]

prints how many cells were answered, how many were lost or failed, how long it took, and what memory the class had. Needs
what the hub's tests need (CONTRIBUTING.md), and half a gigabyte a person.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

from tests.hub.people import Person
from tests.hub.running import ROOT, missing, running_hub

#: Seconds in which nothing is said: the machine is busy with everybody else.
PATIENCE = 900


def cells_of(notebook: Path) -> list[str]:
    """What Run All gives of a notebook, without the cells that are to fail."""
    cells = json.loads(notebook.read_text())["cells"]
    wanted = [each for each in cells if each["cell_type"] == "code"]
    return ["".join(each["source"]) for each in wanted if "raises-exception" not in each["metadata"].get("tags", [])]


def memory() -> int:
    """The megabytes of all that runs below this process, each page counted once."""
    parents: dict[int, int] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(status.parent.name)] = int(status.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    mine = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in mine} - mine:
        mine |= more
    shares = 0
    for pid in mine - {os.getpid()}:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        shares += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return shares // 1024


def main(people: int = 30, name: str = "02-get-contacts.ipynb") -> None:
    if what := missing():
        sys.exit(what)
    cells = cells_of(ROOT / "notebooks" / name)
    # As in a hub's own shell, where no test's workspace is the student's.
    for variable in [each for each in os.environ if each.startswith("CCTOOLKIT_")]:
        del os.environ[variable]
    with tempfile.TemporaryDirectory(prefix="cctoolkit-class-") as folder, running_hub(Path(folder)) as hub:
        began = time.monotonic()
        together = threading.Barrier(people)

        def attend(number: int) -> list[str]:
            person = Person(hub, f"person{number}")
            person.http.timeout = PATIENCE
            try:
                person.sign_in()
                person.start_server(PATIENCE)
            except BaseException:
                together.abort()  # nobody waits for who does not come
                raise
            together.wait(PATIENCE)
            if not number:
                print(f"{people} servers after {time.monotonic() - began:.0f} s, {memory():,} MB", flush=True)
            return person.run_all(cells, PATIENCE)

        with ThreadPoolExecutor(people) as pool:
            attending = [pool.submit(attend, number) for number in range(people)]
            wait(attending)
        # Who did not come is the cause, and that the others did not begin is not.
        failures = [error for each in attending if (error := each.exception()) is not None]
        for error in sorted(failures, key=lambda error: isinstance(error, threading.BrokenBarrierError)):
            raise error
        answers = [each.result() for each in attending]
        became = Counter(answer for each in answers for answer in each)
        print(f"{people} people x {len(cells)} cells of {name} after {time.monotonic() - began:.0f} s, {memory():,} MB")
        print(*(f"{count:6} {what}" for what, count in became.most_common()), sep="\n")


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:2]), *sys.argv[2:3])
