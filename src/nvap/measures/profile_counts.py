"""The counts that a problem profile needs and no measure gives: kinds, repeat contact as distributions, strands.

Nothing here is about one person: people and places are only ever counted by how many incidents they had.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from nvap.engine.connection import Engine, quoted
from nvap.errors import NotEnoughData
from nvap.measures.held import Held
from nvap.packs.measurable import measurable
from nvap.records.contract import code_list, contract
from nvap.records.derived import counted_under, flag_under
from nvap.records.same_person import is_institution
from nvap.statistics.difference import ratio_of_proportions
from nvap.statistics.interval import Interval
from nvap.statistics.proportion import wilson_interval

TABLES: Final = (
    "incidents", "deployments", "person_links", "vulnerability_flags", "incident_assessments", "incident_events",
    "population", "code_map", "calendar", "s136",
)  # fmt: skip
# How often somebody, or a place, was in it: at least so often, up to the next.
PEOPLE_STEPS: Final = (1, 2, 3, 6)
PLACE_STEPS: Final = (1, 2, 4, 10, 30)
MOST_KINDS: Final = 15
# Of fewer related incidents with a strand a ratio says nothing. (Our own choice.)
FEWEST_FOR_LIFT: Final = 5
_ABOUT: Final = ("subject", "missing_person")
_SURE: Final = ("rms_id", "deterministic")


@dataclass(frozen=True)
class KindOf:
    """A way of telling kinds of incident apart: its title, what it is made from, and the words of its codes.

    `words` is a code list, or `local` for the force's own codes as its code map names them.
    """

    id: str
    title: str
    sql: str
    needs: tuple[str, ...]
    words: str
    many: bool = False


_SPLIT = "unnest(string_split_regex(\"{column}\", '\\s*[;|]\\s*'))"
KINDS: Final = (
    KindOf(
        "sub_type",
        "Sub-type, by the code map",
        measurable("incidents").derived["mh_sub_type"].sql,
        tuple(sorted(measurable("incidents").derived["mh_sub_type"].needs)),
        "local",
    ),
    KindOf(
        "closing",
        "Category at closure",
        _SPLIT.format(column="closing_code"),
        ("incidents.closing_code",),
        "local",
        True,
    ),
    KindOf(
        "opening",
        "Category at opening",
        _SPLIT.format(column="opening_code"),
        ("incidents.opening_code",),
        "local",
        True,
    ),
    KindOf(
        "qualifier",
        "Mental health code or qualifier that was set",
        "unnest((SELECT coalesce(list(DISTINCT e.\"new_value\"), [NULL]) FROM \"incident_events\" AS e"
        ' WHERE e."incident_ref" = "incidents"."incident_ref" AND e."about_mh"'
        " AND e.\"event_type\" IN ('code_set', 'qualifier_added')))",
        (
            "incident_events.incident_ref", "incident_events.event_type", "incident_events.about_mh",
            "incident_events.new_value",
        ),
        "local",
        True,
    ),
    KindOf(
        "scope",
        "Kind of call in the scope of Right Care Right Person",
        measurable("incidents").derived["rcrp_scope"].sql,
        tuple(sorted(measurable("incidents").derived["rcrp_scope"].needs)),
        "rcrp_scope",
    ),
    KindOf("source", "How the call or report came in", '"source"', ("incidents.source",), "incident_source"),
    KindOf("grade", "Response grade at closure", '"grade_final"', ("incidents.grade_final",), "grade"),
)  # fmt: skip


PLACE_KINDS: Final = KindOf("place_kind", "Kind of place", '"place_kind"', ("incidents.place_kind",), "place_kind")


@dataclass(frozen=True)
class Asked:
    """Counting rule, first and last day."""

    rule: str
    start: datetime.date
    end: datetime.date


@dataclass(frozen=True)
class Kind:
    """One kind, and of how many incidents it was recorded."""

    label: str
    count: int
    share: Interval[float, str]


@dataclass(frozen=True)
class Kinds:
    """The related incidents by kind, the commonest first; `unknown` have none on record, `total` are all of them.

    Where an incident can have several kinds (`many`) it stands in each.
    """

    title: str
    kinds: tuple[Kind, ...]
    unknown: int
    total: int
    many: bool


@dataclass(frozen=True)
class Often:
    """Those who were in it from `least` to `most` times (None: or more): how many, and in how many incidents."""

    least: int
    most: int | None
    many: int
    incidents: int


@dataclass(frozen=True)
class Repeats:
    """How often the same person, or place, was in it. `unlinked` incidents have none on record, of `incidents` in all.

    `again` is the share of those who were in it more than once. `covered` says whether links are held for all the days.
    """

    steps: tuple[Often, ...]
    many: int
    again: Interval[float, str]
    incidents: int
    unlinked: int
    covered: bool


@dataclass(frozen=True)
class Strand:
    """A strand of vulnerability: flagged on `both` of the related incidents and `others` of all other incidents.

    `ratio` is how many times as often it stands on related incidents as on the others; None of too few.
    """

    label: str
    both: int
    related: int
    share: Interval[float, str]
    others: int
    of_others: int
    ratio: Interval[float, str] | None


@dataclass(frozen=True)
class Pair:
    """Two strands on one related incident: how often, how often by chance alone, and the one over the other."""

    one: str
    other: str
    together: int
    by_chance: float

    @property
    def lift(self) -> float:
        """How much more often both stand together than by chance alone."""
        return self.together / self.by_chance


@dataclass(frozen=True)
class Pairs:
    """Pairs of strands, the commonest first, of the related incidents that carry any."""

    pairs: tuple[Pair, ...]
    related: int


@dataclass(frozen=True)
class Unknown:
    """What is not on record: of how many of all, and what that does."""

    what: str
    unknown: int
    of: int
    effect: str


def kinds(engine: Engine, held: Mapping[str, Held], asked: Asked, kind: KindOf) -> Kinds:
    """The related incidents by one way of telling kinds apart. Raises NotEnoughData with what is missing."""
    _refuse_missing(held, asked.rule, kind.needs)
    of_kind = f'SELECT "incident_ref", {kind.sql} AS kind FROM incidents WHERE {_related(asked)}'
    known_of = f"SELECT \"incident_ref\", kind FROM ({of_kind}) WHERE kind IS NOT NULL AND kind <> ''"
    found = engine.query(f'SELECT kind, count(DISTINCT "incident_ref") AS many FROM ({known_of}) GROUP BY 1')
    known = engine.query(f'SELECT count(DISTINCT "incident_ref") AS many FROM ({known_of})')["many"].to_pylist()[0]
    total = _total(engine, asked)
    if not total:
        raise NotEnoughData("No incident counts as mental-health-related in these days.")
    if not known:
        raise NotEnoughData(f"{kind.title}: it is on record of none of the {total:,} incidents.")
    named = _labels(engine, held, kind)
    pairs_of = zip(found["kind"].to_pylist(), found["many"].to_pylist(), strict=True)
    counts = dict(sorted(pairs_of, key=lambda each: (-each[1], each[0])))
    unknown = total - known
    made = [Kind(str(named.get(code, code)), many, wilson_interval(many, known)) for code, many in counts.items()]
    return Kinds(kind.title, tuple(made), unknown, total, kind.many)


def people(engine: Engine, held: Mapping[str, Held], asked: Asked, *, sure: bool = False) -> Repeats:
    """How many people were in how many related incidents: those whom it was about, never the callers.

    `sure` leaves out links that were made by likeness. Raises NotEnoughData with what is missing.
    """
    needs = ["person_links.incident_ref", "person_links.person_key", "person_links.role"]
    _refuse_missing(held, asked.rule, [*needs, *(["person_links.match_method"] if sure else [])])
    how = f' AND "match_method" IN {_SURE}' if sure else ""
    linked = (
        f'SELECT DISTINCT l."person_key" AS who, l."incident_ref" AS ref FROM "person_links" AS l'
        f' WHERE l."role" IN {_ABOUT}{how} AND l."incident_ref" IN (SELECT "incident_ref" FROM incidents'
        f" WHERE {_related(asked)})"
    )
    return _repeats(engine, held, asked, linked, (PEOPLE_STEPS, "person_links"))


def places(engine: Engine, held: Mapping[str, Held], asked: Asked, *, institutions: bool | None = None) -> Repeats:
    """How many places had how many related incidents: institutions, or all others, or (None) every place.

    A place whose kind is not known is none of the institutions. Raises NotEnoughData with what is missing.
    """
    kind = [] if institutions is None else ["incidents.place_kind"]
    _refuse_missing(held, asked.rule, ["incidents.place_key", *kind])
    only = (
        "" if institutions is None else f" AND ({is_institution('incidents')}) IS {'' if institutions else 'NOT '}TRUE"
    )
    placed = (
        f'SELECT "place_key" AS who, "incident_ref" AS ref FROM incidents WHERE {_related(asked)}'
        f' AND "place_key" IS NOT NULL{only}'
    )
    return _repeats(engine, held, asked, placed, (PLACE_STEPS, "incidents"))


def strands(engine: Engine, held: Mapping[str, Held], asked: Asked) -> tuple[Strand, ...]:
    """Each strand beside mental health, on related incidents and on all others, the commonest first.

    Raises NotEnoughData with what is missing, or where no incident carries another strand.
    """
    _refuse_missing(held, asked.rule, ["vulnerability_flags.incident_ref", "vulnerability_flags.strand"])
    found = engine.query(
        f'SELECT f."strand" AS strand, i.related AS related, count(DISTINCT i.ref) AS many'
        f' FROM ({_counted(asked)}) AS i JOIN "vulnerability_flags" AS f ON f."incident_ref" = i.ref'
        " WHERE f.\"strand\" <> 'mental_health' AND i.related IS NOT NULL GROUP BY ALL"
    ).to_pylist()
    if not found:
        raise NotEnoughData("No incident in these days carries a flag of another strand.")
    totals = engine.query(f"SELECT related, count(*) AS many FROM ({_counted(asked)}) GROUP BY 1").to_pylist()
    of = {row["related"]: row["many"] for row in totals}
    related, others = of.get(True, 0), of.get(False, 0)
    labels = code_list("vulnerability_strand").labels
    sides: dict[str, dict[bool, int]] = {}
    for row in found:
        sides.setdefault(row["strand"], {})[row["related"]] = row["many"]
    made = [
        _strand(labels.get(code, code), each.get(True, 0), related, each.get(False, 0), others)
        for code, each in sides.items()
    ]
    return tuple(sorted(made, key=lambda each: (-each.both, each.label)))


def pairs(engine: Engine, held: Mapping[str, Held], asked: Asked) -> Pairs:
    """Pairs of strands on one related incident, beside how often chance alone would bring them together.

    By chance, of n related incidents, a with the one and b with the other: a · b / n. Raises NotEnoughData with what is
    missing, or where no incident carries two.
    """
    _refuse_missing(held, asked.rule, ["vulnerability_flags.incident_ref", "vulnerability_flags.strand"])
    flagged = (
        f'SELECT DISTINCT i.ref AS ref, f."strand" AS strand FROM ({_counted(asked)}) AS i'
        ' JOIN "vulnerability_flags" AS f ON f."incident_ref" = i.ref'
        " WHERE i.related AND f.\"strand\" <> 'mental_health'"
    )
    alone = engine.query(f"SELECT strand, count(*) AS many FROM ({flagged}) GROUP BY 1").to_pylist()
    both = engine.query(
        f"SELECT a.strand AS one, b.strand AS other, count(*) AS many FROM ({flagged}) AS a JOIN ({flagged}) AS b"
        " ON a.ref = b.ref AND a.strand < b.strand GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2"
    ).to_pylist()
    related = _total(engine, asked)
    single = {row["strand"]: row["many"] for row in alone}
    labels = code_list("vulnerability_strand").labels
    if not both:
        raise NotEnoughData("No incident in these days carries flags of two other strands.")
    return Pairs(
        tuple(
            Pair(
                labels.get(row["one"], row["one"]),
                labels.get(row["other"], row["other"]),
                row["many"],
                single[row["one"]] * single[row["other"]] / related,
            )
            for row in both
        ),
        related,
    )


def unknown(engine: Engine, held: Mapping[str, Held], asked: Asked) -> tuple[Unknown, ...]:
    """What is not on record of the counted, and of the related, incidents in these days."""
    columns, needs = held["incidents"].columns, flag_under(asked.rule).needs | counted_under(asked.rule).needs
    if any(need.partition(".")[0] not in held for need in needs if "." in need):
        return ()
    asked_for = {
        "area": ("Area", "They are in the whole force's numbers and in no area's."),
        "place_key": ("Place", "They are in no count of places."),
        "place_kind": ("Kind of place", "They stand among the places that are no institutions."),
        "closing_code": ("Category at closure", "They are in no kind."),
        "first_arrival": ("Arrival of the first resource", "Nobody may have been sent; the records cannot tell which."),
        "closed": ("Closing time", "Their span (T1) is unknown."),
    }
    sums = "".join(
        f', count(*) FILTER (WHERE related AND "{name}" IS NULL) AS "{name}"' for name in asked_for if name in columns
    )
    row = engine.query(
        "SELECT count(*) AS counted, count(*) FILTER (WHERE related) AS related,"
        f" count(*) FILTER (WHERE related IS NULL) AS flag{sums} FROM ({_counted(asked, tuple(asked_for))})"
    ).to_pylist()[0]
    found = [
        Unknown(
            "Mental health flag, of all counted incidents",
            row["flag"],
            row["counted"],
            "They are neither in the count nor in what the share is of.",
        )
    ]
    for name, (what, effect) in asked_for.items():
        if name in row:
            found.append(Unknown(f"{what}, of mental-health-related incidents", row[name], row["related"], effect))
    return tuple(found)


def _strand(label: str, both: int, related: int, others: int, of_others: int) -> Strand:
    ratio = None
    if both >= FEWEST_FOR_LIFT and others >= FEWEST_FOR_LIFT and of_others:
        ratio = ratio_of_proportions(both, related, others, of_others)
    return Strand(label, both, related, wilson_interval(both, related), others, of_others, ratio)


def _repeats(
    engine: Engine, held: Mapping[str, Held], asked: Asked, linked: str, by: tuple[Sequence[int], str]
) -> Repeats:
    steps, table = by
    found = engine.query(
        f"SELECT times, count(*) AS many FROM (SELECT count(*) AS times FROM ({linked}) GROUP BY who) GROUP BY 1"
    )
    times = dict(zip(found["times"].to_pylist(), found["many"].to_pylist(), strict=True))
    known = engine.query(f"SELECT count(DISTINCT ref) AS many FROM ({linked})")["many"].to_pylist()[0]
    total, many = _total(engine, asked), sum(times.values())
    if not many:
        raise NotEnoughData("No incident in these days is linked to any.")
    tops = [*(each - 1 for each in steps[1:]), None]
    made = [
        Often(
            least,
            most,
            sum(count for often, count in times.items() if least <= often <= (most or often)),
            sum(count * often for often, count in times.items() if least <= often <= (most or often)),
        )
        for least, most in zip(steps, tops, strict=True)
    ]
    again = wilson_interval(sum(count for often, count in times.items() if often > 1), many)
    covered = any(first <= asked.start and asked.end <= last for first, last in held[table].ranges)
    return Repeats(tuple(made), many, again, total, total - known, covered)


def _counted(asked: Asked, more: Sequence[str] = ()) -> str:
    """The counted incidents of these days and whether they are related (missing where the flag is)."""
    columns = "".join(f", {quoted(name)}" for name in more)
    return (
        f'SELECT "incident_ref" AS ref, ({flag_under(asked.rule).sql}) AS related{columns} FROM "incidents" WHERE'
        f" {counted_under(asked.rule).sql} AND {_within(asked)}"
    )


def _related(asked: Asked) -> str:
    return f"{counted_under(asked.rule).sql} AND ({flag_under(asked.rule).sql}) AND {_within(asked)}"


def _within(asked: Asked) -> str:
    return f"\"created_date\" BETWEEN DATE '{asked.start}' AND DATE '{asked.end}'"


def _total(engine: Engine, asked: Asked) -> int:
    found = engine.query(f"SELECT count(*) AS many FROM incidents WHERE {_related(asked)}")
    return int(found["many"].to_pylist()[0])


def _labels(engine: Engine, held: Mapping[str, Held], kind: KindOf) -> dict[str, str]:
    """A kind's codes in words."""
    if kind.words == "local" and "code_map" in held:
        sql = 'SELECT "code" AS code, "label" AS label FROM code_map ORDER BY "valid_from"'
    elif kind.words == "grade" and {"grade", "label"} <= getattr(held.get("grade_config"), "columns", frozenset()):
        sql = 'SELECT "grade" AS code, "label" AS label FROM grade_config ORDER BY "valid_from"'
    elif kind.words in ("local", "grade"):
        return {}
    else:
        return dict(code_list(kind.words).labels)
    found = engine.query(sql).to_pylist()
    return {row["code"]: f"{row['label']} ({row['code']})" for row in found if row["label"]}


def _refuse_missing(held: Mapping[str, Held], rule: str, needs: Sequence[str]) -> None:
    every = [*sorted(flag_under(rule).needs | counted_under(rule).needs), *needs]
    tables = sorted({need.partition(".")[0] for need in every} - held.keys())
    if tables:
        raise NotEnoughData(f"{' and '.join(f'The table {each} is not loaded' for each in tables)}.")
    for need in every:
        table, _, name = need.partition(".")
        if name not in held[table].columns:
            words = contract(table).column(name).description.rstrip(".")
            raise NotEnoughData(f"No mapping fills {need} ({words}).")
