"""Lists, activities and the account itself as DataFrames."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from ..frame import Frame
from .columns import CATEGORY, INTEGER, TEXT, TIME, column, texts_of, values_at

Record = Mapping[str, Any]

STATES = ("initialized", "processing", "completed", "cancelled", "failed", "timed_out")


def _made_and_changed(rows: list[Record]) -> dict[str, Any]:
    return {name: column(values_at(rows, name), TIME) for name in ("created_at", "updated_at")}


def lists(records: Iterable[Record]) -> pd.DataFrame:
    """A row a list."""
    rows = list(records)
    return Frame(
        {
            "name": column(values_at(rows, "name"), TEXT),
            "membership_count": column(values_at(rows, "membership_count"), INTEGER),
            "favorite": [bool(row.get("favorite")) for row in rows],
            **_made_and_changed(rows),
            "list_id": column(values_at(rows, "list_id"), TEXT),
        }
    )


def custom_fields(records: Iterable[Record]) -> pd.DataFrame:
    """A row a custom field. `name` is what an import's column `cf:NAME` says."""
    rows = list(records)
    texts = ("name", "label", "type")
    return Frame(
        {
            **{name: column(values_at(rows, name), TEXT) for name in texts},
            **_made_and_changed(rows),
            "custom_field_id": column(values_at(rows, "custom_field_id"), TEXT),
        }
    )


def tags(records: Iterable[Record]) -> pd.DataFrame:
    """A row a tag."""
    rows = list(records)
    return Frame(
        {
            "name": column(values_at(rows, "name"), TEXT),
            "contacts_count": column(values_at(rows, "contacts_count"), INTEGER),
            **_made_and_changed(rows),
            "tag_id": column(values_at(rows, "tag_id"), TEXT),
        }
    )


def activities(records: Iterable[Record]) -> pd.DataFrame:
    """A row an activity, its counts as columns."""
    rows = list(records)
    counts = (
        "items_total_count",
        "person_count",
        "error_count",
        "correctable_count",
        "cannot_add_to_list_count",
    )
    return Frame(
        {
            "state": column(values_at(rows, "state"), CATEGORY, STATES),
            "percent_done": column(values_at(rows, "percent_done"), INTEGER),
            "source_file_name": column(values_at(rows, "source_file_name"), TEXT),
            **{name: column(values_at(rows, "status", name), INTEGER) for name in counts},
            "activity_errors": ["; ".join(texts_of(row.get("activity_errors"))) for row in rows],
            "created_at": column(values_at(rows, "created_at"), TIME),
            "completed_at": column(values_at(rows, "completed_at"), TIME),
            "activity_id": column(values_at(rows, "activity_id"), TEXT),
        }
    )


def account(summary: Record) -> pd.DataFrame:
    """A row a property of the account."""
    plain = {name: value for name, value in summary.items() if not isinstance(value, (dict, list))}
    return Frame({"property": list(plain), "value": [str(value) for value in plain.values()]}).set_index("property")
