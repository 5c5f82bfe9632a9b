"""The made-up force's registers and reviews: boards, agreements, plans, rosters, samples and surveys."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from nvap.records.made_up import texts
from nvap.records.made_up.clock import DAY, HOUR, NEVER, Seconds, seconds, to_local
from nvap.records.made_up.events import KIND_CODES
from nvap.records.made_up.files import ExtractWriter
from nvap.records.made_up.gathered import Incidents
from nvap.records.made_up.shape import CODE_CHANGE, MONTHS, Shape
from nvap.records.made_up.sheets import (
    FROM_MONTH,
    areas,
    days,
    drawn,
    later,
    numbers,
    people,
    write_sheet,
    yes_no,
)
from nvap.records.made_up.tallies import Tallies

_PARTNERS = ("nhs_mh_trust", "acute", "ambulance", "gp", "asc", "csc", "vcs", "housing", "probation", "other")
_PROTOCOLS = ("s135_136", "awol", "walk_out", "conveyance", "rcrp", "missing")


def register_sheets(shape: Shape, folder: Path, tallies: Tallies) -> Iterator[ExtractWriter]:
    """Each of the registers, written."""
    yield from _governance(shape, folder, tallies)
    yield _agreements(shape, folder, tallies)
    yield _isas(shape, folder, tallies)
    yield _requests(shape, folder, tallies)
    yield _plans(shape, folder, tallies)
    yield _profiles(shape, folder)
    yield _deaths(shape, folder)
    yield _warrants(shape, folder)
    yield from _workforce(shape, folder, tallies)
    yield _codes(shape, folder)
    yield _groups(shape, folder)


def review_sheets(shape: Shape, folder: Path, ill: Incidents) -> Iterator[ExtractWriter]:
    """A sample for review with its answers, a survey with its answers, and escalations."""
    yield from _audits(shape, folder, ill)
    yield from _surveys(shape, folder)
    yield _escalations(shape, folder, ill)


def _spread(shape: Shape, rng: np.random.Generator, count: int) -> Seconds:
    """So many local days, in order, within the two years."""
    start, end = seconds(shape.month(FROM_MONTH)), seconds(shape.month(MONTHS))
    return np.asarray(np.sort(rng.integers(start // DAY, end // DAY, count)) * DAY, dtype=np.int64)


def _snapshots(shape: Shape, each: int) -> Seconds:
    """The first day of each of the twenty-four months, so many times."""
    first = [seconds(shape.month(month)) for month in range(FROM_MONTH, MONTHS)]
    return np.repeat(np.array(first, dtype=np.int64), each)


def _governance(shape: Shape, folder: Path, tallies: Tallies) -> Iterator[ExtractWriter]:
    rng = shape.random("further boards")
    dates = _spread(shape, rng, 48)
    held = rng.random(48) < 0.9
    quorate = held & (rng.random(48) < 0.85)
    cells = {
        "meeting_ref": texts.references("MT", np.arange(48), 4),
        "board": drawn(("Strategic board", "Tactical group"), (1, 3), rng, 48),
        "date": days(dates),
        "held": yes_no(held),
        "quorate": yes_no(quorate),
        "decisions": texts.whole_numbers(rng.integers(0, 5, 48)),
        "decisions_citing": texts.whole_numbers(np.zeros(48, dtype=np.int64)),
    }
    tallies.note("P01", "held", quorate, np.ones(48, dtype=np.bool_))
    yield write_sheet(shape, folder, "governance_meetings", cells, when=dates)
    due = _spread(shape, rng, 160)
    late, done = rng.integers(-20, 30, 160) * DAY, rng.random(160) < 0.85
    cells = {
        "action_ref": texts.references("AC", np.arange(160), 4),
        "meeting_ref": texts.references("MT", rng.integers(0, 48, 160), 4),
        "due": days(due),
        "closed": days(np.where(done, due + late, NEVER).astype(np.int64)),
    }
    tallies.note("P01", "actions", done & (late <= 0), np.ones(160, dtype=np.bool_))
    yield write_sheet(shape, folder, "governance_actions", cells, when=due)


def _agreements(shape: Shape, folder: Path, tallies: Tallies) -> ExtractWriter:
    """Six protocols; the fourth is never signed by all, and the sixth runs out in the second year."""
    when = _snapshots(shape, len(_PROTOCOLS))
    which = np.tile(np.arange(len(_PROTOCOLS)), MONTHS - FROM_MONTH)
    runs_out = np.where(which == 5, seconds(shape.month(FROM_MONTH + 14)), seconds(shape.month(MONTHS + 12)))
    cells = {
        "agreement_ref": texts.references("JP", which, 2),
        "snapshot": days(when),
        "kind": texts.codes(_PROTOCOLS, which),
        "signed_by_all": yes_no(which != 3),
        "review_due": days(runs_out.astype(np.int64)),
    }
    last = when == when.max()
    tallies.note("P01", "protocols", last & (which != 3) & (runs_out >= when), last)
    return write_sheet(shape, folder, "agreements", cells, when=when)


def _isas(shape: Shape, folder: Path, tallies: Tallies) -> ExtractWriter:
    """Thirty partners, of whom more and more have an agreement; a few of them run out."""
    rng = shape.random("further agreements")
    count = 30
    when = _snapshots(shape, count)
    which = np.tile(np.arange(count), MONTHS - FROM_MONTH)
    signed = _spread(shape, rng, count)[rng.permutation(count)] - 300 * DAY
    runs_out = signed + rng.integers(300, 1000, count) * DAY
    covers, looked_at = rng.random(count) < 0.85, rng.random(count) < 0.7
    live = signed[which] <= when
    cells = {
        "isa_ref": texts.references("IS", which, 3),
        "snapshot": days(when),
        "partner": texts.references("Partner ", which, 2),
        "agency": texts.codes(_PARTNERS, which % len(_PARTNERS)),
        "covers_mh": yes_no(covers[which]),
        "status": texts.codes(("none", "live"), live.astype(np.int64)),
        "signed_on": days(np.where(live, signed[which], NEVER)),
        "dpia_on": days(np.where(live & looked_at[which], signed[which] - 30 * DAY, NEVER)),
        "review_due": days(np.where(live, runs_out[which], NEVER)),
    }
    last = when == when.max()
    tallies.note("P04", "in_force", last & live & covers[which] & (runs_out[which] >= when), last)
    return write_sheet(shape, folder, "isa_register", cells, when=when)


def _requests(shape: Shape, folder: Path, tallies: Tallies) -> ExtractWriter:
    """Requests to partners; those at night are answered late, or not at all. None is made at the clock change."""
    rng = shape.random("further requests")
    asked = _spread(shape, rng, 600) + rng.integers(4 * HOUR, 22 * HOUR, 600)
    hour = to_local(asked) // HOUR % 24
    at_night = (hour < 8) | (hour >= 18)
    answer = rng.random(600) < np.where(at_night, 0.7, 0.96)
    wait = rng.integers(5, np.where(at_night, 300, 90), 600)
    cells = {
        "request_ref": texts.references("RQ", np.arange(600), 5),
        "isa_ref": texts.references("IS", rng.integers(0, 30, 600), 3),
        "agency": drawn(_PARTNERS, np.ones(len(_PARTNERS)).tolist(), rng, 600),
        "asked": texts.moments(asked),
        "answered": texts.moments(later(asked, wait * 60, answer)),
        "out_of_hours": yes_no(at_night),
        "agreed_minutes": texts.whole_numbers(np.full(600, 60)),
        "result": texts.codes(("none", "full"), answer.astype(np.int64)),
    }
    tallies.note("P05", "in_time", answer & (wait <= 60), np.ones(600, dtype=np.bool_))
    return write_sheet(shape, folder, "info_requests", cells, when=asked)


def _plans(shape: Shape, folder: Path, tallies: Tallies) -> ExtractWriter:
    rng = shape.random("further plans")
    opened = _spread(shape, rng, 60)
    partners = rng.random(60) < 0.7
    closes = opened + rng.integers(60, 400, 60) * DAY
    closed = np.where(closes < seconds(shape.month(MONTHS)), closes, NEVER)
    learnt = rng.random(60) < 0.5
    cells = {
        "plan_ref": texts.references("PL", np.arange(60), 4),
        "type": drawn(("person", "place", "theme"), (5, 4, 1), rng, 60),
        "person_key": people((rng.random(60) ** 3 * 300).astype(np.int64)),
        "area": areas(shape, rng.integers(0, len(shape.areas), 60)),
        "opened": days(opened),
        "partners": yes_no(partners),
        "sara_stage": drawn(("scanning", "analysis", "response", "assessment"), (1, 1, 1, 1), rng, 60),
        "assessed": days(np.where(learnt, closed, NEVER)),
        "result_shared": yes_no(learnt),
        "closed": days(closed),
    }
    tallies.note("P20", "opened", np.ones(60, dtype=np.bool_))
    tallies.note("P20", "with_partners", partners, np.ones(60, dtype=np.bool_))
    tallies.note("P20", "learnt_from", learnt & (closed < NEVER), closed < NEVER)
    return write_sheet(shape, folder, "problem_plans", cells, when=opened)


def _profiles(shape: Shape, folder: Path) -> ExtractWriter:
    when = _snapshots(shape, 5)
    which = np.tile(np.arange(5), MONTHS - FROM_MONTH)
    rng = shape.random("further profiles")
    reviewed = seconds(shape.month(FROM_MONTH)) - rng.integers(10, 500, 5)[which] * DAY
    cells = {
        "profile_ref": texts.references("PP", which, 2),
        "snapshot": days(when),
        "reviewed": days(reviewed.astype(np.int64)),
        "has_owner": yes_no(which != 1),
        "has_actions": yes_no(which != 2),
    }
    return write_sheet(shape, folder, "problem_profiles", cells, when=when)


def _deaths(shape: Shape, folder: Path) -> ExtractWriter:
    rng = shape.random("further deaths")
    count = max(shape.size.people // 4500, 10)
    died = _spread(shape, rng, count)
    cells = {
        "death_ref": texts.references("SD", np.arange(count), 4),
        "died_on": days(died),
        "area": areas(shape, rng.integers(0, len(shape.areas), count)),
        "person_key": people((rng.random(count) ** 2.4 * 3000).astype(np.int64), rng.random(count) < 0.6),
    }
    return write_sheet(shape, folder, "suspected_suicides", cells, when=died)


def _warrants(shape: Shape, folder: Path) -> ExtractWriter:
    rng = shape.random("further warrants")
    count = max(shape.size.people // 4000, 12)
    executed = _spread(shape, rng, count) + rng.integers(9 * HOUR, 17 * HOUR, count)
    cells = {
        "s135_ref": texts.references("WA", np.arange(count), 4),
        "person_key": people(rng.integers(0, 3000, count)),
        "executed": texts.moments(executed),
        "area": areas(shape, rng.integers(0, len(shape.areas), count)),
        "warrant_type": drawn(("135_1", "135_2"), (0.8, 0.2), rng, count),
        "conveyance": drawn(("ambulance", "police_vehicle"), (0.7, 0.3), rng, count),
        "first_place_of_safety": drawn(("hbpos", "a_and_e"), (0.9, 0.1), rng, count),
    }
    return write_sheet(shape, folder, "s135", cells, when=executed)


def _workforce(shape: Shape, folder: Path, tallies: Tallies) -> Iterator[ExtractWriter]:
    """Forecasts, rosters and absence, by team and never by person."""
    rng = shape.random("further rosters")
    start, end = seconds(shape.month(FROM_MONTH)) // DAY, seconds(shape.month(MONTHS)) // DAY
    week, team = (each.ravel() for each in np.meshgrid(np.arange(start, end, 7) * DAY, np.arange(4), indexing="ij"))
    actual = rng.gamma(40, 3, len(week))
    cells = {
        "team": areas(shape, team),
        "week": days(week),
        "forecast_hours": numbers(actual + rng.normal(0, 9, len(week))),
        "naive_hours": numbers(actual + rng.normal(0, 16, len(week))),
        "actual_hours": numbers(actual),
    }
    yield write_sheet(shape, folder, "demand_forecast", cells, when=week)
    day, team = (each.ravel() for each in np.meshgrid(np.arange(start, end) * DAY, np.arange(4), indexing="ij"))
    short = rng.random(len(day)) < 0.28
    cells = {
        "team": areas(shape, team),
        "shift_date": days(day),
        "shift": texts.codes(("Lates",), np.zeros(len(day), dtype=np.int64)),
        "planned_fte": texts.whole_numbers(np.full(len(day), 12)),
        "actual_fte": texts.whole_numbers(np.where(short, 10, 12)),
        "mh_hours": numbers(rng.gamma(4, 2, len(day))),
        "overtime_hours": numbers(np.where(short, rng.gamma(2, 1, len(day)), 0.0)),
    }
    tallies.note("D14", "short_shifts", short, np.ones(len(day), dtype=np.bool_))
    yield write_sheet(shape, folder, "rosters", cells, when=day)
    month, team = np.repeat(_snapshots(shape, 4), 2), np.tile(np.repeat(np.arange(4), 2), MONTHS - FROM_MONTH)
    cells = {
        "team": areas(shape, team),
        "month": days(month),
        "reason": texts.codes(("psychological", "other"), np.tile((0, 1), len(month) // 2)),
        "days_lost": texts.whole_numbers(rng.poisson(np.tile((9, 25), len(month) // 2))),
        "fte": texts.whole_numbers(np.full(len(month), 40)),
    }
    yield write_sheet(shape, folder, "hr_absence", cells, when=month)


def _codes(shape: Shape, folder: Path) -> ExtractWriter:
    """The opening codes, and the qualifiers before and after their meaning changed."""
    change = shape.month(CODE_CHANGE)
    before = f"{change - datetime.timedelta(days=1):%d/%m/%Y}"
    first, new = f"{shape.first:%d/%m/%Y}", f"{change:%d/%m/%Y}"
    roles = {"MHC": "core", "CFW": "possible", "MIS": "possible", "DOM": "possible", "ASB": "possible"}
    rows: list[tuple[str | None, ...]] = [
        (code, "opening", roles.get(code, "none"), first, None) for code in KIND_CODES
    ]
    rows += [("Q7", "qualifier", "core", first, before), ("Q7", "qualifier", "none", new, None)]
    rows += [(code, "qualifier", "core", new, None) for code in ("MH1", "MH2")]
    columns = [pa.array(each, pa.string()) for each in zip(*rows, strict=True)]
    cells = {
        "code": columns[0],
        "label": pa.array([f"Made-up code {row[0]}" for row in rows]),
        "scheme": columns[1],
        "mh_role": columns[2],
        "local": yes_no(np.ones(len(rows), dtype=np.bool_)),
        "valid_from": columns[3],
        "valid_to": columns[4],
    }
    return write_sheet(shape, folder, "code_map", cells)


def _groups(shape: Shape, folder: Path) -> ExtractWriter:
    """Residents by ethnicity, by age and by sex, in two mid-years."""
    rng, of_sex = shape.random("further residents"), shape.random("further residents by sex")
    groups = ("W1", "W9", "M9", "A9", "B9", "O9")
    ages = ("under_18", "18_24", "25_34", "35_44", "45_54", "55_64", "65_over")
    years = [shape.month(FROM_MONTH).year, shape.month(FROM_MONTH).year + 1]
    rows: list[tuple[int, str, str, float]] = []
    for year in years:
        shares = rng.dirichlet(np.array((80, 5, 3, 7, 4, 1)) * 50.0)
        rows += [(year, "ethnicity", code, shares[at]) for at, code in enumerate(groups)]
        shares = rng.dirichlet(np.array((20, 9, 14, 13, 13, 12, 19)) * 50.0)
        rows += [(year, "age_band", code, shares[at]) for at, code in enumerate(ages)]
        shares = of_sex.dirichlet(np.array((51, 49)) * 500.0)
        rows += [(year, "sex", code, shares[at]) for at, code in enumerate(("F", "M"))]
    cells = {
        "area": pa.nulls(len(rows), pa.string()),
        "year": pa.array([str(row[0]) for row in rows]),
        **{
            name: pa.array([row[2] if row[1] == name else None for row in rows], pa.string())
            for name in ("age_band", "sex", "ethnicity")
        },
        "people": pa.array([str(round(float(row[3]) * shape.size.people)) for row in rows]),
        "source": pa.array(["made-up estimate"] * len(rows)),
    }
    return write_sheet(shape, folder, "population_groups", cells)


def _audits(shape: Shape, folder: Path, ill: Incidents) -> Iterator[ExtractWriter]:
    rng = shape.random("further audits")
    drawn_at = np.full(2, seconds(shape.month(MONTHS)) - 20 * DAY + 12 * HOUR)
    cells = {
        "sample_ref": texts.references("SM", np.ones(2, dtype=np.int64), 3),
        "stratum": texts.codes(("flagged", "not flagged"), np.arange(2)),
        "purpose": pa.array(["made-up review of flags"] * 2),
        "frame_rows": texts.whole_numbers(np.array([len(ill), 5 * len(ill)])),
        "sampled_rows": texts.whole_numbers(np.array([150, 150])),
        "seed": pa.array([str(shape.seed)] * 2),
        "drawn": texts.moments(drawn_at),
    }
    yield write_sheet(shape, folder, "audit_samples", cells, when=drawn_at)
    chosen = np.sort(rng.choice(len(ill), size=min(300, len(ill)), replace=False))
    marked = np.full(len(chosen), seconds(shape.month(MONTHS)) - 10 * DAY + 12 * HOUR) + np.arange(len(chosen)) * 60
    cells = {
        "sample_ref": texts.references("SM", np.ones(len(chosen), dtype=np.int64), 3),
        "object_ref": ill.urn.take(pa.array(chosen)),
        "stratum": texts.codes(("flagged", "not flagged"), (np.arange(len(chosen)) >= 150).astype(np.int64)),
        "auditor_key": texts.references("E", rng.integers(0, 4, len(chosen)), 6),
        "marked": texts.moments(marked),
        "double_marked": yes_no(rng.random(len(chosen)) < 0.15),
        "question_code": pa.array(["is it about mental health"] * len(chosen)),
        "answer": drawn(("yes", "no", "cannot_tell"), (0.9, 0.06, 0.04), rng, len(chosen)),
    }
    yield write_sheet(shape, folder, "audit_items", cells, when=marked)


def _surveys(shape: Shape, folder: Path) -> Iterator[ExtractWriter]:
    rng = shape.random("further survey")
    opened = np.array([seconds(shape.month(month)) for month in (FROM_MONTH + 6, FROM_MONTH + 18)])
    waves = ("first", "second")
    cells = {
        "instrument": pa.array(["staff confidence"] * 2),
        "wave": pa.array(waves),
        "invited": texts.whole_numbers(np.array([220, 220])),
        "opened": days(opened),
        "closed": days(opened + 20 * DAY),
        "sampling": pa.array(["everybody in scope"] * 2),
    }
    yield write_sheet(shape, folder, "survey_waves", cells, when=opened)
    person, item = (each.ravel() for each in np.meshgrid(np.arange(200), np.arange(3), indexing="ij"))
    wave = person // 100
    cells = {
        "response_ref": texts.references("SR", person, 4),
        "instrument": pa.array(["staff confidence"] * len(person)),
        "wave": texts.codes(waves, wave),
        "answered_on": days(opened[wave] + 20 * DAY),
        "audience": pa.array(["staff"] * len(person)),
        "item_code": texts.codes(("C1", "C2", "C3"), item),
        "value": texts.whole_numbers(np.clip(rng.binomial(4, 0.45 + 0.12 * wave) + 1, 1, 5)),
        "scale_max": texts.whole_numbers(np.full(len(person), 5)),
        "reversed": yes_no(np.zeros(len(person), dtype=np.bool_)),
    }
    yield write_sheet(shape, folder, "survey_responses", cells, when=opened[wave] + 20 * DAY)


def _escalations(shape: Shape, folder: Path, ill: Incidents) -> ExtractWriter:
    rng = shape.random("further escalations")
    told = ill.at(rng.random(len(ill)) < 0.02)
    count = len(told)
    raised = told.created + rng.integers(HOUR, 6 * HOUR, count)
    settled = later(raised, rng.integers(HOUR, 9 * DAY, count), rng.random(count) < 0.85)
    cells = {
        "escalation_ref": texts.references("ES", np.arange(count), 5),
        "incident_ref": told.urn,
        "raised": texts.moments(raised),
        "agency": drawn(_PARTNERS[:4], (4, 2, 3, 1), rng, count),
        "resolved": texts.moments(settled),
        "upheld_for": texts.codes(("open", "police"), (settled < NEVER).astype(np.int64)),
    }
    return write_sheet(shape, folder, "escalations", cells, when=raised)
