"""A mapping: how one kind of extract fills one contract table, as the analyst wrote it in YAML.

`read_mapping` checks all that can be checked without the file; `bind` then checks every expression against the columns
that the file has. Both note every fault with its line, so that the analyst sees them together.
"""

from __future__ import annotations

import calendar
import datetime
import hashlib
import re
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import available_timezones

from ruamel.yaml.comments import CommentedMap

from nvap.declarations import Faults, Node, read
from nvap.engine.expression import Expression, ExpressionFault, check_boolean, parse
from nvap.errors import UsageFault, nearest
from nvap.records.contract import TABLES, Contract, contract, day
from nvap.records.delimited import DELIMITERS
from nvap.records.encoding import ENCODINGS
from nvap.records.mapping_columns import MappedColumn, read_columns
from nvap.records.own_codes import OwnCodes, read_own_codes, with_own_codes
from nvap.records.source import FORMATS, FileSettings, tidy_name
from nvap.records.store import Coverage, Extract, Precision

# How the engine begins to tell of a column that the file lacks.
UNKNOWN_COLUMN = "Unknown column"
_PERIOD = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


@dataclass(frozen=True)
class Exclusion:
    """A rule that leaves rows out, by name."""

    name: str
    where: str
    line: int


@dataclass(frozen=True)
class Mapping:
    """A mapping that has been read: what it declares, ready to be bound to a file's columns."""

    path: Path
    name: str
    version: str
    hash: str
    contract: Contract
    source: MappingOf[str, str]
    origin: str
    file: FileSettings
    time_zone: str | None
    as_at: datetime.date | None
    as_at_column: str | None
    extract: Extract
    coverage: Coverage
    population_years: MappingOf[int, int]
    own_codes: MappingOf[str, OwnCodes]
    columns: tuple[MappedColumn, ...]
    exclude: tuple[Exclusion, ...]
    later_by: str | None
    lines: MappingOf[str, int] = field(default_factory=dict)

    @property
    def precision(self) -> dict[str, Precision]:
        """How finely each time column is known."""
        return {each.column.name: each.precision for each in self.columns if each.precision is not None}


@dataclass(frozen=True)
class Bound:
    """A mapping's expressions over the columns of one file; `used` are the source columns that they read."""

    columns: MappingOf[str, Expression]
    exclude: tuple[Expression, ...]
    later_by: Expression | None
    as_at: Expression | None
    used: tuple[str, ...]


def read_mapping(path: Path, faults: Faults, *, table: str | None = None) -> Mapping | None:
    """Read one mapping; `table` (from the command line) must agree with the one that it names.

    Every fault is noted in `faults`; the answer is None where nothing more can be said. Raises UsageFault for a path
    that is no file, or a table that does not agree.
    """
    if not path.is_file():
        raise UsageFault(f"There is no mapping file {path}.")
    node = read(path, faults)
    if node is None:
        return None
    described = _table(node, table)
    if described is None:
        return None
    return _mapping(path, node, described)


def bind(mapping: Mapping, header: tuple[str, ...], faults: Faults) -> Bound | None:
    """Parse every expression over a file's columns; faults name the mapping's line and the nearest column."""
    types = dict.fromkeys(header, "text")
    names = {name.casefold(): name for name in header}
    found = len(faults.found)

    def expression(text: str, line: int) -> Expression | None:
        # A column's bare name stands for it, spaces and all: `incident_ref: Log No`.
        name = names.get(tidy_name(text).casefold())
        quoted = name.replace('"', '""') if name is not None else ""
        try:
            return parse(f'"{quoted}"' if name is not None else text, types)
        except ExpressionFault as fault:
            faults.add(mapping.path, line, f"{fault}{_columns_of(header) if UNKNOWN_COLUMN in str(fault) else ''}")
            return None

    columns = {each.column.name: expression(each.text, each.line) for each in mapping.columns}
    exclude = [_condition(mapping, each, expression(each.where, each.line), faults) for each in mapping.exclude]
    later = expression(mapping.later_by, mapping.lines["later_by"]) if mapping.later_by else None
    as_at = expression(mapping.as_at_column, mapping.lines["extract"]) if mapping.as_at_column else None
    if len(faults.found) > found:
        return None
    every = [*columns.values(), *exclude, later, as_at]
    used = {name for each in every if each is not None for name in each.columns}
    return Bound(
        columns={name: each for name, each in columns.items() if each is not None},
        exclude=tuple(each for each in exclude if each is not None),
        later_by=later,
        as_at=as_at,
        used=tuple(name for name in header if name in used),
    )


def _columns_of(header: tuple[str, ...]) -> str:
    shown = ", ".join(f"`{name}`" for name in header[:40])
    return f" The file has: {shown}{' …' if len(header) > 40 else ''}."


def _condition(mapping: Mapping, rule: Exclusion, found: Expression | None, faults: Faults) -> Expression | None:
    try:
        if found is not None:
            check_boolean(found)
    except ExpressionFault as fault:
        faults.add(mapping.path, rule.line, str(fault))
    return found


def _table(node: Node, table: str | None) -> Contract | None:
    named = node.optional_text("table")
    if named is not None and named not in TABLES:
        node.fault(f"`table` is `{named}`; known: {', '.join(TABLES)}.{nearest(named, TABLES)}", "table")
        return None
    if table is not None and named is not None and table != named:
        raise UsageFault(f"--table says {table}, but {node.file} maps {named}.")
    if named is None and table is None:
        node.fault("`table` is missing; name it here, or with --table")
        return None
    return contract(table or named or "")


def _mapping(path: Path, node: Node, described: Contract) -> Mapping:
    source, origin = _source(node)
    own_codes = read_own_codes(node)
    described = with_own_codes(described, own_codes, node)
    extract_node = node.node("extract")
    extract, as_at_column = _extract(extract_node)
    made = Mapping(
        path=path,
        name=node.text("mapping"),
        version=str(node.value("version", required=True)),
        hash=hashlib.sha256(path.read_bytes()).hexdigest(),
        contract=described,
        source=source,
        origin=origin,
        file=_file(node.node("file")),
        time_zone=_time_zone(node),
        as_at=day(node, "as_at"),
        as_at_column=as_at_column,
        extract=extract,
        coverage=_coverage(node.node("coverage")),
        population_years=_population_years(node, described),
        own_codes=own_codes,
        columns=read_columns(node, described),
        exclude=_exclusions(node),
        later_by=node.optional_text("later_by"),
        lines={key: node.line_of(key) for key in ("later_by", "extract", "columns")},
    )
    node.done()
    return made


def _source(node: Node) -> tuple[dict[str, str], str]:
    made_up = node.flag("made_up")
    inner = node.node("source")
    if inner is None:
        return {}, "made-up" if made_up else "own"
    words = {key: inner.optional_text(key) for key in ("name", "licence", "note", "address")}
    published = inner.flag("published")
    inner.done()
    if made_up and published:
        inner.fault("a source is made up or published, not both", "published")
    return (
        {key: text for key, text in words.items() if text},
        "made-up" if made_up else "published" if published else "own",
    )


def _file(node: Node | None) -> FileSettings:
    if node is None:
        return FileSettings()
    choice = dict.fromkeys(("format", "encoding"))
    for key, allowed in (("format", FORMATS), ("encoding", ENCODINGS)):
        choice[key] = node.choice(key, allowed) if node.has(key) else None
    delimiter = str(node.value("delimiter")) if node.value("delimiter") is not None else None
    named = {"tab": "\t", "\\t": "\t", **{word: sign for sign, word in DELIMITERS.items()}}
    delimiter = named.get(delimiter, delimiter) if delimiter else None
    if delimiter is not None and delimiter not in DELIMITERS:
        node.fault(f"`delimiter` is {delimiter!r}; allowed: comma, semicolon, tab, bar", "delimiter")
    made = FileSettings(choice["format"], choice["encoding"], delimiter, node.optional_text("sheet"))
    node.done()
    return made


def _time_zone(node: Node) -> str | None:
    zone = node.optional_text("time_zone")
    if zone is not None and zone not in available_timezones():
        node.fault(f"unknown time zone `{zone}`.{nearest(zone, available_timezones())}", "time_zone")
    return zone


def _extract(node: Node | None) -> tuple[Extract, str | None]:
    if node is None:
        return Extract(), None
    kind = node.choice("kind", ("full", "changes"), default="changes")
    first, last = (_period(node, "from", end=False), _period(node, "to", end=True))
    if (first is None) != (last is None):
        node.fault("`from` and `to` go together: name both, or neither")
    elif first is not None and last is not None and last < first:
        node.fault(f"`to` ({last}) comes before `from` ({first})", "to")
    column = node.optional_text("as_at_column")
    node.done()
    return Extract("full" if kind == "full" else "changes", first, last), column


def _period(node: Node, key: str, *, end: bool) -> datetime.date | None:
    """A year, a month or a day as its first or last day."""
    text = node.optional_text(key)
    if text is None:
        return None
    found = _PERIOD.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        year, month, on = (int(each) if each else None for each in found.groups())
        assert year is not None  # noqa: S101 - the pattern holds it
        month_ = month or (12 if end else 1)
        last = calendar.monthrange(year, month_)[1]
        return datetime.date(year, month_, on or (last if end else 1))
    except ValueError:
        node.fault(f"`{key}` is `{text}`; write a year, a month or a day: 2024, 2024-04, 2024-04-01", key)
        return None


def _coverage(node: Node | None) -> Coverage:
    if node is None:
        return Coverage()
    periods = node.texts("partial_periods")
    for text in periods:
        if not _PERIOD.fullmatch(text):
            node.fault(f"`{text}` is not a year, month or day such as 2015-06", "partial_periods")
    made = Coverage(node.optional_text("only"), node.optional_text("note"), periods, node.flag("sample_days"))
    node.done()
    return made


def _population_years(node: Node, described: Contract) -> dict[int, int]:
    found = node.value("population_years")
    if found is None:
        return {}
    if described.name != "population":
        node.fault("`population_years` belongs in the mapping of population", "population_years")
        return {}
    if not isinstance(found, CommentedMap) or not all(type(y) is int and type(m) is int for y, m in found.items()):
        node.fault("`population_years` gives each calendar year its mid-year: {2024: 2023}", "population_years")
        return {}
    return {int(year): int(served) for year, served in found.items()}


def _exclusions(node: Node) -> tuple[Exclusion, ...]:
    rules = []
    for each in node.nodes("exclude"):
        rules.append(Exclusion(each.text("name"), each.text("where"), each.line_of("where")))
        each.done()
    names = [rule.name for rule in rules]
    for name in {name for name in names if names.count(name) > 1}:
        node.fault(f"two rules are named `{name}`", "exclude")
    return tuple(rules)
