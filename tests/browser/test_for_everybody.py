"""Every notebook that shows a widget or a figure of ours, as people see it who use a screen reader, the keyboard alone, a dark screen or a large zoom."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Chromium, Lab, Notebook

pytestmark = pytest.mark.thorough

_COURSE = Path(__file__).parents[2] / "notebooks"
#: What the saved output of each of our widgets and figures says; that it is so in the browser too is asserted.
_OF_OURS = ("run this cell to see it", "cct-chart")
NOTEBOOKS = [
    path.relative_to(_COURSE).as_posix()
    for path in sorted([*_COURSE.glob("*.ipynb"), *_COURSE.glob("workshop/*.ipynb")])
    if any(words in json.dumps([cell.get("outputs") for cell in nbformat.read(path, 4).cells]) for words in _OF_OURS)
]
OURS = ".cct-panel, .cct-chart"
THEMES = ("JupyterLab Light", "JupyterLab Dark")
#: What JupyterLab does around our output, and a page of ours cannot mend.
LABS_OWN = ("region",)


@pytest.fixture(scope="module", params=NOTEBOOKS)
def shown(request: pytest.FixtureRequest, browser: Chromium, shared_lab: Lab) -> Iterator[Notebook]:
    """A notebook that was run from top to bottom."""
    notebook = Notebook.open(browser, shared_lab, request.param)
    notebook.run_all()
    notebook.wait_until_run()
    yield notebook
    notebook.close(shared_lab)


def test_no_serious_barrier_in_either_theme(shown: Notebook) -> None:
    """axe-core finds nothing serious or critical in our widgets and figures: names, roles, contrast."""
    assert shown.page.locator(OURS).count()
    for theme in THEMES:
        shown.theme(theme)
        options = {"resultTypes": ["violations"], "rules": {rule: {"enabled": False} for rule in LABS_OWN}}
        found = Axe().run(shown.page, context=OURS, options=options)
        serious = [
            f"{each['id']} ({each['impact']}): {node['html'][:200]} {node['failureSummary'][:200]}"
            for each in found.response["violations"]
            if each["impact"] in {"serious", "critical"}
            for node in each["nodes"]
        ]
        assert serious == [], f"{theme}: " + "\n".join(serious)


def test_nothing_overflows_at_twice_the_size(shown: Notebook) -> None:
    """At 200 % on a screen of 1,280 pixels, no panel is wider than its place; what is wide scrolls by itself."""
    shown.page.set_viewport_size({"width": 640, "height": 450})
    wide = shown.page.evaluate(
        "ours => [...document.querySelectorAll(ours)].filter(each => each.scrollWidth > each.clientWidth + 2)"
        ".map(each => `${each.scrollWidth} in ${each.clientWidth}: ${each.innerText.slice(0, 120)}`)",
        OURS,
    )
    assert wide == []
