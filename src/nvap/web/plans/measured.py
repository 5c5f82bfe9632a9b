"""The plan's measures with their numbers: value, interval, verdict and baseline from stored results, never typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nvap.disclosure.policy import PERCENT_INSIDE_FROM, may_show_percentage
from nvap.packs import Pack
from nvap.packs.measure import Measure
from nvap.plan.document import Document
from nvap.plan.form import MEASURE
from nvap.statistics.interval import Interval
from nvap.statistics.proportion import wilson_interval
from nvap.statistics.rate import byars_interval
from nvap.web import workspace
from nvap.web.accounts.models import Force
from nvap.web.plans.evidence import opens
from nvap.web.plans.reading import name_of
from nvap.web.results import calendar
from nvap.web.results.chart import Chart, chart_of
from nvap.web.results.choices import Choice, choose
from nvap.web.results.headline import newest, shown_rows
from nvap.web.results.layouts import AREA, FIRST_RULE
from nvap.web.results.numbers import Scale, period_words, scale_of
from nvap.web.results.stored import Answer, Row, answers
from nvap.web.results.words import rule_in_words
from nvap.web.results.worked_out import tables_of

Held = Mapping[str, Answer]
_VERDICTS = {
    "special_cause_improvement": gettext_lazy("unusual, in the better direction"),
    "special_cause_concern": gettext_lazy("unusual, in the worse direction"),
    "special_cause_neutral_high": gettext_lazy("unusually high"),
    "special_cause_neutral_low": gettext_lazy("unusually low"),
    "common_cause": gettext_lazy("within the usual variation"),
}
_ASSURANCES = {
    "consistent_pass": gettext_lazy("its usual values meet the target"),
    "consistent_fail": gettext_lazy("its usual values do not reach the target"),
    "inconsistent": gettext_lazy("its usual values may meet or miss the target"),
}


@dataclass(frozen=True)
class Found:
    """The stored rows behind one measure of the plan, and the newest of them that has a number."""

    choice: Choice
    answer: Answer
    rows: tuple[Row, ...]
    scale: Scale
    newest: Row


def measured(force: Force, pack: Pack, document: Document) -> tuple[dict[str, Any], ...]:
    """Every measure that stands in the plan as plain words and numbers, ready to be kept in a snapshot."""
    keys = [each.key for each in document.of("measure")]
    held = answers(force, [key for key in keys if key in pack.measures], FIRST_RULE)
    return tuple(_told(force, pack, document, key, held.get(key, {})) for key in keys)


def one(force: Force, pack: Pack, document: Document, key: str) -> dict[str, Any]:
    """One measure of the plan, as `measured` tells it."""
    held = answers(force, [key], FIRST_RULE) if key in pack.measures else {}
    return _told(force, pack, document, key, held.get(key, {}))


def chart_svg(force: Force, pack: Pack, key: str) -> str | None:
    """The control chart of a measure's number, drawn for people inside the force; None where there is none."""
    if key not in pack.measures:
        return None
    found = found_of(pack.measures[key], answers(force, [key], FIRST_RULE).get(key, {}))
    chart = _chart(force, found) if found else None
    return str(chart.wide) if chart else None


def found_of(measure: Measure, held: Held, part: str = "") -> Found | None:
    """The newest number of the part that the plan has chosen, else of the first part that has one."""
    names = [each.id for each in measure.parts]
    for name in [part] if part in names else names:
        choice = choose(measure, {"part": name}, FIRST_RULE, held)
        if choice.by not in held or choice.by == AREA:
            continue
        rows = tuple(shown_rows(choice, held[choice.by]))
        last = newest(list(rows))
        if last is not None:
            return Found(choice, held[choice.by], rows, scale_of(choice.part, rows), last)
    return None


def observed(document: Document, measure: str) -> list[dict[str, Any]]:
    """The observations of a measure that stand, newest first; each share derived here with its interval."""
    found = [_observation(document, each.key) for each in document.of("observation", measure)]
    return sorted(found, key=lambda each: str(each["last"]), reverse=True)


def _told(force: Force, pack: Pack, document: Document, key: str, held: Held) -> dict[str, Any]:
    thing = document.things[key]
    measure = pack.measures.get(key)
    found = found_of(measure, held, document.text(key, "part")) if measure else None
    target = document.text(key, "target")
    chart = _chart(force, found, _number(target)) if found else None
    observations = observed(document, key)
    return {
        "key": key,
        "title": name_of(pack, document, key),
        "is_own": thing.is_own,
        "objective": thing.parent,
        "not_measured": _(MEASURE.field("not_measured").words(document.text(key, "not_measured"))),
        "target": target,
        "target_date": document.text(key, "target_date"),
        "target_reason": document.text(key, "target_reason"),
        "direction": direction_of(pack, document, key),
        "course": document.text(key, "course") or (measure.expected_course if measure else ""),
        "guards": list(document.several(key, "guards")),
        "baseline": _baseline(document, key, found),
        "observations": observations,
        "address": reverse("measure", args=[key]) if measure else "",
        **(_numbers(found) if found else _observed_numbers(observations)),
        **_verdict(chart),
    }


def direction_of(pack: Pack, document: Document, key: str) -> str:
    """Which direction is good: what the plan says, else the pack; `none` where neither is good by itself."""
    said = document.text(key, "direction")
    measure = pack.measures.get(key)
    chosen = document.text(key, "part")
    if said or measure is None:
        return said
    part = next((each for each in measure.parts if each.id == chosen), measure.parts[0])
    return part.direction if part.direction in ("up", "down") else "none"


def _numbers(found: Found) -> dict[str, Any]:
    row, scale = found.newest, found.scale
    what = ", ".join(filter(None, (found.choice.part.title, found.choice.series.label)))
    return {
        "what": what,
        "period": period_words(row, found.choice.by),
        "value": scale.said(row["value"]),
        "interval": scale.interval(row),
        "counted": scale.counted(row),
        "numerator": row["numerator"],
        "denominator": row["denominator"],
        "unknown": row["unknown"],
        "unit": scale.unit,
        "rule": str(rule_in_words(found.answer.entry.rule)) if found.answer.entry.rule else "",
        "as_at": found.answer.entry.as_at.isoformat(),
        "from_observation": False,
    }


def _observed_numbers(observations: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The newest observation stands in for a number that no data can give yet; nothing where there is none."""
    last = observations[0] if observations else {}
    names = ("period", "value", "interval", "counted", "numerator", "denominator", "unknown")
    empty = {"numerator": None, "denominator": None, "unknown": None}
    return {
        "what": "",
        **{name: last.get(name, empty.get(name, "")) for name in names},
        "unit": "%" if last.get("value") else "",
        "rule": "",
        "as_at": last.get("last", ""),
        "from_observation": bool(last),
    }


def _chart(force: Force, found: Found, target: float | None = None) -> Chart | None:
    tables = tables_of(found.choice.measure, found.choice.part, found.choice.rule)
    changes = calendar.events(workspace.current().force(force.code), tables)
    return chart_of(found.choice, found.answer, found.scale, found.rows, changes, target=target)


def _verdict(chart: Chart | None) -> dict[str, str]:
    if chart is None:
        words = _("Not enough data to say: no number is stored for it.")
        return {"verdict": words, "variation": "", "sentence": ""}
    if chart.variation not in _VERDICTS:
        words = _("Not enough data to say: limits need more periods under the same conditions.")
        return {"verdict": words, "variation": "", "sentence": chart.sentence}
    said = [str(_VERDICTS[chart.variation])]
    if chart.assurance in _ASSURANCES:
        said.append(str(_ASSURANCES[chart.assurance]))
    words = "; ".join(said)
    return {"verdict": words[:1].upper() + words[1:], "variation": chart.variation, "sentence": chart.sentence}


def _baseline(document: Document, key: str, found: Found | None) -> str:
    """The number of the baseline's whole periods together: numerators and denominators summed, with the interval."""
    first, last = document.day(key, "baseline_from"), document.day(key, "baseline_to")
    if first is None or last is None:
        return ""
    rows = [each for each in found.rows if _lies_within(each, first, last)] if found else []
    if found is None or not rows:
        return _("No stored number lies within the baseline period.")
    top = sum(row["numerator"] for row in rows)
    below = sum(row["denominator"] or 0 for row in rows)
    return _("%(value)s, from %(count)d whole periods") % {
        "value": _summed(found.scale, top, below),
        "count": len(rows),
    }


def _summed(scale: Scale, top: float, below: float) -> str:
    if scale.is_count:
        return scale.said(top)
    counted = _("%(count)s of %(of)s") % {"count": f"{top:,g}", "of": f"{below:,g}"}
    if below <= 0 or (scale.is_share and not may_show_percentage(below)):
        return counted
    interval = _interval(scale, top, below)
    if interval is None:
        return f"{scale.said(top / below)} ({counted})"
    limits = _("%(lower)s to %(upper)s") % {"lower": scale.bare(interval.lower), "upper": scale.bare(interval.upper)}
    return f"{scale.said(interval.value)} ({limits}; {counted})"


def _interval(scale: Scale, top: float, below: float) -> Interval[float, str] | None:
    """The interval of a summed proportion or rate; a mean, and a share of a sum, has none from its sums alone."""
    if scale.part.statistic in ("proportion", "distribution"):
        return wilson_interval(top, below)
    if scale.part.statistic == "rate":
        return byars_interval(top, below, scale.part.multiplier or 1)
    return None


def _lies_within(row: Row, first: date, last: date) -> bool:
    whole = row["status"] != "part_period" and row["value"] is not None and row["numerator"] is not None
    return bool(whole and first <= row["period_start"] and row["period_end"] <= last)


def _observation(document: Document, key: str) -> dict[str, Any]:
    top, below = (_number(document.text(key, name)) for name in ("numerator", "denominator"))
    first, last = document.day(key, "first"), document.day(key, "last")
    by = document.last_of(key)
    return {
        "key": key,
        "first": first.isoformat() if first else "",
        "last": last.isoformat() if last else "",
        "period": _("%(first)s to %(last)s") % {"first": _day(first), "last": _day(last)},
        "numerator": top,
        "denominator": below,
        "unknown": _number(document.text(key, "unknown")),
        "source": document.text(key, "source"),
        "link": document.text(key, "link"),
        "opens": opens(document.text(key, "link")),
        "dated": _day(document.day(key, "dated")),
        "note": document.text(key, "note"),
        "by": by.by if by else "",
        **_share(top, below),
    }


def _share(top: float | None, below: float | None) -> dict[str, Any]:
    if top is None:
        return {"value": "", "interval": "", "counted": "", "limits": None}
    if not below:
        return {"value": f"{top:,g}", "interval": "", "counted": "", "limits": None}
    counted = _("%(count)s of %(of)s") % {"count": f"{top:,g}", "of": f"{below:,g}"}
    if below < PERCENT_INSIDE_FROM or top > below:
        return {"value": counted, "interval": "", "counted": counted, "limits": None}
    found = wilson_interval(top, below)
    limits = {"lower": f"{found.lower:.1%}", "upper": f"{found.upper:.1%}"}
    return {
        "value": f"{found.value:.1%}",
        "interval": _("%(lower)s to %(upper)s") % limits,
        "counted": counted,
        "limits": [found.lower, found.upper],
    }


def _number(text: str) -> float | None:
    return float(text) if text else None


def _day(day: date | None) -> str:
    return date_format(day, "j F Y") if day else ""
