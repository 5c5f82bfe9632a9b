"""A month of what happened, written into every extract that holds it, with the truth noted on the way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import compute as pc

from nvap.records.made_up import crimes as crime_records
from nvap.records.made_up import deployments as deployment_records
from nvap.records.made_up import detentions as detention_records
from nvap.records.made_up import logs as log_records
from nvap.records.made_up import mappings
from nvap.records.made_up.chance import Index
from nvap.records.made_up.clock import DAY, HOUR, NEVER, Mask, Seconds, last_sunday, seconds, to_local
from nvap.records.made_up.crimes import Crimes
from nvap.records.made_up.deployments import Attendance, Deployments
from nvap.records.made_up.dirt import spoil
from nvap.records.made_up.events import Events, events_of
from nvap.records.made_up.files import ExtractWriter
from nvap.records.made_up.gathered import Gathered
from nvap.records.made_up.logs import Logs, State
from nvap.records.made_up.shape import MONTHS, Extract, Shape
from nvap.records.made_up.spoilings import CRIMES, DEPLOYMENTS, DETENTIONS, INCIDENTS, SKIPPED_HOUR_OF_MARCH
from nvap.records.made_up.truth import Truth

YEARS = MONTHS // 12


class RecordExtracts:
    """The extracts of incidents, deployments, detentions and crimes, open for writing month by month."""

    def __init__(self, shape: Shape, folder: Path, truth: Truth) -> None:
        self._shape = shape
        self._truth = truth
        self.gathered = Gathered(shape)
        self._incidents = shape.incident_extracts()

        def writers_of_years(table: str, mapping: Callable[[Shape, int], str]) -> list[ExtractWriter]:
            found = []
            for year in range(YEARS):
                writer = ExtractWriter(folder, f"{table}-{shape.year_name(year)}", table, shape.year_as_at(year))
                writer.describe(mapping(shape, year))
                found.append(writer)
            return found

        self._incident_writers = [ExtractWriter(folder, each.name, "incidents", each.as_at) for each in self._incidents]
        for extract, writer in zip(self._incidents, self._incident_writers, strict=True):
            writer.describe(mappings.incidents(shape, extract))
        self._deployment_writers = writers_of_years("deployments", mappings.deployments)
        self._detention_writers = writers_of_years("s136", mappings.detentions)
        self._crimes_full = ExtractWriter(folder, "crimes", "crimes", shape.year_as_at(YEARS - 1), delimiter="|")
        self._crimes_full.describe(mappings.crimes(shape, "crimes", "full", self._crimes_full.as_at))
        self._crimes_later = ExtractWriter(folder, "crimes-changes", "crimes", shape.last_as_at(), delimiter="|")
        self._crimes_later.describe(mappings.crimes(shape, "crimes-changes", "changes", self._crimes_later.as_at))

    @property
    def writers(self) -> list[ExtractWriter]:
        """Every extract, in the order of its table."""
        return [
            *self._incident_writers, *self._deployment_writers, *self._detention_writers, self._crimes_full,
            self._crimes_later,
        ]  # fmt: skip

    def write_month(self, month: int) -> None:
        """Make one month and write it everywhere."""
        shape = self._shape
        events = events_of(shape, month)
        deployed, attendance = deployment_records.deployments_of(shape, events)
        logs = log_records.logs_of(shape, events, attendance)
        names = log_records.urns(logs)
        leading = names.take(pa.array(logs.leading))
        crimes = crime_records.crimes_of(shape, events)
        self._truth.month_made(events, logs, names)
        self.gathered.add(events, leading, crimes)
        self._write_deployments(events, deployed, leading)
        visible_from = self._write_detentions(events, attendance, leading)
        self._write_crimes(crimes, leading)
        self._write_incidents(events, logs, names, crimes, visible_from)

    def _write_incidents(
        self, events: Events, logs: Logs, names: pa.Array, crimes: Crimes, visible_from: Seconds
    ) -> None:
        """Write the month's logs into each extract as it reads then, and note what a reader of them all would count."""
        refs, recorded = crime_records.of_events(self._shape, events, crimes)
        refs, recorded = refs.take(pa.array(logs.event)), recorded[logs.event]
        exists, own = ~events.lost[logs.event], ~events.other_force[logs.event]
        present = np.zeros(len(logs), dtype=np.bool_)
        delivered = np.full(len(logs), -1, dtype=np.int64)
        held: State | None = None
        for extract, writer in zip(self._incidents, self._incident_writers, strict=True):
            if extract.covers(logs.month):
                state = log_records.state_at(self._shape, logs, extract.instant)
                rows = exists & self._holds(extract, logs, state, held=held, recorded=recorded, delivered=delivered)
                known = pc.if_else(pa.array(recorded <= extract.instant), refs, None).filter(pa.array(rows))
                table = log_records.table(
                    self._shape, events, logs.at(rows), state.at(rows), names=names, crime_refs=known
                )
                gone = self._write_incident_rows(extract, writer, table, logs, rows=rows, events=events, state=state)
                present = rows & own & ~gone | (present & (extract.kind == "changes"))
                delivered[rows] = extract.instant
                held = state if held is None else state.taken_where(rows, held)
            if held is not None:
                detained = (visible_from[logs.event] <= extract.instant) & logs.first
                self._truth.counted(str(extract.as_at), events, logs, held, present=present, detained=detained)
        if held is not None:
            areas = np.array([*self._shape.areas, "not recorded"])
            shown = areas[log_records.shown_areas(self._shape, events, logs, held)]
            self._truth.area_counted(logs, held, present, shown)
            self._truth.read_at_the_end(events, logs, held, present=present, names=names)

    def _holds(
        self,
        extract: Extract,
        logs: Logs,
        state: State,
        *,
        held: State | None,
        recorded: Seconds,
        delivered: Index,
    ) -> Mask:
        """Which logs stand in an extract: all that are not withdrawn, or those that read differently than they did."""
        if held is None:
            return np.full(len(logs), extract.kind == "full")
        if extract.kind == "full":
            return ~logs.withdrawn
        fulls = sum(each.kind == "full" and each.covers(logs.month) for each in self._incidents)
        newly_crimed = (recorded > delivered) & (recorded <= extract.instant)
        return (state.differs(held) | newly_crimed) & (delivered >= 0) & ~(logs.withdrawn & (fulls > 1))

    def _write_incident_rows(
        self,
        extract: Extract,
        writer: ExtractWriter,
        table: pa.Table,
        logs: Logs,
        *,
        rows: Mask,
        events: Events,
        state: State,
    ) -> Mask:
        """Write rows, spoiled where the extract is dirty; returns which of the month's logs are set aside."""
        shape, gone = self._shape, np.zeros(len(logs), dtype=np.bool_)
        excluded = int((rows & events.other_force[logs.event]).sum())
        if excluded:
            writer.tally.excluded["the log belongs to another force"] += excluded
        if extract.dirty:
            plain = log_records.plain(events, logs, state)[rows]
            jobs = [(spoiling, plain) for spoiling in INCIDENTS]
            if shape.month(logs.month).month == 3:
                jobs.append((SKIPPED_HOUR_OF_MARCH, plain & self._after_the_skipped_hour(logs)[rows]))
            rng = shape.random("incident dirt", logs.month)
            table, gone[rows] = spoil(table, jobs, shape.size.dirt, writer.tally, rng)
        writer.write(table)
        return gone

    def _after_the_skipped_hour(self, logs: Logs) -> Mask:
        """The logs made later on the day on which March skips an hour: half past one lies before all of them."""
        day = last_sunday(self._shape.month(logs.month).year, 3)
        local = to_local(logs.created)
        return (local >= seconds(day) + 3 * HOUR) & (local < seconds(day) + DAY)

    def _write_deployments(self, events: Events, deployed: Deployments, leading: pa.Array) -> None:
        table = deployment_records.table(events, deployed, leading)
        years = self._years_of(deployed.assigned)
        usual = (deployed.arrived < NEVER) & (deployed.shown_cleared < NEVER)
        kept = np.zeros(len(deployed), dtype=np.bool_)
        rng = self._shape.random("deployment dirt", events.month)
        for year, writer in enumerate(self._deployment_writers):
            rows = years == year
            if rows.any():
                jobs = [(spoiling, usual[rows]) for spoiling in DEPLOYMENTS] if year == events.month // 12 else []
                part, gone = spoil(table.filter(pa.array(rows)), jobs, self._shape.size.dirt, writer.tally, rng)
                writer.write(part)
                kept[rows] = ~gone
        month = self._shape.month_name(events.month)
        self._truth.deployed(month, deployed, events.mental_health[deployed.event], kept)

    def _write_detentions(self, events: Events, attendance: Attendance, leading: pa.Array) -> Seconds:
        """Write the month's detentions; returns from when on each event's detention can be seen to belong to it."""
        made = detention_records.detentions_of(self._shape, events, attendance, leading)
        years = self._years_of(made.detained)
        usual = np.asarray(pc.and_(made.table["POS_TIME"].is_valid(), made.table["POLICE_FREE"].is_valid()))
        kept = np.zeros(len(made.event), dtype=np.bool_)
        visible_from = np.full(len(events), NEVER)
        rng = self._shape.random("detention dirt", events.month)
        for year, writer in enumerate(self._detention_writers):
            rows = years == year
            if rows.any():
                dirty = events.month % 4 == 0 and year == events.month // 12
                jobs = [(spoiling, usual[rows]) for spoiling in DETENTIONS] if dirty else []
                part, gone = spoil(made.table.filter(pa.array(rows)), jobs, 1, writer.tally, rng)
                writer.write(part)
                kept[rows] = ~gone
                seen = rows & kept & made.linked
                visible_from[made.event[seen]] = seconds(writer.as_at) + 4 * HOUR
        self._truth.detained(self._shape.month_name(events.month), made, kept)
        return visible_from

    def _write_crimes(self, crimes: Crimes, leading: pa.Array) -> None:
        """Write the month's crimes in full, and those whose outcome came afterwards into the later changes."""
        shape = self._shape
        first, later = seconds(self._crimes_full.as_at) + 4 * HOUR, seconds(self._crimes_later.as_at) + 4 * HOUR
        recorded_in_time = to_local(crimes.recorded) < seconds(shape.month(MONTHS))
        table = crime_records.table(shape, crimes, first, leading).filter(pa.array(recorded_in_time))
        gone = np.zeros(len(crimes), dtype=np.bool_)
        newly_given = recorded_in_time & (crimes.outcome_at > first) & (crimes.outcome_at <= later)
        usual = np.ones(table.num_rows, dtype=np.bool_) & ~newly_given[recorded_in_time]
        jobs = [(spoiling, usual) for spoiling in CRIMES]
        rng = shape.random("crime dirt", crimes.month)
        table, gone[recorded_in_time] = spoil(table, jobs, shape.size.dirt, self._crimes_full.tally, rng)
        self._crimes_full.write(table)
        if newly_given.any():
            self._crimes_later.write(crime_records.table(shape, crimes, later, leading).filter(pa.array(newly_given)))
        refs = crime_records.references(shape, crimes)
        self._truth.crimes_made(crimes, refs, recorded_in_time & ~gone, crimes.outcome_at <= later)

    def _years_of(self, utc: Seconds) -> Index:
        """Which year's extract each instant falls into, by its local day; 5 is after them all."""
        edges = [seconds(self._shape.month(12 * (year + 1))) for year in range(YEARS)]
        return np.searchsorted(edges, to_local(utc), side="right").astype(np.int64)
