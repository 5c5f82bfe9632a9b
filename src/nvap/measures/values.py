"""The numbers of a part from its sums: value and interval by the part's statistic, and what is withheld and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nvap.measures.frame import NOT_RECORDED, Frame
from nvap.measures.groups import Groups
from nvap.measures.population import MOST_ROWS_WITHOUT_PEOPLE, People
from nvap.packs.measure import Part
from nvap.packs.measure_model import FEWEST_FOR_PERCENT
from nvap.statistics.interval import quantile
from nvap.statistics.mean import quantile as quantile_of
from nvap.statistics.proportion import wilson_interval
from nvap.statistics.rate import byars_interval

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

FEWEST_FOR_MEAN_LIMITS = 150
"""Hours are skewed by a few very long jobs: with fewer rows the limits of a mean are too narrow to be shown."""
UNKNOWN_CATEGORY = "not known"
OK, PART_PERIOD, NOT_ENOUGH, REFUSED = 0, 1, 2, 3
STATUSES = ("ok", "part_period", "not_enough_data", "refused")


@dataclass(frozen=True)
class Layout:
    """What the rows of a part are laid out over: its periods, its areas (None: the whole force), and their people."""

    frame: Frame
    areas: Sequence[str | None]
    people: People | None


@dataclass
class Numbers:
    """One category of a part: arrays of one shape (groups, areas, periods)."""

    category: str | None
    numerator: Floats
    denominator: Floats
    unknown: Floats
    value: Floats
    lower: Floats
    upper: Floats
    method: NDArray[np.str_]
    status: NDArray[np.int64]
    remarks: list[tuple[Flags, str]] = field(default_factory=list)

    def withhold(self, where: Flags, status: int, reason: str, *, limits_only: bool = False) -> None:
        """Take value and limits (or the limits alone) away, and say why."""
        for name in ("lower", "upper") if limits_only else ("value", "lower", "upper"):
            setattr(self, name, np.where(where, np.nan, getattr(self, name)))
        self.method = np.where(where & (not limits_only), "", self.method)
        self.status = np.where(where, np.maximum(self.status, status), self.status)
        self.remarks.append((where, reason))


def numbers_of(part: Part, groups: Groups, layout: Layout) -> list[Numbers]:
    """The numbers of a part, one for each category (one in all where it has none)."""
    return _STATISTIC[part.statistic](part, groups, layout)


def _blank(numerator: Floats, denominator: Floats, unknown: Floats, category: str | None) -> Numbers:
    nothing = np.full(numerator.shape, np.nan)
    empty = np.full(numerator.shape, "", dtype="<U8")
    status = np.zeros(numerator.shape, dtype=np.int64)
    return Numbers(category, numerator, denominator, unknown, nothing, nothing, nothing, empty, status)


def _with_interval(made: Numbers, interval: object) -> Numbers:
    for name in ("value", "lower", "upper", "method"):
        setattr(made, name, getattr(interval, name))
    return made


def _counts(part: Part, groups: Groups, _: Layout) -> list[Numbers]:
    made = _blank(groups.sums["k"], np.full(groups.shape, np.nan), groups.sums["u"], None)
    made.value = made.numerator
    made.method = np.full(groups.shape, "count" if part.statistic == "count" else "sum")
    return [made]


def _rates(part: Part, groups: Groups, layout: Layout) -> list[Numbers]:
    per = part.multiplier or 1.0
    if not part.uses_population:
        made = _blank(groups.sums["k"], groups.sums["n"], groups.sums["u"], None)
        _with_interval(made, byars_interval(made.numerator, made.denominator, per))
        made.withhold(made.denominator == 0, NOT_ENOUGH, "There is nothing to divide by.")
        return [made]
    people, frame = layout.people, layout.frame
    assert people is not None  # noqa: S101 - a part by population is planned only where population is held
    denominator = np.broadcast_to(people.of(layout.areas, frame.periods), groups.shape).copy()
    made = _blank(groups.sums["k"], denominator, groups.sums["u"], None)
    _with_interval(made, byars_interval(made.numerator, np.where(denominator > 0, denominator, np.nan), per))
    _remark_on_people(made, people, layout)
    return [made]


def _remark_on_people(made: Numbers, people: People, layout: Layout) -> None:
    shape, periods = made.numerator.shape, layout.frame.periods
    unplaced = np.broadcast_to(np.array([area == NOT_RECORDED for area in layout.areas])[None, :, None], shape)
    made.withhold(unplaced, NOT_ENOUGH, "Rows without an area have no population to be held against.")
    undeclared = np.zeros(shape, dtype=np.bool_)
    for where, text in _said_of([people.undeclared(period) for period in periods], shape):
        made.withhold(where & ~unplaced, REFUSED, text)
        undeclared |= where
    missing = np.isnan(made.denominator) & ~unplaced & ~undeclared
    made.withhold(missing, NOT_ENOUGH, "No population is held for this area.")
    made.withhold(made.denominator == 0, REFUSED, "The population held is 0, so there is no rate.")
    whole = np.broadcast_to(np.array([area is None for area in layout.areas])[None, :, None], shape)
    gaps = [people.gap(period) for period in periods]
    for where, text in _said_of([gap.text if gap else "" for gap in gaps], shape):
        made.remarks.append((where & whole, text))
    wide = np.array([gap is not None and gap.share > MOST_ROWS_WITHOUT_PEOPLE for gap in gaps])
    made.withhold(np.broadcast_to(wide, shape) & whole, REFUSED, "So no rate is given for the whole force.")
    for where, text in _said_of([people.remark(period) for period in periods], shape):
        made.remarks.append((where & ~unplaced, text))


def _said_of(texts: Sequence[str], shape: tuple[int, ...]) -> list[tuple[Flags, str]]:
    """Each text that is said of some period, and where: once, however many periods it is said of."""
    found = []
    for text in sorted(set(texts) - {""}):
        found.append((np.broadcast_to(np.array([each == text for each in texts]), shape), text))
    return found


def _proportions(part: Part, groups: Groups, _: Layout) -> list[Numbers]:
    made = _blank(groups.sums["k"], groups.sums["n"], groups.sums["u"], None)
    return [_checked_percent(_with_interval(made, wilson_interval(made.numerator, made.denominator)))]


def _distributions(part: Part, groups: Groups, _: Layout) -> list[Numbers]:
    mix = part.mix
    assert mix is not None  # noqa: S101 - a distribution has a mix, checked when the measure was read
    known, unknown = groups.sums["n"], groups.sums["u"]
    found = []
    for each in mix.categories:
        if each.code in mix.unknown:
            continue
        count = groups.sums[f"k:{each.code}"]
        made = _blank(count, known, unknown, each.code)
        if each.code in mix.apart:
            made.denominator = np.full(groups.shape, np.nan)
            made.remarks.append((np.ones(groups.shape, bool), "Stands beside the mix and is not part of it."))
        else:
            made = _checked_percent(_with_interval(made, wilson_interval(count, known)))
        found.append(made)
    everyone = _blank(unknown, known + unknown, np.zeros(groups.shape), UNKNOWN_CATEGORY)
    everyone.remarks.append((np.ones(groups.shape, bool), "Of them all; the other shares are of those known."))
    found.append(_checked_percent(_with_interval(everyone, wilson_interval(everyone.numerator, everyone.denominator))))
    return found


def _checked_percent(made: Numbers) -> Numbers:
    few = made.denominator < FEWEST_FOR_PERCENT
    made.withhold(few & (made.denominator > 0), NOT_ENOUGH, f"Fewer than {FEWEST_FOR_PERCENT}: no percentage is shown.")
    made.withhold(made.denominator == 0, NOT_ENOUGH, "There was none to take a share of.")
    return made


def _means(part: Part, groups: Groups, _: Layout) -> list[Numbers]:
    """The mean with Student's t limits, from n, the sum and the sum of squares (statistics.md 3)."""
    # Loaded here: it takes longer to load than most commands take to run, and only means need it.
    from scipy.special import stdtrit  # noqa: PLC0415

    total, n, squares = groups.sums["k"], groups.sums["n"], groups.sums["kk"]
    made = _blank(total, n, groups.sums["u"], None)
    some, several = np.where(n > 0, n, np.nan), np.where(n > 1, n, np.nan)
    made.value = total / some
    variance = np.maximum(squares - total * made.value, 0) / (several - 1)
    reach = stdtrit(several - 1, 0.975) * np.sqrt(variance / several)
    made.lower, made.upper = made.value - reach, made.value + reach
    made.method = np.where(n > 0, "t", "")
    few = n < FEWEST_FOR_PERCENT
    made.withhold(few & (n > 0), NOT_ENOUGH, f"Fewer than {FEWEST_FOR_PERCENT}: no mean is shown.")
    made.withhold(n == 0, NOT_ENOUGH, "There was none to take a mean of.")
    _few_for_limits(made, n, few)
    return [made]


def _quantiles(part: Part, groups: Groups, _: Layout) -> list[Numbers]:
    """The value below which a share of the rows lies, with limits by order statistics (nvap.statistics.mean)."""
    values, at = groups.values, part.at
    assert values is not None and at is not None  # noqa: S101, PT018 - a quantile has both, checked when it was read
    n = groups.sums["n"]
    made = _blank(np.full(groups.shape, np.nan), n, groups.sums["u"], None)
    flat = {name: np.full(n.size, np.nan) for name in ("value", "lower", "upper")}
    order = np.argsort(values.place, kind="stable")
    places, starts = np.unique(values.place[order], return_index=True)
    for place, held in zip(places, np.split(values.value[order], starts[1:]), strict=True):
        found = quantile_of(held, at)
        for name, column in flat.items():
            column[place] = getattr(found, name)
    made.value, made.lower, made.upper = (flat[name].reshape(n.shape) for name in ("value", "lower", "upper"))
    made.method = np.where(n > 0, "order", "")
    few = n < FEWEST_FOR_PERCENT
    made.withhold(few & (n > 0), NOT_ENOUGH, f"Fewer than {FEWEST_FOR_PERCENT}: no middle or long value is shown.")
    made.withhold(n == 0, NOT_ENOUGH, "There was none to look at.")
    return [made]


def _shares(part: Part, groups: Groups, _: Layout) -> list[Numbers]:
    """One sum's share of another, with limits for a ratio of sums (linearised: Cochran 1977, Sampling Techniques, 6.3).

    The residual of each row is y - r·x, and y is x or 0, so their squares add up to Σy² - 2rΣy² + r²Σx².
    """
    some, whole, rows = groups.sums["k"], groups.sums["n"], groups.sums["rows"]
    made = _blank(some, whole, groups.sums["u"], None)
    made.value = some / np.where(whole > 0, whole, np.nan)
    several = np.where(rows > 1, rows, np.nan)
    left = groups.sums["kk"] * (1 - 2 * made.value) + made.value**2 * groups.sums["nn"]
    spread = np.sqrt(np.maximum(left, 0) * several / (several - 1)) / np.where(whole > 0, whole, np.nan)
    reach = quantile(0.95) * spread
    made.lower, made.upper = np.clip(made.value - reach, 0, 1), np.clip(made.value + reach, 0, 1)
    made.method = np.where(whole > 0, "ratio", "")
    few = rows < FEWEST_FOR_PERCENT
    made.withhold(few & (whole > 0), NOT_ENOUGH, f"Fewer than {FEWEST_FOR_PERCENT}: no percentage is shown.")
    made.withhold(~(whole > 0), NOT_ENOUGH, "There was none to take a share of.")
    _few_for_limits(made, rows, few)
    return [made]


def _few_for_limits(made: Numbers, n: Floats, few: Flags) -> None:
    where = (n < FEWEST_FOR_MEAN_LIMITS) & ~few
    made.withhold(where, OK, f"Fewer than {FEWEST_FOR_MEAN_LIMITS}: limits would look too sure.", limits_only=True)


_STATISTIC: dict[str, Callable[..., list[Numbers]]] = {
    "count": _counts,
    "rate": _rates,
    "proportion": _proportions,
    "distribution": _distributions,
    "total": _counts,
    "mean": _means,
    "share": _shares,
    "quantile": _quantiles,
}
