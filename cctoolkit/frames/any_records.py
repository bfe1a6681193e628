"""Records of any kind as a DataFrame, for operations that have no table of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from ..frame import Frame
from .columns import TIME, column, ids_last, values_at

Record = Mapping[str, Any]

#: A date with a time, as the service writes it.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


def table(records: Iterable[Record], columns: Mapping[str, str] | None = None) -> pd.DataFrame:
    """A row a record of any kind: nested objects as columns `outer_inner`, one level; lists stay lists.

    `columns` are the types that are known beforehand (`string`, `integer`, `number`, `boolean`, `date-time`), so that
    no record at all gives the same columns; what a record holds besides follows, and ids are the last. `_links` is left out.
    """
    rows: list[dict[str, Any]] = [_flattened(record) for record in records]
    known = dict(columns or {})
    names = [*known, *dict.fromkeys(name for row in rows for name in row if name not in known)]
    found = {name: _column(rows, name, known.get(name, "")) for name in names}
    return Frame(ids_last(found), index=range(len(rows)))


def _texts(values: list[Any]) -> Any:
    """A column of texts. Half a character, as it is left where a text was cut within an emoji, becomes `?`."""
    try:
        return pd.array(values, dtype="string")
    except UnicodeEncodeError:
        return pd.array([None if value is None else whole(value) for value in values], dtype="string")


def whole(text: str) -> str:
    """A text without half characters, which no column can hold."""
    return text.encode("utf-8", "replace").decode()


def _flattened(record: Record) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in record.items():
        if name == "_links":
            continue
        name = whole(name)
        if isinstance(value, Mapping):
            flat |= {whole(f"{name}_{inner}"): deep for inner, deep in value.items()}
        else:
            flat[name] = value
    return flat


def _column(rows: list[dict[str, Any]], name: str, kind: str) -> Any:
    """A column by its known type, or by what is in it; values that are not of one type stay as they are."""
    values = [row.get(name) for row in rows]
    present = [value for value in values if value is not None]
    if kind in {"string", "date-time", ""} and present and all(isinstance(value, str) for value in present):
        dated = kind == "date-time" or name.endswith(("_at", "_date", "_time"))
        if dated and all(_MOMENT.match(value) for value in present):
            return column(values_at(rows, name), TIME)
        return _texts(values)
    if kind == "date-time" and not present:
        return column(values_at(rows, name), TIME)
    kinds = {type(value) for value in present}
    dtypes: tuple[tuple[str, set[type], str], ...] = (
        ("boolean", {bool}, "boolean"),
        ("Int64", {int}, "integer"),
        ("Float64", {int, float}, "number"),
        ("string", {str}, "string"),
    )
    # The known type first: whole numbers of a column of fractions are fractions, whoever happens to be in it.
    for dtype, allowed, called in sorted(dtypes, key=lambda each: each[2] != kind):
        if (kinds and kinds <= allowed) or (not kinds and kind == called):
            try:
                return pd.array(values, dtype=dtype)  # type: ignore[call-overload]
            except OverflowError:  # an integer beyond 64 bits
                break
    return pd.Series(values, dtype="object")
