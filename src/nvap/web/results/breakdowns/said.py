"""What the worker found, as JSON can hold it, and as pictures take it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from nvap.measures.strands import Pair, Strand, Strands
from nvap.measures.together import Together
from nvap.measures.week import Week
from nvap.statistics.interval import Interval
from nvap.web.results.models import Breakdown

_COUNTS = ("related", "incidents", "unknown_flag", "unknown_strand", "elsewhere")


def strands_said(found: Strands) -> dict[str, Any]:
    """The strands beside mental health as JSON."""
    said: dict[str, Any] = {name: getattr(found, name) for name in _COUNTS}
    said["days"] = [found.first.isoformat(), found.last.isoformat()]
    said["strands"] = [asdict(each) for each in found.strands]
    said["pairs"] = [asdict(each) for each in found.pairs]
    said["combinations"] = [[list(strands), many] for strands, many in found.combinations.items()]
    return said


def strands_of(done: Breakdown) -> Strands:
    """The strands beside mental health as they were found."""
    said = _found(done)
    strands = [
        Strand(**{**each, "share": _interval(each["share"]), "lift": _interval(each["lift"])})
        for each in said["strands"]
    ]
    return Strands(
        strands=tuple(strands),
        pairs=tuple(Pair(tuple(each["labels"]), each["both"], Interval(**each["lift"])) for each in said["pairs"]),
        combinations={tuple(strands): many for strands, many in said["combinations"]},
        **{name: said[name] for name in _COUNTS},
        first=date.fromisoformat(said["days"][0]),
        last=date.fromisoformat(said["days"][1]),
        as_at=_day(done),
        origins=_origins(done),
    )


def week_of(done: Breakdown) -> Week:
    """The hours of the week as they were found."""
    counts = {(day, hour): many for day, hour, many in _found(done)["counts"]}
    return Week(counts, _day(done), _origins(done))


def together_of(done: Breakdown) -> Together:
    """Two codes against each other as they were found."""
    counts: dict[tuple[str, ...], int] = {(was, became): many for was, became, many in _found(done)["counts"]}
    return Together(counts, _found(done)["unknown"], _day(done), _origins(done))


def _found(done: Breakdown) -> dict[str, Any]:
    assert done.found is not None  # noqa: S101 - what is done has found something
    return dict(done.found)


def _day(done: Breakdown) -> Any:
    return done.as_at


def _origins(done: Breakdown) -> frozenset[str]:
    return frozenset({"made-up"} if done.made_up else set())


def _interval(said: Mapping[str, Any] | None) -> Interval[float, str] | None:
    return None if said is None else Interval(**said)
