"""What the control room wrote down about the month's events: logs, and how each log reads on a given day."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np
import pyarrow as pa

from nvap.records.made_up import texts
from nvap.records.made_up.chance import Index
from nvap.records.made_up.clock import DAY, HOUR, NEVER, Mask, Seconds, seconds, to_local, to_utc
from nvap.records.made_up.deployments import Attendance
from nvap.records.made_up.events import GRADES, KIND_CODES, Events, place_kinds
from nvap.records.made_up.shape import BACK_FLAGGING_FROM, CODE_CHANGE, TRAINING, Shape

SOURCES = ("999", "101", "ONL", "ONLINE", "PTNR", "OFF", "WALK", "OTHR")
_SOURCE_SHARES = (0.34, 0.36, 0.05, 0.05, 0.08, 0.07, 0.02, 0.03)
DISPOSALS = ("RA", "RP", "OPN", "DUP", "CAN", "TST", "ADM")
COUNTED_DISPOSALS = ("RA", "RP", "OPN")
QUALIFIERS = ("N0", "D1", "A1", "Y1", "Q7", "MH1", "MH2", None)
_MENTAL_HEALTH_KIND = KIND_CODES.index("MHC")


@dataclass
class Logs:
    """One month's logs, by time. `event` points into the month's events; several logs may stand for one event.

    A time is NEVER where it is not known or will not come. `leading` is each event's first log. `flagged_at` is when
    the mental-health qualifier was set, `duplicate_at` when the log was marked as a duplicate, `restated_at` when its
    grade and area were put right. `names_log` says which log each one would name as the one that it repeats (-1 where
    none), and `names_always` that it does so however it was closed.
    """

    month: int
    event: Index
    first: Mask
    created: Seconds
    number: Index
    source: Index
    opening: Index
    closing: Index
    disposal: Index
    closed: Seconds
    shown_closed: Seconds
    first_dispatch: Seconds
    first_arrival: Seconds
    flagged_at: Seconds
    falsely_flagged: Mask
    other_qualifier: Index
    linked: Index
    duplicate_at: Seconds
    names_log: Index
    names_always: Mask
    leading: Index
    restated_at: Seconds
    caller: Index
    withdrawn: Mask
    midnight: Mask

    def __len__(self) -> int:
        return len(self.event)

    def at(self, rows: Mask) -> Self:
        """Only some of the logs; `leading` still points into them all."""
        ours = (each.name for each in fields(self) if each.name not in ("month", "leading"))
        return replace(self, **{name: getattr(self, name)[rows] for name in ours})


def logs_of(shape: Shape, events: Events, attendance: Attendance) -> Logs:
    """The logs of a month's events."""
    rng = shape.random("logs", events.month)
    event, created = _calls(shape, events, rng)
    order = np.argsort(created, kind="stable")
    event, created = event[order], created[order]
    first = np.zeros(len(event), dtype=np.bool_)
    first[np.unique(event, return_index=True)[1]] = True
    leading = np.empty(len(events), dtype=np.int64)
    leading[event[first]] = np.flatnonzero(first)
    closed = _closed(attendance, event, created, first, rng)
    shown_closed, midnight = _closed_as_written(closed, rng)
    ill = events.mental_health[event]
    flagged_at, false_flag = _flags(shape, events, event, closed, rng)
    duplicate_at = _marked_duplicate(closed, first, rng)
    names_log, names_always = _named(
        shape.random("duplicates", events.month), event, first, leading=leading, duplicate_at=duplicate_at
    )
    luck = rng.random(len(event))
    return Logs(
        month=events.month,
        event=event,
        first=first,
        created=created,
        number=_daily_numbers(created),
        source=rng.choice(len(SOURCES), size=len(event), p=_SOURCE_SHARES),
        opening=events.kind[event],
        closing=np.where(rng.random(len(event)) < 0.85, events.kind[event], rng.integers(1, 11, len(event))),
        disposal=_disposals(events, event),
        closed=closed,
        shown_closed=shown_closed,
        first_dispatch=np.where(first, attendance.first_dispatch[event], NEVER),
        first_arrival=np.where(first, attendance.shown_arrival[event], NEVER),
        flagged_at=flagged_at,
        falsely_flagged=false_flag,
        other_qualifier=_other_qualifiers(shape, events.month, len(event), rng),
        linked=np.where(luck < 0.01, -1, np.where(ill, luck < 0.29, luck < 0.013)).astype(np.int64),
        duplicate_at=duplicate_at,
        names_log=names_log,
        names_always=names_always,
        leading=leading,
        restated_at=np.where(rng.random(len(event)) < 0.004, created + rng.integers(20, 500, len(event)) * DAY, NEVER),
        caller=_callers(events, event, rng),
        withdrawn=first & (rng.random(len(event)) < 0.004),
        midnight=midnight,
    )


@dataclass
class State:
    """How the month's logs read on one day: indices into this file's lists, and -1, 0 or 1 for a yes or no."""

    disposal: Index
    qualifier: Index
    at_closure: Index
    shown_closed: Seconds
    restated: Mask
    duplicate: Mask

    def at(self, rows: Mask) -> State:
        """The state of only some of the logs."""
        return State(**{each.name: getattr(self, each.name)[rows] for each in fields(self)})

    def taken_where(self, rows: Mask, other: State) -> State:
        """This state for some logs, another for the rest."""
        names = [each.name for each in fields(self)]
        return State(**{name: np.where(rows, getattr(self, name), getattr(other, name)) for name in names})

    def differs(self, other: State) -> Mask:
        """Which logs read differently."""
        names = [each.name for each in fields(self)]
        return np.asarray(np.any([getattr(self, name) != getattr(other, name) for name in names], axis=0))


def state_at(shape: Shape, logs: Logs, instant: int) -> State:
    """What each log says as at an instant (UTC seconds): open logs have no qualifier; flags come when they come."""
    is_open = logs.closed > instant
    duplicate = logs.duplicate_at <= instant
    flagged = (logs.flagged_at <= instant) & ~is_open
    disposal = np.where(is_open, DISPOSALS.index("OPN"), np.where(duplicate, DISPOSALS.index("DUP"), logs.disposal))
    old = QUALIFIERS.index("Q7")
    new = np.where(logs.number % 10 < 7, QUALIFIERS.index("MH1"), QUALIFIERS.index("MH2"))
    mental_health = np.where(logs.month < CODE_CHANGE, old, new)
    qualifier = np.where(flagged, mental_health, logs.other_qualifier)
    qualifier = np.where(is_open, len(QUALIFIERS) - 1, qualifier)
    unknown = qualifier == len(QUALIFIERS) - 1
    return State(
        disposal=disposal,
        qualifier=qualifier,
        at_closure=np.where(unknown, -1, flagged.astype(np.int64)),
        shown_closed=np.where(is_open, NEVER, logs.shown_closed),
        restated=logs.restated_at <= instant,
        duplicate=duplicate & ~is_open,
    )


def urns(logs: Logs) -> pa.Array:
    """The logs' own references: the day, and a number that restarts every day."""
    return texts.dated_references("MU", to_local(logs.created), logs.number, 5)


def plain(events: Events, logs: Logs, state: State) -> Mask:
    """The logs that dirt may be put on: first, closed, of this force, and met by nobody."""
    usual = logs.first & (state.shown_closed < NEVER) & np.isin(state.disposal, (0, 1))
    return np.asarray(usual & (logs.first_dispatch == NEVER) & ~events.other_force[logs.event] & ~logs.withdrawn)


def shown_areas(shape: Shape, events: Events, logs: Logs, state: State) -> Index:
    """The area that each log shows, as an index; the number of areas where it is not recorded."""
    area = events.area[logs.event]
    put_right = np.where(state.restated, events.place[logs.event] % len(shape.areas), len(shape.areas))
    return np.where(area < 0, put_right, area)


def table(shape: Shape, events: Events, logs: Logs, state: State, *, names: pa.Array, crime_refs: pa.Array) -> pa.Table:
    """Logs as the command and control system writes them, in the given state.

    `names` holds the references of all the month's logs, `crime_refs` those of the crimes of the logs given.
    """
    own = texts.dated_references("MU", to_local(logs.created), logs.number, 5)
    area = shown_areas(shape, events, logs, state)
    grade = events.grade[logs.event]
    shown_grade = np.where(state.restated, np.maximum(grade - 1, 0), grade)
    return pa.table(
        {
            "INCIDENT_URN": own,
            "CREATED": texts.moments(logs.created),
            "CALL_SOURCE": texts.codes(SOURCES, logs.source),
            "OPEN_TYPE": texts.codes(KIND_CODES, logs.opening),
            "CLOSE_TYPE": texts.codes(KIND_CODES, logs.closing, state.shown_closed < NEVER),
            "FINAL_QUAL": texts.codes(QUALIFIERS, state.qualifier),
            "DISPOSAL": texts.codes(DISPOSALS, state.disposal),
            "GRADE_1": texts.codes(GRADES, events.grade_initial[logs.event]),
            "GRADE_NOW": texts.codes(GRADES, shown_grade),
            "FIRST_DESP": texts.moments(logs.first_dispatch),
            "FIRST_ATT": texts.moments(logs.first_arrival),
            "CLOSED_AT": texts.moments(state.shown_closed),
            "DUP_OF": names.take(pa.array(logs.names_log, mask=~(state.duplicate | logs.names_always))),
            "PLACE_KEY": texts.references("L", events.place[logs.event], 7),
            "PLACE_TYPE": place_kinds(shape, events.place[logs.event]),
            "BEAT_AREA": texts.codes((*shape.areas, "NR"), area),
            "CRIME_NO": crime_refs,
            "MH_LINKED": texts.codes((None, "N", "Y"), logs.linked + 1),
            "CALLER_KEY": texts.references("P", logs.caller, 7, logs.caller >= 0),
            "OWNER": texts.codes(("MU", "OTHER FORCE"), events.other_force[logs.event].astype(np.int64)),
        }
    )


def _calls(shape: Shape, events: Events, rng: np.random.Generator) -> tuple[Index, Seconds]:
    """Which event each log is about, and when it was made: 4% of events are called in more than once."""
    repeats = np.where(rng.random(len(events)) < 0.04, 1 + rng.poisson(0.4, len(events)), 0)
    again = np.repeat(np.arange(len(events)), repeats)
    later = events.created[again] + rng.integers(30, 1800, len(again))
    _, end = shape.bounds(events.month)
    last = to_utc(np.array([end - 1]), rng)[0]
    return (
        np.concatenate((np.arange(len(events)), again)),
        np.concatenate((events.created, np.minimum(later, last))),
    )


def _daily_numbers(created: Seconds) -> Index:
    day = to_local(created) // DAY
    starts = np.searchsorted(day, day, side="left")
    return np.arange(len(day)) - starts + 1


def _closed(attendance: Attendance, event: Index, created: Seconds, first: Mask, rng: np.random.Generator) -> Seconds:
    count = len(event)
    left = attendance.last_cleared[event]
    alone = created + (rng.lognormal(0, 1.0, count) * 1.5 * HOUR).astype(np.int64) + 120
    met = np.where(left < NEVER, np.maximum(left, created), created) + rng.integers(300, 2 * HOUR, count)
    closed = np.where(first & (left < NEVER), met, np.where(first, alone, created + rng.integers(120, 1800, count)))
    lingering = rng.random(count) < 0.02
    return np.asarray(np.where(lingering, closed + rng.integers(1, 60, count) * DAY, closed), dtype=np.int64)


def _closed_as_written(closed: Seconds, rng: np.random.Generator) -> tuple[Seconds, Mask]:
    """Closing times as the log holds them: some missing, some filled by the system with the next midnight."""
    luck = rng.random(len(closed))
    midnight = (luck >= 0.005) & (luck < 0.015)
    filled = to_utc((to_local(closed) // DAY + 1) * DAY, rng)
    return np.where(luck < 0.005, NEVER, np.where(midnight, filled, closed)).astype(np.int64), midnight


def recall_of(month: int) -> float:
    """The chance that a true mental-health event outside the plain code is flagged: training lifts it over 3 months."""
    share = min(max((month - TRAINING + 1) / 3, 0.0), 1.0)
    return 0.45 + 0.22 * share


def _flags(
    shape: Shape, events: Events, event: Index, closed: Seconds, rng: np.random.Generator
) -> tuple[Seconds, Mask]:
    """When each log's mental-health qualifier was set (NEVER if never), and whether wrongly."""
    count = len(event)
    ill, plain = events.mental_health[event], events.kind[event] == _MENTAL_HEALTH_KIND
    recall = recall_of(events.month)
    chance = np.where(ill, np.where(plain, recall + 0.40, recall), np.where(plain, 0.35, 0.003))
    chance = np.where(events.detained[event], 0.93, chance).clip(0, 0.97)
    flagged = rng.random(count) < chance
    late = rng.random(count) < 0.30
    delay = np.where(late, rng.exponential(25 * DAY, count), 0).astype(np.int64)
    at = np.where(flagged, np.minimum(closed, NEVER - 1) + delay, NEVER)
    audited = ~flagged & ill & (events.month >= BACK_FLAGGING_FROM) & (rng.random(count) < 0.15)
    back = seconds(shape.last_as_at()) - rng.integers(3, 16, count) * DAY
    return np.where(audited, np.maximum(back, closed), at).astype(np.int64), flagged & ~ill


def _marked_duplicate(closed: Seconds, first: Mask, rng: np.random.Generator) -> Seconds:
    """When a further log of the same event was marked as a duplicate: 7 in 10 are, some of them weeks later."""
    count = len(closed)
    marked = ~first & (rng.random(count) < 0.70)
    late = rng.random(count) < 0.15
    return np.where(marked, closed + np.where(late, rng.integers(5, 60, count) * DAY, 0), NEVER).astype(np.int64)


def _named(
    rng: np.random.Generator, event: Index, first: Mask, *, leading: Index, duplicate_at: Seconds
) -> tuple[Index, Mask]:
    """Which log each further log names as the one that it repeats, and which name it though they were not marked.

    The third log of an event names the second, where that one names a log too: a chain. Of the further logs that were
    never marked, four in ten name a log all the same; for one in ten of those the first log names the further one in
    its turn: a loop.
    """
    named = ~first & (duplicate_at == NEVER) & (rng.random(len(event)) < 0.4)
    looped = named & (rng.random(len(event)) < 0.1)
    names_log = np.where(first, -1, leading[event])
    last: dict[int, int] = {}
    for at in np.flatnonzero(~first):
        before = last.get(int(event[at]))
        if named[at] or duplicate_at[at] < NEVER:
            names_log[at] = leading[event[at]] if before is None or looped[at] else before
            last[int(event[at])] = int(at)
    for at in np.flatnonzero(looped):
        names_log[leading[event[at]]] = at
        named[leading[event[at]]] = True
    return names_log.astype(np.int64), named


def _disposals(events: Events, event: Index) -> Index:
    closure = events.closure[event]
    counted = np.where(events.attended[event], DISPOSALS.index("RA"), DISPOSALS.index("RP"))
    return np.where(closure == 0, counted, closure + DISPOSALS.index("DUP")).astype(np.int64)


def _other_qualifiers(shape: Shape, month: int, count: int, rng: np.random.Generator) -> Index:
    """The qualifier of a log that is not flagged; from the code change on, Q7 means that a drone was used."""
    drone = 0.012 if month >= CODE_CHANGE else 0.0
    shares = [0.795 - drone, 0.10, 0.08, 0.02, drone, 0.0, 0.0, 0.005]
    return np.asarray(rng.choice(len(QUALIFIERS), size=count, p=shares), dtype=np.int64)


def _callers(events: Events, event: Index, rng: np.random.Generator) -> Index:
    """The caller: the person concerned, somebody else, or withheld."""
    luck = rng.random(len(event))
    own = (luck < 0.45) & (events.person[event] >= 0)
    other = rng.integers(5_000_000, 9_900_000, len(event))
    return np.where(own, events.person[event], np.where(luck < 0.65, other, -1)).astype(np.int64)
