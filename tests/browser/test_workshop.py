"""The trainer's page in a browser: it refreshes by itself, asks before it resets, and executes nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import Chromium
from tests.workshop.conftest import Class, start_class  # noqa: F401 - a fixture

pytestmark = pytest.mark.thorough

HOSTILE = "<img src=x onerror=\"document.title='executed'\">"


def test_the_trainer_watches_and_resets(browser: Chromium, start_class: Callable[..., Class]) -> None:  # noqa: F811
    """A participant works, and the row changes without a click; another's list named with a script stays text."""
    running = start_class([HOSTILE, "Ben"])
    page = browser.new_page(1280, 800)
    try:
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("dialog", lambda dialog: problems.append(dialog.message))
        page.goto(running.trainer)
        page.get_by_text("0 of 2 have connected").wait_for()
        running.now[0] += 1
        with running.client(1) as client:
            client.lists.create(f"Company: {HOSTILE}")
            client.lists.create("Spring market")
        page.get_by_text("1 of 2 have connected").wait_for(timeout=15_000)
        page.locator("td.right[title^='There is a list']").wait_for(timeout=15_000)
        assert page.locator(".words img, tbody img").count() == 0
        assert HOSTILE in page.locator("tbody tr").first.inner_text()
        page.locator("#reset-1").click()
        page.get_by_role("link", name="Leave as it is").click()
        page.wait_for_url(running.trainer)
        assert page.locator("td.right[title^='There is a list']").count() == 1
        page.locator("#reset-1").click()
        page.get_by_role("button", name="Reset").click()
        page.wait_for_url(running.trainer)
        assert page.locator("td.right[title^='There is a list']").count() == 0
        page.goto(f"{running.trainer}/slips")
        assert HOSTILE in page.locator("h2").first.inner_text()
        assert "executed" not in page.title()
        assert problems == []
    finally:
        browser.leave()


#: What of the table is in the window: rows of people, the headings, the totals.
_IN_SIGHT = """() => {
    const box = document.getElementById('class').getBoundingClientRect();
    const seen = [...document.querySelectorAll('#class tr')].filter(row => {
        const at = row.firstElementChild.getBoundingClientRect();
        return at.top >= box.top - 1 && at.bottom <= Math.min(box.bottom, window.innerHeight) + 1;
    });
    return ['tbody', 'thead', 'tfoot'].map(part => seen.filter(row => row.closest(part)).length);
}"""


@pytest.mark.parametrize(("people", "rows"), [(30, 30), (60, 20)])
def test_a_class_is_seen_at_once(
    browser: Chromium,
    start_class: Callable[..., Class],  # noqa: F811
    people: int,
    rows: int,
) -> None:
    """Thirty on a screen of 1,280 x 800; of more, headings and totals stay in sight. Who has joined is seen by their name."""
    running = start_class(people)
    page = browser.new_page(1280, 800)
    try:
        page.goto(running.trainer)
        page.get_by_text(f"0 of {people} have connected").wait_for()
        seen = page.evaluate(_IN_SIGHT)
        assert seen[0] >= rows
        assert seen[1:] == [1, 1]
        page.evaluate("() => document.getElementById('class').scrollTo(0, 10_000)")
        assert page.evaluate(_IN_SIGHT)[1:] == [1, 1]
        running.now[0] += 1
        with running.client(7) as client:
            client.lists.create("Spring market")
        page.get_by_text(f"1 of {people} have connected").wait_for(timeout=15_000)
        assert page.locator("th.joined").all_inner_texts() == ["Participant 07"]
        assert page.evaluate("() => document.documentElement.scrollHeight <= window.innerHeight")
    finally:
        browser.leave()
