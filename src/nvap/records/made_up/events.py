"""What truly happened, a month at a time: events, before anyone logs them.

A true mental-health event is one that the NPCC definition covers, whether or not a log says so. Their number is flat
over the five years; only recording changes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from nvap.records.made_up import texts
from nvap.records.made_up.chance import Index, pick
from nvap.records.made_up.clock import DAY, HOUR, Mask, Seconds, to_utc
from nvap.records.made_up.shape import OUTAGE, OUTAGE_DAYS, RCRP_START, Shape

# Opening codes: share of other events, share of mental-health events, hours (day, evening or night), summer swing.
KINDS: dict[str, tuple[float, float, str, float]] = {
    "MHC": (0.004, 0.30, "night", 0.0),
    "CFW": (0.120, 0.38, "evening", 0.0),
    "MIS": (0.035, 0.08, "evening", 0.05),
    "DOM": (0.100, 0.07, "night", 0.05),
    "ASB": (0.130, 0.04, "evening", 0.38),
    "VIO": (0.110, 0.07, "night", 0.08),
    "THF": (0.150, 0.00, "day", 0.0),
    "RTC": (0.150, 0.00, "day", -0.05),
    "SUS": (0.100, 0.03, "night", 0.0),
    "ALM": (0.080, 0.00, "day", 0.0),
    "OTH": (0.021, 0.03, "day", 0.0),
}
KIND_CODES = tuple(KINDS)

_HOURS = {
    "day": (2, 1, 1, 1, 1, 2, 4, 7, 10, 10, 10, 10, 11, 11, 11, 12, 12, 12, 10, 8, 6, 5, 4, 3),
    "evening": (5, 3, 2, 2, 1, 1, 2, 3, 5, 6, 7, 7, 8, 8, 9, 10, 11, 12, 13, 14, 13, 12, 10, 8),
    "night": (12, 10, 8, 6, 4, 2, 2, 2, 3, 4, 4, 5, 5, 6, 6, 7, 8, 9, 10, 11, 12, 13, 14, 14),
}
_WEEKDAYS = np.array([0.97, 0.95, 0.96, 0.98, 1.08, 1.10, 0.96])  # Monday first

GRADES = ("I", "P", "S", "R")  # immediate, priority, scheduled, resolved without deployment
_GRADE_SHARES = np.array([[0.18, 0.38, 0.14, 0.30], [0.30, 0.42, 0.10, 0.18]])  # other events, mental-health events
_ATTENDED = np.array([0.98, 0.93, 0.80, 0.02])

_CLOSURE_SHARES = np.array([[0.955, 0.025, 0.002, 0.018], [0.985, 0.015, 0.0, 0.0]])

LOGS_AN_EVENT = 1.056
MENTAL_HEALTH_SHARE = 0.072


@dataclass
class Events:
    """One month's true events, by time. Area -1 is one that nobody recorded at first; person -1 is nobody known."""

    month: int
    created: Seconds
    mental_health: Mask
    kind: Index
    grade_initial: Index
    grade: Index
    attended: Mask
    detained: Mask
    area: Index
    place: Index
    person: Index
    closure: Index
    other_force: Mask
    lost: Mask

    def __len__(self) -> int:
        return len(self.created)


def events_of(shape: Shape, month: int) -> Events:
    """The true events of one month."""
    rng = shape.random("events", month)
    mental_health, kind = _what(shape, month, rng)
    created = to_utc(_when(shape, month, kind, rng), rng)
    order = np.argsort(created, kind="stable")
    created, mental_health, kind = created[order], mental_health[order], kind[order]
    count = len(created)
    group = mental_health.astype(np.int64)
    grade_initial = pick(_GRADE_SHARES[group], rng)
    grade = _regraded(shape, month, kind, grade_initial, rng)
    other_force = ~mental_health & (rng.random(count) < 0.003)
    attended = ~other_force & (rng.random(count) < _ATTENDED[grade])
    area, place, person = _where_and_who(shape, mental_health, rng)
    return Events(
        month=month,
        created=created,
        mental_health=mental_health,
        kind=kind,
        grade_initial=grade_initial,
        grade=grade,
        attended=attended,
        detained=mental_health & attended & (rng.random(count) < 0.060),
        area=area,
        place=place,
        person=person,
        closure=pick(_CLOSURE_SHARES[group], rng),
        other_force=other_force,
        lost=_lost(shape, month, created, rng),
    )


INSTITUTIONS = ("HOSP", "MHU", "CARE", "CUST")
_OTHER_PLACES = ("HOME", "HOME", "HOME", "PUB", None)


def institutions(shape: Shape) -> int:
    """How many places are institutions: the first ones."""
    return max(len(shape.areas) // 2, 4)


def place_kinds(shape: Shape, place: Index) -> pa.Array:
    """The kind of each place as the systems write it; of one place in five nobody knows it."""
    first = institutions(shape)
    words = (*INSTITUTIONS, *_OTHER_PLACES)
    kind = np.where(place < first, place % len(INSTITUTIONS), len(INSTITUTIONS) + place % len(_OTHER_PLACES))
    return texts.codes(words, kind)


def people_pool(shape: Shape) -> int:
    """How many different people the force's true mental-health events can come from."""
    return int(shape.size.logs_a_year * MENTAL_HEALTH_SHARE * 2.2)


def _what(shape: Shape, month: int, rng: np.random.Generator) -> tuple[Mask, Index]:
    a_day = shape.size.logs_a_year / LOGS_AN_EVENT / 365.25
    days = shape.days(month)
    shares = np.array([kind[0] for kind in KINDS.values()])
    swing = np.array([kind[3] for kind in KINDS.values()])
    summer = np.cos(2 * np.pi * (shape.month(month).month - 7) / 12)
    rates = shares / shares.sum() * (1 + swing * summer) * a_day * days * (1 - MENTAL_HEALTH_SHARE)
    others = rng.poisson(rates)
    ill_shares = np.array([kind[1] for kind in KINDS.values()])
    ill = rng.multinomial(rng.poisson(a_day * days * MENTAL_HEALTH_SHARE), ill_shares / ill_shares.sum())
    kinds = np.arange(len(KINDS))
    kind = np.concatenate((np.repeat(kinds, others), np.repeat(kinds, ill)))
    return np.arange(len(kind)) >= others.sum(), kind


def _when(shape: Shape, month: int, kind: Index, rng: np.random.Generator) -> Seconds:
    start, _ = shape.bounds(month)
    days = np.arange(shape.days(month))
    weights = _WEEKDAYS[(start // DAY + days + 3) % 7]
    day = rng.choice(days, size=len(kind), p=weights / weights.sum())
    hour = np.empty(len(kind), dtype=np.int64)
    for number, (_, _, hours, _) in enumerate(KINDS.values()):
        chosen = np.flatnonzero(kind == number)
        profile = np.array(_HOURS[hours], dtype=np.float64)
        hour[chosen] = rng.choice(24, size=len(chosen), p=profile / profile.sum())
    return np.asarray(start + day * DAY + hour * HOUR + rng.integers(0, HOUR, len(kind)), dtype=np.int64)


def _regraded(shape: Shape, month: int, kind: Index, initial: Index, rng: np.random.Generator) -> Index:
    """Grades after the call is thought over; from the start of Right Care Right Person, fewer welfare calls are met."""
    moved = rng.random(len(initial)) < 0.06
    grade = np.where(moved, np.minimum(initial + 1, 3), initial)
    welfare = np.isin(kind, [KIND_CODES.index(code) for code in ("MHC", "CFW", "MIS")])
    declined = (month >= RCRP_START) & welfare & (grade > 0) & (rng.random(len(initial)) < 0.25)
    return np.asarray(np.where(declined, 3, grade), dtype=np.int64)


def _where_and_who(shape: Shape, mental_health: Mask, rng: np.random.Generator) -> tuple[Index, Index, Index]:
    """Area, place and person. A few people and a few institutions stand behind many of the mental-health events."""
    count, areas = len(mental_health), len(shape.areas)
    weights = 1 / np.arange(2, areas + 2) ** 0.5
    area = rng.choice(areas, size=count, p=weights / weights.sum())
    places = shape.size.logs_a_year
    place = (areas * rng.integers(0, places // areas, count)) + area
    pool = people_pool(shape)
    person = np.where(mental_health, (pool * rng.random(count) ** 2.4).astype(np.int64), -1)
    at_home = mental_health & (rng.random(count) < 0.55)
    home_area = person % areas
    area = np.where(at_home, home_area, area)
    place = np.where(at_home, areas * (person % (places // areas)) + home_area, place)
    institution = mental_health & ~at_home & (rng.random(count) < 0.30)
    place = np.where(institution, rng.integers(0, institutions(shape), count), place)
    area = np.where(institution, place % areas, area)
    return np.where(rng.random(count) < 0.025, -1, area), place, person


def _lost(shape: Shape, month: int, created: Seconds, rng: np.random.Generator) -> Mask:
    if month != OUTAGE:
        return np.zeros(len(created), dtype=np.bool_)
    start, _ = shape.bounds(month)
    day = (created - start) // DAY
    return np.asarray((day >= OUTAGE_DAYS[0]) & (day < OUTAGE_DAYS[1]) & (rng.random(len(created)) < 0.7))
