"""The made-up force's records about incidents: event history, assessments, links, triage, notices and force."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from nvap.records.made_up import texts
from nvap.records.made_up.clock import DAY, HOUR, NEVER, to_local
from nvap.records.made_up.detentions import who
from nvap.records.made_up.events import KIND_CODES
from nvap.records.made_up.files import ExtractWriter
from nvap.records.made_up.further_custody import Held
from nvap.records.made_up.further_flags import flag_sheet
from nvap.records.made_up.gathered import Incidents
from nvap.records.made_up.shape import Shape
from nvap.records.made_up.sheets import areas, days, drawn, later, people, within, write_sheet, yes_no
from nvap.records.made_up.tallies import Tallies

_SCOPES = ("concern_welfare", "walkout_healthcare", "awol_mh", "transport_patient", "s136", "voluntary_mh", "none")
_SCOPE_SHARES = (0.60, 0.07, 0.09, 0.04, 0.05, 0.05, 0.10)
_THRESHOLDS = (
    "crime_occurring",
    "real_immediate_risk_life",
    "serious_harm",
    "article2_3_other",
    "none",
    "not_recorded",
)
_AGENCIES = ("nhs_mh_trust", "asc", "csc", "gp", "vcs")


def incident_sheets(
    shape: Shape, folder: Path, incidents: Incidents, held: Held, tallies: Tallies
) -> Iterator[ExtractWriter]:
    """Each of the tables about incidents, written."""
    ill = incidents.at(incidents.mental_health)
    yield _events(shape, folder, ill, tallies)
    yield _assessments(shape, folder, incidents, tallies)
    yield _links(shape, folder, ill, tallies)
    yield _persons(shape, folder, ill)
    yield flag_sheet(shape, folder, incidents, tallies)
    yield _triage(shape, folder, ill, tallies)
    yield _notices(shape, folder, ill, held, tallies)
    yield _force(shape, folder, ill)
    yield _complaints(shape, folder, ill)
    yield _escorts(shape, folder, ill, tallies)


def _events(shape: Shape, folder: Path, ill: Incidents, tallies: Tallies) -> ExtractWriter:
    """The opening of each log, and a mental health code: by the handler at once, by an officer later, or never.

    One in ten of the officers' codes comes one to three months later.
    """
    rng = shape.random("further events")
    luck = rng.random(len(ill))
    at = np.where(luck < 0.45, rng.integers(30, 400, len(ill)), rng.integers(HOUR, 6 * HOUR, len(ill)))
    late = (luck >= 0.45) & (rng.random(len(ill)) < 0.10)
    at = np.where(late, rng.integers(30 * DAY, 90 * DAY, len(ill)) + HOUR, at)
    coded = ill.at(luck < 0.80)
    happened = np.concatenate((ill.created, (ill.created + at)[luck < 0.80]))
    by_handler = luck[luck < 0.80] < 0.45
    role = np.concatenate((np.full(len(ill), 2), np.where(by_handler, 0, 1)))
    is_code = np.arange(len(happened)) >= len(ill)
    cells = {
        "incident_ref": pa.concat_arrays([ill.urn, coded.urn]),
        "happened": texts.moments(happened),
        "user_role": texts.codes(("call_handler", "officer", "system"), role),
        "event_type": texts.codes(("created", "code_set"), is_code.astype(np.int64)),
        "about_mh": yes_no(is_code, is_code),
        "new_value": texts.codes((None, "MH1"), is_code.astype(np.int64)),
    }
    held = within(shape, "incident_events", happened)
    tallies.fact("incident_events", cells["incident_ref"], happened=happened, is_code=is_code, held=held)
    return write_sheet(shape, folder, "incident_events", cells, when=happened)


def _assessments(shape: Shape, folder: Path, incidents: Incidents, tallies: Tallies) -> ExtractWriter:
    """THRIVE on most mental health events, and the threshold on calls about welfare."""
    rng = shape.random("further assessments")
    welfare = np.isin(incidents.kind, [KIND_CODES.index(code) for code in ("MHC", "CFW", "MIS")])
    triaged = incidents.at(incidents.mental_health & (rng.random(len(incidents)) < 0.85))
    called = incidents.at(welfare & (rng.random(len(incidents)) < 0.90))
    count, first = len(triaged) + len(called), len(triaged)
    is_rcrp = np.arange(count) >= first
    made = np.concatenate((triaged.created, called.created)) + rng.integers(20, 600, count)
    scope = rng.choice(len(_SCOPES), size=count, p=_SCOPE_SHARES)
    met = np.concatenate((triaged.attended, called.attended))
    threshold = np.where(met, rng.choice(4, size=count, p=(0.2, 0.4, 0.3, 0.1)), 4)
    threshold = np.where(rng.random(count) < 0.07, 5, threshold)
    reason, complete = rng.random(count) < 0.86, rng.random(count) < 0.93
    cells = {
        "incident_ref": pa.concat_arrays([triaged.urn, called.urn]),
        "assessed": texts.moments(made),
        "tool": texts.codes(("THRIVE", "RCRP"), is_rcrp.astype(np.int64)),
        "stage": drawn(("initial", "repeat"), (0.88, 0.12), rng, count),
        "complete": yes_no(complete, ~is_rcrp),
        "vulnerability_identified": yes_no(rng.random(count) < 0.55, ~is_rcrp),
        "repeat_check": yes_no(rng.random(count) < 0.62, ~is_rcrp),
        "household_check": yes_no(rng.random(count) < 0.41, ~is_rcrp),
        "rcrp_scope": texts.codes(_SCOPES, scope, is_rcrp),
        "rcrp_threshold": texts.codes(_THRESHOLDS, threshold, is_rcrp),
        "rcrp_decision": texts.codes(("no_deploy", "deploy"), met.astype(np.int64), is_rcrp),
        "rationale_present": yes_no(reason, is_rcrp),
    }
    inside = is_rcrp & (scope < 6)
    tallies.note("P07", "recorded", inside & (threshold < 5) & reason, inside)
    return write_sheet(shape, folder, "incident_assessments", cells, when=made)


def _links(shape: Shape, folder: Path, ill: Incidents, tallies: Tallies) -> ExtractWriter:
    rng = shape.random("further links")
    linked = ill.at((ill.person >= 0) & (rng.random(len(ill)) < 0.82))
    local = to_local(linked.created)
    likely = rng.choice(3, size=len(linked), p=(0.7, 0.2, 0.1))
    cells = {
        "incident_ref": linked.urn,
        "record_date": days(local),
        "person_key": people(linked.person),
        "role": drawn(("subject", "caller"), (0.8, 0.2), rng, len(linked)),
        "match_method": texts.codes(("rms_id", "deterministic", "probabilistic"), likely),
    }
    held = within(shape, "person_links", local)
    tallies.fact("person_links", linked.urn, person=linked.person, held=held)
    return write_sheet(shape, folder, "person_links", cells, when=local)


def _persons(shape: Shape, folder: Path, ill: Incidents) -> ExtractWriter:
    rng = shape.random("further persons")
    known = np.unique(ill.person[ill.person >= 0])
    cells = {
        "person_key": people(known),
        "as_of": pa.array([f"{shape.month(60):%d/%m/%Y}"] * len(known), pa.string()),
        **who(shape, known),
        "mh_marker": yes_no(rng.random(len(known)) < 0.3),
        "suicide_marker": yes_no(rng.random(len(known)) < 0.08),
    }
    return write_sheet(shape, folder, "persons", cells)


def _triage(shape: Shape, folder: Path, ill: Incidents, tallies: Tallies) -> ExtractWriter:
    """Contacts with triage: seldom answered at night, and half of those who meant to detain then do not."""
    rng = shape.random("further triage")
    asked = ill.at(ill.attended & (rng.random(len(ill)) < 0.24))
    count = len(asked)
    requested = asked.created + rng.integers(900, 5400, count)
    hour = to_local(requested) // HOUR % 24
    on_duty = (hour >= 10) | (hour < 2)
    met = rng.random(count) < np.where(on_duty, 0.92, 0.15)
    answered = later(requested, rng.integers(60, 2400, count), met)
    considered = rng.random(count) < 0.4
    used = considered & (rng.random(count) < 0.5)
    meant = np.where(considered, 0, 1)
    did = np.where(used, 0, np.where(considered, 2, np.where(rng.random(count) < 0.2, 3, 1)))
    choices = ("s136", "leave_with_support", "referral", "voluntary_attendance")
    cells = {
        "contact_ref": texts.references("TC", np.arange(count), 6),
        "incident_ref": asked.urn,
        "requested": texts.moments(requested),
        "answered": texts.moments(answered),
        "mode": drawn(("phone", "control_room", "street"), (0.6, 0.3, 0.1), rng, count),
        "decision_before": texts.codes(choices, meant, met),
        "decision_after": texts.codes(choices, did, met),
        "s136_considered": yes_no(considered),
        "s136_used": yes_no(used),
        "in_service_hours": yes_no(on_duty),
    }
    tallies.note("P16", "answered", met, np.ones(count, dtype=np.bool_))
    tallies.note("P16", "changed", met & (meant != did), met)
    tallies.note("P16", "detention_avoided", considered & ~used, considered)
    tallies.note("P16", "out_of_hours", ~on_duty, np.ones(count, dtype=np.bool_))
    return write_sheet(shape, folder, "triage_contacts", cells, when=requested)


def _notices(shape: Shape, folder: Path, ill: Incidents, held: Held, tallies: Tallies) -> ExtractWriter:
    """Notices from incidents, and from one in four detentions of people with a need."""
    rng = shape.random("further notices")
    told = ill.at(rng.random(len(ill)) < 0.36)
    custody = held.need & (rng.random(len(held)) < 0.25)
    count, first = len(told) + int(custody.sum()), len(told)
    began = np.concatenate((told.created, held.arrived[custody]))
    created = began + rng.integers(HOUR, 40 * HOUR, count)
    need, answer = rng.random(count) < 0.7, rng.choice(4, size=count, p=(0.6, 0.15, 0.15, 0.1))
    went = (answer != 1) & (rng.random(count) < 0.9)
    sent = later(created, rng.integers(HOUR, 30 * HOUR, count), went)
    cells = {
        "referral_ref": texts.references("PPN", np.arange(count), 7),
        "person_key": people(np.concatenate((told.person, held.person[custody])), rng.random(count) < 0.9),
        "incident_ref": pa.concat_arrays([told.urn, pa.nulls(count - first, pa.string())]),
        "custody_ref": pa.concat_arrays([pa.nulls(first, pa.string()), held.ref.filter(pa.array(custody))]),
        "created": texts.moments(created),
        "area": areas(shape, np.concatenate((told.area, np.full(count - first, -1)))),
        "type": drawn(("adult", "child", "da", "mh"), (0.4, 0.15, 0.15, 0.3), rng, count),
        "mh_need": yes_no(need),
        "sent": texts.moments(sent),
        "recipient": drawn(_AGENCIES, (4, 3, 1, 1, 1), rng, count),
        "consent": texts.codes(("yes", "no", "overridden", "lacks_capacity"), answer),
        "accepted": yes_no(rng.random(count) < 0.6, went & (rng.random(count) < 0.5)),
    }
    from_custody = np.zeros(len(held), dtype=np.bool_)
    from_custody[custody] = went[first:]
    tallies.note("J14", "from_custody", from_custody, held.need)
    tallies.note("J14", "sent", need & (answer != 1) & went, need & (answer != 1))
    return write_sheet(shape, folder, "referrals", cells, when=created)


def _force(shape: Shape, folder: Path, ill: Incidents) -> ExtractWriter:
    rng = shape.random("further force")
    met = ill.at(ill.attended & (rng.random(len(ill)) < 0.06))
    used = met.created + rng.integers(1200, 5400, len(met))
    cells = {
        "force_ref": texts.references("UOF", np.arange(len(met)), 6),
        "incident_ref": met.urn,
        "used": texts.moments(used),
        "person_key": people(met.person),
        **who(shape, met.person),
        "perceived_mh": yes_no(rng.random(len(met)) < 0.8),
    }
    return write_sheet(shape, folder, "uof", cells, when=used)


def _complaints(shape: Shape, folder: Path, ill: Incidents) -> ExtractWriter:
    rng = shape.random("further complaints")
    told = ill.at(rng.random(len(ill)) < 0.012)
    received = to_local(told.created) // 86_400 * 86_400 + rng.integers(1, 60, len(told)) * 86_400
    cells = {
        "complaint_ref": texts.references("CO", np.arange(len(told)), 6),
        "incident_ref": told.urn,
        "received": days(received),
        "about_mh": yes_no(np.ones(len(told), dtype=np.bool_)),
    }
    return write_sheet(shape, folder, "complaints", cells, when=received)


def _escorts(shape: Shape, folder: Path, ill: Incidents, tallies: Tallies) -> ExtractWriter:
    """People whom police took somewhere with their agreement; of a tenth nobody wrote down the end."""
    rng = shape.random("further escorts")
    went = ill.at(ill.attended & ~ill.detained & (rng.random(len(ill)) < 0.04))
    count = len(went)
    started = went.created + rng.integers(1800, 7200, count)
    arrived = started + rng.integers(600, 3600, count)
    ended = rng.random(count) < 0.9
    released = np.where(ended, arrived + rng.integers(600, 4 * HOUR, count), NEVER).astype(np.int64)
    cells = {
        "escort_ref": texts.references("VE", np.arange(count), 6),
        "incident_ref": went.urn,
        "started": texts.moments(started),
        "area": areas(shape, went.area),
        "destination": drawn(("a_and_e", "hbpos", "other"), (0.6, 0.25, 0.15), rng, count),
        "conveyance": drawn(("police_vehicle", "ambulance"), (0.7, 0.3), rng, count),
        "officers": texts.whole_numbers(np.full(count, 2)),
        "arrived": texts.moments(arrived),
        "police_released": texts.moments(released),
    }
    tallies.note("P12", "escorts", np.ones(count, dtype=np.bool_))
    return write_sheet(shape, folder, "voluntary_escorts", cells, when=started)
