"""Rates made comparable between areas whose people differ in age: directly and indirectly standardised.

Sources: Dobson AJ and others (1991), Statistics in Medicine 10:457-462; Breslow NE, Day NE (1987), Statistical Methods
in Cancer Research II, IARC, chapter 2. Choices, and people with several events, as in PHEindicatormethods 2.1.0.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Final, Generic, Literal, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nvap.statistics.areas import Areas, columns_of, numbered
from nvap.statistics.control_chart.checks import check_choice, one_number, refuse_where
from nvap.statistics.interval import BadNumber, Flags, Floats, Interval, Methods, Numbers, Texts, quantile
from nvap.statistics.rate import byars_count_limits, byars_interval

# Dobson's limits rest on Byar's, which are not good enough below this; the rate is then left blank.
FEWEST_EVENTS: Final = 10
TOO_FEW: Final = f"fewer than {FEWEST_EVENTS} events: no standardised rate"
NONE_EXPECTED: Final = "no event was expected"
UNKNOWN: Final = "a count is missing"
DOBSON: Final = "Dobson"
DOBSON_REPEATS: Final = "Dobson, for people with several events"

ESP_2013: Final = dict(
    zip(
        range(0, 95, 5),
        (
            5000, 5500, 5500, 5500, 6000, 6000, 6500, 7000, 7000, 7000, 7000, 6500, 6000, 5500, 5000, 4000, 2500, 1500,
            1000,
        ),
        strict=True,
    )
)  # fmt: skip
"""The 2013 European Standard Population: people by the first year of each five-year band, the last being 90 and over.

Source: Eurostat (2013), Revision of the European Standard Population, Methodologies and Working Papers, table 2, with
0 and 1 to 4 as one band.
"""

MissingCounts = Literal["zero", "blank"]
_MISSING: Final = ("zero", "blank")


@dataclass(frozen=True)
class Direct(Interval[Numbers, Methods]):
    """A directly standardised rate with its limits, and the events and people behind it.

    Of one area: floats and a text; of several: read-only arrays, an element for each of `areas`, which are sorted.
    `missing` is how many rows had no count, and `missing_counts` what was done with them. `note` says why there is no
    value, and is empty where there is one.
    """

    areas: tuple[Hashable, ...]
    count: Numbers
    population: Numbers
    missing: Numbers
    missing_counts: MissingCounts
    multiplier: float
    note: Methods


@dataclass(frozen=True)
class Indirect(Generic[Numbers, Methods]):
    """How many events there were against how many the reference rates would give: as a ratio and as a rate.

    `ratio` is observed / expected, times what it was asked to be of; `rate` is the reference's own rate times that.
    The other fields are as those of `Direct`.
    """

    ratio: Interval[Numbers, Methods]
    rate: Interval[Numbers, Methods]
    areas: tuple[Hashable, ...]
    observed: Numbers
    expected: Numbers
    reference_rate: Numbers
    missing: Numbers
    missing_counts: MissingCounts
    multiplier: float
    ratio_of: float
    note: Methods

    def __post_init__(self) -> None:
        for field in fields(self):
            part = getattr(self, field.name)
            if isinstance(part, np.ndarray):
                part.flags.writeable = False


def standard_people(first_ages: Sequence[int]) -> tuple[float, ...]:
    """The 2013 European Standard Population in wider bands, each from one of `first_ages` to the next, the last open.

    A five-year band that two bands share is split by years. Raises BadNumber where the ages do not rise from 0 to 90 or
    below.
    """
    ends = [*first_ages[1:], 95]
    if not first_ages or first_ages[0] != 0 or first_ages[-1] > 90 or any(a >= b for a, b in pairwise(first_ages)):
        raise BadNumber(f"first_ages: found {list(first_ages)!r}, allowed are ages that rise from 0, none above 90.")
    return tuple(
        sum(people * max(0, min(end, band + 5) - max(start, band)) / 5 for band, people in ESP_2013.items())
        for start, end in zip(first_ages, ends, strict=True)
    )


@overload
def direct(
    count: ArrayLike,
    population: ArrayLike,
    standard: ArrayLike,
    *,
    area: None = None,
    multiplier: float = 100_000,
    confidence: float = 0.95,
    missing_counts: MissingCounts = "zero",
) -> Direct[float, str]: ...


@overload
def direct(
    count: ArrayLike,
    population: ArrayLike,
    standard: ArrayLike,
    *,
    area: Iterable[Hashable],
    multiplier: float = 100_000,
    confidence: float = 0.95,
    missing_counts: MissingCounts = "zero",
) -> Direct[Floats, Texts]: ...


def direct(
    count: ArrayLike,
    population: ArrayLike,
    standard: ArrayLike,
    *,
    area: Iterable[Hashable] | None = None,
    multiplier: float = 100_000,
    confidence: float = 0.95,
    missing_counts: MissingCounts = "zero",
) -> Direct[float, str] | Direct[Floats, Texts]:
    """The rate that an area would have with the standard population's ages, with Dobson's limits.

    With x events of n people in each band, and weights w: rate = Σ(xw/n)/Σw, its variance Σ(x(w/n)²)/(Σw)², and limits
    rate + √(variance/O)·(Byar's limit of O - O) where O = Σx. Each row is an age band (of an area).

    Args:
        count: events in the band, from 0 up; NaN or None is missing.
        population: people in the band, above 0.
        standard: people of the standard population in the band, from 0 up: a column joined by the band's name, since
            areas may have different bands.
        area: the area of each row; None where all rows are of one.
        multiplier: the rate is per this many, above 0.
        confidence: two-sided level from 0.9 to 1.
        missing_counts: "zero" takes a missing count as no event, as tables that leave out empty rows mean it; "blank"
            leaves such an area without a value. The result says which, and how many there were.

    Returns:
        A Direct; value and limits are NaN, and the note says so, under 10 events.

    Raises:
        BadNumber: for a count below 0, a population of 0 or less or missing, a standard below 0 or missing, no rows,
            or columns of different lengths; the message names the argument and the row.
    """
    check_choice("missing_counts", missing_counts, _MISSING)
    z, per = quantile(confidence), one_number("multiplier", multiplier, above=0)
    x, n, w = columns_of(count=count, population=population, standard=standard)
    _check_people(n, w)
    refuse_where(x < 0, "count", "a number below 0", "allowed are numbers from 0 up")
    rows = Areas(area, len(x))
    known = np.nan_to_num(x)
    total = rows.sums(w)
    _check_weights(total)
    found = _direct(
        rows,
        rate=rows.sums(known * w / n) / total,
        variance=rows.sums(known * (w / n) ** 2) / total**2,
        count=rows.sums(known),
        population=rows.sums(n),
        missing=rows.sums(np.isnan(x).astype(np.float64)),
        missing_counts=missing_counts,
        per=per,
        z=z,
        method=DOBSON,
    )
    return found if area is not None else _direct_of_one(found)


@overload
def direct_of_repeats(
    persons: ArrayLike,
    events_each: ArrayLike,
    population: ArrayLike,
    standard: ArrayLike,
    *,
    band: Iterable[Hashable],
    area: None = None,
    multiplier: float = 100_000,
    confidence: float = 0.95,
) -> Direct[float, str]: ...


@overload
def direct_of_repeats(
    persons: ArrayLike,
    events_each: ArrayLike,
    population: ArrayLike,
    standard: ArrayLike,
    *,
    band: Iterable[Hashable],
    area: Iterable[Hashable],
    multiplier: float = 100_000,
    confidence: float = 0.95,
) -> Direct[Floats, Texts]: ...


def direct_of_repeats(
    persons: ArrayLike,
    events_each: ArrayLike,
    population: ArrayLike,
    standard: ArrayLike,
    *,
    band: Iterable[Hashable],
    area: Iterable[Hashable] | None = None,
    multiplier: float = 100_000,
    confidence: float = 0.95,
) -> Direct[float, str] | Direct[Floats, Texts]:
    """The standardised rate of events of which one person may have several, such as repeat victimisation.

    Events of one person are not independent, and limits that take them so are too narrow. Each row is those people of
    a band who had `events_each` events: with p such people, the variance is Σ(f²p(w/n)²)/(Σw)²; the rest as `direct`.

    Args:
        persons: how many had that many events, from 0 up; NaN or None counts as none and is counted in `missing`.
        events_each: how many events each of them had, whole, from 1 up.
        population: all people of the band, the same in each of its rows.
        standard: the standard population of the band, the same in each of its rows.
        band: the age band of each row; a band with two rows of the same `events_each` is refused.
        area, multiplier, confidence: as for `direct`.

    Returns:
        A Direct; value and limits are NaN, and the note says so, under 10 events.

    Raises:
        BadNumber: for what `direct` refuses, `events_each` that are not whole or below 1, a band with two rows of the
            same `events_each`, and a band whose population or standard differs between its rows.
    """
    z, per = quantile(confidence), one_number("multiplier", multiplier, above=0)
    p, f, n, w = columns_of(persons=persons, events_each=events_each, population=population, standard=standard)
    _check_people(n, w)
    refuse_where(p < 0, "persons", "a number below 0", "allowed are numbers from 0 up")
    refuse_where(~(f >= 1) | (f % 1 != 0), "events_each", "something else", "allowed are whole numbers from 1 up")
    rows = Areas(area, len(p))
    first, back = _bands(rows.place, band, f)
    for name, column in (("population", n), ("standard", w)):
        refuse_where(column != column[first][back], name, "another number than before in this band", "a band has one")
    once = np.zeros(len(p))
    once[first] = 1
    known = np.nan_to_num(p)
    total = rows.sums(w * once)
    _check_weights(total)
    found = _direct(
        rows,
        rate=rows.sums(f * known * w / n) / total,
        variance=rows.sums(f**2 * known * (w / n) ** 2) / total**2,
        count=rows.sums(f * known),
        population=rows.sums(n * once),
        missing=rows.sums(np.isnan(p).astype(np.float64)),
        missing_counts="zero",
        per=per,
        z=z,
        method=DOBSON_REPEATS,
    )
    return found if area is not None else _direct_of_one(found)


@overload
def indirect(
    count: ArrayLike,
    population: ArrayLike,
    reference_count: ArrayLike,
    reference_population: ArrayLike,
    *,
    area: None = None,
    multiplier: float = 100_000,
    ratio_of: float = 100,
    confidence: float = 0.95,
    missing_counts: MissingCounts = "zero",
) -> Indirect[float, str]: ...


@overload
def indirect(
    count: ArrayLike,
    population: ArrayLike,
    reference_count: ArrayLike,
    reference_population: ArrayLike,
    *,
    area: Iterable[Hashable],
    multiplier: float = 100_000,
    ratio_of: float = 100,
    confidence: float = 0.95,
    missing_counts: MissingCounts = "zero",
) -> Indirect[Floats, Texts]: ...


def indirect(
    count: ArrayLike,
    population: ArrayLike,
    reference_count: ArrayLike,
    reference_population: ArrayLike,
    *,
    area: Iterable[Hashable] | None = None,
    multiplier: float = 100_000,
    ratio_of: float = 100,
    confidence: float = 0.95,
    missing_counts: MissingCounts = "zero",
) -> Indirect[float, str] | Indirect[Floats, Texts]:
    """Events against those that the reference's rates would give in the same people: for few events in an area.

    E = Σ(n · reference_count/reference_population) over the bands; ratio = O/E, rate = O/E · the reference's rate;
    limits are those of the count O, exact under 10 and Byar's from 10, in place of O. Two areas' ratios compare each
    with the reference, and not with each other.

    Args:
        count, population: events and people in each band (of each area); a missing count is as for `direct`.
        reference_count, reference_population: those of the reference, such as all similar forces, in the same band.
        area: the area of each row; None where all rows are of one.
        multiplier: the rate is per this many; ratio_of: what the ratio is when as many came as were expected.
        confidence: two-sided level from 0.9 to 1.

    Returns:
        An Indirect; without a value, and with a note, where no event was expected.

    Raises:
        BadNumber: for a count below 0, a population of 0 or less or missing, a missing reference count, no rows, or
            columns of different lengths; the message names the argument and the row.
    """
    check_choice("missing_counts", missing_counts, _MISSING)
    quantile(confidence)
    per, of = one_number("multiplier", multiplier, above=0), one_number("ratio_of", ratio_of, above=0)
    x, n, x_ref, n_ref = columns_of(
        count=count, population=population, reference_count=reference_count, reference_population=reference_population
    )
    _check_counts(x, n, x_ref, n_ref)
    rows = Areas(area, len(x))
    found = _indirect(
        rows,
        observed=rows.sums(np.nan_to_num(x)),
        expected=rows.sums(n * x_ref / n_ref),
        reference_rate=rows.sums(x_ref) / rows.sums(n_ref) * per,
        missing=rows.sums(np.isnan(x).astype(np.float64)),
        missing_counts=missing_counts,
        per=per,
        ratio_of=of,
        confidence=confidence,
    )
    return found if area is not None else _indirect_of_one(found)


def _check_people(population: Floats, standard: Floats) -> None:
    refuse_where(~(population > 0), "population", "0, less or nothing", "allowed are numbers above 0")
    refuse_where(~(standard >= 0), "standard", "a number below 0 or nothing", "allowed are numbers from 0 up")


def _check_counts(count: Floats, population: Floats, reference_count: Floats, reference_population: Floats) -> None:
    above, up = "allowed are numbers above 0", "allowed are numbers from 0 up"
    refuse_where(count < 0, "count", "a number below 0", up)
    refuse_where(~(population > 0), "population", "0, less or nothing", above)
    refuse_where(~(reference_count >= 0), "reference_count", "a number below 0 or nothing", up)
    refuse_where(~(reference_population > 0), "reference_population", "0, less or nothing", above)


def _check_weights(total: Floats) -> None:
    if not np.all(total > 0):
        raise BadNumber("standard: found only zeros in an area; allowed is a standard population with people in it.")


def _bands(
    place: NDArray[np.int64], band: Iterable[Hashable], events_each: Floats
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The first row of each band of each area, and which of these bands each row is of."""
    given = list(band)
    if len(given) != len(place):
        raise BadNumber(f"band: found {len(given)} bands for {len(place)} rows; each row has one.")
    labels, number = numbered("band", given)
    _, first, back = np.unique(place * len(labels) + number, return_index=True, return_inverse=True)
    if len({*zip(back.tolist(), events_each.tolist(), strict=True)}) < len(given):
        raise BadNumber("events_each: found two rows of one band with the same number; allowed is each once.")
    return first, back


def _direct(
    rows: Areas,
    *,
    rate: Floats,
    variance: Floats,
    count: Floats,
    population: Floats,
    missing: Floats,
    missing_counts: MissingCounts,
    per: float,
    z: float,
    method: str,
) -> Direct[Floats, Texts]:
    unknown: Flags = (missing > 0) & (missing_counts == "blank")
    note: Texts = np.where(unknown, UNKNOWN, np.where(count < FEWEST_EVENTS, TOO_FEW, ""))
    held = np.where(note == "", count, np.nan)
    lower, upper = byars_count_limits(held, z)
    value, stretch = np.where(note == "", rate, np.nan), np.sqrt(variance / held)
    return Direct(
        value=value * per,
        lower=(value + stretch * (lower - held)) * per,
        upper=(value + stretch * (upper - held)) * per,
        method=np.where(note == "", method, ""),
        areas=rows.labels,
        count=count,
        population=population,
        missing=missing,
        missing_counts=missing_counts,
        multiplier=per,
        note=note,
    )


def _indirect(
    rows: Areas,
    *,
    observed: Floats,
    expected: Floats,
    reference_rate: Floats,
    missing: Floats,
    missing_counts: MissingCounts,
    per: float,
    ratio_of: float,
    confidence: float,
) -> Indirect[Floats, Texts]:
    unknown: Flags = (missing > 0) & (missing_counts == "blank")
    note: Texts = np.where(unknown, UNKNOWN, np.where(expected == 0, NONE_EXPECTED, ""))
    usable = np.where(note == "", expected, np.nan)
    return Indirect(
        ratio=byars_interval(observed, usable, ratio_of, confidence),
        rate=byars_interval(observed, usable / reference_rate, 1, confidence),
        areas=rows.labels,
        observed=observed,
        expected=expected,
        reference_rate=reference_rate,
        missing=missing,
        missing_counts=missing_counts,
        multiplier=per,
        ratio_of=ratio_of,
        note=note,
    )


def _direct_of_one(found: Direct[Floats, Texts]) -> Direct[float, str]:
    return Direct(
        value=float(found.value[0]),
        lower=float(found.lower[0]),
        upper=float(found.upper[0]),
        method=str(found.method[0]),
        areas=(),
        count=float(found.count[0]),
        population=float(found.population[0]),
        missing=float(found.missing[0]),
        missing_counts=found.missing_counts,
        multiplier=found.multiplier,
        note=str(found.note[0]),
    )


def _indirect_of_one(found: Indirect[Floats, Texts]) -> Indirect[float, str]:
    return Indirect(
        ratio=_interval_of_one(found.ratio),
        rate=_interval_of_one(found.rate),
        areas=(),
        observed=float(found.observed[0]),
        expected=float(found.expected[0]),
        reference_rate=float(found.reference_rate[0]),
        missing=float(found.missing[0]),
        missing_counts=found.missing_counts,
        multiplier=found.multiplier,
        ratio_of=found.ratio_of,
        note=str(found.note[0]),
    )


def _interval_of_one(found: Interval[Floats, Texts]) -> Interval[float, str]:
    return Interval(float(found.value[0]), float(found.lower[0]), float(found.upper[0]), str(found.method[0]))
