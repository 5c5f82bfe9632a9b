"""A plan in the toolkit's layout, as forces really write it, is recognised by the words of its headings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nvap.documents.plan_reading import CellRead, SheetRead
from nvap.documents.plan_reading.layout import Passage, passages, seems_the_toolkits

LABELS = {
    "plan.reporting-period": ("Reporting period",),
    "plan.project-lead": ("Project lead",),
    "plan.prepared-by": ("Prepared by",),
    "plan.date-prepared": ("Date prepared",),
    "plan.impact-owner": ("Impact owner",),
    "plan.impact-description": ("Impact description",),
    "plan.activity": ("Activity",),
    "plan.output": ("Output",),
    "plan.impact-measurement": ("Impact measurement",),
    "plan.progress": ("Progress",),
    "plan.next-steps": ("Next steps",),
    "plan.risks": ("Risks",),
    "plan.risk-mitigation": ("Risk mitigation strategy",),
    "plan.additional-comments": ("Additional comments",),
    "PQ1": ("Why do this at all?",),
}  # fmt: skip


@pytest.mark.parametrize(
    "heading",
    [
        "Next steps", "NEXT STEPS:", "  next   steps ", "Next Step", "Nexst steps", "Next-steps.", "Next steps 2:",
        "Next steps (external)",
    ],
)  # fmt: skip
def test_case_spaces_and_small_slips_do_not_matter(heading: str) -> None:
    found = _read([(heading, "Write to the ward")])

    assert [(each.field, each.text) for each in found] == [("plan.next-steps", "Write to the ward")]


def test_the_sides_are_told_by_the_row_that_names_them() -> None:
    found = _read(
        [
            ("Objective 1:", "Understand demand"),
            ("", "Organisational Impact", "", "External Impact"),
            ("Output", "A list", "of everything", "A letter"),
        ]
    )

    assert _own(found) == [
        ("plan.output", "organisational", "A list of everything"), ("plan.output", "external", "A letter"),
    ]  # fmt: skip
    assert all(each.side_told for each in found)


def test_without_a_named_side_the_order_counts_and_is_said_to() -> None:
    found = _read([("Objective 1",), ("Output", "A list", "A letter")])

    assert _own(found) == [("plan.output", "organisational", "A list"), ("plan.output", "external", "A letter")]
    assert not any(each.side_told for each in found if each.field == "plan.output")


def test_a_side_beside_the_heading_counts() -> None:
    found = _read([("Objective 1",), ("Output (external)", "A letter"), ("Organisational impact:", "We know more")])

    assert _own(found) == [
        ("plan.output", "external", "A letter"), ("plan.impact-description", "organisational", "We know more"),
    ]  # fmt: skip


def test_a_side_alone_on_a_line_begins_its_impact_description() -> None:
    rows = [("Objective 1",), ("Impact owner: Alice",), ("External impact:",), ("We are trusted",), ("Output",), ("x",)]

    assert _own(_read(rows))[1:] == [
        ("plan.impact-description", "external", "We are trusted"), ("plan.output", "organisational", "x"),
    ]  # fmt: skip


def test_paragraphs_below_a_heading_belong_to_it() -> None:
    found = _read([("Why are we doing this?",), ("First.",), ("Second.",), ("Objective 2",), ("Activity: Audit",)])

    assert [each.text for each in found if each.field == "PQ1"] == ["First.\nSecond."]
    assert [(each.objective, each.activity, each.text) for each in found if each.field == "plan.activity"] == [
        (2, 1, "Audit")
    ]


def test_several_activities_of_an_objective_are_counted() -> None:
    found = _read(
        [("Objective Two: Work together",), ("Activity 1", "Audit"), ("Output", "A list"), ("Activity 2", "Train")]
    )

    assert [(each.objective, each.activity, each.text) for each in found if not each.printed] == [
        (2, 1, "Audit"), (2, 1, "A list"), (2, 2, "Train"),
    ]  # fmt: skip


def test_a_sentence_about_an_objective_is_no_heading() -> None:
    found = _read([("Objective 1",), ("Progress:",), ("Objective 2 was met early, and the ward is pleased.",)])

    assert [(each.objective, each.field) for each in found] == [(1, "plan.progress")]


def test_prompts_are_the_forms_and_what_follows_them_is_the_forces() -> None:
    found = _read(
        [
            ("Objective 1",),
            ("Risks", "Enter the risk/unintended consequence associated with the impact"),
            ("Activity", "What action do you plan to take? (See logic model for suggestions)\nAudit every month"),
            ("Progress", "Example: Dip sample of incidents completed"),
        ]
    )

    assert [each.text for each in found if not each.printed] == ["Audit every month"]
    assert len([each for each in found if each.printed]) == 3


def test_a_heading_that_nobody_knows_does_not_swallow_its_text() -> None:
    found = _read([("Objective 1",), ("Progress", "Done"), ("Canteen menu", "Soup"), ("", "and bread")])

    assert [(each.field, each.heading, each.text) for each in found] == [
        ("plan.progress", "Progress", "Done"), ("", "Canteen menu", "Soup"), ("", "Canteen menu", "and bread"),
    ]  # fmt: skip


def test_the_logic_model_in_the_same_workbook_is_no_plan() -> None:
    model = _sheet("Logic model", [("Objective 1",), ("Activities", "Use the definition")])
    plan = _sheet("Plan", [("Objective 1",), ("Impact owner", "Alice Lead"), ("Activity", "Audit")])

    found = passages([model, plan], LABELS)

    assert [(each.where, each.field) for each in found if each.field] == [
        ("Plan B2", "plan.impact-owner"), ("Plan B3", "plan.activity"),
    ]  # fmt: skip


_CELL = st.sampled_from(
    ["", "Output", "Progress:", "Organisational impact", "External impact:", "Objective 1", "Heading", "Risks: @",
     "Objective 2: @", "@", "External: @", "What action do you plan to take? @", "Example: @", "Impact owner"]
)  # fmt: skip


@given(st.lists(st.lists(_CELL, min_size=1, max_size=4), max_size=8))
def test_nothing_of_a_file_is_lost(rows: list[list[str]]) -> None:
    marked, count = [], 0
    for row in rows:
        count += len(row)
        marked.append(tuple(text.replace("@", f"word{count + place}.") for place, text in enumerate(row)))

    told = " ".join(f"{each.heading} {each.text}" for each in _read(marked))

    for text in (text for row in marked for text in row):
        for word in text.split():
            assert not word.startswith("word") or word in told


def test_a_letter_is_no_plan() -> None:
    assert not seems_the_toolkits(_read([("Dear all",), ("Output: see you on Friday",)]))


def _own(found: tuple[Passage, ...]) -> list[tuple[str, str, str]]:
    return [(each.field, each.side, each.text) for each in found if not each.printed]


def _read(rows: list[tuple[str, ...]]) -> tuple[Passage, ...]:
    return passages([_sheet("Document", rows)], LABELS)


def _sheet(name: str, rows: list[tuple[str, ...]]) -> SheetRead:
    cells = [
        CellRead(row, column, text)
        for row, texts in enumerate(rows, start=1)
        for column, text in enumerate(texts, start=1)
        if text
    ]
    return SheetRead(name, False, tuple(cells))
