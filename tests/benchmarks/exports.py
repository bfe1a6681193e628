"""Reading a large account, and previewing an import into it, by pages and by exports: requests, seconds and peak memory.

    .venv/bin/python tests/benchmarks/exports.py [CONTACTS] [ROWS] [--sdk PYTHON] [--only WHAT:BY …]

CONTACTS are in the account (200,000), ROWS are previewed (20,000). WHAT is `frame`, `parquet` or `preview`, BY `export` or `pages`:
pages of a million contacts take nine minutes each time. PYTHON is an interpreter that has
`constant-contact-api-client` 1.5.0, the vendor's SDK, which reads beside it, paging. The sandbox is a process of its own, with its limits on, and each
run is a process of its own: its peak memory is its own.
"""

from __future__ import annotations

import argparse
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


#: It takes no cursor: the first page as often as there are pages, as fast as the allowance permits.
_SDK = """
import json, math, resource, sys, time
import constant_contact_api_client as sdk, pandas
api_url, token, contacts = sys.argv[1:]
base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
configuration = sdk.Configuration(host=api_url, access_token=token)
began, found, pages = time.perf_counter(), [], math.ceil(int(contacts) / 500)
with sdk.ApiClient(configuration) as api:
    page = 0
    while page < pages:
        try:
            found += sdk.ContactsApi(api).get_all_contacts(limit=500).contacts
        except sdk.ApiException as error:
            if error.status != 429:
                raise
            time.sleep(1)
        else:
            page += 1
            time.sleep(max(0.0, began + page * 0.255 - time.perf_counter()))
pandas.json_normalize([contact.to_dict() for contact in found])
print(json.dumps({
    "requests": pages, "seconds": time.perf_counter() - began,
    "base": base / 1024, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
"""


def main(contacts: int, rows: int, sdk: str | None, only: list[str]) -> None:
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
                    if only and f"{what}:{by}" not in only:
                        continue
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
                        stdout=subprocess.PIPE,
                        text=True,
                        cwd=name,
                        env={
                            **os.environ,
                            "PYTHONPATH": os.pathsep.join([str(_HERE), *sys.path]),
                            "XDG_STATE_HOME": name,
                        },
                    )
                    if done.returncode:  # Its own words are on the screen; the others are measured all the same.
                        sys.stdout.write(f"{what:<9} {by:<8} failed with {done.returncode}\n")
                        continue
                    _say(what, by, done.stdout)
            if sdk is not None:
                command = [sdk, "-c", _SDK, about["api"], about["access_token"], str(contacts)]
                _say("frame", "SDK", subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        finally:
            sandbox.terminate()
            sandbox.wait()


def _say(what: str, by: str, printed: str) -> None:
    told = json.loads(printed.splitlines()[-1])
    peak, base = f"{told['peak']:>10.0f}", f"{told['base']:.0f}"
    sys.stdout.write(f"{what:<9} {by:<8} {told['requests']:>9,} {told['seconds']:>9.1f} {peak} ({base})\n")
    sys.stdout.flush()


def _list_id(about: dict[str, str]) -> str:
    from cctoolkit import connect

    with connect(api_url=about["api"], access_token=about["access_token"]) as client:
        return str(next(client.lists.iter())["list_id"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("contacts", nargs="?", type=int, default=200_000)
    parser.add_argument("rows", nargs="?", type=int, default=20_000)
    parser.add_argument("--sdk", metavar="PYTHON")
    parser.add_argument("--only", action="append", default=[], metavar="WHAT:BY")
    wanted = parser.parse_args()
    main(wanted.contacts, wanted.rows, wanted.sdk, wanted.only)
