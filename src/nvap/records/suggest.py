"""A first draft of a mapping, from an extract's columns: what looks alike is filled in, what is open is said.

The draft is valid YAML. What was guessed says so in a comment; what nobody can know but the analyst says OPEN, which
the reader of mappings names line by line, so that an unfinished draft fails loudly rather than load something wrong.
Values are shown only of columns with few different ones that identify nobody, and only those that are frequent or as
short as a code.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nvap.records.contract import Column, Contract, code_list
from nvap.records.learned import NOTHING, Learned
from nvap.records.likeness import likeness, readings, says_reference, words
from nvap.records.mapping_columns import OPEN
from nvap.records.sample import Seen, form_of, look
from nvap.records.source import FileSettings, open_source

_FREQUENT = 5
_SHORT = re.compile("[A-Za-z0-9]{1,3}")
_CLOSE, _CERTAIN = 0.72, 0.9


# How like a contract column (first) a source column (second) is.
_Scores = dict[tuple[str, str], float]


@dataclass(frozen=True)
class _Choice:
    """The source column for a contract column; `guess` says why where the name alone does not."""

    seen: Seen
    guess: str = ""

    @property
    def note(self) -> str:
        return f"  # CHECK: {self.guess}" if self.guess else ""


def draft(path: Path, contract: Contract, learned: Learned = NOTHING) -> str:
    """The YAML of a mapping that fills `contract` from the file at `path`, for the analyst to finish.

    Raises UsageFault or FileRefused where the file cannot be read.
    """
    with open_source(path, FileSettings()) as source:
        seen = look(source)
        statements = list(source.statements)
    chosen = _choose(contract, seen)
    lines = [
        f"# A draft for {path.name}, read as: {'; '.join(statements)}.",
        "# Finish it: each CHECK is a guess, each OPEN needs your answer. Then try it:",
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
    used = {each.seen.name for each in chosen.values()}
    for column in contract.columns:
        apart = None
        if column.required and column.type in ("instant", "date") and column.name not in chosen:
            apart = _year_and_month([each for each in seen if each.name not in used])
        if apart is not None:
            lines.append(f"  {column.name}: {apart[0]}")
            used |= apart[1]
        else:
            lines += [f"  {line}" for line in _column_lines(column, chosen.get(column.name))]
    lines += _left_over([each for each in seen if each.name not in used])
    return "\n".join(lines) + "\n"


def _choose(contract: Contract, seen: list[Seen]) -> dict[str, _Choice]:
    """The source column that looks most like each contract column; each is given away once, the closest first."""
    scored = sorted(
        (
            (found.score, -at, -place, column, each, found.read_as)
            for at, column in enumerate(contract.columns)
            for place, each in enumerate(seen)
            if _may_fill(column, each) and (found := likeness(column.name, each.name)).score >= _CLOSE
        ),
        key=lambda found: found[:3],
        reverse=True,
    )
    chosen = _key_by_its_values(contract, seen, {(each[3].name, each[4].name): each[0] for each in scored})
    for score, _, _, column, each, read_as in scored:
        if column.name not in chosen and all(each is not other.seen for other in chosen.values()):
            chosen[column.name] = _Choice(each, _guess(contract, column, each, score, read_as))
    return chosen


def _key_by_its_values(contract: Contract, seen: list[Seen], scores: _Scores) -> dict[str, _Choice]:
    """The one reference of a table by what it must be, unique and complete, where no column's name says it."""
    key = contract.key[0]
    if len(contract.key) > 1 or contract.column(key).type != "record_ref" or any(name == key for name, _ in scores):
        return {}
    taken = {name for (_, name), score in scores.items() if score >= _CERTAIN}
    able = [each for each in seen if each.unique and _may_fill(contract.column(key), each) and each.name not in taken]
    # A measured number may be unique too; a reference is whole.
    able = [each for each in able if not any("." in value for value in each.values) or not each.numeric]
    able.sort(key=lambda each: not says_reference(each.name))
    return {key: _Choice(able[0], f"guessed: {_unique(able[0])}")} if able else {}


def _guess(contract: Contract, column: Column, seen: Seen, score: float, read_as: str) -> str:
    why = "guessed from the name" if score < _CERTAIN else ""
    if read_as != words(seen.name):
        # Where short forms stand for several words, the values decided which.
        why = f"guessed: the name read as `{read_as}`{', by its values' if len(readings(seen.name)) > 2 else ''}"
    if contract.key != (column.name,):
        return why
    if seen.unique:
        return f"{why}; {_unique(seen)}" if why else ""
    empty, again = seen.rows - seen.filled, seen.filled - seen.different
    odd = f"a key is complete and unique, but of {seen.rows:,} rows read {empty:,} have none, {again:,} repeat one"
    return f"{why}; {odd}" if why else odd


def _unique(seen: Seen) -> str:
    return f"all {seen.rows:,} values read differ, none is missing"


def _may_fill(column: Column, seen: Seen) -> bool:
    if not seen.filled or (seen.private and column.type != "key"):
        return False
    if column.type in ("instant", "date"):
        return seen.form is not None
    if column.type in ("integer", "number"):
        return seen.numeric
    if column.type in ("code", "boolean"):
        return seen.few and not seen.timed
    return not seen.timed


def _year_and_month(seen: list[Seen]) -> tuple[str, set[str]] | None:
    """A time from a column of years and a column of months, where the file has them apart, and the two names."""
    plain = [each for each in seen if re.fullmatch(r"[A-Za-z_]\w*", each.name)]
    years = [e for e in plain if "year" in words(e.name) and e.filled and e.fits("%Y")]
    months = [e for e in plain if "month" in words(e.name) and e.filled]
    for year in years[:1]:
        for month in months[:1]:
            form = form_of(f"2024-{value}" for value in month.values)
            if form is not None:
                expression = f"{year.name} || '-' || {month.name}"
                line = f'{{expr: "{expression}", format: "{form}"}}  # CHECK: guessed: year and month stand apart'
                return line, {year.name, month.name}
    return None


def _column_lines(column: Column, choice: _Choice | None) -> Iterator[str]:
    if choice is None:
        if column.name == "closure_kind":
            yield "closure_kind: {expr: \"'counted'\"}  # CHECK: no column says it; this counts every row"
        else:
            word = "OPEN: required, and no column looks like it" if column.required else column.description
            yield f"# {column.name}:   # {word}"
        return
    seen = choice.seen
    name = json.dumps(seen.name, ensure_ascii=False)
    if column.type in ("instant", "date"):
        yield from _time_lines(column, choice, name)
    elif column.type == "code" or (column.type == "boolean" and not seen.yes_no):
        yield f"{column.name}:{choice.note}"
        yield f"  expr: {name}"
        yield from (f"  {line}" for line in _value_lines(column, seen))
    else:
        note = choice.note
        if column.type == "key":
            note += f"{';' if note else '  #'} replaced by a pseudonym while loading"
        yield f"{column.name}: {name}{note}"


def _time_lines(column: Column, choice: _Choice, name: str) -> Iterator[str]:
    seen, form = choice.seen, choice.seen.form or ""
    if not form:
        daily = column.type == "instant" and not any(":" in value for value in seen.values)
        filled = f"{{expr: {name}, precision: day}}" if daily else name
        yield f"{column.name}: {filled}{choice.note}"
        return
    note = choice.note
    other = form.replace("%d", "%%").replace("%m", "%d").replace("%%", "%m")
    if "%d" in form and "%m" in form and seen.fits(other):
        also = "every date also fits with day and month the other way round"
        note = f"{note}; {also}" if note else f"  # CHECK: {also}"
    yield f"{column.name}: {{expr: {name}, format: {json.dumps(form)}}}{note}"


def _value_lines(column: Column, seen: Seen) -> Iterator[str]:
    labels = code_list(column.code_list).labels if column.code_list else {"true": "yes", "false": "no"}
    if all(value in labels for value in seen.values):
        return
    yield f"values:  # allowed: {', '.join(labels)}; null where it means nothing"
    rare = 0
    for value, count in seen.values.most_common():
        if count < _FREQUENT and not _SHORT.fullmatch(value):
            rare += 1
            continue
        target = _same_code(value, labels)
        becomes = OPEN if target is None else json.dumps(target) if column.type == "code" else target
        yield f"  {json.dumps(value, ensure_ascii=False)}: {becomes}  # {count:,} {'row' if count == 1 else 'rows'}"
    if rare:
        yield f"  # {rare} rarer values are not shown; `nvap check` lists what is left unmapped"


def _same_code(value: str, labels: dict[str, str]) -> str | None:
    plain = words(value)
    return next((code for code, label in labels.items() if plain in (words(code), words(label))), None)


def _left_over(seen: list[Seen]) -> Iterator[str]:
    plain = [each.name for each in seen if not each.private]
    private = [each.name for each in seen if each.private]
    if plain:
        yield f"# Not used: {', '.join(plain)}"
    if private:
        yield f"# Identifies people, so it cannot be loaded (but in a key): {', '.join(private)}"
