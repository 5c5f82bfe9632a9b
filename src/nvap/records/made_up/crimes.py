"""The month's crimes and their outcomes, with the month from which outcome codes were displaced.

From a known month on, two in three of the outcomes 10 and 12 that mental-health crimes would have had are recorded as
14, 15 or 16 instead. Each crime remembers the outcome it would have had.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from nvap.records.made_up import texts
from nvap.records.made_up.chance import Index, pick
from nvap.records.made_up.clock import DAY, HOUR, NEVER, Mask, Seconds, seconds, to_local
from nvap.records.made_up.events import KIND_CODES, Events
from nvap.records.made_up.shape import DISPLACEMENT, MONTHS, Shape

OFFENCES = (
    ("8N", "Violence"), ("105A", "Violence"), ("8L", "Violence"), ("9A", "Public order"), ("28E", "Theft"),
    ("46", "Theft"), ("58A", "Criminal damage"), ("92D", "Drugs"), ("34B", "Robbery"), ("99", "Other"),
)  # fmt: skip
_OFFENCE_SHARES = (0.13, 0.14, 0.14, 0.10, 0.08, 0.15, 0.13, 0.05, 0.03, 0.05)
FACTORS = ("N", "S", "V", "B", "U")
_FACTOR_SHARES = np.array([[0.86, 0.03, 0.04, 0.005, 0.065], [0.22, 0.34, 0.27, 0.09, 0.08]])
_CRIME_CHANCE = {
    "MHC": 0.06, "CFW": 0.05, "MIS": 0.01, "DOM": 0.50, "ASB": 0.20, "VIO": 0.80, "THF": 0.85, "RTC": 0.06,
    "SUS": 0.12, "ALM": 0.02, "OTH": 0.20,
}  # fmt: skip

_OUTCOMES = (1, 2, 3, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 20, 21, 22)
_OTHER_MIX = (80, 6, 10, 5, 5, 45, 4, 5, 5, 2, 3, 90, 120, 210, 4, 370, 12, 16, 8)
_MENTAL_HEALTH_MIX = (60, 4, 8, 1, 2, 28, 12, 70, 6, 95, 14, 95, 150, 205, 4, 190, 14, 32, 10)
AMBIGUOUS = 98
NOT_ASSIGNED = 0
TAKES_OVER = (14, 15, 16)
_TAKES_OVER_SHARES = (0.25, 0.40, 0.35)


@dataclass
class Crimes:
    """One month's crimes (by the month of the event they come from); `event` is -1 for those without a log."""

    month: int
    event: Index
    number: Index
    recorded: Seconds
    reported: Seconds
    offence: Index
    area: Index
    factor: Index
    outcome: Index
    would_have_been: Index
    outcome_at: Seconds

    def __len__(self) -> int:
        return len(self.event)

    @property
    def displaced(self) -> Mask:
        """Whether a crime's outcome was displaced."""
        return np.asarray(self.outcome != self.would_have_been)


def crimes_of(shape: Shape, events: Events) -> Crimes:
    """The crimes of one month's events, and some that came without a log."""
    rng = shape.random("crimes", events.month)
    chance = np.array([_CRIME_CHANCE[kind] for kind in KIND_CODES])[events.kind]
    from_logs = np.flatnonzero((events.closure == 0) & ~events.other_force & (rng.random(len(events)) < chance))
    start, end = shape.bounds(events.month)
    online = rng.integers(start, end, rng.poisson(0.05 * len(events)))
    event = np.concatenate((from_logs, np.full(len(online), -1)))
    reported = np.concatenate((events.created[from_logs], np.sort(online)))
    count = len(event)
    ill = np.where(event >= 0, events.mental_health[event], False)
    factor = pick(_FACTOR_SHARES[ill.astype(np.int64)], rng)
    recorded = reported + np.minimum(rng.exponential(7 * HOUR, count), 12 * DAY).astype(np.int64) + 300
    proper, outcome_at = _outcomes(factor, recorded, rng)
    return Crimes(
        month=events.month,
        event=event,
        number=np.arange(count, dtype=np.int64) + 1,
        recorded=recorded,
        reported=reported,
        offence=rng.choice(len(OFFENCES), size=count, p=_OFFENCE_SHARES),
        area=np.where(event >= 0, events.area[event], rng.integers(0, len(shape.areas), count)),
        factor=factor,
        outcome=_displaced(shape, factor, proper, outcome_at, rng),
        would_have_been=proper,
        outcome_at=outcome_at,
    )


def references(shape: Shape, crimes: Crimes) -> pa.Array:
    """The crimes' own references: their month and a number."""
    first = np.full(len(crimes), seconds(shape.month(crimes.month)))
    return texts.dated_references("MUC", first, crimes.number, 6)


def of_events(shape: Shape, events: Events, crimes: Crimes) -> tuple[pa.Array, Seconds]:
    """The reference of each event's crime (null where there is none) and when it was recorded."""
    where = np.full(len(events), -1)
    recorded = np.full(len(events), NEVER)
    linked = crimes.event >= 0
    where[crimes.event[linked]] = np.flatnonzero(linked)
    recorded[crimes.event[linked]] = crimes.recorded[linked]
    return references(shape, crimes).take(pa.array(where, mask=where < 0)), recorded


def table(shape: Shape, crimes: Crimes, instant: int, urns: pa.Array) -> pa.Table:
    """The crimes as the records system writes them, as at an instant; `urns` holds each event's first log."""
    given = crimes.outcome_at <= instant
    outcomes = np.where(given, crimes.outcome, NOT_ASSIGNED)
    words = ["NYA", *(f"OC{number:02d}" for number in range(1, AMBIGUOUS)), "NFA OTHER"]
    offence_codes, offence_groups = zip(*OFFENCES, strict=True)
    return pa.table(
        {
            "CRIME_REF": references(shape, crimes),
            "RECORDED_DT": texts.moments(crimes.recorded),
            "REPORTED_DT": texts.moments(crimes.reported),
            "HO_CODE": texts.codes(offence_codes, crimes.offence),
            "HO_GROUP": texts.codes(offence_groups, crimes.offence),
            "LOG_REF": urns.take(pa.array(crimes.event, mask=crimes.event < 0)),
            "AREA": texts.codes((*shape.areas, "NR"), np.where(crimes.area < 0, len(shape.areas), crimes.area)),
            "MH_FACTOR": texts.codes(FACTORS, crimes.factor),
            "OUTCOME": texts.codes(words, outcomes),
            "OUTCOME_DT": texts.dates(to_local(np.where(given, crimes.outcome_at, 0)), given),
            "FINALISED_DT": texts.moments(crimes.outcome_at, given),
            "VERSION": texts.whole_numbers(np.ones(len(crimes), dtype=np.int64)),
        }
    )


def _outcomes(factor: Index, recorded: Seconds, rng: np.random.Generator) -> tuple[Index, Seconds]:
    """The outcome that each crime would have by the old practice, and when it was given (NEVER: not yet)."""
    ill = (factor == FACTORS.index("S")) | (factor == FACTORS.index("B"))
    mixes = np.array([_OTHER_MIX, _MENTAL_HEALTH_MIX], dtype=np.float64)
    chosen = pick((mixes / mixes.sum(axis=1, keepdims=True))[ill.astype(np.int64)], rng)
    outcome = np.array(_OUTCOMES)[chosen]
    outcome = np.where(rng.random(len(factor)) < 0.004, AMBIGUOUS, outcome)
    quick = outcome == 18
    days = rng.exponential(np.where(quick, 12.0, 62.0)) + 0.5
    at = recorded + (days * DAY).astype(np.int64)
    return outcome, np.where(rng.random(len(factor)) < 0.02, NEVER, at).astype(np.int64)


def _displaced(shape: Shape, factor: Index, proper: Index, at: Seconds, rng: np.random.Generator) -> Index:
    ill = (factor == FACTORS.index("S")) | (factor == FACTORS.index("B"))
    from_here = seconds(shape.month(DISPLACEMENT))
    moved = ill & np.isin(proper, (10, 12)) & (to_local(np.minimum(at, seconds(shape.month(MONTHS)) * 2)) >= from_here)
    moved &= rng.random(len(factor)) < 0.66
    return np.where(moved, rng.choice(TAKES_OVER, size=len(factor), p=_TAKES_OVER_SHARES), proper).astype(np.int64)
