"""The tables of the made-up force beyond its core: written in one go once its months have been made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from nvap.records.made_up.files import ExtractWriter
from nvap.records.made_up.further_crimes import crime_sheets
from nvap.records.made_up.further_custody import custody_sheets, held_of
from nvap.records.made_up.further_incidents import incident_sheets
from nvap.records.made_up.further_registers import register_sheets, review_sheets
from nvap.records.made_up.gathered import Gathered
from nvap.records.made_up.shape import Shape
from nvap.records.made_up.tallies import Tallies


def further_sheets(shape: Shape, folder: Path, gathered: Gathered, tallies: Tallies) -> Iterator[ExtractWriter]:
    """Every further table, each in one extract; what measures should find in them is noted in `tallies`."""
    incidents, held = gathered.incidents, held_of(shape)
    yield from incident_sheets(shape, folder, incidents, held, tallies)
    yield from custody_sheets(shape, folder, held, tallies)
    yield from crime_sheets(shape, folder, gathered.crimes, tallies)
    yield from register_sheets(shape, folder, tallies)
    yield from review_sheets(shape, folder, incidents.at(incidents.mental_health))
