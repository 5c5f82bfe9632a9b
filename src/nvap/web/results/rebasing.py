"""Where a measure's average and limits begin anew because somebody decided so: read, shown, and asked for by a form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext, gettext_lazy

from nvap.charts.options import Event
from nvap.charts.scale import day_name
from nvap.measures.breaks import Rebase as Decision
from nvap.packs.measure import Measure
from nvap.web.accounts.models import Force
from nvap.web.accounts.names import name_alone
from nvap.web.forms import DateField
from nvap.web.results.models import Rebase
from nvap.web.results.numbers import language

_LONGEST = 500


def decided(force: str, measure: str, part: str) -> list[Event]:
    """The standing decisions about one number, as a chart marks them."""
    found = Rebase.objects.standing().filter(force=force, measure=measure, part__in=["", part])
    return [Event(each.on, _words(each), anew=True) for each in found]


def decisions(force: Force) -> list[Decision]:
    """Every standing decision of a force, as a run takes it."""
    found = Rebase.objects.standing().filter(force=force)
    return [Decision(each.measure, each.part or None, each.on, each.reason) for each in found]


def history(force: Force, measure: Measure) -> QuerySet[Rebase]:
    """Every decision about a measure, also those taken back, the newest first."""
    return Rebase.objects.filter(force=force, measure=measure.id).order_by("-decided_at", "-pk")


def splitting(events: Iterable[Event]) -> list[Event]:
    """The changes at which a series is split."""
    return [each for each in events if each.breaks or each.anew]


class RebaseForm(forms.Form):
    """From which day, for which number, and why."""

    part = forms.ChoiceField(label=gettext_lazy("Which number"), required=False, widget=forms.RadioSelect)
    on = DateField(
        label=gettext_lazy("The first day under the new conditions"),
        help_text=gettext_lazy(
            "The day of a change that somebody knows of, not a day chosen because the chart looks different there. "
            "For example, 1/4/2026. New limits begin with the first whole period from then on."
        ),
        error_messages={
            "required": gettext_lazy("Write the first day under the new conditions"),
            "invalid": gettext_lazy("Write the day as day/month/year, for example 1/4/2026"),
        },
    )
    reason = forms.CharField(
        label=gettext_lazy("What changed, and how that is known"),
        help_text=gettext_lazy("It stands on every chart of this measure. Name no person."),
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Say what changed, and how that is known")},
    )

    def __init__(self, *args: Any, measure: Measure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", gettext("Every number of this measure")), *((each.id, each.title) for each in measure.parts)]
        if len(measure.parts) > 1:
            self.fields["part"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["part"]


class WithdrawForm(forms.Form):
    """Why a decision is taken back."""

    reason = forms.CharField(
        label=gettext_lazy("Why it is taken back"),
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Say why it is taken back")},
    )


def _words(each: Rebase) -> str:
    said = gettext("%(reason)s (decided by %(who)s on %(day)s)")
    day = day_name(each.decided_at.date(), language())
    return said % {"reason": each.reason.rstrip("."), "who": name_alone(each.decided_by), "day": day}
