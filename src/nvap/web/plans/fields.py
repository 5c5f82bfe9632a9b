"""The plan's form as the toolkit lays it out: its sections, and in each the places where something is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nvap.packs import Pack
from nvap.packs.items import Objective, PlanField
from nvap.web.toolkit.reading import Line, line
from nvap.web.toolkit.words import SIDES

ABOUT = "about"
LONGEST_LINE = 200
LONGEST_TEXT = 5000
# Fields that hold a name or a date; every other is prose.
_ONE_LINE = {"plan.impact-owner"}
_NO_SIDE = ""


@dataclass(frozen=True)
class Place:
    """Where a text belongs: the field, and the objective and side where the field has them."""

    field: str
    objective: str = ""
    side: str = ""

    @property
    def name(self) -> str:
        """Its name in the form."""
        return "-".join(each for each in (self.field.replace(".", "-"), self.side) if each)


@dataclass(frozen=True)
class Blank:
    """A place of the form with its words."""

    place: Place
    label: str
    prompt: str
    one_line: bool
    address: str

    @property
    def longest(self) -> int:
        """The most characters it takes."""
        return LONGEST_LINE if self.one_line else LONGEST_TEXT

    @property
    def full_label(self) -> str:
        """Its label with its side, for where labels of both sides stand together."""
        side = SIDES.get(self.place.side)
        return _("%(label)s, %(side)s") % {"label": self.label, "side": str(side).lower()} if side else self.label


@dataclass(frozen=True)
class Side:
    """The blanks of one side of an objective, under the long-term impact that they work towards."""

    side: str
    title: str | Promise
    impact: Line | None
    blanks: tuple[Blank, ...]


@dataclass(frozen=True)
class Section:
    """A page of the form: the header, or one objective."""

    id: str
    title: str | Promise
    text: str
    address: str
    blanks: tuple[Blank, ...]
    sides: tuple[Side, ...]

    @property
    def every_blank(self) -> tuple[Blank, ...]:
        """All its blanks, in the order of the page."""
        return (*self.blanks, *(blank for side in self.sides for blank in side.blanks))


def sections(pack: Pack) -> tuple[Section, ...]:
    """The form's pages: the header, then each objective."""
    return (_about(pack), *(_of_objective(pack, each) for each in pack.objectives))


def section(pack: Pack, section_id: str) -> Section | None:
    """One page of the form, whatever the capitals of its id; None where there is none."""
    return next((each for each in sections(pack) if each.id.casefold() == section_id.casefold()), None)


def _about(pack: Pack) -> Section:
    blanks = tuple(_blank(pack, each, "", _NO_SIDE) for each in pack.of(PlanField) if each.per == "plan")
    return Section(ABOUT, gettext_lazy("About this plan"), "", "", blanks, ())


def _of_objective(pack: Pack, objective: Objective) -> Section:
    fields = [each for each in pack.of(PlanField) if each.per != "plan"]
    plain = tuple(_blank(pack, each, objective.id, _NO_SIDE) for each in fields if not each.sides)
    long_term = {each.side: each.id for each in pack.logic_model(objective.id).long_term}
    sides = tuple(
        Side(
            side=side,
            title=title,
            impact=line(pack, long_term[side]) if side in long_term else None,
            blanks=tuple(_blank(pack, each, objective.id, side) for each in fields if side in each.sides),
        )
        for side, title in SIDES.items()
    )
    return Section(objective.id, objective.label, objective.text, line(pack, objective.id).address, plain, sides)


def _blank(pack: Pack, field: PlanField, objective: str, side: str) -> Blank:
    return Blank(
        place=Place(field.id, objective, side),
        label=field.label,
        prompt=field.prompt or (field.text if field.text != field.label else ""),
        one_line=field.per == "plan" or field.id in _ONE_LINE,
        address=line(pack, field.id).address,
    )


def places(pack: Pack) -> Iterator[Place]:
    """Every place of the form."""
    for each in sections(pack):
        yield from (blank.place for blank in each.every_blank)
