"""How large the lists are, and how many contacts two of them share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import palette
from .chart import Chart
from .drawing import bars, chart_of, finished, named, nothing
from .tables import Records, table_of
from .words import harmless, many, names, percent, said

if TYPE_CHECKING:
    import pandas as pd

#: How many lists a picture shows: the largest.
SHOWN = 20
_NAMELESS = "(a list without a name)"
_GONE = "(a list that is not there any more)"


def list_sizes(lists: pd.DataFrame | Records) -> Chart:
    """How many contacts are on each list; the 20 largest are drawn.

    Takes `client.lists.frame()`. Raises `BadRequest` when `name` or `membership_count` is missing.
    """
    import pandas as pd

    from .. import frames

    title = "Sizes of the lists"
    frame = table_of(lists, frames.lists, "name", "membership_count")
    counts = pd.to_numeric(frame["membership_count"], errors="coerce").fillna(0).astype("int64").to_numpy()
    order = (-counts).argsort(kind="stable")
    figures = pd.DataFrame(
        {
            "list": pd.array(names(frame["name"].array.take(order), 60, _NAMELESS), dtype="string"),
            "contacts": counts[order],
        }
    )
    if not len(figures):
        return Chart(title, "No lists yet.", figures, lambda: nothing(title, "No lists yet."))
    empty = int((counts == 0).sum())
    summary = (
        f"{many(len(figures), 'list')}; the largest is {figures['list'][0]} with {many(int(counts.max()), 'contact')}."
    )
    if empty:
        summary += f" {many(empty, 'list is empty', 'lists are empty')}."
    left = _left_out(len(figures))
    return Chart(title, summary, figures, lambda: _draw_sizes(title, figures), more=f"{left}." if left else "")


def list_overlaps(memberships: pd.DataFrame | Records, lists: pd.DataFrame | Records | None = None) -> Chart:
    """How many contacts two lists share, for the 20 largest lists.

    Takes `client.contacts.frames(names=True)["list_memberships"]`, and `client.lists.frame()` for the names where the
    memberships have none. Raises `BadRequest` when `contact_id` or `list_id` is missing.
    """

    from .. import frames

    title = "Contacts that two lists share"
    frame = table_of(memberships, frames.table, "contact_id", "list_id")
    frame = frame.dropna(subset=["contact_id", "list_id"]).drop_duplicates(["contact_id", "list_id"])
    frame = frame.assign(list_id=frame["list_id"].astype("str"))
    sizes = frame["list_id"].value_counts(sort=True)
    if not len(sizes):
        return Chart(
            title, "No contact is on a list yet.", _pairs([]), lambda: nothing(title, "No contact is on a list yet.")
        )
    ids = [str(each) for each in sizes.index[:SHOWN]]
    known = _names_of(frame, None if lists is None else table_of(lists, frames.lists, "list_id", "name"))
    called = names((known.get(each) for each in ids), 60, _GONE if lists is not None else _NAMELESS)
    shared = _shared(frame, ids)
    pairs = [
        (called[one], called[other], int(shared[one, other]), percent(shared[one, other], min(shared[one, one], shared[other, other])))
        for one in range(len(ids))
        for other in range(one)
        if shared[one, other]
    ]  # fmt: skip
    pairs.sort(key=lambda pair: -pair[2])
    figures = _pairs(pairs)
    summary = (
        f"{pairs[0][0]} and {pairs[0][1]} share most: {many(pairs[0][2], 'contact')}, {pairs[0][3]} of the smaller list."
        if pairs
        else "No two lists share a contact."
    )
    left = _left_out(len(sizes))
    more = f"The stronger the colour, the larger the share of the smaller list; an outlined cell is the size of one list.{f' {left}.' if left else ''}"
    return Chart(title, summary, figures, lambda: _draw_overlaps(title, called, shared, left), more=more)


def _left_out(count: int) -> str:
    return f"Drawn are the {SHOWN} largest lists; {count - SHOWN:,} more are not" if count > SHOWN else ""


def _pairs(pairs: list[tuple[str, str, int, str]]) -> pd.DataFrame:
    import pandas as pd

    columns = ("list", "and", "contacts on both", "of the smaller")
    frame = pd.DataFrame(pairs, columns=pd.Index(columns))
    return frame.astype({"list": "string", "and": "string", "contacts on both": "int64", "of the smaller": "string"})


def _names_of(memberships: pd.DataFrame, lists: pd.DataFrame | None) -> dict[str, Any]:
    source = memberships if lists is None else lists
    column = "list_name" if lists is None else "name"
    if column not in source:  # without names, the ids say which is which
        return {str(each): str(each) for each in source["list_id"].unique()}
    rows = source.drop_duplicates("list_id")
    return {
        str(key): harmless(name) or _NAMELESS
        for key, name in zip(rows["list_id"], rows[column], strict=True)
        if said(name)
    }


def _shared(frame: pd.DataFrame, ids: list[str]) -> Any:
    """How many contacts each two lists share; a list with itself is its size."""
    import numpy as np
    import pandas as pd

    place = pd.Series(range(len(ids)), index=ids)
    at = frame["list_id"].astype("object").map(place)
    here = at.notna().to_numpy()
    contacts = pd.factorize(frame["contact_id"].to_numpy()[here])[0]
    on = np.zeros((int(contacts.max()) + 1, len(ids)), np.float32)
    on[contacts, at[here].to_numpy(np.int64)] = 1
    return (on.T @ on).round().astype(np.int64)


def _draw_sizes(title: str, figures: pd.DataFrame) -> Any:
    shown = figures.head(SHOWN)
    called = names(shown["list"], 30, _NAMELESS)
    rows = [
        {
            "name": name,
            "value": count,
            "label": f"{count:,}",
            "colour": palette.light("blue"),
            "words": f"{whole}: {many(count, 'contact')}",
        }
        for name, whole, count in zip(called, shown["list"], shown["contacts"].tolist(), strict=True)
    ]
    return finished(bars(rows), title, _left_out(len(figures)))


def _draw_overlaps(title: str, called: list[str], shared: Any, left: str) -> Any:
    import altair as alt

    written = names(called, 24 if len(called) <= 14 else 18, _NAMELESS)
    size = 44 if len(called) <= 8 else 34 if len(called) <= 14 else 28
    rows = []
    for one, name in enumerate(called):
        for other in range(one + 1):
            count = int(shared[one, other])
            smaller = int(min(shared[one, one], shared[other, other]))
            alone = one == other
            heat = 0 if not count or alone else min(1 + int((palette.HEAT - 1) * count / smaller), palette.HEAT - 1)
            rows.append(
                {
                    "row": one,
                    "column": other,
                    "label": _short(count, 10_000 if size == 44 else 1_000) if count else "",
                    "fill": palette.light("paper" if alone else f"heat{heat}"),
                    "edge": palette.light("muted" if alone else "paper"),
                    "ink": palette.light("ink" if alone else f"on_heat{heat}"),
                    "words": f"{name}: {many(count, 'contact')}"
                    if alone
                    else f"{name} and {called[other]}: {many(count, 'contact')}, {percent(count, smaller)} of the smaller",
                }
            )
    base = chart_of(rows).encode(
        x=alt.X(
            "column:O",
            axis=alt.Axis(
                labelExpr=named(written), title=None, labelAngle=-40, domain=False, ticks=False, labelPadding=6
            ),
        ),
        y=alt.Y(
            "row:O",
            axis=alt.Axis(labelExpr=named(written), title=None, domain=False, ticks=False, labelPadding=8),
        ),
    )
    cells = base.mark_rect(cornerRadius=3, strokeWidth=1.5).encode(
        fill=alt.Fill("fill:N", scale=None), stroke=alt.Stroke("edge:N", scale=None), description="words:N"
    )
    numbers = base.mark_text(fontSize=11 if size > 40 else 10, aria=False).encode(
        text="label:N", color=alt.Color("ink:N", scale=None)
    )
    drawn = (cells + numbers).properties(width=alt.Step(size), height=alt.Step(min(size, 34)))
    return finished(drawn, title, left)


def _short(count: int, exact: int) -> str:
    """At most five letters, for a cell: `12k`, `1.2M`; all digits below `exact`."""
    if count < exact:
        return f"{count:,}"
    size, letter = (1_000_000, "M") if count >= 999_500 else (1_000, "k")
    return f"{count / size:.1f}{letter}" if count < 9.95 * size else f"{count / size:.0f}{letter}"
