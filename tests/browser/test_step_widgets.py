"""The steps' widgets in a real browser: by keyboard and by mouse, with an account that means no good."""

from __future__ import annotations

import re
from typing import Any

import nbformat
import pytest

from tests.browser.conftest import Lab

pytestmark = pytest.mark.thorough

PRACTICE = """
import cctoolkit
from cctoolkit.sandbox import Sandbox
from cctoolkit.widgets import ContactTable, ListPicker
practice = Sandbox(seed=7, contacts=130, limits=False).start()
client = cctoolkit.connect(api_url=practice.api_url, access_token=practice.access_token())
for name in ("<img src=x onerror=alert(1)>", "Spring"):
    client.lists.create(name)
"""


@pytest.fixture
def shown(lab: Lab, open_notebook: Any) -> Any:
    """Runs a line that gives a panel, and returns the notebook and the panel."""

    def show(line: str) -> Any:
        cells = [nbformat.v4.new_code_cell(text) for text in (PRACTICE, line)]
        notebook = nbformat.v4.new_notebook(cells=cells)
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(notebook, lab.folder / "notebooks" / "panel.ipynb")
        opened = open_notebook("panel.ipynb")
        alerts: list[str] = []
        opened.page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
        opened.run_all()
        panel = opened.page.locator(".cct-panel")
        panel.wait_for(timeout=60_000)
        return opened.page, panel, alerts

    return show


def test_the_list_picker_by_keyboard(shown: Any) -> None:
    """Arrows choose, a name that is typed in a hurry is made whole, and a kernel that ended is said."""
    page, panel, alerts = shown("ListPicker(client)")
    lists = panel.get_by_label("Lists")
    lists.focus()
    page.keyboard.press("ArrowDown")
    panel.get_by_text("“\u2068General Interest\u2069” is chosen.").wait_for()
    page.keyboard.press("ArrowDown")
    panel.get_by_text("“\u2068Spring\u2069” is chosen.").wait_for()
    assert lists.evaluate("element => element === document.activeElement")
    panel.get_by_label("New list").focus()
    page.keyboard.type("Autumn fair 2027")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    panel.get_by_text("“\u2068Autumn fair 2027\u2069” is created, and chosen.").wait_for()
    assert alerts == []
    page.evaluate("() => { window.jupyterapp.commands.execute('kernelmenu:restart') }")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    page.locator(".cct-panel.jupyter-widgets-disconnected").wait_for()
    said = panel.evaluate("element => getComputedStyle(element, '::before').content")
    assert "run its cell again" in said
    # A server that ends while a kernel of its is starting waits for it without an end.
    page.wait_for_function("() => /\\| Idle/.test(document.querySelector('#jp-main-statusbar')?.innerText || '')")


def test_the_contact_table_by_mouse(shown: Any) -> None:
    """A grid: a click on a row opens its details, a column's menu sorts, and the plain table is one click away."""
    page, panel, alerts = shown("ContactTable(client)")
    grid = panel.locator(".lm-DataGrid").first
    grid.wait_for()
    page.wait_for_timeout(1_000)  # the grid asks for its rows when it has its size
    box = grid.bounding_box()
    page.mouse.click(box["x"] + 150, box["y"] + 26 + 24 * 2 + 12)
    panel.get_by_text("All that the service says of this contact").wait_for()
    panel.get_by_text(re.compile("^Chosen: .*@example.com")).wait_for()
    page.mouse.click(box["x"] + 72 + 260 + 135 + 135 - 10, box["y"] + 18)
    page.get_by_text("Sort Descending").click()
    panel.get_by_text("sort_values('last_name', ascending=False").wait_for()
    panel.get_by_role("button", name="As a plain table").click()
    table = panel.get_by_role("region", name="Contacts 1 to 50 of 131")
    table.wait_for()
    assert table.get_by_role("rowheader").count() == 50
    assert "Zimmermann" in table.get_by_role("row").nth(1).inner_text()
    assert alerts == []
