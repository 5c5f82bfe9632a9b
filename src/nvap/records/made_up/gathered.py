"""What further extracts are made from: the counted incidents of the last two years, and the crimes of those months."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from nvap.records.made_up import crimes as crime_records
from nvap.records.made_up.chance import Index
from nvap.records.made_up.clock import DAY, Mask, Seconds, last_sunday, seconds, to_local
from nvap.records.made_up.crimes import FACTORS, Crimes
from nvap.records.made_up.events import Events
from nvap.records.made_up.shape import MONTHS, Shape
from nvap.records.made_up.sheets import FROM_MONTH


@dataclass(frozen=True)
class Incidents:
    """Counted incidents, by time: the reference of each one's first log, and what truly happened."""

    urn: pa.Array
    created: Seconds
    mental_health: Mask
    kind: Index
    attended: Mask
    detained: Mask
    area: Index
    person: Index

    def __len__(self) -> int:
        return len(self.created)

    def at(self, chosen: Mask) -> Incidents:
        """Those of a mask."""
        return Incidents(
            self.urn.filter(pa.array(chosen)), self.created[chosen], self.mental_health[chosen], self.kind[chosen],
            self.attended[chosen], self.detained[chosen], self.area[chosen], self.person[chosen],
        )  # fmt: skip


@dataclass(frozen=True)
class RecordedCrimes:
    """Crimes: reference, when each was recorded, whether mental health was a factor, and its outcome.

    `would_have_been` is the outcome that it would have had by the old practice.
    """

    ref: pa.Array
    recorded: Seconds
    factor: Index
    outcome: Index
    would_have_been: Index
    outcome_at: Seconds
    area: Index

    def __len__(self) -> int:
        return len(self.recorded)

    def with_factor(self, *letters: str) -> Mask:
        """Which of them have one of these factors."""
        return np.isin(self.factor, [FACTORS.index(each) for each in letters])


@dataclass
class Gathered:
    """The months gathered so far."""

    shape: Shape
    _incidents: list[Incidents] = field(default_factory=list)
    _crimes: list[RecordedCrimes] = field(default_factory=list)

    def add(self, events: Events, leading: pa.Array, crimes: Crimes) -> None:
        """Keep a month of what happened; months before the last two years are left out."""
        if events.month < FROM_MONTH:
            return
        kept = ~events.lost & ~events.other_force & (events.closure == 0) & ~self._clock_night(events)
        every = Incidents(
            leading, events.created, events.mental_health, events.kind, events.attended, events.detained, events.area,
            events.person,
        )  # fmt: skip
        self._incidents.append(every.at(kept))
        refs = crime_records.references(self.shape, crimes)
        self._crimes.append(RecordedCrimes(refs, *(getattr(crimes, name) for name in _OF_CRIMES)))

    def _clock_night(self, events: Events) -> Mask:
        """The two days about October's clock change, whose times cannot be told apart."""
        sunday = seconds(last_sunday(self.shape.month(min(events.month, MONTHS - 1)).year, 10))
        local = to_local(events.created)
        return np.asarray((local >= sunday - DAY) & (local < sunday + DAY), dtype=np.bool_)

    @property
    def incidents(self) -> Incidents:
        """All of them."""
        found = self._incidents
        names = ("created", "mental_health", "kind", "attended", "detained", "area", "person")
        columns = (np.concatenate([getattr(month, name) for month in found]) for name in names)
        return Incidents(pa.concat_arrays([_whole(each.urn) for each in found]), *columns)

    @property
    def crimes(self) -> RecordedCrimes:
        """All of them."""
        found = self._crimes
        columns = (np.concatenate([getattr(month, name) for month in found]) for name in _OF_CRIMES)
        return RecordedCrimes(pa.concat_arrays([_whole(each.ref) for each in found]), *columns)


_OF_CRIMES = ("recorded", "factor", "outcome", "would_have_been", "outcome_at", "area")


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
