"""Other strands of vulnerability beside mental health: how often they are flagged on one incident, and which together.

Every count is of incidents that count (`counted`), so an incident with several flags of a strand stands once.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from nvap.engine.connection import Engine, connect, quoted
from nvap.errors import NotEnoughData
from nvap.measures.frame import covered
from nvap.measures.held import Days, held_tables
from nvap.measures.readiness import obstacle
from nvap.packs.measure import Measure
from nvap.records.contract import code_list
from nvap.records.current import open_tables
from nvap.records.derived import counted_under, flag_under
from nvap.records.workspace import Force
from nvap.statistics.interval import Interval
from nvap.statistics.lift import lift
from nvap.statistics.proportion import wilson_interval

MEASURE: Final = "D18"
MENTAL_HEALTH: Final = "mental_health"
_FLAGS: Final = "vulnerability_flags"


@dataclass(frozen=True)
class Strand:
    """One strand beside mental health: of `all_of_them` incidents with it, `both` are mental-health-related.

    `share` is that of the mental-health-related incidents that carry it, `lift` how much more often both are found on
    one incident than chance alone would have it; None where nothing can be said.
    """

    code: str
    label: str
    both: int
    all_of_them: int
    share: Interval[float, str] | None
    lift: Interval[float, str] | None


@dataclass(frozen=True)
class Pair:
    """Two strands on one mental-health-related incident: their labels, how many carry both, and the lift."""

    labels: tuple[str, str]
    both: int
    lift: Interval[float, str]


@dataclass(frozen=True)
class Strands:
    """What is flagged beside mental health.

    `combinations` counts the mental-health-related incidents by the strands that they carry (by code; none is the empty
    one), `pairs` are those two strands that any of them carries. `unknown_flag` are incidents of which it is not known
    whether they are mental-health-related, `unknown_strand` mental-health-related ones with a flag whose strand is not
    known, `elsewhere` flags that stand on no incident held. Incidents are those from `first` to `last`, the days that
    the extracts of both tables cover.
    """

    strands: tuple[Strand, ...]
    combinations: Mapping[tuple[str, ...], int]
    pairs: tuple[Pair, ...]
    related: int
    incidents: int
    unknown_flag: int
    unknown_strand: int
    elsewhere: int
    first: datetime.date
    last: datetime.date
    as_at: datetime.date
    origins: frozenset[str]


def strands_beside(force: Force, measure: Measure, *, rule: str, as_at: datetime.date | None = None) -> Strands:
    """Every strand beside mental health under a counting rule, by its id, the commonest first.

    Raises NotEnoughData, with what is missing, where the incidents' flags are not loaded.
    """
    with connect(memory_limit="1500MB") as engine:
        tables = open_tables(engine, force, as_at=as_at)
        held = held_tables(tables)
        stopped = obstacle(measure, measure.parts[0], held, rule)
        if stopped is not None:
            raise NotEnoughData(f"{measure.id}: {stopped.reason}")
        days = covered(measure, measure.parts[0], held, rule)
        if not days:
            raise NotEnoughData(f"{measure.id}: no day is covered by the extracts of both incidents and their flags.")
        span = days[0][0], days[-1][1]
        found = engine.query(_incidents_by_strands(rule, span)).to_pylist()
        elsewhere = _elsewhere(engine)
    own = held[_FLAGS].own_codes.get("vulnerability_strand", {})
    counts: dict[tuple[str, ...], int] = {}
    beside: dict[tuple[str, ...], int] = {}
    for row in found:
        strands = tuple(sorted(filter(None, row["strands"].split(","))))
        if row["related"] is not None:
            kept = counts if row["related"] else beside
            kept[strands] = kept.get(strands, 0) + row["many"]
    related, others = sum(counts.values()), sum(beside.values())
    if not related:
        raise NotEnoughData(f"{measure.id}: no incident counts as related to mental health.")
    codes = sorted({code for each in (*counts, *beside) for code in each})
    made = [_strand(code, own.get(code, label_of(code)), counts, beside) for code in codes]
    stands = [held[name].as_at for name in ("incidents", _FLAGS)]
    return Strands(
        strands=tuple(sorted(made, key=lambda each: (-each.both, each.label))),
        pairs=tuple(_pairs([each for each in made if each.both], counts)),
        combinations=dict(sorted(counts.items(), key=lambda each: -each[1])),
        related=related,
        incidents=related + others,
        unknown_flag=sum(row["many"] for row in found if row["related"] is None),
        unknown_strand=sum(row["many"] for row in found if row["related"] and row["is_unknown"]),
        elsewhere=elsewhere,
        first=span[0],
        last=span[1],
        as_at=as_at or max((day for day in stands if day is not None), default=datetime.date.max),
        origins=held["incidents"].origins | held[_FLAGS].origins,
    )


def _pairs(strands: Sequence[Strand], with_it: Mapping[tuple[str, ...], int]) -> list[Pair]:
    """Every two strands that stand on one mental-health-related incident, the commonest first."""
    related, found = sum(with_it.values()), []
    for one, other in combinations(strands, 2):
        both = sum(many for held, many in with_it.items() if one.code in held and other.code in held)
        if both:
            labels = sorted((one.label, other.label))
            found.append(Pair((labels[0], labels[1]), both, lift(both, one.both, other.both, related)))
    return sorted(found, key=lambda each: (-each.both, each.labels))


def label_of(strand: str) -> str:
    """A strand in words; its code where the list has no words for it."""
    return code_list("vulnerability_strand").labels.get(strand, strand)


def _strand(
    code: str, label: str, with_it: Mapping[tuple[str, ...], int], without: Mapping[tuple[str, ...], int]
) -> Strand:
    related = sum(with_it.values())
    both = sum(many for strands, many in with_it.items() if code in strands)
    carrying = both + sum(many for strands, many in without.items() if code in strands)
    share = wilson_interval(both, related)
    found = lift(both, related, carrying, related + sum(without.values()))
    return Strand(code, label, both, carrying, share, None if math.isnan(found.lower) else found)


def _incidents_by_strands(rule: str, days: Days) -> str:
    """How many incidents of some days carry each combination of strands, by whether mental health is flagged."""
    flags, incidents = quoted(_FLAGS), quoted("incidents")
    return (
        f"SELECT related, coalesce(strands, '') AS strands, coalesce(is_unknown, FALSE) AS is_unknown, count(*) AS many"
        f' FROM (SELECT {incidents}."incident_ref" AS ref, {flag_under(rule).sql} AS related,'
        f" {counted_under(rule).sql} AS counted FROM {incidents}"
        f" WHERE {incidents}.\"created_date\" BETWEEN DATE '{days[0]}' AND DATE '{days[1]}')"
        f' LEFT JOIN (SELECT "incident_ref" AS ref, string_agg(DISTINCT CASE WHEN "strand" <> \'{MENTAL_HEALTH}\''
        f' THEN "strand" END, \',\') AS strands, bool_or("strand" IS NULL) AS is_unknown FROM {flags}'
        f' WHERE "incident_ref" IS NOT NULL GROUP BY 1) USING (ref) WHERE counted GROUP BY ALL'
    )


def _elsewhere(engine: Engine) -> int:
    found = engine.query(
        f'SELECT count(*) AS many FROM {quoted(_FLAGS)} AS f WHERE NOT EXISTS (SELECT 1 FROM "incidents" AS i'
        ' WHERE i."incident_ref" = f."incident_ref")'
    )
    return _only(found["many"].to_pylist())


def _only(values: Iterable[int]) -> int:
    (value,) = values
    return value
