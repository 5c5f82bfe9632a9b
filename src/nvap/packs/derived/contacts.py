"""Repeat contact: how many incidents the same person or the same place had before, and what came after.

History is read by one rule, the flag at closure (R1). The same person is who a link says it is, as caller, subject or
missing person; a place is its pseudonym. An institution is labelled, so that it can be left out.
"""

from __future__ import annotations

from nvap.packs.derived.column import DerivedColumn, column
from nvap.records.same_person import PERSON_ROLES, SURE_LINKS, has_person, is_institution, same_person

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


def _before(days: int) -> str:
    return f'{MHRI} AND e."created" < {_THIS}."created" AND e."created" >= {_THIS}."created" - INTERVAL {days} DAY'


def of_person(days: int, *, sure: bool = False) -> DerivedColumn:
    """How many incidents the same person had in so many days before; with `sure`, by links not made by likeness."""
    how = f' AND l."match_method" IN {_SURE} AND m."match_method" IN {_SURE}' if sure else ""
    counted = f'(SELECT count(DISTINCT e."incident_ref") {same_person(_THIS)} AND {_before(days)}{how})'
    words = f"How many mental-health-related incidents (R1) the same person had in the {days} days before"
    return column(
        "incidents",
        f"{words}, by links that were not made by likeness." if sure else f"{words}.",
        f"{LINKED_NEEDS}{' person_links.match_method' if sure else ''}",
        f"CASE WHEN {has_person(_THIS)} THEN {counted} END",
        kind="integer",
        unknown=_NOBODY,
    )


def at_place(days: int) -> DerivedColumn:
    """How many incidents the same place had in so many days before."""
    return column(
        "incidents",
        f"How many mental-health-related incidents (R1) the same place had in the {days} days before.",
        "place_key created closure_kind mh_at_closure",
        f"""CASE WHEN {_THIS}."place_key" IS NOT NULL THEN (SELECT count(*) FROM "incidents" AS e
            WHERE e."place_key" = {_THIS}."place_key" AND {_before(days)}) END""",
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
    "contact_in_72_hours": column(
        "incidents",
        "The same person was linked to another counted incident within 72 hours after.",
        "incident_ref created closure_kind person_links.incident_ref person_links.person_key person_links.role",
        f"""CASE WHEN {has_person(_THIS)} THEN EXISTS (SELECT 1 {same_person(_THIS)}
            AND e."closure_kind" = 'counted' AND e."incident_ref" <> {_THIS}."incident_ref"
            AND e."created" > {_THIS}."created" AND e."created" <= {_THIS}."created" + INTERVAL 72 HOUR) END""",
        unknown=_NOBODY,
    ),
}
