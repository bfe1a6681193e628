"""The API explorer in JupyterLab, by keyboard: JupyterLab's own keys leave its lists, tabs and buttons alone."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.thorough


def _opened(open_notebook: Any) -> tuple[Any, Any]:
    """The explorer's notebook as a page, and the explorer in it."""
    notebook = open_notebook("15-api-explorer.ipynb")
    notebook.run_cell("practise on")
    notebook.run_cell("cctoolkit.explore(client)")
    panel = notebook.page.locator(".cct-explorer")
    panel.locator(".cct-method").wait_for(timeout=60_000)
    return notebook.page, panel


def test_the_explorer_is_used_by_keyboard(open_notebook: Any) -> None:
    """Search, choose with the arrow keys, open the fold, fill in, send, read another tab: no click anywhere."""
    from playwright.sync_api import expect

    page, panel = _opened(open_notebook)

    def press(*keys: str) -> None:
        for key in keys:
            page.keyboard.press(key)

    head = panel.locator("div:has(> .cct-method) > code").first
    panel.get_by_role("listbox", name="Operation").focus()
    press("ArrowUp")
    expect(head).not_to_have_text("/contacts")
    press("ArrowDown")
    expect(head).to_have_text("/contacts")
    assert page.evaluate("() => document.activeElement.tagName") == "SELECT"
    press("Shift+Tab", "Shift+Tab")
    page.keyboard.type("countContact")
    expect(head).to_have_text("/contacts/counts")
    press("Control+A")
    page.keyboard.type("getContacts")
    expect(head).to_have_text("/contacts")
    expect(panel.locator("pre").first).to_contain_text("getContacts")  # the code comes after the form
    panel.get_by_role("button", name="Show").first.focus()
    press("Enter")
    panel.get_by_role("button", name="Hide").first.wait_for()
    panel.get_by_role("button", name="Try it").focus()
    press("Space")
    panel.get_by_text("200 OK").wait_for()
    panel.get_by_role("tab", name="Table", exact=True).focus()
    press("ArrowRight", "Enter")
    panel.locator(".cct-tree").wait_for()


def test_every_control_of_the_explorer_has_a_name(open_notebook: Any) -> None:
    """As a screen reader asks for it; and nothing is wider than the panel, at twice the size."""
    page, panel = _opened(open_notebook)
    page.set_viewport_size({"width": 640, "height": 450})
    panel.get_by_role("button", name="Try it").focus()
    page.keyboard.press("Enter")
    panel.get_by_text("200 OK").wait_for()
    nameless, wide = page.evaluate(
        """() => {
            const panel = document.querySelector('.cct-explorer'), right = panel.getBoundingClientRect().right + 2;
            const named = e => e.labels?.[0]?.innerText || e.getAttribute('aria-label') || e.innerText;
            const seen = [...panel.querySelectorAll('*')].filter(e => e.offsetParent);
            const outside = e => e.getBoundingClientRect().right > right && !e.closest('.cct-scroll, pre');
            return [
                seen.filter(e => e.matches('input, select, textarea, button') && !named(e)).map(e => e.outerHTML),
                seen.filter(outside).map(e => e.outerHTML.slice(0, 100)),
            ];
        }"""
    )
    assert nameless == []
    assert wide == []
