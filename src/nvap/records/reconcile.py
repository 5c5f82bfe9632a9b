"""What becomes of each staged row: loaded, set aside with its rules, an identical duplicate, or excluded by name."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from nvap.engine.connection import Engine, literal
from nvap.errors import FileRefused, InputFault
from nvap.records import rules
from nvap.records.contract import Contract
from nvap.records.report import Report
from nvap.records.row_times import swapped
from nvap.records.staging import Staged

_EXAMPLES = 3
_SHOWN_CODES = 20
_ENOUGH = 500


_LISTED = 'SELECT * FROM ({rows}) ORDER BY "row", "column"'


@dataclass(frozen=True)
class Reconciled:
    """The rows of a staging file, judged; `engine` holds the views `fates` and `loading` for the writers below."""

    engine: Engine
    staged: Staged
    report: Report

    def write_rows(self, path: Path, batch: str) -> None:
        """Write the rows that load, in the contract's stored columns, to one Parquet file."""
        filled = set(self.staged.query.stored())
        columns = [
            f'"{name}"' if name in filled else f'CAST(NULL AS {kind}) AS "{name}"'
            for name, kind in self.staged.query.contract.stored_types.items()
        ]
        columns += ["_ambiguous", f"{literal(batch)} AS _batch"]
        self.engine.write_parquet(f"SELECT {', '.join(columns)} FROM loading", path)

    def write_set_aside(self, path: Path) -> None:
        """Write row, column and rule of every row set aside to one Parquet file; none of its values."""
        self.engine.write_parquet(_LISTED.format(rows=_set_aside(self.staged)), path)

    def list_set_aside(self, path: Path) -> None:
        """Write the same list as a CSV file, for a person to work through."""
        with path.open("w", encoding="utf-8", newline="") as file:
            lines = csv.writer(file)
            lines.writerow(("row", "column", "rule"))
            for batch in self.engine.batches(_LISTED.format(rows=_set_aside(self.staged))):
                lines.writerows(zip(*(column.to_pylist() for column in batch.columns), strict=True))


def reconcile(engine: Engine, staged: Staged) -> Reconciled:
    """Judge every row of a staging file.

    Raises FileRefused where a date column mixes day and month, or a time column local times and
    offsets.
    """
    engine.parquet("staged", [staged.path])
    engine.register("row_faults", _row_faults(staged))
    _refuse_mixed(engine, staged)
    engine.run(_good())
    _judge_repeated(engine, staged)
    engine.view("loading", "SELECT * FROM good WHERE _row NOT IN (SELECT _row FROM fates)")
    return Reconciled(engine, staged, _report(engine, staged))


def _row_faults(staged: Staged) -> pa.Table:
    faults = staged.row_faults
    return pa.table(
        {
            "row": pa.array([each.row for each in faults], pa.int64()),
            "column": pa.array([each.column for each in faults], pa.string()),
            "rule": pa.array([each.rule for each in faults], pa.string()),
        }
    )


def _good() -> str:
    return (
        "CREATE OR REPLACE TEMP VIEW good AS SELECT * FROM staged WHERE _excluded = 0 AND NOT _bad AND _row NOT IN"
        ' (SELECT "row" FROM row_faults)'
    )


def _refuse_mixed(engine: Engine, staged: Staged) -> None:
    query = staged.query
    forms = {each.column.name: each.format for each in query.mapping.columns if each.column.type in ("instant", "date")}
    found = []
    for column, form in forms.items():
        if swapped(form) is None:
            continue
        rows, first = _one(
            engine,
            f'SELECT count(*) AS n, min(_row) AS first FROM staged WHERE "f_{column}" = {rules.SWAPPED}'
            " AND _excluded = 0",
        )
        if rows:
            declared = f"`{form}`" if form else "year-month-day"
            found.append(
                f"  {column}: {rows:,} rows (the first is row {first}) fit only with day and month the other way round"
                f" than {declared}"
            )
    if found:
        raise FileRefused("Mixed day/month order, so no date of the file can be trusted; nothing was stored.", found)
    for column in query.mixing():
        kinds, first = _one(
            engine,
            f'SELECT count(DISTINCT "s_{column}") AS n, min(_row) FILTER (WHERE "s_{column}" = 2) AS first FROM staged',
        )
        if kinds == 2:
            found.append(f"  {column}: some times say their offset from UTC (the first in row {first}), others do not")
    if found:
        raise FileRefused(
            "Local times and times with an offset stand mixed in one column; nothing was stored. Export one kind.",
            found,
        )


def _one(engine: Engine, sql: str) -> tuple[int, int]:
    row = engine.query(sql).to_pylist()[0]
    return row["n"] or 0, row["first"] or 0


def _judge_repeated(engine: Engine, staged: Staged) -> None:
    """Make `fates`: _row, fate (identical, conflict, earlier) of each row whose key stands more than once."""
    query = staged.query
    filled = set(query.stored())
    keys = [_key(query.contract, name, filled) for name in query.contract.key]
    named = ", ".join(f"{key} AS k{at}" for at, key in enumerate(keys))
    on = " AND ".join(f"a.k{at} IS NOT DISTINCT FROM b.k{at}" for at in range(len(keys)))
    grouped = ", ".join(f"k{at}" for at in range(len(keys)))
    content = ", ".join(f'"{name}"' for name in query.stored())
    # The keys that stand more than once come first, alone: the content of every row at once would not fit in memory.
    engine.run(f"CREATE OR REPLACE TEMP TABLE twice AS SELECT {named} FROM good GROUP BY ALL HAVING count(*) > 1")
    here = " AND ".join(f"{key} IS NOT DISTINCT FROM b.k{at}" for at, key in enumerate(keys))
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE repeated AS SELECT _row, _later, b.*, row({content}) AS content"
        f" FROM good JOIN twice AS b ON {here}"
    )
    later = "NULL"
    if query.bound.later_by is not None:
        later = _later(engine, staged)
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE fates AS WITH ranked AS (SELECT *, {later} AS rank FROM repeated),"
        f" best AS (SELECT {grouped}, count(DISTINCT content) AS versions, max(rank) AS rank FROM ranked GROUP BY ALL),"
        " top AS (SELECT a.*, b.versions FROM ranked a JOIN best b ON "
        f"{on} WHERE b.versions = 1 OR a.rank = b.rank),"
        f" kept AS (SELECT {grouped}, arg_min(content, _row) AS content, min(_row) AS _row FROM top GROUP BY ALL"
        " HAVING count(DISTINCT content) = 1)"
        " SELECT a._row, CASE WHEN b._row IS NULL THEN 'conflict' WHEN a.content = b.content THEN 'identical'"
        f" ELSE 'earlier' END AS fate FROM ranked a LEFT JOIN kept b ON {on} WHERE a._row IS DISTINCT FROM b._row"
    )


def _key(described: Contract, name: str, filled: set[str]) -> str:
    if name not in filled:
        return "NULL"
    return f'upper("{name}")' if described.column(name).type == "record_ref" else f'"{name}"'


def _later(engine: Engine, staged: Staged) -> str:
    """SQL that ranks repeated rows by the mapping's `later_by`: as numbers, or as times that sort as text."""
    counts = engine.query(
        "SELECT count(*) AS every, count(TRY_CAST(_later AS DOUBLE)) AS numbers,"
        " count(*) FILTER (WHERE regexp_matches(_later, '^[0-9]{4}-[0-9]{2}-[0-9]{2}')) AS times,"
        " count(_later) AS filled FROM repeated"
    ).to_pylist()[0]
    if counts["numbers"] == counts["filled"]:
        return "TRY_CAST(_later AS DOUBLE)"
    if counts["times"] == counts["filled"]:
        return "_later"
    mapping = staged.query.mapping
    raise InputFault(
        f"{mapping.path}:{mapping.lines['later_by']}: `later_by` must give numbers, or dates and times that begin with"
        " year-month-day; other texts do not sort by time."
    )


def _set_aside(staged: Staged) -> str:
    """SQL of row, column, rule for every row set aside."""
    names = " ".join(f"WHEN {number} THEN {literal(name)}" for number, name in rules.NAMES.items())
    parts = [
        f'SELECT _row AS "row", {literal(column)} AS "column", CASE "f_{column}" {names} END AS rule FROM staged'
        f' WHERE "f_{column}" > 0 AND _excluded = 0'
        for column in staged.query.bound.columns
    ]
    parts.append(f"SELECT _row, NULL, {literal(rules.CONFLICT)} FROM fates WHERE fate = 'conflict'")
    parts.append('SELECT "row", "column", rule FROM row_faults WHERE "row" NOT IN'
                 " (SELECT _row FROM staged WHERE _excluded > 0)")  # fmt: skip
    return " UNION ALL ".join(parts)


def _report(engine: Engine, staged: Staged) -> Report:
    query, mapping = staged.query, staged.query.mapping
    counts = engine.query(
        "SELECT count(*) AS loaded, min(_day) AS first, max(_day) AS last, count(*) - count(_day) AS undated"
        " FROM loading"
    ).to_pylist()[0]
    fates = {
        row["fate"]: row["n"] for row in engine.query("SELECT fate, count(*) AS n FROM fates GROUP BY 1").to_pylist()
    }
    excluded = {
        mapping.exclude[row["_excluded"] - 1].name: row["n"]
        for row in engine.query(
            "SELECT _excluded, count(*) AS n FROM staged WHERE _excluded > 0 GROUP BY 1 ORDER BY 1"
        ).to_pylist()
    }
    if fates.get("earlier"):
        excluded[rules.EARLIER] = fates["earlier"]
    by_rule = engine.query(
        f'SELECT rule, "column", count(*) AS n, min("row", {_EXAMPLES}) AS first FROM ({_set_aside(staged)})'
        ' GROUP BY 1, 2 ORDER BY n DESC, rule, "column"'
    ).to_pylist()
    aside = engine.query(f'SELECT count(DISTINCT "row") AS n FROM ({_set_aside(staged)})').to_pylist()[0]["n"]
    return Report(
        file="",
        table=query.contract.name,
        mapping=mapping.name,
        statements=staged.statements,
        read=staged.read,
        loaded=counts["loaded"],
        set_aside=aside,
        identical_duplicates=fates.get("identical", 0),
        excluded=excluded,
        set_aside_rules={(row["rule"], row["column"]): row["n"] for row in by_rule},
        first_rows={(row["rule"], row["column"]): tuple(row["first"]) for row in by_rule},
        unmapped=dict(_unmapped(engine, staged)),
        warnings=tuple(_frequent_people(engine, staged)),
        missing=_counts(engine, {name: f'"{name}" IS NULL' for name in query.bound.columns}, "loading"),
        placeholders=_counts(engine, {name: f'"p_{name}"' for name in query.placeheld()}),
        ambiguous=_counts(
            engine,
            {
                each.column.name: f"list_contains(string_split(_ambiguous, ','), {literal(each.column.name)})"
                for each in mapping.columns
                if each.column.type == "instant"
            },
        ),
        first_day=counts["first"],
        last_day=counts["last"],
        undated_rows=counts["undated"],
    )


def _frequent_people(engine: Engine, staged: Staged) -> Iterator[str]:
    """A warning for each key of persons of which one value stands in more than one row in a hundred."""
    for each in staged.query.mapping.columns:
        if each.column.domain != "person":
            continue
        name = f'"{each.column.name}"'
        row = engine.query(
            f"SELECT coalesce(max(n), 0) AS most, coalesce(sum(n), 0) AS every FROM (SELECT count(*) AS n FROM loading"
            f" WHERE {name} IS NOT NULL GROUP BY {name})"
        ).to_pylist()[0]
        if row["every"] >= _ENOUGH and row["most"] > row["every"] / 100:
            yield (
                f"{each.column.name}: one value stands in {int(row['most']):,} of {int(row['every']):,} rows; is it a"
                " placeholder? Then list it under `missing`"
            )


def _counts(engine: Engine, conditions: dict[str, str], rows: str = "staged WHERE _excluded = 0") -> dict[str, int]:
    if not conditions:
        return {}
    counted = ", ".join(f'count(*) FILTER (WHERE {sql}) AS "{name}"' for name, sql in conditions.items())
    row = engine.query(f"SELECT {counted} FROM {rows}").to_pylist()[0]
    return {name: count for name, count in row.items() if count}


def _unmapped(engine: Engine, staged: Staged) -> Iterator[tuple[str, dict[str, int]]]:
    """The codes of each column that nobody mapped, the most frequent first; what reads like prose is not shown."""
    for each in staged.query.coded():
        if each.column.personal:
            continue
        name = each.column.name
        found = engine.query(
            f'SELECT "u_{name}" AS code, count(*) AS n FROM staged WHERE "u_{name}" IS NOT NULL AND _excluded = 0'
            f" GROUP BY 1 ORDER BY n DESC, code LIMIT {_SHOWN_CODES + 1}"
        ).to_pylist()
        if found and len(found) <= _SHOWN_CODES:
            yield name, {row["code"]: row["n"] for row in found if len(row["code"]) <= 60}
        elif found:
            yield name, {row["code"]: row["n"] for row in found[:-1] if row["n"] > 1 and len(row["code"]) <= 60}
