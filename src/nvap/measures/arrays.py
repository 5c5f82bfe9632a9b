"""Arrow columns to NumPy arrays and back, through their buffers.

Arrow's own conversions load pandas wherever it happens to be installed, which costs each command a third of a second.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

_TYPES = {
    pa.int32(): np.int32,
    pa.int64(): np.int64,
    pa.float64(): np.float64,
    pa.date32(): np.int32,
    pa.uint64(): np.uint64,
}


def to_floats(column: pa.ChunkedArray) -> Floats:
    """A column of numbers (or days since 1970) as floats, NaN where one is missing."""
    whole = column.combine_chunks()
    if whole.type not in _TYPES:
        whole = whole.cast(pa.float64())
    found = np.frombuffer(whole.buffers()[1], dtype=_TYPES[whole.type])[whole.offset : whole.offset + len(whole)]
    return np.where(_held(whole), found.astype(np.float64), np.nan)


def to_codes(column: pa.ChunkedArray) -> tuple[list[object], Whole]:
    """A column's different values, and for each row the place of its value; the place after the last where missing."""
    encoded = column.combine_chunks().dictionary_encode()
    values = encoded.dictionary.to_pylist()
    indices = encoded.indices
    if not len(indices):
        return values, np.zeros(0, dtype=np.int64)
    places = np.frombuffer(indices.buffers()[1], dtype=np.int32)[indices.offset : indices.offset + len(indices)]
    return values, np.where(_held(indices), places, len(values)).astype(np.int64)


def to_lists(column: pa.ChunkedArray) -> tuple[Whole, Floats]:
    """How many values each row's list holds (none where it is missing), and all of them in a row.

    Moments are in minutes since 1970, UTC.
    """
    lists = column.combine_chunks()
    sizes = pa.chunked_array([lists.value_lengths()])
    values = lists.flatten()
    if not pa.types.is_timestamp(values.type):
        return np.nan_to_num(to_floats(sizes)).astype(np.int64), to_floats(pa.chunked_array([values]))
    moments = values.cast(pa.timestamp("us", values.type.tz)).cast(pa.int64())
    return np.nan_to_num(to_floats(sizes)).astype(np.int64), to_floats(pa.chunked_array([moments])) / 60e6


def floats(numbers: NDArray[np.float64]) -> pa.Array:
    """Floats as a column; NaN is missing."""
    return _array(pa.float64(), np.ascontiguousarray(numbers.ravel(), dtype=np.float64), ~np.isnan(numbers.ravel()))


def whole(numbers: NDArray[np.float64]) -> pa.Array:
    """Whole numbers as a column; NaN is missing."""
    held = ~np.isnan(numbers.ravel())
    return _array(pa.int64(), np.where(held, numbers.ravel(), 0).astype(np.int64), held)


def days(numbers: Whole) -> pa.Array:
    """Days since 1970 as a column of dates."""
    return _array(pa.date32(), numbers.astype(np.int32), None)


def texts(different: Sequence[str | None], places: NDArray[np.int64]) -> pa.Array:
    """A column of texts: for each row the text at its place."""
    encoded = [each.encode() if each is not None else b"" for each in different]
    offsets = np.concatenate([[0], np.cumsum([len(each) for each in encoded])]).astype(np.int32)
    held = np.array([each is not None for each in different], dtype=np.bool_)
    buffers = [_bits(held), pa.py_buffer(offsets), pa.py_buffer(b"".join(encoded))]
    dictionary = pa.Array.from_buffers(pa.string(), len(encoded), buffers)
    indices = _array(pa.int32(), places.ravel().astype(np.int32), None)
    return pa.DictionaryArray.from_arrays(indices, dictionary).dictionary_decode()


def _array(kind: pa.DataType, values: NDArray[np.generic], held: NDArray[np.bool_] | None) -> pa.Array:
    bits = _bits(held) if held is not None else None
    return pa.Array.from_buffers(kind, len(values), [bits, pa.py_buffer(values)])


def _bits(held: NDArray[np.bool_]) -> pa.Buffer:
    return pa.py_buffer(np.packbits(held, bitorder="little"))


def _held(array: pa.Array) -> NDArray[np.bool_]:
    bits = array.buffers()[0]
    if bits is None:
        return np.ones(len(array), dtype=np.bool_)
    found = np.unpackbits(np.frombuffer(bits, dtype=np.uint8), bitorder="little")
    return found[array.offset : array.offset + len(array)].astype(np.bool_)
