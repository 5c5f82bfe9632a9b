"""A flag's state after a number of days, by the event history, in SQL.

A main code is replaced by the next one, so the last code set decides; a qualifier stays until it is taken away. A log
is mature when the history that is held reaches so many days beyond its opening; before that nobody can say.
"""

from __future__ import annotations

DAYS = 30
NEEDS = frozenset(
    {
        "incidents.incident_ref", "incidents.created", "incident_events.incident_ref", "incident_events.happened",
        "incident_events.event_type", "incident_events.about_mh",
    }
)  # fmt: skip
_NEVER = "TIMESTAMP '1900-01-01 00:00:00'"


def _is_old(incidents: str) -> str:
    reach = '(SELECT max(r."happened_date") FROM "incident_events" AS r)'
    return f"date_diff('day', {incidents}.\"created_date\", {reach}) >= {DAYS}"


def _last(condition: str) -> str:
    return f'coalesce(max(CASE WHEN {condition} THEN h."happened" END), {_NEVER})'


def flag_after_days(incidents: str = '"incidents"') -> str:
    """SQL that says whether a log carried a mental health code or qualifier 30 days after it was opened."""
    coded = f"""{_last("h.event_type = 'code_set' AND h.about_mh")} > {
        _last("h.event_type = 'code_set' AND NOT coalesce(h.about_mh, FALSE)")
    }"""
    qualified = f"""{_last("h.event_type = 'qualifier_added' AND h.about_mh")} > {
        _last("h.event_type = 'qualifier_removed' AND h.about_mh")
    }"""
    state = (
        f"(SELECT CASE WHEN count(*) > 0 THEN {coded} OR {qualified} END"
        f' FROM "incident_events" AS h WHERE h."incident_ref" = {incidents}."incident_ref"'
        f' AND h."happened" <= {incidents}."created" + INTERVAL {DAYS} DAY)'
    )
    return f"CASE WHEN {_is_old(incidents)} THEN {state} END"


def maturity(incidents: str = '"incidents"') -> str:
    """SQL for whether the state after 30 days can be told: mature, not_yet, or no_history of the log."""
    told = (
        f'EXISTS (SELECT 1 FROM "incident_events" AS h WHERE h."incident_ref" = {incidents}."incident_ref"'
        f' AND h."happened" <= {incidents}."created" + INTERVAL {DAYS} DAY)'
    )
    too_young = f"NOT coalesce({_is_old(incidents)}, FALSE)"
    return f"CASE WHEN {too_young} THEN 'not_yet' WHEN {told} THEN 'mature' ELSE 'no_history' END"
