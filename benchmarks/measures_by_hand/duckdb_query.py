"""The aggregates of the record measures by month and area in DuckDB, written by hand: one query or two a table.

python duckdb_query.py WORKSPACE OUT

Numerators, denominators and unknowns, the values of medians, and no interval. OUT is a folder: one Parquet file a
query, whose columns are named measure|part|category|k, n, u or v.
"""

import sys
from pathlib import Path

import duckdb

workspace, out = sys.argv[1:3]
Path(out).mkdir(parents=True, exist_ok=True)
connection = duckdb.connect(config={"memory_limit": "1500MB"})
for folder in Path(workspace).glob("timing/batches/*"):
    file = next(folder.glob("*/rows.parquet"))
    connection.execute(f"CREATE VIEW {folder.name} AS SELECT * FROM read_parquet('{file}')")


def count(name, met):
    return {f"{name}||k": f"count(*) FILTER (WHERE {met})", f"{name}||u": f"count(*) FILTER (WHERE ({met}) IS NULL)"}


def share(name, met, among="TRUE"):
    return {
        f"{name}||k": f"count(*) FILTER (WHERE ({among}) AND ({met}))",
        f"{name}||n": f"count(*) FILTER (WHERE ({among}) AND ({met}) IS NOT NULL)",
        f"{name}||u": f"count(*) FILTER (WHERE ({among}) IS NULL OR (({among}) AND ({met}) IS NULL))",
    }


def rate(name, met, among):
    return {
        f"{name}||k": f"count(*) FILTER (WHERE {met})",
        f"{name}||n": f"count(*) FILTER (WHERE {among})",
        f"{name}||u": f"count(*) FILTER (WHERE ({met}) IS NULL OR ({among}) IS NULL)",
    }


def total(name, value, met="TRUE", unknown=None, rows="1"):
    unknown = unknown or f"({value}) IS NULL"
    return {
        f"{name}||k": f"coalesce(sum({value}) FILTER (WHERE {met}), 0)",
        f"{name}||u": f"coalesce(sum(CASE WHEN {met} THEN CAST({unknown} AS INT)"
        f" WHEN ({met}) IS NULL THEN {rows} END), 0)",
    }


def mean(name, value, among, unknown):
    return {
        f"{name}||k": f"coalesce(sum({value}) FILTER (WHERE ({among}) AND NOT ({unknown})), 0)",
        f"{name}||n": f"count(*) FILTER (WHERE ({among}) AND NOT ({unknown}))",
        f"{name}||squares": f"sum(({value}) * ({value})) FILTER (WHERE ({among}) AND NOT ({unknown}))",
        f"{name}||u": f"count(*) FILTER (WHERE ({among}) IS NULL OR (({among}) AND ({unknown})))",
    }


def part_of_sum(name, value, met, among):
    return {
        f"{name}||k": f"coalesce(sum({value}) FILTER (WHERE ({among}) AND ({met})), 0)",
        f"{name}||n": f"coalesce(sum({value}) FILTER (WHERE ({among}) AND ({met}) IS NOT NULL), 0)",
        f"{name}||squares": f"sum(({value}) * ({value})) FILTER (WHERE ({among}) AND ({met}))",
        f"{name}||all_squares": f"sum(({value}) * ({value})) FILTER (WHERE ({among}) AND ({met}) IS NOT NULL)",
        f"{name}||rows": f"count(*) FILTER (WHERE ({among}) AND ({met}) IS NOT NULL AND ({value}) > 0)",
    }


def middle(name, value, among="TRUE", *, at=0.5):
    return {
        f"{name}||v": f"quantile_cont({value}, {at}) FILTER (WHERE {among})",
        f"{name}||n": f"count(*) FILTER (WHERE ({among}) AND ({value}) IS NOT NULL)",
        f"{name}||u": f"count(*) FILTER (WHERE ({among}) IS NULL OR (({among}) AND ({value}) IS NULL))",
    }


def mix(name, value, codes, among="TRUE", apart=()):
    """`codes` are those that are known; those `apart` are counted beside the mix."""
    known = ", ".join(f"'{code}'" for code in codes)
    listed = ", ".join(f"'{code}'" for code in (*codes, *apart))
    found = {
        f"{name}|{code}|k": f"count(*) FILTER (WHERE ({among}) AND {value} = '{code}')" for code in (*codes, *apart)
    }
    for code in codes:
        found[f"{name}|{code}|n"] = f"count(*) FILTER (WHERE ({among}) AND {value} IN ({known}))"
        found[f"{name}|{code}|u"] = (
            f"count(*) FILTER (WHERE ({among}) IS NULL OR (({among}) AND coalesce({value} NOT IN ({listed}), TRUE)))"
        )
    return found


def minutes(start, end):
    return f"CASE WHEN {end} >= {start} THEN (epoch_us({end}) - epoch_us({start})) / 60000000.0 END"


def answer(number, source, day, *parts, area="area", group="NULL"):
    """Run one query by month, area and group, and write its aggregates."""
    aggregates = ", ".join(f'{sql} AS "{name}"' for each in parts for name, sql in each.items())
    connection.execute(
        f"COPY (SELECT date_trunc('month', {day}) AS month, {area} AS area, {group} AS grp, {aggregates}"
        f" FROM {source} GROUP BY ALL) TO '{out}/{number}.parquet' (FORMAT parquet)"
    )


def any_of(condition):
    return f"bool_or({condition}) OR CASE WHEN count({condition}) < count(*) THEN NULL ELSE FALSE END"


def within(start, end, times="1"):
    found = minutes(start, end)
    return f"(CASE WHEN {found} <= 2160 THEN ({found}) * {times} / 60 END)"


LOCAL = "timezone('Europe/London', timezone('UTC', {0}))"


def hours(start, end):
    midnight = f"{LOCAL.format(end)} = date_trunc('day', {LOCAL.format(end)})"
    found = minutes(start, end)
    return f"CASE WHEN {found} <= 2160 AND NOT ({midnight}) THEN {found} / 60 END"


# Incidents: first what each needs of other tables, one row an incident, then two queries over them.
connection.execute(f"""
CREATE TEMP TABLE of_deployments AS
SELECT incident_ref, bool_or(stood_down IS NOT TRUE) AS sent, count(*) AS rows,
    sum(t2) AS t2, count(*) - count(t2) AS t2_unknown, sum(t3) AS t3, count(*) - count(t3) AS t3_unknown,
    sum(coalesce(t2, 0)) AS t2_least, sum(coalesce(t2, 36 * officers)) AS t2_most,
    count(*) - count(coalesce(t2, 36 * officers)) AS t2_most_unknown,
    sum(coalesce(t3, 0)) AS t3_least, sum(coalesce(t3, 36 * officers)) AS t3_most,
    count(*) - count(coalesce(t3, 36 * officers)) AS t3_most_unknown
FROM (
    SELECT incident_ref, stood_down, officers,
        CASE WHEN stood_down THEN 0 ELSE ({hours("arrived", "cleared")}) * officers END AS t2,
        ({hours("assigned", "cleared")}) * officers AS t3
    FROM deployments
) GROUP BY incident_ref""")
# The bounds of t2 take a resource that was stood down as nothing.
connection.execute("""
CREATE TEMP TABLE mental_health AS
SELECT incident_ref, created, place_key FROM incidents WHERE closure_kind = 'counted' AND mh_at_closure""")
connection.execute("""
CREATE TEMP TABLE contacts AS
SELECT l.incident_ref, i.created, i.closure_kind = 'counted' AS counted, i.mh_at_closure AS mh, person_key,
    match_method IN ('rms_id', 'deterministic') AS sure
FROM person_links AS l JOIN incidents AS i USING (incident_ref)
WHERE role IN ('caller', 'subject', 'missing_person')""")
connection.execute("""
CREATE TEMP TABLE of_person AS
SELECT l.incident_ref,
    count(DISTINCT e.incident_ref) FILTER (WHERE e.counted AND e.mh) AS year,
    count(DISTINCT e.incident_ref) FILTER (WHERE e.counted AND e.mh AND l.sure AND e.sure) AS year_sure,
    count(DISTINCT e.incident_ref) FILTER (
        WHERE e.counted AND e.mh AND e.created >= l.created - INTERVAL 90 DAY) AS days_90
FROM contacts AS l LEFT JOIN contacts AS e ON e.person_key = l.person_key AND e.created < l.created
    AND e.created >= l.created - INTERVAL 365 DAY
WHERE l.counted GROUP BY 1""")
connection.execute("""
CREATE TEMP TABLE at_place AS
SELECT i.incident_ref, count(*) AS year FROM incidents AS i JOIN mental_health AS e
    ON e.place_key = i.place_key AND e.created < i.created AND e.created >= i.created - INTERVAL 365 DAY
WHERE i.closure_kind = 'counted' GROUP BY 1""")
connection.execute(f"""
CREATE TEMP TABLE of_assessments AS
SELECT incident_ref, {any_of("tool IN ('THRIVE', 'other') AND complete")} AS triaged,
    {any_of("tool IN ('THRIVE', 'other') AND stage = 'repeat'")} AS repeated,
    {any_of("repeat_check")} AS repeat_checked, {any_of("household_check")} AS household_checked,
    {any_of("tool = 'RCRP' AND rcrp_scope <> 'none'")} AS in_scope,
    {
    any_of(
        "tool = 'RCRP' AND rcrp_scope <> 'none' AND coalesce(rcrp_threshold <> 'not_recorded', FALSE)"
        " AND rationale_present"
    )
} AS decided,
    min(CASE WHEN tool = 'RCRP' AND rcrp_scope <> 'none' THEN rcrp_scope END) AS scope,
    {any_of("vulnerability_identified")} AS vulnerable,
    coalesce(bool_or(tool IN ('THRIVE', 'other') AND complete AND coalesce(assessed <= first_dispatch, TRUE)), FALSE)
        AS triaged_in_time
FROM incident_assessments JOIN incidents USING (incident_ref) GROUP BY 1""")
connection.execute("""
CREATE TEMP TABLE of_events AS
SELECT incident_ref, min(happened) AS first_flag,
    bool_or(user_role = 'call_handler' AND coalesce(happened <= first_dispatch, TRUE)) AS by_handler
FROM incident_events JOIN incidents USING (incident_ref)
WHERE event_type IN ('code_set', 'qualifier_added') AND about_mh GROUP BY 1""")
connection.execute(f"""
CREATE TEMP TABLE inc AS
SELECT i.incident_ref, created, created_date, i.area, closure_kind = 'counted' AS counted, mh_at_closure AS mh,
    mh_at_opening AS mh_opening, grade_initial, grade_final, first_dispatch, first_arrival, i.closed, i.crime_ref,
    place_key,
    g.label, g.attended,
    {minutes("CASE WHEN g.clock_start = 'first_dispatch' THEN first_dispatch ELSE created END", "first_arrival")}
        <= g.target_minutes AS in_time,
    ev.first_flag, ev.by_handler, cr.recorded,
    CASE WHEN a.incident_ref IS NULL THEN FALSE ELSE a.triaged END AS triaged,
    CASE WHEN a.incident_ref IS NULL THEN FALSE ELSE a.repeated END AS repeated,
    CASE WHEN a.incident_ref IS NULL THEN FALSE ELSE a.repeat_checked END AS repeat_checked,
    CASE WHEN a.incident_ref IS NULL THEN FALSE ELSE a.household_checked END AS household_checked,
    CASE WHEN a.incident_ref IS NULL THEN FALSE ELSE a.in_scope END AS in_scope,
    CASE WHEN a.incident_ref IS NULL THEN FALSE ELSE a.decided END AS decided,
    CASE WHEN a.incident_ref IS NULL THEN FALSE ELSE a.vulnerable END AS vulnerable,
    coalesce(a.triaged_in_time, FALSE) AS triaged_in_time, a.scope,
    d.sent IS TRUE AS sent, coalesce(d.rows, 0) AS rows,
    coalesce(t2, 0) AS t2, coalesce(t2_unknown, 0) AS t2_unknown, coalesce(t2_least, 0) AS t2_least,
    coalesce(t2_most, 0) AS t2_most, coalesce(t2_most_unknown, 0) AS t2_most_unknown,
    coalesce(t3, 0) AS t3, coalesce(t3_unknown, 0) AS t3_unknown, coalesce(t3_least, 0) AS t3_least,
    coalesce(t3_most, 0) AS t3_most, coalesce(t3_most_unknown, 0) AS t3_most_unknown,
    CASE WHEN d.sent IS TRUE THEN {hours("first_arrival", "i.closed")} ELSE 0 END AS t1,
    p.year AS of_person, p.year_sure AS of_person_sure, p.days_90 AS of_person_90,
    CASE WHEN place_key IS NOT NULL THEN coalesce(at_place.year, 0) END AS at_place
FROM incidents AS i
LEFT JOIN grade_config AS g ON g.grade = i.grade_initial
    AND created_date BETWEEN g.valid_from AND coalesce(g.valid_to, DATE '9999-12-31')
LEFT JOIN crimes AS cr ON cr.crime_ref = i.crime_ref
LEFT JOIN of_events AS ev ON ev.incident_ref = i.incident_ref
LEFT JOIN of_assessments AS a ON a.incident_ref = i.incident_ref
LEFT JOIN of_deployments AS d ON d.incident_ref = i.incident_ref
LEFT JOIN of_person AS p ON p.incident_ref = i.incident_ref
LEFT JOIN at_place ON at_place.incident_ref = i.incident_ref""")
connection.execute("""
CREATE TEMP TABLE flagged AS
SELECT i.*,
    EXISTS (SELECT 1 FROM vulnerability_flags AS v WHERE v.incident_ref = i.incident_ref
        AND strand <> 'mental_health') AS other_strand,
    i.incident_ref IN (SELECT incident_ref FROM uof) AS force_used,
    i.incident_ref IN (SELECT incident_ref FROM complaints) AS complained_of,
    i.incident_ref IN (SELECT incident_ref FROM triage_contacts WHERE answered IS NOT NULL) AS triage_asked,
    EXISTS (SELECT 1 FROM contacts AS l JOIN problem_plans AS pp USING (person_key)
        WHERE l.incident_ref = i.incident_ref AND pp.partners AND pp.opened <= i.created_date
            AND coalesce(pp.closed >= i.created_date, TRUE)) AS joint_plan,
    EXISTS (SELECT 1 FROM referrals AS r WHERE r.incident_ref = i.incident_ref AND r.sent IS NOT NULL
        AND r.created <= i.created + INTERVAL 24 HOUR) AS notice
FROM inc AS i WHERE counted AND mh IS NOT FALSE""")
BOTH = "counted AND mh"
KNOWN = "(of_person > 0 OR at_place > 0)"
answer(
    "incidents", "inc", "created_date",
    count("D01|count", BOTH), share("D01|share", "mh", "counted"), count("D02|rate", BOTH),
    share("D06|by_handler", "by_handler", BOTH), middle("D06|minutes_to_flag", minutes("created", "first_flag"), BOTH),
    share("D06|opened_as_other", "NOT mh_opening", BOTH),
    mix("D06|moves", """(CASE WHEN mh_opening AND mh THEN 'kept' WHEN mh_opening AND NOT mh THEN 'dropped'
        WHEN NOT mh_opening AND mh THEN 'added' END)""", ("kept", "dropped", "added"),
        "counted AND (mh_opening OR mh)"),
    share("D07|recorded_in_time", f"{minutes('created', 'recorded')} <= 1440", f"{BOTH} AND crime_ref IS NOT NULL"),
    share("D08|done", "triaged", BOTH), share("D08|done_in_time", "triaged_in_time", BOTH),
    share("D08|repeated", "repeated", f"{BOTH} AND grade_final <> grade_initial"),
    share("D09|repeat_check", "repeat_checked", f"{BOTH} AND {KNOWN}"),
    share("D09|repeat_check_sure", "repeat_checked", f"{BOTH} AND (of_person_sure > 0 OR at_place > 0)"),
    share("D09|household_check", "household_checked", f"{BOTH} AND {KNOWN}"),
    total("D12|t1_hours", "t1", BOTH), mean("D12|t1_hours_per_incident", "t1", BOTH, "t1 IS NULL"),
    part_of_sum("D12|t1_share", "t1", "mh", "counted"),
    total("D12|t1_least", "coalesce(t1, 0)", BOTH), total("D12|t1_most", "coalesce(t1, 36)", BOTH),
    *(
        found
        for way in ("t2", "t3")
        for found in (
            total(f"D12|{way}_hours", way, BOTH, f"{way}_unknown", "rows"),
            total(f"D12|{way}_least", f"{way}_least", BOTH, "0", "rows"),
            total(f"D12|{way}_most", f"{way}_most", BOTH, f"{way}_most_unknown", "rows"),
            mean(f"D12|{way}_hours_per_incident", way, BOTH, f"{way}_unknown > 0"),
            part_of_sum(f"D12|{way}_share", way, "mh", "counted"),
        )
    ),
    share("D20|incident_flag", "mh IS NOT NULL", "counted"), share("D20|incident_area", "area IS NOT NULL", "counted"),
    share("D20|incident_times", "first_arrival IS NOT NULL AND closed IS NOT NULL",
          "counted AND first_dispatch IS NOT NULL"),
    share("P07|recorded", "decided", "counted AND in_scope"), share("P08|deployed", "sent", "counted AND in_scope"),
    count("P08|calls", "counted AND in_scope"),
    share("P19|third_in_90_days", "of_person_90 >= 2", BOTH), share("P19|same_place", "at_place >= 1", BOTH),
)  # fmt: skip
answer(
    "flagged", "flagged", "created_date",
    share("D18|another", "other_strand", BOTH), share("P16|reach", "triage_asked", BOTH),
    share("P19|joint_plan", "joint_plan", f"{BOTH} AND of_person_90 >= 2"),
    share("P21|notice_in_time", "notice", f"{BOTH} AND vulnerable"),
)  # fmt: skip
KIND = """CASE WHEN mh THEN 'mental-health-related' WHEN NOT mh THEN 'other incidents'
    ELSE 'not known whether mental-health-related' END"""
answer(
    "graded", "inc", "created_date", share("D11|in_time", "in_time", "counted AND attended"),
    group=f"coalesce(label, 'not known') || ', ' || {KIND}",
)  # fmt: skip
answer(
    "scopes", "inc", "created_date",
    share("P07|by_scope", "decided", "counted AND in_scope"), share("P08|by_scope", "sent", "counted AND in_scope"),
    group="scope",
)  # fmt: skip
answer(
    "regraded", "inc", "created_date", share("D11|regraded", "grade_final <> grade_initial", "counted AND attended"),
    group=KIND,
)  # fmt: skip
answer(
    "unsent", """(SELECT inc.*,
        EXISTS (SELECT 1 FROM adverse_events AS a WHERE type IN ('death', 'apparent_suicide', 'serious_harm')
            AND happened >= inc.created AND happened <= inc.created + INTERVAL 7 DAY
            AND (a.incident_ref = inc.incident_ref OR a.person_key IN
                (SELECT person_key FROM person_links AS l WHERE l.incident_ref = inc.incident_ref))) AS harmed,
        CASE WHEN c.incident_ref IS NOT NULL THEN again END AS again
    FROM inc LEFT JOIN (
        SELECT l.incident_ref, bool_or(e.incident_ref IS NOT NULL) AS again FROM contacts AS l
        LEFT JOIN contacts AS e ON e.person_key = l.person_key AND e.counted AND e.incident_ref <> l.incident_ref
            AND e.created > l.created AND e.created <= l.created + INTERVAL 72 HOUR GROUP BY 1
    ) AS c ON c.incident_ref = inc.incident_ref
    WHERE in_scope IS NOT FALSE AND NOT sent)""", "created_date",
    rate("P11|harm", "counted AND in_scope AND NOT sent AND harmed", "counted AND in_scope AND NOT sent"),
    share("P11|contact_again", "again", "counted AND in_scope AND NOT sent"),
)  # fmt: skip

# The other tables, one query each.
WITH_FACTOR = "mh_factor IN ('victim', 'suspect', 'both')"
OUTCOMES = [str(number) for number in range(1, 23)]
answer(
    "crimes", "crimes", "recorded_date",
    share("D07|answered", "coalesce(mh_factor <> 'unknown', FALSE)"),
    share("D07|factor", "CASE WHEN mh_factor <> 'unknown' THEN mh_factor <> 'none' END"),
    share("D20|crime_factor", "coalesce(mh_factor <> 'unknown', FALSE)"),
)  # fmt: skip
SETTLED = "CASE WHEN outcome_type NOT IN ('0', 'ambiguous') THEN outcome_type IN ({0}) END"
AMONG = f"{WITH_FACTOR} AND outcome_type <> '0'"
answer(
    "outcomes", "crimes", "outcome_date",
    share("J17|watched", SETTLED.format("'10', '12'"), AMONG),
    share("J17|instead", SETTLED.format("'14', '15', '16', '20', '21', '22'"), AMONG),
    share("J17|other_no_action", SETTLED.format("'9', '11', '13'"), AMONG),
)  # fmt: skip
answer(
    "s136", "s136", "detained_date",
    middle("D13|hours", within("detained", "police_released")),
    middle("D13|long_hours", within("detained", "police_released"), at=0.9),
    total("D13|total_hours", within("detained", "police_released")),
    total("D13|waiting_hours", within("pos_arrived", "police_released")),
    count("P12|rate", "s136_ref IS NOT NULL"), share("P13|ambulance_requested", "ambulance_requested"),
    mix("P13|place", "first_place_of_safety", ("police_station", "a_and_e", "hbpos", "private_home", "other")),
    mix("P13|conveyance", "conveyance",
        ("ambulance", "police_vehicle", "other_health_vehicle", "other", "none_already_at_pos")),
    share("P14|consulted", "consulted"),
    share("P14|consulted_where_practicable", "consulted", "coalesce(not_consulted_reason <> 'not_practicable', TRUE)"),
    mix("P14|outcome", "outcome", ("s2", "s3", "informal", "community", "none")),
    share("P15|within_60", f"{minutes('pos_arrived', 'coalesce(accepted, police_released)')} <= 60"),
    share("P15|within_30", f"{minutes('pos_arrived', 'coalesce(accepted, police_released)')} <= 30"),
    middle("P15|wait", minutes("pos_arrived", "coalesce(accepted, police_released)")),
    middle("P15|long_wait", minutes("pos_arrived", "coalesce(accepted, police_released)"), at=0.9),
    share("D20|detention_times", "pos_arrived IS NOT NULL AND police_released IS NOT NULL"),
    share("D20|detention_ethnicity", "coalesce(ethnicity <> 'NS', FALSE)"),
    share("D20|detention_place",
          "coalesce(first_place_of_safety <> 'not_known' AND conveyance <> 'not_known', FALSE)"),
)  # fmt: skip
answer("places", "s136", "detained_date",
       share("P15|by_place", f"{minutes('pos_arrived', 'coalesce(accepted, police_released)')} <= 60"),
       group="first_place_of_safety")  # fmt: skip
answer("s135", "s135", "executed_date", count("P12|warrants", "s135_ref IS NOT NULL"))
answer("escorts", "voluntary_escorts", "started_date", count("P12|escorts", "escort_ref IS NOT NULL"),
       total("D13|escort_hours", within("started", "police_released", "officers")))  # fmt: skip
YES = "CASE {0} WHEN 'yes' THEN TRUE WHEN 'no' THEN FALSE END"
SAID = " OR ".join(YES.format(name) for name in ("q_mental_health", "q_self_harm", "q_suicidal_now"))
ANSWERED = " AND ".join(
    f"{name} IN ('yes', 'no')"
    for name in ("q_mental_health", "q_self_harm", "q_suicidal_now", "q_medication", "q_learning")
)
connection.execute(f"""
CREATE TEMP TABLE cells AS
WITH ra AS (
    SELECT custody_ref, {any_of("stage = 'repeat'")} AS again, {any_of(SAID)} AS said,
        bool_or(stage IS DISTINCT FROM 'repeat' AND {ANSWERED} AND coalesce(assessed <= first_cell, TRUE))
            AS before_cell
    FROM custody_ra JOIN custody USING (custody_ref) GROUP BY 1
), health AS (
    SELECT custody_ref, {any_of("seen IS NOT NULL")} AS seen,
        {any_of("seen IS NOT NULL AND seen <= requested + INTERVAL 60 MINUTE")} AS in_an_hour
    FROM custody_health GROUP BY 1
), ld AS (
    SELECT custody_ref, {any_of("offered")} AS offered, {any_of("accepted")} AS accepted,
        {any_of("screened IS NOT NULL")} AS screened
    FROM ld_contacts WHERE custody_ref IS NOT NULL GROUP BY 1
), sent AS (
    SELECT custody_ref, {any_of("sent IS NOT NULL")} AS referred, {any_of("mh_need")} AS named
    FROM referrals WHERE custody_ref IS NOT NULL GROUP BY 1
), harm AS (
    SELECT custody_ref, {any_of("type <> 'near_miss' AND setting = 'custody'")} AS harmed,
        {any_of("type = 'near_miss'")} AS near_miss
    FROM adverse_events WHERE custody_ref IS NOT NULL GROUP BY 1
), interviewed AS (
    SELECT custody_ref, min(started) FILTER (WHERE urgent_exception IS NOT TRUE) AS first_interview,
        coalesce(bool_or(urgent_exception), FALSE) AS urgent
    FROM interviews WHERE custody_ref IS NOT NULL GROUP BY 1
)
SELECT c.*, authorised IS NOT NULL AS held, coalesce(ra.before_cell, FALSE) AS before_cell,
    CASE WHEN ra.custody_ref IS NULL THEN FALSE ELSE ra.again END AS again,
    CASE WHEN ra.custody_ref IS NULL THEN FALSE ELSE ra.said END AS said,
    CASE WHEN health.custody_ref IS NULL THEN FALSE ELSE health.seen END AS seen,
    CASE WHEN health.custody_ref IS NULL THEN FALSE ELSE in_an_hour END AS in_an_hour,
    CASE WHEN ld.custody_ref IS NULL THEN FALSE ELSE offered END AS offered,
    CASE WHEN ld.custody_ref IS NULL THEN FALSE ELSE accepted END AS accepted,
    CASE WHEN ld.custody_ref IS NULL THEN FALSE ELSE screened END AS screened,
    CASE WHEN sent.custody_ref IS NULL THEN FALSE ELSE referred END AS referred,
    CASE WHEN sent.custody_ref IS NULL THEN FALSE ELSE named END AS named,
    CASE WHEN harm.custody_ref IS NULL THEN FALSE ELSE harmed END AS harmed,
    CASE WHEN harm.custody_ref IS NULL THEN FALSE ELSE near_miss END AS near_miss,
    first_interview, coalesce(urgent, FALSE) AS urgent
FROM custody AS c LEFT JOIN ra USING (custody_ref) LEFT JOIN health USING (custody_ref) LEFT JOIN ld USING (custody_ref)
LEFT JOIN sent USING (custody_ref) LEFT JOIN harm USING (custody_ref) LEFT JOIN interviewed USING (custody_ref)""")
ADULT = "CASE WHEN age_band <> 'not_known' THEN age_band <> 'under_18' END"
answer(
    "custody", "cells", "arrived_date",
    share("J01|complete", "before_cell", "held"), share("J01|again", "again", "held"),
    share("J02|in_custody", "said OR named", "held"), share("J02|said", "said", "held"),
    share("J03|seen", "seen", "held AND said"), share("J03|seen_in_an_hour", "in_an_hour", "held AND said"),
    share("J04|offered", "offered", "held"), share("J04|accepted", "accepted", "held AND offered"),
    share("J04|screened", "screened", "held AND accepted"), share("J04|on_duty", "in_ld_hours", "held"),
    share("J06|custody", "aa_needed", f"{ADULT} AND held"),
    share("J07|before_interview", "coalesce(aa_arrived <= first_interview, FALSE)",
          "aa_needed AND first_interview IS NOT NULL"),
    share("J07|for_rights", "coalesce(aa_arrived <= rights_given, FALSE)", "aa_needed AND rights_given IS NOT NULL"),
    share("J07|urgent", "urgent", "aa_needed"), share("J07|known_condition", "aa_needed", "mh_condition"),
    middle("J07|minutes", minutes("aa_called", "aa_arrived"), "aa_needed AND aa_called IS NOT NULL"),
    middle("J07|long_minutes", minutes("aa_called", "aa_arrived"), "aa_needed AND aa_called IS NOT NULL", at=0.9),
    share("J08|custody", "before_cell", "held"),
    rate("J10|harm", "held AND harmed", "held"), rate("J10|near_misses", "held AND near_miss", "held"),
    share("J14|from_custody", "referred", "held AND said"),
)  # fmt: skip
answer("sites", "cells", "arrived_date", share("J06|by_site", "aa_needed", f"{ADULT} AND held"), group="site")
answer(
    "released", "cells", "released_date",
    share("J09|done", "prra_done"), share("J09|acted_on", "prra_action", "prra_risk IN ('standard', 'high')"),
    mix("J09|risk", "prra_risk", ("none", "standard", "high"), "prra_done"),
)  # fmt: skip
NEED = "mh_need OR mh_factor IN ('victim', 'both')"
answer(
    "victims", "(SELECT v.*, c.mh_factor FROM victims AS v LEFT JOIN crimes AS c USING (crime_ref))", "recorded_on",
    share("J02|victims", "mh_need"), share("J11|assessed", "needs_assessed IS NOT NULL", NEED),
    share("J11|special_measures", """CASE WHEN special_measures NOT IN ('not_known', 'not_applicable')
        THEN special_measures IN ('considered_used', 'considered_not_used') END""", NEED),
    share("J11|support", "CASE WHEN support_offered <> 'not_known' THEN support_offered <> 'none' END", NEED),
    share("J11|accepted", "support_accepted", f"({NEED}) AND support_offered NOT IN ('none', 'not_known')"),
)  # fmt: skip
answer(
    "reviews", """(SELECT r.*, c.mh_factor, c.area FROM risk_reviews AS r LEFT JOIN crimes AS c USING (crime_ref))""",
    "due_date",
    share("J12|done", "done IS NOT NULL", WITH_FACTOR),
    share("J12|changed", "changed", f"{WITH_FACTOR} AND done IS NOT NULL"),
)  # fmt: skip
answer(
    "referrals", "referrals", "created_date",
    share("J14|sent", "sent IS NOT NULL", "mh_need AND coalesce(consent <> 'no', TRUE)"),
    share("J14|taken_up", "accepted", "mh_need AND sent IS NOT NULL"),
    mix("J14|consent", "consent", ("yes", "no", "overridden", "lacks_capacity"), "mh_need"),
)  # fmt: skip
OF_INCIDENTS = "(SELECT x.*, i.area FROM {0} AS x LEFT JOIN incidents AS i USING (incident_ref))"
OF_CUSTODY = "(SELECT x.*, c.area FROM {0} AS x LEFT JOIN custody AS c USING (custody_ref))"
OF_EITHER = """(SELECT x.*, coalesce(c.area, v.area) AS area FROM {0} AS x LEFT JOIN custody AS c USING (custody_ref)
    LEFT JOIN va AS v ON v.va_ref = x.va_ref)"""
answer(
    "triage", OF_INCIDENTS.format("triage_contacts"), "requested_date",
    share("P16|answered", "answered IS NOT NULL"),
    share("P16|changed", "decision_after <> decision_before", "answered IS NOT NULL"),
    share("P16|detention_avoided", "NOT s136_used", "s136_considered"),
    share("P16|out_of_hours", "NOT in_service_hours"),
    middle("P16|minutes", minutes("requested", "answered"), "answered IS NOT NULL"),
)  # fmt: skip
answer(
    "assessed",
    OF_CUSTODY.format("custody_ra"),
    "assessed_date",
    share("J01|refused", "q_mental_health IN ('refused', 'not_asked')", "coalesce(stage <> 'repeat', TRUE)"),
)
answer("health", OF_CUSTODY.format("custody_health"), "requested_date",
       middle("J03|minutes", minutes("requested", "seen")))  # fmt: skip
answer(
    "interviews", """(SELECT *, min(started) OVER (PARTITION BY coalesce(custody_ref, va_ref)) = started AS is_first
        FROM """ + OF_EITHER.format("interviews") + ")", "started_date",
    share("J02|before_interview", "coalesce(need_recorded <= started, FALSE)", "is_first AND mh_need"),
    share("J02|adapted", "adaptations_made", "mh_need"),
)  # fmt: skip
connection.execute(f"""
CREATE TEMP TABLE attended AS SELECT va.*, CASE WHEN ld.va_ref IS NULL THEN FALSE ELSE screened END AS screened
FROM va LEFT JOIN (SELECT va_ref, {any_of("screened IS NOT NULL")} AS screened FROM ld_contacts
    WHERE va_ref IS NOT NULL GROUP BY 1) AS ld USING (va_ref)""")
answer(
    "attended", "attended", "interviewed_date",
    share("J02|attending", "mh_flag"), share("J04|va_offered", "ld_offered"),
    share("J04|va_accepted", "ld_accepted", "ld_offered"), share("J04|va_screened", "screened", "ld_accepted"),
    share("J06|va", "aa_needed", ADULT),
    share("J07|va_before_interview", "coalesce(aa_arrived <= interviewed, FALSE)", "aa_needed"),
    share("J08|assessed", "risk_assessed"), share("J08|after", "after_check"),
)  # fmt: skip
answer("va_places", "va", "interviewed_date", share("J08|by_place", "risk_assessed"), group="place")
answer(
    "diverted", OF_EITHER.format("ld_contacts"), "referred_date",
    share("J05|appointment", """CASE WHEN NOT attended OR first_appointment IS NULL THEN FALSE
        ELSE attended AND date_diff('day', referred_date, first_appointment_date) BETWEEN 0 AND 28 END""", "accepted"),
)  # fmt: skip
FACTOR = f"CASE WHEN {WITH_FACTOR} THEN 'with' WHEN mh_factor = 'none' THEN 'without' END"
NAMED = "CASE WHEN outcome_type <> 'ambiguous' THEN outcome_type IN ({0}) END"
answer(
    "dealt_with", "crimes", "outcome_date",
    share("J18|dealt_with", NAMED.format("'1', '2', '3', '6', '7', '8'"), "outcome_type <> '0'"),
    share("J18|diverted", NAMED.format("'22'"), "outcome_type <> '0'"),
    share("J18|withdrawn", NAMED.format("'14', '16'"), "outcome_type <> '0'"),
    middle("J18|days", "CASE WHEN outcome_date >= recorded_date THEN outcome_date - recorded_date END",
           "outcome_type <> '0'"),
    mix("J15|closed", "outcome_type", OUTCOMES, apart=("0",)),
    group=FACTOR,
)  # fmt: skip
answer("recorded", "crimes", "recorded_date", mix("J15|recorded", "outcome_type", OUTCOMES, apart=("0",)), group=FACTOR)
answer("plans", "problem_plans", "opened", count("P20|opened", "plan_ref IS NOT NULL"),
       share("P20|with_partners", "partners"))  # fmt: skip
answer("plans_closed", "problem_plans", "closed",
       share("P20|learnt_from", "assessed IS NOT NULL AND result_shared"))  # fmt: skip
answer(
    "again", """(SELECT *, CASE WHEN person_key IS NOT NULL
            AND date_diff('day', created_date, (SELECT max(created_date) FROM incidents)) >= 28
        THEN EXISTS (SELECT 1 FROM person_links AS l JOIN mental_health AS e USING (incident_ref)
            WHERE l.person_key = r.person_key AND e.created > r.created
            AND e.created <= r.created + INTERVAL 28 DAY) END AS again FROM referrals AS r)""", "created_date",
    share("P21|contact_again", "again"),
)  # fmt: skip
answer(
    "deaths", """(SELECT *,
        EXISTS (SELECT 1 FROM person_links AS l WHERE l.person_key = d.person_key AND l.incident_ref IS NOT NULL
            AND record_date <= died_on AND record_date >= died_on - INTERVAL 30 DAY) AS in_30,
        EXISTS (SELECT 1 FROM person_links AS l WHERE l.person_key = d.person_key AND l.incident_ref IS NOT NULL
            AND record_date <= died_on AND record_date >= died_on - INTERVAL 90 DAY) AS in_90
        FROM suspected_suicides AS d)""", "died_on",
    share("P21|deaths_after_30", "in_30"), share("P21|deaths_after_90", "in_90"),
)  # fmt: skip
answer("kinds_of_harm", "adverse_events", "happened_date",
       mix("J10|kinds", "type", ("death", "apparent_suicide", "serious_harm", "self_harm", "near_miss", "assault"),
           "custody_ref IS NOT NULL"))  # fmt: skip
answer("strands", """(SELECT v.*, i.area, closure_kind = 'counted' AS counted, mh_at_closure AS mh
    FROM vulnerability_flags AS v LEFT JOIN incidents AS i USING (incident_ref))""", "set_at_date",
       mix("D18|strands", "strand", ("domestic_abuse", "suicide", "missing", "other"), "counted AND mh",
           ("mental_health",)))  # fmt: skip
