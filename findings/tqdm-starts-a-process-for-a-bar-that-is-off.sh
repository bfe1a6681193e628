#!/usr/bin/env bash
# tqdm 4.70.1: a bar with disable=True starts a process, where multiprocessing's start method is not fork.
#
# Each bar makes the class's locks first, one of them of multiprocessing, and looks whether it is disabled after. With spawn or
# forkserver (the default on Linux from Python 3.14 on) such a lock is a named semaphore, for which multiprocessing starts its
# resource tracker: a second Python that lives as long as the program. When the program is killed, the tracker says on its stderr
# that a semaphore was leaked, in a program that uses neither multiprocessing nor a bar that can be seen. With fork nothing of this
# is seen. A lock of threads that is set before the first bar (`tqdm.set_lock(threading.RLock())`) leaves all of it out.
#
# Seen: no tracker with fork; one with spawn and forkserver, and its warning after a kill; none with the lock set.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet tqdm==4.70.1
cd "$here"
"$here/venv/bin/python" - <<'P'
import subprocess
import sys

PROGRAM = """
import multiprocessing, os, signal, sys, threading
from multiprocessing import resource_tracker
from tqdm import tqdm
multiprocessing.set_start_method(sys.argv[1])
if sys.argv[2] == "threads":
    tqdm.set_lock(threading.RLock())
assert list(tqdm([1, 2], disable=True)) == [1, 2]
print(resource_tracker._resource_tracker._pid is not None, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def seen(method: str, lock: str) -> tuple[str, bool]:
    """Whether there was a resource tracker, and whether it complained once the program was killed."""
    done = subprocess.run([sys.executable, "-c", PROGRAM, method, lock], capture_output=True, text=True)
    return done.stdout.strip(), "leaked semaphore" in done.stderr


found = {(method, lock): seen(method, lock) for method in ("fork", "spawn", "forkserver") for lock in ("its own", "threads")}
assert found == {
    (method, lock): ("True", True) if method != "fork" and lock == "its own" else ("False", False) for method, lock in found
}, found
print("as described:", found)
P
