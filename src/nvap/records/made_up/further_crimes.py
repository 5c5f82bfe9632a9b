"""The made-up force's records that follow a crime: victims, risk reviews, case files and the outcome types it has had.

One outcome type in seven of the crimes with a mental-health factor was another one first, and one in fifteen of the
others. Of the outcomes that were displaced, nearly half leave a trace: the officer set the type that it would have had,
and whoever finalised the crime set another. All of these levels are chosen, not observed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from nvap.records.made_up import texts
from nvap.records.made_up.chance import Index, pick
from nvap.records.made_up.clock import DAY, HOUR, NEVER, Mask, Seconds, to_local
from nvap.records.made_up.files import ExtractWriter
from nvap.records.made_up.gathered import RecordedCrimes
from nvap.records.made_up.shape import Shape
from nvap.records.made_up.sheets import areas, days, drawn, later, people, within, write_sheet, yes_no
from nvap.records.made_up.tallies import Tallies

_TYPES = 23  # outcome types 0 to 22; type 0 is not assigned yet
_TRACED, _CHANGED, _CHANGED_WITH_FACTOR, _TWICE = 0.45, 1 / 15, 1 / 7, 0.15
# What a final type was before, in shares; for every other type the last line.
_BEFORE: dict[int, dict[int, int]] = {
    1: {18: 5, 15: 3, 16: 2},
    10: {15: 3, 12: 2, 16: 1},
    12: {15: 3, 10: 2, 16: 2},
    14: {18: 5, 16: 3, 15: 1},
    15: {18: 4, 14: 3, 16: 2},
    16: {15: 5, 14: 4, 18: 2},
    18: {14: 2, 15: 2, 16: 1},
    20: {15: 3, 16: 2, 12: 1},
}
_BEFORE_ANY = {18: 3, 15: 3, 16: 2}


def crime_sheets(shape: Shape, folder: Path, crimes: RecordedCrimes, tallies: Tallies) -> Iterator[ExtractWriter]:
    """Each of the tables that follow a crime, written."""
    yield _victims(shape, folder, crimes)
    yield _reviews(shape, folder, crimes)
    yield _files(shape, folder, crimes)
    yield _history(shape, folder, crimes, tallies)


def _victims(shape: Shape, folder: Path, crimes: RecordedCrimes) -> ExtractWriter:
    rng = shape.random("further victims")
    ill = crimes.with_factor("V", "B")
    chosen = ill | (rng.random(len(crimes)) < 0.2)
    count = int(chosen.sum())
    local = to_local(crimes.recorded[chosen])
    need = np.where(ill[chosen], rng.random(count) < 0.6, rng.random(count) < 0.03)
    done = later(crimes.recorded[chosen], rng.integers(HOUR, 9 * DAY, count), rng.random(count) < 0.55)
    cells = {
        "crime_ref": crimes.ref.filter(pa.array(chosen)),
        "person_key": people(7_000_000 + np.arange(count)),
        "recorded_on": days(local),
        "area": areas(shape, crimes.area[chosen]),
        "mh_need": yes_no(need, rng.random(count) < 0.8),
        "needs_assessed": texts.moments(done),
        "special_measures": drawn(
            ("considered_used", "considered_not_used", "not_considered", "not_known"), (1, 2, 4, 3), rng, count
        ),
        "support_offered": drawn(("advocate", "isva", "imha", "victim_service", "none"), (1, 1, 1, 5, 4), rng, count),
        "support_accepted": yes_no(rng.random(count) < 0.5, rng.random(count) < 0.7),
    }
    return write_sheet(shape, folder, "victims", cells, when=local)


def _reviews(shape: Shape, folder: Path, crimes: RecordedCrimes) -> ExtractWriter:
    rng = shape.random("further reviews")
    suspects = np.flatnonzero(crimes.with_factor("S", "B"))
    count = 2 * len(suspects)
    due = np.concatenate((crimes.recorded[suspects] + 2 * DAY, crimes.recorded[suspects] + 20 * DAY))
    done = later(due, rng.integers(0, 5 * DAY, count), rng.random(count) < 0.64)
    cells = {
        "crime_ref": crimes.ref.take(pa.array(np.concatenate((suspects, suspects)))),
        "person_key": people(8_000_000 + np.concatenate((suspects, suspects))),
        "trigger": texts.codes(("arrest", "bail_or_rui"), (np.arange(count) >= len(suspects)).astype(np.int64)),
        "due": texts.moments(due),
        "done": texts.moments(done),
        "changed": yes_no(rng.random(count) < 0.15, done < NEVER),
    }
    return write_sheet(shape, folder, "risk_reviews", cells, when=due)


def _files(shape: Shape, folder: Path, crimes: RecordedCrimes) -> ExtractWriter:
    rng = shape.random("further files")
    chosen = (crimes.outcome == 1) & (crimes.outcome_at < NEVER)
    count = int(chosen.sum())
    local = to_local(crimes.outcome_at[chosen])
    cells = {
        "crime_ref": crimes.ref.filter(pa.array(chosen)),
        "filed_on": days(local),
        "charged": yes_no(np.ones(count, dtype=np.bool_)),
        "mh_information": yes_no(rng.random(count) < 0.3),
    }
    return write_sheet(shape, folder, "case_files", cells, when=local)


@dataclass(frozen=True)
class _Steps:
    """Outcome types as they were set: of which crime, which type, when, and whether it is the last."""

    crime: Index
    outcome: Index
    at: Seconds
    is_last: Mask


def _history(shape: Shape, folder: Path, crimes: RecordedCrimes, tallies: Tallies) -> ExtractWriter:
    steps = _steps(shape, crimes)
    refs = crimes.ref.take(pa.array(steps.crime))
    # The first types are an officer's; one in three of the last ones too, and the others a supervisor's.
    by_officer = ~steps.is_last
    by_officer[steps.is_last] = shape.random("further history").random(int(steps.is_last.sum())) < 1 / 3
    cells = {
        "crime_ref": refs,
        "outcome_type": texts.codes([str(number) for number in range(_TYPES)], steps.outcome),
        "set_at": texts.moments(steps.at),
        "set_by": texts.codes(("supervisor", "officer"), by_officer.astype(np.int64)),
    }
    held = within(shape, "crime_outcome_history", steps.at)
    tallies.fact("crime_outcome_history", refs, outcome=steps.outcome, at=steps.at, held=held)
    return write_sheet(shape, folder, "crime_outcome_history", cells, when=steps.at)


def _steps(shape: Shape, crimes: RecordedCrimes) -> _Steps:
    """Each crime's outcome types in their order: for most one, for some another before it, for a few two."""
    rng = shape.random("further outcome changes")
    given = np.flatnonzero((crimes.outcome_at < NEVER) & (crimes.outcome < _TYPES))
    last, would_have_been = crimes.outcome[given], crimes.would_have_been[given]
    luck, twice = rng.random(len(given)), rng.random(len(given))
    with_factor = crimes.with_factor("S", "V", "B")[given]
    traced = (last != would_have_been) & (luck < _TRACED)
    changed = traced | ((last == would_have_been) & (luck < np.where(with_factor, _CHANGED_WITH_FACTOR, _CHANGED)))
    before = np.where(traced, would_have_been, _type_before(last, rng))
    earliest = _type_before(before, rng)
    again = changed & ~traced & (twice < _TWICE)
    recorded, at = crimes.recorded[given], crimes.outcome_at[given]
    took, share = at - recorded, rng.random(len(given))
    set_before = recorded + (took * (0.5 + 0.4 * share)).astype(np.int64)
    set_first = recorded + (took * (0.1 + 0.3 * share)).astype(np.int64)
    return _Steps(
        np.concatenate((given[again], given[changed], given)),
        np.concatenate((earliest[again], before[changed], last)),
        np.concatenate((set_first[again], set_before[changed], at)),
        np.arange(int(again.sum() + changed.sum()) + len(given)) >= again.sum() + changed.sum(),
    )


def _type_before(outcome: Index, rng: np.random.Generator) -> Index:
    """For each outcome type, another one that it could have been before."""
    shares = np.zeros((_TYPES, _TYPES))
    for became in range(_TYPES):
        for was, share in _BEFORE.get(became, _BEFORE_ANY).items():
            shares[became, was] = share
    shares /= shares.sum(axis=1, keepdims=True)
    return pick(shares[outcome], rng)
