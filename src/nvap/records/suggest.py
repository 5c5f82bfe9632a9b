"""A first draft of a mapping, from an extract's columns: what looks alike is filled in, what is open is said.

The draft is valid YAML. What it cannot know stands in comments, so that an unfinished draft fails loudly rather than
load something wrong. Values are shown only of columns with few different ones, each frequent, that identify nobody.
"""

from __future__ import annotations

import datetime
import difflib
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from nvap.records.contract import Column, Contract, code_list
from nvap.records.identifying import NhsNumbers, identifying
from nvap.records.row_texts import FALSE, TRUE
from nvap.records.source import FileSettings, Source, open_source

_SAMPLE_ROWS = 50_000
_FEW = 40
_VALUES = 2_000
_FREQUENT = 5
_CLOSE = 0.72
_FORMATS = (
    "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y %I:%M:%S %p",
    "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M", "%d-%m-%Y", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M",
    "%d.%m.%Y", "%d-%b-%Y %H:%M:%S", "%d-%b-%Y %H:%M", "%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%d/%m/%y %H:%M", "%d/%m/%y",
    "%Y/%m/%d %H:%M:%S", "%Y/%m/%d", "%Y%m%d %H:%M:%S", "%Y%m%d%H%M%S", "%Y%m%d", "%Y-%m", "%Y-%B", "%b-%Y", "%B %Y",
)  # fmt: skip
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?( ?(Z|[+-]\d{2}(:?\d{2})?))?)?")
# Words that extracts use for what a contract column holds.
_ALIKE: dict[str, tuple[str, ...]] = {
    "incident_ref": ("incident", "incident id", "incident number", "log", "log no", "log number", "event id",
                     "call number", "cad number", "urn", "incident reference", "eventid", "call id"),
    "created": ("created", "opened", "received", "call received", "date time", "datetime", "call time", "log created",
                "created date time", "incident date", "call date", "event date", "start time"),
    "source": ("source", "call source", "origin", "channel", "how received"),
    "opening_code": ("opening code", "open code", "initial type", "opening category", "type", "problem type",
                     "incident type", "nature", "event type"),
    "closing_code": ("closing code", "close code", "final code", "final type", "closing category", "disposition"),
    "mh_at_opening": ("mh open", "mental health opening", "mh opening flag"),
    "mh_at_closure": ("mh close", "mh flag", "mental health", "mental health flag", "mh closing flag", "qmh"),
    "closure_kind": ("closure", "closure kind", "status", "result type"),
    "grade_initial": ("grade", "initial grade", "priority", "response grade", "grade1"),
    "grade_final": ("final grade", "closing grade", "grade2"),
    "first_dispatch": ("dispatched", "first dispatch", "first dispatched", "assigned", "dispatch time"),
    "first_arrival": ("arrived", "first arrival", "first arrived", "at scene", "on scene", "arrival time"),
    "closed": ("closed", "closure time", "date closed", "end time"),
    "place_key": ("place", "uprn", "location id", "place id", "address id"),
    "area": ("area", "beat", "ward", "district", "neighbourhood", "division", "sector", "lsoa code", "lsoa", "hood"),
    "crime_ref": ("crime", "crime number", "crime id", "crime no", "crime reference"),
    "recorded": ("recorded", "date recorded", "recorded date", "month"),
    "reported": ("reported", "date reported", "reported date"),
    "outcome_type": ("outcome", "outcome code", "outcome type", "last outcome category"),
    "offence_group": ("offence group", "crime type", "offence type"),
    "offence_code": ("offence code", "home office code", "ho code"),
    "people": ("people", "population", "residents", "usual residents", "all ages"),
    "year": ("year", "mid year"),
    "staff_key": ("staff id", "employee", "employee number", "collar number", "warrant number", "payroll number"),
    "completed": ("completed", "completion date", "date completed"),
    "course_code": ("course", "course code", "course id"),
    "detained": ("detained", "detention time", "date detained", "detained at"),
    "person_key": ("person", "person id", "nominal", "nominal id", "person reference"),
}  # fmt: skip


@dataclass
class _Seen:
    """What a sample shows of one source column."""

    name: str
    filled: int = 0
    values: Counter[str] = field(default_factory=Counter)
    many: bool = False
    private: bool = False

    @property
    def few(self) -> bool:
        """Whether the column has few different values, as codes have."""
        return not self.many and 0 < len(self.values) <= _FEW


def draft(path: Path, contract: Contract) -> str:
    """The YAML of a mapping that fills `contract` from the file at `path`, for the analyst to finish.

    Raises UsageFault or InputFault where the file cannot be read.
    """
    with open_source(path, FileSettings()) as source:
        seen = _look(source)
        statements = list(source.statements)
    chosen = _choose(contract, seen)
    lines = [
        f"# A draft for {path.name}, read as: {'; '.join(statements)}.",
        "# Finish it: each comment with CHECK or OPEN needs your answer. Then try it:",
        f"#   nvap check {path.name} --mapping THIS_FILE",
        f"mapping: {json.dumps(re.sub(r'[^a-z0-9]+', '-', path.stem.lower()).strip('-') or 'extract')}",
        "version: 1",
        f"table: {contract.name}",
        "source:",
        '  name: ""  # OPEN: the system and the query or report that this file comes from',
        "# time_zone: Europe/London   # where it is not the force's own",
        "# extract: {kind: full, from: 2024-01, to: 2024-12}   # when the file holds every row of a period",
        "columns:",
    ]
    for column in contract.columns:
        lines += [f"  {line}" for line in _column_lines(column, chosen.get(column.name))]
    used = {each.name for each in chosen.values()}
    lines += _left_over([each for each in seen if each.name not in used])
    return "\n".join(lines) + "\n"


def _look(source: Source) -> list[_Seen]:
    seen = [_Seen(name) for name in source.header]
    nhs = NhsNumbers()
    rows = 0
    for batch in source.batches(source.header):
        nhs.look_at(batch, source.header)
        for each in seen:
            counted = pc.value_counts(batch.column(each.name))
            # A stride, since a file in the order of time begins with days of one month.
            step = len(counted) // _VALUES + 1
            each.many |= step > 1
            for value, count in _pairs(counted.take(pa.array(range(0, len(counted), step)))):
                each.values[value] += count
                each.filled += count
        rows += batch.num_rows
        if rows >= _SAMPLE_ROWS:
            break
    private = {*identifying(source.header), *nhs.found()}
    for each in seen:
        each.private = each.name in private
    return seen


def _pairs(counted: pa.StructArray) -> Iterator[tuple[str, int]]:
    for value, count in zip(counted.field("values").to_pylist(), counted.field("counts").to_pylist(), strict=True):
        if value is not None and value.strip():
            yield value.strip(), count


def _choose(contract: Contract, seen: list[_Seen]) -> dict[str, _Seen]:
    """The source column that looks most like each contract column; each is given away once, the closest first."""
    scores = sorted(
        (
            (_likeness(column, each), -at, column.name, each)
            for at, column in enumerate(contract.columns)
            for each in seen
            if _may_fill(column, each)
        ),
        key=lambda found: found[:3],
        reverse=True,
    )
    chosen: dict[str, _Seen] = {}
    for score, _, name, each in scores:
        if score >= _CLOSE and name not in chosen and each not in chosen.values():
            chosen[name] = each
    return chosen


def _likeness(column: Column, seen: _Seen) -> float:
    words = _words(seen.name)
    likely = (_words(column.name), *_ALIKE.get(column.name, ()))
    return max(difflib.SequenceMatcher(None, words, each).ratio() for each in likely)


def _words(name: str) -> str:
    return " ".join(re.findall(r"[a-z]+|\d+", re.sub(r"([a-z])([A-Z])", r"\1 \2", name).lower()))


def _may_fill(column: Column, seen: _Seen) -> bool:
    if not seen.filled or (seen.private and column.type != "key"):
        return False
    if column.type in ("instant", "date"):
        return _form(seen.values) is not None
    if column.type in ("integer", "number"):
        return all(re.fullmatch(r"-?[\d,]+(\.\d+)?", value) for value in itertools.islice(seen.values, 200))
    if column.type in ("code", "boolean"):
        return seen.few
    return True


def _form(values: Iterable[str]) -> str | None:
    """The format that every value of a sample fits (empty: ISO), or None."""
    sample = list(itertools.islice(values, 300))
    if all(_ISO.fullmatch(value) for value in sample):
        return ""
    return next((form for form in _FORMATS if all(_fits(value, form) for value in sample)), None)


def _fits(value: str, form: str) -> bool:
    try:
        datetime.datetime.strptime(value, form)  # noqa: DTZ007 - only whether it fits
    except ValueError:
        return False
    return True


def _column_lines(column: Column, seen: _Seen | None) -> Iterator[str]:
    if seen is None:
        if column.name == "closure_kind":
            yield "closure_kind: {expr: \"'counted'\"}  # CHECK: no column says it; this counts every row"
        else:
            word = "OPEN: required, and no column looks like it" if column.required else column.description
            yield f"# {column.name}:   # {word}"
        return
    name = json.dumps(seen.name, ensure_ascii=False)
    if column.type in ("instant", "date"):
        yield from _time_lines(column, seen, name)
    elif column.type == "code" or (column.type == "boolean" and not _is_yes_no(seen)):
        yield f"{column.name}:"
        yield f"  expr: {name}"
        yield from (f"  {line}" for line in _value_lines(column, seen))
    else:
        note = "  # replaced by a pseudonym while loading" if column.type == "key" else ""
        yield f"{column.name}: {name}{note}"


def _time_lines(column: Column, seen: _Seen, name: str) -> Iterator[str]:
    form = _form(seen.values) or ""
    if not form:
        daily = column.type == "instant" and not any(":" in value for value in seen.values)
        yield f"{column.name}: {{expr: {name}, precision: day}}" if daily else f"{column.name}: {name}"
        return
    note = ""
    other = form.replace("%d", "%%").replace("%m", "%d").replace("%%", "%m")
    if "%d" in form and "%m" in form and all(_fits(value, other) for value in seen.values):
        note = "  # CHECK: every date also fits with day and month the other way round"
    yield f"{column.name}: {{expr: {name}, format: {json.dumps(form)}}}{note}"


def _value_lines(column: Column, seen: _Seen) -> Iterator[str]:
    labels = code_list(column.code_list).labels if column.code_list else {"true": "yes", "false": "no"}
    if all(value in labels for value in seen.values):
        return
    yield "values:"
    rare = 0
    for value, count in seen.values.most_common():
        if count < _FREQUENT:
            rare += 1
            continue
        target = _same_code(value, labels)
        shown = json.dumps(value, ensure_ascii=False)
        yield (
            f"  {shown}: {json.dumps(target)}  # {count:,} rows" if target else f"  # {shown}:   # OPEN: {count:,} rows"
        )
    if rare:
        yield f"  # {rare} rarer values are not shown; `nvap check` lists what is left unmapped"
    yield f"  # allowed: {', '.join(labels)}"


def _same_code(value: str, labels: dict[str, str]) -> str | None:
    plain = _words(value)
    return next((code for code, label in labels.items() if plain in (_words(code), _words(label))), None)


def _is_yes_no(seen: _Seen) -> bool:
    return all(value.lower() in (*TRUE, *FALSE) for value in seen.values)


def _left_over(seen: list[_Seen]) -> Iterator[str]:
    plain = [each.name for each in seen if not each.private]
    private = [each.name for each in seen if each.private]
    if plain:
        yield f"# Not used: {', '.join(plain)}"
    if private:
        yield f"# Identifies people, so it cannot be loaded (but in a key): {', '.join(private)}"
