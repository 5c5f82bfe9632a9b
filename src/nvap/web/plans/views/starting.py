"""Starting a plan: how often it is reported on, from when, and by when a report is due."""

from __future__ import annotations

from datetime import date
from typing import cast

from django import forms
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from nvap.errors import UsageFault
from nvap.plan.periods import LONGEST_GRACE_DAYS, MOST_PERIODS, regular
from nvap.web.access import Permission, StandingRequest, needs
from nvap.web.accounts.models import User
from nvap.web.forms import DateField
from nvap.web.plans.actions import starting
from nvap.web.plans.document import plan_of
from nvap.web.plans.views.plan import plan_step
from nvap.web.toolkit.page import show
from nvap.web.toolkit.reading import pack_in_use


class StartForm(forms.Form):
    """The reporting periods of a new plan."""

    frequency = forms.ChoiceField(
        label=gettext_lazy("How often will you report on the plan?"),
        choices=[("monthly", gettext_lazy("Every month")), ("quarterly", gettext_lazy("Every quarter"))],
        widget=forms.RadioSelect,
        help_text=gettext_lazy("You can set periods of your own later."),
    )
    first_day = DateField(
        label=gettext_lazy("First day of the first period"), help_text=gettext_lazy("For example, 01/04/2026.")
    )
    count = forms.IntegerField(
        label=gettext_lazy("How many periods?"),
        min_value=1,
        max_value=MOST_PERIODS,
        widget=forms.TextInput({"class": "govuk-input--width-3", "inputmode": "numeric"}),
    )
    due_after = forms.IntegerField(
        label=gettext_lazy("How many days after a period ends is its report due?"),
        min_value=0,
        max_value=LONGEST_GRACE_DAYS,
        widget=forms.TextInput({"class": "govuk-input--width-3", "inputmode": "numeric"}),
    )


@needs(Permission.EDIT_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: StandingRequest) -> HttpResponseBase:
    """The page on which a plan begins."""
    pack = pack_in_use()
    if plan_of(request.force, pack) is not None:
        return redirect("plan")
    today = timezone.localdate()
    form = StartForm(
        request.POST or None,
        initial={"frequency": "monthly", "first_day": date(today.year, today.month, 1), "count": 12, "due_after": 14},
    )
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        periods = regular(asked["frequency"], asked["first_day"], asked["count"], asked["due_after"])
        try:
            starting.start(
                force=request.force,
                pack=pack,
                frequency=asked["frequency"],
                periods=periods,
                by=cast(User, request.user),
            )
        except UsageFault as fault:
            form.add_error(None, str(fault))
        else:
            messages.success(request, _("The plan is started. Nothing in it is signed off, and you can change it all."))
            return redirect("plan")
    return show(request, "plans/start.html", pack, {"form": form}, trail=(plan_step(),))
