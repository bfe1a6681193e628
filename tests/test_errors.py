"""Errors where they are read: in a notebook, the sentence and not our inside."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stdout

import pytest
from IPython.core.interactiveshell import InteractiveShell

from cctoolkit.errors import WIDTH, SettingsError

CELL = """
from cctoolkit import connect
from cctoolkit.sandbox import Sandbox
box = Sandbox(in_process=True)
client = connect(sandbox=box)
try:
    client.contacts.get("00000000-0000-1000-8000-fa163e000000")
finally:
    client.close(); box.close()
"""


@pytest.fixture
def shell() -> InteractiveShell:
    return InteractiveShell()


def _shown(shell: InteractiveShell, cell: str) -> str:
    out = io.StringIO()
    with redirect_stdout(out):
        shell.run_cell(cell)
    return re.sub(r"\x1b\[[0-9;]*m", "", out.getvalue())


def test_a_notebook_shows_the_sentence(shell: InteractiveShell) -> None:
    """A few lines, none too wide, wrapped at words; and the way to the rest of it, which goes the whole way."""
    lines = _shown(shell, CELL).splitlines()
    assert lines[0] == "NotFound"
    assert 2 <= len(lines) <= 8
    assert all(len(line) <= WIDTH for line in lines)
    assert "transport.py" not in "".join(lines)
    whole = io.StringIO()
    shell.run_cell("import traceback, sys")
    shell.user_ns["out"] = whole
    shell.run_cell("traceback.print_exception(sys.last_value, file=out)")
    assert "transport.py" in whole.getvalue()


def test_anybody_elses_error_is_shown_as_ever(shell: InteractiveShell) -> None:
    assert "Traceback" in _shown(shell, "1 / 0")


def test_an_error_that_is_displayed_breaks_between_words_and_is_escaped(shell: InteractiveShell) -> None:
    """A notebook shows what is printed in a block that breaks anywhere: `display(error)` has a form of its own."""
    error = SettingsError("There is no list '<b>Garden</b>'.\nTake one of: client.lists.frame()")
    assert shell.display_formatter is not None
    shown, _ = shell.display_formatter.format(error)
    assert shown["text/plain"] == f"SettingsError: {error}"
    assert "role='alert'" in shown["text/html"]
    assert "<strong>✗ SettingsError</strong>" in shown["text/html"]
    assert "&lt;b&gt;Garden&lt;/b&gt;" in shown["text/html"]
    assert "overflow-wrap:break-word" in shown["text/html"]
