"""The steps' widgets in a real browser: by keyboard and by mouse, with an account that means no good."""

from __future__ import annotations

import re
from typing import Any

import nbformat
import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeout

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
who = {"email_address": {"address": "hostile@example.com"}, "first_name": "<img src=x onerror=alert(2)>", "create_source": "Account"}
client.call("createContact", body=who)
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
        opened.run_all()
        panel = opened.page.locator(".cct-panel")
        panel.wait_for(timeout=60_000)
        return opened.page, panel, opened.alerts

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
    page.wait_for_function("() => !document.querySelector('.cct-busy')")
    panel.get_by_label("New list").focus()
    page.keyboard.type("Autumn fair 2027")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    try:
        panel.get_by_text("“\u2068Autumn fair 2027\u2069” is created, and chosen.").wait_for()
    except PlaywrightTimeout:
        raise AssertionError(panel.inner_text()) from None
    assert alerts == []
    page.evaluate("() => { window.jupyterapp.commands.execute('kernelmenu:restart') }")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    page.locator(".cct-panel.jupyter-widgets-disconnected").wait_for()
    said = panel.evaluate("element => getComputedStyle(element, '::before').content")
    assert "run its cell again" in said
    # A server that ends while a kernel of its is starting waits for it without an end.
    page.wait_for_function("() => /\\| Idle/.test(document.querySelector('#jp-main-statusbar')?.innerText || '')")


def test_the_contact_table_by_mouse(shown: Any) -> None:
    """A click on a row opens its details, one on a heading sorts, several are chosen with Ctrl and Shift."""
    _, panel, alerts = shown("ContactTable(client)")
    table = panel.get_by_role("grid", name="Contacts 1 to 100 of 132")
    table.get_by_role("row").nth(3).get_by_role("rowheader").click()
    panel.get_by_text("All that the service says of this contact").wait_for()
    panel.get_by_text(re.compile("^Chosen: .*@example.com")).wait_for()
    chosen = table.get_by_role("row", selected=True)
    assert chosen.count() == 1
    assert chosen.evaluate("row => getComputedStyle(row).backgroundColor") == "rgb(20, 80, 210)"  # the mouse is over it
    heading = table.get_by_role("columnheader", name="last_name")
    for order in ("ascending", "descending"):
        heading.get_by_role("button").click()
        table.locator(f"th[aria-sort={order}]").wait_for()
    panel.get_by_text("sort_values('last_name', ascending=False").wait_for()
    assert panel.get_by_text("All that the service says of this contact").count() == 0
    assert "Zimmermann" in table.get_by_role("row").nth(1).inner_text()
    table.get_by_role("row").nth(1).click()
    table.get_by_role("row").nth(3).click(modifiers=["Shift"])
    panel.get_by_text("3 are chosen: table.selected has them.").wait_for()
    table.get_by_role("row").nth(2).click(modifiers=["Control"])
    panel.get_by_text("2 are chosen: table.selected has them.").wait_for()
    panel.get_by_role("button", name="Next").click()
    panel.get_by_role("grid", name="Contacts 101 to 132 of 132").wait_for()
    panel.get_by_label("Search").fill("hostile")
    panel.get_by_label("Search").press("Enter")
    panel.get_by_role("grid", name="Contacts 1 to 1 of 1").get_by_text("<img src=x onerror=alert(2)>").wait_for()
    assert alerts == []


def test_the_contact_table_by_keyboard(shown: Any) -> None:
    """One stop of Tab for all rows: arrows walk, Space chooses, Enter opens, Page Down turns; and it is as wide as there is room."""
    page, panel, _ = shown("ContactTable(client)")
    table = panel.get_by_role("grid", name="Contacts 1 to 100 of 132")
    table.get_by_role("row").nth(1).focus()
    for key in ("ArrowDown", " ", "ArrowDown", " "):
        page.keyboard.press(key)
    panel.get_by_text("2 are chosen: table.selected has them.").wait_for()
    page.keyboard.press("Enter")
    panel.get_by_text("All that the service says of this contact").wait_for()
    assert table.locator("tbody tr[tabindex='0']").count() == 1
    heading = table.get_by_role("columnheader", name="last_name").get_by_role("button")
    heading.focus()
    for order in ("ascending", "descending"):
        page.keyboard.press("Enter")  # the focus stays on the heading
        table.locator(f"th[aria-sort={order}]").wait_for()
    table.get_by_role("row").nth(1).focus()
    page.keyboard.press("Shift+ArrowDown")
    panel.get_by_text("2 are chosen: table.selected has them.").wait_for()
    page.keyboard.press("PageDown")
    panel.get_by_role("grid", name="Contacts 101 to 132 of 132").wait_for()
    assert page.evaluate("() => document.activeElement.matches('.cct-rows tbody tr')")
    for wide in (1280, 1920):
        page.set_viewport_size({"width": wide, "height": 900})
        page.wait_for_function(
            "() => { const output = document.querySelector('.jp-OutputArea-output:has(.cct-rows)');"
            "return document.querySelector('.cct-rows table').clientWidth > output.clientWidth - 40 }"
        )


def test_the_contact_table_follows_the_theme(shown: Any) -> None:
    """The same table, without running anything again; and of one row nothing but the row."""
    page, panel, _ = shown("ContactTable(client)")
    seen = set()
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        page.evaluate("theme => { window.jupyterapp.commands.execute('apputils:change-theme', {theme}); }", theme)
        page.wait_for_function("name => document.body.dataset.jpThemeName === name", arg=theme)
        seen.add(panel.locator(".cct-rows thead th").first.evaluate("cell => getComputedStyle(cell).backgroundColor"))
    assert len(seen) == 2
    search = panel.get_by_label("Search")
    search.fill("robin@example.com")
    search.press("Enter")
    panel.get_by_role("grid", name="Contacts 1 to 1 of 1").wait_for()
    assert panel.locator(".cct-rows").bounding_box()["height"] < 120
