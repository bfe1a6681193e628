"""What is given to a chart, as a DataFrame: one of ours, or the records of the API."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..errors import BadRequest

if TYPE_CHECKING:
    import pandas as pd

Records = Iterable[Mapping[str, Any]]


def table_of(given: pd.DataFrame | Records, make: Callable[[Records], pd.DataFrame], *needed: str) -> pd.DataFrame:
    """The frame with all columns that are needed; `make` turns records into one.

    Raises `BadRequest` when a frame that holds rows lacks a column.
    """
    import pandas as pd

    frame = given if isinstance(given, pd.DataFrame) else make(given)
    missing = [name for name in needed if name not in frame]
    if missing and len(frame):
        raise BadRequest(
            400,
            "",
            f"the chart needs the column {missing[0]}, and the DataFrame has {', '.join(map(str, frame)) or 'none'}",
            "",
        )
    return frame.reindex(columns=[*frame.columns, *missing]) if missing else frame


def times_of(column: Any) -> pd.Series[Any]:
    """A column of times, in UTC; what is none is missing."""
    import pandas as pd

    return pd.Series(pd.to_datetime(column, utc=True, errors="coerce", format="ISO8601"))
