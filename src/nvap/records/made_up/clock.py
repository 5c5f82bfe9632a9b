"""The made-up force's clocks: UTC seconds inside, local wall-clock time without a zone in its files.

Local time is Europe/London's rule since 1996: one hour ahead of UTC from 01:00 UTC on the last Sunday of March to
01:00 UTC on the last Sunday of October. The rule is written out, so that the same seed gives the same bytes whatever
time zone tables a machine holds.
"""

from __future__ import annotations

import datetime

import numpy as np
import numpy.typing as npt

Seconds = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

HOUR = 3600
DAY = 86_400
NEVER = np.int64(2**53)
"""The instant of something that has not happened and will not."""


def seconds(date: datetime.date) -> int:
    """Seconds from 1970-01-01 to the start of a date, on a clock without a zone."""
    return (date - datetime.date(1970, 1, 1)).days * DAY


def last_sunday(year: int, month: int) -> datetime.date:
    """The last Sunday of a month of 31 days."""
    last = datetime.date(year, month, 31)
    return last - datetime.timedelta(days=last.isoweekday() % 7)


# Every change between 1996 and 2100: even places open summer time, odd places close it.
_CHANGES = np.array(
    [seconds(last_sunday(year, month)) + HOUR for year in range(1996, 2101) for month in (3, 10)], dtype=np.int64
)


def to_local(utc: Seconds) -> Seconds:
    """Local wall-clock seconds of UTC instants."""
    summer = np.searchsorted(_CHANGES, utc, side="right") % 2
    return np.asarray(utc + summer * HOUR, dtype=np.int64)


def to_utc(local: Seconds, rng: np.random.Generator) -> Seconds:
    """UTC instants of local wall-clock seconds.

    An hour that October repeats goes to either of its two instants by lot; an hour that March skips moves on by one.
    """
    as_summer = local - HOUR
    fits_summer = to_local(as_summer) == local
    fits_winter = to_local(local) == local
    pick_winter = np.where(fits_summer & fits_winter, rng.random(local.shape) < 0.5, ~fits_summer)
    return np.where(pick_winter, local, as_summer).astype(np.int64)


def repeated(local: Seconds) -> Mask:
    """Whether a local time stands in the hour that October's clock change repeats."""
    return np.asarray((to_local(local - HOUR) == local) & (to_local(local) == local), dtype=np.bool_)
