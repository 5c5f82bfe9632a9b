"""A measure's result rows for a reader: plain text in 80 columns or fewer, with the sentence that must stand first."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from nvap.measures.run import provenance_of
from nvap.packs.measure import Measure, Part
from nvap.records.counting_rule import rule_name

Row = Mapping[str, Any]

STATUS_WORDS = {"part_period": "part of the period", "not_enough_data": "not enough data to say", "refused": "refused"}
_ROOM_FOR_WORDS = 20
_SHARES = ("proportion", "distribution", "share", "top_share", "pairs")
_RATIOS = ("group_ratio", "standardised_mix", "lift", "change")


def in_words(found: pa.Table, measures: Mapping[str, Measure], width: int = 80) -> str:
    """Result rows as text, measure by measure and part by part, in `width` columns."""
    provenance, rows = provenance_of(found), found.to_pylist()
    lines = [*_wrapped(banner(provenance), width)]
    for measure_id in dict.fromkeys(row["measure"] for row in rows):
        own = [row for row in rows if row["measure"] == measure_id]
        lines += ["", *_measure(measures[measure_id], own, provenance, width)]
    return "\n".join(lines).lstrip("\n")


def banner(provenance: Mapping[str, Any]) -> str:
    """What must be said above numbers that are not a force's real ones; empty for a real force."""
    if "made-up" in provenance["origins"]:
        return "MADE-UP FORCE: none of these numbers is real."
    if provenance["practice"]:
        return "PRACTICE WORKSPACE: not a force's own results."
    return ""


def _measure(measure: Measure, rows: Sequence[Row], provenance: Mapping[str, Any], width: int) -> Iterator[str]:
    yield from _wrapped(f"{measure.says} {measure.cannot_say}", width)
    yield ""
    yield from _wrapped(f"{measure.id}  {measure.title}", width)
    rule = next((row["rule"] for row in rows if row["rule"]), None)
    said = f"Counting rule: {rule_name(rule)} ({rule}). " if rule else "No counting rule decides what counts. "
    yield from _wrapped(f"{said}As at {provenance['as_at']}. {provenance['force']}, {provenance['pack']}.", width)
    for part_id in dict.fromkeys(row["part"] for row in rows):
        own = [row for row in rows if row["part"] == part_id]
        yield ""
        yield from _part(measure.part(part_id), own, width)
    yield ""
    for each in measure.read_alongside:
        yield from _wrapped(each.sentence, width)


def _part(part: Part, rows: Sequence[Row], width: int) -> Iterator[str]:
    yield from _wrapped(f"{part.title}" + (f" ({part.unit})" if part.unit else ""), width)
    yield from _wrapped(part.note, width)
    if len(rows) == 1 and rows[0]["value"] is None and rows[0]["numerator"] is None:
        status = STATUS_WORDS[rows[0]["status"]]
        yield from _wrapped(f"{status[0].upper()}{status[1:]}. {rows[0]['reason']}", width)
        return
    notes = list(dict.fromkeys(row["reason"] for row in rows if row["reason"]))
    period = _period_of_all(rows)
    if period:
        yield f"{period}:"
        rows = [{**row, "period_start": None, "period_end": None} for row in rows]
    table = _table(_columns(part, rows, notes))
    if len(table[0]) <= width:
        yield from (line.rstrip() for line in table)
    else:
        for group in dict.fromkeys(row["group"] for row in rows):
            yield from _group(
                part, [{**row, "group": None} for row in rows if row["group"] == group], notes, width, group
            )
    for at, note in enumerate(notes, start=1):
        yield from _wrapped(f"[{at}] {note}", width)


def _period_of_all(rows: Sequence[Row]) -> str:
    """The period of rows that are told apart by something else, said once above them; empty where it differs."""
    periods = {_period(row) for row in rows}
    others = {(row["area"], row["group"], row["category"]) for row in rows}
    return periods.pop() if len(rows) > 1 and len(periods) == 1 and len(others) > 1 else ""


def _group(part: Part, rows: Sequence[Row], notes: Sequence[str], width: int, group: str | None) -> Iterator[str]:
    """One group under its own heading: as a table, with long categories at its end, or row by row."""
    columns = _columns(part, rows, notes)
    table = _table(columns)
    yield from _wrapped(f"{group}:" if group else "", width)
    if len(table[0]) <= width:
        yield from (line.rstrip() for line in table)
        return
    numbers = _table({heading: texts for heading, texts in columns.items() if heading != "category"})
    room = width - len(numbers[0]) - 2
    if "category" not in columns or room < _ROOM_FOR_WORDS:
        yield from _listed(columns, width)
        return
    for line, words in zip(numbers, ["category", *columns["category"]], strict=True):
        first, *more = _wrapped(words, room, hanging="  ")
        yield f"{line}  {first}"
        yield from (f"{' ' * len(line)}  {each}" for each in more)


def _columns(part: Part, rows: Sequence[Row], notes: Sequence[str]) -> dict[str, list[str]]:
    """The columns that hold anything, by heading, as texts."""
    labels = {each.code: each.label for each in part.mix.categories} if part.mix else {}
    number = _number(part, rows)
    shown: dict[str, Callable[[Row], str]] = {
        "period": _period,
        "category": lambda row: labels.get(row["category"] or "", row["category"] or ""),
        "group": lambda row: row["group"] or "",
        "area": lambda row: row["area"] or "",
        "count" if part.statistic not in ("total", "mean", "share") else "sum": lambda row: _plain(row["numerator"]),
        "of": lambda row: _plain(row["denominator"]),
        "unknown": lambda row: _plain(row["unknown"]),
        _value_heading(part): lambda row: number(row["value"]),
        "95% limits": lambda row: (
            f"{number(row['lower'])} to {number(row['upper'])}" if row["lower"] is not None else ""
        ),
        "note": lambda row: f"[{notes.index(row['reason']) + 1}]" if row["reason"] else "",
    }
    columns = {heading: [text(row) for row in rows] for heading, text in shown.items()}
    if part.statistic in ("count", "total"):
        columns.pop(_value_heading(part))
    return {heading: texts for heading, texts in columns.items() if any(texts)}


def _value_heading(part: Part) -> str:
    if part.statistic == "rate":
        return f"per {part.multiplier:,.0f}"
    if part.statistic == "quantile":
        return "median" if part.at == 0.5 else f"{part.at:.0%} below"
    if part.statistic in _RATIOS:
        return "lift" if part.statistic == "lift" else "ratio"
    if part.statistic == "waiting":
        return "median"
    return "share" if part.statistic in _SHARES else "mean" if part.statistic == "mean" else "value"


def _table(columns: Mapping[str, Sequence[str]]) -> list[str]:
    cells = [[heading, *texts] for heading, texts in columns.items()]
    right = [heading not in ("period", "category", "group", "area", "note") for heading in columns]
    widths = [max(len(each) for each in column) for column in cells]
    lines = []
    for row in zip(*cells, strict=True):
        texts = [
            each.rjust(wide) if to_right else each.ljust(wide)
            for each, wide, to_right in zip(row, widths, right, strict=True)
        ]
        lines.append("  ".join(texts))
    return lines


def _listed(columns: Mapping[str, Sequence[str]], width: int) -> Iterator[str]:
    """Row by row, for a window too narrow for the table."""
    for row in zip(*columns.values(), strict=True):
        named = [(heading, text) for heading, text in zip(columns, row, strict=True) if text]
        head = ", ".join(text for heading, text in named if heading in ("period", "category", "group", "area"))
        rest = ", ".join(
            text if heading == "note" else f"{heading} {text}"
            for heading, text in named
            if heading not in ("period", "category", "group", "area")
        )
        yield from _wrapped(f"{head}: {rest}", width, hanging="  ")


def _period(row: Row) -> str:
    start, end = row["period_start"], row["period_end"]
    if start is None or end is None:
        return ""
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    whole = start.day == 1 and (end.toordinal() + 1 == _next_month(end))
    if whole and months == 1:
        return f"{start:%Y-%m}"
    if whole and months == 3 and start.month % 3 == 1:
        return f"{start.year}-Q{start.month // 3 + 1}"
    if whole and months == 12 and start.month == 1:
        return f"{start.year}"
    return f"{start} to {end}"


def _next_month(day: Any) -> int:
    return int(day.replace(year=day.year + day.month // 12, month=day.month % 12 + 1, day=1).toordinal())


def _plain(number: float | None) -> str:
    if number is None:
        return ""
    return f"{number:,.0f}" if float(number).is_integer() else f"{number:,.1f}"


def _number(part: Part, rows: Sequence[Row]) -> Callable[[float | None], str]:
    """How the part's values are written: shares as percentages, others with as many decimals as the largest needs."""
    largest = max((abs(row["value"]) for row in rows if row["value"] is not None), default=0.0)
    decimals = 2 if part.statistic in ("mean", "waiting", *_RATIOS) or 10 <= largest < 100 else 4 if largest < 10 else 1

    def written(value: float | None) -> str:
        if value is None:
            return ""
        return f"{value:.1%}" if part.statistic in _SHARES else f"{value:,.{decimals}f}"

    return written


def _wrapped(text: str, width: int, hanging: str = "") -> list[str]:
    if not text:
        return []
    return textwrap.wrap(text, width, subsequent_indent=hanging, break_on_hyphens=False)
