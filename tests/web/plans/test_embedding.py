"""How far an activity is embedded: ticked, computed, overridden with a reason, and drawn over time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.test import Client
from tests.web.plans.conftest import held

from nvap.web.plans.document import document_of

Browse = Callable[..., Client]
STAGE = "/plan/activity/A1a/stage/"


def test_what_alice_ticks_gives_the_stage(browse: Browse, alice_lead: Any, plan: Any) -> None:
    client = browse(alice_lead)

    client.post(STAGE, held(client, STAGE) | {"A1a--statements----": ["s1", "s2", "s3", "s4"]})

    assert document_of(plan).stage("A1a").value == "in-progress"
    page = client.get(STAGE).content.decode()
    assert "<svg" in page
    assert "<desc" in page
    assert "Stages over time" in page


def test_another_stage_than_the_statements_give_needs_a_reason(browse: Browse, alice_lead: Any, plan: Any) -> None:
    client = browse(alice_lead)
    typed = held(client, STAGE) | {"A1a--stage----": "in-place"}

    refused = client.post(STAGE, typed).content.decode()

    assert "Say why the stage differs" in refused
    assert document_of(plan).stage("A1a").value == "not-started"
    client.post(STAGE, typed | {"A1a--stage_reason----": "Done before the plan began"})
    assert document_of(plan).stage("A1a").value == "in-place"
    assert "said instead of what the statements give" in client.get(STAGE).content.decode()
