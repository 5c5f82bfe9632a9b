"""The made-up force's flags of vulnerability: one, two or three on an incident, and which go together.

Two in five true mental-health incidents are flagged at all. Three in ten of those carry a second flag and one in
fifteen a third, of a strand that goes with the one before; now and then it is the same strand again. Of other incidents
it hangs on the kind of call: half of the domestic ones carry a flag, and few of the rest. All of these levels are
chosen, not observed.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from nvap.records.made_up import texts
from nvap.records.made_up.chance import Index, pick
from nvap.records.made_up.clock import HOUR, Mask
from nvap.records.made_up.events import KIND_CODES
from nvap.records.made_up.files import ExtractWriter
from nvap.records.made_up.gathered import Incidents
from nvap.records.made_up.shape import Shape
from nvap.records.made_up.sheets import drawn, within, write_sheet
from nvap.records.made_up.tallies import Tallies

STRANDS = (
    "domestic_abuse", "suicide", "substance_misuse", "missing", "adults_at_risk", "self_neglect", "mental_health",
)  # fmt: skip
_FLAGGED, _SECOND, _THIRD = 0.42, 0.30, 0.22
_FIRST = (3, 3, 3, 1, 2, 1, 5)
# Which strand comes with which: a row for the strand before, a column for the one that comes with it.
_WITH = (
    (1, 2, 6, 1, 3, 0, 4),  # domestic abuse
    (1, 1, 4, 4, 1, 1, 5),  # suicide
    (5, 3, 1, 1, 2, 3, 4),  # substance misuse
    (1, 6, 1, 0, 2, 0, 3),  # missing
    (2, 1, 1, 1, 1, 6, 3),  # adults at risk
    (0, 1, 3, 0, 6, 0, 3),  # self-neglect
    (3, 4, 4, 2, 2, 2, 0),  # mental health
)
_OTHERS = {"DOM": 0.50, "MIS": 0.40, "CFW": 0.12, "VIO": 0.08}
_ANY_OTHER = 0.015
_FIRST_OF = {
    "DOM": (30, 1, 4, 0, 2, 0, 0),
    "MIS": (1, 3, 1, 20, 3, 0, 0),
    "CFW": (2, 3, 4, 2, 8, 4, 0),
    "VIO": (6, 0, 8, 0, 2, 0, 0),
}
_FIRST_OF_ANY = (2, 1, 6, 1, 3, 1, 0)

Shares = npt.NDArray[np.float64]


def flag_sheet(shape: Shape, folder: Path, incidents: Incidents, tallies: Tallies) -> ExtractWriter:
    """The flags that stand on incidents, written; which incident carries which is kept for the truth."""
    incident, strand, at = _flags(shape, incidents)
    refs = incidents.urn.take(pa.array(incident))
    rng = shape.random("further flags set")
    cells = {
        "incident_ref": refs,
        "strand": texts.codes(STRANDS, strand),
        "set_at": texts.moments(at),
        "set_by": drawn(("call_handler", "officer"), (0.3, 0.7), rng, len(at)),
        "source": drawn(("incident", "ppn"), (0.6, 0.4), rng, len(at)),
    }
    held = within(shape, "vulnerability_flags", at)
    tallies.fact("vulnerability_flags", refs, strand=strand, ill=incidents.mental_health[incident], held=held)
    return write_sheet(shape, folder, "vulnerability_flags", cells, when=at)


def _flags(shape: Shape, incidents: Incidents) -> tuple[Index, Index, Index]:
    """Every flag, the first ones before the second: on which incident it stands, which strand it names, and when."""
    rng = shape.random("further flags")
    chance, shares = _chances(incidents)
    first = np.flatnonzero(rng.random(len(incidents)) < chance)
    found = [(first, pick(shares[first], rng), incidents.created[first] + rng.integers(600, 8 * HOUR, len(first)))]
    for more in (_SECOND, _THIRD):
        incident, strand, at = found[-1]
        again = rng.random(len(incident)) < more
        came_with = pick(_shares(_WITH)[strand[again]], rng)
        found.append((incident[again], came_with, at[again] + rng.integers(60, 4 * HOUR, int(again.sum()))))
    incident, strand, at = (np.concatenate(columns) for columns in zip(*found, strict=True))
    return incident, strand, at


def _chances(incidents: Incidents) -> tuple[Shares, Shares]:
    """For each incident the chance of a flag, and the shares of the strands that the first one names."""
    of_kind = np.array([_OTHERS.get(kind, _ANY_OTHER) for kind in KIND_CODES])
    first_of = _shares([_FIRST_OF.get(kind, _FIRST_OF_ANY) for kind in KIND_CODES])
    ill: Mask = incidents.mental_health
    chance = np.where(ill, _FLAGGED, of_kind[incidents.kind])
    return chance, np.where(ill[:, None], _shares([_FIRST]), first_of[incidents.kind])


def _shares(weights: object) -> Shares:
    table = np.asarray(weights, dtype=np.float64)
    return np.asarray(table / table.sum(axis=1, keepdims=True))
