"""A page of the plan to write in, whole: open, save, come back later, and whatever may stand in the way of saving.

    return editing.answer(desk, blanks, editing.Page("plans/change.html", title, done))

Each page posts `act`: `save` (the default) checks and saves; `later` keeps what was typed as a draft, unchecked.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.db import OperationalError
from django.forms import BoundField
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nvap.plan.document import Place
from nvap.web.database import Trouble, trouble
from nvap.web.plans import drafts, forms, timed_out
from nvap.web.plans.actions import saving
from nvap.web.plans.actions.saving import Clash, NewThing
from nvap.web.plans.blanks import Blank
from nvap.web.plans.desk import Desk
from nvap.web.plans.document import document_of
from nvap.web.plans.models import Comment, Draft, Plan
from nvap.web.toolkit.page import Step, show

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Page:
    """How a page looks and where it leads: its template, title, where saving leads, and what else it shows.

    `check` says what is wrong with what was typed, by field name, where one field must fit another. `first` is what a
    place is opened with while nothing stands in it; `notes` is what is said beside a place. `save` is the
    action that saves.
    """

    template: str
    title: str
    done: str
    later: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)
    trail: tuple[Step, ...] = ()
    check: Callable[[Mapping[str, str]], Mapping[str, str]] | None = None
    first: Mapping[Place, str] = field(default_factory=dict)
    notes: Mapping[Place, str] = field(default_factory=dict)
    save: Callable[..., tuple[Place, ...]] = saving.save


@dataclass(frozen=True)
class Row:
    """One field to write in, with what stands beside it: another's text after a clash, a draft, comments, findings."""

    blank: Blank
    bound: BoundField
    clash: Clash | None
    draft: Draft | None
    comments: tuple[Comment, ...]
    findings: tuple[str, ...]
    needs_reason: bool
    note: str = ""

    @property
    def findings_said(self) -> str:
        """What was found in the text, in words."""
        return ", ".join(self.findings)


@dataclass(frozen=True)
class Hindrance:
    """What stood in the way of saving."""

    clashes: tuple[Clash, ...] = ()
    findings: Mapping[Place, tuple[str, ...]] = field(default_factory=dict)
    needing_reason: tuple[Place, ...] = ()
    locked: str = ""
    trouble: Trouble = ""
    reason: str = ""

    @property
    def reason_findings(self) -> str:
        """What was found in the reason, in words."""
        return ", ".join(self.findings.get(Place("", "reason"), ()))

    @property
    def any(self) -> bool:
        """Whether anything did."""
        return bool(self.clashes or self.findings or self.needing_reason or self.locked or self.trouble)


def answer(desk: Desk, blanks: Sequence[Blank], page: Page, *, new: Sequence[NewThing] = ()) -> HttpResponseBase:
    """The page as it is opened, or the answer to what was posted. Views check beforehand who may write here.

    `new` are things that the plan does not hold yet and that come into it with this save.
    """
    request = desk.request
    if request.method != "POST":
        return _shown(desk, page, forms.opened(blanks, desk.document, drafts.kept(desk.plan, desk.user), page.first))
    form = forms.PageForm(_posted(desk, new), blanks=blanks)
    try:
        return _answered(desk, form, page, new)
    except OperationalError as fault:
        return _not_written(desk, form, page, fault)


def _answered(desk: Desk, form: forms.PageForm, page: Page, new: Sequence[NewThing]) -> HttpResponseBase:
    request = desk.request
    if request.POST.get("act") == "later":
        _keep(desk, form, page)
        messages.success(request, _("Kept as a draft that only you can see. It will be here when you come back."))
        return redirect(page.later or page.done)
    if request.POST.get("act") == "leave":
        return redirect(_way_out(desk, _keep(desk, form, page)))
    if not form.is_valid() or _has_faults(form, page):
        return _shown(desk, page, form)
    try:
        saved = page.save(
            plan=desk.plan,
            typed=form.typed,
            by=desk.user,
            new=new,
            reason=request.POST.get("reason", ""),
            accepted=request.POST.get("accept") == "yes",
        )
    except saving.NotSaved as fault:
        return _hindered(desk, form, page, fault)
    drafts.forget(plan=desk.plan, user=desk.user, places=[each.place for each in form.blanks])
    messages.success(request, what_was_saved(saved))
    return redirect(page.done)


def _not_written(desk: Desk, form: forms.PageForm, page: Page, fault: OperationalError) -> HttpResponse:
    """The form as it was posted, when the database could not take it; other faults go on as they are."""
    found = trouble(fault)
    if not found:
        raise fault
    _log.error("database trouble: %s", fault)
    # The session could not be written either, and would take the page with it.
    desk.request.session.modified = False
    reason = desk.request.POST.get("reason", "")
    response = _shown(desk, page, form, Hindrance(trouble=found, reason=reason), 503)
    response["Retry-After"] = "30"
    return response


def _posted(desk: Desk, new: Sequence[NewThing]) -> QueryDict:
    """What was posted; under its new number where somebody took the number of a new thing while it was written."""
    posted = desk.request.POST
    if not new:
        return posted
    numbered = saving.NUMBERED.fullmatch(new[0].key)
    if numbered is None or any(name.startswith(f"{new[0].key}--") for name in posted):
        return posted
    found = QueryDict(mutable=True)
    for name, values in posted.lists():
        was = saving.NUMBERED.match(name)
        is_it = was is not None and was[1] == numbered[1] and name[was.end() :].startswith("--")
        found.setlist(new[0].key + name[was.end() :] if was and is_it else name, values)
    return found


def _has_faults(form: forms.PageForm, page: Page) -> bool:
    """Whether the page's own check finds something; each fault stands at its field then."""
    if page.check is None:
        return False
    faults = page.check({each.place.field: each.text for each in form.typed})
    for blank in form.blanks:
        if blank.place.field in faults:
            form.add_error(blank.name, f"{blank.full_label}: {faults[blank.place.field]}")
    return bool(faults)


def what_was_saved(saved: Sequence[Place]) -> str:
    """The sentence after a save."""
    if not saved:
        return _("Nothing had changed, so there was nothing to save.")
    words = ngettext("Saved. %(count)d field was changed.", "Saved. %(count)d fields were changed.", len(saved))
    return words % {"count": len(saved)}


def _keep(desk: Desk, form: forms.PageForm, page: Page) -> str:
    """Keep what was changed as a draft, checked by nothing; the name of the first field that was."""
    stands = desk.document.texts
    changed = drafts.keep_changed(
        plan=desk.plan,
        user=desk.user,
        typed=form.as_typed,
        opened_with=lambda place: stands[place].text if place in stands else page.first.get(place, ""),
    )
    places = {each.place for each in changed}
    return next((each.name for each in form.blanks if each.place in places), "")


def _way_out(desk: Desk, field: str) -> str:
    """The page to sign out on; signing in again leads back to the field that was written in."""
    here = desk.request.get_full_path() + (f"#id_{field}" if field else "")
    back = f"{reverse('account_login')}?{urlencode({'next': here})}"
    return f"{reverse('account_logout')}?{urlencode({'next': back})}"


def _hindered(desk: Desk, form: forms.PageForm, page: Page, fault: saving.NotSaved) -> HttpResponse:
    reason = desk.request.POST.get("reason", "")
    if isinstance(fault, saving.Stale):
        opened_again = forms.opened(form.blanks, document_of(desk.plan), {})
        again = forms.after_clash(form.typed, fault.clashes, opened_again)
        return _shown(desk, page, again, Hindrance(clashes=fault.clashes, reason=reason), 409)
    if isinstance(fault, saving.Identifying):
        found = {place: tuple(_(each.what) for each in findings) for place, findings in fault.findings.items()}
        return _shown(desk, page, form, Hindrance(findings=found, reason=reason))
    if isinstance(fault, saving.ReasonNeeded):
        return _shown(desk, page, form, Hindrance(needing_reason=fault.places))
    state = Plan.State(cast(saving.Locked, fault).state).label
    return _shown(desk, page, form, Hindrance(locked=str(state), reason=reason), 409)


def _shown(
    desk: Desk, page: Page, form: forms.PageForm, hindrance: Hindrance | None = None, status: int = 200
) -> HttpResponse:
    hindrance = hindrance or Hindrance()
    rows = tuple(_rows(desk, page, form, hindrance))
    shown = {
        "plan": desk.plan,
        "title": page.title,
        "form": form,
        "rows": rows,
        "sides": by_side(rows),
        "hindrance": hindrance,
        "later": page.later or page.done,
        "writer": timed_out.writer(desk.plan, desk.user),
    }
    return show(desk.request, page.template, desk.pack, shown | dict(page.context), trail=page.trail, status=status)


def _rows(desk: Desk, page: Page, form: forms.PageForm, hindrance: Hindrance) -> Iterator[Row]:
    kept = {} if form.is_bound else drafts.kept(desk.plan, desk.user)
    beside = comments_on(desk.plan, {each.place.entry for each in form.blanks})
    clashes = {each.mine.place: each for each in hindrance.clashes}
    for each in form.blanks:
        yield Row(
            blank=each,
            bound=form[each.name],
            clash=clashes.get(each.place),
            draft=kept.get(each.place),
            comments=tuple(comment for comment in beside if _is_about(comment, each.place)),
            findings=hindrance.findings.get(each.place, ()),
            needs_reason=each.place in hindrance.needing_reason,
            note=page.notes.get(each.place, "") if not hindrance.any else "",
        )


def by_side(rows: Iterable[Row]) -> list[tuple[str, list[Row]]]:
    """The rows that have a side, side by side, each side under its name."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        if row.blank.side:
            found.setdefault(row.blank.side, []).append(row)
    return list(found.items())


def comments_on(plan: Plan, keys: Iterable[str]) -> tuple[Comment, ...]:
    """The comments on some things that nobody has settled yet."""
    return tuple(Comment.objects.filter(plan=plan, key__in=set(keys), settled_at=None).select_related("by"))


def _is_about(comment: Comment, place: Place) -> bool:
    return (comment.key, comment.field, comment.side, comment.period) == (
        place.entry, place.field, place.side, place.period,
    )  # fmt: skip
