"""A stage follows from what is ticked; somebody may say another, and both are kept."""

from __future__ import annotations

from itertools import combinations

from nvap.plan.stages import CRITERIA, STAGES, STATEMENTS, Stage, computed_stage


def test_nothing_ticked_is_not_started() -> None:
    assert computed_stage(()) == "not-started"


def test_a_stage_needs_the_statements_of_every_stage_before_it() -> None:
    assert computed_stage({"s1", "s2"}) == "planned"
    assert computed_stage({"s1", "s2", "s3", "s4"}) == "in-progress"
    assert computed_stage({"s3", "s4", "s5", "s6"}) == "not-started"
    assert computed_stage({key for key, _words in STATEMENTS}) == "embedded"


def test_ticking_more_never_lowers_a_stage() -> None:
    order = [stage for stage, _words in STAGES]
    every = [key for key, _words in STATEMENTS]

    for size in range(len(every)):
        for chosen in combinations(every, size):
            held = order.index(computed_stage(chosen))
            assert all(order.index(computed_stage({*chosen, more})) >= held for more in every)


def test_every_statement_belongs_to_one_stage() -> None:
    used = [statement for needed in CRITERIA.values() for statement in needed]

    assert sorted(used) == sorted(key for key, _words in STATEMENTS)


def test_what_somebody_said_counts_and_differs_openly() -> None:
    assert Stage("planned", "in-place").value == "in-place"
    assert Stage("planned", "in-place").overridden
    assert not Stage("planned", "planned").overridden
    assert Stage("planned", "").value == "planned"
