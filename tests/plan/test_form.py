"""The plan's form holds every field of the toolkit's own, on both sides where the toolkit has both."""

from __future__ import annotations

from nvap import packs
from nvap.packs.items import PlanField, PlanningQuestion
from nvap.plan.form import KINDS, every_field

# A plan has reporting periods of its own in place of a box that says which.
ELSEWHERE = {"plan.reporting-period"}


def test_every_field_and_planning_question_of_the_toolkit_stands_in_the_form() -> None:
    pack = packs.pack()

    held = {field.toolkit for _kind, field in every_field() if field.toolkit}

    asked = {each.id for each in pack.of(PlanField)} | {each.id for each in pack.of(PlanningQuestion)}
    assert asked - held == ELSEWHERE


def test_what_the_toolkit_asks_on_both_sides_an_activity_or_objective_says_on_both() -> None:
    pack = packs.pack()
    of_sides = {field.toolkit for name in ("activity", "objective") for field in KINDS[name].fields if field.per_side}

    two_sided = {each.id for each in pack.of(PlanField) if each.sides}

    # An activity's own words are the same on both sides; the sides that it serves are chosen.
    assert two_sided - of_sides == {"plan.activity"}


def test_ids_of_a_forces_own_things_begin_differently_for_each_kind() -> None:
    prefixes = [kind.own_prefix for kind in KINDS.values() if kind.own_prefix]

    assert len(prefixes) == len(set(prefixes))
