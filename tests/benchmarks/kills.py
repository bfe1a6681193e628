"""A process that refreshes all the time is killed at random moments: what becomes of the sign-in.

    python tests/benchmarks/kills.py [KILLS] [SEED]

Between the moment when the service has spent a refresh token and the moment when the new pair is written, a kill loses the
sign-in, whatever a client does: that share is counted by what the service knows. Any other loss is a fault.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from cctoolkit.errors import SignInRequired, TokenStoreError
from cctoolkit.oauth import OAuthSession, TokenStore
from cctoolkit.oauth.by_code import sign_in_by_code
from cctoolkit.sandbox import Sandbox
from cctoolkit.settings import sandbox_service
from tests.oauth.test_refresh_across_processes import REFRESH, start


def main() -> None:
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    chance = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    seen: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as place, Sandbox(limits=False) as sandbox:
        folder = Path(place)
        store = TokenStore.in_file(folder / "token.json")
        session = OAuthSession(sandbox_service(sandbox.description()), store, folder)
        sign_in_by_code(session)
        starter = start(REFRESH, session, folder)
        assert starter.stdin is not None
        assert starter.stdout is not None
        for _ in range(kills):
            starter.stdin.write("go\n")
            starter.stdin.flush()
            child = int(starter.stdout.readline())
            time.sleep(chance.random() * 0.12)
            os.kill(child, signal.SIGKILL)
            starter.stdout.readline()
            try:
                token = store.load()
                assert token is not None
                session.after_unauthorized(token.access_token)
                seen["kept"] += 1
            except SignInRequired:
                # Spent, and not for us, who were refused: for the process that was killed, maybe while it was being killed.
                spent = _spent(sandbox) > seen["known"]
                seen["spent by the service, not yet written" if spent else "lost otherwise"] += 1
                sign_in_by_code(session)
            except TokenStoreError:
                seen["unreadable"] += 1
                sign_in_by_code(session)
            seen["known"] = _spent(sandbox)
        starter.communicate()
    del seen["known"]
    print(json.dumps({"kills": kills, **seen}))


def _spent(sandbox: Sandbox) -> int:
    query = "SELECT count(*) FROM refresh_tokens WHERE used_at IS NOT NULL"
    return int(sandbox.database.connection.execute(query).fetchone()[0])


if __name__ == "__main__":
    main()
