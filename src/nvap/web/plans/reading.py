"""The plan as its pages show it: how far each page of the form is, what stands in it, what to type beside what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.forms import BoundField
from django.urls import reverse
from django.utils.functional import Promise

from nvap.packs import Pack
from nvap.web.plans.actions import Clash
from nvap.web.plans.fields import Blank, Place, Section, Side, sections
from nvap.web.plans.forms import SectionForm
from nvap.web.plans.models import PlanText
from nvap.web.plans.suggestions import Suggestion, suggestions
from nvap.web.toolkit.reading import Line

OWNER = "plan.impact-owner"


@dataclass(frozen=True)
class Progress:
    """A page of the form on the overview: how many of its fields hold a text, and who wrote last."""

    section: Section
    owner: str
    has_owner: bool
    written: int
    whole: int
    last: PlanText | None
    address: str
    change: str


@dataclass(frozen=True)
class Answer:
    """One field as it is read: its words and what stands in it."""

    blank: Blank
    text: str
    by: str
    at: datetime | None


@dataclass(frozen=True)
class AnsweredSide:
    """One side of an objective as it is read."""

    title: str | Promise
    impact: Line | None
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Answered:
    """A page of the form as it is read."""

    section: Section
    answers: tuple[Answer, ...]
    sides: tuple[AnsweredSide, ...]
    change: str


@dataclass(frozen=True)
class Row:
    """One field to write in, the toolkit's suggestions for it, and, after a clash, what somebody else wrote."""

    bound: BoundField
    suggestions: tuple[Suggestion, ...]
    clash: Clash | None


@dataclass(frozen=True)
class WritingSide:
    """One side of an objective to write in."""

    side: Side
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Writing:
    """A page of the form to write in."""

    section: Section
    rows: tuple[Row, ...]
    sides: tuple[WritingSide, ...]


def overview(pack: Pack, stands: Mapping[Place, PlanText]) -> tuple[Progress, ...]:
    """How far each page of the plan is."""
    return tuple(_progress(each, stands) for each in sections(pack))


def answered(section: Section, stands: Mapping[Place, PlanText]) -> Answered:
    """A page of the plan as it is read."""
    return Answered(
        section=section,
        answers=tuple(_answer(each, stands) for each in section.blanks),
        sides=tuple(
            AnsweredSide(side.title, side.impact, tuple(_answer(each, stands) for each in side.blanks))
            for side in section.sides
        ),
        change=reverse("plan-change", args=[section.id]),
    )


def writing(pack: Pack, section: Section, form: SectionForm, clashes: tuple[Clash, ...] = ()) -> Writing:
    """A page of the plan with its form's fields in their places."""
    found = {each.mine.place: each for each in clashes}

    def rows(blanks: tuple[Blank, ...]) -> tuple[Row, ...]:
        return tuple(
            Row(form[each.place.name], suggestions(pack, each.place), found.get(each.place)) for each in blanks
        )

    return Writing(section, rows(section.blanks), tuple(WritingSide(each, rows(each.blanks)) for each in section.sides))


def without_owner(pack: Pack, stands: Mapping[Place, PlanText]) -> tuple[Section, ...]:
    """The objectives whose impact nobody is named to answer for."""
    return tuple(each.section for each in overview(pack, stands) if each.has_owner and not each.owner)


def _progress(section: Section, stands: Mapping[Place, PlanText]) -> Progress:
    rows = [stands[each.place] for each in section.every_blank if each.place in stands]
    owner = stands.get(Place(OWNER, section.id))
    return Progress(
        section=section,
        owner=owner.text if owner else "",
        has_owner=any(each.place.field == OWNER for each in section.blanks),
        written=sum(1 for row in rows if row.text),
        whole=len(section.every_blank),
        last=max(rows, key=lambda row: row.written_at, default=None),
        address=reverse("plan-section", args=[section.id]),
        change=reverse("plan-change", args=[section.id]),
    )


def _answer(blank: Blank, stands: Mapping[Place, PlanText]) -> Answer:
    row = stands.get(blank.place)
    return Answer(blank, row.text if row else "", row.written_by.name if row else "", row.written_at if row else None)
