"""Repeat contact: how many incidents the same person or the same place had before, and what came after.

History is read by one rule, the flag at closure (R1). The same person is who a link says it is, as caller, subject or
missing person; a place is its pseudonym. An institution is labelled, so that it can be left out.
"""

from __future__ import annotations

from nvap.packs.derived.column import DerivedColumn, LookUp, column, looked_up, rows
from nvap.records.same_person import PERSON_ROLES, SURE_LINKS, is_institution

_THIS = '"incidents"'
PERSON = f"({', '.join(repr(each) for each in PERSON_ROLES)})"
_SURE = f"({', '.join(repr(each) for each in SURE_LINKS)})"
MHRI = 'e."closure_kind" = \'counted\' AND e."mh_at_closure"'
"""A mental-health-related incident that counts, flagged at closure (R1), under the alias e."""
LINKED_NEEDS = (
    "incident_ref created closure_kind mh_at_closure person_links.incident_ref person_links.person_key"
    " person_links.role"
)
_NOBODY = "No person is linked to the incident."
_NO_PLACE = "The place is not known."
_LONGEST_DAYS = 365
_CONTACTS = f"""(SELECT l."incident_ref", l."person_key", coalesce(l."match_method" IN {_SURE}, FALSE) AS is_sure,
    e."created", e."closure_kind", e."mh_at_closure"
    FROM "person_links" AS l JOIN "incidents" AS e ON e."incident_ref" = l."incident_ref" WHERE l."role" IN {PERSON})"""
_BEFORE = f"""e."created" < {{this}}."created" AND e."created" >= {{this}}."created" - INTERVAL {_LONGEST_DAYS} DAY"""
_EARLIER_OF_PERSON = rows(
    "earlier_of_person",
    "incident_ref",
    f"""SELECT t."incident_ref" AS each_key, t."created" AS "this", e."incident_ref" AS "earlier",
        e."created" AS "then", t.is_sure AND e.is_sure AS is_sure
    FROM {_CONTACTS} AS t LEFT JOIN (SELECT * FROM {_CONTACTS} AS e WHERE {MHRI}) AS e
        ON e."person_key" = t."person_key" AND {_BEFORE.format(this="t")}""",
)
_EARLIER_AT_PLACE = rows(
    "earlier_at_place",
    "incident_ref",
    f"""SELECT t."incident_ref" AS each_key, t."created" AS "this", e."created" AS "then"
    FROM "incidents" AS t JOIN (SELECT * FROM "incidents" AS e WHERE {MHRI}) AS e
        ON e."place_key" = t."place_key" AND {_BEFORE.format(this="t")}""",
)
_LATER_OF_PERSON = rows(
    "later_of_person",
    "incident_ref",
    f"""SELECT t."incident_ref" AS each_key, e."incident_ref" <> t."incident_ref" AS is_another
    FROM {_CONTACTS} AS t LEFT JOIN (SELECT * FROM {_CONTACTS} AS e WHERE e."closure_kind" = 'counted') AS e
        ON e."person_key" = t."person_key" AND e."created" > t."created"
        AND e."created" <= t."created" + INTERVAL 72 HOUR""",
)


def _within(days: int) -> str:
    return "TRUE" if days == _LONGEST_DAYS else f'"then" >= "this" - INTERVAL {days} DAY'


def of_person(days: int, *, sure: bool = False) -> DerivedColumn:
    """How many incidents the same person had in so many days before; with `sure`, by links not made by likeness."""
    words = f"How many mental-health-related incidents (R1) the same person had in the {days} days before"
    condition = f"{_within(days)} AND is_sure" if sure else _within(days)
    return looked_up(
        "incidents",
        f"{words}, by links that were not made by likeness." if sure else f"{words}.",
        f"{LINKED_NEEDS}{' person_links.match_method' if sure else ''}",
        LookUp(_EARLIER_OF_PERSON, f'count(DISTINCT CASE WHEN {condition} THEN "earlier" END)'),
        kind="integer",
        unknown=_NOBODY,
    )


def at_place(days: int) -> DerivedColumn:
    """How many incidents the same place had in so many days before."""
    return looked_up(
        "incidents",
        f"How many mental-health-related incidents (R1) the same place had in the {days} days before.",
        "incident_ref place_key created closure_kind mh_at_closure",
        LookUp(_EARLIER_AT_PLACE, f"count_if({_within(days)})", "0"),
        then=f'CASE WHEN {_THIS}."place_key" IS NOT NULL THEN {{0}} END',
        kind="integer",
        unknown=_NO_PLACE,
    )


CONTACTS = {
    "earlier_at_place": at_place(365),
    "at_place_in_90_days": at_place(90),
    "at_place_in_30_days": at_place(30),
    "earlier_of_person": of_person(365),
    "earlier_of_person_sure": of_person(365, sure=True),
    "of_person_in_90_days": of_person(90),
    "of_person_in_30_days": of_person(30),
    "at_institution": column(
        "incidents",
        "The place is an institution: a hospital, a mental health unit, a care home, a custody suite or another. Many"
        " people are in contact there one after another, so it can be left out of repeats by place.",
        "place_kind",
        is_institution(_THIS),
        unknown="The kind of place is not known.",
    ),
    "contact_in_72_hours": looked_up(
        "incidents",
        "The same person was linked to another counted incident within 72 hours after.",
        "incident_ref created closure_kind person_links.incident_ref person_links.person_key person_links.role",
        LookUp(_LATER_OF_PERSON, "coalesce(bool_or(is_another), FALSE)"),
        unknown=_NOBODY,
    ),
}
