"""A refresh token works once, so processes that share a sign-in must not spend it twice, nor lose its successor."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

import pytest

from cctoolkit.errors import SignInRequired
from cctoolkit.oauth import OAuthSession, Token, TokenStore
from cctoolkit.oauth.by_code import sign_in_by_code
from cctoolkit.sandbox import Sandbox
from cctoolkit.settings import sandbox_service
from tests import marks, processes

#: The thorough run kills by the hundred.
PROCESSES = 10 if marks.all_examples else 4
KILLS = 100 if marks.all_examples else 8

#: A process that prints `ready`, waits for a line, asks for an access token, and prints how it went.
ASK = """
import json, sys
from pathlib import Path
from cctoolkit.oauth import OAuthSession, TokenStore
from cctoolkit.settings import Service
service, folder = json.loads(sys.argv[1]), Path(sys.argv[2])
session = OAuthSession(Service(**service), TokenStore.in_file(folder / "token.json"), folder)
print("ready", flush=True)
sys.stdin.readline()
print(session.access_token()[-20:], flush=True)
"""

#: A process that forks, at each line it reads, a child that refreshes for ever; it prints the child's pid.
REFRESH = """
import json, os, sys
from pathlib import Path
from cctoolkit.oauth import OAuthSession, TokenStore
from cctoolkit.settings import Service
import authlib.integrations.httpx_client, filelock
service, folder = json.loads(sys.argv[1]), Path(sys.argv[2])
session = OAuthSession(Service(**service), TokenStore.in_file(folder / "token.json"), folder)
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        while True:
            session.after_unauthorized(session.store.load().access_token)
    print(child, flush=True)
    os.waitpid(child, 0)
    print("ended", flush=True)
"""


@pytest.fixture
def sandbox(served: Sandbox) -> Sandbox:
    """On a port, for other processes."""
    return served


@pytest.fixture
def shared(sandbox: Sandbox, tmp_path: Path) -> OAuthSession:
    """A sign-in whose tokens are in a file."""
    service = sandbox_service(sandbox.description())
    session = OAuthSession(service, TokenStore.in_file(tmp_path / "shared" / "token.json"), tmp_path / "shared")
    sign_in_by_code(session)
    return session


def start(script: str, session: OAuthSession, folder: Path) -> subprocess.Popen[str]:
    service = json.dumps(asdict(session.service))
    return processes.start(
        [sys.executable, "-c", script, service, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.both
def test_many_processes_make_one_refresh_request(shared: OAuthSession, sandbox: Sandbox, tmp_path: Path) -> None:
    """All need a fresh token at the same moment; one asks, and all get the same."""
    token = shared.store.load()
    assert token is not None
    shared.store.save(Token(token.access_token, token.refresh_token, time.time() - 1, token.scope))
    processes = [start(ASK, shared, tmp_path / "shared") for _ in range(PROCESSES)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    outputs = [process.communicate("go\n") for process in processes]
    assert [errors for _, errors in outputs] == [""] * PROCESSES
    assert len({output for output, _ in outputs}) == 1
    spent = sandbox.database.connection.execute("SELECT count(*) FROM refresh_tokens WHERE used_at IS NOT NULL")
    assert spent.fetchone()[0] == 1


@pytest.mark.both
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX's")
def test_a_kill_at_any_moment_leaves_a_pair_that_can_be_read(
    shared: OAuthSession, sandbox: Sandbox, tmp_path: Path
) -> None:
    """Kills at random moments: the store holds the old pair or the new one, whole, and no lock stays behind.

    A kill between the service's answer and our write leaves the old pair, which the service has just voided: no client
    can help that, and the next refresh then leads back to signing in. Any other failure is a fault.
    """
    chance = random.Random(3)
    folder = tmp_path / "shared"
    starter = start(REFRESH, shared, folder)
    assert starter.stdin is not None
    assert starter.stdout is not None
    voided = 0
    for _ in range(KILLS):
        starter.stdin.write("go\n")
        starter.stdin.flush()
        child = int(starter.stdout.readline())
        time.sleep(chance.random() * 0.1)
        os.kill(child, signal.SIGKILL)
        assert starter.stdout.readline() == "ended\n"
        seen = shared.store.load()
        assert seen is not None
        assert seen.refresh_token
        try:
            fresh = shared.after_unauthorized(seen.access_token)
        except SignInRequired:
            voided += 1
            sign_in_by_code(shared)
        else:
            assert fresh != seen.access_token
        assert sorted(path.name for path in folder.iterdir() if path.suffix == ".json") == ["token.json"]
    starter.communicate()
    spent = sandbox.database.connection.execute("SELECT count(*) FROM refresh_tokens WHERE used_at IS NOT NULL")
    assert spent.fetchone()[0] >= KILLS - voided
    assert voided < KILLS / 2
    print(f"\n{KILLS} kills: {voided} fell between the service's answer and the write")
