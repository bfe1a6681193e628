"""The tests' own way to run a notebook in the browser: nothing is lost, nothing is left, nothing hangs."""

from __future__ import annotations

from typing import Any

import pytest

from cctoolkit._httpx import httpx
from tests.browser.conftest import Chromium, Lab, Notebook

pytestmark = pytest.mark.thorough

#: As JupyterLab does when the kernel is not attached yet: the command is taken, and its promise never kept.
_LOSE_ONE = """() => {
    const commands = window.jupyterapp.commands, execute = commands.execute.bind(commands);
    commands.execute = (name, args) => {
        if (name !== 'notebook:run-all-cells') return execute(name, args);
        delete commands.execute;  // the page is the next test's too
        return new Promise(() => {});
    };
}"""


def test_a_lost_run_all_is_given_again(open_notebook: Any) -> None:
    """And is not waited for in the page, where nothing would ever end it."""
    notebook = open_notebook("04-get-a-list-id.ipynb")
    notebook.page.evaluate(_LOSE_ONE)
    notebook.run_all()
    notebook.wait_until_run()
    assert notebook.given == 2


def test_no_kernel_is_left_behind(browser: Chromium, lab: Lab) -> None:
    """After a notebook is closed, JupyterLab has neither a session nor a kernel."""
    notebook = Notebook.open(browser, lab, "04-get-a-list-id.ipynb")
    assert len(httpx.get(f"{lab.url}/api/kernels").json()) == 1
    notebook.close(lab)
    assert httpx.get(f"{lab.url}/api/sessions").json() == httpx.get(f"{lab.url}/api/kernels").json() == []
