"""Names beside ids, and custom fields as columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from ..frame import Frame

Record = Mapping[str, Any]


def with_list_names(memberships: pd.DataFrame, lists: Iterable[Record]) -> pd.DataFrame:
    """The memberships with `list_name`; missing for a list that was deleted meanwhile."""
    return _named(memberships, "list_id", "list_name", {entry.get("list_id"): entry.get("name") for entry in lists})


def with_labels(values: pd.DataFrame, fields: Iterable[Record]) -> pd.DataFrame:
    """The values of custom fields with `label`, as the account calls the field."""
    labels = {entry.get("custom_field_id"): entry.get("label") for entry in fields}
    return _named(values, "custom_field_id", "label", labels)


def wide(values: pd.DataFrame, contacts: pd.Series, fields: Iterable[Record]) -> pd.DataFrame:
    """Custom fields as columns: a row a contact, a column a field, under its label (its id where it has none of its own).

    Every field of the account is a column, in the account's order, also where nobody has a value.
    """
    labels: dict[str, str] = {}
    owner = str(contacts.name or "contact_id")
    for field in fields:
        name, label = str(field.get("custom_field_id")), str(field.get("label") or "")
        labels[name] = label if label and label not in {*labels.values(), owner} else name
    for name in values["custom_field_id"].dropna().unique():
        labels.setdefault(str(name), str(name))
    columns: dict[str, Any] = {}
    for name, label in labels.items():
        # Where contacts are joined by their address, those without one have no value that could be told.
        of_field = values[values["custom_field_id"] == name].dropna(subset=[owner]).drop_duplicates(owner, keep="last")
        found = of_field.set_index(owner)["value"].reindex(contacts)
        columns[label] = found.array
    by = {owner: contacts.array}
    return Frame(columns | by if owner == "contact_id" else by | columns)


def _named(frame: pd.DataFrame, key: str, name: str, names: Mapping[Any, Any]) -> pd.DataFrame:
    known = {str(each): str(called) for each, called in names.items() if each is not None and called is not None}
    found: Any = pd.array([known.get(each) for each in frame[key]], dtype=pd.StringDtype("pyarrow"))
    widened = frame.copy()
    widened.insert(0, name, found)
    return widened
