"""Charts in a real browser: nothing runs, nothing is fetched, nothing overflows, and both kinds of page are met."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cctoolkit import charts
from tests.browser.conftest import Chromium
from tests.charts.drawn import HOSTILE, lists_frame, members, one_of_each

pytestmark = pytest.mark.thorough

BACKGROUND = "() => getComputedStyle(document.querySelector('.cct-picture svg > rect')).fill"


@pytest.fixture
def page(browser: Chromium) -> Iterator[Any]:
    opened = browser.new_page(400, 700)
    opened.said, opened.asked = [], []
    opened.on("dialog", lambda dialog: (opened.said.append(dialog.message), dialog.dismiss()))
    opened.on("request", lambda request: opened.asked.append(request.url))
    yield opened
    browser.leave()


def test_hostile_names_do_nothing_in_a_narrow_window(page: Any, tmp_path: Path) -> None:
    """No script of a name runs, only the page itself is read, and it is not wider than a telephone."""
    lists = lists_frame(len(HOSTILE), lambda n: HOSTILE[n])
    for number, chart in enumerate(
        [charts.list_sizes(lists), charts.list_overlaps(members(*range(30, 13, -1)), lists)]
    ):
        path = chart.save(tmp_path / f"{number}.html")
        page.goto(path.as_uri())
        page.locator("summary").click()
        assert page.said == []
        assert page.asked.pop() == path.as_uri()
        assert page.asked == []
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 400


def test_a_dark_page_has_a_dark_picture(page: Any) -> None:
    """JupyterLab says on its body which theme it has; the picture follows at once."""
    page.set_content(f"<body data-jp-theme-light='true'>{one_of_each()['permissions'].html()}</body>")
    assert page.evaluate(BACKGROUND) == "rgb(255, 255, 255)"
    page.evaluate("() => document.body.dataset.jpThemeLight = 'false'")
    assert page.evaluate(BACKGROUND) == "rgb(22, 25, 29)"


def test_a_saved_page_follows_the_system(page: Any, tmp_path: Path) -> None:
    """A reader whose system is dark sees a dark page."""
    path = one_of_each()["permissions"].save(tmp_path / "a.html")
    page.emulate_media(color_scheme="dark")
    page.goto(path.as_uri())
    assert page.evaluate(BACKGROUND) == "rgb(22, 25, 29)"


def test_pointing_at_a_bar_says_its_figure(page: Any) -> None:
    """Each bar has a title, which the browser shows to who points at it; the run-me line is out of sight."""
    page.set_content(one_of_each()["list_sizes"].html())
    assert page.locator("svg path > title").first.text_content() == "List 0: 30 contacts"
    assert not page.locator(".cct-unseen").is_visible()


#: Letters of a picture that stand out of its figure, and would be cut there.
_CUT = """() => {
    const figure = document.querySelector('.cct-chart').getBoundingClientRect();
    return [...document.querySelectorAll('.cct-picture text')].filter(text => {
        const box = text.getBoundingClientRect();
        return getComputedStyle(text.ownerSVGElement).overflow !== 'visible' || box.left < figure.left || box.right > figure.right;
    }).map(text => text.textContent);
}"""


@pytest.mark.parametrize("name", list(one_of_each()))
def test_no_letter_is_cut_in_a_wider_font(page: Any, name: str) -> None:
    """Where the font that the picture was measured in is not there."""
    page.set_viewport_size({"width": 1280, "height": 800})
    page.set_content(f"<style>svg text {{ font-family: 'DejaVu Sans', Verdana }}</style>{one_of_each()[name].html()}")
    assert page.evaluate(_CUT) == []


@pytest.mark.parametrize("name", ["10-campaigns-and-reports.ipynb", "14-explore-an-account.ipynb"])
def test_a_notebook_that_nobody_trusts_yet_shows_its_pictures(open_notebook: Any, name: str) -> None:
    """Opened and not run: JupyterLab takes SVG and styles away, and the images stand there, once each."""
    page = open_notebook(name).page
    charts_there = page.locator(".cct-chart, figure:has(img[src^='data:image/png'])")
    charts_there.first.scroll_into_view_if_needed()
    image = charts_there.first.locator("img")
    image.wait_for()
    assert image.evaluate("image => image.complete && image.naturalWidth") > 100
    assert image.get_attribute("alt")
    assert page.locator(".jp-OutputArea svg path > title").count() == 0
