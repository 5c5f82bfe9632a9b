"""What a survey's answers say: a summary of one question on a scale, and estimates of a stratified survey.

Sources: limits of the mean by Student's t, of shares by Wilson (1927); quartiles by Hyndman RJ, Fan Y (1996), American
Statistician 50:361-365, type 7; strata by Cochran WG (1977), Sampling Techniques, third edition, sections 5.3, 5.4 and
5A.1; limits of a stratified share by Wilson's score with the sample size that a simple sample of the same error would
have, as in Franco C and others (2019), Journal of Survey Statistics and Methodology 7:334-364.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from operator import index
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nvap.statistics.areas import numbered
from nvap.statistics.control_chart.checks import check_choice, refuse_where, series_of
from nvap.statistics.interval import BadNumber, Floats, Interval, numbers, quantile
from nvap.statistics.mean import Mean, mean
from nvap.statistics.proportion import wilson_interval

# From 0 to 100: a finer answer is a measurement, and no point of a scale.
MOST_POINTS: Final = 101
STRATIFIED_T: Final = "stratified, Student's t"
STRATIFIED_WILSON: Final = "stratified, Wilson with the effective sample size"

Alone = Literal["refuse", "pooled"]
_ALONE: Final = ("refuse", "pooled")


@dataclass(frozen=True)
class Likert:
    """What those asked answered on one scale.

    `counts` is how many gave each point from `lowest` to `highest`; `missing` were asked and gave none. `top` and
    `bottom` are the shares of the `box` highest and lowest points, with `top_count` and `bottom_count`. With no answer
    the numbers are NaN; with one answer the mean has no limits.
    """

    asked: int
    answered: int
    missing: int
    lowest: int
    highest: int
    counts: tuple[int, ...]
    mean: Mean
    median: float
    lower_quartile: float
    upper_quartile: float
    box: int
    top_count: int
    top: Interval[float, str]
    bottom_count: int
    bottom: Interval[float, str]
    confidence: float


@dataclass(frozen=True)
class Stratified(Interval[float, str]):
    """A mean or share of all people, from samples of each stratum weighted by its people.

    `error` is the standard error, with the finite population correction where `finite` says so; `degrees` are answers
    less strata. `strata` are sorted, with the `answered` of each; `missing` gave no answer, and are taken to be like
    those of their stratum who did. `pooled` names strata of one answer whose spread was taken from the others.
    """

    error: float
    degrees: int
    strata: tuple[Hashable, ...]
    answered: tuple[int, ...]
    missing: int
    finite: bool
    pooled: tuple[Hashable, ...]
    confidence: float


def summary(scores: ArrayLike, *, lowest: int, highest: int, box: int = 2, confidence: float = 0.95) -> Likert:
    """One question's answers: mean with t limits, median and quartiles, and top and bottom shares with Wilson limits.

    Args:
        scores: one-dimensional whole numbers from `lowest` to `highest`; NaN or None is no answer, and counted.
        lowest, highest: the ends of the scale as it was asked, not as it was answered.
        box: how many points make the top and the bottom share; at most half of the scale.
        confidence: two-sided level from 0.9 to 1.

    Returns:
        A Likert, its mean and quartiles in points of the scale, its shares from 0 to 1.

    Raises:
        BadNumber: for a score that is not a point of the scale, or a scale or box that is none.
    """
    points = _points(lowest, highest, box)
    given = series_of("scores", scores)
    known = given[~np.isnan(given)]
    off = ~np.isnan(given) & ~np.isin(given, points)
    refuse_where(off, "scores", "a score off the scale", f"allowed are whole numbers from {lowest} to {highest}")
    counts = tuple(int(np.sum(known == point)) for point in points)
    answered, top, bottom = len(known), sum(counts[-box:]), sum(counts[:box])
    # Without an answer there is no share either: 0 of NaN, not 0 of 0.
    total = answered or math.nan
    quarters = np.quantile(known, (0.25, 0.5, 0.75)) if answered else np.full(3, np.nan)
    return Likert(
        asked=len(given),
        answered=answered,
        missing=len(given) - answered,
        lowest=int(points[0]),
        highest=int(points[-1]),
        counts=counts,
        mean=mean(given, confidence=confidence),
        median=float(quarters[1]),
        lower_quartile=float(quarters[0]),
        upper_quartile=float(quarters[2]),
        box=box,
        top_count=top,
        top=wilson_interval(top, total, confidence),
        bottom_count=bottom,
        bottom=wilson_interval(bottom, total, confidence),
        confidence=float(confidence),
    )


def stratified_mean(
    values: ArrayLike,
    stratum: Iterable[Hashable],
    population: Mapping[Hashable, float],
    *,
    finite: bool = True,
    alone: Alone = "refuse",
    confidence: float = 0.95,
) -> Stratified:
    """The mean of all people, from samples drawn at random within strata.

    With W_h = N_h/N: mean = Σ W_h ȳ_h and its variance Σ W_h² (1 - n_h/N_h) s_h²/n_h, the bracket being the finite
    population correction. Limits by Student's t with n less the number of strata.

    Args:
        values: one answer a row; NaN or None is left out and counted.
        stratum: the stratum of each row.
        population: how many people each stratum has in all, by its name.
        finite: whether to make the finite population correction; not where the people are themselves a sample of more.
        alone: what to do with a stratum of one answer, whose spread is not known: "refuse", or "pooled" to take the
            spread within the other strata. A stratum wholly asked needs none.
        confidence: two-sided level from 0.9 to 1.

    Returns:
        A Stratified, in the unit of the values.

    Raises:
        BadNumber: for a stratum without a population or without answers, more answers than people, a stratum of one
            answer (unless pooled), or infinite values; the message names the argument and the stratum.
    """
    # Loaded here: it takes longer to load than most commands take to run.
    from scipy.special import stdtrit  # noqa: PLC0415

    z = quantile(confidence)
    found, _ = _estimate(series_of("values", values), stratum, population, finite=finite, alone=alone)
    degrees = found.degrees
    reach = float(stdtrit(max(degrees, 1), 0.5 + float(confidence) / 2)) if math.isfinite(z) else z
    spread = reach * found.error if found.error else 0.0
    return replace(found, lower=found.value - spread, upper=found.value + spread, confidence=float(confidence))


def stratified_proportion(
    outcomes: ArrayLike,
    stratum: Iterable[Hashable],
    population: Mapping[Hashable, float],
    *,
    finite: bool = True,
    alone: Alone = "refuse",
    limits: Literal["wilson", "t"] = "wilson",
    confidence: float = 0.95,
) -> Stratified:
    """The share of all people, from samples drawn at random within strata; each outcome is 0 or 1.

    Value and standard error are those of `stratified_mean`. Limits by Wilson's score with n* = p(1 - p)/error² in
    place of n, which stay within 0 and 1; `limits="t"` gives those of Student's t, which may not. Where all outcomes of
    each stratum are alike there is no error to take n* from, and n* = 1/Σ(W_h²/n_h): an approximation, which leaves out
    the finite population correction.

    Other arguments, the result and refusals are as for `stratified_mean`; an outcome that is neither 0 nor 1 is
    refused too.
    """
    check_choice("limits", limits, ("wilson", "t"))
    given = series_of("outcomes", outcomes)
    refuse_where(~np.isin(given, (0, 1)) & ~np.isnan(given), "outcomes", "another number", "allowed are 0 and 1")
    if limits == "t":
        return stratified_mean(given, stratum, population, finite=finite, alone=alone, confidence=confidence)
    quantile(confidence)
    found, size = _estimate(given, stratum, population, finite=finite, alone=alone)
    share = min(max(found.value, 0.0), 1.0)
    if math.isinf(size):
        lower = upper = share
    else:
        size = share * (1 - share) / found.error**2 if found.error else size
        wilson = wilson_interval(share * size, size, confidence)
        lower, upper = wilson.lower, wilson.upper
    level = float(confidence)
    return replace(found, value=share, lower=lower, upper=upper, method=STRATIFIED_WILSON, confidence=level)


def _estimate(
    values: Floats, stratum: Iterable[Hashable], population: Mapping[Hashable, float], *, finite: bool, alone: Alone
) -> tuple[Stratified, float]:
    """The estimate still without limits, and the size of a simple sample as good as these weights: 1/Σ(W_h²/n_h).

    That size is infinite where everyone was asked and answered, so that nothing is left to chance.
    """
    check_choice("alone", alone, _ALONE)
    strata, place, people = _strata(list(stratum), population, len(values))
    known = ~np.isnan(values)
    held, where = values[known], place[known]
    answered = np.bincount(where, minlength=len(strata))
    _check_answers(strata, answered, people)
    means = np.bincount(where, weights=held, minlength=len(strata)) / answered
    squares = np.bincount(where, weights=(held - means[where]) ** 2, minlength=len(strata))
    lonely = (answered == 1) & ~(finite & (people == 1))
    if lonely.any() and (alone == "refuse" or not (answered > 1).any()):
        raise BadNumber(
            f"stratum: found one answer in stratum {strata[int(np.argmax(lonely))]!r}, whose spread is then not known; "
            "join it with another like it, or take the others' spread with alone='pooled'."
        )
    variance = squares / np.maximum(answered - 1, 1)
    if lonely.any():
        variance[lonely] = squares.sum() / (answered - 1).sum()
    weights = people / people.sum()
    left = 1 - answered / people if finite else np.ones(len(strata))
    error = math.sqrt(float(np.sum(weights**2 * left * variance / answered)))
    found = Stratified(
        value=float(np.sum(weights * means)),
        lower=math.nan,
        upper=math.nan,
        method=STRATIFIED_T,
        error=error,
        degrees=int(answered.sum()) - len(strata),
        strata=strata,
        answered=tuple(answered.tolist()),
        missing=int(np.sum(~known)),
        finite=finite,
        pooled=tuple(label for label, single in zip(strata, lonely, strict=True) if single),
        confidence=math.nan,
    )
    return found, 1 / float(np.sum(weights**2 / answered)) if left.any() else math.inf


def _strata(
    stratum: list[Hashable], population: Mapping[Hashable, float], length: int
) -> tuple[tuple[Hashable, ...], NDArray[np.int64], Floats]:
    """The strata, sorted; which each row is of; and how many people each has."""
    if len(stratum) != length:
        raise BadNumber(f"stratum: found {len(stratum)} strata for {length} answers; each answer has one.")
    if not population:
        raise BadNumber("population: found no strata; allowed is a number of people for each stratum.")
    strata, _ = numbered("population", list(population))
    number = {label: place for place, label in enumerate(strata)}
    for label in stratum:
        if label not in number:
            raise BadNumber(f"population: found no number of people for stratum {label!r}; each stratum has one.")
    people = numbers("population", [population[label] for label in strata])
    for label, many in zip(strata, people, strict=True):
        if not (math.isfinite(many) and many > 0):
            raise BadNumber(f"population: found {many:g} people in stratum {label!r}, allowed are numbers above 0.")
    return strata, np.array([number[label] for label in stratum], dtype=np.int64), people


def _check_answers(strata: tuple[Hashable, ...], answered: NDArray[np.int64], people: Floats) -> None:
    for label, answers, many in zip(strata, answered, people, strict=True):
        if not answers:
            raise BadNumber(f"stratum: found no answer in stratum {label!r}; nothing is known of its people.")
        if answers > many:
            raise BadNumber(f"population: found {many:g} people in stratum {label!r}, and {answers} answers of them.")


def _points(lowest: int, highest: int, box: int) -> NDArray[np.int64]:
    try:
        low, high, wide = index(lowest), index(highest), index(box)
    except TypeError:
        raise BadNumber(f"lowest, highest, box: found {lowest!r}, {highest!r}, {box!r}; allowed are whole.") from None
    if high <= low:
        raise BadNumber(f"highest: found {high}, allowed are numbers above the lowest point, {low}.")
    if high - low >= MOST_POINTS:
        raise BadNumber(f"highest: found {high - low + 1} points on the scale, allowed are up to {MOST_POINTS}.")
    if not 1 <= wide <= (high - low + 1) // 2:
        raise BadNumber(f"box: found {wide}, allowed are 1 to {(high - low + 1) // 2}, half of the scale's points.")
    return np.arange(low, high + 1)
