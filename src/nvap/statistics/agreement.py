"""How far raters agree when they judge the same items: as it is, and beyond what chance alone would give.

Which one: report the raw agreement always, and Gwet's AC beside kappa. Where one answer is rare, as in most audits,
kappa can be near 0 though nearly all items agree. Krippendorff's alpha and Gwet's AC take gaps.

Sources: Cohen J (1960), Educational and Psychological Measurement 20:37-46, and (1968), Psychological Bulletin
70:213-220, with the error of Fleiss JL and others (1969), Psychological Bulletin 72:323-327; Fleiss JL (1971),
Psychological Bulletin 76:378-382; Conger AJ (1980), Psychological Bulletin 88:322-328; Brennan RL, Prediger DJ (1981),
Educational and Psychological Measurement 41:687-699; Krippendorff K (2018), Content Analysis, fourth edition, chapter
12; Gwet KL (2008), British Journal of Mathematical and Statistical Psychology 61:29-48, and (2014), Handbook of
Inter-Rater Reliability, fourth edition, for AC, weights, gaps and the errors of all but Cohen's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from nvap.statistics.agreement_weights import LEVELS, Level, Weights, for_level, weights_of
from nvap.statistics.control_chart.checks import check_choice
from nvap.statistics.interval import BadNumber, Floats, Interval, quantile
from nvap.statistics.proportion import wilson_interval
from nvap.statistics.ratings import Rated, rated_of

ONE_CATEGORY: Final = "not estimable: all ratings are of one category"
NO_PAIR: Final = "not estimable: no item was rated twice"
NO_CHANCE: Final = "not estimable: chance alone would agree on everything"

Limits = Literal["t", "normal"]
_LIMITS: Final = ("t", "normal")
# Below this distance from 1, what is left beyond chance is a rounding.
_NOISE: Final = 1e-12


@dataclass(frozen=True)
class Agreement(Interval[float, str]):
    """A coefficient of agreement: 1 where all agree, 0 where they agree as chance would have it.

    `observed` is the (weighted) raw agreement and `chance` what is expected by chance. `items` were rated at least
    once, by up to `raters`, and `missing` ratings were not given. Where the coefficient cannot be worked out its
    numbers are NaN and `note` says why, with the raw agreement still in `observed`. `limits` is how its limits, cut at
    1, were made from `error`: by Student's t with items less one, by the normal distribution, or Wilson's.
    """

    observed: float
    chance: float
    error: float
    weights: str
    items: int
    raters: int
    missing: int
    limits: str
    confidence: float
    note: str


def raw_agreement(
    ratings: Sequence[Sequence[Any]] | NDArray[Any],
    *,
    categories: Sequence[Any],
    weights: Weights = "identity",
    population: int | None = None,
    limits: Limits = "t",
    confidence: float = 0.95,
) -> Agreement:
    """How often two raters of the same item agree, on average over the items; nothing is taken off for chance.

    Two raters with identity weights have Wilson's limits (an item agrees or does not), unless a population is given.

    Args:
        ratings: a row an item and a column a rater; None or NaN is no rating.
        categories: all categories there could be, in order, from the measure's definition and not from the ratings:
            one that nobody used still counts. Texts, or increasing numbers.
        weights: how much of an agreement two different categories are. "identity": none; "linear" and "quadratic" by
            their distance (of numbers, or of places in the list); "ordinal": Gwet's, by the pairs between them;
            "ratio": by their ratio.
        population: how many items there are in all, where the rated ones are a sample of few; the error is then
            times √(1 - n/N).
        limits: by Student's t, as irrCAC does, or by the normal distribution, as statsmodels does.
        confidence: two-sided level from 0.9 to 1.

    Returns:
        An Agreement. Where it cannot be worked out, its numbers are NaN and its `note` says why.

    Raises:
        BadNumber: for a rating that is none of the categories, fewer than two categories or raters, a population of
            fewer than were rated, or a choice not named here; the message names the argument.
    """
    rated = rated_of(ratings, categories)
    how = _How("raw agreement", weights, population, limits, confidence, rated)
    table = weights_of(weights, categories)
    two = rated.times >= 2
    if not two.any():
        return how.none(NO_PAIR)
    each, observed = _observed(rated, table)
    if rated.raters == 2 and weights == "identity" and population is None:
        found = wilson_interval(float(np.sum(each[two])), float(np.sum(two)), confidence)
        share = found.value
        error = math.sqrt(share * (1 - share) / float(np.sum(two)))
        return how.result(share, share, 0.0, error, between=(found.lower, found.upper))
    influence = np.where(two, len(two) / two.sum() * each, 0.0)
    return how.result(observed, observed, 0.0, _error(influence, observed))


def cohens_kappa(
    ratings: Sequence[Sequence[Any]] | NDArray[Any],
    *,
    categories: Sequence[Any],
    weights: Weights = "identity",
    population: int | None = None,
    limits: Limits = "t",
    confidence: float = 0.95,
) -> Agreement:
    """Cohen's kappa of two raters, weighted where asked: chance is each rater's own shares of the categories.

    The error is that of Fleiss, Cohen and Everitt (the delta method). An item without both ratings is left out and
    counted. Arguments, result and refusals are as for `raw_agreement`; more raters than two are refused, and have
    `congers_kappa`.
    """
    rated = rated_of(ratings, categories)
    if rated.raters != 2:
        raise BadNumber(f"ratings: found {rated.raters} raters, allowed are two; more have Conger's or Fleiss's kappa.")
    both = rated.times == 2
    rated = rated.only(both)
    how = _How("Cohen's kappa", weights, population, limits, confidence, rated)
    table = weights_of(weights, categories)
    if not both.any():
        return how.none(NO_PAIR)
    count, size = len(rated.places), len(table)
    joint = np.zeros((size, size))
    np.add.at(joint, (rated.places[:, 0], rated.places[:, 1]), 1 / count)
    first, other = joint.sum(axis=1), joint.sum(axis=0)
    observed, chance = float(np.sum(table * joint)), float(first @ table @ other)
    if refused := _not_estimable(rated, chance):
        return how.none(refused, observed)
    kappa = (observed - chance) / (1 - chance)
    apart = table - (1 - kappa) * ((table @ other)[:, None] + (table.T @ first)[None, :])
    spread = float(np.sum(joint * apart**2)) - (kappa - chance * (1 - kappa)) ** 2
    error = math.sqrt(max(spread, 0.0) / count) / (1 - chance)
    return how.result(kappa, observed, chance, error)


def congers_kappa(
    ratings: Sequence[Sequence[Any]] | NDArray[Any],
    *,
    categories: Sequence[Any],
    weights: Weights = "identity",
    population: int | None = None,
    limits: Limits = "t",
    confidence: float = 0.95,
) -> Agreement:
    """Conger's kappa, which is Cohen's for any number of raters: chance is the mean over all pairs of raters.

    Every item needs a rating of every rater: BadNumber for a gap. Arguments, result and refusals are else as for
    `raw_agreement`.
    """
    rated = rated_of(ratings, categories)
    if rated.missing:
        raise BadNumber("ratings: found a gap; Conger's kappa needs every rating, and Gwet's AC or alpha takes gaps.")
    how = _How("Conger's kappa", weights, population, limits, confidence, rated)
    table = weights_of(weights, categories)
    if not len(rated.places):
        return how.none(NO_PAIR)
    pairs = rated.raters * (rated.raters - 1)
    shares = np.stack([np.mean(rated.places == place, axis=0) for place in range(len(table))], axis=1)
    together = shares.sum(axis=0)
    chance = float(together @ table @ together - np.sum((shares @ table) * shares)) / pairs
    others = (together - shares) @ table.T
    each = np.sum(others[np.arange(rated.raters), rated.places], axis=1) / pairs
    return _beyond_chance(how, rated, table, chance, each)


def fleiss_kappa(
    ratings: Sequence[Sequence[Any]] | NDArray[Any],
    *,
    categories: Sequence[Any],
    weights: Weights = "identity",
    population: int | None = None,
    limits: Limits = "t",
    confidence: float = 0.95,
) -> Agreement:
    """Fleiss's kappa: chance is drawing twice from all ratings, whoever gave them.

    Arguments, result and refusals are as for `raw_agreement`.
    """
    rated, table = rated_of(ratings, categories), weights_of(weights, categories)
    shares = rated.shares()
    how = _How("Fleiss's kappa", weights, population, limits, confidence, rated)
    each = rated.counts @ (table @ shares) / rated.times
    return _beyond_chance(how, rated, table, float(shares @ table @ shares), each)


def brennan_prediger(
    ratings: Sequence[Sequence[Any]] | NDArray[Any],
    *,
    categories: Sequence[Any],
    weights: Weights = "identity",
    population: int | None = None,
    limits: Limits = "t",
    confidence: float = 0.95,
) -> Agreement:
    """Brennan and Prediger's coefficient: chance takes all categories alike.

    Arguments, result and refusals are as for `raw_agreement`.
    """
    rated, table = rated_of(ratings, categories), weights_of(weights, categories)
    chance = float(np.mean(table))
    how = _How("Brennan and Prediger's", weights, population, limits, confidence, rated)
    return _beyond_chance(how, rated, table, chance, np.full(len(rated.counts), chance))


def gwets_ac(
    ratings: Sequence[Sequence[Any]] | NDArray[Any],
    *,
    categories: Sequence[Any],
    weights: Weights = "identity",
    population: int | None = None,
    limits: Limits = "t",
    divisor: Literal["n - 1", "n"] = "n - 1",
    confidence: float = 0.95,
) -> Agreement:
    """Gwet's AC1, or AC2 with weights: chance agreement only on items that are hard to tell.

    With π the mean shares and T the sum of the weights, chance = T/(q(q - 1)) Σ π(1 - π), so that a rare category does
    not pull it to 0 as it does kappa.

    Args:
        divisor: the items' variance is over n(n - 1), as irrCAC has it of ratings, or over n², as of a table.
        ratings, categories, weights, population, limits, confidence: as for `raw_agreement`, and so the result.

    Raises:
        BadNumber: for what `raw_agreement` refuses, and another divisor.
    """
    check_choice("divisor", divisor, ("n - 1", "n"))
    rated, table = rated_of(ratings, categories), weights_of(weights, categories)
    shares, size = rated.shares(), len(table)
    scale = float(table.sum()) / (size * (size - 1))
    chance = scale * float(np.sum(shares * (1 - shares)))
    each = scale * (rated.counts @ (1 - shares)) / rated.times
    name = "Gwet's AC1" if weights == "identity" else "Gwet's AC2"
    how = _How(name, weights, population, limits, confidence, rated)
    return _beyond_chance(how, rated, table, chance, each, fewer=divisor == "n")


def krippendorffs_alpha(
    ratings: Sequence[Sequence[Any]] | NDArray[Any],
    *,
    categories: Sequence[Any],
    level: Level = "nominal",
    population: int | None = None,
    limits: Limits = "t",
    confidence: float = 0.95,
) -> Agreement:
    """Krippendorff's alpha: chance is drawing twice, without putting back, from all ratings of items rated twice.

    Args:
        level: what distances between categories mean: "nominal", "ordinal" (by the ratings that lie between, as
            Krippendorff has it), "interval" or "ratio" (of numbers); and "linear" or "gwets ordinal", with Gwet's
            weights of these names. The error takes the ordinal distances as given, though they are of the ratings.
        ratings, categories, population, limits, confidence: as for `raw_agreement`, and so the result. An item rated
            once is left out.

    Raises:
        BadNumber: for what `raw_agreement` refuses, another level, and a level of numbers for categories that are none.
    """
    check_choice("level", level, LEVELS)
    rated = rated_of(ratings, categories)
    two = rated.only(rated.times >= 2)
    table = for_level(level, categories, two.counts.sum(axis=0))
    how = _How("Krippendorff's alpha", level, population, limits, confidence, rated)
    if not len(two.counts):
        return how.none(NO_PAIR)
    mean_times = float(np.mean(two.times))
    each = np.sum(two.counts * (two.counts @ table - 1), axis=1) / (mean_times * (two.times - 1))
    shares = np.mean(two.counts / mean_times, axis=0)
    plain, chance = float(np.mean(each)), float(shares @ table @ shares)
    # Of n ratings, one in n is drawn against itself: what is put back for a draw without putting back.
    again = 1 / (len(two.counts) * mean_times)
    observed = (1 - again) * plain + again
    if refused := _not_estimable(two, chance):
        return how.none(refused, plain)
    beyond = (plain - chance) / (1 - chance)
    more = (two.times - mean_times) / mean_times
    chances = two.counts @ (table @ shares) / mean_times - chance * more
    influence = ((each - plain * more) - chance - 2 * (1 - beyond) * (chances - chance)) / (1 - chance)
    return how.result((observed - chance) / (1 - chance), observed, chance, _error(influence, beyond))


@dataclass(frozen=True, eq=False)
class _How:
    """What a coefficient is called and how it is asked for: makes the result."""

    method: str
    weights: str
    population: int | None
    limits: Limits
    confidence: float
    rated: Rated

    def __post_init__(self) -> None:
        check_choice("limits", self.limits, _LIMITS)
        quantile(self.confidence)
        everything = self.population
        if everything is None:
            return
        if isinstance(everything, bool) or not isinstance(everything, int | np.integer) or everything < self.items:
            raise BadNumber(
                f"population: found {everything!r}, allowed are whole numbers of items from the {self.items} rated up."
            )

    @property
    def items(self) -> int:
        return len(self.rated.places)

    def result(
        self,
        value: float,
        observed: float,
        chance: float,
        error: float,
        *,
        between: tuple[float, float] | None = None,
        note: str = "",
    ) -> Agreement:
        if self.population is not None:
            error *= math.sqrt(1 - self.items / self.population)
        reach = self._reach(error)
        lower, upper = between or (value - reach, min(value + reach, 1.0))
        return Agreement(
            value=value,
            lower=lower,
            upper=upper,
            method="" if note else self.method,
            observed=observed,
            chance=chance,
            error=error,
            weights=self.weights,
            items=self.items,
            raters=self.rated.raters,
            missing=self.rated.missing,
            limits="Wilson" if between else self.limits,
            confidence=float(self.confidence),
            note=note,
        )

    def none(self, note: str, observed: float = math.nan) -> Agreement:
        return self.result(math.nan, observed, math.nan, math.nan, note=note)

    def _reach(self, error: float) -> float:
        # Loaded here: it takes longer to load than most commands take to run.
        from scipy.special import stdtrit  # noqa: PLC0415

        if not error > 0:
            return error
        z = quantile(self.confidence)
        if self.limits == "normal" or math.isinf(z):
            return z * error
        return float(stdtrit(self.items - 1, 0.5 + float(self.confidence) / 2)) * error


def _beyond_chance(
    how: _How, rated: Rated, table: Floats, chance: float, chances: Floats, *, fewer: bool = False
) -> Agreement:
    """The coefficient, with the error from how far each item pulls it: by its agreement, and by what it adds to chance.

    `chances` is what each item adds; `fewer` divides by n² in place of n(n - 1).
    """
    two = rated.times >= 2
    if not two.any():
        return how.none(NO_PAIR)
    each, observed = _observed(rated, table)
    if refused := _not_estimable(rated, chance):
        return how.none(refused, observed)
    value = (observed - chance) / (1 - chance)
    own = np.where(two, len(two) / two.sum() * (each - chance), 0.0)
    influence = (own - 2 * (1 - value) * (chances - chance)) / (1 - chance)
    shrink = math.sqrt((len(two) - 1) / len(two)) if fewer else 1.0
    return how.result(value, observed, chance, _error(influence, value) * shrink)


def _observed(rated: Rated, table: Floats) -> tuple[Floats, float]:
    """The agreement within each item (0 where it was rated once), and its mean over those rated twice."""
    times = rated.times
    pairs = np.where(times >= 2, times * (times - 1), np.inf)
    each = np.sum(rated.counts * (rated.counts @ table - 1), axis=1) / pairs
    return each, float(np.sum(each) / np.sum(times >= 2))


def _not_estimable(rated: Rated, chance: float) -> str:
    """Why there is no coefficient, or nothing where there is."""
    if np.count_nonzero(rated.counts.sum(axis=0)) < 2:
        return ONE_CATEGORY
    return NO_CHANCE if 1 - chance < _NOISE else ""


def _error(influence: Floats, value: float) -> float:
    many = len(influence)
    return math.sqrt(float(np.sum((influence - value) ** 2)) / (many * (many - 1))) if many > 1 else math.nan
