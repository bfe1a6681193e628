"""Importing in a real browser: a file is dropped, previewed and imported, by mouse and by keyboard alone."""

from __future__ import annotations

import base64
import contextlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Lab, Notebook, tab_to

pytestmark = pytest.mark.thorough

CELLS = (
    "import cctoolkit\nfrom cctoolkit.widgets import ImportPanel\nclient = cctoolkit.connect()",
    "panel = ImportPanel(client)\npanel",
)
#: Icons are part of the names that the browser gives to buttons.
IMPORT = re.compile("Import$")

_DROPPED = """([name, content]) => {
    const bytes = Uint8Array.from(atob(content), each => each.charCodeAt(0)), transfer = new DataTransfer();
    transfer.items.add(new File([bytes], name));
    return transfer;
}"""

#: A file that is let go on the notebook's first cell, and what becomes of it.
_BESIDE = """([name, file, content]) => {
    const bytes = Uint8Array.from(atob(content), each => each.charCodeAt(0)), transfer = new DataTransfer();
    transfer.items.add(new File([bytes], file));
    const event = new DragEvent(name, {bubbles: true, cancelable: true, dataTransfer: transfer});
    return document.querySelector('.jp-InputArea').dispatchEvent(event) ? 'left to the browser' : 'refused';
}"""
_IN_WINDOW = """element => {
    const box = element.getBoundingClientRect();
    return box.height > 0 && box.top >= 0 && box.bottom <= window.innerHeight;
}"""


def _open(open_notebook: Any, lab: Lab) -> tuple[Notebook, Any]:
    """A notebook with an import panel, and that panel."""
    cells = [
        {"cell_type": "code", "id": f"c{n}", "execution_count": None, "metadata": {}, "outputs": [], "source": source}
        for n, source in enumerate(CELLS)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    (lab.folder / "notebooks" / "import.ipynb").write_text(json.dumps(notebook))
    opened = open_notebook("import.ipynb")
    opened.run_all()
    panel = opened.page.locator(".cct-panel").first
    panel.get_by_role("button", name="Preview").wait_for(timeout=20_000)
    opened.wait_until_run()
    return opened, panel


def _chooser_by_keyboard(page: Any, panel: Any) -> Any:
    """What Enter on the upload button opens. JupyterLab may take the focus back once, when its cells are through."""
    from playwright.sync_api import TimeoutError as TookTooLong

    for _ in range(4):
        panel.locator(".widget-upload").focus()
        page.wait_for_timeout(300)
        if not page.evaluate("() => document.activeElement.matches('.widget-upload')"):
            continue
        with contextlib.suppress(TookTooLong), page.expect_file_chooser(timeout=5_000) as chooser:
            page.keyboard.press("Enter")
            return chooser.value
    raise AssertionError("Enter on the upload button opens nothing")


def _drop(notebook: Notebook, panel: Any, name: str, content: bytes) -> None:
    transfer = notebook.page.evaluate_handle(_DROPPED, [name, base64.b64encode(content).decode()])
    panel.locator(".cct-drop").dispatch_event("drop", {"dataTransfer": transfer})


def test_by_mouse(open_notebook: Any, lab: Lab) -> None:
    """Drop a file, download its rejects, preview, import, see who arrived."""
    notebook, panel = _open(open_notebook, lab)
    _drop(notebook, panel, "people.csv", (lab.folder / "data" / "google-contacts.csv").read_bytes())
    panel.get_by_text("202 rows of people.csv: 186 kept").wait_for(timeout=20_000)
    panel.get_by_role("tab", name="Rejected").click()
    with notebook.page.expect_download() as download:
        panel.get_by_role("link", name="Download the rejected rows").click()
    assert download.value.suggested_filename == "rejected.csv"
    assert len(Path(download.value.path()).read_text("utf-8-sig").splitlines()) == 10
    panel.get_by_role("button", name="Preview").click()
    panel.get_by_text("186 contacts would be new in the account.").wait_for(timeout=20_000)
    panel.get_by_role("button", name=IMPORT).click()
    panel.get_by_text("186 of 186 contacts are on the list.").wait_for(timeout=30_000)


def test_a_file_is_dropped_anywhere_and_nowhere_else(open_notebook: Any, lab: Lab) -> None:
    """On the panel's heading as on its field; beside the panel, where the browser would leave the page for it, nothing happens."""
    notebook, panel = _open(open_notebook, lab)
    transfer = [
        "people.csv",
        base64.b64encode(b"email,first_name\nana(at)example.com,Ana\nben@example.com,Ben\n").decode(),
    ]
    for name in ("dragover", "drop"):
        assert notebook.page.evaluate(_BESIDE, [name, *transfer]) == "refused"
    assert panel.get_by_text("of people.csv").count() == 0
    handle = notebook.page.evaluate_handle(_DROPPED, transfer)
    panel.locator(".cct-heading").first.dispatch_event("drop", {"dataTransfer": handle})
    panel.get_by_text("2 rows of people.csv: 1 kept").wait_for(timeout=20_000)
    assert panel.get_by_text("2 rows of people.csv: 1 kept").count() == 1


def test_a_rejected_row_is_mended_and_results_come_into_sight(open_notebook: Any, lab: Lab) -> None:
    """The address is written anew beside its reason, and counts; what a click shows is where the person looks."""
    notebook, panel = _open(open_notebook, lab)
    rows = "".join(f"p{n}@example.com,Name {n}\n" for n in range(40))
    _drop(notebook, panel, "people.csv", f"email,first_name\nana(at)example.com,Ana\n{rows}".encode())
    panel.get_by_text("40 kept, 0 merged, 1 rejected").wait_for(timeout=20_000)
    panel.get_by_role("tab", name="Rejected").click()
    panel.get_by_role("textbox", name="Line 2").fill("ana@example.com")
    panel.get_by_role("button", name="Clean again with these").click()
    panel.get_by_text("41 kept, 0 merged, 0 rejected. 1 of 1 mended row is taken now.").wait_for(timeout=20_000)
    panel.get_by_role("tab", name="Kept (41)").click()
    panel.get_by_role("button", name="Preview").click()
    shown = panel.get_by_text("41 contacts would be new in the account.")
    shown.wait_for(timeout=20_000)
    notebook.page.wait_for_function(_IN_WINDOW, arg=shown.element_handle(), timeout=10_000)
    panel.get_by_role("button", name=IMPORT).click()
    shown = panel.get_by_text("41 of 41 contacts are on the list.")
    shown.wait_for(timeout=30_000)
    notebook.page.wait_for_function(_IN_WINDOW, arg=shown.element_handle(), timeout=10_000)


def test_by_keyboard_alone(open_notebook: Any, lab: Lab) -> None:
    """From the file's button to the result, with Tab, arrows and Enter."""
    notebook, panel = _open(open_notebook, lab)
    page = notebook.page
    _chooser_by_keyboard(page, panel).set_files(lab.folder / "data" / "google-contacts.csv")
    panel.get_by_text("186 kept, 7 merged").first.wait_for(timeout=20_000)
    panel.get_by_role("tab", name="Kept (186)").wait_for(timeout=20_000)
    tab_to(page, "Kept (186)")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    panel.get_by_text("Download the rejected rows").wait_for(timeout=5_000)
    tab_to(page, "Preview")
    page.keyboard.press("Enter")
    panel.get_by_text("186 contacts would be new in the account.").wait_for(timeout=20_000)
    tab_to(page, "Import")
    page.keyboard.press("Enter")
    panel.get_by_text("186 of 186 contacts are on the list.").wait_for(timeout=30_000)


def test_nothing_of_a_file_executes_or_overflows(open_notebook: Any, lab: Lab) -> None:
    """HTML and long words in headings, names and the file's own name, at 1,280 pixels and at 200 %."""
    notebook, panel = _open(open_notebook, lab)
    page, evil = notebook.page, "<img src=x onerror='document.title=\"executed\"'>"
    rows = [["email", "first_name", *(f"{evil} {n}" for n in range(50))]]
    rows += [["p@example.com", evil, *(["W" * 250] * 50)], ["nobody", "\u202enimda", *([evil] * 50)]]
    content = "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    _drop(notebook, panel, f"{evil}.csv", content.encode())
    panel.get_by_text("1 kept, 0 merged, 1 rejected").wait_for(timeout=20_000)
    for tab in ("Rejected", "Columns"):
        panel.get_by_role("tab", name=tab).click()
    for width in (1_280, 640):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(_OVERFLOWING) == []
    assert panel.locator("img").count() == 0
    assert page.title() != "executed"


#: What stands out of the panel to the right, and is not in something that scrolls.
_OVERFLOWING = """() => {
    const panel = document.querySelector('.cct-panel'), right = panel.getBoundingClientRect().right;
    const scrolls = element => {
        for (let at = element.parentElement; at && at !== panel.parentElement; at = at.parentElement)
            if (['auto', 'scroll', 'hidden'].includes(getComputedStyle(at).overflowX)) return true;
        return false;
    };
    return [...panel.querySelectorAll('*')].filter(element => {
        const box = element.getBoundingClientRect();
        return box.width && box.right > right + 2 && !scrolls(element);
    }).map(element => element.outerHTML.slice(0, 120));
}"""
