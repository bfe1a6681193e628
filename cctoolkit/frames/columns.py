"""Values of records as typed columns. One odd value becomes a missing one; it never costs the others.

Each builder makes an Arrow array of the values of one page; `to_pandas` puts those of all pages together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

TEXT, INTEGER = pa.string(), pa.int64()
#: Contact times are whole seconds, campaign times have milliseconds.
TIME = pa.timestamp("ms", "UTC")
CATEGORY = pa.dictionary(pa.int32(), TEXT)

Values = Sequence[Any]
# What Arrow raises for a value of another kind; a half surrogate pair is a UnicodeEncodeError, which is a ValueError.
ODD = (pa.ArrowException, TypeError, ValueError, OverflowError)


def array(values: Values, kind: pa.DataType) -> pa.Array:
    """An Arrow array of `TEXT`, `INTEGER`, `TIME` or `CATEGORY`."""
    if kind == TIME:
        return _times(values)
    if kind == CATEGORY:
        return array(values, TEXT).dictionary_encode()
    try:
        return pa.array(values, kind)
    except ODD:
        convert = _text if kind == TEXT else _integer
        return pa.array([None if value is None else convert(value) for value in values], kind)


def typed(texts: pa.Array, kind: pa.DataType) -> pa.Array:
    """What Arrow has read as text, as what it is to be: `INTEGER` and `TEXT` as they are."""
    if kind == CATEGORY:
        return texts.dictionary_encode()
    if kind == TIME:
        try:
            return texts.cast(TIME)
        except ODD:
            return _times(texts.to_pylist())
    return texts


def _text(value: Any) -> str:
    return str(value).encode("utf-8", "replace").decode()


def _integer(value: Any) -> int | None:
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if -(2**63) <= number < 2**63 else None


def _times(values: Values) -> pa.Array:
    try:
        return pa.array(values, TEXT).cast(TIME)
    except ODD:
        texts: list[Any] = [str(value) if isinstance(value, (str, int)) else None for value in values]
        times = pd.to_datetime(texts, utc=True, errors="coerce", format="ISO8601").as_unit("ms")
        return pa.array(times.tz_localize(None).to_numpy(), pa.timestamp("ms"), from_pandas=True).cast(TIME)


def to_pandas(chunks: Sequence[pa.Array], kind: pa.DataType, known: Sequence[str] = ()) -> Any:
    """The column of a DataFrame: nullable text on Arrow, `Int64`, times with their zone, a category.

    `known` are a category's values in their order. What the service says beyond them is a category of its own.
    """
    if kind == CATEGORY:
        texts = pa.chunked_array([chunk.cast(TEXT) for chunk in chunks], TEXT)
        extra = sorted({str(value) for value in pc.unique(texts).to_pylist() if value is not None} - set(known))
        categories = [*known, *extra]
        codes = pc.fill_null(pc.index_in(texts, pa.array(categories, TEXT)), -1)
        return pd.Categorical.from_codes(codes.to_numpy(), categories=pd.Index(categories))
    whole = pa.chunked_array(chunks, kind)
    if kind == TIME:
        return pd.DatetimeIndex(whole.cast(pa.timestamp("ms")).to_numpy()).as_unit("ms").tz_localize("UTC")
    dtype: Any = pd.Int64Dtype() if kind == INTEGER else pd.StringDtype("pyarrow")
    return dtype.__from_arrow__(whole)


def column(values: Values, kind: pa.DataType, known: Sequence[str] = ()) -> Any:
    """The column of a DataFrame, of one page's values."""
    return to_pandas([array(values, kind)], kind, known)


def ids_last(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Columns in their order, but the ids behind what people read."""
    return dict(sorted(columns.items(), key=lambda column: column[0].endswith("_id")))


def values_at(rows: Sequence[Any], *path: str) -> list[Any]:
    """The value of each record at a path; None where there is none."""
    found = []
    for row in rows:
        value = row
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        found.append(value)
    return found


def texts_of(value: Any) -> list[str]:
    """The texts of a list, of one text, or of whatever else the service says."""
    if value is None:
        return []
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]
