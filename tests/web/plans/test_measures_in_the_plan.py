"""Measures in the plan: picked, guarded, numbered from stored results, and with targets only where one may stand."""

from __future__ import annotations

from typing import Any

import pytest
from tests.web.plans.conftest import write
from tests.web.results.conftest import computed, loaded, with_results  # noqa: F401 - a force with stored results

from nvap import packs
from nvap.web.plans.actions.saving import NewThing
from nvap.web.plans.document import document_of
from nvap.web.plans.measured import chart_svg, measured


def test_a_measures_number_and_its_baseline_come_from_what_is_stored(
    plan: Any,
    alice_lead: Any,
    northshire: Any,
    with_results: Any,  # noqa: F811
) -> None:
    from nvap.web.results.stored import catch_up

    catch_up(northshire)
    texts = {("D01", "part"): "share", ("D01", "baseline_from"): "2024-01-01", ("D01", "baseline_to"): "2024-03-31"}
    write(plan, alice_lead, texts, new=[NewThing("D01", "measure", "O1"), NewThing("D03", "measure", "O1")])

    told = measured(northshire, packs.pack(), document_of(plan))

    first, second = told
    assert first["period"] == "August 2025"
    assert (first["numerator"], first["denominator"]) == (25, 40)
    assert first["value"] == "62.5%"
    assert "31 of 120" in first["baseline"]
    assert first["baseline"].startswith("25.8%")
    assert first["verdict"].startswith("Unusually high")
    assert second["value"] == ""
    assert second["verdict"] == "Not enough data to say: no number is stored for it."
    assert (chart_svg(northshire, packs.pack(), "D01") or "").startswith("<svg")
    assert chart_svg(northshire, packs.pack(), "D03") is None
