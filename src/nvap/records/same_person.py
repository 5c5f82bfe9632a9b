"""Who is the same person, and where is an institution: SQL that columns over other rows share.

Each function takes the alias under which a table stands.
"""

from __future__ import annotations

PERSON_ROLES = ("caller", "subject", "missing_person")
"""The parts that a person in repeat contact can have in a log; a witness or a suspect is not in contact for help."""
SURE_LINKS = ("rms_id", "deterministic")
INSTITUTIONS = ("hospital", "mental_health_unit", "care_home", "custody", "other_institution")
"""The kinds of place (code list place_kind) at which many people are in contact one after another."""

LINK_NEEDS = frozenset({"person_links.incident_ref", "person_links.person_key", "person_links.role"})


def is_person(link: str, minimum_confidence: float | None = None) -> str:
    """Whether a link is to a person in contact; with a minimum, by a sure link or one at least so likely."""
    found = f'{link}."role" IN ({_texts(PERSON_ROLES)})'
    if minimum_confidence is None:
        return found
    likely = f'coalesce({link}."match_probability" >= {minimum_confidence}, FALSE)'
    return f'{found} AND (coalesce({link}."match_method" IN ({_texts(SURE_LINKS)}), FALSE) OR {likely})'


def has_person(incidents: str, minimum_confidence: float | None = None) -> str:
    """Whether a person in contact is linked to a log."""
    return (
        f'EXISTS (SELECT 1 FROM "person_links" AS l WHERE l."incident_ref" = {incidents}."incident_ref"'
        f" AND {is_person('l', minimum_confidence)})"
    )


def same_person(incidents: str, minimum_confidence: float | None = None) -> str:
    """FROM and WHERE for the other logs, as e, that a person of this log is linked to."""
    return (
        'FROM "person_links" AS l JOIN "person_links" AS m ON m."person_key" = l."person_key"'
        ' JOIN "incidents" AS e ON e."incident_ref" = m."incident_ref"'
        f' WHERE l."incident_ref" = {incidents}."incident_ref" AND {is_person("l", minimum_confidence)}'
        f" AND {is_person('m', minimum_confidence)}"
    )


def is_institution(incidents: str) -> str:
    """Whether a log's place is an institution; missing where the kind of place is not known."""
    return f'{incidents}."place_kind" IN ({_texts(INSTITUTIONS)})'


def _texts(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{each}'" for each in values)
