"""Columns that measures may name and no extract holds: worked out from others, by SQL that stands here once.

A condition of a measure is about one row. What needs other rows (an earlier call about the same person, a risk
assessment of the same detention) is a column here, so that no measure can count a row twice.
"""

from __future__ import annotations

from nvap.packs.derived.column import DerivedColumn, column, needed
from nvap.packs.derived.contacts import CONTACTS, MHRI, PERSON
from nvap.packs.derived.logs import LOGS
from nvap.packs.derived.plans import PLANS
from nvap.packs.derived.telling_apart import TOLD_APART
from nvap.packs.derived.times import DEPLOYMENT_TIMES, INCIDENT_TIMES


def _is(
    table: str, description: str, needs: str, sql: str, kind: str = "boolean", *, unknown: str = ""
) -> DerivedColumn:
    """A column that a subquery works out; `needs` are columns of the table, and of others as `table.column`."""
    return column(table, description, needs, sql, kind=kind, unknown=unknown)


def _any(table: str, many: str, description: str, needs: str, sql: str) -> DerivedColumn:
    """Whether any row of a table of many rows meets a condition; `needs` are columns of that table."""
    key = _KEYS[table]
    columns = needed(many, [*needs.split(), key]) | {f"{table}.{key}"}
    return DerivedColumn(" ".join(sql.split()), "boolean", description, columns, any_of=many)


_KEYS = {"incidents": "incident_ref", "custody": "custody_ref", "va": "va_ref"}

_REQUIRED_COURSES = (
    'FROM "course_requirements" AS r WHERE r."role_group" = "staff"."role_group"'
    ' AND r."valid_from" <= "staff"."snapshot"'
    ' AND (r."valid_to" IS NULL OR r."valid_to" >= "staff"."snapshot")'
)
_REQUIREMENT_NEEDS = frozenset(
    {
        "staff.role_group", "staff.snapshot", "course_requirements.role_group", "course_requirements.course_code",
        "course_requirements.valid_from",
    }
)  # fmt: skip


# The codes of mental health that an incident's history holds, and whether a call handler set one before anybody went.
_CODES_SET = """FROM "incident_events" AS e WHERE e."about_mh" AND e."incident_ref" = "incidents"."incident_ref"
            AND e."event_type" IN ('code_set', 'qualifier_added')"""
_BY_HANDLER = """(e."user_role" = 'call_handler'
            AND coalesce(e."happened" <= "incidents"."first_dispatch", TRUE))"""
_HARM = """a."type" IN ('death', 'apparent_suicide', 'serious_harm') AND a."happened" >= "incidents"."created"
            AND a."happened" <= "incidents"."created" + INTERVAL 7 DAY"""

_INCIDENTS = {
    **TOLD_APART,
    "resource_sent": DerivedColumn(
        '"deployments"."stood_down" IS NOT TRUE',
        "boolean",
        "At least one resource was sent to the incident and not stood down.",
        frozenset({"incidents.incident_ref", "deployments.incident_ref"}),
        any_of="deployments",
    ),
    "first_flag": _is(
        "incidents",
        "When a mental health code or qualifier was first set, by the event history.",
        "incident_ref incident_events.incident_ref incident_events.happened incident_events.event_type"
        " incident_events.about_mh",
        """(SELECT min(e."happened") FROM "incident_events" AS e WHERE e."incident_ref" = "incidents"."incident_ref"
            AND e."event_type" IN ('code_set', 'qualifier_added') AND e."about_mh")""",
        "instant",
        unknown="The history holds no mental health code of the log.",
    ),
    "flagged_by_handler": _is(
        "incidents",
        "A call handler set a mental health code or qualifier before anybody was sent.",
        "incident_ref first_dispatch incident_events.incident_ref incident_events.happened incident_events.event_type"
        " incident_events.about_mh incident_events.user_role",
        f"""CASE WHEN EXISTS (SELECT 1 {_CODES_SET} AND {_BY_HANDLER}) THEN TRUE
            WHEN EXISTS (SELECT 1 {_CODES_SET} AND NOT {_BY_HANDLER}) THEN FALSE END""",
        unknown="The history holds no mental health code of the log.",
    ),
    "triaged": _any(
        "incidents", "incident_assessments",
        "A structured assessment other than the Right Care Right Person threshold was completed.",
        "tool complete",
        "\"tool\" IN ('THRIVE', 'other') AND \"complete\"",
    ),
    "triaged_before_dispatch": _is(
        "incidents",
        "A structured assessment was completed before anybody was sent.",
        "incident_ref first_dispatch incident_assessments.incident_ref incident_assessments.assessed"
        " incident_assessments.tool incident_assessments.complete",
        """EXISTS (SELECT 1 FROM "incident_assessments" AS a WHERE a."incident_ref" = "incidents"."incident_ref"
            AND a."tool" IN ('THRIVE', 'other') AND a."complete"
            AND coalesce(a."assessed" <= "incidents"."first_dispatch", TRUE))""",
    ),
    "triage_repeated": _any(
        "incidents", "incident_assessments",
        "A structured assessment was repeated after a change.",
        "tool stage",
        "\"tool\" IN ('THRIVE', 'other') AND \"stage\" = 'repeat'",
    ),
    "repeat_checked": _any(
        "incidents", "incident_assessments", "An assessment says that earlier calls were looked up.", "repeat_check",
        '"repeat_check"',
    ),
    "household_checked": _any(
        "incidents", "incident_assessments", "An assessment says that others in the household were considered.",
        "household_check",
        '"household_check"',
    ),
    "rcrp_in_scope": _any(
        "incidents", "incident_assessments",
        "An assessment places the call in the scope of Right Care Right Person.",
        "tool rcrp_scope",
        "\"tool\" = 'RCRP' AND \"rcrp_scope\" <> 'none'",
    ),
    "rcrp_decided": _any(
        "incidents", "incident_assessments",
        "The decision on the threshold and its reason were recorded.",
        "tool rcrp_scope rcrp_threshold rationale_present",
        "\"tool\" = 'RCRP' AND \"rcrp_scope\" <> 'none'"
        " AND coalesce(\"rcrp_threshold\" <> 'not_recorded', FALSE) AND \"rationale_present\"",
    ),
    "rcrp_scope": _is(
        "incidents",
        "Which kind of call in the scope of Right Care Right Person it was.",
        "incident_ref incident_assessments.incident_ref incident_assessments.tool incident_assessments.rcrp_scope",
        """(SELECT min(a."rcrp_scope") FROM "incident_assessments" AS a
            WHERE a."incident_ref" = "incidents"."incident_ref" AND a."tool" = 'RCRP' AND a."rcrp_scope" <> 'none')""",
        "text",
        unknown="No assessment places the call in scope.",
    ),
    "triage_asked": _any(
        "incidents", "triage_contacts", "The triage service was asked and answered.", "answered",
        '"answered" IS NOT NULL',
    ),
    "other_strand": _any(
        "incidents", "vulnerability_flags",
        "The incident carries a flag of another strand of vulnerability.",
        "strand",
        "\"strand\" <> 'mental_health'",
    ),
    "complained_of": _any("incidents", "complaints", "A complaint was made.", "complaint_ref", "TRUE"),
    "force_used": _any("incidents", "uof", "Force was used on somebody.", "force_ref", "TRUE"),
    "has_joint_plan": _is(
        "incidents",
        "A problem-solving plan in which partners have a part was open for the person on that day.",
        "incident_ref created person_links.incident_ref person_links.person_key person_links.role"
        " problem_plans.person_key problem_plans.opened problem_plans.closed problem_plans.partners",
        f"""EXISTS (SELECT 1 FROM "person_links" AS l JOIN "problem_plans" AS p ON p."person_key" = l."person_key"
            WHERE l."incident_ref" = "incidents"."incident_ref" AND l."role" IN {PERSON} AND p."partners"
            AND p."opened" <= "incidents"."created_date"
            AND coalesce(p."closed" >= "incidents"."created_date", TRUE))""",
    ),
    "harm_in_7_days": _is(
        "incidents",
        "A death or serious harm within seven days, to the person or on record with the incident.",
        "incident_ref created person_links.incident_ref person_links.person_key adverse_events.incident_ref"
        " adverse_events.person_key adverse_events.happened adverse_events.type",
        f"""EXISTS (SELECT 1 FROM "adverse_events" AS a WHERE {_HARM}
            AND a."incident_ref" = "incidents"."incident_ref")
        OR EXISTS (SELECT 1 FROM "person_links" AS l JOIN "adverse_events" AS a ON a."person_key" = l."person_key"
            WHERE {_HARM} AND l."incident_ref" = "incidents"."incident_ref")""",
    ),
    "notice_in_24_hours": _is(
        "incidents",
        "A notice was written within 24 hours of the log and sent on.",
        "incident_ref created referrals.incident_ref referrals.created referrals.sent",
        """EXISTS (SELECT 1 FROM "referrals" AS r WHERE r."incident_ref" = "incidents"."incident_ref"
            AND r."sent" IS NOT NULL AND r."created" <= "incidents"."created" + INTERVAL 24 HOUR)""",
    ),
    "vulnerability_found": _any(
        "incidents", "incident_assessments", "An assessment found somebody to be vulnerable.",
        "vulnerability_identified",
        '"vulnerability_identified"',
    ),
}  # fmt: skip

_ANSWERED = " AND ".join(
    f"r.\"{name}\" IN ('yes', 'no')"
    for name in ("q_mental_health", "q_self_harm", "q_suicidal_now", "q_medication", "q_learning")
)
_SAID_YES = " OR ".join(
    f"CASE \"{name}\" WHEN 'yes' THEN TRUE WHEN 'no' THEN FALSE END"
    for name in ("q_mental_health", "q_self_harm", "q_suicidal_now")
)

_CUSTODY = {
    "assessed_before_cell": _is(
        "custody",
        "The first risk assessment answers the questions on mental health, self-harm, suicide, medication and learning"
        " with yes or no, before the person was placed in a cell.",
        "custody_ref custody_ra.custody_ref custody_ra.assessed custody_ra.q_mental_health custody_ra.q_self_harm"
        " custody_ra.q_suicidal_now custody_ra.q_medication custody_ra.q_learning",
        f"""EXISTS (SELECT 1 FROM "custody_ra" AS r WHERE r."custody_ref" = "custody"."custody_ref"
            AND r."stage" IS DISTINCT FROM 'repeat' AND {_ANSWERED}
            AND coalesce(r."assessed" <= "custody"."first_cell", TRUE))""",
    ),
    "assessment_asked": _any(
        "custody", "custody_health", "A Mental Health Act assessment was asked for.", "mha_requested",
        '"mha_requested" IS NOT NULL',
    ),
    "assessed_again": _any(
        "custody", "custody_ra", "Risk was assessed again after a change.", "stage", "\"stage\" = 'repeat'"
    ),
    "need_said": _any(
        "custody", "custody_ra",
        "The person said yes to a question on mental health, self-harm or suicide; missing where it was refused or not"
        " asked.",
        "q_mental_health q_self_harm q_suicidal_now",
        _SAID_YES,
    ),
    "seen_by_health": _any(
        "custody", "custody_health", "Health or liaison and diversion staff saw the person.", "seen",
        '"seen" IS NOT NULL',
    ),
    "seen_in_an_hour": _any(
        "custody", "custody_health", "They saw the person within 60 minutes of being asked.", "seen requested",
        '"seen" IS NOT NULL AND "seen" <= "requested" + INTERVAL 60 MINUTE',
    ),
    "ld_offered": _any(
        "custody", "ld_contacts", "Liaison and diversion was offered.", "offered", '"offered"',
    ),
    "ld_accepted": _any(
        "custody", "ld_contacts", "The offer of liaison and diversion was accepted.", "accepted", '"accepted"',
    ),
    "ld_screened": _any(
        "custody", "ld_contacts", "Liaison and diversion screened the person.", "screened", '"screened" IS NOT NULL',
    ),
    "referred_on": _any(
        "custody", "referrals", "A notice or referral was sent on.", "sent", '"sent" IS NOT NULL',
    ),
    "notice_names_need": _any(
        "custody", "referrals", "A notice or referral names a mental health need.", "mh_need", '"mh_need"',
    ),
    "harmed": _any(
        "custody", "adverse_events", "Somebody was harmed in this custody, near misses apart.", "type setting",
        "\"type\" <> 'near_miss' AND \"setting\" = 'custody'",
    ),
    "near_miss": _any(
        "custody", "adverse_events", "A near miss was recorded.", "type", "\"type\" = 'near_miss'",
    ),
    "suicide_after_release": _is(
        "custody",
        "An apparent suicide within 48 hours of release.",
        "custody_ref released adverse_events.custody_ref adverse_events.happened adverse_events.type",
        """EXISTS (SELECT 1 FROM "adverse_events" AS a WHERE a."custody_ref" = "custody"."custody_ref"
            AND a."type" = 'apparent_suicide' AND a."happened" >= "custody"."released"
            AND a."happened" <= "custody"."released" + INTERVAL 48 HOUR)""",
    ),
    "first_interview": _is(
        "custody",
        "When the first interview began, those under the exception for urgent cases apart.",
        "custody_ref interviews.custody_ref interviews.started",
        """(SELECT min(i."started") FROM "interviews" AS i WHERE i."custody_ref" = "custody"."custody_ref"
            AND i."urgent_exception" IS NOT TRUE)""",
        "instant",
        unknown="No such interview is held.",
    ),
    "urgent_interview": _is(
        "custody",
        "An interview went ahead under the exception for urgent cases.",
        "custody_ref interviews.custody_ref interviews.urgent_exception",
        """EXISTS (SELECT 1 FROM "interviews" AS i WHERE i."custody_ref" = "custody"."custody_ref"
            AND i."urgent_exception")""",
    ),
}  # fmt: skip

OWN_DERIVED: dict[str, dict[str, DerivedColumn]] = {
    "incidents": {**LOGS, **CONTACTS, **INCIDENT_TIMES, **_INCIDENTS},
    "deployments": DEPLOYMENT_TIMES,
    "custody": _CUSTODY,
    "va": {
        "ld_screened": _any(
            "va", "ld_contacts", "Liaison and diversion screened the person.", "screened", '"screened" IS NOT NULL'
        ),
    },
    "interviews": {
        "is_first": _is(
            "interviews",
            "No earlier interview is on record for the same detention or attendance.",
            "interview_ref started custody_ref va_ref",
            " AND ".join(
                f"""NOT EXISTS (SELECT 1 FROM "interviews" AS i WHERE i."{key}" = "interviews"."{key}"
                AND i."started" < "interviews"."started")"""
                for key in ("custody_ref", "va_ref")
            ),
        ),
    },
    "problem_plans": PLANS,
    "ld_contacts": {
        "arrested_again": _is(
            "ld_contacts",
            "The person was arrested again within 365 days.",
            "referred person_key custody_ref custody.person_key custody.arrived custody.custody_ref"
            " custody.held_under_s136",
            """CASE WHEN "ld_contacts"."person_key" IS NOT NULL
                AND date_diff('day', "ld_contacts"."referred_date", (SELECT max("arrived_date") FROM "custody")) >= 365
            THEN EXISTS (SELECT 1 FROM "custody" AS c WHERE c."person_key" = "ld_contacts"."person_key"
                AND c."held_under_s136" IS NOT TRUE
                AND c."custody_ref" IS DISTINCT FROM "ld_contacts"."custody_ref"
                AND c."arrived" > "ld_contacts"."referred"
                AND c."arrived" <= "ld_contacts"."referred" + INTERVAL 365 DAY) END""",
            unknown="Nobody is named, or the extract of custody does not reach 365 days beyond the referral.",
        ),
    },
    "referrals": {
        "contact_in_28_days": _is(
            "referrals",
            "The person was linked to a mental-health-related incident (R1) within 28 days.",
            "created person_key person_links.person_key person_links.incident_ref incidents.incident_ref"
            " incidents.created incidents.closure_kind incidents.mh_at_closure",
            f"""CASE WHEN "referrals"."person_key" IS NOT NULL
                AND date_diff('day', "referrals"."created_date", (SELECT max("created_date") FROM "incidents")) >= 28
            THEN EXISTS (SELECT 1 FROM "person_links" AS l JOIN "incidents" AS e ON e."incident_ref" = l."incident_ref"
                WHERE l."person_key" = "referrals"."person_key" AND {MHRI} AND e."created" > "referrals"."created"
                AND e."created" <= "referrals"."created" + INTERVAL 28 DAY) END""",
            unknown="Nobody is named, or the extract of incidents does not reach 28 days beyond the notice.",
        ),
    },
    "suspected_suicides": {
        f"contact_in_{days}_days": _is(
            "suspected_suicides",
            f"Police had an incident linked to the person in the {days} days before.",
            "died_on person_key person_links.person_key person_links.incident_ref person_links.record_date",
            f"""EXISTS (SELECT 1 FROM "person_links" AS l WHERE l."person_key" = "suspected_suicides"."person_key"
                AND l."incident_ref" IS NOT NULL AND l."record_date" <= "suspected_suicides"."died_on"
                AND l."record_date" >= "suspected_suicides"."died_on" - INTERVAL {days} DAY)""",
        )
        for days in (30, 90)
    },
    "staff": {
        "courses_required": DerivedColumn(
            f'(SELECT count(DISTINCT r."course_code") {_REQUIRED_COURSES})',
            "integer",
            "How many courses the role requires on the day of the snapshot.",
            _REQUIREMENT_NEEDS,
            unknown="Never: a role without a required course has 0.",
        ),
        "courses_in_date": DerivedColumn(
            '(SELECT count(DISTINCT r."course_code") FROM "course_requirements" AS r'
            ' JOIN "training" AS t ON t."course_code" = r."course_code"'
            ' WHERE r."role_group" = "staff"."role_group" AND r."valid_from" <= "staff"."snapshot"'
            ' AND (r."valid_to" IS NULL OR r."valid_to" >= "staff"."snapshot")'
            ' AND t."staff_key" = "staff"."staff_key" AND t."completed" <= "staff"."snapshot"'
            ' AND (coalesce(t."valid_until", CAST(t."completed" + to_months(CAST(r."validity_months" AS INTEGER)) AS'
            ' DATE)) >= "staff"."snapshot" OR (t."valid_until" IS NULL AND r."validity_months" IS NULL)))',
            "integer",
            "How many of those the person has completed and still holds in date on that day. A completion without an"
            " end date lasts as long as the course requirement says, and without end where that says nothing.",
            _REQUIREMENT_NEEDS
            | {"staff.staff_key", "training.staff_key", "training.course_code", "training.completed"},
            unknown="Never: a person without a completion has 0.",
        ),
        "grace_days": DerivedColumn(
            f'(SELECT max(r."grace_days") {_REQUIRED_COURSES})',
            "integer",
            "The longest time, in days from joining, that the role's courses leave a joiner to complete them.",
            _REQUIREMENT_NEEDS,
            unknown="The role requires no course, or none of its courses says.",
        ),
    },
}
