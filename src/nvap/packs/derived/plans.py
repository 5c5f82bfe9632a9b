"""Problem-solving plans: how many incidents the place or person had before a plan began and after it ended.

Both times are as long as each other. History is counted by the flag at closure (R1).
"""

from __future__ import annotations

from nvap.packs.derived.column import DerivedColumn, column
from nvap.packs.derived.contacts import MHRI, PERSON

DAYS = 180
_PLAN = '"problem_plans"'
_BEFORE = (
    f'e."created_date" < {_PLAN}."opened" AND e."created_date" >= {_PLAN}."opened" - INTERVAL {DAYS} DAY',
    f'(SELECT min("created_date") FROM "incidents") <= {_PLAN}."opened" - INTERVAL {DAYS} DAY',
)
_AFTER = (
    f'e."created_date" > {_PLAN}."closed" AND e."created_date" <= {_PLAN}."closed" + INTERVAL {DAYS} DAY',
    f'(SELECT max("created_date") FROM "incidents") >= {_PLAN}."closed" + INTERVAL {DAYS} DAY',
)
_NEEDS = "opened closed incidents.incident_ref incidents.created incidents.closure_kind incidents.mh_at_closure"
_OWN_NEEDS = (
    f"{_NEEDS} place_key person_key incidents.place_key person_links.incident_ref person_links.person_key"
    " person_links.role"
)
_UNKNOWN = "The extract does not reach so far"


def _own(when: tuple[str, str], description: str) -> DerivedColumn:
    within, reached = when
    at_place = (
        f'(SELECT count(*) FROM "incidents" AS e WHERE e."place_key" = {_PLAN}."place_key" AND {MHRI} AND {within})'
    )
    of_person = (
        f'(SELECT count(DISTINCT e."incident_ref") FROM "person_links" AS l JOIN "incidents" AS e'
        f' ON e."incident_ref" = l."incident_ref" WHERE l."person_key" = {_PLAN}."person_key"'
        f' AND l."role" IN {PERSON} AND {MHRI} AND {within})'
    )
    sql = (
        f'CASE WHEN NOT coalesce({reached}, FALSE) THEN NULL WHEN {_PLAN}."place_key" IS NOT NULL THEN {at_place}'
        f' WHEN {_PLAN}."person_key" IS NOT NULL THEN {of_person} END'
    )
    unknown = f"{_UNKNOWN}, the plan is not closed, or it is of no one place or person."
    return column("problem_plans", description, _OWN_NEEDS, sql, kind="integer", unknown=unknown)


def _force(when: tuple[str, str], description: str) -> DerivedColumn:
    within, reached = when
    sql = f'CASE WHEN {reached} THEN (SELECT count(*) FROM "incidents" AS e WHERE {MHRI} AND {within}) END'
    return column("problem_plans", description, _NEEDS, sql, kind="integer", unknown=f"{_UNKNOWN}.")


_WHAT = f"mental-health-related incidents (R1) in the {DAYS} days"
PLANS = {
    "incidents_before": _own(_BEFORE, f"The {_WHAT} before the plan was opened, at its place or of its person."),
    "incidents_after": _own(_AFTER, f"The {_WHAT} after the plan was closed, at its place or of its person."),
    "force_before": _force(_BEFORE, f"All {_WHAT} before the plan was opened."),
    "force_after": _force(_AFTER, f"All {_WHAT} after the plan was closed."),
}
"""Columns of problem_plans that look into incidents."""
