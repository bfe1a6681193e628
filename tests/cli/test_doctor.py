"""`cctoolkit doctor`, as somebody types it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.commands import run


def test_a_healthy_machine(tmp_path: Path) -> None:
    """Exit code 0, a line a check, and the sum; only this machine was looked at."""
    done = run("doctor", HOME=str(tmp_path), USERPROFILE=str(tmp_path))
    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith("ok       Python")
    assert "0 problems" in done.stdout
    assert "\x1b" not in done.stdout  # no colours where nobody sees them


def test_a_problem_ends_with_1(tmp_path: Path) -> None:
    """For scripts: the findings stand in one JSON object."""
    done = run("doctor", "--json", HOME=str(tmp_path), USERPROFILE=str(tmp_path), CCTOOLKIT_TOKEN_STORE="nowhere")
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert [found["check"] for found in told["findings"] if found["state"] == "problem"] == ["keyring"]


def test_an_unknown_service_ends_with_2() -> None:
    """In one sentence."""
    done = run("doctor", "--service", "production")
    assert (done.returncode, done.stdout) == (2, "")
    assert "say 'sandbox' or 'live'" in done.stderr


def test_the_help_teaches() -> None:
    """What it looks at, what live adds, and what the exit code means."""
    told = " ".join(run("doctor", "--help").stdout.split())
    for phrase in ("the exit code is then 1", "nobody but this machine is asked", "python -m cctoolkit.doctor"):
        assert phrase in told
