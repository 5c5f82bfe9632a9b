"""Columns of text made fast: times as a force writes them, numbered references, and codes picked from a list."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from nvap.records.made_up.clock import DAY, NEVER, Mask, Seconds, to_local

Whole = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]


def _digits(numbers: Whole, width: int) -> Bytes:
    powers = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    return (numbers[:, None] // powers % 10 + ord("0")).astype(np.uint8)


def _times() -> Bytes:
    second = np.arange(DAY)
    letters = np.full((DAY, 9), ord(":"), dtype=np.uint8)
    letters[:, 0] = ord(" ")
    for place, part in ((1, second // 3600), (4, second // 60 % 60), (7, second % 60)):
        letters[:, place : place + 2] = _digits(part, 2)
    return letters


def _days(form: str) -> Bytes:
    days = np.arange(np.datetime64("1970-01-01"), np.datetime64("2101-01-01"))
    texts = np.datetime_as_string(days).astype("S10").view(np.uint8).reshape(len(days), 10)
    order = {"dd/mm/yyyy": [8, 9, 4, 5, 6, 4, 0, 1, 2, 3], "yyyymmdd": [0, 1, 2, 3, 5, 6, 8, 9]}[form]
    picked = texts[:, order].copy()
    if form == "dd/mm/yyyy":
        picked[:, [2, 5]] = ord("/")
    return picked


_TIMES = _times()
_SLASHED = _days("dd/mm/yyyy")
_COMPACT = _days("yyyymmdd")


def moments(utc: Seconds, present: Mask | None = None) -> pa.Array:
    """`dd/mm/yyyy hh:mm:ss` in local time without a zone; null where NEVER, or where not present."""
    shown = utc < NEVER if present is None else present & (utc < NEVER)
    local = to_local(np.where(shown, utc, 0))
    return _fixed(np.hstack((_SLASHED[local // DAY], _TIMES[local % DAY])), shown)


def dates(local: Seconds, present: Mask | None = None) -> pa.Array:
    """`dd/mm/yyyy` of local wall-clock seconds; null where not present."""
    shown = np.ones(len(local), dtype=np.bool_) if present is None else present
    return _fixed(_SLASHED[np.where(shown, local, 0) // DAY], shown)


def dated_references(prefix: str, local: Seconds, numbers: Whole, width: int) -> pa.Array:
    """`PREFIX-yyyymmdd-00012`: references whose number restarts every day."""
    count = len(local)
    parts = (_repeat(f"{prefix}-", count), _COMPACT[local // DAY], _repeat("-", count), _digits(numbers, width))
    return _fixed(np.hstack(parts), np.ones(count, dtype=np.bool_))


def references(prefix: str, numbers: Whole, width: int, present: Mask | None = None) -> pa.Array:
    """`PREFIX0000012`: numbered references; null where not present."""
    shown = np.ones(len(numbers), dtype=np.bool_) if present is None else present
    digits = _digits(np.where(shown, numbers, 0), width)
    return _fixed(np.hstack((_repeat(prefix, len(numbers)), digits)), shown)


def codes(words: Sequence[str | None], which: npt.NDArray[np.integer], present: Mask | None = None) -> pa.Array:
    """The word at each index; null where not present."""
    indices = pa.array(which.astype(np.int32), mask=None if present is None else ~present)
    return pa.array(words, type=pa.string()).take(indices)


def whole_numbers(values: Whole, present: Mask | None = None) -> pa.Array:
    """Whole numbers as text; null where not present."""
    return pa.array(values, mask=None if present is None else ~present).cast(pa.string())


def _repeat(text: str, count: int) -> Bytes:
    return np.tile(np.frombuffer(text.encode("ascii"), dtype=np.uint8), (count, 1))


def _fixed(letters: Bytes, shown: Mask) -> pa.Array:
    """Text of one width from a matrix of ASCII letters, without a Python object a row."""
    kept = np.ascontiguousarray(letters[shown])
    ends = np.concatenate(([0], np.cumsum(shown, dtype=np.int32) * letters.shape[1])).astype(np.int32)
    valid = pa.array(shown).buffers()[1]
    return pa.Array.from_buffers(pa.string(), len(shown), [valid, pa.py_buffer(ends), pa.py_buffer(kept)])
