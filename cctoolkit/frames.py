"""Records of the API as tidy DataFrames: the same columns and types whether there is one record or none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd

Record = Mapping[str, Any]

PERMISSIONS = ("explicit", "implicit", "not_set", "pending_confirmation", "temp_hold", "unsubscribed")
STATES = ("initialized", "processing", "completed", "cancelled", "failed", "timed_out")

#: A date with a time, as the service writes it.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")

#: The columns of each sub-resource's frame, besides the contact's id.
_SUB_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "list_memberships": ("list_id",),
    "phone_numbers": ("phone_number_id", "phone_number", "kind", "created_at", "updated_at"),
    "street_addresses": (
        *("street_address_id", "kind", "street", "city", "state", "postal_code", "country"),
        *("created_at", "updated_at"),
    ),
    "custom_fields": ("custom_field_id", "value"),
    "taggings": ("tag_id",),
    "notes": ("note_id", "content", "created_at"),
}
SUB_RESOURCES = tuple(_SUB_COLUMNS)


def contacts(records: Iterable[Record]) -> pd.DataFrame:
    """A row a contact. Times have their zone (UTC); a sub-resource that was included is a column of lists."""
    rows = list(records)
    columns: dict[str, Any] = {
        "contact_id": _text(rows, "contact_id"),
        "email_address": _text(rows, "email_address", "address"),
        "first_name": _text(rows, "first_name"),
        "last_name": _text(rows, "last_name"),
        "permission_to_send": _category(rows, PERMISSIONS, "email_address", "permission_to_send"),
        "job_title": _text(rows, "job_title"),
        "company_name": _text(rows, "company_name"),
        "birthday_month": _integer(rows, "birthday_month"),
        "birthday_day": _integer(rows, "birthday_day"),
        "anniversary": _text(rows, "anniversary"),
        "create_source": _text(rows, "create_source"),
        "opt_in_date": _time(rows, "email_address", "opt_in_date"),
        "opt_out_date": _time(rows, "email_address", "opt_out_date"),
        "created_at": _time(rows, "created_at"),
        "updated_at": _time(rows, "updated_at"),
    }
    for name in SUB_RESOURCES:
        if any(name in row for row in rows):
            columns[name] = [row.get(name) or [] for row in rows]
    return pd.DataFrame(columns)


def sub_resources(records: Iterable[Record]) -> dict[str, pd.DataFrame]:
    """A frame for each sub-resource, a row each, with the `contact_id` that it belongs to.

    The names are those of `include`: `list_memberships`, `phone_numbers`, `street_addresses`, `custom_fields` (long: a
    row a value), `taggings`, `notes`. Without records the columns are the same.
    """
    rows = list(records)
    return {name: _sub_frame(rows, name, columns) for name, columns in _SUB_COLUMNS.items()}


def _sub_frame(rows: list[Record], name: str, columns: tuple[str, ...]) -> pd.DataFrame:
    found: list[Record] = []
    for row in rows:
        entries = row.get(name)
        for entry in entries if isinstance(entries, list) else []:
            values = entry if isinstance(entry, Mapping) else {columns[0]: entry}
            found.append({**values, "contact_id": row.get("contact_id")})
    return pd.DataFrame(
        {
            column: _time(found, column) if column.endswith("_at") else _text(found, column)
            for column in ("contact_id", *columns)
        }
    )


def lists(records: Iterable[Record]) -> pd.DataFrame:
    """A row a list."""
    rows = list(records)
    return pd.DataFrame(
        {
            "list_id": _text(rows, "list_id"),
            "name": _text(rows, "name"),
            "membership_count": _integer(rows, "membership_count"),
            "favorite": [bool(row.get("favorite")) for row in rows],
            "created_at": _time(rows, "created_at"),
            "updated_at": _time(rows, "updated_at"),
        }
    )


def custom_fields(records: Iterable[Record]) -> pd.DataFrame:
    """A row a custom field. `name` is what an import's column `cf:NAME` says."""
    rows = list(records)
    return pd.DataFrame(
        {
            "custom_field_id": _text(rows, "custom_field_id"),
            "name": _text(rows, "name"),
            "label": _text(rows, "label"),
            "type": _text(rows, "type"),
            "created_at": _time(rows, "created_at"),
            "updated_at": _time(rows, "updated_at"),
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
    return pd.DataFrame(
        {
            "activity_id": _text(rows, "activity_id"),
            "state": _category(rows, STATES, "state"),
            "percent_done": _integer(rows, "percent_done"),
            "source_file_name": _text(rows, "source_file_name"),
            **{name: _integer(rows, "status", name) for name in counts},
            "activity_errors": ["; ".join(map(str, row.get("activity_errors") or [])) for row in rows],
            "created_at": _time(rows, "created_at"),
            "completed_at": _time(rows, "completed_at"),
        }
    )


def table(records: Iterable[Record], columns: Mapping[str, str] | None = None) -> pd.DataFrame:
    """A row a record of any kind: nested objects as columns `outer_inner`, one level; lists stay lists.

    `columns` are the types that are known beforehand (`string`, `integer`, `number`, `boolean`, `date-time`), so that
    no record at all gives the same columns; what a record holds besides follows. `_links` is left out.
    """
    rows: list[Record] = [_flattened(record) for record in records]
    known = dict(columns or {})
    names = [*known, *dict.fromkeys(name for row in rows for name in row if name not in known)]
    return pd.DataFrame({name: _column(rows, name, known.get(name, "")) for name in names}, index=range(len(rows)))


def _flattened(record: Record) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in record.items():
        if name == "_links":
            continue
        if isinstance(value, Mapping):
            flat |= {f"{name}_{inner}": deep for inner, deep in value.items()}
        else:
            flat[name] = value
    return flat


def _column(rows: list[Record], name: str, kind: str) -> Any:
    """A column by its known type, or by what is in it; values that are not of one type stay as they are."""
    values = [row.get(name) for row in rows]
    present = [value for value in values if value is not None]
    if kind in {"string", "date-time", ""} and present and all(isinstance(value, str) for value in present):
        dated = kind == "date-time" or name.endswith(("_at", "_date", "_time"))
        if dated and all(_MOMENT.match(value) for value in present):
            return _time(rows, name)
        return pd.array(values, dtype="string")
    if kind == "date-time" and not present:
        return _time(rows, name)
    kinds = {type(value) for value in present}
    for dtype, allowed, called in (
        ("boolean", {bool}, "boolean"),
        ("Int64", {int}, "integer"),
        ("Float64", {int, float}, "number"),
        ("string", {str}, "string"),
    ):
        if (kinds and kinds <= allowed) or (not kinds and kind == called):
            try:
                return pd.array(values, dtype=dtype)  # type: ignore[call-overload]
            except OverflowError:  # an integer beyond 64 bits
                break
    return pd.Series(values, dtype="object")


def account(summary: Record) -> pd.DataFrame:
    """A row a property of the account."""
    plain = {name: value for name, value in summary.items() if not isinstance(value, (dict, list))}
    return pd.DataFrame({"property": list(plain), "value": [str(value) for value in plain.values()]}).set_index(
        "property"
    )


def _values(rows: list[Record], path: tuple[str, ...], kind: Callable[[Any], Any]) -> list[Any]:
    found = []
    for row in rows:
        value: Any = row
        for name in path:
            value = value.get(name) if isinstance(value, Mapping) else None
        try:
            found.append(None if value is None else kind(value))
        except (TypeError, ValueError):
            found.append(None)  # one odd value must not cost the page
    return found


def _text(rows: list[Record], *path: str) -> pd.api.extensions.ExtensionArray:
    return pd.array(_values(rows, path, str), dtype="string")


def _integer(rows: list[Record], *path: str) -> pd.api.extensions.ExtensionArray:
    return pd.array(_values(rows, path, int), dtype="Int64")


def _category(rows: list[Record], known: tuple[str, ...], *path: str) -> pd.Categorical:
    values = _values(rows, path, str)
    # The service may know more than we do: what is new to us is a category of its own, not a hole.
    extra = sorted({value for value in values if value is not None} - set(known))
    return pd.Categorical(values, categories=[*known, *extra])


def _time(rows: list[Record], *path: str) -> pd.DatetimeIndex:
    times = pd.to_datetime(_values(rows, path, str), utc=True, errors="coerce", format="ISO8601")
    return times.as_unit("ms")  # campaign times have milliseconds; without records there is no unit to go by
