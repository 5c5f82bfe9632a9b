"""Logs that belong together, in SQL: the chain of duplicates (an event), and contacts close in time (an episode).

call      a log that was opened for a contact: counted, or a duplicate of one that is
event     what the calls were about: a log without `duplicate_of`, with every log whose chain ends at it
episode   events about the same person, each within 24 hours of the one before; where no person is linked, events at
          the same place, unless that is an institution

A chain is followed for 16 steps, by doubling: after each round every log points twice as far. A log that still points
at a duplicate then stands in a loop, and which event it belongs to is unknown.
"""

from __future__ import annotations

from collections.abc import Callable

from nvap.records.same_person import LINK_NEEDS, has_person, is_institution, same_person

EPISODE_HOURS = 24
_ROUNDS = 4
_FIRST = (
    'd0 AS (SELECT "incident_ref" AS log, "duplicate_of" AS leader FROM "incidents" WHERE "duplicate_of" IS NOT NULL)'
)
_CHAIN_NEEDS = frozenset({"incidents.incident_ref", "incidents.duplicate_of"})


def chains() -> str:
    """A SELECT of every duplicate: `log`, `leader` (the end of its chain), whether that is `held`, and `looped`.

    By common table expressions: written out, every step would read all incidents once more.
    """
    rounds = [
        f"d{at} AS (SELECT a.log, coalesce(b.leader, a.leader) AS leader FROM d{at - 1} AS a"
        f" LEFT JOIN d{at - 1} AS b ON b.log = a.leader)"
        for at in range(1, _ROUNDS + 1)
    ]
    return (
        f"WITH {', '.join((_FIRST, *rounds))} SELECT d.log, d.leader,"
        ' e."incident_ref" IS NOT NULL AS held, e."duplicate_of" IS NOT NULL AS looped'
        f' FROM d{_ROUNDS} AS d LEFT JOIN "incidents" AS e ON e."incident_ref" = d.leader'
    )


def _of_chain(incidents: str, value: str) -> str:
    return f'(SELECT max({value}) FROM ({chains()}) AS c WHERE c.log = {incidents}."incident_ref")'


def event_ref(incidents: str = '"incidents"') -> str:
    """SQL for the reference of the log that leads a log's event."""
    leader = _of_chain(incidents, "CASE WHEN NOT c.looped THEN c.leader END")
    return f'CASE WHEN {incidents}."duplicate_of" IS NULL THEN {incidents}."incident_ref" ELSE {leader} END'


def chain(incidents: str = '"incidents"') -> str:
    """SQL for how a log hangs together with others: none, duplicate, leader_not_held or loop."""
    found = _of_chain(
        incidents, "CASE WHEN c.looped THEN 'loop' WHEN c.held THEN 'duplicate' ELSE 'leader_not_held' END"
    )
    return f"CASE WHEN {incidents}.\"duplicate_of\" IS NULL THEN 'none' ELSE {found} END"


def leads_event(incidents: str = '"incidents"') -> str:
    """SQL that says whether a log leads its event; missing in a loop, and where the leading log is not held."""
    kind = chain(incidents)
    return f"CASE {kind} WHEN 'none' THEN TRUE WHEN 'duplicate' THEN FALSE END"


def begins_episode(
    alike: Callable[[str], str],
    incidents: str = '"incidents"',
    *,
    counts: Callable[[str], str],
    minimum_confidence: float | None = None,
) -> str:
    """SQL that says whether no contact of the same kind came before a log within 24 hours.

    `alike` and `counts` give, for an alias, what two contacts must have in common and which logs count as contacts.
    """
    same_kind = f"({alike('e')}) IS NOT DISTINCT FROM ({alike(incidents)})"
    earlier = (
        f'{counts("e")} AND {same_kind} AND (e."created" < {incidents}."created" OR (e."created" ='
        f' {incidents}."created" AND e."incident_ref" < {incidents}."incident_ref"))'
        f' AND e."created" >= {incidents}."created" - INTERVAL {EPISODE_HOURS} HOUR'
    )
    by_person = f"NOT EXISTS (SELECT 1 {same_person(incidents, minimum_confidence)} AND {earlier})"
    by_place = (
        f'NOT EXISTS (SELECT 1 FROM "incidents" AS e WHERE e."place_key" = {incidents}."place_key" AND {earlier})'
    )
    private = f'{incidents}."place_key" IS NOT NULL AND NOT coalesce({is_institution(incidents)}, FALSE)'
    return f"CASE WHEN {has_person(incidents, minimum_confidence)} THEN {by_person} WHEN {private} THEN {by_place} END"


EVENT_NEEDS = _CHAIN_NEEDS
EPISODE_NEEDS = LINK_NEEDS | {"incidents.incident_ref", "incidents.created", "incidents.place_key"}
