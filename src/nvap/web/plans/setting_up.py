"""How far the set-up of a plan is: its tasks with their status, and what is missing before it can be sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nvap.packs import Pack
from nvap.plan.document import Document
from nvap.plan.form import KINDS
from nvap.web.plans import reading
from nvap.web.plans.blanks import label_of
from nvap.web.plans.models import Plan

QUESTIONS: Final = ("why", "aim", "success", "benefit", "tracking")
FACTS: Final = ("project_lead", "prepared_by", "date_prepared", "approver", "marking")
PUT_OFF: Final = frozenset({"later", "not-for-us"})
NOT_YET, UNDER_WAY, DONE, BLOCKED = "not-yet", "in-progress", "completed", "blocked"
STATUS: Final = {
    NOT_YET: gettext_lazy("Not yet started"),
    UNDER_WAY: gettext_lazy("In progress"),
    DONE: gettext_lazy("Completed"),
    BLOCKED: gettext_lazy("Cannot start yet"),
}


@dataclass(frozen=True)
class Task:
    """One task of the list: its words, where it is done (empty while it cannot be), and how far it is."""

    id: str
    title: str
    address: str
    status: str

    @property
    def status_words(self) -> str:
        """The status as people read it."""
        return str(STATUS[self.status])


@dataclass(frozen=True)
class Group:
    """Tasks under one heading."""

    title: str
    tasks: tuple[Task, ...]


@dataclass(frozen=True)
class Missing:
    """Something the plan still lacks, and where it can be given."""

    words: str
    address: str


@dataclass(frozen=True)
class CheckRow:
    """One answer on the page to check: its label, what stands there, and where it is changed."""

    label: str
    text: str
    change: str


@dataclass(frozen=True)
class CheckCard:
    """The answers about one thing."""

    title: str
    rows: tuple[CheckRow, ...]


@dataclass(frozen=True)
class PutOff:
    """An activity that the force does later, or not."""

    key: str
    name: str
    decision: str
    reason: str
    review: str
    address: str


def address_of(name: str, *arguments: Any) -> str:
    """The address of a page; empty where this version has no such page."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


def groups(pack: Pack, document: Document, plan: Plan) -> tuple[Group, ...]:
    """The tasks of the set-up, in the order in which they are best done."""
    choosing = tuple(
        Task(
            id=f"choose-{each.id}",
            title=f"{each.id} {each.label}",
            address=reverse("plan-choose", args=[each.id]),
            status=_chosen(document, each.id),
        )
        for each in pack.objectives
    )
    measures = _task("measures", _("Choose measures and targets"), "plan-measures", _measures(document))
    risks = _task("consequences", _("Say what is watched, and by whom"), "plan-consequences", _risks(document))
    return (
        Group(_("About the plan"), _about(document)),
        Group(_("Choose activities"), choosing),
        Group(_("Owners"), (_task("owners", _("Say who owns what"), "plan-owners", _owners(pack, document)),)),
        Group(_("Measures and targets"), (measures,)),
        Group(_("Risks and consequences"), (risks,)),
        Group(
            _("Check and send"),
            (_task("check", _("Check the plan and send it"), "plan-check", _sending(document, plan)),),
        ),
    )


def missing(pack: Pack, document: Document) -> tuple[Missing, ...]:
    """What the plan still lacks, in the order of its pages."""
    return tuple(_missing(pack, document))


def put_off(pack: Pack, document: Document, objective: str | None = None) -> tuple[PutOff, ...]:
    """The activities that the force does later or not, with why and when it looks at them again."""
    held = KINDS["activity"]
    return tuple(
        PutOff(
            key=each.key,
            name=reading.name_of(pack, document, each.key),
            decision=_(held.field("decision").words(document.text(each.key, "decision"))),
            reason=document.text(each.key, "decision_reason"),
            review=reading.shown(held.field("review_date"), document, document.text(each.key, "review_date")),
            address=reverse("plan-activity", args=[each.key]),
        )
        for each in document.of("activity", objective)
        if document.text(each.key, "decision") in PUT_OFF
    )


def check_cards(pack: Pack, document: Document) -> tuple[CheckCard, ...]:
    """Everything that was said in setting up, card by card."""
    return tuple(_check_cards(pack, document))


def _about(document: Document) -> tuple[Task, ...]:
    asked = [document.text("about", each) for each in QUESTIONS]
    facts = [document.text("about", each) for each in FACTS if each != "marking"]
    return (
        Task("questions", _("Five planning questions"), reverse("plan-questions"), _filled(asked)),
        Task("about", _("Who leads it, who prepared it and who signs it off"), reverse("plan-about"), _filled(facts)),
        Task("periods", _("Reporting periods"), reverse("plan-periods"), DONE if document.periods else NOT_YET),
    )


def _task(own: str, title: str, page: str, status: str) -> Task:
    address = address_of(page)
    return Task(own, title, address if status != BLOCKED else "", status)


def _filled(texts: Sequence[str]) -> str:
    if all(texts):
        return DONE
    return UNDER_WAY if any(texts) else NOT_YET


def _chosen(document: Document, objective: str) -> str:
    return _filled([document.text(each.key, "decision") for each in document.of("activity", objective)])


def _owners(pack: Pack, document: Document) -> str:
    objectives = [each.id for each in pack.objectives]
    return _filled([document.text(each, "owner") for each in (*objectives, *(one.key for one in document.pursued()))])


def _measures(document: Document) -> str:
    if not document.pursued():
        return BLOCKED
    said = [
        document.text(each.key, "target") or document.text(each.key, "not_measured") for each in document.of("measure")
    ]
    return (DONE if all(said) else UNDER_WAY) if said else NOT_YET


def _risks(document: Document) -> str:
    named = [document.text(each.key, "owner") for each in document.of("consequence")]
    return _filled(named) if named else NOT_YET


def _sending(document: Document, plan: Plan) -> str:
    if plan.state in (Plan.State.IN_REVIEW, Plan.State.SIGNED_OFF):
        return DONE
    return UNDER_WAY if document.pursued() else NOT_YET


def _missing(pack: Pack, document: Document) -> Iterator[Missing]:
    about = KINDS["about"]
    for names, page in ((QUESTIONS, "plan-questions"), (FACTS, "plan-about")):
        for name in names:
            if name != "marking" and not document.text("about", name):
                label = label_of(pack, about.field(name))
                yield Missing(_("Not answered: %(label)s") % {"label": label}, reverse(page))
    for objective in pack.objectives:
        if not document.text(objective.id, "owner"):
            yield Missing(_("Objective %(id)s has no impact owner") % {"id": objective.id}, reverse("plan-owners"))
        for each in document.of("activity", objective.id):
            yield from _missing_of(document, each.key, objective.id)


def _missing_of(document: Document, key: str, objective: str) -> Iterator[Missing]:
    decision, choosing = document.text(key, "decision"), reverse("plan-choose", args=[objective]) + f"#card-{key}"
    if not decision:
        yield Missing(_("Activity %(id)s is not decided on") % {"id": key}, choosing)
    elif decision in PUT_OFF:
        if not document.text(key, "decision_reason"):
            yield Missing(_("Activity %(id)s: why it is put off or left out") % {"id": key}, choosing)
        if not document.text(key, "review_date"):
            yield Missing(_("Activity %(id)s: when it is looked at again") % {"id": key}, choosing)
    elif not document.text(key, "owner"):
        yield Missing(_("Activity %(id)s has no owner") % {"id": key}, reverse("plan-owners"))


def _check_cards(pack: Pack, document: Document) -> Iterator[CheckCard]:
    about = (*_rows(pack, document, "about", FACTS, reverse("plan-about")),)
    yield CheckCard(
        _("About the plan"), (*_rows(pack, document, "about", QUESTIONS, reverse("plan-questions")), *about)
    )
    owners = reverse("plan-owners")
    for each in pack.objectives:
        rows = _rows(pack, document, each.id, ("owner", "deputy"), owners)
        rows += _rows(pack, document, each.id, ("description",), reverse("plan-change", args=[each.id]))
        yield CheckCard(f"{each.id} {each.label}", rows)
        for activity in document.of("activity", each.id):
            choosing = reverse("plan-choose", args=[each.id]) + f"#card-{activity.key}"
            rows = _rows(
                pack, document, activity.key, ("wording", "decision", "decision_reason", "review_date"), choosing
            )
            if activity in document.pursued(each.id):
                rows += _rows(pack, document, activity.key, ("owner", "deputy"), owners)
                change = reverse("plan-activity-change", args=[activity.key])
                rows += _rows(pack, document, activity.key, ("start", "due", "output", "measurement"), change)
            yield CheckCard(f"{activity.key} {reading.name_of(pack, document, activity.key)}", rows)


def _rows(pack: Pack, document: Document, entry: str, names: Sequence[str], change: str) -> tuple[CheckRow, ...]:
    kind, found = KINDS[document.things[entry].kind], []
    plain = [each for each in names if not kind.field(each).per_side]
    for each in reading.answers(pack, document, entry, plain):
        found.append(CheckRow(each.label, each.text, change))
    with_sides = [each for each in names if kind.field(each).per_side]
    for side, said in reading.sided(pack, document, entry, with_sides) if with_sides else ():
        found += [CheckRow(f"{each.label}, {side.lower()}", each.text, change) for each in said]
    return tuple(found)
