"""The numbers of a part from its sums: value and interval by the part's statistic, and what is withheld and why."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nvap.measures.frame import NOT_RECORDED, Frame
from nvap.measures.groups import NOT_KNOWN, Groups
from nvap.measures.population import MOST_ROWS_WITHOUT_PEOPLE, People, PeopleOfGroups
from nvap.packs.measure import Part
from nvap.packs.measure_model import FEWEST_FOR_PERCENT
from nvap.statistics.bounds import proportion_ratio_bounds, rate_ratio_bounds
from nvap.statistics.interval import quantile
from nvap.statistics.mean import quantiles
from nvap.statistics.proportion import wilson_interval
from nvap.statistics.rate import byars_interval

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

FEWEST_FOR_MEAN_LIMITS = 150
"""Hours are skewed by a few very long jobs: with fewer rows the limits of a mean are too narrow to be shown."""
UNKNOWN_CATEGORY = "not known"
AMONG_KNOWN = "among those known"
LOWEST = "lowest: all unknown in the reference group"
HIGHEST = "highest: all unknown in this group"
OK, PART_PERIOD, NOT_ENOUGH, REFUSED = 0, 1, 2, 3
STATUSES = ("ok", "part_period", "not_enough_data", "refused")


@dataclass(frozen=True)
class Layout:
    """What the rows of a part are laid out over: its periods, its areas (None: the whole force), and their people.

    `groups` are the people of each group, where rows are told apart by what people are told apart by; `told_by` are
    the places of those dimensions among a group's words. With `standardised` a rate by population is also given as it
    would be with the standard's ages, and `ages` are the people of each age band. `until` is the day as at which the
    table that is counted stands.
    """

    frame: Frame
    areas: Sequence[str | None]
    people: People | None
    groups: PeopleOfGroups | None = None
    told_by: tuple[int, ...] = ()
    standardised: bool = False
    ages: PeopleOfGroups | None = None
    until: datetime.date | None = None


@dataclass
class Numbers:
    """One category of a part: arrays of one shape (groups, areas, periods); `shown` marks the groups it is about."""

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
    shown: Flags | None = None

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


def blank(numerator: Floats, denominator: Floats, unknown: Floats, category: str | None) -> Numbers:
    """Numbers that have no value yet."""
    nothing = np.full(numerator.shape, np.nan)
    empty = np.full(numerator.shape, "", dtype="<U8")
    status = np.zeros(numerator.shape, dtype=np.int64)
    return Numbers(category, numerator, denominator, unknown, nothing, nothing, nothing, empty, status)


def with_interval(made: Numbers, interval: object) -> Numbers:
    """The same numbers with an interval's value and limits."""
    for name in ("value", "lower", "upper", "method"):
        setattr(made, name, getattr(interval, name))
    return made


def _counts(part: Part, groups: Groups, _: Layout) -> list[Numbers]:
    made = blank(groups.sums["k"], np.full(groups.shape, np.nan), groups.sums["u"], None)
    made.value = made.numerator
    made.method = np.full(groups.shape, "count" if part.statistic == "count" else "sum")
    return [made]


def _rates(part: Part, groups: Groups, layout: Layout) -> list[Numbers]:
    per = part.multiplier or 1.0
    if not part.uses_population:
        made = blank(groups.sums["k"], groups.sums["n"], groups.sums["u"], None)
        with_interval(made, byars_interval(made.numerator, made.denominator, per))
        made.withhold(made.denominator == 0, NOT_ENOUGH, "There is nothing to divide by.")
        return [made]
    denominator = _people(groups, layout)
    made = blank(groups.sums["k"], denominator, groups.sums["u"], None)
    with_interval(made, byars_interval(made.numerator, np.where(denominator > 0, denominator, np.nan), per))
    remark_on_people(made, layout)
    return [made]


def _people(groups: Groups, layout: Layout) -> Floats:
    """The people behind each number: those of the area, or those of them who are of the group."""
    if layout.groups is not None:
        whose = [tuple(words[at] for at in layout.told_by) for words in groups.words]
        return layout.groups.of(whose, layout.areas, layout.frame.periods)
    assert layout.people is not None  # noqa: S101 - a part by population is planned only where population is held
    return np.broadcast_to(layout.people.of(layout.areas, layout.frame.periods), groups.shape).copy()


def remark_on_people(made: Numbers, layout: Layout, kind: str = "group") -> None:
    """Withhold numbers whose people are not held, and say what must be said of those that are."""
    people = layout.groups.everyone if layout.groups is not None else layout.people
    assert people is not None  # noqa: S101 - a part by population is planned only where population is held
    shape, periods = made.numerator.shape, layout.frame.periods
    unplaced = np.broadcast_to(np.array([area == NOT_RECORDED for area in layout.areas])[None, :, None], shape)
    made.withhold(unplaced, NOT_ENOUGH, "Rows without an area have no population to be held against.")
    undeclared = np.zeros(shape, dtype=np.bool_)
    for where, text in _said_of([people.undeclared(period) for period in periods], shape):
        made.withhold(where & ~unplaced, REFUSED, text)
        undeclared |= where
    missing = np.isnan(made.denominator) & ~unplaced & ~undeclared
    which = "this area" if layout.groups is None else f"this {kind}{'' if layout.areas == [None] else ' and area'}"
    made.withhold(missing, NOT_ENOUGH, f"No population is held for {which}.")
    made.withhold(made.denominator == 0, REFUSED, "The population held is 0, so there is no rate.")
    whole = np.broadcast_to(np.array([area is None for area in layout.areas])[None, :, None], shape)
    gaps = [people.gap(period) for period in periods]
    for where, text in _said_of([gap.text if gap else "" for gap in gaps], shape):
        made.remarks.append((where & whole, text))
    wide = np.array([gap is not None and gap.share > MOST_ROWS_WITHOUT_PEOPLE for gap in gaps])
    made.withhold(np.broadcast_to(wide, shape) & whole, REFUSED, "So no rate is given for the whole force.")
    for where, text in _said_of([people.remark(period) for period in periods], shape):
        made.remarks.append((where & ~unplaced & ~missing, text))


def _said_of(texts: Sequence[str], shape: tuple[int, ...]) -> list[tuple[Flags, str]]:
    """Each text that is said of some period, and where: once, however many periods it is said of."""
    found = []
    for text in sorted(set(texts) - {""}):
        found.append((np.broadcast_to(np.array([each == text for each in texts]), shape), text))
    return found


def _ratios(part: Part, groups: Groups, layout: Layout) -> list[Numbers]:
    """Each group's rate or share over that of the reference, as known and at its bounds (nvap.statistics.bounds).

    `unknown` counts the rows whose group nobody knows: with all of them in the reference the ratio is lowest, with all
    of them in the group itself it is highest.
    """
    names = part.groups[0].names
    reference, unknown = names[part.reference or ""], names.get("unknown", NOT_KNOWN)
    of_reference, of_unknown = _beside(groups, reference), _beside(groups, unknown)
    is_reference = np.array([words[0] == reference for words in groups.words], dtype=np.bool_)
    is_group = np.array([words[0] not in (reference, unknown) for words in groups.words], dtype=np.bool_)
    count, not_known = groups.sums["k"], of_unknown(groups.sums["k"])
    if part.uses_population:
        people = _people(groups, layout)
        under = np.where(people > 0, people, np.nan)
        found = rate_ratio_bounds(count, under, of_reference(count), of_reference(under), not_known)
    else:
        people = groups.sums["n"]
        under = np.where(people > 0, people, np.nan)
        found = proportion_ratio_bounds(
            count,
            under,
            of_reference(count),
            of_reference(under),
            unknown_count=not_known,
            unknown_total=of_unknown(people),
        )
        not_known = of_unknown(people)
    every = []
    for category, interval in ((AMONG_KNOWN, found.known), (LOWEST, found.lowest), (HIGHEST, found.highest)):
        made = with_interval(blank(count, people, not_known, category), interval)
        made.shown = is_group | is_reference if category == AMONG_KNOWN else is_group
        if part.uses_population:
            remark_on_people(made, layout)
        _remark_on_ratio(made, is_reference, held=np.isfinite(under) & np.isfinite(of_reference(under)))
        every.append(made)
    return every


def _beside(groups: Groups, name: str) -> Callable[[Floats], Floats]:
    """What gives each group the sums of the group of this name that shares its further words; 0 where there is none."""
    index = {words: at for at, words in enumerate(groups.words)}
    places = [index.get((name, *words[1:]), -1) for words in groups.words]

    def of(sums: Floats) -> Floats:
        return np.where((np.array(places) < 0)[:, None, None], 0.0, sums[places])

    return of


def _remark_on_ratio(made: Numbers, is_reference: Flags, *, held: Flags) -> None:
    shape = made.numerator.shape
    against = np.broadcast_to(is_reference[:, None, None], shape)
    made.remarks.append((against, "The group that the others are held against."))
    for name in ("lower", "upper"):
        setattr(made, name, np.where(against, np.nan, getattr(made, name)))
    made.withhold(held & np.isnan(made.value), NOT_ENOUGH, "Neither group has one, so there is no ratio.")
    made.withhold(np.isinf(made.value), NOT_ENOUGH, "The group held against has none, so there is no ratio.")
    made.withhold(~held & (made.status == OK), NOT_ENOUGH, "There is nothing to divide by.")
    made.upper = np.where(np.isinf(made.upper), np.nan, made.upper)


def _proportions(part: Part, groups: Groups, _: Layout) -> list[Numbers]:
    made = blank(groups.sums["k"], groups.sums["n"], groups.sums["u"], None)
    return [checked_percent(with_interval(made, wilson_interval(made.numerator, made.denominator)))]


def _distributions(part: Part, groups: Groups, _: Layout) -> list[Numbers]:
    mix = part.mix
    assert mix is not None  # noqa: S101 - a distribution has a mix, checked when the measure was read
    known, unknown = groups.sums["n"], groups.sums["u"]
    found = []
    for each in mix.categories:
        if each.code in mix.unknown:
            continue
        count = groups.sums[f"k:{each.code}"]
        made = blank(count, known, unknown, each.code)
        if each.code in mix.apart:
            made.denominator = np.full(groups.shape, np.nan)
            made.remarks.append((np.ones(groups.shape, bool), "Stands beside the mix and is not part of it."))
        else:
            made = checked_percent(with_interval(made, wilson_interval(count, known)))
        found.append(made)
    everyone = blank(unknown, known + unknown, np.zeros(groups.shape), UNKNOWN_CATEGORY)
    everyone.remarks.append((np.ones(groups.shape, bool), "Of them all; the other shares are of those known."))
    found.append(checked_percent(with_interval(everyone, wilson_interval(everyone.numerator, everyone.denominator))))
    return found


def checked_percent(made: Numbers) -> Numbers:
    """The same shares, withheld where they are of too few or of none."""
    few = made.denominator < FEWEST_FOR_PERCENT
    made.withhold(few & (made.denominator > 0), NOT_ENOUGH, f"Fewer than {FEWEST_FOR_PERCENT}: no percentage is shown.")
    made.withhold(made.denominator == 0, NOT_ENOUGH, "There was none to take a share of.")
    return made


def _means(part: Part, groups: Groups, _: Layout) -> list[Numbers]:
    """The mean with Student's t limits, from n, the sum and the sum of squares (statistics.md 3)."""
    # Loaded here: it takes longer to load than most commands take to run, and only means need it.
    from scipy.special import stdtrit  # noqa: PLC0415

    total, n, squares = groups.sums["k"], groups.sums["n"], groups.sums["kk"]
    made = blank(total, n, groups.sums["u"], None)
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
    made = blank(np.full(groups.shape, np.nan), n, groups.sums["u"], None)
    found = quantiles(values.value, values.place, n.size, at)
    made.value, made.lower, made.upper = (each.reshape(n.shape) for each in (found.value, found.lower, found.upper))
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
    made = blank(some, whole, groups.sums["u"], None)
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
    "group_ratio": _ratios,
}
