"""The comparison of two runs for a reader: what changed, why, and what each cause did; as text and as JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from nvap.measures.comparing import Changed, Comparison, Effect
from nvap.measures.results import StoredRun
from nvap.measures.words import banner
from nvap.packs.measure import Measure

CAUSES: Mapping[str, str] = {
    "new pack": "New toolkit edition",
    "late records": "Late records",
    "new mapping": "New mapping",
    "new rule": "New counting rule",
}
_SHARES = ("proportion", "distribution", "share", "top_share", "pairs")
_MOST = 40


def in_words(found: Comparison, measures: Mapping[str, Measure], width: int = 80) -> str:
    """A comparison as text: the runs, the causes by measure, then each number that changed with its causes."""
    lines = [banner(found.after.provenance), *_heads(found), ""]
    for measure, steps in found.steps.items():
        lines += [f"{measure}: {'; '.join(f'{CAUSES[step.cause].lower()} ({step.words})' for step in steps)}."]
    lines += ["", counted(found)]
    lines += [f"  {line}" for each in found.changed[:_MOST] for line in changed_words(each, measures)]
    if len(found.changed) > _MOST:
        lines.append(f"{len(found.changed) - _MOST:,} more changed; `--format json` lists them all.")
    lines.append(found.untold)
    return "\n".join(_filled(line, width) for line in _tidy(lines))


def counted(found: Comparison) -> str:
    """How many numbers changed, stayed, are new or gone, as a sentence."""
    told = [f"{len(found.changed):,} changed", f"{found.same:,} are the same"]
    told += [f"{found.new:,} are new"] * bool(found.new) + [f"{found.gone:,} are no longer there"] * bool(found.gone)
    return "Of the numbers " + ", ".join(told) + "."


def changed_words(each: Changed, measures: Mapping[str, Measure]) -> Iterator[str]:
    """One number that changed: was and is, then a line for each cause."""
    row = each.after
    yield f"{_name(row)}: {said(each.before, measures)} then, {said(row, measures)} now."
    for effect in each.effects:
        yield "  " + effect_words(effect, row, measures)
    if not each.effects:
        yield "  Nothing that the runs record tells why, or several causes cannot be told apart."


def effect_words(effect: Effect, row: Mapping[str, Any], measures: Mapping[str, Measure]) -> str:
    """What one cause did to a number."""
    was, now = (said({**row, "value": value}, measures) for value in (effect.before, effect.after))
    text = f"{CAUSES[effect.cause]}: {was} to {now}"
    records = effect.records.words if effect.records else ""
    return f"{text} (records of the period: {records})." if records else f"{text}."


def said(row: Mapping[str, Any], measures: Mapping[str, Measure]) -> str:
    """A row's value with its unit, a share in per cent; its status in words where it has none."""
    value = row["value"]
    if value is None:
        return {"refused": "refused", "not_enough_data": "not enough data to say"}.get(row["status"], "no number")
    measure = measures.get(row["measure"])
    part = measure.part(row["part"]) if measure else None
    if part is not None and part.statistic in _SHARES:
        return f"{value:.1%}"
    number = f"{value:,.0f}" if float(value).is_integer() else f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    return f"{number} {part.unit}".strip() if part is not None else number


def as_json(found: Comparison) -> str:
    """A comparison as JSON, every number that changed in it."""
    content = {
        "before": _run(found.before),
        "after": _run(found.after),
        "same": found.same,
        "new": found.new,
        "gone": found.gone,
        "causes": {
            measure: [{"cause": step.cause, "words": step.words} for step in steps]
            for measure, steps in found.steps.items()
        },
        "changed": [
            {
                **{name: each.after[name] for name in ("measure", "part", "category", "group", "area")},
                **{name: each.after[name] for name in ("period_start", "period_end")},
                "before": _numbers(each.before),
                "after": _numbers(each.after),
                "effects": [
                    {
                        "cause": effect.cause,
                        "before": effect.before,
                        "after": effect.after,
                        "records": vars(effect.records) if effect.records else None,
                    }
                    for effect in each.effects
                ],
            }
            for each in found.changed
        ],
        "untold": found.untold,
    }
    return json.dumps(content, indent=1, ensure_ascii=False, default=str)


def _heads(found: Comparison) -> Iterator[str]:
    for word, run in (("Then", found.before), ("Now", found.after)):
        origin = run.provenance
        yield f"{word}: run {run.id}, as at {run.as_at}, computed {run.when}, {origin['pack']}, rule {origin['rule']}."


def _name(row: Mapping[str, Any]) -> str:
    names = [row["measure"], row["part"], row["category"], row["group"], row["area"]]
    start, end = row["period_start"], row["period_end"]
    span = f"{start} to {end}" if start is not None else ""
    return ", ".join(str(each) for each in [*names, span] if each)


def _run(run: StoredRun) -> dict[str, Any]:
    origin = run.provenance
    kept = ("as_at", "when", "who", "pack", "rule", "by", "from", "to", "extracts")
    return {"id": run.id, **{name: origin[name] for name in kept}}


def _numbers(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("numerator", "denominator", "unknown", "value", "status", "reason")}


def _filled(line: str, width: int) -> str:
    indent = line[: len(line) - len(line.lstrip())]
    if not line:
        return ""
    hanging = f"{indent}  "
    return textwrap.fill(line.strip(), width, initial_indent=indent, subsequent_indent=hanging, break_on_hyphens=False)


def _tidy(lines: list[str]) -> list[str]:
    """Without empty lines at the ends, and never two in a row."""
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    while kept and not kept[-1]:
        kept.pop()
    return kept
