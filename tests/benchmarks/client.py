"""What reading contacts costs, beside plain HTTP and the vendor's Python SDK; and how near the allowance it comes.

    .venv/bin/python tests/benchmarks/client.py cpu|rate|processes|start … [--sdk PYTHON] [--contacts N]

`cpu`: CPU seconds for 20,000 contacts with all sub-resources in 40 pages, each measure a process of its own and counted from
its second request on, as what is loaded for the first has a measure of its own.
`rate`: requests a second at latencies of 0.05, 0.3, 1 and 2 s, the limit on, over N contacts (500,000: twenty minutes;
the first answers and the last weigh the more the shorter the run). `processes`: 2,000 requests of three
processes that share the allowance (eight minutes). `start`: importing, and the time to the first frame.
PYTHON is an interpreter that has `constant-contact-api-client` 1.5.0; without it the SDK is left out.
The stub (`stub.py`) is a process of its own. Nothing here asserts a time.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
LATENCIES = (0.05, 0.3, 1.0, 2.0)
EVERYTHING = "custom_fields,list_memberships,phone_numbers,street_addresses,taggings,notes"

_CPU = "import time, sys; url = sys.argv[1]\n"
_BEGAN = "began = time.process_time()"
_END = "\nprint(time.process_time() - began)"
PLAIN = f"""
import httpx, orjson
{_CPU}
found, href = [], "/v3/contacts?limit=500&include={EVERYTHING}"
with httpx.Client(base_url=url) as http:
    http.get("/v3/contacts?limit=500")
    {_BEGAN}
    while href:
        page = orjson.loads(http.get(href).content)
        found += page["contacts"]
        href = page["_links"].get("next", {{}}).get("href")
assert len(found) == 20_000{_END}"""
OURS = f"""
import tempfile
from pathlib import Path
from cctoolkit.api import Client
from cctoolkit.api.rate_limit import RateLimiter
from cctoolkit.api.transport import FixedToken, Transport
import cctoolkit.frames
%s
{_CPU}
with Client(Transport(f"{{url}}/v3", FixedToken("t"), limiter), "custom") as client:
    client.contacts.page(limit=500)
    {_BEGAN}
    %s{_END}"""
LIMITER = "limiter = RateLimiter('benchmark', Path(tempfile.mkdtemp()), per_second=1_000)"
RECORDS = f"found = list(client.contacts.iter(include='{EVERYTHING}')); assert len(found) == 20_000"
FRAMES = "found = client.contacts.frames(progress=False); assert len(found['contacts']) == 20_000"
SDK = f"""
import constant_contact_api_client as sdk
{_CPU}
configuration = sdk.Configuration(host=f"{{url}}/v3", access_token="t")
found = []
with sdk.ApiClient(configuration) as api:
    sdk.ContactsApi(api).get_all_contacts(limit=500)
    {_BEGAN}
    for _ in range(40):  # it takes no cursor: the first page as often as there are pages
        found += sdk.ContactsApi(api).get_all_contacts(limit=500, include="{EVERYTHING}").contacts
assert len(found) == 20_000
%s{_END}"""
SDK_FRAME = "import pandas; pandas.json_normalize([contact.to_dict() for contact in found])"


@contextmanager
def stub(contacts: int, latency: float = 0.0, *, limit: bool = False) -> Iterator[str]:
    command = [sys.executable, str(HERE / "stub.py"), str(contacts), str(latency), "limit" if limit else "free"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def run(code: str, *arguments: str, python: str = sys.executable) -> float:
    """What the code prints last, as a number."""
    answer = subprocess.run([python, "-c", code, *arguments], capture_output=True, text=True, cwd=ROOT)
    if answer.returncode:
        sys.exit(answer.stderr)
    return float(answer.stdout.split()[-1])


def cpu(sdk: str | None, rounds: int = 5) -> None:
    measures = {
        "httpx + orjson, raw": (PLAIN, sys.executable),
        "records, in windows (no limiter)": (OURS % ("limiter = None", RECORDS), sys.executable),
        "records": (OURS % (LIMITER, RECORDS), sys.executable),
        "frames, in windows (no limiter)": (OURS % ("limiter = None", FRAMES), sys.executable),
        "frames": (OURS % (LIMITER, FRAMES), sys.executable),
    }
    if sdk:
        measures |= {"SDK, models": (SDK % "", sdk), "SDK, one frame": (SDK % SDK_FRAME, sdk)}
    seconds: dict[str, list[float]] = {name: [] for name in measures}
    with stub(20_000) as url:
        for _ in range(rounds):  # in turn, so that a busy machine is as busy for each
            for name, (code, python) in measures.items():
                seconds[name].append(run(code, url, python=python))
    plain = statistics.median(seconds["httpx + orjson, raw"])
    print("\n| CPU for 20,000 contacts in 40 pages | median | least | ratio |\n| --- | --- | --- | --- |")
    for name, found in seconds.items():
        median = statistics.median(found)
        print(f"| {name} | {median:.2f} s | {min(found):.2f} s | {median / plain:.2f} |", flush=True)


READER = """
import sys, time
from pathlib import Path
from cctoolkit.api import Client
from cctoolkit.api.rate_limit import RateLimiter
from cctoolkit.api.transport import FixedToken, Transport
limiter = RateLimiter("benchmark", Path(sys.argv[2]))
with Client(Transport(f"{sys.argv[1]}/v3", FixedToken("t"), limiter), "custom") as client:
    found = {contact["contact_id"] for contact in client.contacts.iter()}
assert len(found) == int(sys.argv[3]), len(found)
print(len(found))"""


def read_in(processes: int, url: str, contacts: int) -> tuple[float, dict[str, list[float]]]:
    """Seconds until all processes have read all contacts, and the stub's figures."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.monotonic()
        command = [sys.executable, "-c", READER, url, folder, str(contacts)]
        running = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) for _ in range(processes)]
        if any(process.wait() for process in running):
            sys.exit("A reader failed: its message stands above.")
        spent = time.monotonic() - started
    with urllib.request.urlopen(f"{url}/stub/figures") as answer:
        return spent, json.load(answer)


def rate(contacts: int, latencies: Sequence[float]) -> None:
    print(
        f"\n| latency | requests for {contacts:,} contacts | all of it | requests a second, first to last | in its middle"
        " | contacts a second | 429 |\n| --- | --- | --- | --- | --- | --- | --- |"
    )
    for latency in latencies:
        with stub(contacts, latency, limit=True) as url:
            spent, figures = read_in(1, url, contacts)
        row = [f"{latency} s", str(len(figures["arrivals"])), f"{spent:.1f} s", *_pace(figures["arrivals"])]
        print("| " + " | ".join([*row, f"{contacts / spent:,.0f}", str(figures["refused"])]) + " |", flush=True)


def processes(number: int = 3, contacts: int = 305_000) -> None:
    with stub(contacts, 0.3, limit=True) as url:
        spent, figures = read_in(number, url, contacts)
    whole, middle = _pace(figures["arrivals"])
    print(f"\n{len(figures['arrivals']):,} requests of {number} processes in {spent:.0f} s: {whole} a second", end=", ")
    print(f"{middle} in the middle; {figures['refused']} answered with 429", flush=True)


def _pace(arrivals: list[float]) -> list[str]:
    """Requests a second from the first to the last, and over the middle eight tenths."""
    tenth = len(arrivals) // 10
    return [f"{(len(part) - 1) / (part[-1] - part[0]):.2f}" for part in (arrivals, arrivals[tenth:-tenth])]


def start(sdk: str | None, rounds: int = 7) -> None:
    frame = (
        "import sys, cctoolkit; from cctoolkit.api import Client; from cctoolkit.api.transport import FixedToken, Transport;"
        "Client(Transport(sys.argv[1] + '/v3', FixedToken('t')), 'custom').contacts.frame()"
    )
    measures = {
        "Python": ("pass", sys.executable),
        "import cctoolkit": ("import cctoolkit", sys.executable),
        "… to the first frame (500 contacts)": (frame, sys.executable),
        "import pandas, pyarrow": ("import pandas, pyarrow", sys.executable),
    }
    if sdk:
        measures["import of the SDK"] = ("import constant_contact_api_client", sdk)
    seconds: dict[str, list[float]] = {name: [] for name in measures}
    with stub(500) as url:
        for _ in range(rounds):
            for name, (code, python) in measures.items():
                began = time.perf_counter()
                subprocess.run([python, "-c", code, url], check=True, cwd=ROOT)
                seconds[name].append(time.perf_counter() - began)
    bare = statistics.median(seconds["Python"])
    print("\n| | median | more than Python |\n| --- | --- | --- |")
    for name, found in seconds.items():
        median = statistics.median(found)
        print(f"| {name} | {median:.2f} s | {median - bare:.2f} s |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", nargs="+", choices=("cpu", "rate", "processes", "start"))
    parser.add_argument("--sdk", metavar="PYTHON")
    parser.add_argument("--contacts", type=int, default=500_000, metavar="N")
    parser.add_argument("--latency", type=float, action="append", metavar="SECONDS", help="of rate; may be repeated")
    wanted = parser.parse_args()
    for what in wanted.what:
        if what == "rate":
            rate(wanted.contacts, wanted.latency or LATENCIES)
        elif what == "processes":
            processes()
        else:
            {"cpu": cpu, "start": start}[what](wanted.sdk)


if __name__ == "__main__":
    main()
