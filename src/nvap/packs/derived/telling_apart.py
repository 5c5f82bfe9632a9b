"""What tells one incident from another: the person whom it is about, and what its codes and flags say.

Every incident has one value of each, so that what is told apart adds up to the whole.
"""

from __future__ import annotations

from dataclasses import replace

from nvap.packs.derived.column import DerivedColumn, LookUp, column, looked_up, rows, rows_of
from nvap.packs.derived.contacts import PERSON

SEVERAL, NO_OTHER = "several", "none"


_PERSONS = rows(
    "persons_of_incident",
    "incident_ref",
    f"""SELECT l."incident_ref" AS each_key, p.*,
        CASE l."role" WHEN 'subject' THEN '0' WHEN 'missing_person' THEN '1' ELSE '2' END
        || l."person_key" || CASE WHEN p."as_of" <= l."record_date" THEN '0' ELSE '1' END
        || lpad(CAST(abs(date_diff('day', p."as_of", l."record_date")) AS VARCHAR), 6, '0') AS "nearness"
    FROM "person_links" AS l JOIN "persons" AS p ON p."person_key" = l."person_key" WHERE l."role" IN {PERSON}""",
)


def _of_person(name: str, code_list: str, description: str) -> DerivedColumn:
    """A column of the person whom an incident is about, by the record of that person nearest to its day.

    The subject or missing person goes before the caller; of several, the first by pseudonym. A record that does not
    know leaves the place to another one that does.
    """
    needs = (
        f"incident_ref person_links.incident_ref person_links.person_key person_links.role person_links.record_date"
        f" persons.person_key persons.as_of persons.{name}"
    )
    is_known = f""""{name}" IS NOT NULL AND "{name}" NOT IN ('not_known', 'unknown', 'NS')"""
    nearest = LookUp(_PERSONS, f'min_by("{name}", "nearness") FILTER (WHERE {is_known})')
    unknown = "No person in contact is linked, or no record of that person knows it."
    found = looked_up("incidents", description, needs, nearest, kind="code", unknown=unknown)
    return replace(found, code_list=code_list, tells_apart=True)


def _telling(description: str, needs: str, sql: str, unknown: str) -> DerivedColumn:
    found = column("incidents", description, needs, sql, kind="text", unknown=unknown)
    return replace(found, tells_apart=True)


_CODES_AT_CLOSURE = (
    """concat(',', replace(replace(replace("incidents"."closing_code", ' ', ''), ';', ','), '|', ','), ',')"""
)

_FLAGS = rows_of("vulnerability_flags", "incident_ref")
_OTHERS = """CASE WHEN "strand" <> 'mental_health' THEN "strand" END"""

STRANDS = replace(
    looked_up(
        "incidents",
        "Every other strand of vulnerability that the incident is flagged with, between commas; empty where it has"
        " none.",
        "incident_ref vulnerability_flags.incident_ref vulnerability_flags.strand",
        LookUp(_FLAGS, f"coalesce(string_agg(DISTINCT {_OTHERS}, ','), '')", "''"),
        kind="text",
        unknown="Never: an incident without another flag has none.",
    ),
    code_list="vulnerability_strand",
)

TOLD_APART = {
    "strands": STRANDS,
    "age_band": _of_person(
        "age_band", "age_band", "The age in bands of the person whom it is about, by the record nearest to its day."
    ),
    "sex": _of_person("sex", "sex", "The sex, as recorded, of the person whom it is about."),
    "ethnicity": _of_person(
        "ethnicity", "ethnicity_18_plus_1", "The self-defined ethnicity of the person whom it is about."
    ),
    "mh_sub_type": _telling(
        "The category at closure that means mental health or often hides it, in the words of the force's code map; of"
        " several, the first that means it.",
        "closing_code created code_map.code code_map.label code_map.mh_role code_map.valid_from",
        f"""(SELECT min_by(m."label", CASE m."mh_role" WHEN 'core' THEN '0' ELSE '1' END || m."label")
            FROM "code_map" AS m WHERE m."mh_role" IN ('core', 'possible')
            AND strpos({_CODES_AT_CLOSURE}, concat(',', replace(m."code", ' ', ''), ',')) > 0
            AND m."valid_from" <= "incidents"."created_date"
            AND coalesce(m."valid_to" >= "incidents"."created_date", TRUE))""",
        "No category at closure means mental health or often hides it, by the code map of that day.",
    ),
    "mh_qualifier": _telling(
        "The qualifier for mental health that was added last, by the event history.",
        "incident_ref incident_events.incident_ref incident_events.happened incident_events.event_type"
        " incident_events.about_mh incident_events.new_value",
        """(SELECT max_by(e."new_value", e."happened") FROM "incident_events" AS e
            WHERE e."incident_ref" = "incidents"."incident_ref" AND e."event_type" = 'qualifier_added'
            AND e."about_mh" AND e."new_value" IS NOT NULL)""",
        "The history holds no qualifier for mental health.",
    ),
    "strand": replace(
        looked_up(
            "incidents",
            "The other strand of vulnerability that the incident is flagged with; one word for several.",
            "incident_ref vulnerability_flags.incident_ref vulnerability_flags.strand",
            LookUp(
                _FLAGS,
                f"CASE count(DISTINCT {_OTHERS}) WHEN 0 THEN '{NO_OTHER}' WHEN 1 THEN min({_OTHERS})"
                f" ELSE '{SEVERAL}' END",
                f"'{NO_OTHER}'",
            ),
            kind="text",
            unknown="Never: an incident without another flag has none.",
        ),
        code_list="vulnerability_strand",
        tells_apart=True,
        names=((SEVERAL, "Several other strands"), (NO_OTHER, "No other strand")),
    ),
}
"""Columns of incidents that measures may be broken down by, beside those that are stored."""
