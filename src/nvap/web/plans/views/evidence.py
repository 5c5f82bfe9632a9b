"""Evidence: a list for each activity; added by its link, or as a file; taken out and put back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from nvap.plan.document import Place, Thing
from nvap.web.access import Permission, StandingRequest, may, needs
from nvap.web.journal import actions as journal
from nvap.web.journal.models import Act
from nvap.web.plans import checks, editing, evidence_files, reading
from nvap.web.plans import evidence as reader
from nvap.web.plans.actions import evidence as actions
from nvap.web.plans.actions import saving
from nvap.web.plans.actions.saving import NewThing
from nvap.web.plans.blanks import blanks_of
from nvap.web.plans.desk import Desk, opened
from nvap.web.plans.models import EvidenceFile, PlanSettings
from nvap.web.plans.progress import may_report
from nvap.web.plans.views.plan import plan_step
from nvap.web.plans.views.progress import month, refuse_others
from nvap.web.toolkit.page import Step, show

_FIELDS = ("title", "link", "dated", "period")
_READERS = (Permission.READ_PLAN, Permission.REPORT_PROGRESS, Permission.READ_SHARED_PLAN)


@needs(*_READERS)
@require_safe
def evidence(request: StandingRequest, parent: str) -> HttpResponseBase:
    """All evidence of one activity, with what was taken out for those who may put it back."""
    desk = opened(request)
    desk.thing(parent, "activity")
    refuse_unshared(desk, parent)
    files = reader.files_of(desk.plan, desk.document)
    may_write = _may_write(desk, parent)
    shown = {
        "plan": desk.plan,
        "key": parent,
        "name": reading.name_of(desk.pack, desk.document, parent),
        "evidence": reader.of(desk.document, parent, files=files),
        "taken_out": reader.of(desk.document, parent, files=files, removed=True) if may_write else (),
        "periods": {each.key: month(each) for each in desk.document.periods},
        "may_write": may_write,
    }
    return show(request, "plans/evidence.html", desk.pack, shown, trail=_back(request))


@needs(Permission.EDIT_PLAN, Permission.REPORT_PROGRESS)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: StandingRequest, parent: str) -> HttpResponseBase:
    """A new piece of evidence beside an activity."""
    desk = opened(request)
    desk.thing(parent, "activity")
    refuse_others(desk, parent)
    period = request.GET.get("period", "")
    if period and desk.document.period(period) is None:
        raise Http404
    key = saving.next_key("ev-", desk.document.things)
    held = replace(desk.document, things={**desk.document.things, key: Thing(key, "evidence", parent)})
    return _written(replace(desk, document=held), key, period=period, new=NewThing(key, "evidence", parent))


@needs(Permission.EDIT_PLAN, Permission.REPORT_PROGRESS)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: StandingRequest, parent: str, key: str) -> HttpResponseBase:
    """A piece of evidence to write again."""
    desk = _at(request, parent, key)
    return _written(desk, key)


@needs(Permission.EDIT_PLAN, Permission.REPORT_PROGRESS)
@require_http_methods(["GET", "HEAD", "POST"])
def stand(request: StandingRequest, parent: str, key: str) -> HttpResponseBase:
    """Take a piece of evidence out, or put it back; the reason is asked for."""
    desk = _at(request, parent, key)
    removed, may_destroy = desk.document.is_removed(key), _may_destroy(desk, key)
    reason = request.POST.get("reason", "").strip()
    fault, may_identify = "", False
    if request.method == "POST":
        try:
            done = _acted(desk, key, reason, destroys=may_destroy and request.POST.get("act") == "destroy")
        except saving.Identifying:
            fault, may_identify = _("The reason may identify somebody; write it without."), True
        except saving.NotSaved:
            fault = _("Nothing was saved: the plan cannot be changed while it stands as it does.")
        else:
            if done:
                messages.success(request, done)
                return redirect("plan-evidence", parent)
            fault = _("Say why.")
    shown = {
        "removed": removed,
        "may_destroy": may_destroy,
        "title": desk.document.text(key, "title"),
        "back": reverse("plan-evidence", args=[parent]),
        "fault": fault,
        "reason": reason,
        "may_identify": may_identify,
    }
    return show(request, "plans/evidence_standing.html", desk.pack, shown, trail=_back(request, desk, parent))


@needs(*_READERS)
@require_safe
def file(request: StandingRequest, parent: str, key: str) -> HttpResponse:
    """The file behind a piece of evidence, to be saved and never shown in the page; the journal says who took it."""
    desk = opened(request)
    thing = desk.thing(key, "evidence")
    refuse_unshared(desk, thing.parent)
    gone = desk.document.is_removed(key) and not _may_write(desk, thing.parent)
    if thing.parent != parent or gone:
        raise Http404
    number = reader.number_of(desk.document, key)
    kept = get_object_or_404(EvidenceFile, pk=number, plan=desk.plan, size__gt=0)
    with transaction.atomic():
        journal.write(
            force=request.force.code,
            by=desk.user,
            act=Act.EXPORT,
            object_type="evidence file",
            object_id=str(kept.pk),
            reason=f"evidence {key} of {parent}",
        )
    response = HttpResponse(bytes(kept.content), content_type=kept.media_type)
    response["Content-Disposition"] = f'attachment; filename="{kept.name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _may_destroy(desk: Desk, key: str) -> bool:
    """Whether there is a file to destroy, and it is the asker's to do."""
    file = reader.files_of(desk.plan, desk.document).get(reader.number_of(desk.document, key))
    return file is not None and not file.is_destroyed and may(desk.request, Permission.EDIT_PLAN)


def _acted(desk: Desk, key: str, reason: str, *, destroys: bool) -> str:
    """Do what was asked; what to say of it, or nothing where no reason was given. Raises a kind of NotSaved."""
    if not reason:
        return ""
    if destroys:
        actions.destroy_files(plan=desk.plan, key=key, by=desk.user, reason=reason)
        return _("The file was destroyed. Its hash is left, and the journal says who destroyed it.")
    removed = desk.document.is_removed(key)
    act = actions.put_back if removed else actions.take_out
    accepted = desk.request.POST.get("accept") == "yes"
    act(plan=desk.plan, document=desk.document, key=key, by=desk.user, reason=reason, accepted=accepted)
    return _("It is back in the plan.") if removed else _("It was taken out of the plan.")


def refuse_unshared(desk: Desk, parent: str) -> None:
    """Let in who reads the plan, who answers for the activity, and partners with whom it is shared."""
    shared = desk.document.is_shared(parent) and parent in {each.key for each in desk.document.pursued()}
    if may(desk.request, Permission.READ_PLAN) or may_report(desk.document, parent, str(desk.user.pk)):
        return
    if not (may(desk.request, Permission.READ_SHARED_PLAN) and shared):
        raise PermissionDenied(Permission.READ_PLAN.value)


def _written(desk: Desk, key: str, *, period: str = "", new: NewThing | None = None) -> HttpResponseBase:
    parent = desk.document.things[key].parent
    offered = {"period": tuple((each.key, month(each)) for each in desk.document.periods)}
    blanks = blanks_of(desk.pack, desk.document, key, _FIELDS, offered=offered)
    rules = PlanSettings.objects.filter(force=desk.plan.force_id).first() or PlanSettings()
    checked, fault = _uploaded(desk, rules)
    place = Place(key, "file")
    stands = desk.document.texts.get(place)
    page = editing.Page(
        template="plans/evidence_change.html",
        title=_("Evidence: %(name)s") % {"name": reading.name_of(desk.pack, desk.document, parent)},
        done=reverse("plan-update", args=[period, parent]) if period else reverse("plan-evidence", args=[parent]),
        trail=_back(desk.request, desk, parent),
        first={each.place: period for each in blanks if each.place.field == "period"},
        check=partial(_check, has_file=checked is not None or bool(stands and stands.text), fault=fault),
        context={"files": rules.files, "most": rules.largest_file_mb, "file_fault": fault},
        save=partial(actions.save_with_file, file=checked, place=place, base=stands.version if stands else 0)
        if checked
        else saving.save,
    )
    return editing.answer(desk, blanks, page, new=[new] if new else ())


def _uploaded(desk: Desk, rules: PlanSettings) -> tuple[evidence_files.CheckedFile | None, str]:
    """The file that came with the form, or why it is not kept."""
    given = desk.request.FILES.get("file") if desk.request.method == "POST" else None
    if given is None:
        return None, ""
    if not rules.files:
        return None, _("Your force keeps no files here: give the address of the document instead.")
    # One byte more than is allowed tells that it is too large; the rest need not be read.
    content = given.read(rules.largest_file_mb * 1024**2 + 1)
    try:
        return evidence_files.checked(given.name or "", content, most_mb=rules.largest_file_mb), ""
    except evidence_files.FileNotKept as reason:
        return None, str(reason)


def _check(typed: Mapping[str, str], *, has_file: bool, fault: str) -> Mapping[str, str]:
    faults = checks.evidenced(typed, has_file=has_file or bool(fault))
    return {"link": fault, **faults} if fault else faults


def _at(request: StandingRequest, parent: str, key: str) -> Desk:
    """The plan, for somebody who may write this piece of evidence."""
    desk = opened(request)
    if desk.thing(key, "evidence").parent != parent:
        raise Http404
    refuse_others(desk, parent)
    return desk


def _may_write(desk: Desk, parent: str) -> bool:
    if may(desk.request, Permission.EDIT_PLAN):
        return True
    reports = may(desk.request, Permission.REPORT_PROGRESS)
    return reports and may_report(desk.document, parent, str(desk.user.pk))


def _back(request: StandingRequest, desk: Desk | None = None, parent: str = "") -> tuple[Step, ...]:
    evidence_step = ((_("Evidence"), reverse("plan-evidence", args=[parent])),) if desk else ()
    return (plan_step(), *evidence_step)
