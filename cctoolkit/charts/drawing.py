"""From an Altair chart to a picture, on this machine."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

from . import palette

if TYPE_CHECKING:
    import altair as alt

#: The first comes with the renderer and has the measures of the others, so that a picture is the same everywhere.
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
WIDTH = 590
_SVG = "http://www.w3.org/2000/svg"
#: Parts of a picture that stand for nothing in the data.
_FURNITURE = {"axis", "legend", "title", "subtitle", "text mark"}
_NAMES = {light: name for name, (light, _) in palette.COLOURS.items()}


def chart_of(rows: list[dict[str, Any]]) -> alt.Chart:
    """A chart of these rows."""
    import altair as alt

    return alt.Chart(alt.Data(values=rows))  # type: ignore[no-untyped-call]


def named(names: list[str]) -> str:
    """The expression that labels an axis or a legend of places 0, 1, 2 … with these names.

    Names are neither keys nor words of an expression by themselves: Vega would take one that is called `constructor`
    for the property that all objects have. A blank before each, which is cut off again, keeps them apart from those.
    """
    return f"substring({json.dumps([f' {name}' for name in names])}[datum.value], 1)"


def finished(chart: Any, title: str, subtitle: str = "") -> Any:
    """The chart with its title and the look that all have in common."""
    import altair as alt

    heading = alt.TitleParams(
        text=title,
        subtitle=subtitle or alt.Undefined,
        anchor="start",
        frame="bounds",
        fontSize=15,
        fontWeight="bold",
        color=palette.light("ink"),
        subtitleColor=palette.light("muted"),
        subtitleFontSize=12,
        offset=14,
    )
    muted, ink, grid = (palette.light(name) for name in ("muted", "ink", "grid"))
    return (
        chart.properties(title=heading, background=palette.light("paper"), padding=4)
        .configure(font=FONT)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=ink,
            titleColor=muted,
            titleFontWeight="normal",
            labelFontSize=11,
            titleFontSize=11,
            gridColor=grid,
            domainColor=muted,
            tickColor=muted,
            labelLimit=0,
        )
        .configure_legend(labelColor=ink, labelFontSize=11, labelLimit=0, titleColor=muted, titleFontWeight="normal")
        .configure_text(color=ink, fontSize=11)
    )


def nothing(title: str, words: str) -> Any:
    """A picture that says why there is none."""
    import altair as alt

    said = (
        chart_of([{"words": words}])
        .mark_text(color=palette.light("muted"), fontSize=13, align="left")
        .encode(text="words:N", x=alt.value(0), y=alt.value(12))
        .properties(width=WIDTH, height=28)
    )
    return finished(said, title)


def picture(chart: alt.TopLevelMixin, label: str) -> str:
    """The chart as SVG with a name of its own; each mark has what it stands for as a title, which browsers show."""
    import altair as alt
    import vl_convert

    version = ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])
    known = vl_convert.get_vegalite_versions()
    drawn = vl_convert.vegalite_to_svg(
        chart.to_dict(), vl_version=version if version in known else None, allowed_base_urls=[]
    )
    root = ET.fromstring(drawn)  # noqa: S314 - written by the renderer a moment ago
    for element in root.iter():
        words = element.attrib.pop("aria-label", "")
        kind = element.attrib.pop("aria-roledescription", "")
        role = element.attrib.pop("role", "")
        for name in ("aria-hidden", "class"):
            element.attrib.pop(name, None)
        if words and role == "graphics-symbol" and kind not in _FURNITURE:
            title = ET.Element(f"{{{_SVG}}}title")
            title.text = words
            element.insert(0, title)
    root.set("role", "img")
    root.set("aria-label", label)
    ET.register_namespace("", _SVG)
    return ET.tostring(root, encoding="unicode")


def for_any_page(svg: str) -> str:
    """The picture with colours that follow the page: light or dark."""
    root = ET.fromstring(svg)  # noqa: S314 - our own
    for element in root.iter():
        for attribute in ("fill", "stroke"):
            name = _NAMES.get(element.get(attribute, ""))
            if name is not None:
                element.set(attribute, palette.variable(name))
    return ET.tostring(root, encoding="unicode")


def png(svg: str, scale: float = 2) -> bytes:
    import vl_convert

    drawn: bytes = vl_convert.svg_to_png(svg, scale=scale)
    return drawn


def bars(rows: list[dict[str, Any]], *, room: float = 0.2) -> Any:
    """Bars, one below the other: `name`, `value`, the `label` at its end, `colour`, and `words` for who points at it.

    `room` is the share of the width that is kept free for the label of the longest.
    """
    import altair as alt

    most = max(row["value"] for row in rows) or 1
    names = [row["name"] for row in rows]
    base = chart_of([{**row, "place": place} for place, row in enumerate(rows)]).encode(
        y=alt.Y(
            "place:O",
            scale=alt.Scale(paddingInner=0.3),
            axis=alt.Axis(labelExpr=named(names), title=None, domain=False, ticks=False, labelPadding=8),
        ),
        x=alt.X("value:Q", stack=None, axis=None, scale=alt.Scale(domain=[0, most / (1 - room)], nice=False)),
    )
    drawn = base.mark_bar(cornerRadiusEnd=2).encode(color=alt.Color("colour:N", scale=None), description="words:N")
    numbers = base.mark_text(align="left", dx=6, aria=False).encode(text="label:N")
    return (drawn + numbers).properties(width=WIDTH - 110, height=alt.Step(24))
