"""Who was sent to the month's events, and when they arrived and left."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from nvap.records.made_up import texts
from nvap.records.made_up.chance import Index
from nvap.records.made_up.clock import DAY, HOUR, NEVER, Mask, Seconds, to_local, to_utc
from nvap.records.made_up.events import Events
from nvap.records.made_up.shape import Shape

RESOURCES = ("RSP", "NPT", "TRI", "CTV", "ARV", "OTH")
CLOCK_SOURCES = ("STATUS", "GPS", "MANUAL", None)
_ARRIVAL_MEDIAN = np.array([9.5, 41.0, 1150.0, 600.0]) * 60.0  # seconds from creation, by grade
_EXTRA_UNITS = np.array([2.6, 1.7, 0.6, 0.2])
_SOURCE_SHARES = np.array([0.78, 0.12, 0.07, 0.03])


@dataclass
class Deployments:
    """The month's deployments, grouped by event in the events' order; NEVER where a time was not written down."""

    event: Index
    resource: Index
    resource_type: Index
    officers: Index
    assigned: Seconds
    en_route: Seconds
    arrived: Seconds
    cleared: Seconds
    shown_cleared: Seconds
    stood_down: Mask
    clock_source: Index
    midnight: Mask
    open_ended: Mask

    def __len__(self) -> int:
        return len(self.event)


@dataclass
class Attendance:
    """Per event: first dispatch, first arrival (true, and as the log shows it), last clearance; NEVER if none."""

    first_dispatch: Seconds
    first_arrival: Seconds
    shown_arrival: Seconds
    last_cleared: Seconds


def deployments_of(shape: Shape, events: Events) -> tuple[Deployments, Attendance]:
    """The deployments to a month's events, and what each event saw of them."""
    rng = shape.random("deployments", events.month)
    attended = np.flatnonzero(events.attended)
    units = 1 + rng.poisson(_EXTRA_UNITS[events.grade[attended]])
    event = np.repeat(attended, units)
    first = np.zeros(len(event), dtype=np.bool_)
    first[np.cumsum(units) - units] = True
    assigned, en_route, arrived, stood_down = _journey(events, event, first, rng)
    cleared = np.where(stood_down, assigned + rng.integers(60, 900, len(event)), _left(events, event, arrived, rng))
    shown, midnight, open_ended = _as_written(cleared, arrived, stood_down, rng)
    kind = _resource_type(shape, events, event, rng)
    deployed = Deployments(
        event=event,
        resource=rng.integers(0, max(shape.size.logs_a_year // 250, 40), len(event)),
        resource_type=kind,
        officers=1 + (rng.random(len(event)) < 0.68) + (rng.random(len(event)) < 0.05),
        assigned=assigned,
        en_route=np.where(rng.random(len(event)) < 0.10, NEVER, en_route),
        arrived=arrived,
        cleared=cleared,
        shown_cleared=shown,
        stood_down=stood_down,
        clock_source=rng.choice(4, size=len(event), p=_SOURCE_SHARES),
        midnight=midnight,
        open_ended=open_ended,
    )
    return deployed, _attendance(events, deployed, attended, units, rng)


def table(events: Events, deployments: Deployments, urns: pa.Array) -> pa.Table:
    """The month's deployments as the force's resource log writes them."""
    d = deployments
    local = to_local(events.created)[d.event]
    return pa.table(
        {
            "RES_EVENT_ID": texts.dated_references("RL", local, np.arange(len(d), dtype=np.int64) + 1, 6),
            "INCIDENT_URN": urns.take(pa.array(d.event)),
            "UNIT_KEY": texts.references("U", d.resource, 6),
            "UNIT_TYPE": texts.codes(RESOURCES, d.resource_type),
            "CREW": texts.whole_numbers(d.officers),
            "ASSIGNED": texts.moments(d.assigned),
            "ENROUTE": texts.moments(d.en_route),
            "AT_SCENE": texts.moments(d.arrived),
            "CLEAR": texts.moments(d.shown_cleared),
            "STOOD_DOWN": texts.codes(("N", "Y"), d.stood_down.astype(np.int64)),
            "TIME_FROM": texts.codes(CLOCK_SOURCES, d.clock_source),
        }
    )


def _journey(
    events: Events, event: Index, first: Mask, rng: np.random.Generator
) -> tuple[Seconds, Seconds, Seconds, Mask]:
    count = len(event)
    response = _ARRIVAL_MEDIAN[events.grade[event]] * rng.lognormal(0, 0.55, count)
    travel = np.minimum(0.65 * response, 25 * 60 * rng.lognormal(0, 0.5, count))
    later = np.where(first, 0.0, rng.exponential(600, count))
    assigned = events.created[event] + (response - travel + later).astype(np.int64) + 20
    en_route = assigned + rng.integers(10, 90, count)
    arrived = en_route + travel.astype(np.int64) + 30
    stood_down = ~first & (rng.random(count) < 0.12)
    return assigned, np.where(stood_down, NEVER, en_route), np.where(stood_down, NEVER, arrived), stood_down


def _left(events: Events, event: Index, arrived: Seconds, rng: np.random.Generator) -> Seconds:
    ill = events.mental_health[event]
    median = np.where(ill, 72.0, 38.0) * 60
    stay = median * rng.lognormal(0, 0.8, len(event))
    waiting = np.where(events.detained[event], rng.gamma(4.0, 1.6 * HOUR, len(event)), 0.0)
    return np.minimum(arrived, NEVER - DAY * 10) + np.minimum(stay + waiting, 40.0 * HOUR).astype(np.int64) + 60


def _as_written(
    cleared: Seconds, arrived: Seconds, stood_down: Mask, rng: np.random.Generator
) -> tuple[Seconds, Mask, Mask]:
    """Clearances as the log holds them: some never pressed, some filled by the system with the next midnight."""
    luck = rng.random(len(cleared))
    open_ended = luck < 0.04
    midnight = (luck >= 0.04) & (luck < 0.055) & ~stood_down
    next_midnight = (to_local(np.where(midnight, np.maximum(arrived, cleared), 0)) // DAY + 1) * DAY
    filled = np.where(midnight, to_utc(next_midnight, rng), cleared)
    return np.where(open_ended, NEVER, filled).astype(np.int64), midnight, open_ended


def _resource_type(shape: Shape, events: Events, event: Index, rng: np.random.Generator) -> Index:
    kind = rng.choice(6, size=len(event), p=[0.74, 0.14, 0.0, 0.05, 0.03, 0.04])
    triage = events.mental_health[event] & (events.month >= 12) & (rng.random(len(event)) < 0.09)
    return np.asarray(np.where(triage, 2, kind), dtype=np.int64)


def _attendance(events: Events, d: Deployments, attended: Index, units: Index, rng: np.random.Generator) -> Attendance:
    starts = np.cumsum(units) - units
    found = []
    for times, choose in ((d.assigned, np.minimum), (d.arrived, np.minimum), (d.cleared, np.maximum)):
        whole = np.full(len(events), NEVER, dtype=np.int64)
        if len(starts):
            whole[attended] = choose.reduceat(times, starts)
        found.append(whole)
    unpressed = rng.random(len(events)) < 0.03
    return Attendance(found[0], found[1], np.where(unpressed, NEVER, found[1]).astype(np.int64), found[2])
