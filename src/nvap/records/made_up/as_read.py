"""What an ideal reader of the made-up files would find as at the end, worked out from the truth and not by SQL.

Each answer stands beside what truly happened, so that the difference is what the dirt hides. Counts follow the words of
docs/derived-columns.md in plain loops over arrays.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from nvap.records.made_up.as_read_pairs import outcomes_in_turn, strands_together
from nvap.records.made_up.chance import Index
from nvap.records.made_up.clock import DAY, NEVER, Mask, Seconds, repeated, to_local
from nvap.records.made_up.crimes import FACTORS, Crimes
from nvap.records.made_up.deployments import Deployments
from nvap.records.made_up.events import Events, institutions
from nvap.records.made_up.logs import COUNTED_DISPOSALS, DISPOSALS, Logs, State
from nvap.records.made_up.shape import MONTHS, Shape
from nvap.records.made_up.sheets import FROM_MONTH
from nvap.records.made_up.tallies import Fact

COUNTED = np.isin(DISPOSALS, COUNTED_DISPOSALS)
_LONGEST = 36 * 3600
_UNKNOWN_KIND = 4  # the place kinds of made-up places follow one another; this one is not written down

Hours = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Month:
    """One month's logs that stand in the files as at the end; -1 is what nobody can tell."""

    urn: pa.Array
    month: Index
    created: Seconds
    counted: Mask
    flagged: Index
    ill: Mask
    person: Index
    place: Index
    leads: Index
    loop: Mask
    t1: Hours
    t1_unknown: Hours
    t1_most: Hours
    t1_twice: Hours
    t2: Hours
    t2_unknown: Hours
    t2_most: Hours
    t2_twice: Hours
    t2_true: Hours
    t3: Hours
    t3_unknown: Hours
    t3_most: Hours
    t3_twice: Hours
    deployments: Hours


@dataclass
class AsRead:
    """The months so far; `found` gives the answers."""

    shape: Shape
    _months: list[Month] = field(default_factory=list)
    _not_related: list[str] = field(default_factory=list)
    _crimes: list[str] = field(default_factory=list)

    def add(
        self,
        events: Events,
        logs: Logs,
        state: State,
        *,
        present: Mask,
        names: pa.Array,
        sent: tuple[Deployments, Mask],
    ) -> None:
        """Keep a month's logs as they read at the end; `sent` are its deployments, and which of them load."""
        leads, loop = _leaders(logs, state, present)
        hours = {**_hours(logs, *sent), **_spans(logs, state, *sent)}
        every = Month(
            urn=names,
            month=np.full(len(logs), events.month),
            created=logs.created,
            counted=COUNTED[state.disposal],
            flagged=state.at_closure,
            ill=events.mental_health[logs.event],
            person=events.person[logs.event],
            place=events.place[logs.event],
            leads=leads,
            loop=loop,
            **hours,
        )
        # Logs that are surely not related are most of them, and of these the references alone are asked for.
        asked = (every.counted & (every.flagged != 0)) | every.loop
        self._months.append(_chosen(every, present & asked))
        if events.month >= FROM_MONTH:
            self._not_related += names.filter(pa.array(present & every.counted & (every.flagged == 0))).to_pylist()

    def add_crimes(self, crimes: Crimes, refs: pa.Array, kept: Mask) -> None:
        """Keep which of a month's crimes load and have a mental-health factor, of the months with a history."""
        if crimes.month >= FROM_MONTH:
            with_factor = np.isin(crimes.factor, [FACTORS.index(each) for each in ("S", "V", "B")])
            self._crimes += refs.filter(pa.array(kept & with_factor)).to_pylist()

    def found(self, facts: dict[str, Fact]) -> dict[str, Any]:
        """The answers, from the logs and from what the further extracts say of them."""
        logs = _together(self._months)
        related = logs.counted & (logs.flagged == 1)
        late = logs.month >= FROM_MONTH
        return {
            "events": self._events(logs),
            "repeats_by_place": self._places(logs, related),
            "repeats_by_person": _people(logs, related, late, facts["person_links"]),
            "co_occurrence": {
                **strands_together(_refs(logs, related & late), self._not_related, facts["vulnerability_flags"]),
                "flag_at_closure_unknown": int((logs.counted & late & (logs.flagged == -1)).sum()),
            },
            "outcomes_in_turn": outcomes_in_turn(facts["crime_outcome_history"], self._crimes),
            "maturity": self._maturity(logs, related, late, facts["incident_events"]),
            "time_spent": _time_spent(logs, related),
        }

    def _events(self, logs: Month) -> list[dict[str, Any]]:
        """Mental-health-related events (R1/event) by month: each once, loops unknown."""
        told = np.where(~logs.counted | (logs.leads == 0) | (logs.flagged == 0), 0, 1)
        told = np.where((told == 1) & ((logs.leads == -1) | (logs.flagged == -1)), -1, told)
        rows = []
        for month in range(MONTHS):
            here = logs.month == month
            rows.append(
                {
                    "month": self.shape.month_name(month),
                    "yes": int((here & (told == 1)).sum()),
                    "unknown": int((here & (told == -1)).sum()),
                    "logs_in_a_loop": int((here & logs.loop).sum()),
                    "by_log": int((here & logs.counted & (logs.flagged == 1)).sum()),
                }
            )
        return rows

    def _places(self, logs: Month, related: Mask) -> dict[str, Any]:
        earlier = _earlier(logs.place[related], logs.created[related], 365)
        place = logs.place[related]
        first = institutions(self.shape)
        institution = place < first
        unknown_kind = ~institution & (place % 5 == _UNKNOWN_KIND)
        private = ~institution & ~unknown_kind
        flag_unknown = int((logs.counted & (logs.flagged == -1)).sum())
        private_unknown = logs.counted & (logs.flagged == -1) & ~(logs.place < first)
        return {
            "repeat": int((earlier >= 1).sum()),
            "of": int(related.sum()),
            "unknown": flag_unknown,
            "repeat_outside_institutions": int(((earlier >= 1) & private).sum()),
            "of_outside_institutions": int(private.sum()),
            "unknown_outside_institutions": int(unknown_kind.sum()) + int(private_unknown.sum()),
        }

    def _maturity(self, logs: Month, related: Mask, late: Mask, history: Fact) -> dict[str, Any]:
        """The flag's state 30 days after opening, of related incidents in the two years that have a history."""
        told, coded = set(), {}
        is_code, happened = history.columns["is_code"], history.columns["happened"]
        for urn, code, at in zip(history.ref, is_code.tolist(), happened.tolist(), strict=True):
            told.add(urn)
            if code:
                coded[urn] = at
        reach = int(to_local(happened).max()) // DAY
        rows = related & late
        created, urns = logs.created[rows], logs.urn.filter(pa.array(rows)).to_pylist()
        mature = reach - to_local(created) // DAY >= 30
        known = np.array([urn in told for urn in urns], dtype=np.bool_) & mature
        flagged = np.array(
            [coded.get(urn, NEVER) <= at + 30 * DAY for urn, at in zip(urns, created.tolist(), strict=True)],
            dtype=np.bool_,
        )
        return {
            "flagged": int((known & flagged).sum()),
            "of": int(known.sum()),
            "not_yet": int((~mature).sum()),
            "no_history": int((mature & ~known).sum()),
            "flag_at_closure_unknown": int((logs.counted & late & (logs.flagged == -1)).sum()),
        }


def _leaders(logs: Logs, state: State, present: Mask) -> tuple[Index, Mask]:
    """Whether each log leads its event: 1, 0, or -1 where its chain loops or ends at a log that is not there."""
    names = np.where(state.duplicate | logs.names_always, logs.names_log, -1)
    leads, loop = np.ones(len(logs), dtype=np.int64), np.zeros(len(logs), dtype=np.bool_)
    for log in np.flatnonzero((names >= 0) & present):
        seen, at = {int(log)}, int(names[log])
        while present[at] and names[at] >= 0 and at not in seen:
            seen.add(at)
            at = int(names[at])
        loop[log] = at in seen
        leads[log] = -1 if loop[log] or not present[at] else 0
    return leads, loop


def _hours(logs: Logs, sent: Deployments, kept: Mask) -> dict[str, Hours]:
    """For each log, the officer hours of the deployments that load: T2 and T3 as known, unknown, at most, and true."""
    log, met = logs.leading[sent.event], kept & ~sent.stood_down

    def added(values: npt.NDArray[Any], rows: Mask) -> Hours:
        return np.bincount(log[rows], weights=values[rows], minlength=len(logs)).astype(np.float64)

    found = {"deployments": added(np.ones(len(log)), kept)}
    for name, start, rows in (("t2", sent.arrived, met), ("t3", sent.assigned, kept)):
        took, known = _believable(start, sent.shown_cleared)
        found[name] = added(np.where(known, took, 0) * sent.officers / 3600, rows)
        found[f"{name}_unknown"] = added((~known).astype(np.float64), rows)
        found[f"{name}_most"] = added(np.where(known, took, _LONGEST) * sent.officers / 3600, rows)
        found[f"{name}_twice"] = added(_shown_twice(start, sent.shown_cleared) * sent.officers, rows)
    true = np.where(sent.arrived < NEVER, sent.cleared - sent.arrived, 0) * sent.officers / 3600
    return {**found, "t2_true": added(true, met)}


def _spans(logs: Logs, state: State, sent: Deployments, kept: Mask) -> dict[str, Hours]:
    """For each log to which somebody was sent, the span T1 as known, unknown and at most."""
    attended = np.zeros(len(logs), dtype=np.bool_)
    attended[logs.leading[sent.event[kept & ~sent.stood_down]]] = True
    took, known = _believable(logs.first_arrival, state.shown_closed)
    return {
        "t1": np.where(attended & known, took, 0) / 3600,
        "t1_unknown": (attended & ~known).astype(np.float64),
        "t1_most": np.where(attended, np.where(known, took, _LONGEST), 0) / 3600,
        "t1_twice": (attended & _shown_twice(logs.first_arrival, state.shown_closed)).astype(np.float64),
    }


def _believable(start: Seconds, end: Seconds) -> tuple[Seconds, Mask]:
    """The seconds between two stamps, and where they can be believed."""
    written = (start < NEVER) & (end < NEVER)
    took = np.where(written, end - start, 0)
    midnight = to_local(np.where(written, end, 0)) % DAY == 0
    return took, np.asarray(written & ~midnight & (took >= 0) & (took <= _LONGEST), dtype=np.bool_)


def _shown_twice(start: Seconds, end: Seconds) -> Mask:
    """Whether a stamp stands in the hour that October repeats, so that the time may be read an hour off."""
    stamps = [repeated(to_local(np.where(each < NEVER, each, 0))) & (each < NEVER) for each in (start, end)]
    return np.asarray(stamps[0] | stamps[1], dtype=np.bool_)


def _chosen(every: Month, rows: Mask) -> Month:
    return Month(every.urn.filter(pa.array(rows)), *(getattr(every, name)[rows] for name in _ARRAYS))


_ARRAYS = tuple(each.name for each in fields(Month) if each.name != "urn")


def _together(months: Iterable[Month]) -> Month:
    held = list(months)
    urn = pa.concat_arrays([_whole(each.urn) for each in held])
    return Month(urn, *(np.concatenate([getattr(each, name) for each in held]) for name in _ARRAYS))


def _refs(logs: Month, rows: Mask) -> list[str]:
    return list(logs.urn.filter(pa.array(rows)).to_pylist())


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _earlier(key: Index, created: Seconds, days: int) -> Index:
    """For each row, how many earlier rows of the same key lie in so many days before it."""
    times: dict[int, list[int]] = defaultdict(list)
    for at in np.argsort(created, kind="stable"):
        times[int(key[at])].append(int(created[at]))
    return np.array(
        [
            bisect_left(times[who], when) - bisect_left(times[who], when - days * DAY)
            for who, when in zip(key.tolist(), created.tolist(), strict=True)
        ],
        dtype=np.int64,
    )


def _people(logs: Month, related: Mask, late: Mask, links: Fact) -> dict[str, Any]:
    """Incidents that are at least the person's third in 90 days: by the links that are held, and truly."""
    person_of = dict(zip(links.ref, links.columns["person"].tolist(), strict=True))
    linked = np.array([person_of.get(urn, -1) for urn in logs.urn.to_pylist()], dtype=np.int64)
    by_link = related & (linked >= 0)
    third = np.zeros(len(linked), dtype=np.bool_)
    third[by_link] = _earlier(linked[by_link], logs.created[by_link], 90) >= 2
    truly_of = related & (logs.person >= 0)
    truly = np.zeros(len(linked), dtype=np.bool_)
    truly[truly_of] = _earlier(logs.person[truly_of], logs.created[truly_of], 90) >= 2
    return {
        "third_in_90_days": int((third & late).sum()),
        "of": int((by_link & late).sum()),
        "not_linked": int((related & late & (linked < 0)).sum()),
        "flag_at_closure_unknown": int((logs.counted & late & (logs.flagged == -1) & (linked >= 0)).sum()),
        "truly_third_in_90_days": int((truly & late).sum()),
        "truly_of": int((truly_of & late).sum()),
    }


def _time_spent(logs: Month, related: Mask) -> dict[str, Any]:
    """T1, T2 and T3 over related incidents: known, unknown, the most that they can be; and the true T2.

    Where nobody can tell whether a log is related, its log or its deployments are unknown too.
    """
    unsure = logs.counted & (logs.flagged == -1)
    answer: dict[str, Any] = {}
    for name, rows in (("t1", np.ones(len(related))), ("t2", logs.deployments), ("t3", logs.deployments)):
        known, unknown, most, twice = (getattr(logs, f"{name}{end}") for end in ("", "_unknown", "_most", "_twice"))
        answer[name] = {
            "known_hours": round(float(known[related].sum()), 4),
            "unknown": int(unknown[related].sum() + rows[unsure].sum()),
            "most_hours": round(float(most[related].sum()), 4),
            "hours_that_october_repeats": int(twice[related].sum()),
        }
    answer["t2"]["true_hours"] = round(float(logs.t2_true[related].sum()), 4)
    return answer
