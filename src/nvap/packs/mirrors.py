"""Links that a pack may write at both ends: filled in where one end is left out, at odds where the two disagree."""

from __future__ import annotations

from nvap.packs.draft import Draft
from nvap.packs.entries import Entry
from nvap.packs.item import Item
from nvap.packs.items import (
    Activity,
    Consequence,
    Evidence,
    Impact,
    MeasureToCome,
    Objective,
    Output,
    Question,
    Situation,
)

End = tuple[type[Item], str]

MIRRORS: tuple[tuple[End, End], ...] = (
    ((Activity, "outputs"), (Output, "activity")),
    ((Activity, "evidence"), (Evidence, "about")),
    ((Situation, "evidence"), (Evidence, "about")),
    ((Impact, "questions"), (Question, "tests")),
    ((Objective, "consequences"), (Consequence, "objectives")),
)


def mirror_links(draft: Draft) -> None:
    """Fill in or compare both ends of every mirrored link, then what a measure says it answers."""
    for one, other in MIRRORS:
        ends = ((each, name) for cls, name in (one, other) for each in draft.of(cls))
        left_out = {each.id for each, name in ends if name in each.absent | each.faulty}
        _compare(draft, one, other, left_out)
        _compare(draft, other, one, left_out)
    _impacts_of_activities(draft)
    _what_measures_say(draft)


def _compare(draft: Draft, here: End, there: End, left_out: set[str]) -> None:
    """See that whatever an entry names names it back; add it where that end says nothing at all."""
    cls, name = here
    other_cls, other_name = there
    for entry in draft.of(cls):
        for position, end in enumerate(entry.values[name]):
            other = draft.by_id.get(end)
            if other is None or other.cls is not other_cls or entry.id in other.values[other_name]:
                continue
            if end in left_out:
                other.values[other_name] = (*other.values[other_name], entry.id)
            else:
                message = (
                    f"`{entry.id}` names `{end}` under `{name}`, but `{end}` does not name it under `{other_name}`"
                )
                entry.fault(draft.faults, message, name, position)


def _impacts_of_activities(draft: Draft) -> None:
    """An activity seeks the impacts that its outputs lead to: no fewer, no more."""
    for entry in draft.of(Activity):
        outputs = [draft.by_id[each] for each in entry.values["outputs"] if _is(draft, each, Output)]
        reached = dict.fromkeys(end for each in outputs for end in each.values["leads_to"] if _is(draft, end, Impact))
        named = entry.values["impacts"]
        if "impacts" in entry.absent:
            entry.values["impacts"] = tuple(reached)
            continue
        if len(outputs) < len(entry.values["outputs"]) or "impacts" in entry.faulty:
            continue  # an output that is not there may lead anywhere, and has its own fault
        for position, end in enumerate(named):
            if end not in reached and _is(draft, end, Impact):
                message = f"`{entry.id}` names impact `{end}`, to which none of its outputs leads"
                entry.fault(draft.faults, message, "impacts", position)
        for end in reached:
            if end not in named:
                message = f"`{entry.id}` leaves out impact `{end}`, to which one of its outputs leads"
                entry.fault(draft.faults, message, "impacts")


def _what_measures_say(draft: Draft) -> None:
    """The measures of a question or an activity are those it names and those that name it."""
    claims = [(each.id, end) for each in draft.of(MeasureToCome) for end in each.values["questions"]]
    claims += [(each.id, end) for each in draft.claims for end in each.questions or ()]
    for measure in draft.claims:
        for activity_id in measure.activities:
            if _is(draft, activity_id, Activity):
                _add(draft.by_id[activity_id], "measures", measure.id)
    for measure_id, question_id in claims:
        if _is(draft, question_id, Question):
            _add(draft.by_id[question_id], "measures", measure_id)
    for question in draft.of(Question):
        for measure_id in question.values["measures"]:
            if _is(draft, measure_id, MeasureToCome):
                _add(draft.by_id[measure_id], "questions", question.id)


def _is(draft: Draft, item_id: str, cls: type[Item]) -> bool:
    return item_id in draft.by_id and draft.by_id[item_id].cls is cls


def _add(entry: Entry, name: str, end: str) -> None:
    if end not in entry.values[name]:
        entry.values[name] = (*entry.values[name], end)
