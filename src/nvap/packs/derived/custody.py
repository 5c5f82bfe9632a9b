"""Custody and voluntary attendance: assessments, health care, liaison and diversion, interviews, and harm."""

from __future__ import annotations

from nvap.packs.derived.column import LookUp, any_row, column, exists, looked_up, rows, rows_of

_ANSWERED = " AND ".join(
    f"a.\"{name}\" IN ('yes', 'no')"
    for name in ("q_mental_health", "q_self_harm", "q_suicidal_now", "q_medication", "q_learning")
)
_SAID_YES = " OR ".join(
    f"CASE \"{name}\" WHEN 'yes' THEN TRUE WHEN 'no' THEN FALSE END"
    for name in ("q_mental_health", "q_self_harm", "q_suicidal_now")
)

_ASSESSED_BEFORE_CELL = rows(
    "assessed_before_cell",
    "custody_ref",
    f"""SELECT a."custody_ref" AS each_key, {_ANSWERED} AND coalesce(a."assessed" <= c."first_cell", TRUE) AS is_so
    FROM "custody_ra" AS a JOIN "custody" AS c ON c."custody_ref" = a."custody_ref"
    WHERE a."stage" IS DISTINCT FROM 'repeat'""",
)
_SUICIDES_AFTER = rows(
    "suicides_after_release",
    "custody_ref",
    """SELECT a."custody_ref" AS each_key,
        a."happened" >= c."released" AND a."happened" <= c."released" + INTERVAL 48 HOUR AS is_so
    FROM "adverse_events" AS a JOIN "custody" AS c ON c."custody_ref" = a."custody_ref"
    WHERE a."type" = 'apparent_suicide'""",
)
_INTERVIEWS = rows_of("interviews", "custody_ref")

CUSTODY = {
    "assessed_before_cell": exists(
        "custody",
        "The first risk assessment answers the questions on mental health, self-harm, suicide, medication and learning"
        " with yes or no, before the person was placed in a cell.",
        "custody_ref custody_ra.custody_ref custody_ra.assessed custody_ra.q_mental_health"
        " custody_ra.q_self_harm custody_ra.q_suicidal_now custody_ra.q_medication custody_ra.q_learning",
        _ASSESSED_BEFORE_CELL,
    ),
    "assessment_asked": any_row(
        "custody", "custody_health", "A Mental Health Act assessment was asked for.", "mha_requested",
        '"mha_requested" IS NOT NULL',
    ),
    "assessed_again": any_row(
        "custody", "custody_ra", "Risk was assessed again after a change.", "stage", "\"stage\" = 'repeat'"
    ),
    "need_said": any_row(
        "custody", "custody_ra",
        "The person said yes to a question on mental health, self-harm or suicide; missing where it was refused or not"
        " asked.",
        "q_mental_health q_self_harm q_suicidal_now",
        _SAID_YES,
    ),
    "seen_by_health": any_row(
        "custody", "custody_health", "Health or liaison and diversion staff saw the person.", "seen",
        '"seen" IS NOT NULL',
    ),
    "seen_in_an_hour": any_row(
        "custody", "custody_health", "They saw the person within 60 minutes of being asked.", "seen requested",
        '"seen" IS NOT NULL AND "seen" <= "requested" + INTERVAL 60 MINUTE',
    ),
    "ld_offered": any_row(
        "custody", "ld_contacts", "Liaison and diversion was offered.", "offered", '"offered"',
    ),
    "ld_accepted": any_row(
        "custody", "ld_contacts", "The offer of liaison and diversion was accepted.", "accepted", '"accepted"',
    ),
    "ld_screened": any_row(
        "custody", "ld_contacts", "Liaison and diversion screened the person.", "screened", '"screened" IS NOT NULL',
    ),
    "referred_on": any_row(
        "custody", "referrals", "A notice or referral was sent on.", "sent", '"sent" IS NOT NULL',
    ),
    "notice_names_need": any_row(
        "custody", "referrals", "A notice or referral names a mental health need.", "mh_need", '"mh_need"',
    ),
    "harmed": any_row(
        "custody", "adverse_events", "Somebody was harmed in this custody, near misses apart.", "type setting",
        "\"type\" <> 'near_miss' AND \"setting\" = 'custody'",
    ),
    "near_miss": any_row(
        "custody", "adverse_events", "A near miss was recorded.", "type", "\"type\" = 'near_miss'",
    ),
    "suicide_after_release": exists(
        "custody",
        "An apparent suicide within 48 hours of release.",
        "custody_ref released adverse_events.custody_ref adverse_events.happened adverse_events.type",
        _SUICIDES_AFTER,
    ),
    "first_interview": looked_up(
        "custody",
        "When the first interview began, those under the exception for urgent cases apart.",
        "custody_ref interviews.custody_ref interviews.started",
        LookUp(_INTERVIEWS, 'min(CASE WHEN "urgent_exception" IS NOT TRUE THEN "started" END)'),
        kind="instant",
        unknown="No such interview is held.",
    ),
    "urgent_interview": exists(
        "custody",
        "An interview went ahead under the exception for urgent cases.",
        "custody_ref interviews.custody_ref interviews.urgent_exception",
        _INTERVIEWS,
        where='"urgent_exception"',
    ),
}  # fmt: skip

VA = {
    "ld_screened": any_row(
        "va", "ld_contacts", "Liaison and diversion screened the person.", "screened", '"screened" IS NOT NULL'
    ),
}

INTERVIEWS = {
    "is_first": column(
        "interviews",
        "No earlier interview is on record for the same detention or attendance.",
        "interview_ref started custody_ref va_ref",
        " AND ".join(
            f"""NOT EXISTS (SELECT 1 FROM "interviews" AS i WHERE i."{key}" = "interviews"."{key}"
            AND i."started" < "interviews"."started")"""
            for key in ("custody_ref", "va_ref")
        ),
    ),
}

LD_CONTACTS = {
    "arrested_again": column(
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
}
