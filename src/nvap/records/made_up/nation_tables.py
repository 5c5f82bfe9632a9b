"""The tables of the made-up nation that the measures read: how many rows each has, and how its columns are drawn.

Every third log is likelier to be about mental health, and the tables about people lead to those logs: so the rows that
measures look for are many, at any size. Levels are chosen, not observed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nvap.engine.connection import literal
from nvap.records.made_up.nation_columns import After, Chance, Codes, Days, Drawn, Sql, area_name, reference

ROLES = (
    "response", "neighbourhood", "control room", "custody", "investigation", "mental health triage",
)  # fmt: skip
AGES = ("under_18", "18_24", "25_34", "35_44", "45_54", "55_64", "65_over")
ETHNICITIES = ("W1", "M1", "A1", "B1", "O9")
STAFF, TEAMS, WEEKS, REGISTER_YEARS = 120, 4, 260, 6
_MONTHLY = "CAST(start + to_months(CAST(j % 60 AS INTEGER)) AS DATE)"


@dataclass(frozen=True)
class Belongs:
    """Rows that belong to rows of another table: `many` to every `every`-th row, the first of them.

    With `spread`, `many` rows are spread evenly over each `every` rows.
    """

    to: str = "incidents"
    every: int = 1
    many: int = 1
    spread: bool = False


@dataclass(frozen=True)
class Listed:
    """Rows of a register: a number of them, and so many more for each area, each day covered and each 2,000 incidents.

    `day` is SQL for the day of a row, over its number `j` and the first day covered (`start`).
    """

    rows: int = 0
    an_area: int = 0
    a_day: int = 0
    in_2000: int = 0
    day: str = _MONTHLY

    def count(self, *, incidents: int, areas: int, days: int) -> int:
        """How many rows a force of this size has."""
        return self.rows + self.an_area * areas + self.a_day * days + self.in_2000 * (incidents // 2000)


@dataclass(frozen=True)
class Drawing:
    """One table: how many rows it has, and the columns that are not drawn as usual."""

    rows: Belongs | Listed
    columns: Mapping[str, Drawn] = field(default_factory=dict)


_DAY_OF_A_MONTH = "CAST(start + to_months(CAST(j % 60 AS INTEGER)) + to_days(CAST(j // 60 AS INTEGER)) AS DATE)"
_AGE = Codes({"under_18": 8, "18_24": 22, "25_34": 28, "35_44": 21, "45_54": 12, "55_64": 5, "65_over": 3,
              "not_known": 1})  # fmt: skip
_ANSWER = Codes({"yes": 25, "no": 68, "refused": 4, "not_asked": 3})
_CUSTODY, _VA = 21, 33


def _numbered(prefix: str, number: str) -> Sql:
    return Sql(f"'{prefix} ' || CAST({number} AS VARCHAR)")


def _one_of(values: tuple[str, ...], number: str) -> Sql:
    """The values in turn, by a number."""
    return Sql(f"[{', '.join(map(literal, values))}][1 + CAST(({number}) % {len(values)} AS INTEGER)]")


def _custody_when(condition: str) -> Sql:
    """The custody record of the row's incident, in some rows."""
    return Sql(f"CASE WHEN {condition} THEN {reference('custody_ref', f'i // {_CUSTODY}')} END")


_CALLS: dict[str, Drawing] = {
    "incidents": Drawing(
        Belongs(),
        {
            "opening_code": Sql("'C' || CAST(CAST(10 + floor({r} * 40) AS INTEGER) AS VARCHAR)"),
            "closing_code": Sql("'C' || CAST(CAST(10 + floor({r} * 40) AS INTEGER) AS VARCHAR)"),
            "mh_at_opening": Chance("CASE WHEN i % 3 = 0 THEN 0.08 ELSE 0.02 END"),
            "mh_at_closure": Chance("CASE WHEN i % 3 = 0 THEN 0.10 ELSE 0.02 END"),
            "mh_linked": Chance("CASE WHEN i % 3 = 0 THEN 0.05 ELSE 0.01 END"),
            "closure_kind": Codes({"counted": 95, "duplicate": 3, "cancelled": 1, "test": 1}, 0),
            "grade_initial": Codes({"I": 20, "P": 40, "S": 25, "R": 15}),
            "grade_final": Codes({"I": 20, "P": 40, "S": 25, "R": 15}),
            "first_dispatch": After("created", 60, 3600, 0.15),
            "first_arrival": After("first_dispatch", 120, 3600, 0.05),
            "closed": After("created", 7300, 40_000, 0.01),
            "duplicate_of": Sql(f"CASE WHEN {{r}} < 0.03 AND i > 9 THEN {reference('incident_ref', 'i - 9')} END"),
            "crime_ref": Sql(f"CASE WHEN i % 3 = 1 THEN {reference('crime_ref', 'i // 3')} END"),
        },
    ),
    "deployments": Drawing(
        Belongs(every=3, many=5, spread=True),
        {
            "officers": Sql("CAST(1 + floor({r} * 2.4) AS BIGINT)"),
            "assigned": After("s", 60, 3600, 0.01),
            "en_route": After("assigned", 10, 120),
            "arrived": After("assigned", 130, 3600),
            "cleared": After("assigned", 3700, 20_000),
            "stood_down": Chance(0.03),
        },
    ),
    "incident_events": Drawing(
        Belongs(every=3, many=2),
        {
            "happened": After("s", 30, 5400, 0),
            "event_type": Codes({"code_set": 50, "qualifier_added": 25, "grade_changed": 15, "closed": 10}, 0),
            "about_mh": Chance(0.35),
            "new_value": _numbered("code", "j % 2"),
        },
    ),
    "incident_assessments": Drawing(
        Belongs(every=3),
        {
            "assessed": After("s", 30, 4000, 0),
            "tool": Codes({"THRIVE": 55, "RCRP": 40, "other": 5}, 0),
            "stage": Codes({"initial": 85, "repeat": 15}),
            "complete": Chance(0.9),
        },
    ),
    "person_links": Drawing(
        Belongs(every=3),
        {
            "crime_ref": Sql("CAST(NULL AS VARCHAR)"),
            "custody_ref": Sql("CAST(NULL AS VARCHAR)"),
            "role": Codes({"subject": 55, "caller": 25, "missing_person": 5, "victim": 10, "witness": 5}),
        },
    ),
    "vulnerability_flags": Drawing(
        Belongs(every=9),
        {
            "crime_ref": Sql("CAST(NULL AS VARCHAR)"),
            "strand": Codes({"mental_health": 50, "domestic_abuse": 20, "suicide": 10, "missing": 10, "other": 10}, 0),
            "set_at": After("s", 300, 9000, 0),
        },
    ),
    "triage_contacts": Drawing(Belongs(every=90), {"requested": After("s", 60, 5400, 0)}),
    "uof": Drawing(Belongs(every=60), {"used": After("s", 900, 9000, 0)}),
    "complaints": Drawing(Belongs(every=300), {"received": Sql("d + CAST(floor({r} * 60) AS INTEGER)")}),
    "s136": Drawing(
        Belongs(every=375),
        {
            "detained": After("s", 600, 7200, 0),
            "age_band": _AGE,
            "pos_arrived": After("detained", 600, 7200),
            "accepted": After("pos_arrived", 60, 3600),
            "police_released": After("pos_arrived", 900, 36_000),
            "assessed": After("pos_arrived", 7200, 80_000),
            "first_place_of_safety": Codes({"hbpos": 55, "a_and_e": 38, "police_station": 1, "other": 4,
                                            "private_home": 1, "not_known": 1}),
        },
    ),
    "s135": Drawing(Belongs(every=3000), {"executed": After("s", 600, 7200, 0)}),
    "voluntary_escorts": Drawing(
        Belongs(every=450),
        {
            "started": After("s", 600, 7200, 0),
            "arrived": After("started", 600, 3600),
            "police_released": After("started", 4000, 30_000),
            "officers": Sql("CAST(1 + floor({r} * 2) AS BIGINT)"),
        },
    ),
    "referrals": Drawing(
        Belongs(every=24),
        {
            "created": After("s", 1800, 172_800, 0),
            "sent": After("created", 600, 86_400),
            "responded": After("created", 90_000, 900_000, 0.3),
            "custody_ref": _custody_when(f"i % {_CUSTODY} = 0"),
        },
    ),
    "adverse_events": Drawing(
        Belongs(every=20 * _CUSTODY),
        {
            "happened": After("s", 3600, 400_000, 0),
            "custody_ref": _custody_when("j % 2 = 0"),
            "type": Codes({"self_harm": 40, "near_miss": 30, "serious_harm": 10, "assault": 12, "apparent_suicide": 5,
                           "death": 3}, 0),
        },
    ),
    "persons": Drawing(
        Belongs(every=30),
        {
            "person_key": Sql("'p' || to_hex(hash(CAST(j AS DOUBLE)))"),
            "as_of": Sql("start"),
            "age_band": _AGE,
            "mh_marker_set": After("s", -30_000_000, 0, 0.8),
            "died_on": Sql("CAST(NULL AS DATE)"),
        },
    ),
    "problem_plans": Drawing(
        Belongs(every=600),
        {"opened": Sql("d + CAST(floor({r} * 30) AS INTEGER)"), "assessed": Days(60, 200, 0.4),
         "closed": Days(90, 500, 0.4)},
    ),
    "suspected_suicides": Drawing(Belongs(every=1500), {"died_on": Sql("d + CAST(floor({r} * 60) AS INTEGER)")}),
    "info_requests": Drawing(
        Belongs(every=180),
        {"asked": After("s", 600, 20_000, 0), "answered": After("asked", 600, 20_000, 0.1),
         "agreed_minutes": Sql("[30.0, 60.0, 240.0][1 + CAST(floor({r} * 3) AS INTEGER)]")},
    ),
}  # fmt: skip

_JUSTICE: dict[str, Drawing] = {
    "crimes": Drawing(
        Belongs(every=3),
        {
            "incident_ref": Sql(f"CASE WHEN i + 1 < incidents THEN {reference('incident_ref', 'i + 1')} END"),
            "recorded": After("s", 3600, 120_000, 0),
            "reported": After("s", 0, 3600, 0),
            "mh_factor": Codes({"none": 70, "suspect": 8, "victim": 8, "both": 2, "unknown": 12}),
            "outcome_type": Codes({"0": 5, "1": 8, "8": 5, "10": 2, "12": 1, "14": 18, "15": 15, "16": 25, "18": 15,
                                   "22": 6}),
            "outcome_date": Days(5, 250, 0.1),
            "closed": After("recorded", 500_000, 20_000_000, 0.1),
            "reopened": After("closed", 86_400, 864_000, 0.99),
        },
    ),
    "victims": Drawing(Belongs("crimes", every=4, many=3, spread=True)),
    "risk_reviews": Drawing(
        Belongs("crimes", every=8, many=2),
        {"due": After("s", 600_000, 1_200_000, 0), "done": After("due", -200_000, 300_000, 0.2),
         "person_key": Sql("CAST(NULL AS VARCHAR)"),
         "trigger": Sql("['arrest', 'bail_or_rui'][1 + CAST(j % 2 AS INTEGER)]")},
    ),
    "custody": Drawing(
        Belongs(every=_CUSTODY),
        {
            "arrived": After("s", 3600, 9000, 0),
            "authorised": After("arrived", 300, 1500, 0.01),
            "site": _numbered("Suite", "1 + j % 3"),
            "age_band": _AGE,
            "mh_condition": Chance(0.2),
            "aa_needed": Chance(0.2),
            "aa_called": After("authorised", 600, 7200, 0.75),
            "aa_arrived": After("aa_called", 1800, 14_000),
            "rights_given": After("authorised", 1800, 9000),
            "first_cell": After("arrived", 2000, 9000),
            "held_under_s136": Chance(0.003),
            "released": After("arrived", 20_000, 90_000, 0.01),
            "prra_done": Chance(0.97),
            "prra_risk": Codes({"none": 62, "standard": 26, "high": 12}),
        },
    ),
    "custody_ra": Drawing(
        Belongs("custody", every=3, many=4, spread=True),
        {"assessed": Sql("s + 4000 + (j % 4) * 2000 + CAST({r} * 1800 AS BIGINT)"),
         "stage": Codes({"initial": 80, "repeat": 20}),
         **dict.fromkeys(("q_mental_health", "q_self_harm", "q_suicidal_now", "q_medication", "q_learning"), _ANSWER)},
    ),
    "custody_health": Drawing(
        Belongs("custody", every=2),
        {"requested": After("s", 9000, 18_000, 0), "seen": After("requested", 600, 9000, 0.1),
         "mha_requested": After("requested", 600, 9000, 0.9), "mha_done": After("mha_requested", 3600, 40_000),
         "bed_requested": After("mha_done", 600, 9000, 0.5), "bed_found": After("bed_requested", 3600, 200_000)},
    ),
    "va": Drawing(
        Belongs(every=_VA),
        {"interviewed": After("s", 86_400, 900_000, 0), "age_band": _AGE,
         "crime_ref": Sql(f"CASE WHEN {{r}} < 0.6 THEN {reference('crime_ref', 'i // 3')} END"),
         "aa_called": After("interviewed", -20_000, -7200, 0.8), "aa_arrived": After("aa_called", 1800, 20_000)},
    ),
    "interviews": Drawing(
        Belongs("custody", every=2, many=3),
        {"custody_ref": Sql(f"CASE WHEN j % 3 < 2 THEN {reference('custody_ref', 'up')} END"),
         "va_ref": Sql(f"CASE WHEN j % 3 = 2 THEN {reference('va_ref', f'i // {_VA}')} END"),
         "started": After("s", 15_000, 40_000, 0), "need_recorded": After("started", -10_000, 2000, 0.5),
         "urgent_exception": Chance(0.05)},
    ),
    "ld_contacts": Drawing(
        Belongs("custody", every=3),
        {"custody_ref": Sql(f"CASE WHEN j % 4 < 3 THEN {reference('custody_ref', 'up')} END"),
         "va_ref": Sql(f"CASE WHEN j % 4 = 3 THEN {reference('va_ref', f'i // {_VA}')} END"),
         "referred": After("s", 9000, 40_000, 0), "screened": After("referred", 600, 9000, 0.3),
         "first_appointment": After("referred", 86_400, 4_000_000, 0.5)},
    ),
}  # fmt: skip

_STAFF_NUMBER = "'s' || CAST(j // 60 AS VARCHAR)"

_REGISTERS: dict[str, Drawing] = {
    "grade_config": Drawing(
        Listed(5, day="CASE WHEN j = 2 THEN CAST(start + INTERVAL 30 MONTH AS DATE) ELSE start END"),
        {
            "grade": Sql("['I', 'P', 'P', 'S', 'R'][1 + j]"),
            "label": Sql("['Immediate', 'Priority', 'Priority', 'Scheduled', 'Resolved without deployment'][1 + j]"),
            "target_minutes": Sql("[15.0, 60.0, 75.0, 2880.0, NULL][1 + j]"),
            "attended": Sql("j < 4"),
            "clock_start": Sql("'created'"),
            "valid_to": Sql("CASE WHEN j = 1 THEN CAST(start + INTERVAL 30 MONTH - INTERVAL 1 DAY AS DATE) END"),
        },
    ),
    "population": Drawing(
        Listed(an_area=REGISTER_YEARS),
        {
            "area": Sql(area_name(f"1 + j // {REGISTER_YEARS}")),
            "year": Sql(f"year(start) + j % {REGISTER_YEARS}"),
            "people": Sql(f"CAST(incidents * 1.1 / areas * (0.7 + 0.6 * ((j // {REGISTER_YEARS}) % 7) / 6)"
                          f" * (1 + 0.006 * (j % {REGISTER_YEARS})) + 100 AS BIGINT)"),
            "source": Sql("'made-up estimate'"),
        },
    ),
    "population_groups": Drawing(
        Listed(an_area=REGISTER_YEARS * len(AGES) * 2 * len(ETHNICITIES)),
        {
            "area": Sql(area_name(f"1 + j // {REGISTER_YEARS * len(AGES) * 2 * len(ETHNICITIES)}")),
            "year": Sql(f"year(start) + j % {REGISTER_YEARS}"),
            "age_band": _one_of(AGES, f"j // {REGISTER_YEARS}"),
            "sex": _one_of(("F", "M"), f"j // {REGISTER_YEARS * len(AGES)}"),
            "ethnicity": _one_of(ETHNICITIES, f"j // {REGISTER_YEARS * len(AGES) * 2}"),
            "people": Sql(f"CAST(10 + incidents * 1.1 / areas / {len(AGES) * 2 * len(ETHNICITIES)} AS BIGINT)"),
            "source": Sql("'made-up estimate'"),
        },
    ),
    "course_requirements": Drawing(
        Listed(len(ROLES), day="start"),
        {"role_group": _one_of(ROLES, "j"), "course_code": Sql(_numbered("MH", "1 + j % 3").text),
         "valid_to": Sql("CAST(NULL AS DATE)"), "validity_months": Sql("24"), "grace_days": Sql("90")},
    ),
    "staff": Drawing(
        Listed(STAFF * 60, in_2000=60),
        {"staff_key": Sql(_STAFF_NUMBER), "role_group": _one_of(ROLES, "j // 60"),
         "shift": _numbered("shift", "1 + (j // 60) % 4"), "team": _numbered("team", f"1 + (j // 60) % {TEAMS}"),
         "joined": Sql("CAST(start - ((j // 60) * 37 % 4000)::INTEGER AS DATE)"),
         "left_on": Sql("CAST(NULL AS DATE)"), "fte": Sql("1.0")},
    ),
    "training": Drawing(
        Listed(STAFF * 3, in_2000=3, day="start + CAST((j // 3) * 13 % 365 + (j % 3) * 640 - 300 AS INTEGER)"),
        {"staff_key": Sql("'s' || CAST(j // 3 AS VARCHAR)"),
         "course_code": Sql(_numbered("MH", f"1 + ((j // 3) % {len(ROLES)}) % 3").text),
         "valid_until": Sql("CAST(NULL AS DATE)"), "hours": Sql("6.0")},
    ),
    "problem_profiles": Drawing(
        Listed(12 * 60), {"profile_ref": Sql(reference("profile_ref", "j // 60")), "reviewed": Days(-300, 0, 0.1)}
    ),
    "governance_meetings": Drawing(
        Listed(5 * 60, day=_DAY_OF_A_MONTH),
        {"board": _numbered("board", "1 + j // 60"), "held": Chance(0.9), "quorate": Chance(0.85)},
    ),
    "governance_actions": Drawing(
        Listed(12 * 60, day=_DAY_OF_A_MONTH),
        {"meeting_ref": Sql(reference("meeting_ref", "j % 300")), "closed": Days(-20, 40, 0.2)},
    ),
    "agreements": Drawing(
        Listed(7 * 60),
        {"agreement_ref": Sql(reference("agreement_ref", "j // 60")), "review_due": Days(-100, 400),
         "kind": Sql("['s135_136', 'awol', 'walk_out', 'conveyance', 'rcrp', 'missing', 'other'][1 + j // 60]"),
         "signed_on": Days(-900, -10)},
    ),
    "isa_register": Drawing(
        Listed(25 * 60),
        {"isa_ref": Sql(reference("isa_ref", "j // 60")), "partner": _numbered("partner", "1 + j // 60"),
         "status": Codes({"live": 75, "draft": 10, "expired": 10, "none": 5}), "signed_on": Days(-900, -10),
         "dpia_on": Days(-900, -10), "review_due": Days(-100, 400), "covers_mh": Chance(0.8)},
    ),
    "rosters": Drawing(
        Listed(a_day=TEAMS * 3, day=f"CAST(start + CAST(j // {TEAMS * 3} AS INTEGER) AS DATE)"),
        {"team": _numbered("team", f"1 + j % {TEAMS}"), "shift": _numbered("shift", f"1 + (j // {TEAMS}) % 3"),
         "planned_fte": Sql("20.0"), "actual_fte": Sql("round(16 + 5 * {r}, 1)"), "mh_hours": Sql("round(30 * {r}, 1)"),
         "overtime_hours": Sql("round(12 * {r}, 1)")},
    ),
    "demand_forecast": Drawing(
        Listed(TEAMS * WEEKS, day=f"CAST(start + 7 * CAST(j // {TEAMS} AS INTEGER) AS DATE)"),
        {"team": _numbered("team", f"1 + j % {TEAMS}")},
    ),
    "hr_absence": Drawing(
        Listed(TEAMS * 2 * 60),
        {"team": _numbered("team", f"1 + (j // 60) % {TEAMS}"), "fte": Sql("60.0"),
         "reason": Sql(f"['psychological', 'other'][1 + j // {TEAMS * 60}]")},
    ),
}  # fmt: skip

TABLES: dict[str, Drawing] = {**_CALLS, **_JUSTICE, **_REGISTERS}
"""Every table that the measures read, by name."""
