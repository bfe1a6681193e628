"""Columns of text: what the rules need of Arrow, in the words of the rules."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from .values import UNTIDY, tidy

#: How many texts are looked at to tell whether a column holds few different ones.
FEW = 1_000

Mask = npt.NDArray[np.bool_]


def texts(values: Sequence[str]) -> pa.Array:
    return pa.array(values, pa.string())


def blanks(size: int) -> pa.Array:
    return pa.repeat(pa.scalar(""), size)


def matches(column: pa.Array, pattern: str) -> Mask:
    """Where a pattern (RE2) is found. A column may be passed over quickly with `bytes_of` before."""
    return as_mask(pc.match_substring_regex(column, pattern))


def bytes_of(column: pa.Array) -> bytes:
    """All texts of a column, one after the other, in UTF-8."""
    _, offsets, data = column.buffers()
    if data is None:
        return b""
    ends = np.frombuffer(offsets, np.int32)
    first, last = int(ends[column.offset]), int(ends[column.offset + len(column)])
    return bytes(data.slice(first, last - first))


def as_mask(found: pa.Array) -> Mask:
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)


def is_filled(column: pa.Array) -> Mask:
    return as_mask(pc.not_equal(column, ""))


def longer_than(column: pa.Array, most: int) -> Mask:
    longest = pc.max(pc.binary_length(column)).as_py()
    if longest is None or longest <= most:
        return np.zeros(len(column), bool)
    return as_mask(pc.greater(pc.utf8_length(column), most))


def replaced(column: pa.Array, where: Mask, function: Callable[[str], str]) -> pa.Array:
    """The column with the function's values where the mask is true; each different text is computed once."""
    if not where.any():
        return column
    mask = pa.array(where)
    encoded = column.filter(mask).dictionary_encode()
    new = texts([function(text) for text in encoded.dictionary.to_pylist()]).take(encoded.indices)
    return pc.replace_with_mask(column, mask, new)


def computed(column: pa.Array, function: Callable[[str], str]) -> pa.Array:
    """The function's value for each text; each different text is computed once."""
    encoded = column.dictionary_encode()
    return texts([function(text) for text in encoded.dictionary.to_pylist()]).take(encoded.indices)


def computed_many(column: pa.Array, function: Callable[[str], tuple[str, ...]], width: int) -> list[pa.Array]:
    """As `computed`, for a function that gives so many values."""
    encoded = column.dictionary_encode()
    found = [function(text) for text in encoded.dictionary.to_pylist()]
    return [texts([each[position] for each in found]).take(encoded.indices) for position in range(width)]


class Remembered:
    """As `computed_many`, for a function whose texts come again in every block: each is computed once for all of them."""

    #: Texts that are remembered; a column of more different ones is not of the kind that comes again.
    MOST = 300_000

    def __init__(self, function: Callable[[str], tuple[str, ...]], width: int) -> None:
        self._function, self._width = function, width
        self._lock = threading.Lock()
        self._forget()

    def _forget(self) -> None:
        self._rows: dict[str, int] = {}
        self._values: list[list[str]] = [[] for _ in range(self._width)]
        self._arrays: list[pa.Array] = []

    def columns(self, column: pa.Array) -> list[pa.Array]:
        encoded = column.dictionary_encode()
        words = encoded.dictionary.to_pylist()
        with self._lock:
            if len(self._rows) > self.MOST:
                self._forget()
            for word in words:
                if word not in self._rows:
                    self._rows[word] = len(self._rows)
                    for values, value in zip(self._values, self._function(word), strict=True):
                        values.append(value)
                    self._arrays = []
            self._arrays = self._arrays or [texts(values) for values in self._values]
            arrays = self._arrays
            at = np.fromiter(map(self._rows.__getitem__, words), np.int64, len(words))
        places = pa.array(at).take(encoded.indices)
        return [array.take(places) for array in arrays]


def is_true(column: pa.Array, function: Callable[[str], bool]) -> Mask:
    """Where the function is true; each different text is looked at once."""
    encoded = column.dictionary_encode()
    said = pa.array([function(text) for text in encoded.dictionary.to_pylist()], pa.bool_())
    return as_mask(said.take(encoded.indices)) if len(said) else np.zeros(len(column), bool)


def tidied(column: pa.Array) -> pa.Array:
    """Each cell as one line without control characters (see `values.tidy`)."""
    if len(column) > FEW * 10 and len(column.slice(0, FEW).unique()) * 4 < FEW:  # the same few texts again and again
        encoded = column.dictionary_encode()
        odd = matches(encoded.dictionary, UNTIDY)
        return replaced(encoded.dictionary, odd, tidy).take(encoded.indices) if odd.any() else column
    return replaced(column, matches(column, UNTIDY), tidy)


def chosen(where: Mask, column: pa.Array, other: pa.Array) -> pa.Array:
    """The column where the mask is true, the other one elsewhere."""
    if where.all():
        return column
    if not where.any():
        return other
    return pc.if_else(pa.array(where), column, other)


def hashes(column: pa.Array) -> npt.NDArray[np.int64]:
    """A number for each text, the same for the same text; two texts may have the same one, if hardly ever."""
    objects = column.to_numpy(zero_copy_only=False)
    return np.fromiter(map(hash, objects), np.int64, len(objects))
