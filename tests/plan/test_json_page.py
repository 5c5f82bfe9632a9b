"""The page on the plan's files says of the JSON what the JSON holds."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

from nvap.plan.document import Document, Period, Place, Thing, Written
from nvap.plan.snapshot import frozen

PAGE = Path(__file__).parents[2] / "docs" / "plan-files.md"


def test_the_example_on_the_page_is_what_the_product_gives() -> None:
    example = re.findall(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[0]

    assert example == json.dumps(json.loads(frozen(_plan())), indent=1, ensure_ascii=False) + "\n"


def test_every_key_is_explained_on_the_page() -> None:
    explained = set(re.findall(r"^\| `([\w.\[\]]+)`", PAGE.read_text(encoding="utf-8"), re.MULTILINE))

    assert explained == set(_keys(json.loads(frozen(_plan()))))


def _keys(told: dict[str, object]) -> list[str]:
    keys = list(told)
    for part in ("periods", "things", "texts"):
        rows = told[part]
        assert isinstance(rows, list)
        keys += [f"{part}[].{name}" for name in rows[0]]
    return keys


def _plan() -> Document:
    at = datetime(2026, 1, 12, 9, 30, tzinfo=UTC)
    return Document(
        force="northshire",
        force_name="Northshire Police",
        pack="nvap-2.1.2-mental-health",
        release="1.0.0",
        version=2,
        things={
            "about": Thing("about", "about"),
            "O1": Thing("O1", "objective"),
            "A1a": Thing("A1a", "activity", "O1"),
        },
        texts={
            Place("about", "project_lead"): Written("7", 1, "Alice Lead", at, 1),
            Place("A1a", "decision"): Written("will-do", 1, "Alice Lead", at, 1),
            Place("A1a", "progress", "external", "2026-01-01"): Written(
                "The ward was asked.", 2, "Alice Lead", at, 2, "The first text named the wrong ward"
            ),
        },
        periods=(Period(date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 14)),),
        people={"7": "Alice Lead"},
    )
