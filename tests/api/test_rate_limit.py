"""The allowance: 4 in any second, 10,000 a UTC day, over threads and processes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time as clock
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cctoolkit.api.rate_limit import RateLimiter
from cctoolkit.errors import QuotaExceeded, SettingsError
from tests import processes


class Time:
    """A clock that sleeping moves."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now
        self._lock = threading.Lock()

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.now += seconds


def _most_in_a_second(moments: list[float]) -> int:
    moments = sorted(moments)
    return max(sum(1 for other in moments if 0 <= other - moment < 1.0) for moment in moments)


def test_never_more_than_four_in_any_second(tmp_path: Path) -> None:
    """And hardly fewer when there is work: at least 97 % of the allowance."""
    time = Time()
    limiter = RateLimiter("key", tmp_path, clock=time, sleep=time.sleep)
    moments = []
    for _ in range(400):
        limiter.wait()
        moments.append(time.now)
    assert _most_in_a_second(moments) == 4
    assert 400 / (moments[-1] - moments[0]) >= 4 * 0.97


def test_two_limiters_of_one_key_share_it(tmp_path: Path) -> None:
    """As two processes do; another key has its own allowance."""
    time = Time()
    first, second, other = (RateLimiter(name, tmp_path, clock=time, sleep=time.sleep) for name in ("a", "a", "b"))
    moments = []
    for number in range(40):
        (first, second)[number % 2].wait()
        moments.append(time.now)
    assert _most_in_a_second(moments) == 4
    before = time.now
    other.wait()
    assert time.now == before


def test_the_days_allowance_ends_with_the_time_it_resets(tmp_path: Path) -> None:
    """No request is sent beyond it; the next UTC day begins anew."""
    time = Time(datetime(2026, 5, 4, 12, 0, tzinfo=UTC).timestamp())
    limiter = RateLimiter("key", tmp_path, per_day=3, clock=time, sleep=time.sleep)
    for left in (2, 1, 0):
        limiter.wait()
        assert limiter.budget.remaining_today == left
    with pytest.raises(QuotaExceeded, match="00:00 UTC"):
        limiter.wait()
    assert limiter.budget.resets_at == datetime(2026, 5, 5, tzinfo=UTC)
    time.now = limiter.budget.resets_at.timestamp()
    limiter.wait()
    assert limiter.budget.remaining_today == 2


def test_the_services_word_counts_more_than_ours(tmp_path: Path) -> None:
    """Others may use the same key elsewhere."""
    time = Time()
    limiter = RateLimiter("key", tmp_path, clock=time, sleep=time.sleep)
    limiter.exhausted()
    with pytest.raises(QuotaExceeded):
        limiter.wait()


def test_a_clock_set_back_does_not_block(tmp_path: Path) -> None:
    """What was counted in a future that is no more is forgotten."""
    time = Time()
    limiter = RateLimiter("key", tmp_path, clock=time, sleep=time.sleep)
    limiter.wait()
    time.now -= 86_400
    before = time.now
    limiter.wait()
    assert time.now - before < 2


def _untouched_for(folder: Path, days: float) -> set[str]:
    """Make the files as old, and say which there are."""
    at = clock.time() - days * 86_400
    for path in folder.iterdir():
        os.utime(path, (at, at))
    return {path.name for path in folder.iterdir()}


def test_a_count_untouched_for_a_month_is_forgotten(tmp_path: Path) -> None:
    """Each practice account makes one; one of 29 days stays, and so does our own."""
    for name in ("a", "b"):
        limiter = RateLimiter(name, tmp_path)
        limiter.wait()
        limiter.close()
    before = _untouched_for(tmp_path, 29)
    ours = RateLimiter("key", tmp_path)
    assert before < {path.name for path in tmp_path.iterdir()}
    ours.wait()
    ours.close()
    _untouched_for(tmp_path, 31)
    again = RateLimiter("key", tmp_path)
    assert {path.stem for path in tmp_path.iterdir()} == {ours._path.stem}
    assert again.budget.remaining_today == 9_999


def test_a_count_in_use_is_never_forgotten(tmp_path: Path) -> None:
    """A kernel that idled for a month still counts in the file that others with its key count in."""
    idle, other = RateLimiter("idle", tmp_path), RateLimiter("idle", tmp_path)
    idle.wait()
    _untouched_for(tmp_path, 400)
    RateLimiter("key", tmp_path)
    assert idle._path.exists()
    other.wait()
    assert idle.budget.remaining_today == 9_998
    idle.close()
    other.close()
    _untouched_for(tmp_path, 400)
    RateLimiter("key", tmp_path)
    assert not idle._path.exists()


def test_a_forgotten_count_begins_anew(tmp_path: Path) -> None:
    """For the client that was made a month ago and comes back to it."""
    idle = RateLimiter("idle", tmp_path)
    _untouched_for(tmp_path, 31)
    RateLimiter("key", tmp_path)
    assert not idle._path.exists()
    idle.wait()
    assert idle.budget.remaining_today == 9_999


def test_processes_share_it(tmp_path: Path) -> None:
    """Three processes reserve their moments in one file: never five within a second."""
    script = (
        "import sys; from pathlib import Path; from cctoolkit.api.rate_limit import RateLimiter;"
        "limiter = RateLimiter('key', Path(sys.argv[1]), sleep=lambda seconds: None);"
        "print(*[limiter._reserve()[1] for _ in range(20)])"
    )
    running = [
        processes.start([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    moments = [float(text) for process in running for text in process.communicate()[0].split()]
    assert len(moments) == 60
    assert _most_in_a_second(moments) == 4


def test_what_went_late_counts_from_when_it_went(tmp_path: Path) -> None:
    """A request held up after its go-ahead moves the one that comes a second after it."""
    time = Time()
    limiter = RateLimiter("key", tmp_path, per_second=1, clock=time, sleep=time.sleep)
    ticket = limiter.wait()
    time.now += 0.5
    limiter.sent(ticket, 0.5)
    went = time.now
    limiter.wait()
    assert time.now - went >= 1.0


def test_a_waiting_request_can_be_called_off(tmp_path: Path) -> None:
    """It returns at once, and does not count."""
    limiter = RateLimiter("key", tmp_path, per_second=1)
    limiter.wait()
    used, stop = limiter.budget.remaining_today, threading.Event()
    stop.set()
    limiter.wait(stop)
    assert limiter.budget.remaining_today == used


def test_threads_share_it(tmp_path: Path) -> None:
    """Twelve at once: each request is counted, none twice."""
    limiter = RateLimiter("key", tmp_path, per_second=1_000)
    threads = [threading.Thread(target=lambda: [limiter.wait() for _ in range(10)]) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert limiter.budget.remaining_today == 10_000 - 120


def test_a_damaged_count_is_begun_anew(tmp_path: Path) -> None:
    """A power cut must not end in a traceback at each later command."""
    RateLimiter("key", tmp_path).close()
    [file] = tmp_path.glob("*.sqlite")
    file.write_bytes(b"damaged" * 1_000)
    limiter = RateLimiter("key", tmp_path)
    limiter.wait()
    assert limiter.budget.remaining_today == 9_999


def test_a_count_that_cannot_be_kept_is_said(tmp_path: Path) -> None:
    """A folder where the file should be."""
    RateLimiter("key", tmp_path).close()
    [file] = tmp_path.glob("*.sqlite")
    for each in tmp_path.glob("*.sqlite*"):
        each.unlink()
    file.mkdir()
    with pytest.raises(SettingsError, match="cannot be used to count requests"):
        RateLimiter("key", tmp_path)


def test_a_folder_that_was_cleared_is_made_again(tmp_path: Path) -> None:
    """While it is in use: what was counted in a deleted file, no other process would see."""
    folder = tmp_path / "requests"
    limiter = RateLimiter("key", folder)
    limiter.wait()
    shutil.rmtree(folder)
    limiter.wait()
    other = RateLimiter("key", folder)
    assert other.budget == limiter.budget
    assert other.budget.remaining_today == 9_999


def test_a_machine_that_slept_forgets_nobody(tmp_path: Path) -> None:
    """Requests that waited meanwhile are counted when they go, however long ago they were written down."""
    time = Time()
    limiter = RateLimiter("key", tmp_path, clock=time, sleep=time.sleep)
    waiting = [limiter._reserve()[0] for _ in range(12)]
    time.now += 100
    limiter.wait()
    gone = [ticket for ticket in waiting if limiter._confirm(ticket) is None]
    assert len(gone) <= 3


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no fork")
def test_a_forked_process_counts_with_its_parent(tmp_path: Path) -> None:
    """While another thread counts, and after the parent has let go: no request is lost, and nobody hangs."""
    script = """
import os, sys, threading, warnings
from pathlib import Path
from cctoolkit.api.rate_limit import RateLimiter
warnings.simplefilter("ignore")
limiter = RateLimiter("key", Path(sys.argv[1]), per_second=10_000)
limiter.wait()
stop = threading.Event()
def count():
    while not stop.is_set():
        limiter.budget
threading.Thread(target=count, daemon=True).start()
children = []
for _ in range(10):
    pid = os.fork()
    if not pid:
        for _ in range(20):
            limiter.wait()
        os._exit(0)
    children.append(pid)
    limiter.close()
for pid in children:
    assert os.waitpid(pid, 0)[1] == 0
stop.set()
other = RateLimiter("key", Path(sys.argv[1]), per_second=10_000)
assert other.budget.remaining_today == 10_000 - 201, other.budget
"""
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True, timeout=60)


_TWO_THREADS_FORK = """
import os, sys, threading
from pathlib import Path
from cctoolkit.api.rate_limit import RateLimiter
limiters = [RateLimiter(name, Path(sys.argv[1])) for name in "ab"]
def fork():
    for _ in range(40):
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)
threads = [threading.Thread(target=fork) for _ in range(3)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(*(limiter.budget.remaining_today for limiter in limiters))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no fork")
def test_threads_that_fork_at_once_do_not_wait_for_each_other_for_ever(tmp_path: Path) -> None:
    """Each takes the locks of all counts, one thread after the other."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _TWO_THREADS_FORK, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.split() == ["10000", "10000"], done.stderr


def test_a_count_that_is_damaged_while_it_is_open_begins_anew(tmp_path: Path) -> None:
    """The request that meets it is told; the next one goes."""
    limiter = RateLimiter("key", tmp_path)
    limiter.wait()
    [path] = tmp_path.glob("requests-*.sqlite")
    limiter.close()
    for each in tmp_path.glob("requests-*.sqlite*"):
        each.write_bytes(b"this is no database, and it is long enough to be taken for none" * 40)
    with pytest.raises(SettingsError, match="cannot be used to count requests"):
        limiter.wait()
    limiter.wait()
    assert limiter.budget.remaining_today == 9_999
    assert path.exists()
