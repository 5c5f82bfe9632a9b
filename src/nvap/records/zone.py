"""Local time to UTC, a table of days: what a zone's clock shows, and where it skips or repeats an hour.

The table has one row for each local day: the offset before and after a change of the clock, and between which local
times the change lies. Times in a gap never were; times in a repeat were twice.
"""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

_FIRST = datetime.date(1969, 12, 30)
_DAY_US = 86_400_000_000
_EPOCH = datetime.datetime(1970, 1, 1)  # noqa: DTZ001 - local times have no zone here


def zone_days(zone: ZoneInfo, last: datetime.date) -> pa.Table:
    """Every local day up to `last` (inclusive).

    Columns: day (date), before_us and after_us (offset of local time from UTC in microseconds), low and high (local
    timestamps of the change; missing on a day without one).
    """
    count = (last - _FIRST).days + 1
    first = (_FIRST - datetime.date(1970, 1, 1)).days
    offsets = _midnight_offsets(zone, first, count + 1)
    days = np.arange(first, first + count, dtype=np.int32)
    before, after = np.array(offsets[:-1]), np.array(offsets[:-1])
    low, high = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    changed = np.zeros(count, dtype=bool)
    for at in range(count):
        if offsets[at] != offsets[at + 1]:
            change = _change_us(zone, (first + at) * _DAY_US, (first + at + 1) * _DAY_US)
            edges = sorted((change + offsets[at], change + offsets[at + 1]))
            # The local days that the change touches, which may be the day before or after the UTC day.
            for local in range(edges[0] // _DAY_US - first, (edges[1] - 1) // _DAY_US - first + 1):
                if 0 <= local < count:
                    before[local], after[local] = offsets[at], offsets[at + 1]
                    low[local], high[local], changed[local] = edges[0], edges[1], True
    _settle(offsets, before, after, changed)
    missing = ~changed
    return pa.table(
        {
            "day": pa.array(days).cast(pa.date32()),
            "before_us": before,
            "after_us": after,
            "low": pa.array(low, pa.timestamp("us"), mask=missing),
            "high": pa.array(high, pa.timestamp("us"), mask=missing),
        }
    )


def utc_days(zone: ZoneInfo, last: datetime.date) -> pa.Table:
    """Every UTC day up to `last`: day, before_us and after_us (offset of local time), change (UTC, or missing)."""
    count = (last - _FIRST).days + 1
    first = (_FIRST - datetime.date(1970, 1, 1)).days
    offsets = _midnight_offsets(zone, first, count + 1)
    changes = [
        _change_us(zone, (first + at) * _DAY_US, (first + at + 1) * _DAY_US) if offsets[at] != offsets[at + 1] else None
        for at in range(count)
    ]
    return pa.table(
        {
            "day": pa.array(np.arange(first, first + count, dtype=np.int32)).cast(pa.date32()),
            "before_us": np.array(offsets[:-1]),
            "after_us": np.array(offsets[1:]),
            "change": pa.array(changes, pa.timestamp("us")),
        }
    )


def _midnight_offsets(zone: ZoneInfo, first: int, count: int) -> list[int]:
    """The offset at each UTC midnight; no zone changes its clock twice within four days."""
    offsets: list[int] = []
    start = _offset_us(zone, first * _DAY_US)
    for at in range(0, count, 4):
        end = _offset_us(zone, (first + at + 4) * _DAY_US)
        between = [start] * 4
        if end != start:
            between = [_offset_us(zone, (first + at + day) * _DAY_US) for day in range(4)]
        offsets += between
        start = end
    return offsets[:count]


def _settle(
    offsets: list[int], before: np.ndarray[tuple[int], np.dtype[np.int64]],
    after: np.ndarray[tuple[int], np.dtype[np.int64]], changed: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> None:  # fmt: skip
    """Give each day without a change the offset that holds at its local noon."""
    for at in np.flatnonzero(~changed):
        noon = offsets[at + 1] if at and changed[at - 1] else offsets[at]
        before[at] = after[at] = noon


def _offset_us(zone: ZoneInfo, utc_us: int) -> int:
    moment = datetime.datetime.fromtimestamp(utc_us // 1_000_000, tz=zone) if utc_us >= 0 else None
    if moment is None:
        moment = (_EPOCH + datetime.timedelta(microseconds=utc_us)).replace(tzinfo=datetime.UTC).astimezone(zone)
    offset = moment.utcoffset()
    assert offset is not None  # noqa: S101 - a zone always has one
    return int(offset.total_seconds() * 1_000_000)


def _change_us(zone: ZoneInfo, low: int, high: int) -> int:
    """The UTC moment between two at which the offset changes, to the second."""
    before = _offset_us(zone, low)
    while high - low > 1_000_000:
        middle = (low + high) // 2 // 1_000_000 * 1_000_000
        low, high = (middle, high) if _offset_us(zone, middle) == before else (low, middle)
    return high
