"""What the workshop's tests share: a class in one sandbox, and its pages on a port."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from cctoolkit._httpx import httpx
from cctoolkit.api import Client
from cctoolkit.api.transport import FixedToken, Transport
from cctoolkit.sandbox import Sandbox
from cctoolkit.workshop.classroom import Classroom
from cctoolkit.workshop.connections import patient_protocol
from cctoolkit.workshop.pages import Place, build_app
from cctoolkit.workshop.serving import LOOPBACK_NAMES

#: Connections that the tests' workshop holds at once.
MOST = 60


@dataclass
class Class:
    """A running workshop: its classroom, and where its pages answer."""

    sandbox: Sandbox
    classroom: Classroom
    base: str
    now: list[float] = field(default_factory=lambda: [0.0])
    server: Any = None

    @property
    def trainer(self) -> str:
        return f"{self.base}/trainer/{self.classroom.trainer_code}"

    def client(self, number: int) -> Client:
        """A participant's client, as the class reaches the sandbox."""
        token = self.sandbox.access_token(self.sandbox.participants[number - 1])
        return Client(Transport(f"{self.base}/v3", FixedToken(token)), "sandbox")

    def done(self, number: int) -> list[int]:
        """The exercises that a participant has right."""
        self.now[0] += 1
        row = self.classroom.rows()[number - 1]
        return [at for at, verdict in enumerate(row.verdicts, start=1) if verdict.right]


@pytest.fixture
def start_class(new_account: Path, tmp_path: Path) -> Iterator[Callable[..., Class]]:
    """Starts a class of so many, or of those names."""
    ending: list[Callable[[], object]] = []

    def start(names: int | list[str] = 2) -> Class:
        db = tmp_path / f"class-{len(ending)}.db"
        shutil.copy(new_account, db)
        given = names if isinstance(names, list) else [f"Participant {number:02}" for number in range(1, names + 1)]
        sandbox = Sandbox(db=db, limits=False, accounts=len(given)).start()
        ending.append(sandbox.stop)
        now = [0.0]
        classroom = Classroom(sandbox.description(), given, tmp_path, clock=lambda: now[0])
        ending.append(classroom.close)
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        app = build_app(classroom, Place(base, LOOPBACK_NAMES))
        http = patient_protocol(MOST, seconds=2.0)
        server = uvicorn.Server(uvicorn.Config(app, http=http, log_level="warning", access_log=False, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.005)  # another thread starts; there is no clock of ours to move

        def stop() -> None:
            server.should_exit = True
            thread.join()
            listener.close()

        ending.append(stop)
        return Class(sandbox, classroom, base, now, server=server)

    yield start
    for end in reversed(ending):
        end()


@pytest.fixture
def browser_like() -> Iterator[httpx.Client]:
    """A client that follows redirects, as a browser does."""
    with httpx.Client(follow_redirects=True, timeout=60) as client:
        yield client
