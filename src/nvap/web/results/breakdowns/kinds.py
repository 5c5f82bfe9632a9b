"""Which further pictures a measure's numbers can have, and what each shows and does not show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from nvap.measures.asking import has_area
from nvap.measures.outcome_changes import MEASURES as OUTCOMES
from nvap.measures.strands import MEASURE as OTHER_VULNERABILITY
from nvap.packs.measurable import MHRI
from nvap.packs.measure import Measure, Part
from nvap.web.results.words import Words

WEEK, BECAME, MIX, AREAS, STRANDS, RATIOS = "week", "became", "mix", "areas", "strands", "ratios"
CHANGES = "changes"
"""No picture: two runs compared, where too much is to be read for a request."""
_COUNTED = ("count", "rate", "proportion")
GRADES = ("D11",)
"""The measure of response: what one grade became."""


@dataclass(frozen=True)
class Kind:
    """One kind of picture: its title, what it shows, what it does not, and which numbers can have it.

    `is_stored` says that stored results hold it, so that nothing is worked out for it. `of_measure` says that it is of
    the measure as a whole, not of one of its numbers.
    """

    id: str
    title: Words
    shows: Words
    cannot: Words
    fits: Callable[[Measure, Part], bool]
    is_stored: bool = False
    of_measure: bool = False


def kinds_of(measure: Measure) -> list[Kind]:
    """The kinds of picture that any number of a measure can have."""
    return [each for each in KINDS.values() if parts_for(measure, each)]


def parts_for(measure: Measure, kind: Kind) -> list[Part]:
    """The numbers of a measure that can have a picture of this kind."""
    found = [part for part in measure.parts if kind.fits(measure, part)]
    return found[:1] if kind.of_measure else found


def _has_hours(measure: Measure, part: Part) -> bool:
    """Whether what is counted lies at a moment, and hangs on its own table alone."""
    if part.statistic not in _COUNTED or part.over.columns.get(part.period) != "instant":
        return False
    conditions = [each for each in (part.numerator.where, part.denominator.where) if each is not None]
    named = {name for each in conditions for name in each.columns if name != MHRI}
    return not any("." in name for name in named)


KINDS: Mapping[str, Kind] = {
    each.id: each
    for each in (
        Kind(
            STRANDS,
            _("Other vulnerabilities beside mental health"),
            _(
                "How many mental-health-related incidents also carry a flag of another strand of vulnerability, which "
                "strands stand together, and how much more often than chance alone would have it."
            ),
            _(
                "It does not show how common a vulnerability is, only how often it is flagged: an incident without a "
                "flag counts as having none. Where the same few people set the flags of every strand, every lift is "
                "high."
            ),
            lambda measure, part: measure.id == OTHER_VULNERABILITY,
            of_measure=True,
        ),
        Kind(
            RATIOS,
            _("Each group against a reference group"),
            _(
                "How many times as often something happens to each group as to the group that the others are held "
                "against, with its interval, and with its limits whatever group those are of whom nobody knows."
            ),
            _(
                "It does not show that anybody was treated unfairly: a difference can come from need, from services, "
                "or from who is recorded. No ratio allows for the groups' ages. Read first of how many the group is "
                "not known, and look at several years together."
            ),
            lambda measure, part: part.statistic == "group_ratio",
            of_measure=True,
        ),
        Kind(
            WEEK,
            _("Hours of the week"),
            _("In which hours of which weekdays what is counted lies, on the force's own clock."),
            _(
                "It does not show how long anything took, or how many people were on duty. An hour with few counts "
                "moves by chance. What has no time is left out."
            ),
            _has_hours,
        ),
        Kind(
            MIX,
            _("The mix over time"),
            _("What share of those whose kind is known each kind is, period by period."),
            _("It does not show how many there were in all, and what is not known of is in no share."),
            lambda measure, part: part.mix is not None,
            is_stored=True,
        ),
        Kind(
            BECAME,
            _("What one code became in another"),
            _("Each row says where one code was, and each cell what it became: how many, and what share of the row."),
            _("It does not show why a code was changed, or which of the two was right."),
            lambda measure, part: measure.id in (*OUTCOMES, *GRADES),
            of_measure=True,
        ),
        Kind(
            AREAS,
            _("Month by month in each area"),
            _("Each area's own chart on one scale, with its own average and limits."),
            _(
                "It is no league table: areas differ in who lives, works and spends the night there, and among many "
                "areas some months stand out by chance."
            ),
            lambda measure, part: has_area(part),
        ),
    )
}
