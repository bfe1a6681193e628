"""The sandbox's clock."""

from __future__ import annotations

from datetime import UTC, datetime

from cctoolkit.sandbox import Sandbox


def test_a_clock_that_begins_when_it_is_told() -> None:
    """People of a seed are of the same months whenever the sandbox is started, and the clock runs on from there."""
    begin = datetime(2026, 9, 15, 9, tzinfo=UTC)
    sandbox = Sandbox(seed=7, contacts=20, now=begin)
    try:
        made = sandbox.database.connection.execute("SELECT max(created_at) FROM contacts").fetchone()[0]
        assert made.startswith("2026-09-15T09:00")
        assert 0 <= sandbox.clock.now() - begin.timestamp() < 60
    finally:
        sandbox.close()
