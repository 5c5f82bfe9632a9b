"""The journal, to be read."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from nvap.web.access import Permission, StandingRequest, needs
from nvap.web.forms import DateField
from nvap.web.journal.models import Act, Entry

LINES_A_PAGE = 50


class FilterForm(forms.Form):
    """Which lines to show; every field may stay empty."""

    act = forms.ChoiceField(label=_("What was done"), required=False, choices=[("", _("Anything")), *Act.choices])
    who = forms.CharField(label=_("Who (part of the name or address)"), required=False, max_length=100)
    what = forms.CharField(label=_("To what, or why (part of it)"), required=False, max_length=100)
    since = DateField(label=_("From"), required=False)
    to = DateField(label=_("To"), required=False)

    def chosen(self, entries: QuerySet[Entry]) -> QuerySet[Entry]:
        """The lines that fit; days are whole local days, both ends included."""
        wanted: dict[str, Any] = self.cleaned_data
        if wanted.get("act"):
            entries = entries.filter(act=wanted["act"])
        if wanted.get("who"):
            entries = entries.filter(actor__icontains=wanted["who"])
        if wanted.get("what"):
            part = wanted["what"]
            entries = entries.filter(
                Q(object_type__icontains=part) | Q(object_id__icontains=part) | Q(reason__icontains=part)
            )
        if wanted.get("since"):
            entries = entries.filter(at__gte=_midnight(wanted["since"]))
        if wanted.get("to"):
            entries = entries.filter(at__lt=_midnight(wanted["to"] + timedelta(days=1)))
        return entries


@needs(Permission.READ_JOURNAL)
@require_safe
def journal(request: StandingRequest) -> HttpResponse:
    """This force's lines, newest first, as far as the filter lets them through."""
    form = FilterForm(request.GET or None)
    entries = Entry.objects.filter(force=request.force.code).order_by("-seq")
    if form.is_valid():
        entries = form.chosen(entries)
    page = Paginator(entries, LINES_A_PAGE).get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    return render(request, "journal/journal.html", {"form": form, "page": page, "kept": kept.urlencode()})


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
