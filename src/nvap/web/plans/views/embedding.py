"""How far an activity is embedded: the statements that are true of it, its stage, and how that went over time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from nvap.charts import stage_history
from nvap.plan.document import SEPARATOR, Place
from nvap.plan.stages import CRITERIA, STAGES, STATEMENTS, Stage, computed_stage
from nvap.web.access import Permission, StandingRequest, needs
from nvap.web.plans import checks, editing, reading
from nvap.web.plans.blanks import blanks_of
from nvap.web.plans.desk import Desk, opened
from nvap.web.plans.document import versions_of
from nvap.web.plans.views.plan import activity_step, plan_step

_FIELDS = ("statements", "stage", "stage_reason")


@dataclass(frozen=True)
class Criteria:
    """A stage with the statements that must be true for it."""

    title: str
    statements: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Assessed:
    """The stage as it stood after somebody had saved something about it."""

    at: datetime
    by: str
    stage: Stage

    @property
    def words(self) -> str:
        """The stage in words."""
        return _(dict(STAGES)[self.stage.value])

    @property
    def overridden(self) -> bool:
        """Whether it was said instead of what the statements give."""
        return self.stage.overridden


@needs(Permission.EDIT_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def stage(request: StandingRequest, key: str) -> HttpResponseBase:
    """The stage of one activity, to assess; its evidence and its history."""
    desk = opened(request)
    desk.thing(key, "activity")
    stands, history = desk.document.stage(key), assessments(desk, key)
    name = reading.name_of(desk.pack, desk.document, key)
    page = editing.Page(
        template="plans/embedding.html",
        title=_("How far it is embedded: %(name)s") % {"name": name},
        done=reverse("plan-stage", args=[key]),
        later=reverse("plan-activity", args=[key]),
        context={
            "name": name,
            "may_change": True,
            "computed": _(dict(STAGES)[stands.computed]),
            "stage": _(dict(STAGES)[stands.value]),
            "overridden": stands.overridden,
            "criteria": _criteria(),
            "evidence": _evidence(desk, key),
            "history": history,
            "chart": _chart(history, name) if history else "",
        },
        trail=(plan_step(), activity_step(desk, key)),
        check=checks.staged,
    )
    return editing.answer(desk, blanks_of(desk.pack, desk.document, key, _FIELDS), page)


def assessments(desk: Desk, key: str) -> tuple[Assessed, ...]:
    """The stage after each save that touched it, oldest first."""
    ticked = {each.save: each for each in versions_of(desk.plan, Place(key, "statements"))}
    said = {each.save: each for each in versions_of(desk.plan, Place(key, "stage"))}
    statements, chosen, found = "", "", []
    for number in sorted(ticked.keys() | said.keys()):
        written = ticked.get(number) or said[number]
        statements = ticked[number].text if number in ticked else statements
        chosen = said[number].text if number in said else chosen
        found.append(Assessed(written.at, written.by, Stage(computed_stage(statements.split(SEPARATOR)), chosen)))
    return tuple(found)


def _evidence(desk: Desk, key: str) -> list[str]:
    return [reading.name_of(desk.pack, desk.document, each.key) for each in desk.document.of("evidence", key)]


def _criteria() -> tuple[Criteria, ...]:
    words = dict(STATEMENTS)
    return tuple(
        Criteria(_(title), tuple((each, _(words[each])) for each in CRITERIA[value]))
        for value, title in STAGES
        if CRITERIA[value]
    )


def _chart(history: tuple[Assessed, ...], name: str) -> SafeString:
    order = [value for value, _words in STAGES]
    steps = [stage_history.Step(timezone.localtime(each.at), order.index(each.stage.value)) for each in history]
    title = _("Stages over time: %(name)s") % {"name": name}
    described = _("From %(first)s to %(last)s; each step stands in the table below.") % {
        "first": history[0].words, "last": history[-1].words,
    }  # fmt: skip
    drawn = stage_history.draw(
        steps, [_(words) for _value, words in STAGES], timezone.localtime(), title=title, description=described
    )
    return mark_safe(drawn)  # noqa: S308 - every text in it is escaped where it is drawn
