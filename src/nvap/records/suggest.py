"""A first draft of a mapping, from an extract's columns: what looks alike is filled in, what is open is said.

Each column says where it comes from: an earlier mapping of the force, its name, or what it holds. The draft is valid
YAML. What was guessed says CHECK; what nobody can know but the analyst says OPEN, which the reader of mappings names
line by line, so that an unfinished draft fails loudly rather than load something wrong. Values are shown only of
columns with few different ones that identify nobody, and only those that are frequent, as short as a code, or in an
earlier mapping of the force.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from nvap.records.contract import Column, Contract
from nvap.records.learned import NOTHING, Earlier, Learned, Taught, excluded, taught, translations
from nvap.records.likeness import likeness, readings, says_reference, words
from nvap.records.sample import Seen, form_of, look
from nvap.records.source import FileSettings, open_source
from nvap.records.suggest_lines import Choice, column_lines

_CLOSE, _CERTAIN = 0.72, 0.9
_MOST_NAMED = 5

# How like a contract column (first) a source column (second) is.
_Scores = dict[tuple[str, str], float]


def draft(path: Path, contract: Contract, learned: Learned = NOTHING) -> str:
    """The YAML of a mapping that fills `contract` from the file at `path`, for the analyst to finish.

    Args:
        path: the extract: CSV, XLSX or Parquet.
        contract: the table that it should fill.
        learned: the force's earlier mappings of that table (`nvap.records.learned.of_force`).

    Raises:
        UsageFault, FileRefused: where the file cannot be read.
    """
    with open_source(path, FileSettings()) as source:
        seen = look(source)
        statements = list(source.statements)
    header = [each.name for each in seen]
    ways = _usable(taught(learned, contract, header), seen)
    adding = _adding_codes(ways)
    contract = adding.mapping.contract if adding is not None else contract
    chosen = _choose(contract, seen, {name: _from_earlier(way, seen, learned) for name, way in ways.items()})
    lines = [
        f"# A draft for {path.name}, read as: {'; '.join(statements)}.",
        *_learned_lines(learned, ways),
        "# Finish it: each CHECK is a guess, each OPEN needs your answer. Then try it:",
        f"#   nvap check {path.name} --mapping THIS_FILE",
        *_name_lines(path, ways),
        f"table: {contract.name}",
        "source:",
        '  name: ""  # OPEN: the system and the query or report that this file comes from',
        "# time_zone: Europe/London   # where it is not the force's own",
        "# extract: {kind: full, from: 2024-01, to: 2024-12}   # when the file holds every row of a period",
        *(_own_code_lines(adding) if adding is not None else ()),
        *(_exclusion_lines(learned, header) if ways else ()),
        "columns:",
    ]
    used = {each.seen.name for each in chosen.values() if each.seen}
    for column in contract.columns:
        apart = None
        if column.required and column.type in ("instant", "date") and column.name not in chosen:
            apart = _year_and_month([each for each in seen if each.name not in used])
        if apart is not None:
            lines.append(f"  {column.name}: {apart[0]}")
            used |= apart[1]
        else:
            lines += [f"  {line}" for line in column_lines(column, chosen.get(column.name))]
    used |= {name for name in header for way in ways.values() if way.source is None and name in way.reads}
    lines += _left_over([each for each in seen if each.name not in used])
    return "\n".join(lines) + "\n"


def summary(text: str) -> str:
    """What a draft's columns come from and what is left to do, in a sentence: `7 columns as in earlier mappings, …`."""
    lines = [each for each in text.splitlines() if re.match(r"  \w+:", each) and not each.startswith("  name:")]
    kinds = (
        ("as in earlier mappings", "in your mapping"),
        ("by name", "by its name"),
        ("by what they hold", "by what it"),
    )
    counts = [(words_of, sum(mark in each for each in lines)) for words_of, mark in kinds]
    came = ", ".join(f"{many} {words_of}" for words_of, many in counts if many) or "none found"
    left = f"{text.count('CHECK: ')} to check, {len(re.findall(r': OPEN|# OPEN', text))} open"
    return f"Columns: {came}. Left to do: {left}."


def _usable(ways: Mapping[str, Taught], seen: Sequence[Seen]) -> dict[str, Taught]:
    """The earlier ways, but for columns that identify people and may not be read outside a key."""
    private = {each.name for each in seen if each.private}
    return {name: way for name, way in ways.items() if way.mapped.column.type == "key" or not private & set(way.reads)}


def _from_earlier(way: Taught, seen: Sequence[Seen], learned: Learned) -> Choice:
    own = next((each for each in seen if each.name == way.source), None)
    said = f"as in your mapping {way.earlier.words}"
    if way.was is not None:
        said = f"as `{way.was}` in your mapping {way.earlier.words}; its name has changed"
    doubts = [f"but {each}" for each in way.clashes]
    if own is not None and not _may_fill(way.mapped.column, own) and not way.mapped.maps:
        doubts.append("its values do not look like it" if own.filled else "it is empty in this file")
    check = way.was is not None or bool(doubts)
    return Choice(own, "; ".join((said, *doubts)), check, way, translations(learned, way))


def _learned_lines(learned: Learned, ways: Mapping[str, Taught]) -> Iterator[str]:
    """Which earlier mappings were looked at, and whether the best of them may do as it stands."""
    if learned.earlier:
        yield "# Earlier mappings of this table, the newest used first:"
        yield from (f"#   {each.words}" for each in learned.earlier[:_MOST_NAMED])
        if len(learned.earlier) > _MOST_NAMED:
            yield f"#   and {len(learned.earlier) - _MOST_NAMED} more"
        best = learned.earlier[0]
        own = [ways.get(each.column.name) for each in best.mapping.columns]
        if all(way is not None and way.earlier == best and way.was is None for way in own):
            yield f"# This file has every column that {best.name} reads: that mapping may do as it stands."
    if learned.unread:
        yield f"# Not learned from, since they have faults: {', '.join(learned.unread)}."


def _name_lines(path: Path, ways: Mapping[str, Taught]) -> Iterator[str]:
    """The mapping's name and version: those of the earlier one that taught most, a version on."""
    best = max((way.earlier for way in ways.values()), key=lambda each: each.order, default=None)
    if best is None:
        yield f"mapping: {json.dumps(re.sub(r'[^a-z0-9]+', '-', path.stem.lower()).strip('-') or 'extract')}"
        yield "version: 1"
        return
    held = best.mapping.version
    yield f"mapping: {json.dumps(best.mapping.name)}"
    yield f"version: {int(held) + 1}" if held.isdigit() else f"version: {json.dumps(f'{held}-next')}"


def _adding_codes(ways: Mapping[str, Taught]) -> Earlier | None:
    """The best of the mappings that teach and add codes of the force's own to a list."""
    adding = [way.earlier for way in ways.values() if way.earlier.mapping.own_codes]
    return max(adding, key=lambda each: each.order, default=None)


def _own_code_lines(earlier: Earlier) -> Iterator[str]:
    yield f"own_codes:  # as in your mapping {earlier.words}"
    for name, own in earlier.mapping.own_codes.items():
        yield f"  {name}:"
        yield f"    version: {json.dumps(own.version)}"
        yield "    codes:"
        for each in own.codes:
            days = "".join(
                f", {word}: {day}"
                for word, day in (("valid_from", each.valid_from), ("valid_to", each.valid_to))
                if day is not None
            )
            yield f"      - {{code: {each.code}, label: {json.dumps(each.label, ensure_ascii=False)}{days}}}"


def _exclusion_lines(learned: Learned, header: Sequence[str]) -> Iterator[str]:
    rules = excluded(learned, header)
    if rules:
        yield "exclude:"
    for name, where, earlier in rules:
        words_of = f"name: {json.dumps(name, ensure_ascii=False)}, where: {json.dumps(where, ensure_ascii=False)}"
        yield f"  - {{{words_of}}}  # as in your mapping {earlier.words}"


def _choose(contract: Contract, seen: list[Seen], chosen: dict[str, Choice]) -> dict[str, Choice]:
    """The source column that looks most like each contract column that no earlier mapping fills.

    Each source column is given away once, the closest first.
    """
    given = {each.seen.name for each in chosen.values() if each.seen}
    free = [each for each in seen if each.name not in given]
    scored = sorted(
        (
            (found.score, -at, -place, column, each, found.read_as)
            for at, column in enumerate(contract.columns)
            for place, each in enumerate(free)
            if column.name not in chosen
            and _may_fill(column, each)
            and (found := likeness(column.name, each.name)).score >= _CLOSE
        ),
        key=lambda found: found[:3],
        reverse=True,
    )
    if contract.key[0] not in chosen:
        chosen = chosen | _key_by_its_values(contract, free, {(each[3].name, each[4].name): each[0] for each in scored})
    for score, _, _, column, each, read_as in scored:
        if column.name not in chosen and all(each is not other.seen for other in chosen.values()):
            chosen[column.name] = _by_name(contract, column, each, score, read_as)
    return chosen


def _key_by_its_values(contract: Contract, seen: list[Seen], scores: _Scores) -> dict[str, Choice]:
    """The one reference of a table by what it must be, unique and complete, where no column's name says it."""
    key = contract.key[0]
    if len(contract.key) > 1 or contract.column(key).type != "record_ref" or any(name == key for name, _ in scores):
        return {}
    taken = {name for (_, name), score in scores.items() if score >= _CERTAIN}
    able = [each for each in seen if each.unique and _may_fill(contract.column(key), each) and each.name not in taken]
    # A measured number may be unique too; a reference is whole.
    able = [each for each in able if not any("." in value for value in each.values) or not each.numeric]
    able.sort(key=lambda each: not says_reference(each.name))
    return {key: Choice(able[0], f"by what it holds: {_unique(able[0])}", check=True)} if able else {}


def _by_name(contract: Contract, column: Column, seen: Seen, score: float, read_as: str) -> Choice:
    said, check = ("by its name", False) if score >= _CERTAIN else ("by its name, which is only like it", True)
    if read_as != words(seen.name):
        check = True
        said = f"by its name, read as `{read_as}`"
        if len(readings(seen.name)) > 2:
            # Where short forms stand for several words, the values decided which.
            said = f"by what it holds, its name read as `{read_as}`"
    if contract.key == (column.name,) and seen.unique and check:
        said += f"; {_unique(seen)}"
    elif contract.key == (column.name,) and not seen.unique:
        empty, again = seen.rows - seen.filled, seen.filled - seen.different
        said += (
            f"; a key is complete and unique, but of {seen.rows:,} rows read {empty:,} have none, {again:,} repeat one"
        )
        check = True
    return Choice(seen, said, check)


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
                line = f'{{expr: "{expression}", format: "{form}"}}  # CHECK: by its name; year and month stand apart'
                return line, {year.name, month.name}
    return None


def _left_over(seen: list[Seen]) -> Iterator[str]:
    plain = [each.name for each in seen if not each.private]
    private = [each.name for each in seen if each.private]
    if plain:
        yield f"# Not used: {', '.join(plain)}"
    if private:
        yield f"# Identifies people, so it cannot be loaded (but in a key): {', '.join(private)}"
