"""Contacts over time, and whether they may be written to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, get_args

from ..errors import BadRequest
from . import palette
from .chart import Chart
from .drawing import WIDTH, chart_of, finished, named, nothing
from .tables import Records, table_of, times_of
from .words import harmless, many, percent, said

if TYPE_CHECKING:
    import pandas as pd

Every = Literal["day", "week", "month", "quarter", "year"]
_CODES = {"day": "D", "week": "W-SUN", "month": "M", "quarter": "Q", "year": "Y"}
#: More columns than this make a chart that nobody reads, unless they were asked for.
_FIT, _MOST = 48, 400
#: How many sources have a colour of their own.
_SOURCES = len(palette.SERIES) - 1
_OTHERS, _UNKNOWN = "other sources", "unknown source"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_NO_ADDRESS = "no address"
#: What each permission means, and the colour of what follows from it: may be written to, not yet, never.
_MEANING = {
    "explicit": ("asked for your mail", "blue"),
    "implicit": ("you say that you know each other", "blue"),
    "not_set": ("nobody has said so yet", "grey"),
    "pending_confirmation": ("was asked, has not answered", "grey"),
    "temp_hold": ("paused by the service", "grey"),
    "unsubscribed": ("left: only they can undo that", "vermilion"),
    _NO_ADDRESS: ("has no email address", "grey"),
}


def contacts_over_time(
    contacts: pd.DataFrame | Records,
    *,
    by: str = "create_source",
    every: Every | None = None,
    cumulative: bool = True,
) -> Chart:
    """How many contacts there were over time (UTC), by source; or how many were new, with `cumulative=False`.

    `by` is the column that tells the sources apart, `every` the step, chosen by the time between first and last where
    it is not given. Contacts that were deleted since are not in the account's frame, and so not in the chart.

    Raises `BadRequest` when a column is missing, or `every` is no step.
    """
    from .. import frames

    if every is not None and every not in get_args(Every):
        raise BadRequest(400, "", f"every is {harmless(every, 30)!r}; it is one of {', '.join(get_args(Every))}", "")
    frame = table_of(contacts, frames.contacts, "created_at", by)
    title = "Contacts over time" if cumulative else "New contacts"
    times = times_of(frame["created_at"])
    known = times.notna().to_numpy()
    undated = int((~known).sum())
    if not known.any():
        words = "No contacts yet." if not undated else f"{many(undated, 'contact')}, none with a date."
        return Chart(title, words, _no_figures("up to" if cumulative else "from"), lambda: nothing(title, words))
    counted, step = _counted(times[known], _sources(frame[by].to_numpy()[known]), every)
    total = int(counted.to_numpy().sum())
    labels = [_label(period, step) for period in counted.index]
    shown = counted.cumsum() if cumulative else counted
    figures = shown.astype("int64").reset_index(drop=True).rename_axis(columns=None)
    figures.insert(0, step, labels)
    if len(counted.columns) > 1:
        figures["all"] = shown.sum(axis=1).to_numpy().astype("int64")
    parts = ", ".join(f"{name} {int(counted[name].sum()):,}" for name in counted.columns)
    first, last = labels[0], labels[-1]
    summary = f"{many(total, 'contact')} from {first} to {last} by {harmless(by, 40)}: {parts}."
    if first == last:
        summary = f"{many(total, 'contact')}, all of {first}, by {harmless(by, 40)}: {parts}."
    more = f"{many(undated, 'contact')} without a date {'is' if undated == 1 else 'are'} left out." if undated else ""
    return Chart(title, summary, figures, lambda: _draw_over_time(title, figures, step, cumulative), more=more)


def permissions(contacts: pd.DataFrame | Records) -> Chart:
    """The permission mix: how many contacts may be written to, and why.

    Raises `BadRequest` when the column `permission_to_send` is missing.
    """
    import pandas as pd

    from .. import frames

    title = "May they be written to?"
    frame = table_of(contacts, frames.contacts, "permission_to_send")
    counts: dict[str, int] = {}
    for value, count in frame["permission_to_send"].value_counts(dropna=False).items():
        name = harmless(value, 30) if said(value) else _NO_ADDRESS
        counts[name] = counts.get(name, 0) + int(count)
    counts = {name: count for name, count in counts.items() if count}  # a category may be nobody's
    ordered = [*(name for name in _MEANING if name in counts), *sorted(set(counts) - set(_MEANING))]
    total = len(frame)
    figures = pd.DataFrame(
        {
            "permission": pd.array(ordered, dtype="string"),
            "contacts": [counts[name] for name in ordered],
            "share": [percent(counts[name], total) for name in ordered],
            "meaning": pd.array([_MEANING.get(name, ("", ""))[0] for name in ordered], dtype="string"),
        }
    )
    if not total:
        return Chart(title, "No contacts yet.", figures, lambda: nothing(title, "No contacts yet."))
    may = sum(counts.get(name, 0) for name in ("explicit", "implicit"))
    summary = f"{may:,} of {many(total, 'contact')} ({percent(may, total)}) may be written to."
    return Chart(title, summary, figures, lambda: _draw_permissions(title, figures))


def _no_figures(name: str) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({name: pd.array([], dtype="string"), "all": pd.array([], dtype="int64")})


def _sources(values: Any) -> list[str]:
    """Harmless names of the sources; beyond the largest few, all are one."""
    import pandas as pd

    codes, found = pd.factorize(pd.Series(values, dtype="object"), use_na_sentinel=False)
    called = [harmless(value, 28) or _UNKNOWN if said(value) else _UNKNOWN for value in found]
    called = [f"{name} (source)" if name in {"all", *get_args(Every)} else name for name in called]
    sizes = pd.Series([called[code] for code in codes]).value_counts()
    if len(sizes) > _SOURCES + 1:
        kept = set(sizes.index[:_SOURCES])
        called = [name if name in kept else _OTHERS for name in called]
    return [called[code] for code in codes]


def _counted(times: pd.Series[Any], sources: Sequence[str], every: Every | None) -> tuple[pd.DataFrame, str]:
    """How many are of each period and source: a row a period, none left out; the largest source first."""
    import pandas as pd

    local = times.dt.tz_localize(None)
    steps = get_args(Every)
    start, most = (0, _FIT) if every is None else (steps.index(every), _MOST)
    for step in steps[start:]:
        periods = local.dt.to_period(_CODES[step])
        size = (periods.max() - periods.min()).n + 1
        if size <= most:
            break
    counted = pd.crosstab(periods.to_numpy(), pd.Index(sources, name="source").to_numpy())
    whole = pd.period_range(periods.min(), periods.max(), freq=_CODES[step])
    if len(whole) > _MOST:  # centuries, from dates that nobody meant
        whole = pd.PeriodIndex(sorted(set(periods))[-_MOST:])
    counted = counted.reindex(whole, fill_value=0)
    order = counted.sum().sort_values(ascending=False, kind="stable").index.tolist()
    last = [name for name in (_OTHERS, _UNKNOWN) if name in order]
    return counted[[*(name for name in order if name not in last), *last]], step


def _label(period: Any, step: str) -> str:
    if step == "year":
        return str(period.year)
    if step == "quarter":
        return f"Q{period.quarter} {period.year}"
    if step == "month":
        return f"{_MONTHS[period.month - 1]} {period.year}"
    begins = period.start_time
    return f"{begins.day} {_MONTHS[begins.month - 1]} {begins.year}"


def _draw_over_time(title: str, figures: pd.DataFrame, step: str, cumulative: bool) -> Any:
    import altair as alt

    names = [str(name) for name in figures.columns if name not in (step, "all")]
    labels = [str(label) for label in figures[step]]
    rows = [
        {"period": label, "source": place, "contacts": int(count),
         "words": f"{label}, {name}: {int(count):,}"}
        for place, name in enumerate(names)
        for label, count in zip(labels, figures[name], strict=True)
        if count
    ]  # fmt: skip
    colours = [palette.light(name) for name in palette.SERIES[: len(names)]]
    base = chart_of(rows).encode(
        x=alt.X(
            "period:O",
            sort=labels,
            scale=alt.Scale(domain=labels, paddingInner=0.12, paddingOuter=0),
            axis=alt.Axis(values=_some(labels), labelAngle=0, title=None, ticks=True, domain=True, labelFlush=False),
        ),
        y=alt.Y(
            "contacts:Q",
            stack="zero",
            title="contacts at the end of each " + step if cumulative else f"new contacts each {step}",
            axis=alt.Axis(tickMinStep=1, tickCount=5, domain=False, ticks=False, format=",d"),
        ),
        color=alt.Color(
            "source:O",
            scale=alt.Scale(domain=list(range(len(names))), range=colours),
            legend=alt.Legend(labelExpr=named(names), title=None, orient="top", symbolType="square", columns=3)
            if len(names) > 1
            else None,
        ),
        order="source:O",
        description="words:N",
    )
    return finished(base.mark_bar().properties(width=WIDTH, height=240), title)


def _some(labels: list[str]) -> list[str]:
    """Those that fit below the picture side by side, evenly."""
    each = max(1, -(-len(labels) * max(map(len, labels)) // 66))
    return labels[::each]


def _draw_permissions(title: str, figures: pd.DataFrame) -> Any:
    from .drawing import bars

    rows = [
        {
            "name": name,
            "value": count,
            "label": f"{count:,} ({share}){f': {meaning}' if meaning else ''}",
            "colour": palette.light(_MEANING.get(name, ("", "grey"))[1]),
            "words": f"{name}: {count:,} ({share})",
        }
        for name, count, share, meaning in figures.itertuples(index=False)
    ]
    return finished(bars(rows, room=0.55), title)
