"""What readers did with a campaign in the hours after it was sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from . import palette
from .chart import Chart
from .drawing import WIDTH, chart_of, finished, nothing
from .tables import Records, table_of, times_of
from .words import many, percent

if TYPE_CHECKING:
    import pandas as pd

#: How many hours a bar may stand for, and how many bars there are at most.
_STEPS, _MOST = (1, 2, 3, 6, 12, 24), 48
_KINDS = (("opens", "blue"), ("clicks", "vermilion"))


def campaign_hours(
    opens: pd.DataFrame | Records,
    clicks: pd.DataFrame | Records | None = None,
    *,
    sent_at: str | datetime | None = None,
    hours: int = 48,
) -> Chart:
    """Opens and clicks over the hours after the send.

    Takes the tracking reports: `client.operations.getOpens.frame(campaign_activity_id=…)`, and the same of `getClicks`.
    `sent_at` is when it was sent (`created_time` of `getSends`); without it the first hour is that of the first open.
    What comes after `hours` is counted, not drawn.

    Raises `BadRequest` when the column `created_time` is missing or `sent_at` is no time.
    """
    import pandas as pd

    title = f"{'Opens' if clicks is None else 'Opens and clicks'} in the hours after the send"
    given = {"opens": opens, "clicks": [] if clicks is None else clicks}
    times = {name: _times(given[name]) for name, _ in _KINDS}
    every = pd.concat(list(times.values()))
    start = _start(sent_at, every)
    after = {name: ((found - start).dt.total_seconds() // 3_600).astype("int64") for name, found in times.items()}
    drawn = {name: found[(found >= 0) & (found < max(hours, 1))] for name, found in after.items()}
    latest = max((int(found.max()) for found in drawn.values() if len(found)), default=0)
    step = next((size for size in _STEPS if latest // size < _MOST), max(1, -(-(latest + 1) // _MOST)))
    bins = range(latest // step + 1) if any(len(found) for found in drawn.values()) else range(0)
    figures = pd.DataFrame(
        {
            "hours after": pd.array([_label(each, step) for each in bins], dtype="string"),
            **{
                name: pd.Series((found // step).value_counts().reindex(bins, fill_value=0).to_numpy(), dtype="int64")
                for name, found in drawn.items()
                if clicks is not None or name == "opens"
            },
        }
    )
    if not len(every):
        words = "Nobody has opened it yet."
        return Chart(title, words, figures, lambda: nothing(title, words))
    counts = {name: len(found) for name, found in times.items()}
    late = {name: int((found >= max(hours, 1)).sum()) for name, found in after.items()}
    early = sum(int((found < 0).sum()) for found in after.values())
    told = [many(counts["opens"], "open")] + ([many(counts["clicks"], "click")] if clicks is not None else [])
    day = int((after["opens"] < 24).sum()) - int((after["opens"] < 0).sum())
    begin = "the send" if sent_at is not None else "the first of them"
    summary = f"{' and '.join(told)}; {percent(day, counts['opens'])} of the opens came within 24 hours of {begin}."
    more = []
    if sum(late.values()):
        more.append(
            f"{' and '.join(many(count, name[:-1]) for name, count in late.items() if count)} came after hour {hours}, and are not drawn."
        )
    if early:
        more.append(f"{early:,} came before sent_at, and {'is' if early == 1 else 'are'} not drawn.")
    return Chart(title, summary, figures, lambda: _draw(title, figures, step), more=" ".join(more))


def _times(given: pd.DataFrame | Records) -> pd.Series[Any]:
    from .. import frames

    return times_of(table_of(given, frames.table, "created_time")["created_time"]).dropna()


def _start(sent_at: str | datetime | None, every: pd.Series[Any]) -> Any:
    import pandas as pd

    from ..errors import BadRequest

    if sent_at is None:
        return every.min() if len(every) else pd.Timestamp(0, tz="UTC")
    try:
        start = pd.Timestamp(sent_at)
    except (ValueError, TypeError):
        start = None
    if start is None or pd.isna(start):
        raise BadRequest(
            400, "", f"sent_at is no time: {str(sent_at)[:40]!r}; it is written like 2026-09-15T09:00:00Z", ""
        )
    return start.tz_localize("UTC") if start.tzinfo is None else start


def _label(place: int, step: int) -> str:
    return f"{place * step}–{(place + 1) * step}"


def _draw(title: str, figures: pd.DataFrame, step: int) -> Any:
    import altair as alt

    kinds: Sequence[tuple[str, str]] = [(name, colour) for name, colour in _KINDS if name in figures]
    rows: list[dict[str, Any]] = [
        {
            "from": place * step,
            "begin": place * step + step * (0.06 if name == "opens" else 0.28),
            "end": place * step + step * (0.94 if name == "opens" else 0.72),
            "kind": name,
            "count": int(count),
            "words": f"hour {figures['hours after'][place]}: {many(int(count), name[:-1])}",
        }
        for name, _ in kinds
        for place, count in enumerate(figures[name])
        if count
    ]
    if not rows:
        return nothing(title, "Nothing happened in the hours drawn.")
    last = len(figures) * step
    names = [name for name, _ in kinds]
    chart = (
        chart_of(rows)
        .mark_rect()
        .encode(
            x=alt.X(
                "begin:Q",
                title="hours after the send",
                scale=alt.Scale(domain=[0, last], nice=False),
                axis=alt.Axis(grid=False, values=list(range(0, last + 1, max(1, _tick(last)))), format="d"),
            ),
            x2="end:Q",
            y=alt.Y(
                "count:Q",
                title=f"{' and '.join(names)} each {'hour' if step == 1 else f'{step} hours'}",
                stack=None,
                scale=alt.Scale(domainMin=0),
                axis=alt.Axis(tickMinStep=1, tickCount=5, domain=False, ticks=False, format=",d"),
            ),
            y2=alt.datum(0),
            color=alt.Color(
                "kind:N",
                sort=names,
                scale=alt.Scale(domain=names, range=[palette.light(colour) for _, colour in kinds]),
                legend=alt.Legend(title=None, orient="top", symbolType="square") if len(names) > 1 else None,
            ),
            description="words:N",
        )
        .properties(width=WIDTH, height=220)
    )
    return finished(chart, title)


def _tick(last: int) -> int:
    """Hours between two figures of the axis, as clocks have them."""
    return next((size for size in (1, 2, 3, 6, 12, 24, 48, 168) if last / size <= 12), 24 * (last // 240))
