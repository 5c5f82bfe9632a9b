"""Figures that were restated: what was told before stays, and both are shown; and why two runs differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from nvap.measures.comparing import Changed, Comparison, Effect, compare
from nvap.measures.results import StoredRun
from nvap.packs.model import Pack
from nvap.records.workspace import Force as WorkspaceForce
from nvap.web import workspace
from nvap.web.accounts.models import Force
from nvap.web.results.choices import Choice
from nvap.web.results.headline import shown_rows
from nvap.web.results.models import StoredResult
from nvap.web.results.numbers import Scale, period_words, plain, scale_of
from nvap.web.results.stored import RESULTS, Answer, Row, earlier, read_run
from nvap.web.results.words import Words, cause_in_words

# So many runs back figures are looked up on a measure's page; the page of changes reaches every stored run.
RUNS_BACK = 6
_MOST = 200


@dataclass(frozen=True)
class Restated:
    """One figure that was told otherwise before: then, as at which day, and now."""

    name: str
    then: str
    then_as_at: date
    now: str


@dataclass(frozen=True)
class Standing:
    """A stored run that a measure's figures can be compared with."""

    run: str
    as_at: date
    computed_at: datetime
    words: str
    is_before: bool
    is_after: bool


@dataclass(frozen=True)
class Line:
    """One figure that changed between two runs: which, then, now, and what each cause did."""

    name: str
    then: str
    now: str
    why: tuple[str, ...]


@dataclass(frozen=True)
class Changes:
    """Two runs compared for one measure, as its page of changes shows them."""

    before: StoredRun
    after: StoredRun
    causes: tuple[tuple[Words, str], ...]
    lines: tuple[Line, ...]
    more: int
    same: int
    new: int
    gone: int
    is_untold: bool


def restated(choice: Choice, answer: Answer, scale: Scale) -> list[Restated]:
    """The shown figures that an earlier run told otherwise, the newest period first, each with the last such figure."""
    others = earlier(answer, RUNS_BACK)
    found = []
    for row in reversed(shown_rows(choice, answer)):
        before = next((each for each in others if _differs(_same_row(choice, each, row), row)), None)
        then = _same_row(choice, before, row) if before else None
        if before is not None and then is not None:
            name = period_words(row, choice.by) if choice.by != "area" else row["area"]
            found.append(Restated(name, _said(scale, then), before.entry.as_at, _said(scale, row)))
    return found


def runs_of(answer: Answer, before: str, after: str) -> list[Standing]:
    """Every stored run of the same measure, layout and rule, the newest first."""
    entry = answer.entry
    entries = StoredResult.objects.filter(
        force=entry.force_id, measure=entry.measure, by=entry.by, rule=entry.rule
    ).order_by("-computed_at")
    return [
        Standing(
            each.run,
            each.as_at,
            each.computed_at,
            _("asked for as at that day") if each.as_at_asked else "",
            each.run == before,
            each.run == after,
        )
        for each in entries
    ]


def changes(force: Force, pack: Pack, choice: Choice, runs: tuple[str, str]) -> Changes:
    """Two runs of a force compared for one measure. Raises InputFault where a run is gone or damaged."""
    here = workspace.current().force(force.code)
    found = _compared(here, runs, choice.measure.id, pack.release)
    lines = [_line(choice, each) for each in found.changed[:_MOST]]
    steps = found.steps.get(choice.measure.id, ())
    return Changes(
        found.before,
        found.after,
        tuple((cause_in_words(step.cause), step.words) for step in steps),
        tuple(lines),
        max(0, len(found.changed) - _MOST),
        found.same,
        found.new,
        found.gone,
        bool(found.untold),
    )


# Stored runs never change, so what was compared once stays right.
@lru_cache(maxsize=32)
def _compared(here: WorkspaceForce, runs: tuple[str, str], measure: str, release: str) -> Comparison:
    from nvap import packs  # noqa: PLC0415 - the pack is no key of a cache; its release is

    one, other = (read_run(here.folder / RESULTS / each) for each in runs)
    measures = packs.pack().measures
    return compare(here, one, other, measures, only=measure)


def _line(choice: Choice, each: Changed) -> Line:
    row = each.after
    part = choice.measure.part(row["part"])
    scale = scale_of(part, [dict(each.before), dict(each.after)])
    labels = {kind.code: kind.label for kind in part.mix.categories} if part.mix else {}
    names = [part.title, labels.get(row["category"], row["category"]), row["group"], row["area"]]
    period = period_words(dict(row), choice.by) if row["period_start"] else ""
    why = tuple(_effect(scale, effect) for effect in each.effects)
    name = ", ".join(str(word) for word in [*names, period] if word)
    return Line(name, _said(scale, each.before), _said(scale, row), why)


def _effect(scale: Scale, effect: Effect) -> str:
    words = {
        "cause": cause_in_words(effect.cause),
        "then": scale.bare(effect.before) or _("no number"),
        "now": scale.bare(effect.after) or _("no number"),
    }
    told = [_("%(cause)s: %(then)s to %(now)s") % words]
    if effect.records is not None:
        counts = (
            (effect.records.new, _("%(many)s records came in")),
            (effect.records.changed, _("%(many)s changed")),
            (effect.records.withdrawn, _("%(many)s withdrawn")),
        )
        told += [text % {"many": plain(many)} for many, text in counts if many]
    return ", ".join(told)


def _same_row(choice: Choice, answer: Answer | None, row: Row) -> Row | None:
    if answer is None:
        return None
    keys = ("part", "category", "group", "area", "period_start", "period_end")
    return next(
        (each for each in answer.of_part(choice.part.id) if all(each[name] == row[name] for name in keys)), None
    )


def _differs(then: Row | None, now: Row) -> bool:
    if then is None or then["status"] == "part_period":
        return False
    return any(then[name] != now[name] for name in ("numerator", "denominator", "value"))


def _said(scale: Scale, row: Mapping[str, Any]) -> str:
    said, counted = scale.said(row["value"]) or _("no number"), scale.counted(dict(row))
    return f"{said} ({counted})" if counted else said
