"""Figures that were restated: what was told before stays, and both are shown; and why two runs differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from nvap import packs
from nvap.measures.comparing import Changed, compare
from nvap.measures.results import StoredRun
from nvap.packs.measurable import rule_columns
from nvap.packs.measure import Measure
from nvap.packs.model import Pack
from nvap.records import store
from nvap.records.workspace import Force as WorkspaceForce
from nvap.web import workspace
from nvap.web.accounts.models import Force
from nvap.web.results.choices import Choice
from nvap.web.results.headline import shown_rows
from nvap.web.results.layouts import FIRST_RULE
from nvap.web.results.models import StoredResult
from nvap.web.results.numbers import Scale, period_words, plain, scale_of
from nvap.web.results.stored import RESULTS, Answer, Row, earlier, read_run
from nvap.web.results.words import Words, cause_in_words
from nvap.web.results.worked_out import tables_of

# So many runs back figures are looked up on a measure's page; the page of changes reaches every stored run.
RUNS_BACK = 6
_MOST = 200
# Above this many rows of the force's tables the worker compares, not a request.
MOST_ROWS = 100_000
_SHOWN = (
    "part", "category", "group", "area", "period_start", "period_end", "numerator", "denominator", "value", "unknown",
    "lower", "upper", "status",
)  # fmt: skip


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


def rows_to_read(force: Force, measure: Measure, runs: tuple[str, str]) -> int:
    """How many rows of the force's tables are read to say why two runs differ; 0 where nothing behind them does."""
    here = workspace.current().force(force.code)
    one, other = (read_run(here.folder / RESULTS / each).provenance for each in runs)
    rule = one["rule"] if rule_columns(one["rule"]) else FIRST_RULE
    tables = {table for part in measure.parts for table in tables_of(measure, part, rule)}
    behind = [{table: set(each["extracts"].get(table, ())) for table in tables} for each in (one, other)]
    if behind[0] == behind[1] and all(one[name] == other[name] for name in ("rule", "pack")):
        return 0
    wanted = [set().union(*each.values()) for each in behind]
    rows = {each.id: int(each.report["read"]) for each in store.all_batches(here) if each.table in tables}
    return sum(rows.get(batch, 0) for ids in wanted for batch in ids)


def compared(here: WorkspaceForce, runs: tuple[str, str], measure: str) -> dict[str, Any]:
    """Two runs compared for one measure, as JSON can hold it. Raises InputFault where a run is gone or damaged."""
    one, other = (read_run(here.folder / RESULTS / each) for each in runs)
    found = compare(here, one, other, packs.pack().measures, only=measure)
    return {
        "then": found.before.id,
        "now": found.after.id,
        "causes": [[step.cause, step.words] for step in found.steps.get(measure, ())],
        "lines": [_told(each) for each in found.changed[:_MOST]],
        "more": max(0, len(found.changed) - _MOST),
        **{name: getattr(found, name) for name in ("same", "new", "gone")},
        "untold": bool(found.untold),
    }


# Stored runs never change, so what was compared once stays right.
@lru_cache(maxsize=32)
def _compared_here(here: WorkspaceForce, runs: tuple[str, str], measure: str, release: str) -> dict[str, Any]:
    return compared(here, runs, measure)


def compared_now(force: Force, pack: Pack, measure: str, runs: tuple[str, str]) -> dict[str, Any]:
    """The same within a request, for runs of which little is to be read."""
    return _compared_here(workspace.current().force(force.code), runs, measure, pack.release)


def changes(force: Force, choice: Choice, told: Mapping[str, Any]) -> Changes:
    """What `compared` found, as the page shows it. Raises InputFault where a run is gone or damaged."""
    results = workspace.current().force(force.code).folder / RESULTS
    return Changes(
        read_run(results / told["then"]),
        read_run(results / told["now"]),
        tuple((cause_in_words(cause), words) for cause, words in told["causes"]),
        tuple(_line(choice, each) for each in told["lines"]),
        told["more"],
        told["same"],
        told["new"],
        told["gone"],
        told["untold"],
    )


def _told(each: Changed) -> dict[str, Any]:
    effects = [
        {
            "cause": effect.cause,
            "before": effect.before,
            "after": effect.after,
            "records": asdict(effect.records) if effect.records is not None else None,
        }
        for effect in each.effects
    ]
    return {"before": _as_json(each.before), "after": _as_json(each.after), "effects": effects}


def _as_json(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name].isoformat() if isinstance(row[name], date) else row[name] for name in _SHOWN}


def _as_row(told: Mapping[str, Any]) -> Row:
    days = {name: date.fromisoformat(told[name]) if told[name] else None for name in ("period_start", "period_end")}
    return {**told, **days}


def _line(choice: Choice, told: Mapping[str, Any]) -> Line:
    before, after = _as_row(told["before"]), _as_row(told["after"])
    part = choice.measure.part(after["part"])
    scale = scale_of(part, [before, after])
    labels = {kind.code: kind.label for kind in part.mix.categories} if part.mix else {}
    names = [part.title, labels.get(after["category"], after["category"]), after["group"], after["area"]]
    period = period_words(after, choice.by) if after["period_start"] else ""
    why = tuple(_effect(scale, effect) for effect in told["effects"])
    name = ", ".join(str(word) for word in [*names, period] if word)
    return Line(name, _said(scale, before), _said(scale, after), why)


def _effect(scale: Scale, effect: Mapping[str, Any]) -> str:
    words = {
        "cause": cause_in_words(effect["cause"]),
        "then": scale.bare(effect["before"]) or _("no number"),
        "now": scale.bare(effect["after"]) or _("no number"),
    }
    told = [_("%(cause)s: %(then)s to %(now)s") % words]
    if effect["records"] is not None:
        counts = (
            (effect["records"]["new"], _("%(many)s records came in")),
            (effect["records"]["changed"], _("%(many)s changed")),
            (effect["records"]["withdrawn"], _("%(many)s withdrawn")),
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
