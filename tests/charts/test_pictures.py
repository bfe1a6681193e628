"""The pictures themselves: harmless whatever the account holds, readable by everybody, and drawn on this machine."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from base64 import b64decode
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cctoolkit
from cctoolkit import charts
from cctoolkit.charts import palette
from cctoolkit.charts.words import columns_of, harmless, names
from tests.charts.drawn import HOSTILE, SVG, contacts_frame, empty_ones, lists_frame, members, one_of_each, texts_in

EACH = list(one_of_each())


class Tags(HTMLParser):
    """Every tag with its attributes, and the text of the page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


def hostile_charts() -> list[charts.Chart]:
    lists = lists_frame(len(HOSTILE), lambda n: HOSTILE[n])
    return [
        charts.list_sizes(lists),
        charts.list_overlaps(members(*range(20, 20 - len(HOSTILE), -1)), lists),
        charts.list_overlaps(members(3, 2).assign(list_name="<b>")),
        charts.contacts_over_time(contacts_frame(*[("2026-01-05", name) for name in HOSTILE])),
        charts.permissions(pd.DataFrame({"permission_to_send": pd.Series(HOSTILE, dtype="object")})),
    ]


@pytest.mark.parametrize("chart", hostile_charts(), ids=lambda chart: chart.title)
def test_hostile_names_are_letters_and_nothing_else(chart: charts.Chart) -> None:
    """No tag but ours, no attribute that acts, no mark that turns the direction of what follows."""
    page = Tags(chart.html())
    ours = {
        "figure",
        "style",
        "div",
        "img",
        "figcaption",
        "details",
        "summary",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    }
    drawn = {"svg", "g", "path", "text", "tspan", "rect", "line", "title"}
    assert {tag for tag, _ in page.tags} <= ours | {"bdi", "p"} | drawn
    for _, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on") or name in {"href", "xlink:href"}]
        assert (attributes.get("src") or "data:image/png;base64,").startswith("data:image/png;base64,")
    for text in (chart.svg(), chart.html(), chart.text):
        assert not re.search("[\u202a-\u202e\u200e\u200f\u2066\u2067\u061c]", text)
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", text)


def test_hostile_names_are_drawn_as_they_are() -> None:
    """Nothing is taken away from a name but what would do harm, and what is too long."""
    drawn = texts_in(charts.list_sizes(lists_frame(len(HOSTILE), lambda n: HOSTILE[n])))
    assert {"<script>alert(1)</script>", "שלום עולם", "(a list without a name)", "__proto__", "constructor"} <= set(
        drawn
    )
    assert max(columns_of(text) for text in drawn) <= 35


@pytest.mark.parametrize("chart", hostile_charts(), ids=lambda chart: chart.title)
def test_hostile_names_do_not_make_a_picture_wider(chart: charts.Chart) -> None:
    """A picture stays as wide as a notebook's column, whatever the names."""
    root = ET.fromstring(chart.svg())
    assert float(root.get("width", "0")) <= 1_000


@given(st.text(max_size=80), st.integers(5, 40))
def test_a_name_fits_and_stays_as_it_is_when_cleaned_again(name: str, width: int) -> None:
    """At most as wide as allowed, one line, and cleaning what is clean changes nothing."""
    clean = harmless(name, width)
    assert columns_of(clean) <= width
    assert clean.isprintable() or any(letter in clean for letter in "\u200c\u200d\ue000") or not clean.isascii()
    assert harmless(clean, width) == clean


@given(st.lists(st.sampled_from(["a", "a (2)", "b", "", None]), max_size=9))
def test_names_stay_apart(given_names: list[str | None]) -> None:
    """As many different names come out as went in."""
    found = names(given_names, 20, "(none)")
    assert len(found) == len(set(found)) == len(given_names)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.text(max_size=20), min_size=1, max_size=5))
def test_any_names_at_all_give_a_picture(called: list[str]) -> None:
    """The picture is well-formed for every text there is, and has a bar for each list."""
    chart = charts.list_sizes(lists_frame(len(called), lambda n: called[n]))
    assert len(list(ET.fromstring(chart.svg()).iter(f"{SVG}title"))) == len(called)


@pytest.mark.parametrize("name", EACH)
def test_nothing_is_fetched(name: str) -> None:
    """No address stands in the picture or the page, but the name of the SVG language."""
    chart = one_of_each()[name]
    for text in (chart.svg(), chart.html()):
        assert set(re.findall(r"https?://[^\s\"'<)]*", text)) <= {"http://www.w3.org/2000/svg"}
        assert not re.search(
            r"url\(|@import|<image|<use|<script|<link|<iframe|<img(?! class=\"cct-unseen\" alt=\"[^\"]*\" src=\"data:image/png;base64,)",
            text,
        )


@pytest.mark.parametrize("name", EACH)
def test_a_picture_has_a_name_and_a_role(name: str) -> None:
    """Screen readers are told that it is a picture, what it shows, and find the figures as a table."""
    chart = one_of_each()[name]
    page = Tags(chart.html())
    [svg] = [attributes for tag, attributes in page.tags if tag == "svg"]
    assert svg["role"] == "img"
    assert svg["aria-label"] == f"{chart.title}. {chart.summary}"
    assert chart.summary in page.words
    assert "The same as text" in page.words
    assert [tag for tag, _ in page.tags].count("table") == 1


@pytest.mark.parametrize("name", list(empty_ones()))
def test_nothing_to_draw_says_so(name: str) -> None:
    """An empty account gives a picture with the reason in it."""
    chart = empty_ones()[name]
    assert any(text == chart.summary for text in texts_in(chart))
    assert "<figure" in chart.html()
    assert chart.summary in chart.text


def test_pictures_on_one_page_do_not_meet() -> None:
    """No picture has an id that another could have too, or a rule that reaches beyond the figures."""
    page = "".join(chart.html() for chart in one_of_each().values())
    assert not [attributes for _, attributes in Tags(page).tags if "id" in attributes]
    style = re.sub(r"@media screen\{((?:[^{}]*\{[^{}]*\})*)\}", r"\1", palette.style())
    for rule in re.findall(r"([^{}]+)\{", style):
        assert all(".cct-chart" in selector for selector in rule.split(","))


@pytest.mark.thorough
def test_drawn_twice_it_is_the_same() -> None:
    """The same figures give the same bytes: notebooks can be compared."""
    assert [chart.html() for chart in one_of_each().values()] == [chart.html() for chart in one_of_each().values()]


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("page", [0, 1], ids=["light", "dark"])
def test_texts_can_be_read(page: int) -> None:
    """Text has 4.5 to 1 on what lies behind it, and what is drawn 3 to 1, on a light page and a dark one."""
    colours = {name: both[page] for name, both in palette.COLOURS.items()}
    for name in ("ink", "muted"):
        assert contrast(colours[name], colours["paper"]) >= 4.5, name
    for name in palette.SERIES:
        assert contrast(colours[name], colours["paper"]) >= 3, name
    for step in range(palette.HEAT):
        assert contrast(colours[f"on_heat{step}"], colours[f"heat{step}"]) >= 4.5, step


@pytest.mark.parametrize("page", [0, 1], ids=["light", "dark"])
def test_colours_are_told_apart_by_who_sees_no_red_or_green(page: int) -> None:
    """Seen through the eyes of somebody without red or green cones, each two series differ in blue or in lightness."""
    # Viénot's, Brettel's and Mollon's reduction for protanopia and deuteranopia, on linear light.
    for red, green in ((0.11238, 0.88762), (0.29275, 0.70725)):
        seen = {}
        for name in ("blue", "vermilion", "grey"):
            colour = palette.COLOURS[name][page]
            linear = [(int(colour[place : place + 2], 16) / 255) ** 2.2 for place in (1, 3, 5)]
            seen[name] = (red * linear[0] + green * linear[1], linear[2])
        for one, other in itertools.combinations(seen.values(), 2):
            assert max(abs(one[0] - other[0]), abs(one[1] - other[1])) > 0.08


@pytest.mark.parametrize("name", EACH)
def test_every_colour_follows_the_page(name: str) -> None:
    """No colour of the picture stays behind when the page turns dark."""
    page = Tags(one_of_each()[name].html())
    for _, attributes in page.tags:
        for attribute in ("fill", "stroke"):
            assert (attributes.get(attribute) or "none").startswith(("var(--cct-", "none", "transparent"))


def test_a_picture_is_complete_in_itself(tmp_path: Path) -> None:
    """Saved as SVG it has its own background, and colours that need no page."""
    path = one_of_each()["list_sizes"].save(tmp_path / "lists.svg")
    root = ET.fromstring(path.read_text(encoding="utf-8"))
    background = root.find(f"{SVG}rect")
    assert background is not None
    assert background.get("fill") == "#ffffff"
    assert "var(" not in path.read_text(encoding="utf-8")


def test_saving_as_png_and_html(tmp_path: Path) -> None:
    """The ending says as what, whatever its case."""
    chart = one_of_each()["permissions"]
    assert chart.save(tmp_path / "a.PNG").read_bytes().startswith(b"\x89PNG")
    page = chart.save(str(tmp_path / "a.html")).read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "<title>May they be written to?</title>" in page


def test_saving_what_cannot_be_saved(tmp_path: Path) -> None:
    """The message says which endings there are, or that the place cannot be written."""
    chart = one_of_each()["permissions"]
    with pytest.raises(cctoolkit.ContactFileError, match=r"\.svg, \.png or \.html"):
        chart.save(tmp_path / "a.gif")
    with pytest.raises(cctoolkit.ContactFileError, match="Name another file"):
        chart.save(tmp_path / "nowhere" / "a.svg")


def test_a_notebook_gets_the_picture_and_the_text() -> None:
    """The bundle has HTML for a notebook and text for everything else."""
    chart = one_of_each()["permissions"]
    assert chart._repr_mimebundle_() == {"text/html": chart.html(), "text/plain": chart.text}


def test_a_page_that_takes_pictures_away_leaves_no_letters_of_them() -> None:
    """The picture is hidden where styles are not taken over; then an image stands for it, which says the same to who cannot see."""
    chart = one_of_each()["permissions"]
    page = Tags(chart.html())
    [holder] = [attributes for _, attributes in page.tags if attributes.get("class") == "cct-picture"]
    assert holder["style"] == "display:none"
    [image] = [attributes for tag, attributes in page.tags if tag == "img"]
    assert image["class"] == "cct-unseen"
    assert image["alt"] == f"{chart.title}. {chart.summary}"
    assert b64decode((image["src"] or "").removeprefix("data:image/png;base64,")).startswith(b"\x89PNG")


def test_the_altair_chart_can_be_changed() -> None:
    """What is drawn is an Altair chart, to go on with."""
    assert one_of_each()["list_sizes"].altair.properties(width=100).to_dict()["width"] == 100


def test_importing_charts_loads_no_altair() -> None:
    """The room opens quickly: what draws is loaded when something is drawn."""
    script = "import sys, cctoolkit.charts; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert not {"altair", "vl_convert", "pandas", "numpy"} & set(loaded)
