"""Funnels: which of many areas differ by more than chance from all of them, instead of a rank table.

`limits` draws them as FunnelPlotR does: about a target, and wider where areas vary more than chance has it.
`fingertips_limits` and `significance` do as the Office for Health Improvement and Disparities does in Fingertips.

Among many areas some lie outside by chance: at 95% one in twenty. A point outside is a question, not an answer.

Sources: Spiegelhalter DJ (2005), Statistics in Medicine 24:1185-1202, and Quality and Safety in Health Care
14:347-351; Campbell MJ and others (2012), BMJ 344:e1001, for the SHMI; DerSimonian R, Laird N (1986), Controlled
Clinical Trials 7:177-188, for the variance between areas. Choices as in FunnelPlotR 0.6.0 and
PHEindicatormethods 2.1.0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from nvap.statistics.areas import columns_of
from nvap.statistics.control_chart.checks import check_choice, one_number, refuse_where
from nvap.statistics.interval import BadNumber, Flags, Floats, Interval, Texts, numbers, quantile
from nvap.statistics.proportion import wilson_interval
from nvap.statistics.rate import byars_interval, exact_count_limits

Kind = Literal["proportion", "ratio", "ratio of counts"]
Scale = Literal["shmi", "square root", "cqc"]
FingertipsKind = Literal["proportion", "ratio", "rate"]
_KINDS: Final = ("proportion", "ratio", "ratio of counts")
_SCALES: Final = ("shmi", "square root", "cqc")
_FINGERTIPS: Final = ("proportion", "ratio", "rate")
_USUAL, _WIDE = 0.95, 0.998
# FunnelPlotR's own normal quantiles, to six decimals; with more, its recorded limits differ in the ninth digit.
_Z_USUAL, _Z_WIDE = 1.959964, 3.090232


@dataclass(frozen=True, eq=False)
class Lines:
    """The four lines of a funnel at each area, or at each point asked for, as read-only arrays."""

    lower_95: Floats
    upper_95: Floats
    lower_998: Floats
    upper_998: Floats

    def __post_init__(self) -> None:
        for field in fields(self):
            getattr(self, field.name).flags.writeable = False


@dataclass(frozen=True, eq=False)
class Funnel:
    """Where each area stands in a funnel.

    `values`, `target` and the lines are times the multiplier. `plain` are the limits by chance alone, and `adjusted`
    those that allow for `between`, the variance between areas, or None where none were asked for. `dispersion` is the
    mean square of the areas' distances from the target in standard errors, after the most extreme were reined in: 1 by
    chance alone, NaN where not asked for. Where it is 1 or less the plain limits are `drawn`, else the adjusted.
    `outside_95` and `outside_998` are the areas strictly outside what is drawn.
    """

    values: Floats
    target: float
    plain: Lines
    adjusted: Lines | None
    dispersion: float
    between: float
    outside_95: Flags
    outside_998: Flags
    kind: Kind
    scale: Scale | None
    multiplier: float

    def __post_init__(self) -> None:
        for part in (self.values, self.outside_95, self.outside_998):
            part.flags.writeable = False

    @property
    def overdispersed(self) -> bool:
        """Whether the adjusted limits are drawn."""
        return self.adjusted is not None and self.dispersion > 1

    @property
    def drawn(self) -> Lines:
        """The limits that hold."""
        return self.adjusted if self.adjusted is not None and self.overdispersed else self.plain

    def drawn_at(self, denominators: ArrayLike) -> Lines:
        """The drawn lines at any denominators above 0, for a curve. Raises BadNumber for others."""
        at = numbers("denominators", denominators)
        refuse_where(np.atleast_1d(~(at > 0) | np.isinf(at)), "denominators", "something else", "allowed are above 0")
        between = self.between if self.overdispersed else None
        return _About(self.target / self.multiplier, self.kind, self.scale).lines(at, between, self.multiplier)


def limits(
    count: ArrayLike,
    denominator: ArrayLike,
    *,
    kind: Kind = "proportion",
    overdispersion: bool = True,
    scale: Scale = "shmi",
    trim: float = 0.1,
    round_expected: bool = False,
    target: float | None = None,
    multiplier: float = 1,
) -> Funnel:
    """The funnel of many areas about their common value, with 95% and 99.8% limits.

    Args:
        count: events in each area, from 0 up; NaN or None leaves the area out.
        denominator: what they are of, above 0: all cases for a proportion, expected events for a (standardised)
            ratio, other events for a ratio of counts.
        kind: "proportion" works on arcsin √p, "ratio of counts" on logarithms, and "ratio" on `scale`.
        overdispersion: whether to allow for areas that vary more than chance has it.
        scale: of a ratio; "shmi" takes logarithms and leaves out the extreme tenths when it judges the dispersion,
            "square root" draws the extremes in to those tenths, as proportions and ratios of counts do. "cqc" does so
            too, and gives FunnelPlotR's limits of that name, which stay on the root's scale: about half as wide.
        trim: the share at either end that is extreme, from 0 and below one half.
        round_expected: whether to round expected events to two decimals first, as FunnelPlotR does for the SHMI.
        target: the value to stand about, before the multiplier; all events over all denominators where None. A
            ratio always stands about 1.
        multiplier: what values and lines are times, above 0, such as 100.

    Returns:
        A Funnel: one value and one flag for each area, NaN and False where it is left out.

    Raises:
        BadNumber: for counts below 0, denominators of 0 or less, more cases than a proportion has, no areas, or areas
            too few or too far from the target to judge the dispersion; the message names the argument.
    """
    check_choice("kind", kind, _KINDS)
    check_choice("scale", scale, _SCALES)
    per, share = one_number("multiplier", multiplier, above=0), one_number("trim", trim)
    if not 0 <= share < 0.5:
        raise BadNumber(f"trim: found {trim!r}, allowed is a share from 0 and below one half, such as 0.1.")
    x, n = _areas(count, denominator, at_most=kind == "proportion")
    used = scale if kind == "ratio" else None
    if round_expected and used == "shmi":
        n = np.round(n, 2)
        refuse_where(n == 0, "denominator", "expected events that round to 0", "allowed are 0.01 and more")
    about = _About(_centre(x, n, kind, target), kind, used)
    dispersion, between = _dispersion(x, n, about, share) if overdispersion else (math.nan, None)
    return _funnel(x, n, about, dispersion=dispersion, between=between, multiplier=per)


def fingertips_limits(
    at: ArrayLike, *, kind: FingertipsKind, average: float | None = None, multiplier: float = 100
) -> Lines:
    """The funnel's lines as Fingertips draws them, at populations (proportion) or at events (ratio, rate).

    Proportion: p ± z√(p(1 - p)/n), cut at 0 and 1. Ratio and rate: what an area of x events would need as its value
    for one of its exact Poisson limits to be the average: average · x / upper and average · x / lower.

    Args:
        at: populations or events, above 0.
        kind: "proportion", "ratio" (of events to those expected) or "rate" (of events to people).
        average: of all areas; a share for a proportion, a rate before the multiplier; 1 for a ratio, unless said.
        multiplier: what the lines are times.

    Returns:
        Lines, one element for each of `at`.

    Raises:
        BadNumber: for populations or events of 0 or less or without end, no average where there must be one, or a share
            of 1 and more; the message names the argument.
    """
    check_choice("kind", kind, _FINGERTIPS)
    per, x = one_number("multiplier", multiplier, above=0), np.atleast_1d(numbers("at", at))
    refuse_where(~(x > 0) | np.isinf(x), "at", "something else", "allowed are finite numbers above 0")
    if average is None and kind != "ratio":
        raise BadNumber(f"average: found None, allowed for a {kind} is the average of all areas.")
    centre = one_number("average", 1 if average is None else average, above=0)
    if kind == "proportion":
        if centre >= 1:
            raise BadNumber(f"average: found {average!r}, allowed is a share above 0 and below 1.")
        error = np.sqrt(centre * (1 - centre) / x)
        reach = [quantile(level) * error for level in (_USUAL, _WIDE)]
        return Lines(
            *(np.clip(centre + sign * each, 0, 1) * per for each in reach for sign in (-1, 1)),
        )
    lower, upper = exact_count_limits(x, _USUAL)
    lowest, highest = exact_count_limits(x, _WIDE)
    return Lines(*(centre * x / limit * per for limit in (upper, lower, highest, lowest)))


def significance(
    count: ArrayLike, denominator: ArrayLike, *, kind: FingertipsKind, average: float | None = None
) -> Texts:
    """Fingertips' label of each area: "High (0.001)", "High (0.025)", "Low …", "Not significant", or "" where missing.

    The average is held against the area's own limits, Wilson's for a proportion and exact or Byar's for the others:
    beyond those at 99.8% gives 0.001, beyond those at 95% gives 0.025.

    Args:
        count, denominator: as for `limits`; expected events for a ratio, people for a rate.
        kind: as for `fingertips_limits`.
        average: all events over all denominators where None, and 1 for a ratio.

    Returns:
        A text for each area.

    Raises:
        BadNumber: for what `limits` refuses of counts, denominators and target.
    """
    check_choice("kind", kind, _FINGERTIPS)
    x, n = _areas(count, denominator, at_most=kind == "proportion")
    centre = _centre(x, n, kind, average)
    found: list[Any] = [
        wilson_interval(x, n, level) if kind == "proportion" else byars_interval(x, n, 1, level)
        for level in (_USUAL, _WIDE)
    ]
    labels = significance_of_intervals(*found, average=centre)
    return np.where(np.isnan(x + n), "", labels)


def significance_of_intervals(
    usual: Interval[Floats, Texts], wide: Interval[Floats, Texts], *, average: float
) -> Texts:
    """The label that `significance` gives, from limits at 95% and at 99.8%, such as of standardised rates.

    An area without limits, such as a standardised rate of fewer than 10 events, is "Not applicable".

    Args:
        usual, wide: the areas' values with their limits at 95%, and at 99.8%, in the same order.
        average: what they are held against, in their unit.

    Returns:
        A text for each area.

    Raises:
        BadNumber: for an average that is no number.
    """
    centre = one_number("average", average)
    labels = np.select(
        [wide.lower > centre, usual.lower > centre, wide.upper < centre, usual.upper < centre],
        ["High (0.001)", "High (0.025)", "Low (0.001)", "Low (0.025)"],
        "Not significant",
    )
    return np.where(np.isnan(usual.value), "Not applicable", labels)


def _areas(count: ArrayLike, denominator: ArrayLike, *, at_most: bool) -> tuple[Floats, Floats]:
    x, n = columns_of(count=count, denominator=denominator)
    refuse_where(x < 0, "count", "a number below 0", "allowed are numbers from 0 up")
    refuse_where(n <= 0, "denominator", "0 or less", "allowed are numbers above 0")
    if at_most:
        refuse_where(x > n, "count", "more than its denominator", "a proportion's count is at most its total")
    missing = np.isnan(x + n)
    if missing.all():
        raise BadNumber("count: found no area with a count and a denominator; a funnel needs some.")
    return np.where(missing, np.nan, x), np.where(missing, np.nan, n)


def _centre(x: Floats, n: Floats, kind: str, target: float | None) -> float:
    if kind == "ratio":
        if target is not None:
            raise BadNumber(f"target: found {target!r}, allowed for a ratio is None: it stands about 1.")
        return 1.0
    centre = float(np.nansum(x) / np.nansum(n)) if target is None else one_number("target", target, above=0)
    if centre == 0:
        raise BadNumber("count: found no event in any area; there is nothing to stand about.")
    if kind == "proportion" and centre > 1:
        raise BadNumber(f"target: found {target!r}, allowed is a share above 0 and up to 1.")
    return centre


def _funnel(
    x: Floats, n: Floats, about: _About, *, dispersion: float, between: float | None, multiplier: float
) -> Funnel:
    """The funnel about a known centre; by chance alone where `between` is None."""
    plain = about.lines(n, None, multiplier)
    adjusted = about.lines(n, between, multiplier) if between is not None else None
    held = adjusted if adjusted is not None and dispersion > 1 else plain
    values = x / n * multiplier
    return Funnel(
        values=values,
        target=about.centre * multiplier,
        plain=plain,
        adjusted=adjusted,
        dispersion=dispersion,
        between=between or 0.0,
        outside_95=(values < held.lower_95) | (values > held.upper_95),
        outside_998=(values < held.lower_998) | (values > held.upper_998),
        kind=about.kind,
        scale=about.scale,
        multiplier=multiplier,
    )


def _dispersion(count: Floats, denominator: Floats, about: _About, trim: float) -> tuple[float, float]:
    """The dispersion and the variance between areas."""
    known = ~np.isnan(count)
    x, n = count[known], denominator[known]
    with np.errstate(divide="ignore"):
        z, s = about.distances(x, n)
    if about.scale == "shmi":
        kept = _within(z, trim)
        z, s = z[kept], s[kept]
    else:
        z = np.clip(z, *np.quantile(z, (trim, 1 - trim)))
    if len(z) < 2:
        raise BadNumber("count: found too few areas to judge the dispersion; allowed are two or more after trimming.")
    if not np.isfinite(z).all():
        raise BadNumber("count: found areas without an event, which have no logarithm; scale='square root' takes them.")
    many, weights = len(z), 1 / s**2
    dispersion = float(np.mean(z**2))
    excess = many * dispersion - (many - 1)
    return dispersion, max(0.0, excess / float(weights.sum() - (weights**2).sum() / weights.sum()))


def _within(z: Floats, trim: float) -> Flags:
    """Which are not among the extreme `trim` at either end, by rank; equals share their rank."""
    _, back, many = np.unique(z, return_inverse=True, return_counts=True)
    rank = (np.cumsum(many) - (many - 1) / 2)[back]
    # A rank on the edge can miss it by a rounding.
    edge, all_ = 1e-9, len(z) + 1
    return (rank >= trim * all_ - edge) & (rank < (1 - trim) * all_ - edge)


@dataclass(frozen=True)
class _About:
    """What areas are held against, and the scale on which they are."""

    centre: float
    kind: Kind
    scale: Scale | None

    def distances(self, x: Floats, n: Floats) -> tuple[Floats, Floats]:
        """How many standard errors each area lies from the centre, and that error."""
        if self.kind == "proportion":
            s = 1 / (2 * np.sqrt(n))
            return (np.arcsin(np.sqrt(x / n)) - math.asin(math.sqrt(self.centre))) / s, s
        if self.kind == "ratio of counts":
            s = np.sqrt(x / (x + 0.5) ** 2 + n / (n + 0.5) ** 2)
            return (np.log((x + 0.5) / (n + 0.5)) - math.log(self.centre)) / s, s
        if self.scale == "shmi":
            s = 1 / np.sqrt(n)
            return np.log(x / n) / s, s
        s = 1 / (2 * np.sqrt(n))
        return (np.sqrt(x / n) - 1) / s, s

    def back(self, end: Floats) -> Floats:
        """The value that lies `end` from the centre on that scale."""
        if self.kind == "proportion":
            # Past its ends the arcsine turns back: an angle beyond them means a limit of 0 or 1.
            return np.sin(np.clip(math.asin(math.sqrt(self.centre)) + end, 0, math.pi / 2)) ** 2
        if self.scale == "square root":
            return np.maximum(1 + end, 0) ** 2
        if self.scale == "cqc":
            return 1 + end
        # Of next to nothing expected, the limit is past what a number holds: infinite.
        with np.errstate(over="ignore"):
            return self.centre * np.exp(end)

    def lines(self, n: Floats, between: float | None, multiplier: float) -> Lines:
        """The lines at denominators `n`; by chance alone where `between` is None."""
        if self.kind == "ratio" and between is None:
            return _poisson_lines(n, multiplier)
        error = np.sqrt((1 / n if self.scale == "shmi" else 1 / (4 * n)) + (between or 0.0))
        ends = [sign * z * error for z in (_Z_USUAL, _Z_WIDE) for sign in (-1, 1)]
        return Lines(*(np.asarray(self.back(end) * multiplier) for end in ends))


def _poisson_lines(expected: Floats, multiplier: float) -> Lines:
    """Exact limits of as many events as were expected, over these."""
    events = np.atleast_1d(expected)
    pairs = [exact_count_limits(events, level) for level in (_USUAL, _WIDE)]
    return Lines(*((limit / events * multiplier).reshape(expected.shape) for pair in pairs for limit in pair))
