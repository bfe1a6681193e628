"""Reading a large account, and previewing an import into it, by pages and by exports: requests, seconds and peak memory.

    .venv/bin/python tests/benchmarks/exports.py [CONTACTS] [ROWS]

CONTACTS are in the account (200,000), ROWS are previewed (20,000). The sandbox is a process of its own, with its limits on, and each
run is a process of its own: its peak memory is its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

_HERE = Path(__file__).parent
#: What is measured: each prints its requests, seconds and peak memory in MiB, of which pandas and pyarrow are `base`.
_RUN = """
import json, resource, sys, time
import pandas, pyarrow.csv
from cctoolkit import connect, imports
from importing import Crowd
what, by, api_url, token, list_id, rows = sys.argv[1:]
base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
client = connect(api_url=api_url, access_token=token)
client.contacts.count()
before, began = client.budget.remaining_today, time.perf_counter()
if what == "frame":
    found = len(client.contacts.frame(by=by, progress=False))
elif what == "parquet":
    found = client.contacts.to_parquet("contacts.parquet", by=by, progress=False).stat().st_size
else:
    found = len(imports.preview(client, Crowd(int(rows)), list_id, by=by, progress=False).new)
print(json.dumps({
    "found": found, "requests": before - client.budget.remaining_today, "seconds": time.perf_counter() - began,
    "base": base / 1024, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
"""


def main(contacts: int, rows: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        sandbox = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "cctoolkit.sandbox",
                "--db",
                f"{name}/sandbox.db",
                "--seed",
                "1",
                "--contacts",
                str(contacts),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert sandbox.stdout is not None
            about = json.loads(sandbox.stdout.readline())
            script = Path(name) / "run.py"
            script.write_text(_RUN)
            print(f"{contacts:,} contacts in the account, {rows:,} rows previewed")
            print("what      by        requests   seconds   peak MiB (before)")
            for what in ("frame", "parquet", "preview"):
                for by in ("export", "pages"):
                    done = subprocess.run(
                        [
                            sys.executable,
                            str(script),
                            what,
                            by,
                            about["api"],
                            about["access_token"],
                            _list_id(about),
                            str(rows),
                        ],
                        check=True,
                        capture_output=True,
                        text=True,
                        cwd=name,
                        env={
                            **os.environ,
                            "PYTHONPATH": os.pathsep.join([str(_HERE), *sys.path]),
                            "XDG_STATE_HOME": name,
                        },
                    )
                    told = json.loads(done.stdout.splitlines()[-1])
                    print(
                        f"{what:<9} {by:<8} {told['requests']:>9,} {told['seconds']:>9.1f} {told['peak']:>10.0f} ({told['base']:.0f})",
                        flush=True,
                    )
        finally:
            sandbox.terminate()
            sandbox.wait()


def _list_id(about: dict[str, str]) -> str:
    from cctoolkit import connect

    with connect(api_url=about["api"], access_token=about["access_token"]) as client:
        return str(next(client.lists.iter())["list_id"])


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    main(given[0] if given else 200_000, given[1] if len(given) > 1 else 20_000)
