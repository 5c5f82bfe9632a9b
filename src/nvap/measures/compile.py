"""Measures to SQL: every part that counts the same rows shares one scan.

A scan reads one table (with the tables its keys lead to) once, groups by period, area and whatever its parts keep
separate, and gives sums from which every value and interval follows. A count is never divided in SQL.

    SELECT period, area, count_if(c0) AS a0, … FROM (…) GROUP BY period, area
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from nvap.engine.connection import literal, quoted
from nvap.engine.expression import Expression, parse
from nvap.measures.asking import By, may_be_standardised
from nvap.packs.derived.column import LookUp, Rows, rows_of
from nvap.packs.measurable import COUNTED, MHRI, Measurable, measurable, rule_columns
from nvap.packs.measure import Measure, Part
from nvap.packs.measure_model import CLOCK, PEOPLE_BY, TEAM_SIZES

_YES = "TRUE"
AGE = "age_band"
"""The column that tells the age of whom a row is about, wherever there is one."""


@dataclass(frozen=True)
class PartPlan:
    """A part and where its sums stand in the scan: role → column (`k`, `n`, `u`, `s`, …; `k:code` for a category).

    `people_by` gives each dimension the expression over population_groups that tells the same groups of people apart;
    None where it tells no people apart. `age` is the column of the age band, where the rate is standardised by it,
    and `along` the column that a statistic counts along.
    """

    measure: Measure
    part: Part
    sums: dict[str, str]
    dimensions: tuple[str, ...]
    breakdowns: tuple[str, ...]
    people_by: tuple[Expression | None, ...] = ()
    age: str | None = None
    along: str | None = None


@dataclass(frozen=True)
class Scan:
    """One query: its SQL, the columns it groups by (name → role) and the plans of the parts that read it."""

    table: str
    sql: str
    plans: tuple[PartPlan, ...]


@dataclass
class _Many:
    """Many rows for each one of the scan's table, read once and added up: aggregate → its name."""

    rows: Rows
    sums: dict[str, str] = field(default_factory=dict)

    @property
    def alias(self) -> str:
        return quoted(f"{self.rows.name}_of_each")


@dataclass
class _Draft:
    """A scan being put together: conditions, dimensions and sums that several parts share stand in it once.

    `carried` are the sums over many rows that the scan adds up again.
    """

    part: Part
    by: By
    rule: str
    conditions: dict[str, str] = field(default_factory=dict)
    dimensions: dict[str, str] = field(default_factory=dict)
    sums: dict[str, str] = field(default_factory=dict)
    columns: set[str] = field(default_factory=set)
    joins: dict[str, set[str]] = field(default_factory=dict)
    many: dict[str, _Many] = field(default_factory=dict)
    many_columns: dict[str, set[str]] = field(default_factory=dict)
    carried: dict[str, str] = field(default_factory=dict)
    plans: list[PartPlan] = field(default_factory=list)

    @property
    def over(self) -> Measurable:
        return self.part.over

    @property
    def table(self) -> str:
        return self.part.table

    def condition(self, expression: Expression | None) -> str:
        """The name under which a condition stands in the inner query; TRUE where there is none."""
        return _YES if expression is None else self.value(expression)

    def value(self, expression: Expression) -> str:
        """The name under which an expression over the measure's table stands in the inner query."""
        return self.conditions.setdefault(self._sql(expression), f"c{len(self.conditions)}")

    def dimension(self, expression: Expression) -> str:
        """The name of a column to group by."""
        return self.dimensions.setdefault(self._sql(expression), f"d{len(self.dimensions)}")

    def sum(self, sql: str) -> str:
        """The name of an aggregate."""
        return self.sums.setdefault(sql, f"a{len(self.sums)}")

    def over_many(self, table: str, expression: Expression) -> tuple[str, str, str]:
        """For each row, of an expression over its rows of another table: the sum, how many are missing, how many rows.

        Each is the name under which it stands in the inner query.
        """
        self.many_columns.setdefault(table, set()).update(expression.columns)
        sql, found = expression.sql(table=table), rows_of(table, self.over.many[table])
        aggregates = (f"sum({sql})", f"count(*) - count({sql})", "count(*)")
        added, unknown, rows = (self._carry(LookUp(found, each)) for each in aggregates)
        return added, unknown, rows

    def looked_up(self, look_up: LookUp) -> str:
        """SQL for what other rows add up to beside each row of the table."""
        many, name = self._added_up(look_up)
        return look_up.joined(many.alias, name)

    def _carry(self, look_up: LookUp) -> str:
        many, name = self._added_up(look_up)
        self.carried[name] = f"{many.alias}.{name}"
        return name

    def _added_up(self, look_up: LookUp) -> tuple[_Many, str]:
        many = self.many.setdefault(look_up.rows.name, _Many(look_up.rows))
        return many, many.sums.setdefault(look_up.aggregate, f"m{sum(len(each.sums) for each in self.many.values())}")

    def _sql(self, expression: Expression) -> str:
        chosen = expression.renamed(self._rule_names(expression))
        self.columns |= {name for name in chosen.columns if "." not in name}
        for table, _, name in (each.rpartition(".") for each in chosen.columns if "." in each):
            self.joins.setdefault(table, set()).add(name)
        return chosen.sql(table=self.table)

    def _rule_names(self, expression: Expression) -> dict[str, str]:
        """What stands for the counting rule, in the own table and in linked ones, and the column of the rule chosen."""
        meant = rule_columns(self.rule)
        found = {}
        for name in expression.columns:
            table, dot, column = name.rpartition(".")
            if column in meant and (table or self.table) == "incidents":
                found[name] = f"{table}{dot}{meant[column]}"
        return found


def scans(
    wanted: Iterable[tuple[Measure, Part]], *, by: By, rule: str, start: datetime.date, end: datetime.date
) -> list[Scan]:
    """The scans that give these parts: one for each table, period column, choice of rows and way of grouping them.

    `start` and `end` are the first and last local day that rows may lie on.
    """
    drafts: dict[tuple[object, ...], _Draft] = {}
    counts_otherwise = COUNTED in rule_columns(rule)
    for measure, part in wanted:
        # Which logs count is the rule's to say only where the part asks the rule at all.
        plain = counts_otherwise and not part.uses_rule
        groups = tuple(each.by.text for each in part.groups)
        key = (part.table, part.period, part.last_snapshot, plain, groups, _looks_back(part), _many_groups(part, by))
        draft = drafts.setdefault(key, _Draft(part, by, "R1" if plain else rule))
        dimensions = [draft.dimension(group.by) for group in part.groups]
        dimensions += [_breakdown(draft, name) for name in by.breakdowns]
        sums = _SUMS[part.statistic](draft, part)
        if part.counts_staff and dimensions:
            sums["size"] = draft.sum(_rows(f"{draft.condition(part.denominator.where)} IS NOT FALSE"))
        elif part.table in TEAM_SIZES and dimensions:
            sums["size"] = draft.sum(f"max({draft.value(_team_size(part))})")
        whose, age = people_by(part, by), _breakdown(draft, AGE) if standardises(part, by) else None
        along = draft.dimension(part.along) if part.along is not None else age
        draft.plans.append(PartPlan(measure, part, sums, tuple(dimensions), by.breakdowns, whose, age, along))
    return [Scan(draft.table, _sql(draft, start, end), tuple(draft.plans)) for draft in drafts.values()]


def _team_size(part: Part) -> Expression:
    """How many staff the team of a row has."""
    name = TEAM_SIZES[part.table]
    return parse(f"coalesce({name}, 0)", {name: part.over.columns[name]})


def people_by(part: Part, by: By) -> tuple[Expression | None, ...]:
    """For each dimension of a part, the expression over population_groups that tells the same people apart, or None."""
    if not part.uses_population:
        return (None,) * (len(part.groups) + len(by.breakdowns))
    types = {name: kind for name, kind in measurable("population_groups").columns.items() if name in PEOPLE_BY}
    held = [parse(name, types) if name in types else None for name in by.breakdowns]
    return (*(group.people for group in part.groups), *held)


def standardises(part: Part, by: By) -> bool:
    """Whether a part's rate is to be standardised and its rows tell ages."""
    return by.standardised and may_be_standardised(part) and AGE in part.over.columns


def _looks_back(part: Part) -> frozenset[str]:
    """The columns that compare each row with others one by one. Parts that share none are read apart: together they
    are far slower. What other rows add up to (`look_ups`) is joined, and costs the same beside other columns."""
    derived = part.over.derived
    named = {name for each in part.expressions for name in each.columns} & derived.keys()
    return frozenset(
        name for name in named if "SELECT" in derived[name].sql and not derived[name].look_ups and name != MHRI
    )


def _many_groups(part: Part, by: By) -> tuple[str, bool]:
    """What lays a part out in very many groups, such as places: what is added up beside it would be as often."""
    return part.along.text if part.along is not None else "", standardises(part, by)


def _breakdown(draft: _Draft, name: str) -> str:
    if name in CLOCK:
        return draft.dimensions.setdefault(_on_the_clock(draft, name), f"d{len(draft.dimensions)}")
    draft.columns.add(name)
    sql = f"{quoted(draft.table)}.{quoted(name)}"
    return draft.dimensions.setdefault(sql, f"d{len(draft.dimensions)}")


def _on_the_clock(draft: _Draft, name: str) -> str:
    """The weekday of a row's local day, 1 for Monday; or the hour it lies in, still in UTC (see `clock.localised`)."""
    if name == "hour":
        draft.columns.add(draft.part.period)
        return f"date_trunc('hour', {quoted(draft.table)}.{quoted(draft.part.period)})"
    days = f"date_diff('day', DATE '{_A_MONDAY}', {quoted(draft.table)}.{quoted(_day_column(draft))})"
    return f"CAST(({days} % 7 + 7) % 7 + 1 AS VARCHAR)"


_A_MONDAY = "2024-01-01"


def _rows(condition: str) -> str:
    return f"count_if({condition})"


def _count(draft: _Draft, part: Part) -> dict[str, str]:
    met = draft.condition(part.numerator.where)
    return {"k": draft.sum(_rows(met)), "u": draft.sum(_rows(f"{met} IS NULL"))}


def _rate(draft: _Draft, part: Part) -> dict[str, str]:
    met = draft.condition(part.numerator.where)
    if part.uses_population:
        return _count(draft, part)
    among = draft.condition(part.denominator.where)
    return {
        "k": draft.sum(_rows(met)),
        "n": draft.sum(_rows(among)),
        "u": draft.sum(_rows(f"{met} IS NULL OR {among} IS NULL")),
    }


def _proportion(draft: _Draft, part: Part) -> dict[str, str]:
    met, among = draft.condition(part.numerator.where), draft.condition(part.denominator.where)
    return {
        "k": draft.sum(_rows(f"{among} AND {met}")),
        "n": draft.sum(_rows(f"{among} AND {met} IS NOT NULL")),
        "u": draft.sum(_rows(f"{among} IS NULL OR ({among} AND {met} IS NULL)")),
    }


def _ratio(draft: _Draft, part: Part) -> dict[str, str]:
    return _count(draft, part) if part.uses_population else _proportion(draft, part)


def _distribution(draft: _Draft, part: Part) -> dict[str, str]:
    mix = part.mix
    assert mix is not None  # noqa: S101 - a distribution has a mix, checked when the measure was read
    among, value = draft.condition(part.denominator.where), draft.value(mix.by)
    sums = {
        f"k:{each.code}": draft.sum(_rows(f"{among} AND {value} = {literal(each.code)}"))
        for each in mix.categories
        if each.code not in mix.unknown
    }
    apart = mix.unknown | mix.apart
    known = ", ".join(literal(each.code) for each in mix.categories if each.code not in apart)
    listed = ", ".join(literal(each.code) for each in mix.categories if each.code not in mix.unknown)
    sums["n"] = draft.sum(_rows(f"{among} AND {value} IN ({known})"))
    sums["u"] = draft.sum(_rows(f"{among} IS NULL OR ({among} AND coalesce({value} NOT IN ({listed}), TRUE))"))
    return sums


def _total(draft: _Draft, part: Part) -> dict[str, str]:
    met = draft.condition(part.numerator.where)
    known, unknown, rows = _added_up(draft, part)
    return {
        "k": draft.sum(f"sum(CASE WHEN {met} THEN {known} END)"),
        "u": draft.sum(f"sum(CASE WHEN {met} THEN {unknown} WHEN {met} IS NULL THEN {rows} END)"),
    }


def _mean(draft: _Draft, part: Part) -> dict[str, str]:
    among = draft.condition(part.denominator.where)
    known, unknown, _ = _added_up(draft, part)
    whole = f"CASE WHEN {among} AND {unknown} = 0 THEN {known} END"
    return {
        "k": draft.sum(f"sum({whole})"),
        "n": draft.sum(_rows(f"{among} AND {unknown} = 0")),
        "kk": draft.sum(f"sum(({whole}) * ({whole}))"),
        "u": draft.sum(_rows(f"{among} IS NULL OR ({among} AND {unknown} > 0)")),
    }


def _share(draft: _Draft, part: Part) -> dict[str, str]:
    met, among = draft.condition(part.numerator.where), draft.condition(part.denominator.where)
    known, unknown, rows = _added_up(draft, part)
    both = f"CASE WHEN {among} AND {met} THEN {known} END"
    all_of_it = f"CASE WHEN {among} AND {met} IS NOT NULL THEN {known} END"
    return {
        "k": draft.sum(f"sum({both})"),
        "n": draft.sum(f"sum({all_of_it})"),
        "kk": draft.sum(f"sum(({both}) * ({both}))"),
        "nn": draft.sum(f"sum(({all_of_it}) * ({all_of_it}))"),
        "rows": draft.sum(_rows(f"{among} AND {met} IS NOT NULL AND {known} > 0")),
        "u": draft.sum(
            f"sum(CASE WHEN {among} AND {met} IS NOT NULL THEN {unknown}"
            f" WHEN {among} IS NULL OR {among} THEN {rows} END)"
        ),
    }


def _quantile(draft: _Draft, part: Part) -> dict[str, str]:
    """The values themselves: a quantile cannot be added up, but values of several rows can be put together."""
    assert part.numerator.sum is not None  # noqa: S101 - a quantile has an expression, checked when it was read
    among, value = draft.condition(part.denominator.where), draft.value(part.numerator.sum)
    return {
        "values": draft.sum(f"list({value}) FILTER (WHERE {among} AND {value} IS NOT NULL)"),
        "u": draft.sum(_rows(f"{among} IS NULL OR ({among} AND {value} IS NULL)")),
    }


def _waiting(draft: _Draft, part: Part) -> dict[str, str]:
    """The waits that have ended, and when those began that have not: a wait with neither is unknown."""
    assert part.numerator.sum is not None and part.open_since is not None  # noqa: S101, PT018 - checked when it was read
    among, done = draft.condition(part.denominator.where), draft.value(part.numerator.sum)
    since = draft.value(part.open_since)
    return {
        "values": draft.sum(f"list({done}) FILTER (WHERE {among} AND {done} IS NOT NULL)"),
        "open": draft.sum(f"list({since}) FILTER (WHERE {among} AND {done} IS NULL AND {since} IS NOT NULL)"),
        "u": draft.sum(_rows(f"{among} IS NULL OR ({among} AND {done} IS NULL AND {since} IS NULL)")),
    }


def _change(draft: _Draft, part: Part) -> dict[str, str]:
    """The sums of all four sides, over rows that know them all."""
    assert part.change is not None  # noqa: S101 - a change has its sides, checked when it was read
    among, names = draft.condition(part.denominator.where), [draft.value(each) for each in part.change.expressions]
    known = " AND ".join(f"{name} IS NOT NULL" for name in names)
    roles = ("before", "k", "compared_before", "compared_after")
    sums = {
        role: draft.sum(f"sum(CASE WHEN {among} AND {known} THEN {name} END)")
        for role, name in zip(roles, names, strict=True)
    }
    return {**sums, "u": draft.sum(_rows(f"{among} IS NULL OR ({among} AND NOT ({known}))"))}


_SUMS = {
    "count": _count,
    "rate": _rate,
    "proportion": _proportion,
    "distribution": _distribution,
    "total": _total,
    "mean": _mean,
    "share": _share,
    "quantile": _quantile,
    "group_ratio": _ratio,
    "pairs": _proportion,
    "lift": _proportion,
    "standardised_mix": _distribution,
    "top_share": _count,
    "waiting": _waiting,
    "change": _change,
}


def _added_up(draft: _Draft, part: Part) -> tuple[str, str, str]:
    """For each row of the table: what is known of the sum, how many values are unknown, and how many there are."""
    expression, table = part.numerator.sum, part.numerator.table
    assert expression is not None  # noqa: S101 - a sum has an expression, checked when the measure was read
    if table is None:
        name = draft.value(expression)
        return f"coalesce({name}, 0)", f"CAST({name} IS NULL AS INTEGER)", "1"
    known, unknown, rows = (f"coalesce({name}, 0)" for name in draft.over_many(table, expression))
    return known, unknown, rows


def _area(draft: _Draft) -> str:
    """The area of a row: its own, or that of the first record it leads to that tells one."""
    linked = draft.over.area_from or ()
    for table in linked:
        draft.joins.setdefault(table, set())
    told = [f'{quoted(table)}."area"' for table in linked or (draft.table,)]
    return told[0] if len(told) == 1 else f"coalesce({', '.join(told)})"


def _sql(draft: _Draft, start: datetime.date, end: datetime.date) -> str:
    day = _day_column(draft)
    names = [f"{_period_sql(draft, day)} AS period"] if draft.by.period else []
    if draft.by.area:
        names.append(f"{_area(draft)} AS area")
    names += [f"{sql} AS {name}" for sql, name in (*draft.dimensions.items(), *draft.conditions.items())]
    names += [f"{quoted(draft.table)}.{name}" for name in draft.carried]
    inner = ",\n    ".join(names) or "1 AS one"
    keys = [*(["period"] if draft.by.period else []), *(["area"] if draft.by.area else []), *draft.dimensions.values()]
    outer = ",\n  ".join([*keys, *(f"{sql} AS {name}" for sql, name in draft.sums.items())])
    source = "\n  ".join(_sources(draft, day, start, end))
    return f"SELECT\n  {outer}\nFROM (\n  SELECT\n    {inner}\n  {source}\n)" + (
        f"\nGROUP BY {', '.join(keys)}" if keys else ""
    )


def _day_column(draft: _Draft) -> str:
    types = draft.over.columns
    period = draft.part.period
    return f"{period}_date" if types[period] == "instant" else period


def _period_sql(draft: _Draft, day: str) -> str:
    return f"CAST(date_trunc('{draft.by.period}', {quoted(draft.table)}.{quoted(day)}) AS DATE)"


def _sources(draft: _Draft, day: str, start: datetime.date, end: datetime.date) -> list[str]:
    """FROM the table's rows within the days asked for, with the tables that its keys lead to."""
    table = quoted(draft.table)
    within = f"{table}.{quoted(day)} BETWEEN DATE '{start.isoformat()}' AND DATE '{end.isoformat()}'"
    if draft.part.last_snapshot:
        within += f" AND {table}.{quoted(day)} IN ({_last_snapshots(draft, day, within)})"
    columns = ", ".join(_columns(draft, day))
    many = "".join(f" {_many_source(draft, each)}" for each in draft.many.values())
    sources = [f"FROM (SELECT {columns} FROM {table}{many} WHERE {within}) AS {table}"]
    for name in sorted(draft.joins):
        link = draft.over.links[name]
        source = _with_derived(name, link.source, draft.joins[name])
        sources.append(f"LEFT JOIN {source} AS {quoted(name)} ON {link.condition}")
    return sources


def _with_derived(table: str, source: str, names: set[str]) -> str:
    """A linked table with those of its derived columns that are named."""
    derived = measurable(table).derived if names else {}
    found = [f"{derived[name].sql} AS {quoted(name)}" for name in sorted(names & derived.keys())]
    return f"(SELECT *, {', '.join(found)} FROM {source} AS {quoted(table)})" if found else source


def _columns(draft: _Draft, day: str) -> list[str]:
    """What the rows bring with them: stored columns, those worked out, and what was added up over many rows each."""
    derived, table = draft.over.derived, quoted(draft.table)
    own_area = draft.by.area and not draft.over.area_from
    stored = {day, *(["area"] if own_area else []), *(name for name in draft.columns if name not in derived)}
    for each in draft.joins:
        own = [need for need in draft.over.links[each].needs if need.startswith(f"{draft.table}.")]
        stored |= {_stored_name(draft.table, need.rpartition(".")[2]) for need in own}
    columns = [f"{table}.{quoted(name)}" for name in sorted(stored)]
    for name in sorted(draft.columns & derived.keys()):
        meant = derived[name]
        sql = meant.then.format(*map(draft.looked_up, meant.look_ups)) if meant.look_ups else meant.sql
        columns.append(f"{sql} AS {quoted(name)}")
    return [*columns, *(f"{sql} AS {name}" for name, sql in draft.carried.items())]


def _stored_name(table: str, name: str) -> str:
    """The day beside an instant, which links compare."""
    return f"{name}_date" if measurable(table).columns.get(name) == "instant" else name


def _last_snapshots(draft: _Draft, day: str, within: str) -> str:
    grouped = f" GROUP BY date_trunc('{draft.by.period}', {quoted(day)})" if draft.by.period else ""
    return f"SELECT max({quoted(day)}) FROM {quoted(draft.table)} WHERE {within}{grouped}"


def _many_source(draft: _Draft, many: _Many) -> str:
    """Many rows for each one, added up to one row for each."""
    table = quoted(many.rows.name)
    rows = _with_derived(many.rows.name, f"({many.rows.select})", draft.many_columns.get(many.rows.name, set()))
    sums = ", ".join(["each_key", *(f"{sql} AS {name}" for sql, name in many.sums.items())])
    return (
        f"LEFT JOIN (SELECT {sums} FROM {rows} AS {table} GROUP BY each_key) AS {many.alias}"
        f" ON {many.alias}.each_key = {quoted(draft.table)}.{quoted(many.rows.key)}"
    )
