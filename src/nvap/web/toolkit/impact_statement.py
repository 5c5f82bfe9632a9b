"""Part 1 on one screen: what we mean, what we need, how we know, and the two long-term impacts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nvap.packs import Pack
from nvap.packs.editions import PeelReference
from nvap.packs.items import Statement, Successor
from nvap.web.toolkit import dates
from nvap.web.toolkit.offers import LatestValue
from nvap.web.toolkit.reading import Line, line, of_items
from nvap.web.toolkit.words import SIDES, Words

# A few an objective: with more, their results no longer fit one sheet.
MOST_MEASURES = 3


@dataclass(frozen=True)
class Known:
    """A measure shown first, and its newest result where there is one."""

    name: str
    address: str
    latest: LatestValue | None


@dataclass(frozen=True)
class Column:
    """One objective's answers to the three questions."""

    objective: Line
    mean: tuple[Line, ...]
    need: tuple[Line, ...]
    know: tuple[Line, ...]
    peel: tuple[PeelReference, ...]
    measures: tuple[Known, ...]


@dataclass(frozen=True)
class LongTerm:
    """One of the two long-term impacts, with its side in words."""

    side: Words
    impact: Line


@dataclass(frozen=True)
class Since:
    """Something that came after the toolkit, and when."""

    when: str
    text: str
    url: str
    address: str

    @property
    def first_sentence(self) -> str:
        """The text's first sentence, for where there is little room."""
        start, stop, _ = self.text.partition(". ")
        return f"{start}." if stop else start


@dataclass(frozen=True)
class ImpactStatement:
    """The whole page."""

    aim: Line
    columns: tuple[Column, ...]
    long_term: tuple[LongTerm, ...]
    since: tuple[Since, ...]
    lines: tuple[Line, ...]


def impact_statement(pack: Pack, latest: Mapping[str, LatestValue]) -> ImpactStatement:
    """Part 1 of a toolkit, with what has been measured so far."""
    statements = pack.of(Statement)
    return ImpactStatement(
        aim=line(pack, pack.aim.id),
        columns=tuple(_column(pack, each.id, statements, latest) for each in pack.objectives),
        long_term=tuple(
            LongTerm(SIDES[each.side], line(pack, each.id))
            for each in pack.logic_model(pack.objectives[0].id).long_term
        ),
        since=since(pack),
        lines=of_items(pack, statements),
    )


def since(pack: Pack) -> tuple[Since, ...]:
    """What has come after the toolkit, in the pack's order."""
    return tuple(
        Since(dates.in_words(each.date), each.text, each.url, line(pack, each.id).address)
        for each in pack.of(Successor)
    )


def _column(pack: Pack, objective: str, statements: tuple[Statement, ...], latest: Mapping[str, LatestValue]) -> Column:
    asked: dict[str, list[Statement]] = {"mean": [], "need": [], "know": []}
    for each in statements:
        if each.objective == objective:
            asked[each.asks].append(each)
    peel = [reference for each in asked["know"] for reference in pack.peel_references(each.id)]
    first = [each for each in pack.starting_set if _objective_of(pack, each) == objective]
    shown = sorted(first, key=lambda each: each not in latest)[:MOST_MEASURES]  # those with a result first
    return Column(
        objective=line(pack, objective),
        mean=of_items(pack, asked["mean"]),
        need=of_items(pack, asked["need"]),
        know=of_items(pack, asked["know"]),
        peel=tuple(dict.fromkeys(peel)),
        measures=tuple(_known(pack, each, latest.get(each)) for each in shown),
    )


def _known(pack: Pack, measure_id: str, latest: LatestValue | None) -> Known:
    name = pack.measures[measure_id].short if measure_id in pack.measures else pack.label(measure_id)
    return Known(name, latest.address if latest else line(pack, measure_id).address, latest)


def _objective_of(pack: Pack, measure_id: str) -> str:
    return pack.measures[measure_id].objective if measure_id in pack.measures else pack.items[measure_id].objective
