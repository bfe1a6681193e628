"""The whole quick start on one page, by mouse and by keyboard alone, on a light and on a dark screen."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser.conftest import Lab, Notebook, tab_to
from tests.marks import thorough

NOTEBOOK = "16-by-mouse.ipynb"
THEMES = ("JupyterLab Light", "JupyterLab Dark")
SIGNED_IN = "Signed in as robin@example.com"
MADE = re.compile("Newsletter.* is created, and chosen")
LOOKED_AHEAD = "186 contacts would be new in the account."
ARRIVED = "186 of 186 contacts are on the list."


def _opened(open_notebook: Any, theme: str) -> tuple[Notebook, Any]:
    notebook = open_notebook(NOTEBOOK)
    notebook.theme(theme)
    notebook.run_all()
    notebook.wait_until_run()
    # Who ran all of it begins at its beginning.
    assert notebook.place() == (0, 0)
    return notebook, notebook.page.locator(".jp-Notebook")


@pytest.mark.parametrize("theme", [THEMES[0], thorough(THEMES[1])])
def test_by_mouse(open_notebook: Any, lab: Lab, theme: str) -> None:
    """Sign in, make a list, look at the file, preview, import, and find the contacts in the table."""
    notebook, page = _opened(open_notebook, theme)
    with notebook.page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in", exact=True).click()
    opened.value.get_by_role("button", name="Allow").click()
    page.get_by_text(SIGNED_IN).wait_for(timeout=15_000)

    page.get_by_placeholder("its name").fill("Newsletter")
    page.get_by_title("Make a list of this name").click()
    page.get_by_text(MADE).wait_for(timeout=15_000)

    panel = page.locator(".cct-panel", has_text="Import contacts").first
    panel.get_by_role("button", name="Read the lists again").click()
    panel.get_by_text("The account has 2 lists.").wait_for(timeout=15_000)
    chosen = panel.get_by_label("List", exact=True)
    chosen.select_option(label=chosen.locator("option", has_text="Newsletter").inner_text())
    panel.get_by_role("button", name="Preview").click()
    panel.get_by_text(LOOKED_AHEAD).wait_for(timeout=20_000)
    panel.get_by_role("button", name=re.compile("Import$")).click()
    panel.get_by_text(ARRIVED).wait_for(timeout=30_000)

    page.get_by_role("button", name="Load", exact=False).first.click()
    page.get_by_text("187 contacts loaded.").wait_for(timeout=20_000)


@pytest.mark.parametrize("theme", [thorough(theme) for theme in THEMES])
def test_by_keyboard_alone(open_notebook: Any, lab: Lab, theme: str) -> None:
    """The same with Tab, Enter, arrows and letters: no pointer is touched after the notebook has run."""
    notebook, page = _opened(open_notebook, theme)
    press = notebook.page.keyboard.press
    press("Escape")
    tab_to(notebook.page, "Sign in")
    with notebook.page.context.expect_page() as opened:
        press("Enter")
    consent = opened.value
    consent.wait_for_load_state()
    tab_to(consent, "Allow")
    consent.keyboard.press("Enter")
    page.get_by_text(SIGNED_IN).wait_for(timeout=15_000)

    notebook.page.bring_to_front()
    tab_to(notebook.page, "its name")
    notebook.page.keyboard.type("Newsletter")
    tab_to(notebook.page, "Create")
    press("Enter")
    page.get_by_text(MADE).wait_for(timeout=15_000)

    tab_to(notebook.page, "Read the lists again")
    press("Enter")
    page.get_by_text("The account has 2 lists.").wait_for(timeout=15_000)
    press("Shift+Tab")
    notebook.page.keyboard.type("Newsletter")
    tab_to(notebook.page, "Preview")
    press("Enter")
    page.get_by_text(LOOKED_AHEAD).wait_for(timeout=20_000)
    tab_to(notebook.page, "Import")
    press("Enter")
    page.get_by_text(ARRIVED).wait_for(timeout=30_000)

    tab_to(notebook.page, "Load")
    press("Enter")
    page.get_by_text("187 contacts loaded.").wait_for(timeout=20_000)
