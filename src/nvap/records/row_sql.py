"""One query that reads a source's rows once: clean texts, typed values, and for each column the rule it breaks.

The query is built in levels, each adding columns to the one inside it (`c` is a contract column):

    r_c  the expression as trimmed text          t_c  without placeholders, or missing
    n_c  local moment or day that was read       o_c  UTC moment, where the text says its offset
    k_c  UTC, the first of two where the clock repeats      k2_c  the second of two
    v_c  the value                               d_c  its local day
    f_c  the rule it breaks (rules.py; 0: none)  p_c  whether it was a placeholder or a filler date
    u_c  the text of a code that was not known   s_c  1 local, 2 with an offset (only one may stand in a column)
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from nvap.engine.connection import literal
from nvap.records import row_texts, row_times, rules
from nvap.records.contract import Contract
from nvap.records.mapping import Bound, Mapping
from nvap.records.mapping_columns import MappedColumn
from nvap.records.source import ROW
from nvap.records.store import PRECISIONS

ZONE, UTC_ZONE = "nvap_zone_days", "nvap_utc_days"
_TIMES = ("instant", "date")


@dataclass(frozen=True)
class RowQuery:
    """The query of one mapping over one file. `typed`: the file may hold times as cells of their own type."""

    mapping: Mapping
    bound: Bound
    now: datetime.datetime
    typed: bool

    @property
    def contract(self) -> Contract:
        """The contract that the rows must meet."""
        return self.mapping.contract

    def sql(self, source: str) -> str:
        """The whole query over the table or stream named `source`."""
        query = f"SELECT {', '.join(self._raw())} FROM {source}"
        for level in (self._plain, self._known, self._moments, self._utc, self._values):
            joins, columns = level()
            query = f"SELECT {', '.join(['inner_.*', *columns])} FROM ({query}) AS inner_ {' '.join(joins)}"
        period = self._period()
        for level_ in (period, [each for each in self.mapping.columns if each not in period]):
            faults = [f"{self._fault(each)} AS {_q('f', each)}" for each in level_]
            query = f"SELECT {', '.join(['*', *faults])} FROM ({query})"
        return f"SELECT {', '.join(self._kept())} FROM ({query})"

    def stored(self) -> list[str]:
        """The stored columns that the query gives."""
        names = []
        for each in self.mapping.columns:
            names.append(each.column.name)
            if each.column.type == "instant":
                names.append(f"{each.column.name}_date")
        return names

    def mixing(self) -> list[str]:
        """The columns whose texts may or may not say an offset."""
        return [each.column.name for each in self._times("instant") if each.format is None]

    def coded(self) -> list[MappedColumn]:
        """The columns whose unknown source values are counted by value."""
        return [each for each in self.mapping.columns if each.column.type == "code" or each.maps]

    def placeheld(self) -> list[str]:
        """The columns in which placeholders or filler dates may stand."""
        kinds = ("key", "record_ref", *_TIMES)
        return [each.column.name for each in self.mapping.columns if each.column.type in kinds]

    def _raw(self) -> Iterator[str]:
        yield f'"{ROW}" AS _row'
        rules_ = " ".join(f"WHEN {each.sql()} THEN {at}" for at, each in enumerate(self.bound.exclude, start=1))
        yield f"CAST({f'CASE {rules_} ELSE 0 END' if rules_ else '0'} AS USMALLINT) AS _excluded"
        for name, expression in (("_later", self.bound.later_by), ("_as_at", self.bound.as_at)):
            yield f"{row_texts.trimmed(expression.sql()) if expression else 'CAST(NULL AS VARCHAR)'} AS {name}"
        for column, expression in self.bound.columns.items():
            yield f'{row_texts.trimmed(expression.sql())} AS "r_{column}"'

    def _plain(self) -> tuple[list[str], list[str]]:
        columns = self.mapping.columns
        return [], [f"{row_texts.plain(each, _q('r', each))} AS {_q('w', each)}" for each in columns]

    def _known(self) -> tuple[list[str], list[str]]:
        found = []
        for each in self.mapping.columns:
            written, holds_place = _q("w", each), row_texts.is_placeholder(each.column, _q("w", each))
            if holds_place == "false":
                found.append(f"{written} AS {_q('t', each)}")
            else:
                found.append(f"CASE WHEN {holds_place} THEN NULL ELSE {written} END AS {_q('t', each)}")
                found.append(f"{holds_place} AS {_q('p', each)}")
        return [], found

    def _moments(self) -> tuple[list[str], list[str]]:
        found = []
        for each in self._times(*_TIMES):
            found.append(f"{row_times.local(each, _q('t', each), typed=self.typed)} AS {_q('n', each)}")
            utc = (
                row_times.universal(each, _q("t", each)) if each.column.type == "instant" else "CAST(NULL AS TIMESTAMP)"
            )
            found.append(f"{utc} AS {_q('o', each)}")
        return [], found

    def _utc(self) -> tuple[list[str], list[str]]:
        joins, found = [], []
        for each in self._times(*_TIMES):
            local, utc, name = _q("n", each), _q("o", each), each.column.name
            found.append(f"{row_times.is_filler(each, f'coalesce({local}, {utc})')} AS {_q('p', each)}")
            if each.column.type == "date":
                found.append(f"CAST({local} AS DATE) AS {_q('d', each)}")
                continue
            zone, zone_utc = f'"z_{name}"', f'"y_{name}"'
            joins.append(f"LEFT JOIN {ZONE} AS {zone} ON {zone}.day = CAST({local} AS DATE)")
            joins.append(f"LEFT JOIN {UTC_ZONE} AS {zone_utc} ON {zone_utc}.day = CAST({utc} AS DATE)")
            coarse = each.precision in ("day", "month")
            found += [
                f"coalesce({utc}, {row_times.first_utc(local, zone, coarse=coarse)}) AS {_q('k', each)}",
                f"{'NULL' if coarse else row_times.second_utc(local, zone)} AS {_q('k2', each)}",
                f"coalesce(CAST({local} AS DATE), {row_times.local_day(utc, zone_utc)}) AS {_q('d', each)}",
            ]
        found.append(f"{self._period_day()} AS _day")
        return joins, found

    def _values(self) -> tuple[list[str], list[str]]:
        joins = []
        for each in self.mapping.columns:
            if each.maps:
                on = f'"m_{each.column.name}"'
                within = f" AND (inner_._day >= {on}.first OR {on}.first IS NULL)"
                within += f" AND (inner_._day <= {on}.last OR {on}.last IS NULL)"
                text = f"coalesce({_q('t', each)}, '')"
                if not _dated(each):
                    within = ""
                joins.append(f"LEFT JOIN {map_table(each)} AS {on} ON {on}.source = {text}{within}")
        found = [f'"m_{each.column.name}".source AS {_q("j", each)}' for each in self.mapping.columns if each.maps]
        return joins, [*found, *(f"{self._value(each)} AS {_q('v', each)}" for each in self._in_order())]

    def _value(self, each: MappedColumn) -> str:
        text, kind = _q("t", each), each.column.type
        if kind in _TIMES:
            return self._time_value(each)
        if each.maps:
            target = f'"m_{each.column.name}".target'
            return f"CAST({target} AS BOOLEAN)" if kind == "boolean" else target
        if kind == "boolean":
            return row_texts.boolean(text)[0]
        if kind in ("integer", "number"):
            return row_texts.number(each, text)[0]
        return text

    def _time_value(self, each: MappedColumn) -> str:
        filler = _q("p", each)
        if each.column.type == "date":
            return f"CASE WHEN NOT {filler} THEN {_q('d', each)} END"
        before = [_q("v", other) for other in self._earlier(each) if other.column.type == "instant"]
        first, second = _q("k", each), _q("k2", each)
        value = first
        if before:
            latest = f"greatest({', '.join(before)})"
            value = f"CASE WHEN {second} IS NOT NULL AND {first} < {latest} THEN {second} ELSE {first} END"
        return f"CASE WHEN NOT {filler} THEN {value} END"

    def _fault(self, each: MappedColumn) -> str:
        column, text, value = each.column, _q("t", each), _q("v", each)
        absent = rules.MISSING if column.required else 0
        parts: list[str] = []
        if self.typed and column.type in ("text", "code", "record_ref", "key"):
            parts.append(f"WHEN contains({text}, chr(65533)) THEN {rules.UNREADABLE}")
        if column.type in _TIMES:
            read = f"coalesce({_q('n', each)}, {_q('o', each)})"
            parts.append(f"WHEN {_q('p', each)} THEN {absent}")
            parts.append(f"WHEN {text} IS NULL THEN {absent}")
            parts.append(row_times.format_faults(each, text, read, self.now))
            parts.append(f"WHEN {value} IS NULL THEN {rules.SKIPPED_HOUR}")
            parts += [f"WHEN {late} THEN {rules.END_BEFORE_START}" for late in self._too_early(each)]
        elif each.maps:
            # Which of several lists holds is not known of a row whose day is not: the date's own rule says enough.
            judged = [f"{_q('f', period)} IN {rules.DAY_KNOWN} AND " for period in self._period() if _dated(each)]
            parts.append(f"WHEN {''.join(judged)}{text} IS NOT NULL AND {_q('j', each)} IS NULL THEN {rules.UNMAPPED}")
        else:
            parts.append(self._plain_fault(each))
        if absent:
            parts.append(f"WHEN {value} IS NULL THEN {absent}")
        extract = self.mapping.extract
        if column.name == self.contract.period_column and extract.first and extract.last:
            span = f"DATE '{extract.first.isoformat()}' AND DATE '{extract.last.isoformat()}'"
            parts.append(f"WHEN _day NOT BETWEEN {span} THEN {rules.OUTSIDE_PERIOD}")
        found = " ".join(part for part in parts if part)
        return f"CAST({f'CASE {found} ELSE 0 END' if found else '0'} AS UTINYINT)"

    def _plain_fault(self, each: MappedColumn) -> str:
        column, text = each.column, _q("t", each)
        if column.type == "boolean":
            return row_texts.boolean(text)[1]
        if column.type in ("integer", "number"):
            return row_texts.number(each, text)[1]
        if column.type == "code":
            return row_texts.code_faults(column, text, self._day_of(column.dated_by))
        return row_texts.text_faults(column, text)

    def _kept(self) -> Iterator[str]:
        yield from ("_row", "_excluded", "_later", "_as_at", "_day")
        names = [each.column.name for each in self.mapping.columns]
        yield " OR ".join(f'"f_{name}" > 0' for name in names) + " AS _bad"
        twice = [
            f"CASE WHEN {_q('k2', each)} IS NOT NULL THEN {literal(each.column.name)} END" for each in self._clocks()
        ]
        yield f"nullif(concat_ws(',', {', '.join(twice)}), '') AS _ambiguous" if twice else "NULL AS _ambiguous"
        for each in self.mapping.columns:
            name = each.column.name
            yield f'{_q("v", each)} AS "{name}"'
            if each.column.type == "instant":
                yield f'CASE WHEN {_q("v", each)} IS NOT NULL THEN {_q("d", each)} END AS "{name}_date"'
            yield f'"f_{name}"'
        for name in self.placeheld():
            yield f'"p_{name}"'
        for name in self.mixing():
            said = f'CASE WHEN "n_{name}" IS NOT NULL THEN 1 WHEN "o_{name}" IS NOT NULL THEN 2 END'
            yield f'CAST({said} AS UTINYINT) AS "s_{name}"'
        for each in self.coded():
            name = each.column.name
            unknown = f"({rules.UNMAPPED}, {rules.UNKNOWN_CODE})"
            yield f'CASE WHEN "f_{name}" IN {unknown} THEN left("t_{name}", 80) END AS "u_{name}"'

    def _period(self) -> list[MappedColumn]:
        """The column that places the row in time, where it is mapped."""
        return [each for each in self.mapping.columns if each.column.name == self.contract.period_column]

    def _times(self, *kinds: str) -> list[MappedColumn]:
        return [each for each in self.mapping.columns if each.column.type in kinds]

    def _clocks(self) -> list[MappedColumn]:
        return self._times("instant")

    def _earlier(self, each: MappedColumn) -> list[MappedColumn]:
        return [other for other in self.mapping.columns if other.column.name in each.column.not_before]

    def _in_order(self) -> list[MappedColumn]:
        """The columns so that each stands after those it must not come before."""
        done: list[MappedColumn] = []

        def add(each: MappedColumn) -> None:
            if each not in done:
                for other in self._earlier(each):
                    add(other)
                done.append(each)

        for each in self.mapping.columns:
            add(each)
        return done

    def _too_early(self, each: MappedColumn) -> Iterator[str]:
        for other in self._earlier(each):
            grain = max(each.precision or "day", other.precision or "day", key=PRECISIONS.index)
            if grain in ("instant", "hour"):
                sides = [
                    f"date_trunc('hour', {_q('v', one)})" if grain == "hour" else _q("v", one) for one in (each, other)
                ]
            else:
                sides = [f"date_trunc('{grain}', {_q('d', one)})" for one in (each, other)]
                sides = [
                    f"CASE WHEN {_q('v', o)} IS NOT NULL THEN {s} END"
                    for s, o in zip(sides, (each, other), strict=True)
                ]
            yield f"{sides[0]} < {sides[1]}"

    def _day_of(self, name: str | None) -> str | None:
        for each in self._times(*_TIMES):
            if each.column.name == name:
                return _q("d", each)
        return None

    def _period_day(self) -> str:
        """SQL for the day that places the row in time, or NULL where its column is not mapped."""
        for each in self._period():
            if each.column.type == "integer":
                year = row_texts.number(each, _q("t", each))[0]
                return f"CASE WHEN ({year}) BETWEEN 1 AND 9999 THEN make_date({year}, 1, 1) END"
            if each.column.type == "date":
                return f"CAST({_q('n', each)} AS DATE)"
            zone_utc = f'"y_{each.column.name}"'
            return f"coalesce(CAST({_q('n', each)} AS DATE), {row_times.local_day(_q('o', each), zone_utc)})"
        return "CAST(NULL AS DATE)"


def map_table(each: MappedColumn) -> str:
    """The name under which a column's value maps are registered: source, target, first, last."""
    return f'"nvap_map_{each.column.name}"'


def _dated(each: MappedColumn) -> bool:
    return any(one.first or one.last for one in each.maps)


def _q(level: str, each: MappedColumn) -> str:
    return f'"{level}_{each.column.name}"'
