"""The words of the measures' pages: states, statuses, counting rules, layouts."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nvap.records.counting_rule import rule_name

Words = str | Promise

STATES: Mapping[str, tuple[Words, str]] = {
    "computable": (_("Computable"), "green"),
    "partly": (_("Partly computable"), "yellow"),
    "not": (_("Not enough data to say"), "grey"),
}
"""What a measure can be computed from: in words, and the tag's colour (never without the words)."""

RULES: Mapping[str, Words] = {
    "R1": _("flagged at closure"),
    "R2": _("at opening or closure"),
    "R3": _("plus linked records"),
    "RA": _("on review"),
}

LAYOUTS: Mapping[str, Words] = {"month": _("month"), "quarter": _("quarter"), "year": _("year"), "area": _("area")}
EACH: Mapping[str, Words] = {
    "month": _("Each month"),
    "quarter": _("Each quarter"),
    "year": _("Each calendar year"),
    "area": _("Each area"),
}

METHODS: Mapping[str, Words] = {
    "Wilson": _("Wilson's interval for a share"),
    "Byars": _("Byar's interval for a rate"),
    "exact": _("exact Poisson interval for a rate of few cases"),
    "t": _("Student's t interval for a mean"),
    "ratio": _("interval for a ratio of sums"),
}

CAUSES: Mapping[str, Words] = {
    "new pack": _("New toolkit edition"),
    "late records": _("Late records"),
    "new mapping": _("New mapping"),
    "new rule": _("New counting rule"),
}

NOT_RECORDED = _("Not recorded")


def cause_in_words(cause: str) -> Words:
    """Why a figure changed, by its name on screen."""
    return CAUSES[cause]


def rule_in_words(rule: str | None, own: str = "") -> Words:
    """A counting rule by its name on screen; `own` is the name that a rule of the force's own had when it counted."""
    if not rule:
        return _("no counting rule decides what counts")
    return RULES.get(rule) or own or rule_name(rule)
