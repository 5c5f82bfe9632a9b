"""Read a measure's YAML file: one file, every fault at once with its line, or a Measure that is valid.

docs/measures.md says what each field means and shows how to write a measure.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nvap.declarations import Faults, Node, read
from nvap.engine.expression import Expression, ExpressionFault, check_boolean, parse
from nvap.errors import nearest
from nvap.packs.items import PARTS, PeelCodes, Source
from nvap.packs.measurable import COUNTABLE, Measurable, measurable
from nvap.packs.measure_example import read_example
from nvap.packs.measure_model import (
    ALONG,
    CLOCK,
    DIRECTIONS,
    HORIZONS,
    PEOPLE_BY,
    PRECISIONS,
    RULES,
    STATISTICS,
    WAITS,
    Alongside,
    Benchmark,
    Category,
    Change,
    Example,
    Group,
    Measure,
    Mix,
    Part,
    Side,
)
from nvap.records.contract import TABLES, code_list, contract

__all__ = ["Alongside", "Benchmark", "Example", "Group", "Measure", "Mix", "Part", "Side", "read_measure"]


def read_measure(file: Path, faults: Faults, *, shown_as: Path | str | None = None) -> Measure | None:
    """Read one measure; every fault is noted with its line, and then the answer is None.

    `shown_as` is the path that faults print (default: `file`).
    """
    before = len(faults.found)
    node = read(file, faults, shown_as=shown_as)
    if node is None:
        return None
    table = node.choice("table", TABLES)
    over = measurable(table)
    period = _period(node, over, contract(table).period_column)
    measure = Measure(
        **_words(node),
        **_place(node),
        table=table,
        period=period,
        precision=node.choice("precision", PRECISIONS, default="month"),
        last_snapshot=node.flag("last_snapshot"),
        parts=_parts(node, over, period),
        breakdowns=_breakdowns(node, over),
        rules=_rules(node),
        direction=node.choice("direction", DIRECTIONS),
        read_alongside=_alongside(node),
        benchmarks=_benchmarks(node),
        may_be_missing=_may_be_missing(node),
        example=read_example(node),
    )
    node.done()
    _check_whole(measure, node)
    return measure if len(faults.found) == before else None


def _words(node: Node) -> dict[str, Any]:
    names = ("id", "title", "short", "says", "cannot_say", "rise_means", "why", "unit", "expected_course", "owner")
    return {
        **{name: node.text(name) for name in names},
        "caveats": node.texts("caveats"),
        "waits_for": node.texts("waits_for"),
        "horizon": node.choice("horizon", HORIZONS),
        "review_date": _day(node, "review_date"),
    }


def _place(node: Node) -> dict[str, Any]:
    """Where the measure stands in the toolkit, and where it comes from."""
    source = node.node("source", required=True)
    peel = node.node("peel")
    found = {
        "objective": node.text("objective"),
        "activities": node.texts("activities"),
        "questions": node.texts("questions", required=True),
        "peel": PeelCodes(peel.text("edition"), peel.texts("codes", required=True)) if peel else PeelCodes("", ()),
        "status": node.choice("status", ("stated", "reconstructed")),
        "note": node.optional_text("note") or "",
        "source": Source(source.choice("part", PARTS), source.text("place") or "unnamed") if source else _NOWHERE,
    }
    for each in (source, peel):
        if each is not None:
            each.done()
    if found["status"] == "reconstructed" and not found["note"]:
        node.fault("a reconstructed measure needs a `note` that says how it was arrived at", "status")
    return found


_NOWHERE = Source("ours", "unnamed")


def _day(node: Node, key: str) -> datetime.date:
    found = node.value(key, required=True)
    if isinstance(found, datetime.date) and not isinstance(found, datetime.datetime):
        return found
    if found is not None:
        node.fault(f"`{key}` must be a day, as 2026-11-30", key)
    return datetime.date(1, 1, 1)


def _period(node: Node, over: Measurable, default: str) -> str:
    """The column that places a row in time; it must be a moment or a day of the table that is counted."""
    name = node.optional_text("period") or default
    days = [each.name for each in contract(over.table).columns if each.type in ("instant", "date")]
    if name not in days:
        node.fault(f"`period` is `{name}`; columns of {over.table} with a day: {', '.join(days)}.{nearest(name, days)}")
    return name


def _breakdowns(node: Node, over: Measurable) -> tuple[str, ...]:
    """What rows of the measure's own table may be told apart by; parts of other tables may not have all of it."""
    found = node.texts("breakdowns")
    allowed = [*over.tells_apart, *CLOCK]
    for name in found:
        if name not in allowed:
            node.fault(
                f"`{name}` cannot be a breakdown; allowed: {', '.join(allowed)}.{nearest(name, allowed)}", "breakdowns"
            )
    return found


def _may_be_missing(node: Node) -> frozenset[str]:
    found = node.texts("may_be_missing")
    for name in found:
        table = name.partition(".")[0]
        known = [f"{table}.{each.name}" for each in contract(table).columns] if table in TABLES else list(TABLES)
        if name not in known:
            node.fault(f"`{name}` is no column of a contract (`table.column`).{nearest(name, known)}", "may_be_missing")
    return frozenset(found)


def _rules(node: Node) -> tuple[str, ...]:
    found = node.texts("rules")
    for name in found:
        if name not in RULES:
            node.fault(f"unknown counting rule `{name}`; allowed: {', '.join(RULES)}.{nearest(name, RULES)}", "rules")
    return found


def _alongside(node: Node) -> tuple[Alongside, ...]:
    found = []
    for each in node.nodes("read_alongside"):
        found.append(Alongside(each.text("measure"), each.text("sentence")))
        each.done()
    return tuple(found)


def _benchmarks(node: Node) -> tuple[Benchmark, ...]:
    found = []
    for each in node.nodes("benchmarks"):
        value = each.number("value", required=True)
        made = Benchmark(
            part=each.text("part"),
            category=each.optional_text("category"),
            value=float(value or 0),
            unit=each.text("unit"),
            period=each.choice("period", ("year", "month", "none")),
            area=each.text("area"),
            year=each.text("year"),
            source=each.text("source"),
            reference=each.optional_text("reference") or "",
        )
        each.done()
        found.append(made)
    return tuple(found)


def _parts(node: Node, over: Measurable, period: str) -> tuple[Part, ...]:
    nodes = node.nodes("parts", required=True)
    whole = node.choice("coverage", ("any", "all"), default="any") == "all"
    if node.has("parts") and not nodes:
        node.fault("`parts` is empty: a measure has at least one number", "parts")
    snapshots = bool(node.content.get("last_snapshot"))
    parts = tuple(_part(each, over, period, whole, snapshots) for each in nodes)
    ids = [each.id for each in parts]
    for part_id in {each for each in ids if ids.count(each) > 1}:
        node.fault(f"the part `{part_id}` stands twice", "parts")
    return parts


def _part(node: Node, over: Measurable, period: str, whole: bool, last_snapshot: bool) -> Part:
    table = node.choice("table", TABLES, default=over.table)
    if table != over.table:
        over, period = measurable(table), contract(table).period_column
    statistic = node.choice("statistic", STATISTICS)
    numerator, denominator = _side(node, "numerator", over), _side(node, "denominator", over)
    per = node.number("multiplier")
    part = Part(
        id=node.text("id"),
        title=node.text("title"),
        statistic=statistic,
        numerator=numerator,
        denominator=denominator,
        mix=_mix(node, over),
        groups=_groups(node, over),
        period=_period(node, over, period),
        multiplier=float(per) if per is not None else None,
        unit=node.optional_text("unit") or "",
        direction=node.choice("direction", DIRECTIONS, default="contextual"),
        note=node.optional_text("note") or "",
        whole_coverage=node.choice("coverage", ("any", "all"), default="all" if whole else "any") == "all",
        table=table,
        at=node.number("at"),
        last_snapshot=node.flag("last_snapshot") or last_snapshot,
        reference=node.optional_text("reference"),
        along=_expression(node, "along", over),
        open_since=_expression(node, "open_since", over),
        change=_change(node, over),
    )
    node.done()
    _check_statistic(part, node)
    _check_groups_of_people(part, node)
    _check_reference(part, node)
    _check_along(part, node)
    return part


def _check_statistic(part: Part, node: Node) -> None:
    """Each statistic has the sides it needs and no other."""
    adds_up = part.statistic in ("total", "mean", "share", "quantile", "waiting")
    if adds_up and not _says(node, "numerator", "sum"):
        node.fault(f"a {part.statistic} needs `numerator: {{sum: …}}`", "numerator")
    if not adds_up and part.numerator.sum is not None:
        node.fault(
            f"a {part.statistic} counts rows; `sum` belongs to a total, a mean, a share or a quantile", "numerator"
        )
    _check_quantile(part, node)
    has_mix = part.statistic in ("distribution", "standardised_mix")
    if has_mix and not _says(node, "category", "by"):
        node.fault(f"a {part.statistic} needs `category: {{by: …}}`", "statistic")
    if not has_mix and part.mix is not None:
        node.fault(f"a {part.statistic} has no `category`", "category")
    if part.statistic in ("count", "proportion", "share", "group_ratio", "top_share") and not _says(
        node, "numerator", "where"
    ):
        node.fault(f"a {part.statistic} needs `numerator: {{where: …}}`", "numerator")
    if part.statistic == "rate" and part.multiplier is None:
        node.fault("a rate needs a `multiplier`: per how many", "statistic")
    if part.multiplier is not None and (part.statistic != "rate" or part.multiplier <= 0):
        node.fault("`multiplier` is a number above 0 and belongs to a rate", "multiplier")
    if part.uses_population and part.statistic not in ("rate", "group_ratio"):
        node.fault(f"population is the denominator of a rate, not of a {part.statistic}", "denominator")
    if part.uses_population and not part.uses_groups_of_people and part.groups:
        node.fault(
            "a rate by population has no groups: population is held by area only; `table: population_groups` holds it"
            " by age, sex and ethnicity",
            "groups",
        )
    if part.statistic in ("count", "total") and part.denominator != Side():
        node.fault(f"a {part.statistic} has no denominator", "denominator")


def _check_groups_of_people(part: Part, node: Node) -> None:
    """The people of a group are found by age, sex and ethnicity, so its expression must be about these."""
    if not part.uses_groups_of_people:
        for group in part.groups:
            if group.people is not None and "people" in _given_groups(node):
                node.fault("`people` belongs with `denominator: {table: population_groups}`", "groups")
        return
    if not part.groups:
        node.fault("`denominator: {table: population_groups}` needs `groups`: whose people", "denominator")
    for group in part.groups:
        if group.people is None:
            node.fault(
                f"no people are held by `{group.by.text}`; say which they are with `people`, an expression over"
                f" {', '.join(PEOPLE_BY)}",
                "groups",
            )


def _given_groups(node: Node) -> set[str]:
    """The fields that any of a part's groups names."""
    found = node.content.get("groups")
    groups = found if isinstance(found, list) else []
    return {str(key) for each in groups if isinstance(each, Mapping) for key in each}


def _change(parent: Node, over: Measurable) -> Change | None:
    node = parent.node("change")
    if node is None:
        return None
    sides = [_expression(node, key, over, required=True) for key in _SIDES_OF_CHANGE]
    node.done()
    for key, each in zip(_SIDES_OF_CHANGE, sides, strict=True):
        if each is not None and each.type not in (None, "number", "integer"):
            node.fault(f"`{key}` is counted, and `{each.text}` is no number", key)
    before, after, compared_before, compared_after = sides
    if before is None or after is None or compared_before is None or compared_after is None:
        return None
    return Change(before, after, compared_before, compared_after)


_SIDES_OF_CHANGE = ("before", "after", "compared_before", "compared_after")


def _check_along(part: Part, node: Node) -> None:
    """What only the statistics that count along something, and waits, have and need."""
    if part.statistic in ALONG and not node.has("along"):
        node.fault(f"a {part.statistic} needs `along`: what its rows are counted along", "statistic")
    if part.statistic not in ALONG and part.along is not None:
        node.fault(f"a {part.statistic} has no `along`; it belongs to {', '.join(ALONG)}", "along")
    if part.statistic == "waiting" and (not node.has("open_since") or part.unit not in WAITS):
        node.fault(
            f"a waiting needs `open_since`, when a wait that has not ended began, and a `unit` of {', '.join(WAITS)}",
            "statistic",
        )
    if (part.statistic == "change") != node.has("change"):
        node.fault(f"`change: {{{', '.join(_SIDES_OF_CHANGE)}}}` belongs to a change, and only there", "statistic")
    if part.statistic != "waiting" and part.open_since is not None:
        node.fault(f"a {part.statistic} has no `open_since`; it belongs to a waiting", "open_since")


def _check_reference(part: Part, node: Node) -> None:
    """A ratio holds each group against one of them, by its code."""
    if part.statistic not in ("group_ratio", "standardised_mix"):
        if part.reference is not None:
            node.fault(
                f"a {part.statistic} has no `reference`; it belongs to group_ratio and standardised_mix", "reference"
            )
        return
    if len(part.groups) != 1:
        node.fault(f"a {part.statistic} has one group; found {len(part.groups)}", "groups")
        return
    known = [name for name in part.groups[0].names if name != "unknown"]
    if part.reference not in known:
        node.fault(
            f"a {part.statistic} needs `reference`: one of {', '.join(known) or 'the codes under `names`'}; found"
            f" `{part.reference or ''}`.{nearest(part.reference or '', known)}",
            "reference",
        )


def _check_quantile(part: Part, node: Node) -> None:
    if part.statistic not in ("quantile", "top_share"):
        if part.at is not None:
            node.fault(f"a {part.statistic} has no `at`; it belongs to a quantile", "at")
        return
    if part.at is None or not 0 < part.at < 1:
        node.fault(f"a {part.statistic} needs `at`: the share of values below it, as 0.5 for the median", "at")
    if part.numerator.table is not None:
        node.fault("a quantile is over values of the rows themselves, not over another table", "numerator")
    if part.counts_staff:
        node.fault("a quantile over staff is the value of one of them, and is not shown", "statistic")


def _says(node: Node, key: str, inner: str) -> bool:
    """Whether something stands under a key, right or wrong: what is wrong has its own fault already."""
    found = node.content.get(key)
    return isinstance(found, Mapping) and found.get(inner) is not None


def _side(parent: Node, key: str, over: Measurable) -> Side:
    node = parent.node(key)
    if node is None:
        return Side()
    table = node.optional_text("table")
    allowed = [*over.many, *(("population", "population_groups") if key == "denominator" else ())]
    if table is not None and table != over.table and table not in allowed:
        node.fault(
            f"`{key}` may be over {', '.join([over.table, *allowed])}; found `{table}`.{nearest(table, allowed)}",
            "table",
        )
        table = None
    table = None if table == over.table else table
    many = table if table in over.many else None
    where = _expression(node, "where", over, condition=True)
    total = _expression(node, "sum", measurable(many) if many else over)
    if total is not None and total.type not in (None, "number", "integer"):
        node.fault(f"`sum` adds numbers up, and `{total.text}` is no number", "sum")
    if many and total is None:
        node.fault(f"`table: {many}` needs `sum`: what to add up over its rows", "table")
    node.done()
    return Side(table, where, total)


def _mix(parent: Node, over: Measurable) -> Mix | None:
    node = parent.node("category")
    if node is None:
        return None
    by = _expression(node, "by", over, required=True)
    codes = node.node("codes")
    if codes is not None:
        categories = tuple(Category(name, codes.text(name)) for name in codes.keys())  # noqa: SIM118
    else:
        categories = _listed_codes(node, by, over)
    known = [each.code for each in categories]
    unknown, apart = node.texts("unknown"), node.texts("apart")
    for key, names in (("unknown", unknown), ("apart", apart)):
        for name in names:
            if name not in known:
                node.fault(f"`{name}` is no code of this category.{nearest(name, known)}", key)
    node.done()
    return Mix(by, categories, frozenset(unknown), frozenset(apart)) if by is not None else None


def _listed_codes(node: Node, by: Expression | None, over: Measurable) -> tuple[Category, ...]:
    """The codes of the contract's list, where the category is a column that has one."""
    if by is None:
        return ()
    columns = {each.name: each for each in contract(over.table).columns}
    column = columns.get(next(iter(by.columns))) if len(by.columns) == 1 else None
    if column is None or column.code_list is None:
        node.fault("a category that is no coded column needs `codes`", "by")
        return ()
    return tuple(Category(code, label) for code, label in code_list(column.code_list).labels.items())


def _groups(parent: Node, over: Measurable) -> tuple[Group, ...]:
    groups = []
    for node in parent.nodes("groups"):
        by = _expression(node, "by", over, required=True)
        names = node.node("names")
        given = {str(key): str(value).strip() for key, value in names.content.items()} if names else {}
        title = node.text("title")
        people = _people(node, by)
        node.done()
        if by is not None:
            if by.type not in (*COUNTABLE, "integer", None):
                node.fault(f"rows cannot be grouped by `{by.text}`: it tells single rows apart", "by")
            named = {key.lower() if key in ("True", "False") else key: value for key, value in given.items()}
            named = {**_listed_names(by, over), **named}
            groups.append(Group(by, title, named, people))
    return tuple(groups)


def _listed_names(by: Expression, over: Measurable) -> dict[str, str]:
    """The labels of the code list, where rows are grouped by a coded column itself."""
    only = next(iter(by.columns)) if len(by.columns) == 1 else ""
    if by.text.strip().lower() != only or only not in over.tells_apart:
        return {}
    return over.names_of(only)


def _people(node: Node, by: Expression | None) -> Expression | None:
    """Which people a group is: its `people`, or `by` itself where that names nothing that is not held of people."""
    types = {name: kind for name, kind in measurable("population_groups").columns.items() if name in PEOPLE_BY}
    if node.has("people"):
        text = node.text("people")
    elif by is not None and by.columns <= types.keys():
        text = by.text
    else:
        return None
    try:
        return parse(" ".join(text.split()), types)
    except ExpressionFault as fault:
        node.fault(f"`people`: {fault}", "people")
        return None


def _expression(
    node: Node, key: str, over: Measurable, *, condition: bool = False, required: bool = False
) -> Expression | None:
    text = node.text(key) if required else node.optional_text(key)
    if not text:
        return None
    try:
        found = parse(" ".join(text.split()), over.columns)
        if condition:
            check_boolean(found)
    except ExpressionFault as fault:
        node.fault(f"`{key}`: {fault}", key)
        return None
    return found


def _check_whole(measure: Measure, node: Node) -> None:
    """What only the measure as a whole can get wrong."""
    ids: Mapping[str, Part] = {each.id: each for each in measure.parts}
    for each in measure.benchmarks:
        if each.part not in ids:
            node.fault(f"a benchmark names the part `{each.part}`; parts: {', '.join(ids)}.{nearest(each.part, ids)}")
    if any(each.uses_rule for each in measure.parts) and not measure.rules:
        node.fault("`mhri` stands for a counting rule, so `rules` must say which may be used", "rules")
    for row in measure.example.expect:
        if row.get("part") not in ids:
            node.fault(f"the example expects the part `{row.get('part')}`; parts: {', '.join(ids)}", "example")
    for part in ids.values():
        if not any(row.get("part") == part.id for row in measure.example.expect):
            node.fault(f"the example expects nothing of the part `{part.id}`", "example")
