"""Progress: who has reported on a period, and the page on which an activity is reported on."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from nvap.plan.document import Period
from nvap.web.access import Permission, StandingRequest, may, needs
from nvap.web.plans import editing, evidence, reading
from nvap.web.plans import progress as reader
from nvap.web.plans.blanks import blanks_of
from nvap.web.plans.desk import Desk, opened
from nvap.web.plans.views.plan import plan_step
from nvap.web.plans.work import period_words
from nvap.web.toolkit.page import Step, show


@needs(Permission.READ_PLAN)
@require_safe
def progress(request: StandingRequest) -> HttpResponseBase:
    """The reporting periods with their due dates, and who has not reported on the chosen one."""
    desk = opened(request)
    asked = request.GET.get("period", "")
    chosen = desk.document.period(asked) if asked else reader.default_period(desk.document, timezone.localdate())
    if chosen is None and asked:
        raise Http404
    may_edit = may(request, Permission.EDIT_PLAN)
    shown = {
        "plan": desk.plan,
        "periods": desk.document.periods,
        "chosen": chosen,
        "today": timezone.localdate(),
        "reports": reader.reports(
            desk.pack, desk.document, chosen, person=str(desk.user.pk),
            may_edit=may_edit,
        ) if chosen else (),
    }  # fmt: skip
    return show(request, "plans/progress.html", desk.pack, shown, trail=(plan_step(),))


@needs(Permission.EDIT_PLAN, Permission.REPORT_PROGRESS)
@require_http_methods(["GET", "HEAD", "POST"])
def update(request: StandingRequest, period: str, key: str) -> HttpResponseBase:
    """One activity's report of one period, to write: pre-filled from the period before."""
    desk = opened(request)
    desk.thing(key, "activity")
    found = desk.document.period(period)
    if found is None:
        raise Http404
    refuse_others(desk, key)
    blanks = blanks_of(desk.pack, desk.document, key, reader.REPORTED, period=found.key)
    carried = reader.carried(desk.document, key, found)
    as_it_was = _("As in %(month)s: not changed yet. Saving it so says that nothing has changed since.")
    no_change = _("No change since %(month)s: it was saved with the same words.")
    notes = {place: as_it_was % {"month": month(said.period)} for place, said in carried.items()}
    same = reader.unchanged(desk.document, key, found)
    notes |= {place: no_change % {"month": month(said.period)} for place, said in same.items()}
    page = editing.Page(
        template="plans/update.html",
        title=_("%(activity)s: report for %(month)s")
        % {"activity": reading.name_of(desk.pack, desk.document, key), "month": period_words(found)},
        done=_next(desk, found, key),
        later=reverse("plan-update", args=[found.key, key]),
        context={
            "key": key,
            "period": found,
            "evidence": evidence.of(desk.document, key, found.key, files=evidence.files_of(desk.plan, desk.document)),
            "reads_plan": may(request, Permission.READ_PLAN),
        },
        trail=_back(desk, found),
        first={place: said.text for place, said in carried.items()},
        notes=notes,
    )
    return editing.answer(desk, blanks, page)


def _back(desk: Desk, period: Period) -> tuple[Step, ...]:
    """The pages above a report, for those who may open them."""
    if not may(desk.request, Permission.READ_PLAN):
        return (plan_step(),)
    return (plan_step(), (_("Progress"), f"{reverse('plan-progress')}?period={period.key}"))


def refuse_others(desk: Desk, key: str) -> None:
    """Let in who writes the plan, and who answers for the activity."""
    if may(desk.request, Permission.EDIT_PLAN):
        return
    if not reader.may_report(desk.document, key, str(desk.user.pk)):
        raise PermissionDenied(Permission.EDIT_PLAN.value)


def month(period: Period) -> str:
    """How a period is called: by its first month."""
    return date_format(period.first, "F Y")


def _next(desk: Desk, period: Period, key: str) -> str:
    found = reader.reports(desk.pack, desk.document, period, person=str(desk.user.pk), may_edit=True)
    mine = [each for each in found if reader.may_report(desk.document, each.key, str(desk.user.pk))]
    following = reader.next_due(mine, key, str(desk.user.pk))
    if following:
        return following.address
    if not may(desk.request, Permission.READ_PLAN):
        return reverse("plan-shared")
    return f"{reverse('plan-progress')}?period={period.key}"
