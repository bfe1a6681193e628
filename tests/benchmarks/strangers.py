"""A class of thirty with three hundred strangers in the room, who connect, send nothing and send much.

    python tests/benchmarks/strangers.py [STRANGERS] [PARTICIPANTS] [SECONDS]

The workshop is a process of its own. A third of the strangers send nothing, a third begin a request and never end it, a third
post 15 of 16 MB. Each participant asks once a second. Prints the longest answer in seconds, answers that were none, and the
workshop's largest memory (resident, in MB).
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from cctoolkit._httpx import httpx
from cctoolkit.oauth import OAuthSession, TokenStore
from cctoolkit.oauth.by_code import sign_in_by_code
from cctoolkit.workshop.joining import find_seat


def main() -> None:
    strangers, participants, seconds = (
        int(sys.argv[at]) if len(sys.argv) > at else default for at, default in ((1, 300), (2, 30), (3, 30))
    )
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                "from cctoolkit.__main__ import main; main()",
                "workshop",
                "--participants",
                str(participants),
                "--port",
                "0",
            ],
            cwd=folder,
            env={**os.environ, "XDG_STATE_HOME": folder, "HOME": folder},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            print(json.dumps(_measured(process, Path(folder), strangers, seconds)))
        finally:
            process.terminate()
            _, said = process.communicate(timeout=30)
            print(json.dumps({"bytes on stderr": len(said)}))


def _measured(process: subprocess.Popen[str], folder: Path, strangers: int, seconds: int) -> dict[str, object]:
    assert process.stdout is not None
    slips = []
    for line in process.stdout:
        if "/trainer/" in line:
            break
        slips += re.findall(r"http\S+", line)
    tokens = []
    for number, slip in enumerate(slips):
        seat = find_seat(slip)
        session = OAuthSession(seat.service, TokenStore.in_memory(), folder / str(number))
        sign_in_by_code(session)
        tokens.append((seat.service.api_url, session.access_token()))
    parts = urlsplit(slips[0])
    over = threading.Event()
    memory, slowest, failed, asked = [0], [0.0], [0], [0]

    def stranger(kind: int) -> None:
        head = f"POST /v3/contacts HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Length: {16 << 20}\r\n\r\n".encode()
        while not over.is_set():
            with contextlib.suppress(OSError), socket.create_connection((parts.hostname, parts.port), 10) as connection:
                if kind == 1:
                    connection.sendall(b"GET /v3/contacts HTTP/1.1\r\nHos")
                if kind == 2:
                    connection.sendall(head + bytes(15 << 20))
                connection.settimeout(seconds)
                connection.recv(1)
            over.wait(0.5)

    def participant(api: str, token: str) -> None:
        with httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=60) as client:
            while not over.is_set():
                begun = time.monotonic()
                try:
                    failed[0] += client.get(f"{api}/contacts").status_code != 200
                except httpx.HTTPError:
                    failed[0] += 1
                asked[0] += 1
                slowest[0] = max(slowest[0], time.monotonic() - begun)
                over.wait(1)

    def watch() -> None:
        watched = psutil.Process(process.pid)
        while not over.wait(0.1):
            memory[0] = max(memory[0], watched.memory_info().rss)

    calls = [threading.Thread(target=stranger, args=(n % 3,), daemon=True) for n in range(strangers)]
    calls += [threading.Thread(target=participant, args=pair, daemon=True) for pair in tokens]
    calls.append(threading.Thread(target=watch, daemon=True))
    for thread in calls:
        thread.start()
    over.wait(seconds)
    over.set()
    time.sleep(1)
    return {
        "strangers": strangers,
        "participants": len(tokens),
        "requests": asked[0],
        "not answered": failed[0],
        "slowest (s)": round(slowest[0], 2),
        "memory (MB)": memory[0] // 1_000_000,
    }


if __name__ == "__main__":
    main()
