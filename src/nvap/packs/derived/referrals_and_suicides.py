"""Contact after a notice was written, and before a suspected suicide."""

from __future__ import annotations

from nvap.packs.derived.column import any_of, column, looked_up, rows
from nvap.packs.derived.contacts import MHRI

_CONTACTS_AFTER_NOTICE = rows(
    "contacts_after_notice",
    "referral_ref",
    f"""SELECT r."referral_ref" AS each_key,
        e."created" > r."created" AND e."created" <= r."created" + INTERVAL 28 DAY AS is_so
    FROM "referrals" AS r JOIN "person_links" AS l ON l."person_key" = r."person_key"
    JOIN "incidents" AS e ON e."incident_ref" = l."incident_ref" WHERE {MHRI}""",
)

REFERRALS = {
    "contact_in_28_days": looked_up(
        "referrals",
        "The person was linked to a mental-health-related incident (R1) within 28 days.",
        "referral_ref created person_key person_links.person_key person_links.incident_ref incidents.incident_ref"
        " incidents.created incidents.closure_kind incidents.mh_at_closure",
        any_of(_CONTACTS_AFTER_NOTICE, "is_so"),
        then="""CASE WHEN "referrals"."person_key" IS NOT NULL AND date_diff('day', "referrals"."created_date",
            (SELECT max("created_date") FROM "incidents")) >= 28 THEN {0} END""",
        unknown="Nobody is named, or the extract of incidents does not reach 28 days beyond the notice.",
    ),
}

SUSPECTED_SUICIDES = {
    f"contact_in_{days}_days": column(
        "suspected_suicides",
        f"Police had an incident linked to the person in the {days} days before.",
        "died_on person_key person_links.person_key person_links.incident_ref person_links.record_date",
        f"""EXISTS (SELECT 1 FROM "person_links" AS l WHERE l."person_key" = "suspected_suicides"."person_key"
            AND l."incident_ref" IS NOT NULL AND l."record_date" <= "suspected_suicides"."died_on"
            AND l."record_date" >= "suspected_suicides"."died_on" - INTERVAL {days} DAY)""",
    )
    for days in (30, 90)
}
