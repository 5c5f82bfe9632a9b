"""No page of a large plan asks the database more than 15 times: 3 objectives of 6 activities, 12 months of reports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.web.pages import ALICE, CAROL, INES, OLGA, World
from tests.web.plans.pages import PAGES

MOST = 15
OBJECTIVES = ("O1", "O2", "O3")
ACTIVITIES = 6
TEXT = "Officers of every response team were briefed, and the form that records the flag was changed. " * 8

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(alice_lead: Any, bob_lead: Any, carol_admin: Any, ines_inspector: Any, olga_owner: Any) -> dict[str, Any]:
    """Those who open the pages, and Bob, who wrote half of the plan."""
    return {ALICE: alice_lead, "bob": bob_lead, CAROL: carol_admin, INES: ines_inspector, OLGA: olga_owner}


@pytest.fixture
def large(plan: Any, people: dict[str, Any]) -> Any:
    """A plan with a text in every place, ten measures with observations, evidence, comments, and one sign-off."""
    from nvap.web.plans.models import PlanSettings

    _fill(plan, people)
    PlanSettings.objects.create(force=plan.force, self_approval=True, files=True)
    _sign_off(plan, people[ALICE])
    return plan


@pytest.fixture
def world(large: Any, southshire: Any, people: dict[str, Any], workspace: Any) -> World:
    """What the addresses of the pages are made from."""
    return World(large.force, southshire, people, workspace)


def test_the_large_plan_is_as_large_as_it_says(large: Any) -> None:
    from nvap.web.plans.document import document_of

    document = document_of(large)

    assert [len(document.pursued(each)) for each in OBJECTIVES] == [ACTIVITIES] * 3
    assert len(document.periods) == 12
    assert len(document.texts) > 18 * 12 * 6


@pytest.mark.parametrize(
    ("who", "state"),
    [
        (ALICE, "reopened"),
        (INES, "signed-off"),
        pytest.param(ALICE, "signed-off", marks=pytest.mark.gate),
        pytest.param(ALICE, "in-review", marks=pytest.mark.gate),
        pytest.param(CAROL, "signed-off", marks=pytest.mark.gate),
        pytest.param(OLGA, "reopened", marks=pytest.mark.gate),
    ],
)
def test_every_page_of_a_large_plan_asks_the_database_at_most_fifteen_times(
    browse: Any, large: Any, world: World, who: str, state: str
) -> None:
    addresses = dict(_addresses(world, who))  # before it is sent: making some of them writes in the plan
    _bring(large, state, world.people[ALICE])
    client = browse(world.people[who])
    asked = {}

    client.get("/plan/")  # the session notes its beginning once
    for name, address in addresses.items():
        with CaptureQueriesContext(connection) as found:
            answer = client.get(address)
            if answer.streaming:
                b"".join(answer.streaming_content)
        assert answer.status_code in (200, 204, 302), f"{name}: {answer.status_code}"
        asked[name] = len(found)

    assert addresses
    assert {name: count for name, count in asked.items() if count > MOST} == {}


def _addresses(world: World, who: str) -> Iterator[tuple[str, str]]:
    for page in PAGES:
        if who in page.may and "get" in page.methods and not (who == OLGA and page.name == "plan-update"):
            yield page.name, reverse(page.name, args=page.arguments(world))


def _fill(plan: Any, people: dict[str, Any]) -> None:
    """Everything at once, as rows: two saves, one by Alice and one by Bob."""
    from nvap.web.plans.models import Comment, Save, Text, Thing

    first = Save.objects.create(plan=plan, number=plan.saves + 1, by=people[ALICE])
    second = Save.objects.create(plan=plan, number=plan.saves + 2, by=people["bob"])
    plan.saves += 2
    plan.save(update_fields=["saves"])
    activities = _activities(plan)
    Thing.objects.bulk_create(
        Thing(plan=plan, key=key, kind=kind, parent=parent, made_in=first) for key, kind, parent in _more(activities)
    )
    stands = set(Text.objects.filter(plan=plan).values_list("key", "field", "side", "period"))
    rows = [
        Text(
            plan=plan, save_made=(first, second)[at % 2], version=1, text=text,
            key=place.entry, field=place.field, side=place.side, period=place.period,
        )
        for at, (place, text) in enumerate(_texts(plan, activities, str(people[OLGA].pk)))
        if (place.entry, place.field, place.side, place.period) not in stands
    ]  # fmt: skip
    Text.objects.bulk_create(rows)
    Comment.objects.bulk_create(
        Comment(plan=plan, key=key, field="output", side="external", text="Which form?", by=people["bob"])
        for key in activities
        for _ in range(5)
    )


def _activities(plan: Any) -> dict[str, str]:
    """Six activities of each objective: the toolkit's, and the force's own where it has fewer."""
    from nvap.web.plans.document import document_of

    document = document_of(plan)
    found = {}
    for objective in OBJECTIVES:
        toolkits = [each.key for each in document.of("activity", objective)][:ACTIVITIES]
        own = [f"own-a{objective[1]}{at}" for at in range(ACTIVITIES - len(toolkits))]
        found |= dict.fromkeys([*toolkits, *own], objective)
    return found


def _more(activities: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """The things that the plan does not hold yet."""
    for key, objective in activities.items():
        if key.startswith("own-"):
            yield key, "activity", objective
    measures = [f"own-m{at}" for at in range(1, 11)]
    for at, key in enumerate(measures):
        yield key, "measure", OBJECTIVES[at % 3]
    numbers = iter(range(1, 1000))
    for key in measures:
        for _ in range(12):
            yield f"obs-{next(numbers)}", "observation", key
    numbers = iter(range(1, 1000))
    for key in activities:
        for _ in range(12):
            yield f"ev-{next(numbers)}", "evidence", key


def _texts(plan: Any, activities: dict[str, str], owner: str) -> Iterator[tuple[Any, str]]:
    """A text for every place of every thing that stands in the plan."""
    from nvap.plan.document import Place
    from nvap.plan.form import KINDS
    from nvap.web.plans.document import document_of

    document = document_of(plan)
    periods = [each.key for each in document.periods]
    for at, thing in enumerate(document.things.values()):
        if thing.kind == "activity" and thing.key not in activities:
            yield Place(thing.key, "decision"), "not-for-us"
            continue
        for field in KINDS[thing.kind].fields:
            for side in field.sides:
                for period in periods if field.per_period else [""]:
                    text = _text(field, owner, periods[at % 12])
                    if text:
                        yield Place(thing.key, field.name, side, period), text


def _text(field: Any, owner: str, period: str) -> str:
    given = {
        "decision": "will-do", "link": "https://store.northshire.example/minutes", "period": period, "shared": "yes",
        "sides": "organisational\nexternal", "numerator": "12", "denominator": "40", "unknown": "3",
    }  # fmt: skip
    if field.name in given and (field.name not in ("numerator", "denominator") or field.kind == "number"):
        return given[field.name]
    by_kind = {"text": TEXT, "line": "Northshire's own", "date": "2026-03-05", "person": owner, "number": "5"}
    if field.kind == "choice" and field.choices and field.name != "not_measured":
        return str(field.choices[0][0])
    return by_kind.get(field.kind, "")


def _sign_off(plan: Any, by: Any) -> None:
    from tests.web.plans.conftest import write

    from nvap import packs
    from nvap.web.plans.actions import reviewing
    from nvap.web.plans.actions.measuring import pick
    from nvap.web.plans.document import document_of

    plan.refresh_from_db()
    chosen = ["D03", *packs.pack().measures]
    pick(plan=plan, pack=packs.pack(), document=document_of(plan), measures=chosen, by=by)
    write(plan, by, {("about", "approver"): str(by.pk)})
    reviewing.send(plan=plan, by=by)
    reviewing.sign_off(plan=plan, by=by, pack=packs.pack(), version=plan.saves)


def _bring(plan: Any, state: str, by: Any) -> None:
    from nvap.web.plans.actions import reviewing

    if state != "signed-off":
        reviewing.reopen(plan=plan, by=by, reason="A new owner has to be named.")
    if state == "in-review":
        reviewing.send(plan=plan, by=by)
