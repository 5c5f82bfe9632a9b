"""How a part's numbers are written: its unit, its decimals, and what was counted of what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, cast

from django.utils.translation import get_language, gettext

from nvap.charts.scale import Grain, Language, day_name, period_name, reading_decimals, with_unit, written
from nvap.disclosure.table import Kind
from nvap.packs.measure import Part

_SHARES = ("proportion", "distribution", "share", "top_share", "pairs")
PERCENT = 100.0


@dataclass(frozen=True)
class Scale:
    """How the values of one part are written: what they are multiplied by, their unit and their decimals."""

    part: Part
    decimals: int

    @property
    def is_share(self) -> bool:
        """Whether it is a share, shown in per cent."""
        return self.part.statistic in _SHARES

    @property
    def is_count(self) -> bool:
        """Whether value and count are the same number."""
        return self.part.statistic in ("count", "total")

    @property
    def kind(self) -> Kind:
        """How the value is protected."""
        if self.is_share:
            return "share"
        return "count" if self.is_count else "rate" if self.part.statistic == "rate" else "line"

    @property
    def unit(self) -> str:
        """What follows a number."""
        return "%" if self.is_share else self.part.unit

    @property
    def heading(self) -> str:
        """What a column of values, or an axis, is called."""
        unit = self.part.unit
        if self.part.statistic == "rate":
            return gettext("Rate %(unit)s") % {"unit": unit}
        if self.is_count:
            return gettext("Number of %(unit)s") % {"unit": unit}
        if self.part.statistic == "mean":
            return gettext("Mean %(unit)s") % {"unit": unit}
        return unit[:1].upper() + unit[1:]

    def shown(self, value: float | None) -> float | None:
        """A stored value as it is shown: a share in per cent."""
        return None if value is None else value * PERCENT if self.is_share else value

    def bare(self, value: float | None) -> str:
        """A stored value without its unit, but for the sign of a share; empty for none."""
        shown = self.shown(value)
        return "" if shown is None else written(shown, self.decimals) + ("%" if self.is_share else "")

    def said(self, value: float | None) -> str:
        """A stored value with its unit; empty for none."""
        shown = self.shown(value)
        return "" if shown is None else with_unit(shown, self.decimals, self.unit)

    def interval(self, row: dict[str, Any]) -> str:
        """The limits of a row in words; empty where it has none."""
        if row["lower"] is None or row["upper"] is None:
            return ""
        return gettext("%(lower)s to %(upper)s") % {"lower": self.bare(row["lower"]), "upper": self.bare(row["upper"])}

    def counted(self, row: dict[str, Any]) -> str:
        """What was counted, of what; empty where the value says it already."""
        if self.is_count or row["numerator"] is None:
            return ""
        words = {"count": plain(row["numerator"]), "of": plain(row["denominator"])}
        if self.part.uses_population:
            return gettext("%(count)s counted, %(of)s people") % words if words["of"] else words["count"]
        if self.part.statistic == "mean":
            return gettext("%(count)s in all, over %(of)s") % words
        return gettext("%(count)s of %(of)s") % words if words["of"] else words["count"]


def scale_of(part: Part, rows: Iterable[dict[str, Any]]) -> Scale:
    """The scale that suits a part's whole periods: enough decimals to tell them apart, and no more."""
    given = Scale(part, 0)
    values = [given.shown(row["value"]) for row in rows if row["status"] != "part_period"]
    held = [value for value in values if value is not None]
    if given.is_share or not held:
        return Scale(part, 1)
    return Scale(part, min(reading_decimals(held), 1 if part.statistic == "total" else 4))


def published(part: Part, value: float) -> str:
    """A published figure with its unit, with as many decimals as it was published with."""
    scale = Scale(part, 1)
    return scale.said(value) if scale.is_share else with_unit(value, len(f"{value:g}".partition(".")[2]), scale.unit)


def plain(number: float | None) -> str:
    """A count as people read it; empty for none."""
    if number is None:
        return ""
    return written(number, 0 if float(number).is_integer() else 1)


def language() -> Language:
    """The reader's language, as charts know it."""
    return "cy" if get_language() == "cy" else "en"


def period_words(row: dict[str, Any], by: str) -> str:
    """The period of a row in words; by area, its first and last month."""
    first, last = row["period_start"], row["period_end"]
    if first is None:
        return ""
    if by in ("month", "quarter", "year"):
        return period_name(first, cast(Grain, by), language())
    return span_words(first, last)


def span_words(first: date, last: date) -> str:
    """A stretch of time in words: whole months by their names, anything else by its days."""
    whole = first.day == 1 and (last.month != _next(last).month)
    ends = (period_name(first, "month", language()), period_name(last, "month", language()))
    if not whole:
        ends = (day_name(first, language()), day_name(last, language()))
    return gettext("%(first)s to %(last)s") % {"first": ends[0], "last": ends[1]}


def _next(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


Improvement = Literal["increase", "decrease"] | None


def improvement(part: Part) -> Improvement:
    """Which direction is good, where there is one."""
    return "increase" if part.direction == "up" else "decrease" if part.direction == "down" else None
