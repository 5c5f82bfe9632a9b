"""A rate by population as it would be with the standard population's ages, beside the rate as it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from nvap.measures.compile import PartPlan
from nvap.measures.groups import Groups
from nvap.measures.population import PeopleOfGroups
from nvap.measures.values import NOT_ENOUGH, OK, REFUSED, Flags, Floats, Layout, Numbers, blank, remark_on_people
from nvap.statistics.interval import Texts
from nvap.statistics.standardised import FEWEST_EVENTS, Direct, direct, standard_people

BANDS: Final = ("under_18", "18_24", "25_34", "35_44", "45_54", "55_64", "65_over")
STANDARD: Final = standard_people((0, 18, 25, 35, 45, 55, 65))
"""The 2013 European Standard Population in these bands; the two five-year bands that they cut are split by years."""
AGE_STANDARDISED: Final = "age-standardised"
MOST_WITHOUT_AGE: Final = 0.2
"""With a larger share of events of unknown age the rate would be far too low, and is refused. (Our own choice.)"""


def standardised(plan: PartPlan, crude: Groups, layout: Layout) -> Numbers:
    """The directly standardised rate of each group, area and period, with Dobson's limits.

    See `nvap.statistics.standardised` for the formula and its source.
    Events of unknown age are in the crude rate and not in this one, and are counted as unknown.

    Args:
        crude: the events, as (groups, areas, periods), counted along their age bands.
        layout: areas, periods and the people of each age band.

    Returns:
        Numbers of the shape of `crude`, withheld with a reason where people or ages are not known.
    """
    events, people = crude.sums["k"], np.full(crude.shape, np.nan)
    if plan.age is None or layout.ages is None:
        made = blank(events, people, crude.sums["u"], AGE_STANDARDISED)
        made.withhold(np.ones(crude.shape, np.bool_), NOT_ENOUGH, f"The table {plan.part.table} tells no ages.")
        return made
    counts = _by_band(crude)
    by_age = _people(crude, layout, layout.ages)
    people = by_age.sum(axis=0)
    known = counts.sum(axis=0)
    made = blank(known, people, crude.sums["u"] + events - known, AGE_STANDARDISED)
    held: Flags = np.all(by_age > 0, axis=0)
    if held.any():
        _give(made, _rates(counts, by_age, held, plan.part.multiplier or 1.0), held)
    remark_on_people(made, replace(layout, groups=layout.ages), "group" if layout.told_by else "age")
    _remark_on_ages(made, events)
    return made


def _by_band(crude: Groups) -> Floats:
    """The events of each age band, as (bands, groups, areas, periods)."""
    along = crude.along
    assert along is not None  # noqa: S101 - a rate that is standardised is counted along its ages
    each = along.of_each("k", int(np.prod(crude.shape)))
    nobody = np.zeros(each.shape[1])
    found = [each[along.values.index(band)] if band in along.values else nobody for band in BANDS]
    return np.array(found).reshape(len(BANDS), *crude.shape)


def _people(crude: Groups, layout: Layout, ages: PeopleOfGroups) -> Floats:
    """The people of each age band, of each group's own people where it is told apart by them."""
    whose = [tuple(words[at] for at in layout.told_by) for words in crude.words]
    return np.array([ages.of([(*each, band) for each in whose], layout.areas, layout.frame.periods) for band in BANDS])


def _rates(counts: Floats, people: Floats, held: Flags, multiplier: float) -> Direct[Floats, Texts]:
    """One standardised rate for each place whose people are held in every band."""
    places = np.broadcast_to(np.arange(held.size).reshape(held.shape), counts.shape)
    of_each = np.broadcast_to(np.array(STANDARD)[:, None, None, None], counts.shape)
    chosen = np.broadcast_to(held, counts.shape)
    return direct(counts[chosen], people[chosen], of_each[chosen], area=places[chosen].tolist(), multiplier=multiplier)


def _give(made: Numbers, found: Direct[Floats, Texts], held: Flags) -> None:
    for name in ("value", "lower", "upper"):
        whole = np.full(held.shape, np.nan)
        whole[held] = getattr(found, name)
        setattr(made, name, whole)
    made.method = np.full(held.shape, "", dtype=f"<U{max(len(each) for each in found.method.tolist())}")
    made.method[held] = found.method


def _remark_on_ages(made: Numbers, events: Floats) -> None:
    without = np.where(events > 0, (events - made.numerator) / np.where(events > 0, events, 1), 0)
    made.withhold(
        (without > MOST_WITHOUT_AGE) & (made.status == OK),
        REFUSED,
        f"The age is not known in more than {MOST_WITHOUT_AGE:.0%}, so there is no standardised rate.",
    )
    few = made.numerator < FEWEST_EVENTS
    made.withhold(few & (made.status == OK), NOT_ENOUGH, f"Fewer than {FEWEST_EVENTS}: no standardised rate.")
    shown = ~np.isnan(made.value)
    made.remarks.append((shown & (without > 0), "Those whose age is not known are in the crude rate and not in this."))
    made.remarks.append((shown, "Ages as in the 2013 European Standard Population."))
