"""The month's detentions under section 136."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from nvap.records.made_up import texts
from nvap.records.made_up.chance import Index
from nvap.records.made_up.clock import HOUR, NEVER, Mask, Seconds
from nvap.records.made_up.deployments import Attendance
from nvap.records.made_up.events import Events
from nvap.records.made_up.shape import Shape

PLACES = ("ED", "HBPOS", "STN", "HOME", "OTH", "NK")
_PLACE_SHARES = (0.470, 0.435, 0.012, 0.005, 0.018, 0.060)
VEHICLES = ("AMB", "POL", "HOSPVEH", "OTH", "NONE", "NK")
_VEHICLE_SHARES = (0.385, 0.480, 0.015, 0.015, 0.035, 0.070)
REASONS = ("AMB30", "RISK", "CREW", "NOTREQ", "OTH", "NK")
_REASON_SHARES = (0.44, 0.22, 0.05, 0.14, 0.05, 0.10)
AGE_BANDS = ("U18", "18-24", "25-34", "35-44", "45-54", "55-64", "65+", "NK")
_AGE_SHARES = (0.06, 0.18, 0.26, 0.21, 0.14, 0.08, 0.05, 0.02)
SEXES = ("F", "M", "X", "U")
_SEX_SHARES = (0.47, 0.50, 0.01, 0.02)
ETHNICITIES = (
    "W1", "W2", "W3", "W9", "M1", "M2", "M3", "M9", "A1", "A2", "A3", "A4", "A9", "B1", "B2", "B9", "O2", "O9", "NS",
)  # fmt: skip
_ETHNICITY_SHARES = (
    0.66, 0.01, 0.004, 0.06, 0.01, 0.005, 0.005, 0.01, 0.015, 0.02, 0.008, 0.004, 0.015, 0.015, 0.02, 0.01, 0.005,
    0.014, 0.11,
)  # fmt: skip

OUTCOMES = ("S2", "S3", "INF", "COM", "NONE", "NK")
_OUTCOME_SHARES = (0.12, 0.03, 0.10, 0.22, 0.13, 0.40)


@dataclass
class Detentions:
    """One month's detentions; `event` points into the month's events."""

    event: Index
    detained: Seconds
    place: Index
    vehicle: Index
    linked: Mask
    table: pa.Table


def detentions_of(shape: Shape, events: Events, attendance: Attendance, urns: pa.Array) -> Detentions:
    """The detentions of a month's events, with their table as the custody system's own register writes it.

    `urns` holds the reference of each event's first log.
    """
    rng = shape.random("detentions", events.month)
    event = np.flatnonzero(events.detained)
    count = len(event)
    detained = attendance.first_arrival[event] + rng.integers(600, HOUR, count)
    arrived = detained + rng.integers(1200, 5400, count)
    released = np.maximum(arrived + 600, attendance.last_cleared[event] - 300)
    place = rng.choice(len(PLACES), size=count, p=_PLACE_SHARES)
    vehicle = rng.choice(len(VEHICLES), size=count, p=_VEHICLE_SHARES)
    linked = rng.random(count) < 0.90
    person = events.person[event]
    number = np.arange(count, dtype=np.int64) + 1 + events.month * 10_000
    area = np.where(events.area[event] < 0, len(shape.areas), events.area[event])
    asked = rng.random(count)
    consulted = rng.choice(3, size=count, p=(0.62, 0.30, 0.08))
    table = pa.table(
        {
            "S136_NO": texts.references("S136-", number, 7),
            "INCIDENT_URN": urns.take(pa.array(event, mask=~linked)),
            "PERSON_KEY": _people(person, rng),
            "DETAINED": texts.moments(detained),
            "AREA": texts.codes((*shape.areas, "NR"), area),
            "AGE_GRP": texts.codes(AGE_BANDS, _steady(shape, person, 1, _AGE_SHARES)),
            "SEX": texts.codes(SEXES, _steady(shape, person, 2, _SEX_SHARES)),
            "ETHNIC_SD": texts.codes(ETHNICITIES, _steady(shape, person, 3, _ETHNICITY_SHARES)),
            "MH_CONSULT": texts.codes(("Y", "N", None), consulted),
            "AMB_ASKED": texts.codes(("Y", "N", None), np.digitize(asked, (0.80, 0.95))),
            "TAKEN_BY": texts.codes(VEHICLES, vehicle),
            "POL_VEH_WHY": texts.codes(REASONS, rng.choice(len(REASONS), size=count, p=_REASON_SHARES), vehicle == 1),
            "FIRST_POS": texts.codes(PLACES, place),
            "POS_TIME": texts.moments(np.where(rng.random(count) < 0.03, NEVER, arrived)),
            "POLICE_FREE": texts.moments(np.where(rng.random(count) < 0.05, NEVER, released)),
            **_afterwards(shape, events.month, arrived, released, consulted == 1),
        }
    )
    return Detentions(event, detained, place, vehicle, linked, table)


def who(shape: Shape, person: Index) -> dict[str, pa.Array]:
    """Age band, sex and ethnicity of people, in the contract's codes: of one person always the same."""
    bands = ("under_18", "18_24", "25_34", "35_44", "45_54", "55_64", "65_over", "not_known")
    sexes = ("F", "M", "X", "unknown")
    return {
        "age_band": texts.codes(bands, _steady(shape, person, 1, _AGE_SHARES)),
        "sex": texts.codes(sexes, _steady(shape, person, 2, _SEX_SHARES)),
        "ethnicity": texts.codes(ETHNICITIES, _steady(shape, person, 3, _ETHNICITY_SHARES)),
    }


def _afterwards(shape: Shape, month: int, arrived: Seconds, released: Seconds, alone: Mask) -> dict[str, pa.Array]:
    """When the place took over (often long before police leave), why nobody was asked, force, and what came of it."""
    rng = shape.random("detentions afterwards", month)
    count = len(arrived)
    taken = np.minimum(arrived + rng.gamma(2, 2400, count).astype(np.int64), released)
    return {
        "TAKEN_OVER": texts.moments(np.where(rng.random(count) < 0.12, NEVER, taken)),
        "WHY_ALONE": texts.codes(
            ("URG", "NOREPLY", "NOTTRIED", "NK"), rng.choice(4, count, p=(0.4, 0.25, 0.2, 0.15)), alone
        ),
        "FORCE": texts.codes(("N", "Y", None), rng.choice(3, size=count, p=(0.68, 0.26, 0.06))),
        "FOUND": texts.codes(OUTCOMES, rng.choice(len(OUTCOMES), size=count, p=_OUTCOME_SHARES)),
    }


def _people(person: Index, rng: np.random.Generator) -> pa.Array:
    """Person references; a few were never identified, which the register writes as a word."""
    known = rng.random(len(person)) >= 0.03
    return texts.references("P", person, 7, known).fill_null("UNKNOWN")


def _steady(shape: Shape, person: Index, salt: int, shares: tuple[float, ...]) -> Index:
    """One choice by shares that is always the same for the same person."""
    mixed = (person.astype(np.uint64) + np.uint64(shape.seed)) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9 + 2 * salt)
    luck = (mixed >> np.uint64(11)).astype(np.float64) / 2.0**53
    return np.searchsorted(np.cumsum(shares)[:-1], luck).astype(np.int64)
