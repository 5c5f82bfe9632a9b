"""Incidents: what their history, assessments, referrals and further records say of them."""

from __future__ import annotations

from nvap.packs.derived.column import LookUp, any_row, exists, looked_up, rows, rows_of
from nvap.packs.derived.contacts import PERSON

_CODES_SET = rows(
    "codes_set",
    "incident_ref",
    """SELECT e."incident_ref" AS each_key, e."happened", e."event_type", e."new_value",
        e."user_role" = 'call_handler' AND coalesce(e."happened" <= i."first_dispatch", TRUE) AS by_handler
    FROM "incident_events" AS e JOIN "incidents" AS i ON i."incident_ref" = e."incident_ref"
    WHERE e."about_mh" AND e."event_type" IN ('code_set', 'qualifier_added')""",
)
"""The mental health codes that an incident's history holds, and whether a call handler set one before anybody went."""

# Moments are compared in what is selected, not in WHERE: the engine would join by them first, rows in their square.
_HARM = """a."happened" >= i."created" AND a."happened" <= i."created" + INTERVAL 7 DAY"""
_IS_HARM = """a."type" IN ('death', 'apparent_suicide', 'serious_harm')"""
_HARM_ON_RECORD = rows(
    "harm_on_record",
    "incident_ref",
    f"""SELECT i."incident_ref" AS each_key, {_HARM} AS is_so FROM "adverse_events" AS a
    JOIN "incidents" AS i ON i."incident_ref" = a."incident_ref" WHERE {_IS_HARM}""",
)
_HARM_TO_PERSON = rows(
    "harm_to_person",
    "incident_ref",
    f"""SELECT i."incident_ref" AS each_key, {_HARM} AS is_so FROM "adverse_events" AS a
    JOIN "person_links" AS l ON l."person_key" = a."person_key"
    JOIN "incidents" AS i ON i."incident_ref" = l."incident_ref" WHERE {_IS_HARM}""",
)
_ASSESSMENTS = rows_of("incident_assessments", "incident_ref")
_ASSESSED_IN_TIME = rows(
    "assessed_before_dispatch",
    "incident_ref",
    """SELECT a."incident_ref" AS each_key, coalesce(a."assessed" <= i."first_dispatch", TRUE) AS is_so
    FROM "incident_assessments" AS a JOIN "incidents" AS i ON i."incident_ref" = a."incident_ref"
    WHERE a."complete" AND a."tool" IN ('THRIVE', 'other')""",
)
_JOINT_PLANS = rows(
    "joint_plans",
    "incident_ref",
    f"""SELECT i."incident_ref" AS each_key,
        p."opened" <= i."created_date" AND coalesce(p."closed" >= i."created_date", TRUE) AS is_so
    FROM "problem_plans" AS p JOIN "person_links" AS l ON l."person_key" = p."person_key"
    JOIN "incidents" AS i ON i."incident_ref" = l."incident_ref" WHERE p."partners" AND l."role" IN {PERSON}""",
)
_NOTICES_IN_TIME = rows(
    "notices_in_24_hours",
    "incident_ref",
    """SELECT i."incident_ref" AS each_key, r."created" <= i."created" + INTERVAL 24 HOUR AS is_so
    FROM "referrals" AS r JOIN "incidents" AS i ON i."incident_ref" = r."incident_ref" WHERE r."sent" IS NOT NULL""",
)

INCIDENTS = {
    "resource_sent": any_row(
        "incidents", "deployments",
        "At least one resource was sent to the incident and not stood down.",
        "",
        '"stood_down" IS NOT TRUE',
    ),
    "first_flag": looked_up(
        "incidents",
        "When a mental health code or qualifier was first set, by the event history.",
        "incident_ref incident_events.incident_ref incident_events.happened incident_events.event_type"
        " incident_events.about_mh",
        LookUp(_CODES_SET, 'min("happened")'),
        kind="instant",
        unknown="The history holds no mental health code of the log.",
    ),
    "flagged_by_handler": looked_up(
        "incidents",
        "A call handler set a mental health code or qualifier before anybody was sent.",
        "incident_ref first_dispatch incident_events.incident_ref incident_events.happened incident_events.event_type"
        " incident_events.about_mh incident_events.user_role",
        LookUp(_CODES_SET, "bool_or(by_handler)"),
        unknown="The history holds no mental health code of the log.",
    ),
    "triaged": any_row(
        "incidents", "incident_assessments",
        "A structured assessment other than the Right Care Right Person threshold was completed.",
        "tool complete",
        "\"tool\" IN ('THRIVE', 'other') AND \"complete\"",
    ),
    "triaged_before_dispatch": exists(
        "incidents",
        "A structured assessment was completed before anybody was sent.",
        "incident_ref first_dispatch incident_assessments.incident_ref incident_assessments.assessed"
        " incident_assessments.tool incident_assessments.complete",
        _ASSESSED_IN_TIME,
    ),
    "triage_repeated": any_row(
        "incidents", "incident_assessments",
        "A structured assessment was repeated after a change.",
        "tool stage",
        "\"tool\" IN ('THRIVE', 'other') AND \"stage\" = 'repeat'",
    ),
    "repeat_checked": any_row(
        "incidents", "incident_assessments", "An assessment says that earlier calls were looked up.", "repeat_check",
        '"repeat_check"',
    ),
    "household_checked": any_row(
        "incidents", "incident_assessments", "An assessment says that others in the household were considered.",
        "household_check",
        '"household_check"',
    ),
    "rcrp_in_scope": any_row(
        "incidents", "incident_assessments",
        "An assessment places the call in the scope of Right Care Right Person.",
        "tool rcrp_scope",
        "\"tool\" = 'RCRP' AND \"rcrp_scope\" <> 'none'",
    ),
    "rcrp_decided": any_row(
        "incidents", "incident_assessments",
        "The decision on the threshold and its reason were recorded.",
        "tool rcrp_scope rcrp_threshold rationale_present",
        "\"tool\" = 'RCRP' AND \"rcrp_scope\" <> 'none'"
        " AND coalesce(\"rcrp_threshold\" <> 'not_recorded', FALSE) AND \"rationale_present\"",
    ),
    "rcrp_scope": looked_up(
        "incidents",
        "Which kind of call in the scope of Right Care Right Person it was.",
        "incident_ref incident_assessments.incident_ref incident_assessments.tool incident_assessments.rcrp_scope",
        LookUp(
            _ASSESSMENTS, "min(CASE WHEN \"tool\" = 'RCRP' AND \"rcrp_scope\" <> 'none' THEN \"rcrp_scope\" END)"
        ),
        kind="text",
        unknown="No assessment places the call in scope.",
    ),
    "triage_asked": any_row(
        "incidents", "triage_contacts", "The triage service was asked and answered.", "answered",
        '"answered" IS NOT NULL',
    ),
    "other_strand": any_row(
        "incidents", "vulnerability_flags",
        "The incident carries a flag of another strand of vulnerability.",
        "strand",
        "\"strand\" <> 'mental_health'",
    ),
    "complained_of": any_row("incidents", "complaints", "A complaint was made.", "complaint_ref", "TRUE"),
    "force_used": any_row("incidents", "uof", "Force was used on somebody.", "force_ref", "TRUE"),
    "has_joint_plan": exists(
        "incidents",
        "A problem-solving plan in which partners have a part was open for the person on that day.",
        "incident_ref created person_links.incident_ref person_links.person_key person_links.role"
        " problem_plans.person_key problem_plans.opened problem_plans.closed problem_plans.partners",
        _JOINT_PLANS,
    ),
    "harm_in_7_days": exists(
        "incidents",
        "A death or serious harm within seven days, to the person or on record with the incident.",
        "incident_ref created person_links.incident_ref person_links.person_key adverse_events.incident_ref"
        " adverse_events.person_key adverse_events.happened adverse_events.type",
        _HARM_ON_RECORD,
        _HARM_TO_PERSON,
    ),
    "notice_in_24_hours": exists(
        "incidents",
        "A notice was written within 24 hours of the log and sent on.",
        "incident_ref created referrals.incident_ref referrals.created referrals.sent",
        _NOTICES_IN_TIME,
    ),
    "vulnerability_found": any_row(
        "incidents", "incident_assessments", "An assessment found somebody to be vulnerable.",
        "vulnerability_identified",
        '"vulnerability_identified"',
    ),
}  # fmt: skip
"""Columns of incidents that look into what was assessed, set, sent and done about them."""
