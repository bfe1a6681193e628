"""What the tests of charts share: readers of a picture, and frames to draw."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pandas as pd

from cctoolkit import charts

SVG = "{http://www.w3.org/2000/svg}"

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title></svg><script>alert(2)</script>",
    "\u202egnp.exe\u202c and \u2067more\u2069",
    "שלום עולם",
    "a name without an end " * 40,
    "Z\u0300\u0301\u0302\u0303\u0304\u0305\u0306algo",
    "null\x00and\x1b[31mcolour\nin two lines",
    "half a pair \ud800 and \uffff",
    "https://example.com/?a=1&b=2",
    "{{7*7}} ${x} &amp; datum.value]['",
    "",
    "constructor",
    "__proto__",
    "all",
    "month",
    "👩‍👩‍👧 家族 " * 9,
]


def lists_frame(count: int, name: Callable[[int], str] = lambda n: f"List {n}") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "list_id": [f"id-{n}" for n in range(count)],
            "name": pd.Series([name(n) for n in range(count)], dtype="object"),
            "membership_count": [10 * (count - n) for n in range(count)],
        }
    )


def members(*contacts_of_lists: int) -> pd.DataFrame:
    """List `id-n` has the first so many contacts."""
    pairs = [(f"c{c}", f"id-{n}") for n, size in enumerate(contacts_of_lists) for c in range(size)]
    return pd.DataFrame(pairs, columns=["contact_id", "list_id"])


def contacts_frame(*rows: tuple[str | None, Any], permission: str = "implicit") -> pd.DataFrame:
    """Contacts by the day of their creation and their source."""
    return pd.DataFrame(
        {
            "created_at": pd.to_datetime([day for day, _ in rows], utc=True, format="ISO8601"),
            "create_source": pd.Series([source for _, source in rows], dtype="object"),
            "permission_to_send": [permission] * len(rows),
        }
    )


def tracked(*hours: float) -> pd.DataFrame:
    begin = pd.Timestamp("2026-09-15T09:00Z")
    return pd.DataFrame({"created_time": [begin + pd.Timedelta(hours=each) for each in hours]})


def outcome(sent: int, missing: int, **counts: int) -> Any:
    return SimpleNamespace(sent=sent, absent=range(missing), reports=[{"status": counts}])


def file_of(kept: int, merged: int = 0, rejected: int = 0) -> Any:
    return SimpleNamespace(
        rows_in=kept + merged + rejected, kept_count=kept, merged_count=merged, rejected_count=rejected
    )


def texts_in(chart: charts.Chart) -> list[str]:
    """The words that stand in the picture."""
    return [element.text or "" for element in ET.fromstring(chart.svg()).iter(f"{SVG}text")]


def pointed_at(chart: charts.Chart) -> list[str]:
    """What the marks of the picture say to who points at them."""
    return [element.text or "" for element in ET.fromstring(chart.svg()).iter(f"{SVG}title")]


def one_of_each() -> dict[str, charts.Chart]:
    people = contacts_frame(("2026-01-05", "Account"), ("2026-02-05", "Contact"), ("2026-02-06", "Account"))
    return {
        "contacts_over_time": charts.contacts_over_time(people),
        "permissions": charts.permissions(people),
        "list_sizes": charts.list_sizes(lists_frame(3)),
        "list_overlaps": charts.list_overlaps(members(9, 5, 2), lists_frame(3)),
        "import_flow": charts.import_flow(
            outcome(100, 7, person_count=95, error_count=2, correctable_count=3, cannot_add_to_list_count=2),
            file_of(100, 8, 4),
        ),
        "campaign_hours": charts.campaign_hours(tracked(0.5, 1.5, 1.6), tracked(1.7), sent_at="2026-09-15T09:00Z"),
    }


def empty_ones() -> dict[str, charts.Chart]:
    return {
        "contacts_over_time": charts.contacts_over_time([]),
        "no columns": charts.contacts_over_time(pd.DataFrame()),
        "permissions": charts.permissions([]),
        "list_sizes": charts.list_sizes([]),
        "list_overlaps": charts.list_overlaps([], []),
        "import_flow": charts.import_flow(),
        "an empty file": charts.import_flow(cleaned=file_of(0)),
        "nobody sent": charts.import_flow(outcome(0, 0)),
        "campaign_hours": charts.campaign_hours([]),
    }
