"""The mapping of each made-up extract: how its source's own columns and codes become the contract's."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from nvap.records.made_up.shape import CODE_CHANGE, MONTHS, Extract, Shape

_TIME = '"%d/%m/%Y %H:%M:%S"'
_DATE = '"%d/%m/%Y"'


def incidents(shape: Shape, extract: Extract) -> str:
    """The mapping of one incidents extract."""
    new = shape.month(CODE_CHANGE)
    old = new - datetime.timedelta(days=1)
    period = _days(shape, extract.first_month, extract.last_month)
    return (
        _head(shape, extract.name, "incidents", extract.kind, extract.as_at, period=period)
        + f"""\
columns:
  incident_ref: INCIDENT_URN
  created: {_time("CREATED")}
  source:
    expr: CALL_SOURCE
    values:
      {{"999": "999", "101": "101", ONL: online, ONLINE: online, PTNR: partner, OFF: officer, WALK: walk_in,
       OTHR: other}}
  opening_code: OPEN_TYPE
  closing_code: CLOSE_TYPE
  mh_at_opening:
    expr: OPEN_TYPE
    values:
      {{MHC: true, CFW: false, MIS: false, DOM: false, ASB: false, VIO: false, THF: false, RTC: false, SUS: false,
       ALM: false, OTH: false}}
  # Q7 meant mental health until the codes changed; since then it means that a drone was used.
  mh_at_closure:
    expr: FINAL_QUAL
    values:
      - {{to: {old}, map: {{Q7: true, N0: false, D1: false, A1: false, Y1: false}}}}
      - {{from: {new}, map: {{MH1: true, MH2: true, Q7: false, N0: false, D1: false, A1: false, Y1: false}}}}
  mh_linked: {{expr: MH_LINKED, values: {{Y: true, N: false}}}}
  closure_kind:
    expr: DISPOSAL
    values: {{RA: counted, RP: counted, OPN: counted, DUP: duplicate, CAN: cancelled, TST: test, ADM: administrative}}
  grade_initial: GRADE_1
  grade_final: GRADE_NOW
  first_dispatch: {_time("FIRST_DESP")}
  first_arrival: {_time("FIRST_ATT")}
  closed: {_time("CLOSED_AT")}
  duplicate_of: DUP_OF
  place_key: PLACE_KEY
  place_kind:
    expr: PLACE_TYPE
    values: {{HOME: home, HOSP: hospital, MHU: mental_health_unit, CARE: care_home, CUST: custody, PUB: public}}
  area: {{expr: BEAT_AREA, missing: [NR]}}
  crime_ref: CRIME_NO
exclude:
  - {{name: "the log belongs to another force", where: "OWNER <> 'MU'"}}
"""
    )


def deployments(shape: Shape, year: int) -> str:
    """The mapping of one year's deployments."""
    return (
        _of_year(shape, "deployments", year)
        + f"""\
columns:
  deployment_ref: RES_EVENT_ID
  incident_ref: INCIDENT_URN
  resource_key: UNIT_KEY
  resource_type:
    expr: UNIT_TYPE
    values: {{RSP: response, NPT: neighbourhood, TRI: triage_car, CTV: custody_transport, ARV: armed, OTH: other}}
  officers: CREW
  assigned: {_time("ASSIGNED")}
  en_route: {_time("ENROUTE")}
  arrived: {_time("AT_SCENE")}
  cleared: {_time("CLEAR")}
  stood_down: {{expr: STOOD_DOWN, values: {{Y: true, N: false}}}}
  time_source: {{expr: TIME_FROM, values: {{STATUS: cad_status, GPS: avls_gps, MANUAL: manual}}}}
"""
    )


def detentions(shape: Shape, year: int) -> str:
    """The mapping of one year's detentions under section 136."""
    return (
        _of_year(shape, "s136", year)
        + f"""\
columns:
  s136_ref: S136_NO
  incident_ref: INCIDENT_URN
  person_key: {{expr: PERSON_KEY, missing: [UNKNOWN]}}
  detained: {_time("DETAINED")}
  area: {{expr: AREA, missing: [NR]}}
  age_band:
    expr: AGE_GRP
    values:
      {{U18: under_18, "18-24": "18_24", "25-34": "25_34", "35-44": "35_44", "45-54": "45_54", "55-64": "55_64",
       "65+": "65_over", NK: not_known}}
  sex: {{expr: SEX, values: {{F: F, M: M, X: X, U: unknown}}}}
  ethnicity: ETHNIC_SD
  consulted: {{expr: MH_CONSULT, values: {{"Y": true, "N": false}}}}
  ambulance_requested: {{expr: AMB_ASKED, values: {{"Y": true, "N": false}}}}
  conveyance:
    expr: TAKEN_BY
    values:
      {{AMB: ambulance, POL: police_vehicle, HOSPVEH: other_health_vehicle, OTH: other, NONE: none_already_at_pos,
       NK: not_known}}
  police_vehicle_reason:
    expr: POL_VEH_WHY
    values:
      {{AMB30: no_ambulance_in_30_minutes, RISK: risk_or_behaviour, CREW: crew_refused, NOTREQ: not_requested,
       OTH: other, NK: not_known}}
  first_place_of_safety:
    expr: FIRST_POS
    values: {{ED: a_and_e, HBPOS: hbpos, STN: police_station, HOME: private_home, OTH: other, NK: not_known}}
  pos_arrived: {_time("POS_TIME")}
  police_released: {_time("POLICE_FREE")}
  accepted: {_time("TAKEN_OVER")}
  not_consulted_reason:
    expr: WHY_ALONE
    values: {{URG: not_practicable, NOREPLY: nobody_reached, NOTTRIED: not_tried, NK: not_known}}
  force_used: {{expr: FORCE, values: {{"Y": true, "N": false}}}}
  outcome:
    expr: FOUND
    values: {{S2: s2, S3: s3, INF: informal, COM: community, NONE: none, NK: unknown}}
"""
    )


def crimes(shape: Shape, name: str, kind: str, as_at: datetime.date) -> str:
    """The mapping of one crimes extract; the outcome text `NFA OTHER` fits several types."""
    outcomes = ", ".join(f'OC{number:02d}: "{number}"' for number in range(1, 23))
    head = _head(shape, name, "crimes", kind, as_at, period=_days(shape, 0, MONTHS - 1), delimiter="|")
    return (
        head
        + f"""\
columns:
  crime_ref: CRIME_REF
  recorded: {_time("RECORDED_DT")}
  reported: {_time("REPORTED_DT")}
  offence_code: HO_CODE
  offence_group: HO_GROUP
  incident_ref: LOG_REF
  area: {{expr: AREA, missing: [NR]}}
  mh_factor: {{expr: MH_FACTOR, values: {{"N": none, S: suspect, V: victim, B: both, U: unknown}}}}
  outcome_type:
    expr: OUTCOME
    values: {{NYA: "0", {outcomes}, NFA OTHER: ambiguous}}
  outcome_date: {{expr: OUTCOME_DT, format: {_DATE}}}
  closed: {_time("FINALISED_DT")}
later_by: VERSION
"""
    )


def population(shape: Shape, name: str, as_at: datetime.date, years: Mapping[int, int]) -> str:
    """The mapping of a population file; `years` says which mid-year serves each calendar year."""
    served = ", ".join(f"{year}: {mid_year}" for year, mid_year in years.items())
    return (
        _head(shape, name, "population", "full", as_at)
        + f"""\
population_years: {{{served}}}
columns:
  area: AREA
  year: MID_YEAR
  people: RESIDENTS
  source: BASIS
"""
    )


def grade_config(shape: Shape, as_at: datetime.date) -> str:
    """The mapping of the response grades."""
    return (
        _head(shape, "grade-config", "grade_config", "full", as_at)
        + f"""\
columns:
  grade: GRADE
  label: IN_WORDS
  target_minutes: TARGET_MIN
  attended: {{expr: ATTEND, values: {{"Y": true, "N": false}}}}
  clock_start: {{expr: CLOCK_FROM, values: {{CREATED: created}}}}
  valid_from: {{expr: FROM_DATE, format: {_DATE}}}
  valid_to: {{expr: TO_DATE, format: {_DATE}}}
"""
    )


def course_requirements(shape: Shape, as_at: datetime.date) -> str:
    """The mapping of the courses that roles need."""
    return (
        _head(shape, "course-requirements", "course_requirements", "full", as_at)
        + f"""\
columns:
  role_group: ROLE
  course_code: COURSE
  valid_from: {{expr: FROM_DATE, format: {_DATE}}}
  validity_months: LASTS_MONTHS
  grace_days: GRACE_DAYS
"""
    )


def staff(shape: Shape, as_at: datetime.date) -> str:
    """The mapping of the monthly staff snapshots."""
    period = _days(shape, 0, MONTHS - 1)
    return (
        _head(shape, "staff", "staff", "full", as_at, period=period, delimiter=";")
        + f"""\
columns:
  staff_key: EMP_KEY
  snapshot: {{expr: SNAPSHOT, format: {_DATE}}}
  role_group: ROLE
  team: TEAM
  shift: SHIFT
  joined: {{expr: JOINED, format: {_DATE}}}
  left_on: {{expr: LEAVES, format: {_DATE}}}
  fte: FTE
"""
    )


def training(shape: Shape, as_at: datetime.date) -> str:
    """The mapping of the training register."""
    return (
        _head(shape, "training", "training", "full", as_at, delimiter=";")
        + f"""\
columns:
  staff_key: EMP_KEY
  course_code: COURSE
  completed: {{expr: DONE_ON, format: {_DATE}}}
  valid_until: {{expr: VALID_TO, format: {_DATE}}}
  hours: HOURS
"""
    )


def calendar(shape: Shape, name: str, kind: str, as_at: datetime.date) -> str:
    """The mapping of the analyst's calendar of changes."""
    return (
        _head(shape, name, "calendar", kind, as_at)
        + f"""\
columns:
  date: {{expr: DATE, format: {_DATE}}}
  kind:
    expr: KIND
    values: {{SYSTEM: system, DEFINITION: definition, POLICY: policy, RCRP: rcrp_phase, OTHER: other}}
  applies_to: TOUCHES
  note: NOTE
  breaks_series: {{expr: BREAK, values: {{"Y": true, "N": false}}}}
"""
    )


def further(shape: Shape, name: str, table: str, as_at: datetime.date, *, first_month: int | None) -> str:
    """The head of the mapping of a further extract: full, for the months from the first one on, or without a period."""
    period = _days(shape, first_month, MONTHS - 1) if first_month is not None else None
    return _head(shape, name, table, "full", as_at, period=period)


def _time(column: str) -> str:
    return f"{{expr: {column}, format: {_TIME}}}"


def _days(shape: Shape, first_month: int, last_month: int) -> tuple[datetime.date, datetime.date]:
    return shape.month(first_month), shape.month(last_month + 1) - datetime.timedelta(days=1)


def _of_year(shape: Shape, table: str, year: int) -> str:
    name = f"{table}-{shape.year_name(year)}"
    period = _days(shape, 12 * year, 12 * year + 11)
    return _head(shape, name, table, "full", shape.year_as_at(year), period=period)


def _head(
    shape: Shape,
    name: str,
    table: str,
    kind: str,
    as_at: datetime.date,
    *,
    period: tuple[datetime.date, datetime.date] | None = None,
    delimiter: str = ",",
) -> str:
    covered = f", from: {period[0]}, to: {period[1]}" if period else ""
    return f"""\
# MADE UP: nothing in the file that this mapping describes is real. Made by `nvap demo` from seed {shape.seed}.
made_up: true
mapping: made-up-{name}
version: 1
table: {table}
source:
  name: "Made-up Constabulary (not a real force): {name}"
  licence: made-up; free to use
  note: made-up rows ({shape.origin}); never to be shown as real
file: {{format: csv, encoding: utf-8, delimiter: "{delimiter}"}}
time_zone: Europe/London
as_at: {as_at}
extract: {{kind: {kind}{covered}}}
"""
