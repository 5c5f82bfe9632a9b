"""The made-up force's records of custody, voluntary attendance, liaison and diversion, and harm."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from nvap.records.made_up import texts
from nvap.records.made_up.chance import Index
from nvap.records.made_up.clock import DAY, HOUR, NEVER, Mask, Seconds, last_sunday, seconds, to_local
from nvap.records.made_up.files import ExtractWriter
from nvap.records.made_up.shape import MONTHS, Shape
from nvap.records.made_up.sheets import FROM_MONTH, areas, drawn, later, people, write_sheet, yes_no
from nvap.records.made_up.tallies import Tallies

_AGES = ("under_18", "18_24", "25_34", "35_44", "45_54", "55_64", "65_over", "not_known")
_AGE_SHARES = (0.08, 0.22, 0.28, 0.21, 0.12, 0.05, 0.03, 0.01)
_QUESTIONS = ("q_mental_health", "q_self_harm", "q_suicidal_now", "q_medication", "q_learning", "q_head_injury")
_YES = (0.30, 0.18, 0.05, 0.33, 0.08, 0.04)


@dataclass(frozen=True)
class Held:
    """The detentions in custody: what truly happened in each."""

    person: Index
    arrived: Seconds
    released: Seconds
    age: Index
    need: Mask
    answers: Index
    assessed: Seconds
    cell: Seconds

    def __len__(self) -> int:
        return len(self.arrived)

    @property
    def ref(self) -> pa.Array:
        """The references of the custody records."""
        return texts.references("CU", np.arange(len(self)), 7)


def custody_sheets(shape: Shape, folder: Path, held: Held, tallies: Tallies) -> Iterator[ExtractWriter]:
    """Each of the tables about custody and voluntary attendance, written."""
    offered = shape.random("further diversion").random(len(held)) < np.where(held.need, 0.45, 0.12)
    yield _custody(shape, folder, held, tallies)
    yield _assessments(shape, folder, held, tallies)
    yield _health(shape, folder, held, tallies)
    yield from _attendances(shape, folder, held, offered, tallies)
    yield _harm(shape, folder, held, tallies)


def held_of(shape: Shape) -> Held:
    """Two years of detentions, spread evenly; the days about October's clock change are left free."""
    rng = shape.random("further custody")
    count = shape.size.logs_a_year // 8
    start, end = seconds(shape.month(FROM_MONTH)), seconds(shape.month(MONTHS))
    arrived = np.sort(rng.integers(start + HOUR, end - 4 * DAY, count))
    for year in (shape.month(FROM_MONTH).year, shape.month(FROM_MONTH).year + 1, shape.month(MONTHS).year):
        sunday = seconds(last_sunday(year, 10))
        arrived = arrived[(arrived < sunday - 4 * DAY) | (arrived >= sunday + DAY)]
    count = len(arrived)
    person = 5_000_000 + rng.integers(0, max(count * 2 // 3, 1), count)
    luck = rng.random((count, len(_QUESTIONS)))
    answers = np.where(luck < np.array(_YES), 0, np.where(luck < 0.95, 1, np.where(luck < 0.98, 2, 3)))
    assessed = arrived + rng.integers(900, 5400, count)
    return Held(
        person=person,
        arrived=arrived,
        released=arrived + rng.integers(3 * HOUR, 30 * HOUR, count),
        age=rng.choice(len(_AGES), size=count, p=_AGE_SHARES),
        need=(answers[:, :3] == 0).any(axis=1),
        answers=answers.astype(np.int64),
        assessed=assessed,
        cell=assessed + rng.integers(-600, 2400, count),
    )


def _custody(shape: Shape, folder: Path, held: Held, tallies: Tallies) -> ExtractWriter:
    rng = shape.random("further custody sheet")
    count = len(held)
    condition = rng.random(count) < 0.15
    needed = rng.random(count) < np.where(held.age == 0, 1.0, np.where(condition, 0.45, 0.05))
    known = rng.random(count) < 0.97
    called = later(held.arrived, rng.integers(HOUR, 3 * HOUR, count), needed)
    came = later(called, rng.integers(900, 5 * HOUR, count), needed & (rng.random(count) < 0.9))
    rights = np.where((came < NEVER) & (rng.random(count) < 0.7), came + 600, held.arrived + 5400).astype(np.int64)
    done, risk = rng.random(count) < 0.97, rng.choice(3, size=count, p=(0.62, 0.26, 0.12))
    acted = rng.random(count) < 0.55
    on_duty = (to_local(held.arrived) // HOUR % 24 >= 8) & (to_local(held.arrived) // HOUR % 24 < 20)
    cells = {
        "custody_ref": held.ref,
        "person_key": people(held.person),
        "site": drawn(("North suite", "South suite"), (0.6, 0.4), rng, count),
        "arrived": texts.moments(held.arrived),
        "authorised": texts.moments(held.arrived + 600),
        "age_band": texts.codes(_AGES, held.age),
        "sex": drawn(("F", "M", "X", "unknown"), (0.16, 0.82, 0.01, 0.01), rng, count),
        "ethnicity": drawn(("W1", "W9", "M9", "A9", "B9", "O9", "NS"), (70, 6, 4, 5, 5, 2, 8), rng, count),
        "mh_condition": yes_no(condition),
        "aa_needed": yes_no(needed, known),
        "aa_called": texts.moments(called),
        "aa_arrived": texts.moments(came),
        "rights_given": texts.moments(rights),
        "first_cell": texts.moments(held.cell),
        "held_under_s136": yes_no(rng.random(count) < 0.003),
        "released": texts.moments(held.released),
        "prra_done": yes_no(done),
        "prra_risk": texts.codes(("none", "standard", "high"), risk, done),
        "prra_action": yes_no(acted, done),
        "in_ld_hours": yes_no(on_duty),
    }
    adult = (held.age > 0) & (held.age < 7) & known
    tallies.note("J06", "custody", adult & needed, adult)
    tallies.note("J04", "on_duty", on_duty, np.ones(count, dtype=np.bool_))
    tallies.note("J09", "done", done, np.ones(count, dtype=np.bool_))
    tallies.note("J09", "acted_on", done & (risk > 0) & acted, done & (risk > 0))
    return write_sheet(shape, folder, "custody", cells, when=held.arrived)


def _assessments(shape: Shape, folder: Path, held: Held, tallies: Tallies) -> ExtractWriter:
    answers = ("yes", "no", "refused", "not_asked")
    again = np.flatnonzero(shape.random("further custody again").random(len(held)) < 0.2)
    which = np.concatenate((np.arange(len(held)), again))
    at = np.concatenate((held.assessed, held.assessed[again] + 4 * HOUR))
    cells = {
        "custody_ref": held.ref.take(pa.array(which)),
        "assessed": texts.moments(at),
        "stage": texts.codes(("initial", "repeat"), (np.arange(len(which)) >= len(held)).astype(np.int64)),
        **{name: texts.codes(answers, held.answers[which, place]) for place, name in enumerate(_QUESTIONS)},
        "completed": yes_no(np.asarray((held.answers[which] < 2).all(axis=1))),
    }
    every = np.ones(len(held), dtype=np.bool_)
    answered = (held.answers[:, :5] < 2).all(axis=1)
    tallies.note("J01", "again", np.isin(np.arange(len(held)), again), every)
    tallies.note("J01", "complete", answered & (held.assessed <= held.cell), every)
    tallies.note("J01", "refused", held.answers[:, 0] >= 2, every)
    cannot_tell = ~held.need & (held.answers[:, :3] >= 2).any(axis=1)
    tallies.note("J02", "said", held.need, ~cannot_tell)
    return write_sheet(shape, folder, "custody_ra", cells, when=at)


def _health(shape: Shape, folder: Path, held: Held, tallies: Tallies) -> ExtractWriter:
    """Most people with a need are seen, two in five of them within the hour; a few wait for an assessment and a bed."""
    rng = shape.random("further health")
    asked = held.need & (rng.random(len(held)) < 0.8)
    count = int(asked.sum())
    requested = held.assessed[asked] + rng.integers(60, 3600, count)
    wait = rng.integers(600, 3 * HOUR, count)
    met = rng.random(count) < 0.9
    seen = later(requested, wait, met)
    mental = later(requested, rng.integers(HOUR, 4 * HOUR, count), rng.random(count) < 0.06)
    done = later(mental, rng.integers(2 * HOUR, 14 * HOUR, count), rng.random(count) < 0.9)
    bed = later(done, rng.integers(600, 3 * HOUR, count), rng.random(count) < 0.7)
    found = later(bed, rng.integers(HOUR, 20 * HOUR, count), rng.random(count) < 0.8)
    cells = {
        "custody_ref": held.ref.filter(pa.array(asked)),
        "requested": texts.moments(requested),
        "seen": texts.moments(seen),
        "professional": drawn(("hcp", "ld", "fme"), (0.8, 0.15, 0.05), rng, count),
        "mha_requested": texts.moments(mental),
        "mha_done": texts.moments(done),
        "bed_requested": texts.moments(bed),
        "bed_found": texts.moments(found),
    }
    in_an_hour = np.zeros(len(held), dtype=np.bool_)
    in_an_hour[asked] = met & (wait <= 3600)
    tallies.note("J03", "seen_in_an_hour", in_an_hour, held.need)
    return write_sheet(shape, folder, "custody_health", cells, when=requested)


def _attendances(shape: Shape, folder: Path, held: Held, offered: Mask, tallies: Tallies) -> Iterator[ExtractWriter]:
    """Voluntary attendances, the interviews of both kinds, and contacts with liaison and diversion."""
    rng = shape.random("further attendances")
    count = len(held) // 3
    at = np.sort(rng.choice(held.arrived, size=count, replace=False)) + rng.integers(HOUR, 6 * HOUR, count)
    need, needed = rng.random(count) < 0.2, rng.random(count) < 0.04
    assessed, kept = rng.random(count) < 0.46, rng.random(count) < 0.9
    came = np.where(needed & (rng.random(count) < 0.8), at - 600, NEVER).astype(np.int64)
    ld_offered, ld_accepted = rng.random(count) < 0.1, rng.random(count) < 0.5
    refs = texts.references("VA", np.arange(count), 7)
    cells = {
        "va_ref": refs,
        "person_key": people(6_000_000 + np.arange(count)),
        "interviewed": texts.moments(at),
        "place": drawn(("station", "home", "other"), (0.8, 0.15, 0.05), rng, count),
        "area": areas(shape, rng.integers(0, len(shape.areas), count)),
        "age_band": drawn(_AGES, _AGE_SHARES, rng, count),
        "risk_assessed": yes_no(assessed, kept),
        "mh_flag": yes_no(need, kept),
        "aa_needed": yes_no(needed),
        "aa_arrived": texts.moments(came),
        "ld_offered": yes_no(ld_offered),
        "ld_accepted": yes_no(ld_accepted, ld_offered),
        "after_check": yes_no(rng.random(count) < 0.3),
    }
    tallies.note("J08", "assessed", assessed & kept, kept)
    tallies.note("J07", "va_before_interview", needed & (came < NEVER), needed)
    tallies.note("J04", "va_offered", ld_offered, np.ones(count, dtype=np.bool_))
    yield write_sheet(shape, folder, "va", cells, when=at)
    yield _interviews(shape, folder, held, tallies)
    yield _diversion(shape, folder, held, offered, attending=(refs, at, ld_offered & ld_accepted), tallies=tallies)


def _interviews(shape: Shape, folder: Path, held: Held, tallies: Tallies) -> ExtractWriter:
    rng = shape.random("further interviews")
    asked = rng.random(len(held)) < 0.7
    count = int(asked.sum())
    started = held.assessed[asked] + rng.integers(HOUR, 10 * HOUR, count)
    need = held.need[asked]
    before, after = rng.random(count) < 0.7, rng.random(count) < 0.5
    recorded = np.where(before, started - 1800, np.where(after, started + 1800, NEVER))
    adapted = rng.random(count) < 0.5
    cells = {
        "interview_ref": texts.references("IV", np.arange(count), 7),
        "custody_ref": held.ref.filter(pa.array(asked)),
        "va_ref": pa.nulls(count, pa.string()),
        "started": texts.moments(started),
        "mh_need": yes_no(need),
        "need_recorded": texts.moments(np.where(need, recorded, NEVER).astype(np.int64)),
        "adaptations_made": yes_no(adapted, need),
        "aa_present": yes_no(rng.random(count) < 0.1),
        "urgent_exception": yes_no(rng.random(count) < 0.002),
    }
    tallies.note("J02", "before_interview", need & before, need)
    tallies.note("J02", "adapted", need & adapted, need)
    return write_sheet(shape, folder, "interviews", cells, when=started)


def _diversion(
    shape: Shape,
    folder: Path,
    held: Held,
    offered: Mask,
    *,
    attending: tuple[pa.Array, Seconds, Mask],
    tallies: Tallies,
) -> ExtractWriter:
    """Contacts of people in custody, and of those attending voluntarily who took the offer."""
    refs, at, accepting = attending
    rng = shape.random("further contacts")
    first, others = int(offered.sum()), int(accepting.sum())
    count = first + others
    referred = np.concatenate((held.assessed[offered], at[accepting])) + rng.integers(600, 3 * HOUR, count)
    accepted = (rng.random(count) < 0.6) | (np.arange(count) >= first)
    screened = later(referred, rng.integers(600, 4 * HOUR, count), accepted & (rng.random(count) < 0.85))
    wait = rng.integers(3, 50, count)
    given = accepted & (rng.random(count) < 0.7)
    kept = given & (rng.random(count) < 0.6)
    cells = {
        "ld_ref": texts.references("LD", np.arange(count), 7),
        "custody_ref": pa.concat_arrays([held.ref.filter(pa.array(offered)), pa.nulls(others, pa.string())]),
        "va_ref": pa.concat_arrays([pa.nulls(first, pa.string()), refs.filter(pa.array(accepting))]),
        "person_key": people(np.concatenate((held.person[offered], np.full(others, -1)))),
        "referred": texts.moments(referred),
        "offered": yes_no(np.ones(count, dtype=np.bool_)),
        "accepted": yes_no(accepted),
        "screened": texts.moments(screened),
        "first_appointment": texts.moments(later(referred, wait * DAY, given)),
        "attended": yes_no(kept, given),
    }
    tallies.note("J04", "offered", offered, np.ones(len(held), dtype=np.bool_))
    tallies.note("J04", "accepted", accepted[:first], np.ones(first, dtype=np.bool_))
    return write_sheet(shape, folder, "ld_contacts", cells, when=referred)


def _harm(shape: Shape, folder: Path, held: Held, tallies: Tallies) -> ExtractWriter:
    """Self-harm, near misses and, very seldom, an apparent suicide soon after release."""
    rng = shape.random("further harm")
    luck = rng.random(len(held))
    kind = np.where(luck < 0.004, 0, np.where(luck < 0.016, 1, np.where(luck < 0.0163, 2, -1)))
    hurt = kind >= 0
    count = int(hurt.sum())
    in_custody = held.arrived + rng.integers(HOUR, 3 * HOUR, len(held))
    at = np.where(kind == 2, held.released + 20 * HOUR, in_custody)[hurt].astype(np.int64)
    cells = {
        "event_ref": texts.references("HM", np.arange(count), 5),
        "person_key": people(held.person[hurt]),
        "incident_ref": pa.nulls(count, pa.string()),
        "custody_ref": held.ref.filter(pa.array(hurt)),
        "happened": texts.moments(at),
        "type": texts.codes(("self_harm", "near_miss", "apparent_suicide"), kind[hurt]),
        "setting": texts.codes(("custody", "custody", "after_custody"), kind[hurt]),
        "source": drawn(("internal", "health"), (0.9, 0.1), rng, count),
        "reviewed": yes_no(rng.random(count) < 0.8),
    }
    every = np.ones(len(held), dtype=np.bool_)
    tallies.note("J10", "harm", kind == 0, every)
    tallies.note("J10", "near_misses", kind == 1, every)
    tallies.note("J10", "suicides", kind == 2)
    return write_sheet(shape, folder, "adverse_events", cells, when=at)
