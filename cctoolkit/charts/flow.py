"""What became of the rows of a file, from the file to the list."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import BadRequest
from . import palette
from .chart import Chart
from .drawing import chart_of, finished, nothing
from .words import many, percent

if TYPE_CHECKING:
    from ..contact_files import Cleaned
    from ..imports import Outcome

TITLE = "From the file to the list"
#: In pixels: how wide and high it is, the columns, the room above a node for its words, and the thinnest band.
_WIDTH, _HEIGHT, _NODE, _WORDS, _THINNEST = 560, 190, 12, 30, 3
#: Points along a band's edge.
_POINTS = 24


@dataclass(frozen=True)
class _Node:
    """A box: which column it stands in, what it says, how many, and in which colour."""

    column: int
    name: str
    count: int
    colour: str


@dataclass(frozen=True)
class _Band:
    """So many go from a node to one of the next column."""

    start: _Node
    end: _Node
    count: int


_COLUMNS = ("the file", "cleaning", "the service's count", "the list")


def import_flow(
    outcome: Outcome | Mapping[str, Any] | Iterable[Mapping[str, Any]] | None = None, cleaned: Cleaned | None = None
) -> Chart:
    """An import as a flow: rows of the file, kept or not, what the service counted, who is on the list.

    Takes the `Outcome` of an import, or the reports of its activities, which do not know who is on the list; and the
    `Cleaned` file it was made from, for the rows before the send. Either is enough.

    Raises `BadRequest` when the two are not of one import.
    """
    import pandas as pd

    counts = _Counts.of(outcome)
    if cleaned is not None and outcome is not None and counts.sent > cleaned.kept_count:
        raise BadRequest(
            400,
            "",
            f"the import sent {many(counts.sent, 'contact')} and the cleaned file keeps {cleaned.kept_count:,}; give the "
            "file that this import was made from",
            "",
        )
    nodes, bands = _flow(counts, cleaned, known=outcome is not None)
    figures = pd.DataFrame(
        {
            "where": pd.array([_COLUMNS[node.column] for node in nodes], dtype="string"),
            "what": pd.array([node.name for node in nodes], dtype="string"),
            "rows": pd.array([node.count for node in nodes], dtype="int64"),
        }
    )
    if not any(node.count for node in nodes):
        words = "No rows, so nothing flows yet."
        return Chart(TITLE, words, figures, lambda: nothing(TITLE, words))
    return Chart(TITLE, _summary(counts, cleaned, known=outcome is not None), figures, lambda: _draw(nodes, bands))


@dataclass(frozen=True)
class _Counts:
    """What the service counted of the contacts that were sent. `on_list` is None where nobody looked."""

    sent: int
    taken: int
    cannot: int
    correctable: int
    errors: int
    on_list: int | None

    @classmethod
    def of(cls, outcome: Any) -> _Counts:
        if outcome is None:
            return cls(0, 0, 0, 0, 0, None)
        if hasattr(outcome, "absent"):
            sent = int(outcome.sent)
            return cls._fitting(sent, outcome.reports, max(sent - len(outcome.absent), 0))
        reports = [outcome] if isinstance(outcome, Mapping) else list(outcome)
        return cls._fitting(_sum(reports, "items_total_count"), reports, None)

    @classmethod
    def _fitting(cls, sent: int, reports: Iterable[Mapping[str, Any]], on_list: int | None) -> _Counts:
        """The counts so that none is counted twice: who cannot be added to the list may be among the persons."""
        reports = list(reports)
        errors = min(_sum(reports, "error_count"), sent)
        correctable = min(_sum(reports, "correctable_count"), sent - errors)
        cannot = min(_sum(reports, "cannot_add_to_list_count"), sent - errors - correctable)
        taken = min(_sum(reports, "person_count"), sent - errors - correctable - cannot)
        return cls(sent, taken, cannot, correctable, errors, on_list)

    @property
    def uncounted(self) -> int:
        return self.sent - self.taken - self.cannot - self.correctable - self.errors


def _sum(reports: Iterable[Mapping[str, Any]], name: str) -> int:
    total = 0
    for report in reports:
        status = report.get("status")
        value = status.get(name) if isinstance(status, Mapping) else report.get(name)
        if isinstance(value, (int, float)) and math.isfinite(value):
            total += max(int(value), 0)
    return total


def _flow(counts: _Counts, cleaned: Cleaned | None, *, known: bool) -> tuple[list[_Node], list[_Band]]:
    nodes: list[_Node] = []
    bands: list[_Band] = []

    def column(number: int, *each: tuple[str, int, str]) -> list[_Node]:
        """The nodes of a column; what is nobody is left out."""
        made = [_Node(number, name, count, colour) for name, count, colour in each if count]
        nodes.extend(made)
        return made

    arriving: list[_Node] = []
    if cleaned is not None:
        rows = column(0, ("rows in the file", cleaned.rows_in, "grey"))
        kept_and_not = column(
            1,
            ("kept", cleaned.kept_count, "blue"),
            ("merged into another", cleaned.merged_count, "grey"),
            ("rejected", cleaned.rejected_count, "vermilion"),
        )
        bands += _matched(rows, kept_and_not)
        arriving = [node for node in kept_and_not if node.name == "kept"]
    elif known:
        arriving = column(1, ("contacts sent", counts.sent, "blue"))
    if not known:
        return nodes, bands
    kept = sum(node.count for node in arriving)
    counted = column(
        2,
        ("added or updated", counts.taken, "blue"),
        ("unsubscribed", counts.cannot, "ochre"),
        ("need correcting", counts.correctable, "vermilion"),
        ("errors", counts.errors, "vermilion"),
        ("not counted", counts.uncounted, "grey"),
        ("not sent", kept - counts.sent, "grey"),
    )
    bands += _matched(arriving, counted)
    if counts.on_list is not None:
        there = column(
            3, ("on the list", counts.on_list, "blue"), ("missing", counts.sent - counts.on_list, "vermilion")
        )
        bands += _matched([node for node in counted if node.name != "not sent"], there)
    return nodes, bands


def _matched(starts: list[_Node], ends: list[_Node]) -> list[_Band]:
    """Bands from top to bottom: the nodes of both columns stand in the order from well to badly."""
    bands = []
    left = {id(node): node.count for node in [*starts, *ends]}
    for start in starts:
        for end in ends:
            count = min(left[id(start)], left[id(end)])
            if count:
                bands.append(_Band(start, end, count))
                left[id(start)] -= count
                left[id(end)] -= count
    return bands


def _summary(counts: _Counts, cleaned: Cleaned | None, *, known: bool) -> str:
    said = []
    if cleaned is not None:
        said.append(
            f"{many(cleaned.rows_in, 'row')} in the file: {cleaned.kept_count:,} kept, {cleaned.merged_count:,} merged "
            f"into another, {cleaned.rejected_count:,} rejected."
        )
    if known:
        parts = [f"{counts.taken:,} added or updated"]
        others = (
            (counts.cannot, "unsubscribed and not put on the list"),
            (counts.correctable, "to be corrected"),
            (counts.errors, "in error"),
            (counts.uncounted, "not counted"),
        )
        parts += [f"{count:,} {words}" for count, words in others if count]
        said.append(f"{many(counts.sent, 'contact')} sent: {', '.join(parts)}.")
        if counts.on_list is not None:
            said.append(
                f"{counts.on_list:,} of {counts.sent:,} are on the list ({percent(counts.on_list, counts.sent)})."
            )
    return " ".join(said)


def _draw(nodes: list[_Node], bands: list[_Band]) -> Any:
    import altair as alt

    first, last = min(node.column for node in nodes), max(node.column for node in nodes)
    columns = {
        number: [node for node in nodes if node.column == number and node.count] for number in range(first, last + 1)
    }
    most = max(sum(node.count for node in each) for each in columns.values())
    scale = _HEIGHT / most
    across = (_WIDTH - _NODE) / max(last - first, 1) if last > first else 0
    boxes: dict[int, dict[str, Any]] = {}
    height = 0.0
    for number, each in columns.items():
        at = float(_WORDS)
        for node in each:
            tall = max(node.count * scale, _THINNEST)
            x = (number - first) * across
            is_last = number == last and last > first
            boxes[id(node)] = {
                "x": x, "x2": x + _NODE, "y": at, "y2": at + tall, "colour": palette.light(node.colour),
                "label": f"{node.count:,} {node.name}", "words": f"{node.count:,} {node.name}",
                # At the end there is room beside the box, elsewhere above it.
                "label_x": x + _NODE + 7 if is_last else x, "label_y": at + tall / 2 if is_last else at - 13,
            }  # fmt: skip
            at += tall + _WORDS
        height = max(height, at - _WORDS)
    points = _points(bands, boxes)
    fixed: dict[str, Any] = {"axis": None, "scale": alt.Scale(domain=[0, _WIDTH], nice=False, zero=False)}
    upright: dict[str, Any] = {"axis": None, "scale": alt.Scale(domain=[height, 0], nice=False, zero=False)}
    flows = (
        chart_of(points)
        .mark_area(opacity=0.35, interpolate="monotone")
        .encode(
            x=alt.X("x:Q", **fixed),
            y=alt.Y("y:Q", stack=None, **upright),
            y2="y2:Q",
            detail="band:N",
            color=alt.Color("colour:N", scale=None),
            description="words:N",
        )
    )
    base = chart_of(list(boxes.values()))
    rects = base.mark_rect(cornerRadius=2).encode(
        x=alt.X("x:Q", **fixed),
        x2="x2:Q",
        y=alt.Y("y:Q", **upright),
        y2="y2:Q",
        color=alt.Color("colour:N", scale=None),
        description="words:N",
    )
    layers = [flows, rects] if points else [rects]
    words = base.encode(x=alt.X("label_x:Q", **fixed), y=alt.Y("label_y:Q", **upright), text="label:N")
    look: dict[str, Any] = {"align": "left", "baseline": "middle", "fontSize": 12, "aria": False}
    paper = palette.light("paper")
    # Letters may lie on a band: what surrounds them is paper.
    layers += [words.mark_text(**look, stroke=paper, strokeWidth=4, strokeJoin="round"), words.mark_text(**look)]
    return finished(alt.layer(*layers).properties(width=_WIDTH, height=height), TITLE)


def _points(bands: list[_Band], boxes: Mapping[int, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The edges of the bands: from the right side of one box to the left side of another, in a soft curve."""
    used: dict[tuple[int, str], float] = {}

    def piece(node: _Node, side: str, count: int) -> tuple[float, float]:
        box = boxes[id(node)]
        tall = (box["y2"] - box["y"]) * count / node.count
        top = used.get((id(node), side), box["y"])
        used[id(node), side] = top + tall
        return top, top + tall

    points = []
    for number, band in enumerate(bands):
        top, bottom = piece(band.start, "right", band.count)
        end_top, end_bottom = piece(band.end, "left", band.count)
        left, right = boxes[id(band.start)]["x2"], boxes[id(band.end)]["x"]
        for step in range(_POINTS + 1):
            share = step / _POINTS
            curve = share * share * (3 - 2 * share)
            points.append(
                {
                    "x": round(left + (right - left) * share, 2),
                    "y": round(top + (end_top - top) * curve, 2),
                    "y2": round(bottom + (end_bottom - bottom) * curve, 2),
                    "band": number,
                    "colour": palette.light(band.end.colour),
                    "words": f"{band.count:,} of “{band.start.name}” to “{band.end.name}”",
                }
            )
    return points
